// SPDX-License-Identifier: Apache-2.0
#include "records/formats/text.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

namespace relais::formats {
namespace {

struct IconvClose {
  void operator()(void* handle) const { iconv_close(static_cast<iconv_t>(handle)); }
};

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::optional<std::string> convert(std::string_view bytes, const std::string& from, const std::string& to) {
  const iconv_t handle = iconv_open(to.c_str(), from.c_str());
  // iconv marks failure with (iconv_t)-1, which is not a pointer that may be closed.
  if (reinterpret_cast<std::intptr_t>(handle) == -1) return std::nullopt;
  const std::unique_ptr<void, IconvClose> guard(handle);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  std::array<char, 16384> buffer;
  // iconv's signature is not const-correct; it does not write to its input.
  char* in = const_cast<char*>(bytes.data());
  std::size_t left = bytes.size();
  while (left > 0) {
    char* free = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t status = iconv(handle, &in, &left, &free, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (status == static_cast<std::size_t>(-1) && room == buffer.size()) return std::nullopt;  // no progress: invalid byte
  }
  return out;
}

std::optional<std::string> to_utf8(std::string_view bytes, const std::string& encoding) {
  return convert(bytes, encoding, "UTF-8");
}

bool is_utf8(std::string_view bytes) { return is_ascii(bytes) || to_utf8(bytes, "UTF-8").has_value(); }

std::string encoding_name(std::string_view declared) {
  std::string key;
  for (const char c : declared) {
    if (std::isalnum(static_cast<unsigned char>(c))) key += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  struct Alias {
    std::string_view key, name;
  };
  static constexpr Alias aliases[] = {
      {"UTF8", "UTF-8"},           {"UNICODEUTF8", "UTF-8"},       {"88591", "ISO-8859-1"},
      {"ISO88591", "ISO-8859-1"},  {"LATIN1", "ISO-8859-1"},       {"885915", "ISO-8859-15"},
      {"ISO885915", "ISO-8859-15"}, {"LATIN9", "ISO-8859-15"},     {"WINDOWS1252", "WINDOWS-1252"},
      {"CP1252", "WINDOWS-1252"},  {"ASCII", "ASCII"},             {"USASCII", "ASCII"},
      {"UTF16", "UTF-16"},         {"UNICODEUTF16", "UTF-16"},     {"UTF16LE", "UTF-16LE"},
      {"UTF16BE", "UTF-16BE"},     {"CP850", "CP850"},             {"IBM850", "CP850"},
  };
  for (const auto& alias : aliases) {
    if (alias.key == key) return std::string(alias.name);
  }
  return {};
}

DecodedText decode_text(std::string_view bytes, std::string_view declared) {
  const std::string name = encoding_name(declared);
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    const auto rest = bytes.substr(3);
    if (is_utf8(rest)) return {std::string(rest), "UTF-8", !name.empty() && name != "UTF-8"};
  }
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    const std::string wide = bytes[0] == '\xFF' ? "UTF-16LE" : "UTF-16BE";
    if (auto text = to_utf8(bytes.substr(2), wide)) return {std::move(*text), wide, false};
  }
  if (is_ascii(bytes)) return {std::string(bytes), "UTF-8", false};
  if (is_utf8(bytes)) return {std::string(bytes), "UTF-8", !name.empty() && name != "UTF-8"};
  // No letter of ISO-8859 stands at 0x80 to 0x9F: who writes there means Windows-1252.
  const auto no_letter = [](char c) { return (static_cast<unsigned char>(c) & 0xE0U) == 0x80U; };
  const bool windows = (name.empty() || name.starts_with("ISO-8859") || name == "UTF-8") &&
                       std::any_of(bytes.begin(), bytes.end(), no_letter);
  if (windows) {
    if (auto text = to_utf8(bytes, "WINDOWS-1252")) return {std::move(*text), "WINDOWS-1252", true};
  }
  if (!name.empty() && name != "UTF-8" && !name.starts_with("UTF-16")) {
    if (auto text = to_utf8(bytes, name)) return {std::move(*text), name, false};
  }
  return {to_utf8(bytes, "ISO-8859-15").value_or(std::string()), "ISO-8859-15", true};
}

}  // namespace relais::formats

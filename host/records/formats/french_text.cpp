// SPDX-License-Identifier: Apache-2.0
#include "records/formats/french_text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <optional>
#include <string>

#include "records/formats/text.h"

namespace relais::formats {
namespace {

constexpr std::u16string_view lower_letters = u"éèêëàâäçùûüôöîïœæ";
constexpr std::u16string_view upper_letters = u"ÉÈÊËÀÂÄÇÙÛÜÔÖÎÏŒÆ";
constexpr std::u16string_view marks = u"µμ°²³±«»’‘“”–—…€\u00A0";

bool ascii_upper(UChar c) { return c >= u'A' && c <= u'Z'; }
bool ascii_lower(UChar c) { return c >= u'a' && c <= u'z'; }

// « µmol/l », « µg », « µUI »: where other sets have « æ » or « Ê ».
bool begins_a_unit(UChar before, UChar c, UChar after) {
  constexpr std::u16string_view micro = u"µμ", units = u"mglLkUI";
  return micro.find(c) != std::u16string_view::npos && units.find(after) != std::u16string_view::npos &&
         !ascii_upper(before) && !ascii_lower(before);
}

// How much a text looks like French: letters with accents beside letters of their own case (most of all É, which tells
// between sets that both give a letter), and marks that reports use (worth `mark` each). Any other character that is not
// ASCII counts against it.
int french_score(const std::string& utf8, int mark = 1) {
  const auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  int score = 0;
  for (int32_t i = 0; i < text.length(); ++i) {
    const UChar c = text.charAt(i);
    if (c < 0x80) continue;
    const UChar before = i > 0 ? text.charAt(i - 1) : u' ';
    const UChar after = i + 1 < text.length() ? text.charAt(i + 1) : u' ';
    if (lower_letters.find(c) != std::u16string_view::npos) {
      score += ascii_upper(before) && ascii_upper(after) ? -2 : c == u'é' ? 3 : 2;
    } else if (upper_letters.find(c) != std::u16string_view::npos) {
      score += ascii_lower(before) ? -2 : c == u'É' ? 3 : 2;
    } else if (mark > 0 && begins_a_unit(before, c, after)) {
      score += 3;
    } else if (marks.find(c) != std::u16string_view::npos) {
      score += mark;
    } else {
      score -= u_charType(c) == U_CONTROL_CHAR ? 5 : 3;
    }
  }
  return score;
}

std::string composed(std::string utf8) {
  // Combining marks (U+0300 to U+036F) begin with these bytes; without them the text is composed already.
  if (utf8.find('\xCC') == std::string::npos && utf8.find('\xCD') == std::string::npos) return utf8;
  auto error = U_ZERO_ERROR;
  const auto* nfc = icu::Normalizer2::getNFCInstance(error);
  const auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  const auto normal = U_SUCCESS(error) ? nfc->normalize(text, error) : text;
  if (U_FAILURE(error)) return utf8;
  std::string out;
  normal.toUTF8String(out);
  return out;
}

// A character of UTF-8 some byte of which had no place in the other set, and was lost as « ? », is one « ? ».
std::string without_halves(std::string_view utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t size = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const auto rest = utf8.substr(i, size).substr(1);
    const bool lost = rest.size() + 1 == size && rest.find('?') != std::string_view::npos &&
                      std::all_of(rest.begin(), rest.end(),
                                  [](char c) { return c == '?' || (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
    if (lost) {
      out += '?';
      i += size;
    } else {
      out += utf8[i++];
    }
  }
  return out;
}

// Bytes that were UTF-8, were read as another set and written again in `saved_as`. Nothing unless every one of them gives
// valid UTF-8 back that holds French letters.
std::optional<std::string> undo_other_reading(std::string_view bytes, const std::string& saved_as) {
  for (const char* other : {"WINDOWS-1252", "ISO-8859-1", "MACINTOSH", "CP850", "CP437"}) {
    const bool latin = std::string_view(other) == "WINDOWS-1252" || std::string_view(other) == "ISO-8859-1";
    if (!latin && saved_as != "UTF-8") continue;  // not seen, and UTF-8 read as what it was saved in is no damage
    auto back = convert(bytes, saved_as, other);
    if (!back) continue;
    *back = without_halves(*back);
    const bool multibyte = std::any_of(back->begin(), back->end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (multibyte && is_utf8(*back) && french_score(*back) > 0) return back;
  }
  return std::nullopt;
}

// A text that one set wrote and another one read, such as « mÈdicale »: Latin letters in MacRoman's places. Only when it
// looks wrong as it is, and another reading gives at least two letters of French: a foreign name is never touched.
std::optional<std::string> undo_wrong_reading(const std::string& utf8) {
  if (french_score(utf8) >= 0) return std::nullopt;
  struct Reading {
    const char *read_as, *written_in;
  };
  static constexpr Reading readings[] = {{"MACINTOSH", "WINDOWS-1252"}, {"WINDOWS-1252", "MACINTOSH"},
                                         {"ISO-8859-1", "MACINTOSH"},   {"WINDOWS-1252", "CP850"},
                                         {"ISO-8859-1", "CP850"},       {"CP850", "WINDOWS-1252"}};
  constexpr int two_letters = 4;
  std::optional<std::string> best;
  int best_score = two_letters - 1;
  for (const auto& reading : readings) {
    const auto bytes = convert(utf8, "UTF-8", reading.read_as);
    auto text = bytes ? to_utf8(*bytes, reading.written_in) : std::nullopt;
    if (!text) continue;
    const int score = french_score(*text, 0);
    if (score <= best_score) continue;
    best = std::move(text);
    best_score = score;
  }
  return best;
}

// Where ISO-8859-15 is not ISO-8859-1.
bool differs_between_latins(char c) {
  constexpr std::string_view places = "\xA4\xA6\xA8\xB4\xB8\xBC\xBD\xBE";
  return places.find(c) != std::string_view::npos;
}

FrenchText in_a_single_byte_set(std::string_view bytes) {
  FrenchText best{to_utf8(bytes, "ISO-8859-15").value_or(std::string()), "ISO-8859-15"};
  int best_score = french_score(best.utf8);
  for (const char* name : {"WINDOWS-1252", "CP850", "MACINTOSH"}) {
    auto text = to_utf8(bytes, name);
    if (!text) continue;
    const int score = french_score(*text);
    if (score <= best_score) continue;
    best = {std::move(*text), name};
    best_score = score;
  }
  if (best.encoding == "ISO-8859-15" && std::none_of(bytes.begin(), bytes.end(), differs_between_latins)) {
    best.encoding = "ISO-8859-1";
  }
  return best;
}

FrenchText decoded(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    auto wide = decode_text(bytes, {});
    return {composed(std::move(wide.utf8)), wide.encoding, true, false};
  }
  FrenchText out;
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    bytes.remove_prefix(3);
    out.byte_order_mark = true;
  }
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    out.utf8 = bytes;
    out.encoding = out.byte_order_mark ? "UTF-8" : "ISO-8859-1";
    return out;
  }
  if (auto mac = undo_other_reading(bytes, "MACINTOSH")) {
    out.utf8 = composed(std::move(*mac));
    out.encoding = "MACINTOSH";
    out.repaired = true;
    return out;
  }
  if (!is_utf8(bytes)) {
    auto single = in_a_single_byte_set(bytes);
    single.byte_order_mark = out.byte_order_mark;
    return single;
  }
  out.encoding = "UTF-8";
  if (auto twice = undo_other_reading(bytes, "UTF-8")) {
    out.utf8 = composed(std::move(*twice));
    out.repaired = true;
  } else {
    out.utf8 = composed(std::string(bytes));
  }
  return out;
}

}  // namespace

FrenchText decode_french(std::string_view bytes) {
  auto text = decoded(bytes);
  if (auto right = undo_wrong_reading(text.utf8)) {
    text.utf8 = composed(std::move(*right));
    text.repaired = true;
  }
  return text;
}

}  // namespace relais::formats

// SPDX-License-Identifier: Apache-2.0
#include "domain/canonical.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "domain/fiche_tree.h"

namespace relais::fiche {
namespace {

using Json = nlohmann::ordered_json;

// Bytes of UTF-8 compare as UTF-16 code units do, but for U+E000 to U+FFFF (lead bytes EE, EF), which follow the
// surrogate pairs of what lies beyond (lead bytes F0 and above).
bool utf16_less(const std::string& a, const std::string& b) {
  const auto weight = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xEE || byte == 0xEF ? byte + 0x100 : static_cast<int>(byte);
  };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return weight(x) < weight(y); });
}

// ECMAScript Number::toString (ECMA-262, 6.1.6.1.20) from the shortest digits that round-trip.
std::string es_number(double value) {
  if (value == 0) return "0";  // also -0
  std::array<char, 32> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value),
                                     std::chars_format::scientific);
  const std::string shortest(buffer.data(), written.ptr);
  const auto e = shortest.find('e');
  std::string digits = shortest.substr(0, e);
  digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
  const int point = std::stoi(shortest.substr(e + 1)) + 1;  // decimal point after this many digits
  const int count = static_cast<int>(digits.size());
  std::string out;
  if (point > 21 || point <= -6) {
    out = digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    out += point - 1 < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(point - 1));
  } else if (point <= 0) {
    out = "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else if (point >= count) {
    out = digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else {
    out = digits.substr(0, static_cast<std::size_t>(point)) + "." + digits.substr(static_cast<std::size_t>(point));
  }
  return value < 0 ? "-" + out : out;
}

void write(const Json& value, std::string& out) {
  switch (value.type()) {
    case Json::value_t::object: {
      std::vector<std::string> keys;
      for (const auto& [key, member] : value.items()) keys.push_back(key);
      std::sort(keys.begin(), keys.end(), utf16_less);
      out += '{';
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i > 0) out += ',';
        out += Json(keys[i]).dump() + ":";
        write(value.at(keys[i]), out);
      }
      out += '}';
      break;
    }
    case Json::value_t::array:
      out += '[';
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (i > 0) out += ',';
        write(value[i], out);
      }
      out += ']';
      break;
    case Json::value_t::number_float:
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned: {
      const auto number = value.get<double>();
      if (!std::isfinite(number)) throw std::domain_error("a number is not finite");
      out += es_number(number);
      break;
    }
    default:
      out += value.dump();  // text (checked as UTF-8), true, false, null: as RFC 8785 writes them
  }
}

}  // namespace

Result<std::string> canonical_json(const Json& value) {
  try {
    std::string out;
    write(value, out);
    return out;
  } catch (const std::exception& e) {
    return fail(Code::fiche_bad_value, e.what());
  }
}

Result<std::string> canonical(const Fiche& fiche) { return canonical_json(signed_tree(fiche)); }

Result<std::string> canonical_sha256(const Fiche& fiche) {
  return canonical(fiche).map([](const std::string& content) { return sha256_hex(content); });
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

}  // namespace relais::fiche

// SPDX-License-Identifier: Apache-2.0
#include "records/identity.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <charconv>
#include <cstdint>

namespace relais::records {

std::optional<int> nir_key(std::string_view thirteen) {
  if (thirteen.size() != 13) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < thirteen.size(); ++i) {
    const char c = thirteen[i];
    if (i == 6 && thirteen[5] == '2' && (c == 'A' || c == 'B')) {
      number = (number - 1) * 10 + (c == 'A' ? 9 : 8);
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return 97 - static_cast<int>(number % 97);
}

bool has_right_key(std::string_view fifteen) {
  if (fifteen.size() != 15) return false;
  const auto wanted = nir_key(fifteen.substr(0, 13));
  int written = 0;
  const auto* begin = fifteen.data() + 13;
  const auto [end, error] = std::from_chars(begin, begin + 2, written);
  return wanted && error == std::errc() && end == begin + 2 && written == *wanted;
}

InsKind ins_kind(std::string_view oid) {
  if (oid == "1.2.250.1.213.1.4.8") return InsKind::nir;
  if (oid == "1.2.250.1.213.1.4.9") return InsKind::nia;
  if (oid == "1.2.250.1.213.1.4.10") return InsKind::test;
  if (oid == "1.2.250.1.213.1.4.11") return InsKind::demonstration;
  if (oid == "1.2.250.1.213.1.4.2") return InsKind::old_calculated;
  return InsKind::unknown;
}

InsUse ins_use(const v1::Ins& ins, bool test_identities_accepted) {
  if (ins.value().empty()) return InsUse::absent;
  switch (ins_kind(ins.oid())) {
    case InsKind::old_calculated:
      return InsUse::absent;
    case InsKind::unknown:
      return InsUse::refused_oid;
    case InsKind::test:
    case InsKind::demonstration:
      if (!test_identities_accepted) return InsUse::refused_test;
      return has_right_key(ins.value()) ? InsUse::usable : InsUse::usable_wrong_key;
    case InsKind::nir:
    case InsKind::nia:
      break;
  }
  return has_right_key(ins.value()) ? InsUse::usable : InsUse::refused_key;
}

std::string normalized_name(std::string_view utf8) {
  auto error = U_ZERO_ERROR;
  const auto* decomposed = icu::Normalizer2::getNFKDInstance(error);
  // fromUTF8 replaces what is not UTF-8 by U+FFFD, which no name holds.
  auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  text.toUpper(icu::Locale::getRoot());
  text.findAndReplace(icu::UnicodeString(u"Œ"), icu::UnicodeString(u"OE"));
  text.findAndReplace(icu::UnicodeString(u"Æ"), icu::UnicodeString(u"AE"));
  if (decomposed != nullptr && U_SUCCESS(error)) {
    auto normal = decomposed->normalize(text, error);
    if (U_SUCCESS(error)) text = std::move(normal);
  }
  icu::UnicodeString kept;
  bool gap = false;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (u_charType(c) == U_NON_SPACING_MARK) continue;
    if (!u_isalnum(c) && c != 0xFFFD) {
      gap = true;
      continue;
    }
    if (gap && !kept.isEmpty()) kept.append(static_cast<UChar32>(' '));
    gap = false;
    kept.append(c);
  }
  std::string out;
  kept.toUTF8String(out);
  return out;
}

std::string first_given(const v1::Traits& traits) {
  if (!traits.birth_given_first().empty()) return traits.birth_given_first();
  const auto& all = traits.birth_given_all();
  return all.substr(0, all.find(' '));
}

TraitComparison compare_traits(const v1::Traits& written, const v1::Traits& held) {
  TraitComparison result;
  const auto compare = [&](const char* name, const std::string& a, const std::string& b) {
    if (a.empty()) {
      result.missing.emplace_back(name);
    } else if (a != b) {
      result.differing.emplace_back(name);
    }
  };
  compare("nom de naissance", normalized_name(written.birth_family()), normalized_name(held.birth_family()));
  const auto all_written = normalized_name(written.birth_given_all());
  const auto all_held = normalized_name(held.birth_given_all());
  const bool lists_differ = !all_written.empty() && !all_held.empty() && all_written != all_held;
  const auto first_written = normalized_name(first_given(written));
  const auto first_held = normalized_name(first_given(held));
  if (lists_differ && first_written == first_held) {
    result.differing.emplace_back("prénoms de naissance");
  } else {
    compare("premier prénom de naissance", first_written, first_held);
  }
  compare("date de naissance", written.birth_date(), held.birth_date());
  if (written.sex() == v1::SEX_UNSPECIFIED) {
    result.missing.emplace_back("sexe");
  } else if (written.sex() != held.sex()) {
    result.differing.emplace_back("sexe");
  }
  compare("lieu de naissance", written.birth_place_insee(), held.birth_place_insee());
  return result;
}

bool same_without_ins(const v1::Traits& written, const v1::Traits& held) {
  const auto equal = [](const std::string& a, const std::string& b) { return !a.empty() && a == b; };
  if (written.sex() != v1::SEX_UNSPECIFIED && written.sex() != held.sex()) return false;
  return equal(written.birth_date(), held.birth_date()) &&
         equal(normalized_name(written.birth_family()), normalized_name(held.birth_family())) &&
         equal(normalized_name(first_given(written)), normalized_name(first_given(held)));
}

}  // namespace relais::records

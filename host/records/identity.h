// SPDX-License-Identifier: Apache-2.0
// The INS and the strict traits: what may be compared, and how. Pure functions.
// Source: identity.md, sections 2 to 4 (ANS stylesheet for the OIDs; RNIV for the traits).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relais/v1/record.pb.h"

namespace relais::records {

// Key of 13 characters of a NIR or NIA, from 1 to 97; Corsica's 2A counts as 19, 2B as 18. Nothing when the text is not
// 13 such characters. It catches typing errors and proves nothing about a person.
std::optional<int> nir_key(std::string_view thirteen);

// True when the text is 15 characters whose last two are the key of the first 13.
bool has_right_key(std::string_view fifteen);

enum class InsKind { nir, nia, test, demonstration, old_calculated, unknown };
InsKind ins_kind(std::string_view oid);

// Whether an INS as written may attach a document by itself.
enum class InsUse {
  usable,
  usable_wrong_key,  // test and demonstration numbers only: two official sample sets break the key
  absent,            // none, or the old calculated number, which is never written again
  refused_oid,       // an OID of no list
  refused_test,      // a test or demonstration number in a practice of real patients
  refused_key,       // a production number whose key is wrong
};
InsUse ins_use(const v1::Ins& ins, bool test_identities_accepted);

// A name as it is compared: compatibility decomposition without diacritics, uppercase, ligatures written out, and every
// run of characters that are neither letters nor digits (hyphens, apostrophes, spaces) as one space. « Jean-Pierre » and
// « JEAN PIERRE » are one name; « D'ARC » and « DARC » are two. Invalid UTF-8 is replaced, never refused.
std::string normalized_name(std::string_view utf8);

// First given name: as written, else the first of all the given names.
std::string first_given(const v1::Traits& traits);

struct TraitComparison {
  std::vector<std::string> differing;  // French names of the traits: « nom de naissance », « sexe »…
  std::vector<std::string> missing;    // not written, so not equal either
  bool equal() const { return differing.empty() && missing.empty(); }
};

// The five strict traits: birth name, given names at birth (the first, and the whole list when both sides have one),
// birth date, sex, birth place. Used names are never compared.
TraitComparison compare_traits(const v1::Traits& written, const v1::Traits& held);

// Birth name, first given name, birth date, and sex unless it is not written: what a document without INS can offer.
bool same_without_ins(const v1::Traits& written, const v1::Traits& held);

}  // namespace relais::records

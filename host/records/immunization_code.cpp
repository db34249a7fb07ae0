// SPDX-License-Identifier: Apache-2.0
// Which of its codes an immunization goes by.
#include <algorithm>

#include "records/immunization_acts.h"

namespace relais::records {
namespace {

int rank_of(const v1::VaccineCode& code) {
  constexpr std::size_t atc_product = 7;
  if (code.system() == "cis") return 0;
  if (code.system() == "atc" && code.code().size() >= atc_product) return 1;
  if (code.system() == "cip") return 2;
  if (code.system() == "ucd") return 3;
  if (code.system() == "cvx") return 4;
  if (code.system() == "snomed") return 5;
  if (code.system() == "atc") return 6;
  return 7;
}

}  // namespace

void prefer_code(v1::Immunization& act) {
  if (!act.product_code().empty()) {
    const bool known = std::any_of(act.codes().begin(), act.codes().end(), [&](const auto& one) {
      return one.system() == act.product_system() && one.code() == act.product_code();
    });
    if (!known) {
      auto& own = *act.add_codes();
      own.set_system(act.product_system());
      own.set_code(act.product_code());
    }
  }
  auto& codes = *act.mutable_codes();
  std::stable_sort(codes.pointer_begin(), codes.pointer_end(),
                   [](const auto* a, const auto* b) { return rank_of(*a) < rank_of(*b); });
  if (codes.empty()) return;
  act.set_product_code(codes[0].code());
  act.set_product_system(codes[0].system());
}

}  // namespace relais::records

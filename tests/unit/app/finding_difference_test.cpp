// SPDX-License-Identifier: Apache-2.0
#include "app/finding_difference.h"

#include <catch2/catch.hpp>

using relais::app::differences;
using relais::worklist::Category;
using relais::worklist::Finding;
using relais::worklist::Reason;

namespace {

Finding potassium() {
  Finding finding;
  finding.kind = "bilan";
  finding.title = "Potassium";
  finding.category = Category::a_voir;
  finding.reasons = {Reason{"F-K1", "K 5,4 au-dessus de 5,0", "laboratoire", Category::a_voir, 3, {"obs-1"}},
                     Reason{"J-1", "contrôle", "B2", Category::normal, 3, {"obs-1"}}};
  return finding;
}

}  // namespace

TEST_CASE("the same findings in another order of reasons have no difference") {
  auto other = potassium();
  std::swap(other.reasons[0], other.reasons[1]);
  CHECK(differences({potassium()}, {other}).empty());
}

TEST_CASE("another category and another reason are told in French") {
  auto other = potassium();
  other.category = Category::critique;
  other.reasons[0].rule = "C-K";
  const auto told = differences({potassium()}, {other});
  REQUIRE(told.size() == 3);
  CHECK(told[0].kind == "bilan");
  CHECK(told[0].french == "catégorie : à voir → critique");
  CHECK(told[1].french.starts_with("motif disparu : F-K1"));
  CHECK(told[2].french.starts_with("motif nouveau : C-K"));
}

TEST_CASE("a finding that is gone and one that is new are both told") {
  auto other = potassium();
  other.kind = "retard";
  const auto told = differences({potassium()}, {other});
  REQUIRE(told.size() == 2);
  CHECK(told[0].french.starts_with("n'est plus trouvé"));
  CHECK(told[1].french.starts_with("trouvé en plus"));
}

// SPDX-License-Identifier: Apache-2.0
// From a laboratory's message to the doctor's alert, and to what the assistant may no longer do.
#include <catch2/catch.hpp>

#include "practice.h"

using namespace relais;
using namespace relais::mandate;

namespace {

constexpr auto finaliser = v1::DELEGATED_ACTION_FINALISER;

Fiche receiving_under(const std::string& rules, const std::string& more = "") {
  Fiche fiche;
  fiche.tasks = "  - {id: bio-reception, mode: autonome, escalade: {immediate: [" + rules + "]" + more + "}}\n";
  return fiche;
}

Fiche sorting(const std::string& rules) {
  Fiche fiche;
  fiche.tasks = "  - {id: bio-triage, mode: faire-puis-valider, escalade: {immediate: [" + rules + "]}}\n";
  return fiche;
}

// A practice whose assistant closes what it receives, under these rules.
struct UnderRules : Practice {
  explicit UnderRules(const std::string& rules, const std::string& more = "") {
    install("mandate-reception");
    put_in_force(receiving_under(rules, more));
    REQUIRE(enable("perrin", "marchand", "bio-reception") == "ok");
  }
};

}  // namespace

TEST_CASE("R16 a potassium that meets the doctor's rule is pushed to the doctor and not closed by the assistant") {
  UnderRules practice("\"K >= 6.0 mmol/L\"");
  const auto item = practice.report({Practice::potassium(6.4)});
  CHECK(item.category() == v1::CATEGORY_CRITIQUE);
  CHECK(reasons(item, "ESCALADE") == 1);
  CHECK(item.routed_to_doctor().find("alerte immédiate") != std::string::npos);

  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.close("perrin", item) == "R16");
  const auto doing = practice.ask("perrin", realiser, "bio-reception", "marchand", item.subject().item_id());
  CHECK(doing.allowed());
  CHECK(obliges(doing, "escalade-immediate"));
  REQUIRE(doing.immediate_rules_size() == 1);
  CHECK(doing.immediate_rules(0).find("K >= 6.0 mmol/L") != std::string::npos);
  CHECK(practice.rule("perrin", finaliser, "bio-reception", "marchand", item.subject().item_id()) == "R16");
  CHECK(practice.validate("marchand", item) == "ok");
}

TEST_CASE("a potassium under the doctor's rule is closed by the assistant and stands in the digest") {
  UnderRules practice("\"K >= 6.0 mmol/L\", \"K <= 2.8 mmol/L\"");
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(item.category() == v1::CATEGORY_NORMAL);
  CHECK(reasons(item, "ESCALADE") == 0);
  CHECK(item.routed_to_doctor().empty());
  CHECK_FALSE(obliges(practice.ask("perrin", realiser, "bio-reception", "marchand", item.subject().item_id()),
                      "escalade-immediate"));
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.close("perrin", item) == "ok");
  const auto closed = practice.item("marchand", item.id());
  CHECK(closed.state() == v1::ITEM_STATE_CLOSED);
  CHECK(closed.digest());
}

TEST_CASE("R16 a potassium in an unknown unit is left to the doctor without a category") {
  UnderRules practice("\"K >= 6.0 mmol/L\"");
  const auto item = practice.report({Practice::potassium(4.2, "mg/dL")});
  CHECK(item.category() == v1::CATEGORY_NORMAL);
  CHECK(reasons(item, "ESCALADE-A-JUGER") == 1);
  CHECK(item.routed_to_doctor().find("juger") != std::string::npos);
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.close("perrin", item) == "R16");
}

TEST_CASE("R16 a change is read against the value that an earlier report brought") {
  UnderRules practice("\"créatinine +50 % vs dernière\"");
  const auto first = practice.report({Practice::creatinine(80)}, "marchand", 0, "2026-11-02");
  // Nothing to compare with: the doctor judges.
  CHECK(reasons(first, "ESCALADE-A-JUGER") == 1);
  CHECK(practice.claim("perrin", first) == "ok");
  CHECK(practice.close("perrin", first) == "R16");
  const auto steady = practice.report({Practice::creatinine(100)}, "marchand", 0, "2026-11-16");
  CHECK(practice.claim("perrin", steady) == "ok");
  CHECK(practice.close("perrin", steady) == "ok");
  const auto risen = practice.report({Practice::creatinine(150)}, "marchand", 0, "2026-11-23");
  CHECK(reasons(risen, "ESCALADE") == 1);
  CHECK(practice.claim("perrin", risen) == "ok");
  CHECK(practice.close("perrin", risen) == "R16");
  // Another patient's values are no history.
  CHECK(reasons(practice.report({Practice::creatinine(90)}, "marchand", 1), "ESCALADE-A-JUGER") == 1);
}

TEST_CASE("R16 every item goes to the doctor who judges the rules") {
  UnderRules practice("\"quand le patient est fatigué\"", ", jugee_par_le_medecin: true");
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(item.category() == v1::CATEGORY_NORMAL);
  CHECK_FALSE(item.routed_to_doctor().empty());
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.close("perrin", item) == "R16");
}

TEST_CASE("the rules of every assistant who does the task count for each of them") {
  UnderRules practice("\"K <= 2.8 mmol/L\"");
  auto other = receiving_under("\"K >= 6.0 mmol/L\"");
  other.assistant = "benali";
  practice.put_in_force(other);
  REQUIRE(practice.enable("benali", "marchand", "bio-reception") == "ok");
  const auto item = practice.report({Practice::potassium(6.4)});
  CHECK(reasons(item, "ESCALADE") == 1);
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.close("perrin", item) == "R16");
  CHECK(practice.release("perrin", item) == "ok");
  CHECK(practice.claim("benali", item) == "ok");
  CHECK(practice.close("benali", item) == "R16");
}

TEST_CASE("a rule written after the report came in counts when the item is closed") {
  UnderRules practice("\"K <= 2.8 mmol/L\"");
  const auto item = practice.report({Practice::potassium(6.4)});
  auto next = receiving_under("\"K >= 6.0 mmol/L\"");
  next.version = 2;
  next.from = "2026-11-23";
  practice.put_in_force(next);
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.close("perrin", item) == "R16");
}

TEST_CASE("the doctor's rule stands beside what the shipped sorting found and is in the ledger without a value") {
  Practice practice;
  practice.install("bio-triage");
  practice.put_in_force(sorting("\"K >= 5.8 mmol/L\""));
  REQUIRE(practice.enable("perrin", "marchand", "bio-triage") == "ok");
  const auto item = practice.report({Practice::potassium(5.9)});
  CHECK(item.category() == v1::CATEGORY_CRITIQUE);
  CHECK(reasons(item, "ESCALADE") == 1);
  CHECK(item.reasons_size() > 1);
  const auto events = practice.ledger(item.subject().item_id());
  CHECK(std::any_of(events.begin(), events.end(), [](const std::string& line) {
    return line.find("plugin.run ok") == 0 && line.find("ESCALADE") != std::string::npos;
  }));
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.prepare("perrin", item) == "ok");
}

TEST_CASE("E11 a rule that the installed plugin does not understand is refused with what may be written") {
  Practice practice;
  practice.install("bio-triage");
  const auto unclear = sorting("\"K >= 6.0 mmol/L\", \"potassium pas bon\"");
  const auto checked = practice.check(unclear);
  CHECK_FALSE(checked.signable());
  REQUIRE(checked.remarks_size() == 1);
  CHECK(checked.remarks(0).rule() == "E11");
  CHECK(checked.remarks(0).place() == "taches[0].escalade.immediate[1]");
  CHECK(checked.remarks(0).sentence().find("potassium pas bon") != std::string::npos);
  CHECK(checked.remarks(0).sentence().find("« K >= 6.0 mmol/L »") != std::string::npos);
  CHECK(practice.sign_draft(unclear) == "E11");

  auto marked = unclear;
  marked.tasks.replace(marked.tasks.find("]}"), 2, "], jugee_par_le_medecin: true}");
  const auto accepted = practice.check(marked);
  CHECK(accepted.signable());
  REQUIRE(accepted.remarks_size() == 1);
  CHECK(accepted.remarks(0).place() == "taches[0].escalade");
  CHECK_FALSE(accepted.remarks(0).refuses());
  CHECK(practice.sign_draft(marked) == "ok");
}

TEST_CASE("without a plugin for the task every rule is the doctor's to judge and the fiche says so") {
  Practice practice;
  auto fiche = sorting("\"potassium pas bon\"");
  fiche.tasks += "  - {id: bio-reception, mode: autonome, escalade: {immediate: [\"K >= 6.0 mmol/L\"]}}\n";
  const auto checked = practice.check(fiche);
  CHECK(checked.signable());
  CHECK(checked.remarks_size() == 2);
  practice.put_in_force(fiche);
  REQUIRE(practice.enable("perrin", "marchand", "bio-reception") == "ok");
  v1::GetFicheRequest get;
  get.set_fiche_id(fiche.name());
  const auto shown = practice.call("perrin", &v1::DelegationService::Stub::GetFiche, get);
  REQUIRE(shown.ok);
  REQUIRE(shown.value.fiche().remarks_size() == 2);
  CHECK(shown.value.fiche().remarks(0).sentence().find("aucun plugin") != std::string::npos);
  // No item to judge: what a rule might hold for is not the assistant's to close.
  CHECK(practice.rule("perrin", finaliser, "bio-reception", "marchand") == "R16");

  practice.install("mandate-reception");
  CHECK(practice.check(fiche).remarks_size() == 1);
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.close("perrin", item) == "ok");
}

// SPDX-License-Identifier: Apache-2.0
// A fictitious practice whose doctor and assistant sign for real.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "practice/fiche_store.h"
#include "practice/mandate_gate.h"
#include "support/scratch.h"

namespace relais::practice {

inline std::string fiche_yaml(int version, const std::string& tasks, const std::string& doctor = "marchand",
                              const std::string& extra = "") {
  return R"(format: relais-fiche/1
fiche: {id: fp-)" + doctor + R"(-perrin, version: )" + std::to_string(version) + R"(}
cabinet: {nom: Cabinet fictif, commune: commune fictive, fuseau: Europe/Paris}
employeur: {type: medecin, decideurs: [marchand]}
medecin: {id: )" + doctor + R"(, nom: Dr Fictif}
assistant:
  id: perrin
  nom: Julie Perrin
  profil: autre
  prise_de_fonction: 2026-02-02
  quotite_etp: 1.0
  contrat_aide: {signe_le: 2026-01-15, option_etp: 1.0}
  formation: {voie: cqp, inscrite_le: 2026-04-07, jours_absence: [mardi, jeudi]}
encadrement_formation: true
validite: {du: 2026-04-13, au: 2027-04-12}
temps:
  - {jours: [lundi, mercredi, vendredi], heures: ["08:30-12:30", "13:30-17:30"]}
donnees: {niveau_max: D3, categories_autorisees: []}
exclusions: {lien_familial: true, ids: [p-exclu]}
remplacement: {regle: suspendre}
defaut: "non"
repli_general: {vers: medecin, delai_h: 24}
)" + extra + "taches:" + (tasks.empty() ? " []" : "\n" + tasks) + R"(
engagements: [secret professionnel]
)";
}

inline const std::string triage = "  - {id: bio-triage, mode: faire-puis-valider}\n";
inline const std::string triage_and_reception = triage + "  - {id: bio-reception, mode: autonome, donnees_max: D4}\n";

struct FichePractice {
  static constexpr const char* password = "correct horse battery";

  FichePractice() {
    Account admin;
    admin.id = admin.login = "admin";
    admin.display_name = "Admin";
    admin.role = worklist::Role::administrator;
    REQUIRE(accounts.create_first(admin, password));
    add("marchand", worklist::Role::doctor);
    add("nguyen", worklist::Role::doctor);
    add("perrin", worklist::Role::assistant);
    for (const auto& person : {doctor, other_doctor, assistant}) REQUIRE(accounts.set_signing_key(password, person));
  }
  void add(const std::string& id, worklist::Role role) {
    Account account;
    account.id = account.login = id;
    account.display_name = id;
    account.role = role;
    REQUIRE(accounts.create(account, password, {"admin", worklist::Role::administrator, {}}));
  }
  StoredFiche draft(int version, const std::string& tasks) {
    auto stored = fiches.put_draft(fiche_yaml(version, tasks), doctor);
    REQUIRE(stored);
    return *stored;
  }
  StoredFiche sign(int version, const std::string& tasks) {
    const auto stored = draft(version, tasks);
    auto signed_fiche = fiches.sign(stored.id, version, stored.sha256, password, doctor);
    REQUIRE(signed_fiche);
    return *signed_fiche;
  }
  StoredFiche accept(int version, const std::string& tasks) {
    const auto stored = sign(version, tasks);
    auto accepted = fiches.answer(stored.id, version, stored.sha256, fiche::AnswerKind::accepte, {}, password, assistant);
    REQUIRE(accepted);
    return *accepted;
  }
  MandateAnswer ask(fiche::Action action, MandateSubject subject) {
    auto answer = gate.decide("perrin", action, subject);
    REQUIRE(answer);
    return *answer;
  }
  MandateSubject report(const std::string& doctor_id = "marchand") {
    return {"bio-triage", "r-1", "p-1", doctor_id, false};
  }
  // Changes one stored value behind the host's back.
  void tamper(const std::string& statement) {
    REQUIRE(database->write([&](Transaction& tx) -> Result<void> {
      tx.sql() << statement;
      return {};
    }));
  }

  test::Scratch scratch;
  // Monday 23 November 2026, 16:45 in Paris.
  test::TestClock clock{Instant{std::chrono::milliseconds{1'795'448'700'000}}};
  std::unique_ptr<Database> database = *Database::open("sqlite:" + (scratch.path() / "practice.db").string(), clock);
  std::unique_ptr<Ledger> ledger = *Ledger::open(*database, scratch.path());
  HostKey key = *HostKey::open(scratch.path() / "keys", false);
  Accounts accounts{*database, *ledger, key, cheap()};
  FicheStore fiches{*database, *ledger, accounts};
  DecisionFacts facts;
  MandateGate gate{fiches, accounts, *ledger, facts, clock};
  Attribution doctor{"marchand", worklist::Role::doctor, "c-1"};
  Attribution other_doctor{"nguyen", worklist::Role::doctor, "c-2"};
  Attribution assistant{"perrin", worklist::Role::assistant, "c-3"};

 private:
  static AccountRules cheap() {
    AccountRules rules;
    rules.cost = {1, std::size_t{8} << 10U};
    return rules;
  }
};

}  // namespace relais::practice

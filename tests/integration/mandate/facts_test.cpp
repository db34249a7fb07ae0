// SPDX-License-Identifier: Apache-2.0
// Refusals that come from what people enter and no fiche holds: presence, replacement, closure, kinship, opposition,
// restricted category, titles and contract dates.
#include <catch2/catch.hpp>

#include "practice.h"
#include "relais/v1/practice.grpc.pb.h"

using namespace relais;
using namespace relais::mandate;

namespace {

using PracticeStub = v1::PracticeService::Stub;

struct Declaring : Sorting {
  using Sorting::Sorting;

  void present(v1::Presence presence) {
    v1::DeclarePresenceRequest request;
    request.set_presence(presence);
    REQUIRE(call("marchand", &PracticeStub::DeclarePresence, request).said() == "ok");
  }
};

}  // namespace

TEST_CASE("R18 the doctor who is declared present lifts the refusal and the end of the day brings it back") {
  Declaring practice(with_tasks("  - {id: bio-triage, mode: faire-puis-valider, presence_medecin: requise}\n"));
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.claim("perrin", item) == "R18");
  practice.present(v1::PRESENCE_PRESENT);
  CHECK(practice.claim("perrin", item) == "ok");
  practice.present(v1::PRESENCE_ABSENT);
  CHECK(practice.prepare("perrin", item) == "R18");
  practice.present(v1::PRESENCE_PRESENT);
  practice.at("2026-11-24T10:00");
  CHECK(practice.prepare("perrin", item) == "R18");
}

TEST_CASE("R13 on a day when the practice is closed or the assistant absent nobody acts") {
  Sorting practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  v1::AddClosureRequest closure;
  closure.set_from_date("2026-11-24");
  closure.set_reason("congrès");
  REQUIRE(practice.call("marchand", &PracticeStub::AddClosure, closure).said() == "ok");
  v1::DeclareAbsenceRequest absence;
  absence.set_from_date("2026-11-25");
  REQUIRE(practice.call("perrin", &PracticeStub::DeclareAbsence, absence).said() == "ok");
  practice.at("2026-11-24T10:00");
  CHECK(practice.claim("perrin", item) == "R13");
  practice.at("2026-11-25T10:00");
  CHECK(practice.claim("perrin", item) == "R13");
  practice.at("2026-11-26T10:00");
  CHECK(practice.claim("perrin", item) == "ok");
}

TEST_CASE("R15 a patient's opposition keeps the result from the assistant") {
  Sorting practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  CHECK(practice.see("perrin", item) == "ok");
  v1::RecordOppositionRequest opposition;
  opposition.set_patient_id("p-001");
  opposition.add_kinds(v1::OPPOSITION_KIND_ACCES_AM);
  REQUIRE(practice.call("marchand", &PracticeStub::RecordOpposition, opposition).said() == "ok");
  CHECK(practice.see("perrin", item) == "R15");
  CHECK(practice.claim("perrin", item) == "R15");
  CHECK(practice.see("perrin", practice.report({Practice::potassium(4.2)}, "marchand", 1)) == "ok");
}

TEST_CASE("R17 a restricted category keeps the whole item with the doctor") {
  Sorting practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  v1::RestrictItemRequest restriction;
  restriction.set_item_id(item.subject().item_id());
  restriction.set_category("vih-ist");
  REQUIRE(practice.call("marchand", &PracticeStub::RestrictItem, restriction).said() == "ok");
  CHECK(practice.see("perrin", item) == "R17");
  CHECK(practice.see("marchand", item) == "ok");
}

TEST_CASE("R19 a relative's result is refused to the assistant and goes to the doctor") {
  Sorting practice;
  v1::DeclareKinshipRequest kinship;
  kinship.set_patient_id("p-001");
  kinship.set_kin(true);
  const auto before = practice.report({Practice::potassium(4.2)}, "marchand", 1);
  REQUIRE(practice.call("perrin", &PracticeStub::DeclareKinship, kinship).said() == "ok");
  // The run happens all the same.
  const auto item = practice.report({Practice::potassium(6.7)});
  CHECK(item.plugin_id() == "bio-triage");
  CHECK(practice.see("perrin", item) == "R19");
  CHECK(practice.claim("perrin", item) == "R19");
  CHECK(practice.see("perrin", before) == "ok");
  CHECK(practice.validate("marchand", item) == "ok");
}

TEST_CASE("R23 while the doctor is replaced the assistant only prepares") {
  Sorting practice;
  const auto item = practice.report({Practice::potassium(4.2)});
  practice.need("remplace");
  v1::DeclareLocumRequest locum;
  locum.set_replacement_id("remplace");
  const auto now = practice.clock.now().time_since_epoch().count();
  locum.set_from_ms(now);
  locum.set_until_ms(now + 3'600'000);
  locum.set_contract("contrat de remplacement du 20/11/2026");
  REQUIRE(practice.call("marchand", &PracticeStub::DeclareLocum, locum).said() == "ok");
  CHECK(practice.claim("perrin", item) == "ok");
  CHECK(practice.prepare("perrin", item) == "R23");
  CHECK(practice.rule("perrin", realiser, "bio-triage", "marchand", item.subject().item_id()) == "R23");
  practice.at("2026-11-23T11:01");
  CHECK(practice.prepare("perrin", item) == "ok");
}

TEST_CASE("R10 a nurse struck off loses what needs the diploma at once") {
  Practice practice;
  Fiche fiche = with_tasks("  - {id: bio-appel-patient, mode: faire-puis-valider}\n");
  fiche.assistant = "benali";
  fiche.profile = "ide";
  fiche.attestations = "{type: dei, le: 2014-07-10, preuve: dei.pdf}";
  practice.put_in_force(fiche);
  CHECK(practice.enable("benali", "marchand", "bio-appel-patient") == "ok");
  v1::RevokeTitleRequest revoked;
  revoked.set_assistant_id("benali");
  revoked.set_title("dei");
  revoked.set_reason("suspension");
  REQUIRE(practice.call("marchand", &PracticeStub::RevokeTitle, revoked).said() == "ok");
  CHECK(practice.enable("benali", "marchand", "bio-appel-patient") == "R10");
}

TEST_CASE("R12 the attestation lifts the cap by itself") {
  Practice practice;
  practice.put_in_force(with_tasks("  - {id: carnet-sante, mode: faire-puis-valider}\n"));
  REQUIRE(practice.enable("perrin", "marchand", "carnet-sante") == "ok");
  CHECK(practice.rule("perrin", realiser, "carnet-sante", "marchand") == "R12");
  v1::AddAttestationRequest attestation;
  attestation.set_assistant_id("perrin");
  attestation.set_title("cqp");
  attestation.set_obtained_on("2026-11-20");
  attestation.set_proof("cqp-perrin.pdf");
  REQUIRE(practice.call("marchand", &PracticeStub::AddAttestation, attestation).said() == "ok");
  CHECK(practice.rule("perrin", realiser, "carnet-sante", "marchand") == "ok faire-puis-valider");
}

TEST_CASE("R01 the end of the function ends every right and R06 the doctor's departure ends the fiche") {
  Sorting practice;
  v1::RecordContractDateRequest end;
  end.set_what(v1::CONTRACT_DATE_FUNCTION_END);
  end.set_assistant_id("perrin");
  end.set_date("2026-11-27");
  REQUIRE(practice.call("marchand", &PracticeStub::RecordContractDate, end).said() == "ok");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "ok");
  practice.at("2026-11-30T10:00");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R01");

  Practice other;
  other.put_in_force({});
  v1::RecordContractDateRequest departure;
  departure.set_what(v1::CONTRACT_DATE_DOCTOR_DEPARTURE);
  departure.set_date("2026-11-27");
  REQUIRE(other.call("marchand", &PracticeStub::RecordContractDate, departure).said() == "ok");
  CHECK(other.enable("perrin", "marchand", "bio-triage") == "ok");
  other.at("2026-11-30T10:00");
  CHECK(other.enable("perrin", "marchand", "bio-triage") == "R06");
}

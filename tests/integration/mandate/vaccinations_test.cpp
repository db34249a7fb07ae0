// SPDX-License-Identifier: Apache-2.0
// A vaccination from the assistant's hand to the doctor's word, through a running host: who may enter, confirm, correct
// and settle, and what the record holds then.
#include <catch2/catch.hpp>

#include "practice.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"

using namespace relais;
using namespace relais::mandate;

namespace {

using Stub = v1::PatientRecordService::Stub;
constexpr auto task = "vaccin-tracabilite";
constexpr auto whom = "p-001";
constexpr int not_done = 2, in_error = 3, seen = 1, declared = 2;

struct Booklets : Practice {
  explicit Booklets(
      const std::string& tasks =
          "  - {id: vaccin-tracabilite, mode: faire-puis-valider}\n  - {id: vaccin-statut, mode: autonome}\n") {
    v1::PutPatientsRequest patients;
    for (const auto* id : {whom, "p-002"}) {
      auto& patient = *patients.add_patients();
      patient.set_id(id);
      patient.mutable_traits()->set_birth_family("PAT-TROIS");
      patient.mutable_traits()->set_birth_given_all("DOMINIQUE");
      patient.mutable_traits()->set_birth_date("1979-03-28");
      patient.set_treating_doctor_id("marchand");
    }
    need("marchand");
    REQUIRE(call("marchand", &Stub::PutPatients, patients).said() == "ok");
    Fiche fiche;
    fiche.tasks = tasks;
    put_in_force(fiche);
    for (const auto* one : {task, "vaccin-statut"}) {
      if (tasks.find(one) != std::string::npos) REQUIRE(enable("perrin", "marchand", one) == "ok");
    }
  }

  static v1::Immunization flu(const std::string& day = "2026-10-14", const std::string& lot = "U4421") {
    v1::Immunization act;
    act.set_label("Vaxigrip");
    act.set_product_system("ATC");
    act.set_product_code("J07BB02");
    act.set_given_on(day);
    act.set_lot(lot);
    act.set_site("deltoïde gauche");
    act.set_performer_name("Anne Boiteux");
    act.set_performer_role("pharmacienne");
    act.set_proof(seen);
    act.set_seen_on(v1::PROOF_SEEN_ON_BOOKLET);
    return act;
  }
  Reply<v1::RecordImmunizationResponse> enter(const std::string& who, const v1::Immunization& act,
                                              const std::string& under = task, const std::string& request_id = {}) {
    v1::RecordImmunizationRequest request;
    request.set_request_id(request_id);
    request.set_patient_id(whom);
    *request.mutable_immunization() = act;
    if (who == "perrin") request.mutable_purpose()->set_task_id(under);
    return call(who, &Stub::RecordImmunization, request);
  }
  // The place of a refusal beside its code.
  std::string refused(const v1::Immunization& act) {
    const auto reply = enter("perrin", act);
    return reply.ok ? "ok" : reply.error.code();
  }
  v1::ListImmunizationsResponse list(const std::string& who = "marchand", bool errors = false) {
    v1::ListImmunizationsRequest request;
    request.set_patient_id(whom);
    request.set_with_entered_in_error(errors);
    if (who == "perrin") request.mutable_purpose()->set_task_id("vaccin-statut");
    const auto reply = call(who, &Stub::ListImmunizations, request);
    REQUIRE(reply.said() == "ok");
    return reply.value;
  }
  std::string confirm(const std::string& who, const std::string& id) {
    v1::ConfirmImmunizationRequest request;
    request.set_patient_id(whom);
    request.set_immunization_id(id);
    return call(who, &Stub::ConfirmImmunization, request).said();
  }
  Reply<v1::CorrectImmunizationResponse> correct(const std::string& who, const std::string& id,
                                                 const v1::Immunization& act,
                                                 const std::string& why = "faute de frappe") {
    v1::CorrectImmunizationRequest request;
    request.set_patient_id(whom);
    request.set_immunization_id(id);
    request.set_reason(why);
    *request.mutable_immunization() = act;
    if (who == "perrin") request.mutable_purpose()->set_task_id(task);
    return call(who, &Stub::CorrectImmunization, request);
  }
  std::string withdraw(const std::string& who, const std::string& id, const std::string& why = "autre patient") {
    v1::EnterImmunizationInErrorRequest request;
    request.set_patient_id(whom);
    request.set_immunization_id(id);
    request.set_reason(why);
    if (who == "perrin") request.mutable_purpose()->set_task_id(task);
    return call(who, &Stub::EnterImmunizationInError, request).said();
  }
  v1::ListImmunizationConflictsResponse open(const std::string& who = "marchand", const std::string& patient = {}) {
    v1::ListImmunizationConflictsRequest request;
    request.set_patient_id(patient);
    const auto reply = call(who, &Stub::ListImmunizationConflicts, request);
    REQUIRE(reply.said() == "ok");
    return reply.value;
  }
  Reply<v1::ResolveImmunizationConflictResponse> resolve(const std::string& who, const std::string& first,
                                                         const std::string& second,
                                                         v1::ImmunizationResolution resolution,
                                                         const std::string& kept = {}) {
    v1::ResolveImmunizationConflictRequest request;
    request.set_patient_id(whom);
    request.set_first_id(first);
    request.set_second_id(second);
    request.set_resolution(resolution);
    request.set_kept_id(kept);
    return call(who, &Stub::ResolveImmunizationConflict, request);
  }
};

}  // namespace

TEST_CASE("what the assistant enters waits for the doctor and the doctor's word settles it") {
  Booklets practice;
  const auto entered = practice.enter("perrin", Booklets::flu());
  REQUIRE(entered.said() == "ok");
  const auto& act = entered.value.immunization();
  CHECK(act.to_confirm());
  CHECK(act.product_system() == "atc");
  CHECK(act.site() == "deltoïde gauche");
  REQUIRE(act.sources_size() == 1);
  CHECK(act.sources(0).entered_by() == "perrin");
  CHECK_FALSE(entered.value.already_known());
  CHECK(practice.open().to_confirm_size() == 1);
  CHECK(practice.open("marchand", "p-002").to_confirm().empty());

  CHECK(practice.confirm("perrin", act.id()) == "api.role");
  CHECK(practice.confirm("marchand", act.id()) == "ok");
  CHECK(practice.confirm("marchand", act.id()) == "ok");
  const auto listed = practice.list("perrin");
  REQUIRE(listed.immunizations_size() == 1);
  CHECK_FALSE(listed.immunizations(0).to_confirm());
  CHECK(listed.immunizations(0).confirmed_by() == "marchand");
  CHECK(practice.open().to_confirm().empty());
  // Confirmed: it is the doctor's to change now.
  CHECK(practice.correct("perrin", act.id(), Booklets::flu("2026-10-15")).said() == "immunization.not-yours");
  CHECK(practice.withdraw("perrin", act.id()) == "immunization.not-yours");
  // What a doctor enters waits for nobody.
  CHECK_FALSE(practice.enter("marchand", Booklets::flu("2025-10-14", "U1")).value.immunization().to_confirm());
}

TEST_CASE("an assistant without the task enters nothing and one whose fiche only prepares neither") {
  Booklets other("  - {id: vaccin-statut, mode: autonome}\n");
  const auto under_tracing = other.enter("perrin", Booklets::flu());
  CHECK_FALSE(under_tracing.ok);
  CHECK(under_tracing.error.code() == "api.mandate");
  const auto under_status = other.enter("perrin", Booklets::flu(), "vaccin-statut");
  CHECK_FALSE(under_status.ok);
  CHECK(under_status.error.code() == "api.mandate");
  CHECK(other.list().immunizations().empty());

  Booklets prepares("  - {id: vaccin-tracabilite, mode: preparer}\n");
  const auto prepared = prepares.enter("perrin", Booklets::flu());
  CHECK_FALSE(prepared.ok);
  CHECK(prepared.error.code() == "api.mandate");
  CHECK(prepares.list().immunizations().empty());
}

TEST_CASE("an entry says which vaccine when and how it is known") {
  Booklets practice;
  const auto with = [](auto change) {
    auto act = Booklets::flu();
    change(act);
    return act;
  };
  CHECK(practice.refused(with([](auto& act) {
    act.clear_label(), act.clear_product_code(), act.clear_product_system();
  })) == "immunization.unknown-product");
  CHECK(practice.refused(with([](auto& act) { act.clear_product_system(); })) == "immunization.unknown-product");
  CHECK(practice.refused(with([](auto& act) { act.set_given_on("2026-11-24"); })) == "immunization.future-date");
  CHECK(practice.refused(with([](auto& act) { act.set_given_on("2027"); })) == "immunization.future-date");
  CHECK(practice.refused(with([](auto& act) { act.set_given_on("1979-03-27"); })) == "immunization.before-birth");
  CHECK(practice.refused(with([](auto& act) { act.set_given_on("1978"); })) == "immunization.before-birth");
  CHECK(practice.refused(with([](auto& act) { act.set_given_on("14/10/2026"); })) == "immunization.no-date");
  CHECK(practice.refused(with([](auto& act) { act.clear_given_on(); })) == "immunization.no-date");
  CHECK(practice.refused(with([](auto& act) { act.clear_seen_on(); })) == "immunization.not-seen");
  CHECK(practice.refused(with([](auto& act) { act.set_proof(declared); })) == "immunization.not-seen");
  CHECK(practice.refused(with([](auto& act) { act.set_proof(0), act.clear_seen_on(); })) == "immunization.not-seen");
  CHECK(practice.refused(with([](auto& act) {
    act.set_given_on("2026-10"), act.set_seen_on(v1::PROOF_SEEN_ON_PACKAGE);
  })) == "immunization.no-date");
  CHECK(practice.refused(with([](auto& act) { act.set_status(in_error); })) == "relais.invalid-argument");
  CHECK(practice.refused(with([](auto& act) { act.set_dose_number(-1); })) == "relais.invalid-argument");
  CHECK(practice.list().immunizations().empty());
  // Today, the month of birth, a stamp without date, a refusal.
  CHECK(practice.refused(with([](auto& act) { act.set_given_on("2026-11-23"); })) == "ok");
  CHECK(practice.refused(with([](auto& act) {
    act.set_label("BCG"), act.set_product_code("J07AN01"), act.set_given_on("1979-03"), act.clear_lot();
  })) == "ok");
  CHECK(practice.refused(with([](auto& act) {
    act.Clear();
    act.add_target_diseases()->set_display("Rougeole");
    act.set_proof(declared);
  })) == "ok");
  CHECK(practice.refused(with([](auto& act) {
    act.Clear();
    act.set_label("ROR");
    act.set_status(not_done);
    act.set_given_on("2026-11-20");
    act.set_reason("refus");
  })) == "ok");
  CHECK(practice.list().immunizations_size() == 4);
  v1::RecordImmunizationRequest nobody;
  nobody.set_patient_id("p-404");
  *nobody.mutable_immunization() = Booklets::flu();
  CHECK(practice.call("marchand", &Stub::RecordImmunization, nobody).said() == "practice.unknown-patient");
}

TEST_CASE("one request is one act and the same act entered again is one act") {
  Booklets practice;
  const auto first = practice.enter("perrin", Booklets::flu(), task, "r-1");
  const auto again = practice.enter("perrin", Booklets::flu(), task, "r-1");
  CHECK(again.value.immunization().id() == first.value.immunization().id());
  CHECK(again.value.immunization().sources_size() == 1);
  const auto doctor = practice.enter("marchand", Booklets::flu());
  CHECK(doctor.value.already_known());
  CHECK(doctor.value.immunization().id() == first.value.immunization().id());
  CHECK(doctor.value.immunization().sources_size() == 2);
  // Another who answers for it has told it: nothing waits.
  CHECK_FALSE(doctor.value.immunization().to_confirm());
  CHECK(practice.list().immunizations_size() == 1);
}

TEST_CASE("a correction goes on under the same act and what was said before is not lost") {
  Booklets practice;
  const auto id = practice.enter("perrin", Booklets::flu()).value.immunization().id();
  CHECK(practice.correct("perrin", id, Booklets::flu("2026-10-15"), " ").said() == "immunization.reason-needed");
  const auto corrected = practice.correct("perrin", id, Booklets::flu("2026-10-15"));
  REQUIRE(corrected.said() == "ok");
  CHECK(corrected.value.immunization().id() == id);
  CHECK(corrected.value.immunization().given_on() == "2026-10-15");
  CHECK(corrected.value.immunization().to_confirm());
  CHECK(corrected.value.conflicts().empty());
  CHECK(practice.list("marchand", true).immunizations_size() == 1);

  CHECK(practice.withdraw("marchand", id) == "ok");
  CHECK(practice.list().immunizations().empty());
  const auto all = practice.list("marchand", true);
  REQUIRE(all.immunizations_size() == 1);
  CHECK(all.immunizations(0).status() == in_error);
  CHECK(all.immunizations(0).reason() == "autre patient");
  CHECK(practice.confirm("marchand", id) == "immunization.withdrawn");
  CHECK(practice.correct("marchand", id, Booklets::flu()).said() == "immunization.withdrawn");
  CHECK(practice.withdraw("marchand", "imm-404") == "relais.not-found");
}

TEST_CASE("contradictions are shown to all and settled by doctors") {
  Booklets practice;
  const auto first = practice.enter("marchand", Booklets::flu()).value.immunization().id();
  const auto entered = practice.enter("perrin", Booklets::flu("2026-10-24"));
  const auto second = entered.value.immunization().id();
  REQUIRE(entered.value.conflicts_size() == 1);
  CHECK(entered.value.conflicts(0).kind() == v1::IMMUNIZATION_CONFLICT_KIND_LOT_ON_TWO_DATES);
  CHECK(practice.list("perrin").conflicts_size() == 1);
  REQUIRE(practice.open().conflicts_size() == 1);
  CHECK(practice.open().conflicts(0).patient_id() == whom);

  constexpr auto same = v1::IMMUNIZATION_RESOLUTION_SAME_ACT;
  CHECK(practice.resolve("perrin", first, second, same, first).said() == "api.role");
  CHECK(practice.resolve("marchand", first, second, same).said() == "relais.invalid-argument");
  CHECK(practice.resolve("marchand", first, "imm-404", same, first).said() == "relais.not-found");
  const auto settled = practice.resolve("marchand", first, second, same, first);
  REQUIRE(settled.said() == "ok");
  REQUIRE(settled.value.immunizations_size() == 1);
  CHECK(settled.value.immunizations(0).given_on() == "2026-10-14");
  CHECK(practice.open().conflicts().empty());
  CHECK(practice.resolve("marchand", first, first, same, first).said() == "immunization.no-conflict");

  const auto third = practice.enter("marchand", Booklets::flu("2026-10-15", "U9")).value.immunization().id();
  REQUIRE(practice.open().conflicts_size() == 1);
  REQUIRE(practice.resolve("marchand", first, third, v1::IMMUNIZATION_RESOLUTION_ENTERED_IN_ERROR, first).said() ==
          "ok");
  CHECK(practice.list().immunizations_size() == 1);
  CHECK(practice.open().conflicts().empty());
}

TEST_CASE("practice wide questions are the doctors' and secretaries read no vaccination") {
  Booklets practice;
  REQUIRE(practice.enter("marchand", Booklets::flu()).said() == "ok");
  v1::ListImmunizationConflictsRequest all;
  all.mutable_purpose()->set_task_id("vaccin-statut");
  CHECK_FALSE(practice.call("perrin", &Stub::ListImmunizationConflicts, all).ok);
  v1::ListImmunizationsRequest one;
  one.set_patient_id(whom);
  CHECK(practice.call("secretaire", &Stub::ListImmunizations, one).said() == "api.role");
  CHECK(practice.enter("secretaire", Booklets::flu()).said() == "api.role");
  // Without a purpose an assistant reads nothing.
  CHECK_FALSE(practice.call("perrin", &Stub::ListImmunizations, one).ok);
}

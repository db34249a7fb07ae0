// SPDX-License-Identifier: Apache-2.0
// E1 to E11: what the host refuses to have signed. A refused draft gives no right.
#include <catch2/catch.hpp>

#include "practice.h"

using namespace relais;
using namespace relais::mandate;

namespace {

// Says the same when it is checked and when it is signed, at this place, and gives no right.
void refused(const Fiche& fiche, const std::string& rule, const std::string& place) {
  Practice practice;
  practice.need(fiche.assistant);
  const auto checked = practice.check(fiche);
  CHECK_FALSE(checked.signable());
  REQUIRE(checked.remarks_size() >= 1);
  CHECK(checked.remarks(0).rule() == rule);
  CHECK(checked.remarks(0).place() == place);
  CHECK(checked.remarks(0).refuses());
  CHECK(practice.sign_draft(fiche) == rule);
  CHECK(practice.enable(fiche.assistant, fiche.doctor, "accueil-patient") == "R04");
}

}  // namespace

TEST_CASE("E1 a task that is not in the catalogue is not signed") {
  refused(with_tasks("  - {id: faire-le-cafe, mode: preparer}\n"), "E1", "taches[0].id");
}

TEST_CASE("E2 an act that is never delegable is not signed") {
  refused(with_tasks("  - {id: x-prescrire, mode: preparer}\n"), "E2", "taches[0].id");
}

TEST_CASE("E3 a mode above the ceiling is not signed") {
  refused(with_tasks("  - {id: bio-triage, mode: autonome}\n"), "E3", "taches[0].mode");
}

TEST_CASE("E4 an act for a nurse is not signed for who will never be one") {
  refused(with_tasks("  - {id: bio-appel-patient, mode: faire-puis-valider}\n"), "E4", "taches[0].mode");
}

TEST_CASE("E5 a transfer is not signed") {
  refused(with_tasks("  - {id: bio-triage, mode: faire-puis-valider, regime: transfert}\n"), "E5", "taches[0].regime");
}

TEST_CASE("E6 two versions with the same first day are not signed") {
  Practice practice;
  practice.put_in_force({});
  Fiche next = with_tasks("  - {id: numerisation, mode: autonome}\n");
  next.version = 2;
  const auto checked = practice.check(next);
  REQUIRE(checked.remarks_size() >= 1);
  CHECK(checked.remarks(0).rule() == "E6");
  CHECK(practice.sign_draft(next) == "E6");
  next.from = "2026-11-23";
  CHECK(practice.sign_draft(next) == "ok");
}

TEST_CASE("E7 nobody signs the fiche of another doctor") {
  Practice practice;
  practice.need("perrin");
  const Fiche fiche;
  v1::PutDraftRequest draft;
  draft.set_yaml(fiche.yaml());
  const auto stored = practice.call("marchand", &v1::DelegationService::Stub::PutDraft, draft);
  REQUIRE(stored.said() == "ok");
  v1::SignFicheRequest signature;
  signature.set_fiche_id(fiche.name());
  signature.set_version(1);
  signature.set_expected_sha256(stored.value.fiche().sha256());
  signature.set_password("une-fiche-par-assistant");
  const auto other = practice.call("nguyen", &v1::DelegationService::Stub::SignFiche, signature);
  CHECK(other.said() == "E7");
  CHECK(other.error.code() == "api.not-yours");
  CHECK(practice.enable("perrin", "marchand", "bio-triage") == "R04");
  CHECK(practice.sign_draft(fiche) == "ok");
}

TEST_CASE("E8 a fiche without an end or of more than twenty-four months is not signed") {
  Fiche endless;
  endless.to = "";
  refused(endless, "E8", "validite.au");
  Fiche longer;
  longer.to = "2028-04-13";
  refused(longer, "E8", "validite.au");
}

TEST_CASE("E9 an attestation without proof is not signed") {
  Fiche fiche;
  fiche.attestations = "{type: cqp, le: 2026-10-01}";
  refused(fiche, "E9", "assistant.attestations[0].preuve");
}

TEST_CASE("E10 results are not delegated without a fallback") {
  Fiche fiche;
  fiche.fallback = "";
  refused(fiche, "E10", "taches[0].repli");
}

// SPDX-License-Identifier: Apache-2.0
#include "domain/signing.h"

#include <catch2/catch.hpp>
#include <sodium.h>

#include "domain/canonical.h"
#include "domain/explain.h"
#include "domain/fiche_diff.h"
#include "domain/signature.h"
#include "fiche_samples.h"

using namespace relais::fiche;
using namespace relais::fiche::samples;

namespace {

std::vector<std::string> findings(const Fiche& fiche, const std::vector<Fiche>& others = {},
                                  std::optional<SigningSession> session = {}) {
  std::vector<std::string> said;
  for (const auto& finding : check_signing(fiche, others, session))
    said.push_back(std::string(reason(finding.code).code) + " " + finding.place);
  return said;
}

using Said = std::vector<std::string>;

Fiche with(Grant grant) {
  auto fiche = martin_leroy();
  fiche.grants = {std::move(grant)};
  return fiche;
}

struct Keys {
  PublicKey open{};
  SecretKey secret{};
  Keys() { crypto_sign_keypair(open.data(), secret.data()); }
};

SignatureRecord record(const Fiche& fiche, SignerRole role) {
  SignatureRecord r;
  r.role = role;
  r.signer = role == SignerRole::medecin ? fiche.doctor_id : fiche.assistant.id;
  r.fiche_id = fiche.id;
  r.fiche_version = fiche.version;
  r.sha256 = canonical_sha256(fiche).value();
  r.at = to_instant(at("2025-12-20T09:00"), "Europe/Paris");
  r.means = "e-CPS";
  if (role == SignerRole::assistant) r.answer = AnswerKind::accepte;
  return r;
}

}  // namespace

TEST_CASE("a fiche without fault may be signed by its doctor") {
  CHECK(findings(martin_leroy(), {}, SigningSession{"martin", "martin"}).empty());
}

TEST_CASE("E1 unknown task and E2 never delegable act") {
  CHECK(findings(with(grant("faire-le-cafe", Mode::autonome))) == Said{"E1 taches[0].id"});
  CHECK(findings(with(grant("x-prescrire", Mode::preparer))) == Said{"E2 taches[0].id"});
  CHECK(findings(with(grant("x-prescrire", Mode::non))) == Said{"E2 taches[0].id"});
}

TEST_CASE("E3 a mode above the ceiling") {
  CHECK(findings(with(grant("bio-triage", Mode::autonome))) == Said{"E3 taches[0].mode"});
  CHECK(findings(with(grant("mdph-prefill", Mode::faire_puis_valider))) == Said{"E3 taches[0].mode"});
}

TEST_CASE("E4 a class that the profile will never have") {
  auto fiche = with(grant("pansement", Mode::preparer));
  CHECK(findings(fiche) == Said{"E4 taches[0].mode"});
  fiche.assistant.profile = Profile::as;
  CHECK(findings(fiche) == Said{"E4 taches[0].mode"});
  fiche.assistant.profile = Profile::ide;
  CHECK(findings(fiche).empty());
  fiche = with(grant("dextro", Mode::preparer));
  CHECK(findings(fiche) == Said{"E4 taches[0].mode"});
  fiche.assistant.profile = Profile::ap;
  CHECK(findings(fiche).empty());
  CHECK(findings(with(grant("pansement", Mode::non))).empty());
  fiche = with(grant("pansement", Mode::preparer));
  fiche.assistant.attestations.push_back({AttestationKind::dei, day("2015-01-01"), "dei.pdf"});
  CHECK(findings(fiche).empty());
}

TEST_CASE("E5 transfer and E9 attestation without proof") {
  auto one = grant("accueil-patient", Mode::autonome);
  one.regime = Regime::transfert;
  CHECK(findings(with(one)) == Said{"E5 taches[0].regime"});
  auto fiche = martin_leroy();
  fiche.assistant.attestations.push_back({AttestationKind::afgsu1, day("2025-01-01"), {}});
  CHECK(findings(fiche) == Said{"E9 assistant.attestations[1].preuve"});
}

TEST_CASE("E6 two versions with the same start") {
  auto next = martin_leroy();
  next.version = 2;
  CHECK(findings(next, {martin_leroy()}) == Said{"E6 validite.du"});
  next.valid_from = day("2026-01-02");
  CHECK(findings(next, {martin_leroy(), petit_leroy()}).empty());
}

TEST_CASE("E7 another signer or another session") {
  CHECK(findings(martin_leroy(), {}, SigningSession{"petit", "petit"}) == Said{"E7 signatures.medecin"});
  CHECK(findings(martin_leroy(), {}, SigningSession{"martin", "leroy"}) == Said{"E7 signatures.medecin"});
}

TEST_CASE("E8 no end or more than twenty four months") {
  auto fiche = martin_leroy();
  fiche.valid_to.reset();
  CHECK(findings(fiche) == Said{"E8 validite.au"});
  fiche.valid_to = day("2027-12-31");
  CHECK(findings(fiche).empty());
  fiche.valid_to = day("2028-01-01");
  CHECK(findings(fiche) == Said{"E8 validite.au"});
}

TEST_CASE("E10 a task on results without any fallback") {
  auto fiche = with(grant("bio-triage", Mode::faire_puis_valider));
  fiche.fallback.reset();
  CHECK(findings(fiche) == Said{"E10 taches[0].repli"});
  fiche.grants[0].fallback = Fallback{FallbackTo::medecin, {}};
  CHECK(findings(fiche).empty());
  fiche.grants[0] = grant("bio-triage", Mode::preparer);
  CHECK(findings(fiche).empty());
  fiche.grants[0] = grant("accueil-patient", Mode::autonome);
  CHECK(findings(fiche).empty());
}

TEST_CASE("every finding is returned at once and explained in French") {
  auto fiche = martin_leroy();
  fiche.valid_to.reset();
  fiche.grants = {grant("bio-triage", Mode::autonome), grant("x-signer", Mode::preparer)};
  CHECK(findings(fiche) == Said{"E8 validite.au", "E3 taches[0].mode", "E2 taches[1].id"});
  CHECK(explain(check_signing(fiche, {}, {})[1]) ==
        "E3 taches[0].mode (bio-triage) : Le mode dépasse le plafond du catalogue. Baisser le mode jusqu'au plafond.\n");
}

TEST_CASE("training holds back care tasks without being an error") {
  auto fiche = martin_leroy();
  fiche.assistant.attestations.clear();
  const auto caps = training_caps(fiche, day("2026-03-10"));
  REQUIRE(caps.size() == 1);
  CHECK(caps[0].task == "constantes");
  CHECK(caps[0].effective == Mode::preparer);
  CHECK(training_caps(martin_leroy(), day("2026-03-10")).empty());
  CHECK(training_caps(fiche, day("2027-09-02"))[0].effective == Mode::non);
}

TEST_CASE("a signature is of this content by this person with this key") {
  const auto fiche = martin_leroy();
  const Keys keys, other;
  auto signed_one = record(fiche, SignerRole::medecin);
  REQUIRE(sign(signed_one, keys.secret));
  CHECK(verify(signed_one, fiche, keys.open));
  CHECK_FALSE(verify(signed_one, fiche, other.open));
  auto changed = fiche;
  task(changed, "constantes").mode = Mode::preparer;
  CHECK_FALSE(verify(signed_one, changed, keys.open));
  for (const auto tamper : {0, 1, 2, 3, 4}) {
    auto forged = signed_one;
    if (tamper == 0) forged.at += std::chrono::hours{1};
    if (tamper == 1) forged.means = "CPS";
    if (tamper == 2) forged.signer = "petit";
    if (tamper == 3) forged.signature[0] ^= 1;
    if (tamper == 4) forged.role = SignerRole::assistant;
    CHECK_FALSE(verify(forged, fiche, keys.open));
  }
}

TEST_CASE("an answer cannot be turned from refusal into acceptance") {
  const auto fiche = martin_leroy();
  const Keys keys;
  auto answer = record(fiche, SignerRole::assistant);
  answer.answer = AnswerKind::refuse;
  REQUIRE(sign(answer, keys.secret));
  CHECK(verify(answer, fiche, keys.open));
  answer.answer = AnswerKind::accepte;
  CHECK_FALSE(verify(answer, fiche, keys.open));
}

TEST_CASE("only verified signatures are established and the decision believes them") {
  auto fiche = martin_leroy();
  const Keys doctor, assistant;
  auto by_doctor = record(fiche, SignerRole::medecin), by_assistant = record(fiche, SignerRole::assistant);
  REQUIRE(sign(by_doctor, doctor.secret));
  REQUIRE(sign(by_assistant, assistant.secret));
  const KeyOf key_of = [&](const std::string& who) -> std::optional<PublicKey> {
    if (who == "martin") return doctor.open;
    if (who == "leroy") return assistant.open;
    return std::nullopt;
  };
  const std::vector<SignatureRecord> both{by_doctor, by_assistant};
  auto q = question({fiche});
  q.accept_declared = false;
  q.fiches = {{std::make_shared<const Fiche>(fiche), establish(fiche, both, key_of)}};
  CHECK(decide(q).authorised);
  CHECK(*q.fiches[0].signatures.signed_at == at("2025-12-20T09:00"));

  std::vector<relais::Error> rejected;
  auto forged = both;
  forged[1].declined = {"bio-triage"};
  q.fiches[0].signatures = establish(fiche, forged, key_of, &rejected);
  CHECK(rejected.size() == 1);
  CHECK(decide(q).refusal == Refusal::R05);
  q.fiches[0].signatures = establish(fiche, both, [](const std::string&) { return std::nullopt; });
  CHECK(decide(q).refusal == Refusal::R05);
}

TEST_CASE("the assistant reads the difference between two versions in French") {
  const auto before = martin_leroy();
  CHECK(differences(before, before).empty());
  auto after = before;
  after.version = 2;
  after.valid_to = day("2026-06-30");
  after.data_max = DataLevel::D2;
  task(after, "numerisation").mode = Mode::autonome;
  task(after, "bio-triage").mode = Mode::preparer;
  task(after, "message-tri").presence_required = true;
  after.grants.erase(after.grants.begin() + 1);  // constantes
  std::vector<std::string> said;
  std::vector<DifferenceKind> kinds;
  for (const auto& difference : differences(before, after)) {
    said.push_back(difference.french);
    kinds.push_back(difference.kind);
  }
  CHECK(said == Said{"Durée de la fiche : du 01/01/2026 au 30/06/2026 (avant : du 01/01/2026 au 31/12/2026).",
                     "Données accessibles : D2 (avant : D4).",
                     "« Trier chaque soir les biologies et mettre de côté les anormales » : mode abaissé de "
                     "« faire-puis-valider » à « preparer ».",
                     "« Lire, trier et répartir tous les messages des patients », présence du médecin : requise "
                     "(avant : non requise).",
                     "Nouvelle tâche : « Scanner, nommer et rattacher les papiers », en mode « autonome ».",
                     "Tâche retirée : « Prendre tension, pouls, saturation, température (appareil automatique) »."});
  using enum DifferenceKind;
  CHECK(kinds == std::vector<DifferenceKind>{less, less, less, less, more, less});
}

TEST_CASE("a decision is explained in French with who can unblock it") {
  auto q = question({martin_leroy()});
  q.action = Action::finaliser;
  const auto said = explain(q, decide(q));
  CHECK(said.find("REFUSÉ, R21 MODE_INSUFFISANT") != std::string::npos);
  CHECK(said.find("Qui peut débloquer : Le médecin de référence") != std::string::npos);
  CHECK(said.find("p-1") == std::string::npos);
}

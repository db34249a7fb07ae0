// SPDX-License-Identifier: Apache-2.0
#include "app/deadline_notices.h"

#include <catch2/catch.hpp>

using namespace relais;
using namespace relais::app;

namespace {

fiche::CivilDate day(const char* text) { return *fiche::parse_date(text); }

fiche::Fiche ending(const char* on, int version = 1) {
  fiche::Fiche fiche;
  fiche.id = "fp-marchand-perrin";
  fiche.version = version;
  fiche.doctor_id = "marchand";
  fiche.doctor_name = "Dr Fictif";
  fiche.assistant.id = "perrin";
  fiche.assistant.name = "Julie Perrin";
  fiche.assistant.function_start = day("2026-02-02");
  // Qualified: nothing to say of a training.
  fiche.assistant.attestations = {{fiche::AttestationKind::cqp, day("2026-03-01"), "cqp.pdf"}};
  fiche.valid_from = day("2026-04-13");
  fiche.valid_to = day(on);
  return fiche;
}

fiche::KnownFiche in_force(fiche::Fiche fiche) {
  fiche::Established signatures;
  signatures.trust = fiche::Trust::verified;
  signatures.signed_at = fiche::parse_moment("2026-04-10T19:05")->at;
  signatures.answer = fiche::Established::Answer{fiche::parse_moment("2026-04-13T08:35")->at, {}, {}};
  return {std::make_shared<const fiche::Fiche>(std::move(fiche)), signatures};
}

// Occasions told to each of the two, or the places where they differ.
std::vector<std::string> occasions(const std::vector<practice::NewNotice>& notices) {
  std::vector<std::string> doctor, assistant;
  for (const auto& notice : notices) (notice.account_id == "marchand" ? doctor : assistant).push_back(notice.occasion);
  CHECK(doctor == assistant);
  return doctor;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the end of a fiche is told to both at sixty and at fifteen days and once it is over") {
  const std::vector<fiche::KnownFiche> fiches{in_force(ending("2027-04-12"))};
  CHECK(deadline_notices(fiches, day("2027-02-10")).empty());  // 61 days before
  CHECK(occasions(deadline_notices(fiches, day("2027-02-11"))) == Texts{"2027-04-12/60"});
  CHECK(occasions(deadline_notices(fiches, day("2027-03-27"))) == Texts{"2027-04-12/60"});
  CHECK(occasions(deadline_notices(fiches, day("2027-03-28"))) == Texts{"2027-04-12/15"});
  CHECK(occasions(deadline_notices(fiches, day("2027-04-12"))) == Texts{"2027-04-12/15"});
  const auto over = deadline_notices(fiches, day("2027-04-13"));
  CHECK(occasions(over) == Texts{"2027-04-12/0"});
  CHECK(over[0].sentence ==
        "La fiche de poste de Julie Perrin avec Dr Fictif a pris fin le 12/04/2027 : plus rien n'est délégué. "
        "Elle n'est pas reconduite tacitement.");
}

TEST_CASE("a renewed fiche is no longer said to end") {
  const std::vector<fiche::KnownFiche> fiches{in_force(ending("2027-04-12")), in_force(ending("2028-04-12", 2))};
  CHECK(deadline_notices(fiches, day("2027-04-01")).empty());
}

TEST_CASE("a version that nobody accepted or that was revoked renews and tells nothing") {
  auto waiting = in_force(ending("2028-04-12", 2));
  waiting.signatures.answer.reset();
  CHECK(occasions(deadline_notices({in_force(ending("2027-04-12")), waiting}, day("2027-04-01"))) ==
        Texts{"2027-04-12/15"});
  auto revoked = ending("2027-04-12");
  revoked.revocations.push_back({*fiche::parse_moment("2027-01-01"), "marchand", "fiche", {}});
  CHECK(deadline_notices({in_force(revoked)}, day("2027-04-01")).empty());
  auto declared = in_force(ending("2027-04-12"));
  declared.signatures.trust = fiche::Trust::declared;
  CHECK(deadline_notices({declared}, day("2027-04-01")).empty());
}

TEST_CASE("an unqualified assistant's training is told ahead of its date") {
  auto fiche = ending("2029-12-31");
  fiche.assistant.attestations.clear();
  SECTION("two years since the contracts of June 2024") {
    fiche.assistant.aid_contract = fiche::AidContract{day("2026-01-15"), {}};
    CHECK(deadline_notices({in_force(fiche)}, day("2027-12-03")).empty());
    CHECK(occasions(deadline_notices({in_force(fiche)}, day("2027-12-04"))) == Texts{"2028-02-02/60"});
    CHECK(occasions(deadline_notices({in_force(fiche)}, day("2028-01-18"))) == Texts{"2028-02-02/15"});
    CHECK(occasions(deadline_notices({in_force(fiche)}, day("2028-02-02"))) == Texts{"2028-02-02/0"});
  }
  SECTION("three years before") {
    CHECK(deadline_notices({in_force(fiche)}, day("2028-02-02")).empty());
    CHECK(occasions(deadline_notices({in_force(fiche)}, day("2028-12-20"))) == Texts{"2029-02-02/60"});
  }
}

TEST_CASE("a carer is told both of the two years of the aid and of the three years of the function") {
  auto fiche = ending("2029-12-31");
  fiche.assistant.profile = fiche::Profile::ide;
  fiche.assistant.attestations = {{fiche::AttestationKind::dei, day("2014-07-10"), "dei.pdf"}};
  CHECK(occasions(deadline_notices({in_force(fiche)}, day("2028-01-20"))) == Texts{"2028-02-02/15"});
  const auto later = deadline_notices({in_force(fiche)}, day("2029-01-20"));
  CHECK(occasions(later) == Texts{"2028-02-02/0", "2029-02-02/15"});
  CHECK(later[0].sentence.find("W2") != std::string::npos);
  CHECK(later[2].sentence.find("W1") != std::string::npos);
}

TEST_CASE("what was entered of an assistant since the fiche counts for her training") {
  auto fiche = ending("2029-12-31");
  EnteredTerms entered;
  auto& terms = entered["perrin"];
  SECTION("a diploma entered since ends the word on the training") {
    fiche.assistant.attestations.clear();
    CHECK(occasions(deadline_notices({in_force(fiche)}, day("2029-01-20"))) == Texts{"2029-02-02/15"});
    terms.attested = {{fiche::AttestationKind::cqp, day("2028-06-30"), "cqp.pdf"}};
    CHECK(deadline_notices({in_force(fiche)}, day("2029-01-20"), entered).empty());
    CHECK(occasions(deadline_notices({in_force(fiche)}, day("2029-01-20"), {{"dupont", terms}})) ==
          Texts{"2029-02-02/15"});
  }
  SECTION("a title that was lost brings it back") {
    CHECK(deadline_notices({in_force(fiche)}, day("2029-01-20")).empty());
    terms.withdrawn = {{fiche::AttestationKind::cqp, day("2028-06-30")}};
    CHECK(occasions(deadline_notices({in_force(fiche)}, day("2029-01-20"), entered)) == Texts{"2029-02-02/15"});
  }
  SECTION("nobody is told of the training of an assistant who left") {
    fiche.assistant.attestations.clear();
    terms.function_end = day("2029-01-20");
    CHECK(occasions(deadline_notices({in_force(fiche)}, day("2029-01-20"), entered)) == Texts{"2029-02-02/15"});
    CHECK(deadline_notices({in_force(fiche)}, day("2029-01-21"), entered).empty());
  }
}

// SPDX-License-Identifier: Apache-2.0
// Any bytes as a fiche: read or refused; what is read is written, read back equal, hashed, checked and decided.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/canonical.h"
#include "domain/decision.h"
#include "domain/fiche_diff.h"
#include "domain/fiche_yaml.h"
#include "domain/signing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace relais::fiche;
  const auto fiche = read_fiche({reinterpret_cast<const char*>(data), size});
  if (!fiche) return 0;
  const auto again = read_fiche(write_fiche(*fiche));
  if (!again || !(*again == *fiche)) std::abort();
  if (canonical_sha256(*fiche).value() != canonical_sha256(*again).value()) std::abort();
  if (!differences(*fiche, *again).empty()) std::abort();
  (void)check_signing(*fiche, {}, std::nullopt);
  Question question;
  question.fiches = {as_declared(*fiche)};
  question.accept_declared = true;
  question.actor = fiche->assistant.id;
  question.practice = practice_of(question.fiches, question.actor);
  question.context.authenticated = question.context.account_known = question.context.enabled = true;
  question.patient.mt = question.patient.rdv = question.patient.presc = question.patient.dest = fiche->doctor_id;
  question.at = LocalTime{date::local_days{fiche->valid_from}};
  question.action = Action::realiser;
  for (const auto& grant : fiche->grants) {
    question.task = grant.id;
    if (decide(question).authorised && find_grant(*fiche, grant.id)->mode == Mode::non) std::abort();
  }
  return 0;
}

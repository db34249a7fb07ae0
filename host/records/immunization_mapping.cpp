// SPDX-License-Identifier: Apache-2.0
#include "records/immunization_mapping.h"

namespace relais::records {
namespace {

constexpr std::size_t day_length = 10;  // YYYY-MM-DD

int status_of(formats::ToldStatus status) {
  switch (status) {
    case formats::ToldStatus::done:
      return immunization_done;
    case formats::ToldStatus::not_done:
      return immunization_not_done;
    case formats::ToldStatus::in_error:
      return immunization_in_error;
    case formats::ToldStatus::unknown:
      break;
  }
  return 0;
}

int proof_of(formats::ToldProof proof) {
  switch (proof) {
    case formats::ToldProof::seen:
      return immunization_seen;
    case formats::ToldProof::declared:
      return immunization_declared;
    case formats::ToldProof::unknown:
      break;
  }
  return 0;
}

void add_code(const formats::ToldCode& told, v1::VaccineCode& out) {
  out.set_system(told.system);
  out.set_code(told.code);
  out.set_display(told.display);
}

}  // namespace

TellingOfAct map_immunization(const formats::ToldImmunization& told, const std::string& kind) {
  TellingOfAct out;
  auto& act = out.content;
  for (const auto& code : told.codes) add_code(code, *act.add_codes());
  for (const auto& disease : told.diseases) add_code(disease, *act.add_target_diseases());
  act.set_label(told.label);
  act.set_lot(told.lot);
  if (told.given.size() == day_length) {
    act.set_given_on(told.given);
  } else {
    act.set_given_about(told.given);
  }
  act.set_status(status_of(told.status));
  act.set_proof(proof_of(told.proof));
  if (told.proof == formats::ToldProof::seen) act.set_seen_on(v1::PROOF_SEEN_ON_DOCUMENT);
  act.set_reason(told.reason);
  act.set_site(told.site);
  act.set_route(told.route);
  act.set_dose_number(told.dose_number);
  act.set_performer_name(told.performer_name);
  act.set_performer_role(told.performer_role);
  act.set_performer_national_id(told.performer_national_id);
  prefer_code(act);
  out.sender_key = told.sender_key;
  out.kind = kind;
  return out;
}

}  // namespace relais::records

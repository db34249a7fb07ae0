// SPDX-License-Identifier: Apache-2.0
#include "api/mandate.h"

namespace relais::api {

Answer<Mandate> check_mandate(MandateGate& gate, const Caller& caller, v1::DelegatedAction action,
                              const v1::Subject& subject) {
  if (action == v1::DELEGATED_ACTION_UNSPECIFIED || caller.role != v1::ROLE_ASSISTANT) {
    Mandate own;
    own.decision.set_allowed(true);
    return own;
  }
  auto mandate = gate.decide(caller, action, subject);
  if (!mandate) return refuse(mandate.error());
  if (mandate->decision.allowed()) return std::move(*mandate);
  Failure failure(Code::api_mandate, mandate->decision.rule());
  failure.rule = mandate->decision.rule();
  failure.sentence = mandate->decision.sentence();
  failure.unblocked_by = mandate->decision.unblocked_by();
  return tl::unexpected<Failure>(std::move(failure));
}

}  // namespace relais::api

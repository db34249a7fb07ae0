// SPDX-License-Identifier: Apache-2.0
// What there is to say, in French, of the text of a fiche: what refuses its signature, what caps it, what it leaves to
// the doctor's judgement.
#pragma once

#include <vector>

#include "api/practice_services.h"
#include "relais/v1/delegation.pb.h"

namespace relais::api {

// Tasks whose immediate rules the doctor judges, as the plugins installed now read them.
std::vector<v1::FicheRemark> judged_rules(const PracticeServices& context, const fiche::Fiche& fiche);

// What would refuse the signature of this text, then what training holds back today and which rules the doctor judges.
// The store's error when it does not answer.
Answer<std::vector<v1::FicheRemark>> remarks_on(const PracticeServices& context, const fiche::Fiche& fiche);

// The failure of a signature, with its E rule in French; of E11, what is not understood and what may be written.
Failure signing_failure(const PracticeServices& context, const v1::SignFicheRequest& request, const Error& error);

}  // namespace relais::api

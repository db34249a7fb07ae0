// SPDX-License-Identifier: Apache-2.0
// What an entered vaccination must say before anything of it is stored. Pure.
#pragma once

#include <string>

#include "api/failure.h"
#include "domain/civil_time.h"
#include "relais/v1/record.pb.h"

namespace relais::api {

// The vaccination as it is stored: without what is the record's to say, its date as a day or as the month or year that
// is known. `birth_date` may be empty. Refusals: relais.invalid-argument, immunization.unknown-product,
// immunization.no-date, immunization.future-date, immunization.before-birth, immunization.not-seen; with the place.
Answer<v1::Immunization> checked_immunization(const v1::Immunization& entered, const std::string& birth_date,
                                              fiche::CivilDate today);

}  // namespace relais::api

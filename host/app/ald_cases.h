// SPDX-License-Identifier: Apache-2.0
// Cases of rights that end, shape relais-ald-cases/1. The shape is closed, as that of triage cases.
//
// Each case is one right in the record of one patient. The plugin is asked on every day of `checks`; on the expected
// last day, when the right must still hold; and on the day after it, when the plugin says that the right has ended: the
// date, where it comes from and what the texts would give are read there, as people would read them.
//  - a stage is a reason of the rule "ALD-" and the stage; NONE is none of them;
//  - the end stands in that reason as dd/mm/yyyy, its source as "notifiée" or "estimée";
//  - a discrepancy is a reason of the rule "ALD-ECART" with the date of the texts.
#pragma once

#include <string_view>

#include "app/plugin_case.h"

namespace relais::app {

// Error: cases_invalid with the place.
Result<PluginCases> ald_plugin_cases(std::string_view json);

}  // namespace relais::app

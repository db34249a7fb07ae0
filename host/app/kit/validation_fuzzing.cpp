// SPDX-License-Identifier: Apache-2.0
// Checks with slices that are made up, at the ends of what a record can hold. Whatever Relais would refuse is a failure.
#include <fmt/format.h>

#include "app/kit/validation_bench.h"

namespace relais::app {
namespace {

template <SliceStyle style>
Found answers_well(Bench& bench) {
  Probe probe = bench.probe();
  if (const auto failure = probe.start()) return not_loaded(*failure);
  std::size_t number = 0;
  for (const auto& slice : bench.slices(style)) {
    ++number;
    const auto asked = probe.ask(slice, bench.until());
    if (!asked.code.empty()) {
      return failed_with(fmt::format("{}{} : tranche {}, {}", asked.code, asked.detail.empty() ? "" : ", " + asked.detail,
                                     number, subject_words(slice)));
    }
    if (bench.out_of_time()) return failed_with("n'a pas fini dans le temps du contrôle");
  }
  return std::nullopt;
}

}  // namespace

const std::vector<ValidationCheck>& fuzzing_checks() {
  static const std::vector<ValidationCheck> all{
      {"fuzz-ordinary", "Tranches au hasard, dans ce qui est déclaré", &answers_well<SliceStyle::ordinary>},
      {"fuzz-empty", "Tranches vides", &answers_well<SliceStyle::empty>},
      {"fuzz-texts", "Textes immenses ou difficiles", &answers_well<SliceStyle::texts>},
      {"fuzz-dates", "Dates aux extrêmes, absentes ou impossibles", &answers_well<SliceStyle::dates>},
      {"fuzz-numbers", "Nombres aux extrêmes", &answers_well<SliceStyle::numbers>},
      {"fuzz-withheld", "Données incomplètes ou inconnues", &answers_well<SliceStyle::withheld>},
      {"fuzz-nobody", "Patient inconnu", &answers_well<SliceStyle::nobody>},
      {"fuzz-settings", "Réglages à leurs bornes", &answers_well<SliceStyle::settings>},
  };
  return all;
}

}  // namespace relais::app

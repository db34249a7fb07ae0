// SPDX-License-Identifier: Apache-2.0
// What a round knows of one event while it carries it to its end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/evaluation_round.h"

namespace relais::app {

// One plugin and one task of a case.
struct EvaluationRound::Run {
  std::shared_ptr<const plugins::Package> package;
  std::shared_ptr<plugins::PluginRunner> runner;
  std::string task;
  practice::RunMandate mandate;
  worklist::Scope scope;
  worker::v1::Slice slice;
  worker::v1::Evaluation evaluation;  // `not_evaluated` from the moment that it is known
  bool to_send = false;

  // The fiche it runs under: that of the first assistant who may.
  std::string fiche_id() const { return mandate.holders.empty() ? std::string{} : mandate.holders.front().fiche_id; }
  int fiche_version() const { return mandate.holders.empty() ? 0 : mandate.holders.front().fiche_version; }

  // The ledger entry of what Relais did for the doctor of `event`: under which fiche, by which plugin.
  practice::LedgerEntry signed_entry(const practice::Event& event, std::string action) const {
    practice::LedgerEntry made;
    made.actor = "system";
    made.role = "system";
    made.on_behalf_of = event.doctor_id;
    made.action = std::move(action);
    made.item_id = event.item_id;
    made.patient_id = event.patient_id;
    made.doctor_id = event.doctor_id;
    made.task_id = task;
    made.fiche_id = fiche_id();
    made.fiche_version = fiche_version();
    made.plugin_id = package->manifest.id;
    made.plugin_version = package->manifest.version;
    return made;
  }
};

// One event.
struct EvaluationRound::Case {
  practice::Event event;
  std::vector<Run> runs;
  bool superseded = false;      // another subject took over: its own event carries it on
  std::optional<Error> failed;  // put off, with the reason
};

}  // namespace relais::app

// SPDX-License-Identifier: Apache-2.0
// Identity, delegation, worklist and scheduling over the practice's stores.
#pragma once

#include <functional>
#include <string>

#include "api/registry.h"
#include "domain/clock.h"
#include "practice/accounts.h"
#include "practice/database.h"
#include "practice/fiche_store.h"
#include "practice/mandate_gate.h"
#include "practice/practice_facts.h"
#include "practice/worklist_store.h"
#include "records/record_source.h"
#include "scheduling/agenda_store.h"

namespace relais::api {

// What they stand on. It outlives the server, and so does all it refers to.
struct PracticeServices {
  practice::Database& database;
  practice::Accounts& accounts;
  practice::FicheStore& fiches;
  practice::MandateGate& gate;
  practice::WorklistStore& worklist;
  const Clock& clock;
  std::string time_zone = "Europe/Paris";  // of the practice
  std::function<void()> work_waits;        // a task was switched on; called on any thread, may be empty
  const escalation::Grammars* grammars = nullptr;  // of the plugins installed; null: there is none
  // Presence, leave, a fiche or the calendar changed: what waits is planned from them. Called on any thread, may be empty.
  std::function<void()> rights_changed{};
  // Who keeps the patient record.
  records::RecordSource& record = records::own_record();
};

// IdentityService (identity.proto).
void register_identity_service(Registry& registry, const PracticeServices& context);
// DelegationService (delegation.proto) but for its previews: trial_service.h.
void register_delegation_service(Registry& registry, const PracticeServices& context);
// WorklistService (worklist.proto).
void register_worklist_service(Registry& registry, const PracticeServices& context);
// PracticeService (practice.proto).
// `known` is what the gate of `context` decides from. All outlive the server.
void register_practice_service(Registry& registry, const PracticeServices& context, practice::FactStore& store,
                               practice::PracticeFacts& known);
// SchedulingService (scheduling.proto). `store` outlives the server. `record_changed` is called after a write that changes
// what the record says of a patient's appointments, from any thread; may be empty.
void register_scheduling_service(Registry& registry, const PracticeServices& context, scheduling::AgendaStore& store,
                                 std::function<void()> record_changed = {});

}  // namespace relais::api

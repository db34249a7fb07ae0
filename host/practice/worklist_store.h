// SPDX-License-Identifier: Apache-2.0
// Where the worklist is kept: items, what people did, what was not evaluated, frozen lists, and the feed of changes.
// The rules are those of domain/reconcile.h and domain/worklist.h; here they meet the database and the ledger.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/reconcile.h"
#include "domain/worklist.h"
#include "practice/change_signal.h"
#include "practice/database.h"
#include "practice/ledger.h"

namespace relais::practice {

// Which items; every field set must hold.
struct WorklistFilter {
  std::vector<std::string> doctor_ids;  // of reference; empty: all. An item without a doctor belongs to every doctor
  std::string assigned_to;              // also those handed over or returned to this person
  std::vector<std::string> tasks;       // empty: all
  bool closed_too = false;
  bool digest_only = false;             // only those an assistant closed under « autonome »
  std::optional<Instant> changed_since;
  std::string subject_item_id;          // of one report or one patient-task
};

struct WorklistChange {
  std::int64_t seq = 0;
  std::string item_id;   // an item changed…
  std::string scope_id;  // … or what was evaluated did
};

struct StoredFrozenList {
  std::string id;
  worklist::FrozenList list;
};

// The plugin name of the items that Relais makes itself about what comes in (records/ingest.h).
inline constexpr std::string_view reception_plugin = "relais-reception";

// How long a frozen list may be signed after it was prepared.
inline constexpr std::chrono::minutes frozen_list_life{60};

class WorklistStore {
 public:
  // Both must outlive the store. Thread-safe: all its state is in the database, but for the signal.
  WorklistStore(Database& database, Ledger& ledger) : database_(database), ledger_(ledger) {}

  // --- Inside a work of Database::write. Call changed() once it is durable. ---

  // A slice is about to be sent: its version, to carry in the answer. Earlier ones in flight are void from now on.
  // worklist.subject-moved when another subject took over from this one.
  Result<std::int64_t> begin_evaluation(Transaction& tx, const worklist::Scope& scope);

  // Takes an answer: items, lines of life, feed and ledger, or nothing when it is late, replayed or foreign.
  Result<worklist::Reconciliation> apply(Transaction& tx, const worklist::Reply& reply);

  // The subject `from` (a report without its patient, or with a wrong one) goes on as `to`. Its items stay where they are,
  // and visible, until `to` has been evaluated by the same plugin for the same task; then they are withdrawn with their
  // trace. Answers still in flight for `from` are void. Moving back is allowed.
  Result<void> move_subject(Transaction& tx, const worklist::Subject& from, const worklist::Subject& to);

  // What had been moved away from `subject` stands on its own again, to be evaluated anew. Nothing when it had not.
  Result<void> stand_again(Transaction& tx, const worklist::Subject& subject);

  // Closes, with its trace, an item whose content stands in another one of the same subject. Nothing when it is closed.
  Result<void> cover(Transaction& tx, const std::string& item_id);

  // Runs one act of domain/worklist.h on the item as it is now, and stores what it gives. `expected_revision` is what
  // the person saw (worklist.changed when it is no longer that); 0: whatever it is. relais.not-found.
  using Act = std::function<Result<worklist::Outcome>(const worklist::Item&, Instant now)>;
  Result<worklist::Outcome> act(Transaction& tx, const std::string& item_id, std::int64_t expected_revision,
                                const Act& act, const std::string& call_id = {});

  // Keeps the instants of an item that settle_clock() changed (domain/worklist_clock.h), when it is still at the
  // revision they were read at. Nobody hears of it: nothing that a person reads or signs has changed.
  Result<void> keep_instants(Transaction& tx, const worklist::Item& item);

  // Prepares the list of what this doctor may sign together now.
  Result<StoredFrozenList> freeze_normals(Transaction& tx, const worklist::Actor& doctor, const std::string& task);

  // Signs it, once, within frozen_list_life. The ledger has one entry for the list and one for each item.
  Result<worklist::SignedNormals> sign_normals(Transaction& tx, const std::string& frozen_id, std::string_view sha256,
                                               const worklist::Actor& doctor, const std::string& call_id = {});

  // --- Reading, inside a work of Database::read or Database::write. ---

  static Result<worklist::Item> item(soci::session& sql, const std::string& id);
  static std::vector<worklist::Item> items(soci::session& sql, const WorklistFilter& filter);
  // Oldest first: notes are its actions « item.note ».
  static std::vector<worklist::Action> actions(soci::session& sql, const std::string& item_id);
  // Whether anything was ever evaluated for this scope, or moved to it.
  static bool known(soci::session& sql, const worklist::Scope& scope);
  static std::vector<worklist::NotEvaluated> not_evaluated(soci::session& sql, const WorklistFilter& filter);
  // The highest category that stands for a subject, under any plugin, and whether a doctor has seen anything of it. What
  // Relais says of how it came in does not count.
  struct Standing {
    worklist::Category category = worklist::Category::none;
    bool seen = false;
  };
  static Standing standing(soci::session& sql, const std::string& subject_item_id);
  // After `seq`, oldest first, at most `limit`; the same item may come several times.
  static std::vector<WorklistChange> changes_since(soci::session& sql, std::int64_t seq, int limit = 1000);
  static std::int64_t last_change(soci::session& sql);

  // --- Alone: each is one durable work, and wakes who watches. They block. ---

  Result<worklist::Reconciliation> apply(const worklist::Reply& reply);
  Result<worklist::Outcome> act(const std::string& item_id, std::int64_t expected_revision, const Act& act,
                                const std::string& call_id = {});

  // Wakes who watches; to be called after a durable work that changed something.
  void changed() { signal_.notify(); }
  ChangeSignal& signal() { return signal_; }

 private:
  Result<void> record(Transaction& tx, const worklist::LedgerFact& fact, const std::string& call_id = {});
  Result<void> store_change(Transaction& tx, const worklist::Item& item, const worklist::Action& action,
                            worklist::Role role, const std::string& call_id = {});
  Result<void> withdraw_moved(Transaction& tx, const worklist::Scope& scope, bool found_something);

  Database& database_;
  Ledger& ledger_;
  ChangeSignal signal_;
};

}  // namespace relais::practice

// SPDX-License-Identifier: Apache-2.0
// What plugins find, and the item of the worklist that a finding becomes. Plain data: no I/O, no clock.
// Words: architecture, section 2; categories and delays: biologie.md, B2.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/clock.h"

namespace relais::worklist {

// Order and delay of an item, most severe last. The numbers are those of the plugin ABI and of the proto.
enum class Category { none = 0, normal = 1, a_classer = 2, a_voir = 3, aujourdhui = 4, critique = 5 };

// (item or patient-task, patient or none, doctor of reference). The doctor's settings belong to the basis below.
struct Subject {
  std::string item_id;
  std::string patient_id;  // empty: no known patient
  std::string doctor_id;   // empty: nobody in the practice answers for it yet
  auto operator<=>(const Subject&) const = default;
};

// What one evaluation covers. Findings are compared inside one scope and never across two.
struct Scope {
  std::string plugin;
  std::string task;
  Subject subject;
  auto operator<=>(const Scope&) const = default;
};

struct FindingKey {
  Scope scope;
  std::string kind;  // stable, chosen by the plugin
  auto operator<=>(const FindingKey&) const = default;
};

// Stable id of the item of a key: the same key always gives the same item, so a replay cannot make a second one.
// 32 hexadecimal characters; does not reveal the key.
std::string item_id(const FindingKey& key);
// The same for a scope.
std::string scope_id(const Scope& scope);

struct Reason {
  std::string rule;                   // "C-K"
  std::string text;                   // French, health data
  std::string source;
  Category category = Category::none;
  int data_level = 0;                 // D0 to D5: who may read the text
  std::vector<std::string> evidence;  // ids of the rows it rests on
  bool operator==(const Reason&) const = default;
};

struct Finding {
  std::string kind;
  std::string title;  // French, health data
  Category category = Category::none;
  int data_level = 0;
  bool open = false;        // more is expected: it may not be closed in a group
  bool restricted = false;  // D5 content: the whole item goes to the doctor
  double rank = 0;          // order inside a category, higher first
  std::vector<Reason> reasons;
  bool operator==(const Finding&) const = default;
};

// Under what an evaluation was made. A finding that is missing under another basis than the one that last affirmed it
// proves nothing: it is never withdrawn for that.
struct Basis {
  std::string plugin_version;
  std::string slice_declaration;  // hash of the slice declaration and of the doctor's settings
  std::string fiche_id;
  int fiche_version = 0;
  bool operator==(const Basis&) const = default;
};

enum class State {
  a_traiter,    // nobody has taken it
  reclame,      // an assistant or a doctor works on it
  prepare,      // sorted by the assistant, waits for the doctor's own act
  remis,        // handed over to a named person
  a_valider,    // done by the assistant, waits for the doctor's validation
  renvoye,      // sent back by a doctor, with a reason
  a_confirmer,  // no longer found, but nobody may let it go without looking
  valide,       // a doctor has seen and closed it
  clos,         // closed by an assistant under « autonome »: stands in the doctor's digest
  retire,       // withdrawn, with its trace
};

// Nothing is left to do.
constexpr bool is_terminal(State state) { return state >= State::valide; }

// A doctor looked at it, as it was then.
struct Seen {
  std::string doctor_id;
  Instant at{};
  Category category = Category::none;
  std::vector<std::string> reasons;  // fingerprints of what was shown
  bool operator==(const Seen&) const = default;
};

// What time did to an item while it waited. All of it ends when a doctor looks.
struct Waiting {
  std::optional<Instant> overdue_since;  // past the delay of its category and seen by no doctor
  int escalations = 0;                   // how often it was raised to the doctor, and when last
  std::optional<Instant> escalated_at;
  std::string routed_to;   // where `repli` sent it: "medecin", "secretariat", "autre-am"; empty: nowhere
  std::string routed_why;  // French, without health data
  std::optional<Instant> prepared_at;    // since when it waits for the doctor's validation
  std::optional<Instant> reminded_at;    // when the doctor was reminded of that
  bool looked_again = false;             // evaluated again because the rest of its report is late (I5)
  bool operator==(const Waiting&) const = default;
};

struct Item {
  std::string id;
  FindingKey key;
  Finding finding;
  Basis basis;                    // of the evaluation that last affirmed the finding
  std::int64_t slice_version = 0; // of that evaluation
  bool clinical_task = false;     // the task's ceiling is P or V in the catalogue
  State state = State::a_traiter;
  std::int64_t revision = 1;      // grows by one with each change
  Instant created_at{};
  Instant category_since{};       // when it reached its present category: delays count from here
  Instant changed_at{};
  std::optional<Seen> seen;       // empty again when what a doctor saw is no longer what stands here
  // Highest category reached since a doctor last looked.
  Category unseen_peak = Category::none;
  std::string claimed_by;
  std::string assigned_to;        // set by hand-over and return
  bool assigned_to_doctor = false;
  std::string state_reason;       // reason of a return or hand-over, in the words of who wrote it; health data
  bool digest = false;            // closed under « autonome »
  bool reopened = false;          // came back after it was seen or closed: shown as such until seen again
  Waiting waiting;
  std::string trace_id = {};      // of what last changed what it says
  bool operator==(const Item&) const = default;
};

// Only a doctor closes it, whatever the mode: task ceiling P or V, or category à voir and above, now or at any time
// since a doctor last looked. Architecture, section 2; fiche-de-poste.md, section 10.5.
bool is_clinical(const Item& item);

// A subject that could not be evaluated: shown above everything, with its reason and since when.
struct NotEvaluated {
  Scope scope;
  std::string code;  // stable code of why
  Instant since{};
  Instant last_at{};
  bool operator==(const NotEvaluated&) const = default;
};

// What tells one reason from another over time: its rule and the rows it rests on, never its wording.
std::string fingerprint(const Reason& reason);
std::vector<std::string> fingerprints(const Finding& finding);

// One line of the item's life. `text` is health data; the rest is not.
struct Action {
  std::string act;    // "item.created", "item.claim", …
  std::string actor;  // empty: the system
  Instant at{};
  std::int64_t revision = 0;
  State from = State::a_traiter;
  State to = State::a_traiter;
  Category category_before = Category::none;
  Category category_after = Category::none;
  std::string target;  // who it was handed over or returned to
  std::string text;
  std::string reason_code = {};  // why a doctor corrected or returned it; a code of FeedbackReason (worklist.proto)
  bool operator==(const Action&) const = default;
};

}  // namespace relais::worklist

// SPDX-License-Identifier: Apache-2.0
// The life of an item in people's hands: who may do what, and what each act leaves behind. Pure functions.
// Whether the fiche de poste allows an act at all is decided before; here stand the rules that no fiche can lift.
// Sources: architecture, section 2; fiche-de-poste.md, sections 3, 5 and 10; biologie.md, B1.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/error.h"
#include "domain/findings.h"

namespace relais::worklist {

enum class Role { doctor, replacement_doctor, assistant, secretary, editor, administrator, system };

// Stable lower-case name, as the ledger holds it: "doctor", "replacement-doctor"…
std::string_view name(Role role);

struct Actor {
  std::string id;
  Role role = Role::assistant;
  std::vector<std::string> replaces;  // doctors whose items a replacement doctor answers for at this instant
};

bool is_doctor(const Actor& actor);

// How far the mandate lets this assistant go on this item now (fiche-de-poste.md, section 3, « Modes and actions »).
struct Right {
  enum class Level { preparer, realiser, finaliser } level = Level::preparer;
  bool immediate_rule = false;  // an escalation rule of the doctor matched: nobody closes it but a doctor (R16)
};

// One line for the ledger: no clinical text, ever.
struct LedgerFact {
  std::string action;  // as Action::act
  std::string actor;
  Role role = Role::system;
  std::string task;
  Subject subject;
  std::string item_id;
  std::int64_t revision = 0;
  std::string plugin;
  std::string plugin_version;
  std::string fiche_id;
  int fiche_version = 0;
  std::vector<std::string> rules;
  std::vector<std::pair<std::string, std::string>> details;  // codes, states and identifiers only
  bool operator==(const LedgerFact&) const = default;
};

// What an act gives: the item afterwards, the line of its life, the fact for the ledger.
struct Outcome {
  Item item;
  Action action;
  LedgerFact fact;
};

LedgerFact ledger_fact(const Item& item, const Action& action, Role role);

// Takes the item. Refused when someone else holds it (a doctor of the item may take it over), when it was handed over
// to someone else, when it is closed, and to an assistant when it is restricted.
Result<Outcome> claim(const Item& item, const Actor& actor, Instant now);

// Gives it back to the list. Only who holds it, or a doctor of the item.
Result<Outcome> release(const Item& item, const Actor& actor, Instant now);

// Adds a note; changes nothing else. `text` is health data and must not be blank.
Result<Outcome> note(const Item& item, const Actor& actor, std::string text, Instant now);

// « Trié »: the assistant has done their part; « vu » is never theirs to say. With `preparer` it waits for the doctor's
// own act, with more for the doctor's validation. Only who holds it.
Result<Outcome> prepare(const Item& item, const Actor& actor, Right right, Instant now);

// Closed by the assistant under « autonome »; stands in the doctor's digest. Only who holds it, only with `finaliser`, and
// refused (worklist.clinical) when the item is clinical, open, à confirmer, or an immediate rule matched.
Result<Outcome> close(const Item& item, const Actor& actor, Right right, Instant now);

// Hands the item to a named doctor or assistant. Only who holds it, whom it was handed to, or a doctor of the item;
// anyone may hand over an item nobody holds. Restricted items go to doctors only.
Result<Outcome> hand_over(const Item& item, const Actor& actor, const Actor& to, std::string reason, Instant now);

// What a doctor made of a finding, beside closing or returning it; told to its plugin.
struct Settled {
  Category category = Category::none;  // none: the finding's own
  std::string reason_code = {};        // of a closed list; empty: none given
};

// A doctor has looked at it and closes it, whatever its state (à confirmer included). Another category than the item's
// corrects it: the action says so, the item keeps what was found.
Result<Outcome> validate(const Item& item, const Actor& actor, Instant now, const Settled& settled = {});

// A doctor sends it back to a named assistant, with a reason.
Result<Outcome> return_to(const Item& item, const Actor& actor, const std::string& assistant, std::string reason,
                          Instant now, const std::string& reason_code = {});

// A doctor has looked at it and leaves it open.
Result<Outcome> mark_seen(const Item& item, const Actor& actor, Instant now);

// True when this doctor answers for the item: doctor of reference, replacement, whom it was handed to, or any doctor
// when the item has none.
bool answers_for(const Actor& actor, const Item& item);

// --- Grouped sign-off of the normal ones -----------------------------------------------------------------------------

// Only « normal », complete, certain, unrestricted, and never anything worse since a doctor last looked.
bool may_be_signed_in_group(const Item& item);

// What the doctor read before signing: exactly these items at exactly these revisions.
struct FrozenList {
  std::string doctor_id;
  Instant prepared_at{};
  std::vector<std::pair<std::string, std::int64_t>> items;  // id and revision, by id
  std::string sha256;                                       // of all the above
  bool operator==(const FrozenList&) const = default;
};

std::string frozen_hash(const FrozenList& list);

// Scopes that wait for an evaluation: what is held for them may be out of date, so nothing of it is signed in a group.
using NotEvaluatedScopes = std::set<Scope>;

// The items among `items` that this doctor may sign in a group now.
FrozenList freeze_normals(const std::vector<Item>& items, const NotEvaluatedScopes& not_evaluated, const Actor& doctor,
                          Instant now);

struct SignedNormals {
  std::vector<Outcome> validated;
  std::vector<std::pair<std::string, Code>> refused;  // listed, not signed: changed, closed or no longer normal
};

// Signs what `frozen` holds and nothing else. `hash` is what the doctor's screen showed; `now_held` are the items as
// they are now. Fails as a whole only when the list is not the one prepared, or the signer is not its doctor.
Result<SignedNormals> sign_normals(const FrozenList& frozen, std::string_view hash, const std::vector<Item>& now_held,
                                   const NotEvaluatedScopes& not_evaluated, const Actor& doctor, Instant now);

}  // namespace relais::worklist

// SPDX-License-Identifier: Apache-2.0
// What a patient answers when the practice calls about an item, and what it does to the item. Pure functions.
// Sources: architecture, section 2; fiche-de-poste.md, section 3; domain note "Scheduling", section 6.
#pragma once

#include <string>
#include <string_view>

#include "domain/worklist.h"

namespace relais::worklist {

enum class ContactAnswer { accepted, refused, call_back, unreachable, contraindication };
// Stable lower-case name, as the database and the ledger hold it: "call-back"…
std::string_view name(ContactAnswer answer);
std::optional<ContactAnswer> contact_answer(std::string_view name);

enum class ContactEffect { noted, handed_over, prepared, closed };
std::string_view name(ContactEffect effect);
std::optional<ContactEffect> contact_effect(std::string_view name);

// The practice's own rule until a doctor sets another.
inline constexpr int usual_tries = 3;

struct ContactAsked {
  ContactAnswer answer = ContactAnswer::unreachable;
  bool booked = false;      // a confirmed appointment of the patient stands behind an acceptance
  std::string when;         // French, of a call back: "le mardi 24 novembre 2026 à 17 h 00"; may be empty
  std::string comment;      // health data; may be empty
  int unanswered = 0;       // tries without an answer in a row before this one
  int most_tries = usual_tries;
  Right right;              // how far the caller's fiche goes; not asked of a doctor
  Actor doctor;             // to whom it is handed; id empty: nobody
};

struct Contacted {
  Outcome outcome;
  ContactEffect effect = ContactEffect::noted;
  int unanswered = 0;  // this try included
};

// An assistant must hold the item; a doctor must answer for it (worklist.*). Refused, contraindicated or unreachable for
// the last time: an assistant hands it to the doctor (contact.no-doctor when there is none), a doctor keeps it. Accepted
// with an appointment: closed when the right and the item allow it, else ready for the doctor; a doctor's stays for the
// own validation. Everything else is a note.
Result<Contacted> record_contact(const Item& item, const Actor& actor, const ContactAsked& asked, Instant now);

}  // namespace relais::worklist

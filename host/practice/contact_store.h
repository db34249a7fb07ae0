// SPDX-License-Identifier: Apache-2.0
// Calls to patients, the practice's rule for them, and the texts that doctors write for patients. Only added to. Functions
// run inside Database::write or read and throw soci::soci_error, which Database answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/contact.h"
#include "practice/database.h"

namespace relais::practice {

struct Contact {
  std::string id;
  std::string item_id;
  std::string patient_id;
  worklist::ContactAnswer answer = worklist::ContactAnswer::unreachable;
  worklist::ContactEffect effect = worklist::ContactEffect::noted;
  Instant at{};
  std::string by;
  std::string hold_id;
  std::string booking_id;
  std::optional<Instant> call_back;
  std::string comment;  // health data
  int unanswered = 0;   // tries without an answer in a row, this one included
};

// Keeps it as of the work's instant; id and `at` are given here.
Contact add_contact(Transaction& tx, Contact contact);
// Of one item, oldest first.
std::vector<Contact> contacts(soci::session& sql, const std::string& item_id);
// Tries without an answer in a row so far: none after an answer, nor after the doctor was asked.
int unanswered(const std::vector<Contact>& contacts);

struct ContactRule {
  int most_tries = worklist::usual_tries;
  std::string set_by;
  std::optional<Instant> set;
};
ContactRule contact_rule(soci::session& sql);
ContactRule set_contact_rule(Transaction& tx, int most_tries, const std::string& by);

struct MessageTemplate {
  std::string doctor_id;
  std::string id;
  int version = 0;  // 0: there is none
  std::string title;
  std::string body;
  Instant written{};
  bool withdrawn = false;
};
// The version that holds of each, by doctor and name. `doctor_id` empty: every doctor's.
std::vector<MessageTemplate> message_templates(soci::session& sql, const std::string& doctor_id);
MessageTemplate message_template(soci::session& sql, const std::string& doctor_id, const std::string& id);
// The next version.
MessageTemplate add_message_template(Transaction& tx, MessageTemplate written);

struct MessageDraft {
  std::string id;
  std::string item_id;
  std::string booking_id;
  std::string doctor_id;
  std::string template_id;
  int template_version = 0;
  std::string body;
  std::string by;
  Instant at{};
};
MessageDraft add_message_draft(Transaction& tx, MessageDraft draft);
// Of one item, oldest first.
std::vector<MessageDraft> message_drafts(soci::session& sql, const std::string& item_id);

// UUID under which this practice is known to agendas kept elsewhere; nothing until it was made.
std::optional<std::string> agenda_office(soci::session& sql);
// Makes it once.
std::string make_agenda_office(Transaction& tx);

}  // namespace relais::practice

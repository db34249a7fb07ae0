// SPDX-License-Identifier: Apache-2.0
// What the bytes of one message bring, before anyone knows whose it is. Pure.
#pragma once

#include <date/tz.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/lab_report_mapping.h"

namespace relais::records {

struct Unit {
  MappedReport mapped;
  bool cancels = false;               // OBX-11 D, ORC CA, MDM^T04
  bool action_disagrees = false;      // envelope, order and document do not ask for the same
  std::vector<std::string> envelope_mismatch;  // PID and document are not the same person: names of the traits
  std::vector<std::string> target_ids;         // documents that the envelope names (TXA)
};

// Who wrote to whom, under which number: what an acknowledgement may speak of.
struct Envelope {
  std::string sender, receiver;  // « application|facility »
  std::string control_id;
};

// One statement of an ACK or of a ZAM about something that was sent before.
struct Acknowledgement {
  std::string kind;     // "message", "dmp", "mss-reception", "mss-lecture"
  std::string verdict;  // "positive", "negative", "unclear"
  std::string about;    // control id or document id; may be empty
  std::string code;     // why not, as the sender codes it
  std::string words;    // the same, in the sender's words
};

struct ParsedMessage {
  std::vector<Unit> units;     // empty for an acknowledgement, and for what cannot be read
  std::string unreadable;      // stable code of why; empty when read
  std::optional<Envelope> envelope;               // HL7 v2 only
  std::vector<Acknowledgement> acknowledgements;  // what the message says of others
};

// Reads CDA, HL7 v2 with CDA inside, HPRIM and FHIR. A document announced by HL7 that is not a readable CDA is a report by its
// envelope alone, all of its content uncoded. A level 1 document is left out only when a coded one beside it is the same
// report; whatever else a message holds is a unit of its own. Never throws.
ParsedMessage parse_message(std::string_view bytes, const date::time_zone& zone);

}  // namespace relais::records

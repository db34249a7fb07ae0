// SPDX-License-Identifier: Apache-2.0
// From a raw message to the record, the queues and the event that wakes the plugins. Nothing is dropped: what cannot be
// read, or given to one patient, waits in a visible queue; the former predecessors of a report are kept.
// Sources: biologie.md, sections 9 (whose result) and 10 (same report again, corrected, cancelled).
// What a person must know of it stands on the list, under practice::reception_plugin (ingest_notices.h).
// Not supported here: messages that Relais itself would send.
#pragma once

#include <date/tz.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/worklist.h"
#include "practice/database.h"
#include "practice/inbound.h"
#include "practice/ledger.h"
#include "practice/worklist_store.h"
#include "records/matching.h"
#include "relais/v1/record.pb.h"

namespace relais::records {

using practice::Transaction;

struct Unit;
struct Envelope;
struct ParsedMessage;
struct Predecessor;

// What became of a message.
struct Receipt {
  practice::InboundMessage message;
  std::vector<std::string> report_ids;  // also those it only repeats; a « doc-… » holds history and is no report
};

// The event that wakes the plugins; one for each new, replaced, cancelled, attached or detached report.
inline constexpr std::string_view report_available = "lab_report.available";

// Waiting for a human, or to be known by one.
struct QueueEntry {
  std::string inbound_id;
  std::string report_id;  // empty when unreadable, and for an acknowledgement
  bool is_report = true;  // false: a document that only tells history
  // `read`: integrated, and something about it is still open on the list, such as a broken chain.
  practice::InboundState state = practice::InboundState::a_rattacher;
  std::string reason_code;
  int ans_error = 0;
  std::vector<std::string> differing_traits;  // names, never values
  std::vector<std::string> candidates;        // ids of patient files
  Instant received_at{};
};

struct IngestSettings {
  MatchingRules matching;
  const date::time_zone* zone = nullptr;  // of the practice; never null
  // Whether this id is a doctor of this practice, who can answer for a report: the record's practitioners are also the
  // correspondents outside. Asked inside the same work; may throw what Database answers. By default everybody is.
  std::function<bool(soci::session&, const std::string& doctor_id)> is_own_doctor =
      [](soci::session&, const std::string&) { return true; };
};

class Ingest {
 public:
  // Both must outlive it. Every function below with a Transaction is one work of Database::write: record, queues, event
  // and ledger are all there or not at all, and running it again after a crash changes nothing more. They throw what
  // Database answers. All of them may change the list: call WorklistStore::changed() once durable.
  Ingest(practice::Ledger& ledger, practice::WorklistStore& worklist, IngestSettings settings)
      : ledger_(ledger), worklist_(worklist), settings_(std::move(settings)) {}

  // Reads a message that practice::submit stored. Nothing to do when it was read before; a duplicate submission gives
  // the receipt of the first one. relais.not-found.
  Result<Receipt> process(Transaction& tx, const std::string& inbound_id);

  // Sets a message aside that could not be read for another reason than its content; an item says so to every doctor.
  // relais.not-found.
  Result<void> set_unreadable(Transaction& tx, const std::string& inbound_id, const std::string& code);

  // A human gives a report, or a document that tells history, to a patient; the report is evaluated again with that
  // patient's history. relais.not-found; ingest.already-attached: detach first.
  Result<v1::LabReport> attach(Transaction& tx, const std::string& report_id, const std::string& patient_id,
                               const worklist::Actor& actor, const std::string& call_id = {});

  // Takes it away again, back to « à rattacher ». `reason` must not be blank; it never reaches the ledger.
  // relais.not-found; ingest.not-attached; worklist.reason-needed.
  Result<v1::LabReport> detach(Transaction& tx, const std::string& report_id, const worklist::Actor& actor,
                               const std::string& reason, const std::string& call_id = {});

  // --- Reading, inside a work of Database::read or write. ---

  // « À rattacher », « illisible », and what was read and has an open notice, or one of them; oldest first.
  static Result<std::vector<QueueEntry>> queue(soci::session& sql,
                                               std::optional<practice::InboundState> state = std::nullopt);
  static Result<Receipt> receipt(soci::session& sql, const std::string& inbound_id);
  // Why what a message brought was not taken in by itself: the first error of the ANS guide (900 to 906) and its stable
  // code; 0 when nothing stands against it.
  struct Refusal {
    int ans_error = 0;
    std::string code;
  };
  static Refusal refusal(soci::session& sql, const std::string& inbound_id);
  // Subject of a report that was ingested, as it stands. relais.not-found.
  static Result<worklist::Subject> subject_of(soci::session& sql, const std::string& report_id);

 private:
  struct Arrival;  // one unit of a message on its way in

  Result<void> take(Transaction& tx, Arrival& arrival);
  Result<void> take_ordered(Transaction& tx, Arrival& arrival, const v1::LabReport& held);
  Result<void> take_successor(Transaction& tx, Arrival& arrival, const Predecessor& found);
  Result<void> take_cancelled_before(Transaction& tx, Arrival& arrival, v1::LabReport cancellation);
  Result<void> take_acknowledgements(Transaction& tx, const std::string& inbound_id, const ParsedMessage& parsed);
  Result<void> note_message(Transaction& tx, const std::string& inbound_id, const Envelope& envelope);
  // Acknowledgements that came before what they speak of.
  Result<void> settle_acknowledgements(Transaction& tx);
  // Brings the list up to what is stored about a report or a message.
  Result<void> tell(Transaction& tx, const std::string& id);
  Result<void> take_report(Transaction& tx, Arrival& arrival);
  Result<void> take_document(Transaction& tx, Arrival& arrival);
  Result<void> take_cancellation(Transaction& tx, Arrival& arrival);
  Result<void> integrate(Transaction& tx, Arrival& arrival);
  Result<void> replace(Transaction& tx, Arrival& arrival, const v1::LabReport& held, const std::string& cause);
  Result<void> keep_older(Transaction& tx, Arrival& arrival, const v1::LabReport& held, const std::string& code);
  Result<void> also(Transaction& tx, const Arrival& arrival, const std::string& report_id, const std::string& code);
  Result<void> settle(Transaction& tx, const std::string& inbound_id);
  // Puts what a document told back, from its message.
  Result<void> tell_again(Transaction& tx, const std::string& document_id);
  // Who answers for it: prescriber of the practice, else addressee, else the patient's own doctor, else nobody yet.
  std::string doctor_of(soci::session& sql, const Unit& unit, const std::string& patient_id,
                        v1::LabReport& report) const;
  // `patient`'s own doctor when of this practice, else nobody.
  std::string treating_doctor(soci::session& sql, const v1::Patient& patient) const;
  Result<void> write_ledger(Transaction& tx, const std::string& action, const worklist::Subject& subject,
                            const worklist::Actor* actor, const std::string& call_id = {}, const std::string& code = {});

  practice::Ledger& ledger_;
  practice::WorklistStore& worklist_;
  const IngestSettings settings_;
};

}  // namespace relais::records

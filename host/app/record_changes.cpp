// SPDX-License-Identifier: Apache-2.0
#include "app/record_changes.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "practice/doctors.h"
#include "practice/events.h"
#include "practice/ids.h"
#include "practice/notices.h"
#include "records/ingest.h"
#include "records/reader_contract.h"

namespace relais::app {

using practice::Event;
using practice::Transaction;

namespace {

constexpr auto notice_kind = "record-reader";

std::string trigger_of(v1::RecordChangeKind kind) {
  switch (kind) {
    case v1::RECORD_CHANGE_KIND_LAB_REPORT:
      return std::string(records::report_available);
    case v1::RECORD_CHANGE_KIND_DOCUMENT:
      return "document.available";
    case v1::RECORD_CHANGE_KIND_MESSAGE:
      return "message.received";
    case v1::RECORD_CHANGE_KIND_APPOINTMENT:
      return "appointment.changed";
    default:
      return "patient.changed";
  }
}

Event event_of(soci::session& sql, const v1::WatchChangesResponse& change) {
  Event event;
  // Apart from the sources that Relais names itself.
  event.source = "record/" + change.source();
  event.version = change.version();
  event.kind = trigger_of(change.kind());
  if (change.kind() != v1::RECORD_CHANGE_KIND_PATIENT) event.item_id = change.item_id();
  event.patient_id = change.patient_id();
  // Whoever is no doctor of this practice answers for nothing here: the item is then everybody's.
  if (!change.doctor_id().empty() && practice::is_open_doctor(sql, change.doctor_id()))
    event.doctor_id = change.doctor_id();
  return event;
}

worklist::Subject subject_of(const Event& event) { return {event.item_id, event.patient_id, event.doctor_id}; }

}  // namespace

RecordChanges::~RecordChanges() { stop(); }

Result<void> RecordChanges::start() {
  const auto kept = parts_.database.read(
      [](soci::session& sql) -> Result<practice::RecordFeed> { return practice::record_feed(sql); });
  if (!kept) return tl::unexpected(kept.error());
  feed_ = *kept;
  parts_.record.heard_of(feed_.latest);
  thread_ = std::thread([this] { watch(); });
  return {};
}

void RecordChanges::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    if (stream_ != nullptr) stream_->TryCancel();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RecordChanges::watch() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    Result<void> ended;
    try {
      ended = read_stream();
    } catch (const std::exception&) {
      // Its words could hold what was read.
      ended = fail(Code::internal, "exception");
    }
    lock.lock();
    if (stop_) break;
    if (!ended && (!away_ || told_ != ended.error().code)) {
      told_ = ended.error().code;
      spdlog::error("record-reader.changes-unread code={} detail={}", stable_code(told_), ended.error().detail);
    }
    away_ = !ended;
    changed_.wait_for(lock, parts_.pause, [this] { return stop_; });
  }
}

Result<void> RecordChanges::read_stream() {
  // A stream says nothing while nothing changes: this says whether anybody is there.
  if (const auto there = parts_.record.describe(true); !there) return tl::unexpected(there.error());
  if (away_) back_again();
  grpc::ClientContext context;
  {
    const std::lock_guard lock(mutex_);
    if (stop_) return {};
    stream_ = &context;
  }
  v1::WatchChangesRequest request;
  request.set_after(feed_.position);
  const auto stream = parts_.record.stub().WatchChanges(&context, request);
  v1::WatchChangesResponse change;
  Result<void> taken;
  while (taken && stream->Read(&change)) taken = take(change);
  if (!taken) context.TryCancel();
  const auto status = stream->Finish();
  {
    const std::lock_guard lock(mutex_);
    stream_ = nullptr;
    if (stop_) return {};
  }
  if (!taken) return taken;
  if (status.ok()) return {};
  if (status.error_code() == grpc::StatusCode::OUT_OF_RANGE && !feed_.position.empty()) return start_over();
  return parts_.record.failed(status, "WatchChanges");
}

Result<void> RecordChanges::take(const v1::WatchChangesResponse& change) {
  if (const auto broken = records::broken_rule(change)) return set_aside(change, *broken);
  const auto taken = parts_.database.write([&](Transaction& tx) { return take_in(tx, change); });
  if (!taken) return taken;
  feed_ = {change.position(), std::max(feed_.latest, practice::from_ms(change.recorded_ms()))};
  parts_.record.heard_of(feed_.latest);
  parts_.worklist.changed();
  parts_.events_wait();
  return {};
}

Result<void> RecordChanges::take_in(Transaction& tx, const v1::WatchChangesResponse& change) {
  const auto event = event_of(tx.sql(), change);
  const auto before = practice::last_told(tx.sql(), event.source);
  const auto seq = practice::append_event(tx, event);
  practice::keep_record_feed(
      tx, {change.position(), std::max(feed_.latest, practice::from_ms(change.recorded_ms()))});
  if (!seq) return {};  // the same change again
  if (before && before->version > event.version) return practice::finish_event(tx, *seq);
  // Given to another patient, or to another doctor: what stands on the list goes with it, with its trace.
  if (before && !event.item_id.empty() && before->item_id == event.item_id && subject_of(*before) != subject_of(event))
    if (const auto moved = parts_.worklist.move_subject(tx, subject_of(*before), subject_of(event)); !moved) return moved;
  practice::LedgerEntry entry;
  entry.actor = "system";
  entry.role = "system";
  entry.action = "record.changed";
  entry.on_behalf_of = event.doctor_id;
  entry.item_id = event.item_id;
  entry.patient_id = event.patient_id;
  entry.doctor_id = event.doctor_id;
  const auto written = parts_.ledger.append(tx, entry);
  return written ? Result<void>{} : tl::unexpected(written.error());
}

// A change that says nothing usable must neither keep the others waiting nor go unseen.
Result<void> RecordChanges::set_aside(const v1::WatchChangesResponse& change, const std::string& broken) {
  spdlog::error("record-reader.bad-change detail={}", broken);
  if (change.position().empty() || change.position().size() > records::longest_id)
    return parts_.record.failed(Code::record_reader_bad_answer, broken);
  auto next = feed_;
  next.position = change.position();
  const auto guardians = parts_.guardians();
  const auto kept = parts_.database.write([&](Transaction& tx) -> Result<void> {
    practice::keep_record_feed(tx, next);
    tell(tx, guardians, Code::record_reader_bad_change);
    return {};
  });
  if (!kept) return kept;
  feed_ = next;
  parts_.worklist.changed();
  return {};
}

// The position is not known any more: from the oldest change that the service keeps. What was told before is known by
// its source and version.
Result<void> RecordChanges::start_over() {
  spdlog::error("record-reader.lost-changes");
  const practice::RecordFeed next{{}, feed_.latest};
  const auto guardians = parts_.guardians();
  const auto kept = parts_.database.write([&](Transaction& tx) -> Result<void> {
    practice::keep_record_feed(tx, next);
    tell(tx, guardians, Code::record_reader_lost_changes);
    return {};
  });
  if (!kept) return kept;
  feed_ = next;
  parts_.worklist.changed();
  return {};
}

void RecordChanges::tell(Transaction& tx, const std::vector<std::string>& guardians, Code code) {
  const auto occasion = std::to_string(practice::next_number(tx, notice_kind));
  for (const auto& account : guardians)
    practice::tell(tx, {account, notice_kind, std::string(stable_code(code)), occasion, std::string(french(code))});
}

// What waited for the record need wait no longer.
void RecordChanges::back_again() {
  const auto hastened = parts_.database.write([](Transaction& tx) -> Result<void> {
    practice::hasten_events(tx);
    return {};
  });
  if (!hastened) spdlog::error("record-reader.not-hastened code={}", stable_code(hastened.error().code));
  parts_.events_wait();
}

}  // namespace relais::app

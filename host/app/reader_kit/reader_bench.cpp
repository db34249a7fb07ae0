// SPDX-License-Identifier: Apache-2.0
#include "app/reader_kit/reader_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace relais::app {
namespace {

constexpr std::size_t most_pages = 5000;
// A stream that has told changes and says nothing for so long has told them all.
constexpr std::chrono::seconds silence{2};

v1::RecordCompleteness worse(v1::RecordCompleteness a, v1::RecordCompleteness b) {
  if (a == v1::RECORD_COMPLETENESS_WITHHELD || b == v1::RECORD_COMPLETENESS_WITHHELD)
    return v1::RECORD_COMPLETENESS_WITHHELD;
  return a == v1::RECORD_COMPLETENESS_COMPLETE ? b : a;
}

// Ends a stream that has nothing more to say.
class Patience {
 public:
  Patience(grpc::ClientContext& context, std::chrono::milliseconds first)
      : context_(context), until_(std::chrono::steady_clock::now() + first), thread_([this] { wait(); }) {}
  ~Patience() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  void heard() {
    const std::lock_guard lock(mutex_);
    until_ = std::chrono::steady_clock::now() + silence;
  }

 private:
  void wait() {
    std::unique_lock lock(mutex_);
    while (!over_ && std::chrono::steady_clock::now() < until_) {
      const auto until = until_;
      changed_.wait_until(lock, until);
    }
    if (!over_) context_.TryCancel();
  }

  grpc::ClientContext& context_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::chrono::steady_clock::time_point until_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace

std::string ended_with(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return "pas de réponse dans le délai";
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return "service injoignable";
  return fmt::format("statut gRPC {}", static_cast<int>(status.error_code()));
}

ReaderBench::ReaderBench(std::shared_ptr<grpc::Channel> channel, std::chrono::milliseconds deadline,
                         std::size_t patients)
    : stub_(v1::RecordReaderService::NewStub(channel)), deadline_(deadline), most_patients_(patients) {}

std::chrono::system_clock::time_point ReaderBench::until() const {
  return std::chrono::system_clock::time_point(SystemClock().now() + deadline_);
}

std::string ReaderBench::open() {
  now_ = SystemClock().now();
  grpc::ClientContext context;
  context.set_deadline(until());
  const auto status = stub_->DescribeRecord(&context, {}, &description_);
  if (!status.ok()) return "DescribeRecord : " + ended_with(status);
  auto listed = list({}, static_cast<int>(most_patients_));
  patients_ = std::move(listed.rows);
  if (patients_.size() > most_patients_) patients_.resize(most_patients_);
  return listed.failure.empty() ? "" : "ReadPatientList : " + listed.failure;
}

bool ReaderBench::keeps(v1::RecordKind kind) const {
  return std::find(description_.kinds().begin(), description_.kinds().end(), kind) != description_.kinds().end();
}

std::vector<v1::RecordKind> ReaderBench::kinds() const {
  std::vector<v1::RecordKind> kept;
  for (int kind = v1::RECORD_KIND_LAB_REPORT; kind <= v1::RECORD_KIND_DOCUMENT; ++kind)
    if (keeps(static_cast<v1::RecordKind>(kind))) kept.push_back(static_cast<v1::RecordKind>(kind));
  return kept;
}

const ReaderChanges& ReaderBench::changes() {
  if (!changes_) changes_ = changes_after({}, 0);
  return *changes_;
}

template <class Request, class Response>
ReaderRows ReaderBench::read(Request request, Method<Request, Response> method, Instant as_of, int size) {
  ReaderRows found;
  auto& reading = *request.mutable_reading();
  reading.set_as_of_ms(as_of.time_since_epoch().count());
  reading.mutable_page()->set_size(size);
  for (std::size_t page = 0; page < most_pages; ++page) {
    grpc::ClientContext context;
    context.set_deadline(until());
    Response response;
    const auto status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) {
      found.failure = ended_with(status);
      return found;
    }
    const auto& rows = response.rows();
    found.largest_page = std::max(found.largest_page, rows.rows_size());
    found.completeness = worse(found.completeness, rows.completeness());
    found.rows.insert(found.rows.end(), rows.rows().begin(), rows.rows().end());
    if (rows.next_page_token().empty()) return found;
    reading.mutable_page()->set_token(rows.next_page_token());
  }
  found.failure = "des pages sans fin";
  return found;
}

ReaderRows ReaderBench::patient(const std::string& id, Instant as_of) {
  v1::ReadPatientRequest request;
  request.set_patient_id(id);
  return read(std::move(request), &Stub::ReadPatient, as_of);
}

ReaderRows ReaderBench::report(const std::string& id, Instant as_of) {
  v1::ReadReportRequest request;
  request.set_report_id(id);
  return read(std::move(request), &Stub::ReadReport, as_of);
}

ReaderRows ReaderBench::results(const std::string& report_id, Instant as_of) {
  v1::ReadResultsRequest request;
  request.set_report_id(report_id);
  return read(std::move(request), &Stub::ReadResults, as_of);
}

ReaderRows ReaderBench::practitioners() {
  return read(v1::ReadPractitionersRequest{}, &Stub::ReadPractitioners, now_);
}

ReaderRows ReaderBench::list(const std::string& after, int size) {
  v1::ReadPatientListRequest request;
  request.set_after_patient_id(after);
  return read(std::move(request), &Stub::ReadPatientList, now_, size);
}

ReaderRows ReaderBench::by_ins(const std::string& value, const std::string& oid) {
  v1::FindPatientsRequest request;
  request.mutable_ins()->set_value(value);
  request.mutable_ins()->set_oid(oid);
  return read(std::move(request), &Stub::FindPatients, now_);
}

ReaderRows ReaderBench::by_traits(const std::string& birth_date, const std::string& family) {
  v1::FindPatientsRequest request;
  request.mutable_traits()->set_birth_date(birth_date);
  request.mutable_traits()->set_birth_family(family);
  return read(std::move(request), &Stub::FindPatients, now_);
}

ReaderRows ReaderBench::history(v1::RecordKind kind, const std::string& patient, Instant as_of,
                                std::optional<Instant> since, int size) {
  v1::ReadHistoryRequest request;
  request.set_patient_id(patient);
  request.set_kind(kind);
  if (since) request.set_since_ms(since->time_since_epoch().count());
  return read(std::move(request), &Stub::ReadHistory, as_of, size);
}

ReaderChanges ReaderBench::changes_after(const std::string& position, std::size_t most) {
  v1::WatchChangesRequest request;
  request.set_after(position);
  grpc::ClientContext context;
  const auto stream = stub_->WatchChanges(&context, request);
  ReaderChanges found;
  bool enough = false;
  {
    Patience patience(context, deadline_);
    v1::WatchChangesResponse change;
    while (!enough && stream->Read(&change)) {
      patience.heard();
      found.changes.push_back(std::move(change));
      enough = most > 0 && found.changes.size() == most;
    }
  }
  if (enough) context.TryCancel();
  found.ended = stream->Finish().error_code();
  // Ended by this side: the service had nothing more to say.
  if (found.ended == grpc::StatusCode::CANCELLED || enough) found.ended = grpc::StatusCode::OK;
  return found;
}

}  // namespace relais::app

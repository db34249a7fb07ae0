// SPDX-License-Identifier: Apache-2.0
#include "records/remote_record.h"

#include <algorithm>

#include "records/reader_contract.h"
#include "records/remote_record_reader.h"

namespace relais::records {
namespace {

constexpr std::chrono::minutes most_ahead{5};

Code code_of(grpc::StatusCode status) {
  switch (status) {
    case grpc::StatusCode::UNAVAILABLE:
      return Code::record_reader_unreachable;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return Code::record_reader_timeout;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return Code::record_reader_too_large;
    default:
      return Code::record_reader_failed;
  }
}

}  // namespace

RemoteRecord::RemoteRecord(std::shared_ptr<grpc::Channel> channel, const Clock& clock, RemoteRecordOptions options)
    : clock_(clock), options_(options), stub_(v1::RecordReaderService::NewStub(channel)) {}

std::unique_ptr<RecordReader> RemoteRecord::reader() { return std::make_unique<RemoteRecordReader>(*this); }

std::unique_ptr<RecordReader> RemoteRecord::reader(soci::session&) { return reader(); }

Result<std::vector<ListedPatient>> RemoteRecord::patients_after(soci::session&, const std::string& after,
                                                                std::int64_t limit, Instant as_of) {
  return RemoteRecordReader(*this).patients_after(after, limit, as_of);
}

std::optional<Error> RemoteRecord::last_failure() const {
  const std::lock_guard lock(mutex_);
  return last_failure_;
}

Instant RemoteRecord::latest(Instant now) const {
  return std::clamp(Instant{std::chrono::milliseconds{latest_ms_}}, now, now + most_ahead);
}

void RemoteRecord::heard_of(Instant recorded) {
  const auto told = recorded.time_since_epoch().count();
  auto known = latest_ms_.load();
  while (known < told && !latest_ms_.compare_exchange_weak(known, told)) {
  }
}

Result<v1::DescribeRecordResponse> RemoteRecord::describe(bool anew) {
  if (!anew) {
    const std::lock_guard lock(mutex_);
    if (described_) return *described_;
  }
  auto answer = call(&Stub::DescribeRecord, v1::DescribeRecordRequest{}, "DescribeRecord");
  if (!answer) return answer;
  if (answer->contract() != reader_contract_version)
    return failed(Code::record_reader_bad_answer, "another version of the contract");
  for (const auto required : {v1::RECORD_KIND_PATIENT, v1::RECORD_KIND_LAB_REPORT, v1::RECORD_KIND_OBSERVATION})
    if (std::find(answer->kinds().begin(), answer->kinds().end(), required) == answer->kinds().end())
      return failed(Code::record_reader_bad_answer, "a record without patients, reports or results");
  const std::lock_guard lock(mutex_);
  described_ = *answer;
  return answer;
}

tl::unexpected<Error> RemoteRecord::failed(Code code, std::string detail) {
  Error error{code, std::move(detail)};
  const std::lock_guard lock(mutex_);
  // What answers next may be another version of the software.
  if (code == Code::record_reader_unreachable) described_.reset();
  last_failure_ = error;
  ++failures_;
  return tl::unexpected(std::move(error));
}

tl::unexpected<Error> RemoteRecord::failed(const grpc::Status& status, const char* what) {
  const auto code = code_of(status.error_code());
  if (code == Code::record_reader_timeout) {
    const std::lock_guard lock(mutex_);
    rests_until_ = std::chrono::steady_clock::now() + options_.rest;
  }
  // Its message is the software's: it could hold a name.
  return failed(code, std::string(what) + ": status " + std::to_string(status.error_code()));
}

std::chrono::system_clock::time_point RemoteRecord::deadline() const {
  return std::chrono::system_clock::time_point(SystemClock().now() + options_.deadline);
}

bool RemoteRecord::resting() const {
  const std::lock_guard lock(mutex_);
  return std::chrono::steady_clock::now() < rests_until_;
}

}  // namespace relais::records

// SPDX-License-Identifier: Apache-2.0
// The patient record behind RecordReaderService (record_reader.proto): kept by the practice's software, read over gRPC.
// Every failure has a stable code, record-reader.*; no word of the service is logged or kept, and no answer that breaks
// the contract is used.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <mutex>

#include "records/record_source.h"
#include "relais/v1/record_reader.grpc.pb.h"

namespace relais::records {

struct RemoteRecordOptions {
  std::chrono::milliseconds deadline{5000};  // of one call
  // After a call that met its deadline, for how long nothing is asked: a list of a hundred items must not wait a hundred
  // times. record-reader.timeout meanwhile.
  std::chrono::milliseconds rest{2000};
};

class RemoteRecord final : public RecordSource {
 public:
  using Stub = v1::RecordReaderService::Stub;

  // `clock` must outlive it.
  RemoteRecord(std::shared_ptr<grpc::Channel> channel, const Clock& clock, RemoteRecordOptions options = {});

  std::unique_ptr<RecordReader> reader(soci::session& own) override;
  // A reader for one piece of work that has no session.
  std::unique_ptr<RecordReader> reader();
  Result<std::vector<ListedPatient>> patients_after(soci::session& own, const std::string& after, std::int64_t limit,
                                                    Instant as_of) override;
  bool elsewhere() const override { return true; }
  std::uint64_t failures() const override { return failures_; }
  std::optional<Error> last_failure() const override;
  Instant latest(Instant now) const override;

  // A change was told whose row shows since then: see latest().
  void heard_of(Instant recorded);
  // What the service holds; asked once, and again after a failure or when `anew`.
  Result<v1::DescribeRecordResponse> describe(bool anew = false);
  // Counts it, and keeps what it was.
  tl::unexpected<Error> failed(Code code, std::string detail);
  // Of a call that ended with this status.
  tl::unexpected<Error> failed(const grpc::Status& status, const char* what);
  Instant now() const { return clock_.now(); }
  Stub& stub() { return *stub_; }

  // One unary call under the deadline.
  template <class Request, class Response>
  Result<Response> call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                        const Request& request, const char* what) {
    if (resting()) return failed(Code::record_reader_timeout, "resting after a call that met its deadline");
    grpc::ClientContext context;
    context.set_deadline(deadline());
    Response response;
    const auto status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return failed(status, what);
    return response;
  }

 private:
  std::chrono::system_clock::time_point deadline() const;
  bool resting() const;

  const Clock& clock_;
  const RemoteRecordOptions options_;
  const std::unique_ptr<Stub> stub_;
  std::atomic<std::uint64_t> failures_ = 0;
  std::atomic<std::int64_t> latest_ms_ = 0;
  mutable std::mutex mutex_;
  std::optional<Error> last_failure_;
  std::optional<v1::DescribeRecordResponse> described_;
  std::chrono::steady_clock::time_point rests_until_{};
};

}  // namespace relais::records

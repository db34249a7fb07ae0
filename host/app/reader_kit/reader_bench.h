// SPDX-License-Identifier: Apache-2.0
// How the checks ask a RecordReaderService: like the host, but keeping what breaks the contract instead of refusing it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/clock.h"
#include "records/reader_contract.h"
#include "relais/v1/record_reader.grpc.pb.h"

namespace relais::app {

// All the pages of one reading.
struct ReaderRows {
  std::vector<v1::RecordRow> rows;
  v1::RecordCompleteness completeness = v1::RECORD_COMPLETENESS_COMPLETE;  // the worst of the pages
  int largest_page = 0;
  std::string failure;  // French; empty when it was read to its end
};

struct ReaderChanges {
  std::vector<v1::WatchChangesResponse> changes;
  grpc::StatusCode ended = grpc::StatusCode::OK;
};

class ReaderBench {
 public:
  using Stub = v1::RecordReaderService::Stub;
  template <class Request, class Response>
  using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

  ReaderBench(std::shared_ptr<grpc::Channel> channel, std::chrono::milliseconds deadline, std::size_t patients);

  // Asks what the record holds and takes the first patients. What failed, in French; empty when it went well.
  std::string open();

  Instant now() const { return now_; }
  std::chrono::milliseconds deadline() const { return deadline_; }
  const v1::DescribeRecordResponse& description() const { return description_; }
  bool keeps(v1::RecordKind kind) const;
  // Kinds of a patient's history that the software keeps.
  std::vector<v1::RecordKind> kinds() const;
  // Of the patients that are looked at.
  const std::vector<v1::RecordRow>& patients() const { return patients_; }
  // What changed, read once from the beginning.
  const ReaderChanges& changes();

  ReaderRows patient(const std::string& id, Instant as_of);
  ReaderRows report(const std::string& id, Instant as_of);
  ReaderRows results(const std::string& report_id, Instant as_of);
  ReaderRows practitioners();
  ReaderRows list(const std::string& after, int size);
  ReaderRows by_ins(const std::string& value, const std::string& oid);
  ReaderRows by_traits(const std::string& birth_date, const std::string& family);
  ReaderRows history(v1::RecordKind kind, const std::string& patient, Instant as_of, std::optional<Instant> since = {},
                     int size = records::reader_page);
  // Changes after a position, at most `most` (0: until the stream ends or says nothing for a while).
  ReaderChanges changes_after(const std::string& position, std::size_t most);

 private:
  template <class Request, class Response>
  ReaderRows read(Request request, Method<Request, Response> method, Instant as_of, int size = records::reader_page);
  std::chrono::system_clock::time_point until() const;

  const std::unique_ptr<Stub> stub_;
  const std::chrono::milliseconds deadline_;
  const std::size_t most_patients_;
  Instant now_{};
  v1::DescribeRecordResponse description_;
  std::vector<v1::RecordRow> patients_;
  std::optional<ReaderChanges> changes_;
};

// How a call ended, in French: the status and nothing of the service's own words.
std::string ended_with(const grpc::Status& status);

}  // namespace relais::app

// SPDX-License-Identifier: Apache-2.0
// A RecordReaderService on a real socket, that answers what the test tells it to.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "relais/v1/record_reader.grpc.pb.h"
#include "support/scratch.h"

namespace relais::test {

class ServedRecord final : public v1::RecordReaderService::Service {
 public:
  // On a Unix socket.
  ServedRecord() : ServedRecord(nullptr) {}
  // On a port of this machine, under these credentials; null: on a Unix socket.
  explicit ServedRecord(std::shared_ptr<grpc::ServerCredentials> on_port) : on_port_(std::move(on_port)) {
    description.set_contract(1);
    description.set_keeps_history(true);
    for (int kind = v1::RECORD_KIND_PATIENT; kind <= v1::RECORD_KIND_DOCUMENT; ++kind)
      description.add_kinds(static_cast<v1::RecordKind>(kind));
    start();
  }
  ~ServedRecord() override { stop(); }

  std::string address() const {
    return on_port_ ? "127.0.0.1:" + std::to_string(port_) : "unix:" + (scratch_.path() / "record.sock").string();
  }
  void start() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address(), on_port_ ? on_port_ : grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    builder.SetMaxSendMessageSize(-1);
    server_ = builder.BuildAndStart();
  }
  void stop() {
    if (server_) server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

  // What each reading answers, given how much of it was asked; any thread.
  std::function<grpc::Status(const v1::RecordReading&, v1::RecordRows&)> answer =
      [](const v1::RecordReading&, v1::RecordRows& rows) {
        rows.set_completeness(v1::RECORD_COMPLETENESS_COMPLETE);
        return grpc::Status::OK;
      };
  // What the reading of a patient answers; without it, as the others.
  std::function<grpc::Status(const v1::RecordReading&, v1::RecordRows&)> patient;
  v1::DescribeRecordResponse description;
  std::atomic<int> readings = 0;
  std::atomic<int> calls = 0;  // readings, and what comes before and beside them
  std::vector<v1::RecordReading> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  grpc::Status DescribeRecord(grpc::ServerContext*, const v1::DescribeRecordRequest*,
                              v1::DescribeRecordResponse* response) override {
    ++calls;
    *response = description;
    return grpc::Status::OK;
  }
  grpc::Status ReadPatient(grpc::ServerContext* context, const v1::ReadPatientRequest* request,
                           v1::ReadPatientResponse* response) override {
    const auto status = read(context, *request, *response);
    return patient ? patient(request->reading(), *response->mutable_rows()) : status;
  }
  grpc::Status ReadReport(grpc::ServerContext* context, const v1::ReadReportRequest* request,
                          v1::ReadReportResponse* response) override {
    return read(context, *request, *response);
  }
  grpc::Status ReadResults(grpc::ServerContext* context, const v1::ReadResultsRequest* request,
                           v1::ReadResultsResponse* response) override {
    return read(context, *request, *response);
  }
  grpc::Status FindPatients(grpc::ServerContext* context, const v1::FindPatientsRequest* request,
                            v1::FindPatientsResponse* response) override {
    return read(context, *request, *response);
  }
  grpc::Status ReadHistory(grpc::ServerContext* context, const v1::ReadHistoryRequest* request,
                           v1::ReadHistoryResponse* response) override {
    return read(context, *request, *response);
  }
  grpc::Status ReadPatientList(grpc::ServerContext* context, const v1::ReadPatientListRequest* request,
                               v1::ReadPatientListResponse* response) override {
    return read(context, *request, *response);
  }

  // What is told after a position; the stream then ends.
  std::function<grpc::Status(const std::string&, std::vector<v1::WatchChangesResponse>&)> changes =
      [](const std::string&, std::vector<v1::WatchChangesResponse>&) { return grpc::Status::OK; };
  grpc::Status WatchChanges(grpc::ServerContext*, const v1::WatchChangesRequest* request,
                            grpc::ServerWriter<v1::WatchChangesResponse>* writer) override {
    ++calls;
    std::vector<v1::WatchChangesResponse> told;
    const auto status = changes(request->after(), told);
    for (const auto& change : told) writer->Write(change);
    return status;
  }

  // Answers nothing before its caller has gone.
  bool silent = false;

 private:
  template <class Request, class Response>
  grpc::Status read(grpc::ServerContext* context, const Request& request, Response& response) {
    ++readings;
    ++calls;
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(request.reading());
    }
    while (silent && !context->IsCancelled()) std::this_thread::yield();
    return answer(request.reading(), *response.mutable_rows());
  }

  Scratch scratch_;
  const std::shared_ptr<grpc::ServerCredentials> on_port_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::mutex mutex_;
  std::vector<v1::RecordReading> asked_;
};

}  // namespace relais::test

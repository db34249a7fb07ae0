// SPDX-License-Identifier: Apache-2.0
#include "plugins/worker/process_worker.h"

#include <string>

namespace relais::plugins {
namespace {

// Between the end of its stream and the end of the process.
constexpr std::chrono::seconds ending_patience{2};

}  // namespace

ProcessWorker::ProcessWorker(Spawned spawned)
    : process_(std::move(spawned.process)), stream_(std::make_unique<WorkerStream>(spawned.socket)) {}

ProcessWorker::~ProcessWorker() {
  // Before the stream: a live worker could keep it busy.
  process_->kill();
}

// The stream is over: because the process ended, or because what it sent was no gRPC.
WorkerFailure ProcessWorker::describe_end() {
  const auto end = process_->wait(ending_patience);
  if (!end) return kill(FailureKind::garbage, "the stream broke, the process went on");
  if (end->forbidden_call()) return {FailureKind::forbidden_call, "signal " + std::to_string(end->signal)};
  if (end->signal != 0) return {FailureKind::crashed, "signal " + std::to_string(end->signal)};
  return {FailureKind::crashed, "exit code " + std::to_string(end->exit_code)};
}

WorkerFailure ProcessWorker::kill(FailureKind kind, std::string detail) {
  process_->kill();
  process_->wait(ending_patience);
  return {kind, std::move(detail)};
}

WorkerAnswer<worker::v1::FromWorker> ProcessWorker::receive(std::chrono::milliseconds deadline) {
  if (failure_) return tl::make_unexpected(*failure_);
  worker::v1::FromWorker message;
  switch (stream_->receive(message, std::chrono::steady_clock::now() + deadline)) {
    case WorkerStream::Outcome::message:
      return message;
    case WorkerStream::Outcome::timed_out:
      failure_ = kill(FailureKind::timed_out, "no answer in " + std::to_string(deadline.count()) + " ms");
      break;
    case WorkerStream::Outcome::ended:
      failure_ = describe_end();
      break;
  }
  return tl::make_unexpected(*failure_);
}

WorkerAnswer<worker::v1::Hello> ProcessWorker::hello(std::chrono::milliseconds deadline) {
  auto message = receive(deadline);
  if (!message) return tl::make_unexpected(message.error());
  if (message->has_hello()) return std::move(*message->mutable_hello());
  failure_ = kill(FailureKind::garbage, "no hello");
  return tl::make_unexpected(*failure_);
}

WorkerAnswer<worker::v1::BatchResult> ProcessWorker::evaluate(const worker::v1::Batch& batch,
                                                              std::chrono::milliseconds deadline) {
  stream_->send(batch);
  return collect(deadline);
}

WorkerAnswer<worker::v1::BatchResult> ProcessWorker::collect(std::chrono::milliseconds deadline) {
  auto message = receive(deadline);
  if (!message) return tl::make_unexpected(message.error());
  if (message->has_result()) return std::move(*message->mutable_result());
  failure_ = kill(FailureKind::garbage, "not the answer to a batch");
  return tl::make_unexpected(*failure_);
}

WorkerAnswer<worker::v1::Rules> ProcessWorker::rules(std::chrono::milliseconds deadline) {
  worker::v1::ToWorker request;
  request.mutable_describe_rules();
  stream_->send(request);
  auto message = receive(deadline);
  if (!message) return tl::make_unexpected(message.error());
  if (message->has_rules()) return std::move(*message->mutable_rules());
  failure_ = kill(FailureKind::garbage, "not the rules");
  return tl::make_unexpected(*failure_);
}

WorkerAnswer<worker::v1::OutcomesTaken> ProcessWorker::feedback(const worker::v1::OutcomeBatch& batch,
                                                                std::chrono::milliseconds deadline) {
  worker::v1::ToWorker request;
  *request.mutable_outcomes() = batch;
  stream_->send(request);
  auto message = receive(deadline);
  if (!message) return tl::make_unexpected(message.error());
  if (message->has_taken()) return std::move(*message->mutable_taken());
  failure_ = kill(FailureKind::garbage, "not the answer to feedback");
  return tl::make_unexpected(*failure_);
}

std::optional<WorkerFailure> ProcessWorker::ended() {
  if (!failure_ && stream_->ended()) failure_ = describe_end();
  return failure_;
}

std::optional<WorkerFailure> ProcessWorker::close() {
  if (failure_) return failure_;
  stream_->finish();
  const auto end = process_->wait(ending_patience);
  if (!end) {
    failure_ = kill(FailureKind::timed_out, "did not end");
  } else if (end->signal != 0 || end->exit_code != 0) {
    failure_ = describe_end();
  }
  return failure_;
}

}  // namespace relais::plugins

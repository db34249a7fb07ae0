// SPDX-License-Identifier: Apache-2.0
// The host's side of one worker's stream.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

// Messages are written and read as bytes here, on the thread that has them: gRPC's threads only carry them.
// Holds at most one message that nobody has asked for: a worker that floods fills its own socket, not the host.
// Thread-safe. Destroying it ends the stream; the other side must be dead or reading by then.
class WorkerStream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // `descriptor` is a connected socket, owned from here on.
  explicit WorkerStream(int descriptor);
  ~WorkerStream() override;

  void send(const worker::v1::ToWorker& message);
  // As a ToWorker that holds this batch; the batch is not kept.
  void send(const worker::v1::Batch& batch);

  enum class Outcome { message, timed_out, ended };
  // Blocks for the next message until `deadline`. Bytes that are no message end the stream.
  Outcome receive(worker::v1::FromWorker& message, std::chrono::steady_clock::time_point deadline);
  // The stream is over: the worker ended, or said what is no message.
  bool ended() const;
  // Says that nothing more will be sent, once all is.
  void finish();

 private:
  void OnReadDone(bool good) override;
  void OnWriteDone(bool good) override;
  void OnDone(const grpc::Status& status) override;
  void send(grpc::ByteBuffer bytes);
  void write_next();  // with mutex_ held

  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub_;
  grpc::ClientContext context_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  grpc::ByteBuffer incoming_;
  bool arrived_ = false;  // incoming_ holds a message nobody has taken
  bool read_ended_ = false;
  std::deque<grpc::ByteBuffer> outgoing_;
  bool writing_ = false;
  bool write_broken_ = false;
  bool finishing_ = false;
  bool writes_done_ = false;
  bool done_ = false;
};

}  // namespace relais::plugins

// SPDX-License-Identifier: Apache-2.0
#include "plugins/worker/stream.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "plugins/supervision/batches.h"

namespace relais::plugins {
namespace {

std::shared_ptr<grpc::Channel> channel_on(int descriptor) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(reply_bytes);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomInsecureChannelFromFd("relais-worker", descriptor, arguments);
}

// One piece of memory, written in place.
template <class Write>
grpc::ByteBuffer bytes_of(std::size_t size, Write write) {
  grpc::Slice slice(size);
  write(const_cast<std::uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

WorkerStream::WorkerStream(int descriptor) : stub_(channel_on(descriptor)) {
  stub_.PrepareBidiStreamingCall(&context_, "/relais.worker.v1.Worker/Run", grpc::StubOptions(), this);
  // Writes start from the supervisor's thread, outside of any reaction: the hold keeps the stream until finish().
  AddHold();
  StartRead(&incoming_);
  StartCall();
}

WorkerStream::~WorkerStream() {
  finish();
  context_.TryCancel();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return done_; });
}

void WorkerStream::send(const worker::v1::ToWorker& message) {
  send(bytes_of(message.ByteSizeLong(), [&](std::uint8_t* to) { message.SerializeWithCachedSizesToArray(to); }));
}

void WorkerStream::send(const worker::v1::Batch& batch) {
  using google::protobuf::internal::WireFormatLite;
  using google::protobuf::io::CodedOutputStream;
  const auto size = static_cast<std::uint32_t>(batch.ByteSizeLong());
  const auto tag = WireFormatLite::MakeTag(worker::v1::ToWorker::kBatchFieldNumber,
                                           WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  const auto head = CodedOutputStream::VarintSize32(tag) + CodedOutputStream::VarintSize32(size);
  send(bytes_of(head + size, [&](std::uint8_t* to) {
    to = CodedOutputStream::WriteVarint32ToArray(tag, to);
    to = CodedOutputStream::WriteVarint32ToArray(size, to);
    batch.SerializeWithCachedSizesToArray(to);
  }));
}

void WorkerStream::send(grpc::ByteBuffer bytes) {
  const std::lock_guard lock(mutex_);
  if (finishing_ || write_broken_) return;
  outgoing_.push_back(std::move(bytes));
  if (!writing_) write_next();
}

void WorkerStream::write_next() {
  if (!outgoing_.empty() && !write_broken_) {
    writing_ = true;
    StartWrite(&outgoing_.front());
    return;
  }
  writing_ = false;
  if (!finishing_ || writes_done_) return;
  writes_done_ = true;
  if (!write_broken_) StartWritesDone();
  RemoveHold();
}

void WorkerStream::finish() {
  const std::lock_guard lock(mutex_);
  finishing_ = true;
  if (!writing_) write_next();
}

void WorkerStream::OnWriteDone(bool good) {
  const std::lock_guard lock(mutex_);
  outgoing_.pop_front();
  write_broken_ = write_broken_ || !good;
  if (write_broken_) outgoing_.clear();
  write_next();
}

void WorkerStream::OnReadDone(bool good) {
  const std::lock_guard lock(mutex_);
  arrived_ = good;
  read_ended_ = !good;
  changed_.notify_all();
}

void WorkerStream::OnDone(const grpc::Status& /*status*/) {
  // Notified with the lock held: the destructor may free the condition as soon as it is released.
  const std::lock_guard lock(mutex_);
  read_ended_ = true;
  done_ = true;
  changed_.notify_all();
}

WorkerStream::Outcome WorkerStream::receive(worker::v1::FromWorker& message,
                                            std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline, [this] { return arrived_ || read_ended_; })) return Outcome::timed_out;
  if (!arrived_) return Outcome::ended;
  grpc::ByteBuffer bytes;
  bytes.Swap(&incoming_);
  arrived_ = false;
  if (grpc::GenericDeserialize<grpc::ProtoBufferReader, worker::v1::FromWorker>(&bytes, &message).ok()) {
    StartRead(&incoming_);
    return Outcome::message;
  }
  read_ended_ = true;
  context_.TryCancel();
  return Outcome::ended;
}

bool WorkerStream::ended() const {
  const std::lock_guard lock(mutex_);
  return read_ended_;
}

}  // namespace relais::plugins

// SPDX-License-Identifier: Apache-2.0
#include "api/reactor.h"

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include <array>
#include <typeinfo>
#include <utility>
#include <vector>

#include "api/caller_trace.h"
#include "domain/clock.h"

namespace relais::api {

// Shared by a stream's source and its reactor: outlives both, points to the reactor while there is one.
class OpenStreams::Waker {
 public:
  explicit Waker(std::function<void()> woken) : woken_(std::move(woken)) {}
  void wake() {
    const std::lock_guard lock(mutex_);
    if (woken_) woken_();
  }
  void detach() {
    const std::lock_guard lock(mutex_);
    woken_ = nullptr;
  }

 private:
  std::mutex mutex_;
  std::function<void()> woken_;
};

void OpenStreams::add(std::shared_ptr<Waker> waker) {
  const std::lock_guard lock(mutex_);
  wakers_.insert(std::move(waker));
}

void OpenStreams::remove(const std::shared_ptr<Waker>& waker) {
  const std::lock_guard lock(mutex_);
  wakers_.erase(waker);
}

void OpenStreams::wake_all() {
  std::vector<std::shared_ptr<Waker>> open;
  {
    const std::lock_guard lock(mutex_);
    open.assign(wakers_.begin(), wakers_.end());
  }
  for (const auto& waker : open) waker->wake();
}

namespace {

std::string new_call_id() {
  std::array<unsigned char, 12> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, 25> text{};
  sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  return "c-" + std::string(text.data());
}

grpc::ByteBuffer serialise(const google::protobuf::Message& message) {
  grpc::ByteBuffer buffer;
  bool own = false;
  grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(message, &buffer, &own);
  return buffer;
}

}  // namespace

// One call. gRPC's threads only move its state on; parsing, admission and handlers run on the executor, one step at a
// time. It deletes itself in OnDone, after Finish and every operation: a step touches no member after calling finish().
class CallReactor final : public grpc::ServerGenericBidiReactor {
 public:
  CallReactor(Dispatcher& host, grpc::GenericCallbackServerContext& context)
      : host_(host), context_(context), method_(host.registry_.find(context.method())) {
    incoming_.call_id = new_call_id();
    if (method_ == nullptr) {
      finish(Failure(Code::api_unknown_method, context.method()));
    } else {
      StartRead(&in_);
    }
  }

  void OnReadDone(bool ok) override {
    if (upload_) {
      host_.executor_.post([this, ok] { guarded([&] { ok ? take_part() : finish_upload(); }); });
    } else if (!ok) {
      finish(Failure(Code::api_malformed_request, "the call carries no request"));
    } else if (!host_.executor_.try_post([this] { guarded([&] { first_message(); }); })) {
      finish(Failure(Code::api_busy, "too many calls wait"));
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      finish_cancelled();
      return;
    }
    post_pull();
  }

  void OnCancel() override {
    bool waiting = false;
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
      waiting = std::exchange(waiting_, false);
    }
    // A step in progress sees it by itself; only a stream that waits has nobody to end it.
    if (waiting) finish_cancelled();
  }

  void OnDone() override {
    if (waker_) {
      waker_->detach();
      host_.streams_.remove(waker_);
    }
    delete this;
  }

 private:
  // The one guard: an exception ends this call and nothing else. Its text may quote data, so only its type is logged.
  template <class Step>
  void guarded(Step step) {
    try {
      step();
    } catch (const std::exception& thrown) {
      spdlog::error("{} {} threw {}", incoming_.call_id, context_.method(), typeid(thrown).name());
      fail(Failure(Code::internal, typeid(thrown).name()));
    } catch (...) {
      spdlog::error("{} {} threw something", incoming_.call_id, context_.method());
      fail(Failure(Code::internal, "not a std::exception"));
    }
  }

  bool parse(google::protobuf::Message& message) {
    return grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::Message>(&in_, &message).ok();
  }

  void first_message() {
    if (context_.IsCancelled()) return finish_cancelled();
    incoming_.token = bearer_token(context_.client_metadata());
    incoming_.trace_id = caller_trace(context_.client_metadata());
    incoming_.deadline = context_.deadline();
    // gRPC's deadlines are of the machine's clock, whatever clock the practice lives by.
    incoming_.now = SystemClock().now();
    // Before anything of the request is read: the parser is not for strangers.
    auto caller = host_.admission_.identify(*method_, incoming_);
    if (!caller) return finish(caller.error());
    const auto request = method_->new_request();
    if (!parse(*request)) return finish(Failure(Code::api_malformed_request, method_->rule->name));
    auto call = host_.admission_.admit(*method_, incoming_, std::move(*caller), *request);
    if (!call) return finish(call.error());
    call_ = std::make_unique<Call>(std::move(*call));
    if (method_->unary) {
      answer(method_->unary(*call_, *request));
    } else if (method_->upload) {
      auto upload = method_->upload(*call_, *request);
      if (!upload) return fail(upload.error());
      upload_ = std::move(*upload);
      StartRead(&in_);
    } else {
      auto stream = method_->stream(*call_, *request);
      if (!stream) return fail(stream.error());
      stream_ = std::move(*stream);
      waker_ = std::make_shared<OpenStreams::Waker>([this] { woken(); });
      host_.streams_.add(waker_);
      stream_->start([waker = waker_] { waker->wake(); });
      pull();
    }
  }

  void answer(Answer<MessagePtr> response) {
    if (!response) return fail(response.error());
    out_ = serialise(**response);
    // The calls of many clients share one durable commit: none of them holds a worker while it waits for the disk.
    const bool waits = host_.admission_.before_answer_later(*call_, [this](Answer<void> traced) {
      host_.executor_.post([this, traced = std::move(traced)] { guarded([&] { send(traced); }); });
    });
    if (!waits) send({});
  }

  // `out_`, once what it tells is in the ledger.
  void send(const Answer<void>& traced) {
    if (!traced) return finish(traced.error());
    context_.AddTrailingMetadata("relais-call-id", incoming_.call_id);
    StartWriteAndFinish(&out_, grpc::WriteOptions(), grpc::Status::OK);
  }

  void take_part() {
    const auto part = method_->new_request();
    if (!parse(*part)) return fail(Failure(Code::api_malformed_request, method_->rule->name));
    if (auto taken = upload_->take(*call_, *part); !taken) return fail(taken.error());
    StartRead(&in_);
  }

  void finish_upload() {
    if (context_.IsCancelled()) return finish_cancelled();
    answer(upload_->finish(*call_));
  }

  // --- Server streams: pulling -> writing -> pulling …, or waiting until woken --------------------------------------
  void post_pull() {
    host_.executor_.post([this] { guarded([&] { pull(); }); });
  }

  void pull() {
    if (auto admitted = host_.admission_.still_admitted(*call_); !admitted) return finish(admitted.error());
    {
      const std::lock_guard lock(mutex_);
      woken_ = false;
    }
    auto next = stream_->pull(*call_);
    if (!next) return fail(next.error());
    if (auto traced = host_.admission_.before_answer(*call_); !traced) return finish(traced.error());
    if (next->message) {
      out_ = serialise(*next->message);
      StartWrite(&out_);
      return;
    }
    if (next->end) return finish_ok();
    bool again = false;
    {
      const std::lock_guard lock(mutex_);
      if (!cancelled_) {
        again = woken_;
        waiting_ = !again;
        if (waiting_) return;
      }
    }
    again ? post_pull() : finish_cancelled();
  }

  void woken() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
      if (!std::exchange(waiting_, false)) return;
    }
    post_pull();
  }

  // --- Ends ---------------------------------------------------------------------------------------------------------
  void fail(const Failure& failure) {
    try {
      if (call_) host_.admission_.failed(*call_, failure);
    } catch (const std::exception& thrown) {
      spdlog::error("{} {} failed and its entry threw {}", incoming_.call_id, context_.method(), typeid(thrown).name());
    }
    finish(failure);
  }

  void finish(const Failure& failure) {
    spdlog::debug("{} {} answered {} {}", incoming_.call_id, context_.method(), stable_code(failure.error.code),
                  failure.error.place);
    const auto status = to_status(failure, incoming_.call_id);
    context_.AddTrailingMetadata(std::string(error_metadata_key),
                                 to_detail(failure, incoming_.call_id).SerializeAsString());
    context_.AddTrailingMetadata("relais-call-id", incoming_.call_id);
    Finish(status);
  }

  void finish_ok() {
    context_.AddTrailingMetadata("relais-call-id", incoming_.call_id);
    Finish(grpc::Status::OK);
  }

  void finish_cancelled() { Finish(grpc::Status::CANCELLED); }

  Dispatcher& host_;
  grpc::GenericCallbackServerContext& context_;
  const Method* method_;
  Incoming incoming_;
  grpc::ByteBuffer in_;
  grpc::ByteBuffer out_;
  std::unique_ptr<Call> call_;
  std::shared_ptr<Upload> upload_;
  std::shared_ptr<Stream> stream_;
  std::shared_ptr<OpenStreams::Waker> waker_;

  std::mutex mutex_;
  bool cancelled_ = false;  // the client went away
  bool waiting_ = false;    // the stream has nothing to send and no step in progress
  bool woken_ = false;      // something changed since the last pull began
};

grpc::ServerGenericBidiReactor* Dispatcher::CreateReactor(grpc::GenericCallbackServerContext* context) {
  return new CallReactor(*this, *context);
}

}  // namespace relais::api

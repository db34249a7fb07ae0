// SPDX-License-Identifier: Apache-2.0
#include "plugins/worker/serve.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/server_posix.h>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "plugins/worker/stream_limits.h"
#include "relais/worker/v1/worker.grpc.pb.h"

namespace relais::plugins {
namespace {

using Stream = grpc::ServerReaderWriter<worker::v1::FromWorker, worker::v1::ToWorker>;

// Reads on while the plugin works, so that a cancellation reaches it.
class Inbox {
 public:
  void fill_from(Stream& stream) {
    worker::v1::ToWorker message;
    while (stream.Read(&message)) {
      const std::lock_guard lock(mutex_);
      if (message.has_cancel_batch()) {
        cancelled_ = cancelled_ || message.cancel_batch() == current_;
      } else {
        messages_.push_back(std::move(message));
        wake_.notify_one();
      }
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    cancelled_ = true;
    wake_.notify_one();
  }

  // The next message, nothing when the stream has ended.
  std::optional<worker::v1::ToWorker> take() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ended_ || !messages_.empty(); });
    if (messages_.empty() || ended_) return std::nullopt;
    auto message = std::move(messages_.front());
    messages_.pop_front();
    cancelled_ = false;
    current_ = message.has_batch() ? message.batch().id() : 0;
    return message;
  }

  const std::atomic<bool>& cancelled() const { return cancelled_; }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<worker::v1::ToWorker> messages_;
  std::int64_t current_ = 0;
  bool ended_ = false;
  std::atomic<bool> cancelled_ = false;
};

class Service final : public worker::v1::Worker::Service {
 public:
  Service(const worker::v1::Hello& hello, LoadedPlugin* plugin, const std::function<bool()>& before_evaluating)
      : hello_(hello), plugin_(plugin), before_evaluating_(before_evaluating) {}

  grpc::Status Run(grpc::ServerContext* /*context*/, Stream* stream) override {
    worker::v1::FromWorker hello;
    *hello.mutable_hello() = hello_;
    stream->Write(hello);
    Inbox inbox;
    std::thread reader([&] { inbox.fill_from(*stream); });
    while (auto message = inbox.take()) {
      if (plugin_ != nullptr) answer(*message, inbox, *stream);
    }
    reader.join();
    done_.set_value();
    return grpc::Status::OK;
  }

  void wait() { done_.get_future().wait(); }

 private:
  template <class Asked>
  auto apart(const Asked& ask) {
    if (!before_evaluating_) return ask();
    // A thread of its own: what is forbidden to the plugin is not forbidden to gRPC, whose threads inherit from theirs.
    decltype(ask()) result;
    std::thread([&] {
      if (!before_evaluating_()) std::_Exit(EXIT_FAILURE);
      result = ask();
    }).join();
    return result;
  }

  void answer(const worker::v1::ToWorker& message, const Inbox& inbox, Stream& stream) {
    worker::v1::FromWorker reply;
    if (message.has_batch()) {
      *reply.mutable_result() = apart([&] { return plugin_->evaluate(message.batch(), inbox.cancelled()); });
    } else if (message.has_describe_rules()) {
      auto rules = plugin_->describe_rules();
      if (rules) {
        *reply.mutable_rules() = std::move(*rules);
      } else {
        reply.mutable_rules()->set_refused(std::string(stable_code(rules.error().code)));
      }
    } else {
      if (!message.has_outcomes()) return;
      *reply.mutable_taken() = apart([&] { return plugin_->feedback(message.outcomes()); });
    }
    stream.Write(reply);
  }

  const worker::v1::Hello& hello_;
  LoadedPlugin* plugin_;
  const std::function<bool()>& before_evaluating_;
  std::promise<void> done_;
};

}  // namespace

void serve(int descriptor, const worker::v1::Hello& hello, LoadedPlugin* plugin,
           const std::function<bool()>& before_evaluating) {
  Service service(hello, plugin, before_evaluating);
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  // The host bounds what it sends; a message the host made is never refused here.
  builder.SetMaxReceiveMessageSize(-1);
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_FRAME_SIZE, stream_frame_bytes);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, stream_window_bytes);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  const auto server = builder.BuildAndStart();
  grpc::AddInsecureChannelFromFd(server.get(), descriptor);
  service.wait();
  server->Shutdown();
}

}  // namespace relais::plugins

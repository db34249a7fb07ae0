// SPDX-License-Identifier: Apache-2.0
// From gRPC's callbacks to the admission chain: every call of every method comes through this one generic service, so a
// method cannot be served beside the chain.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <memory>
#include <mutex>
#include <set>

#include "api/admission.h"
#include "api/executor.h"

namespace relais::api {

// Streams that are open, to be looked at again when a token may have ended.
class OpenStreams {
 public:
  class Waker;
  void add(std::shared_ptr<Waker> waker);
  void remove(const std::shared_ptr<Waker>& waker);
  // Makes every open stream pull again. Any thread.
  void wake_all();

 private:
  std::mutex mutex_;
  std::set<std::shared_ptr<Waker>> wakers_;
};

// All references must outlive the gRPC server that this service is registered on.
class Dispatcher final : public grpc::CallbackGenericService {
 public:
  Dispatcher(const Registry& registry, const Admission& admission, Executor& executor)
      : registry_(registry), admission_(admission), executor_(executor) {}

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;
  OpenStreams& streams() { return streams_; }

 private:
  friend class CallReactor;

  const Registry& registry_;
  const Admission& admission_;
  Executor& executor_;
  OpenStreams streams_;
};

}  // namespace relais::api

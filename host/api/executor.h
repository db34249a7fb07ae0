// SPDX-License-Identifier: Apache-2.0
// Where handlers run. gRPC's callback API runs two handlers at once on two cores, so a handler that waits for the disk
// would stop the whole server: gRPC's threads only hand work over to this pool.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace relais::api {

class Executor {
 public:
  // `threads` workers; at most `waiting` new calls wait for one.
  Executor(std::size_t threads, std::size_t waiting);
  // Runs what was posted, then joins.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Runs `task` on a worker; false, and nothing done, when too many calls wait already. Any thread.
  bool try_post(std::function<void()> task);
  // As try_post for the next step of a call that was let in: never refused.
  void post(std::function<void()> task);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace relais::api

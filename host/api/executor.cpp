// SPDX-License-Identifier: Apache-2.0
#include "api/executor.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace relais::api {

class Executor::Impl {
 public:
  Impl(std::size_t threads, std::size_t waiting) : pool_(threads), most_(waiting) {}
  ~Impl() { pool_.join(); }

  bool try_post(std::function<void()> task) {
    if (waiting_.fetch_add(1) >= most_) {
      waiting_.fetch_sub(1);
      return false;
    }
    boost::asio::post(pool_, [this, task = std::move(task)] {
      waiting_.fetch_sub(1);
      task();
    });
    return true;
  }

  void post(std::function<void()> task) { boost::asio::post(pool_, std::move(task)); }

 private:
  boost::asio::thread_pool pool_;
  const std::size_t most_;
  std::atomic<std::size_t> waiting_{0};
};

Executor::Executor(std::size_t threads, std::size_t waiting) : impl_(std::make_unique<Impl>(threads, waiting)) {}
Executor::~Executor() = default;
bool Executor::try_post(std::function<void()> task) { return impl_->try_post(std::move(task)); }
void Executor::post(std::function<void()> task) { impl_->post(std::move(task)); }

}  // namespace relais::api

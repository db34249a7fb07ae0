// SPDX-License-Identifier: Apache-2.0
#include "app/mllp_listener.h"

#include "app/loopback_address.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <deque>
#include <set>
#include <thread>
#include <utility>

namespace relais::app {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t read_size = std::size_t{64} << 10U;
constexpr std::chrono::seconds answer_patience{30};  // for a peer that does not read its answer
constexpr std::chrono::milliseconds accept_pause{200};

Result<tcp::endpoint> endpoint_of(const std::string& address) {
  const auto checked = loopback_address(address, "mllp");
  if (!checked) return tl::unexpected(checked.error());
  return tcp::endpoint(asio::ip::make_address(checked->host), checked->port);
}

}  // namespace

Result<void> check_mllp(const std::string& address) {
  const auto endpoint = endpoint_of(address);
  return endpoint ? Result<void>{} : tl::unexpected(endpoint.error());
}

class MllpListener::Impl {
 public:
  Impl(MllpSettings settings, Receive receive) : settings_(std::move(settings)), receive_(std::move(receive)) {}
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> open() {
    const auto endpoint = endpoint_of(settings_.address);
    if (!endpoint) return tl::unexpected(endpoint.error());
    error_code error;
    acceptor_.open(endpoint->protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(*endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error) return fail(Code::api_address, error.message(), settings_.address);
    accept();
    thread_ = std::thread([this] { work(); });
    return {};
  }

  int port() const { return port_; }

  void stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      stopping_ = true;
      error_code ignored;
      acceptor_.close(ignored);
      accept_timer_.cancel();
      const auto all = connections_;
      for (const auto& one : all) one->leave();
    });
    thread_.join();
  }

 private:
  void work() {
    for (;;) {
      try {
        io_.run();
        return;
      } catch (const std::exception&) {
        // Its words could hold what was read. One connection is lost, the door stays open.
        spdlog::error("mllp.failed code={}", stable_code(Code::internal));
      }
    }
  }

  // One gateway. Everything runs on the listener's thread but the answer, which is posted there.
  class Connection : public std::enable_shared_from_this<Connection> {
   public:
    Connection(Impl& owner, tcp::socket socket)
        : owner_(owner), socket_(std::move(socket)), timer_(owner.io_), framer_(owner.settings_.largest_message) {}

    void read() {
      wait(framer_.inside() ? owner_.settings_.frame_pause : owner_.settings_.idle);
      socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](error_code error, std::size_t size) {
        self->stop_waiting();
        if (error || self->closed_) return self->close();
        self->take({self->buffer_.data(), size});
      });
    }

    // The host stops: what was taken is answered, the rest is the sender's to send again.
    void leave() {
      waiting_.clear();
      if (!busy_) close();
    }

   private:
    void take(std::string_view bytes) {
      auto taken = framer_.take(bytes);
      if (taken.outside > 0) spdlog::warn("mllp.outside-frame bytes={}", taken.outside);
      if (taken.restarted > 0) spdlog::warn("mllp.frame-restarted count={}", taken.restarted);
      for (auto& message : taken.messages) waiting_.push_back(std::move(message));
      // Whatever was complete before is answered; then the connection ends.
      if (taken.too_large) {
        spdlog::error("mllp.too-large bytes={}", owner_.settings_.largest_message);
        last_ = true;
      }
      next();
    }

    void next() {
      if (closed_) return;
      if (waiting_.empty()) {
        if (last_ || owner_.stopping_) return close();
        return read();
      }
      auto message = std::move(waiting_.front());
      waiting_.pop_front();
      busy_ = true;
      // Keeps the thread running until the answer is there, even after stop().
      auto hold = std::make_shared<asio::executor_work_guard<asio::io_context::executor_type>>(owner_.io_.get_executor());
      try {
        owner_.receive_(std::move(message), [self = shared_from_this(), hold](std::optional<std::string> answer) {
          asio::post(self->owner_.io_, [self, answer = std::move(answer)]() mutable { self->send(std::move(answer)); });
        });
      } catch (const std::exception&) {
        spdlog::error("mllp.not-taken code={}", stable_code(Code::internal));
        close();
      }
    }

    void send(std::optional<std::string> answer) {
      if (!answer) close();
      if (closed_ || answer->empty()) return sent();
      answer_ = mllp_frame(*answer);
      wait(answer_patience);
      asio::async_write(socket_, asio::buffer(answer_), [self = shared_from_this()](error_code error, std::size_t) {
        self->stop_waiting();
        if (error) self->close();
        self->sent();
      });
    }

    void sent() {
      busy_ = false;
      if (owner_.stopping_) waiting_.clear();
      next();
    }

    void wait(std::chrono::milliseconds patience) {
      timer_.expires_after(patience);
      timer_.async_wait([self = shared_from_this(), turn = ++turn_](error_code error) {
        // What came just in time has been read: the wait that ended is no longer the one under way.
        if (error || turn != self->turn_) return;
        spdlog::warn("mllp.silent inside={}", self->framer_.inside());
        self->close();
      });
    }

    void stop_waiting() {
      ++turn_;
      timer_.cancel();
    }

    void close() {
      if (closed_) return;
      closed_ = true;
      stop_waiting();
      error_code ignored;
      socket_.shutdown(tcp::socket::shutdown_both, ignored);
      socket_.close(ignored);
      owner_.connections_.erase(shared_from_this());
    }

    Impl& owner_;
    tcp::socket socket_;
    asio::steady_timer timer_;
    MllpFramer framer_;
    std::array<char, read_size> buffer_{};
    std::deque<std::string> waiting_;
    std::string answer_;
    std::uint64_t turn_ = 0;
    bool busy_ = false;
    bool last_ = false;
    bool closed_ = false;
  };

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (stopping_) return;
      if (error) {
        // Out of file descriptors, for one: the door stays open, and is tried again.
        spdlog::error("mllp.accept-failed errno={}", error.value());
        accept_timer_.expires_after(accept_pause);
        accept_timer_.async_wait([this](error_code cancelled) {
          if (!cancelled && !stopping_) accept();
        });
        return;
      }
      if (connections_.size() >= settings_.connections) {
        spdlog::warn("mllp.too-many-connections limit={}", settings_.connections);
        error_code ignored;
        socket.close(ignored);
      } else {
        const auto one = std::make_shared<Connection>(*this, std::move(socket));
        connections_.insert(one);
        one->read();
      }
      accept();
    });
  }

  const MllpSettings settings_;
  const Receive receive_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer accept_timer_{io_};
  std::set<std::shared_ptr<Connection>> connections_;  // of the listener's thread
  bool stopping_ = false;
  int port_ = 0;
  std::thread thread_;
};

MllpListener::MllpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MllpListener::~MllpListener() = default;

Result<std::unique_ptr<MllpListener>> MllpListener::start(MllpSettings settings, Receive receive) {
  auto impl = std::make_unique<Impl>(std::move(settings), std::move(receive));
  if (const auto opened = impl->open(); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<MllpListener>(new MllpListener(std::move(impl)));
}

int MllpListener::port() const { return impl_->port(); }
void MllpListener::stop() { impl_->stop(); }

}  // namespace relais::app

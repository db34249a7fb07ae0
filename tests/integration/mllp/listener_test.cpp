// SPDX-License-Identifier: Apache-2.0
#include "app/mllp_listener.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <vector>

#include "gateway.h"

namespace relais::app {
namespace {

using std::chrono::milliseconds;

// Whoever takes the messages: answers at once, or when told to.
class Receiver {
 public:
  MllpListener::Receive receive() {
    return [this](std::string message, MllpListener::Answer answer) {
      const std::lock_guard lock(mutex_);
      messages_.push_back(message);
      if (held_) {
        waiting_.push_back(std::move(answer));
      } else {
        answer("re:" + message);
      }
      changed_.notify_all();
    };
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void answer_all(const std::optional<std::string>& text) {
    const std::lock_guard lock(mutex_);
    for (auto& one : std::exchange(waiting_, {})) one(text);
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return messages_.size() >= count; }));
  }
  std::vector<std::string> messages() {
    const std::lock_guard lock(mutex_);
    return messages_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  std::vector<MllpListener::Answer> waiting_;
  bool held_ = false;
};

std::unique_ptr<MllpListener> listen(Receiver& receiver, MllpSettings settings = {}) {
  settings.address = "127.0.0.1:0";
  auto started = MllpListener::start(std::move(settings), receiver.receive());
  if (!started) FAIL(started.error().detail);
  return std::move(*started);
}

TEST_CASE("only a loopback address is accepted for gateways") {
  for (const auto* good : {"127.0.0.1:2575", "127.0.0.1:0", "[::1]:2575", "localhost:2575"}) CHECK(check_mllp(good));
  for (const auto* bad : {"0.0.0.0:2575", "192.168.1.4:2575", "[::]:2575", "labo.example:2575", "127.0.0.1", ":2575",
                          "127.0.0.1:70000", "127.0.0.1:25x", "::1:2575", ""}) {
    INFO(bad);
    const auto checked = check_mllp(bad);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Code::config_invalid);
    CHECK(checked.error().place == "mllp");
  }
}

TEST_CASE("a port that is taken is said") {
  Receiver receiver;
  const auto first = listen(receiver);
  MllpSettings settings;
  settings.address = "127.0.0.1:" + std::to_string(first->port());
  const auto second = MllpListener::start(settings, receiver.receive());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::api_address);
}

TEST_CASE("several messages on one connection are answered in their order") {
  Receiver receiver;
  const auto listener = listen(receiver);
  Gateway gateway(listener->port());
  gateway.send(mllp_frame("MSH|un") + mllp_frame("MSH|deux") + mllp_frame("MSH|trois"));
  CHECK(gateway.answer() == "re:MSH|un");
  CHECK(gateway.answer() == "re:MSH|deux");
  CHECK(gateway.answer() == "re:MSH|trois");
  CHECK(gateway.ask("MSH|quatre") == "re:MSH|quatre");
}

TEST_CASE("a frame that comes byte after byte is one message") {
  Receiver receiver;
  const auto listener = listen(receiver);
  Gateway gateway(listener->port());
  for (const char c : mllp_frame("MSH|lent")) gateway.send({&c, 1});
  CHECK(gateway.answer() == "re:MSH|lent");
}

TEST_CASE("what stands between frames is no message and disturbs none") {
  Receiver receiver;
  const auto listener = listen(receiver);
  Gateway gateway(listener->port());
  gateway.send("bruit\r\n" + mllp_frame("MSH|un") + "\r\nGET / HTTP/1.1\r\n\r\n" + mllp_frame("MSH|deux"));
  CHECK(gateway.answer() == "re:MSH|un");
  CHECK(gateway.answer() == "re:MSH|deux");
  CHECK(receiver.messages().size() == 2);
}

TEST_CASE("a message that waits for its answer does not keep another gateway waiting") {
  Receiver receiver;
  receiver.hold();
  const auto listener = listen(receiver);
  Gateway slow(listener->port()), quick(listener->port());
  slow.send(mllp_frame("MSH|lent") + mllp_frame("MSH|ensuite"));
  receiver.wait_for(1);
  quick.send(mllp_frame("MSH|vite"));
  receiver.wait_for(2);
  // The second message of the slow one has to wait for the answer to its first.
  CHECK(receiver.messages().size() == 2);
  receiver.answer_all("fait");
  CHECK(slow.answer() == "fait");
  CHECK(quick.answer() == "fait");
  receiver.wait_for(3);
  receiver.answer_all("fait aussi");
  CHECK(slow.answer() == "fait aussi");
}

TEST_CASE("a message over the limit ends the connection and the others go on") {
  Receiver receiver;
  MllpSettings settings;
  settings.largest_message = 1000;
  const auto listener = listen(receiver, settings);
  Gateway whole(listener->port());
  CHECK(whole.ask(std::string(1000, 'x')) == "re:" + std::string(1000, 'x'));
  Gateway large(listener->port());
  large.send(mllp_frame("MSH|avant") + mllp_frame(std::string(5000, 'x')));
  CHECK(large.answer() == "re:MSH|avant");
  CHECK(large.ended());
  CHECK(whole.ask("MSH|encore") == "re:MSH|encore");
  CHECK(receiver.messages().size() == 3);
}

TEST_CASE("more connections than allowed are closed at once and room is made when one leaves") {
  Receiver receiver;
  MllpSettings settings;
  settings.connections = 2;
  const auto listener = listen(receiver, settings);
  auto first = std::make_unique<Gateway>(listener->port());
  Gateway second(listener->port());
  CHECK(first->ask("MSH|un") == "re:MSH|un");
  CHECK(second.ask("MSH|deux") == "re:MSH|deux");
  Gateway third(listener->port());
  CHECK(third.ended());
  first.reset();
  // The end of the first one is noticed when the listener comes to it.
  for (int tries = 0; tries < 1000; ++tries) {
    Gateway next(listener->port());
    if (next.ask("MSH|trois") == "re:MSH|trois") return;
  }
  FAIL("no room was made");
}

TEST_CASE("a silent gateway is let go") {
  Receiver receiver;
  MllpSettings settings;
  std::string begun;
  SECTION("between two messages") { settings.idle = milliseconds{20}; }
  SECTION("inside a message") {
    settings.frame_pause = milliseconds{20};
    begun = "\x0BMSH|jamais fini";
  }
  const auto listener = listen(receiver, settings);
  Gateway gateway(listener->port());
  gateway.send(begun);
  CHECK(gateway.ended());
  CHECK(receiver.messages().empty());
}

TEST_CASE("a gateway that leaves in the middle of a message leaves nothing behind") {
  Receiver receiver;
  const auto listener = listen(receiver);
  { Gateway(listener->port()).send("\x0BMSH|coup"); }
  Gateway gateway(listener->port());
  CHECK(gateway.ask("MSH|ok") == "re:MSH|ok");
  CHECK(receiver.messages() == std::vector<std::string>{"MSH|ok"});
}

TEST_CASE("what could not be kept is not answered and the connection ends") {
  Receiver receiver;
  receiver.hold();
  const auto listener = listen(receiver);
  Gateway gateway(listener->port());
  gateway.send(mllp_frame("MSH|un"));
  receiver.wait_for(1);
  receiver.answer_all(std::nullopt);
  CHECK(gateway.ended());
}

TEST_CASE("an acknowledgement gets no answer and the next message does") {
  Receiver receiver;
  receiver.hold();
  const auto listener = listen(receiver);
  Gateway gateway(listener->port());
  gateway.send(mllp_frame("MSH|accusé") + mllp_frame("MSH|message"));
  receiver.wait_for(1);
  receiver.answer_all("");
  receiver.wait_for(2);
  receiver.answer_all("seul");
  CHECK(gateway.answer() == "seul");
}

TEST_CASE("a stop lets go whoever is idle or in the middle of a message and answers what was taken") {
  Receiver receiver;
  receiver.hold();
  auto listener = listen(receiver);
  Gateway idle(listener->port()), begun(listener->port()), taken(listener->port());
  begun.send("\x0BMSH|coup");
  taken.send(mllp_frame("MSH|pris") + mllp_frame("MSH|pas pris"));
  receiver.wait_for(1);
  auto stopping = std::async(std::launch::async, [&] { listener->stop(); });
  CHECK(idle.ended());
  CHECK(begun.ended());
  CHECK(stopping.wait_for(std::chrono::seconds{0}) == std::future_status::timeout);
  receiver.answer_all("gardé");
  CHECK(taken.answer() == "gardé");
  CHECK(taken.ended());
  stopping.get();
  CHECK(receiver.messages().size() == 1);
  const auto port = listener->port();
  CHECK_FALSE(Gateway(port).connected());
  listener->stop();
}

TEST_CASE("a receiver that fails loses one connection and not the door") {
  MllpSettings settings;
  settings.address = "127.0.0.1:0";
  const auto listener = MllpListener::start(settings, [](std::string message, const MllpListener::Answer& answer) {
                          if (message.ends_with("mauvais")) throw std::runtime_error("no");
                          answer("bon");
                        }).value();
  Gateway bad(listener->port());
  bad.send(mllp_frame("MSH|mauvais"));
  CHECK(bad.ended());
  Gateway good(listener->port());
  CHECK(good.ask("MSH|bon") == "bon");
}

}  // namespace
}  // namespace relais::app

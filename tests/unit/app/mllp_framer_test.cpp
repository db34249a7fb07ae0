// SPDX-License-Identifier: Apache-2.0
#include "app/mllp_framer.h"

#include <catch2/catch.hpp>

namespace relais::app {
namespace {

using Messages = std::vector<std::string>;

TEST_CASE("a frame gives its message however it is cut") {
  const std::string text = mllp_frame("MSH|un\rPID|1\r") + mllp_frame("MSH|deux");
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    MllpFramer framer;
    auto all = framer.take(std::string_view(text).substr(0, cut)).messages;
    for (auto& one : framer.take(std::string_view(text).substr(cut)).messages) all.push_back(one);
    CHECK(all == Messages{"MSH|un\rPID|1\r", "MSH|deux"});
    CHECK_FALSE(framer.inside());
  }
}

TEST_CASE("bytes outside frames are counted and line ends are not") {
  MllpFramer framer;
  const auto taken = framer.take("abc\r\n" + mllp_frame("MSH|") + "\r\nd\x1C\r");
  CHECK(taken.messages == Messages{"MSH|"});
  CHECK(taken.outside == 5);
}

TEST_CASE("an end block without its carriage return is text") {
  MllpFramer framer;
  CHECK(framer.take("\x0BMSH|a\x1C" "b").messages.empty());
  CHECK(framer.inside());
  CHECK(framer.take("\x1C\x1C\r").messages == Messages{"MSH|a\x1C" "b\x1C"});
}

TEST_CASE("a vertical tab in a comment is text and a frame begun again drops what was cut") {
  MllpFramer framer;
  CHECK(framer.take("\x0BNTE|ligne\x0Bligne\x1C\r").messages == Messages{"NTE|ligne\x0Bligne"});
  const auto taken = framer.take("\x0BMSH|coup\x0BMSH|entier\x1C\r");
  CHECK(taken.messages == Messages{"MSH|entier"});
  CHECK(taken.restarted == 1);
  CHECK(framer.take("\x0B\x0BMSH|deux\x1C\r").messages == Messages{"MSH|deux"});
}

TEST_CASE("an empty frame is an empty message") {
  MllpFramer framer;
  CHECK(framer.take("\x0B\x1C\r").messages == Messages{""});
}

TEST_CASE("a message at the limit is taken and one over it ends the taking") {
  MllpFramer framer(4);
  CHECK(framer.take(mllp_frame("abcd")).messages == Messages{"abcd"});
  const auto over = framer.take(mllp_frame("abcde"));
  CHECK(over.too_large);
  CHECK(over.messages.empty());
  CHECK(framer.take(mllp_frame("ab")).too_large);
}

}  // namespace
}  // namespace relais::app

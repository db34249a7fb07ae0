// SPDX-License-Identifier: Apache-2.0
// The Minimal Lower Layer Protocol of HL7: each message stands between VT and FS CR. Bytes in, whole messages out, in
// whatever pieces they come. Pure: no socket, no clock.
// Source: HL7 Transport Specification, MLLP release 1 (the one that French laboratory gateways speak).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace relais::app {

class MllpFramer {
 public:
  // Bytes of one message; more is refused.
  static constexpr std::size_t largest = std::size_t{64} << 20U;

  explicit MllpFramer(std::size_t largest_message = largest) : largest_(largest_message) {}

  struct Taken {
    std::vector<std::string> messages;  // complete ones, in order, without their frame
    std::size_t outside = 0;            // bytes between frames, line ends excepted: no part of any message
    std::size_t restarted = 0;          // frames that the sender began again before their end
    bool too_large = false;             // the frame under way is over the limit: nothing more is taken
  };
  // Takes what arrived next. A VT inside a frame is text, unless a new message visibly begins there (« MSH »): the sender
  // has given up the frame before. An FS that no CR follows is text.
  Taken take(std::string_view bytes);

  // Whether a frame has begun and is not complete.
  bool inside() const { return inside_; }

 private:
  void end_message(Taken& taken);

  const std::size_t largest_;
  std::string message_;
  bool inside_ = false;
  bool too_large_ = false;
};

// A message in its frame.
std::string mllp_frame(std::string_view message);

}  // namespace relais::app

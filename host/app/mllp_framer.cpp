// SPDX-License-Identifier: Apache-2.0
#include "app/mllp_framer.h"

#include <utility>

namespace relais::app {

namespace {

constexpr char start_block = '\x0B';
constexpr char end_block = '\x1C';
constexpr std::string_view begun_again = "\x0BMSH";

}  // namespace

void MllpFramer::end_message(Taken& taken) {
  message_.pop_back();  // the end block before the carriage return
  taken.messages.push_back(std::exchange(message_, {}));
  inside_ = false;
}

MllpFramer::Taken MllpFramer::take(std::string_view bytes) {
  Taken taken;
  for (const char c : bytes) {
    if (too_large_) break;
    if (!inside_) {
      if (c == start_block) {
        inside_ = true;
      } else if (c != '\r' && c != '\n') {
        ++taken.outside;
      }
      continue;
    }
    if (c == '\r' && !message_.empty() && message_.back() == end_block) {
      end_message(taken);
      continue;
    }
    message_ += c;
    if (c == 'H' && message_.ends_with(begun_again)) {
      message_ = begun_again.substr(1);
      ++taken.restarted;
    }
    // The end block counts for nothing.
    if (message_.size() > largest_ + 1) {
      too_large_ = true;
      message_ = {};
    }
  }
  taken.too_large = too_large_;
  return taken;
}

std::string mllp_frame(std::string_view message) {
  std::string framed(1, start_block);
  framed += message;
  framed += end_block;
  framed += '\r';
  return framed;
}

}  // namespace relais::app

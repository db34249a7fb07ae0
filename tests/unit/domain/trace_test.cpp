// SPDX-License-Identifier: Apache-2.0
#include "domain/trace.h"

#include <catch2/catch.hpp>

namespace relais {
namespace {

TEST_CASE("the trace of a well-formed traceparent is taken") {
  constexpr auto id = "4bf92f3577b34da6a3ce929d0e0e4736";
  CHECK(trace_of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01") == id);
  CHECK(trace_of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00") == id);
  // A later version is read as far as this one goes.
  CHECK(trace_of("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01") == id);
  CHECK(trace_of("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-then") == id);
  CHECK(is_trace_id(id));
}

TEST_CASE("a traceparent that is not well formed gives no trace") {
  for (const auto* text :
       {"", "00", "4bf92f3577b34da6a3ce929d0e0e4736", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01", "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}) {
    INFO(text);
    CHECK_FALSE(trace_of(text));
  }
  for (const auto* text : {"", "00000000000000000000000000000000", "4BF92F3577B34DA6A3CE929D0E0E4736", "4bf9",
                           "4bf92f3577b34da6a3ce929d0e0e47360"}) {
    INFO(text);
    CHECK_FALSE(is_trace_id(text));
  }
}

}  // namespace
}  // namespace relais

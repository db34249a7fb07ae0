// SPDX-License-Identifier: Apache-2.0
// Tests of a plugin without a host: a fictitious record told in the domain's words, asked of the plugin through its one
// exported symbol as the host would ask it, and what it answered. Not part of what a plugin ships: include it in tests
// only.
//
//   #include <relais/testing.h>
//   using namespace relais::testing;
//
//   RELAIS_TEST("a report that comes late is told") {
//     Loaded plugin;
//     const Answer answer = plugin.ask(Record().has(told::Report{.collected = at(on(2026, 3, 1))}), on(2026, 3, 12));
//     RELAIS_CHECK(answer.finding("late-report") != nullptr);
//   }
//   RELAIS_TEST_MAIN()
//
// The macros of relais/testing/main.h are a plain main without any library. With Catch2 or another framework include
// its header, leave RELAIS_TEST_MAIN out and assert on the Answer.
#pragma once

#include <relais/testing/loaded.h>
#include <relais/testing/main.h>
#include <relais/testing/record.h>

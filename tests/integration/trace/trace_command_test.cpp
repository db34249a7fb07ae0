// SPDX-License-Identifier: Apache-2.0
// `relais trace`, as it is typed.
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "traced_practice.h"

using namespace relais::test;
namespace v1 = relais::v1;

CATCH_TRANSLATE_EXCEPTION(const relais::cli::CallFailed& failed) {
  return failed.code + " " + failed.rule + " " + failed.sentence;
}

namespace {

constexpr auto callers_trace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr auto callers_header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

}  // namespace

TEST_CASE("the command trace shows the whole chain in order from any of its ids") {
  TracedPractice practice({"report"});
  const auto receipt = practice.submit(practice.report(0), callers_header);
  const auto items = practice.wait_for("report", 1);
  REQUIRE(items.size() == 1);
  const auto run = [&](const std::string& arguments) {
    ::setenv("RELAIS_ACCOUNT", practice.doctor().c_str(), 1);
    ::setenv("RELAIS_ADDRESS", practice.connection().address.c_str(), 1);
    std::FILE* pipe = ::popen((std::string(RELAIS_CLI) + " " + arguments + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 512> part{};
    while (const auto read = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), read);
    return std::pair(WEXITSTATUS(::pclose(pipe)), text);
  };
  TracedPractice::wait([&] {
    const auto seen = practice.traced(callers_trace);
    return std::any_of(seen.begin(), seen.end(), [](const auto& entry) { return entry.event() == "plugin.run"; });
  });
  for (const auto& id : {std::string(callers_trace), items.front().id(), items.front().subject().item_id(),
                         receipt.inbound_id()}) {
    INFO(id);
    const auto [status, text] = run("trace " + id);
    INFO(text);
    CHECK(status == 0);
    CHECK(text.starts_with(std::string("Trace ") + callers_trace));
    const auto received = text.find("ingest.received");
    const auto slice = text.find("record.slice");
    const auto created = text.find("item.created");
    REQUIRE(received != std::string::npos);
    CHECK(received < slice);
    CHECK(slice < created);
    CHECK(created != std::string::npos);
  }
  CHECK(run("trace in-999").first == 1);
}

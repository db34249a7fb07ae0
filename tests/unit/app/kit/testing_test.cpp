// SPDX-License-Identifier: Apache-2.0
// The author's harness under Catch2: a plugin asked through its exported symbol.
#include <relais/plugin.h>
#include <relais/testing.h>

#include <catch2/catch.hpp>

using namespace relais::testing;

namespace {

// Says back what it was shown.
class Echo final : public relais::Plugin {
 public:
  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    const auto asked = slice.setting("do");
    const auto what = asked ? asked->text() : std::string_view();
    if (what == "throw") throw std::runtime_error("no");
    if (what == "not") return findings.not_evaluated("echo.no");
    relais::Finding finding;
    finding.kind = "echo";
    finding.title = "vu";
    finding.category = relais::Category::a_voir;
    if (what != "bare") {
      for (const auto row : slice.long_term_conditions()) {
        finding.reasons.push_back({.rule = "ALD", .text = std::string(row.number()), .evidence = {std::string(row.id())}});
      }
      for (const auto row : slice.observations()) {
        finding.reasons.push_back({.rule = row.history() ? "OLD" : "NEW", .text = std::string(row.code())});
      }
      for (const auto row : slice.documents()) {
        std::byte bytes[64];
        const auto count = findings.read(row.handle(), 0, bytes);
        finding.reasons.push_back({.rule = "DOC", .text = std::string(reinterpret_cast<const char*>(bytes), count)});
      }
    }
    findings.log(relais::LogLevel::info, "echo.seen", static_cast<std::int64_t>(finding.reasons.size()));
    findings.add(finding);
  }
  std::vector<relais::Rule> rules() const override { return {{.id = "ALD", .title = "ald", .source = "essai"}}; }
};

const relais_entry* echo_entry() {
  static const relais_entry entry = [] {
    relais_entry made{};
    made.size = sizeof made;
    made.abi_major = RELAIS_ABI_MAJOR;
    made.create = &relais::detail::create<Echo>;
    return made;
  }();
  return &entry;
}

const auto today = on(2026, 3, 20);

}  // namespace

TEST_CASE("a record told in the domain's words reaches the plugin") {
  Loaded plugin("", echo_entry());
  Record record;
  record.has(told::LongTermCondition{.number = "8", .until = on(2027, 5, 1)})
      .has(told::Report{.collected = at(on(2026, 3, 1))})
      .has(told::Result{.code = "2823-3", .value = 4.1})
      .has(told::Report{.id = "avant"})
      .has(told::Result{.code = "2823-3", .value = 4.0})
      .has(told::Document{.handle = "doc-1", .content = "bonjour"});
  const Answer answer = plugin.ask(record, today);
  CHECK(answer.evaluated());
  REQUIRE(answer.finding("echo") != nullptr);
  CHECK(answer.category() == relais::Category::a_voir);
  REQUIRE(answer.reason("ALD") != nullptr);
  CHECK(answer.reason("ALD")->evidence.front() == "ald-0");
  CHECK(answer.reason("NEW") != nullptr);
  CHECK(answer.reason("OLD") != nullptr);
  REQUIRE(answer.reason("DOC") != nullptr);
  CHECK(answer.reason("DOC")->text == "bonjour");
  REQUIRE(answer.logs.size() == 1);
  CHECK(answer.logs.front().number == 4);
  CHECK(plugin.rules().front().id == "ALD");
}

TEST_CASE("what a host would refuse is told to the author") {
  Loaded plugin("", echo_entry());
  const Answer bare = plugin.ask(Record().has(told::Setting{.key = "do", .text = "bare"}), today);
  CHECK_FALSE(bare.evaluated());
  CHECK(bare.refused == "a finding without a reason");
  CHECK(bare.not_evaluated == "plugin.garbage");
  const Answer thrown = plugin.ask(Record().has(told::Setting{.key = "do", .text = "throw"}), today);
  CHECK(thrown.not_evaluated == "plugin.exception");
  const Answer refused = plugin.ask(Record().has(told::Setting{.key = "do", .text = "not"}), today);
  CHECK(refused.not_evaluated == "echo.no");
}

TEST_CASE("kinds are complete unless the test says otherwise") {
  Record record;
  record.withheld("observation").without_patient();
  record.shown(today, [](const relais::Slice& slice) {
    CHECK(slice.completeness("observation") == relais::Completeness::withheld);
    CHECK(slice.completeness("lab_report") == relais::Completeness::complete);
    CHECK(slice.subject().patient_id().empty());
    CHECK(slice.today() == today);
  });
}

TEST_CASE("a test without an own framework counts what does not hold") {
  broken().clear();
  RELAIS_CHECK(1 + 1 == 2);
  CHECK(broken().empty());
  RELAIS_CHECK(1 + 1 == 3);
  REQUIRE(broken().size() == 1);
  CHECK(broken().front().find("1 + 1 == 3") != std::string::npos);
  broken().clear();
}

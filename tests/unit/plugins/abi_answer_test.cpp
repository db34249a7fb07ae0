// SPDX-License-Identifier: Apache-2.0
// What the host accepts from a plugin's C structs, and what it refuses.
#include "plugins/abi_answer.h"

#include <catch2/catch.hpp>
#include <atomic>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

using relais::plugins::Answer;
namespace worker = relais::worker::v1;

relais_str str(const char* text) { return {text, std::strlen(text)}; }

// A good finding, to be spoilt.
struct GoodFinding {
  relais_str evidence = str("o1");
  relais_reason reason{};
  relais_finding finding{};

  GoodFinding() {
    reason.size = sizeof reason;
    reason.rule = str("C-K");
    reason.text = str("Potassium 6,8 mmol/L");
    reason.source = str("ERC 2025");
    reason.category = RELAIS_CATEGORY_CRITIQUE;
    reason.data_level = RELAIS_D3;
    reason.evidence = {&evidence, 1, sizeof evidence};
    finding.size = sizeof finding;
    finding.kind = str("bio");
    finding.title = str("Potassium élevé");
    finding.category = RELAIS_CATEGORY_CRITIQUE;
    finding.data_level = RELAIS_D3;
    finding.reasons = {&reason, 1, sizeof reason};
  }
  GoodFinding(const GoodFinding&) = delete;
  GoodFinding& operator=(const GoodFinding&) = delete;
};

struct Call {
  worker::Batch batch;
  relais::plugins::Manifest manifest;
  std::atomic<bool> cancelled = false;
  std::optional<Answer> answer;

  Call() {
    batch.set_id(9);
    batch.add_slices()->set_version(4);
    batch.add_slices();
    manifest.budget.findings_per_subject = 2;
    manifest.effects = {"dmp.publish"};
    manifest.log_codes = {"bio.subject"};
    auto& document = *batch.mutable_slices(1)->add_documents();
    document.mutable_document()->set_id("doc");
    document.set_content("abcdef");
    answer.emplace(batch, manifest, cancelled);
  }
  relais_call* call() { return relais::plugins::as_call(*answer); }
  const relais_host& host() { return relais::plugins::host_functions(); }
};

}  // namespace

TEST_CASE("a good finding is copied whole and tied to its slice") {
  Call call;
  GoodFinding good;
  CHECK(call.host().finding(call.call(), 0, &good.finding) == RELAIS_OK);
  const auto result = call.answer->take();
  CHECK(result.id() == 9);
  REQUIRE(result.evaluations_size() == 2);
  CHECK(result.evaluations(0).version() == 4);
  REQUIRE(result.evaluations(0).findings_size() == 1);
  const auto& finding = result.evaluations(0).findings(0);
  CHECK(finding.title() == "Potassium élevé");
  CHECK(finding.reasons(0).source() == "ERC 2025");
  CHECK(finding.reasons(0).evidence(0) == "o1");
  CHECK(result.evaluations(1).findings_size() == 0);
  CHECK(result.evaluations(1).not_evaluated().empty());
}

TEST_CASE("what breaks the header's rules is refused and the subject is not evaluated") {
  const std::string long_text(5000, 'a');
  const std::string long_word(65, 'a');
  const struct { const char* name; std::function<void(GoodFinding&)> spoil; } faults[] = {
      {"no kind", [](GoodFinding& good) { good.finding.kind = {}; }},
      {"a kind with a space", [](GoodFinding& good) { good.finding.kind = str("bio triage"); }},
      {"a kind too long", [&](GoodFinding& good) { good.finding.kind = str(long_word.c_str()); }},
      {"no title", [](GoodFinding& good) { good.finding.title = {}; }},
      {"a title that is not UTF-8", [](GoodFinding& good) { good.finding.title = str("K \xff\xfe"); }},
      {"a title cut inside a character", [](GoodFinding& good) { good.finding.title = str("K \xc3"); }},
      {"an overlong encoding", [](GoodFinding& good) { good.finding.title = str("K \xc0\xaf"); }},
      {"a surrogate", [](GoodFinding& good) { good.finding.title = str("K \xed\xa0\x80"); }},
      {"a control character", [](GoodFinding& good) { good.finding.title = str("K \x1b[2J"); }},
      {"a C1 control character", [](GoodFinding& good) { good.finding.title = str("K \xc2\x9b"); }},
      {"a null text with a length", [](GoodFinding& good) { good.finding.title = {nullptr, 5}; }},
      {"no category", [](GoodFinding& good) { good.finding.category = RELAIS_CATEGORY_NONE; }},
      {"an unknown category", [](GoodFinding& good) { good.finding.category = 6; }},
      {"an unknown data level", [](GoodFinding& good) { good.finding.data_level = 6; }},
      {"a rank that is no number",
       [](GoodFinding& good) { good.finding.rank = std::numeric_limits<double>::quiet_NaN(); }},
      {"an infinite rank", [](GoodFinding& good) { good.finding.rank = std::numeric_limits<double>::infinity(); }},
      {"no reason", [](GoodFinding& good) { good.finding.reasons.count = 0; }},
      {"reasons without memory", [](GoodFinding& good) { good.finding.reasons.data = nullptr; }},
      {"reasons with a short stride", [](GoodFinding& good) { good.finding.reasons.stride = 8; }},
      {"reasons with an absurd stride", [](GoodFinding& good) { good.finding.reasons.stride = std::size_t{1} << 40; }},
      {"a finding that says it is short", [](GoodFinding& good) { good.finding.size = 16; }},
      {"a finding that says it is huge", [](GoodFinding& good) { good.finding.size = std::size_t{1} << 40; }},
      {"a reason that says it is short", [](GoodFinding& good) { good.reason.size = 16; }},
      {"a reason longer than its stride", [](GoodFinding& good) { good.reason.size = sizeof good.reason + 64; }},
      {"a reason without rule", [](GoodFinding& good) { good.reason.rule = {}; }},
      {"a reason without text", [](GoodFinding& good) { good.reason.text = {}; }},
      {"a reason of unknown category", [](GoodFinding& good) { good.reason.category = 9; }},
      {"a reason of unknown level", [](GoodFinding& good) { good.reason.data_level = 9; }},
      {"a source that is not UTF-8", [](GoodFinding& good) { good.reason.source = str("\x80"); }},
      {"an empty evidence id", [](GoodFinding& good) { good.evidence = {}; }},
      {"evidence without memory", [](GoodFinding& good) { good.reason.evidence.data = nullptr; }}};
  for (const auto& fault : faults) {
    INFO(fault.name);
    Call call;
    GoodFinding first;
    CHECK(call.host().finding(call.call(), 0, &first.finding) == RELAIS_OK);
    GoodFinding bad;
    bad.finding.kind = str("other");
    fault.spoil(bad);
    CHECK(call.host().finding(call.call(), 0, &bad.finding) == RELAIS_INVALID);
    const auto result = call.answer->take();
    CHECK(result.evaluations(0).not_evaluated() == "plugin.garbage");
    CHECK(result.evaluations(0).findings_size() == 0);
    CHECK(result.evaluations(1).not_evaluated().empty());
  }
}

TEST_CASE("a null finding and a second finding of one kind are refused") {
  Call call;
  CHECK(call.host().finding(call.call(), 0, nullptr) == RELAIS_INVALID);
  GoodFinding good;
  CHECK(call.host().finding(call.call(), 1, &good.finding) == RELAIS_OK);
  CHECK(call.host().finding(call.call(), 1, &good.finding) == RELAIS_INVALID);
  CHECK(call.answer->take().evaluations(1).not_evaluated() == "plugin.garbage");
}

TEST_CASE("too many findings reasons or bytes are refused as too much") {
  Call call;
  const char* kinds[] = {"a", "b", "c"};
  for (int index = 0; index < 3; ++index) {
    GoodFinding good;
    good.finding.kind = str(kinds[index]);
    CHECK(call.host().finding(call.call(), 0, &good.finding) == (index < 2 ? RELAIS_OK : RELAIS_TOO_MUCH));
  }
  GoodFinding many;
  std::vector<relais_reason> reasons(65, many.reason);
  many.finding.reasons = {reasons.data(), reasons.size(), sizeof(relais_reason)};
  CHECK(call.host().finding(call.call(), 1, &many.finding) == RELAIS_TOO_MUCH);
  const auto result = call.answer->take();
  CHECK(result.evaluations(0).not_evaluated() == "plugin.too-much");
  CHECK(result.evaluations(1).not_evaluated() == "plugin.too-much");
  Call other;
  GoodFinding lengthy;
  const std::string text(4097, 'a');
  lengthy.reason.text = {text.data(), text.size()};
  CHECK(other.host().finding(other.call(), 0, &lengthy.finding) == RELAIS_TOO_MUCH);
}

TEST_CASE("a subject outside the batch is told and marks the whole answer") {
  Call call;
  GoodFinding good;
  CHECK(call.host().finding(call.call(), 2, &good.finding) == RELAIS_OUT_OF_SUBJECT);
  CHECK(call.answer->named_an_outsider());
  CHECK(call.host().not_evaluated(call.call(), std::numeric_limits<std::size_t>::max(), str("x")) ==
        RELAIS_OUT_OF_SUBJECT);
}

TEST_CASE("an effect that the manifest does not declare is refused loudly") {
  Call call;
  relais_effect effect{};
  effect.size = sizeof effect;
  effect.type = str("mail.send");
  effect.key = str("k");
  CHECK(call.host().effect(call.call(), 0, &effect) == RELAIS_UNSUPPORTED);
  effect.type = str("dmp.publish");
  CHECK(call.host().effect(call.call(), 1, &effect) == RELAIS_OK);
  effect.key = {};
  CHECK(call.host().effect(call.call(), 1, &effect) == RELAIS_INVALID);
  const auto result = call.answer->take();
  CHECK(result.evaluations(0).not_evaluated() == "plugin.undeclared-effect");
  CHECK(result.evaluations(1).effects_size() == 0);
}

TEST_CASE("not evaluated takes a code and no sentence and drops what was found") {
  Call call;
  GoodFinding good;
  CHECK(call.host().finding(call.call(), 0, &good.finding) == RELAIS_OK);
  CHECK(call.host().not_evaluated(call.call(), 0, str("bio-triage.no-report")) == RELAIS_OK);
  CHECK(call.host().finding(call.call(), 0, &good.finding) == RELAIS_INVALID);
  CHECK(call.host().not_evaluated(call.call(), 1, str("Mme Dupont a un potassium haut")) == RELAIS_INVALID);
  const auto result = call.answer->take();
  CHECK(result.evaluations(0).not_evaluated() == "bio-triage.no-report");
  CHECK(result.evaluations(0).findings_size() == 0);
  CHECK(result.evaluations(1).not_evaluated() == "plugin.garbage");
}

TEST_CASE("a log line is a declared code and a number or it says that it was not declared") {
  Call call;
  call.host().log(call.call(), RELAIS_LOG_WARNING, str("bio.subject"), 12);
  call.host().log(call.call(), RELAIS_LOG_INFO, str("Mme Dupont"), 34);
  for (int index = 0; index < 1000; ++index) call.host().log(call.call(), RELAIS_LOG_INFO, str("bio.subject"), index);
  const auto result = call.answer->take();
  CHECK(result.logs_size() == relais::plugins::AnswerLimits::log_lines);
  CHECK(result.logs(0).code() == "bio.subject");
  CHECK(result.logs(0).number() == 12);
  CHECK(result.logs(1).code() == "plugin.undeclared-log");
  CHECK(result.logs(1).number() == 0);
}

TEST_CASE("a document is read by handle in pieces and only those of the call") {
  Call call;
  char buffer[4] = {};
  CHECK(call.host().document_read(call.call(), str("doc"), 0, buffer, 4) == 4);
  CHECK(std::string_view(buffer, 4) == "abcd");
  CHECK(call.host().document_read(call.call(), str("doc"), 4, buffer, 4) == 2);
  CHECK(call.host().document_read(call.call(), str("doc"), 6, buffer, 4) == 0);
  CHECK(call.host().document_read(call.call(), str("doc"), UINT64_MAX, buffer, 4) == 0);
  CHECK(call.host().document_read(call.call(), str("other"), 0, buffer, 4) == -1);
  CHECK(call.host().document_read(call.call(), {}, 0, buffer, 4) == -1);
  CHECK(call.host().document_read(call.call(), str("doc"), 0, nullptr, 4) == -1);
}

TEST_CASE("a rule is described only as the header says") {
  worker::Rules rules;
  relais_rule rule{};
  rule.size = sizeof rule;
  rule.id = str("C-K");
  rule.title = str("Potassium");
  rule.category = RELAIS_CATEGORY_CRITIQUE;
  CHECK(relais::plugins::add_rule(&rule, rules));
  CHECK_FALSE(relais::plugins::add_rule(nullptr, rules));
  rule.id = str("C K");
  CHECK_FALSE(relais::plugins::add_rule(&rule, rules));
  rule.id = str("C-K");
  rule.title = {};
  CHECK_FALSE(relais::plugins::add_rule(&rule, rules));
  rule.title = str("x");
  rule.size = 8;
  CHECK_FALSE(relais::plugins::add_rule(&rule, rules));
  CHECK(rules.rules_size() == 1);
}

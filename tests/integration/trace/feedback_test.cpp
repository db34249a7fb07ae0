// SPDX-License-Identifier: Apache-2.0
// What a doctor made of a finding reaches its plugin, once and whatever happens between, and touches no evaluation.
#include <algorithm>

#include "traced_practice.h"

using namespace relais::test;
using namespace std::chrono_literals;
namespace v1 = relais::v1;

CATCH_TRANSLATE_EXCEPTION(const relais::cli::CallFailed& failed) {
  return failed.code + " " + failed.rule + " " + failed.sentence;
}

namespace {

void validate(TracedPractice& practice, const v1::WorklistItem& item, v1::Category settled = v1::CATEGORY_UNSPECIFIED,
              v1::FeedbackReason reason = v1::FEEDBACK_REASON_UNSPECIFIED) {
  v1::ValidateItemRequest request;
  request.set_item_id(item.id());
  request.set_version(item.version());
  request.set_settled_category(settled);
  request.set_feedback_reason(reason);
  practice.ask<v1::ValidateItemResponse>(practice.doctor(), v1::WorklistService::NewStub,
                                         &v1::WorklistService::Stub::ValidateItem, request);
}

void give_back(TracedPractice& practice, const v1::WorklistItem& item, const std::string& words,
               v1::FeedbackReason reason) {
  v1::ReturnItemRequest request;
  request.set_item_id(item.id());
  request.set_version(item.version());
  request.set_reason(words);
  request.set_assistant_id(practice.scenario.assistant_id);
  request.set_feedback_reason(reason);
  practice.ask<v1::ReturnItemResponse>(practice.doctor(), v1::WorklistService::NewStub,
                                       &v1::WorklistService::Stub::ReturnItem, request);
}

std::vector<v1::LedgerEntry> feedback_entries(TracedPractice& practice) {
  v1::QueryLedgerRequest request;
  request.set_event("plugin.feedback");
  return practice.ledger(request);
}

}  // namespace

TEST_CASE("a plugin is told what was accepted and corrected and returned of its own findings and nothing else") {
  TracedPractice practice({"report"});
  for (std::size_t i = 0; i < 3; ++i) practice.submit(practice.report(i));
  const auto items = practice.wait_for("report", 3);
  REQUIRE(items.size() == 3);
  validate(practice, items[0]);
  validate(practice, items[1], v1::CATEGORY_NORMAL, v1::FEEDBACK_REASON_TOO_SEVERE);
  give_back(practice, items[2], "Rappeler Mme Dupont au 06 00 00 00 00", v1::FEEDBACK_REASON_INCOMPLETE);
  TracedPractice::wait([&] { return feedback_entries(practice).size() >= 3; });

  const auto told = practice.told("report");
  const auto once = [&](const std::string& code, std::int64_t number) {
    INFO(code);
    REQUIRE(told.count(code) == 1);
    CHECK(told.find(code)->second == number);
  };
  // The category that stood there, which a rule of the doctor may have raised, but for the one that was corrected.
  once("temoin.accepte", items[0].category());
  once("temoin.corrige", v1::CATEGORY_NORMAL);
  once("temoin.renvoye", items[2].category());
  once("temoin.trop-severe", 1);
  once("temoin.incomplet", 1);
  // Every outcome named a finding of the plugin's own, by its key.
  CHECK(told.count("temoin.etranger") == 0);
  CHECK(told.count("feedback-given-up") == 0);

  // The ledger: one entry for each, under the trace of its item, with the code and not the doctor's words.
  for (const auto& entry : feedback_entries(practice)) {
    CHECK(entry.plugin_id() == "witness-report");
    CHECK(entry.outcome() == "ok");
    const auto of_item = std::find_if(items.begin(), items.end(), [&](const auto& item) {
      return item.subject().item_id() == entry.item_id() && item.trace_id() == entry.trace_id();
    });
    CHECK(of_item != items.end());
    CHECK(entry.canonical().find("Dupont") == std::string::npos);
  }
  // What a doctor settled is in the life of the item, which keeps what was found.
  v1::GetItemRequest request;
  request.set_item_id(items[1].id());
  const auto corrected = practice.ask<v1::GetItemResponse>(practice.doctor(), v1::WorklistService::NewStub,
                                                           &v1::WorklistService::Stub::GetItem, request);
  CHECK(corrected.item().category() == items[1].category());

  // Told in another process than the one that evaluates: nothing is remembered there.
  practice.submit(practice.report(3));
  practice.wait_for("report", 2);
  CHECK(practice.told("report").count("temoin.souvenir") == 0);
}

TEST_CASE("what was not told yet when the host stopped is told once it runs again") {
  TracedPractice practice({"report"}, 1h);
  practice.submit(practice.report(0));
  const auto items = practice.wait_for("report", 1);
  REQUIRE(items.size() == 1);
  validate(practice, items.front());
  CHECK(practice.told("report").count("temoin.accepte") == 0);
  practice.stop();
  practice.start(20ms);
  TracedPractice::wait([&] { return feedback_entries(practice).size() == 1; });
  CHECK(practice.told("report").count("temoin.accepte") == 1);
  // Once more round: it is not told again.
  practice.stop();
  practice.start(20ms);
  practice.submit(practice.report(1));
  const auto more = practice.wait_for("report", 1);
  REQUIRE(more.size() == 1);
  validate(practice, more.front());
  TracedPractice::wait([&] { return feedback_entries(practice).size() == 2; });
  CHECK(practice.told("report").count("temoin.accepte") == 1);
}

TEST_CASE("a plugin that throws or dies or hangs on what it is told goes on evaluating and is told of being given up") {
  const auto witness = GENERATE(std::string("throws"), std::string("dies"), std::string("stalls"));
  INFO(witness);
  TracedPractice practice({witness});
  practice.submit(practice.report(0));
  const auto items = practice.wait_for(witness, 1);
  REQUIRE(items.size() == 1);
  validate(practice, items.front());
  // Each attempt is followed by a longer wait of the practice's clock, which is not hurried past the night.
  int looks = 0;
  TracedPractice::wait([&] {
    if (++looks % 25 == 0) {
      practice.clock.advance(1min);
      practice.sign_in_again();
    }
    return practice.told(witness).contains("feedback-given-up");
  });
  const auto entries = feedback_entries(practice);
  REQUIRE(entries.size() == 1);
  CHECK(entries.front().outcome() == "failed");
  CHECK(entries.front().codes(entries.front().codes_size() - 1) == "plugin.feedback-given-up");

  // Its worker never failed: nothing was told of a failure, and the next report is evaluated.
  const auto told = practice.told(witness);
  CHECK(told.count("failed") == 0);
  CHECK(told.count("disabled") == 0);
  practice.submit(practice.report(1));
  practice.wait_for(witness, 1);
  v1::ListNotEvaluatedResponse silent = practice.ask<v1::ListNotEvaluatedResponse>(
      practice.doctor(), v1::WorklistService::NewStub, &v1::WorklistService::Stub::ListNotEvaluated,
      v1::ListNotEvaluatedRequest{});
  CHECK(silent.entries().empty());
}

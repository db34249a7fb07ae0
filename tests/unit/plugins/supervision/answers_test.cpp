// SPDX-License-Identifier: Apache-2.0
#include "plugins/supervision/answers.h"

#include <catch2/catch.hpp>
#include <limits>

#include "fakes.h"

namespace relais::plugins::test {
namespace {

using Twist = std::function<void(worker::v1::BatchResult&)>;

worker::v1::Batch batch_of(std::size_t count) {
  worker::v1::Batch batch;
  batch.set_id(7);
  for (auto& slice : slices_of(count)) *batch.add_slices() = std::move(slice);
  return batch;
}

CheckedAnswers judged(const Twist& twist, Manifest manifest = package_of().manifest) {
  const auto batch = batch_of(3);
  auto result = good_answer(batch);
  twist(result);
  return check_answers(batch, std::move(result), manifest);
}

}  // namespace

TEST_CASE("good answers pass unchanged") {
  const auto checked = judged([](auto&) {});
  CHECK(checked.refused.empty());
  REQUIRE(checked.evaluations.size() == 3);
  CHECK(checked.evaluations[2].findings(0).kind() == "bio");
}

TEST_CASE("an answer that breaks a rule leaves its subject not evaluated and the others as they are") {
  struct Case {
    const char* name;
    Twist twist;
    Code code;
  };
  const auto first = [](worker::v1::BatchResult& result) -> worker::v1::Evaluation& {
    return *result.mutable_evaluations(0);
  };
  const auto finding = [first](worker::v1::BatchResult& result) -> worker::v1::Finding& {
    return *first(result).mutable_findings(0);
  };
  const auto effect = [first](worker::v1::BatchResult& result, const char* type, const char* key) {
    auto& added = *first(result).add_effects();
    added.set_type(type);
    added.set_key(key);
  };
  const std::vector<Case> cases = {
      {"another subject",
       [&](auto& r) {
         first(r).mutable_subject()->set_item_id("item-9");
       },
       Code::plugin_out_of_subject},
      {"another patient",
       [&](auto& r) {
         first(r).mutable_subject()->set_patient_id("p");
       },
       Code::plugin_out_of_subject},
      {"another doctor",
       [&](auto& r) {
         first(r).mutable_subject()->set_doctor_id("d");
       },
       Code::plugin_out_of_subject},
      {"another task", [&](auto& r) { first(r).mutable_subject()->set_task_id("t"); }, Code::plugin_out_of_subject},
      {"another version", [&](auto& r) { first(r).set_version(2); }, Code::plugin_wrong_version},
      {"answered twice", [&](auto& r) { *r.add_evaluations() = r.evaluations(0); }, Code::plugin_garbage},
      {"not answered", [&](auto& r) { r.mutable_evaluations()->DeleteSubrange(0, 1); }, Code::plugin_no_answer},
      {"no kind", [&](auto& r) { finding(r).clear_kind(); }, Code::plugin_garbage},
      {"kind twice", [&](auto& r) { *first(r).add_findings() = r.evaluations(0).findings(0); }, Code::plugin_garbage},
      {"no category",
       [&](auto& r) {
         finding(r).set_category(relais::v1::CATEGORY_UNSPECIFIED);
       },
       Code::plugin_garbage},
      {"unknown category",
       [&](auto& r) {
         finding(r).set_category(static_cast<relais::v1::Category>(6));
       },
       Code::plugin_garbage},
      {"unknown level", [&](auto& r) { finding(r).set_data_level(6); }, Code::plugin_garbage},
      {"rank not a number",
       [&](auto& r) {
         finding(r).set_rank(std::numeric_limits<double>::quiet_NaN());
       },
       Code::plugin_garbage},
      {"no reason", [&](auto& r) { finding(r).clear_reasons(); }, Code::plugin_garbage},
      {"reason without rule", [&](auto& r) { finding(r).mutable_reasons(0)->clear_rule(); }, Code::plugin_garbage},
      {"long title", [&](auto& r) { finding(r).set_title(std::string(5000, 'x')); }, Code::plugin_garbage},
      {"words as a code",
       [&](auto& r) {
         first(r).clear_findings();
         first(r).set_not_evaluated("Mme Martin");
       },
       Code::plugin_garbage},
      {"not evaluated yet found", [&](auto& r) { first(r).set_not_evaluated("unit.unknown"); }, Code::plugin_garbage},
      {"undeclared effect", [&](auto& r) { effect(r, "dmp.publish", "k"); }, Code::plugin_undeclared_effect},
      {"effect without key", [&](auto& r) { effect(r, "task.propose", ""); }, Code::plugin_garbage},
      {"effect key twice",
       [&](auto& r) {
         effect(r, "task.propose", "k");
         effect(r, "task.propose", "k");
       },
       Code::plugin_garbage},
      {"too many findings",
       [&](auto& r) {
         for (int i = 0; i < 64; ++i) first(r).add_findings();
       },
       Code::plugin_too_much},
      {"too many bytes",
       [&](auto& r) {
         for (int i = 0; i < 70; ++i) finding(r).add_reasons()->set_text(std::string(4000, 'x'));
       },
       Code::plugin_too_much},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto checked = judged(each.twist);
    REQUIRE(checked.refused.size() == 1);
    CHECK(checked.refused[0].slice == 0U);
    CHECK(checked.refused[0].code == each.code);
    REQUIRE(checked.evaluations.size() == 3);
    CHECK(checked.evaluations[0].not_evaluated() == stable_code(each.code));
    CHECK(checked.evaluations[0].findings_size() == 0);
    CHECK(checked.evaluations[0].subject().item_id() == "item-0");
    CHECK(checked.evaluations[1].not_evaluated().empty());
    CHECK(checked.evaluations[2].findings_size() == 1);
  }
}

TEST_CASE("an answer outside of the batch is told and harms no subject") {
  for (const int index : {3, -1, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
    const auto checked = judged([&](auto& result) { result.add_evaluations()->set_slice_index(index); });
    REQUIRE(checked.refused.size() == 1);
    CHECK_FALSE(checked.refused[0].slice.has_value());
    CHECK(checked.refused[0].code == Code::plugin_out_of_subject);
    for (const auto& answer : checked.evaluations) CHECK(answer.not_evaluated().empty());
  }
}

TEST_CASE("a plugin may say by a code that its manifest declares that it could not evaluate") {
  const auto said = [](const std::string& code) {
    auto manifest = package_of().manifest;
    manifest.log_codes = {"unit.unknown"};
    const auto checked = judged(
        [&](auto& result) {
          result.mutable_evaluations(1)->clear_findings();
          result.mutable_evaluations(1)->set_not_evaluated(code);
        },
        manifest);
    CHECK(checked.refused.empty());
    return checked.evaluations[1].not_evaluated();
  };
  CHECK(said("unit.unknown") == "unit.unknown");
  CHECK(said("plugin.exception") == "plugin.exception");
  // A name fits in a code: it goes no further, and the subject stays not evaluated.
  CHECK(said("PAT-TROIS.DOMINIQUE") == "plugin.undeclared-log");
}

TEST_CASE("the order of findings means nothing and their content does") {
  worker::v1::Evaluation left;
  left.add_findings()->set_kind("a");
  left.add_findings()->set_kind("b");
  worker::v1::Evaluation right;
  right.set_slice_index(4);
  right.add_findings()->set_kind("b");
  right.add_findings()->set_kind("a");
  CHECK(same_answer(left, right));
  right.mutable_findings(0)->set_rank(1);
  CHECK_FALSE(same_answer(left, right));
}

}  // namespace relais::plugins::test

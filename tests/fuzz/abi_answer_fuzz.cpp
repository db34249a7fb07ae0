// SPDX-License-Identifier: Apache-2.0
// Structs as a plugin could fill them, sizes and strides that lie included (pointers are its own and point at what it
// says): copied whole or refused, and never more than the host's limits.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "plugins/abi_answer.h"
#include "plugins/supervision/answers.h"

namespace {

using namespace relais;

// Memory of the plugin; it outlives the call.
struct Memory {
  std::deque<std::string> texts;
  std::deque<std::vector<char>> rows;

  relais_str text(FuzzedDataProvider& input) {
    if (input.ConsumeIntegralInRange(0, 9) == 0) return {nullptr, input.ConsumeIntegral<std::size_t>()};
    if (input.ConsumeIntegralInRange(0, 9) == 0) return {"F1", 2};
    const auto& kept = texts.emplace_back(input.ConsumeRandomLengthString(6000));
    return {kept.data(), kept.size()};
  }

  // `count` rows of T, laid out at a stride that may be wider than T; the announced stride and count may be lies that
  // stay inside the memory.
  template <class T, class Fill>
  relais_rows table(FuzzedDataProvider& input, Fill fill) {
    const auto count = input.ConsumeIntegralInRange<std::size_t>(0, 6);
    const auto stride = sizeof(T) + 8 * input.ConsumeIntegralInRange<std::size_t>(0, 4);
    auto& bytes = rows.emplace_back(count * stride + sizeof(T));
    for (std::size_t i = 0; i < count; ++i) {
      T row{};
      fill(row);
      std::memcpy(bytes.data() + i * stride, &row, sizeof row);
    }
    relais_rows told{bytes.data(), count, stride};
    switch (input.ConsumeIntegralInRange(0, 12)) {
      case 0: told.data = nullptr; break;
      case 1: told.stride = input.ConsumeIntegralInRange<std::size_t>(0, sizeof(T) - 1); break;
      case 2: told.stride = SIZE_MAX; break;
      case 3: told.count = input.ConsumeIntegralInRange<std::size_t>(1000, SIZE_MAX); break;
      default: break;
    }
    return told;
  }
};

std::size_t size_of(FuzzedDataProvider& input, std::size_t real) {
  const auto choice = input.ConsumeIntegralInRange(0, 15);
  if (choice == 0) return input.ConsumeIntegral<std::size_t>();
  if (choice == 1) return input.ConsumeIntegralInRange<std::size_t>(0, real);
  return real;
}

relais_finding finding_of(FuzzedDataProvider& input, Memory& memory) {
  relais_finding finding{};
  finding.size = size_of(input, sizeof finding);
  finding.kind = memory.text(input);
  finding.title = memory.text(input);
  finding.category = input.ConsumeIntegralInRange<std::uint32_t>(0, 12);
  finding.data_level = input.ConsumeIntegralInRange<std::uint32_t>(0, 7);
  finding.open = input.ConsumeIntegral<std::uint32_t>();
  finding.rank = input.ConsumeFloatingPoint<double>();
  finding.reasons = memory.table<relais_reason>(input, [&](relais_reason& reason) {
    reason.size = size_of(input, sizeof reason);
    reason.rule = memory.text(input);
    reason.text = memory.text(input);
    reason.source = memory.text(input);
    reason.category = input.ConsumeIntegralInRange<std::uint32_t>(0, 12);
    reason.evidence = memory.table<relais_str>(input, [&](relais_str& id) { id = memory.text(input); });
  });
  return finding;
}

relais_effect effect_of(FuzzedDataProvider& input, Memory& memory) {
  relais_effect effect{};
  effect.size = size_of(input, sizeof effect);
  effect.type = input.ConsumeBool() ? relais_str{"dmp.publish", 11} : memory.text(input);
  effect.key = memory.text(input);
  effect.body = memory.text(input);
  effect.document_version = input.ConsumeIntegral<std::uint64_t>();
  return effect;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  worker::v1::Batch batch;
  for (int i = 0; i < 2; ++i) {
    auto& slice = *batch.add_slices();
    slice.mutable_subject()->set_item_id("i" + std::to_string(i));
    auto& document = *slice.add_documents();
    document.mutable_document()->set_id("doc");
    document.set_content("0123456789");
  }
  plugins::Manifest manifest;
  manifest.effects = {"dmp.publish"};
  manifest.log_codes = {"fuzz.line"};
  manifest.budget.findings_per_subject = 3;
  const std::atomic<bool> cancelled = false;
  plugins::Answer answer(batch, manifest, cancelled);
  const auto& host = plugins::host_functions();
  auto* const call = plugins::as_call(answer);
  Memory memory;
  worker::v1::Rules rules;
  while (input.remaining_bytes() > 0) {
    const auto slice = input.ConsumeIntegralInRange<std::size_t>(0, 2);
    switch (input.ConsumeIntegralInRange(0, 5)) {
      case 0: {
        const auto effect = effect_of(input, memory);
        host.effect(call, slice, &effect);
        break;
      }
      case 1: host.not_evaluated(call, slice, memory.text(input)); break;
      case 2:
        host.log(call, input.ConsumeIntegral<std::uint32_t>(), memory.text(input), input.ConsumeIntegral<std::int64_t>());
        break;
      case 3: {
        char buffer[8];
        const auto read =
            host.document_read(call, {"doc", 3}, input.ConsumeIntegral<std::uint64_t>(), buffer, sizeof buffer);
        if (read < 0 || read > 8) std::abort();
        break;
      }
      case 4: {
        relais_rule rule{};
        rule.size = size_of(input, sizeof rule);
        rule.id = memory.text(input);
        rule.title = memory.text(input);
        rule.category = input.ConsumeIntegralInRange<std::uint32_t>(0, 12);
        plugins::add_rule(&rule, rules);
        break;
      }
      default: {
        const auto finding = finding_of(input, memory);
        host.finding(call, slice, &finding);
      }
    }
  }
  // What the worker lets through, the host's own judgement must find sound: it is what a plugin did by the rules.
  const auto checked = plugins::check_answers(batch, answer.take(), manifest);
  if (checked.evaluations.size() != 2) std::abort();
  for (const auto& refused : checked.refused)
    if (refused.code == Code::plugin_out_of_subject || refused.code == Code::plugin_undeclared_effect) std::abort();
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Any bytes as the answer of a worker: what the host keeps of it is one sound evaluation a slice, each its own subject's,
// and becomes findings without a crash.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/findings_from_wire.h"
#include "plugins/supervision/answers.h"

namespace {

using namespace relais;

// Three subjects of one plugin; one without a patient.
worker::v1::Batch batch() {
  worker::v1::Batch made;
  made.set_id(1);
  for (int i = 0; i < 3; ++i) {
    auto& slice = *made.add_slices();
    slice.mutable_subject()->set_item_id("i" + std::to_string(i));
    if (i != 1) slice.mutable_subject()->set_patient_id("p");
    slice.mutable_subject()->set_doctor_id("d");
    slice.mutable_subject()->set_task_id("bio-triage");
    slice.set_version(i);
  }
  return made;
}

plugins::Manifest manifest() {
  plugins::Manifest made;
  made.id = "fuzz";
  made.version = "1.0.0";
  made.effects = {"dmp.publish"};
  made.log_codes = {"fuzz.line"};
  made.budget.findings_per_subject = 4;
  return made;
}

// What a code may hold on its way to the ledger and a screen.
bool stable(const std::string& code) {
  return code.size() <= 128 &&
         code.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto asked = batch();
  static const auto declared = manifest();
  worker::v1::FromWorker said;
  if (!said.ParseFromArray(data, static_cast<int>(size)) || !said.has_result()) return 0;
  const auto checked = plugins::check_answers(asked, said.result(), declared);
  if (checked.evaluations.size() != 3) std::abort();
  for (int i = 0; i < 3; ++i) {
    const auto& one = checked.evaluations[static_cast<std::size_t>(i)];
    if (!plugins::same_subject(one.subject(), asked.slices(i).subject())) std::abort();
    if (one.version() != asked.slices(i).version()) std::abort();
    if (!stable(one.not_evaluated())) std::abort();
    if (!one.not_evaluated().empty() && one.findings_size() + one.effects_size() > 0) std::abort();
    if (one.findings_size() > 4) std::abort();
    for (const auto& finding : one.findings())
      if (!std::isfinite(finding.rank()) || finding.kind().empty() || finding.reasons().empty()) std::abort();
    if (!plugins::same_answer(one, one)) std::abort();
    auto kept = one;
    app::keep_declared_rules(kept, {"F1"});
    for (const auto& rule : app::rules_of(app::findings_from_wire(kept)))
      if (!stable(rule)) std::abort();
  }
  return 0;
}

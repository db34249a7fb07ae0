// SPDX-License-Identifier: Apache-2.0
// Any bytes as a batch for a worker: every row of its C view is walked as a plugin would walk it, and a plugin that
// answers each slice with what it read is believed by the host's own checks.
#include <relais/relais.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "plugins/abi_answer.h"
#include "plugins/abi_slice.h"
#include "plugins/supervision/answers.h"

namespace {

// Keeps the compiler from leaving a reading out.
std::size_t sink = 0;
void touch(relais_str text) {
  for (std::size_t i = 0; i < text.length; ++i) sink += static_cast<unsigned char>(text.data[i]);
}

template <class T, class F>
void each(const relais_rows& rows, F visit) {
  for (std::size_t i = 0; i < rows.count; ++i) {
    const auto& row = *reinterpret_cast<const T*>(static_cast<const char*>(rows.data) + i * rows.stride);
    if (row.size < sizeof(std::size_t) || row.size > rows.stride) std::abort();
    visit(row);
  }
}

void walk(const relais_slice& slice) {
  touch(slice.subject->item_id);
  touch(slice.time_zone);
  if (slice.patient != nullptr) touch(slice.patient->treating_doctor_id);
  each<relais_kind_state>(slice.kinds, [](const auto& row) { touch(row.kind); });
  each<relais_setting>(slice.settings, [](const auto& row) { touch(row.text); });
  each<relais_lab_report>(slice.reports, [](const auto& row) {
    touch(row.comment);
    each<relais_anomaly>(row.anomalies, [](const auto& anomaly) { touch(anomaly.place); });
  });
  each<relais_observation>(slice.observations, [&](const auto& row) {
    touch(row.value_text);
    touch(row.comment);
    if (row.report != RELAIS_NO_INDEX && row.report >= slice.reports.count) std::abort();
  });
  each<relais_context_word>(slice.context_words, [](const auto& row) { touch(row.word); });
  each<relais_target>(slice.targets, [](const auto& row) { touch(row.analyte); });
  each<relais_known_anomaly>(slice.known_anomalies, [](const auto& row) { touch(row.analyte); });
  each<relais_condition>(slice.conditions, [](const auto& row) { touch(row.label); });
  each<relais_medication>(slice.medications, [](const auto& row) { touch(row.label); });
  each<relais_immunization>(slice.immunizations, [](const auto& row) { touch(row.lot); });
  each<relais_long_term_condition>(slice.long_term_conditions, [](const auto& row) { touch(row.label); });
  each<relais_document>(slice.documents, [](const auto& row) { touch(row.handle); });
  each<relais_appointment>(slice.appointments, [](const auto& row) { touch(row.reason); });
  each<relais_message>(slice.messages, [](const auto& row) { touch(row.text); });
  each<relais_request_state>(slice.request_states, [](const auto& row) { touch(row.state); });
}

relais_str borrow(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  relais::worker::v1::ToWorker message;
  if (!message.ParseFromArray(data, static_cast<int>(size)) || !message.has_batch()) return 0;
  const auto& batch = message.batch();
  relais::plugins::Manifest manifest;
  manifest.id = "fuzz";
  manifest.log_codes = {"fuzz.line"};
  manifest.budget.findings_per_subject = 4;
  const relais::plugins::AbiSlices slices(batch.slices());
  const auto rows = slices.rows();
  if (rows.count != static_cast<std::size_t>(batch.slices_size())) std::abort();
  const std::atomic<bool> cancelled = false;
  relais::plugins::Answer answer(batch, manifest, cancelled);
  const auto& host = relais::plugins::host_functions();
  auto* const call = relais::plugins::as_call(answer);
  std::size_t index = 0;
  each<relais_slice>(rows, [&](const relais_slice& slice) {
    walk(slice);
    const auto text = slice.reports.count > 0 ? static_cast<const relais_lab_report*>(slice.reports.data)->comment
                                              : slice.subject->item_id;
    relais_reason reason{};
    reason.size = sizeof reason;
    reason.rule = borrow("F1");
    reason.text = text;
    relais_finding finding{};
    finding.size = sizeof finding;
    finding.kind = borrow("bio");
    finding.title = text;
    finding.category = RELAIS_CATEGORY_NORMAL;
    finding.reasons = {&reason, 1, sizeof reason};
    host.finding(call, index, &finding);
    host.log(call, RELAIS_LOG_INFO, text, 1);
    if (slice.documents.count > 0) {
      char buffer[64];
      const auto handle = static_cast<const relais_document*>(slice.documents.data)->handle;
      if (host.document_read(call, handle, 3, buffer, sizeof buffer) > 64) std::abort();
    }
    ++index;
  });
  const auto checked = relais::plugins::check_answers(batch, answer.take(), manifest);
  if (checked.evaluations.size() != rows.count) std::abort();
  return 0;
}

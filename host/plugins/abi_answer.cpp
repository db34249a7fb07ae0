// SPDX-License-Identifier: Apache-2.0
#include "plugins/abi_answer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include "plugins/abi_feedback.h"
#include "plugins/abi_text.h"

namespace relais::plugins {
namespace {

constexpr std::uint32_t last_category = RELAIS_CATEGORY_CRITIQUE;
constexpr std::uint32_t last_level = RELAIS_D5;
// No struct of any minor version comes near: a greater size or stride is a lie.
constexpr std::size_t sane_size = 64 * 1024;

// The verdict on what was read, RELAIS_OK when it may be kept.
struct Verdict {
  relais_status status = RELAIS_OK;
  static Verdict invalid() { return {RELAIS_INVALID}; }
  static Verdict too_much() { return {RELAIS_TOO_MUCH}; }
  bool ok() const { return status == RELAIS_OK; }
};

Verdict check_text(relais_str text, std::size_t limit = AnswerLimits::text_bytes) {
  if (text.length > limit) return Verdict::too_much();
  return is_text(text, limit) ? Verdict{} : Verdict::invalid();
}

Verdict check_required(relais_str text) { return text.length == 0 ? Verdict::invalid() : check_text(text); }

Verdict first(std::initializer_list<Verdict> verdicts) {
  const auto* const bad = std::find_if(verdicts.begin(), verdicts.end(), [](Verdict one) { return !one.ok(); });
  return bad == verdicts.end() ? Verdict{} : *bad;
}

Verdict check_rows(const relais_rows& rows, std::size_t least_stride, std::size_t limit) {
  if (rows.count == 0) return {};
  if (rows.count > limit) return Verdict::too_much();
  if (rows.data == nullptr || rows.stride < least_stride || rows.stride > sane_size) return Verdict::invalid();
  return {};
}

template <class T>
const T* row(const relais_rows& rows, std::size_t index) {
  return reinterpret_cast<const T*>(static_cast<const char*>(rows.data) + index * rows.stride);
}

std::string text_of(relais_str text) { return std::string(checked(text)); }

// The bytes that a struct of 1.0 fills: what every plugin must give.
#define RELAIS_FILLED_1_0(pointer, last) ((pointer)->size <= sane_size && RELAIS_HAS(pointer, last))

Verdict copy_reason(const relais_reason* from, worker::v1::Reason& to) {
  if (!RELAIS_FILLED_1_0(from, evidence) || !is_identifier(from->rule)) return Verdict::invalid();
  if (from->category > last_category || from->data_level > last_level) return Verdict::invalid();
  const Verdict verdict = first({check_required(from->text), check_text(from->source),
                                 check_rows(from->evidence, sizeof(relais_str), AnswerLimits::evidence)});
  if (!verdict.ok()) return verdict;
  to.set_rule(text_of(from->rule));
  to.set_text(text_of(from->text));
  to.set_source(text_of(from->source));
  to.set_category(static_cast<v1::Category>(from->category));
  to.set_data_level(static_cast<int>(from->data_level));
  for (std::size_t index = 0; index < from->evidence.count; ++index) {
    const relais_str id = *row<relais_str>(from->evidence, index);
    const Verdict checked_id = check_required(id);
    if (!checked_id.ok()) return checked_id;
    to.add_evidence(text_of(id));
  }
  return {};
}

Verdict copy_finding(const relais_finding* from, worker::v1::Finding& to) {
  if (from == nullptr || !RELAIS_FILLED_1_0(from, reasons) || !is_identifier(from->kind)) return Verdict::invalid();
  if (from->category == 0 || from->category > last_category || from->data_level > last_level) return Verdict::invalid();
  if (!std::isfinite(from->rank) || from->reasons.count == 0) return Verdict::invalid();
  const Verdict verdict =
      first({check_required(from->title), check_rows(from->reasons, offsetof(relais_reason, evidence) + sizeof(relais_rows),
                                                     AnswerLimits::reasons)});
  if (!verdict.ok()) return verdict;
  to.set_kind(text_of(from->kind));
  to.set_title(text_of(from->title));
  to.set_category(static_cast<v1::Category>(from->category));
  to.set_data_level(static_cast<int>(from->data_level));
  to.set_open(from->open != 0);
  to.set_restricted(from->restricted != 0);
  to.set_rank(from->rank);
  for (std::size_t index = 0; index < from->reasons.count; ++index) {
    const auto* const reason = row<relais_reason>(from->reasons, index);
    if (reason->size > from->reasons.stride) return Verdict::invalid();
    const Verdict copied = copy_reason(reason, *to.add_reasons());
    if (!copied.ok()) return copied;
  }
  return {};
}

Verdict copy_effect(const relais_effect* from, worker::v1::Effect& to) {
  if (from == nullptr || !RELAIS_FILLED_1_0(from, body) || !is_identifier(from->type)) return Verdict::invalid();
  const Verdict verdict =
      first({check_required(from->key), check_text(from->destination), check_text(from->document_handle),
             check_text(from->document_sha256), check_text(from->body, AnswerLimits::body_bytes)});
  if (!verdict.ok()) return verdict;
  to.set_type(text_of(from->type));
  to.set_key(text_of(from->key));
  to.set_destination(text_of(from->destination));
  to.set_document_handle(text_of(from->document_handle));
  to.set_document_version(static_cast<std::int64_t>(from->document_version));
  to.set_document_sha256(text_of(from->document_sha256));
  to.set_body(text_of(from->body));
  return {};
}

bool contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Code code_of(relais_status status) {
  return status == RELAIS_TOO_MUCH ? Code::plugin_too_much : Code::plugin_garbage;
}

Answer& answer_of(relais_call* call) { return *reinterpret_cast<Answer*>(call); }

// Allocation is all that can throw below; a plugin must not see it pass.
template <class Do>
auto guarded(Do&& act, decltype(act()) otherwise) noexcept {
  try {
    return act();
  } catch (...) {
    return otherwise;
  }
}

relais_status host_finding(relais_call* call, std::size_t index, const relais_finding* finding) {
  return guarded([&] { return answer_of(call).finding(index, finding); }, RELAIS_ERROR);
}
relais_status host_effect(relais_call* call, std::size_t index, const relais_effect* effect) {
  return guarded([&] { return answer_of(call).effect(index, effect); }, RELAIS_ERROR);
}
relais_status host_not_evaluated(relais_call* call, std::size_t index, relais_str code) {
  return guarded([&] { return answer_of(call).not_evaluated(index, code); }, RELAIS_ERROR);
}
void host_log(relais_call* call, std::uint32_t level, relais_str code, std::int64_t number) {
  guarded([&] { return answer_of(call).log(level, code, number), true; }, false);
}
int host_cancelled(relais_call* call) { return answer_of(call).cancelled() ? 1 : 0; }
std::int64_t host_document_read(relais_call* call, relais_str handle, std::uint64_t offset, void* buffer,
                                std::size_t capacity) {
  return answer_of(call).read_document(handle, offset, buffer, capacity);
}
const void* host_extension(const char* id) {
  return id != nullptr && std::string_view(id) == RELAIS_FEEDBACK_LOG ? &FeedbackLines::feature() : nullptr;
}

}  // namespace

Answer::Answer(const worker::v1::Batch& batch, const Manifest& manifest, const std::atomic<bool>& cancelled)
    : batch_(batch), manifest_(manifest), cancelled_(cancelled) {
  result_.set_id(batch.id());
  for (int index = 0; index < batch.slices_size(); ++index) {
    worker::v1::Evaluation& evaluation = *result_.add_evaluations();
    evaluation.set_slice_index(index);
    *evaluation.mutable_subject() = batch.slices(index).subject();
    evaluation.set_version(batch.slices(index).version());
  }
}

worker::v1::Evaluation* Answer::open(std::size_t slice_index) {
  if (slice_index < static_cast<std::size_t>(result_.evaluations_size())) {
    return result_.mutable_evaluations(static_cast<int>(slice_index));
  }
  outsider_ = true;
  return nullptr;
}

relais_status Answer::refuse(std::size_t slice_index, relais_status status, Code code) {
  worker::v1::Evaluation& evaluation = *result_.mutable_evaluations(static_cast<int>(slice_index));
  if (evaluation.not_evaluated().empty()) evaluation.set_not_evaluated(std::string(stable_code(code)));
  evaluation.clear_findings();
  evaluation.clear_effects();
  return status;
}

relais_status Answer::finding(std::size_t slice_index, const relais_finding* finding) {
  worker::v1::Evaluation* const evaluation = open(slice_index);
  if (evaluation == nullptr) return RELAIS_OUT_OF_SUBJECT;
  if (!evaluation->not_evaluated().empty()) return RELAIS_INVALID;
  if (evaluation->findings_size() >= static_cast<int>(manifest_.budget.findings_per_subject)) {
    return refuse(slice_index, RELAIS_TOO_MUCH, Code::plugin_too_much);
  }
  worker::v1::Finding copy;
  const Verdict verdict = copy_finding(finding, copy);
  if (!verdict.ok()) return refuse(slice_index, verdict.status, code_of(verdict.status));
  // Findings are reconciled by kind: a second one would replace the first without a word.
  for (const worker::v1::Finding& other : evaluation->findings()) {
    if (other.kind() == copy.kind()) return refuse(slice_index, RELAIS_INVALID, Code::plugin_garbage);
  }
  *evaluation->add_findings() = std::move(copy);
  return RELAIS_OK;
}

relais_status Answer::effect(std::size_t slice_index, const relais_effect* effect) {
  worker::v1::Evaluation* const evaluation = open(slice_index);
  if (evaluation == nullptr) return RELAIS_OUT_OF_SUBJECT;
  if (!evaluation->not_evaluated().empty()) return RELAIS_INVALID;
  if (evaluation->effects_size() >= static_cast<int>(AnswerLimits::effects)) {
    return refuse(slice_index, RELAIS_TOO_MUCH, Code::plugin_too_much);
  }
  worker::v1::Effect copy;
  const Verdict verdict = copy_effect(effect, copy);
  if (!verdict.ok()) return refuse(slice_index, verdict.status, code_of(verdict.status));
  if (!contains(manifest_.effects, copy.type())) {
    return refuse(slice_index, RELAIS_UNSUPPORTED, Code::plugin_undeclared_effect);
  }
  *evaluation->add_effects() = std::move(copy);
  return RELAIS_OK;
}

relais_status Answer::not_evaluated(std::size_t slice_index, relais_str code) {
  worker::v1::Evaluation* const evaluation = open(slice_index);
  if (evaluation == nullptr) return RELAIS_OUT_OF_SUBJECT;
  // Free text about a patient must not pass as a code.
  if (!is_identifier(code)) return refuse(slice_index, RELAIS_INVALID, Code::plugin_garbage);
  if (evaluation->not_evaluated().empty()) evaluation->set_not_evaluated(text_of(code));
  evaluation->clear_findings();
  evaluation->clear_effects();
  return RELAIS_OK;
}

void add_log_line(google::protobuf::RepeatedPtrField<worker::v1::LogLine>& lines, const Manifest& manifest,
                  std::uint32_t level, relais_str code, std::int64_t number) {
  if (lines.size() >= AnswerLimits::log_lines) return;
  const bool declared = is_identifier(code) && contains(manifest.log_codes, checked(code));
  worker::v1::LogLine& line = *lines.Add();
  const bool known_level = level >= RELAIS_LOG_INFO && level <= RELAIS_LOG_ERROR;
  line.set_level(static_cast<int>(declared && known_level ? level : std::uint32_t{RELAIS_LOG_ERROR}));
  line.set_code(declared ? text_of(code) : std::string(stable_code(Code::plugin_undeclared_log)));
  line.set_number(declared ? number : 0);
}

void Answer::log(std::uint32_t level, relais_str code, std::int64_t number) {
  add_log_line(*result_.mutable_logs(), manifest_, level, code, number);
}

std::int64_t Answer::read_document(relais_str handle, std::uint64_t offset, void* buffer, std::size_t capacity) const {
  if (handle.data == nullptr || (buffer == nullptr && capacity > 0)) return -1;
  for (const worker::v1::Slice& slice : batch_.slices()) {
    for (const worker::v1::DocumentContent& document : slice.documents()) {
      if (document.document().id() != checked(handle)) continue;
      const std::string& content = document.content();
      if (offset >= content.size()) return 0;
      const std::size_t count = std::min(capacity, content.size() - static_cast<std::size_t>(offset));
      if (count > 0) std::memcpy(buffer, content.data() + offset, count);
      return static_cast<std::int64_t>(count);
    }
  }
  return -1;
}

void Answer::refuse_all(Code code) {
  for (int index = 0; index < result_.evaluations_size(); ++index) {
    result_.mutable_evaluations(index)->clear_not_evaluated();
    refuse(static_cast<std::size_t>(index), RELAIS_ERROR, code);
  }
}

const relais_host& host_functions() {
  static const relais_host table = [] {
    relais_host made{};
    made.size = sizeof made;
    made.abi_major = RELAIS_ABI_MAJOR;
    made.abi_minor = RELAIS_ABI_MINOR;
    made.finding = &host_finding;
    made.effect = &host_effect;
    made.not_evaluated = &host_not_evaluated;
    made.log = &host_log;
    made.cancelled = &host_cancelled;
    made.document_read = &host_document_read;
    made.extension = &host_extension;
    return made;
  }();
  return table;
}

relais_call* as_call(Answer& answer) { return reinterpret_cast<relais_call*>(&answer); }

bool add_rule(const relais_rule* rule, worker::v1::Rules& rules) {
  if (rule == nullptr || !RELAIS_FILLED_1_0(rule, to_confirm) || !is_identifier(rule->id)) return false;
  if (rule->category > last_category || rules.rules_size() >= 4096) return false;
  if (!check_required(rule->title).ok() || !check_text(rule->source).ok()) return false;
  // Fields of 1.1: a plugin built for 1.0 does not fill them.
  const relais_str threshold = RELAIS_HAS(rule, threshold) ? rule->threshold : relais_str{};
  const relais_str confirm = RELAIS_HAS(rule, confirm) ? rule->confirm : relais_str{};
  if (!check_text(threshold).ok() || !check_text(confirm).ok()) return false;
  worker::v1::Rule& copy = *rules.add_rules();
  copy.set_id(text_of(rule->id));
  copy.set_title(text_of(rule->title));
  copy.set_source(text_of(rule->source));
  copy.set_category(static_cast<v1::Category>(rule->category));
  copy.set_to_confirm(rule->to_confirm != 0);
  copy.set_threshold(text_of(threshold));
  copy.set_confirm(text_of(confirm));
  return true;
}

}  // namespace relais::plugins

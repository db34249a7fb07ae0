// SPDX-License-Identifier: Apache-2.0
#include "records/observation_mapping.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "records/mapping_parts.h"

namespace relais::records {

namespace {

constexpr std::string_view loinc = "2.16.840.1.113883.6.1";
// Beyond this the date of a result is not that of the report's collection, but a slip of the sender.
constexpr std::chrono::milliseconds far_from_report = std::chrono::hours{24 * 31};

std::optional<double> decimal(const formats::Text& text) {
  if (!text) return std::nullopt;
  std::string_view digits = *text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// LOINC wherever it stands; else the code as written; else a local one.
void map_code(const formats::CdaCode& main, const std::vector<formats::CdaCode>& translations, v1::Observation& out) {
  const auto take = [&](const formats::CdaCode& code, std::string system) {
    out.set_code(*code.code);
    out.set_code_system(std::move(system));
    if (code.label) out.set_label(*code.label);
  };
  const auto is_loinc = [](const formats::CdaCode& code) { return code.code && code.code_system == std::string(loinc); };
  if (is_loinc(main)) return take(main, "loinc");
  for (const auto& translation : translations) {
    if (is_loinc(translation)) return take(translation, "loinc");
  }
  if (main.code) return take(main, main.code_system.value_or("local"));
  for (const auto& translation : translations) {
    if (translation.code) return take(translation, "local");
  }
  if (main.label) out.set_label(*main.label);
}

std::string as_text(const formats::CdaValue& value) {
  if (value.text) return *value.text;
  if (value.original_text) return *value.original_text;
  if (value.label) return *value.label;
  if (value.value) return *value.value;
  if (value.low && value.high) return value.low->value.value_or("") + " - " + value.high->value.value_or("");
  return value.null_flavor.value_or("");
}

void map_value(const formats::CdaValue& value, v1::Observation& out) {
  out.set_unit(value.unit.value_or(""));
  if (const auto number = decimal(value.value); number && value.type != "TS" && value.type != "BL") {
    out.set_value_type(v1::VALUE_TYPE_NUMERIC);
    out.set_value(*number);
    out.set_value_text(*value.value);
    return;
  }
  if (const auto comparator = comparator_of(value.comparator.value_or("")); comparator != v1::COMPARATOR_UNSPECIFIED) {
    const auto& bound = value.low ? value.low : value.high;
    const auto number = bound ? decimal(bound->value) : std::nullopt;
    if (number) {
      out.set_value_type(v1::VALUE_TYPE_NUMERIC);
      out.set_value(*number);
      out.set_comparator(comparator);
      if (bound->unit) out.set_unit(*bound->unit);
      out.set_value_text(value.original_text.value_or(*value.comparator + bound->value.value_or("")));
      return;
    }
  }
  out.set_value_text(as_text(value));
  if (value.code) {
    out.set_value_type(v1::VALUE_TYPE_CODED);
    out.set_value_code(*value.code);
  } else if (!out.value_text().empty()) {
    out.set_value_type(v1::VALUE_TYPE_TEXT);
  }
}

// The record's bounds are inclusive and in the unit of the result: a bound in another unit is left to the reader of the
// document, and an excluded one becomes the nearest number inside.
void map_range(const formats::CdaRange& range, v1::Observation& out) {
  const auto bound = [&](const std::optional<formats::CdaBound>& written, double inside) -> std::optional<double> {
    if (!written || (written->unit && *written->unit != out.unit())) return std::nullopt;
    auto number = decimal(written->value);
    if (number && !written->is_inclusive()) number = std::nextafter(*number, inside);
    return number;
  };
  if (const auto low = bound(range.low, std::numeric_limits<double>::infinity())) out.set_low(*low);
  if (const auto high = bound(range.high, -std::numeric_limits<double>::infinity())) out.set_high(*high);
}

// The first flag, unless another is more severe.
std::string flag_of(const formats::CdaResult& result) {
  std::vector<std::string> flags;
  if (result.flag) flags.push_back(*result.flag);
  flags.insert(flags.end(), result.all_flags.begin(), result.all_flags.end());
  return most_severe_flag(flags);
}

v1::ObservationStatus status_of(const formats::Text& status) {
  if (status == "active" || status == "held" || status == "new" || status == "suspended") {
    return v1::OBSERVATION_STATUS_PENDING;
  }
  if (status == "aborted") return v1::OBSERVATION_STATUS_ABORTED;
  if (status == "cancelled" || status == "nullified") return v1::OBSERVATION_STATUS_CANCELLED;
  return v1::OBSERVATION_STATUS_UNSPECIFIED;
}

v1::Observation result_of(const formats::CdaResult& result) {
  v1::Observation out;
  map_code(result.analyte, result.translations, out);
  if (out.label().empty() && result.original_text) out.set_label(*result.original_text);
  if (result.value) map_value(*result.value, out);
  if (result.reference) map_range(*result.reference, out);
  out.set_flag(flag_of(result));
  out.set_status(status_of(result.status));
  if (result.isolate && result.isolate->label) out.set_specimen(*result.isolate->label);
  for (const auto& comment : result.comments) {
    if (!out.comment().empty()) out.mutable_comment()->push_back('\n');
    out.mutable_comment()->append(comment);
  }
  return out;
}

v1::Observation prior_of(const formats::CdaPrior& prior, const v1::Observation* of) {
  v1::Observation out;
  if (of != nullptr && (!prior.code || *prior.code == of->code())) {
    out.set_code(of->code());
    out.set_code_system(of->code_system());
    out.set_label(of->label());
  } else if (prior.code) {
    out.set_code(*prior.code);
    // The reader gives no code system for a prior result: the French templates use LOINC there.
    out.set_code_system("loinc");
  }
  map_value(prior.value, out);
  out.set_flag(prior.flag.value_or(""));
  out.set_status(status_of(prior.status));
  out.set_history(true);
  return out;
}

void set_time(v1::Observation& out, const formats::Text& text, const date::time_zone& zone) {
  if (!text) return;
  if (const auto at = hl7_instant(*text, zone)) out.set_collected_ms(at->time_since_epoch().count());
}

}  // namespace

void map_observations(const formats::CdaDocument& document, const date::time_zone& zone, MappedReport& out) {
  const auto& report = out.report;
  const bool one_specimen = document.specimens.size() == 1;
  const auto same_prior = [](const formats::CdaPrior& a, const formats::CdaPrior& b) {
    return a.code == b.code && a.time == b.time && a.value.value == b.value.value && a.value.code == b.value.code;
  };
  std::vector<formats::CdaPrior> told;
  for (const auto& result : document.results) {
    auto observation = result_of(result);
    if (observation.specimen().empty() && one_specimen) {
      const auto& specimen = document.specimens.front();
      observation.set_specimen(specimen.label.value_or(specimen.specimen.value_or("")));
    }
    set_time(observation, result.time, zone);
    if (out.is_report && report.has_collected_ms()) {
      const auto distance = std::chrono::milliseconds{std::abs(observation.collected_ms() - report.collected_ms())};
      if (!observation.has_collected_ms() || distance > far_from_report) {
        observation.set_collected_ms(report.collected_ms());
      }
    }
    for (const auto& prior : result.prior) {
      auto old = prior_of(prior, &observation);
      set_time(old, prior.time, zone);
      out.history.push_back(std::move(old));
      told.push_back(prior);
    }
    observation.set_history(!out.is_report);
    (out.is_report ? out.observations : out.history).push_back(std::move(observation));
  }
  // Every prior of a result also stands in the document's own list; outside a report only laboratory ones are results.
  for (const auto& prior : document.priors) {
    if (!prior.lab_template || !prior.code) continue;
    if (std::any_of(told.begin(), told.end(), [&](const auto& one) { return same_prior(one, prior); })) continue;
    auto old = prior_of(prior, nullptr);
    set_time(old, prior.time, zone);
    out.history.push_back(std::move(old));
  }
}

}  // namespace relais::records

// SPDX-License-Identifier: Apache-2.0
#include "app/triage_cases.h"

#include <algorithm>
#include <regex>
#include <set>

#include "app/closed_json.h"
#include "domain/civil_time.h"

namespace relais::app {
namespace {

constexpr std::pair<std::string_view, v1::Category> category_words[] = {{"critique", v1::CATEGORY_CRITIQUE},
                                                                        {"aujourdhui", v1::CATEGORY_AUJOURDHUI},
                                                                        {"a_voir", v1::CATEGORY_A_VOIR},
                                                                        {"normal", v1::CATEGORY_NORMAL},
                                                                        {"a_classer", v1::CATEGORY_A_CLASSER}};

v1::Category category(const ClosedJson& word) {
  return word.word<v1::Category>({category_words[0], category_words[1], category_words[2], category_words[3],
                                  category_words[4]});
}

// An instant "2026-03-10T07:30:00+01:00"; the offset must be there.
Instant instant(const ClosedJson& value) {
  const auto at = fiche::parse_instant(value.text());
  if (!at) value.refuse("not a date-time with offset");
  return at.value_or(Instant{});
}

std::string day(const ClosedJson& value) {
  const std::string written = value.text();
  if (!fiche::parse_date(written)) value.refuse("not a date");
  return written;
}

std::string matching(const ClosedJson& value, const char* pattern) {
  const std::string text = value.text();
  if (!value.failed() && (text.size() > 64 || !std::regex_match(text, std::regex(pattern)))) {
    value.refuse("unexpected form");
  }
  return text;
}

std::string analyte(const ClosedJson& value) { return matching(value, "[A-Z][A-Z0-9]*"); }
std::string rule(const ClosedJson& value) { return matching(value, "[A-Z]([A-Z0-9-]*[A-Z0-9])?"); }

std::int64_t ms(Instant at) { return at.time_since_epoch().count(); }

void code(const ClosedJson& result, v1::Observation& observation) {
  observation.set_code(result.at("code").text());
  static const std::regex loinc("[0-9]{1,7}-[0-9]");
  const bool is_loinc = observation.code().size() < 16 && std::regex_match(observation.code(), loinc);
  observation.set_code_system(is_loinc ? "loinc" : "local");
  if (result.has("label")) observation.set_label(result.at("label").text());
  if (result.has("unit")) observation.set_unit(result.at("unit").text());
}

void value(const ClosedJson& written, v1::ValueType type, v1::Observation& observation) {
  observation.set_value_type(type);
  if (type == v1::VALUE_TYPE_NUMERIC) {
    observation.set_value(written.number());
  } else {
    observation.set_value_text(written.value().is_number() ? written.value().dump() : written.text());
  }
}

CaseHistory history(const ClosedJson& earlier) {
  earlier.object({"code", "value", "collected"}, {"label", "unit", "status", "seen_by_doctor"});
  CaseHistory made;
  if (earlier.failed()) return made;
  v1::Observation& observation = made.observation;
  code(earlier, observation);
  // An earlier result that was not rendered has a null value.
  observation.set_value_type(v1::VALUE_TYPE_NUMERIC);
  if (earlier.has("value")) {
    value(earlier.at("value"), earlier.at("value").value().is_string() ? v1::VALUE_TYPE_TEXT : v1::VALUE_TYPE_NUMERIC,
          observation);
  }
  observation.set_collected_ms(ms(instant(earlier.at("collected"))));
  if (earlier.has("status")) {
    const auto status = earlier.at("status").word<v1::ObservationStatus>(
        {{"final", v1::OBSERVATION_STATUS_UNSPECIFIED},
         {"pending", v1::OBSERVATION_STATUS_PENDING},
         {"corrected", v1::OBSERVATION_STATUS_CORRECTED},
         {"aborted", v1::OBSERVATION_STATUS_ABORTED},
         {"cancelled", v1::OBSERVATION_STATUS_CANCELLED}});
    observation.set_status(status);
    made.cancelled = status == v1::OBSERVATION_STATUS_CANCELLED;
  }
  if (earlier.has("seen_by_doctor")) made.seen = earlier.at("seen_by_doctor").boolean();
  return made;
}

CasePatient patient(const ClosedJson& from, const std::vector<std::string>& context_words) {
  from.object({"match"}, {"birth_date", "sex", "conditions", "treatments", "pregnancy", "targets", "known_abnormal"});
  CasePatient made;
  if (from.failed()) return made;
  made.match = from.at("match").word<v1::IdentityMatch>({{"unique", v1::IDENTITY_MATCH_UNIQUE},
                                                         {"none", v1::IDENTITY_MATCH_NONE},
                                                         {"ambiguous", v1::IDENTITY_MATCH_AMBIGUOUS}});
  v1::Traits& traits = *made.patient.mutable_traits();
  if (from.has("birth_date")) traits.set_birth_date(day(from.at("birth_date")));
  if (from.has("sex")) traits.set_sex(from.at("sex").word<v1::Sex>({{"F", v1::SEX_FEMALE}, {"M", v1::SEX_MALE}}));
  for (const char* const list : {"conditions", "treatments"}) {
    if (!from.has(list)) continue;
    from.at(list).each([&](const ClosedJson& word) {
      made.words.push_back(word.text());
      if (std::ranges::find(context_words, made.words.back()) == context_words.end()) {
        word.refuse("unknown word of clinical context " + made.words.back());
      }
    });
  }
  if (from.has("pregnancy")) {
    from.at("pregnancy").object({"weeks"}, {});
    made.pregnancy_weeks = from.at("pregnancy").at("weeks").number();
  }
  if (from.has("targets")) {
    from.at("targets").members([&](const std::string& id, const ClosedJson& bounds) {
      v1::Target& target = made.targets.emplace_back();
      target.set_analyte(id);
      target.set_set_by("médecin");
      static const std::regex analyte_id("[A-Z][A-Z0-9]{0,15}");
      if (id.size() > 16 || !std::regex_match(id, analyte_id)) bounds.refuse("unknown analyte");
      if (!bounds.value().is_array() || bounds.value().size() != 2) return bounds.refuse("not [low, high]");
      std::size_t side = 0;
      bounds.each([&](const ClosedJson& bound) {
        const bool low = side++ == 0;
        if (bound.value().is_null()) return;
        low ? target.set_low(bound.number()) : target.set_high(bound.number());
      });
    });
  }
  if (from.has("known_abnormal")) {
    from.at("known_abnormal").each([&](const ClosedJson& known) {
      known.object({"analyte", "direction"}, {"set_by", "until"});
      v1::KnownAnomaly& anomaly = made.known_anomalies.emplace_back();
      anomaly.set_analyte(analyte(known.at("analyte")));
      anomaly.set_direction(
          known.at("direction").word<v1::Direction>({{"low", v1::DIRECTION_LOW}, {"high", v1::DIRECTION_HIGH}}));
      if (known.has("set_by")) anomaly.set_set_by(known.at("set_by").text());
      if (known.has("until")) anomaly.set_until(day(known.at("until")));
    });
  }
  return made;
}

v1::Observation result(const ClosedJson& from) {
  from.object({"code", "type"}, {"label", "comparator", "value", "unit", "low", "high", "flag", "status", "comment", "fasting"});
  v1::Observation made;
  if (from.failed()) return made;
  code(from, made);
  made.set_value_type(from.at("type").word<v1::ValueType>(
      {{"numeric", v1::VALUE_TYPE_NUMERIC}, {"coded", v1::VALUE_TYPE_CODED}, {"text", v1::VALUE_TYPE_TEXT}}));
  if (from.has("value")) value(from.at("value"), made.value_type(), made);
  if (from.has("comparator")) {
    made.set_comparator(
        from.at("comparator").word<v1::Comparator>({{"<", v1::COMPARATOR_LT}, {">", v1::COMPARATOR_GT}}));
  }
  if (from.has("low")) made.set_low(from.at("low").number());
  if (from.has("high")) made.set_high(from.at("high").number());
  if (from.has("flag")) made.set_flag(from.at("flag").text());
  if (from.has("status")) {
    made.set_status(from.at("status").word<v1::ObservationStatus>({{"final", v1::OBSERVATION_STATUS_UNSPECIFIED},
                                                                   {"pending", v1::OBSERVATION_STATUS_PENDING},
                                                                   {"corrected", v1::OBSERVATION_STATUS_CORRECTED},
                                                                   {"aborted", v1::OBSERVATION_STATUS_ABORTED}}));
  }
  if (from.has("comment")) made.set_comment(from.at("comment").text());
  if (from.has("fasting")) made.set_fasting(from.at("fasting").boolean() ? v1::FASTING_YES : v1::FASTING_NO);
  return made;
}

void report(const ClosedJson& from, TriageCase& made) {
  from.object({"status", "collected", "received"},
              {"format", "replaces", "replaced_category", "replaced_seen", "pdf_only", "comment", "results"});
  if (from.failed()) return;
  if (from.has("format")) static_cast<void>(from.at("format").text());
  v1::LabReport& to = made.report;
  to.set_source_format("manual");
  to.set_status(from.at("status").word<v1::ReportStatus>({{"final", v1::REPORT_STATUS_FINAL},
                                                          {"partial", v1::REPORT_STATUS_PARTIAL},
                                                          {"corrected", v1::REPORT_STATUS_CORRECTED},
                                                          {"cancelled", v1::REPORT_STATUS_CANCELLED}}));
  made.received = instant(from.at("received"));
  to.set_collected_ms(ms(instant(from.at("collected"))));
  to.set_received_ms(ms(made.received));
  if (from.has("replaces")) to.set_replaces_id(from.at("replaces").text());
  if (from.has("replaced_category")) to.set_replaced_category(category(from.at("replaced_category")));
  if (from.has("replaced_seen")) to.set_replaced_seen(from.at("replaced_seen").boolean());
  if (from.has("pdf_only")) to.set_uncoded_content(from.at("pdf_only").boolean());
  if (from.has("comment")) to.set_comment(from.at("comment").text());
  if (from.has("results")) {
    from.at("results").each([&](const ClosedJson& one) { made.results.push_back(result(one)); });
  }
}

ExpectedKidney kidney(const ClosedJson& from) {
  from.object({"result"}, {"ratio", "rv", "delta_48h"});
  ExpectedKidney made;
  if (from.failed()) return made;
  made.rule = from.at("result").word<std::string>(
      {{"AKI 1", "A1"}, {"AKI 2", "A2"}, {"AKI 3", "A3"}, {"?AKI ?CKD", "A0"}, {"none", ""}});
  if (from.has("rv")) static_cast<void>(from.at("rv").word<int>({{"RV1", 1}, {"RV2", 2}}));
  if (from.has("delta_48h")) static_cast<void>(from.at("delta_48h").number());
  if (from.has("ratio")) made.ratio = from.at("ratio").number();
  return made;
}

CaseExpectation expectation(const ClosedJson& from) {
  from.object({"category"}, {"rules", "must_not", "must_show", "complete", "aki", "why", "source"});
  CaseExpectation made;
  if (from.failed()) return made;
  made.category = category(from.at("category"));
  if (from.has("rules")) from.at("rules").each([&](const ClosedJson& one) { made.rules.push_back(rule(one)); });
  if (from.has("must_not")) {
    from.at("must_not").each([&](const ClosedJson& one) {
      made.must_not.push_back(one.text());
      const bool word = made.must_not.back() == "clos" ||
                        std::ranges::any_of(category_words, [&](const auto& known) { return known.first == made.must_not.back(); });
      if (!word) static_cast<void>(rule(one));
    });
  }
  if (from.has("must_show")) made.must_show = from.at("must_show").text();
  if (from.has("complete")) made.complete = from.at("complete").boolean();
  if (from.has("aki")) made.kidney = kidney(from.at("aki"));
  return made;
}

TriageCase triage_case(const ClosedJson& from, const std::vector<std::string>& context_words) {
  from.object({"id", "patient", "report", "expected"}, {"title", "history"});
  TriageCase made;
  if (from.failed()) return made;
  made.id = from.at("id").text();
  if (from.has("title")) made.title = from.at("title").text();
  made.patient = patient(from.at("patient"), context_words);
  if (from.has("history")) {
    from.at("history").each([&](const ClosedJson& one) { made.history.push_back(history(one)); });
  }
  report(from.at("report"), made);
  made.expected = expectation(from.at("expected"));
  return made;
}

}  // namespace

std::string_view category_word(v1::Category category) {
  for (const auto& [word, value] : category_words) {
    if (value == category) return word;
  }
  return {};
}

Result<std::vector<TriageCase>> read_triage_cases(std::string_view json, const std::vector<std::string>& context_words) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (document.is_discarded()) return fail(Code::cases_invalid, "not JSON");
  std::optional<Error> error;
  std::vector<TriageCase> cases;
  const ClosedJson file(document, "", error);
  file.object({"schema", "cases"}, {"language", "purpose", "spec", "categories", "conventions", "sources", "count"});
  if (!file.failed() && file.at("schema").text() != "relais.triage.cases/1") file.at("schema").refuse("another shape");
  std::set<std::string> ids;
  if (!file.failed()) {
    file.at("cases").each([&](const ClosedJson& one) {
      cases.push_back(triage_case(one, context_words));
      if (!one.failed() && !ids.insert(cases.back().id).second) one.refuse("id given twice");
    });
  }
  if (!file.failed() && file.has("count") && file.at("count").number() != static_cast<double>(cases.size())) {
    file.at("count").refuse("another number of cases");
  }
  if (error) return tl::unexpected(*error);
  return cases;
}

}  // namespace relais::app

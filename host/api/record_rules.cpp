// SPDX-License-Identifier: Apache-2.0
#include "api/record_rules.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "domain/instant_bounds.h"

namespace relais::api {
namespace {

constexpr std::size_t longest_id = 128;
constexpr int most_rows = 1000;
constexpr int most_reports = 200;
constexpr int most_documents = 20;
constexpr std::size_t most_document_bytes = std::size_t{3} << 20U;
constexpr std::size_t longest_title = 400;
constexpr int most_messages = 100;
constexpr std::size_t longest_message = 100'000;
constexpr int known_months = 24;  // patient_record.proto: a known anomaly ends at most 24 months ahead

tl::unexpected<Failure> wrong(std::string why, std::string place) {
  return refuse(Code::invalid_argument, std::move(why), std::move(place));
}

Answer<void> check_period(const std::string& from, const std::string& until, const std::string& place) {
  if (auto good = check_date(from, place + ".from"); !good) return good;
  if (auto good = check_date(until, place + ".until"); !good) return good;
  // Texts of this form sort as dates.
  if (!from.empty() && !until.empty() && until < from) return wrong("ends before it begins", place + ".until");
  return {};
}

// Each row has an id of its own; `check` says the rest.
template <class Rows, class Check>
Answer<void> each(const Rows& rows, const std::string& name, int most, Check check) {
  if (rows.size() > most) return wrong(fmt::format("at most {}", most), name);
  std::set<std::string> ids;
  for (int i = 0; i < rows.size(); ++i) {
    const auto place = fmt::format("{}[{}]", name, i);
    if (auto good = check(rows[i], place); !good) return good;
    if (!ids.insert(rows[i].id()).second) return wrong("named twice", place + ".id");
  }
  return {};
}

Answer<void> check_patient(const v1::Patient& patient, const std::string& place) {
  if (auto good = check_id(patient.id(), place + ".id"); !good) return good;
  if (patient.ins().value().empty() != patient.ins().oid().empty()) {
    return wrong("an INS is a number and its OID", place + ".ins");
  }
  if (!v1::IdentityStatus_IsValid(patient.identity_status())) return wrong("no such status", place + ".identity_status");
  if (!v1::Sex_IsValid(patient.traits().sex())) return wrong("no such sex", place + ".traits.sex");
  if (!patient.treating_doctor_id().empty()) {
    if (auto good = check_id(patient.treating_doctor_id(), place + ".treating_doctor_id"); !good) return good;
  }
  return check_date(patient.traits().birth_date(), place + ".traits.birth_date");
}

Answer<void> check_time(bool has, std::int64_t ms, const std::string& place) {
  if (has && !is_dated(ms)) return wrong("no such instant", place);
  return {};
}

Answer<void> check_bound(bool has, double value, const std::string& place) {
  if (has && !std::isfinite(value)) return wrong("not a number", place);
  return {};
}

Answer<void> check_times(const v1::LabReport& report, const std::string& place) {
  if (auto good = check_time(report.has_collected_ms(), report.collected_ms(), place + ".collected_ms"); !good) return good;
  if (auto good = check_time(report.has_issued_ms(), report.issued_ms(), place + ".issued_ms"); !good) return good;
  return check_time(true, report.received_ms(), place + ".received_ms");
}

Answer<void> check_observation(const v1::Observation& observation, const std::string& place) {
  if (!observation.id().empty()) {
    if (auto good = check_id(observation.id(), place + ".id"); !good) return good;
  }
  if (observation.code().empty()) return wrong("a result has a code", place + ".code");
  if (auto good = check_time(observation.has_collected_ms(), observation.collected_ms(), place + ".collected_ms"); !good)
    return good;
  if (auto good = check_bound(observation.has_value(), observation.value(), place + ".value"); !good) return good;
  if (auto good = check_bound(observation.has_low(), observation.low(), place + ".low"); !good) return good;
  return check_bound(observation.has_high(), observation.high(), place + ".high");
}

}  // namespace

Answer<void> check_id(const std::string& id, const std::string& place) {
  const bool good = !id.empty() && id.size() <= longest_id && std::ranges::all_of(id, [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\'' && c != '\\';
  });
  if (!good) return wrong("not a local identifier", place);
  return {};
}

Answer<void> check_date(const std::string& text, const std::string& place) {
  if (!text.empty() && (text.size() != 10 || !fiche::parse_date(text))) return wrong("not a date", place);
  return {};
}

Answer<void> check_practitioners(const v1::PutPractitionersRequest& request) {
  return each(request.practitioners(), "practitioners", most_rows,
              [](const v1::Practitioner& one, const std::string& place) { return check_id(one.id(), place + ".id"); });
}

Answer<void> check_patients(const v1::PutPatientsRequest& request) {
  return each(request.patients(), "patients", most_rows, check_patient);
}

Answer<void> check_context(const v1::PutClinicalContextRequest& request) {
  const auto check = [](const auto& row, const std::string& place) -> Answer<void> {
    if (auto good = check_id(row.id(), place + ".id"); !good) return good;
    if (row.code().empty() && row.label().empty()) return wrong("a code or a label", place + ".code");
    return check_period(row.from(), row.until(), place);
  };
  if (auto good = check_id(request.patient_id(), "patient_id"); !good) return good;
  if (auto good = each(request.conditions(), "conditions", most_rows, check); !good) return good;
  return each(request.medications(), "medications", most_rows, check);
}

Answer<void> check_documents(const v1::PutDocumentsRequest& request) {
  if (auto good = check_id(request.patient_id(), "patient_id"); !good) return good;
  std::size_t bytes = 0;
  for (int i = 0; i < request.documents_size(); ++i) {
    bytes += request.documents(i).content().size();
    if (bytes > most_document_bytes) return wrong("at most 3 MiB in all", fmt::format("documents[{}].content", i));
  }
  google::protobuf::RepeatedPtrField<v1::Document> documents;
  for (const auto& one : request.documents()) *documents.Add() = one.document();
  return each(documents, "documents", most_documents, [](const v1::Document& one, const std::string& place) -> Answer<void> {
    if (auto good = check_id(one.id(), place + ".document.id"); !good) return good;
    if (one.type_code().size() > longest_id || one.media_type().size() > longest_id || one.title().size() > longest_title) {
      return wrong("too long", place + ".document");
    }
    return check_time(one.has_created_ms(), one.created_ms(), place + ".document.created_ms");
  });
}

Answer<void> check_messages(const v1::PutMessagesRequest& request) {
  if (auto good = check_id(request.patient_id(), "patient_id"); !good) return good;
  return each(request.messages(), "messages", most_messages, [](const v1::Message& one, const std::string& place) -> Answer<void> {
    if (auto good = check_id(one.id(), place + ".id"); !good) return good;
    if (one.channel().size() > longest_id) return wrong("too long", place + ".channel");
    if (one.text().size() > longest_message) return wrong("too long", place + ".text");
    if (one.received_ms() <= 0) return wrong("when did it come?", place + ".received_ms");
    return check_time(true, one.received_ms(), place + ".received_ms");
  });
}

Answer<void> check_history(const v1::ImportHistoryRequest& request) {
  if (request.reports_size() > most_reports) return wrong("at most 200 reports", "reports");
  std::set<std::string> ids;
  for (int i = 0; i < request.reports_size(); ++i) {
    const auto place = fmt::format("reports[{}]", i);
    const auto& report = request.reports(i).report();
    if (auto good = check_id(report.id(), place + ".report.id"); !good) return good;
    if (!ids.insert(report.id()).second) return wrong("named twice", place + ".report.id");
    if (auto good = check_id(report.patient_id(), place + ".report.patient_id"); !good) return good;
    if (!report.has_collected_ms() && !report.has_issued_ms() && report.received_ms() <= 0) {
      return wrong("a report has a time", place + ".report.collected_ms");
    }
    if (auto good = check_times(report, place + ".report"); !good) return good;
    if (request.reports(i).observations_size() > most_rows) return wrong("at most 1000", place + ".observations");
    for (int n = 0; n < request.reports(i).observations_size(); ++n) {
      const auto& observation = request.reports(i).observations(n);
      const auto within = fmt::format("{}.observations[{}]", place, n);
      if (auto good = check_observation(observation, within); !good) return good;
      if (!observation.id().empty() && !ids.insert("observation " + observation.id()).second) {
        return wrong("named twice", within + ".id");
      }
    }
  }
  return {};
}

Answer<void> check_target(const v1::Target& target, fiche::CivilDate today) {
  if (target.analyte().empty()) return wrong("which analyte?", "target.analyte");
  if (!target.has_low() && !target.has_high()) return wrong("a target has a bound", "target");
  if (auto good = check_bound(target.has_low(), target.low(), "target.low"); !good) return good;
  if (auto good = check_bound(target.has_high(), target.high(), "target.high"); !good) return good;
  if (target.has_low() && target.has_high() && target.low() > target.high()) return wrong("low over high", "target.low");
  if (auto good = check_date(target.until(), "target.until"); !good) return good;
  if (!target.until().empty() && *fiche::parse_date(target.until()) < today) return wrong("already over", "target.until");
  return {};
}

Answer<void> check_known_anomaly(const v1::KnownAnomaly& anomaly, fiche::CivilDate today) {
  if (anomaly.analyte().empty()) return wrong("which analyte?", "anomaly.analyte");
  if (anomaly.direction() != v1::DIRECTION_LOW && anomaly.direction() != v1::DIRECTION_HIGH) {
    return wrong("low or high?", "anomaly.direction");
  }
  if (anomaly.until().empty()) return wrong("until when?", "anomaly.until");
  if (auto good = check_date(anomaly.until(), "anomaly.until"); !good) return good;
  const auto until = *fiche::parse_date(anomaly.until());
  if (until < today || until > fiche::plus_months(today, known_months)) {
    return wrong("from today to 24 months ahead", "anomaly.until");
  }
  return {};
}

Answer<void> check_machine_status(const v1::Patient& patient, const std::optional<v1::Patient>& stands,
                                  const std::string& place) {
  if (patient.identity_status() <= v1::IDENTITY_STATUS_RECUPEREE) return {};
  using google::protobuf::util::MessageDifferencer;
  const bool repeated = stands && stands->identity_status() >= patient.identity_status() &&
                        MessageDifferencer::Equals(stands->ins(), patient.ins()) &&
                        MessageDifferencer::Equals(stands->traits(), patient.traits());
  if (!repeated) return refuse(Code::api_identity_status, "a machine never raises it", place);
  return {};
}

}  // namespace relais::api

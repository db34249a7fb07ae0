// SPDX-License-Identifier: Apache-2.0
#include "records/slice_builder.h"

#include <algorithm>
#include <map>

#include "domain/civil_time.h"
#include "records/declaration.h"
#include "records/slice_parts.h"

namespace relais::records {
namespace {

using worker::v1::Slice;

Instant from_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

// Worse of two: a kind is complete only when all that it is made of is.
Completeness worse(Completeness a, Completeness b) {
  if (a == Completeness::withheld || b == Completeness::withheld) return Completeness::withheld;
  return a == Completeness::complete && b == Completeness::complete ? Completeness::complete : Completeness::unknown;
}

// What a plugin may know of a vaccination (relais.h): who did it, who told it and where on the body are not part of it.
v1::Immunization as_declared(const v1::Immunization& row) {
  v1::Immunization out;
  out.set_id(row.id());
  out.set_product_code(row.product_code());
  out.set_product_system(row.product_system());
  out.set_label(row.label());
  // « DTP » and no product: what it protects from is all there is to go by.
  if (row.label().empty() && row.product_code().empty()) {
    for (const auto& disease : row.target_diseases()) {
      const auto& word = disease.display().empty() ? disease.code() : disease.display();
      out.set_label(out.label() + (out.label().empty() ? "" : ", ") + word);
    }
  }
  out.set_lot(row.lot());
  out.set_given_on(row.given_on());
  out.set_status(row.status());
  out.set_proof(row.proof());
  return out;
}

class Builder {
 public:
  Builder(RecordReader& reader, const ContextMap& context, const plugins::Manifest& manifest, const SliceRequest& request)
      : reader_(reader),
        context_(context),
        manifest_(manifest),
        request_(request),
        today_{request.as_of, fiche::day_of(fiche::to_local(request.as_of, request.time_zone))} {}

  Result<Slice> build() {
    *slice_.mutable_subject() = request_.subject;
    slice_.set_version(request_.version);
    slice_.set_as_of_ms(request_.as_of.time_since_epoch().count());
    slice_.set_time_zone(request_.time_zone);
    slice_.set_today(fiche::format(today_.day));
    fill_settings(manifest_, request_.settings, slice_);
    // Every step answers only what is declared; the first error ends the building.
    for (const auto step : {&Builder::item, &Builder::patient, &Builder::reports, &Builder::observations,
                            &Builder::context_words, &Builder::targets, &Builder::known_anomalies, &Builder::conditions,
                            &Builder::medications, &Builder::immunizations, &Builder::long_term_conditions,
                            &Builder::documents, &Builder::appointments, &Builder::messages, &Builder::request_states}) {
      if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
    }
    if (!request_.subject.item_id().empty() && !item_found_) {
      return fail(Code::not_found, "the item of the subject does not exist as of this instant", "item_id");
    }
    return std::move(slice_);
  }

 private:
  Declaration declaration(std::string_view kind, CodeRule rule = CodeRule::exact) const {
    return {manifest_, kind, rule, today_};
  }
  bool is_item(const std::string& id) const { return !id.empty() && id == request_.subject.item_id(); }
  PatientQuery query(std::optional<Instant> since) const { return {patient_id_, request_.as_of, since}; }
  // Civil dates are compared with the day itself afterwards.
  PatientQuery query_days(const Declaration& declared) const {
    return query(declared.oldest().value_or(request_.as_of) - std::chrono::days(1));
  }

  void say(std::string_view kind, Completeness completeness) {
    auto& state = *slice_.add_kinds();
    state.set_kind(std::string(kind));
    state.set_completeness(completeness == Completeness::complete   ? worker::v1::COMPLETENESS_COMPLETE
                           : completeness == Completeness::withheld ? worker::v1::COMPLETENESS_WITHHELD
                                                                    : worker::v1::COMPLETENESS_UNSPECIFIED);
  }

  // The report evaluated, and whose record may be read.
  Result<void> item() {
    patient_id_ = request_.subject.patient_id();
    if (request_.subject.item_id().empty()) return {};
    auto found = reader_.report(request_.subject.item_id(), request_.as_of);
    if (!found) return tl::unexpected(found.error());
    if (found->rows.empty()) return {};
    item_found_ = true;
    report_ = std::move(found->rows.front());
    const bool settled = report_->identity_match() == v1::IDENTITY_MATCH_UNIQUE && !report_->patient_id().empty();
    if (settled && !patient_id_.empty() && report_->patient_id() != patient_id_) {
      return fail(Code::invalid_argument, "the report belongs to another patient", "patient_id");
    }
    if (!settled) patient_id_.clear();
    return {};
  }

  Result<void> patient() {
    const bool declared = declaration("patient").declared();
    if (patient_id_.empty()) {
      if (declared) say("patient", Completeness::unknown);
      return {};
    }
    auto found = reader_.patient(patient_id_, request_.as_of);
    if (!found) return tl::unexpected(found.error());
    if (found->rows.empty()) return fail(Code::not_found, "no such patient as of this instant", "patient_id");
    if (!declared) return {};
    *slice_.mutable_patient() = visible(found->rows.front());
    say("patient", found->completeness);
    return {};
  }

  // Past reports, for themselves; result dates are asked of them only by results that have none of their own.
  Result<void> reports() {
    const auto declared = declaration("lab_report");
    auto completeness = Completeness::complete;
    if (report_ && declared.admits_current({})) *slice_.add_reports() = visible(*report_);
    if (declared.wants_history()) {
      if (patient_id_.empty()) {
        completeness = Completeness::unknown;
      } else {
        if (auto read = read_history(); !read) return read;
        completeness = history_->completeness;
        for (const auto& report : history_->rows) {
          if (is_item(report.id())) continue;
          if (declared.admits_past({}, from_ms(time_ms(report)))) *slice_.add_reports() = visible(report);
        }
      }
    }
    if (declared.declared()) say("lab_report", completeness);
    return {};
  }

  // The patient's reports, read once, as deep as reports or results are declared.
  Result<void> read_history() {
    if (history_) return {};
    auto since = declaration("lab_report").oldest().value_or(request_.as_of);
    if (const auto oldest = declaration("observation").oldest()) since = std::min(since, *oldest);
    auto found = reader_.reports(query(since));
    if (!found) return tl::unexpected(found.error());
    history_ = std::move(*found);
    for (const auto& report : history_->rows) {
      if (!is_item(report.id())) report_times_[report.id()] = from_ms(time_ms(report));
    }
    return {};
  }

  Result<std::optional<Instant>> time_of(const v1::Observation& row) {
    if (row.has_collected_ms()) return from_ms(row.collected_ms());
    if (auto read = read_history(); !read) return tl::unexpected(read.error());
    const auto report = report_times_.find(row.report_id());
    if (report != report_times_.end()) return report->second;
    return std::nullopt;
  }

  Result<void> observations() {
    const auto declared = declaration("observation");
    if (!declared.declared()) return {};
    auto completeness = Completeness::complete;
    // Only LOINC codes can be declared: a local code passes when an entry names none.
    const auto loinc = [](const v1::Observation& row) {
      return row.code_system() == "loinc" ? std::string_view(row.code()) : std::string_view{};
    };
    if (report_) {
      auto own = reader_.observations_of(report_->id(), request_.as_of);
      if (!own) return tl::unexpected(own.error());
      completeness = own->completeness;
      for (auto& row : own->rows) {
        if (declared.admits_current(loinc(row))) *slice_.add_observations() = std::move(row);
      }
    }
    if (declared.wants_history() && patient_id_.empty()) completeness = worse(completeness, Completeness::unknown);
    if (declared.wants_history() && !patient_id_.empty()) {
      ObservationQuery wanted{query(declared.oldest()), {}};
      if (!declared.any_code()) wanted.loinc = named_codes(manifest_, "observation");
      auto past = reader_.observations(wanted);
      if (!past) return tl::unexpected(past.error());
      completeness = worse(completeness, past->completeness);
      for (auto& row : past->rows) {
        if (report_ && row.report_id() == report_->id()) continue;
        const auto at = time_of(row);
        if (!at) return tl::unexpected(at.error());
        if (declared.admits_past(loinc(row), *at)) {
          row.set_history(true);
          *slice_.add_observations() = std::move(row);
        } else if (!*at && declared.names(loinc(row))) {
          completeness = Completeness::withheld;
        }
      }
    }
    say("observation", completeness);
    return {};
  }

  Result<void> context_words() {
    const auto declared = declaration("context_word");
    if (!declared.declared()) return {};
    if (patient_id_.empty()) {
      say("context_word", Completeness::unknown);
      return {};
    }
    const auto rows = query_days(declared);
    auto conditions = reader_.conditions(rows);
    if (!conditions) return tl::unexpected(conditions.error());
    auto medications = reader_.medications(rows);
    if (!medications) return tl::unexpected(medications.error());
    auto flags = reader_.flags(rows);
    if (!flags) return tl::unexpected(flags.error());
    auto completeness = worse(worse(conditions->completeness, medications->completeness), flags->completeness);

    const auto add = [&](const v1::ContextWord& word) {
      if (declared.admits_period(word.word(), word.from(), word.until())) *slice_.add_context_words() = word;
    };
    const auto map = [&](const auto& row, const std::vector<std::string>& words) {
      if (row.code().empty() && current(row)) completeness = worse(completeness, Completeness::unknown);
      for (const auto& word : words) add(word_of(row, word));
    };
    for (const auto& row : conditions->rows) map(row, context_.words_of_icd10(row.code()));
    for (const auto& row : medications->rows) map(row, context_.words_of_atc(row.code()));
    for (const auto& word : flags->rows) add(word);
    say("context_word", completeness);
    return {};
  }

  template <class Row>
  bool current(const Row& row) const {
    static const auto whole = [] {
      plugins::Manifest any;
      any.slice.push_back({"any", {}, std::nullopt});
      return any;
    }();
    return Declaration(whole, "any", CodeRule::exact, today_).admits_period({}, row.from(), row.until());
  }

  // A kind that is read with one query and cut row by row.
  template <class Row, class Read, class Admit, class Add>
  Result<void> kind(std::string_view name, const Declaration& declared, Read read, Admit admit, Add add) {
    if (!declared.declared()) return {};
    if (patient_id_.empty()) {
      say(name, Completeness::unknown);
      return {};
    }
    Result<Rows<Row>> found = read();
    if (!found) return tl::unexpected(found.error());
    for (auto& row : found->rows) {
      if (admit(row)) add(std::move(row));
    }
    say(name, found->completeness);
    return {};
  }

  Result<void> targets() {
    const auto declared = declaration("target");
    return kind<v1::Target>(
        "target", declared, [&] { return reader_.targets(query_days(declared)); },
        [&](const auto& row) { return declared.admits_period(row.analyte(), row.set_on(), row.until()); },
        [&](auto row) { *slice_.add_targets() = std::move(row); });
  }

  Result<void> known_anomalies() {
    const auto declared = declaration("known_anomaly");
    return kind<v1::KnownAnomaly>(
        "known_anomaly", declared, [&] { return reader_.known_anomalies(query_days(declared)); },
        [&](const auto& row) { return declared.admits_period(row.analyte(), row.set_on(), row.until()); },
        [&](auto row) { *slice_.add_known_anomalies() = std::move(row); });
  }

  Result<void> conditions() {
    const auto declared = declaration("condition", CodeRule::prefix);
    return kind<v1::Condition>(
        "condition", declared, [&] { return reader_.conditions(query_days(declared)); },
        [&](const auto& row) { return declared.admits_period(row.code(), row.from(), row.until()); },
        [&](auto row) { *slice_.add_conditions() = std::move(row); });
  }

  Result<void> medications() {
    const auto declared = declaration("medication", CodeRule::prefix);
    return kind<v1::MedicationStatement>(
        "medication", declared, [&] { return reader_.medications(query_days(declared)); },
        [&](const auto& row) { return declared.admits_period(row.code(), row.from(), row.until()); },
        [&](auto row) { *slice_.add_medications() = std::move(row); });
  }

  Result<void> immunizations() {
    const auto declared = declaration("immunization");
    return kind<v1::Immunization>(
        "immunization", declared, [&] { return reader_.immunizations(query_days(declared)); },
        [&](const auto& row) { return declared.admits_day(row.product_code(), row.given_on()); },
        [&](const auto& row) { *slice_.add_immunizations() = as_declared(row); });
  }

  Result<void> long_term_conditions() {
    const auto declared = declaration("long_term_condition");
    return kind<v1::LongTermCondition>(
        "long_term_condition", declared, [&] { return reader_.long_term_conditions(query_days(declared)); },
        [&](const auto& row) { return declared.admits_period(row.number(), row.from(), row.until()); },
        [&](auto row) { *slice_.add_long_term_conditions() = std::move(row); });
  }

  // The item itself passes whatever its age; the others by their depth.
  bool admits_item_or_past(const Declaration& declared, const std::string& id, const std::string& code,
                           std::optional<Instant> at) {
    if (!is_item(id)) return declared.admits_past(code, at);
    item_found_ = true;
    return declared.admits_current(code);
  }

  // Without a bound when an item may be older than the depth.
  PatientQuery query_items() const { return query(std::nullopt); }

  Result<void> documents() {
    const auto declared = declaration("document");
    const auto codes = declared.any_code() ? std::vector<std::string>{} : named_codes(manifest_, "document");
    return kind<worker::v1::DocumentContent>(
        "document", declared, [&] { return reader_.documents(query_items(), codes); },
        [&](const auto& row) {
          const auto& document = row.document();
          return admits_item_or_past(
              declared, document.id(), document.type_code(),
              document.has_created_ms() ? std::optional(from_ms(document.created_ms())) : std::nullopt);
        },
        [&](auto row) { *slice_.add_documents() = std::move(row); });
  }

  Result<void> appointments() {
    const auto declared = declaration("appointment");
    return kind<v1::Appointment>(
        "appointment", declared, [&] { return reader_.appointments(query_items()); },
        [&](const auto& row) { return admits_item_or_past(declared, row.id(), {}, from_ms(row.start_ms())); },
        [&](auto row) {
          const auto start = fiche::to_local(from_ms(row.start_ms()), request_.time_zone);
          slice_.add_appointment_local_minutes(
              std::chrono::floor<std::chrono::minutes>(start.time_since_epoch()).count());
          *slice_.add_appointments() = std::move(row);
        });
  }

  Result<void> messages() {
    const auto declared = declaration("message");
    return kind<v1::Message>(
        "message", declared, [&] { return reader_.messages(query_items()); },
        [&](const auto& row) { return admits_item_or_past(declared, row.id(), row.channel(), from_ms(row.received_ms())); },
        [&](auto row) { *slice_.add_messages() = std::move(row); });
  }

  Result<void> request_states() {
    const auto declared = declaration("request_state");
    return kind<worker::v1::RequestState>(
        "request_state", declared, [&] { return reader_.request_states(query_items()); },
        [&](const auto& row) { return declared.admits_past(row.key(), from_ms(row.changed_ms())); },
        [&](auto row) { *slice_.add_request_states() = std::move(row); });
  }

  RecordReader& reader_;
  const ContextMap& context_;
  const plugins::Manifest& manifest_;
  const SliceRequest& request_;
  const Today today_;
  Slice slice_;
  // Empty when no patient's record may be read.
  std::string patient_id_;
  std::optional<v1::LabReport> report_;
  bool item_found_ = false;
  std::optional<Rows<v1::LabReport>> history_;
  std::map<std::string, Instant> report_times_;  // of history_
};

}  // namespace

Result<worker::v1::Slice> build_slice(RecordReader& reader, const ContextMap& context, const plugins::Manifest& manifest,
                                      const SliceRequest& request) {
  return Builder(reader, context, manifest, request).build();
}

}  // namespace relais::records

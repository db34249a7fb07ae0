// SPDX-License-Identifier: Apache-2.0
#include "api/record_writes.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include "api/idempotency.h"
#include "api/record_rules.h"
#include "records/record_events.h"
#include "records/record_store.h"
#include "records/record_table.h"

namespace relais::api {
namespace {

using practice::Transaction;
using records::Narrowing;
using records::select_rows;

template <class M>
std::optional<records::Stored<M>> stands(Transaction& tx, const std::string& id) {
  auto rows = select_rows<M>(tx.sql(), tx.now(), Narrowing{"t.id = :id", {id}});
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

Answer<void> known_patient(Transaction& tx, const std::string& id, const std::string& place) {
  if (!stands<v1::Patient>(tx, id)) return refuse(Code::not_found, "no such patient", place);
  return {};
}

// Whether what stands under this id is something else than before.
template <class M>
bool differs(Transaction& tx, const std::string& id, const std::optional<records::Stored<M>>& before) {
  using google::protobuf::util::MessageDifferencer;
  const auto after = stands<M>(tx, id);
  return !before || !after || !MessageDifferencer::Equals(before->message, after->message);
}

// Rows of one kind for one patient, replacing those of the same id. `changed` becomes true when one of them says
// something new.
template <class M>
Answer<void> put_all(Transaction& tx, const std::string& patient_id, const google::protobuf::RepeatedPtrField<M>& rows,
                     std::string_view name, bool& changed) {
  for (int i = 0; i < rows.size(); ++i) {
    const auto before = stands<M>(tx, rows[i].id());
    if (before && before->patient_id != patient_id) {
      return refuse(Code::store_conflict, "this id is another patient's", fmt::format("{}[{}].id", name, i));
    }
    records::put(tx, patient_id, rows[i]);
    changed = changed || differs(tx, rows[i].id(), before);
  }
  return {};
}

// The results of a report that is replaced go with it.
void close_results(Transaction& tx, const std::string& report_id) {
  for (const auto& row : select_rows<v1::Observation>(tx.sql(), tx.now(), Narrowing{"t.report_id = :id", {report_id}})) {
    records::close_row(tx, records::table_of<v1::Observation>(), row.id);
  }
}

Answer<void> put_history(Transaction& tx, const v1::HistoryReport& history, const std::string& place) {
  auto report = history.report();
  if (auto known = known_patient(tx, report.patient_id(), place + ".report.patient_id"); !known) return known;
  if (const auto before = stands<v1::LabReport>(tx, report.id())) {
    if (!before->message.inbound_id().empty()) {
      return refuse(Code::store_conflict, "this report came in by a message", place + ".report.id");
    }
    if (before->patient_id != report.patient_id()) {
      return refuse(Code::store_conflict, "this report is another patient's", place + ".report.id");
    }
    close_results(tx, report.id());
  }
  report.clear_inbound_id();
  report.clear_differing_traits();
  report.set_identity_match(v1::IDENTITY_MATCH_UNIQUE);
  records::put(tx, report);
  for (int i = 0; i < history.observations_size(); ++i) {
    auto observation = history.observations(i);
    if (!observation.id().empty()) {
      const auto before = stands<v1::Observation>(tx, observation.id());
      if (before && before->message.report_id() != report.id()) {
        return refuse(Code::store_conflict, "this result is of another report",
                      fmt::format("{}.observations[{}].id", place, i));
      }
    }
    observation.set_history(true);
    records::put(tx, report, std::move(observation));
  }
  return {};
}

}  // namespace

Answer<v1::PutPractitionersResponse> RecordWrites::practitioners(Call& call,
                                                                 const v1::PutPractitionersRequest& request) const {
  if (auto good = check_practitioners(request); !good) return tl::unexpected(good.error());
  return write_once<v1::PutPractitionersResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::PutPractitionersResponse> {
        for (const auto& practitioner : request.practitioners()) records::put(tx, practitioner);
        v1::PutPractitionersResponse response;
        response.set_written(request.practitioners_size());
        return response;
      });
}

Answer<v1::PutPatientsResponse> RecordWrites::patients(Call& call, const v1::PutPatientsRequest& request) const {
  if (auto good = check_patients(request); !good) return tl::unexpected(good.error());
  const bool machine = call.caller.role == v1::ROLE_EDITOR;
  return told(write_once<v1::PutPatientsResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::PutPatientsResponse> {
        for (int i = 0; i < request.patients_size(); ++i) {
          const auto& patient = request.patients(i);
          const auto before = stands<v1::Patient>(tx, patient.id());
          if (machine) {
            auto allowed =
                check_machine_status(patient, before ? std::optional(before->message) : std::nullopt,
                                     fmt::format("patients[{}].identity_status", i));
            if (!allowed) return tl::unexpected(allowed.error());
          }
          records::put(tx, patient);
          // Of a patient who is new nothing is known yet: there is nothing to look at again.
          if (before && differs(tx, patient.id(), before)) records::tell_patient_changed(tx, patient.id());
        }
        v1::PutPatientsResponse response;
        response.set_written(request.patients_size());
        return response;
      }));
}

Answer<v1::PutClinicalContextResponse> RecordWrites::context(Call& call,
                                                             const v1::PutClinicalContextRequest& request) const {
  if (auto good = check_context(request); !good) return tl::unexpected(good.error());
  return told(write_once<v1::PutClinicalContextResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::PutClinicalContextResponse> {
        const auto& patient = request.patient_id();
        if (auto known = known_patient(tx, patient, "patient_id"); !known) return tl::unexpected(known.error());
        bool changed = false;
        if (auto put = put_all(tx, patient, request.conditions(), "conditions", changed); !put) {
          return tl::unexpected(put.error());
        }
        if (auto put = put_all(tx, patient, request.medications(), "medications", changed); !put) {
          return tl::unexpected(put.error());
        }
        if (changed) records::tell_patient_changed(tx, patient);
        v1::PutClinicalContextResponse response;
        response.set_written(request.conditions_size() + request.medications_size());
        return response;
      }));
}

Answer<v1::SetTargetResponse> RecordWrites::target(Call& call, const v1::SetTargetRequest& request) const {
  return told(write_once<v1::SetTargetResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::SetTargetResponse> {
        const auto today = fiche::day_of(fiche::to_local(tx.now(), zone_));
        if (auto good = check_target(request.target(), today); !good) return tl::unexpected(good.error());
        if (auto known = known_patient(tx, request.patient_id(), "patient_id"); !known) {
          return tl::unexpected(known.error());
        }
        const auto before = select_rows<v1::Target>(
            tx.sql(), tx.now(),
            Narrowing{"t.patient_id = :patient AND t.analyte = :analyte", {request.patient_id(), request.target().analyte()}});
        auto target = request.target();
        target.set_set_by(call.caller.id);
        target.set_set_on(fiche::format(today));
        records::put(tx, request.patient_id(), target, before.empty() ? std::string() : before.front().id);
        records::tell_patient_changed(tx, request.patient_id());
        return v1::SetTargetResponse();
      }));
}

Answer<v1::DeclareKnownAnomalyResponse> RecordWrites::known_anomaly(
    Call& call, const v1::DeclareKnownAnomalyRequest& request) const {
  return told(write_once<v1::DeclareKnownAnomalyResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::DeclareKnownAnomalyResponse> {
        const auto today = fiche::day_of(fiche::to_local(tx.now(), zone_));
        if (auto good = check_known_anomaly(request.anomaly(), today); !good) return tl::unexpected(good.error());
        if (auto known = known_patient(tx, request.patient_id(), "patient_id"); !known) {
          return tl::unexpected(known.error());
        }
        std::string replaced;
        for (const auto& row : select_rows<v1::KnownAnomaly>(
                 tx.sql(), tx.now(),
                 Narrowing{"t.patient_id = :patient AND t.analyte = :analyte",
                           {request.patient_id(), request.anomaly().analyte()}})) {
          if (row.message.direction() == request.anomaly().direction()) replaced = row.id;
        }
        auto anomaly = request.anomaly();
        anomaly.set_set_by(call.caller.id);
        anomaly.set_set_on(fiche::format(today));
        records::put(tx, request.patient_id(), anomaly, replaced);
        records::tell_patient_changed(tx, request.patient_id());
        return v1::DeclareKnownAnomalyResponse();
      }));
}

Answer<v1::ImportHistoryResponse> RecordWrites::history(Call& call, const v1::ImportHistoryRequest& request) const {
  if (auto good = check_history(request); !good) return tl::unexpected(good.error());
  return write_once<v1::ImportHistoryResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::ImportHistoryResponse> {
        for (int i = 0; i < request.reports_size(); ++i) {
          if (auto put = put_history(tx, request.reports(i), fmt::format("reports[{}]", i)); !put) {
            return tl::unexpected(put.error());
          }
        }
        v1::ImportHistoryResponse response;
        response.set_written(request.reports_size());
        return response;
      });
}

Answer<v1::PutDocumentsResponse> RecordWrites::documents(Call& call, const v1::PutDocumentsRequest& request) const {
  if (auto good = check_documents(request); !good) return tl::unexpected(good.error());
  return told(write_once<v1::PutDocumentsResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::PutDocumentsResponse> {
        const auto& patient = request.patient_id();
        if (auto known = known_patient(tx, patient, "patient_id"); !known) return tl::unexpected(known.error());
        v1::PutDocumentsResponse response;
        for (int i = 0; i < request.documents_size(); ++i) {
          const auto& document = request.documents(i).document();
          const auto before = stands<v1::Document>(tx, document.id());
          if (before && before->patient_id != patient) {
            return refuse(Code::store_conflict, "this id is another patient's", fmt::format("documents[{}].document.id", i));
          }
          const auto id = records::put(tx, patient, document, request.documents(i).content());
          if (differs(tx, id, before)) records::tell_document_available(tx, patient, id);
          response.add_ids(id);
        }
        return response;
      }));
}

Answer<v1::PutMessagesResponse> RecordWrites::messages(Call& call, const v1::PutMessagesRequest& request) const {
  if (auto good = check_messages(request); !good) return tl::unexpected(good.error());
  return told(write_once<v1::PutMessagesResponse>(
      database_, call, request, [&](Transaction& tx) -> Answer<v1::PutMessagesResponse> {
        const auto& patient = request.patient_id();
        if (auto known = known_patient(tx, patient, "patient_id"); !known) return tl::unexpected(known.error());
        v1::PutMessagesResponse response;
        for (int i = 0; i < request.messages_size(); ++i) {
          const auto& message = request.messages(i);
          const auto before = stands<v1::Message>(tx, message.id());
          if (before && before->patient_id != patient) {
            return refuse(Code::store_conflict, "this id is another patient's", fmt::format("messages[{}].id", i));
          }
          const auto id = records::put(tx, patient, message);
          if (differs(tx, id, before)) records::tell_message_received(tx, patient, id);
          response.add_ids(id);
        }
        return response;
      }));
}

}  // namespace relais::api

// SPDX-License-Identifier: Apache-2.0
// Documents that tell a patient's past and are no report: syntheses, stroke forms, vaccination records, FHIR bundles of
// conditions, treatments and vaccinations. What one version told leaves the record when the next one arrives.
#include <algorithm>
#include <utility>

#include "practice/ids.h"
#include "records/immunization_store.h"
#include "records/ingest_arrival.h"
#include "records/record_events.h"
#include "records/record_store.h"
#include "records/record_table.h"

namespace relais::records {

namespace {

struct ToldDocument {
  std::string id, document_id, set_id, replaced_by;
  long long version = 0;
};

std::vector<ToldDocument> told_documents(soci::session& sql, const std::string& patient_id) {
  ToldDocument row;
  soci::statement statement =
      (sql.prepare << "SELECT id, document_id, set_id, version, replaced_by FROM ingest_told_document "
                      "WHERE patient_id = :patient ORDER BY id",
       soci::into(row.id), soci::into(row.document_id), soci::into(row.set_id), soci::into(row.version),
       soci::into(row.replaced_by), soci::use(patient_id));
  statement.execute();
  std::vector<ToldDocument> all;
  while (statement.fetch()) all.push_back(row);
  return all;
}

void set_replaced_by(soci::session& sql, const std::string& id, const std::string& by) {
  sql << "UPDATE ingest_told_document SET replaced_by = :by WHERE id = :id", soci::use(by), soci::use(id);
}

// Another version of what `mapped` is: same set, or named as replaced.
bool same_chain(const ToldDocument& held, const MappedReport& mapped) {
  const auto& set = mapped.report.set_id();
  if (!set.empty() && held.set_id == set) return true;
  const auto& parents = mapped.parent_ids;
  return !held.document_id.empty() && std::find(parents.begin(), parents.end(), held.document_id) != parents.end();
}

// Whether anything that this source told still stood.
template <class M>
bool close_told(Transaction& tx, const std::string& source_id) {
  constexpr Instant standing{std::chrono::milliseconds{forever_ms - 1}};
  bool stood = false;
  for (const auto& row : select_rows<M>(tx.sql(), standing, Narrowing{"t.source_id = :source", {source_id}})) {
    stood = close_row(tx, table_of<M>(), row.id) || stood;
  }
  return stood;
}

bool close_context(Transaction& tx, const std::string& source_id) {
  const bool conditions = close_told<v1::Condition>(tx, source_id);
  const bool treatments = close_told<v1::MedicationStatement>(tx, source_id);
  const bool rights = close_told<v1::LongTermCondition>(tx, source_id);
  return conditions || treatments || rights;
}

// What these sources told of vaccinations leaves, and what `mapped` tells comes under `document_id`, in one step: an act
// told by both keeps its name.
void tell_immunizations(Transaction& tx, const std::string& patient_id, const std::vector<std::string>& gone,
                        const std::string& document_id, const std::vector<TellingOfAct>& told) {
  const bool had_told = std::any_of(gone.begin(), gone.end(),
                                    [&](const auto& source) { return !patients_told_by(tx.sql(), source).empty(); });
  if (told.empty() && !had_told) return;
  PatientImmunizations held(tx, patient_id);
  for (const auto& source : gone) held.remove_source(source);
  for (auto one : told) {
    one.source_id = document_id;
    held.add(std::move(one));
  }
  held.settle();
}

}  // namespace

namespace rows {

void tell_context(Transaction& tx, const std::string& document_id, const std::string& patient_id,
                  const MappedReport& mapped) {
  auto& sql = tx.sql();
  const auto& report = mapped.report;
  const bool tells = !mapped.conditions.empty() || !mapped.treatments.empty() || !mapped.rights.empty() ||
                     !mapped.immunizations.empty();
  std::vector<std::string> gone{document_id};
  std::string replaced_by;
  bool chained = false;
  // Vaccinations tell of themselves.
  bool changed = !mapped.conditions.empty() || !mapped.treatments.empty() || !mapped.rights.empty();
  for (const auto& held : told_documents(sql, patient_id)) {
    if (held.id == document_id || !same_chain(held, mapped)) continue;
    chained = true;
    if (held.version > report.version()) {
      if (held.replaced_by.empty()) replaced_by = held.id;
      continue;
    }
    changed = close_context(tx, held.id) || changed;
    gone.push_back(held.id);
    if (held.replaced_by.empty()) set_replaced_by(sql, held.id, document_id);
  }
  if (!tells && !chained) return;
  const long long version = report.version();
  sql << "DELETE FROM ingest_told_document WHERE id = :id", soci::use(document_id);
  sql << "INSERT INTO ingest_told_document (id, patient_id, document_id, set_id, version, replaced_by) "
         "VALUES (:id, :patient, :document, :set, :version, :by)",
      soci::use(document_id), soci::use(patient_id), soci::use(report.document_id()), soci::use(report.set_id()),
      soci::use(version), soci::use(replaced_by);
  tell_immunizations(tx, patient_id, gone, document_id,
                     replaced_by.empty() ? mapped.immunizations : std::vector<TellingOfAct>{});
  if (!replaced_by.empty()) return;
  for (auto condition : mapped.conditions) {
    condition.set_source_id(document_id);
    put(tx, patient_id, std::move(condition));
  }
  for (auto treatment : mapped.treatments) {
    treatment.set_source_id(document_id);
    put(tx, patient_id, std::move(treatment));
  }
  for (auto right : mapped.rights) {
    right.set_source_id(document_id);
    put(tx, patient_id, std::move(right));
  }
  if (changed) tell_patient_changed(tx, patient_id);
}

std::vector<std::string> withdraw_context(Transaction& tx, const std::string& document_id) {
  auto& sql = tx.sql();
  const bool changed = close_context(tx, document_id);
  for (const auto& patient_id : patients_told_by(sql, document_id)) tell_immunizations(tx, patient_id, {document_id}, {}, {});
  std::string told_of;
  sql << "SELECT patient_id FROM ingest_told_document WHERE id = :id", soci::use(document_id), soci::into(told_of);
  if (changed && sql.got_data()) tell_patient_changed(tx, told_of);
  std::vector<std::string> again;
  {
    const soci::rowset<std::string> replaced =
        (sql.prepare << "SELECT id FROM ingest_told_document WHERE replaced_by = :id ORDER BY id", soci::use(document_id));
    for (const auto& id : replaced) again.push_back(id);
  }
  sql << "DELETE FROM ingest_told_document WHERE id = :id", soci::use(document_id);
  for (const auto& id : again) set_replaced_by(sql, id, {});
  return again;
}

std::optional<std::string> same_document(soci::session& sql, const std::string& patient_id, const v1::LabReport& arriving) {
  if (patient_id.empty() || arriving.document_id().empty()) return std::nullopt;
  for (const auto& held : told_documents(sql, patient_id)) {
    if (held.document_id == arriving.document_id() && held.version >= arriving.version()) return held.id;
  }
  return std::nullopt;
}

}  // namespace rows

// Its results are history and make no item.
Result<void> Ingest::take_document(Transaction& tx, Arrival& arrival) {
  auto& sql = tx.sql();
  auto& row = arrival.row;
  const auto& mapped = arrival.unit.mapped;
  if (const auto same = rows::same_document(sql, row.patient_id, mapped.report)) {
    return also(tx, arrival, *same, std::string(stable_code(Code::ingest_duplicate)));
  }
  row.id = practice::new_id(tx, "doc");
  rows::store(sql, row);
  if (!row.patient_id.empty()) {
    rows::add_history(tx, row.id, row.patient_id, mapped.history);
    rows::tell_context(tx, row.id, row.patient_id, mapped);
  }
  if (auto told = tell(tx, row.id); !told) return told;
  return write_ledger(tx, row.queue_code.empty() ? "ingest.history" : "ingest.to-attach", rows::subject(row), nullptr, {},
                      row.queue_code);
}

Result<void> Ingest::tell_again(Transaction& tx, const std::string& document_id) {
  const auto row = rows::find(tx.sql(), document_id);
  if (!row || row->patient_id.empty()) return {};
  const auto bytes = practice::inbound_bytes(tx.sql(), row->inbound_id);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto parsed = parse_message(*bytes, *settings_.zone);
  const auto at = static_cast<std::size_t>(row->ordinal);
  if (at < parsed.units.size()) rows::tell_context(tx, document_id, row->patient_id, parsed.units[at].mapped);
  return {};
}

}  // namespace relais::records

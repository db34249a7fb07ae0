// SPDX-License-Identifier: Apache-2.0
#include "records/immunization_store.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "practice/encoding.h"
#include "practice/events.h"
#include "practice/ids.h"
#include "records/record_store.h"
#include "records/record_table.h"

namespace relais::records {
namespace {

using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageDifferencer;
using google::protobuf::util::MessageToJsonString;

// Whatever stands now, even if the clock went back since it was written.
constexpr Instant standing_now{std::chrono::milliseconds{forever_ms - 1}};
constexpr const char* telling_prefix = "vac";

std::string to_text(const v1::Immunization& content) {
  std::string json;
  if (!MessageToJsonString(content, &json).ok()) throw std::logic_error("a vaccination that cannot be written down");
  return json;
}

v1::Immunization from_text(const std::string& json) {
  v1::Immunization content;
  if (!JsonStringToMessage(json, &content).ok()) throw std::logic_error("a vaccination that cannot be read back");
  return content;
}

// What a source tells, without what the record makes of it.
v1::Immunization as_told(v1::Immunization content) {
  content.clear_id();
  content.clear_sources();
  content.clear_to_confirm();
  content.clear_confirmed_by();
  content.clear_conflicts_with();
  prefer_code(content);
  return content;
}

std::vector<TellingOfAct> read_tellings(soci::session& sql, const std::string& patient_id) {
  TellingOfAct row;
  long long needs_doctor = 0, withdrawn = 0, told = 0;
  std::string content;
  const long long open = forever_ms;
  soci::statement statement =
      (sql.prepare
           << "SELECT id, act_id, source_id, kind, entered_by, sender_key, needs_doctor, confirmed_by, withdrawn, "
              "reason, recorded_from_ms, content FROM immunization_told WHERE patient_id = :patient AND "
              "recorded_to_ms = :open",
       soci::into(row.id), soci::into(row.act_id), soci::into(row.source_id), soci::into(row.kind),
       soci::into(row.entered_by), soci::into(row.sender_key), soci::into(needs_doctor), soci::into(row.confirmed_by),
       soci::into(withdrawn), soci::into(row.reason), soci::into(told), soci::into(content), soci::use(patient_id),
       soci::use(open));
  statement.execute();
  std::vector<TellingOfAct> all;
  while (statement.fetch()) {
    row.needs_doctor = needs_doctor != 0;
    row.withdrawn = withdrawn != 0;
    row.told_ms = told;
    row.content = from_text(content);
    all.push_back(row);
  }
  return all;
}

std::vector<ImmunizationRuling> read_rulings(soci::session& sql, const std::string& patient_id) {
  ImmunizationRuling row;
  long long resolution = 0;
  soci::statement statement =
      (sql.prepare << "SELECT first_id, second_id, resolution, kept_id FROM immunization_ruling "
                      "WHERE patient_id = :patient ORDER BY decided_ms, first_id, second_id",
       soci::into(row.first_id), soci::into(row.second_id), soci::into(resolution), soci::into(row.kept_id),
       soci::use(patient_id));
  statement.execute();
  std::vector<ImmunizationRuling> all;
  while (statement.fetch()) {
    row.resolution = static_cast<v1::ImmunizationResolution>(resolution);
    all.push_back(row);
  }
  return all;
}

// What is true of the patient changed: plugins that ask for it look again.
void wake_plugins(Transaction& tx, const std::string& patient_id) {
  practice::Event event;
  event.source = "patient/" + patient_id;
  event.version = practice::next_number(tx, "patient_change");
  event.kind = "patient.changed";
  event.patient_id = patient_id;
  for (const auto& row : select_rows<v1::Patient>(tx.sql(), standing_now, Narrowing{"t.id = :id", {patient_id}}))
    event.doctor_id = row.message.treating_doctor_id();
  static_cast<void>(practice::append_event(tx, event));
}

}  // namespace

PatientImmunizations::PatientImmunizations(Transaction& tx, std::string patient_id)
    : tx_(tx), patient_id_(std::move(patient_id)) {
  load();
  work_out();
}

void PatientImmunizations::load() {
  tellings_ = read_tellings(tx_.sql(), patient_id_);
  rulings_ = read_rulings(tx_.sql(), patient_id_);
  standing_.clear();
  for (auto& row :
       select_rows<v1::Immunization>(tx_.sql(), standing_now, Narrowing{"t.patient_id = :patient", {patient_id_}})) {
    standing_.push_back(std::move(row.message));
  }
  // Rows that were put as they are have nobody who tells them: they tell themselves.
  for (const auto& row : standing_) {
    if (!row.sources().empty()) continue;
    const bool told =
        std::any_of(tellings_.begin(), tellings_.end(), [&](const auto& one) { return one.act_id == row.id(); });
    if (told) continue;
    TellingOfAct own;
    own.act_id = row.id();
    own.kind = "entered";
    own.content = row;
    static_cast<void>(add(std::move(own)));
  }
}

std::string PatientImmunizations::add(TellingOfAct telling) {
  telling.id = practice::new_id(tx_, telling_prefix);
  telling.content = as_told(std::move(telling.content));
  telling.told_ms = practice::to_ms(tx_.now());
  const auto content = to_text(telling.content);
  const long long needs_doctor = telling.needs_doctor ? 1 : 0, withdrawn = 0, from = telling.told_ms, to = forever_ms;
  tx_.sql()
      << "INSERT INTO immunization_told (id, patient_id, source_id, kind, entered_by, sender_key, content, act_id, "
         "needs_doctor, confirmed_by, withdrawn, reason, recorded_from_ms, recorded_to_ms) VALUES (:id, :patient, "
         ":source, :kind, :by, :key, :content, :act, :needs, :confirmed, :withdrawn, :reason, :from, :to)",
      soci::use(telling.id), soci::use(patient_id_), soci::use(telling.source_id), soci::use(telling.kind),
      soci::use(telling.entered_by), soci::use(telling.sender_key), soci::use(content), soci::use(telling.act_id),
      soci::use(needs_doctor), soci::use(telling.confirmed_by), soci::use(withdrawn), soci::use(telling.reason),
      soci::use(from), soci::use(to);
  tellings_.push_back(std::move(telling));
  return tellings_.back().id;
}

void PatientImmunizations::remove_source(const std::string& source_id) {
  const long long now = practice::to_ms(tx_.now()), open = forever_ms;
  tx_.sql()
      << "UPDATE immunization_told SET recorded_to_ms = :now WHERE source_id = :source AND patient_id = :patient AND "
         "recorded_to_ms = :open",
      soci::use(now), soci::use(source_id), soci::use(patient_id_), soci::use(open);
  std::erase_if(tellings_, [&](const auto& one) { return one.source_id == source_id; });
}

void PatientImmunizations::withdraw(const std::string& act_id, const std::string& reason) {
  const auto* act = find(act_id);
  if (act == nullptr) return;
  for (auto& one : tellings_) {
    if (std::find(act->tellings.begin(), act->tellings.end(), one.id) == act->tellings.end() || one.withdrawn) continue;
    one.withdrawn = true;
    one.reason = reason;
    tx_.sql() << "UPDATE immunization_told SET withdrawn = 1, reason = :reason WHERE id = :id", soci::use(reason),
        soci::use(one.id);
  }
}

void PatientImmunizations::confirm(const std::string& act_id, const std::string& doctor_id) {
  const auto* act = find(act_id);
  if (act == nullptr) return;
  for (auto& one : tellings_) {
    if (std::find(act->tellings.begin(), act->tellings.end(), one.id) == act->tellings.end()) continue;
    if (!one.needs_doctor || !one.confirmed_by.empty()) continue;
    one.confirmed_by = doctor_id;
    tx_.sql() << "UPDATE immunization_told SET confirmed_by = :by WHERE id = :id", soci::use(doctor_id),
        soci::use(one.id);
  }
}

void PatientImmunizations::rule(const ImmunizationRuling& ruling, const std::string& doctor_id) {
  auto pair = ruling;
  if (pair.second_id < pair.first_id) std::swap(pair.first_id, pair.second_id);
  const long long resolution = pair.resolution, now = practice::to_ms(tx_.now());
  tx_.sql()
      << "DELETE FROM immunization_ruling WHERE patient_id = :patient AND first_id = :first AND second_id = :second",
      soci::use(patient_id_), soci::use(pair.first_id), soci::use(pair.second_id);
  tx_.sql() << "INSERT INTO immunization_ruling (patient_id, first_id, second_id, resolution, kept_id, decided_by, "
               "decided_ms) "
               "VALUES (:patient, :first, :second, :resolution, :kept, :by, :now)",
      soci::use(patient_id_), soci::use(pair.first_id), soci::use(pair.second_id), soci::use(resolution),
      soci::use(pair.kept_id), soci::use(doctor_id), soci::use(now);
  std::erase_if(rulings_,
                [&](const auto& one) { return one.first_id == pair.first_id && one.second_id == pair.second_id; });
  rulings_.push_back(std::move(pair));
}

void PatientImmunizations::work_out() {
  std::set<std::string> named;
  for (const auto& one : tellings_) named.insert(one.act_id);
  std::vector<v1::Immunization> vanished;
  for (const auto& row : standing_)
    if (!named.contains(row.id())) vanished.push_back(row);
  acts_ = acts_of(tellings_, rulings_, vanished);
}

bool PatientImmunizations::settle() {
  work_out();
  for (auto& one : acts_.acts)
    if (one.act.id().empty()) one.act.set_id(practice::new_id(tx_, table_of<v1::Immunization>().prefix));
  // What an act went by before it was found to be another one's.
  for (const auto& one : acts_.acts) {
    for (const auto& former : one.other_ids) {
      for (auto ruling : rulings_) {
        if (ruling.first_id != former && ruling.second_id != former) continue;
        tx_.sql() << "DELETE FROM immunization_ruling WHERE patient_id = :patient AND first_id = :first AND second_id "
                     "= :second",
            soci::use(patient_id_), soci::use(ruling.first_id), soci::use(ruling.second_id);
        for (auto* id : {&ruling.first_id, &ruling.second_id, &ruling.kept_id})
          if (*id == former) *id = one.act.id();
        if (ruling.first_id == ruling.second_id) continue;
        if (ruling.second_id < ruling.first_id) std::swap(ruling.first_id, ruling.second_id);
        const long long resolution = ruling.resolution, now = practice::to_ms(tx_.now());
        tx_.sql()
            << "INSERT INTO immunization_ruling (patient_id, first_id, second_id, resolution, kept_id, decided_by, "
               "decided_ms) VALUES (:patient, :first, :second, :resolution, :kept, '', :now) "
               "ON CONFLICT (patient_id, first_id, second_id) DO NOTHING",
            soci::use(patient_id_), soci::use(ruling.first_id), soci::use(ruling.second_id), soci::use(resolution),
            soci::use(ruling.kept_id), soci::use(now);
      }
    }
  }
  if (std::any_of(acts_.acts.begin(), acts_.acts.end(), [](const auto& one) { return !one.other_ids.empty(); })) {
    rulings_ = read_rulings(tx_.sql(), patient_id_);
  }
  for (const auto& pair : acts_.conflicts) {
    acts_.acts[pair.first].act.add_conflicts_with(acts_.acts[pair.second].act.id());
    acts_.acts[pair.second].act.add_conflicts_with(acts_.acts[pair.first].act.id());
  }

  std::map<std::string, std::string> act_of;
  for (const auto& one : acts_.acts)
    for (std::size_t i = 0; i < one.tellings.size(); ++i)
      act_of[one.tellings[i]] = one.act_ids[i].empty() ? one.act.id() : one.act_ids[i];
  for (auto& one : tellings_) {
    const auto found = act_of.find(one.id);
    if (found == act_of.end() || found->second == one.act_id) continue;
    one.act_id = found->second;
    tx_.sql() << "UPDATE immunization_told SET act_id = :act WHERE id = :id", soci::use(one.act_id), soci::use(one.id);
  }

  bool changed = false;
  std::set<std::string> kept;
  for (const auto& one : acts_.acts) {
    kept.insert(one.act.id());
    const auto before =
        std::find_if(standing_.begin(), standing_.end(), [&](const auto& row) { return row.id() == one.act.id(); });
    if (before != standing_.end() && MessageDifferencer::Equals(*before, one.act)) continue;
    put(tx_, patient_id_, one.act);
    changed = true;
  }
  for (const auto& row : standing_) {
    if (kept.contains(row.id())) continue;
    close_row(tx_, table_of<v1::Immunization>(), row.id());
    changed = true;
  }
  standing_.clear();
  for (const auto& one : acts_.acts) standing_.push_back(one.act);
  if (changed) wake_plugins(tx_, patient_id_);
  return changed;
}

const ImmunizationAct* PatientImmunizations::find(const std::string& act_id) const {
  const auto found =
      std::find_if(acts_.acts.begin(), acts_.acts.end(), [&](const auto& one) { return one.act.id() == act_id; });
  return found == acts_.acts.end() ? nullptr : &*found;
}

const ImmunizationAct* PatientImmunizations::of_telling(const std::string& telling_id) const {
  const auto found = std::find_if(acts_.acts.begin(), acts_.acts.end(), [&](const auto& one) {
    return std::find(one.tellings.begin(), one.tellings.end(), telling_id) != one.tellings.end();
  });
  return found == acts_.acts.end() ? nullptr : &*found;
}

std::vector<v1::ImmunizationConflict> PatientImmunizations::conflicts() const {
  std::vector<v1::ImmunizationConflict> all;
  for (const auto& pair : acts_.conflicts) {
    auto& one = all.emplace_back();
    one.set_patient_id(patient_id_);
    one.set_kind(pair.kind);
    *one.mutable_first() = acts_.acts[pair.first].act;
    *one.mutable_second() = acts_.acts[pair.second].act;
  }
  return all;
}

std::vector<v1::ImmunizationConflict> PatientImmunizations::conflicts_of(const std::string& act_id) const {
  auto all = conflicts();
  std::erase_if(all, [&](const auto& one) { return one.first().id() != act_id && one.second().id() != act_id; });
  return all;
}

std::vector<std::string> patients_told_by(soci::session& sql, const std::string& source_id) {
  const long long open = forever_ms;
  std::vector<std::string> all;
  const soci::rowset<std::string> rows =
      (sql.prepare << "SELECT DISTINCT patient_id FROM immunization_told WHERE source_id = "
                      ":source AND recorded_to_ms = :open ORDER BY patient_id",
       soci::use(source_id), soci::use(open));
  for (const auto& id : rows) all.push_back(id);
  return all;
}

}  // namespace relais::records

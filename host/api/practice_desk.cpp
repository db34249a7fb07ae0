// SPDX-License-Identifier: Apache-2.0
#include "api/practice_desk.h"

#include <algorithm>
#include <array>
#include <utility>


namespace relais::api {
namespace {

using practice::Fact;
using practice::FactKind;

constexpr std::size_t longest_words = 4000;  // bytes

constexpr std::array kinds{std::pair(FactKind::presence, v1::FACT_KIND_PRESENCE),
                           std::pair(FactKind::locum, v1::FACT_KIND_LOCUM),
                           std::pair(FactKind::holiday_region, v1::FACT_KIND_HOLIDAY_REGION),
                           std::pair(FactKind::closure, v1::FACT_KIND_CLOSURE),
                           std::pair(FactKind::absence, v1::FACT_KIND_ABSENCE),
                           std::pair(FactKind::kinship, v1::FACT_KIND_KINSHIP),
                           std::pair(FactKind::opposition, v1::FACT_KIND_OPPOSITION),
                           std::pair(FactKind::category, v1::FACT_KIND_CATEGORY),
                           std::pair(FactKind::attestation, v1::FACT_KIND_ATTESTATION),
                           std::pair(FactKind::title_revoked, v1::FACT_KIND_TITLE_REVOKED),
                           std::pair(FactKind::contract, v1::FACT_KIND_CONTRACT),
                           std::pair(FactKind::answer, v1::FACT_KIND_ANSWER)};

}  // namespace

fiche::CivilDate PracticeDesk::today() const {
  return fiche::day_of(fiche::to_local(context.clock.now(), context.time_zone));
}

Instant PracticeDesk::start_of(fiche::CivilDate day) const {
  return fiche::to_instant(fiche::LocalTime{date::local_days{day}}, context.time_zone);
}

Instant PracticeDesk::end_of(fiche::CivilDate day) const {
  return start_of(fiche::CivilDate{date::local_days{day} + date::days{1}});
}

Answer<void> PracticeDesk::open_account(const std::string& id, worklist::Role role, const char* place) const {
  const auto account = context.accounts.find(id);
  if (!account && account.error().code != Code::not_found) return refuse(account.error());
  if (!account || account->disabled || account->role != role) {
    return refuse(Code::practice_unknown_person, "no open account of that role", place);
  }
  return {};
}

Answer<std::string> PracticeDesk::doctor(const Call& call, const std::string& asked) const {
  const auto own = answers_for(call.caller);
  if (!own.empty()) {
    if (!asked.empty() && asked != own) return refuse(Code::api_not_yours, "another doctor", "doctor_id");
    return own;
  }
  if (asked.empty()) return refuse(Code::invalid_argument, "which doctor", "doctor_id");
  if (auto open = open_account(asked, worklist::Role::doctor, "doctor_id"); !open)
    return tl::unexpected<Failure>(std::move(open.error()));
  return asked;
}

Answer<std::string> PracticeDesk::assistant(const Call& call, const std::string& asked) const {
  if (call.caller.role == v1::ROLE_ASSISTANT) {
    if (!asked.empty() && asked != call.caller.id)
      return refuse(Code::api_not_yours, "another assistant", "assistant_id");
    return call.caller.id;
  }
  if (asked.empty()) return refuse(Code::invalid_argument, "which assistant", "assistant_id");
  if (auto open = open_account(asked, worklist::Role::assistant, "assistant_id"); !open)
    return tl::unexpected<Failure>(std::move(open.error()));
  if (call.caller.role == v1::ROLE_ADMINISTRATOR) return asked;
  const auto all = context.fiches.list();
  if (!all) return refuse(all.error());
  const bool together = std::any_of(all->begin(), all->end(), [&](const practice::StoredFiche& stored) {
    return stored.doctor_id == call.caller.id && stored.assistant_id == asked &&
           stored.state != practice::FicheState::draft;
  });
  if (!together) return refuse(Code::practice_no_fiche, "no fiche together", "assistant_id");
  return asked;
}

Answer<void> PracticeDesk::known_patient(const std::string& patient) const {
  if (patient.empty()) return refuse(Code::invalid_argument, "which patient", "patient_id");
  const auto now = context.record.latest(context.clock.now());
  const auto found = context.database.read([&](soci::session& sql) -> Result<bool> {
    const auto rows = context.record.reader(sql)->patient(patient, now);
    if (!rows) return tl::unexpected<Error>(rows.error());
    return !rows->rows.empty();
  });
  if (!found) return refuse(found.error());
  if (!*found) return refuse(Code::practice_unknown_patient, "no such patient", "patient_id");
  return {};
}

Answer<fiche::CivilDate> date_of(const std::string& text, const char* place,
                                 const std::optional<fiche::CivilDate>& otherwise) {
  if (text.empty() && otherwise) return *otherwise;
  const auto day = fiche::parse_date(text);
  if (!day) return refuse(Code::invalid_argument, "a date is YYYY-MM-DD", place);
  return *day;
}

Answer<void> set_days(const PracticeDesk& desk, Fact& fact, const std::string& from, const std::string& until,
                      const std::optional<fiche::CivilDate>& from_otherwise) {
  const auto first = date_of(from, "from_date", from_otherwise);
  if (!first) return tl::unexpected<Failure>(first.error());
  const auto last = date_of(until, "until_date", *first);
  if (!last) return tl::unexpected<Failure>(last.error());
  if (*last < *first) return refuse(Code::invalid_argument, "ends before it begins", "until_date");
  fact.from_date = *first;
  fact.until_date = *last;
  fact.from = desk.start_of(*first);
  fact.until = desk.end_of(*last);
  return {};
}

Answer<std::string> words_of(const std::string& text, const char* place) {
  if (text.size() > longest_words) return refuse(Code::invalid_argument, "too long", place);
  return text;
}

v1::PracticeFact to_proto(const Fact& fact) {
  v1::PracticeFact made;
  made.set_id(fact.id);
  for (const auto& [kind, word] : kinds)
    if (kind == fact.kind) made.set_kind(word);
  made.set_doctor_id(fact.doctor_id);
  made.set_assistant_id(fact.assistant_id);
  made.set_replacement_id(fact.replacement_id);
  made.set_patient_id(fact.patient_id);
  made.set_item_id(fact.item_id);
  made.set_value(fact.value);
  made.set_from_ms(practice::to_ms(fact.from));
  if (fact.until) made.set_until_ms(practice::to_ms(*fact.until));
  if (fact.from_date) made.set_from_date(fiche::format(*fact.from_date));
  if (fact.until_date) made.set_until_date(fiche::format(*fact.until_date));
  made.set_reference(fact.reference);
  made.set_reason(fact.reason);
  made.set_recorded_ms(practice::to_ms(fact.recorded));
  made.set_recorded_by(fact.recorded_by);
  made.set_recorded_role(to_proto(fact.recorded_role));
  if (fact.withdrawn) {
    made.set_withdrawn_ms(practice::to_ms(fact.withdrawn->at));
    made.set_withdrawn_by(fact.withdrawn->by);
    made.set_withdrawn_role(to_proto(fact.withdrawn->role));
    made.set_withdrawn_reason(fact.withdrawn->reason);
  }
  return made;
}

std::optional<FactKind> from_proto(v1::FactKind kind) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.second == kind; });
  if (found == kinds.end()) return std::nullopt;
  return found->first;
}

Answer<std::vector<Fact>> record_once(
    const PracticeDesk& desk, Call& call, const google::protobuf::Message& request,
    const std::function<Answer<std::vector<Fact>>(practice::Transaction&)>& work) {
  // Kept for a repeated call: the ids alone.
  const auto kept = write_once<v1::ListFactsResponse>(
      desk.context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::ListFactsResponse> {
        const auto made = work(tx);
        if (!made) return tl::unexpected<Failure>(made.error());
        v1::ListFactsResponse ids;
        for (const auto& fact : *made) ids.add_facts()->set_id(fact.id);
        return ids;
      });
  if (!kept) return tl::unexpected<Failure>(kept.error());
  desk.context.worklist.changed();
  if (desk.context.rights_changed) desk.context.rights_changed();
  auto facts = desk.context.database.read([&](soci::session& sql) -> Result<std::vector<Fact>> {
    std::vector<Fact> all;
    for (const auto& id : kept->facts()) {
      auto fact = practice::FactStore::fact(sql, id.id());
      if (!fact) return tl::unexpected<Error>(fact.error());
      all.push_back(std::move(*fact));
    }
    return all;
  });
  if (!facts) return refuse(facts.error());
  // What was refused may be allowed now: reports that nobody could sort are looked at again.
  const bool widens = std::any_of(facts->begin(), facts->end(), [](const Fact& fact) {
    return fact.withdrawn || fact.kind == FactKind::attestation || fact.kind == FactKind::answer;
  });
  if (widens && desk.context.work_waits) desk.context.work_waits();
  return std::move(*facts);
}

Answer<Fact> record_once(const PracticeDesk& desk, Call& call, const google::protobuf::Message& request, Fact fact) {
  auto made = record_once(desk, call, request, [&](practice::Transaction& tx) -> Answer<std::vector<Fact>> {
    auto recorded = desk.store.record(tx, fact, attribution(call), call.caller.replaces_doctor_id);
    if (!recorded) return refuse(recorded.error());
    return std::vector<Fact>{std::move(*recorded)};
  });
  if (!made) return tl::unexpected<Failure>(std::move(made.error()));
  return std::move(made->front());
}

}  // namespace relais::api

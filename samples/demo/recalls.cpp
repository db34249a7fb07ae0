// SPDX-License-Identifier: Apache-2.0
#include "recalls.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "client.h"
#include "domain/civil_time.h"
#include "relais/v1/audit.grpc.pb.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"
#include "relais/v1/scheduling.grpc.pb.h"

namespace demo {

using relais::cli::CallFailed;
using relais::cli::Connection;
using relais::cli::Session;

namespace {

constexpr auto recall_task = "vaccine-recall";
constexpr auto doctors_agenda = "agenda-rouault";
constexpr auto taking_unplanned_care = "prendre un créneau de soins non programmés pour un rappel";
constexpr auto found_deadline = std::chrono::seconds{120};

// A line of a booklet: public medicine code (CIS) and day.
struct Dose {
  const char* cis;
  const char* label;
  const char* given_on;
};

struct Member {
  const char* id;
  const char* family;
  const char* given;
  const char* birth_date;
  bool female;
  std::vector<Dose> booklet;
  const char* rule;  // what the first finding must say; empty: nothing is to be said
};

// Read on 25 November 2026, all seen in the health booklet.
const std::vector<Member>& members() {
  static const std::vector<Member> all{
      {"fam-1", "FICTIF-RENARD", "MILO", "2025-09-10", false,
       {{"60645557", "Hexyon", "2025-11-10"}, {"60645557", "Hexyon", "2026-01-12"},
        {"67786749", "Prevenar 13", "2025-11-10"}, {"67786749", "Prevenar 13", "2026-01-12"},
        {"64493883", "Bexsero", "2025-12-15"}, {"64493883", "Bexsero", "2026-02-16"},
        {"69241562", "Nimenrix", "2026-03-16"}},
       "VAC-RETARD"},
      {"fam-2", "FICTIF-RENARD", "ALMA", "2025-01-07", true,
       {{"60645557", "Hexyon", "2025-03-10"}, {"60645557", "Hexyon", "2025-05-12"},
        {"67786749", "Prevenar 13", "2025-03-10"}, {"67786749", "Prevenar 13", "2025-05-12"},
        {"64493883", "Bexsero", "2025-04-07"}, {"64493883", "Bexsero", "2025-06-10"},
        {"69241562", "Nimenrix", "2025-07-07"}},
       "VAC-RETARD"},
      {"fam-3", "FICTIF-CASTOR", "LIO", "2026-01-14", false, {}, "VAC-INCONNU"},
      {"fam-4", "FICTIF-CASTOR", "JUNE", "2025-08-20", true,
       {{"60645557", "Hexyon", "2025-10-20"}, {"60645557", "Hexyon", "2025-12-22"},
        {"67786749", "Prevenar 13", "2025-10-20"}, {"67786749", "Prevenar 13", "2025-12-22"},
        {"64493883", "Bexsero", "2025-11-20"}, {"64493883", "Bexsero", "2026-01-20"},
        {"69241562", "Nimenrix", "2026-02-20"}},
       "VAC-RETARD"},
      // An adult whose booklet nobody has seen: unknown, and nobody is called for it.
      {"fam-5", "FICTIF-CASTOR", "SAUL", "1991-06-02", false, {}, ""}};
  return all;
}

std::int64_t ms(date::local_seconds at) {
  return relais::fiche::to_instant(at, "Europe/Paris").time_since_epoch().count();
}

bool says(const v1::WorklistItem& item, const std::string& rule) {
  return std::ranges::any_of(item.reasons(), [&](const v1::Reason& reason) { return reason.rule() == rule; });
}

class MorningShift {
 public:
  MorningShift(const Connection& host, const Scenario& scenario, const std::string& today)
      : doctor_id_(scenario.doctors.front().id),
        assistant_id_(scenario.assistant_id),
        assistant_name_(scenario.assistant_name),
        day_(date::local_days{*relais::fiche::parse_date(today)}),
        doctor_(as(host, doctor_id_)),
        assistant_(as(host, assistant_id_)),
        record_(v1::PatientRecordService::NewStub(doctor_.channel())),
        agenda_(v1::SchedulingService::NewStub(doctor_.channel())),
        desk_(v1::SchedulingService::NewStub(assistant_.channel())),
        worklist_(v1::WorklistService::NewStub(assistant_.channel())) {}

  Morning play() {
    switch_on();
    enter_families();
    open_agenda();
    fill_agenda();
    morning_.recalls = found();
    call_families();
    const auto doctors = v1::WorklistService::NewStub(doctor_.channel());
    for (auto& item : list(doctor_, *doctors))
      if (item.subject().task_id() == recall_task && item.state() == v1::ITEM_STATE_HANDED_OVER)
        morning_.to_doctor.push_back(std::move(item));
    morning_.agenda = appointments();
    verify();
    return std::move(morning_);
  }

 private:
  void switch_on() {
    const auto delegation = v1::DelegationService::NewStub(assistant_.channel());
    v1::EnableTaskRequest enable;
    enable.set_doctor_id(doctor_id_);
    enable.set_task_id(recall_task);
    call(assistant_, *delegation, &v1::DelegationService::Stub::EnableTask, enable);
  }

  void enter_families() {
    v1::PutPatientsRequest patients;
    for (const auto& one : members()) {
      auto& patient = *patients.add_patients();
      patient.set_id(one.id);
      patient.set_identity_status(v1::IDENTITY_STATUS_PROVISOIRE);
      patient.set_treating_doctor_id(doctor_id_);
      auto& traits = *patient.mutable_traits();
      traits.set_birth_family(one.family);
      traits.set_birth_given_all(one.given);
      traits.set_birth_given_first(one.given);
      traits.set_birth_date(one.birth_date);
      traits.set_sex(one.female ? v1::SEX_FEMALE : v1::SEX_MALE);
    }
    call(doctor_, *record_, &v1::PatientRecordService::Stub::PutPatients, patients);
    for (const auto& one : members()) {
      for (const auto& dose : one.booklet) {
        v1::RecordImmunizationRequest enter;
        enter.set_patient_id(one.id);
        auto& act = *enter.mutable_immunization();
        act.set_product_code(dose.cis);
        act.set_product_system("cis");
        act.set_label(dose.label);
        act.set_given_on(dose.given_on);
        act.set_status(1);
        act.set_proof(1);
        act.set_seen_on(v1::PROOF_SEEN_ON_BOOKLET);
        call(doctor_, *record_, &v1::PatientRecordService::Stub::RecordImmunization, enter);
      }
    }
  }

  // Mornings for everybody, half an hour kept for unplanned care, and vaccinations on the afternoons of the assistant.
  void open_agenda() {
    v1::PutScheduleRequest put;
    auto& agenda = *put.mutable_schedule();
    agenda.set_id(doctors_agenda);
    agenda.set_person_id(doctor_id_);
    agenda.set_place("Cabinet de démonstration");
    agenda.set_recalls_per_day(6);
    const auto open = [&](int weekday, const char* start, const char* end, v1::SlotKind kind, int minutes) {
      auto& opening = *agenda.add_openings();
      opening.set_weekday(weekday);
      opening.set_start(start);
      opening.set_end(end);
      opening.set_kind(kind);
      opening.set_slot_minutes(minutes);
    };
    for (int weekday = 1; weekday <= 5; ++weekday) {
      open(weekday, "09:00", "11:30", v1::SLOT_KIND_ROUTINE, 15);
      open(weekday, "11:30", "12:00", v1::SLOT_KIND_UNPLANNED, 15);
    }
    for (const int weekday : {1, 3, 5}) open(weekday, "16:30", "17:30", v1::SLOT_KIND_VACCINE_ROUND, 15);
    call(doctor_, *agenda_, &v1::SchedulingService::Stub::PutSchedule, put);
    v1::PutAppointmentTypeRequest kind;
    auto& type = *kind.mutable_type();
    type.set_id("vaccination");
    type.set_label("Vaccination");
    type.set_minutes(15);
    type.set_kind(v1::SLOT_KIND_VACCINE_ROUND);
    type.set_role(v1::ROLE_DOCTOR);
    type.set_for_recalls(true);
    call(doctor_, *agenda_, &v1::SchedulingService::Stub::PutAppointmentType, kind);
  }

  std::vector<v1::Slot> slots(const Session& session, v1::SchedulingService::Stub& stub, v1::SlotKind kind,
                              v1::BookingOrigin origin, int first_day, int last_day) {
    v1::SearchSlotsRequest search;
    search.add_schedule_ids(doctors_agenda);
    search.set_start_ms(ms(day_ + date::days(first_day)));
    search.set_end_ms(ms(day_ + date::days(last_day)));
    search.set_minutes(15);
    search.add_kinds(kind);
    search.set_origin(origin);
    std::vector<v1::Slot> found;
    do {
      const auto answer = call(session, stub, &v1::SchedulingService::Stub::SearchSlots, search);
      found.insert(found.end(), answer.slots().begin(), answer.slots().end());
      search.mutable_page()->set_token(answer.next_page_token());
    } while (!search.page().token().empty());
    return found;
  }

  // Three weeks that others have taken part of: one slot in four. A child of whom nothing is known comes first.
  void fill_agenda() {
    const auto free = slots(doctor_, *agenda_, v1::SLOT_KIND_ROUTINE, v1::BOOKING_ORIGIN_PERSON, 0, 21);
    for (std::size_t i = 0; i < free.size(); i += 4) {
      v1::HoldSlotRequest hold;
      *hold.mutable_slot() = free[i];
      hold.set_patient_id(i == 0 ? "fam-3" : fmt::format("p-{:03}", 10 + i));
      const auto held = call(doctor_, *agenda_, &v1::SchedulingService::Stub::HoldSlot, hold).hold();
      confirm(doctor_, *agenda_, held.id());
    }
  }

  v1::Booking confirm(const Session& session, v1::SchedulingService::Stub& stub, const std::string& hold) {
    v1::ConfirmAppointmentRequest request;
    request.set_hold_id(hold);
    return call(session, stub, &v1::SchedulingService::Stub::ConfirmAppointment, request).booking();
  }

  // What the plugin found for the families, once each has been looked at.
  std::vector<v1::WorklistItem> found() {
    const auto give_up = std::chrono::steady_clock::now() + found_deadline;
    for (;;) {
      auto items = list(assistant_, *worklist_);
      std::erase_if(items, [](const v1::WorklistItem& item) { return item.subject().task_id() != recall_task; });
      const bool all = std::ranges::all_of(members(), [&](const Member& one) {
        return *one.rule == '\0' || std::ranges::any_of(items, [&](const v1::WorklistItem& item) {
          return item.subject().patient_id() == one.id && says(item, one.rule);
        });
      });
      if (all || std::chrono::steady_clock::now() > give_up) return items;
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
  }

  std::optional<v1::WorklistItem> of(const std::string& patient) const {
    const auto found = std::ranges::find_if(morning_.recalls, [&](const v1::WorklistItem& item) {
      return item.subject().patient_id() == patient && says(item, "VAC-RETARD");
    });
    if (found == morning_.recalls.end()) return std::nullopt;
    return *found;
  }

  // An act on an item as it stands: what was read a moment ago may have changed since, an appointment that is confirmed
  // or a dose that is entered is looked at again.
  template <class Act>
  auto act_on(const std::string& item_id, Act act) {
    v1::GetItemRequest get;
    get.set_item_id(item_id);
    for (int more = 20;; --more) {
      const auto version = call(assistant_, *worklist_, &v1::WorklistService::Stub::GetItem, get).item().version();
      try {
        return act(version);
      } catch (const CallFailed& failed) {
        if (failed.code != "worklist.changed" || more == 0) throw;
      }
    }
  }

  v1::WorklistItem claim(const v1::WorklistItem& item) {
    return act_on(item.id(), [&](std::int64_t version) {
      v1::ClaimItemRequest request;
      request.set_item_id(item.id());
      request.set_version(version);
      return call(assistant_, *worklist_, &v1::WorklistService::Stub::ClaimItem, request).item();
    });
  }

  // The best slot of vaccinations between the dates that the finding asks for, tomorrow at the soonest.
  v1::Slot proposed(const v1::WorklistItem& item) {
    v1::ProposeVisitsRequest request;
    request.set_patient_id(item.subject().patient_id());
    request.set_task_id(recall_task);
    auto& need = *request.add_needs();
    need.set_id(item.id());
    need.set_type_id("vaccination");
    need.set_not_before(relais::fiche::format(relais::fiche::CivilDate{day_ + date::days(1)}));
    const auto answer = call(assistant_, *desk_, &v1::SchedulingService::Stub::ProposeVisits, request);
    if (answer.choices().empty())
      throw CallFailed{"Aucun créneau aux dates que demande le rappel.", "demo.no-slot", {}, {}};
    return answer.choices(0).slots(0);
  }

  v1::HoldSlotRequest recall_of(const v1::WorklistItem& item, const v1::Slot& slot) const {
    v1::HoldSlotRequest hold;
    *hold.mutable_slot() = slot;
    hold.set_patient_id(item.subject().patient_id());
    hold.set_origin(v1::BOOKING_ORIGIN_RECALL);
    hold.set_task_id(recall_task);
    hold.set_worklist_item_id(item.id());
    return hold;
  }

  void note(const v1::WorklistItem& item, v1::ContactAnswer answer, const std::string& booking = {},
            const std::string& comment = {}) {
    act_on(item.id(), [&](std::int64_t version) {
      v1::RecordContactRequest request;
      request.set_item_id(item.id());
      request.set_version(version);
      request.set_answer(answer);
      request.set_booking_id(booking);
      request.set_comment(comment);
      return call(assistant_, *worklist_, &v1::WorklistService::Stub::RecordContact, request);
    });
  }

  void call_families() {
    write_template();
    if (const auto accepts = of("fam-1")) {
      auto item = claim(*accepts);
      const auto unplanned = slots(doctor_, *agenda_, v1::SLOT_KIND_UNPLANNED, v1::BOOKING_ORIGIN_PERSON, 0, 2);
      expect_refusal(morning_.refused, assistant_name_, taking_unplanned_care, [&] {
        call(assistant_, *desk_, &v1::SchedulingService::Stub::HoldSlot, recall_of(item, unplanned.at(0)));
      });
      const auto held =
          call(assistant_, *desk_, &v1::SchedulingService::Stub::HoldSlot, recall_of(item, proposed(item))).hold();
      const auto booking = confirm(assistant_, *desk_, held.id());
      v1::PrepareMessageRequest prepare;
      prepare.set_item_id(item.id());
      prepare.set_template_id("rendez-vous");
      prepare.set_booking_id(booking.id());
      prepare.add_bring("le carnet de santé");
      morning_.message = call(assistant_, *worklist_, &v1::WorklistService::Stub::PrepareMessage, prepare).draft().body();
      note(item, v1::CONTACT_ANSWER_ACCEPTED, booking.id());
    }
    if (const auto refuses = of("fam-2"))
      note(claim(*refuses), v1::CONTACT_ANSWER_REFUSED, {}, "Les parents veulent en parler avec le médecin.");
    if (const auto away = of("fam-4")) note(claim(*away), v1::CONTACT_ANSWER_UNREACHABLE);
  }

  void write_template() {
    const auto worklist = v1::WorklistService::NewStub(doctor_.channel());
    v1::PutMessageTemplateRequest put;
    put.set_id("rendez-vous");
    put.set_title("Confirmation d'un rendez-vous");
    put.set_body("Bonjour, votre rendez-vous au cabinet est fixé au {date} à {heure}, {lieu}. À apporter : {à apporter}.");
    call(doctor_, *worklist, &v1::WorklistService::Stub::PutMessageTemplate, put);
  }

  std::vector<v1::Booking> appointments() {
    v1::ListAppointmentsRequest request;
    request.add_schedule_ids(doctors_agenda);
    request.set_start_ms(ms(day_));
    request.set_end_ms(ms(day_ + date::days(21)));
    std::vector<v1::Booking> all;
    do {
      const auto answer = call(doctor_, *agenda_, &v1::SchedulingService::Stub::ListAppointments, request);
      all.insert(all.end(), answer.bookings().begin(), answer.bookings().end());
      request.mutable_page()->set_token(answer.next_page_token());
    } while (!request.page().token().empty());
    return all;
  }

  void verify() {
    const auto audit = v1::AuditService::NewStub(doctor_.channel());
    const auto answer = call(doctor_, *audit, &v1::AuditService::Stub::VerifyLedger, v1::VerifyLedgerRequest{});
    morning_.ledger = answer.intact() ? "ok" : answer.sentence();
  }

  const std::string doctor_id_, assistant_id_, assistant_name_;
  const date::local_days day_;
  const Session doctor_, assistant_;
  const std::unique_ptr<v1::PatientRecordService::Stub> record_;
  const std::unique_ptr<v1::SchedulingService::Stub> agenda_, desk_;
  const std::unique_ptr<v1::WorklistService::Stub> worklist_;
  Morning morning_;
};

}  // namespace

bool of_a_family(const v1::WorklistItem& item) {
  return std::ranges::any_of(members(), [&](const Member& one) { return item.subject().patient_id() == one.id; });
}

Morning play_morning(const Connection& host, const Scenario& scenario, const std::string& today,
                     const std::string& plugin) {
  const Session admin(as(host, "admin"));
  const auto plugins = v1::PluginService::NewStub(admin.channel());
  v1::InstallPluginRequest install;
  install.set_directory(plugin);
  call(admin, *plugins, &v1::PluginService::Stub::InstallPlugin, install);
  return MorningShift(host, scenario, today).play();
}

std::vector<std::string> differences(const Morning& morning) {
  std::vector<std::string> wrong;
  for (const auto& member : members()) {
    const auto own = std::ranges::count_if(
        morning.recalls, [&](const v1::WorklistItem& item) { return item.subject().patient_id() == member.id; });
    const bool told = std::ranges::any_of(morning.recalls, [&](const v1::WorklistItem& item) {
      return item.subject().patient_id() == member.id && says(item, member.rule);
    });
    if (*member.rule == '\0' ? own != 0 : !told)
      wrong.push_back(fmt::format("rappels : {} ({}), {} éléments", member.id,
                                  *member.rule == '\0' ? "rien attendu" : member.rule, own));
  }
  if (std::ranges::count(morning.agenda, "fam-1", &v1::Booking::patient_id) != 1)
    wrong.emplace_back("rappels : le rendez-vous accepté n'est pas à l'agenda");
  if (morning.to_doctor.size() != 1 || morning.to_doctor.front().subject().patient_id() != "fam-2")
    wrong.push_back(fmt::format("rappels : {} éléments rendus au médecin, 1 attendu", morning.to_doctor.size()));
  if (morning.message.find("le carnet de santé") == std::string::npos ||
      morning.message.find("vaccin") != std::string::npos)
    wrong.emplace_back("rappels : le message préparé n'est pas celui qui est attendu");
  if (morning.refused.size() != 1 || morning.refused.front().code != "scheduling.reserved")
    wrong.emplace_back("rappels : le créneau de soins non programmés n'a pas été refusé");
  if (morning.ledger != "ok") wrong.push_back("journal : " + morning.ledger);
  return wrong;
}

}  // namespace demo

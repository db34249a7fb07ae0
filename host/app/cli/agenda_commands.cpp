// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "app/cli/agenda_file.h"
#include "app/cli/commands.h"
#include "app/cli/pages.h"
#include "app/cli/text_fr.h"
#include "app/text_file.h"
#include "relais/v1/scheduling.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "scheduling/appointment_need.h"

namespace relais::cli {
namespace {

using SchedulingStub = v1::SchedulingService::Stub;

template <class Response, class Request>
Response ask(const Session& session,
             grpc::Status (SchedulingStub::*method)(grpc::ClientContext*, const Request&, Response*),
             const Request& request) {
  const auto stub = v1::SchedulingService::NewStub(session.channel());
  return call<Response>(session, *stub, method, request);
}

template <class Response, class Request>
Response ask_once(const Connection& connection,
                  grpc::Status (SchedulingStub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request) {
  const Session session(connection);
  return ask(session, method, request);
}

// Every page.
template <class Response, class Request, class Use>
void ask_all(const Session& session,
             grpc::Status (SchedulingStub::*method)(grpc::ClientContext*, const Request&, Response*),
             const Request& request, Use use) {
  const auto stub = v1::SchedulingService::NewStub(session.channel());
  each_page<Response>(session, *stub, method, request, use);
}

template <class Response, class Request, class Use>
void ask_all(const Connection& connection,
             grpc::Status (SchedulingStub::*method)(grpc::ClientContext*, const Request&, Response*),
             const Request& request, Use use) {
  const Session session(connection);
  ask_all(session, method, request, use);
}

template <class Set>
CLI::Option* word(CLI::App* command, const char* name, Set set, const char* help) {
  return command->add_option_function<std::string>(name, [set](const std::string& value) { set(value); }, help);
}

void print_booking(const v1::Booking& one) {
  std::cout << fmt::format("{:<12} {} {:>3} min  {:<18} {:<10} {}\n", one.id(), instant_label(one.slot().start_ms()),
                           (one.slot().end_ms() - one.slot().start_ms()) / 60'000, one.slot().schedule_id(),
                           one.patient_id(), booking_label(one.state()));
}

void print_slot(const v1::Slot& one) {
  std::cout << fmt::format("{} {:>3} min  {:<20} {}\n", instant_label(one.start_ms()),
                           (one.end_ms() - one.start_ms()) / 60'000, one.schedule_id(), kind_label(one.kind()));
}

// The days asked for. Empty, they are the host's to say: from its now on, for 24 hours. The clock of this machine may be
// another one, of a demonstration for instance.
struct Days {
  std::string from;
  std::string until;
  std::int64_t start_ms() const { return from.empty() ? 0 : instant_of(from); }
  std::int64_t end_ms() const { return until.empty() ? 0 : instant_of(until, true); }
};

void add_days(CLI::App* command, Days& days) {
  word(command, "--from", [&](const std::string& day) { days.from = day; },
       "Premier jour, AAAA-MM-JJ ; maintenant par défaut");
  word(command, "--until", [&](const std::string& day) { days.until = day; }, "Dernier jour ; 24 heures par défaut");
}

void add_reading(CLI::App* agenda, const Connection& connection) {
  auto* list = agenda->add_subcommand("list", "Les agendas du cabinet");
  list->callback([&] {
    ask_all(connection, &SchedulingStub::ListSchedules, v1::ListSchedulesRequest(), [](const auto& answer) {
      for (const auto& one : answer.schedules())
        std::cout << fmt::format("{:<20} {:<12} {} ; {} rappels par jour ; version {}\n", one.id(), one.person_id(),
                                 one.place(), one.recalls_per_day(), one.version());
    });
  });

  auto& search = kept<v1::SearchSlotsRequest>();
  auto& days = kept<Days>();
  auto* slots = agenda->add_subcommand("slots", "Les créneaux libres");
  slots->add_option_function<std::vector<std::string>>(
      "--agenda", [&](const std::vector<std::string>& ids) { for (const auto& id : ids) search.add_schedule_ids(id); },
      "Agendas ; tous par défaut");
  add_days(slots, days);
  word(slots, "--type", [&](const std::string& id) { search.set_type_id(id); }, "Type de rendez-vous");
  word(slots, "--kind", [&](const std::string& kind) { search.add_kinds(kind_of(kind)); },
       "ordinaire, confreres, non-programme, longue, assistante, vaccins");
  slots->add_option_function<int>("--minutes", [&](const int& minutes) { search.set_minutes(minutes); }, "Durée");
  slots->add_option_function<int>("--together", [&](const int& count) { search.set_together(count); },
                                  "Autant de patients à la suite (famille)");
  slots->add_flag_callback("--recall", [&] { search.set_origin(v1::BOOKING_ORIGIN_RECALL); },
                           "Ce qu'un rappel peut prendre");
  slots->callback([&] {
    search.set_start_ms(days.start_ms());
    search.set_end_ms(days.end_ms());
    ask_all(connection, &SchedulingStub::SearchSlots, search, [](const auto& answer) {
      for (const auto& one : answer.slots()) print_slot(one);
    });
  });

  auto& wanted = kept<v1::ListAppointmentsRequest>();
  auto& span = kept<Days>();
  auto* appointments = agenda->add_subcommand("appointments", "Les rendez-vous d'une période, ou d'un patient");
  word(appointments, "--patient", [&](const std::string& id) { wanted.set_patient_id(id); }, "Patient");
  word(appointments, "--agenda", [&](const std::string& id) { wanted.add_schedule_ids(id); }, "Agenda");
  add_days(appointments, span);
  appointments->callback([&] {
    if (wanted.patient_id().empty() || !span.from.empty()) {
      wanted.set_start_ms(span.start_ms());
      wanted.set_end_ms(span.end_ms());
    }
    ask_all(connection, &SchedulingStub::ListAppointments, wanted, [](const auto& answer) {
      for (const auto& one : answer.bookings()) print_booking(one);
    });
  });

  auto* holds = agenda->add_subcommand("holds", "Les créneaux retenus : qui rappeler d'abord");
  holds->callback([&] {
    const auto answer = ask_once(connection, &SchedulingStub::ListHolds, v1::ListHoldsRequest());
    for (const auto& one : answer.holds())
      std::cout << fmt::format("{:<10} {}  {:<20} {:<10} retenu par {} jusqu'au {}\n", one.id(),
                               instant_label(one.slot().start_ms()), one.slot().schedule_id(), one.patient_id(),
                               one.owner_id(), instant_label(one.expires_ms()));
  });

  auto* types = agenda->add_subcommand("types", "Les types de rendez-vous");
  types->callback([&] {
    const auto answer = ask_once(connection, &SchedulingStub::ListAppointmentTypes, v1::ListAppointmentTypesRequest());
    for (const auto& one : answer.types())
      std::cout << fmt::format("{:<20} {:>3} min  {} ({}){}\n", one.id(), one.minutes(), one.label(),
                               kind_label(one.kind()), one.for_recalls() ? " ; rappels" : "");
  });
}

v1::GetItemResponse get_item_asked(const Session& session, const std::string& id) {
  v1::GetItemRequest request;
  request.set_item_id(id);
  const auto stub = v1::WorklistService::NewStub(session.channel());
  return call<v1::GetItemResponse>(session, *stub, &v1::WorklistService::Stub::GetItem, request);
}

// "2026-11-23" of the day on which a person reads it.
std::string iso_day(std::int64_t ms) {
  const auto label = instant_label(ms);
  return label.substr(6, 4) + "-" + label.substr(3, 2) + "-" + label.substr(0, 2);
}

// What the draft asks of the agenda; none when there is no such draft, or when it is withheld from this reader.
std::optional<v1::Need> need_shown(const v1::GetItemResponse& read) {
  for (const auto& one : read.proposals())
    if (one.type() == scheduling::appointment_need_draft) return scheduling::read_appointment_need(one.body());
  return std::nullopt;
}

struct ProposalOptions {
  std::string item, type, doctor;
  bool assistant = false;
  bool late = false;
};

void print_choices(const v1::ProposeVisitsResponse& answer) {
  int rank = 0;
  for (const auto& choice : answer.choices()) {
    std::cout << fmt::format("Choix {}\n", ++rank);
    for (const auto& slot : choice.slots()) print_slot(slot);
  }
}

// The slots between the dates that the plugin asks for. The reasons of the item say these dates to everybody who sees it;
// the draft itself is for fewer readers, so that the host puts its dates into the search.
void propose(const Connection& connection, const ProposalOptions& options) {
  const Session session(connection);
  const auto read = get_item_asked(session, options.item);
  const auto& subject = read.item().subject();
  std::cout << item_text(read.item());
  if (const auto need = need_shown(read))
    std::cout << fmt::format("Dates demandées : à partir du {}, au plus tard le {} ; {} min\n",
                             need->not_before().empty() ? "-" : need->not_before(),
                             need->not_after().empty() ? "-" : need->not_after(), need->minutes());
  v1::ProposeVisitsRequest request;
  request.set_patient_id(subject.patient_id());
  request.set_task_id(subject.task_id());
  auto& need = *request.add_needs();
  need.set_id(options.item);
  need.set_type_id(options.type);
  if (!options.assistant) need.set_doctor_id(options.doctor.empty() ? subject.doctor_id() : options.doctor);
  const auto answer = ask(session, &SchedulingStub::ProposeVisits, request);
  print_choices(answer);
  if (!answer.choices().empty()) {
    std::cout << "Retenir : relais agenda hold AGENDA AAAA-MM-JJTHH:MM " << subject.patient_id() << " --item "
              << options.item << '\n';
    return;
  }
  // Domain note "Scheduling", case B4: no proposal, and the doctor is asked to open a slot.
  std::cout << "Aucun créneau libre pour un rappel dans les dates demandées ; ceux des soins non programmés n'en sont pas.\n"
            << "Demandez au médecin d'ouvrir un créneau : relais hand-over " << options.item
            << " --reason \"ouvrir un créneau\"\n";
  if (!options.late) return;
  need.set_not_after("2199-12-31");  // the last year that is read; the host searches three months
  std::cout << "Après la dernière date demandée, tard vaut mieux que jamais :\n";
  const auto later = ask(session, &SchedulingStub::ProposeVisits, request);
  print_choices(later);
  if (later.choices().empty()) std::cout << "Aucun créneau libre dans les trois mois.\n";
}

void add_proposing(CLI::App* agenda, const Connection& connection) {
  auto& options = kept<ProposalOptions>();
  auto* command = agenda->add_subcommand("propose", "Les créneaux libres aux dates que demande un élément de la liste");
  command->add_option("--item", options.item, "Élément de la liste")->required();
  command->add_option("--type", options.type, "Type de rendez-vous ; il dit la durée et les agendas");
  command->add_option("--doctor", options.doctor, "Agenda de ce médecin ; par défaut celui de l'élément");
  command->add_flag("--assistant", options.assistant, "Agendas des assistantes, ou ceux du type");
  command->add_flag("--late", options.late, "Aussi après la dernière date demandée, s'il n'y a rien avant");
  command->callback([&] { propose(connection, options); });
}

// What is held is said to be late when it is; who may not read the dates reads the reasons again.
void tell_late(const Session& session, const v1::Hold& held) {
  if (held.worklist_item_id().empty()) return;
  const auto read = get_item_asked(session, held.worklist_item_id());
  if (read.proposals_withheld()) {
    std::cout << "Relisez les dates que demande l'élément :\n" << item_text(read.item());
    return;
  }
  const auto need = need_shown(read);
  if (need && !need->not_after().empty() && iso_day(held.slot().start_ms()) > need->not_after())
    std::cout << "Attention : après le " << need->not_after() << ", dernière date demandée.\n";
}

void add_writing(CLI::App* agenda, const Connection& connection) {
  auto& file = kept<std::string>();
  auto* hours = agenda->add_subcommand("hours", "Écrire les horaires d'un agenda depuis un fichier YAML ou JSON");
  hours->add_option("file", file, "Fichier")->required();
  hours->callback([&] {
    const auto text = app::read_text_file(file);
    if (!text) throw CallFailed{"Fichier illisible : " + file + ".", "cli.file", {}, {}};
    v1::PutScheduleRequest put;
    *put.mutable_schedule() = read_agenda(*text);
    const Session session(connection);
    ask_all(session, &SchedulingStub::ListSchedules, v1::ListSchedulesRequest(), [&](const auto& held) {
      for (const auto& one : held.schedules())
        if (one.id() == put.schedule().id()) put.mutable_schedule()->set_version(one.version());
    });
    const auto answer = ask(session, &SchedulingStub::PutSchedule, put);
    std::cout << fmt::format("{} : version {}\n", answer.schedule().id(), answer.schedule().version());
    for (const auto& id : answer.outside_booking_ids()) std::cout << "hors des nouveaux horaires : " << id << '\n';
  });

  auto& hold = kept<v1::HoldSlotRequest>();
  auto& minutes = kept<int>();
  minutes = 15;
  auto* keep = agenda->add_subcommand("hold", "Retenir un créneau pour un patient");
  word(keep, "agenda", [&](const std::string& id) { hold.mutable_slot()->set_schedule_id(id); }, "Agenda")->required();
  word(keep, "start", [&](const std::string& at) { hold.mutable_slot()->set_start_ms(instant_of(at)); },
       "Début, AAAA-MM-JJTHH:MM")
      ->required();
  word(keep, "patient", [&](const std::string& id) { hold.set_patient_id(id); }, "Patient")->required();
  keep->add_option("--minutes", minutes, "Durée")->check(CLI::Range(5, 240));
  word(keep, "--type", [&](const std::string& id) { hold.mutable_slot()->set_type_id(id); }, "Type de rendez-vous");
  keep->add_flag_callback("--call-back", [&] { hold.set_call_back(true); },
                          "Le patient sera rappelé : retenu plus longtemps");
  const auto as_recall = [&](const std::string& task) {
    hold.set_origin(v1::BOOKING_ORIGIN_RECALL);
    hold.set_task_id(task);
  };
  word(keep, "--recall", as_recall, "Rappel, au titre de cette tâche");
  word(keep, "--item", [&](const std::string& id) { hold.set_worklist_item_id(id); },
       "Élément de la liste qui demande le rendez-vous : rappel, aux dates qu'il permet");
  word(keep, "--for", [&](const std::string& id) { hold.set_for_booking_id(id); }, "Rendez-vous à déplacer");
  keep->callback([&] {
    hold.mutable_slot()->set_end_ms(hold.slot().start_ms() + std::int64_t{minutes} * 60'000);
    const Session session(connection);
    const auto held = ask(session, &SchedulingStub::HoldSlot, hold).hold();
    std::cout << held.id() << " : retenu jusqu'au " << instant_label(held.expires_ms()) << '\n';
    tell_late(session, held);
  });

  auto& given_back = kept<v1::ReleaseHoldRequest>();
  auto* release = agenda->add_subcommand("release", "Rendre un créneau retenu");
  word(release, "hold", [&](const std::string& id) { given_back.set_hold_id(id); }, "Créneau retenu")->required();
  release->callback([&] { ask_once(connection, &SchedulingStub::ReleaseHold, given_back); });

  auto& confirmed = kept<v1::ConfirmAppointmentRequest>();
  auto* confirm = agenda->add_subcommand("confirm", "Confirmer un créneau retenu");
  word(confirm, "hold", [&](const std::string& id) { confirmed.set_hold_id(id); }, "Créneau retenu")->required();
  word(confirm, "--reason", [&](const std::string& reason) { confirmed.set_reason(reason); }, "Motif");
  confirm->callback(
      [&] { print_booking(ask_once(connection, &SchedulingStub::ConfirmAppointment, confirmed).booking()); });

  auto& moved = kept<v1::MoveAppointmentRequest>();
  auto* move = agenda->add_subcommand("move", "Déplacer un rendez-vous vers un créneau retenu");
  word(move, "appointment", [&](const std::string& id) { moved.set_booking_id(id); }, "Rendez-vous")->required();
  word(move, "hold", [&](const std::string& id) { moved.set_hold_id(id); }, "Créneau retenu")->required();
  move->callback([&] { print_booking(ask_once(connection, &SchedulingStub::MoveAppointment, moved).booking()); });

  auto& cancelled = kept<v1::CancelAppointmentRequest>();
  auto* cancel = agenda->add_subcommand("cancel", "Annuler un rendez-vous");
  word(cancel, "appointment", [&](const std::string& id) { cancelled.set_booking_id(id); }, "Rendez-vous")->required();
  cancel->callback(
      [&] { print_booking(ask_once(connection, &SchedulingStub::CancelAppointment, cancelled).booking()); });

  for (const bool came : {true, false}) {
    auto& said = kept<v1::RecordAttendanceRequest>();
    said.set_came(came);
    auto* attendance = agenda->add_subcommand(came ? "came" : "no-show",
                                              came ? "Le patient est venu" : "Le patient n'est pas venu");
    word(attendance, "appointment", [&](const std::string& id) { said.set_booking_id(id); }, "Rendez-vous")->required();
    attendance->callback(
        [&] { print_booking(ask_once(connection, &SchedulingStub::RecordAttendance, said).booking()); });
  }
}

}  // namespace

void add_agenda_commands(CLI::App& app, const Connection& connection) {
  auto* agenda = app.add_subcommand("agenda", "Agendas, créneaux libres et rendez-vous");
  agenda->require_subcommand(1);
  add_reading(agenda, connection);
  add_proposing(agenda, connection);
  add_writing(agenda, connection);
}

}  // namespace relais::cli

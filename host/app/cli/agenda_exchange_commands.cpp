// SPDX-License-Identifier: Apache-2.0
// `relais agenda export` and `relais agenda import`.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "relais/v1/scheduling.grpc.pb.h"

namespace relais::cli {
namespace {

using SchedulingStub = v1::SchedulingService::Stub;

const std::map<std::string, v1::AgendaFormat> agenda_formats{{"ics", v1::AGENDA_FORMAT_ICALENDAR},
                                                             {"fhir", v1::AGENDA_FORMAT_FHIR}};

struct ExchangeOptions {
  v1::ExportAgendaRequest exported;
  v1::ImportBusyTimeRequest imported;
  std::string file;
};

[[noreturn]] void unreadable(const std::string& file) {
  throw CallFailed{"Lecture ou écriture impossible : " + file, "relais.io", {}, {}};
}

void export_agenda(const Connection& connection, const ExchangeOptions& options) {
  const Session session(connection);
  const auto stub = v1::SchedulingService::NewStub(session.channel());
  const auto answer = call<v1::ExportAgendaResponse>(session, *stub, &SchedulingStub::ExportAgenda, options.exported);
  if (options.file.empty()) {
    std::cout << answer.content() << std::flush;
    return;
  }
  std::ofstream out(options.file, std::ios::binary | std::ios::trunc);
  out << answer.content();
  out.close();
  if (!out) unreadable(options.file);
  std::cerr << fmt::format("{} rendez-vous écrits dans {}.\n", answer.appointments(), options.file);
}

void import_agenda(const Connection& connection, ExchangeOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  if (!in) unreadable(options.file);
  options.imported.set_content(std::string(std::istreambuf_iterator<char>(in), {}));
  if (in.bad()) unreadable(options.file);
  // A Bundle of FHIR is JSON; anything else is said to be iCalendar, and refused if it is not.
  if (options.imported.format() == v1::AGENDA_FORMAT_UNSPECIFIED) {
    const auto first = options.imported.content().find_first_not_of(" \t\r\n");
    const bool json = first != std::string::npos && options.imported.content()[first] == '{';
    options.imported.set_format(json ? v1::AGENDA_FORMAT_FHIR : v1::AGENDA_FORMAT_ICALENDAR);
  }
  const Session session(connection);
  const auto stub = v1::SchedulingService::NewStub(session.channel());
  const auto answer =
      call<v1::ImportBusyTimeResponse>(session, *stub, &SchedulingStub::ImportBusyTime, options.imported);
  std::cout << fmt::format(
      "{} ajouté(s), {} remplacé(s), {} retiré(s), {} inchangé(s), {} plus ancien(s), {} sans temps occupé ; lu jusqu'au "
      "{}.\n",
      answer.added(), answer.replaced(), answer.removed(), answer.unchanged(), answer.older(), answer.not_busy(),
      instant_label(answer.end_ms()));
  for (const auto& id : answer.covered_booking_ids())
    std::cout << fmt::format("À régler : {} tombe maintenant sur un temps occupé ailleurs.\n", id);
}

template <class Request>
void add_format(CLI::App* command, Request& request) {
  command->add_option_function<std::string>(
             "--format", [&request](const std::string& word) { request.set_format(agenda_formats.at(word)); },
             "ics (iCalendar) ou fhir")
      ->check(CLI::IsMember(agenda_formats));
}

}  // namespace

void add_agenda_exchange_commands(CLI::App& app, const Connection& connection) {
  CLI::App* agenda = nullptr;
  for (auto* command : app.get_subcommands([](const CLI::App* one) { return one->get_name() == "agenda"; }))
    agenda = command;
  if (agenda == nullptr) {
    agenda = app.add_subcommand("agenda", "Agendas et rendez-vous");
    agenda->require_subcommand(1);
  }
  auto& out = kept<ExchangeOptions>();
  out.exported.set_format(v1::AGENDA_FORMAT_ICALENDAR);
  auto* exported = agenda->add_subcommand("export", "Un agenda pour un autre logiciel, sans nom ni motif");
  exported
      ->add_option_function<std::string>(
          "schedule", [&out](const std::string& id) { out.exported.set_schedule_id(id); }, "Identifiant de l'agenda")
      ->required();
  add_format(exported, out.exported);
  exported
      ->add_option_function<std::string>(
          "--from", [&out](const std::string& at) { out.exported.set_start_ms(instant_of(at)); }, "Premier jour")
      ->required();
  exported
      ->add_option_function<std::string>(
          "--until", [&out](const std::string& at) { out.exported.set_end_ms(instant_of(at, true)); },
          "Dernier jour, inclus (400 jours au plus)")
      ->required();
  exported->add_option("--output", out.file, "Fichier à écrire (par défaut : la sortie)");
  exported->callback([&] { export_agenda(connection, out); });

  auto& in = kept<ExchangeOptions>();
  auto* imported = agenda->add_subcommand("import", "L'agenda tenu ailleurs, comme temps occupé");
  imported->add_option("file", in.file, "Fichier iCalendar ou FHIR (JSON)")->required();
  imported
      ->add_option_function<std::string>(
          "--schedule", [&in](const std::string& id) { in.imported.set_schedule_id(id); }, "Agenda du cabinet")
      ->required();
  imported
      ->add_option_function<std::string>(
          "--source", [&in](const std::string& name) { in.imported.set_source(name); },
          "D'où il vient : petites lettres, chiffres, '-', '_' et '.'")
      ->required();
  add_format(imported, in.imported);
  imported->callback([&] { import_agenda(connection, in); });
}

}  // namespace relais::cli

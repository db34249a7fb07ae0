// SPDX-License-Identifier: Apache-2.0
// Plays the demonstration practice against a running host and shows it. Exit status: 0 when everything shown is the
// known answer, 1 when something differs, 2 when the host failed.
#include <date/date.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "app/cli/text_fr.h"
#include "domain/civil_time.h"
#include "evening.h"
#include "night.h"
#include "recalls.h"
#include "rights.h"

namespace {

namespace v1 = relais::v1;

struct Options {
  relais::cli::Connection host;
  std::string today = "2026-11-23";
  std::string plugin, rights_plugin, recall_plugin, fiches, reports, corpus, after;
  bool json = false, prepare = false, recalls = false;
};

void print_refused(const std::vector<demo::Refused>& refused) {
  for (const auto& one : refused)
    std::cout << fmt::format("  {} : {} — {} {}{}\n", one.who, one.what, one.code, one.sentence,
                             one.unblocked_by.empty() ? "" : " Peut débloquer : " + one.unblocked_by);
}

void print_text(const demo::Scenario& scenario, const demo::Evening& evening) {
  std::cout << "=== Non évalué ===\n";
  for (const auto& entry : evening.not_evaluated) std::cout << relais::cli::not_evaluated_text(entry);
  for (const auto& entry : evening.queue)
    std::cout << (entry.state() == v1::INBOUND_STATE_UNREADABLE ? "Illisible   : " : "À rattacher : ") << entry.reason()
              << " (" << entry.reason_code() << ")\n";
  std::cout << "\n=== Liste de " << scenario.assistant_name << ", assistante en formation ===\n";
  for (const auto& item : evening.assistant_items) std::cout << relais::cli::item_text(item);
  for (const auto& doctor : scenario.doctors) {
    std::cout << "\n=== Vue de " << doctor.name << " ===\n";
    for (const auto& item : evening.doctor_items)
      if (item.subject().doctor_id() == doctor.id || item.subject().doctor_id().empty())
        std::cout << fmt::format("{:<20} {:<40} {}\n", relais::cli::category_label(item.category()),
                                 relais::cli::patient_label(item.patient()), item.title());
  }
  std::cout << "\n=== Ce que les fiches ont refusé ===\n";
  print_refused(evening.refused);
  std::cout << fmt::format("\n{} résultats normaux signés ensemble.\nJournal : {}\n", evening.signed_normals,
                           evening.ledger == "ok" ? "intact" : evening.ledger);
}

void print_night(const demo::Night& night) {
  std::cout << "\n=== Après la soirée ===\n";
  const auto show = [](const std::string& what, const std::optional<v1::WorklistItem>& item) {
    if (item) std::cout << what << " :\n" << relais::cli::item_text(*item);
  };
  show("HPRIM sans INS, rattaché par le médecin", night.attached);
  show("Annulation par le laboratoire", night.cancelled);
  show("Critique pendant l'absence de l'assistante, vu aussitôt par le médecin", night.critical);
  for (const auto& task : night.preview.tasks()) {
    if (task.plugin_id().empty()) continue;
    std::cout << fmt::format("Aperçu pour la Dre Nguyen, {} : {} comptes rendus en 30 jours ;", task.task_id(),
                             task.subjects());
    for (const auto& [category, count] : task.items_by_category())
      std::cout << ' ' << relais::cli::category_label(static_cast<v1::Category>(category)) << " × " << count;
    std::cout << '\n';
  }
  std::cout << fmt::format("Révocation en pleine réception : {} comptes rendus envoyés, {} sur la liste du médecin.\n",
                           night.revoked_sent, night.revoked_found);
  print_refused(night.refused);
  std::cout << "Journal : " << (night.ledger == "ok" ? "intact" : night.ledger) << '\n';
}

void print_rights(const std::vector<v1::WorklistItem>& alerts) {
  std::cout << "\n=== ALD : les six mois qui viennent ===\n";
  for (const auto& item : alerts) std::cout << relais::cli::item_text(item);
}

void print_morning(const demo::Scenario& scenario, const demo::Morning& morning) {
  std::cout << "\n=== Un matin de rappels de vaccins : liste de " << scenario.assistant_name << " ===\n";
  int others = 0;
  for (const auto& item : morning.recalls) {
    if (demo::of_a_family(item)) std::cout << relais::cli::item_text(item);
    else ++others;
  }
  std::cout << fmt::format("Et {} carnets à demander à des patients qui ont rendez-vous.\n", others);
  std::cout << "\nRendu au médecin :\n";
  for (const auto& item : morning.to_doctor) std::cout << relais::cli::item_text(item);
  std::cout << "\nBrouillon pour la famille qui a accepté, que Relais n'envoie pas :\n  " << morning.message << '\n';
  std::map<std::string, std::pair<int, int>> weeks;  // first day: appointments, recalls among them
  for (const auto& booking : morning.agenda) {
    const auto day = relais::fiche::day_of(
        relais::fiche::to_local(relais::Instant{std::chrono::milliseconds{booking.slot().start_ms()}}, "Europe/Paris"));
    const date::sys_days start = date::sys_days{day} - (date::weekday{day} - date::Monday);
    auto& [all, recalls] = weeks[relais::fiche::format(relais::fiche::CivilDate{start})];
    ++all;
    if (booking.origin() == v1::BOOKING_ORIGIN_RECALL) ++recalls;
  }
  std::cout << "\nAgenda du " << scenario.doctors.front().name << " :\n";
  for (const auto& [start, counts] : weeks)
    std::cout << fmt::format("  semaine du {} : {} rendez-vous, dont {} pour un rappel\n", start, counts.first, counts.second);
  print_refused(morning.refused);
  std::cout << "Journal : " << (morning.ledger == "ok" ? "intact" : morning.ledger) << '\n';
}

nlohmann::ordered_json to_json(const v1::WorklistItem& item) {
  nlohmann::ordered_json one;
  one["category"] = relais::cli::category_word(item.category());
  one["doctor"] = item.subject().doctor_id();
  one["patient"] = item.subject().patient_id();
  one["rules"] = nlohmann::json::array();
  for (const auto& reason : item.reasons()) one["rules"].push_back(reason.rule());
  return one;
}

nlohmann::ordered_json to_json(const demo::Refused& one) {
  return {{"who", one.who}, {"what", one.what}, {"code", one.code}, {"sentence", one.sentence}, {"unblocked_by", one.unblocked_by}};
}

// Goes on from the object that the evening printed into `after`.
void print_morning_json(const std::string& after, const demo::Morning& morning) {
  std::ifstream file(after);
  auto out = nlohmann::ordered_json::parse(file);
  for (const auto& item : morning.recalls) out["items"].push_back(to_json(item));
  for (const auto& one : morning.refused) out["refused"].push_back(to_json(one));
  if (out["ledger"] == "ok") out["ledger"] = morning.ledger;
  std::cout << out.dump(2) << '\n';
}

void print_json(const demo::Evening& evening, const demo::Night& night, const std::vector<v1::WorklistItem>& rights) {
  nlohmann::ordered_json out;
  out["items"] = nlohmann::json::array();
  auto items = evening.doctor_items;
  for (const auto& later : {night.attached, night.cancelled, night.critical})
    if (later) items.push_back(*later);
  items.insert(items.end(), rights.begin(), rights.end());
  for (const auto& item : items) out["items"].push_back(to_json(item));
  out["refused"] = nlohmann::json::array();
  for (const auto* refused : {&evening.refused, &night.refused})
    for (const auto& one : *refused) out["refused"].push_back(to_json(one));
  out["not_evaluated"] = nlohmann::json::array();
  for (const auto& entry : evening.not_evaluated)
    out["not_evaluated"].push_back({{"item", entry.subject().item_id()},
                                    {"doctor", entry.subject().doctor_id()},
                                    {"code", entry.reason_code()},
                                    {"reason", entry.reason()}});
  for (const auto& entry : evening.queue)
    if (entry.state() == v1::INBOUND_STATE_UNREADABLE)
      out["not_evaluated"].push_back(
          {{"item", entry.inbound_id()}, {"doctor", ""}, {"code", entry.reason_code()}, {"reason", entry.reason()}});
  out["ledger"] = night.ledger == "ok" ? evening.ledger : night.ledger;
  std::cout << out.dump(2) << '\n';
}

// The practice without its evening: accounts, patients, signed fiches, and one report that nobody has sent yet, drawn
// three weeks before. For an author who tries a plugin of their own.
int prepare(const Options& options, const demo::Scenario& scenario) {
  demo::open_accounts(options.host, scenario, options.plugin);
  demo::fill_record(options.host, scenario);
  demo::sign_fiches(options.host, scenario, options.today, options.fiches);
  auto late = scenario.reports.front();
  late.format = demo::DemoFormat::fhir;
  late.prescriber = scenario.doctors.front().id;
  const date::sys_days today = *relais::fiche::parse_date(options.today);
  const auto drawn = date::format("%F", today - date::days(21));
  std::filesystem::create_directories(options.reports);
  std::ofstream file(options.reports + "/compte-rendu-tardif.json");
  file << demo::write_report(scenario, late, drawn);
  return file.flush() ? 0 : 1;
}

int say(const std::vector<std::string>& wrong) {
  for (const auto& line : wrong) std::cerr << "DIFFÉRENT de la réponse connue : " << line << '\n';
  return wrong.empty() ? 0 : 1;
}

int recalls(const Options& options, const demo::Scenario& scenario) {
  const auto morning = demo::play_morning(options.host, scenario, options.today, options.recall_plugin);
  if (options.json) {
    print_morning_json(options.after, morning);
  } else {
    print_morning(scenario, morning);
  }
  return say(demo::differences(morning));
}

int run(const Options& options) {
  const auto scenario = demo::make_scenario(options.today);
  if (options.prepare) return prepare(options, scenario);
  if (options.recalls) return recalls(options, scenario);
  demo::open_accounts(options.host, scenario, options.plugin);
  demo::fill_record(options.host, scenario);
  auto refused = demo::sign_and_enable(options.host, scenario, options.today, options.fiches);
  const auto sent = demo::send_reports(options.host, scenario, options.today, options.reports, options.corpus);
  auto evening = demo::play(options.host, scenario, sent);
  evening.refused.insert(evening.refused.begin(), refused.begin(), refused.end());
  const auto night = demo::play_night(options.host, scenario, options.today, options.reports, sent);
  demo::install_rights_plugin(options.host, scenario, options.rights_plugin);
  demo::fill_rights(options.host, scenario, options.today);
  const auto rights = demo::rights_alerts(options.host, scenario, sent);
  if (options.json) {
    print_json(evening, night, rights);
  } else {
    print_text(scenario, evening);
    print_night(night);
    print_rights(rights);
  }
  auto wrong = demo::differences(scenario, evening);
  for (auto& line : demo::differences(scenario, night)) wrong.push_back(std::move(line));
  for (auto& line : demo::rights_differences(rights)) wrong.push_back(std::move(line));
  return say(wrong);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Le cabinet de démonstration"};
  Options options;
  app.add_option("--address", options.host.address, "Adresse de l'hôte")->required();
  auto* prepare_only = app.add_flag("--prepare", options.prepare, "Le cabinet et un compte rendu à envoyer, sans la soirée");
  auto* recalls_only = app.add_flag("--recalls", options.recalls, "Le matin de rappels, après la soirée");
  app.add_option("--recall-plugin", options.recall_plugin, "Dossier du paquet vaccine-recall");
  app.add_option("--after", options.after, "Avec --recalls --json : l'objet que la soirée a écrit")->check(CLI::ExistingFile);
  app.add_option("--plugin", options.plugin, "Dossier du paquet bio-triage");
  app.add_option("--rights-plugin", options.rights_plugin, "Dossier du paquet ald-expiry");
  app.add_option("--fiches", options.fiches, "Dossier où écrire les fiches")->required();
  app.add_option("--reports", options.reports, "Dossier où écrire les comptes rendus")->required();
  app.add_option("--today", options.today, "Date de la soirée")->capture_default_str();
  app.add_option("--corpus", options.corpus, "Dossier des exemples officiels, déposés aussi");
  app.add_flag("--json", options.json, "Un objet JSON et rien d'autre");
  app.callback([&] {
    if (recalls_only->count() != 0) {
      if (options.recall_plugin.empty()) throw CLI::RequiredError("--recall-plugin");
      if (options.json && options.after.empty()) throw CLI::RequiredError("--after");
      return;
    }
    if (prepare_only->count() == 0 && (options.plugin.empty() || options.rights_plugin.empty()))
      throw CLI::RequiredError("--plugin, --rights-plugin");
  });
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const relais::cli::CallFailed& failed) {
    std::cerr << failed.sentence << " (" << failed.code << (failed.rule.empty() ? "" : ", " + failed.rule) << ")\n";
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
  }
  return 2;
}

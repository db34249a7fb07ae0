// SPDX-License-Identifier: Apache-2.0
#include "bench_practice.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <cstdlib>

#include "practice/doctors.h"
#include "practice/plugin_state.h"
#include "record_fill.h"
#include "records/context_map.h"

namespace bench {

namespace fs = std::filesystem;
using relais::Result;
using relais::practice::Attribution;
using relais::worklist::Role;

namespace {

// Monday 23 November 2026, 16:45 in Paris: inside the hours of the fiche.
const relais::Instant monday_evening{std::chrono::milliseconds{1795448700000}};

constexpr auto fiche_yaml = R"(format: relais-fiche/1
fiche: {id: fp-rouault-lefevre, version: 1}
cabinet: {nom: Cabinet de mesure, commune: ville fictive, fuseau: Europe/Paris}
employeur: {type: scm, decideurs: [rouault]}
medecin: {id: rouault, nom: Dr Olivier Rouault}
assistant:
  id: lefevre
  nom: Nadia Lefèvre
  profil: autre
  prise_de_fonction: 2026-02-02
  fin_de_fonction: null
  quotite_etp: 1.0
  contrat_aide: {signe_le: 2026-01-20, option_etp: 1.0}
  formation: {voie: cqp, inscrite_le: 2026-07-20, jours_absence: [mardi, jeudi]}
  attestations: []
encadrement_formation: true
validite: {du: 2026-07-20, au: 2027-07-19}
temps:
  - {jours: [lundi, mercredi, vendredi], heures: ["08:30-12:30", "13:30-18:30"]}
donnees: {niveau_max: D3, categories_autorisees: []}
exclusions: {lien_familial: true, ids: [], age_min: null, age_max: null}
remplacement: {regle: suspendre}
defaut: "non"
repli_general: {vers: medecin, delai_h: 24}
taches:
  - {id: accueil-patient, mode: autonome}
  - {id: sortie-hospitalisation-suivi, mode: autonome}
  - {id: bio-triage, mode: faire-puis-valider, validation_h: 24}
  - {id: vaccine-recall, mode: autonome}
engagements: [secret professionnel, jamais ma session ni ma carte, dire ses erreurs]
)";

}  // namespace

std::string patient_id(std::int64_t number) { return fmt::format("p-{:08}", number); }

Folder::Folder(const fs::path& under) {
  auto name = (under / "relais-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) give_up("no folder under " + under.string());
  path_ = name;
}

Folder::~Folder() {
  std::error_code left;
  fs::remove_all(path_, left);
}

BenchPractice::BenchPractice(const Settings& settings, std::int64_t patients, int results)
    : settings_(settings), folder_(settings.scratch), clock_(monday_evening) {
  relais::app::PracticeConfig config;
  config.name = "Cabinet de mesure";
  config.database = "sqlite:practice.sqlite";
  config.demonstration = true;
  must(relais::app::init_practice(data(), config, "admin", password, clock_));
  open_accounts();
  const auto took = seconds([&] { fill_record(file(), patients, results, clock_.now()); });
  say(fmt::format("{} patients with {} results each, made in {:.1f} s, {} MB", patients, results, took,
                  fs::file_size(file()) >> 20U));
}

void BenchPractice::open_accounts() {
  auto database = must(relais::practice::Database::open("sqlite:" + file().string(), clock_));
  auto ledger = must(relais::practice::Ledger::open(*database, data()));
  const auto key = must(relais::practice::HostKey::open(data() / "keys", false));
  relais::practice::Accounts accounts(*database, *ledger, key);
  const Attribution admin{"admin", Role::administrator, {}};
  const auto create = [&](const char* id, const char* name, Role role, const char* national) {
    relais::practice::Account account;
    account.id = account.login = id;
    account.display_name = name;
    account.role = role;
    account.national_id = national;
    must(accounts.create(account, password, admin));
  };
  create(doctor_id, "Dr Olivier Rouault", Role::doctor, "810000000011");
  create(assistant_id, "Nadia Lefèvre", Role::assistant, "");
  const Attribution doctor{doctor_id, Role::doctor, {}};
  const Attribution assistant{assistant_id, Role::assistant, {}};
  must(accounts.set_signing_key(password, doctor));
  must(accounts.set_signing_key(password, assistant));
  relais::practice::FicheStore fiches(*database, *ledger, accounts);
  const auto draft = must(fiches.put_draft(fiche_yaml, doctor));
  const auto signed_fiche = must(fiches.sign(draft.id, draft.version, draft.sha256, password, doctor));
  must(fiches.answer(draft.id, draft.version, signed_fiche.sha256, relais::fiche::AnswerKind::accepte, {}, password,
                     assistant));
  for (const auto* task : {sweep_task, read_task, recall_task}) must(fiches.set_enabled(doctor_id, task, true, assistant));
}

std::unique_ptr<relais::app::Host> BenchPractice::host() const {
  relais::app::HostOptions options;
  options.data = data();
  options.listen.unix_socket = socket();
  options.worker_executable = settings_.worker;
  return must(relais::app::Host::start(std::move(options), clock_));
}

OpenPractice::OpenPractice(const Settings& settings, const BenchPractice& practice, bool in_process,
                           const fs::path& package)
    : clock_(practice.clock()) {
  constexpr auto zone = "Europe/Paris";
  database_ = must(relais::practice::Database::open("sqlite:" + practice.file().string(), clock_));
  ledger_ = must(relais::practice::Ledger::open(*database_, practice.data()));
  key_ = std::make_unique<relais::practice::HostKey>(
      must(relais::practice::HostKey::open(practice.data() / "keys", false)));
  accounts_ = std::make_unique<relais::practice::Accounts>(*database_, *ledger_, *key_);
  fiches_ = std::make_unique<relais::practice::FicheStore>(*database_, *ledger_, *accounts_);
  facts_ = std::make_unique<relais::app::RecordFacts>(*database_, zone);
  gate_ = std::make_unique<relais::practice::MandateGate>(*fiches_, *accounts_, *ledger_, *facts_, clock_);
  worklist_ = std::make_unique<relais::practice::WorklistStore>(*database_, *ledger_);
  relais::records::IngestSettings ingest;
  ingest.zone = date::locate_zone(zone);
  ingest.is_own_doctor = relais::practice::is_open_doctor;
  ingest_ = std::make_unique<relais::records::Ingest>(*ledger_, *worklist_, std::move(ingest));
  poison_ = std::make_unique<relais::app::SlicePoison>(*database_);
  package_ = std::make_shared<const relais::plugins::Package>(
      must(relais::plugins::open_package(package.empty() ? settings.package : package)));
  relais::plugins::WorkerOptions worker;
  worker.worker_executable = settings.worker;
  worker.in_process = in_process;
  supervisor_ = std::make_unique<relais::plugins::Supervisor>(
      worker, clock_, [](const auto&) {}, relais::plugins::SupervisionOptions{}, poison_.get());
  must(supervisor_->load(*package_));
}

OpenPractice::~OpenPractice() = default;

relais::app::DispatchParts OpenPractice::parts() const {
  return {*database_,
          *ledger_,
          *worklist_,
          *gate_,
          *ingest_,
          *supervisor_,
          *poison_,
          relais::records::ContextMap::built_in(),
          clock_,
          "Europe/Paris",
          [] { return relais::app::EnabledPackages{}; },
          std::chrono::milliseconds{0}};
}

}  // namespace bench

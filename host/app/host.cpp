// SPDX-License-Identifier: Apache-2.0
#include "app/host.h"

#include <date/tz.h>
#include <spdlog/spdlog.h>

#include "api/admission.h"
#include "api/audit_service.h"
#include "api/ingest_service.h"
#include "api/installed_plugins.h"
#include "api/live_shadow_service.h"
#include "api/patient_record_service.h"
#include "api/plugin_service.h"
#include "api/practice_services.h"
#include "api/server.h"
#include "api/store_adapters.h"
#include "api/trust_service.h"
#include "app/dispatcher.h"
#include "app/feedback_post.h"
#include "app/inbox.h"
#include "app/known_calendar.h"
#include "app/live_shadows.h"
#include "app/item_timers.h"
#include "app/plugin_grammars.h"
#include "app/practice_timers.h"
#include "app/metrics.h"
#include "app/mllp_reception.h"
#include "app/record_changes.h"
#include "app/record_channel.h"
#include "app/record_facts.h"
#include "app/record_openings.h"
#include "app/slice_poison.h"
#include "app/timekeeper.h"
#include "app/trials.h"
#include "app/upkeep.h"
#include "plugins/worker/supervisor.h"
#include "practice/accounts.h"
#include "practice/doctors.h"
#include "practice/fiche_store.h"
#include "practice/inbound.h"
#include "practice/mandate_gate.h"
#include "practice/practice_lock.h"
#include "records/context_map.h"
#include "records/ingest.h"

namespace relais::app {
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds inbox_period{1};
constexpr std::chrono::seconds grace{5};
// Bytes. A file up to this size is read whole for damage before the host serves; a larger one while it does.
constexpr std::uintmax_t checked_before_start = std::uintmax_t{32} << 20U;

practice::LedgerEntry entry_of(const plugins::PluginEvent& event) {
  practice::LedgerEntry entry;
  entry.actor = "system";
  entry.role = "system";
  entry.action = plugins::name_of(event.kind);
  entry.plugin_id = event.plugin_id;
  entry.plugin_version = event.plugin_version;
  entry.error_code = event.code;
  if (!event.code.empty()) entry.outcome = practice::LedgerOutcome::failed;
  if (event.subjects.size() == 1) {
    entry.item_id = event.subjects.front().item_id();
    entry.patient_id = event.subjects.front().patient_id();
    entry.doctor_id = event.subjects.front().doctor_id();
    entry.task_id = event.subjects.front().task_id();
  } else if (!event.subjects.empty()) {
    std::vector<std::string> items;
    for (const auto& subject : event.subjects) items.push_back(subject.item_id());
    entry.subjects = practice::digest_subjects(std::move(items));
  }
  return entry;
}

}  // namespace

Result<void> init_practice(const fs::path& data, const PracticeConfig& config, const std::string& administrator,
                           const std::string& password, const Clock& clock) {
  if (fs::exists(data / "practice.yaml")) return fail(Code::config_exists, "practice.yaml exists", data.string());
  std::error_code failed;
  fs::create_directories(data, failed);
  if (!failed) fs::permissions(data, fs::perms::owner_all, failed);
  if (failed) return fail(Code::io, failed.message(), data.string());
  auto database = practice::Database::open(database_url(data, config.database), clock);
  if (!database) return tl::unexpected(database.error());
  auto ledger = practice::Ledger::open(**database, data);
  if (!ledger) return tl::unexpected(ledger.error());
  const auto key = practice::HostKey::open(data / "keys", false);
  if (!key) return tl::unexpected(key.error());
  practice::Accounts accounts(**database, **ledger, *key);
  practice::Account account;
  account.id = account.login = account.display_name = administrator;
  account.role = worklist::Role::administrator;
  if (const auto created = accounts.create_first(account, password); !created) return tl::unexpected(created.error());
  // Last: a folder without it is not a practice yet, and init may be run again.
  return write_config(data, config);
}

// In the order in which they are made; destroyed in the opposite one.
class Host::Impl {
 public:
  Impl(HostOptions options, PracticeConfig config, const Clock& clock)
      : options_(std::move(options)), config_(std::move(config)), clock_(clock) {}

  Result<void> open() {
    auto lock = practice::PracticeLock::take(options_.data);
    if (!lock) return tl::unexpected(lock.error());
    lock_.emplace(std::move(*lock));
    auto database = practice::Database::open(database_url(options_.data, config_.database), clock_);
    if (!database) return tl::unexpected(database.error());
    database_ = std::move(*database);
    const auto file = database_file(options_.data, config_.database);
    checked_ = file && fs::file_size(*file) <= checked_before_start;
    if (checked_)
      if (const auto sound = database_->check(); !sound) return sound;
    auto ledger = practice::Ledger::open(*database_, options_.data);
    if (!ledger) return tl::unexpected(ledger.error());
    ledger_ = std::move(*ledger);
    auto key = practice::HostKey::open(options_.data / "keys", false);
    if (!key) return tl::unexpected(key.error());
    key_.emplace(std::move(*key));
    accounts_ = std::make_unique<practice::Accounts>(*database_, *ledger_, *key_);
    fiches_ = std::make_unique<practice::FicheStore>(*database_, *ledger_, *accounts_, &grammars_);
    if (const auto kept = open_record(); !kept) return kept;
    facts_ = std::make_unique<RecordFacts>(*database_, config_.time_zone, record());
    fact_store_ = std::make_unique<practice::FactStore>(*ledger_);
    gate_ = std::make_unique<practice::MandateGate>(*fiches_, *accounts_, *ledger_, *facts_, clock_, &grammars_);
    calendar_ = std::make_unique<KnownCalendar>(*gate_, *facts_, clock_);
    worklist_ = std::make_unique<practice::WorklistStore>(*database_, *ledger_);
    agenda_ = std::make_unique<scheduling::AgendaStore>(scheduling::Practice{*ledger_, config_.time_zone});
    records::IngestSettings settings;
    settings.zone = date::locate_zone(config_.time_zone);
    // Test identities are for practices of fictitious patients; a real one refuses them.
    settings.matching.test_identities_accepted = config_.demonstration;
    settings.is_own_doctor = practice::is_open_doctor;
    ingest_ = std::make_unique<records::Ingest>(*ledger_, *worklist_, std::move(settings));
    poison_ = std::make_unique<SlicePoison>(*database_);
    plugins::WorkerOptions worker;
    worker.worker_executable = options_.worker_executable;
    worker.force_landlock_abi = options_.force_landlock_abi;
    plugins::SupervisionOptions supervision;
    supervision.measured = [this](const plugins::EvaluatedBatch& batch) { metrics_.count(batch); };
    supervisor_ = std::make_unique<plugins::Supervisor>(
        worker, clock_, [this](const plugins::PluginEvent& event) { told(event); }, supervision, poison_.get());
    installed_ = std::make_unique<api::InstalledPlugins>(
        *database_, *ledger_, *supervisor_,
        api::PackagePlaces{fs::absolute(options_.data) / "plugins", options_.shipped_plugins, config_.demonstration});
    trials_ = std::make_unique<Trials>(*database_, *fiches_, *accounts_, *facts_, records::ContextMap::built_in(), clock_,
                                       config_.time_zone, worker, record());
    shadows_ = std::make_unique<LiveShadows>(*database_, *ledger_, *trials_, records::ContextMap::built_in(), clock_,
                                             config_.time_zone, worker, record());
    return installed_->load_enabled();
  }

  Result<void> serve() {
    dispatcher_ = std::make_unique<Dispatcher>(DispatchParts{*database_, *ledger_, *worklist_, *gate_, *ingest_,
                                                             *supervisor_, *poison_, records::ContextMap::built_in(),
                                                             clock_, config_.time_zone, [this] { return packages(); },
                                                             options_.burst, record(),
                                                             [this](const ShadowedRun& run) { shadows_->offer(run); }});
    feedback_ = std::make_unique<FeedbackPost>(FeedbackParts{
        *database_, *ledger_, clock_,
        [this](const std::string& plugin, const std::vector<worker::v1::Outcome>& outcomes) {
          return supervisor_->feedback(plugin, outcomes);
        },
        [this](const std::string& plugin) { return supervisor_->version(plugin); },
        [this](const plugins::PluginEvent& event) { told(event); }, options_.feedback_pace});
    if (const auto made = make_timekeeper(); !made) return made;
    api::ServerSettings settings;
    settings.listen = options_.listen;
    auto registry = services();
    auto server = api::Server::start(std::move(registry), *admission_, std::move(settings));
    if (!server) return tl::unexpected(server.error());
    server_ = std::move(*server);
    if (const auto started = dispatcher_->start(); !started) return started;
    if (const auto started = timekeeper_->start(); !started) return started;
    if (const auto opened = shadows_->open(); !opened) return opened;
    feedback_->start();
    if (remote_record_) {
      changes_ = std::make_unique<RecordChanges>(
          RecordChangesParts{*database_, *ledger_, *worklist_, *remote_record_, [this] { dispatcher_->notify(); },
                             [this] { return guardians(); }});
      if (const auto started = changes_->start(); !started) return started;
    } else {
      inbox_ = std::make_unique<Inbox>(
          options_.inbox.empty() ? options_.data / "reception" : options_.inbox,
          [this](const std::string& bytes, const std::string&) { return receive(bytes); }, inbox_period);
    }
    UpkeepSettings upkeep;
    upkeep.ledger_retention_months = config_.ledger_retention_months;
    upkeep.check_first = !checked_;
    upkeep.on_damage = options_.on_damage;
    upkeep_ = std::make_unique<Upkeep>(*database_, *ledger_, std::move(upkeep));
    if (const auto listening = serve_metrics(); !listening) return listening;
    return listen_to_gateways();
  }

  int port() const { return server_->port(); }
  int mllp_port() const { return mllp_ ? mllp_->port() : 0; }
  int metrics_port() const { return metrics_.port(); }

  void stop() {
    metrics_.stop();
    if (mllp_) mllp_->stop();
    upkeep_.reset();
    inbox_.reset();
    if (changes_) changes_->stop();
    if (server_) server_->stop(grace);
    if (timekeeper_) timekeeper_->stop();
    if (dispatcher_) dispatcher_->stop();
    if (feedback_) feedback_->stop();
    if (shadows_) shadows_->close();
  }

 private:
  // Who keeps the record: what record() answers from here on.
  Result<void> open_record() {
    auto channel = options_.record;
    if (!channel && !config_.record.address.empty()) {
      auto address = config_.record;
      for (auto* file : {&address.ca, &address.certificate, &address.key})
        if (!file->empty()) *file = options_.data / *file;
      auto opened = record_channel(address);
      if (!opened) return tl::unexpected(opened.error());
      channel = std::move(*opened);
    }
    if (!channel) return {};
    // What comes from a laboratory goes to whoever keeps the record.
    if (!config_.mllp.empty()) return fail(Code::config_invalid, "the record is kept elsewhere", "mllp");
    remote_record_ = std::make_unique<records::RemoteRecord>(std::move(channel), clock_);
    return {};
  }
  records::RecordSource& record() { return remote_record_ ? *remote_record_ : records::own_record(); }

  Result<void> make_timekeeper() {
    worklist::ClockRules rules;
    rules.critical_repeat = config_.critical_repeat;
    const auto events_wait = [this] { dispatcher_->notify(); };
    item_timers_ = std::make_unique<ItemTimers>(ItemTimerParts{*database_, *worklist_, *fiches_, *accounts_, *gate_,
                                                               *calendar_, clock_, config_.time_zone, rules, events_wait});
    practice_timers_ = std::make_unique<PracticeTimers>(
        PracticeTimerParts{*database_, *ledger_, *worklist_, *fiches_, *gate_, clock_, config_.time_zone, config_.nightly_at,
                           [this] { return packages(); }, events_wait, record()});
    if (const auto made = practice_timers_->ensure(); !made) return made;
    auto kinds = item_timers_->kinds();
    for (auto& kind : practice_timers_->kinds()) kinds.push_back(std::move(kind));
    timekeeper_ = std::make_unique<Timekeeper>(
        TimekeeperParts{*database_, *ledger_, *worklist_, clock_,
                        [this](bool everything) { return item_timers_->plan(everything); },
                        [this] { return guardians(); }, options_.tick},
        std::move(kinds));
    return {};
  }

  // Who is told when a planned run fails: whoever can do something about it, and the doctors it leaves without it.
  std::vector<std::string> guardians() const {
    std::vector<std::string> told;
    const auto accounts = accounts_->list();
    if (!accounts) {
      spdlog::error("timer.nobody-told code={}", stable_code(accounts.error().code));
      return told;
    }
    for (const auto& account : *accounts)
      if (!account.disabled &&
          (account.role == worklist::Role::administrator || account.role == worklist::Role::doctor))
        told.push_back(account.id);
    return told;
  }

  Result<void> serve_metrics() {
    if (config_.metrics.empty()) return {};
    return metrics_.serve(config_.metrics, *database_, clock_, [this] {
      std::vector<PluginGauge> plugins;
      for (const auto& package : packages())
        plugins.push_back({package->manifest.id, package->manifest.version,
                           supervisor_->state(package->manifest.id).status == plugins::PluginStatus::running});
      return plugins;
    });
  }

  Result<void> listen_to_gateways() {
    if (config_.mllp.empty()) return {};
    reception_.emplace(*database_, *ledger_, *ingest_, *date::locate_zone(config_.time_zone), [this] {
      worklist_->changed();
      dispatcher_->notify();
    });
    MllpSettings settings;
    settings.address = config_.mllp;
    auto listener = MllpListener::start(std::move(settings), [this](std::string message, MllpListener::Answer answer) {
      reception_->receive(std::move(message), std::move(answer));
    });
    if (!listener) return tl::unexpected(listener.error());
    mllp_ = std::move(*listener);
    return {};
  }

  // Stopped packages too: what they would have evaluated is said to be not evaluated.
  EnabledPackages packages() const {
    if (!installed_) return {};
    auto all = installed_->enabled();
    for (auto& stopped : installed_->disabled()) all.push_back(std::move(stopped));
    return all;
  }

  api::Registry services() {
    authenticator_.emplace(*accounts_, *gate_, config_.time_zone);
    admission_gate_.emplace(*gate_, *database_);
    audit_.emplace(*ledger_, *database_);
    admission_.emplace(*authenticator_, *admission_gate_, *audit_);
    context_.emplace(api::PracticeServices{*database_, *accounts_, *fiches_, *gate_, *worklist_, clock_,
                                           config_.time_zone, [this] {
                                             dispatcher_->notify_tasks();
                                             timekeeper_->plan_again();
                                           }, &grammars_, [this] { timekeeper_->plan_again(); }, record()});
    openings_.emplace(RecordOpeningParts{*database_, record(), clock_, config_.time_zone, [this] { return packages(); },
                                         [this] { dispatcher_->notify(); }});
    api::Registry registry;
    api::register_identity_service(registry, *context_);
    api::register_delegation_service(registry, *context_);
    api::register_trials(registry, *context_, *trials_);
    api::register_live_shadows(registry, *context_, *shadows_);
    api::register_worklist_service(registry, *context_);
    api::register_practice_service(registry, *context_, *fact_store_, *facts_);
    api::register_scheduling_service(registry, *context_, *agenda_, [this] { dispatcher_->notify(); });
    api::register_audit_service(registry, *database_, *ledger_);
    api::register_patient_record_service(registry, *database_,
                                         {config_.time_zone, [this] { dispatcher_->notify(); }, record(),
                                          [this](const std::string& patient) { openings_->opened(patient); }});
    api::register_ingest_service(registry, *database_, *ledger_, *worklist_, *ingest_,
                                 [this] { dispatcher_->notify(); }, record().elsewhere());
    api::register_trust(registry, *database_, *ledger_, *installed_);
    api::register_plugin_service(registry, *database_, *installed_, *supervisor_, journal_,
                                 [this](const api::Caller& assistant, const std::string& doctor,
                                        const std::string& plugin) { return works_with(assistant, doctor, plugin); });
    return registry;
  }

  // An assistant works with a doctor's settings of a plugin when a fiche lets her see one of its tasks.
  Result<bool> works_with(const api::Caller& assistant, const std::string& doctor, const std::string& plugin) {
    const auto installed = installed_->in_use(plugin);
    if (!installed) return tl::unexpected(installed.error());
    if (!installed->package) return false;
    for (const auto& task : installed->package->manifest.tasks) {
      practice::MandateSubject subject;
      subject.task = task;
      subject.doctor_id = doctor;
      const auto answer = gate_->decide(assistant.id, fiche::Action::voir, subject);
      if (!answer) return tl::unexpected(answer.error());
      if (answer->decision.authorised) return true;
    }
    return false;
  }

  // A file of the watched folder: durable and in the ledger before the folder lets go of it. Its name may hold a
  // patient's: it is not kept.
  Result<void> receive(const std::string& bytes) {
    const auto stored = database_->write([&](practice::Transaction& tx) -> Result<void> {
      const auto message = practice::submit(tx, "folder", bytes);
      practice::LedgerEntry entry;
      entry.actor = "system";
      entry.role = "system";
      entry.action = "ingest.received";
      entry.item_id = message.id;
      if (const auto written = ledger_->append(tx, entry); !written) return tl::unexpected(written.error());
      return {};
    });
    if (!stored) return stored;
    dispatcher_->notify();
    return {};
  }

  void told(const plugins::PluginEvent& event) {
    metrics_.count(event);
    journal_.tell(event);
    // A plugin's own line is no act of the practice.
    if (event.kind == plugins::PluginEventKind::logged) return;
    if (event.kind == plugins::PluginEventKind::disabled && installed_)
      if (const auto kept = installed_->failed(event); !kept)
        spdlog::error("plugin.state-not-kept code={}", stable_code(kept.error().code));
    if (const auto written = ledger_->record(entry_of(event)); !written)
      spdlog::error("plugin.event-not-recorded code={}", stable_code(written.error().code));
  }

  const HostOptions options_;
  const PracticeConfig config_;
  const Clock& clock_;
  std::optional<practice::PracticeLock> lock_;
  bool checked_ = false;
  std::unique_ptr<practice::Database> database_;
  std::unique_ptr<practice::Ledger> ledger_;
  std::optional<practice::HostKey> key_;
  std::unique_ptr<practice::Accounts> accounts_;
  const PluginGrammars grammars_{[this] { return packages(); }};
  std::unique_ptr<practice::FicheStore> fiches_;
  std::unique_ptr<records::RemoteRecord> remote_record_;  // null: Relais keeps the record
  std::unique_ptr<RecordFacts> facts_;
  std::unique_ptr<practice::FactStore> fact_store_;
  std::unique_ptr<practice::MandateGate> gate_;
  std::unique_ptr<practice::WorklistStore> worklist_;
  std::unique_ptr<scheduling::AgendaStore> agenda_;
  std::unique_ptr<records::Ingest> ingest_;
  std::unique_ptr<SlicePoison> poison_;
  api::PluginJournal journal_;
  Metrics metrics_;  // supervision tells it what happens
  std::unique_ptr<plugins::Supervisor> supervisor_;
  std::unique_ptr<api::InstalledPlugins> installed_;
  std::unique_ptr<Trials> trials_;
  std::unique_ptr<LiveShadows> shadows_;
  std::unique_ptr<FeedbackPost> feedback_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<KnownCalendar> calendar_;
  std::unique_ptr<ItemTimers> item_timers_;
  std::unique_ptr<PracticeTimers> practice_timers_;
  std::unique_ptr<Timekeeper> timekeeper_;
  std::optional<api::AccountAuthenticator> authenticator_;
  std::optional<api::FicheMandateGate> admission_gate_;
  std::optional<api::LedgerAudit> audit_;
  std::optional<api::Admission> admission_;
  std::optional<api::PracticeServices> context_;
  std::optional<RecordOpenings> openings_;
  std::unique_ptr<api::Server> server_;
  std::unique_ptr<Inbox> inbox_;
  std::optional<MllpReception> reception_;
  std::unique_ptr<MllpListener> mllp_;
  std::unique_ptr<RecordChanges> changes_;
  std::unique_ptr<Upkeep> upkeep_;
};

Host::Host(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Host::~Host() { stop(); }

Result<std::unique_ptr<Host>> Host::start(HostOptions options, const Clock& clock) {
  auto config = read_config(options.data);
  if (!config) return tl::unexpected(config.error());
  auto impl = std::make_unique<Impl>(std::move(options), std::move(*config), clock);
  if (const auto opened = impl->open(); !opened) return tl::unexpected(opened.error());
  if (const auto serving = impl->serve(); !serving) {
    impl->stop();
    return tl::unexpected(serving.error());
  }
  return std::unique_ptr<Host>(new Host(std::move(impl)));
}

int Host::port() const { return impl_->port(); }
int Host::mllp_port() const { return impl_->mllp_port(); }
int Host::metrics_port() const { return impl_->metrics_port(); }
void Host::stop() { impl_->stop(); }

}  // namespace relais::app

// SPDX-License-Identifier: Apache-2.0
// A practice to measure: one doctor who delegates, one assistant, as many patients as asked, each with the same number
// of results. Fictitious, from no file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/demonstration_clock.h"
#include "app/dispatch_parts.h"
#include "app/host.h"
#include "app/record_facts.h"
#include "practice/accounts.h"
#include "practice/fiche_store.h"
#include "practice/mandate_runs.h"
#include "settings.h"

namespace bench {

// A folder that goes with the object.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& under);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline constexpr auto doctor_id = "rouault";
inline constexpr auto assistant_id = "lefevre";
inline constexpr auto password = "mesure-de-relais";
inline constexpr auto sweep_task = "sortie-hospitalisation-suivi";
inline constexpr auto read_task = "bio-triage";
inline constexpr auto recall_task = "vaccine-recall";

// Patients p-00000001 and on. One in a hundred has a potassium of 6.2 mmol/L in the latest report.
std::string patient_id(std::int64_t number);

class BenchPractice {
 public:
  // Makes the practice in a folder of its own under `settings.scratch`, with fiche, switches and record.
  BenchPractice(const Settings& settings, std::int64_t patients, int results);

  std::filesystem::path data() const { return folder_.path() / "data"; }
  std::filesystem::path file() const { return data() / "practice.sqlite"; }
  std::string socket() const { return (folder_.path() / "socket" / "relais.sock").string(); }
  const relais::Clock& clock() const { return clock_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // The whole host on this practice, listening on socket().
  std::unique_ptr<relais::app::Host> host() const;

 private:
  void open_accounts();

  const Settings& settings_;
  Folder folder_;
  relais::app::DemonstrationClock clock_;
};

// What a run over the practice needs, without the API. With `in_process` the plugin runs in this process. `package` is the
// plugin's, that of the settings when it is empty.
class OpenPractice {
 public:
  OpenPractice(const Settings& settings, const BenchPractice& practice, bool in_process,
               const std::filesystem::path& package = {});
  ~OpenPractice();
  relais::app::DispatchParts parts() const;
  relais::practice::MandateSources mandates() const { return {*fiches_, *accounts_, *facts_}; }
  const relais::plugins::Package& package() const { return *package_; }

 private:
  const relais::Clock& clock_;
  std::unique_ptr<relais::practice::Database> database_;
  std::unique_ptr<relais::practice::Ledger> ledger_;
  std::unique_ptr<relais::practice::HostKey> key_;
  std::unique_ptr<relais::practice::Accounts> accounts_;
  std::unique_ptr<relais::practice::FicheStore> fiches_;
  std::unique_ptr<relais::app::RecordFacts> facts_;
  std::unique_ptr<relais::practice::MandateGate> gate_;
  std::unique_ptr<relais::practice::WorklistStore> worklist_;
  std::unique_ptr<relais::records::Ingest> ingest_;
  std::unique_ptr<relais::app::SlicePoison> poison_;
  std::unique_ptr<relais::plugins::Supervisor> supervisor_;
  std::shared_ptr<const relais::plugins::Package> package_;
};

// The value, or the end of the program with the error.
template <class T>
T must(relais::Result<T> result);
template <>
inline void must(relais::Result<void> result) {
  if (!result) give_up(std::string(relais::stable_code(result.error().code)) + " " + result.error().detail);
}
template <class T>
T must(relais::Result<T> result) {
  if (!result) must(relais::Result<void>(tl::unexpected(result.error())));
  return std::move(*result);
}

}  // namespace bench

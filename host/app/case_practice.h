// SPDX-License-Identifier: Apache-2.0
// A throw-away practice in which cases happen: each is written as records, and read back through the slice
// builder, so that what a plugin is given is what a practice would give it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plugins/manifest.h"
#include "practice/database.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::app {

class CasePractice {
 public:
  // The doctor of every case.
  static constexpr const char* doctor = "medecin-des-cas";

  // A new SQLite file in a folder of its own, removed at the end.
  static Result<std::unique_ptr<CasePractice>> open();
  ~CasePractice();
  CasePractice(const CasePractice&) = delete;
  CasePractice& operator=(const CasePractice&) = delete;

  // Writes at this instant; `work` answers the subject, item and patient.
  using Work = std::function<Result<worker::v1::Subject>(practice::Transaction&)>;
  Result<worker::v1::Subject> write(Instant now, const Work& work);
  // What the plugin would be shown of this subject, for its first task unless the subject names one, as of an instant
  // that is not before the write. `settings`: what the doctor set.
  Result<worker::v1::Slice> slice(worker::v1::Subject subject, Instant as_of, const plugins::Manifest& manifest,
                                  std::vector<worker::v1::Setting> settings = {});

 private:
  class CaseClock;
  CasePractice();

  std::filesystem::path folder_;
  std::unique_ptr<CaseClock> clock_;
  std::unique_ptr<practice::Database> database_;
};

}  // namespace relais::app

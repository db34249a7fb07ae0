// SPDX-License-Identifier: Apache-2.0
// practice.yaml, in the practice's data folder: written by `relais-host init`, read by `relais-host run`.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "app/record_address.h"
#include "domain/error.h"

namespace relais::app {

struct PracticeConfig {
  std::string name;
  std::string time_zone = "Europe/Paris";  // IANA name
  std::string database;                    // "sqlite:FILE" (relative to the data folder) or "postgresql://…"
  // Where laboratories' gateways bring HL7 v2 by MLLP: "127.0.0.1:2575", loopback only, port 0 for a free one; empty:
  // nowhere.
  std::string mllp;
  // Where Prometheus reads counts and durations over HTTP: "127.0.0.1:9464", loopback only; empty: nowhere.
  std::string metrics;
  // Where the practice's software serves the patient record (record_reader.proto), in place of Relais' own: nothing is
  // received here then. Files are relative to the data folder.
  RecordAddress record;
  // Only fictitious patients: allows a clock that is not the machine's. Never switched on for a practice that has been
  // created without it.
  bool demonstration = false;
  // Hour of the nightly run, practice time: "HH:MM" in the file.
  std::chrono::minutes nightly_at{2 * 60 + 30};
  // How often a critical item is raised to the doctor until one has seen it, 5 to 60 minutes. The sources give a delay of
  // one hour (biologie.md, B2) and no repeat: four times inside that hour.
  std::chrono::minutes critical_repeat{15};
  // Age from which entries leave the ledger; absent: they are kept for ever. No text read fixes it for a liberal office
  // (identity.md sections 1 and 11); the CNIL's general advice on logs is 6 to 12 months, up to 36 if justified
  // (identity.md, source I18): its least is the least accepted.
  std::optional<int> ledger_retention_months;
};
inline constexpr int least_ledger_retention_months = 6;
inline constexpr int most_ledger_retention_months = 1200;  // a hundred years: beyond the calendar's reach dates wrap

// The URL to open: "sqlite:FILE" is relative to the practice's folder.
std::string database_url(const std::filesystem::path& data, const std::string& configured);
// Its file; nullopt for a practice that no file holds.
std::optional<std::filesystem::path> database_file(const std::filesystem::path& data, const std::string& configured);

// Writes the file, refusing to replace one. Errors: io, config_exists.
Result<void> write_config(const std::filesystem::path& data, const PracticeConfig& config);

// Any text as a practice.yaml; errors as read_config.
Result<PracticeConfig> parse_config(const std::string& text);

// Reads it. An unknown key, a missing one, an unknown time zone or a retention longer than the most is an Error with its
// place: config_invalid; ledger_retention for a retention shorter than the least.
Result<PracticeConfig> read_config(const std::filesystem::path& data);

}  // namespace relais::app

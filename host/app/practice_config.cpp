// SPDX-License-Identifier: Apache-2.0
#include "app/practice_config.h"

#include <date/tz.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <iterator>
#include <optional>

#include "domain/civil_time.h"

#include "app/loopback_address.h"
#include "app/mllp_listener.h"

namespace relais::app {
namespace {

constexpr auto file_name = "practice.yaml";

// "HH:MM".
std::optional<std::chrono::minutes> time_of_day(const std::string& text) {
  const auto moment = text.size() == 5 ? fiche::parse_moment("2000-01-01T" + text) : std::nullopt;
  if (!moment) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::minutes>(moment->at - date::floor<date::days>(moment->at));
}

Result<void> check_record(const PracticeConfig& config) {
  const auto& record = config.record;
  if (record.address.empty()) {
    if (record.ca.empty() && record.certificate.empty() && record.key.empty()) return {};
    return fail(Code::config_invalid, "missing", "record_reader");
  }
  return check_record_address(record);
}

Result<PracticeConfig> parse(const YAML::Node& root) {
  if (!root.IsMap()) return fail(Code::config_invalid, "practice.yaml is not a map");
  PracticeConfig config;
  for (const auto& entry : root) {
    const auto key = entry.first.as<std::string>();
    if (key == "practice")
      config.name = entry.second.as<std::string>();
    else if (key == "time_zone")
      config.time_zone = entry.second.as<std::string>();
    else if (key == "database")
      config.database = entry.second.as<std::string>();
    else if (key == "mllp")
      config.mllp = entry.second.as<std::string>();
    else if (key == "metrics")
      config.metrics = entry.second.as<std::string>();
    else if (key == "record_reader")
      config.record.address = entry.second.as<std::string>();
    else if (key == "record_reader_ca")
      config.record.ca = entry.second.as<std::string>();
    else if (key == "record_reader_certificate")
      config.record.certificate = entry.second.as<std::string>();
    else if (key == "record_reader_key")
      config.record.key = entry.second.as<std::string>();
    else if (key == "demonstration")
      config.demonstration = entry.second.as<bool>();
    else if (key == "ledger_retention_months")
      config.ledger_retention_months = entry.second.as<int>();
    else if (key == "nightly_at") {
      const auto at = time_of_day(entry.second.as<std::string>());
      if (!at) return fail(Code::config_invalid, "not an hour HH:MM", key);
      config.nightly_at = *at;
    } else if (key == "critical_repeat_minutes") {
      const auto minutes = entry.second.as<int>();
      if (minutes < 5 || minutes > 60) return fail(Code::config_invalid, "not 5 to 60 minutes", key);
      config.critical_repeat = std::chrono::minutes{minutes};
    } else
      return fail(Code::config_invalid, "unknown key", key);
  }
  if (config.name.empty()) return fail(Code::config_invalid, "missing", "practice");
  if (config.database.empty()) return fail(Code::config_invalid, "missing", "database");
  if (!config.mllp.empty()) {
    if (const auto checked = check_mllp(config.mllp); !checked) return tl::unexpected(checked.error());
  }
  if (!config.metrics.empty()) {
    if (const auto checked = loopback_address(config.metrics, "metrics"); !checked)
      return tl::unexpected(checked.error());
  }
  if (const auto checked = check_record(config); !checked) return tl::unexpected(checked.error());
  if (config.ledger_retention_months && *config.ledger_retention_months < least_ledger_retention_months)
    return fail(Code::ledger_retention, "too short", "ledger_retention_months");
  if (config.ledger_retention_months && *config.ledger_retention_months > most_ledger_retention_months)
    return fail(Code::config_invalid, "more than 100 years", "ledger_retention_months");
  try {
    date::locate_zone(config.time_zone);
  } catch (const std::runtime_error&) {
    return fail(Code::config_invalid, "unknown time zone", "time_zone");
  }
  return config;
}

constexpr std::string_view sqlite = "sqlite:";

}  // namespace

std::optional<std::filesystem::path> database_file(const std::filesystem::path& data, const std::string& configured) {
  if (!configured.starts_with(sqlite)) return std::nullopt;
  return data / configured.substr(sqlite.size());
}

std::string database_url(const std::filesystem::path& data, const std::string& configured) {
  const auto file = database_file(data, configured);
  return file ? std::string(sqlite) + file->string() : configured;
}

Result<void> write_config(const std::filesystem::path& data, const PracticeConfig& config) {
  const auto file = data / file_name;
  if (std::filesystem::exists(file)) return fail(Code::config_exists, "practice.yaml exists", file.string());
  YAML::Emitter out;
  // A key that is not set is shown as a comment too, with its default.
  const auto comment = [&out](const char* text) { out << YAML::Newline << YAML::Comment(text); };
  out << YAML::Comment(
             "Relais : réglages de ce cabinet. Lus au démarrage de l'hôte, qui refuse une clé inconnue.\n"
             "Ce qu'un médecin règle (fiches de poste, calendrier, présence) n'est pas ici : voir relais practice --help.")
      << YAML::BeginMap;
  comment("Nom du cabinet, tel que les personnes le lisent.");
  out << YAML::Key << "practice" << YAML::Value << config.name;
  comment("Fuseau horaire des délais et des horaires, nom IANA.");
  out << YAML::Key << "time_zone" << YAML::Value << config.time_zone;
  comment(
      "Base de données : sqlite:FICHIER dans ce dossier, ou postgresql://… (sauvegardée alors par les outils de\n"
      "PostgreSQL).");
  out << YAML::Key << "database" << YAML::Value << config.database;
  comment("Écoute MLLP des passerelles de laboratoires, sur ce poste seulement : ADRESSE:PORT, port 0 pour un port libre.");
  if (config.mllp.empty())
    comment("mllp: 127.0.0.1:2575");
  else
    out << YAML::Key << "mllp" << YAML::Value << config.mllp;
  comment("Mesures pour Prometheus (nombres et durées seulement), sur ce poste seulement : ADRESSE:PORT.");
  if (config.metrics.empty())
    comment("metrics: 127.0.0.1:9464");
  else
    out << YAML::Key << "metrics" << YAML::Value << config.metrics;
  comment(
      "Dossiers des patients tenus par votre logiciel, qui sert record_reader.proto : unix:/CHEMIN, ADRESSE:PORT de ce\n"
      "poste, ou HÔTE:PORT avec l'autorité TLS record_reader_ca (et, si votre logiciel le demande, record_reader_certificate\n"
      "et record_reader_key). Absent : Relais tient les dossiers et reçoit les comptes rendus. À vérifier d'abord :\n"
      "relais conformance record-reader ADRESSE.");
  if (config.record.address.empty())
    comment("record_reader: unix:/run/logiciel/dossiers.sock");
  else
    out << YAML::Key << "record_reader" << YAML::Value << config.record.address;
  const auto optional_file = [&out](const char* name, const std::filesystem::path& path) {
    if (!path.empty()) out << YAML::Key << name << YAML::Value << path.string();
  };
  optional_file("record_reader_ca", config.record.ca);
  optional_file("record_reader_certificate", config.record.certificate);
  optional_file("record_reader_key", config.record.key);
  comment("Cabinet fictif : permet une horloge de démonstration. Ne se change plus ensuite.");
  out << YAML::Key << "demonstration" << YAML::Value << config.demonstration;
  comment("Heure du passage de nuit, HH:MM, dans le fuseau du cabinet.");
  comment("nightly_at: \"02:30\"");
  comment("Rappel au médecin d'un résultat critique que personne n'a vu, toutes les 5 à 60 minutes.");
  comment("critical_repeat_minutes: 15");
  comment("Durée de conservation du journal, en mois, de 6 à 1200 ; absente : il est gardé sans limite.");
  if (config.ledger_retention_months)
    out << YAML::Key << "ledger_retention_months" << YAML::Value << *config.ledger_retention_months;
  else
    comment("ledger_retention_months: 36");
  out << YAML::EndMap;
  std::ofstream stream(file);
  stream << out.c_str() << '\n';
  stream.close();
  if (!stream) return fail(Code::io, "practice.yaml cannot be written", file.string());
  return {};
}

Result<PracticeConfig> parse_config(const std::string& text) {
  try {
    return parse(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    return fail(Code::config_invalid, error.msg, "line " + std::to_string(error.mark.line + 1));
  }
}

Result<PracticeConfig> read_config(const std::filesystem::path& data) {
  const auto file = data / file_name;
  if (!std::filesystem::is_regular_file(file)) return fail(Code::config_missing, "no practice.yaml", file.string());
  std::ifstream in(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) return fail(Code::io, "practice.yaml cannot be read", file.string());
  return parse_config(text);
}

}  // namespace relais::app

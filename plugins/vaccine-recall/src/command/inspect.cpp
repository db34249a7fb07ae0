// SPDX-License-Identifier: Apache-2.0
#include "command/inspect.h"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "calendar_fr/calendar.h"
#include "command/cdsi_compare.h"
#include "command/evaluate.h"
#include "engine/explain.h"
#include "engine/load.h"

namespace relais::vaccine {
namespace {

// Processor time of this program, which others on the machine do not stretch.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

long peak_kib() {
  rusage usage{};
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

struct Loaded {
  SupportingData data;
  std::vector<CdsiCase> cases;
};

bool load(const std::filesystem::path& folder, const std::filesystem::path& file, Loaded& out, std::ostream& problems) {
  auto data = load_folder(folder);
  if (!data) {
    problems << "supporting data refused: " << data.error().text() << '\n';
    return false;
  }
  out.data = *std::move(data);
  std::string text;
  if (!read_file(file, text)) {
    problems << file.filename().string() << " cannot be read\n";
    return false;
  }
  auto cases = read_cdsi_cases(text, out.data);
  if (!cases) {
    problems << file.filename().string() << ": " << cases.error() << '\n';
    return false;
  }
  out.cases = *std::move(cases);
  return true;
}

}  // namespace

int explain_case(const std::filesystem::path& supporting_data, const std::filesystem::path& cases,
                 const std::string& id, std::ostream& out, std::ostream& problems) {
  Loaded loaded;
  if (!load(supporting_data, cases, loaded, problems)) return 2;
  const auto found =
      std::find_if(loaded.cases.begin(), loaded.cases.end(), [&](const auto& each) { return each.id == id; });
  if (found == loaded.cases.end()) {
    problems << "no case " << id << '\n';
    return 2;
  }
  Trace trace;
  const auto got = assess(loaded.data, found->patient, found->assessed, &trace);
  if (!got) {
    problems << id << ": " << got.error().reason << '\n';
    return 1;
  }
  bool is_forecast = false;
  for (const auto& forecast : got->groups) {
    if (loaded.data.groups[forecast.group].name != found->group) continue;
    is_forecast = true;
    for (const auto& line : explain_in_french(loaded.data, *got, forecast, trace)) out << line << '\n';
    for (const auto& line : explain_for_developers(loaded.data, *got, forecast, trace)) out << line << '\n';
  }
  if (!is_forecast) out << found->group << " : aucune série de doses de ces données ne s'applique à ce patient\n";
  return 0;
}

int check_calendar(const std::filesystem::path& calendar, std::ostream& out, std::ostream& problems) {
  const auto loaded = fr::load_calendar(calendar);
  if (!loaded) {
    problems << "calendar refused: " << loaded.error().text() << '\n';
    return 1;
  }
  out << "Calendrier des vaccinations, édition " << loaded->edition << '\n';
  int rules = 0, uncertain = 0;
  for (const auto& group : loaded->groups) {
    out << '\n' << group.label << '\n';
    const auto& antigen = loaded->data.antigens[group.antigen];
    for (std::size_t i = 0; i < antigen.series.size(); ++i) {
      out << "  " << antigen.series[i].name << '\n';
      for (const auto& fact : loaded->facts[group.antigen][i]) {
        ++rules;
        uncertain += fact.mark == 'C' || fact.mark == 'X';
        const auto& source = loaded->sources.at(fact.source);
        out << "    "
            << (fact.dose       ? "dose " + std::to_string(fact.dose) + " : "
                : fact.question ? "question ouverte " + std::to_string(fact.question) + " : "
                                : "")
            << fact.text << " [" << fact.mark << ", " << source.title << ", " << source.date << "]\n";
      }
    }
  }
  out << "\nQuestions ouvertes, à trancher par un médecin\n";
  for (const auto& [number, text] : loaded->questions) out << "  " << number << ". " << text << '\n';
  out << "\nSans règle, expertise indisponible\n";
  for (const auto& [id, label] : loaded->without_rule) out << "  " << label << '\n';
  out << '\n' << rules << " lignes, dont " << uncertain << " non confirmées ou discordantes" << std::endl;
  return 0;
}

int bench(const std::filesystem::path& supporting_data, const std::filesystem::path& cases, double seconds,
          std::ostream& out, std::ostream& problems) {
  const long before = peak_kib();
  double start = processor_seconds();
  const auto data = load_folder(supporting_data);
  const double load_seconds = processor_seconds() - start;
  Loaded loaded;
  if (!data || !load(supporting_data, cases, loaded, problems)) return 2;
  if (loaded.cases.empty()) {
    problems << "no case\n";
    return 2;
  }
  const long after = peak_kib();
  std::size_t patients = 0, groups = 0;
  start = processor_seconds();
  double elapsed = 0;
  while ((elapsed = processor_seconds() - start) < seconds) {
    for (const auto& each : loaded.cases) {
      const auto got = assess(loaded.data, each.patient, each.assessed);
      if (!got) continue;
      ++patients;
      groups += got->groups.size();
    }
  }
  out << nlohmann::json{{"patients_per_second_per_core", static_cast<double>(patients) / elapsed},
                        {"forecasts_per_second_per_core", static_cast<double>(groups) / elapsed},
                        {"patients", patients},
                        {"processor_seconds", elapsed},
                        {"load_processor_seconds", load_seconds},
                        {"load_peak_kib", after - before},
                        {"peak_kib", peak_kib()}}
             .dump(2)
      << std::endl;
  return patients > 0 ? 0 : 1;
}

}  // namespace relais::vaccine

// SPDX-License-Identifier: Apache-2.0
#include "scenario.h"

#include <date/date.h>
#include <fmt/format.h>

#include <array>
#include <random>

#include "domain/civil_time.h"

namespace demo {
namespace {

date::sys_days parse_day(const std::string& iso) { return relais::fiche::parse_date(iso).value(); }

std::string before(const std::string& today, int days) {
  return date::format("%F", parse_day(today) - date::days(days));
}

// A fictitious NIR with its true key, under the test OID (identity.md section 4).
std::string fictitious_nir(bool female, const std::string& birth_date, std::size_t number) {
  const std::string body =
      fmt::format("{}{}{}51215{:03}", female ? 2 : 1, birth_date.substr(2, 2), birth_date.substr(5, 2), number % 1000);
  return body + fmt::format("{:02}", 97 - std::stoull(body) % 97);
}

struct Analyte {
  const char* code;
  const char* label;
  const char* unit;
  double usual, spread, low, high;
};

// Labels and reference intervals are those a laboratory could print; they are sample data, not thresholds.
constexpr std::array<Analyte, 10> panel{{
    {"2823-3", "Potassium", "mmol/L", 4.2, 0.25, 3.5, 5.1},
    {"2951-2", "Sodium", "mmol/L", 140, 1.5, 136, 145},
    {"14682-9", "Créatinine", "umol/L", 74, 5, 59, 104},
    {"718-7", "Hémoglobine", "g/dL", 14.2, 0.5, 12.0, 17.0},
    {"777-3", "Plaquettes", "10*9/L", 250, 25, 150, 400},
    {"6690-2", "Leucocytes", "10*9/L", 6.4, 0.7, 4.0, 10.0},
    {"1988-5", "CRP", "mg/L", 2.0, 0.6, 0.0, 5.0},
    {"1742-6", "ALAT", "U/L", 24, 4, 5, 40},
    {"3016-3", "TSH", "m[IU]/L", 1.9, 0.3, 0.4, 4.0},
    {"2085-9", "Cholestérol HDL", "g/L", 0.55, 0.05, 0.40, 1.00},
}};

const Analyte& analyte(const std::string& code) {
  for (const auto& one : panel)
    if (code == one.code) return one;
  throw std::logic_error("unknown analyte " + code);
}

DemoResult result(const std::string& code, double value, std::string flag) {
  const auto& one = analyte(code);
  return {one.code, one.label, value, one.unit, one.low, one.high, std::move(flag)};
}

// A value near the usual one, kept strictly inside the interval.
double usual_value(const Analyte& one, std::mt19937& random) {
  // Not std::normal_distribution: its sequence is not the same in every library.
  const double unit = static_cast<double>(random() % 2001) / 1000.0 - 1.0;
  return std::round((one.usual + unit * one.spread) * 100) / 100;
}

std::vector<DemoResult> normal_panel(std::mt19937& random) {
  std::vector<DemoResult> results;
  for (const auto& one : panel) results.push_back(result(one.code, usual_value(one, random), "N"));
  return results;
}

std::vector<DemoPatient> make_patients(const std::string& today) {
  static constexpr std::array given_f{"CAMILLE", "LOUISE", "ZOE", "INES", "CLARA"};
  static constexpr std::array given_m{"HUGO", "SACHA", "NOE", "MALO", "ELIO"};
  std::mt19937 random(20261121);
  std::vector<DemoPatient> patients;
  for (std::size_t i = 1; i <= 400; ++i) {
    DemoPatient one;
    one.id = fmt::format("p-{:03}", i);
    one.female = i % 2 == 0;
    one.family = fmt::format("FICTIF-{}{}", static_cast<char>('A' + (i / 26) % 26), static_cast<char>('A' + i % 26));
    one.given = one.female ? given_f[i % given_f.size()] : given_m[i % given_m.size()];
    one.birth_date = fmt::format("{:04}-{:02}-{:02}", 1940 + random() % 60, 1 + random() % 12, 1 + random() % 28);
    one.birth_place = "51215";
    one.ins = fictitious_nir(one.female, one.birth_date, i);
    one.treating_doctor = i % 3 == 0 ? "nguyen" : "rouault";
    for (const int days : {420, 210})
      one.history.push_back({before(today, days + static_cast<int>(random() % 40)), normal_panel(random)});
    patients.push_back(std::move(one));
  }
  return patients;
}

class Reports {
 public:
  explicit Reports(Scenario& scenario) : scenario_(scenario), random_(50) {}

  DemoReport& add(std::string what, std::string prescriber, std::vector<DemoResult> results, std::string category,
                  std::vector<std::string> rules) {
    return scenario_.reports.emplace_back(make(scenario_.reports.size() + 1, std::move(what), std::move(prescriber),
                                               std::move(results), std::move(category), std::move(rules)));
  }

  DemoReport make(std::size_t number, std::string what, std::string prescriber, std::vector<DemoResult> results,
                  std::string category, std::vector<std::string> rules) {
    DemoReport report;
    report.name = fmt::format("bio-{:02}.xml", number);
    report.what = std::move(what);
    report.patient = number * 7 % scenario_.patients.size();
    report.document_id = fmt::format("1.2.250.1.213.1.1.1.55.2026.{}", number);
    report.set_id = fmt::format("1.2.250.1.213.1.1.1.55.9000.{}", number);
    report.results = std::move(results);
    report.answer = {std::move(category), std::move(rules), prescriber};
    report.prescriber = std::move(prescriber);
    return report;
  }

  std::vector<DemoResult> normal() { return normal_panel(random_); }

  // The usual panel with one result replaced.
  std::vector<DemoResult> with(const std::string& code, double value, const std::string& flag) {
    auto results = normal();
    for (auto& one : results)
      if (one.code == code) one = result(code, value, flag);
    return results;
  }

 private:
  Scenario& scenario_;
  std::mt19937 random_;
};

void in_format(DemoReport& report, DemoFormat format, const std::string& extension) {
  report.format = format;
  report.name = report.name.substr(0, report.name.rfind('.')) + extension;
}

void add_abnormal(Reports& evening) {
  evening.add("potassium très haut", "rouault", evening.with("2823-3", 6.8, "HH"), "critique", {"C-K"});
  evening.add("hémoglobine effondrée", "rouault", evening.with("718-7", 6.4, "LL"), "critique", {"C-HB"});
  evening.add("sodium très bas", "rouault", evening.with("2951-2", 121, "LL"), "critique", {"C-NA"});
  evening.add("plaquettes très basses", "rouault", evening.with("777-3", 38, "LL"), "critique", {"C-PLQ"});
  evening.add("sodium très bas, sans drapeau du laboratoire", "rouault", evening.with("2951-2", 122, ""), "critique",
              {"C-NA", "F3"});
  evening.add("ALAT marquée très haute, sous le seuil publié", "rouault", evening.with("1742-6", 210, "HH"),
              "aujourdhui", {"F2"});
  in_format(evening.add("leucocytes marqués très hauts, en HL7 v2", "rouault", evening.with("6690-2", 22, "HH"),
                        "aujourdhui", {"F2"}),
            DemoFormat::hl7v2, ".hl7");
  in_format(evening.add("TSH haute, en FHIR", "rouault", evening.with("3016-3", 6.1, "H"), "a_voir", {"F1"}),
            DemoFormat::fhir, ".json");
  evening.add("CRP haute", "rouault", evening.with("1988-5", 34, "H"), "a_voir", {"F1"});
  evening.add("créatinine hors intervalle, sans drapeau", "rouault", evening.with("14682-9", 106, ""), "a_voir",
              {"F3"});
  evening.add("drapeau H dans son propre intervalle", "rouault", evening.with("1742-6", 31, "H"), "a_voir", {"F4"});
  evening.add("commentaire du laboratoire", "rouault", evening.normal(), "a_voir", {"I8"}).comment =
      "Prélèvement légèrement lactescent.";
  evening.add("commentaire « à appeler »", "rouault", evening.normal(), "aujourdhui", {"I8"}).comment =
      "Résultat urgent : appel du laboratoire au cabinet resté sans réponse.";
  evening.add("PDF seul", "rouault", {}, "a_voir", {"I7"}).pdf_only = true;
  evening
      .add("unité illisible sur un potassium haut", "rouault", evening.with("2823-3", 5.7, "H"), "aujourdhui", {"F6"})
      .results.front()
      .unit = "mEq/dose";
}

void add_identity(Reports& evening, Scenario& scenario) {
  evening.add("patient sans dossier au cabinet", "rouault", evening.with("3016-3", 5.2, "H"), "a_classer", {"I1"})
      .unknown_patient = true;
  evening
      .add("lieu de naissance différent du dossier", "rouault", evening.with("2823-3", 7.1, "HH"), "critique",
           {"I1", "C-K"})
      .foreign_birth_place = true;
  // The same set sent again with another value: the first becomes history, the second is triaged again.
  auto& first = evening.add("compte rendu complet", "rouault", evening.normal(), "", {});
  const auto set = first.set_id;
  const auto replaced = first.document_id;
  const auto patient = first.patient;
  auto& second =
      evening.add("compte rendu corrigé", "rouault", evening.with("14682-9", 108, "H"), "aujourdhui", {"I3", "F1"});
  second.set_id = set;
  second.patient = patient;
  second.version = 2;
  second.replaces = replaced;
  // The same bytes twice: attached to the first, no second item.
  const DemoReport copy = scenario.reports.front();
  scenario.reports.push_back(copy);
  scenario.reports.back().name = "bio-doublon.xml";
  scenario.reports.back().what = "renvoi à l'identique du premier";
  scenario.reports.back().answer = {"", {}, "rouault"};
  auto& damaged = evening.add("fichier coupé", "rouault", evening.normal(), "", {});
  damaged.damaged = true;
}

// What follows the evening.
void add_night(Reports& evening, Scenario& scenario) {
  scenario.local_codes = evening.make(101, "CRP haute, en HPRIM : ni INS ni LOINC", "rouault",
                                      evening.with("1988-5", 48, "H"), "a_voir", {"F1"});
  in_format(scenario.local_codes, DemoFormat::hprim, ".hpr");

  scenario.cancelled = evening.make(102, "bilan sans anomalie, annulé ensuite", "rouault", evening.normal(), "", {});
  in_format(scenario.cancelled, DemoFormat::hl7v2, ".hl7");
  scenario.cancellation = scenario.cancelled;
  scenario.cancellation.name = "bio-102-annule.hl7";
  scenario.cancellation.what = "annulation du compte rendu précédent";
  scenario.cancellation.cancels = true;
  scenario.cancellation.version = 2;
  scenario.cancellation.replaces = scenario.cancelled.document_id;
  scenario.cancellation.document_id += ".2";
  scenario.cancellation.answer = {"a_voir", {"I4"}, "rouault"};

  scenario.in_absence = evening.make(103, "potassium très haut pendant l'absence de l'assistante", "rouault",
                                     evening.with("2823-3", 6.9, "HH"), "critique", {"C-K"});
  for (std::size_t i = 0; i < 12; ++i)
    scenario.while_revoked.push_back(evening.make(110 + i, "bilan reçu pendant la révocation", "rouault",
                                                  evening.with("3016-3", 5.4, "H"), "", {}));
}

}  // namespace

Scenario make_scenario(const std::string& today) {
  Scenario scenario;
  scenario.doctors = {{"rouault", "810000000011", "Dr Olivier Rouault"},
                      {"nguyen", "810000000022", "Dr Claire Nguyen"}};
  scenario.assistant_id = "perrin";
  scenario.assistant_name = "Julie Perrin";
  scenario.patients = make_patients(today);
  Reports evening(scenario);
  add_abnormal(evening);
  add_identity(evening, scenario);
  evening.add("compte rendu partiel", "rouault", evening.normal(), "normal", {"I5"}).partial = true;
  for (int i = 0; i < 7; ++i)
    evening.add("biologie de la Dre Nguyen, qui lit les siennes", "nguyen", evening.normal(), "", {});
  while (scenario.reports.size() < 50) evening.add("bilan sans anomalie", "rouault", evening.normal(), "normal", {});
  add_night(evening, scenario);
  return scenario;
}

}  // namespace demo

// SPDX-License-Identifier: Apache-2.0
// A fiche de poste in YAML: one that allows what each test is about, with what the test changes.
#pragma once

#include <string>

namespace relais::mandate {

// Dr Marchand delegates to Julie Perrin, secretary by training, in training for the CQP.
struct Fiche {
  std::string doctor = "marchand";
  std::string assistant = "perrin";
  std::string id = {};  // empty: fp-DOCTOR-ASSISTANT
  int version = 1;
  std::string deciders = "marchand, nguyen";
  std::string profile = "autre";
  std::string function_start = "2026-02-02";
  std::string function_end = "null";
  std::string contract = "2026-01-15";
  std::string enrolled = "2026-04-07";  // empty: not enrolled
  std::string attestations = {};        // "{type: cqp, le: 2026-10-01, preuve: cqp.pdf}"
  bool supervises = false;
  std::string from = "2026-04-13";
  std::string to = "2027-04-12";  // empty: no end
  std::string days = "lundi, mardi, mercredi, jeudi, vendredi";
  std::string hours = "\"08:00-19:00\"";
  std::string level = "D3";
  std::string exclusions = "{lien_familial: true, ids: [], age_min: null, age_max: null}";
  std::string locum = "suspendre";
  std::string fallback = "{vers: medecin, delai_h: 24}";  // empty: none
  std::string tasks = "  - {id: bio-triage, mode: faire-puis-valider}\n";

  std::string yaml() const;
  std::string name() const { return id.empty() ? "fp-" + doctor + "-" + assistant : id; }
};

inline Fiche with_tasks(const std::string& tasks) {
  Fiche fiche;
  fiche.tasks = tasks;
  return fiche;
}

}  // namespace relais::mandate

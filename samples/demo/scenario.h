// SPDX-License-Identifier: Apache-2.0
// A plainly fictitious practice and one evening of its biology, with the answer that each report must get.
// Everything is derived from a fixed seed: two runs show the same thing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace demo {

struct DemoDoctor {
  std::string id;           // as in the fiches
  std::string national_id;  // PS_IdNat, first digit 8 = RPPS
  std::string name;
};

struct DemoResult {
  std::string code;  // LOINC
  std::string label;
  double value = 0;
  std::string unit;  // UCUM
  double low = 0, high = 0;
  std::string flag;  // HL7 interpretation code
};

// One earlier bilan of a patient, entered as history.
struct DemoHistory {
  std::string collected;  // ISO date
  std::vector<DemoResult> results;
};

struct DemoPatient {
  std::string id;
  std::string ins;  // with its key; always the test OID
  std::string family, given;
  std::string birth_date;  // ISO
  bool female = false;
  std::string birth_place;  // INSEE
  std::string treating_doctor;
  std::vector<DemoHistory> history;
};

enum class DemoFormat { cda, hl7v2, hprim, fhir };

// What a person must read about a report. `category` is the word of the catalogue ("critique", …); empty when the
// report must not become an item (it waits in a queue, or is a second copy).
struct DemoAnswer {
  std::string category;
  std::vector<std::string> rules;  // must be among the reasons
  std::string doctor;
};

struct DemoReport {
  std::string name;                 // file name, for people
  std::string what;                 // French, what this report is
  std::size_t patient = 0;          // index in patients
  std::string prescriber;           // doctor id
  std::string document_id, set_id;  // OIDs
  int version = 1;
  std::string replaces;  // document id of the version it replaces; empty: it replaces none
  bool partial = false;
  bool pdf_only = false;
  bool damaged = false;              // the file is cut: it cannot be read
  bool foreign_birth_place = false;  // one strict trait differs from the file
  bool unknown_patient = false;      // a person who has no file here
  bool cancels = false;              // withdraws the document it carries
  DemoFormat format = DemoFormat::cda;
  std::string comment;
  std::vector<DemoResult> results;
  DemoAnswer answer;
};

struct Scenario {
  std::vector<DemoDoctor> doctors;
  std::string assistant_id, assistant_name;
  std::vector<DemoPatient> patients;
  std::vector<DemoReport> reports;  // in the order in which the laboratory sends them
  // What comes after the evening, in this order.
  DemoReport local_codes;               // HPRIM: neither INS nor LOINC, a doctor says whose it is
  DemoReport cancelled, cancellation;   // of a report that the doctor has signed as normal
  DemoReport in_absence;                // critical, while the assistant is away
  std::vector<DemoReport> while_revoked;  // sorted or not, none may be lost
};

// The whole practice. `today` is the ISO date of the evening.
Scenario make_scenario(const std::string& today);

// The file of one report, in its format.
std::string write_report(const Scenario& scenario, const DemoReport& report, const std::string& today);
// The CDA R2 CR-BIO file of one report.
std::string write_cda(const Scenario& scenario, const DemoReport& report, const std::string& today);

// The two fiches de poste, in YAML: `doctor` is an index in scenario.doctors.
std::string write_fiche(const Scenario& scenario, std::size_t doctor, const std::string& today);

}  // namespace demo

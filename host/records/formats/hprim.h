// SPDX-License-Identifier: Apache-2.0
// Reader of HPRIM Médecin (text with an optional coded block) and HPRIM Santé 2.x (H, P, OBR, OBX) result files.
// Not supported: HPRIM Santé orders and admissions (ORM, REG …), HPRIM XML, and files that an FIC result refers to.
// Source: biologie.md sections 2, 3 and 8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "records/formats/anomaly.h"

namespace relais::formats {

enum class HprimDialect { medecin, sante };

// In all of these an empty text is an empty or absent field: the formats do not tell them apart.
struct HprimParty {
  std::string code, name;  // HPRIM Médecin has the name alone
};

struct HprimPatient {
  std::string family, given;
  std::string birth_name;      // HPRIM Santé only
  std::string birth_date;      // YYYY-MM-DD; empty when impossible or when the year has two digits
  std::string birth_date_raw;
  // What a year of two digits may mean, oldest first: neither after the message nor more than 120 years before it.
  std::vector<std::string> birth_date_candidates;
  std::string nss;             // as written; may be that of the person insured, and is no INS
  std::string sex;             // HPRIM Santé only
  std::string laboratory_id, requester_id;
  std::string address;
};

// The same measure in a second unit.
struct HprimSecond {
  std::string value, unit, low, high;
};

struct HprimResult {
  std::string label, code, code_system;  // the system is "L" or empty for the laboratory's own codes
  std::string type;                      // A, N, C; in HPRIM Santé NM, ST, CE, TX, GC, FIC …
  std::string value, unit;               // as written
  std::string low, high;                 // as written; of HPRIM Santé, as told by reference_text
  std::string reference_text;
  bool low_excluded = false, high_excluded = false;
  std::string flag, status;
  std::optional<HprimSecond> second;
  // What the value says as a number: "<", "<=", ">", ">=" or empty; digits with a point; the unit inside the value.
  std::string comparator, numeric, value_unit;
  std::vector<std::string> comments;
  std::string time;                      // YYYYMMDD[hhmm[ss]]
  std::vector<std::string> value_parts;  // HPRIM Santé: code, label and system of a coded value; name of a file
};

// One order; HPRIM Médecin has exactly one.
struct HprimRequest {
  std::string placer, filler;
  std::vector<std::string> exams;
  std::string priority, collected, status;
  std::string prescriber_code, prescriber, ward, validator;
  std::vector<std::string> comments;
  std::vector<HprimResult> results;
};

// What one file says of one patient.
struct HprimMessage {
  HprimPatient patient;
  HprimParty sender, receiver;
  std::string message_time;        // HPRIM Santé: H-14
  std::string order_id, report_date;  // HPRIM Médecin, as written
  std::string report_day;          // report_date as YYYYMMDD; empty when it is not a day
  bool has_coded_block = false;
  std::string narrative;           // all the text of the report, line by line
  std::vector<HprimRequest> requests;
  std::vector<std::string> comments;
  Anomalies anomalies;

  std::size_t result_count() const;
};

struct HprimFile {
  HprimDialect dialect = HprimDialect::medecin;
  std::string version;   // "H2.1"; empty in HPRIM Médecin
  std::string encoding;  // what the bytes were read in
  std::string newline;   // "CRLF", "LF", "CR", or "mixte"
  std::vector<HprimMessage> messages;  // never empty
};

// True when the bytes have the shape of one of the two dialects.
bool looks_like_hprim(std::string_view bytes);

// Reads one file. Errors: ingest_too_large (16 MiB), ingest_hprim_no_header, ingest_hprim_delimiters,
// ingest_hprim_unsupported_type, ingest_hprim_no_patient, ingest_hprim_too_complex. What is wrong in a readable file is
// kept as written and told in the anomalies of its message. Thread-safe; never throws.
Result<HprimFile> read_hprim(std::string_view bytes);

}  // namespace relais::formats

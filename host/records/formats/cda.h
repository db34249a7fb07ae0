// SPDX-License-Identifier: Apache-2.0
// Reader of French CDA R2 documents: any type, level 1 or 3, alone or inside an XSLT envelope.
// Not supported: signatures are not verified.
// Source of every rule: templates and value sets of the CI-SIS as listed in biologie.md section 5 and identity.md section 2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "records/formats/anomaly.h"
#include "records/formats/immunization.h"

namespace relais::formats {

// Absent and empty are told apart: nothing means the source does not say.
using Text = std::optional<std::string>;

// An instance identifier. `root` is an OID or a UUID.
struct CdaId {
  Text root, extension;
  bool operator==(const CdaId&) const = default;
};

struct CdaCode {
  Text code, code_system, label;
  bool operator==(const CdaCode&) const = default;
};

struct CdaReplaced {
  std::string type;  // RPLC, APND, XFRM
  CdaId id;
  bool operator==(const CdaReplaced&) const = default;
};

struct CdaIns {
  std::string kind;  // INS-NIR, INS-NIA, INS-NIR-TEST or INS-NIR-DEMO
  std::string oid, value;
  bool operator==(const CdaIns&) const = default;
};

struct CdaPatient {
  std::vector<CdaId> ids;
  std::optional<CdaIns> ins;  // the first one
  Text birth_family, birth_given_first, birth_given_all, used_family, used_given;
  Text sex, birth_date, birth_place_insee;
  bool operator==(const CdaPatient&) const = default;
};

struct CdaPerson {
  std::optional<CdaId> id;
  Text family, given, organisation, mail;
};

struct CdaCustodian {
  std::optional<CdaId> id;
  Text name;
};

struct CdaAttachment {
  Text media_type;
  std::string bytes;         // decoded; empty when it could not be
  bool decoded = true;
  Text section_code;         // 55108-5: copy of the report; 101792-0: results that are not coded
  bool holds_uncoded_results = false;
};

// A bound as written; `inclusive` absent means included.
struct CdaBound {
  Text value, unit, inclusive;
  bool is_inclusive() const { return !inclusive || *inclusive != "false"; }
  bool operator==(const CdaBound&) const = default;
};

struct CdaRange {
  std::optional<CdaBound> low, high;
  Text text;  // when the range is only told in words
};

struct CdaValue {
  Text type;                      // PQ, REAL, INT, IVL_PQ, CD, CE, ED, ST, BL, TS, RTO_PQ_PQ ... without namespace prefix
  Text value, unit;               // numbers, booleans and dates, as written
  std::optional<CdaBound> low, high;
  Text comparator;                // "<", "<=", ">", ">=": an interval with one bound; never guessed from a text
  Text code, code_system, label;  // coded values
  Text original_text, original_text_ref;
  Text text;                      // ED, ST
  Text null_flavor;
};

struct CdaPanel {
  Text code, label, original_text;
};

// A result given as history: under an entryRelationship REFR.
struct CdaPrior {
  Text code, time, status;
  CdaValue value;
  Text flag;
  bool lab_template = false;  // carries a laboratory template all the same; it is history, not a result of the day
};

struct CdaResult {
  CdaCode analyte;
  std::vector<CdaCode> translations;  // local codes stand here
  Text original_text, original_text_ref;
  std::optional<CdaValue> value;
  Text status, time;                  // time: effectiveTime/@value, else its low, else its high
  Text flag;                          // the first interpretationCode
  std::vector<std::string> all_flags;
  std::optional<CdaRange> reference;
  std::vector<CdaPrior> prior;
  std::vector<std::string> comments;
  std::optional<CdaPanel> panel;
  std::optional<CdaCode> isolate;     // the germ of a microbiology isolate
  std::optional<CdaCode> section;     // nearest enclosing section
};

struct CdaSpecimen {
  Text collected, specimen, label;
};

struct CdaSection {
  Text code, title;
  std::string narrative;  // the text block, white space folded
};

// A condition or a treatment told by a synthesis (VSM, IPS-FR). Refuted ones are left out.
struct CdaContext {
  bool treatment = false;
  Text code;                       // ICD-10 or ATC
  std::optional<CdaCode> written;  // the code of another system, when there is no such code
  Text label, from, until;         // HL7 dates as written
};

struct CdaDocument {
  Text wrapper;  // local name of the envelope ("stylesheet"), nothing when ClinicalDocument is the root
  std::optional<CdaId> document_id, set_id;
  std::optional<int> version;
  std::optional<CdaCode> type;
  Text title, effective_time, confidentiality;
  std::vector<CdaReplaced> replaces;
  CdaPatient patient;
  std::optional<CdaPerson> prescriber;            // participant REF
  std::optional<CdaPerson> treating_doctor;       // functionCode PCP
  std::vector<CdaPerson> intended_recipients;
  std::vector<CdaId> order_ids;
  std::optional<CdaCustodian> custodian;
  std::vector<std::string> lab_status;            // "completed" or "active" (partial), one per documented act
  std::vector<CdaCode> chapters;                  // one per documented act, even without code
  Text collected;                                 // header collection time, functionCode PRELV
  int level = 3;                                  // 1: nonXMLBody
  std::vector<CdaAttachment> attachments;
  std::vector<CdaResult> results;                 // document order, without history
  std::vector<CdaPrior> priors;                   // observations under REFR; in syntheses other relations are among them
  int other_observations = 0;
  std::vector<Text> comments;                     // nothing where a comment refers to a text that is not there
  std::vector<CdaSpecimen> specimens;
  std::vector<CdaSection> sections;
  std::vector<CdaContext> contexts;
  std::vector<ToldImmunization> immunizations;    // acts, done or not; recommended ones are left out
  Anomalies anomalies;

  // True for the one type whose results are new results to triage (LOINC 11502-2). In any other type they are history.
  bool is_lab_report() const;
};

// Reads one document. Errors: ingest_too_large (32 MiB), ingest_cda_malformed, ingest_cda_dtd (a DOCTYPE is refused, no
// entity is expanded), ingest_cda_too_complex, ingest_cda_too_deep, ingest_cda_not_cda, ingest_cda_several_documents.
// What is wrong in a readable document is kept as written and told in `anomalies`. Thread-safe; never throws.
Result<CdaDocument> read_cda(std::string_view bytes);

}  // namespace relais::formats

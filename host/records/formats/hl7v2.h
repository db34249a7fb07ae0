// SPDX-License-Identifier: Apache-2.0
// Reader of the HL7 v2 messages that carry CDA documents in France: ORU^R01 (v2.5), MDM^T02/T10/T04 (v2.6), ACK and the
// business acknowledgements ZAM^Z01/Z02/Z03. Discrete results never stand in OBX there: they are inside the CDA.
// Not supported: batches (FHS, BHS), several messages in one file, any other message type.
// Source: biologie.md section 4.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "records/formats/anomaly.h"
#include "records/formats/cda.h"

namespace relais::formats {

struct Hl7Header {
  Text type, trigger, structure, control_id, processing, version, profile, time;
  Text sending_application, sending_facility, receiving_application, receiving_facility;
};

struct Hl7Id {
  Text value, authority, type;
};

struct Hl7Ins {
  std::string value, oid;
};

struct Hl7Patient {
  std::vector<Hl7Id> ids;
  std::optional<Hl7Ins> ins;
  Text family, given, given_others, name_type;
  Text birth_date, sex, birth_place_insee, identity_unknown, identity_reliability, account;
};

struct Hl7Order {
  Text control, placer, filler;  // ORC-1, ORC-2, ORC-3
};

struct Hl7Request {
  Text code, label, system, collector, orderer_family, orderer_given, status;  // OBR
};

struct Hl7Txa {
  Text type, document_id, parent_document_id, completion;
};

struct Hl7Participant {
  Text role, id, family, given, id_type, organisation, organisation_id, mail;  // PRT
};

enum class Hl7Content { cda, text, pdf, invalid_xml, none };

// Stable names of the contract: "cda", "text", "pdf", "xml-invalide"; empty for none (not decodable).
std::string_view content_name(Hl7Content content);

// What one OBX of type ED holds. `bytes` is the decoded content; empty when it could not be decoded.
struct Hl7Document {
  Text set_id, code, label, status;  // OBX-1, OBX-3, OBX-11
  Text type, subtype, encoding;      // OBX-5.2, .3, .4
  std::size_t base64_chars = 0;
  bool base64_strict = false;        // length a multiple of four and padding as the standard wants it
  bool decodable = false;
  std::string bytes;
  Hl7Content content = Hl7Content::none;
  std::optional<CdaDocument> cda;
  std::optional<Error> cda_error;    // why XML content is not a readable CDA
  // Traits that differ between PID and the document's recordTarget, in French: "INS", "OID", "nom", "prénom",
  // "date de naissance", "sexe", "lieu de naissance". Not empty: the document must be quarantined.
  std::vector<std::string> identity_mismatch;
};

struct Hl7Ack {
  Text code, control_id, text;  // MSA
};

struct Hl7ErrorSegment {
  Text code, label, severity, app;  // ERR-3.1, ERR-3.2, ERR-4, ERR-5 as written
  Text app_code, app_label;         // ERR-5.1, ERR-5.2
};

// One OBX that carries no document: in ZAM what is said, and of whom or what.
struct Hl7Statement {
  std::string code, about, value;  // OBX-3.1, OBX-4.1, OBX-5.1
};

enum class Hl7Action { initial, replace, remove };

struct Hl7Message {
  Hl7Header message;
  Text declared_charset;
  std::string repetition_separator, encoding_characters;
  std::vector<std::string> segments;            // names, in order
  std::optional<Hl7Patient> patient;            // absent without PID
  Text visit_class, visit_number;
  std::optional<Hl7Order> order;
  std::optional<Hl7Request> obr;
  std::optional<Hl7Txa> txa;
  std::vector<Hl7Document> documents;
  std::vector<Hl7Participant> participants;
  std::map<std::string, std::string> metadata;  // every other OBX by its code; the last one wins
  std::map<std::string, std::string> about;     // OBX-4 of those: in ZAM the control id or the person it is about
  std::vector<Hl7Statement> statements;         // the same, all of them, in order
  // What the sender wants done; nothing in ACK and ZAM. When trigger, order control and document disagree, the anomaly
  // hl7v2.order-control-disagrees is raised and the least destructive answer must be the caller's.
  std::optional<Hl7Action> action;
  bool quarantine = false;                      // some document is another patient's than PID
  std::optional<Hl7Ack> ack;
  std::optional<Hl7ErrorSegment> err;
  Anomalies anomalies;                          // those of embedded documents stay in their CdaDocument
};

// Reads one message. Errors: ingest_too_large (64 MiB), ingest_hl7v2_no_msh, ingest_hl7v2_delimiters,
// ingest_hl7v2_several_messages, ingest_hl7v2_too_complex, ingest_hl7v2_unsupported_type (the caller keeps the raw bytes).
// Thread-safe; never throws.
Result<Hl7Message> read_hl7v2(std::string_view bytes);

}  // namespace relais::formats

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Relais plugin ABI 1.2, in C.
 *
 * 1.1 adds to 1.0: threshold and confirm of relais_rule.
 * 1.2 adds to 1.1: of relais_long_term_condition, what follows until_source; local_start of relais_appointment.
 *
 * A plugin is a pure function over a slice: the host hands it exactly the data that its manifest declared, a clock
 * (`as_of`) and its settings; it answers with findings and effects through the host's table. It has no database, no
 * network, no clock and no file of its own: the process it runs in cannot open any.
 *
 * Not supported, on purpose: threads that outlive a call, callbacks kept after a call, writing to any pointer received,
 * free text about patients in logs.
 *
 * Compatibility. Every struct begins with `size`, the bytes that its writer filled; fields are only ever added at the
 * end. A reader uses a field only when RELAIS_HAS(pointer, field). Arrays carry their stride: step by `stride`, never
 * by sizeof. A plugin built for minor m runs in every host of the same major with minor >= its declared minimum.
 *
 * Ownership. Whatever a call receives is borrowed until that call returns. The host copies what it is given before
 * its function returns. Nothing is allocated on one side and freed on the other.
 *
 * Threads. The host calls one plugin instance from one thread at a time. Host functions may be called only from
 * within evaluate(), on the calling thread; cancelled() from any thread of that call.
 *
 * Units. Instants are milliseconds since 1970-01-01T00:00Z; dates are days since 1970-01-01; both use the
 * RELAIS_NO_* value when unknown. Text is UTF-8 with a length and no terminator.
 */
#ifndef RELAIS_RELAIS_H
#define RELAIS_RELAIS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RELAIS_ABI_MAJOR 1u
#define RELAIS_ABI_MINOR 2u

#define RELAIS_NO_TIME INT64_MIN
#define RELAIS_NO_DATE INT32_MIN
#define RELAIS_NO_INDEX UINT32_MAX

/* A test host defines this to grow every struct, as a later minor version would. */
#ifdef RELAIS_ABI_PADDING
#define RELAIS_STRUCT_END unsigned char later_fields[RELAIS_ABI_PADDING];
#else
#define RELAIS_STRUCT_END
#endif

/* True when the writer of *pointer filled `field`. */
#define RELAIS_HAS(pointer, field) \
  ((pointer)->size >= (size_t)((const char*)(&(pointer)->field + 1) - (const char*)(pointer)))

/* Text: `data` may be null when `length` is 0. Frozen: never grows. */
typedef struct relais_str {
  const char* data;
  size_t length;
} relais_str;

/* `count` elements, each `stride` bytes after the previous one. Frozen: never grows. */
typedef struct relais_rows {
  const void* data;
  size_t count;
  size_t stride;
} relais_rows;

/* What a function of the boundary answers. */
typedef enum relais_status {
  RELAIS_OK = 0,
  RELAIS_ERROR = 1,          /* the subject could not be evaluated: shown as "non évalué", never as normal */
  RELAIS_CANCELLED = 2,      /* the host asked to stop */
  RELAIS_UNSUPPORTED = 3,    /* the other side does not know this */
  RELAIS_INVALID = 4,        /* an argument breaks this header's rules; the host records it against the plugin */
  RELAIS_OUT_OF_SUBJECT = 5, /* a subject that is not in the batch was named */
  RELAIS_TOO_MUCH = 6        /* a limit of the host was reached (findings, reasons, bytes) */
} relais_status;

/* Order and delay of an item, most severe last. See "Catégories" in the user documentation for the delays. */
typedef enum relais_category {
  RELAIS_CATEGORY_NONE = 0,
  RELAIS_CATEGORY_NORMAL = 1,
  RELAIS_CATEGORY_A_CLASSER = 2,
  RELAIS_CATEGORY_A_VOIR = 3,
  RELAIS_CATEGORY_AUJOURDHUI = 4,
  RELAIS_CATEGORY_CRITIQUE = 5
} relais_category;

/* Data level of a fiche de poste (D0 to D5): cuts what a reader is shown, never what is evaluated. */
typedef enum relais_data_level {
  RELAIS_D0 = 0,
  RELAIS_D1 = 1,
  RELAIS_D2 = 2,
  RELAIS_D3 = 3,
  RELAIS_D4 = 4,
  RELAIS_D5 = 5
} relais_data_level;

/* Whether a kind of the slice holds all there is. Anything but COMPLETE must raise, never lower. */
typedef enum relais_completeness {
  RELAIS_KIND_UNKNOWN = 0,  /* the host cannot tell */
  RELAIS_KIND_COMPLETE = 1, /* every row in the declared window is here */
  RELAIS_KIND_WITHHELD = 2  /* rows exist that are not given */
} relais_completeness;

/* ---- the slice ------------------------------------------------------------------------------------------------ */

/* What is evaluated, and for whom: the unit of slices, mandates, batches, findings and the ledger. */
typedef struct relais_subject {
  size_t size;
  relais_str item_id;     /* the record item, such as a laboratory report; never empty */
  relais_str patient_id;  /* empty: the patient is not known */
  relais_str doctor_id;   /* doctor of reference; empty when there is none */
  relais_str task_id;     /* delegated task id of the catalogue */
  RELAIS_STRUCT_END
} relais_subject;

typedef struct relais_kind_state {
  size_t size;
  relais_str kind;        /* name of a slice kind, as in the manifest */
  uint32_t completeness;  /* relais_completeness */
  RELAIS_STRUCT_END
} relais_kind_state;

typedef enum relais_sex { RELAIS_SEX_UNKNOWN = 0, RELAIS_SEX_FEMALE = 1, RELAIS_SEX_MALE = 2 } relais_sex;

typedef struct relais_patient {
  size_t size;
  relais_str id;
  int32_t birth_date;     /* days, or RELAIS_NO_DATE */
  uint32_t sex;           /* relais_sex */
  relais_str treating_doctor_id;
  RELAIS_STRUCT_END
} relais_patient;

typedef enum relais_identity {
  RELAIS_IDENTITY_UNKNOWN = 0,  /* no patient of the practice corresponds */
  RELAIS_IDENTITY_UNIQUE = 1,   /* settled, by INS with five traits or by a human */
  RELAIS_IDENTITY_AMBIGUOUS = 2,/* several candidates */
  RELAIS_IDENTITY_DISCORDANT = 3/* the message contradicts itself or the record */
} relais_identity;

typedef enum relais_report_status {
  RELAIS_REPORT_UNKNOWN = 0,
  RELAIS_REPORT_FINAL = 1,
  RELAIS_REPORT_PARTIAL = 2,
  RELAIS_REPORT_CORRECTED = 3,
  RELAIS_REPORT_CANCELLED = 4
} relais_report_status;

/* Something in the message that is wrong or doubtful, such as a coded value that contradicts the narrative. */
typedef struct relais_anomaly {
  size_t size;
  relais_str code;   /* stable, from the reader of the format, such as "cda.narrative-differs" */
  relais_str place;  /* an observation's code or an element, never a value */
  RELAIS_STRUCT_END
} relais_anomaly;

typedef struct relais_lab_report {
  size_t size;
  relais_str id;
  uint32_t current;               /* 1: the report being evaluated; 0: history */
  uint32_t status;                /* relais_report_status */
  uint32_t identity;              /* relais_identity */
  uint32_t uncoded_content;       /* 1: an attachment, a PDF or text holds results that are not coded */
  uint32_t announcement_reserved; /* 1: the sender asks that a professional announces it first (INVISIBLE_PATIENT) */
  uint32_t replaced_category;     /* relais_category the replaced or cancelled report had, NONE when there is none */
  uint32_t replaced_seen;         /* 1: a doctor had seen the replaced or cancelled report */
  int64_t collected;
  int64_t issued;
  int64_t received;
  relais_str replaces_id;         /* id of the replaced report, empty when none or unknown */
  relais_str comment;             /* the laboratory's words on the whole report */
  relais_str source_format;       /* "cda", "hl7v2", "hprim", "fhir" or "manual" */
  relais_rows anomalies;          /* relais_anomaly */
  RELAIS_STRUCT_END
} relais_lab_report;

typedef enum relais_value_type {
  RELAIS_VALUE_NONE = 0,
  RELAIS_VALUE_NUMERIC = 1,
  RELAIS_VALUE_CODED = 2,
  RELAIS_VALUE_TEXT = 3
} relais_value_type;

typedef enum relais_comparator {
  RELAIS_COMPARE_EQ = 0,
  RELAIS_COMPARE_LT = 1,
  RELAIS_COMPARE_LE = 2,
  RELAIS_COMPARE_GT = 3,
  RELAIS_COMPARE_GE = 4
} relais_comparator;

typedef enum relais_observation_status {
  RELAIS_OBSERVATION_FINAL = 0,
  RELAIS_OBSERVATION_PENDING = 1,
  RELAIS_OBSERVATION_CORRECTED = 2,
  RELAIS_OBSERVATION_ABORTED = 3,   /* asked and not rendered */
  RELAIS_OBSERVATION_CANCELLED = 4
} relais_observation_status;

typedef struct relais_observation {
  size_t size;
  relais_str id;
  uint32_t report;        /* index in relais_slice.reports, RELAIS_NO_INDEX when it stands alone */
  uint32_t history;       /* 1: an earlier result; 0: a result of the report being evaluated */
  uint32_t value_type;    /* relais_value_type */
  uint32_t comparator;    /* relais_comparator, numeric values only */
  uint32_t status;        /* relais_observation_status */
  uint32_t has_value;     /* 1: `value` holds a number */
  uint32_t has_low;
  uint32_t has_high;
  uint32_t seen_by_doctor;
  uint32_t fasting;       /* 0 unknown, 1 fasting, 2 not fasting */
  double value;
  double low;             /* the report's own bounds, inclusive, in the unit of the result */
  double high;
  int64_t collected;
  relais_str code;        /* LOINC when code_system is "loinc", else the laboratory's */
  relais_str code_system; /* "loinc", "local" or an OID */
  relais_str label;
  relais_str unit;        /* as written */
  relais_str flag;        /* HL7 interpretation code as written, empty when absent */
  relais_str value_text;  /* text and coded values, and the written form of a number */
  relais_str value_code;  /* code of a coded value */
  relais_str comment;
  relais_str specimen;
  RELAIS_STRUCT_END
} relais_observation;

/* A word of clinical context that the host mapped from a coded condition, treatment or flag. */
typedef struct relais_context_word {
  size_t size;
  relais_str word;   /* such as "irc", "ieca_ara2"; the closed list is the host's context file */
  relais_str code;   /* the ICD-10 or ATC code it came from, empty when a doctor set it */
  int32_t from;      /* days */
  int32_t until;     /* days, RELAIS_NO_DATE while it lasts */
  double number;     /* a quantity the word carries, such as weeks of amenorrhoea; 0 otherwise */
  RELAIS_STRUCT_END
} relais_context_word;

/* A range that a doctor set for this patient. */
typedef struct relais_target {
  size_t size;
  relais_str analyte;
  uint32_t has_low;
  uint32_t has_high;
  double low;
  double high;
  relais_str set_by;
  int32_t set_on;
  int32_t until;
  RELAIS_STRUCT_END
} relais_target;

typedef enum relais_direction { RELAIS_DIRECTION_LOW = 1, RELAIS_DIRECTION_HIGH = 2 } relais_direction;

/* An anomaly that a doctor declared known for this patient. */
typedef struct relais_known_anomaly {
  size_t size;
  relais_str analyte;
  uint32_t direction;  /* relais_direction */
  relais_str set_by;
  int32_t set_on;
  int32_t until;
  RELAIS_STRUCT_END
} relais_known_anomaly;

typedef struct relais_condition {
  size_t size;
  relais_str id;
  relais_str code;     /* ICD-10 */
  relais_str label;
  int32_t from;
  int32_t until;
  RELAIS_STRUCT_END
} relais_condition;

typedef struct relais_medication {
  size_t size;
  relais_str id;
  relais_str code;     /* ATC */
  relais_str label;
  int32_t from;
  int32_t until;
  RELAIS_STRUCT_END
} relais_medication;

typedef struct relais_immunization {
  size_t size;
  relais_str id;
  relais_str product_code;
  relais_str product_system;
  relais_str label;
  relais_str lot;
  int32_t given_on;
  uint32_t status;     /* 0 unknown, 1 done, 2 not done, 3 entered in error */
  uint32_t proof;      /* 0 unknown, 1 seen on a document, 2 declared */
  RELAIS_STRUCT_END
} relais_immunization;

typedef enum relais_right_period {
  RELAIS_PERIOD_UNKNOWN = 0,
  RELAIS_PERIOD_FIRST = 1,
  RELAIS_PERIOD_RENEWAL = 2
} relais_right_period;

/* How far the renewal of a right is. The last four end it. */
typedef enum relais_renewal_step {
  RELAIS_RENEWAL_NONE = 0,
  RELAIS_RENEWAL_CONTACTED = 1,
  RELAIS_RENEWAL_VISIT_BOOKED = 2,
  RELAIS_RENEWAL_DRAFTED = 3,
  RELAIS_RENEWAL_SENT = 4,              /* signed and sent by the doctor */
  RELAIS_RENEWAL_ACCEPTED = 5,
  RELAIS_RENEWAL_REFUSED = 6,
  RELAIS_RENEWAL_BY_CAISSE = 7,         /* renewed without a request */
  RELAIS_RENEWAL_NOT_TO_RENEW = 8
} relais_renewal_step;

/* An affection de longue durée: right and care protocol. */
typedef struct relais_long_term_condition {
  size_t size;
  relais_str id;
  relais_str number;    /* ALD number and sub-item */
  relais_str label;
  int32_t from;
  int32_t until;
  relais_str until_source;   /* "notified", "estimated" or "unknown" */
  uint32_t kind;             /* 1.2: 0 not told, 1 listed, 2 off the list, 3 polypathology, 4 no exemption */
  uint32_t period;           /* 1.2: relais_right_period of from and until */
  uint32_t renewal_step;     /* 1.2: relais_renewal_step */
  int32_t renewal_step_on;   /* 1.2: days */
  int32_t previous_until;    /* 1.2: days, last day of the period before this one; RELAIS_NO_DATE when not known */
  int32_t protocol_on;       /* 1.2: days, of the latest protocole de soins */
  uint32_t to_confirm;       /* 1.2: 1: entered or dated by an assistant, not yet looked at by a doctor */
  uint32_t reserved;
  relais_str code;           /* 1.2: ICD-10, empty when not known */
  RELAIS_STRUCT_END
} relais_long_term_condition;

typedef struct relais_document {
  size_t size;
  relais_str handle;     /* pass to relais_host.document_read */
  relais_str type_code;
  relais_str title;
  relais_str media_type;
  relais_str sha256;
  uint64_t version;
  uint64_t bytes;
  int64_t created;
  RELAIS_STRUCT_END
} relais_document;

typedef struct relais_appointment {
  size_t size;
  relais_str id;
  relais_str doctor_id;
  relais_str reason;
  int64_t start;
  int64_t end;
  int64_t local_start;  /* 1.2: minutes since 1970-01-01T00:00 on the practice's clock, RELAIS_NO_TIME when unknown */
  RELAIS_STRUCT_END
} relais_appointment;

typedef struct relais_message {
  size_t size;
  relais_str id;
  relais_str channel;
  relais_str text;
  int64_t received;
  RELAIS_STRUCT_END
} relais_message;

/* State of an effect that this plugin proposed earlier. */
typedef struct relais_request_state {
  size_t size;
  relais_str key;
  relais_str state;
  int64_t changed;
  RELAIS_STRUCT_END
} relais_request_state;

/* One setting of the doctor of reference, within the manifest's bounds. */
typedef struct relais_setting {
  size_t size;
  relais_str key;
  relais_str text;     /* for text settings */
  double number;       /* for numbers; 0 or 1 for booleans */
  RELAIS_STRUCT_END
} relais_setting;

typedef struct relais_slice {
  size_t size;
  const relais_subject* subject;
  int64_t as_of;                  /* the only clock a plugin has */
  relais_str time_zone;           /* of the practice, IANA name */
  int32_t today;                  /* the civil date of as_of in that zone */
  uint32_t reserved;
  const relais_patient* patient;  /* null when not known or not declared */
  relais_rows kinds;              /* relais_kind_state, one for each declared kind */
  relais_rows settings;           /* relais_setting */
  relais_rows reports;            /* relais_lab_report */
  relais_rows observations;       /* relais_observation */
  relais_rows context_words;      /* relais_context_word */
  relais_rows targets;            /* relais_target */
  relais_rows known_anomalies;    /* relais_known_anomaly */
  relais_rows conditions;         /* relais_condition */
  relais_rows medications;        /* relais_medication */
  relais_rows immunizations;      /* relais_immunization */
  relais_rows long_term_conditions; /* relais_long_term_condition */
  relais_rows documents;          /* relais_document */
  relais_rows appointments;       /* relais_appointment */
  relais_rows messages;           /* relais_message */
  relais_rows request_states;     /* relais_request_state */
  RELAIS_STRUCT_END
} relais_slice;

/* ---- what a plugin answers ------------------------------------------------------------------------------------ */

/* Why, for a person: one rule that fired. */
typedef struct relais_reason {
  size_t size;
  relais_str rule;         /* stable identifier, one of those that describe_rules lists */
  relais_str text;         /* French, with value, previous value and threshold */
  relais_str source;       /* where the rule comes from */
  uint32_t category;       /* relais_category this reason alone would give */
  uint32_t data_level;     /* relais_data_level a reader needs to be shown `text` */
  relais_rows evidence;    /* relais_str: ids of the rows it rests on */
  RELAIS_STRUCT_END
} relais_reason;

typedef struct relais_finding {
  size_t size;
  relais_str kind;         /* stable: findings are reconciled by (plugin, task, subject, kind) */
  relais_str title;        /* French, short; shown only to readers of data_level */
  uint32_t category;       /* relais_category */
  uint32_t data_level;     /* relais_data_level of the title */
  uint32_t open;           /* 1: more is expected (a partial report): the item stays open */
  uint32_t restricted;     /* 1: content to be announced or seen by the doctor only */
  double rank;             /* order inside a category, larger first */
  relais_rows reasons;     /* relais_reason, at least one */
  RELAIS_STRUCT_END
} relais_finding;

/* A proposal to act outside. The host refuses, loudly, a type that the manifest does not declare. */
typedef struct relais_effect {
  size_t size;
  relais_str type;
  relais_str key;             /* stable: the same proposal keeps its key */
  relais_str destination;
  relais_str document_handle;
  uint64_t document_version;
  relais_str document_sha256;
  relais_str body;
  RELAIS_STRUCT_END
} relais_effect;

/* What became of a finding. */
typedef enum relais_verdict {
  RELAIS_VERDICT_ACCEPTED = 1,
  RELAIS_VERDICT_CORRECTED = 2,
  RELAIS_VERDICT_RETURNED = 3
} relais_verdict;

typedef struct relais_outcome {
  size_t size;
  const relais_subject* subject;
  relais_str kind;
  uint32_t verdict;      /* relais_verdict */
  uint32_t category;     /* the category the doctor settled on */
  relais_str reason;     /* a reason code chosen from a list, never free text */
  RELAIS_STRUCT_END
} relais_outcome;

/* One rule of the plugin, shown to the doctor before anything is switched on. */
typedef struct relais_rule {
  size_t size;
  relais_str id;
  relais_str title;       /* French */
  relais_str source;
  uint32_t category;      /* relais_category at most */
  uint32_t to_confirm;    /* 1: a physician must still confirm it */
  relais_str threshold;   /* 1.1, French: what must be met, with unit; empty when the rule has none */
  relais_str confirm;     /* 1.1, French: what a physician must still confirm; empty when nothing is told */
  RELAIS_STRUCT_END
} relais_rule;

/* One call of evaluate: opaque, valid during that call only. */
typedef struct relais_call relais_call;

typedef enum relais_log_level { RELAIS_LOG_INFO = 1, RELAIS_LOG_WARNING = 2, RELAIS_LOG_ERROR = 3 } relais_log_level;

/* Functions the host offers. */
typedef struct relais_host {
  size_t size;
  uint32_t abi_major;
  uint32_t abi_minor;
  /* Adds a finding for the slice at `slice_index` of the batch. Copies everything. RELAIS_INVALID, RELAIS_TOO_MUCH or
     RELAIS_OUT_OF_SUBJECT on refusal: the subject is then not evaluated. */
  relais_status (*finding)(relais_call* call, size_t slice_index, const relais_finding* finding);
  /* Proposes an effect for the slice at `slice_index`. RELAIS_UNSUPPORTED when the manifest does not declare it. */
  relais_status (*effect)(relais_call* call, size_t slice_index, const relais_effect* effect);
  /* Says that the slice at `slice_index` could not be evaluated, with a stable code of the plugin's own. */
  relais_status (*not_evaluated)(relais_call* call, size_t slice_index, relais_str code);
  /* One log line: a code of the manifest and a number, never a text. */
  void (*log)(relais_call* call, uint32_t level, relais_str code, int64_t number);
  /* 1 when the host no longer wants the answer. */
  int (*cancelled)(relais_call* call);
  /* Reads up to `capacity` bytes of a document of this call's slices at `offset`; the number read, 0 at the end,
     -1 when the handle was not given in this call. */
  int64_t (*document_read)(relais_call* call, relais_str handle, uint64_t offset, void* buffer, size_t capacity);
  /* A feature by string id, or null. */
  const void* (*extension)(const char* id);
  RELAIS_STRUCT_END
} relais_host;

typedef struct relais_plugin relais_plugin;

/* Receives each rule of describe_rules. */
typedef void (*relais_rule_sink)(void* context, const relais_rule* rule);

/* Functions the plugin offers. Any may be null but evaluate and destroy. */
struct relais_plugin {
  size_t size;
  void* self;
  /* Evaluates each slice of `slices` (relais_slice). RELAIS_OK means that every slice has been evaluated, except those
     said by not_evaluated; any other value means that none has. */
  relais_status (*evaluate)(relais_plugin* plugin, relais_call* call, relais_rows slices);
  relais_status (*describe_rules)(relais_plugin* plugin, void* context, relais_rule_sink sink);
  relais_status (*feedback)(relais_plugin* plugin, const relais_outcome* outcome);
  const void* (*extension)(relais_plugin* plugin, const char* id);
  void (*destroy)(relais_plugin* plugin);
  RELAIS_STRUCT_END
};

/* What the one exported symbol returns; static, never freed. */
typedef struct relais_entry {
  size_t size;
  uint32_t abi_major;      /* RELAIS_ABI_MAJOR the plugin was built with */
  uint32_t abi_minor;      /* RELAIS_ABI_MINOR the plugin was built with */
  uint32_t abi_minor_min;  /* least host minor it runs in */
  uint32_t reserved;
  relais_str id;           /* must equal the manifest's */
  relais_str version;      /* must equal the manifest's */
  /* Makes an instance. `data_directory` is the package's data/ folder, readable only. Null and a status on failure. */
  relais_status (*create)(const relais_host* host, relais_str data_directory, relais_plugin** plugin);
  RELAIS_STRUCT_END
} relais_entry;

#if defined(__GNUC__)
#define RELAIS_EXPORT __attribute__((visibility("default")))
#else
#define RELAIS_EXPORT
#endif

/* The one symbol that a plugin exports. */
#define RELAIS_ENTRY_SYMBOL "relais_plugin_entry"
typedef const relais_entry* (*relais_entry_function)(void);
RELAIS_EXPORT const relais_entry* relais_plugin_entry(void);

#ifdef __cplusplus
}
#endif

#endif /* RELAIS_RELAIS_H */

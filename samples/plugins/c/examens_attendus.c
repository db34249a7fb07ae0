/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Relais plugin in plain C11: says of each laboratory report what was asked for and has not come.
 * Nothing but <relais/relais.h> and the C library.
 */
#include <relais/relais.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* [snippet:c-rows] */
/* Rows step by the stride that the host gives: its structs may be longer than those of this header. */
#define ROW(type, rows, index) ((const type*)(const void*)((const char*)(rows).data + (index) * (rows).stride))
#define TEXT(literal) ((relais_str){(literal), sizeof(literal) - 1})
/* [/snippet:c-rows] */

enum { most_reasons = 32, label_bytes = 120, text_bytes = 320 };

typedef struct instance {
  relais_plugin raw;
  const relais_host* host;
} instance;

typedef struct answer {
  relais_reason reasons[most_reasons];
  relais_str evidence[most_reasons];
  char texts[most_reasons][text_bytes];
  size_t count;
  uint32_t category;
  int open;
} answer;

static int same(relais_str text, const char* literal) {
  return text.length == strlen(literal) && memcmp(text.data, literal, text.length) == 0;
}

/* The bytes of `text` that fit in `limit` without cutting a UTF-8 character in two. */
static int fitting(relais_str text, size_t limit) {
  size_t length = text.length < limit ? text.length : limit;
  while (length > 0 && length < text.length && ((unsigned char)text.data[length] & 0xC0u) == 0x80u) --length;
  return (int)length;
}

static void give_reason(answer* to, const char* rule, uint32_t category, const char* format, relais_str about,
                        relais_str evidence) {
  relais_reason* reason;
  size_t at = to->count;
  if (category > to->category) to->category = category;
  if (at == most_reasons) return; /* the category already tells the worst of what is left out */
  reason = &to->reasons[at];
  memset(reason, 0, sizeof *reason);
  (void)snprintf(to->texts[at], text_bytes, format, fitting(about, label_bytes), about.length > 0 ? about.data : "");
  reason->size = sizeof *reason;
  reason->rule = (relais_str){rule, strlen(rule)};
  reason->text = (relais_str){to->texts[at], strlen(to->texts[at])};
  reason->source = TEXT("choix de Relais, à confirmer par un médecin");
  reason->category = category;
  reason->data_level = RELAIS_D3;
  to->evidence[at] = evidence;
  if (evidence.length > 0) reason->evidence = (relais_rows){&to->evidence[at], 1, sizeof(relais_str)};
  ++to->count;
}

/* Potassium and INR do not wait: a spoilt tube is taken again the same day. */
static uint32_t category_when_not_rendered(const relais_observation* asked) {
  const int loinc = same(asked->code_system, "loinc");
  return loinc && (same(asked->code, "2823-3") || same(asked->code, "6301-6")) ? RELAIS_CATEGORY_AUJOURDHUI
                                                                              : RELAIS_CATEGORY_A_VOIR;
}

static int complete(const relais_slice* slice, const char* kind) {
  size_t i;
  for (i = 0; i < slice->kinds.count; ++i) {
    const relais_kind_state* state = ROW(relais_kind_state, slice->kinds, i);
    if (same(state->kind, kind)) return state->completeness == RELAIS_KIND_COMPLETE;
  }
  return 0;
}

static void judge(const relais_slice* slice, const relais_lab_report* report, answer* to) {
  const relais_str nothing = {NULL, 0};
  size_t i;
  if (report->status == RELAIS_REPORT_CANCELLED) {
    give_reason(to, "ANNULE", RELAIS_CATEGORY_A_VOIR, "Compte rendu annulé par le laboratoire%.*s : rien n'est rendu.",
                nothing, report->id);
    return;
  }
  for (i = 0; i < slice->observations.count; ++i) {
    const relais_observation* asked = ROW(relais_observation, slice->observations, i);
    if (asked->history) continue;
    if (asked->status == RELAIS_OBSERVATION_ABORTED) {
      give_reason(to, "NON-RENDU", category_when_not_rendered(asked), "%.*s : demandé, non rendu par le laboratoire.",
                  asked->label, asked->id);
    } else if (asked->status == RELAIS_OBSERVATION_PENDING) {
      give_reason(to, "EN-ATTENTE", RELAIS_CATEGORY_A_CLASSER, "%.*s : résultat attendu.", asked->label, asked->id);
      to->open = 1;
    }
  }
  if (report->status == RELAIS_REPORT_PARTIAL) {
    give_reason(to, "PARTIEL", RELAIS_CATEGORY_A_CLASSER, "Le laboratoire annonce une suite%.*s.", nothing, report->id);
    to->open = 1;
  }
  if (!complete(slice, "observation") || report->uncoded_content) {
    give_reason(to, "ILLISIBLE", RELAIS_CATEGORY_A_VOIR,
                "Une partie du compte rendu n'est pas codée%.*s : ce qui manque ne peut pas être dit.", nothing,
                report->id);
  }
  if (to->count == 0) {
    give_reason(to, "COMPLET", RELAIS_CATEGORY_A_CLASSER, "Tout ce qui était demandé est rendu%.*s.", nothing,
                report->id);
  }
}

static const relais_lab_report* current_report(const relais_slice* slice) {
  size_t i;
  for (i = 0; i < slice->reports.count; ++i) {
    const relais_lab_report* report = ROW(relais_lab_report, slice->reports, i);
    if (report->current) return report;
  }
  return NULL;
}

/* [snippet:c-evaluate] */
static relais_status evaluate(relais_plugin* plugin, relais_call* call, relais_rows slices) {
  const relais_host* host = ((const instance*)plugin->self)->host;
  size_t index;
  for (index = 0; index < slices.count; ++index) {
    const relais_slice* slice = ROW(relais_slice, slices, index);
    const relais_lab_report* report = current_report(slice);
    relais_finding finding = {0};
    answer found = {0};
    if (host->cancelled(call)) return RELAIS_CANCELLED;
    if (report == NULL) {
      if (host->not_evaluated(call, index, TEXT("examens-attendus.no-report")) != RELAIS_OK) return RELAIS_ERROR;
      continue;
    }
    judge(slice, report, &found);
    finding.size = sizeof finding;
    finding.kind = TEXT("examens-attendus");
    finding.title = found.open ? TEXT("Examens : une suite est attendue") : TEXT("Examens demandés et rendus");
    if (found.category >= RELAIS_CATEGORY_A_VOIR) finding.title = TEXT("Examens demandés et non rendus");
    finding.category = found.category;
    finding.data_level = RELAIS_D3;
    finding.open = found.open ? 1u : 0u;
    finding.reasons = (relais_rows){found.reasons, found.count, sizeof found.reasons[0]};
    /* The host copies what it is given before it returns: nothing here has to outlive the call. */
    if (host->finding(call, index, &finding) != RELAIS_OK) return RELAIS_ERROR;
  }
  return RELAIS_OK;
}
/* [/snippet:c-evaluate] */

static void tell(void* context, relais_rule_sink sink, const char* id, const char* title, uint32_t category) {
  relais_rule rule = {0};
  rule.size = sizeof rule;
  rule.id = (relais_str){id, strlen(id)};
  rule.title = (relais_str){title, strlen(title)};
  rule.source = TEXT("choix de Relais");
  rule.category = category;
  rule.to_confirm = 1;
  sink(context, &rule);
}

static relais_status describe_rules(relais_plugin* plugin, void* context, relais_rule_sink sink) {
  (void)plugin;
  tell(context, sink, "NON-RENDU", "Demandé, non rendu : le jour même pour le potassium et l'INR",
       RELAIS_CATEGORY_AUJOURDHUI);
  tell(context, sink, "EN-ATTENTE", "Résultat attendu", RELAIS_CATEGORY_A_CLASSER);
  tell(context, sink, "PARTIEL", "Le laboratoire annonce une suite", RELAIS_CATEGORY_A_CLASSER);
  tell(context, sink, "ANNULE", "Compte rendu annulé", RELAIS_CATEGORY_A_VOIR);
  tell(context, sink, "ILLISIBLE", "Une partie n'est pas codée", RELAIS_CATEGORY_A_VOIR);
  tell(context, sink, "COMPLET", "Tout est rendu", RELAIS_CATEGORY_A_CLASSER);
  return RELAIS_OK;
}

static void destroy(relais_plugin* plugin) { free(plugin->self); }

/* [snippet:c-entry] */
static relais_status create(const relais_host* host, relais_str data_directory, relais_plugin** plugin) {
  instance* self = calloc(1, sizeof *self);
  (void)data_directory;
  *plugin = NULL;
  if (self == NULL) return RELAIS_ERROR;
  self->host = host;
  self->raw.size = sizeof self->raw;
  self->raw.self = self;
  self->raw.evaluate = evaluate;
  self->raw.describe_rules = describe_rules;
  self->raw.destroy = destroy;
  *plugin = &self->raw;
  return RELAIS_OK;
}

/* The one symbol that the library exports. */
RELAIS_EXPORT const relais_entry* relais_plugin_entry(void) {
  static const relais_entry entry = {
      .size = sizeof(relais_entry),
      .abi_major = RELAIS_ABI_MAJOR,
      .abi_minor = RELAIS_ABI_MINOR,
      .abi_minor_min = 0, /* no field younger than 1.0 is needed: any 1.x host will do */
      .id = {"examens-attendus", sizeof "examens-attendus" - 1},
      .version = {"1.0.0", sizeof "1.0.0" - 1},
      .create = create,
  };
  return &entry;
}
/* [/snippet:c-entry] */

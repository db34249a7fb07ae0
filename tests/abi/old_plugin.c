/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin in C, written against the frozen header alone: it says everything it reads, as wrapper_plugin.cpp does. */
#include "relais-1.0.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  relais_plugin raw;
  const relais_host* host;
} instance;

static relais_str str(const char* text) {
  relais_str made = {text, strlen(text)};
  return made;
}

static void say(char* text, size_t capacity, const char* format, ...) {
  const size_t used = strlen(text);
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text + used, capacity - used, format, arguments);
  va_end(arguments);
}

#define TEXT(value) (int)(value).length, (value).data == NULL ? "" : (value).data
#define ROW(type, rows, index) ((const type*)(const void*)((const char*)(rows).data + (index) * (rows).stride))

static void say_slice(const relais_slice* slice, char* text, size_t size) {
  size_t i;
  say(text, size, "item %.*s;", TEXT(slice->subject->item_id));
  if (slice->patient != NULL) say(text, size, " born %d;", (int)slice->patient->birth_date);
  for (i = 0; i < slice->kinds.count; ++i) {
    const relais_kind_state* kind = ROW(relais_kind_state, slice->kinds, i);
    say(text, size, " kind %.*s %u;", TEXT(kind->kind), kind->completeness);
  }
  for (i = 0; i < slice->settings.count; ++i) {
    const relais_setting* setting = ROW(relais_setting, slice->settings, i);
    say(text, size, " setting %.*s %g;", TEXT(setting->key), setting->number);
  }
  for (i = 0; i < slice->reports.count; ++i) {
    const relais_lab_report* report = ROW(relais_lab_report, slice->reports, i);
    size_t a;
    say(text, size, " report %.*s %u %" PRId64 ";", TEXT(report->id), report->current, report->received);
    for (a = 0; a < report->anomalies.count; ++a) {
      say(text, size, " anomaly %.*s;", TEXT(ROW(relais_anomaly, report->anomalies, a)->code));
    }
  }
  for (i = 0; i < slice->observations.count; ++i) {
    const relais_observation* observation = ROW(relais_observation, slice->observations, i);
    say(text, size, " observation %.*s %u %g %.*s;", TEXT(observation->code), observation->history, observation->value,
        TEXT(observation->specimen));
  }
  for (i = 0; i < slice->context_words.count; ++i) {
    const relais_context_word* word = ROW(relais_context_word, slice->context_words, i);
    say(text, size, " word %.*s %g;", TEXT(word->word), word->number);
  }
  for (i = 0; i < slice->request_states.count; ++i) {
    const relais_request_state* state = ROW(relais_request_state, slice->request_states, i);
    say(text, size, " request %.*s;", TEXT(state->state));
  }
}

static relais_status evaluate(relais_plugin* plugin, relais_call* call, relais_rows slices) {
  const instance* self = (const instance*)plugin->self;
  size_t index;
  for (index = 0; index < slices.count; ++index) {
    const relais_slice* slice = ROW(relais_slice, slices, index);
    char text[2048] = "";
    char content[64] = "";
    relais_str evidence = slice->subject->item_id;
    relais_reason reasons[2];
    relais_finding finding;
    relais_effect effect;
    relais_status status;
    if (self->host->cancelled(call)) return RELAIS_CANCELLED;
    if (slice->observations.count == 0) {
      status = self->host->not_evaluated(call, index, str("abi.nothing"));
      if (status != RELAIS_OK) return status;
      continue;
    }
    say_slice(slice, text, sizeof text);
    if (slice->documents.count > 0) {
      const relais_document* document = ROW(relais_document, slice->documents, 0);
      const int64_t count = self->host->document_read(call, document->handle, 1, content, sizeof content - 1);
      say(text, sizeof text, " document %d %s;", (int)count, content);
    }
    memset(reasons, 0, sizeof reasons);
    memset(&finding, 0, sizeof finding);
    memset(&effect, 0, sizeof effect);
    reasons[0].size = sizeof reasons[0];
    reasons[0].rule = str("READ");
    reasons[0].text = str(text);
    reasons[0].source = str("tests/abi");
    reasons[0].category = RELAIS_CATEGORY_A_VOIR;
    reasons[0].data_level = RELAIS_D3;
    reasons[0].evidence.data = &evidence;
    reasons[0].evidence.count = 1;
    reasons[0].evidence.stride = sizeof evidence;
    reasons[1] = reasons[0];
    reasons[1].rule = str("SECOND");
    finding.size = sizeof finding;
    finding.kind = str("abi");
    finding.title = str("Compatibilité");
    finding.category = RELAIS_CATEGORY_A_VOIR;
    finding.data_level = RELAIS_D3;
    finding.open = 1;
    finding.rank = 2.5;
    finding.reasons.data = reasons;
    finding.reasons.count = 2;
    finding.reasons.stride = sizeof reasons[0];
    status = self->host->finding(call, index, &finding);
    if (status != RELAIS_OK) return status;
    effect.size = sizeof effect;
    effect.type = str("essai.effet");
    effect.key = str("clef");
    effect.body = str("corps");
    status = self->host->effect(call, index, &effect);
    if (status != RELAIS_OK) return status;
    self->host->log(call, RELAIS_LOG_INFO, str("abi.evaluated"), (int64_t)index);
  }
  return RELAIS_OK;
}

static relais_status describe_rules(relais_plugin* plugin, void* context, relais_rule_sink sink) {
  relais_rule rule;
  (void)plugin;
  memset(&rule, 0, sizeof rule);
  rule.size = sizeof rule;
  rule.id = str("READ");
  rule.title = str("Dit ce qu'il lit");
  rule.source = str("tests/abi");
  rule.category = RELAIS_CATEGORY_A_VOIR;
  rule.to_confirm = 1;
  sink(context, &rule);
  return RELAIS_OK;
}

static relais_status feedback(relais_plugin* plugin, const relais_outcome* outcome) {
  (void)plugin;
  return outcome->verdict == RELAIS_VERDICT_RETURNED && outcome->subject->item_id.length > 0 ? RELAIS_OK : RELAIS_ERROR;
}

static void destroy(relais_plugin* plugin) { free(plugin->self); }

static relais_status create(const relais_host* host, relais_str data_directory, relais_plugin** plugin) {
  instance* self = (instance*)calloc(1, sizeof *self);
  (void)data_directory;
  *plugin = NULL;
  if (self == NULL) return RELAIS_ERROR;
  self->host = host;
  self->raw.size = sizeof self->raw;
  self->raw.self = self;
  self->raw.evaluate = evaluate;
  self->raw.describe_rules = describe_rules;
  self->raw.feedback = feedback;
  self->raw.destroy = destroy;
  *plugin = &self->raw;
  return RELAIS_OK;
}

const relais_entry* relais_plugin_entry(void) {
  static relais_entry entry;
  entry.size = sizeof entry;
  entry.abi_major = RELAIS_ABI_MAJOR;
  entry.abi_minor = RELAIS_ABI_MINOR;
  entry.id = str(RELAIS_PLUGIN_ID);
  entry.version = str(RELAIS_PLUGIN_VERSION);
  entry.create = create;
  return &entry;
}

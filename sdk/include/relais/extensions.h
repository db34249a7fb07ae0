/* SPDX-License-Identifier: Apache-2.0 */
/* Draft extensions: features of the host by string id, beside the ABI (sdk/ABI.md). Promotion never changes an id. */
#ifndef RELAIS_EXTENSIONS_H
#define RELAIS_EXTENSIONS_H

#include <relais/relais.h>

/* Id of relais_feedback_log: host->extension(RELAIS_FEEDBACK_LOG) answers it, or null from a host that does not have it. */
#define RELAIS_FEEDBACK_LOG "relais.feedback-log/1"

/* The plugin's log from inside feedback(), where there is no call to write on. What is written outside feedback(), or on
   another thread than the one that feedback() was called on, goes nowhere. */
typedef struct relais_feedback_log {
  size_t size;
  /* One line: a code of the manifest and a number, never a text, as relais_host.log. */
  void (*log)(uint32_t level, relais_str code, int64_t number);
  RELAIS_STRUCT_END
} relais_feedback_log;

#endif /* RELAIS_EXTENSIONS_H */

// SPDX-License-Identifier: Apache-2.0
// The catalogue of delegable tasks and never-delegable acts, compiled in from catalogue.def (source named there).
#pragma once

#include <span>
#include <string_view>

#include "domain/words.h"

namespace relais::fiche {

enum class Family { A, C, O };
// Least profile and training: any; qualified assistant; carer diploma; nurse only.
enum class TaskClass { T, Q, S, IDE };
// Whose fiche decides: médecin traitant, prescriber, doctor of the appointment, addressee, employing doctors together.
enum class Reference { MT, PRESC, RDV, DEST, CAB };

struct CatalogueTask {
  std::string_view id;
  std::string_view label;
  Family family;
  std::string_view software;
  DataLevel level;
  std::string_view level_detail;
  TaskClass task_class;
  Mode ceiling;
  std::string_view validation;
  Reference reference;
};

struct NeverVariant {
  std::string_view task;
  std::string_view id;  // "task/slug", stable
  std::string_view text;
};

struct NeverAct {
  std::string_view id;
  std::string_view label;
};

// All rows, in the order of the document. Static storage.
std::span<const CatalogueTask> catalogue_tasks();
std::span<const NeverVariant> never_variants();
std::span<const NeverAct> never_acts();

// The row with this id, or null. The pointer never dangles.
const CatalogueTask* find_task(std::string_view id);
const NeverAct* find_never(std::string_view id);

// The « jamais » variant of a task, named by its stable id or by its text, or null.
const NeverVariant* find_variant(std::string_view task, std::string_view id_or_text);

// A task whose result only a doctor closes: ceiling P or V.
bool is_clinical(const CatalogueTask& task);

}  // namespace relais::fiche

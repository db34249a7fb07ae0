// SPDX-License-Identifier: Apache-2.0
#include "domain/catalogue.h"

#include <algorithm>
#include <iterator>

namespace relais::fiche {
namespace {

// The letters of the column « Plafond ».
namespace ceiling {
constexpr Mode P = Mode::preparer;
constexpr Mode V = Mode::faire_puis_valider;
constexpr Mode A = Mode::autonome;
}  // namespace ceiling

constexpr CatalogueTask tasks[] = {
#define RELAIS_TASK(id, label, family, software, level, detail, profile, top, validation, reference) \
  {id, label, Family::family, software, DataLevel::level, detail, TaskClass::profile, ceiling::top, validation, \
   Reference::reference},
#define RELAIS_VARIANT(task, id, text)
#define RELAIS_NEVER(id, label)
#include "domain/catalogue.def"
#undef RELAIS_TASK
#undef RELAIS_VARIANT
#undef RELAIS_NEVER
};

constexpr NeverVariant variants[] = {
#define RELAIS_TASK(id, label, family, software, level, detail, profile, top, validation, reference)
#define RELAIS_VARIANT(task, id, text) {task, id, text},
#define RELAIS_NEVER(id, label)
#include "domain/catalogue.def"
#undef RELAIS_TASK
#undef RELAIS_VARIANT
#undef RELAIS_NEVER
};

constexpr NeverAct acts[] = {
#define RELAIS_TASK(id, label, family, software, level, detail, profile, top, validation, reference)
#define RELAIS_VARIANT(task, id, text)
#define RELAIS_NEVER(id, label) {id, label},
#include "domain/catalogue.def"
#undef RELAIS_TASK
#undef RELAIS_VARIANT
#undef RELAIS_NEVER
};

template <class Rows>
auto find_by_id(const Rows& rows, std::string_view id) {
  const auto found = std::find_if(std::begin(rows), std::end(rows), [id](const auto& row) { return row.id == id; });
  return found == std::end(rows) ? nullptr : &*found;
}

}  // namespace

std::span<const CatalogueTask> catalogue_tasks() { return tasks; }
std::span<const NeverVariant> never_variants() { return variants; }
std::span<const NeverAct> never_acts() { return acts; }

const CatalogueTask* find_task(std::string_view id) { return find_by_id(tasks, id); }
const NeverAct* find_never(std::string_view id) { return find_by_id(acts, id); }

const NeverVariant* find_variant(std::string_view task, std::string_view id_or_text) {
  for (const auto& variant : variants)
    if (variant.task == task && (variant.id == id_or_text || variant.text == id_or_text)) return &variant;
  return nullptr;
}

bool is_clinical(const CatalogueTask& task) { return task.ceiling != Mode::autonome; }

}  // namespace relais::fiche

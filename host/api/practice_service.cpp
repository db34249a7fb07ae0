// SPDX-License-Identifier: Apache-2.0
#include "api/practice_desk.h"

namespace relais::api {

void register_practice_service(Registry& registry, const PracticeServices& context, practice::FactStore& store,
                               practice::PracticeFacts& known) {
  const PracticeDesk desk{context, store, known};
  register_practice_entry(registry, desk);
  register_practice_people(registry, desk);
  register_practice_questions(registry, desk);
  register_practice_calendar(registry, desk);
  register_practice_history(registry, desk);
}

}  // namespace relais::api

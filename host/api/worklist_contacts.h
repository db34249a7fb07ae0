// SPDX-License-Identifier: Apache-2.0
// Calls to patients about items of the list, and the messages prepared for them.
#pragma once

#include "api/practice_services.h"

namespace relais::api {

// RecordContact, ListContacts, PutContactRule and GetContactRule of WorklistService; with register_messages().
void register_contacts(Registry& registry, const PracticeServices& context);
// PutMessageTemplate, ListMessageTemplates and PrepareMessage.
void register_messages(Registry& registry, const PracticeServices& context);

}  // namespace relais::api

// SPDX-License-Identifier: Apache-2.0
#include "api/words.h"

#include <algorithm>
#include <cctype>

#include "records/formats/sentence.h"

namespace relais::api {

std::string sentence_of(std::string_view stable) { return formats::sentence_of(stable); }

std::string role_word(v1::Role role) {
  auto word = v1::Role_Name(role).substr(std::string_view("ROLE_").size());
  std::ranges::transform(word, word.begin(), [](char c) {
    return c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return word;
}

practice::LedgerEntry entry_of(const Call& call, std::string action) {
  practice::LedgerEntry entry;
  entry.actor = call.caller.id;
  entry.on_behalf_of = call.caller.replaces_doctor_id;
  entry.role = role_word(call.caller.role);
  entry.action = std::move(action);
  entry.call_id = call.call_id;
  return entry;
}

}  // namespace relais::api

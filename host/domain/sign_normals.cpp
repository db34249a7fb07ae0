// SPDX-License-Identifier: Apache-2.0
#include <sodium.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "domain/worklist.h"

namespace relais::worklist {

bool may_be_signed_in_group(const Item& item) {
  return item.finding.category == Category::normal && item.unseen_peak <= Category::a_classer && !item.finding.open &&
         !item.finding.restricted && !is_terminal(item.state) && item.state != State::a_confirmer;
}

std::string frozen_hash(const FrozenList& list) {
  const nlohmann::json text = {list.doctor_id, list.prepared_at.time_since_epoch().count(), list.items};
  const auto bytes = text.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

FrozenList freeze_normals(const std::vector<Item>& items, const NotEvaluatedScopes& not_evaluated, const Actor& doctor,
                          Instant now) {
  FrozenList list;
  list.doctor_id = doctor.id;
  list.prepared_at = now;
  for (const auto& item : items) {
    if (!answers_for(doctor, item) || !may_be_signed_in_group(item)) continue;
    if (!not_evaluated.contains(item.key.scope)) list.items.emplace_back(item.id, item.revision);
  }
  std::sort(list.items.begin(), list.items.end());
  list.items.erase(std::unique(list.items.begin(), list.items.end()), list.items.end());
  list.sha256 = frozen_hash(list);
  return list;
}

Result<SignedNormals> sign_normals(const FrozenList& frozen, std::string_view hash, const std::vector<Item>& now_held,
                                   const NotEvaluatedScopes& not_evaluated, const Actor& doctor, Instant now) {
  if (!is_doctor(doctor)) return fail(Code::worklist_doctor_only, "sign normals");
  if (frozen.doctor_id != doctor.id) return fail(Code::worklist_other_doctor, "sign normals");
  if (frozen.sha256 != hash || frozen_hash(frozen) != hash) return fail(Code::worklist_frozen_list, "sign normals");
  SignedNormals result;
  for (const auto& [id, revision] : frozen.items) {
    const auto place = std::find_if(now_held.begin(), now_held.end(), [&](const Item& item) { return item.id == id; });
    if (place == now_held.end()) {
      result.refused.emplace_back(id, Code::not_found);
    } else if (is_terminal(place->state)) {
      result.refused.emplace_back(id, Code::worklist_closed);
    } else if (place->revision != revision) {
      result.refused.emplace_back(id, Code::worklist_changed);
    } else if (!may_be_signed_in_group(*place) || not_evaluated.contains(place->key.scope)) {
      result.refused.emplace_back(id, Code::worklist_not_normal);
    } else if (auto outcome = validate(*place, doctor, now); outcome) {
      outcome->action.act = outcome->fact.action = "item.sign-normal";
      result.validated.push_back(*std::move(outcome));
    } else {
      result.refused.emplace_back(id, outcome.error().code);
    }
  }
  return result;
}

}  // namespace relais::worklist

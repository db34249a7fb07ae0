// SPDX-License-Identifier: Apache-2.0
#include "practice/item_proposals.h"

#include <algorithm>

#include "practice/ids.h"

namespace relais::practice {

void keep_proposals(Transaction& tx, const worklist::Scope& scope, const std::vector<ItemProposal>& proposals) {
  const auto before = proposals_of(tx.sql(), scope);
  if (before.empty() && proposals.empty()) return;
  const auto& subject = scope.subject;
  tx.sql() << "DELETE FROM item_proposal WHERE plugin_id = :plugin AND task_id = :task AND item_id = :item AND "
              "patient_id = :patient AND doctor_id = :doctor",
      soci::use(scope.plugin), soci::use(scope.task), soci::use(subject.item_id), soci::use(subject.patient_id),
      soci::use(subject.doctor_id);
  for (const auto& one : proposals) {
    const auto same = std::ranges::find_if(before, [&](const ItemProposal& other) {
      return other.key == one.key && other.type == one.type && other.body == one.body;
    });
    const long long at = to_ms(same == before.end() ? tx.now() : same->proposed);
    tx.sql() << "INSERT INTO item_proposal (plugin_id, task_id, item_id, patient_id, doctor_id, proposal_key, type, "
                "destination, body, proposed_ms) VALUES (:plugin, :task, :item, :patient, :doctor, :key, :type, "
                ":destination, :body, :at) ON CONFLICT (plugin_id, task_id, item_id, patient_id, doctor_id, "
                "proposal_key) DO NOTHING",
        soci::use(scope.plugin), soci::use(scope.task), soci::use(subject.item_id), soci::use(subject.patient_id),
        soci::use(subject.doctor_id), soci::use(one.key), soci::use(one.type), soci::use(one.destination),
        soci::use(one.body), soci::use(at);
  }
}

std::vector<ItemProposal> proposals_of(soci::session& sql, const worklist::Scope& scope) {
  std::vector<ItemProposal> found;
  ItemProposal row;
  long long at = 0;
  const auto& subject = scope.subject;
  soci::statement statement =
      (sql.prepare << "SELECT type, proposal_key, destination, body, proposed_ms FROM item_proposal WHERE plugin_id = "
                      ":plugin AND task_id = :task AND item_id = :item AND patient_id = :patient AND doctor_id = "
                      ":doctor ORDER BY proposal_key",
       soci::use(scope.plugin), soci::use(scope.task), soci::use(subject.item_id), soci::use(subject.patient_id),
       soci::use(subject.doctor_id), soci::into(row.type), soci::into(row.key), soci::into(row.destination),
       soci::into(row.body), soci::into(at));
  statement.execute();
  while (statement.fetch()) {
    row.proposed = from_ms(at);
    found.push_back(row);
  }
  return found;
}

}  // namespace relais::practice

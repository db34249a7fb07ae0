// SPDX-License-Identifier: Apache-2.0
// What assistants have switched on inside their fiches.
#include "practice/fiche_store.h"
#include "practice/query.h"

namespace relais::practice {

Result<Activation> FicheStore::set_enabled(const std::string& doctor, const std::string& task, bool enabled,
                                           const Attribution& by) {
  return database_.write([&](Transaction& tx) -> Result<Activation> {
    const long long now = to_ms(tx.now());
    const long long on = enabled ? 1 : 0;
    long long held = -1;
    long long changed = 0;
    tx.sql() << "SELECT enabled, changed_ms FROM activation WHERE assistant_id = :a AND doctor_id = :d AND task_id = :t",
        soci::use(by.actor), soci::use(doctor), soci::use(task), soci::into(held), soci::into(changed);
    const bool known = tx.sql().got_data();
    if (known && held == on) return Activation{by.actor, doctor, task, enabled, from_ms(changed)};
    if (!known && !enabled) return fail(Code::not_found, "this task was never switched on");
    tx.sql() << "INSERT INTO activation (assistant_id, doctor_id, task_id, enabled, changed_ms) VALUES (:a, :d, :t, :e, "
                ":c) ON CONFLICT (assistant_id, doctor_id, task_id) DO UPDATE SET enabled = :f, changed_ms = :g",
        soci::use(by.actor), soci::use(doctor), soci::use(task), soci::use(on), soci::use(now), soci::use(on),
        soci::use(now);
    StoredFiche about;
    about.doctor_id = doctor;
    if (auto recorded = record(tx, by, enabled ? "task.enable" : "task.disable", about, task); !recorded) {
      return tl::unexpected<Error>(recorded.error());
    }
    return Activation{by.actor, doctor, task, enabled, tx.now()};
  });
}

Result<std::vector<Activation>> FicheStore::activations() const {
  return database_.read([](soci::session& sql) -> Result<std::vector<Activation>> {
    std::vector<Activation> all;
    Query query(sql,
                "SELECT assistant_id, doctor_id, task_id, enabled, changed_ms FROM activation ORDER BY doctor_id, task_id, "
                "assistant_id");
    while (query.next()) {
      all.push_back({query.words(0), query.words(1), query.words(2), query.number(3) != 0, from_ms(query.number(4))});
    }
    return all;
  });
}

}  // namespace relais::practice

// SPDX-License-Identifier: Apache-2.0
#include "practice/plugin_state.h"

#include "practice/query.h"

namespace relais::practice {
namespace {

// Reads rows of plugin_poison; `where` has placeholders for `texts`, in order.
std::vector<Poison> read_poisons(soci::session& sql, const std::string& where, const std::vector<std::string>& texts) {
  Query query(sql, "SELECT item_id, patient_id, doctor_id, task_id, slice_version, reason_code, since_ms "
                   "FROM plugin_poison WHERE " + where + " ORDER BY since_ms, item_id, doctor_id");
  for (const auto& text : texts) query.use(text);
  std::vector<Poison> found;
  while (query.next()) {
    auto& row = found.emplace_back();
    row.subject = {query.words(0), query.words(1), query.words(2), query.words(3)};
    row.slice_version = query.number(4);
    row.reason_code = query.words(5);
    row.since = from_ms(query.number(6));
  }
  return found;
}

constexpr const char* of_subject =
    "plugin_id = :plugin AND plugin_version = :version AND item_id = :item AND patient_id = :patient "
    "AND doctor_id = :doctor AND task_id = :task";

}  // namespace

std::string_view name(PluginState state) {
  switch (state) {
    case PluginState::installed:
      return "installed";
    case PluginState::enabled:
      return "enabled";
    case PluginState::disabled:
      return "disabled";
  }
  return "installed";
}

void install_plugin(Transaction& tx, const std::string& id, const std::string& version, const std::string& directory,
                    const std::string& digest, const std::string& key_id) {
  const long long now = to_ms(tx.now());
  tx.sql() << "INSERT INTO plugin_package (plugin_id, version, directory, state, reason_code, installed_ms, changed_ms, "
              "digest, key_id) "
              "VALUES (:id, :version, :directory, 'installed', '', :installed, :changed, :digest, :key) "
              "ON CONFLICT (plugin_id, version) DO UPDATE SET directory = excluded.directory, "
              "digest = excluded.digest, key_id = excluded.key_id",
      soci::use(id), soci::use(version), soci::use(directory), soci::use(now), soci::use(now), soci::use(digest),
      soci::use(key_id);
}

bool forget_plugin(Transaction& tx, const std::string& id, const std::string& version) {
  soci::statement statement =
      (tx.sql().prepare << "DELETE FROM plugin_package WHERE plugin_id = :id AND version = :version", soci::use(id),
       soci::use(version));
  statement.execute(true);
  return statement.get_affected_rows() > 0;
}

void remember_removed(Transaction& tx, const std::string& id, const RemovedPlugin& removed) {
  Query(tx.sql(), "INSERT INTO plugin_removed (plugin_id, version, manifest, key_id, removed_ms) "
                  "VALUES (:id, :version, :manifest, :key, :removed) ON CONFLICT (plugin_id) DO UPDATE SET "
                  "version = excluded.version, manifest = excluded.manifest, key_id = excluded.key_id, "
                  "removed_ms = excluded.removed_ms")
      .use(id)
      .use(removed.version)
      .use(removed.manifest)
      .use(removed.key_id)
      .use(to_ms(tx.now()))
      .run();
}

std::optional<RemovedPlugin> removed_plugin(soci::session& sql, const std::string& id) {
  Query query(sql, "SELECT version, manifest, key_id FROM plugin_removed WHERE plugin_id = :id");
  query.use(id);
  if (!query.next()) return std::nullopt;
  return RemovedPlugin{query.words(0), query.words(1), query.words(2)};
}

Result<void> set_plugin_state(Transaction& tx, const std::string& id, const std::string& version, PluginState state,
                              const std::string& reason_code) {
  const long long now = to_ms(tx.now());
  const std::string text(name(state));
  {
    soci::statement statement =
        (tx.sql().prepare << "UPDATE plugin_package SET state = :state, reason_code = :reason, changed_ms = :now "
                             "WHERE plugin_id = :id AND version = :version",
         soci::use(text), soci::use(reason_code), soci::use(now), soci::use(id), soci::use(version));
    statement.execute(true);
    if (statement.get_affected_rows() == 0) return fail(Code::not_found, "this version is not installed", id);
  }
  if (state == PluginState::enabled) {
    tx.sql() << "UPDATE plugin_package SET state = 'installed', changed_ms = :now "
                "WHERE plugin_id = :id AND version <> :version AND state = 'enabled'",
        soci::use(now), soci::use(id), soci::use(version);
  }
  return {};
}

std::vector<InstalledPlugin> installed_plugins(soci::session& sql) {
  InstalledPlugin row;
  std::string state;
  long long changed = 0;
  soci::statement statement =
      (sql.prepare << "SELECT plugin_id, version, directory, state, reason_code, changed_ms, digest, key_id "
                      "FROM plugin_package ORDER BY plugin_id, version",
       soci::into(row.id), soci::into(row.version), soci::into(row.directory), soci::into(state),
       soci::into(row.reason_code), soci::into(changed), soci::into(row.digest), soci::into(row.key_id));
  statement.execute();
  std::vector<InstalledPlugin> found;
  while (statement.fetch()) {
    row.changed = from_ms(changed);
    for (const auto one : {PluginState::installed, PluginState::enabled, PluginState::disabled}) {
      if (state == name(one)) row.state = one;
    }
    found.push_back(row);
  }
  return found;
}

void remember_poison(Transaction& tx, const std::string& plugin, const std::string& version, const SubjectKey& subject,
                     std::int64_t slice_version, const std::string& reason_code) {
  const long long now = to_ms(tx.now());
  const long long slice = slice_version;
  tx.sql() << "INSERT INTO plugin_poison (plugin_id, plugin_version, item_id, patient_id, doctor_id, task_id, "
              "slice_version, reason_code, since_ms) "
              "VALUES (:plugin, :version, :item, :patient, :doctor, :task, :slice, :reason, :since) "
              "ON CONFLICT (plugin_id, plugin_version, item_id, patient_id, doctor_id, task_id) "
              "DO UPDATE SET slice_version = excluded.slice_version, reason_code = excluded.reason_code",
      soci::use(plugin), soci::use(version), soci::use(subject.item_id), soci::use(subject.patient_id),
      soci::use(subject.doctor_id), soci::use(subject.task_id), soci::use(slice), soci::use(reason_code), soci::use(now);
}

std::optional<Poison> poison_of(soci::session& sql, const std::string& plugin, const std::string& version,
                                const SubjectKey& subject) {
  auto found = read_poisons(
      sql, of_subject, {plugin, version, subject.item_id, subject.patient_id, subject.doctor_id, subject.task_id});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Poison> poisons(soci::session& sql, const std::string& plugin, const std::string& version) {
  return read_poisons(sql, "plugin_id = :plugin AND plugin_version = :version", {plugin, version});
}

bool forget_poison(Transaction& tx, const std::string& plugin, const std::string& version, const SubjectKey& subject) {
  soci::statement statement =
      (tx.sql().prepare << std::string("DELETE FROM plugin_poison WHERE ") + of_subject, soci::use(plugin),
       soci::use(version), soci::use(subject.item_id), soci::use(subject.patient_id), soci::use(subject.doctor_id),
       soci::use(subject.task_id));
  statement.execute(true);
  return statement.get_affected_rows() > 0;
}

void set_plugin_setting(Transaction& tx, const std::string& plugin, const std::string& doctor_id,
                        const PluginSetting& setting, const std::string& set_by) {
  const long long now = to_ms(tx.now());
  tx.sql() << "INSERT INTO plugin_setting (plugin_id, doctor_id, key, number, text, set_by, set_ms) "
              "VALUES (:plugin, :doctor, :key, :number, :text, :by, :now) ON CONFLICT (plugin_id, doctor_id, key) "
              "DO UPDATE SET number = excluded.number, text = excluded.text, set_by = excluded.set_by, "
              "set_ms = excluded.set_ms",
      soci::use(plugin), soci::use(doctor_id), soci::use(setting.key), soci::use(setting.number), soci::use(setting.text),
      soci::use(set_by), soci::use(now);
}

std::vector<PluginSetting> plugin_settings(soci::session& sql, const std::string& plugin, const std::string& doctor_id) {
  PluginSetting row;
  soci::statement statement = (sql.prepare << "SELECT key, number, text FROM plugin_setting "
                                              "WHERE plugin_id = :plugin AND doctor_id = :doctor ORDER BY key",
                               soci::use(plugin), soci::use(doctor_id), soci::into(row.key), soci::into(row.number),
                               soci::into(row.text));
  statement.execute();
  std::vector<PluginSetting> found;
  while (statement.fetch()) found.push_back(row);
  return found;
}

}  // namespace relais::practice

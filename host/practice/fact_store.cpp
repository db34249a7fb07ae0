// SPDX-License-Identifier: Apache-2.0
#include "practice/fact_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/words.h"
#include "practice/ids.h"
#include "practice/query.h"

namespace relais::practice {
namespace {

constexpr std::array names{std::pair(FactKind::presence, std::string_view("presence")),
                           std::pair(FactKind::locum, std::string_view("locum")),
                           std::pair(FactKind::holiday_region, std::string_view("holiday-region")),
                           std::pair(FactKind::closure, std::string_view("closure")),
                           std::pair(FactKind::absence, std::string_view("absence")),
                           std::pair(FactKind::kinship, std::string_view("kinship")),
                           std::pair(FactKind::opposition, std::string_view("opposition")),
                           std::pair(FactKind::category, std::string_view("category")),
                           std::pair(FactKind::attestation, std::string_view("attestation")),
                           std::pair(FactKind::title_revoked, std::string_view("title-revoked")),
                           std::pair(FactKind::contract, std::string_view("contract")),
                           std::pair(FactKind::answer, std::string_view("answer"))};

constexpr std::string_view sequence = "fact";

std::string day_text(const std::optional<fiche::CivilDate>& day) { return day ? fiche::format(*day) : std::string(); }

// A condition on practice_fact f and its left-joined withdrawal w, with the values of its parameters.
struct Condition {
  std::string text = "1 = 1";
  std::vector<std::string> values;

  void equal(const char* column, const std::string& value) {
    if (value.empty()) return;
    text += std::string(" AND ") + column + " = :v" + std::to_string(values.size());
    values.push_back(value);
  }
};

Condition condition_of(const FactFilter& filter) {
  Condition condition;
  condition.equal("f.id", filter.id);
  condition.equal("f.doctor_id", filter.doctor_id);
  condition.equal("f.assistant_id", filter.assistant_id);
  condition.equal("f.patient_id", filter.patient_id);
  condition.equal("f.item_id", filter.item_id);
  if (!filter.kinds.empty()) {
    std::string list;
    for (const auto kind : filter.kinds) list += (list.empty() ? "'" : ", '") + std::string(name(kind)) + "'";
    condition.text += " AND f.kind IN (" + list + ")";
  }
  if (filter.known) condition.text += " AND f.recorded_ms <= " + std::to_string(to_ms(*filter.known));
  if (filter.after_seq > 0) {
    const auto after = std::to_string(filter.after_seq);
    condition.text += " AND (f.seq > " + after + " OR w.seq > " + after + ")";
  }
  return condition;
}

}  // namespace

std::string_view name(FactKind kind) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == kind; });
  return found == names.end() ? std::string_view() : found->second;
}

std::optional<FactKind> fact_kind(std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.second == name; });
  if (found == names.end()) return std::nullopt;
  return found->first;
}

Result<void> FactStore::tell(Transaction& tx, const Fact& fact, const char* act, const Attribution& by,
                             const std::string& on_behalf_of) {
  LedgerEntry entry;
  entry.actor = by.actor;
  entry.on_behalf_of = on_behalf_of;
  entry.role = role_word(by.role);
  entry.action = std::string(act) + "." + std::string(name(fact.kind));
  // A fact about a patient or an item is told by that; the others by their own number.
  entry.item_id = fact.item_id.empty() ? fact.id : fact.item_id;
  entry.patient_id = fact.patient_id;
  entry.doctor_id = fact.doctor_id;
  entry.call_id = by.call_id;
  const auto written = ledger_.append(tx, entry);
  return written ? Result<void>{} : tl::unexpected<Error>(written.error());
}

Result<Fact> FactStore::record(Transaction& tx, Fact fact, const Attribution& by, const std::string& on_behalf_of) {
  fact.seq = next_number(tx, sequence);
  fact.id = std::string(sequence) + "-" + std::to_string(fact.seq);
  fact.recorded = tx.now();
  fact.recorded_by = by.actor;
  fact.recorded_role = by.role;
  fact.withdrawn.reset();
  const long long seq = fact.seq, from = to_ms(fact.from), until = fact.until ? to_ms(*fact.until) : 0,
                  recorded = to_ms(fact.recorded);
  const std::string kind(name(fact.kind)), from_date = day_text(fact.from_date), until_date = day_text(fact.until_date),
      role(role_word(by.role));
  tx.sql() << "INSERT INTO practice_fact (seq, id, kind, doctor_id, assistant_id, replacement_id, patient_id, item_id, "
              "value, from_ms, until_ms, from_date, until_date, reference, reason, recorded_ms, recorded_by, "
              "recorded_role) VALUES (:seq, :id, :kind, :doctor, :assistant, :replacement, :patient, :item, :value, "
              ":from_ms, :until_ms, :from_date, :until_date, :reference, :reason, :recorded, :by, :role)",
      soci::use(seq), soci::use(fact.id), soci::use(kind), soci::use(fact.doctor_id), soci::use(fact.assistant_id),
      soci::use(fact.replacement_id), soci::use(fact.patient_id), soci::use(fact.item_id), soci::use(fact.value),
      soci::use(from), soci::use(until), soci::use(from_date), soci::use(until_date), soci::use(fact.reference),
      soci::use(fact.reason), soci::use(recorded), soci::use(fact.recorded_by), soci::use(role);
  if (const auto told = tell(tx, fact, "fact", by, on_behalf_of); !told) return tl::unexpected<Error>(told.error());
  return fact;
}

Result<Fact> FactStore::withdraw(Transaction& tx, const std::string& id, std::string reason, const Attribution& by,
                                 const std::string& on_behalf_of) {
  auto found = fact(tx.sql(), id);
  if (!found) return found;
  if (found->withdrawn) return fail(Code::practice_withdrawn, id);
  found->withdrawn = Fact::Withdrawal{next_number(tx, sequence), tx.now(), by.actor, by.role, std::move(reason)};
  const auto& withdrawn = *found->withdrawn;
  const long long seq = withdrawn.seq, at = to_ms(withdrawn.at);
  const std::string role(role_word(by.role));
  tx.sql() << "INSERT INTO practice_fact_withdrawal (seq, fact_id, at_ms, by_id, by_role, reason) "
              "VALUES (:seq, :id, :at, :by, :role, :reason)",
      soci::use(seq), soci::use(id), soci::use(at), soci::use(withdrawn.by), soci::use(role),
      soci::use(withdrawn.reason);
  if (const auto told = tell(tx, *found, "fact-withdrawn", by, on_behalf_of); !told)
    return tl::unexpected<Error>(told.error());
  return found;
}

std::vector<Fact> FactStore::facts(soci::session& sql, const FactFilter& filter) {
  const auto condition = condition_of(filter);
  Fact row;
  Fact::Withdrawal gone;
  long long seq = 0, from = 0, until = 0, recorded = 0, gone_seq = 0, gone_at = 0;
  std::string kind, from_date, until_date, role, gone_role;
  soci::statement statement(sql);
  for (const auto& value : condition.values) statement.exchange(soci::use(value));
  for (auto* number : {&seq, &from, &until, &recorded, &gone_seq, &gone_at}) statement.exchange(soci::into(*number));
  for (auto* text : {&row.id, &kind, &row.doctor_id, &row.assistant_id, &row.replacement_id, &row.patient_id,
                     &row.item_id, &row.value, &from_date, &until_date, &row.reference, &row.reason, &row.recorded_by,
                     &role, &gone.by, &gone_role, &gone.reason})
    statement.exchange(soci::into(*text));
  statement.alloc();
  statement.prepare(
      "SELECT f.seq, f.from_ms, f.until_ms, f.recorded_ms, COALESCE(w.seq, 0), COALESCE(w.at_ms, 0), f.id, f.kind, "
      "f.doctor_id, f.assistant_id, f.replacement_id, f.patient_id, f.item_id, f.value, f.from_date, f.until_date, "
      "f.reference, f.reason, f.recorded_by, f.recorded_role, COALESCE(w.by_id, ''), COALESCE(w.by_role, ''), "
      "COALESCE(w.reason, '') FROM practice_fact f LEFT JOIN practice_fact_withdrawal w ON w.fact_id = f.id WHERE " +
      condition.text + " ORDER BY f.seq");
  statement.define_and_bind();
  statement.execute();
  std::vector<Fact> all;
  while (statement.fetch()) {
    const auto known_kind = fact_kind(kind);
    if (!known_kind) continue;  // of a later build, which the schema check keeps out
    row.kind = *known_kind;
    row.seq = seq;
    row.from = from_ms(from);
    row.until = until == 0 ? std::nullopt : std::optional(from_ms(until));
    row.from_date = fiche::parse_date(from_date);
    row.until_date = fiche::parse_date(until_date);
    row.recorded = from_ms(recorded);
    row.recorded_role = role_of(role).value_or(worklist::Role::system);
    row.withdrawn.reset();
    if (gone_seq != 0 && (!filter.known || from_ms(gone_at) <= *filter.known)) {
      gone.seq = gone_seq;
      gone.at = from_ms(gone_at);
      gone.role = role_of(gone_role).value_or(worklist::Role::system);
      row.withdrawn = gone;
    }
    if (filter.standing_only && row.withdrawn) continue;
    all.push_back(row);
  }
  return all;
}

Result<Fact> FactStore::fact(soci::session& sql, const std::string& id) {
  FactFilter filter;
  filter.id = id;
  if (id.empty()) return fail(Code::not_found, "fact");
  auto found = facts(sql, filter);
  if (found.empty()) return fail(Code::not_found, "fact " + id);
  return std::move(found.front());
}

std::map<std::string, std::string> FactStore::categories(soci::session& sql, Instant known) {
  std::map<std::string, std::string> all;
  Query query(sql,
              "SELECT f.item_id, f.value FROM practice_fact f LEFT JOIN practice_fact_withdrawal w "
              "ON w.fact_id = f.id WHERE f.kind = :kind AND f.recorded_ms <= :known AND "
              "(w.seq IS NULL OR w.at_ms > :still) ORDER BY f.seq");
  query.use(name(FactKind::category)).use(to_ms(known)).use(to_ms(known));
  while (query.next()) {
    const auto [held, added] = all.emplace(query.words(0), query.words(1));
    if (!added && held->second != query.text(1)) held->second = fiche::text(fiche::Category::notes_personnelles);
  }
  return all;
}

std::int64_t FactStore::last(soci::session& sql) {
  Query query(sql, "SELECT last FROM id_sequence WHERE name = 'fact'");
  return query.next() ? query.number(0) : 0;
}

}  // namespace relais::practice

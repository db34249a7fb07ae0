// SPDX-License-Identifier: Apache-2.0
#include "practice/ledger_chain.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace relais::practice {
namespace {

using Json = nlohmann::json;
using Hash = std::array<unsigned char, crypto_hash_sha256_BYTES>;

constexpr std::size_t longest_text = 128;
constexpr std::size_t most_rules = 64;

// The texts of an entry with their names in the body; one list for writing, checking and reading.
struct TextField {
  const char* key;
  std::string LedgerEntry::* member;
};
constexpr std::array<TextField, 15> text_fields{{
    {"actor", &LedgerEntry::actor},
    {"for", &LedgerEntry::on_behalf_of},
    {"role", &LedgerEntry::role},
    {"login", &LedgerEntry::login_level},
    {"action", &LedgerEntry::action},
    {"item", &LedgerEntry::item_id},
    {"patient", &LedgerEntry::patient_id},
    {"doctor", &LedgerEntry::doctor_id},
    {"task", &LedgerEntry::task_id},
    {"fiche", &LedgerEntry::fiche_id},
    {"plugin", &LedgerEntry::plugin_id},
    {"plugin_version", &LedgerEntry::plugin_version},
    {"error", &LedgerEntry::error_code},
    {"call", &LedgerEntry::call_id},
    {"trace", &LedgerEntry::trace_id},
}};

bool is_identifier(std::string_view text) {
  return text.size() <= longest_text && std::ranges::all_of(text, [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\'' && c != '\\';
  });
}

std::string to_hex(const Hash& hash) {
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

// By reference: a number that is not whole throws. get() would convert it, and of 1e300 no integer can be made.
std::int64_t whole(const Json& number) { return number.get_ref<const Json::number_integer_t&>(); }

std::optional<LedgerOutcome> outcome_named(std::string_view text) {
  for (const auto outcome : {LedgerOutcome::ok, LedgerOutcome::refused, LedgerOutcome::failed}) {
    if (text == name(outcome)) return outcome;
  }
  return std::nullopt;
}

Result<void> check(const LedgerEntry& entry) {
  for (const auto& field : text_fields) {
    if (!is_identifier(entry.*field.member)) return fail(Code::ledger_bad_entry, "not an identifier", field.key);
  }
  if (entry.actor.empty()) return fail(Code::ledger_bad_entry, "missing", "actor");
  if (entry.action.empty()) return fail(Code::ledger_bad_entry, "missing", "action");
  if (entry.rule_codes.size() > most_rules) return fail(Code::ledger_bad_entry, "too many", "rules");
  if (!std::ranges::all_of(entry.rule_codes, is_identifier)) {
    return fail(Code::ledger_bad_entry, "not an identifier", "rules");
  }
  if (entry.subjects && entry.subjects->sha256.size() != 2 * crypto_hash_sha256_BYTES) {
    return fail(Code::ledger_bad_entry, "not a SHA-256", "subjects");
  }
  if (entry.subjects && !is_identifier(entry.subjects->sha256)) {
    return fail(Code::ledger_bad_entry, "not a SHA-256", "subjects");
  }
  return {};
}

// nlohmann's object is a map sorted by bytes and dump() writes no spaces: with ASCII keys and values, strings and
// integers only, that is the form of RFC 8785.
std::string write_body(std::int64_t seq, Instant at, const LedgerEntry& entry) {
  Json body = {{"seq", seq}, {"at", at.time_since_epoch().count()}, {"outcome", std::string(name(entry.outcome))}};
  for (const auto& field : text_fields) {
    if (!(entry.*field.member).empty()) body[field.key] = entry.*field.member;
  }
  if (entry.fiche_version != 0) body["fiche_version"] = entry.fiche_version;
  if (!entry.rule_codes.empty()) body["rules"] = entry.rule_codes;
  if (entry.subjects) body["subjects"] = {{"count", entry.subjects->count}, {"sha256", entry.subjects->sha256}};
  return body.dump();
}

}  // namespace

std::string_view name(LedgerOutcome outcome) {
  switch (outcome) {
    case LedgerOutcome::ok:
      return "ok";
    case LedgerOutcome::refused:
      return "refused";
    case LedgerOutcome::failed:
      return "failed";
  }
  return "failed";
}

SubjectsDigest digest_subjects(std::vector<std::string> ids) {
  std::ranges::sort(ids);
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (auto id : ids) {
    id.push_back('\n');
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(id.data()), id.size());
  }
  Hash hash;
  crypto_hash_sha256_final(&state, hash.data());
  return {static_cast<std::int64_t>(ids.size()), to_hex(hash)};
}

std::string genesis_hash() { return std::string(2 * crypto_hash_sha256_BYTES, '0'); }

std::string chain_hash(std::string_view prev_hash, std::string_view body) {
  Hash previous;
  std::size_t length = 0;
  if (prev_hash.size() != 2 * previous.size() ||
      sodium_hex2bin(previous.data(), previous.size(), prev_hash.data(), prev_hash.size(), nullptr, &length, nullptr) != 0 ||
      length != previous.size()) {
    return {};
  }
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, previous.data(), previous.size());
  crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(body.data()), body.size());
  Hash hash;
  crypto_hash_sha256_final(&state, hash.data());
  return to_hex(hash);
}

Result<LedgerRow> chain_entry(const LedgerHead& head, Instant at, const LedgerEntry& entry) {
  if (auto checked = check(entry); !checked) return tl::unexpected(checked.error());
  LedgerRow row{head.seq + 1, write_body(head.seq + 1, at, entry), head.hash, {}};
  row.hash = chain_hash(row.prev_hash, row.body);
  if (row.hash.empty()) return fail(Code::ledger_broken, "the last row's hash is not a hash");
  return row;
}

Result<ReadEntry> read_body(std::string_view body) {
  const auto json = Json::parse(body, nullptr, false);
  ReadEntry read;
  if (!json.is_object() || json.dump() != body) return fail(Code::ledger_broken, "not canonical");
  try {
    read.seq = whole(json.at("seq"));
    read.at = Instant{std::chrono::milliseconds{whole(json.at("at"))}};
    const auto outcome = outcome_named(json.at("outcome").get_ref<const std::string&>());
    if (!outcome) return fail(Code::ledger_broken, "unknown outcome");
    read.entry.outcome = *outcome;
    for (const auto& field : text_fields) {
      if (json.contains(field.key)) read.entry.*field.member = json.at(field.key).get<std::string>();
    }
    if (json.contains("fiche_version")) read.entry.fiche_version = whole(json.at("fiche_version"));
    if (json.contains("rules")) read.entry.rule_codes = json.at("rules").get<std::vector<std::string>>();
    if (json.contains("subjects")) {
      const auto& subjects = json.at("subjects");
      read.entry.subjects = {whole(subjects.at("count")), subjects.at("sha256").get<std::string>()};
    }
  } catch (const Json::exception&) {
    return fail(Code::ledger_broken, "not an entry");
  }
  // What the entry does not carry must not be in the body either.
  if (!check(read.entry) || write_body(read.seq, read.at, read.entry) != body) {
    return fail(Code::ledger_broken, "not an entry");
  }
  return read;
}

}  // namespace relais::practice

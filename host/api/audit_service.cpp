// SPDX-License-Identifier: Apache-2.0
#include "api/audit_service.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "api/page.h"
#include "practice/ledger_pages.h"
#include "relais/v1/audit.pb.h"

namespace relais::api {
namespace {

using practice::LedgerFault;

// Rows held in memory at once by an export.
constexpr std::int64_t export_page = 256;

// The ledger writes a role as the contract does, in lower case and with hyphens.
v1::Role role_of(const std::string& word) {
  std::string name = "ROLE_" + word;
  std::ranges::transform(name, name.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  v1::Role role = v1::ROLE_UNSPECIFIED;
  v1::Role_Parse(name, &role);
  return role;
}

// A row whose body is no entry any more is shown with its bytes: hiding it would hide the damage.
v1::LedgerEntry to_message(const practice::LedgerRow& row) {
  v1::LedgerEntry message;
  message.set_sequence(row.seq);
  message.set_previous_sha256(row.prev_hash);
  message.set_sha256(row.hash);
  message.set_canonical(row.body);
  const auto body = practice::read_body(row.body);
  if (!body) return message;
  const auto& entry = body->entry;
  message.set_at_ms(practice::to_ms(body->at));
  message.set_actor_id(entry.actor);
  message.set_actor_role(role_of(entry.role));
  message.set_on_behalf_of(entry.on_behalf_of);
  message.set_event(entry.action);
  message.set_task_id(entry.task_id);
  message.set_item_id(entry.item_id);
  message.set_patient_id(entry.patient_id);
  if (entry.subjects) {
    message.set_subject_count(static_cast<std::int32_t>(entry.subjects->count));
    message.set_subjects_sha256(entry.subjects->sha256);
  }
  message.set_fiche_id(entry.fiche_id);
  message.set_fiche_version(static_cast<std::int32_t>(entry.fiche_version));
  message.set_plugin_id(entry.plugin_id);
  message.set_plugin_version(entry.plugin_version);
  for (const auto& code : entry.rule_codes) message.add_codes(code);
  if (!entry.error_code.empty()) message.add_codes(entry.error_code);
  message.set_outcome(std::string(practice::name(entry.outcome)));
  message.set_call_id(entry.call_id);
  message.set_trace_id(entry.trace_id);
  return message;
}

Answer<practice::LedgerSearch> search_of(const Call& call, const v1::QueryLedgerRequest& request) {
  practice::LedgerSearch search;
  search.actor = request.actor_id();
  if (call.caller.role == v1::ROLE_ASSISTANT) {
    if (!search.actor.empty() && search.actor != call.caller.id) {
      Failure failure(Code::api_role, "an assistant reads the own entries", "actor_id");
      failure.sentence = "Vous ne pouvez lire dans le journal que vos propres actes.";
      return tl::unexpected(std::move(failure));
    }
    search.actor = call.caller.id;
  }
  search.action = request.event();
  search.patient_id = request.patient_id();
  search.task_id = request.task_id();
  search.call_id = request.call_id();
  search.item_id = request.item_id();
  search.trace_id = request.trace_id();
  if (request.has_start_ms()) search.from_ms = request.start_ms();
  if (request.has_end_ms()) search.until_ms = request.end_ms();
  return search;
}

Answer<v1::QueryLedgerResponse> query(practice::Database& database, Call& call, const v1::QueryLedgerRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected(page.error());
  const auto search = search_of(call, request);
  if (!search) return tl::unexpected(search.error());
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!page->cursor.empty()) {
    const auto cursor = number_cursor(*page);
    if (!cursor) return tl::unexpected(cursor.error());
    before = *cursor;
  }
  // One more than asked tells whether there is a next page.
  const auto rows = database.read([&](soci::session& sql) -> Result<std::vector<practice::LedgerRow>> {
    return practice::rows_before(sql, *search, before, page->size + 1);
  });
  if (!rows) return refuse(rows.error());

  v1::QueryLedgerResponse response;
  std::set<std::string> patients;
  const auto shown = std::min(rows->size(), static_cast<std::size_t>(page->size));
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& entry = *response.add_entries() = to_message((*rows)[i]);
    if (!entry.patient_id().empty()) patients.insert(entry.patient_id());
  }
  for (const auto& patient : patients) call.read(patient);
  if (shown < rows->size()) response.set_next_page_token(page_token(*page, std::to_string((*rows)[shown - 1].seq)));
  return response;
}

struct Verdict {
  std::string_view code;
  std::string_view sentence;
};

Verdict words_of(LedgerFault fault) {
  switch (fault) {
    case LedgerFault::none:
      return {"", "Le journal est intact."};
    case LedgerFault::edited:
      return {"ledger.edited", "Une entrée du journal a été modifiée après son écriture."};
    case LedgerFault::missing:
      return {"ledger.removed", "Une entrée du journal a été retirée."};
    case LedgerFault::reordered:
      return {"ledger.moved", "Une entrée du journal a été déplacée."};
    case LedgerFault::tail_removed:
      return {"ledger.removed", "Les dernières entrées du journal ont été retirées."};
    case LedgerFault::recomputed:
      return {"ledger.head", "Le journal a été recalculé : il ne correspond plus à sa tête signée."};
    case LedgerFault::unsigned_tail:
      return {"ledger.head", "Des entrées ont été ajoutées au journal sans passer par Relais."};
    case LedgerFault::head_missing:
      return {"ledger.head", "La tête signée du journal manque."};
    case LedgerFault::head_forged:
      return {"ledger.head", "La tête du journal n'est pas signée par ce poste."};
    case LedgerFault::older_database:
      return {stable_code(Code::ledger_older_database), french(Code::ledger_older_database)};
  }
  return {"ledger.head", "La tête signée du journal manque."};
}

Answer<v1::VerifyLedgerResponse> verify(const practice::Ledger& ledger) {
  const auto verdict = ledger.verify();
  if (!verdict) return refuse(verdict.error());
  const auto words = words_of(verdict->fault);
  v1::VerifyLedgerResponse response;
  response.set_intact(verdict->ok());
  response.set_entries(verdict->rows);
  response.set_first_wrong(verdict->ok() ? 0 : verdict->seq);
  response.set_code(std::string(words.code));
  response.set_sentence(std::string(words.sentence));
  return response;
}

// Entries by pages up to the row that the head signs, then the head.
class Export final : public Stream {
 public:
  Export(practice::Database& database, std::int64_t after, std::int64_t last, v1::LedgerHead head)
      : database_(database), after_(after), last_(last), head_(std::move(head)) {}

  void start(std::function<void()>) override {}  // never waits

  Answer<Pulled> pull(Call& call) override {
    if (next_ == page_.size() && after_ < last_) {
      auto rows = database_.read([&](soci::session& sql) -> Result<std::vector<practice::LedgerRow>> {
        return practice::rows_after(sql, after_, last_, export_page);
      });
      if (!rows) return refuse(std::move(rows.error()));
      page_ = std::move(*rows);
      next_ = 0;
      after_ = page_.empty() ? last_ : page_.back().seq;
      std::set<std::string> patients;
      for (const auto& row : page_) {
        const auto body = practice::read_body(row.body);
        if (body && !body->entry.patient_id.empty()) patients.insert(body->entry.patient_id);
      }
      for (const auto& patient : patients) call.read(patient);
    }
    auto message = std::make_unique<v1::ExportLedgerResponse>();
    if (next_ < page_.size()) {
      *message->mutable_entry() = to_message(page_[next_++]);
      return Pulled{std::move(message), false};
    }
    if (std::exchange(head_sent_, true)) return Pulled{nullptr, true};
    *message->mutable_head() = head_;
    return Pulled{std::move(message), false};
  }

 private:
  practice::Database& database_;
  std::int64_t after_;
  const std::int64_t last_;
  const v1::LedgerHead head_;
  std::vector<practice::LedgerRow> page_;
  std::size_t next_ = 0;
  bool head_sent_ = false;
};

// The head as the ledger signs it now; of a damaged ledger, the head file as it stands.
Answer<std::shared_ptr<Stream>> export_ledger(practice::Database& database, const practice::Ledger& ledger,
                                              const v1::ExportLedgerRequest& request) {
  if (request.from_sequence() < 0) return refuse(Code::invalid_argument, "entries are numbered from 1", "from_sequence");
  const auto signed_now = ledger.export_lines([](const std::string&) { return Result<void>(); });
  if (!signed_now) return refuse(signed_now.error());
  v1::LedgerHead head;
  head.set_public_key(signed_now->public_key);
  const auto json = nlohmann::json::parse(signed_now->head_json, nullptr, false);
  // A head that somebody wrote over may hold anything.
  const auto text = [&](const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
  };
  if (json.is_object() && json.contains("seq") && json["seq"].is_number_integer()) {
    head.set_sequence(json["seq"].get<std::int64_t>());
  }
  head.set_sha256(text("hash"));
  head.set_signature(text("signature"));
  auto last = head.sequence();
  if (!signed_now->verdict.ok()) {
    const auto stored =
        database.read([](soci::session& sql) -> Result<practice::LedgerHead> { return practice::last_row(sql); });
    if (!stored) return refuse(stored.error());
    last = stored->seq;
  }
  const auto after = std::max<std::int64_t>(request.from_sequence() - 1, 0);
  return std::make_shared<Export>(database, after, last, std::move(head));
}

}  // namespace

void register_audit_service(Registry& registry, practice::Database& database, practice::Ledger& ledger) {
  registry.unary<v1::QueryLedgerRequest, v1::QueryLedgerResponse>(
      "AuditService.QueryLedger",
      [&database](Call& call, const v1::QueryLedgerRequest& request) { return query(database, call, request); });
  registry.unary<v1::VerifyLedgerRequest, v1::VerifyLedgerResponse>(
      "AuditService.VerifyLedger", [&ledger](Call&, const v1::VerifyLedgerRequest&) { return verify(ledger); });
  registry.stream<v1::ExportLedgerRequest, v1::ExportLedgerResponse>(
      "AuditService.ExportLedger", [&database, &ledger](Call&, const v1::ExportLedgerRequest& request) {
        return export_ledger(database, ledger, request);
      });
}

}  // namespace relais::api

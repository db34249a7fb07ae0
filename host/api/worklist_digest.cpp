// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_digest.h"

#include <algorithm>

#include "api/domain_words.h"
#include "api/idempotency.h"
#include "api/page.h"
#include "api/worklist_view.h"
#include "practice/worklist_store.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {
namespace {

using practice::WorklistStore;

// One closure under « autonome », and whether a doctor has marked it.
struct Closure {
  worklist::Item item;
  std::string by;
  Instant at{};
  std::optional<Instant> seen;
  std::string seen_by;
};

// The last closing of an item that stands closed; nothing when its life tells none.
std::optional<Closure> closure_of(soci::session& sql, const worklist::Item& item) {
  std::optional<Closure> found;
  for (const auto& action : WorklistStore::actions(sql, item.id))
    if (action.act == "item.close") found = Closure{item, action.actor, action.at, std::nullopt, {}};
  if (!found) return std::nullopt;
  const long long closed = practice::to_ms(found->at);
  long long seen = 0;
  sql << "SELECT seen_ms, seen_by FROM worklist_digest_seen WHERE item_id = :id AND closed_ms = :closed",
      soci::use(item.id), soci::use(closed), soci::into(seen), soci::into(found->seen_by);
  if (sql.got_data()) found->seen = practice::from_ms(seen);
  return found;
}

// Closures of the items this caller answers for, latest first.
std::vector<Closure> closures(soci::session& sql, const Caller& caller) {
  practice::WorklistFilter filter;
  filter.doctor_ids = {answers_for(caller)};
  filter.digest_only = true;
  std::vector<Closure> all;
  for (const auto& item : WorklistStore::items(sql, filter))
    if (auto closure = closure_of(sql, item)) all.push_back(std::move(*closure));
  std::stable_sort(all.begin(), all.end(), [](const Closure& a, const Closure& b) { return a.at > b.at; });
  return all;
}

Answer<v1::ListDigestResponse> list(const PracticeServices& context, Call& call, const v1::ListDigestRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  const WorklistView view(context, call.caller);
  auto all = context.database.read(
      [&](soci::session& sql) -> Result<std::vector<Closure>> { return closures(sql, call.caller); });
  if (!all) return refuse(all.error());
  v1::ListDigestResponse response;
  response.set_unseen(static_cast<int>(
      std::count_if(all->begin(), all->end(), [](const Closure& closure) { return !closure.seen; })));
  std::erase_if(*all, [&](const Closure& closure) {
    if (request.has_since_ms()) return practice::to_ms(closure.at) < request.since_ms();
    return closure.seen.has_value();
  });
  const auto rows = cut_page(*page, std::move(*all), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  const auto shown = context.database.read([&](soci::session& sql) -> Result<void> {
    for (const auto& closure : *rows) {
      auto& entry = *response.add_entries();
      *entry.mutable_item() = view.show(closure.item, v1::DATA_LEVEL_D5, sql);
      entry.set_closed_by(closure.by);
      entry.set_closed_ms(practice::to_ms(closure.at));
      if (closure.seen) entry.set_seen_ms(practice::to_ms(*closure.seen));
      entry.set_seen_by(closure.seen_by);
      call.read(closure.item.id);
    }
    return {};
  });
  if (!shown) return refuse(shown.error());
  return response;
}

Answer<v1::MarkDigestSeenResponse> mark(const PracticeServices& context, Call& call,
                                        const v1::MarkDigestSeenRequest& request) {
  constexpr int most = 1000;
  if (request.item_ids().empty() || request.item_ids_size() > most)
    return refuse(Code::invalid_argument, "1 to 1000 items", "item_ids");
  if (request.through_ms() <= 0) return refuse(Code::invalid_argument, "what was shown", "through_ms");
  auto done = write_once<v1::MarkDigestSeenResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::MarkDigestSeenResponse> {
        const auto actor = worklist_actor(call.caller);
        v1::MarkDigestSeenResponse response;
        for (const auto& id : request.item_ids()) {
          const auto item = WorklistStore::item(tx.sql(), id);
          if (!item) return refuse(item.error());
          if (!worklist::answers_for(actor, *item)) return refuse(Code::api_not_yours, "another doctor's item");
          const auto closure = item->digest ? closure_of(tx.sql(), *item) : std::nullopt;
          if (!closure || closure->seen || practice::to_ms(closure->at) > request.through_ms()) continue;
          const long long closed = practice::to_ms(closure->at), now = practice::to_ms(tx.now());
          tx.sql() << "INSERT INTO worklist_digest_seen (item_id, closed_ms, seen_ms, seen_by) "
                      "VALUES (:id, :closed, :now, :by)",
              soci::use(id), soci::use(closed), soci::use(now), soci::use(call.caller.id);
          response.set_marked(response.marked() + 1);
        }
        return response;
      });
  if (done)
    for (const auto& id : request.item_ids()) call.read(id);
  return done;
}

}  // namespace

void register_digest(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::ListDigestRequest, v1::ListDigestResponse>(
      "WorklistService.ListDigest",
      [&context](Call& call, const v1::ListDigestRequest& request) { return list(context, call, request); });
  registry.unary<v1::MarkDigestSeenRequest, v1::MarkDigestSeenResponse>(
      "WorklistService.MarkDigestSeen",
      [&context](Call& call, const v1::MarkDigestSeenRequest& request) { return mark(context, call, request); });
}

}  // namespace relais::api

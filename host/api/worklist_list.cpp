// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_list.h"

#include <algorithm>
#include <set>

#include "api/domain_words.h"
#include "api/page.h"
#include "api/worklist_view.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {
namespace {

using practice::WorklistStore;

bool wanted(const v1::ListItemsRequest& request, const worklist::Item& item) {
  if (to_proto(item.finding.category) < request.at_least()) return false;
  const auto state = WorklistView::state_of(item);
  return request.states_size() == 0 ||
         std::find(request.states().begin(), request.states().end(), state) != request.states().end();
}

void count_hidden(v1::ListItemsResponse& response, const worklist::Scope& scope, const v1::Decision& refused) {
  for (auto& hidden : *response.mutable_hidden()) {
    if (hidden.rule() == refused.rule() && hidden.doctor_id() == scope.subject.doctor_id &&
        hidden.task_id() == scope.task) {
      hidden.set_count(hidden.count() + 1);
      return;
    }
  }
  auto& hidden = *response.add_hidden();
  hidden.set_rule(refused.rule());
  hidden.set_sentence(refused.sentence());
  hidden.set_unblocked_by(refused.unblocked_by());
  hidden.set_count(1);
  hidden.set_doctor_id(scope.subject.doctor_id);
  hidden.set_task_id(scope.task);
}

struct Listed {
  std::vector<worklist::Item> items;
  std::vector<worklist::NotEvaluated> not_evaluated;
};

Result<Listed> read_list(const PracticeServices& context, const practice::WorklistFilter& filter) {
  return context.database.read([&](soci::session& sql) -> Result<Listed> {
    return Listed{WorklistStore::items(sql, filter), WorklistStore::not_evaluated(sql, filter)};
  });
}

// Those of `entries` that the caller may see.
Result<std::vector<worklist::NotEvaluated>> visible(const WorklistView& view,
                                                    const std::vector<worklist::NotEvaluated>& entries) {
  std::vector<worklist::NotEvaluated> seen;
  for (const auto& entry : entries) {
    const auto sees = view.sees(entry);
    if (!sees) return tl::unexpected<Error>(sees.error());
    if (*sees) seen.push_back(entry);
  }
  return seen;
}

// To a doctor: which of the own assistants are exceptionally away today, and until when.
Answer<void> tell_away(const PracticeServices& context, const Caller& caller, v1::ListItemsResponse& response) {
  const auto doctor = answers_for(caller);
  if (doctor.empty()) return {};
  const auto fiches = context.fiches.list();
  if (!fiches) return refuse(fiches.error());
  std::set<std::string> assistants;
  for (const auto& stored : *fiches)
    if (stored.doctor_id == doctor && stored.state != practice::FicheState::draft)
      assistants.insert(stored.assistant_id);
  const auto today = fiche::day_of(fiche::to_local(context.clock.now(), context.time_zone));
  for (const auto& assistant : assistants) {
    const auto away = context.gate.away(assistant, today);
    if (!away) continue;
    auto& told = *response.add_away();
    told.set_assistant_id(assistant);
    told.set_until_date(fiche::format(away->until));
  }
  return {};
}

Answer<v1::ListItemsResponse> list_items(const PracticeServices& context, Call& call,
                                         const v1::ListItemsRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  const WorklistView view(context, call.caller);
  auto filter = view.filter(request.doctor_id(), request.task_id());
  filter.closed_too = request.states_size() != 0;
  const auto listed = read_list(context, filter);
  if (!listed) return refuse(listed.error());
  v1::ListItemsResponse response;
  std::vector<std::pair<worklist::Item, v1::DataLevel>> rows;
  for (auto& row : worklist::ordered(listed->items, {}, view.calendar(), context.clock.now())) {
    if (!row.item || !wanted(request, *row.item)) continue;
    const auto right = view.right(*row.item);
    if (!right) return refuse(right.error());
    if (right->visible) {
      rows.emplace_back(std::move(*row.item), right->shown);
    } else if (!right->refused.rule().empty()) {
      count_hidden(response, row.item->key.scope, right->refused);
    }
  }
  const auto not_evaluated = visible(view, listed->not_evaluated);
  if (!not_evaluated) return refuse(not_evaluated.error());
  response.set_not_evaluated(static_cast<int>(not_evaluated->size()));
  if (auto told = tell_away(context, call.caller, response); !told) return tl::unexpected<Failure>(told.error());
  const auto cut = cut_page(*page, std::move(rows), *response.mutable_next_page_token());
  if (!cut) return tl::unexpected<Failure>(cut.error());
  const auto shown_rows = context.database.read([&](soci::session& sql) -> Result<void> {
    for (const auto& [item, level] : *cut) {
      *response.add_items() = view.show(item, level, sql);
      call.read(item.id);
    }
    return {};
  });
  if (!shown_rows) return refuse(shown_rows.error());
  return response;
}

Answer<v1::ListNotEvaluatedResponse> list_not_evaluated(const PracticeServices& context, Call& call,
                                                        const v1::ListNotEvaluatedRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  const WorklistView view(context, call.caller);
  const auto listed = read_list(context, view.filter(request.doctor_id(), {}));
  if (!listed) return refuse(listed.error());
  auto entries = visible(view, listed->not_evaluated);
  if (!entries) return refuse(entries.error());
  v1::ListNotEvaluatedResponse response;
  const auto cut = cut_page(*page, std::move(*entries), *response.mutable_next_page_token());
  if (!cut) return tl::unexpected<Failure>(cut.error());
  const auto read = context.database.read([&](soci::session& sql) -> Result<void> {
    for (const auto& entry : *cut) {
      *response.add_entries() = view.show(entry, sql);
      if (!entry.scope.subject.item_id.empty()) call.read(entry.scope.subject.item_id);
    }
    return {};
  });
  if (!read) return refuse(read.error());
  return response;
}

}  // namespace

void register_list(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::ListItemsRequest, v1::ListItemsResponse>(
      "WorklistService.ListItems",
      [&context](Call& call, const v1::ListItemsRequest& request) { return list_items(context, call, request); });
  registry.unary<v1::ListNotEvaluatedRequest, v1::ListNotEvaluatedResponse>(
      "WorklistService.ListNotEvaluated", [&context](Call& call, const v1::ListNotEvaluatedRequest& request) {
        return list_not_evaluated(context, call, request);
      });
}

}  // namespace relais::api

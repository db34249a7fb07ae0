// SPDX-License-Identifier: Apache-2.0
// What Relais tells people beside the list, and how the list shows what time did.
#include "domain/worklist_clock.h"
#include "practice/notices.h"
#include "running_api.h"

using namespace relais;
using namespace relais::api;
using worklist::Category;

namespace {

using Response = v1::WatchItemsResponse;

void tell(RunningApi& api, const std::string& account, const std::string& occasion = "60") {
  REQUIRE(api.database->write([&](practice::Transaction& tx) -> Result<void> {
    practice::tell(tx, {account, "fiche-end", "fp-marchand-perrin", occasion, "La fiche prend fin."});
    return {};
  }));
  api.worklist_store.changed();
}

v1::ListNoticesResponse listed(RunningApi& api, const std::string& token) {
  v1::ListNoticesResponse response;
  const auto stub = v1::WorklistService::NewStub(api.channel());
  REQUIRE(stub->ListNotices(RunningApi::with(token).get(), {}, &response).ok());
  return response;
}

}  // namespace

TEST_CASE("each person reads the own notices until they are marked as seen") {
  RunningApi api;
  const auto doctor = api.sign_in("marchand"), secretary = api.sign_in("petit");
  tell(api, "marchand");
  tell(api, "marchand", "15");
  REQUIRE(listed(api, doctor).notices_size() == 2);
  CHECK(listed(api, secretary).notices_size() == 0);
  const auto notice = listed(api, doctor).notices(0);
  CHECK(notice.sentence() == "La fiche prend fin.");
  CHECK(notice.about() == "fp-marchand-perrin");

  const auto stub = v1::WorklistService::NewStub(api.channel());
  v1::MarkNoticeSeenRequest mark;
  mark.set_notice_id(notice.id());
  v1::MarkNoticeSeenResponse marked;
  CHECK(stub->MarkNoticeSeen(RunningApi::with(secretary).get(), mark, &marked).error_code() ==
        grpc::StatusCode::NOT_FOUND);
  REQUIRE(stub->MarkNoticeSeen(RunningApi::with(doctor).get(), mark, &marked).ok());
  CHECK(marked.notice().has_seen_ms());
  CHECK(listed(api, doctor).notices_size() == 1);
}

TEST_CASE("a watch tells what stands and what comes and only to whom it is told") {
  RunningApi api;
  tell(api, "marchand");
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto context = RunningApi::with(api.sign_in("marchand"));
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto stream = stub->WatchItems(context.get(), {});
  Response change;
  REQUIRE(stream->Read(&change));
  CHECK(change.kind() == Response::KIND_SNAPSHOT_END);
  REQUIRE(stream->Read(&change));
  CHECK(change.kind() == Response::KIND_NOTICE);
  const auto first = change.notice().id();
  tell(api, "nguyen");
  tell(api, "marchand", "15");
  const auto item = api.item("lr-1", Category::critique);
  // What one wake-up finds is told critical first: whether the notice comes before the item is left open.
  Response notice, told;
  for (int both = 0; both < 2; ++both) {
    REQUIRE(stream->Read(&change));
    (change.kind() == Response::KIND_NOTICE ? notice : told) = change;
  }
  CHECK(notice.notice().about() == "fp-marchand-perrin");
  CHECK(notice.notice().id() != first);
  CHECK(told.item().id() == item);
  // Nothing of the other doctor's notice stands between.
  const auto next = api.item("lr-2", Category::critique);
  REQUIRE(stream->Read(&change));
  CHECK(change.kind() == Response::KIND_ITEM);
  CHECK(change.item().id() == next);
}

TEST_CASE("an item that was raised shows it and a doctor's view ends it") {
  RunningApi api;
  const auto token = api.sign_in("marchand");
  const auto late = api.item("lr-1", Category::a_voir);
  const auto today = api.item("lr-2", Category::aujourdhui);
  REQUIRE(api.worklist_store.act(late, 0, [](const worklist::Item& item, Instant now) -> Result<worklist::Outcome> {
    return worklist::overdue(item, now);
  }));
  REQUIRE(api.worklist_store.act(late, 0, [](const worklist::Item& item, Instant now) -> Result<worklist::Outcome> {
    return worklist::route(item, "medecin", "", "L'assistant médical est absent.", now);
  }));
  const auto stub = v1::WorklistService::NewStub(api.channel());
  const auto first = [&] {
    v1::ListItemsResponse response;
    REQUIRE(stub->ListItems(RunningApi::with(token).get(), {}, &response).ok());
    REQUIRE(response.items_size() == 2);
    return response.items(0);
  };
  CHECK(first().id() == late);
  CHECK(first().overdue_ms() == practice::to_ms(api.clock.now()));
  CHECK(first().escalations() == 1);
  CHECK(first().routed_to_doctor() == "L'assistant médical est absent.");

  v1::MarkSeenRequest mark;
  mark.set_item_id(late);
  v1::MarkSeenResponse seen;
  REQUIRE(stub->MarkSeen(RunningApi::with(token).get(), mark, &seen).ok());
  CHECK(seen.item().seen_by() == "marchand");
  CHECK(seen.item().state() == v1::ITEM_STATE_OPEN);
  CHECK(seen.item().escalations() == 0);
  CHECK(first().id() == today);
  CHECK(stub->MarkSeen(RunningApi::with(api.sign_in("nguyen")).get(), mark, &seen).error_code() !=
        grpc::StatusCode::OK);
}

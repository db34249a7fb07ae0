// SPDX-License-Identifier: Apache-2.0
#include "domain/worklist_order.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "worklist_samples.h"

using namespace relais::worklist;
using namespace relais::worklist::samples;
using namespace std::chrono_literals;

namespace {

Calendar paris_days() {
  return {date::locate_zone("Europe/Paris"),
          [](date::year_month_day day) { return day == date::year{2026} / 11 / 11; }};
}
relais::Instant local(int month, int day, int hour, int minute = 0) {
  const date::local_time<std::chrono::milliseconds> at =
      date::local_days{date::year{2026} / month / day} + std::chrono::hours{hour} + std::chrono::minutes{minute};
  return date::locate_zone("Europe/Paris")->to_sys(at);
}
Item item_of(Category category, relais::Instant since, std::string kind = "result") {
  auto item = answered({}, reply(1, {finding(category, std::move(kind))}), since).items.at(0);
  return item;
}

}  // namespace

TEST_CASE("a critical item is due within the hour and one for today at the end of the local day") {
  const auto since = local(11, 23, 18, 30);
  CHECK(due(item_of(Category::critique, since), paris_days()) == since + 1h);
  CHECK(due(item_of(Category::aujourdhui, since), paris_days()) == local(11, 24, 0));
  CHECK(due(item_of(Category::a_classer, since), paris_days()) == local(11, 24, 0));
  CHECK(due(item_of(Category::normal, since), paris_days()) == since + 168h);
}

TEST_CASE("three working days skip the week end and the holidays") {
  CHECK(due(item_of(Category::a_voir, local(11, 23, 9)), paris_days()) == local(11, 27, 0));
  CHECK(due(item_of(Category::a_voir, local(11, 27, 19)), paris_days()) == local(12, 3, 0));
  CHECK(due(item_of(Category::a_voir, local(11, 9, 9)), paris_days()) == local(11, 14, 0));
}

TEST_CASE("the end of the day follows the clock change") {
  CHECK(due(item_of(Category::aujourdhui, local(10, 25, 1)), paris_days()) - local(10, 25, 0) == 25h);
  CHECK(due(item_of(Category::aujourdhui, local(3, 29, 1)), paris_days()) - local(3, 29, 0) == 23h);
}

TEST_CASE("what was not evaluated stands above everything and the longest silent first") {
  const auto since = local(11, 23, 9);
  const NotEvaluated recent{scope("r1"), "plugin.timeout", since + 2h, since + 2h};
  const NotEvaluated old{scope("r2"), "plugin.crashed", since, since + 3h};
  const auto rows = ordered({item_of(Category::critique, since)}, {recent, old}, paris_days(), since);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].not_evaluated == old);
  CHECK(rows[1].not_evaluated == recent);
  CHECK(rows[2].item->finding.category == Category::critique);
}

TEST_CASE("items come by category then rank then delay then id whatever the order they were given in") {
  const auto since = local(11, 23, 9);
  std::vector<Item> items;
  items.push_back(item_of(Category::normal, since, "a"));
  items.push_back(item_of(Category::a_voir, since + 1h, "b"));
  items.push_back(item_of(Category::a_voir, since - 24h, "c"));
  items.push_back(item_of(Category::a_voir, since + 2h, "d"));
  items.back().finding.rank = 5;
  items.push_back(item_of(Category::critique, since, "e"));
  items.push_back(item_of(Category::normal, since, "f"));
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.id < b.id; });
  const auto kinds = [&] {
    std::string text;
    for (const auto& row : ordered(items, {}, paris_days(), since)) text += row.item->key.kind;
    return text;
  };
  const auto first = kinds();
  CHECK(first.substr(0, 4) == "edcb");
  do {
    CHECK(kinds() == first);
  } while (std::next_permutation(items.begin(), items.end(),
                                 [](const Item& a, const Item& b) { return a.id < b.id; }));
}

TEST_CASE("an item past its delay is marked late and a closed one is not") {
  const auto since = local(11, 23, 9);
  auto item = item_of(Category::critique, since);
  CHECK_FALSE(ordered({item}, {}, paris_days(), since + 59min)[0].late);
  CHECK(ordered({item}, {}, paris_days(), since + 60min)[0].late);
  item.state = State::valide;
  CHECK_FALSE(ordered({item}, {}, paris_days(), since + 60min)[0].late);
}

TEST_CASE("a reason above the level of the reader loses its words and keeps its place") {
  auto item = item_of(Category::a_voir, local(11, 23, 9));
  item.finding.reasons.push_back({"D-X", "antécédent", "source", Category::normal, 4, {"row"}});
  const auto view = view_for(item, {false, 3});
  CHECK(view.cut);
  REQUIRE(view.item.finding.reasons.size() == 2);
  CHECK(view.item.finding.reasons[0].text == "texte");
  CHECK(view.item.finding.reasons[1] == Reason{"", "", "", Category::normal, 4, {}});
  CHECK(view.item.finding.category == Category::a_voir);
  CHECK_FALSE(view_for(item, {true, 0}).cut);
  CHECK(view_for(item, {false, 2}).item.finding.title.empty());
}

TEST_CASE("a restricted item shows an assistant nothing but its place on the list") {
  auto item = item_of(Category::a_voir, local(11, 23, 9));
  item.finding.restricted = true;
  item.state_reason = "à annoncer";
  const auto view = view_for(item, {false, 5});
  CHECK(view.reserved);
  CHECK(view.item.finding.title.empty());
  CHECK(view.item.finding.reasons[0].text.empty());
  CHECK(view.item.state_reason.empty());
  CHECK(view.item.finding.category == Category::a_voir);
  const auto whole = view_for(item, {true, 0});
  CHECK_FALSE(whole.reserved);
  CHECK(whole.item == item);
}

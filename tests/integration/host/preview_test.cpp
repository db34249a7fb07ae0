// SPDX-License-Identifier: Apache-2.0
// Preview and replay through a running host, on each engine of the store.
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "client.h"
#include "evening.h"
#include "integration/store/engine.h"
#include "practice.h"
#include "practice/database.h"
#include "relais/v1/audit.grpc.pb.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "running_practice.h"

namespace {

namespace v1 = relais::v1;
using relais::cli::CallFailed;
using relais::cli::Session;
using relais::test::monday;
using relais::test::RunningPractice;

template <class Response, class Stub, class Method, class Request>
Response call(const Session& session, Stub& stub, Method method, const Request& request) {
  Response response;
  const auto context = session.context();
  Session::check((stub.*method)(context.get(), request, &response));
  return response;
}

// The stable code of a call that must fail.
template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const CallFailed& failed) {
    return failed.code;
  }
  return "done";
}

// A practice after its evening, played once for all that is asked here.
struct PlayedEvening {
  const std::string url = relais::test::fresh_practice();
  RunningPractice practice{"", url};
  demo::Scenario scenario = demo::make_scenario(monday);
  demo::Evening evening;

  PlayedEvening() {
    const auto host = practice.connection();
    demo::open_accounts(host, scenario, relais::test::bio_triage_package);
    demo::fill_record(host, scenario);
    demo::sign_and_enable(host, scenario, monday, (practice.path() / "fiches").string());
    const auto sent = demo::send_reports(host, scenario, monday, (practice.path() / "reports").string(), "");
    evening = demo::play(host, scenario, sent);
    demo::wait_until_settled(Session(practice.connection(scenario.doctors[0].id)), 0);
  }

  v1::PreviewFicheRequest draft(std::size_t doctor) const {
    v1::PreviewFicheRequest request;
    request.set_yaml(demo::write_fiche(scenario, doctor, monday));
    request.set_days(30);
    return request;
  }
};

// What a practice's database holds: the number of rows of each table but those that any call writes, and every value of
// the list, of its runs and of the queue.
struct Holdings {
  std::map<std::string, long long> rows;
  std::map<std::string, std::multiset<std::string>> content;
};

std::string value(const soci::row& row, std::size_t column) {
  if (row.get_indicator(column) == soci::i_null) return "null";
  switch (row.get_properties(column).get_data_type()) {
    case soci::dt_string: return row.get<std::string>(column);
    case soci::dt_double: return std::to_string(row.get<double>(column));
    case soci::dt_integer: return std::to_string(row.get<int>(column));
    case soci::dt_long_long: return std::to_string(row.get<long long>(column));
    default: FAIL("a column of another type"); return {};
  }
}

// Beside the running host, on a connection of its own.
class Onlooker {
 public:
  explicit Onlooker(const std::string& url) : database_(relais::practice::Database::open(url, clock_).value()) {}

  Holdings look() {
    return database_
        ->read([](soci::session& sql) -> relais::Result<Holdings> {
          Holdings held;
          const std::string tables = relais::test::is_postgresql()
                                         ? "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
                                         : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                                           "'sqlite%'";
          std::vector<std::string> names;
          const soci::rowset<std::string> found = (sql.prepare << tables);
          for (const auto& name : found) names.push_back(name);
          for (const auto& name : names) {
            if (written_by_any_call.contains(name)) continue;
            sql << "SELECT COUNT(*) FROM " + name, soci::into(held.rows[name]);
            if (!compared_whole.contains(name)) continue;
            const soci::rowset<soci::row> rows = (sql.prepare << "SELECT * FROM " + name);
            for (const auto& row : rows) {
              std::string line;
              for (std::size_t column = 0; column < row.size(); ++column) line += value(row, column) + '\n';
              held.content[name].insert(std::move(line));
            }
          }
          return held;
        })
        .value();
  }

  // Decisions go to the plugin on a thread of their own, and leave the table once they are told.
  void await_feedback_told() {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (look().rows.at("plugin_feedback") != 0) {
      if (std::chrono::steady_clock::now() > give_up) FAIL("decisions are not told to the plugin");
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
  }

 private:
  inline static const std::set<std::string> written_by_any_call{"ledger", "ledger_seal", "api_request", "session"};
  inline static const std::set<std::string> compared_whole{
      "worklist_item", "worklist_scope", "worklist_evaluation", "worklist_not_evaluated", "worklist_action",
      "event",         "plugin_poison",  "fiche",               "fiche_signature",        "activation"};
  relais::SystemClock clock_;
  std::unique_ptr<relais::practice::Database> database_;
};

v1::PreviewFicheResponse preview(const Session& doctor, const v1::PreviewFicheRequest& request) {
  const auto stub = v1::DelegationService::NewStub(doctor.channel());
  return call<v1::PreviewFicheResponse>(doctor, *stub, &v1::DelegationService::Stub::PreviewFiche, request);
}

v1::ReplayItemResponse replay(const Session& doctor, const std::string& item, const std::string& version = {}) {
  const auto stub = v1::PluginService::NewStub(doctor.channel());
  v1::ReplayItemRequest request;
  request.set_item_id(item);
  request.set_plugin_version(version);
  return call<v1::ReplayItemResponse>(doctor, *stub, &v1::PluginService::Stub::ReplayItem, request);
}

const v1::TaskPreview& triage(const v1::PreviewFicheResponse& seen) {
  for (const auto& task : seen.tasks())
    if (task.task_id() == "bio-triage") return task;
  FAIL("bio-triage is not previewed");
  return seen.tasks(0);
}

}  // namespace

CATCH_TRANSLATE_EXCEPTION(const CallFailed& failed) { return failed.code + " " + failed.rule + " " + failed.sentence; }

TEST_CASE("a preview and a replay say again what the evening gave and write nothing but their ledger entries") {
  const PlayedEvening played;
  const auto& doctor_id = played.scenario.doctors[0].id;
  const Session doctor(played.practice.connection(doctor_id));
  const Session other(played.practice.connection(played.scenario.doctors[1].id));

  std::map<int, int> by_category;
  std::vector<const v1::WorklistItem*> sorted;
  for (const auto& item : played.evening.doctor_items) {
    if (item.subject().doctor_id() != doctor_id || item.plugin_id() != "bio-triage") continue;
    ++by_category[item.category()];
    sorted.push_back(&item);
  }
  REQUIRE(sorted.size() > 10);
  Onlooker onlooker(played.url);
  onlooker.await_feedback_told();
  const auto before = onlooker.look();
  REQUIRE(before.rows.at("worklist_item") >= static_cast<long long>(sorted.size()));

  const auto seen = preview(doctor, played.draft(0));
  const auto& task = triage(seen);
  CHECK(std::map<int, int>(task.items_by_category().begin(), task.items_by_category().end()) == by_category);
  CHECK(task.not_evaluated().empty());
  CHECK(task.run_refusals().empty());
  REQUIRE(task.examples_size() == 3);
  CHECK(task.examples(0).category() == sorted.front()->category());
  // The doctor's own rules: potassium from 6,0 mmol/L, haemoglobin below 8 g/dL.
  CHECK(task.immediate() >= 2);
  CHECK(task.immediate() < static_cast<int>(sorted.size()));
  CHECK_FALSE(task.examples(0).title().empty());

  // Hours bind people, not runs: the same items, none of which the assistant could have worked.
  const auto other_hours = [&](const std::string& what, const std::string& instead) {
    auto request = played.draft(0);
    auto yaml = request.yaml();
    REQUIRE(yaml.find(what) != std::string::npos);
    for (auto at = yaml.find(what); at != std::string::npos; at = yaml.find(what, at + instead.size()))
      yaml.replace(at, what.size(), instead);
    request.set_yaml(yaml);
    return triage(preview(doctor, request));
  };
  const auto mornings = other_hours("-18:30", "-14:00");
  CHECK(mornings.items_by_category_size() == task.items_by_category_size());
  CHECK(mornings.act_refusals().at("R13") == static_cast<int>(sorted.size()));

  // A task that the draft does not grant would have stood unsorted.
  const auto refused = other_hours("id: bio-triage\n    mode: faire-puis-valider", "id: bio-triage\n    mode: \"non\"");
  CHECK(refused.items_by_category().empty());
  CHECK(refused.run_refusals().at("R08") == refused.subjects());

  // Another doctor's draft, and a text that is no fiche.
  CHECK(refusal([&] { preview(other, played.draft(0)); }) == "api.not-yours");
  v1::PreviewFicheRequest unreadable;
  unreadable.set_yaml("{");
  CHECK(refusal([&] { preview(doctor, unreadable); }) == "fiche.yaml-syntax");

  for (const auto* item : sorted) {
    const auto again = replay(doctor, item->id());
    INFO(item->title());
    for (const auto& difference : again.differences()) UNSCOPED_INFO(difference.sentence());
    CHECK(again.same());
    CHECK(again.same_declaration());
    CHECK(again.replayed_with_version() == again.made_with_version());
  }
  CHECK(refusal([&] { replay(other, sorted.front()->id()); }) == "api.not-yours");
  CHECK(refusal([&] { replay(doctor, sorted.front()->id(), "9.9.9"); }) == "plugin.version-not-installed");

  // Nothing moved: not the list, not its runs, not the queue, and no row came or went anywhere else.
  const auto after = onlooker.look();
  CHECK(after.rows == before.rows);
  for (const auto& [table, lines] : before.content) {
    INFO(table);
    CHECK((after.content.at(table) == lines));
  }
  const auto audit = v1::AuditService::NewStub(doctor.channel());
  v1::QueryLedgerRequest query;
  query.set_actor_id(doctor_id);
  query.set_event("DelegationService.PreviewFiche");
  const auto entries = call<v1::QueryLedgerResponse>(doctor, *audit, &v1::AuditService::Stub::QueryLedger, query);
  // Three were answered; the unreadable one was let in, then failed.
  CHECK(entries.entries_size() == 5);
}

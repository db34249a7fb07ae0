// SPDX-License-Identifier: Apache-2.0
// Another version is put in service while reports come in: nothing is lost, nothing is there twice.
#include <map>
#include <set>
#include <thread>

#include "client.h"
#include "evening.h"
#include "package_practice.h"
#include "practice.h"

using namespace relais::test;
namespace v1 = relais::v1;
using relais::cli::CallFailed;
using relais::cli::Session;

CATCH_TRANSLATE_EXCEPTION(const CallFailed& failed) { return failed.code + " " + failed.rule + " " + failed.sentence; }

namespace {

constexpr auto today = "2026-11-23";

// A demonstration practice whose doctors have delegated bio-triage, sorted by version 1.0.0.
struct SortingPractice : PackagePractice {
  demo::Scenario scenario = demo::make_scenario(today);
  Author author;

  SortingPractice() : PackagePractice(true) {
    trust(author, "Auteur");
    const auto folder = path() / "first";
    fs::create_directories(folder);
    const auto listing = relais::plugins::extract_archive(author.sign("1.0.0", path()), folder);
    std::ofstream(folder / "SIGNATURE") << *listing->signature;
    demo::open_accounts(connection(), scenario, folder.string());
    demo::fill_record(connection(), scenario);
    demo::sign_and_enable(connection(), scenario, today, (path() / "fiches").string());
  }

  std::size_t send() { return demo::send_reports(connection(), scenario, today, (path() / "reports").string(), ""); }

  // Of every doctor, each once; what the host itself put there too.
  std::map<std::string, v1::WorklistItem> items() {
    std::map<std::string, v1::WorklistItem> all;
    for (const auto& doctor : scenario.doctors) {
      const auto stub = v1::WorklistService::NewStub(session(doctor.id).channel());
      for (auto& item : demo::list(session(doctor.id), *stub)) all[item.id()] = item;
    }
    return all;
  }
};

}  // namespace

TEST_CASE("versions replaced again and again while reports come in lose no report and show none twice") {
  SortingPractice practice;
  const auto newer = practice.author.sign("1.1.0", practice.path());
  const auto older = practice.author.sign("1.0.0", practice.path());
  std::atomic<bool> sending = true;
  std::string failed;
  std::size_t sent = 0;
  std::thread sender([&] {
    try {
      sent = practice.send();
    } catch (const CallFailed& why) {
      failed = why.code;
    }
    sending = false;
  });
  int swaps = 0;
  std::string swap_failed;
  try {
    for (bool up = true; sending || swaps < 2; up = !up, ++swaps)
      if (practice.install(up ? newer : older, true).state() != v1::PLUGIN_STATE_RUNNING) swap_failed = "not running";
  } catch (const CallFailed& why) {
    swap_failed = why.code;
  }
  sender.join();
  REQUIRE(failed.empty());
  REQUIRE(swap_failed.empty());
  REQUIRE(sent == practice.scenario.reports.size());
  demo::wait_until_settled(practice.session(practice.scenario.doctors.front().id), sent);
  INFO("swaps " << swaps);
  CHECK(swaps >= 2);

  // Every report that has a doctor and is sorted stands there by the plugin, once, and none by the host for want of it.
  std::map<std::string, int> seen;
  for (const auto& [id, item] : practice.items()) {
    // The other doctor has delegated nothing.
    if (item.subject().doctor_id() != practice.scenario.doctors.front().id) continue;
    INFO(item.title());
    if (item.plugin_id() == "relais") FAIL_CHECK("left unsorted");
    if (item.plugin_id() != "essai") continue;
    if (item.title() == "Vu") ++seen[item.subject().item_id()];
  }
  CHECK(seen.size() > 30);
  for (const auto& [report, times] : seen) {
    INFO(report);
    CHECK(times == 1);
  }
  for (const auto& doctor : practice.scenario.doctors) {
    v1::ListNotEvaluatedResponse missing;
    const auto& session = practice.session(doctor.id);
    Session::check(v1::WorklistService::NewStub(session.channel())
                       ->ListNotEvaluated(session.context().get(), {}, &missing));
    CHECK(missing.entries().empty());
  }

  // The plugin's own lines: code, number, version and call.
  const auto events = practice.events();
  const auto line = std::find_if(events.begin(), events.end(), [](const auto& one) { return one.kind() == "logged"; });
  REQUIRE(line != events.end());
  CHECK(line->code() == "essai.vu");
  CHECK(line->number() == 1);
  CHECK(line->call_id() > 0);

  // Nothing was left unevaluated even for a moment: the ledger would have kept it. And both versions have worked.
  std::set<std::string> worked;
  int runs = 0;
  for (const auto& [number, at, entry] : practice.ledger("plugin.run")) {
    if (entry.doctor_id != practice.scenario.doctors.front().id) continue;
    INFO(entry.item_id << " " << entry.plugin_version << " " << entry.error_code);
    CHECK(entry.outcome == relais::practice::LedgerOutcome::ok);
    worked.insert(entry.plugin_version);
    ++runs;
  }
  CHECK(worked.size() == 2);
  CHECK(runs >= static_cast<int>(seen.size()));
}

TEST_CASE("a shadow run compares two versions over the past and changes nothing of the list") {
  SortingPractice practice;
  const auto sent = practice.send();
  const auto doctor = practice.scenario.doctors.front().id;
  demo::wait_until_settled(practice.session(doctor), sent);
  const auto before = practice.items();
  practice.install(practice.author.sign("2.0.0", practice.path()));  // blocked: it asks for more
  v1::ShadowPluginRequest request;
  request.set_plugin_id("essai");
  request.set_version("2.0.0");
  request.set_examples(5);
  const auto shadow = [&](const std::string& who) {
    return practice.call<v1::ShadowPluginResponse>(who, &PackagePractice::Stub::ShadowPlugin, request);
  };
  const auto seen = shadow(doctor);
  CHECK(seen.version_in_use() == "1.0.0");
  CHECK(seen.version_in_shadow() == "2.0.0");
  CHECK(seen.withheld_size() == 2);
  CHECK(seen.not_evaluated_in_use().empty());
  CHECK(seen.not_evaluated_in_shadow().empty());

  // What version 2.0.0 says more is known: of reports whose identifier ends on an odd character.
  int odd = 0;
  int even = 0;
  for (const auto& [id, item] : before) {
    if (item.plugin_id() != "essai" || item.subject().doctor_id() != doctor) continue;
    ++(item.subject().item_id().back() % 2 != 0 ? odd : even);
  }
  REQUIRE(odd > 0);
  REQUIRE(even > 0);
  CHECK(seen.different() == odd);
  CHECK(seen.same() == even);
  CHECK(seen.subjects() == odd + even);
  CHECK(seen.items_in_use().at(v1::CATEGORY_A_VOIR) == odd + even);
  CHECK(seen.items_in_shadow().at(v1::CATEGORY_AUJOURDHUI) == odd);
  REQUIRE(seen.differences_size() == std::min(odd, 5));
  CHECK(seen.differences(0).category() == v1::CATEGORY_AUJOURDHUI);
  REQUIRE(seen.differences(0).differences_size() == 1);
  CHECK(seen.differences(0).differences(0).kind() == "doute");

  const auto after = practice.items();
  REQUIRE(after.size() == before.size());
  for (const auto& [id, item] : before) {
    REQUIRE(after.contains(id));
    CHECK(after.at(id).category() == item.category());
    CHECK(after.at(id).plugin_version() == item.plugin_version());
  }
  CHECK(practice.list().front().version() == "1.0.0");

  CHECK(refusal([&] { shadow("admin"); }) == "api.role");
  CHECK(refusal([&] { shadow(practice.scenario.assistant_id); }) == "api.role");
  request.set_version("1.0.0");
  CHECK(refusal([&] { shadow(doctor); }) == "relais.invalid-argument");
  request.set_version("9.9.9");
  CHECK(refusal([&] { shadow(doctor); }) == "plugin.version-not-installed");
  request.set_plugin_id("inconnu");
  CHECK(refusal([&] { shadow(doctor); }) == "relais.not-found");
}

TEST_CASE("an item replayed with the next version shows what that version would have found and stays as it is") {
  SortingPractice practice;
  const auto sent = practice.send();
  const auto doctor = practice.scenario.doctors.front().id;
  demo::wait_until_settled(practice.session(doctor), sent);
  const auto before = practice.items();
  REQUIRE(practice.install(practice.author.sign("2.0.0", practice.path())).state() == v1::PLUGIN_STATE_BLOCKED);
  const auto replay = [&](const std::string& item, const std::string& version) {
    v1::ReplayItemRequest request;
    request.set_item_id(item);
    request.set_plugin_version(version);
    return practice.call<v1::ReplayItemResponse>(doctor, &PackagePractice::Stub::ReplayItem, request);
  };

  // What version 2.0.0 says more is known: of reports whose identifier ends on an odd character.
  int odd = 0;
  int even = 0;
  for (const auto& [id, item] : before) {
    if (item.plugin_id() != "essai" || item.subject().doctor_id() != doctor) continue;
    const bool doubtful = item.subject().item_id().back() % 2 != 0;
    int& asked = doubtful ? odd : even;
    if (++asked > 3) continue;  // each is a worker started and ended
    INFO(item.subject().item_id());
    const auto next = replay(id, "2.0.0");
    CHECK(next.made_with_version() == "1.0.0");
    CHECK(next.replayed_with_version() == "2.0.0");
    CHECK(next.not_evaluated().empty());
    CHECK(next.same_declaration());  // nobody has accepted what it asks for more: it is not shown it
    CHECK(next.same() != doubtful);
    REQUIRE(next.differences_size() == (doubtful ? 1 : 0));
    if (doubtful) {
      CHECK(next.differences(0).kind() == "doute");
      CHECK(next.differences(0).sentence() == "trouvé en plus : Doute (aujourd'hui)");
    }
    const auto same = replay(id, "");
    CHECK(same.replayed_with_version() == "1.0.0");
    CHECK(same.same());
    CHECK(same.same_declaration());
  }
  REQUIRE(odd > 0);
  REQUIRE(even > 0);

  const auto after = practice.items();
  REQUIRE(after.size() == before.size());
  for (const auto& [id, item] : before) {
    REQUIRE(after.contains(id));
    CHECK(after.at(id).version() == item.version());
    CHECK(after.at(id).changed_ms() == item.changed_ms());
    CHECK(after.at(id).plugin_version() == item.plugin_version());
  }
}

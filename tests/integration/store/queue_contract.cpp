// SPDX-License-Identifier: Apache-2.0
// What arrives, what is to be done, and what Relais remembers of plugins.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "engine.h"
#include "practice/database.h"
#include "practice/events.h"
#include "practice/inbound.h"
#include "practice/past_days.h"
#include "practice/plugin_state.h"
#include "practice/timers.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

using test::TestClock;
using namespace std::chrono_literals;

struct Practice {
  TestClock clock;
  std::unique_ptr<Database> database = Database::open(test::fresh_practice(), clock).value();

  template <class F>
  auto write(F work) {
    return database->write([&](Transaction& tx) -> Result<decltype(work(tx))> { return work(tx); }).value();
  }
  template <class F>
  auto read(F work) {
    return database->read([&](soci::session& sql) -> Result<decltype(work(sql))> { return work(sql); }).value();
  }
};

TEST_CASE("a message is kept verbatim whatever its bytes") {
  Practice practice;
  std::string bytes("MSH|^~\\&|\r\0\xff\xfe", 13);
  for (int i = 0; i < 3000; ++i) bytes.push_back(static_cast<char>(i * 31));
  const auto message = practice.write([&](Transaction& tx) { return submit(tx, "dossier", bytes); });
  CHECK(message.state == InboundState::received);
  CHECK(message.size_bytes == static_cast<std::int64_t>(bytes.size()));
  CHECK(practice.read([&](soci::session& sql) { return inbound_bytes(sql, message.id).value(); }) == bytes);
  const auto empty = practice.write([&](Transaction& tx) { return submit(tx, "dossier", ""); });
  CHECK(practice.read([&](soci::session& sql) { return inbound_bytes(sql, empty.id).value(); }).empty());
}

TEST_CASE("the last event of each item and of each patient without one is found for its doctor") {
  Practice practice;
  const auto tell = [&](const char* kind, const char* item, const char* patient, const char* doctor) {
    practice.clock.advance(1s);
    practice.write([&](Transaction& tx) {
      Event event;
      event.source = "test";
      event.version = practice.clock.now().time_since_epoch().count();
      event.kind = kind;
      event.item_id = item;
      event.patient_id = patient;
      event.doctor_id = doctor;
      return append_event(tx, event);
    });
  };
  const auto from = practice.clock.now();
  tell("nightly", "", "p1", "d1");
  tell("nightly", "", "p2", "d1");
  tell("nightly", "", "p3", "d2");
  tell("report.received", "r1", "p1", "d1");
  tell("report.received", "r1", "p4", "d1");  // attached to somebody else since
  tell("nightly", "", "p1", "d1");
  tell("patient.changed", "", "p2", "d1");
  const auto found = practice.read([&](soci::session& sql) {
    return last_events(sql, "d1", {"nightly", "report.received"}, from, practice.clock.now());
  });
  std::vector<std::string> subjects;
  for (const auto& event : found) subjects.push_back(event.item_id + "/" + event.patient_id);
  CHECK(subjects == std::vector<std::string>{"/p2", "r1/p4", "/p1"});
}

TEST_CASE("the same bytes sent again are recorded as a submission and done at once") {
  Practice practice;
  const auto first = practice.write([](Transaction& tx) { return submit(tx, "a", "octets"); });
  practice.clock.advance(1s);
  const auto second = practice.write([](Transaction& tx) { return submit(tx, "b", "octets"); });
  const auto third = practice.write([](Transaction& tx) { return submit(tx, "c", "octets"); });
  CHECK(first.duplicate_of.empty());
  CHECK(second.duplicate_of == first.id);
  CHECK(third.duplicate_of == first.id);
  CHECK(second.id != first.id);
  CHECK(second.state == InboundState::done);
  const auto stored = practice.read([&](soci::session& sql) { return inbound_message(sql, second.id).value(); });
  CHECK(stored.source == "b");
  CHECK(stored.received == first.received + 1s);
  CHECK(stored.sha256 == first.sha256);
  CHECK(practice.read([&](soci::session& sql) { return inbound_bytes(sql, third.id).value(); }) == "octets");
}

TEST_CASE("what cannot be read or matched waits in its own visible queue") {
  Practice practice;
  std::vector<std::string> ids;
  for (const char* bytes : {"1", "2", "3", "4"}) {
    ids.push_back(practice.write([&](Transaction& tx) { return submit(tx, "a", bytes); }).id);
  }
  const auto set = [&](int i, InboundState state, const char* code) {
    return practice.database->write([&](Transaction& tx) { return set_state(tx, ids[static_cast<std::size_t>(i)], state, code); });
  };
  REQUIRE(set(0, InboundState::unreadable, "cda.not-xml"));
  REQUIRE(set(1, InboundState::a_rattacher, "identity.ambiguous"));
  REQUIRE(set(3, InboundState::a_rattacher, "identity.none"));
  const auto waiting = practice.read(
      [](soci::session& sql) { return inbound_in_state(sql, InboundState::a_rattacher); });
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].id == ids[1]);
  CHECK(waiting[0].error_code == "identity.ambiguous");
  CHECK(waiting[1].id == ids[3]);
  const auto after = practice.read([&](soci::session& sql) {
    return inbound_in_state(sql, InboundState::a_rattacher, 10, ids[1]);
  });
  REQUIRE(after.size() == 1);
  CHECK(after[0].id == ids[3]);
  CHECK(practice.read([](soci::session& sql) { return inbound_in_state(sql, InboundState::received, 1); }).size() == 1);
  const auto unknown = practice.database->write(
      [](Transaction& tx) { return set_state(tx, "in-99", InboundState::done); });
  CHECK(unknown.error().code == Code::not_found);
}

Event event(const std::string& source, std::int64_t version = 1) {
  Event made;
  made.source = source;
  made.version = version;
  made.kind = "lab_report.available";
  made.item_id = "rep-1";
  made.patient_id = "pat-1";
  made.doctor_id = "martin";
  return made;
}

TEST_CASE("the same change told twice is one event") {
  Practice practice;
  CHECK(practice.write([](Transaction& tx) { return append_event(tx, event("inbound/1")); }).has_value());
  CHECK_FALSE(practice.write([](Transaction& tx) { return append_event(tx, event("inbound/1")); }).has_value());
  CHECK(practice.write([](Transaction& tx) { return append_event(tx, event("inbound/1", 2)); }).has_value());
  CHECK(practice.read([](soci::session& sql) { return events_waiting(sql); }) == 2);
}

TEST_CASE("a report that comes while a night waits is claimed before it and the night fills what room is left") {
  Practice practice;
  practice.write([](Transaction& tx) {
    for (int patient = 0; patient < 200; ++patient) {
      auto asked = event("nightly/patient/" + std::to_string(patient));
      asked.kind = "nightly";
      append_event(tx, asked);
    }
    append_event(tx, event("first report"));
    append_event(tx, event("second report"));
    return 0;
  });
  const auto claim = [&] { return practice.write([](Transaction& tx) { return claim_events(tx, 64, 5min); }); };
  const auto first = claim();
  REQUIRE(first.size() == 64);
  CHECK(first[0].source == "first report");
  CHECK(first[1].source == "second report");
  for (std::size_t i = 2; i < first.size(); ++i) CHECK(first[i].source == "nightly/patient/" + std::to_string(i - 2));

  // Given back, an event of the night is again behind what happened since.
  practice.write([&](Transaction& tx) {
    unclaim_event(tx, first[2], tx.now());
    return append_event(tx, event("third report")).has_value();
  });
  std::ptrdiff_t night = 62;
  auto next = claim();
  REQUIRE(next.size() == 64);
  CHECK(next[0].source == "third report");
  CHECK(next[1].source == "nightly/patient/0");
  CHECK(next[2].source == "nightly/patient/62");
  for (; !next.empty(); next = claim())
    night += std::count_if(next.begin(), next.end(), [](const Event& one) { return one.kind == "nightly"; });
  CHECK(night == 201);  // each once, and the one given back once more
}

TEST_CASE("an event is claimed in order, held, and comes back when its holder died") {
  Practice practice;
  practice.write([](Transaction& tx) {
    for (const char* source : {"a", "b", "c"}) append_event(tx, event(source));
    return 0;
  });
  const auto claim = [&](std::int64_t most) {
    return practice.write([&](Transaction& tx) { return claim_events(tx, most, 60s); });
  };
  const auto first = claim(2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].source == "a");
  CHECK(first[1].source == "b");
  CHECK(first[0].item_id == "rep-1");
  CHECK(first[0].patient_id == "pat-1");
  CHECK(first[0].doctor_id == "martin");
  CHECK(first[0].attempts == 1);
  const auto second = claim(5);
  REQUIRE(second.size() == 1);
  CHECK(second[0].source == "c");
  CHECK(claim(5).empty());

  REQUIRE(practice.database->write([&](Transaction& tx) { return finish_event(tx, first[0].seq); }));
  practice.clock.advance(61s);
  const auto again = claim(5);
  REQUIRE(again.size() == 2);
  CHECK(again[0].source == "b");
  CHECK(again[0].attempts == 2);
  const auto twice = practice.database->write([&](Transaction& tx) { return finish_event(tx, first[0].seq); });
  CHECK(twice.error().code == Code::not_found);
}

TEST_CASE("holds are given back at a start and delays after an error are kept") {
  Practice practice;
  practice.write([](Transaction& tx) {
    append_event(tx, event("held"));
    append_event(tx, event("failed"));
    return 0;
  });
  const auto claimed = practice.write([](Transaction& tx) { return claim_events(tx, 5, 60s); });
  REQUIRE(claimed.size() == 2);
  const auto later = practice.clock.now() + 30s;
  REQUIRE(practice.database->write(
      [&](Transaction& tx) { return retry_event(tx, claimed[1].seq, "plugin.timeout", later); }));
  practice.write([](Transaction& tx) {
    release_events(tx);
    return 0;
  });
  auto found = practice.write([](Transaction& tx) { return claim_events(tx, 5, 60s); });
  REQUIRE(found.size() == 1);
  CHECK(found[0].source == "held");
  practice.clock.set(later);
  found = practice.write([](Transaction& tx) { return claim_events(tx, 5, 60s); });
  REQUIRE(found.size() == 1);
  CHECK(found[0].last_error == "plugin.timeout");
}

TEST_CASE("an event given back stands as before its claim and one that is done stays done") {
  Practice practice;
  practice.write([](Transaction& tx) {
    for (const char* source : {"new", "failed", "done"}) append_event(tx, event(source));
    return 0;
  });
  const auto claim = [&] { return practice.write([](Transaction& tx) { return claim_events(tx, 5, 60s); }); };
  auto claimed = claim();
  REQUIRE(claimed.size() == 3);
  REQUIRE(practice.database->write(
      [&](Transaction& tx) { return retry_event(tx, claimed[1].seq, "plugin.timeout", tx.now()); }));
  REQUIRE(practice.database->write([&](Transaction& tx) { return finish_event(tx, claimed[2].seq); }));
  const auto again = claim();
  REQUIRE(again.size() == 1);
  practice.write([&](Transaction& tx) {
    unclaim_event(tx, claimed[0], tx.now());
    unclaim_event(tx, again[0], tx.now() + 5s);
    unclaim_event(tx, claimed[2], tx.now());
    return 0;
  });
  auto found = claim();
  REQUIRE(found.size() == 1);
  CHECK(found[0].source == "new");
  CHECK(found[0].attempts == 1);
  practice.clock.advance(5s);
  found = claim();
  REQUIRE(found.size() == 1);
  CHECK(found[0].source == "failed");
  CHECK(found[0].attempts == 2);
  CHECK(found[0].last_error == "plugin.timeout");
}

TEST_CASE("a clock that goes back keeps no event waiting for hours") {
  Practice practice;
  const auto tell = [&](const std::string& item) {
    practice.write([&](Transaction& tx) {
      Event event;
      event.source = "report/" + item;
      event.version = 1;
      event.kind = "lab_report.available";
      event.item_id = item;
      return append_event(tx, event).has_value();
    });
  };
  const auto claimed = [&] {
    return practice.write([](Transaction& tx) { return claim_events(tx, 10, 5min); });
  };
  tell("put-off");
  practice.clock.advance(2h);
  const auto first = claimed();
  REQUIRE(first.size() == 1);
  practice.write([&](Transaction& tx) {
    return retry_event(tx, first.front().seq, "plugin.stopped", tx.now() + 10min).has_value();
  });
  tell("new");
  CHECK(claimed().size() == 1);  // the new one, held from here on
  practice.clock.advance(-3h);
  // One was put off until hours ahead, the other is held and was told in what is now the future: both are due, once.
  CHECK(claimed().size() == 2);
  CHECK(claimed().empty());
  practice.clock.advance(6min);
  CHECK(claimed().size() == 2);
}

TEST_CASE("what waits after an error is due at once when it is hastened and what is held or to come is not") {
  Practice practice;
  for (const auto* source : {"failed", "held", "put-off"})
    practice.write([&](Transaction& tx) { return append_event(tx, event(source)).has_value(); });
  const auto claimed = practice.write([](Transaction& tx) { return claim_events(tx, 10, 5min); });
  REQUIRE(claimed.size() == 3);
  const auto later = practice.clock.now() + 10min;
  practice.write([&](Transaction& tx) {
    // The third one waits for the end of a burst: no error.
    return retry_event(tx, claimed[0].seq, "plugin.stopped", later) && retry_event(tx, claimed[2].seq, "", later);
  });
  practice.write([](Transaction& tx) {
    hasten_events(tx);
    return 0;
  });
  const auto found = practice.write([](Transaction& tx) { return claim_events(tx, 10, 5min); });
  REQUIRE(found.size() == 1);
  CHECK(found[0].source == "failed");
  CHECK(found[0].last_error == "plugin.stopped");
}

TEST_CASE("an event of a work that fails was never queued") {
  Practice practice;
  const auto failed = practice.database->write([](Transaction& tx) -> Result<void> {
    append_event(tx, event("a"));
    return fail(Code::internal, "the change failed");
  });
  CHECK_FALSE(failed);
  CHECK(practice.read([](soci::session& sql) { return events_waiting(sql); }) == 0);
}

TEST_CASE("past nights leave the queue in slices and what waits or is of another kind stays") {
  Practice practice;
  const auto tell = [&](const std::string& source, const char* kind) {
    return practice.write([&](Transaction& tx) {
      auto told = event(source);
      told.kind = kind;
      return append_event(tx, told).value();
    });
  };
  const auto finish = [&](std::int64_t seq) {
    REQUIRE(practice.database->write([&](Transaction& tx) { return finish_event(tx, seq); }));
  };
  const auto purge = [&](Instant before) {
    return practice.write([&](Transaction& tx) { return purge_daily_events(tx, before, 2); });
  };
  const auto kept = [&] {
    return practice.read([](soci::session& sql) {
      std::vector<std::string> sources;
      const soci::rowset<std::string> rows = (sql.prepare << "SELECT source FROM event ORDER BY seq");
      for (const auto& source : rows) sources.push_back(source);
      return sources;
    });
  };
  finish(tell("a", "nightly"));
  finish(tell("b", "patient.opened"));
  finish(tell("c", "nightly"));
  finish(tell("report", "lab_report.available"));
  tell("waits", "nightly");
  practice.clock.advance(1h);
  const auto before = practice.clock.now();
  finish(tell("this night", "nightly"));

  const auto any = [&](Instant limit) {
    return practice.read([&](soci::session& sql) { return has_past_days(sql, limit); });
  };
  CHECK_FALSE(any(before - 1h));
  CHECK(any(before));
  CHECK(purge(before - 1h) == 0);  // done at that instant, not before it
  CHECK(purge(before) == 2);
  CHECK(kept() == std::vector<std::string>{"c", "report", "waits", "this night"});
  CHECK(purge(before) == 1);
  CHECK_FALSE(any(before));
  CHECK(purge(before) == 0);
  CHECK(kept() == std::vector<std::string>{"report", "waits", "this night"});
}

TEST_CASE("a timer missed several times runs once and never twice at once") {
  Practice practice;
  const auto due = practice.clock.now() + 1h;
  const auto ensure = [&](Instant at) {
    practice.write([&](Transaction& tx) {
      ensure_timer(tx, "nuit", at);
      return 0;
    });
  };
  const auto due_now = [&] {
    return practice.read([&](soci::session& sql) { return due_timers(sql, practice.clock.now()); });
  };
  const auto start = [&] { return practice.write([](Transaction& tx) { return start_timer(tx, "nuit", 10min); }); };
  ensure(due);
  ensure(due + 5h);
  CHECK(due_now().empty());
  CHECK_FALSE(start());
  practice.clock.advance(std::chrono::hours{72});
  REQUIRE(due_now().size() == 1);
  CHECK(due_now()[0].due == due);
  CHECK_FALSE(due_now()[0].last_run.has_value());
  CHECK(start());
  CHECK_FALSE(start());
  CHECK(due_now().empty());
  const auto started = practice.clock.now();
  practice.clock.advance(1min);
  REQUIRE(practice.database->write([&](Transaction& tx) { return finish_timer(tx, "nuit", started + 24h); }));
  CHECK(due_now().empty());
  const auto read = practice.read([](soci::session& sql) { return timer(sql, "nuit").value(); });
  CHECK(read.last_run == started);
  CHECK(read.due == started + 24h);
}

TEST_CASE("a timer whose host died runs again once its hold ends") {
  Practice practice;
  practice.write([&](Transaction& tx) {
    ensure_timer(tx, "nuit", tx.now());
    return start_timer(tx, "nuit", 10min);
  });
  practice.clock.advance(9min);
  CHECK_FALSE(practice.write([](Transaction& tx) { return start_timer(tx, "nuit", 10min); }));
  practice.clock.advance(1min);
  CHECK(practice.write([](Transaction& tx) { return start_timer(tx, "nuit", 10min); }));
}

TEST_CASE("one version of a plugin is enabled at a time and a disabled one says why") {
  Practice practice;
  practice.write([](Transaction& tx) {
    install_plugin(tx, "bio-triage", "1.0.0", "plugins/bio-triage-1.0.0");
    install_plugin(tx, "bio-triage", "1.1.0", "plugins/bio-triage-1.1.0");
    return 0;
  });
  const auto set = [&](const char* version, PluginState state, const char* reason = "") {
    return practice.database->write(
        [&](Transaction& tx) { return set_plugin_state(tx, "bio-triage", version, state, reason); });
  };
  REQUIRE(set("1.0.0", PluginState::enabled));
  REQUIRE(set("1.1.0", PluginState::enabled));
  auto all = practice.read([](soci::session& sql) { return installed_plugins(sql); });
  REQUIRE(all.size() == 2);
  CHECK(all[0].state == PluginState::installed);
  CHECK(all[1].state == PluginState::enabled);
  REQUIRE(set("1.1.0", PluginState::disabled, "plugin.hidden-state"));
  practice.write([](Transaction& tx) {
    install_plugin(tx, "bio-triage", "1.1.0", "elsewhere");
    return 0;
  });
  all = practice.read([](soci::session& sql) { return installed_plugins(sql); });
  CHECK(all[1].state == PluginState::disabled);
  CHECK(all[1].reason_code == "plugin.hidden-state");
  CHECK(all[1].directory == "elsewhere");
  CHECK(set("9.9.9", PluginState::enabled).error().code == Code::not_found);
}

TEST_CASE("a subject that killed a worker is remembered for that version and subject only") {
  Practice practice;
  const SubjectKey subject{"rep-1", "pat-1", "martin", "bio-triage"};
  practice.write([&](Transaction& tx) {
    remember_poison(tx, "bio-triage", "1.0.0", subject, 3, "plugin.crashed");
    return 0;
  });
  const auto since = practice.clock.now();
  practice.clock.advance(1h);
  practice.write([&](Transaction& tx) {
    remember_poison(tx, "bio-triage", "1.0.0", subject, 4, "plugin.timeout");
    return 0;
  });
  const auto of = [&](const std::string& version, const SubjectKey& key) {
    return practice.read([&](soci::session& sql) { return poison_of(sql, "bio-triage", version, key); });
  };
  const auto found = of("1.0.0", subject);
  REQUIRE(found);
  CHECK(found->subject == subject);
  CHECK(found->slice_version == 4);
  CHECK(found->reason_code == "plugin.timeout");
  CHECK(found->since == since);
  CHECK_FALSE(of("1.0.1", subject));
  CHECK_FALSE(of("1.0.0", {"rep-1", "pat-1", "durand", "bio-triage"}));
  CHECK(practice.read([](soci::session& sql) { return poisons(sql, "bio-triage", "1.0.0"); }).size() == 1);
  CHECK(practice.write([&](Transaction& tx) { return forget_poison(tx, "bio-triage", "1.0.0", subject); }));
  CHECK_FALSE(practice.write([&](Transaction& tx) { return forget_poison(tx, "bio-triage", "1.0.0", subject); }));
  CHECK_FALSE(of("1.0.0", subject));
}

TEST_CASE("each doctor has settings of one's own and the last one set holds") {
  Practice practice;
  const auto set = [&](const char* doctor, const char* key, double number) {
    practice.write([&](Transaction& tx) {
      set_plugin_setting(tx, "bio-triage", doctor, {key, number, "texte"}, doctor);
      return 0;
    });
  };
  set("martin", "b", 0.1);
  set("martin", "a", 2);
  set("martin", "b", 0.2);
  set("durand", "a", 9);
  const auto found = practice.read([](soci::session& sql) { return plugin_settings(sql, "bio-triage", "martin"); });
  REQUIRE(found.size() == 2);
  CHECK(found[0].key == "a");
  CHECK(found[1].number == 0.2);
  CHECK(found[1].text == "texte");
}

}  // namespace
}  // namespace relais::practice

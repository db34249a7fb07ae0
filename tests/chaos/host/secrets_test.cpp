// SPDX-License-Identifier: Apache-2.0
// Nothing of a patient leaves by what people and machines keep of a run: logs, outputs, codes, crashes, the ledger. A
// mark stands in names, values, comments, file names, notes and searches; a plugin says it wherever it can and dies with
// it; then everything but the practice's own record is searched for it.
#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <memory>
#include <utility>

#include "app/cli/ingest_file.h"
#include "app/cli/session.h"
#include "chaos_practice.h"
#include "relais/v1/identity.grpc.pb.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"
#include "support/scratch.h"
#include "whole_practice.h"

namespace relais::chaos {
namespace {

namespace fs = std::filesystem;

// No word of any code, and printable as an identifier: what a careless program would let through.
const std::string mark = "QZXSECRETPATIENT";

void write_file(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

struct Marked {
  test::Scratch scratch;
  ChaosPractice practice{scratch.path(), fs::path(ZOO_PACKAGES) / "zoo-tells", [](demo::Scenario& scenario) {
                           for (auto& patient : scenario.patients) {
                             patient.family = mark;
                             for (auto& past : patient.history)
                               for (auto& result : past.results) result.label = mark + " " + result.label;
                           }
                         }};

  cli::Connection as(const std::string& account) const { return {practice.paths().address(), account, ""}; }
  fs::path database() const { return practice.paths().data / "practice.sqlite"; }

  // One report whose comment tells the plugin what to do.
  std::string report(const std::string& deed, std::size_t number) const {
    auto made = practice.scenario().reports.back();
    made.patient = number;
    made.document_id = fmt::format("1.2.250.1.213.1.1.1.57.2026.{}", number);
    made.set_id = fmt::format("1.2.250.1.213.1.1.1.57.9000.{}", number);
    made.comment = mark + " tells:" + deed;
    for (auto& result : made.results) result.label = mark;
    if (deed == "unknown") made.unknown_patient = true;
    return demo::write_cda(practice.scenario(), made, ChaosPractice::today);
  }

  long long count(const std::string& query) const {
    soci::session sql(soci::sqlite3, "db=\"" + database().string() + "\" timeout=30");
    long long found = 0;
    sql << query, soci::into(found);
    return found;
  }

  // Rows of a table that hold the mark in any column.
  long long marked_rows(const std::string& table) const {
    soci::session sql(soci::sqlite3, "db=\"" + database().string() + "\" timeout=30");
    std::string columns;
    sql << "SELECT group_concat('COALESCE(\"' || name || '\", '''')', ' || '' '' || ') FROM pragma_table_info('" + table + "')",
        soci::into(columns);
    REQUIRE(!columns.empty());
    long long found = 0;
    sql << "SELECT COUNT(*) FROM " + table + " WHERE instr(" + columns + ", '" + mark + "') > 0", soci::into(found);
    return found;
  }

  // What the practice keeps beside its record, its lists and what it received.
  std::vector<std::string> tables_beside_the_record() const {
    soci::session sql(soci::sqlite3, "db=\"" + database().string() + "\" timeout=30");
    const soci::rowset<std::string> all =
        (sql.prepare << "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    std::vector<std::string> beside;
    for (const auto& table : all) {
      const bool of_the_record = table.starts_with("record_") || table.starts_with("ingest_") ||
                                 table == "inbound_content" || table == "worklist_item" || table == "worklist_action";
      if (!of_the_record) beside.push_back(table);
    }
    REQUIRE(std::find(beside.begin(), beside.end(), "ledger") != beside.end());
    return beside;
  }

  // Files beside the practice's record that hold the words, by content; the received files themselves are the record's.
  std::vector<std::string> files_with(const std::string& words) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(scratch.path())) {
      const auto path = entry.path().string();
      if (!entry.is_regular_file() || path.find("/practice.sqlite") != std::string::npos ||
          path.find("/reception/") != std::string::npos || path.find("/sent/") != std::string::npos)
        continue;
      if (text_of(entry.path()).find(words) != std::string::npos) found.push_back(path);
    }
    return found;
  }
};

void play(const Marked& world) {
  const auto sent = world.scratch.path() / "sent";
  fs::create_directories(sent);
  const cli::Session software(world.as("logiciel"));
  std::size_t number = 1;
  for (const auto* deed : {"prints", "logs", "codes", "throws", "nothing", "unknown", "terminates", "aborts"}) {
    const auto file = sent / (mark + "-" + deed + ".xml");
    write_file(file, world.report(deed, number++));
    cli::submit_file(software, file, "essai");
  }
  // What cannot be read: cut, of no format, of a wrong one, in bytes that are no text.
  const auto good = world.report("nothing", number);
  for (const auto& bad : {good.substr(0, good.size() / 2), mark + " : kaliémie 6,8",
                          "MSH|^~\\&|" + mark + "|" + mark + "\rPID|||" + mark + "\rOBX|1|NM|" + mark + "||" + mark + "\r",
                          mark + std::string("\xff\xfe\x00\x80", 4)}) {
    const auto file = sent / (mark + std::to_string(++number) + ".hl7");
    write_file(file, bad);
    cli::submit_file(software, file, "essai");
  }
  write_file(world.practice.paths().data / "reception" / (mark + ".xml"), world.report("nothing", ++number));

  CHECK(becomes_true([&] {
    v1::GetProgressResponse progress;
    cli::Session::check(v1::IngestService::NewStub(software.channel())->GetProgress(software.context().get(), {}, &progress));
    return progress.received() >= 13 && progress.unread() == 0 &&
           world.count("SELECT COUNT(*) FROM worklist_not_evaluated WHERE code IN ('plugin.crashed', 'plugin.poisoned', "
                       "'plugin.disabled')") > 0 &&
           world.count("SELECT COUNT(*) FROM worklist_not_evaluated WHERE code = 'plugin.undeclared-log'") > 0;
  }));
}

// Somebody who mistook the fields, or guesses: what was typed is a secret of somebody's.
void mistype(const Marked& world) {
  const auto channel = grpc::CreateChannel(world.practice.paths().address(), grpc::InsecureChannelCredentials());
  for (const auto& [login, typed] : {std::pair{mark, mark}, std::pair{std::string("admin"), mark}}) {
    v1::SignInRequest request;
    request.set_login(login);
    request.set_password(typed);
    v1::SignInResponse response;
    grpc::ClientContext context;
    CHECK(!v1::IdentityService::NewStub(channel)->SignIn(&context, request, &response).ok());
  }
}

void work(const Marked& world) {
  const cli::Session doctor(world.as(world.practice.scenario().doctors.front().id));
  v1::SearchPatientsRequest search;
  search.set_name(mark);
  v1::SearchPatientsResponse patients;
  cli::Session::check(v1::PatientRecordService::NewStub(doctor.channel())
                          ->SearchPatients(doctor.context().get(), search, &patients));
  const auto list = v1::WorklistService::NewStub(doctor.channel());
  v1::ListItemsResponse items;
  cli::Session::check(list->ListItems(doctor.context().get(), {}, &items));
  REQUIRE(!items.items().empty());
  v1::AddNoteRequest note;
  note.set_item_id(items.items(0).id());
  note.set_text(mark);
  v1::AddNoteResponse noted;
  cli::Session::check(list->AddNote(doctor.context().get(), note, &noted));
  // Refused: its words must not come back in a log either.
  v1::ReturnItemRequest back;
  back.set_item_id("it-0");
  back.set_reason(mark);
  v1::ReturnItemResponse answer;
  CHECK(!list->ReturnItem(doctor.context().get(), back, &answer).ok());
}

std::string limit_of_cores(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/limits");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("Max core file size")) return line.substr(18);
  return {};
}

TEST_CASE("nothing that was read of a patient is in a log or an output or a crash or the ledger") {
  // As on a machine that keeps cores: the programs themselves must leave none.
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  ::setrlimit(RLIMIT_CORE, &all);
  Marked world;
  auto running = std::make_unique<RunningHost>(world.practice.paths(), world.practice.clock({}));
  auto& host = *running;
  REQUIRE(host.ready());
  try {
    play(world);
    work(world);
    mistype(world);
  } catch (const cli::CallFailed& failed) {
    FAIL(failed.code + " " + failed.sentence);
  }

  // The run was what it should be: the mark was read, and the plugin did what it does.
  CHECK(world.marked_rows("worklist_item") > 0);
  CHECK(world.marked_rows("worklist_action") > 0);
  // What the host says is written down as it is read.
  for (const auto* said : {"plugin.crashed", "zoo.line", "plugin.log-dropped"})
    CHECK(becomes_true([&] { return text_of(world.practice.paths().log).find(said) != std::string::npos; }));
  CHECK(world.count("SELECT COUNT(*) FROM ledger WHERE instr(body, 'plugin.exception') > 0") > 0);

  CHECK(limit_of_cores(host.pid()).find(" 0 ") != std::string::npos);
  REQUIRE(!host.workers().empty());
  for (const auto worker : host.workers()) {
    CHECK(limit_of_cores(worker).find(" 0 ") != std::string::npos);
    // What the host was started with is not the plugin's to read.
    CHECK(text_of("/proc/" + std::to_string(worker) + "/environ").find(ChaosPractice::password) == std::string::npos);
  }
  const auto own = "/proc/" + std::to_string(host.pid());
  for (const auto* kept : {"/environ", "/cmdline"}) CHECK(text_of(own + kept).find(mark) == std::string::npos);
  // The host itself dies with the mark in its memory.
  ::kill(host.pid(), SIGABRT);
  host.wait();
  running.reset();  // its last words are in the log

  for (const auto& table : world.tables_beside_the_record())
    CHECK(std::make_pair(table, world.marked_rows(table)) == std::make_pair(table, 0LL));
  CHECK(world.files_with(mark) == std::vector<std::string>{});
  // Nobody's password stands anywhere, the practice's own record included.
  CHECK(world.files_with(ChaosPractice::password) == std::vector<std::string>{});
  CHECK(text_of(world.database()).find(ChaosPractice::password) == std::string::npos);
  for (const auto& entry : fs::recursive_directory_iterator(world.scratch.path()))
    CHECK(!entry.path().filename().string().starts_with("core"));
}

}  // namespace
}  // namespace relais::chaos

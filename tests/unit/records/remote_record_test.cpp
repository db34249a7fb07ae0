// SPDX-License-Identifier: Apache-2.0
#include "records/remote_record.h"

#include <catch2/catch.hpp>
#include <limits>

#include "records/reader_contract.h"
#include "records/remote_record_reader.h"
#include "served_record.h"

using namespace relais;
using namespace relais::records;
using relais::test::ServedRecord;

namespace {

const Instant evening{std::chrono::milliseconds{1795448700000}};

struct StandingClock final : Clock {
  Instant now() const override { return evening; }
};

std::int64_t ms(Instant at) { return at.time_since_epoch().count(); }

// A record with a reader on it.
struct Asked {
  explicit Asked(RemoteRecordOptions options = {})
      : record(grpc::CreateChannel(served.address(), grpc::InsecureChannelCredentials()), clock, options) {}
  std::unique_ptr<RecordReader> reader() { return record.reader(); }

  StandingClock clock;
  ServedRecord served;
  RemoteRecord record;
};

v1::RecordRow patient_row(const std::string& id) {
  v1::RecordRow row;
  row.set_patient_id(id);
  row.set_recorded_ms(ms(evening) - 1000);
  row.mutable_patient()->set_id(id);
  row.mutable_patient()->mutable_traits()->set_birth_date("1951-08-22");
  return row;
}

v1::RecordRow report_row(const std::string& id) {
  v1::RecordRow row;
  row.set_patient_id("p-1");
  row.set_recorded_ms(ms(evening) - 1000);
  auto& report = *row.mutable_report();
  report.set_id(id);
  report.set_patient_id("p-1");
  report.set_status(v1::REPORT_STATUS_FINAL);
  report.set_received_ms(ms(evening) - 1000);
  return row;
}

v1::RecordRow result_row(const std::string& id) {
  v1::RecordRow row;
  row.set_patient_id("p-1");
  row.set_recorded_ms(ms(evening) - 1000);
  auto& result = *row.mutable_observation();
  result.set_id(id);
  result.set_report_id("r-1");
  result.set_code("2823-3");
  result.set_code_system("loinc");
  result.set_value(6.8);
  return row;
}

// The service answers these rows, all of them, whatever is asked.
void answers(ServedRecord& served, std::vector<v1::RecordRow> rows) {
  served.answer = [rows = std::move(rows)](const v1::RecordReading&, v1::RecordRows& page) {
    page.set_completeness(v1::RECORD_COMPLETENESS_COMPLETE);
    for (const auto& row : rows) *page.add_rows() = row;
    return grpc::Status::OK;
  };
}

}  // namespace

TEST_CASE("a patient of a record kept elsewhere is read as of the instant asked about") {
  Asked asked;
  answers(asked.served, {patient_row("p-1")});
  const auto found = asked.reader()->patient("p-1", evening);
  REQUIRE(found);
  REQUIRE(found->rows.size() == 1);
  CHECK(found->rows.front().traits().birth_date() == "1951-08-22");
  CHECK(found->completeness == Completeness::complete);
  REQUIRE(asked.served.asked().size() == 1);
  CHECK(asked.served.asked().front().as_of_ms() == ms(evening));
  CHECK(asked.record.failures() == 0);
}

TEST_CASE("nobody known is no row and no failure") {
  Asked asked;
  const auto found = asked.reader()->patient("p-9", evening);
  REQUIRE(found);
  CHECK(found->rows.empty());
  CHECK(found->completeness == Completeness::complete);
  CHECK(asked.record.failures() == 0);
}

TEST_CASE("pages are joined and one withheld page makes the whole withheld") {
  Asked asked;
  asked.served.answer = [](const v1::RecordReading& reading, v1::RecordRows& page) {
    const bool first = reading.page().token().empty();
    page.set_completeness(first ? v1::RECORD_COMPLETENESS_WITHHELD : v1::RECORD_COMPLETENESS_COMPLETE);
    page.set_snapshot("s-1");
    *page.add_rows() = report_row(first ? "r-1" : "r-2");
    if (first) page.set_next_page_token("2");
    return grpc::Status::OK;
  };
  const auto reader = asked.reader();
  const auto found = reader->reports({"p-1", evening});
  REQUIRE(found);
  REQUIRE(found->rows.size() == 2);
  CHECK(found->rows.back().id() == "r-2");
  CHECK(found->completeness == Completeness::withheld);
  // One state of the database for one piece of work.
  REQUIRE(reader->conditions({"p-1", evening}).error().code == Code::record_reader_bad_answer);
  const auto readings = asked.served.asked();
  REQUIRE(readings.size() == 3);
  CHECK(readings[0].snapshot().empty());
  CHECK(readings[1].snapshot() == "s-1");
  CHECK(readings[2].snapshot() == "s-1");
}

TEST_CASE("what the software cannot tell is unknown") {
  Asked asked;
  asked.served.answer = [](const v1::RecordReading&, v1::RecordRows&) { return grpc::Status::OK; };
  CHECK(asked.reader()->conditions({"p-1", evening})->completeness == Completeness::unknown);
}

TEST_CASE("a kind that the software does not keep is unknown and not asked for") {
  Asked asked;
  asked.served.description.clear_kinds();
  for (const auto kind : {v1::RECORD_KIND_PATIENT, v1::RECORD_KIND_LAB_REPORT, v1::RECORD_KIND_OBSERVATION})
    asked.served.description.add_kinds(kind);
  const auto found = asked.reader()->immunizations({"p-1", evening});
  REQUIRE(found);
  CHECK(found->rows.empty());
  CHECK(found->completeness == Completeness::unknown);
  CHECK(asked.served.readings == 0);
}

TEST_CASE("an answer that breaks the contract is refused whole") {
  struct Broken {
    const char* what;
    std::function<void(v1::RecordRow&)> how;
  };
  const auto broken = GENERATE(
      Broken{"of another patient", [](v1::RecordRow& row) { row.set_patient_id("p-2"); }},
      Broken{"whose content is another patient's", [](v1::RecordRow& row) { row.mutable_report()->set_patient_id("p-2"); }},
      Broken{"of nobody", [](v1::RecordRow& row) { row.clear_patient_id(); }},
      Broken{"recorded later", [](v1::RecordRow& row) { row.set_recorded_ms(ms(evening) + 1); }},
      Broken{"recorded never", [](v1::RecordRow& row) { row.clear_recorded_ms(); }},
      Broken{"received later", [](v1::RecordRow& row) { row.mutable_report()->set_received_ms(ms(evening) + 1); }},
      Broken{"without an id", [](v1::RecordRow& row) { row.mutable_report()->clear_id(); }},
      Broken{"with an endless id", [](v1::RecordRow& row) { row.mutable_report()->set_id(std::string(200, 'x')); }},
      Broken{"cancelled", [](v1::RecordRow& row) { row.mutable_report()->set_status(v1::REPORT_STATUS_CANCELLED); }},
      Broken{"of an unknown state",
             [](v1::RecordRow& row) { row.mutable_report()->set_status(static_cast<v1::ReportStatus>(77)); }},
      Broken{"that comes twice", [](v1::RecordRow& row) { row.mutable_report()->set_id("r-1"); }},
      Broken{"of another kind", [](v1::RecordRow& row) { row.mutable_message()->set_id("m-1"); }});
  INFO("a row " << broken.what);
  Asked asked;
  auto second = report_row("r-2");
  broken.how(second);
  answers(asked.served, {report_row("r-1"), second});
  const auto found = asked.reader()->reports({"p-1", evening});
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Code::record_reader_bad_answer);
  CHECK(asked.record.failures() == 1);
  CHECK(asked.record.last_failure()->code == Code::record_reader_bad_answer);
}

TEST_CASE("dates and numbers that are none are refused") {
  Asked asked;
  auto patient = patient_row("p-1");
  patient.mutable_patient()->mutable_traits()->set_birth_date("22/08/1951");
  answers(asked.served, {patient});
  CHECK(asked.reader()->patient("p-1", evening).error().code == Code::record_reader_bad_answer);
  auto result = result_row("o-1");
  result.mutable_observation()->set_value(std::numeric_limits<double>::quiet_NaN());
  answers(asked.served, {result});
  CHECK(asked.reader()->observations_of("r-1", evening).error().code == Code::record_reader_bad_answer);
  v1::RecordRow condition;
  condition.set_patient_id("p-1");
  condition.set_recorded_ms(ms(evening));
  condition.mutable_condition()->set_id("c-1");
  condition.mutable_condition()->set_until("2026-02-30");
  answers(asked.served, {condition});
  CHECK(asked.reader()->conditions({"p-1", evening}).error().code == Code::record_reader_bad_answer);
}

TEST_CASE("another row than the one asked for is refused") {
  Asked asked;
  answers(asked.served, {patient_row("p-2")});
  CHECK(asked.reader()->patient("p-1", evening).error().code == Code::record_reader_bad_answer);
  answers(asked.served, {report_row("r-2")});
  CHECK(asked.reader()->report("r-1", evening).error().code == Code::record_reader_bad_answer);
  auto result = result_row("o-1");
  result.mutable_observation()->set_report_id("r-2");
  answers(asked.served, {result});
  CHECK(asked.reader()->observations_of("r-1", evening).error().code == Code::record_reader_bad_answer);
  v1::Ins ins;
  ins.set_value("279035121518989");
  ins.set_oid("1.2.250.1.213.1.4.10");
  auto other = patient_row("p-2");
  *other.mutable_patient()->mutable_ins() = ins;
  other.mutable_patient()->mutable_ins()->set_oid("1.2.250.1.213.1.4.8");
  answers(asked.served, {other});
  CHECK(asked.reader()->patients_by_ins(ins, evening).error().code == Code::record_reader_bad_answer);
}

TEST_CASE("results of codes that nobody asked for are not used") {
  Asked asked;
  auto local = result_row("o-2");
  local.mutable_observation()->set_code_system("local");
  answers(asked.served, {result_row("o-1"), local});
  const auto some = asked.reader()->observations({{"p-1", evening}, {"2823-3"}});
  REQUIRE(some);
  CHECK(some->rows.size() == 1);
  CHECK(asked.reader()->observations({{"p-1", evening}, {}})->rows.size() == 2);
}

TEST_CASE("sizes that nobody agreed to are refused") {
  Asked asked;
  asked.served.answer = [](const v1::RecordReading& reading, v1::RecordRows& page) {
    for (int i = 0; i <= reading.page().size(); ++i) *page.add_rows() = report_row("r-" + std::to_string(i));
    return grpc::Status::OK;
  };
  CHECK(asked.reader()->reports({"p-1", evening}).error().code == Code::record_reader_too_large);
  auto heavy = report_row("r-1");
  heavy.mutable_report()->set_narrative(std::string(5 << 20, 'x'));
  answers(asked.served, {heavy});
  CHECK(asked.reader()->reports({"p-1", evening}).error().code == Code::record_reader_too_large);
  // Pages that never end.
  asked.served.answer = [](const v1::RecordReading& reading, v1::RecordRows& page) {
    const auto next = std::to_string(reading.page().token().empty() ? 1 : std::stoi(reading.page().token()) + 1);
    *page.add_rows() = report_row("r-" + next);
    page.set_next_page_token(next);
    return grpc::Status::OK;
  };
  CHECK(asked.reader()->reports({"p-1", evening}).error().code == Code::record_reader_too_large);
  asked.served.answer = [](const v1::RecordReading&, v1::RecordRows& page) {
    *page.add_rows() = report_row("r-" + std::to_string(page.rows_size()));
    page.set_next_page_token("again");
    return grpc::Status::OK;
  };
  CHECK(asked.reader()->reports({"p-1", evening}).error().code == Code::record_reader_bad_answer);
}

TEST_CASE("a service that is away is unreachable and found again when it comes back") {
  Asked asked;
  answers(asked.served, {patient_row("p-1")});
  REQUIRE(asked.reader()->patient("p-1", evening));
  asked.served.stop();
  CHECK(asked.reader()->patient("p-1", evening).error().code == Code::record_reader_unreachable);
  CHECK(asked.record.failures() == 1);
  asked.served.start();
  for (bool back = false; !back; std::this_thread::yield()) back = asked.reader()->patient("p-1", evening).has_value();
}

TEST_CASE("a service that does not answer in time is not asked again at once") {
  Asked asked({std::chrono::seconds{3}, std::chrono::hours{1}});
  asked.served.silent = true;
  // What it holds is asked first, and answered.
  CHECK(asked.reader()->patient("p-1", evening).error().code == Code::record_reader_timeout);
  CHECK(asked.reader()->patient("p-1", evening).error().code == Code::record_reader_timeout);
  CHECK(asked.served.readings == 1);
  CHECK(asked.record.failures() == 2);
}

TEST_CASE("words of the service's own errors go nowhere") {
  Asked asked;
  asked.served.answer = [](const v1::RecordReading&, v1::RecordRows&) {
    return grpc::Status(grpc::StatusCode::INTERNAL, "ESSAI-BRUME CLOVIS");
  };
  const auto found = asked.reader()->patient("p-1", evening);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Code::record_reader_failed);
  CHECK(found.error().detail.find("BRUME") == std::string::npos);
}

TEST_CASE("a record without past states is asked about the present only") {
  Asked asked;
  asked.served.description.set_keeps_history(false);
  answers(asked.served, {patient_row("p-1")});
  CHECK(asked.reader()->patient("p-1", evening));
  const auto past = asked.reader()->patient("p-1", evening - std::chrono::hours{1});
  REQUIRE_FALSE(past);
  CHECK(past.error().code == Code::record_reader_no_history);
  CHECK(asked.record.failures() == 0);
}

TEST_CASE("a service of another contract or without the least kinds is not read") {
  Asked asked;
  SECTION("another contract") { asked.served.description.set_contract(2); }
  SECTION("no results") {
    asked.served.description.clear_kinds();
    asked.served.description.add_kinds(v1::RECORD_KIND_PATIENT);
  }
  CHECK(asked.reader()->patient("p-1", evening).error().code == Code::record_reader_bad_answer);
  CHECK(asked.served.readings == 0);
}

TEST_CASE("patients are listed on from one of them and only in order") {
  Asked asked;
  answers(asked.served, {patient_row("p-2"), patient_row("p-3")});
  const auto list = [&](const std::string& after) {
    return RemoteRecordReader(asked.record).patients_after(after, 10, evening);
  };
  REQUIRE(list("p-1"));
  CHECK(list("p-1")->size() == 2);
  CHECK(list("p-2").error().code == Code::record_reader_bad_answer);
}

TEST_CASE("a change of a clock that is ahead is read as of then and by five minutes at most") {
  Asked asked;
  CHECK(asked.record.latest(evening) == evening);
  asked.record.heard_of(evening + std::chrono::minutes{2});
  CHECK(asked.record.latest(evening) == evening + std::chrono::minutes{2});
  asked.record.heard_of(evening);
  CHECK(asked.record.latest(evening) == evening + std::chrono::minutes{2});
  asked.record.heard_of(evening + std::chrono::hours{24});
  CHECK(asked.record.latest(evening) == evening + std::chrono::minutes{5});
}

TEST_CASE("a change is taken only when it says of what and in which order") {
  v1::WatchChangesResponse change;
  change.set_position("7");
  change.set_source("bilan/B1");
  change.set_version(1);
  change.set_kind(v1::RECORD_CHANGE_KIND_LAB_REPORT);
  change.set_item_id("B1");
  change.set_recorded_ms(1);
  CHECK_FALSE(broken_rule(change));
  const auto refused = [&](auto break_it) {
    auto broken = change;
    break_it(broken);
    return broken_rule(broken).has_value();
  };
  CHECK(refused([](auto& one) { one.clear_position(); }));
  CHECK(refused([](auto& one) { one.clear_source(); }));
  CHECK(refused([](auto& one) { one.set_source(std::string(300, 'x')); }));
  CHECK(refused([](auto& one) { one.set_version(0); }));
  CHECK(refused([](auto& one) { one.set_kind(static_cast<v1::RecordChangeKind>(42)); }));
  CHECK(refused([](auto& one) { one.clear_item_id(); }));
  CHECK(refused([](auto& one) { one.clear_recorded_ms(); }));
  CHECK(refused([](auto& one) { one.set_kind(v1::RECORD_CHANGE_KIND_PATIENT); }));  // of whom?
}

TEST_CASE("a row with an instant that no calendar has breaks the contract") {
  const auto broken = [](v1::RecordKind kind, v1::RecordRow row) {
    row.set_patient_id("P1");
    row.set_recorded_ms(1);
    return broken_rule(row, {kind, evening}).value_or("");
  };
  for (const auto at : {std::int64_t{1'600'000'000'000}, std::numeric_limits<std::int64_t>::min(),
                        std::int64_t{253'402'300'800'000}, std::numeric_limits<std::int64_t>::max()}) {
    INFO(at);
    const std::string expected = at == 1'600'000'000'000 ? "" : "un instant hors des années 1 à 9999";
    v1::RecordRow report, issued, result, visit, message, document;
    report.mutable_report()->set_id("B1");
    report.mutable_report()->set_patient_id("P1");
    report.mutable_report()->set_received_ms(1);
    issued = report;
    report.mutable_report()->set_collected_ms(at);
    issued.mutable_report()->set_issued_ms(at);
    CHECK(broken(v1::RECORD_KIND_LAB_REPORT, report) == expected);
    CHECK(broken(v1::RECORD_KIND_LAB_REPORT, issued) == expected);
    result.mutable_observation()->set_id("O1");
    result.mutable_observation()->set_collected_ms(at);
    CHECK(broken(v1::RECORD_KIND_OBSERVATION, result) == expected);
    visit.mutable_appointment()->set_id("R1");
    visit.mutable_appointment()->set_patient_id("P1");
    visit.mutable_appointment()->set_start_ms(at);
    visit.mutable_appointment()->set_end_ms(at);
    CHECK(broken(v1::RECORD_KIND_APPOINTMENT, visit) == expected);
    message.mutable_message()->set_id("M1");
    message.mutable_message()->set_received_ms(at);
    CHECK(broken(v1::RECORD_KIND_MESSAGE, message) == expected);
    document.mutable_document()->mutable_document()->set_id("D1");
    document.mutable_document()->mutable_document()->set_created_ms(at);
    CHECK(broken(v1::RECORD_KIND_DOCUMENT, document) == expected);
  }
}

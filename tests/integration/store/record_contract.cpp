// SPDX-License-Identifier: Apache-2.0
// The patient record: what is written is read, as of any instant.
#include <google/protobuf/util/message_differencer.h>

#include <catch2/catch.hpp>

#include "engine.h"
#include "practice/database.h"
#include "records/block_reader.h"
#include "records/record_store.h"
#include "records/sql_record_reader.h"
#include "support/record_samples.h"
#include "support/scratch.h"

namespace relais::records {
namespace {

using google::protobuf::util::MessageDifferencer;
using practice::Database;
using practice::Transaction;
using test::fill_every_field;
using test::TestClock;
using namespace std::chrono_literals;

struct Record {
  TestClock clock;
  std::unique_ptr<Database> database = Database::open(test::fresh_practice(), clock).value();

  template <class F>
  auto write(F work) {
    clock.advance(1s);
    return database
        ->write([&](Transaction& tx) -> Result<decltype(work(tx))> { return work(tx); })
        .value();
  }
  template <class F>
  auto read(F work) {
    return database
        ->read([&](soci::session& sql) {
          SqlRecordReader reader(sql);
          return work(reader);
        })
        .value();
  }
  std::string new_patient() {
    return write([](Transaction& tx) { return put(tx, test::test_patient()); });
  }
};

template <class M>
M every_field() {
  M message;
  fill_every_field(message);
  return message;
}

TEST_CASE("every field of every kind of row comes back as it was written") {
  Record record;
  const auto same = [](const auto& written, const auto& rows) {
    REQUIRE(rows.rows.size() == 1);
    CHECK(rows.completeness == Completeness::complete);
    INFO(written.GetDescriptor()->full_name());
    std::string difference;
    MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&difference);
    const bool equal = differencer.Compare(written, rows.rows.front());
    CAPTURE(difference);
    CHECK(equal);
  };
  const auto now = [&] { return record.clock.now(); };
  const auto whole = [&](const std::string& patient) { return PatientQuery{patient, now(), std::nullopt}; };

  auto patient = every_field<v1::Patient>();
  record.write([&](Transaction& tx) { return put(tx, patient); });
  same(patient, record.read([&](RecordReader& reader) { return reader.patient(patient.id(), now()); }));

  auto doctor = every_field<v1::Practitioner>();
  record.write([&](Transaction& tx) { return put(tx, doctor); });
  same(doctor, record.read([&](RecordReader& reader) { return reader.practitioners(now()); }));

  auto report = every_field<v1::LabReport>();
  record.write([&](Transaction& tx) { return put(tx, report); });
  same(report, record.read([&](RecordReader& reader) { return reader.report(report.id(), now()); }));

  auto observation = every_field<v1::Observation>();
  observation.set_report_id(report.id());
  record.write([&](Transaction& tx) { return put(tx, report, observation); });
  same(observation, record.read([&](RecordReader& reader) { return reader.observations_of(report.id(), now()); }));

  const std::string owner = "pat-of-rows";
  auto condition = every_field<v1::Condition>();
  record.write([&](Transaction& tx) { return put(tx, owner, condition); });
  same(condition, record.read([&](RecordReader& reader) { return reader.conditions(whole(owner)); }));

  auto medication = every_field<v1::MedicationStatement>();
  record.write([&](Transaction& tx) { return put(tx, owner, medication); });
  same(medication, record.read([&](RecordReader& reader) { return reader.medications(whole(owner)); }));

  auto target = every_field<v1::Target>();
  record.write([&](Transaction& tx) { return put(tx, owner, target); });
  same(target, record.read([&](RecordReader& reader) { return reader.targets(whole(owner)); }));

  auto known = every_field<v1::KnownAnomaly>();
  record.write([&](Transaction& tx) { return put(tx, owner, known); });
  same(known, record.read([&](RecordReader& reader) { return reader.known_anomalies(whole(owner)); }));

  auto word = every_field<v1::ContextWord>();
  record.write([&](Transaction& tx) { return put_flag(tx, owner, word); });
  same(word, record.read([&](RecordReader& reader) { return reader.flags(whole(owner)); }));

  auto immunization = every_field<v1::Immunization>();
  record.write([&](Transaction& tx) { return put(tx, owner, immunization); });
  same(immunization, record.read([&](RecordReader& reader) { return reader.immunizations(whole(owner)); }));

  auto ald = every_field<v1::LongTermCondition>();
  record.write([&](Transaction& tx) { return put(tx, owner, ald); });
  same(ald, record.read([&](RecordReader& reader) { return reader.long_term_conditions(whole(owner)); }));

  auto appointment = every_field<v1::Appointment>();
  record.write([&](Transaction& tx) { return put(tx, appointment); });
  same(appointment,
       record.read([&](RecordReader& reader) { return reader.appointments(whole(appointment.patient_id())); }));

  auto message = every_field<v1::Message>();
  record.write([&](Transaction& tx) { return put(tx, owner, message); });
  same(message, record.read([&](RecordReader& reader) { return reader.messages(whole(owner)); }));
}

TEST_CASE("numbers keep every bit and absent optional fields stay absent") {
  Record record;
  const auto patient = record.new_patient();
  auto report = test::report_of(patient, record.clock.now());
  report.clear_collected_ms();
  auto precise = test::result("2823-3", 0.1 + 0.2);
  precise.set_low(-1.7976931348623157e308);
  v1::Observation textual;
  textual.set_code("2823-3");
  textual.set_code_system("loinc");
  textual.set_value_text("non rendu");
  record.write([&](Transaction& tx) {
    report.set_id(put(tx, report));
    put(tx, report, precise);
    put(tx, report, textual);
    return 0;
  });
  const auto rows = record.read([&](RecordReader& reader) {
    return reader.observations_of(report.id(), record.clock.now());
  }).rows;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].value() == 0.1 + 0.2);
  CHECK(rows[0].low() == -1.7976931348623157e308);
  CHECK_FALSE(rows[0].has_high());
  CHECK_FALSE(rows[1].has_value());
  const auto read_report =
      record.read([&](RecordReader& reader) { return reader.report(report.id(), record.clock.now()); }).rows.front();
  CHECK_FALSE(read_report.has_collected_ms());
}

TEST_CASE("a document comes back with its bytes whatever they are") {
  Record record;
  const auto patient = record.new_patient();
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes.push_back(static_cast<char>(i * 7));
  v1::Document pdf;
  pdf.set_type_code("11502-2");
  v1::Document letter;
  letter.set_type_code("34133-9");
  record.write([&](Transaction& tx) { return put(tx, patient, pdf, bytes) + put(tx, patient, letter, bytes); });
  const PatientQuery query{patient, record.clock.now(), std::nullopt};
  const auto all = record.read([&](RecordReader& reader) { return reader.documents(query, {}); }).rows;
  REQUIRE(all.size() == 2);
  CHECK(all[0].content() == bytes);
  CHECK(all[0].document().size_bytes() == 1000);
  const auto some = record.read([&](RecordReader& reader) { return reader.documents(query, {"34133-9"}); }).rows;
  REQUIRE(some.size() == 1);
  CHECK(some[0].document().type_code() == "34133-9");
}

TEST_CASE("a read as of an earlier instant sees the record as it was known then") {
  Record record;
  const auto before = record.clock.now();
  const auto id = record.new_patient();
  const auto then = record.clock.now();
  auto changed = test::test_patient();
  changed.set_id(id);
  changed.set_treating_doctor_id("durand");
  record.write([&](Transaction& tx) { return put(tx, changed); });
  const auto now = record.clock.now();
  const auto doctor_at = [&](Instant at) {
    const auto rows = record.read([&](RecordReader& reader) { return reader.patient(id, at); }).rows;
    return rows.empty() ? std::string("none") : rows.front().treating_doctor_id();
  };
  CHECK(doctor_at(before) == "none");
  CHECK(doctor_at(then) == "martin");
  CHECK(doctor_at(now) == "durand");
}

TEST_CASE("a row taken out of the record is still there as of before") {
  Record record;
  const auto patient = record.new_patient();
  v1::Condition condition;
  condition.set_code("N18");
  const auto id = record.write([&](Transaction& tx) { return put(tx, patient, condition); });
  const auto then = record.clock.now();
  CHECK(record.write([&](Transaction& tx) { return remove<v1::Condition>(tx, id); }));
  CHECK_FALSE(record.write([&](Transaction& tx) { return remove<v1::Condition>(tx, id); }));
  const auto count = [&](Instant at) {
    return record.read([&](RecordReader& reader) { return reader.conditions({patient, at, std::nullopt}); }).rows.size();
  };
  CHECK(count(then) == 1);
  CHECK(count(record.clock.now()) == 0);
}

TEST_CASE("patients are found by INS with its OID and by strict traits") {
  Record record;
  const auto id = record.new_patient();
  auto other = test::test_patient();
  other.clear_ins();
  other.mutable_traits()->set_birth_family("PAT-QUATRE");
  other.mutable_traits()->set_birth_date("1980-01-01");
  record.write([&](Transaction& tx) { return put(tx, other); });
  const auto now = record.clock.now();
  const auto by_ins = [&](const char* oid) {
    v1::Ins ins;
    ins.set_value("279035121518989");
    ins.set_oid(oid);
    return record.read([&](RecordReader& reader) { return reader.patients_by_ins(ins, now); }).rows;
  };
  REQUIRE(by_ins("1.2.250.1.213.1.4.10").size() == 1);
  CHECK(by_ins("1.2.250.1.213.1.4.10").front().id() == id);
  CHECK(by_ins("1.2.250.1.213.1.4.8").empty());
  CHECK(record.read([&](RecordReader& reader) { return reader.patients_by_ins({}, now); }).rows.empty());

  const auto by_traits = [&](const char* family, const char* date) {
    v1::Traits traits;
    traits.set_birth_family(family);
    traits.set_birth_date(date);
    return record.read([&](RecordReader& reader) { return reader.patients_by_traits(traits, now); }).rows.size();
  };
  CHECK(by_traits("pat-trois", "") == 1);
  CHECK(by_traits("INCONNU", "1980-01-01") == 1);
  CHECK(by_traits("PAT-TROIS", "1980-01-01") == 2);
  CHECK(by_traits("", "") == 0);
}

TEST_CASE("a report given to a patient brings its results into that patient's history") {
  Record record;
  const auto patient = record.new_patient();
  auto report = test::report_of("", record.clock.now());
  record.write([&](Transaction& tx) {
    report.set_id(put(tx, report));
    put(tx, report, test::result("2823-3", 4.1));
    put(tx, report, test::result("2951-2", 140));
    return 0;
  });
  const auto before = record.clock.now();
  const auto history = [&](Instant at) {
    return record.read([&](RecordReader& reader) { return reader.observations({{patient, at, std::nullopt}, {}}); }).rows;
  };
  CHECK(history(before).empty());
  record.clock.advance(1s);
  REQUIRE(record.database->write([&](Transaction& tx) { return assign_report(tx, report.id(), patient); }));
  REQUIRE(history(record.clock.now()).size() == 2);
  CHECK(history(record.clock.now())[0].code() == "2823-3");
  CHECK(history(before).empty());
  const auto assigned =
      record.read([&](RecordReader& reader) { return reader.report(report.id(), record.clock.now()); }).rows.front();
  CHECK(assigned.patient_id() == patient);
  CHECK(assigned.identity_match() == v1::IDENTITY_MATCH_UNIQUE);

  const auto nobody = record.database->write([&](Transaction& tx) { return assign_report(tx, report.id(), "pat-99"); });
  CHECK(nobody.error().code == Code::not_found);
  const auto nothing = record.database->write([&](Transaction& tx) { return assign_report(tx, "rep-99", patient); });
  CHECK(nothing.error().code == Code::not_found);
}

TEST_CASE("cancelled and replaced reports leave history with their results") {
  Record record;
  const auto patient = record.new_patient();
  const auto add = [&](v1::ReportStatus status, const std::string& replaces, double value) {
    auto report = test::report_of(patient, record.clock.now());
    report.set_status(status);
    report.set_replaces_id(replaces);
    return record.write([&](Transaction& tx) {
      report.set_id(put(tx, report));
      put(tx, report, test::result("2823-3", value));
      return report.id();
    });
  };
  const auto values = [&](Instant at) {
    std::string text;
    for (const auto& row :
         record.read([&](RecordReader& reader) { return reader.observations({{patient, at, std::nullopt}, {}}); }).rows) {
      text += std::to_string(static_cast<int>(row.value())) + " ";
    }
    return text;
  };
  const auto first = add(v1::REPORT_STATUS_FINAL, "", 4);
  const auto then = record.clock.now();
  CHECK(values(then) == "4 ");
  add(v1::REPORT_STATUS_CORRECTED, first, 5);
  CHECK(values(record.clock.now()) == "5 ");
  add(v1::REPORT_STATUS_CANCELLED, "", 6);
  CHECK(values(record.clock.now()) == "5 ");
  CHECK(values(then) == "4 ");
  const auto reports = record.read([&](RecordReader& reader) {
    return reader.reports({patient, record.clock.now(), std::nullopt});
  });
  CHECK(reports.rows.size() == 1);
  CHECK(record.read([&](RecordReader& reader) { return reader.report(first, record.clock.now()); }).rows.size() == 1);
}

TEST_CASE("results count as seen from the moment a doctor saw their report") {
  Record record;
  const auto patient = record.new_patient();
  auto report = test::report_of(patient, record.clock.now());
  record.write([&](Transaction& tx) {
    report.set_id(put(tx, report));
    return put(tx, report, test::result("2823-3", 4.1));
  });
  const auto before = record.clock.now();
  record.write([&](Transaction& tx) {
    mark_seen(tx, report.id(), "martin");
    mark_seen(tx, report.id(), "martin");
    return 0;
  });
  const auto seen = [&](Instant at) {
    return record.read([&](RecordReader& reader) { return reader.observations({{patient, at, std::nullopt}, {}}); })
        .rows.front()
        .seen_by_doctor();
  };
  CHECK_FALSE(seen(before));
  CHECK(seen(record.clock.now()));
}

TEST_CASE("history is cut to codes and to a first instant") {
  Record record;
  const auto patient = record.new_patient();
  const auto now = record.clock.now();
  record.write([&](Transaction& tx) {
    for (const int days : {10, 100, 1000}) {
      auto report = test::report_of(patient, now - std::chrono::days(days));
      report.set_id(put(tx, report));
      put(tx, report, test::result("2823-3", days));
      auto local = test::result("K", days);
      local.set_code_system("local");
      put(tx, report, local);
    }
    return 0;
  });
  const auto count = [&](std::optional<Instant> since, std::vector<std::string> codes) {
    return record.read([&](RecordReader& reader) {
      return reader.observations({{patient, record.clock.now(), since}, std::move(codes)});
    }).rows.size();
  };
  CHECK(count(std::nullopt, {}) == 6);
  CHECK(count(now - 365 * 24h, {}) == 4);
  CHECK(count(now - 365 * 24h, {"2823-3"}) == 2);
  CHECK(count(std::nullopt, {"K"}) == 0);
}

TEST_CASE("a block of patients reads as each patient read alone") {
  Record record;
  const auto now = record.clock.now();
  std::vector<std::string> patients;
  for (int i = 0; i < 5; ++i) patients.push_back(record.new_patient());
  const auto add = [&](const std::string& patient, int days, v1::ReportStatus status, const std::string& replaces) {
    auto report = test::report_of(patient, now - std::chrono::days(days));
    report.set_status(status);
    report.set_replaces_id(replaces);
    return record.write([&](Transaction& tx) {
      report.set_id(put(tx, report));
      for (const double value : {4.1, 5.2}) put(tx, report, test::result("2823-3", value + days));
      auto cancelled = test::result("2951-2", 140);
      cancelled.set_status(v1::OBSERVATION_STATUS_CANCELLED);
      put(tx, report, cancelled);
      auto whole = every_field<v1::Observation>();
      whole.set_id("");
      put(tx, report, whole);
      return report.id();
    });
  };
  for (std::size_t i = 0; i + 1 < patients.size(); ++i) {
    add(patients[i], 10, v1::REPORT_STATUS_FINAL, "");
    const auto seen = add(patients[i], 400, v1::REPORT_STATUS_FINAL, "");
    const auto first = add(patients[i], 5, v1::REPORT_STATUS_FINAL, "");
    add(patients[i], 4, v1::REPORT_STATUS_CORRECTED, i % 2 == 0 ? first : "");
    add(patients[i], 3, v1::REPORT_STATUS_CANCELLED, "");
    record.write([&](Transaction& tx) {
      mark_seen(tx, seen, "martin");
      put(tx, patients[i], every_field<v1::Target>(), "");
      put(tx, patients[i], every_field<v1::KnownAnomaly>(), "");
      return put(tx, patients[i], test::result("718-7", 12));
    });
  }
  const auto at = record.clock.now();
  const auto text = [](const auto& rows) {
    std::string all = std::to_string(static_cast<int>(rows.completeness));
    for (const auto& row : rows.rows) all += row.DebugString() + "--\n";
    return all;
  };
  const auto told = [&](RecordReader& reader, const std::string& patient, std::optional<Instant> since) {
    const PatientQuery query{patient, at, since};
    return text(reader.patient(patient, at).value()) + text(reader.observations({query, {}}).value()) +
           text(reader.observations({query, {"2823-3"}}).value()) + text(reader.reports(query).value()) +
           text(reader.targets(query).value()) + text(reader.known_anomalies(query).value()) +
           text(reader.conditions(query).value()) + text(reader.flags(query).value());
  };
  for (const auto since : {std::optional<Instant>{}, std::optional<Instant>{now - std::chrono::days(100)}}) {
    const auto read = record.database->read([&](soci::session& sql) -> Result<std::size_t> {
      const SupersededReports superseded(sql, at);
      BlockReader block(sql, at, superseded);
      SqlRecordReader alone(sql);
      std::size_t count = 0;
      for (block.load("", 2); !block.patients().empty(); block.load(block.patients().back().id(), 2)) {
        for (const auto& patient : block.patients()) {
          CHECK(told(block, patient.id(), since) == told(alone, patient.id(), since));
          ++count;
        }
      }
      return count;
    });
    CHECK(read == patients.size());
  }
}

TEST_CASE("rows of nobody are never given to a patient without an id") {
  Record record;
  auto report = test::report_of("", record.clock.now());
  record.write([&](Transaction& tx) {
    report.set_id(put(tx, report));
    return put(tx, report, test::result("2823-3", 4.1));
  });
  const auto rows = record.read([&](RecordReader& reader) {
    return reader.observations({{"", record.clock.now(), std::nullopt}, {}});
  });
  CHECK(rows.rows.empty());
  CHECK(rows.completeness == Completeness::unknown);
}

}  // namespace
}  // namespace relais::records

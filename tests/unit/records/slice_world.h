// SPDX-License-Identifier: Apache-2.0
// A practice with one patient, to build slices from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "domain/civil_time.h"
#include "practice/database.h"
#include "records/record_store.h"
#include "records/slice_builder.h"
#include "records/sql_record_reader.h"
#include "support/record_samples.h"
#include "support/scratch.h"

namespace relais::test {

struct SliceWorld {
  Scratch scratch;
  TestClock clock;
  std::unique_ptr<practice::Database> database =
      practice::Database::open("sqlite:" + (scratch.path() / "p.db").string(), clock).value();
  plugins::Manifest manifest;
  std::string patient;
  // The report to evaluate.
  v1::LabReport current;

  SliceWorld() {
    patient = write([](practice::Transaction& tx) { return records::put(tx, test_patient()); });
    current = add_report(patient, 0, {{"2823-3", 5.9}, {"2160-0", 90}});
  }

  template <class F>
  std::invoke_result_t<F&, practice::Transaction&> write(F work) {
    return database->write([&](practice::Transaction& tx) -> Result<decltype(work(tx))> { return work(tx); }).value();
  }

  v1::LabReport add_report(const std::string& of, int days_ago, std::vector<std::pair<std::string, double>> results,
                           v1::ReportStatus status = v1::REPORT_STATUS_FINAL, const std::string& replaces = {}) {
    auto report = report_of(of, clock.now() - std::chrono::days(days_ago));
    report.set_status(status);
    report.set_replaces_id(replaces);
    write([&](practice::Transaction& tx) {
      report.set_id(records::put(tx, report));
      for (const auto& [code, value] : results) records::put(tx, report, result(code, value));
      return 0;
    });
    return report;
  }

  void declare(const std::string& kind, std::vector<std::string> codes = {}, std::optional<int> days = std::nullopt) {
    manifest.slice.push_back({kind, std::move(codes), days});
  }

  records::SliceRequest request(const std::string& item, const std::string& of) const {
    records::SliceRequest made;
    made.subject.set_item_id(item);
    made.subject.set_patient_id(of);
    made.subject.set_doctor_id("martin");
    made.subject.set_task_id("bio-triage");
    made.as_of = clock.now();
    made.version = 7;
    return made;
  }

  Result<worker::v1::Slice> try_build(const records::SliceRequest& wanted) {
    return database->read([&](soci::session& sql) {
      records::SqlRecordReader reader(sql);
      return records::build_slice(reader, records::ContextMap::built_in(), manifest, wanted);
    });
  }
  worker::v1::Slice build() { return try_build(request(current.id(), patient)).value(); }

  static std::optional<worker::v1::Completeness> state(const worker::v1::Slice& slice, const std::string& kind) {
    for (const auto& one : slice.kinds()) {
      if (one.kind() == kind) return one.completeness();
    }
    return std::nullopt;
  }
  // "code=value" of each result in order, with "*" for history.
  static std::string results(const worker::v1::Slice& slice) {
    std::string text;
    for (const auto& row : slice.observations()) {
      text += row.code() + "=" + std::to_string(static_cast<int>(row.value())) + (row.history() ? "* " : " ");
    }
    return text;
  }
};

}  // namespace relais::test

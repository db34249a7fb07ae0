// SPDX-License-Identifier: Apache-2.0
// A practice into which messages come: two doctors, one qualified test patient, everything on disk.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "integration/store/engine.h"
#include "practice/events.h"
#include "practice/inbound.h"
#include "records/ingest.h"
#include "records/ingest_rows.h"
#include "records/record_store.h"
#include "records/sql_record_reader.h"
#include "support/scratch.h"
#include "unit/records/formats/samples.h"

namespace relais::records {

// A CR-BIO of the official test identity.
struct Cda : samples::Report {
  std::string document_id = "1.2.3.4.1";
  std::string laboratory = R"(<id root="1.2.250.1.71.4.2.2" extension="1999999999"/><name>Labo des Deux-Rives</name>)";
  std::string order = R"(<inFulfillmentOf><order><id root="1.2.3.9" extension="F1"/></order></inFulfillmentOf>)";
  std::string local_id;  // the laboratory's own id of the patient

  Cda() { prescriber = prescriber_with("810000000001"); }
  static std::string prescriber_with(const std::string& national_id) {
    return R"(<participant typeCode="REF"><associatedEntity><id root="1.2.250.1.71.4.2.1" extension=")" + national_id +
           R"("/></associatedEntity></participant>)";
  }
  std::string text() const { return finished(xml()); }
  std::string text(const std::string& chosen_body) const { return finished(xml(chosen_body)); }

 private:
  std::string finished(std::string out) const {
    const auto replace = [&](const std::string& from, const std::string& to) {
      const auto at = out.find(from);
      REQUIRE(at != std::string::npos);
      out.replace(at, from.size(), to);
    };
    replace(R"(<id root="1.2.3.4.1"/>)", R"(<id root=")" + document_id + R"("/>)");
    replace("</recordTarget>", "</recordTarget><custodian><assignedCustodian><representedCustodianOrganization>" +
                                   laboratory + "</representedCustodianOrganization></assignedCustodian></custodian>" + order);
    replace("<patientRole>", "<patientRole>" + local_id);
    return out;
  }
};

// The same document, next version of the same set.
inline Cda version(int number, const std::string& value = "4.1") {
  Cda cda;
  cda.version = std::to_string(number);
  cda.document_id = "1.2.3.4.1." + std::to_string(number);
  cda.value = R"(<value xsi:type="PQ" value=")" + value + R"(" unit="mmol/L"/>)";
  if (number > 1) {
    cda.related = R"(<relatedDocument typeCode="RPLC"><parentDocument><id root="9.9.9"/></parentDocument></relatedDocument>)";
  }
  return cda;
}

// An ORU that carries it.
inline std::string oru(const std::string& cda, const std::string& control = "NW", const std::string& status = "F",
                       const std::string& more = {}) {
  samples::Message message;
  message.document = samples::base64(cda);
  message.control = control;
  message.obx_status = status;
  message.more = more;
  return message.text();
}

struct Office {
  test::Scratch scratch;
  test::TestClock clock;
  std::unique_ptr<practice::Database> database =
      practice::Database::open(test::fresh_practice(), clock).value();
  std::unique_ptr<practice::Ledger> ledger = practice::Ledger::open(*database, scratch.path()).value();
  practice::WorklistStore worklist{*database, *ledger};
  std::set<std::string> outside;  // practitioners that are not doctors of this practice
  Ingest ingest{*ledger,
                worklist,
                {{true, true},
                 date::locate_zone("Europe/Paris"),
                 [this](soci::session&, const std::string& id) { return !outside.contains(id); }}};

  Office() {
    write([&](Transaction& tx) -> Result<int> {
      put(tx, doctor("marchand", "810000000001"));
      put(tx, doctor("nguyen", "810000000002"));
      put(tx, patient("p-1"));
      return 0;
    });
  }

  static v1::Practitioner doctor(const std::string& id, const std::string& national_id) {
    v1::Practitioner one;
    one.set_id(id);
    one.set_national_id(national_id);
    return one;
  }
  static v1::Patient patient(const std::string& id) {
    v1::Patient one;
    one.set_id(id);
    one.mutable_ins()->set_value("279035121518989");
    one.mutable_ins()->set_oid("1.2.250.1.213.1.4.10");
    auto& traits = *one.mutable_traits();
    traits.set_birth_family("PAT-TROIS");
    traits.set_birth_given_first("DOMINIQUE");
    traits.set_birth_given_all("DOMINIQUE MARIE-LOUISE");
    traits.set_birth_date("1979-03-28");
    traits.set_sex(v1::SEX_FEMALE);
    traits.set_birth_place_insee("51215");
    one.set_identity_status(v1::IDENTITY_STATUS_QUALIFIEE);
    one.set_treating_doctor_id("nguyen");
    return one;
  }

  template <class F>
  typename std::invoke_result_t<F&, Transaction&>::value_type write(F work) {
    auto result = database->write(std::move(work));
    if (!result) FAIL(stable_code(result.error().code) << " " << result.error().detail);
    return *std::move(result);
  }
  template <class F>
  auto read(F work) {
    return database->read([&](soci::session& sql) -> Result<decltype(work(sql))> { return work(sql); }).value();
  }

  Receipt receive(const std::string& bytes) {
    clock.advance(std::chrono::seconds{1});
    const auto message =
        write([&](Transaction& tx) -> Result<practice::InboundMessage> { return practice::submit(tx, "test", bytes); });
    return write([&](Transaction& tx) { return ingest.process(tx, message.id); });
  }
  // Id of the one report that these bytes brought.
  std::string report_id(const std::string& bytes) {
    const auto receipt = receive(bytes);
    REQUIRE(receipt.report_ids.size() == 1);
    return receipt.report_ids[0];
  }
  std::vector<practice::Event> events() {
    return write([&](Transaction& tx) -> Result<std::vector<practice::Event>> {
      auto all = practice::claim_events(tx, 1000, std::chrono::minutes{1});
      for (const auto& event : all) {
        if (auto done = practice::finish_event(tx, event.seq); !done) return tl::unexpected(done.error());
      }
      return all;
    });
  }
  v1::LabReport report(const std::string& id) {
    return read([&](soci::session& sql) { return rows::reports(sql, "t.id = :id", {id}); }).at(0);
  }
  std::vector<v1::Observation> results(const std::string& id) {
    return read([&](soci::session& sql) { return rows::observations(sql, "t.report_id = :id", {id}); });
  }
  // What a slice would hold of this patient's past.
  std::vector<v1::Observation> history(const std::string& patient) {
    return read([&](soci::session& sql) {
      SqlRecordReader reader(sql);
      return reader.observations({{patient, clock.now(), std::nullopt}, {}}).value().rows;
    });
  }
  std::vector<QueueEntry> queue() {
    return database->read([](soci::session& sql) { return Ingest::queue(sql); }).value();
  }
  std::size_t ledger_count(const std::string& action) {
    practice::LedgerFilter filter;
    filter.action = action;
    return ledger->query(filter).value().size();
  }
};

}  // namespace relais::records

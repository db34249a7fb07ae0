// SPDX-License-Identifier: Apache-2.0
// The official example documents and messages, from their bytes to the record. RELAIS_CORPUS names their folder; without
// it each test is skipped by name.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "practice.h"
#include "records/formats/cda.h"
#include "records/ingest_notices.h"
#include "support/skip.h"
#include "worklist_view.h"

namespace relais::records {
namespace {

using practice::InboundState;
using Json = nlohmann::json;

std::optional<std::filesystem::path> corpus(const std::string& folder) {
  const char* chosen = std::getenv("RELAIS_CORPUS");
  const auto root = chosen != nullptr ? std::filesystem::path(chosen) : std::filesystem::path(RELAIS_DEFAULT_CORPUS);
  if (std::filesystem::exists(root / folder / "expected.json")) return root / folder;
  test::skip("corpus folder " + folder + " is not here");
  return std::nullopt;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Json expected_in(const std::filesystem::path& folder) {
  return Json::parse(bytes_of(folder / "expected.json")).at("files");
}

// The file of the practice is that of most examples, born in 51215, unless the test says otherwise.
void born_in(Office& office, const std::string& insee, const std::string& given_names = "DOMINIQUE MARIE-LOUISE") {
  office.write([&](Transaction& tx) -> Result<int> {
    auto patient = Office::patient("p-1");
    patient.mutable_traits()->set_birth_place_insee(insee);
    patient.mutable_traits()->set_birth_given_all(given_names);
    put(tx, patient);
    return 0;
  });
}

TEST_CASE("every official document is read and every coded result reaches the record once") {
  const auto folder = corpus("cda");
  if (!folder) return;
  const auto files = expected_in(*folder);
  REQUIRE_FALSE(files.empty());
  for (const auto& [name, file] : files.items()) {
    INFO(name);
    Office office;
    born_in(office, file.at("patient").value("birth_place_insee", ""));
    const auto receipt = office.receive(bytes_of(*folder / name));
    CHECK(receipt.message.state == InboundState::read);
    const auto type = file.at("type").value("code", "");
    const bool report = type == "11502-2" || type == "96173-0";
    // A report wakes the plugins, and so do conditions, treatments and vaccinations that a document tells.
    std::map<std::string, int> kinds;
    for (const auto& event : office.events()) ++kinds[event.kind];
    CHECK(kinds["lab_report.available"] == (report ? 1 : 0));
    const bool context = name.starts_with("VAC_") || name.starts_with("IPS-FR_") || name.starts_with("VSM_");
    CHECK((kinds["patient.changed"] > 0) == context);
    CHECK(kinds.size() == 2);
    REQUIRE(receipt.report_ids.size() == 1);
    const auto coded = file.at("results").size();
    if (report) {
      CHECK(office.results(receipt.report_ids[0]).size() == coded);
      CHECK(office.report(receipt.report_ids[0]).uncoded_content() ==
            (coded == 0 || file.at("level") == 1 || name.find("2nde-intention") != std::string::npos));
    } else {
      for (const auto& told : office.history("p-1")) CHECK(told.history());
      CHECK(office.history("p-1").size() >= coded);
    }
  }
}

TEST_CASE("the official vaccination record and synthesis become acts and show what they contradict") {
  const auto folder = corpus("cda");
  if (!folder) return;
  Office office;
  born_in(office, "51215");
  const auto acts = [&] {
    return office.read([&](soci::session& sql) {
      return SqlRecordReader(sql).immunizations({"p-1", office.clock.now(), std::nullopt}).value().rows;
    });
  };
  const auto receive = [&](const char* name) { office.receive(bytes_of(*folder / name)); };
  receive("VAC_2023.01.xml");
  // BCG in 1975, tetanus twice on 28/09/2009 by two lots, meningococcus in 2021.
  auto held = acts();
  REQUIRE(held.size() == 4);
  const auto of = [&](const std::string& lot) {
    const auto found = std::find_if(held.begin(), held.end(), [&](const auto& one) { return one.lot() == lot; });
    REQUIRE(found != held.end());
    return *found;
  };
  const auto bcg = of("235421176");
  CHECK(bcg.product_system() == "cis");
  CHECK(bcg.product_code() == "61077869");
  CHECK(bcg.given_on().empty());
  CHECK(bcg.given_about() == "1975");
  CHECK(bcg.dose_number() == 1);
  CHECK(bcg.performer_name() == "Charles MULLER");
  CHECK(bcg.performer_national_id() == "801234567897");
  CHECK(bcg.proof() == 1);
  CHECK(of("4456668").given_on() == "2009-09-28");
  CHECK(of("4456668").conflicts_with_size() == 1);
  CHECK(of("4456668").conflicts_with(0) == of("4456672").id());
  CHECK(of("357904636").conflicts_with().empty());
  CHECK(of("357904636").given_on() == "2021-04-09");
  const auto read = formats::read_cda(bytes_of(*folder / "VAC_2023.01.xml"));
  REQUIRE(read);
  CHECK(formats::has(read->anomalies, formats::AnomalyCode::cda_immunization_same_id));
  CHECK(formats::has(read->anomalies, formats::AnomalyCode::cda_immunization_before_birth));

  // The synthesis gives the lots of tetanus to a combined vaccine: shown, not merged.
  receive("IPS-FR_2024.01.xml");
  held = acts();
  CHECK(held.size() == 6);
  CHECK(std::count_if(held.begin(), held.end(), [](const auto& one) { return one.product_code() == "60917345"; }) == 2);
  for (const auto& one : held) CHECK((one.lot().starts_with("44566") == !one.conflicts_with().empty()));

  // A laboratory that was told « not vaccinated » tells the record nothing.
  receive("BIO-CR-BIO_2024.01_DEP-CCU-tout-structure.xml");
  CHECK(acts().size() == 6);
}

TEST_CASE("the evening where every official document arrives keeps one chain and stops one discordant trait") {
  const auto folder = corpus("cda");
  if (!folder) return;
  Office office;
  std::vector<std::string> names;
  const auto files = expected_in(*folder);
  for (const auto& [name, file] : files.items()) names.push_back(name);
  std::sort(names.begin(), names.end());
  std::string first, second;
  for (const auto& name : names) {
    const auto receipt = office.receive(bytes_of(*folder / name));
    INFO(name);
    CHECK(receipt.message.state != InboundState::unreadable);
    if (name.find("Microbiologie_V1") != std::string::npos) first = receipt.report_ids.at(0);
    if (name.find("Microbiologie_V2") != std::string::npos) second = receipt.report_ids.at(0);
    if (name.find("Electrophorese") != std::string::npos) {
      CHECK(receipt.message.error_code == "identity.discordant");
      CHECK(office.queue().at(0).differing_traits == std::vector<std::string>{"lieu de naissance"});
    }
  }
  REQUIRE_FALSE(first.empty());
  CHECK(first == second);
  CHECK(office.report(first).version() == 2);
  CHECK(office.report(office.report(first).replaces_id()).version() == 1);
  CHECK(office.queue().size() == 1);
  const auto events = office.events().size();
  for (const auto& name : names) office.receive(bytes_of(*folder / name));
  CHECK(events > 0);
  CHECK(office.events().empty());
  CHECK(office.ledger->verify().value().ok());
}

TEST_CASE("official messages are integrated replaced or quarantined as they must") {
  const auto folder = corpus("hl7v2");
  if (!folder) return;
  Office office;
  // These examples give the same number another birth place and fewer given names than the documents do.
  born_in(office, "63220", "DOMINIQUE");
  const auto receive = [&](const char* name) { return office.receive(bytes_of(*folder / name)); };

  const auto initial = receive("oru_segur_init_n3.hl7");
  CHECK(initial.message.state == InboundState::read);
  REQUIRE(initial.report_ids.size() == 1);
  CHECK(office.report(initial.report_ids[0]).patient_id() == "p-1");
  const auto replaced = receive("oru_segur_rplc_n3.hl7");
  CHECK(replaced.report_ids == initial.report_ids);
  CHECK(office.report(initial.report_ids[0]).version() == 2);
  CHECK(office.events().size() == 2);

  const auto deleting = receive("oru_segur_del_n3.hl7");
  CHECK(deleting.message.state == InboundState::a_rattacher);
  CHECK(deleting.message.error_code == "identity.envelope-mismatch");
  CHECK(office.report(initial.report_ids[0]).status() != v1::REPORT_STATUS_CANCELLED);

  const auto other = receive("mdm_lps_v1.0_cr_bio.hl7");
  CHECK(other.message.error_code == "identity.envelope-mismatch");
  CHECK(office.report(other.report_ids.at(0)).patient_id().empty());

  for (const auto* name : {"oru_v1.2_init_placeholder.hl7", "oru_v2.1_init_n1_n3_placeholder.hl7",
                           "oru_v2.0_rplc_n1_n3_placeholder.er7"}) {
    INFO(name);
    const auto receipt = receive(name);
    REQUIRE(receipt.report_ids.size() == 1);
    CHECK(office.report(receipt.report_ids[0]).uncoded_content());
    CHECK(office.results(receipt.report_ids[0]).empty());
  }
  CHECK(office.events().size() == 5);
  for (const auto* name : {"ack_r01.hl7", "zam_z01_reception_dmp_negative.hl7", "zam_z02_reception_mss.hl7",
                           "zam_z03_lecture_mss.hl7"}) {
    INFO(name);
    CHECK(receive(name).message.state == InboundState::read);
  }
  CHECK(office.events().empty());
}

TEST_CASE("the official syntheses bring their conditions and treatments to the record") {
  const auto folder = corpus("cda");
  if (!folder) return;
  Office office;
  const auto files = expected_in(*folder);
  for (const auto& [name, told] : std::vector<std::pair<std::string, std::string>>{{"VSM", "I20.0"}, {"IPS", "E06.3"}}) {
    const auto file = std::find_if(files.items().begin(), files.items().end(),
                                   [&, wanted = name](const auto& one) { return one.key().starts_with(wanted); });
    if (file == files.items().end()) continue;
    INFO(name);
    born_in(office, file.value().at("patient").value("birth_place_insee", ""));
    office.receive(bytes_of(*folder / file.key()));
    const auto held = office.read([&](soci::session& sql) {
      return SqlRecordReader(sql).conditions({"p-1", office.clock.now(), std::nullopt}).value().rows;
    });
    CHECK(std::any_of(held.begin(), held.end(), [&, code = told](const auto& one) { return one.code() == code; }));
    const auto taken = office.read([&](soci::session& sql) {
      return SqlRecordReader(sql).medications({"p-1", office.clock.now(), std::nullopt}).value().rows;
    });
    CHECK_FALSE(taken.empty());
  }
}

TEST_CASE("the official acknowledgements speak of the official message and only a refusal asks for somebody") {
  const auto folder = corpus("hl7v2");
  if (!folder) return;
  Office office;
  born_in(office, "63220", "DOMINIQUE");
  const auto receive = [&](const char* name) { return office.receive(bytes_of(*folder / name)); };
  // The same number is on every example: only one of them is sent here.
  const auto id = receive("oru_segur_init_n3.hl7").report_ids.at(0);
  for (const auto* name : {"ack_r01.hl7", "zam_z02_reception_mss.hl7", "zam_z03_lecture_mss.hl7"}) receive(name);
  CHECK(notices(office).empty());
  receive("zam_z01_reception_dmp_negative.hl7");
  const auto shown = only_notice(office, "accuse-negatif-dmp");
  CHECK(shown.key.scope.subject.item_id == id);
  CHECK(shown.finding.reasons.at(0).text.find("DMP fermé (DMPClosed)") != std::string::npos);
  CHECK(office.ledger_count("ingest.acknowledged-positive") == 3);
}

TEST_CASE("the official deletion and what it does not agree with stand in quarantine on the list") {
  const auto folder = corpus("hl7v2");
  if (!folder) return;
  Office office;
  born_in(office, "63220", "DOMINIQUE");
  office.receive(bytes_of(*folder / "oru_segur_init_n3.hl7"));
  office.receive(bytes_of(*folder / "oru_segur_del_n3.hl7"));
  CHECK(only_notice(office, notice::lost_cancellation).finding.reasons.at(0).rule == "identity.envelope-mismatch");
  office.receive(bytes_of(*folder / "mdm_lps_v1.0_cr_bio.hl7"));
  CHECK(notice_of(office, notice::quarantine).finding.reasons.at(0).rule == "identity.envelope-mismatch");
}

TEST_CASE("every HPRIM file is read and every one of its results reaches the record once") {
  const auto folder = corpus("hprim");
  if (!folder) return;
  const auto files = expected_in(*folder);
  REQUIRE_FALSE(files.empty());
  for (const auto& [name, file] : files.items()) {
    INFO(name);
    Office office;
    const auto receipt = office.receive(bytes_of(*folder / name));
    CHECK(receipt.message.state == InboundState::a_rattacher);
    CHECK(receipt.report_ids.size() == file.at("messages").size());
    CHECK(office.events().size() == file.at("messages").size());
    std::size_t results = 0, expected = 0;
    for (const auto& id : receipt.report_ids) results += office.results(id).size();
    for (const auto& message : file.at("messages")) expected += message.at("results").size();
    CHECK(results == expected);
  }
}

}  // namespace
}  // namespace relais::records

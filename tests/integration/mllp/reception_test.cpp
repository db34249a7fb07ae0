// SPDX-License-Identifier: Apache-2.0
// A practice behind the listener: kept before it is answered, and answered the same way each time.
#include "app/mllp_reception.h"

#include "gateway.h"
#include "practice.h"
#include "records/ingest_notices.h"
#include "worklist_view.h"

namespace relais::app {
namespace {

using records::Cda;
using records::Office;
using records::oru;
using records::version;

struct Door {
  Office office;
  int arrived = 0;
  MllpReception reception{*office.database, *office.ledger, office.ingest, *date::locate_zone("Europe/Paris"),
                          [this] { ++arrived; }};
  std::unique_ptr<MllpListener> listener = start();

  std::unique_ptr<MllpListener> start() {
    MllpSettings settings;
    settings.address = "127.0.0.1:0";
    return MllpListener::start(settings, [this](std::string message, MllpListener::Answer answer) {
             reception.receive(std::move(message), std::move(answer));
           }).value();
  }
  std::string ask(const std::string& message) { return Gateway(listener->port()).ask(message); }
  long long count(const std::string& table) {
    return office.read([&](soci::session& sql) {
      long long rows = 0;
      sql << "SELECT COUNT(*) FROM " + table, soci::into(rows);
      return rows;
    });
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a message is kept and read before it is acknowledged") {
  Door door;
  const auto answer = door.ask(oru(Cda().text()));
  CHECK(answer.starts_with("MSH|^~\\&|CABINET|cab|SIL|labo|"));
  CHECK(has(answer, "||ACK^R01^ACK|ACK-in-"));
  CHECK(has(answer, "\rMSA|AA|LABO-2026-000417\r"));
  CHECK_FALSE(has(answer, "ERR"));
  CHECK(door.office.history("p-1").size() == 1);
  CHECK(door.office.ledger_count("ingest.received") == 1);
  CHECK(door.arrived == 1);
}

TEST_CASE("the same message again gets the same acknowledgement to the byte and brings no second report") {
  Door door;
  const auto first = door.ask(oru(Cda().text()));
  door.office.clock.advance(std::chrono::hours{1});
  CHECK(door.ask(oru(Cda().text())) == first);
  CHECK(door.count("ingest_report") == 1);
  CHECK(door.count("mllp_answer") == 1);
  CHECK(door.office.history("p-1").size() == 1);
}

TEST_CASE("the same bytes that came by another way before are acknowledged") {
  Door door;
  door.office.receive(oru(Cda().text()));
  CHECK(has(door.ask(oru(Cda().text())), "MSA|AA|LABO-2026-000417"));
  CHECK(door.count("ingest_report") == 1);
}

TEST_CASE("a message that cannot be read is kept and refused with its stable code") {
  Door door;
  const auto answer = door.ask("MSH|^~\\&|SIL|labo|CABINET|cab|20260104||ADT^A01|NUM-000123|P|2.5\rPID|||1\r");
  CHECK(has(answer, "\rMSA|AE|NUM-000123\r"));
  CHECK(has(answer, "|E|ingest.hl7v2.unsupported-type^"));
  CHECK(door.office.queue().at(0).state == practice::InboundState::unreadable);
}

TEST_CASE("what is not HL7 is kept and rejected") {
  Door door;
  const std::string bytes = "bonjour";
  const auto answer = door.ask(bytes);
  CHECK(has(answer, "||ACK|ACK-in-1|P|2.5|"));
  CHECK(has(answer, "\rMSA|AR|\r"));
  CHECK(has(answer, "|E|mllp.not-hl7^"));
  const auto queue = door.office.queue();
  REQUIRE(queue.size() == 1);
  CHECK(door.office.read([&](soci::session& sql) { return practice::inbound_bytes(sql, queue[0].inbound_id).value(); }) ==
        bytes);
}

TEST_CASE("an older version is answered 900 and what a human must decide is a warning") {
  Door door;
  CHECK(has(door.ask(oru(version(2, "6.8").text())), "MSA|AA|"));
  const auto older = door.ask(oru(version(1, "4.1").text()));
  // The chain was broken: this one mends it.
  CHECK(has(older, "MSA|AA|"));
  CHECK(has(door.ask(oru(version(4, "6.9").text())), "MSA|AA|"));
  const auto late = door.ask(oru(version(3, "6.7").text()));
  CHECK(has(late, "MSA|AE|"));
  CHECK(has(late, "|E|900^"));
  auto stranger = Cda();
  stranger.ids = R"(<id root="1.2.250.1.213.1.4.10" extension="277076322082910"/>)";
  const auto quarantined = door.ask(oru(stranger.text()));
  CHECK(has(quarantined, "MSA|AA|"));
  CHECK(has(quarantined, "|W|904^"));
}

TEST_CASE("an acknowledgement that comes in is taken and never answered") {
  Door door;
  Gateway gateway(door.listener->port());
  gateway.send(mllp_frame("MSH|^~\\&|A|B|SIL|labo|20260104||ACK^R01|417|P|2.5\rMSA|AE|015\r"));
  // The next message gets the first answer there is.
  CHECK(has(gateway.ask(oru(Cda().text())), "MSA|AA|LABO-2026-000417"));
  CHECK(door.count("ingest_acknowledgement") == 1);
  CHECK(records::notices(door.office).size() == 1);
}

TEST_CASE("a business acknowledgement is a message and is answered") {
  Door door;
  const auto answer = door.ask("MSH|^~\\&|A|B|SIL|labo|20260104||ZAM^Z01^ZAM_Z01|ZAM-0417|P|2.6\rEVN||20260104\r"
                               "OBX|1|CWE|ACK_RECEPTION_DMP^x^y|015|N^^z||||||F|\r");
  CHECK(has(answer, "||ACK^Z01^ACK|"));
  CHECK(has(answer, "|P|2.6|"));
  CHECK(has(answer, "MSA|AA|ZAM-0417"));
}

TEST_CASE("what a message says cannot break the frame or the segments of its answer") {
  Door door;
  const auto answer = door.ask("MSH|^~\\&|S\x0BIL\x1C|la\x01" "bo|CABINET|cab|20260104||ADT^A01|N\\F\\1\\S\\2|P|2.5\r");
  CHECK(has(answer, "MSA|AE|N\\F\\1\\S\\2\r"));
  for (const char c : {'\x0B', '\x1C', '\x01'}) CHECK(answer.find(c) == std::string::npos);
}

TEST_CASE("a message that the practice cannot keep is not acknowledged and can come again") {
  Door door;
  door.office.write([](practice::Transaction& tx) -> Result<int> {
    tx.sql() << "ALTER TABLE inbound RENAME TO inbound_away";
    return 0;
  });
  Gateway gateway(door.listener->port());
  gateway.send(mllp_frame(oru(Cda().text())));
  CHECK(gateway.ended());
  door.office.write([](practice::Transaction& tx) -> Result<int> {
    tx.sql() << "ALTER TABLE inbound_away RENAME TO inbound";
    return 0;
  });
  CHECK(has(door.ask(oru(Cda().text())), "MSA|AA|"));
  CHECK(door.count("ingest_report") == 1);
}

TEST_CASE("a stop in the middle of a frame keeps nothing of it and the whole message is taken afterwards") {
  Door door;
  const auto framed = mllp_frame(oru(Cda().text()));
  {
    Gateway gateway(door.listener->port());
    gateway.send(framed.substr(0, framed.size() / 2));
    door.listener->stop();
    CHECK(gateway.ended());
  }
  CHECK(door.count("inbound") == 0);
  door.listener = door.start();
  Gateway gateway(door.listener->port());
  gateway.send(framed);
  CHECK(has(gateway.answer(), "MSA|AA|"));
  CHECK(door.count("ingest_report") == 1);
}

TEST_CASE("many gateways at once lose nothing and bring nothing twice") {
  Door door;
  std::vector<std::unique_ptr<Gateway>> gateways;
  for (int i = 0; i < 8; ++i) gateways.push_back(std::make_unique<Gateway>(door.listener->port()));
  std::vector<std::string> messages;
  for (int i = 0; i < 8; ++i) {
    auto cda = Cda();
    cda.document_id = "1.2.3.4.7." + std::to_string(i);
    cda.set_id = R"(<setId root="1.2.3.7.)" + std::to_string(i) + R"("/>)";
    cda.order.clear();
    messages.push_back(oru(cda.text()));
  }
  // Each gateway sends two of them, one of which another sends too.
  for (std::size_t i = 0; i < 8; ++i) gateways[i]->send(mllp_frame(messages[i]) + mllp_frame(messages[(i + 1) % 8]));
  for (auto& gateway : gateways) {
    CHECK(has(gateway->answer(), "MSA|AA|"));
    CHECK(has(gateway->answer(), "MSA|AA|"));
  }
  CHECK(door.count("ingest_report") == 8);
  CHECK(door.office.ledger->verify().value().ok());
}

}  // namespace
}  // namespace relais::app

// SPDX-License-Identifier: Apache-2.0
// What becomes of a message that a gateway brings over MLLP: kept first, read, answered. The same bytes again get the same
// answer, byte for byte, and bring nothing new.
// Answers: AA kept and read; AA with a warning (errors 901 to 906 of the ANS guide) when a human must decide; AE with a
// stable code when it cannot be read, AE 900 when a newer version is held; AR when it is not HL7. In each of these cases
// the message is kept. An ACK is taken and never answered. What could not be kept is not answered at all.
#pragma once

#include <date/tz.h>

#include <functional>
#include <string>

#include "app/mllp_listener.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "records/ingest.h"

namespace relais::app {

class MllpReception {
 public:
  // All must outlive the works that receive() started. `arrived` is told, on the writer thread, of each message kept.
  MllpReception(practice::Database& database, practice::Ledger& ledger, records::Ingest& ingest,
                const date::time_zone& zone, std::function<void()> arrived)
      : database_(database), ledger_(ledger), ingest_(ingest), zone_(zone), arrived_(std::move(arrived)) {}

  // As MllpListener::Receive.
  void receive(std::string message, MllpListener::Answer answer);

 private:
  struct Kept;
  Result<std::string> answer(practice::Transaction& tx, const Kept& kept);

  practice::Database& database_;
  practice::Ledger& ledger_;
  records::Ingest& ingest_;
  const date::time_zone& zone_;
  const std::function<void()> arrived_;
};

}  // namespace relais::app

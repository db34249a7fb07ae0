// SPDX-License-Identifier: Apache-2.0
// One message on its way in: gathered, then stored verbatim with its ledger entry in one durable write.
#pragma once

#include <functional>
#include <string>

#include "api/call.h"
#include "practice/database.h"
#include "practice/ledger.h"
#include "relais/v1/ingest.pb.h"

namespace relais::api {

// A submission as the contract shows it; of a duplicate, the receipt of the first. Throws soci::soci_error.
Result<v1::SubmitResponse> receipt_of(soci::session& sql, const std::string& inbound_id);

class IngestUpload final : public Upload {
 public:
  IngestUpload(practice::Database& database, practice::Ledger& ledger, std::function<void()> arrived)
      : database_(database), ledger_(ledger), arrived_(std::move(arrived)) {}

  // The first part names the message.
  Answer<void> begin(const v1::SubmitRequest& first);
  // ingest.too-large over 64 MiB; relais.invalid-argument over 1 MiB a chunk.
  Answer<void> take(Call& call, const google::protobuf::Message& part) override;
  Answer<MessagePtr> finish(Call& call) override;

 private:
  Answer<void> add(const std::string& chunk);

  practice::Database& database_;
  practice::Ledger& ledger_;
  const std::function<void()> arrived_;
  std::string request_id_;
  std::string source_;
  std::string bytes_;
};

}  // namespace relais::api

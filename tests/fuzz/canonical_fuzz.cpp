// SPDX-License-Identifier: Apache-2.0
// Any JSON in canonical form: read again it is the same value, and its canonical form is itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "domain/canonical.h"
#include "practice/ledger_check.h"
#include "practice/ledger_head.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Json = nlohmann::ordered_json;
  const std::string text(reinterpret_cast<const char*>(data), size);
  // The readers of the ledger take whatever stands in a file or a row.
  (void)relais::practice::read_head(text, "");
  if (const auto body = relais::practice::read_body(text)) {
    const relais::practice::LedgerRow row{body->seq, text, relais::practice::genesis_hash(), {}};
    if (relais::practice::chain_hash(row.prev_hash, row.body).size() != 64) std::abort();
  }
  const auto value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return 0;
  const auto once = relais::fiche::canonical_json(value);
  if (!once) return 0;
  const auto again = relais::fiche::canonical_json(Json::parse(*once));
  if (!again || *again != *once) std::abort();
  return 0;
}

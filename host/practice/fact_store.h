// SPDX-License-Identifier: Apache-2.0
// What decisions must know and no fiche holds, as it was entered: presence, replacements, calendar, absences, kinship,
// opposition, restricted categories, titles, contracts, answers. Only added to: a fact is never changed, it is withdrawn,
// and both stay with who, when and why. Source: "The fiche de poste", sections 5, 6, 9 and 10.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/civil_time.h"
#include "practice/accounts.h"
#include "practice/database.h"
#include "practice/ledger.h"

namespace relais::practice {

enum class FactKind {
  presence, locum, holiday_region, closure, absence, kinship, opposition, category, attestation, title_revoked, contract,
  answer
};

// Words that facts hold as their value, besides those of domain/words.h.
namespace fact_value {
inline constexpr std::string_view present = "present";
inline constexpr std::string_view absent = "absent";
inline constexpr std::string_view france = "france";
inline constexpr std::string_view alsace_moselle = "alsace-moselle";
inline constexpr std::string_view kin = "oui";
inline constexpr std::string_view asked_none = "aucun";  // kinship and opposition: asked, none
inline constexpr std::string_view function_start = "prise-de-fonction";
inline constexpr std::string_view function_end = "fin-de-fonction";
inline constexpr std::string_view departure = "depart";
inline constexpr std::string_view aid_suspended = "suspension-aide";
inline constexpr std::string_view keep = "maintenir";
inline constexpr std::string_view end = "mettre-fin";
}  // namespace fact_value

// Stable word of a kind, as the database and the ledger hold it: "presence", "title-revoked", …
std::string_view name(FactKind kind);
std::optional<FactKind> fact_kind(std::string_view name);

// Which fields mean something depends on the kind; the others are empty.
struct Fact {
  std::int64_t seq = 0;
  std::string id;
  FactKind kind = FactKind::presence;
  std::string doctor_id;
  std::string assistant_id;
  std::string replacement_id;  // locum: who replaces
  std::string patient_id;
  std::string item_id;
  std::string value;
  Instant from{};
  std::optional<Instant> until;  // excluded; none: no end
  // As entered in days of the practice, both included.
  std::optional<fiche::CivilDate> from_date, until_date;
  std::string reference;  // contract, proof; of an answer: the question
  std::string reason;     // health data: in no log and no ledger
  Instant recorded{};
  std::string recorded_by;
  worklist::Role recorded_role = worklist::Role::system;
  struct Withdrawal {
    std::int64_t seq = 0;
    Instant at{};
    std::string by;
    worklist::Role role = worklist::Role::system;
    std::string reason;
  };
  std::optional<Withdrawal> withdrawn;

  // Recorded by then, and not withdrawn yet.
  bool stands(Instant known) const { return recorded <= known && !(withdrawn && withdrawn->at <= known); }
  bool covers(Instant at) const { return from <= at && (!until || at < *until); }
};

// Facts that satisfy every field set.
struct FactFilter {
  std::string id;
  std::vector<FactKind> kinds;  // empty: all
  std::string doctor_id, assistant_id, patient_id, item_id;
  // What was known at that instant: recorded by then, withdrawn only when it was by then.
  std::optional<Instant> known;
  bool standing_only = false;
  // Facts recorded or withdrawn after this number.
  std::int64_t after_seq = 0;
};

class FactStore {
 public:
  explicit FactStore(Ledger& ledger) : ledger_(ledger) {}

  // Inside a work of Database::write. Adds the fact, as of the work's instant, with one entry of the ledger; id, seq and
  // recorded fields are given here. The rules of who may say what are the caller's.
  Result<Fact> record(Transaction& tx, Fact fact, const Attribution& by, const std::string& on_behalf_of = {});
  // practice.withdrawn when it is already; relais.not-found.
  Result<Fact> withdraw(Transaction& tx, const std::string& id, std::string reason, const Attribution& by,
                        const std::string& on_behalf_of = {});

  // Oldest first.
  static std::vector<Fact> facts(soci::session& sql, const FactFilter& filter);
  // relais.not-found.
  static Result<Fact> fact(soci::session& sql, const std::string& id);
  // Items put in a restricted category by somebody, as known then; of several categories, the one no fiche opens.
  static std::map<std::string, std::string> categories(soci::session& sql, Instant known);
  // The number of the last row of either table; 0 when there is none.
  static std::int64_t last(soci::session& sql);

 private:
  Result<void> tell(Transaction& tx, const Fact& fact, const char* act, const Attribution& by,
                    const std::string& on_behalf_of);

  Ledger& ledger_;
};

}  // namespace relais::practice

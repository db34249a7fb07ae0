// SPDX-License-Identifier: Apache-2.0
// Who keeps the patient record of this practice: Relais' own database, or the practice's software.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "records/patient_list.h"
#include "records/record_reader.h"

namespace relais::records {

// Thread-safe in every implementation.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // A reader for one piece of work. `own` is the session of a work of Database::read or write, which the reader may not
  // outlive; a record kept elsewhere does not touch it.
  virtual std::unique_ptr<RecordReader> reader(soci::session& own) = 0;
  // At most `limit` patients known at `as_of` whose id comes after `after` (empty: from the first), in the order of ids.
  virtual Result<std::vector<ListedPatient>> patients_after(soci::session& own, const std::string& after,
                                                            std::int64_t limit, Instant as_of) = 0;

  // The practice's software keeps it: nothing of the record is written here.
  virtual bool elsewhere() const = 0;
  // As of when the record is read for an evaluation at `now`: later than that when a change was told that shows only
  // then, since two machines' clocks differ; by at most five minutes.
  virtual Instant latest(Instant now) const { return now; }
  // Readings that failed since the host started, and how the last one did: whoever decided something from the record
  // meanwhile may have decided it from nothing.
  virtual std::uint64_t failures() const { return 0; }
  virtual std::optional<Error> last_failure() const { return std::nullopt; }
};

// Relais' own database: what `own` reads. Lives for ever.
RecordSource& own_record();

}  // namespace relais::records

// SPDX-License-Identifier: Apache-2.0
#include "records/record_source.h"

#include "records/sql_record_reader.h"

namespace relais::records {
namespace {

class OwnRecord final : public RecordSource {
 public:
  std::unique_ptr<RecordReader> reader(soci::session& own) override { return std::make_unique<SqlRecordReader>(own); }
  Result<std::vector<ListedPatient>> patients_after(soci::session& own, const std::string& after, std::int64_t limit,
                                                    Instant as_of) override {
    return records::patients_after(own, after, limit, as_of);
  }
  bool elsewhere() const override { return false; }
};

}  // namespace

RecordSource& own_record() {
  static OwnRecord own;
  return own;
}

}  // namespace relais::records

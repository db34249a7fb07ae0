// SPDX-License-Identifier: Apache-2.0
#include "records/patient_list.h"

namespace relais::records {

std::vector<ListedPatient> patients_after(soci::session& sql, const std::string& after, std::int64_t limit,
                                          Instant as_of) {
  const long long at = as_of.time_since_epoch().count(), most = limit;
  ListedPatient row;
  soci::statement statement =
      (sql.prepare << "SELECT id, treating_doctor_id FROM record_patient WHERE id > :after AND recorded_from_ms <= :from "
                      "AND recorded_to_ms > :to ORDER BY id LIMIT :most",
       soci::use(after), soci::use(at), soci::use(at), soci::use(most), soci::into(row.id),
       soci::into(row.treating_doctor_id));
  statement.execute();
  std::vector<ListedPatient> found;
  while (statement.fetch()) found.push_back(row);
  return found;
}

}  // namespace relais::records

// SPDX-License-Identifier: Apache-2.0
#include "practice/doctors.h"

#include "practice/accounts.h"

namespace relais::practice {

bool is_open_doctor(soci::session& sql, const std::string& id) {
  const std::string doctor(role_word(worklist::Role::doctor));
  long long rows = 0;
  sql << "SELECT COUNT(*) FROM account WHERE id = :i AND role = :r AND disabled = 0", soci::use(id), soci::use(doctor),
      soci::into(rows);
  return rows != 0;
}

}  // namespace relais::practice

// SPDX-License-Identifier: Apache-2.0
// The one place where exceptions of the database libraries become errors.
#pragma once

#include <utility>

#include "domain/error.h"

namespace relais::practice {

// Call inside a catch block: the Error of the exception in flight. Its detail names the engine's error code and, for
// SQLite, its words about tables and columns; never the values of a statement, which are health data.
Error current_store_error();

// True for what says something of the store, such as a full disk, and nothing of the work that was asked of it: the same
// work may succeed as it stands once the store can work again.
inline bool is_of_the_store(Code code) {
  switch (code) {
    case Code::store_unavailable:
    case Code::store_busy:
    case Code::store_full:
    case Code::store_damaged:
    case Code::store_read_only:
    case Code::store_closed:
      return true;
    default:
      return false;
  }
}
// `error` itself when it is of the store, else the same under `code`.
inline tl::unexpected<Error> of_the_store_or(Code code, Error error) {
  if (!is_of_the_store(error.code)) error.code = code;
  return tl::unexpected(std::move(error));
}

}  // namespace relais::practice

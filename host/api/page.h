// SPDX-License-Identifier: Apache-2.0
// Lists cut in pages (common.proto, Page): a bounded size and an opaque token that only continues the request it was
// given for. A token opens nothing: the mandate is asked again at every page.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "relais/v1/common.pb.h"

namespace relais::api {

// The page that a request asks for.
struct PageWanted {
  std::int64_t size = 100;
  std::string cursor;  // where the page before ended, in the method's own words; empty at the first page
  std::string scope;   // what the token is valid for
};

// Reads the field `page` of `request`. relais.invalid-argument, with the place, for a size outside 0 to 1000 or a token
// that was not given for the same request by the same caller.
Answer<PageWanted> read_page(const Call& call, const google::protobuf::Message& request);

// The token that continues after `cursor`.
std::string page_token(const PageWanted& page, std::string_view cursor);

// A whole number written by page_token's caller; relais.invalid-argument when it is none.
Answer<std::int64_t> number_cursor(const PageWanted& page);

// The rows of one page out of `rows`, in their order; `next` gets the token of the next page, empty at the end. For
// lists that are short enough to be read whole: those of one patient.
template <class T>
Answer<std::vector<T>> cut_page(const PageWanted& page, std::vector<T> rows, std::string& next) {
  std::int64_t first = 0;
  if (!page.cursor.empty()) {
    const auto read = number_cursor(page);
    if (!read) return tl::unexpected(read.error());
    first = *read;
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  const auto begin = first < count ? first : count;
  const auto end = count - begin > page.size ? begin + page.size : count;
  if (end < count) next = page_token(page, std::to_string(end));
  return std::vector<T>(std::make_move_iterator(rows.begin() + begin), std::make_move_iterator(rows.begin() + end));
}

}  // namespace relais::api

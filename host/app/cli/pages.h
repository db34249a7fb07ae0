// SPDX-License-Identifier: Apache-2.0
// Lists that the host cuts in pages, read to their end: what a person is shown is the whole list.
#pragma once

#include "app/cli/commands.h"

namespace relais::cli {

// Calls `method` for each page of `request`, in their order, and gives each answer to `use`. Throws CallFailed unless
// every call succeeds; `use` has then had the pages before.
template <class Response, class Stub, class Method, class Request, class Use>
void each_page(const Session& session, Stub& stub, Method method, Request request, Use use) {
  do {
    const auto answer = call<Response>(session, stub, method, request);
    use(answer);
    request.mutable_page()->set_token(answer.next_page_token());
  } while (!request.page().token().empty());
}

}  // namespace relais::cli

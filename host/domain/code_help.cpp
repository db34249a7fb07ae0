// SPDX-License-Identifier: Apache-2.0
#include "domain/code_help.h"

#include <fmt/format.h>

#include <algorithm>

namespace relais {
namespace {

constexpr Code known_codes[] = {
#define RELAIS_CODE(identifier, stable, french) Code::identifier,
#include "domain/codes.def"
#undef RELAIS_CODE
};

struct CodeArea {
  std::string_view prefix;
  std::string_view name;
  std::string_view what_to_do;
};

constexpr CodeArea code_areas[] = {
#define RELAIS_AREA(prefix, name, advice) {prefix, name, advice},
#define RELAIS_HELP(identifier, advice)
#define RELAIS_STATUS(identifier, status)
#include "domain/codes_help.def"
#undef RELAIS_AREA
#undef RELAIS_HELP
#undef RELAIS_STATUS
};

const CodeArea* code_area(Code code) {
  const auto stable = stable_code(code);
  const auto prefix = stable.substr(0, stable.find('.'));
  const auto* const found = std::ranges::find(code_areas, prefix, &CodeArea::prefix);
  return found == std::end(code_areas) ? nullptr : found;
}

}  // namespace

std::span<const Code> all_codes() { return known_codes; }

std::optional<Code> find_code(std::string_view stable) {
  const auto* const found = std::ranges::find(known_codes, stable, &stable_code);
  return found == std::end(known_codes) ? std::nullopt : std::optional(*found);
}

std::string_view area_of(Code code) {
  const auto* const area = code_area(code);
  return area == nullptr ? std::string_view{} : area->name;
}

std::string_view what_to_do(Code code) {
  switch (code) {
#define RELAIS_AREA(prefix, name, advice)
#define RELAIS_HELP(identifier, advice) \
  case Code::identifier:                \
    return advice;
#define RELAIS_STATUS(identifier, status)
#include "domain/codes_help.def"
#undef RELAIS_AREA
#undef RELAIS_HELP
#undef RELAIS_STATUS
    default:
      break;
  }
  const auto* const area = code_area(code);
  return area == nullptr ? std::string_view{} : area->what_to_do;
}

std::string_view grpc_status_name(Code code) {
  switch (code) {
#define RELAIS_AREA(prefix, name, advice)
#define RELAIS_HELP(identifier, advice)
#define RELAIS_STATUS(identifier, status) \
  case Code::identifier:                  \
    return #status;
#include "domain/codes_help.def"
#undef RELAIS_AREA
#undef RELAIS_HELP
#undef RELAIS_STATUS
    default:
      return "FAILED_PRECONDITION";
  }
}

bool may_retry(Code code) {
  const auto status = grpc_status_name(code);
  return status == "UNAVAILABLE" || status == "RESOURCE_EXHAUSTED";
}

std::string explanation(Code code) {
  return fmt::format("{} — {}\n\n{}\n\nQue faire : {}\nFin d'un appel gRPC : {}{}\n", stable_code(code), area_of(code),
                     french(code), what_to_do(code), grpc_status_name(code),
                     may_retry(code) ? " ; la même demande peut être renvoyée plus tard" : "");
}

}  // namespace relais

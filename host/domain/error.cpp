// SPDX-License-Identifier: Apache-2.0
#include "domain/error.h"

namespace relais {

std::string_view stable_code(Code code) {
  switch (code) {
#define RELAIS_CODE(identifier, stable, french) \
  case Code::identifier:                        \
    return stable;
#include "domain/codes.def"
#undef RELAIS_CODE
  }
  return "relais.internal";
}

std::string_view french(Code code) {
  switch (code) {
#define RELAIS_CODE(identifier, stable, french) \
  case Code::identifier:                        \
    return french;
#include "domain/codes.def"
#undef RELAIS_CODE
  }
  return "Erreur interne de Relais.";
}

}  // namespace relais

// SPDX-License-Identifier: Apache-2.0
#include "records/formats/cda_wellformed.h"

#include <expat.h>

#include <memory>
#include <optional>
#include <string>

namespace relais::formats::xml {
namespace {

constexpr int max_depth = 200;
// A tree node costs some fifteen times its shortest text: bound the count before building, not only the bytes.
constexpr int max_elements = 1'000'000;
constexpr int max_attributes = 2'000'000;

struct State {
  XML_Parser parser;
  int depth = 0, elements = 0, attributes = 0;
  std::optional<Code> refused;

  void refuse(Code code) {
    refused = code;
    XML_StopParser(parser, XML_FALSE);
  }
};

void XMLCALL on_start(void* data, const XML_Char*, const XML_Char** attributes) {
  auto& state = *static_cast<State*>(data);
  for (; *attributes; attributes += 2) ++state.attributes;
  if (++state.depth > max_depth) return state.refuse(Code::ingest_cda_too_deep);
  if (++state.elements > max_elements || state.attributes > max_attributes) state.refuse(Code::ingest_cda_too_complex);
}

void XMLCALL on_end(void* data, const XML_Char*) { --static_cast<State*>(data)->depth; }

void XMLCALL on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<State*>(data)->refuse(Code::ingest_cda_dtd);
}

}  // namespace

Result<void> check_well_formed(std::string_view utf8) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreateNS("UTF-8", '\n'),
                                                                           &XML_ParserFree);
  if (!parser) return fail(Code::ingest_cda_too_complex, "no memory for an XML parser");
  State state{parser.get(), 0, 0, 0, std::nullopt};
  XML_SetUserData(parser.get(), &state);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  if (XML_Parse(parser.get(), utf8.data(), static_cast<int>(utf8.size()), XML_TRUE) == XML_STATUS_OK) return {};
  const std::string place = "line " + std::to_string(XML_GetCurrentLineNumber(parser.get()));
  if (state.refused) return fail(*state.refused, "refused while checking XML", place);
  return fail(Code::ingest_cda_malformed, XML_ErrorString(XML_GetErrorCode(parser.get())), place);
}

}  // namespace relais::formats::xml

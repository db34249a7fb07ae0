// SPDX-License-Identifier: Apache-2.0
#include "records/formats/cda.h"

#include <exception>
#include <new>

#include "records/formats/cda_parts.h"

namespace relais::formats {

bool CdaDocument::is_lab_report() const {
  return type && type->code == "11502-2" && type->code_system == "2.16.840.1.113883.6.1";
}

Result<CdaDocument> read_cda(std::string_view bytes) {
  try {
    xml::Tree tree;
    if (auto loaded = xml::load(bytes, tree); !loaded) return tl::unexpected<Error>(loaded.error());
    CdaDocument out;
    out.wrapper = tree.wrapper;
    out.anomalies = tree.anomalies;
    read_header(tree, out);
    read_body(tree, out);
    read_contexts(tree, out);
    read_immunizations(tree, out);
    check(tree, out);
    return out;
  } catch (const std::bad_alloc&) {
    return fail(Code::ingest_cda_too_complex, "out of memory while reading a CDA");
  } catch (const std::exception& e) {
    return fail(Code::internal, e.what());
  }
}

}  // namespace relais::formats

// SPDX-License-Identifier: Apache-2.0
// Compares the CDA reader with corpus/cda: the fields that the corpus' README names, or all of them with --all.
#include <algorithm>
#include <cctype>

#include "cda_json.h"

namespace {

using relais::conformance::Comparison;
using relais::conformance::Json;
using relais::conformance::Options;

Json member(const Json& object, const char* name) { return object.is_object() ? object.value(name, Json()) : Json(); }

// A text gathered from markup: where its white space came from is not told by the source.
Json without_space(const Json& value) {
  if (!value.is_string()) return value;
  auto text = value.get<std::string>();
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  return text;
}

// Of every result: code, system, value, unit, comparator, flag, bounds, status.
void compare_result(const std::string& path, const Json& expected, const Json& got, Comparison& c) {
  c.members(path + ".analyte", member(expected, "analyte"), member(got, "analyte"), {"code", "code_system"});
  const Json e = member(expected, "result");
  const Json g = member(got, "result");
  c.members(path + ".result", e, g,
            {"value_type", "value", "unit", "comparator", "low", "high", "code", "code_system", "label"});
  for (const char* name : {"text", "original_text"}) {
    c.same(path + ".result." + name, without_space(member(e, name)), without_space(member(g, name)));
  }
  c.members(path, expected, got, {"flag", "reference", "status"});
}

void compare_attachments(const Json& expected, const Json& got, Comparison& c) {
  c.same("attachments.size", expected.size(), got.size());
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    c.members("attachments[" + std::to_string(i) + "]", expected[i], got[i], {"media_type", "bytes"});
  }
}

void check(const std::string& bytes, const Json& expected, const Options& options, Comparison& c) {
  const auto read = relais::formats::read_cda(bytes);
  if (!read) return c.fail("file", "readable", std::string(relais::stable_code(read.error().code)));
  const Json got = relais::conformance::to_json(*read);
  c.members("", expected, got,
            {"document_id", "set_id", "version", "type", "replaces", "level", "patient", "prescriber", "lab_status",
             "results_count", "prior_results_count"});
  if (expected.contains("attachments")) compare_attachments(expected["attachments"], got["attachments"], c);
  const Json results = expected.value("results", Json::array());
  if (expected.contains("results")) c.same("results.size", results.size(), got["results"].size());
  for (std::size_t i = 0; i < std::min(results.size(), got["results"].size()); ++i) {
    const std::string path = "results[" + std::to_string(i) + "]";
    if (options.all) {
      c.same(path, results[i], got["results"][i]);
    } else {
      compare_result(path, results[i], got["results"][i], c);
    }
  }
  if (!options.all) return;
  c.members("", expected, got,
            {"wrapper", "title", "effective_time", "confidentiality", "order_ids", "custodian", "chapters",
             "other_observations_count", "comments", "specimens", "collected_header", "sections"});
}

}  // namespace

int main(int argc, char** argv) { return relais::conformance::run_folder(argc, argv, "cda", {".xml"}, check); }

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "records/formats/cda.h"
#include "samples.h"

using namespace relais::formats;
using relais::Code;
using samples::Report;

namespace {

Code refused(const std::string& xml) {
  const auto document = read_cda(xml);
  REQUIRE_FALSE(document);
  return document.error().code;
}

}  // namespace

TEST_CASE("a DOCTYPE is refused and no entity is expanded") {
  const std::string root = Report{}.xml().substr(Report{}.declaration.size());
  CHECK(refused("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>" + root) == Code::ingest_cda_dtd);
  CHECK(refused("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><x>&b;</x>") == Code::ingest_cda_dtd);
  CHECK(refused("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">" + root) == Code::ingest_cda_dtd);
  Report r;
  r.narrative = "&nbsp;";
  CHECK(refused(r.xml()) == Code::ingest_cda_malformed);
}

TEST_CASE("XML that is not well formed is refused") {
  const auto whole = Report{}.xml();
  CHECK(refused("") == Code::ingest_cda_malformed);
  CHECK(refused("<ClinicalDocument") == Code::ingest_cda_malformed);
  CHECK(refused(whole + "suite") == Code::ingest_cda_malformed);
  CHECK(refused(whole + "<a/>") == Code::ingest_cda_malformed);
  CHECK(refused("<c:ClinicalDocument/>") == Code::ingest_cda_malformed);
  CHECK(refused(std::string("<a>\0</a>", 8)) == Code::ingest_cda_malformed);
  CHECK(refused("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\xE9</a>") == Code::ingest_cda_malformed);
  CHECK(refused("<a/>") == Code::ingest_cda_not_cda);
}

TEST_CASE("a document cut anywhere is refused and never crashes") {
  const auto whole = Report{}.xml();
  for (std::size_t size = 0; size < whole.size(); size += 7) CHECK_FALSE(read_cda(std::string_view(whole).substr(0, size)));
}

TEST_CASE("binary noise never crashes") {
  std::string noise;
  unsigned state = 12345;
  for (int i = 0; i < 20000; ++i) {
    state = state * 1664525U + 1013904223U;
    noise += static_cast<char>(state >> 24U);
    if (i % 500 == 0) CHECK_FALSE(read_cda(noise));
  }
}

TEST_CASE("a byte changed anywhere gives a document or an error") {
  auto xml = Report{}.xml();
  int read = 0;
  for (std::size_t i = 0; i < xml.size(); i += 3) {
    const char kept = xml[i];
    for (const char c : {'<', '"', '\xFF', 'x'}) {
      xml[i] = c;
      read += read_cda(xml).has_value() ? 1 : 0;
    }
    xml[i] = kept;
  }
  CHECK(read > 0);
}

TEST_CASE("endless nesting and endless breadth are refused before a tree is built") {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  CHECK(refused(deep) == Code::ingest_cda_too_deep);
  std::string wide = "<a>";
  for (int i = 0; i < 1000001; ++i) wide += "<b/>";
  CHECK(refused(wide + "</a>") == Code::ingest_cda_too_complex);
  CHECK(refused(std::string(33U * 1024 * 1024, ' ')) == Code::ingest_too_large);
}

TEST_CASE("two documents in one envelope are refused") {
  const auto one = Report{}.xml().substr(Report{}.declaration.size());
  CHECK(refused("<x>" + one + one + "</x>") == Code::ingest_cda_several_documents);
}

TEST_CASE("more results than the limit are told and the first ones are kept") {
  Report r;
  std::string many;
  for (int i = 0; i < 20001; ++i) many += R"(<observation><templateId root="1.2.250.1.213.1.1.3.80"/></observation>)";
  r.entries = many;
  const auto d = read_cda(r.xml());
  REQUIRE(d);
  CHECK(d->results.size() == 20000);
  CHECK(has(d->anomalies, AnomalyCode::cda_too_many_results));
}

TEST_CASE("a document without header or body is read with its anomalies") {
  const auto d = read_cda("<ClinicalDocument xmlns='urn:hl7-org:v3'/>");
  REQUIRE(d);
  CHECK(has(d->anomalies, AnomalyCode::cda_no_document_id));
  CHECK(has(d->anomalies, AnomalyCode::cda_incomplete_traits));
}

// SPDX-License-Identifier: Apache-2.0
// Compares the HPRIM reader with corpus/hprim: the fields that the corpus' README names, or all of them with --all.
#include <algorithm>

#include "corpus.h"
#include "records/formats/hprim.h"

namespace {

using namespace relais::formats;
using relais::conformance::Comparison;
using relais::conformance::Json;
using relais::conformance::Options;

// The formats do not tell an empty field from an absent one.
Json said(const Json& value) {
  if (value.is_string() && value.get_ref<const std::string&>().empty()) return {};
  if (value.is_array() && value.empty()) return {};
  if (!value.is_structured()) return value;
  Json out = value;
  for (auto& [name, member] : out.items()) member = said(member);
  return out;
}

Json party(const HprimParty& p, HprimDialect dialect) {
  if (dialect == HprimDialect::medecin) return p.name;
  return {{"code", p.code}, {"name", p.name}};
}

Json patient(const HprimPatient& p) {
  return {{"family", p.family},
          {"given", p.given},
          {"birth_name", p.birth_name},
          {"birth_date", p.birth_date},
          {"birth_date_raw", p.birth_date_raw},
          {"birth_date_candidates", p.birth_date_candidates},
          {"nss", p.nss},
          {"sex", p.sex},
          {"demandeur_id", p.requester_id},
          {"executant_id", p.laboratory_id},
          {"address", p.address}};
}

Json result(const HprimResult& r) {
  Json out = {{"label", r.label},
              {"code", r.code},
              {"type", r.type},
              {"value", r.value},
              {"unit", r.unit},
              {"reference_text", r.reference_text},
              {"low", r.low},
              {"high", r.high},
              {"flag", r.flag},
              {"status", r.status},
              {"second", nullptr},
              {"comparator", r.comparator},
              {"numeric", r.numeric},
              {"comments", r.comments},
              {"time", r.time}};
  if (r.second) {
    out["second"] = {{"value", r.second->value}, {"unit", r.second->unit}, {"low", r.second->low}, {"high", r.second->high}};
  }
  return out;
}

Json request(const HprimRequest& r) {
  return {{"placer", r.placer},       {"filler", r.filler}, {"exams", r.exams},           {"priority", r.priority},
          {"collected", r.collected}, {"status", r.status}, {"prescriber", r.prescriber}, {"unit", r.ward},
          {"validator", r.validator}};
}

Json message(const HprimMessage& m, HprimDialect dialect) {
  Json requests = Json::array(), results = Json::array();
  for (const auto& one : m.requests) {
    requests.push_back(request(one));
    for (const auto& r : one.results) results.push_back(result(r));
  }
  return {{"patient", patient(m.patient)},
          {"lab_patient_id", m.patient.laboratory_id},
          {"order_id", m.order_id},
          {"report_date", m.report_date},
          {"message_time", m.message_time},
          {"sender", party(m.sender, dialect)},
          {"receiver", party(m.receiver, dialect)},
          {"has_coded_block", m.has_coded_block},
          {"requests", requests},
          {"results_count", m.result_count()},
          {"results", results}};
}

// Every member that the expectation has.
void compare_told(const std::string& path, const Json& expected, const Json& got, Comparison& c) {
  if (!expected.is_object()) return c.same(path, said(expected), said(got));
  for (const auto& [name, member] : expected.items()) c.same(path + "." + name, said(member), said(got.value(name, Json())));
}

void compare_message(const std::string& path, const Json& expected, const Json& got, const Options& options, Comparison& c) {
  Json person = expected.value("patient", Json::object());
  // Candidates only where the expectation tells some.
  if (person.contains("birth_date")) person.emplace("birth_date_candidates", Json());
  compare_told(path + ".patient", person, got["patient"], c);
  const auto member = [&](const char* name) {
    if (expected.contains(name)) c.same(path + "." + name, said(expected[name]), said(got[name]));
  };
  for (const char* name : {"order_id", "report_date", "message_time", "sender", "results_count"}) member(name);
  for (const char* list : {"requests", "results"}) {
    const Json wanted = expected.value(list, Json::array());
    if (expected.contains(list)) c.same(path + "." + list + ".size", wanted.size(), got[list].size());
    for (std::size_t i = 0; i < std::min(wanted.size(), got[list].size()); ++i) {
      compare_told(path + "." + list + "[" + std::to_string(i) + "]", wanted[i], got[list][i], c);
    }
  }
  if (!options.all) return;
  for (const char* name : {"lab_patient_id", "receiver", "has_coded_block"}) member(name);
}

void check(const std::string& bytes, const Json& expected, const Options& options, Comparison& c) {
  const auto read = read_hprim(bytes);
  if (!read) return c.fail("file", "readable", std::string(relais::stable_code(read.error().code)));
  const Json got = {{"dialect", read->dialect == HprimDialect::medecin ? "hprim-medecin" : "hprim-sante"},
                    {"version", read->version},
                    {"newline", read->newline},
                    {"messages_count", read->messages.size()}};
  c.members("", said(expected), said(got), {"dialect", "messages_count"});
  if (options.all) c.members("", said(expected), said(got), {"version", "newline"});
  const Json messages = expected.value("messages", Json::array());
  if (expected.contains("messages")) c.same("messages.size", messages.size(), read->messages.size());
  for (std::size_t i = 0; i < std::min(messages.size(), read->messages.size()); ++i) {
    compare_message("messages[" + std::to_string(i) + "]", messages[i], message(read->messages[i], read->dialect), options, c);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return relais::conformance::run_folder(argc, argv, "hprim", {".hpr", ".hprim"}, check);
}

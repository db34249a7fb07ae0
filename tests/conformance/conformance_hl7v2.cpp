// SPDX-License-Identifier: Apache-2.0
// Compares the HL7 v2 reader with corpus/hl7v2: the fields that the corpus' README names, or all of them with --all.
#include <algorithm>

#include "cda_json.h"
#include "records/formats/hl7v2.h"

namespace {

using namespace relais::formats;
using relais::conformance::Comparison;
using relais::conformance::Json;
using relais::conformance::Options;
using relais::conformance::to_json;

Json header(const Hl7Header& h) {
  return {{"type", to_json(h.type)},
          {"trigger", to_json(h.trigger)},
          {"structure", to_json(h.structure)},
          {"control_id", to_json(h.control_id)},
          {"processing", to_json(h.processing)},
          {"version", to_json(h.version)},
          {"profile", to_json(h.profile)},
          {"time", to_json(h.time)},
          {"sender", {to_json(h.sending_application), to_json(h.sending_facility)}},
          {"receiver", {to_json(h.receiving_application), to_json(h.receiving_facility)}}};
}

Json patient(const std::optional<Hl7Patient>& p) {
  if (!p) return {};
  Json ids = Json::array();
  for (const auto& i : p->ids) {
    ids.push_back({{"value", to_json(i.value)}, {"authority", to_json(i.authority)}, {"type", to_json(i.type)}});
  }
  Json ins;
  if (p->ins) ins = {{"value", p->ins->value}, {"oid", p->ins->oid}};
  return {{"ids", ids},
          {"ins", ins},
          {"family", to_json(p->family)},
          {"given", to_json(p->given)},
          {"given_others", to_json(p->given_others)},
          {"name_type", to_json(p->name_type)},
          {"birth_date", to_json(p->birth_date)},
          {"sex", to_json(p->sex)},
          {"birth_place_insee", to_json(p->birth_place_insee)},
          {"identity_reliability", to_json(p->identity_reliability)},
          {"account", to_json(p->account)}};
}

Json obr(const std::optional<Hl7Request>& o) {
  if (!o) return {};
  return {{"code", to_json(o->code)},           {"label", to_json(o->label)},
          {"system", to_json(o->system)},       {"collector", to_json(o->collector)},
          {"orderer_family", to_json(o->orderer_family)},
          {"orderer_given", to_json(o->orderer_given)},
          {"status", to_json(o->status)}};
}

Json document(const Hl7Document& d) {
  Json out = {{"set_id", to_json(d.set_id)},   {"code", to_json(d.code)},
              {"status", to_json(d.status)},   {"type", to_json(d.type)},
              {"subtype", to_json(d.subtype)}, {"encoding", to_json(d.encoding)},
              {"base64_chars", d.base64_chars}, {"base64_strict", d.base64_strict},
              {"decodable", d.decodable}};
  if (d.content != Hl7Content::none) out["content"] = content_name(d.content);
  if (d.decodable) out["decoded_bytes"] = d.bytes.size();
  if (d.cda) out["cda"] = to_json(*d.cda);
  return out;
}

Json participant(const Hl7Participant& p) {
  return {{"role", to_json(p.role)},       {"id", to_json(p.id)},
          {"family", to_json(p.family)},   {"given", to_json(p.given)},
          {"id_type", to_json(p.id_type)}, {"organisation", to_json(p.organisation)},
          {"organisation_id", to_json(p.organisation_id)}, {"mail", to_json(p.mail)}};
}

Json action(const std::optional<Hl7Action>& a) {
  if (!a) return {};
  return *a == Hl7Action::initial ? "initial" : *a == Hl7Action::replace ? "replace" : "delete";
}

Json to_json(const Hl7Message& m) {
  Json out = {{"declared_charset", to_json(m.declared_charset)},
              {"encoding_characters", m.encoding_characters},
              {"message", header(m.message)},
              {"segments", m.segments},
              {"patient", patient(m.patient)},
              {"visit", {{"class", to_json(m.visit_class)}, {"visit_number", to_json(m.visit_number)}}},
              {"obr", obr(m.obr)},
              {"metadata", m.metadata},
              {"action", action(m.action)},
              {"documents", Json::array()},
              {"participants", Json::array()}};
  if (m.order) {
    out["order"] = {{"control", to_json(m.order->control)}, {"placer", to_json(m.order->placer)}, {"filler", to_json(m.order->filler)}};
  }
  if (m.txa) {
    out["txa"] = {{"type", to_json(m.txa->type)},
                  {"document_id", to_json(m.txa->document_id)},
                  {"parent_document_id", to_json(m.txa->parent_document_id)},
                  {"completion", to_json(m.txa->completion)}};
  }
  if (m.ack) out["ack"] = {{"code", to_json(m.ack->code)}, {"control_id", to_json(m.ack->control_id)}};
  if (m.err) {
    out["err"] = {{"code", to_json(m.err->code)}, {"label", to_json(m.err->label)}, {"severity", to_json(m.err->severity)}, {"app", to_json(m.err->app)}};
  }
  for (const auto& d : m.documents) out["documents"].push_back(document(d));
  for (const auto& p : m.participants) out["participants"].push_back(participant(p));
  return out;
}

// Only the members that the expectation itself carries: the embedded document is summed up there.
void as_expected(const std::string& path, const Json& expected, const Json& got, Comparison& c) {
  for (const auto& [name, value] : expected.items()) c.same(path + "." + name, value, got.value(name, Json()));
}

void compare_cda(const std::string& path, const Json& expected, const Json& got, Comparison& c) {
  if (expected.is_null() != got.is_null()) return c.same(path, expected, got);
  if (expected.is_null()) return;
  c.members(path, expected, got,
            {"document_id", "set_id", "version", "replaces", "level", "type", "results_count", "prior_results_count",
             "lab_status"});
  const Json got_patient = got.value("patient", Json::object());
  as_expected(path + ".patient", expected.value("patient", Json::object()), got_patient, c);
}

void compare_documents(const Json& expected, const Json& got, const Options& options, Comparison& c) {
  c.same("documents.size", expected.size(), got.size());
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    const std::string path = "documents[" + std::to_string(i) + "]";
    c.members(path, expected[i], got[i], {"set_id", "code", "status", "content", "decodable"});
    compare_cda(path + ".cda", expected[i].value("cda", Json()), got[i].value("cda", Json()), c);
    if (options.all) {
      c.members(path, expected[i], got[i], {"type", "subtype", "encoding", "base64_chars", "base64_strict", "decoded_bytes"});
    }
  }
}

void check(const std::string& bytes, const Json& expected, const Options& options, Comparison& c) {
  const auto read = read_hl7v2(bytes);
  if (!read) return c.fail("file", "readable", std::string(relais::stable_code(read.error().code)));
  const Json got = to_json(*read);
  const Json message = expected.value("message", Json());
  c.members("message", message, got["message"], {"type", "trigger", "control_id", "version"});
  c.members("", expected, got, {"patient"});
  c.members("obr", expected.value("obr", Json()), got["obr"], {"code", "label", "status"});
  if (expected.contains("documents")) compare_documents(expected["documents"], got["documents"], options, c);
  if (!options.all) return;
  c.same("message", message, got["message"]);
  c.members("", expected, got,
            {"declared_charset", "encoding_characters", "segments", "visit", "obr", "order", "txa", "participants",
             "metadata", "action", "ack", "err"});
  const Json documents = expected.value("documents", Json::array());
  for (std::size_t i = 0; i < std::min(documents.size(), read->documents.size()); ++i) {
    const Json mismatch = documents[i].value("identity_mismatch_with_pid", Json::array());
    const auto& mine = read->documents[i].identity_mismatch;
    c.same("identity_mismatch.size", mismatch.size(), mine.size());
    for (std::size_t k = 0; k < std::min(mismatch.size(), mine.size()); ++k) {
      // The expectation adds both values behind the trait's name.
      const auto text = mismatch[k].get<std::string>();
      c.same("identity_mismatch", text.substr(0, text.find(" (")), mine[k]);
    }
  }
}

}  // namespace

int main(int argc, char** argv) { return relais::conformance::run_folder(argc, argv, "hl7v2", {".hl7", ".er7"}, check); }

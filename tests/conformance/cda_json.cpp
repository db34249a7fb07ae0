// SPDX-License-Identifier: Apache-2.0
#include "cda_json.h"

namespace relais::conformance {
namespace {

using namespace formats;

template <class T, class F>
Json list(const std::vector<T>& items, F each) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(each(item));
  return out;
}

Json id(const CdaId& i) { return {{"root", to_json(i.root)}, {"extension", to_json(i.extension)}}; }
Json id(const std::optional<CdaId>& i) { return i ? id(*i) : Json(); }

Json code(const CdaCode& c) {
  return {{"code", to_json(c.code)}, {"code_system", to_json(c.code_system)}, {"label", to_json(c.label)}};
}

Json short_code(const CdaCode& c) { return {{"code", to_json(c.code)}, {"label", to_json(c.label)}}; }

Json bound(const std::optional<CdaBound>& b) {
  if (!b) return {};
  return {{"value", to_json(b->value)}, {"unit", to_json(b->unit)}, {"inclusive", to_json(b->inclusive)}};
}

Json patient(const CdaPatient& p) {
  Json ins;
  if (p.ins) ins = {{"kind", p.ins->kind}, {"oid", p.ins->oid}, {"value", p.ins->value}};
  return {{"ids", list(p.ids, [](const CdaId& i) { return id(i); })},
          {"ins", ins},
          {"birth_family", to_json(p.birth_family)},
          {"birth_given_first", to_json(p.birth_given_first)},
          {"birth_given_all", to_json(p.birth_given_all)},
          {"used_family", to_json(p.used_family)},
          {"used_given", to_json(p.used_given)},
          {"sex", to_json(p.sex)},
          {"birth_date", to_json(p.birth_date)},
          {"birth_place_insee", to_json(p.birth_place_insee)}};
}

Json value(const std::optional<CdaValue>& v) {
  if (!v) return {};
  return {{"value_type", to_json(v->type)},
          {"value", to_json(v->value)},
          {"unit", to_json(v->unit)},
          {"low", bound(v->low)},
          {"high", bound(v->high)},
          {"comparator", to_json(v->comparator)},
          {"code", to_json(v->code)},
          {"code_system", to_json(v->code_system)},
          {"label", to_json(v->label)},
          {"original_text", to_json(v->original_text)},
          {"original_text_ref", to_json(v->original_text_ref)},
          {"text", to_json(v->text)}};
}

Json result(const CdaResult& r) {
  Json analyte = code(r.analyte);
  analyte["original_text"] = to_json(r.original_text);
  if (!r.translations.empty()) analyte["translations"] = list(r.translations, code);
  Json out = {{"analyte", analyte},
              {"result", value(r.value)},
              {"status", to_json(r.status)},
              {"time", to_json(r.time)},
              {"flag", to_json(r.flag)}};
  if (r.reference) out["reference"] = {{"low", bound(r.reference->low)}, {"high", bound(r.reference->high)}};
  if (r.panel) {
    out["panel"] = {{"code", to_json(r.panel->code)},
                    {"label", to_json(r.panel->label)},
                    {"original_text", to_json(r.panel->original_text)}};
  }
  if (r.isolate) out["isolate"] = code(*r.isolate);
  if (r.section) out["section"] = short_code(*r.section);
  if (!r.prior.empty()) {
    out["prior"] = list(r.prior, [](const CdaPrior& p) {
      return Json{{"time", to_json(p.time)},
                  {"value", to_json(p.value.value)},
                  {"unit", to_json(p.value.unit)},
                  {"code", to_json(p.code)}};
    });
  }
  return out;
}

int prior_count(const CdaDocument& d) {
  int count = 0;
  for (const auto& p : d.priors) count += p.lab_template ? 0 : 1;
  return count;
}

}  // namespace

Json to_json(const Text& text) { return text ? Json(*text) : Json(); }

Json to_json(const CdaDocument& d) {
  Json prescriber;
  if (d.prescriber) {
    prescriber = {{"id", id(d.prescriber->id)},
                  {"family", to_json(d.prescriber->family)},
                  {"given", to_json(d.prescriber->given)}};
  }
  Json custodian;
  if (d.custodian) custodian = {{"id", id(d.custodian->id)}, {"name", to_json(d.custodian->name)}};
  return {{"wrapper", to_json(d.wrapper)},
          {"document_id", id(d.document_id)},
          {"set_id", id(d.set_id)},
          {"version", d.version ? Json(*d.version) : Json()},
          {"type", d.type ? code(*d.type) : Json()},
          {"title", to_json(d.title)},
          {"effective_time", to_json(d.effective_time)},
          {"confidentiality", to_json(d.confidentiality)},
          {"replaces", list(d.replaces, [](const CdaReplaced& r) { return Json{{"type", r.type}, {"id", id(r.id)}}; })},
          {"patient", patient(d.patient)},
          {"prescriber", prescriber},
          {"order_ids", list(d.order_ids, [](const CdaId& i) { return id(i); })},
          {"custodian", custodian},
          {"lab_status", d.lab_status},
          {"chapters", list(d.chapters, short_code)},
          {"level", d.level},
          {"attachments", list(d.attachments,
                               [](const CdaAttachment& a) {
                                 return Json{{"media_type", to_json(a.media_type)}, {"bytes", a.bytes.size()}};
                               })},
          {"results_count", d.results.size()},
          {"prior_results_count", prior_count(d)},
          {"other_observations_count", d.other_observations},
          {"comments", list(d.comments, [](const Text& t) { return to_json(t); })},
          {"specimens", list(d.specimens,
                             [](const CdaSpecimen& s) {
                               return Json{{"collected", to_json(s.collected)},
                                           {"specimen", to_json(s.specimen)},
                                           {"label", to_json(s.label)}};
                             })},
          {"collected_header", to_json(d.collected)},
          {"sections", list(d.sections,
                            [](const CdaSection& s) {
                              return Json{{"code", to_json(s.code)}, {"title", to_json(s.title)}};
                            })},
          {"results", list(d.results, result)}};
}

}  // namespace relais::conformance

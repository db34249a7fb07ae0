// SPDX-License-Identifier: Apache-2.0
#include "records/immunization_group.h"

#include <algorithm>

namespace relais::records {
namespace {

bool preferred(const HeardTelling* a, const HeardTelling* b) {
  const auto rank = [](int proof) { return proof == immunization_seen ? 0 : proof == 0 ? 1 : 2; };
  const auto proof_a = rank(a->telling->content.proof()), proof_b = rank(b->telling->content.proof());
  return proof_a != proof_b ? proof_a < proof_b : a->order() < b->order();
}

// What this telling says and no earlier one did.
void fill(const v1::Immunization& told, v1::Immunization& act) {
  const auto text = [](const std::string& from, std::string* to) {
    if (to->empty()) *to = from;
  };
  text(told.label(), act.mutable_label());
  text(told.lot(), act.mutable_lot());
  text(told.site(), act.mutable_site());
  text(told.route(), act.mutable_route());
  text(told.reason(), act.mutable_reason());
  if (act.performer_name().empty() && act.performer_national_id().empty()) {
    act.set_performer_name(told.performer_name());
    act.set_performer_role(told.performer_role());
    act.set_performer_national_id(told.performer_national_id());
  }
  // The more precise date.
  if (act.given_on().empty() && !told.given_on().empty()) {
    act.set_given_on(told.given_on());
    act.clear_given_about();
  } else if (act.given_on().empty() && told.given_about().size() > act.given_about().size()) {
    act.set_given_about(told.given_about());
  }
  if (act.status() == 0) act.set_status(told.status());
  const auto better = [](int a, int b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); };
  act.set_proof(better(act.proof(), told.proof()));
  if (act.seen_on() == v1::PROOF_SEEN_ON_UNSPECIFIED) act.set_seen_on(told.seen_on());
  if (act.dose_number() == 0) act.set_dose_number(told.dose_number());
  const auto add = [](const auto& from, auto* to) {
    for (const auto& one : from) {
      const bool known = std::any_of(to->begin(), to->end(), [&](const auto& held) {
        return held.system() == one.system() && held.code() == one.code() &&
               (!one.code().empty() || held.display() == one.display());
      });
      if (!known) *to->Add() = one;
    }
  };
  add(told.codes(), act.mutable_codes());
  add(told.target_diseases(), act.mutable_target_diseases());
}

}  // namespace

const HeardTelling* foremost(const ActGroup& group) {
  return *std::min_element(group.members.begin(), group.members.end(), preferred);
}

ImmunizationAct told_act(const ActGroup& group) {
  auto members = group.members;
  std::sort(members.begin(), members.end(), [&](const HeardTelling* a, const HeardTelling* b) {
    const bool first_a = a->telling->id == group.first_of_all, first_b = b->telling->id == group.first_of_all;
    return first_a != first_b ? first_a : preferred(a, b);
  });
  // What was taken back last is what the act said, and why.
  if (group.withdrawn) {
    std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return b->told() < a->told(); });
  }
  ImmunizationAct out;
  auto& act = out.act;
  bool all_wait = !members.empty();
  for (const auto* member : members) {
    auto told = member->telling->content;
    prefer_code(told);
    fill(told, act);
    all_wait = all_wait && member->telling->needs_doctor && member->telling->confirmed_by.empty();
    if (act.confirmed_by().empty()) act.set_confirmed_by(member->telling->confirmed_by);
    if (group.withdrawn && act.reason().empty()) act.set_reason(member->telling->reason);
    out.tellings.push_back(member->telling->id);
    const auto own = group.own.find(member);
    out.act_ids.push_back(own == group.own.end() ? group.id : own->second);
  }
  prefer_code(act);
  act.set_id(group.id);
  if (group.in_error) act.set_status(immunization_in_error);
  act.set_to_confirm(all_wait && !group.in_error);
  auto in_time = members;
  std::sort(in_time.begin(), in_time.end(), [](auto* a, auto* b) { return a->told() < b->told(); });
  std::set<std::tuple<std::string, std::string, std::string>> named;
  for (const auto* member : in_time) {
    const auto& telling = *member->telling;
    if (!named.emplace(telling.source_id, telling.kind, telling.entered_by).second) continue;
    auto& source = *act.add_sources();
    source.set_source_id(telling.source_id);
    source.set_kind(telling.kind);
    source.set_entered_by(telling.entered_by);
  }
  return out;
}

}  // namespace relais::records

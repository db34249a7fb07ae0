// SPDX-License-Identifier: Apache-2.0
#include "records/matching.h"

#include <algorithm>
#include <utility>

#include "records/identity.h"

namespace relais::records {

namespace {

struct Stop {
  const char* code;
  int ans_error;
};

Stop stop_of(InsUse use) {
  switch (use) {
    case InsUse::refused_oid:
      return {"identity.unknown-oid", 904};
    case InsUse::refused_test:
      return {"identity.test-number", 904};
    case InsUse::refused_key:
      return {"identity.wrong-key", 904};
    case InsUse::absent:
      return {"identity.no-ins", 903};
    case InsUse::usable:
    case InsUse::usable_wrong_key:
      break;
  }
  return {"identity.unknown-patient", 902};
}

Match undecided(v1::IdentityMatch outcome, Stop stop, std::vector<std::string> candidates) {
  Match match;
  match.outcome = outcome;
  match.code = stop.code;
  match.ans_error = stop.ans_error;
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  match.candidates = std::move(candidates);
  return match;
}

// A file with the very number that was written: qualified and equal in all traits, or a human decides.
Match match_on_ins(const MatchRequest& request, const std::vector<const v1::Patient*>& same_number) {
  std::vector<std::string> ids;
  for (const auto* file : same_number) ids.push_back(file->id());
  if (same_number.size() > 1) return undecided(v1::IDENTITY_MATCH_AMBIGUOUS, {"identity.several-files", 906}, ids);
  const auto& file = *same_number.front();
  const auto traits = compare_traits(request.traits, file.traits());
  if (!traits.equal()) {
    const bool only_missing = traits.differing.empty();
    auto match = undecided(v1::IDENTITY_MATCH_DISCORDANT,
                           only_missing ? Stop{"identity.incomplete-traits", 905} : Stop{"identity.discordant", 904}, ids);
    match.traits = traits.differing;
    match.traits.insert(match.traits.end(), traits.missing.begin(), traits.missing.end());
    return match;
  }
  if (file.identity_status() != v1::IDENTITY_STATUS_QUALIFIEE) {
    return undecided(v1::IDENTITY_MATCH_NONE, {"identity.not-qualified", 904}, ids);
  }
  Match match;
  match.outcome = v1::IDENTITY_MATCH_UNIQUE;
  match.patient_id = file.id();
  return match;
}

}  // namespace

Match match(const MatchRequest& request, const std::vector<v1::Patient>& files, const MatchingRules& rules) {
  const auto use = ins_use(request.ins, rules.test_identities_accepted);
  const bool usable = use == InsUse::usable || use == InsUse::usable_wrong_key;

  std::vector<const v1::Patient*> same_number;
  std::vector<std::string> same_number_ids;
  std::vector<std::string> same_traits;
  for (const auto& file : files) {
    const bool number = !request.ins.value().empty() && file.ins().value() == request.ins.value();
    if (number) same_number_ids.push_back(file.id());
    if (number && file.ins().oid() == request.ins.oid()) same_number.push_back(&file);
    if (same_without_ins(request.traits, file.traits())) same_traits.push_back(file.id());
  }
  auto candidates = same_traits;
  for (const auto& date : request.birth_date_candidates) {
    auto traits = request.traits;
    traits.set_birth_date(date);
    for (const auto& file : files) {
      if (same_without_ins(traits, file.traits())) candidates.push_back(file.id());
    }
  }
  candidates.insert(candidates.end(), same_number_ids.begin(), same_number_ids.end());

  if (!request.envelope_mismatch.empty()) {
    auto match = undecided(v1::IDENTITY_MATCH_DISCORDANT, {"identity.envelope-mismatch", 904}, candidates);
    match.traits = request.envelope_mismatch;
    return match;
  }
  if (usable && !same_number.empty()) {
    auto match = match_on_ins(request, same_number);
    match.wrong_key = use == InsUse::usable_wrong_key;
    return match;
  }
  if (use == InsUse::absent && request.number_contradicts) {
    auto match = undecided(v1::IDENTITY_MATCH_DISCORDANT, {"identity.discordant", 904}, candidates);
    match.traits = {"numéro de sécurité sociale"};
    return match;
  }
  if (use == InsUse::absent && rules.on_traits && same_traits.size() == 1) {
    const auto& accepted = request.accepted_files;
    if (std::find(accepted.begin(), accepted.end(), same_traits.front()) != accepted.end()) {
      Match match;
      match.outcome = v1::IDENTITY_MATCH_UNIQUE;
      match.patient_id = same_traits.front();
      match.on_traits = true;
      return match;
    }
  }
  const bool several = candidates.size() > 1 && same_traits.size() > 1;
  return undecided(several ? v1::IDENTITY_MATCH_AMBIGUOUS : v1::IDENTITY_MATCH_NONE, stop_of(use), candidates);
}

}  // namespace relais::records

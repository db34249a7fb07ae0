// SPDX-License-Identifier: Apache-2.0
#include "api/domain_words.h"

namespace relais::api {

v1::Role to_proto(worklist::Role role) {
  switch (role) {
    case worklist::Role::doctor:
      return v1::ROLE_DOCTOR;
    case worklist::Role::replacement_doctor:
      return v1::ROLE_REPLACEMENT_DOCTOR;
    case worklist::Role::assistant:
      return v1::ROLE_ASSISTANT;
    case worklist::Role::secretary:
      return v1::ROLE_SECRETARY;
    case worklist::Role::editor:
      return v1::ROLE_EDITOR;
    case worklist::Role::administrator:
      return v1::ROLE_ADMINISTRATOR;
    case worklist::Role::system:
      break;
  }
  return v1::ROLE_SYSTEM;
}

worklist::Role from_proto(v1::Role role) {
  switch (role) {
    case v1::ROLE_DOCTOR:
      return worklist::Role::doctor;
    case v1::ROLE_REPLACEMENT_DOCTOR:
      return worklist::Role::replacement_doctor;
    case v1::ROLE_ASSISTANT:
      return worklist::Role::assistant;
    case v1::ROLE_SECRETARY:
      return worklist::Role::secretary;
    case v1::ROLE_EDITOR:
      return worklist::Role::editor;
    case v1::ROLE_ADMINISTRATOR:
      return worklist::Role::administrator;
    default:
      return worklist::Role::system;
  }
}

v1::Mode to_proto(fiche::Mode mode) { return static_cast<v1::Mode>(static_cast<int>(mode) + 1); }
static_assert(static_cast<int>(fiche::Mode::non) + 1 == v1::MODE_NON);
static_assert(static_cast<int>(fiche::Mode::autonome) + 1 == v1::MODE_AUTONOME);

v1::DataLevel to_proto(fiche::DataLevel level) { return static_cast<v1::DataLevel>(static_cast<int>(level) + 1); }
static_assert(static_cast<int>(fiche::DataLevel::D0) + 1 == v1::DATA_LEVEL_D0);
static_assert(static_cast<int>(fiche::DataLevel::D5) + 1 == v1::DATA_LEVEL_D5);

v1::Category to_proto(worklist::Category category) { return static_cast<v1::Category>(category); }
static_assert(static_cast<int>(worklist::Category::normal) == v1::CATEGORY_NORMAL);
static_assert(static_cast<int>(worklist::Category::critique) == v1::CATEGORY_CRITIQUE);

std::optional<fiche::Action> from_proto(v1::DelegatedAction action) {
  switch (action) {
    case v1::DELEGATED_ACTION_ACTIVER:
      return fiche::Action::activer;
    case v1::DELEGATED_ACTION_VOIR:
      return fiche::Action::voir;
    case v1::DELEGATED_ACTION_PREPARER:
      return fiche::Action::preparer;
    case v1::DELEGATED_ACTION_REALISER:
      return fiche::Action::realiser;
    case v1::DELEGATED_ACTION_FINALISER:
      return fiche::Action::finaliser;
    default:
      return std::nullopt;
  }
}

v1::Decision to_proto(const practice::MandateAnswer& answer) {
  v1::Decision decision;
  decision.set_allowed(answer.decision.authorised);
  decision.set_effective_mode(to_proto(answer.decision.mode));
  if (answer.decision.refusal) decision.set_rule(std::string(fiche::reason(*answer.decision.refusal).code));
  decision.set_sentence(answer.sentence);
  decision.set_unblocked_by(answer.unblocked_by);
  for (const auto warning : answer.decision.warnings) {
    decision.add_warnings(std::string(fiche::reason(warning).code));
  }
  for (const auto obligation : answer.decision.obligations) {
    decision.add_obligations(std::string(fiche::text(obligation)));
  }
  for (const auto& judgement : answer.immediate) decision.add_immediate_rules(judgement.french);
  decision.set_fiche_id(answer.decision.fiche_id);
  decision.set_fiche_version(answer.decision.fiche_version);
  decision.set_validated_by(answer.validated_by);
  return decision;
}

worklist::Actor worklist_actor(const Caller& caller) {
  worklist::Actor actor;
  actor.id = caller.id;
  actor.role = from_proto(caller.role);
  if (!caller.replaces_doctor_id.empty()) actor.replaces.push_back(caller.replaces_doctor_id);
  return actor;
}

practice::Attribution attribution(const Call& call) {
  return {call.caller.id, from_proto(call.caller.role), call.call_id};
}

std::string identifier(std::string_view text) {
  constexpr std::size_t longest = 128;
  std::string made(text.substr(0, longest));
  for (auto& c : made) {
    const bool printable = c > ' ' && c < 127 && c != '"' && c != '\'' && c != '\\';
    if (!printable) c = '?';
  }
  return made;
}

}  // namespace relais::api

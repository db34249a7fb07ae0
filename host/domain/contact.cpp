// SPDX-License-Identifier: Apache-2.0
#include "domain/contact.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace relais::worklist {
namespace {

constexpr std::array<std::pair<ContactAnswer, std::string_view>, 5> answers{
    {{ContactAnswer::accepted, "accepted"},
     {ContactAnswer::refused, "refused"},
     {ContactAnswer::call_back, "call-back"},
     {ContactAnswer::unreachable, "unreachable"},
     {ContactAnswer::contraindication, "contraindication"}}};
constexpr std::array<std::pair<ContactEffect, std::string_view>, 4> effects{
    {{ContactEffect::noted, "noted"},
     {ContactEffect::handed_over, "handed-over"},
     {ContactEffect::prepared, "prepared"},
     {ContactEffect::closed, "closed"}}};

std::string sentence(const ContactAsked& asked, int unanswered) {
  switch (asked.answer) {
    case ContactAnswer::accepted:
      return asked.booked ? "Le patient accepte : rendez-vous confirmé." : "Le patient accepte : créneau retenu.";
    case ContactAnswer::refused:
      return "Le patient refuse.";
    case ContactAnswer::call_back:
      return asked.when.empty() ? "Le patient demande à être rappelé."
                                : "Le patient demande à être rappelé " + asked.when + ".";
    case ContactAnswer::unreachable:
      return unanswered < asked.most_tries
                 ? fmt::format("Injoignable ({} essai(s) sur {}).", unanswered, asked.most_tries)
                 : fmt::format("Injoignable après {} essai(s) : au médecin de décider.", unanswered);
    case ContactAnswer::contraindication:
      break;
  }
  return "Le patient signale une contre-indication possible : au médecin de juger.";
}

Result<void> may_call(const Item& item, const Actor& actor) {
  const auto refuse = [&](Code code) { return fail(code, "item " + item.id); };
  if (is_terminal(item.state)) return refuse(Code::worklist_closed);
  if (is_doctor(actor)) {
    if (!answers_for(actor, item)) return refuse(Code::worklist_other_doctor);
    return {};
  }
  if (item.finding.restricted) return refuse(Code::worklist_reserved);
  if (item.claimed_by.empty()) return refuse(Code::worklist_not_claimed);
  if (item.claimed_by != actor.id) return refuse(Code::worklist_claimed);
  return {};
}

// Closed when nothing stands against it, else ready for the doctor.
Result<std::pair<Outcome, ContactEffect>> finish(const Item& item, const Actor& actor, Right right, Instant now) {
  if (right.level == Right::Level::finaliser) {
    auto closed = close(item, actor, right, now);
    if (closed) return std::pair(std::move(*closed), ContactEffect::closed);
    if (closed.error().code != Code::worklist_clinical) return tl::unexpected(closed.error());
  }
  auto prepared = prepare(item, actor, right, now);
  if (!prepared) return tl::unexpected(prepared.error());
  return std::pair(std::move(*prepared), ContactEffect::prepared);
}

}  // namespace

std::string_view name(ContactAnswer answer) {
  for (const auto& [value, word] : answers)
    if (value == answer) return word;
  return {};
}

std::optional<ContactAnswer> contact_answer(std::string_view name) {
  for (const auto& [value, word] : answers)
    if (word == name) return value;
  return std::nullopt;
}

std::string_view name(ContactEffect effect) {
  for (const auto& [value, word] : effects)
    if (value == effect) return word;
  return {};
}

std::optional<ContactEffect> contact_effect(std::string_view name) {
  for (const auto& [value, word] : effects)
    if (word == name) return value;
  return std::nullopt;
}

Result<Contacted> record_contact(const Item& item, const Actor& actor, const ContactAsked& asked, Instant now) {
  if (const auto may = may_call(item, actor); !may) return tl::unexpected(may.error());
  Contacted done;
  done.unanswered = asked.answer == ContactAnswer::unreachable ? asked.unanswered + 1 : 0;
  auto text = sentence(asked, done.unanswered);
  if (!asked.comment.empty()) text += " " + asked.comment;
  const bool asks_the_doctor =
      asked.answer == ContactAnswer::refused || asked.answer == ContactAnswer::contraindication ||
      (asked.answer == ContactAnswer::unreachable && done.unanswered >= asked.most_tries);
  Result<Outcome> outcome = fail(Code::internal, "no outcome");
  if (asks_the_doctor && !is_doctor(actor)) {
    if (asked.doctor.id.empty()) return fail(Code::contact_no_doctor, "item " + item.id);
    outcome = hand_over(item, actor, asked.doctor, std::move(text), now);
    done.effect = ContactEffect::handed_over;
  } else if (asked.answer == ContactAnswer::accepted && asked.booked && !is_doctor(actor)) {
    auto ended = finish(item, actor, asked.right, now);
    if (!ended) return tl::unexpected(ended.error());
    outcome = std::move(ended->first);
    done.effect = ended->second;
  } else {
    outcome = note(item, actor, std::move(text), now);
  }
  if (!outcome) return tl::unexpected(outcome.error());
  done.outcome = std::move(*outcome);
  done.outcome.fact.details.emplace_back("contact", std::string(name(asked.answer)));
  return done;
}

}  // namespace relais::worklist

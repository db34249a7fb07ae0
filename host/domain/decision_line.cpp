// SPDX-License-Identifier: Apache-2.0
#include "domain/decision_line.h"

#include <algorithm>
#include <tuple>

namespace relais::fiche {
namespace {

bool counts(const Question& question, const KnownFiche& known) {
  return known.signatures.trust == Trust::verified || question.accept_declared;
}

bool is_signed(const Question& question, const KnownFiche& known) {
  return counts(question, known) && known.signatures.signed_at &&
         *known.signatures.signed_at <= local_time(question, *known.fiche);
}

bool is_accepted(const Question& question, const KnownFiche& known) {
  const auto& answer = known.signatures.answer;
  return is_signed(question, known) && answer && answer->at <= local_time(question, *known.fiche) &&
         answer->kind != AnswerKind::refuse;
}

bool has_started(const Question& question, const KnownFiche& known) {
  return known.fiche->valid_from <= day_of(local_time(question, *known.fiche));
}

bool has_ended(const Question& question, const Fiche& fiche) {
  const auto today = day_of(local_time(question, fiche));
  // A signed fiche without an end (E8) has none of its own: it is worth nothing.
  if (!fiche.valid_to || today > *fiche.valid_to) return true;
  const auto left = question.practice.departures.find(fiche.doctor_id);
  return left != question.practice.departures.end() && today > left->second;
}

// What step 4 reads: the accepted version with the highest number whose start is reached, and the later ones that their
// doctor signed, whose start is reached and that the assistant has not accepted.
struct InForce {
  const KnownFiche* current = nullptr;
  std::vector<const KnownFiche*> waiting;
};

InForce in_force(const Question& question, const Line& line) {
  InForce found;
  for (const auto* known : line.versions) {
    if (!has_started(question, *known) || !is_signed(question, *known)) continue;
    if (is_accepted(question, *known)) {
      found.current = known;
      found.waiting.clear();
    } else {
      found.waiting.push_back(known);
    }
  }
  return found;
}

// Before the function or after it, by the fiche or by what is known since; or its doctor has not said that the grants
// stand.
bool out_of_function(const Question& question, const Fiche& fiche) {
  const auto today = day_of(local_time(question, fiche));
  const auto& context = question.context;
  const auto& assistant = fiche.assistant;
  if (today < assistant.function_start || (assistant.function_end && today > *assistant.function_end)) return true;
  if (context.function_start && today < *context.function_start) return true;
  if (context.function_end && today > *context.function_end) return true;
  return std::any_of(context.suspensions.begin(), context.suspensions.end(), [&](const Suspension& suspension) {
    return today >= suspension.from && suspension.kept_by.count(fiche.doctor_id) == 0;
  });
}

// Without a version in force: the last whose start is reached, else the last.
const KnownFiche& representative(const Question& question, const Line& line) {
  const KnownFiche* started = nullptr;
  for (const auto* known : line.versions)
    if (has_started(question, *known)) started = known;
  return started != nullptr ? *started : *line.versions.back();
}

// Revoking the fiche ends every version of its id. Revoking a task ends it in the versions signed until then.
bool is_revoked(const Question& question, const Line& line, const KnownFiche& known, const std::string* task) {
  const auto now = local_time(question, *known.fiche);
  return std::any_of(line.versions.begin(), line.versions.end(), [&](const KnownFiche* holder) {
    return std::any_of(holder->fiche->revocations.begin(), holder->fiche->revocations.end(), [&](const Revocation& r) {
      if (r.at.at > now) return false;
      if (r.scope == "fiche") return true;
      return task != nullptr && r.scope == *task && known.signatures.signed_at &&
             *known.signatures.signed_at <= r.at.at + (r.at.date_only ? date::days{1} : date::days{0});
    });
  });
}

Outcome evaluate_known(const Asked& asked, const Line& line, const KnownFiche& known) {
  const auto refuse = [&](Refusal code, int step) {
    auto outcome = refused(code, step);
    outcome.fiche = known.fiche.get();
    return outcome;
  };
  if (out_of_function(asked.question, *known.fiche)) return refuse(Refusal::R01, 1);
  if (has_ended(asked.question, *known.fiche)) return refuse(Refusal::R06, 4);
  const std::string task{asked.task.id};
  if (is_revoked(asked.question, line, known, &task)) return refuse(Refusal::R07, 4);
  return evaluate_version(asked, known);
}

// The lower of two: authorised only when both are, the earliest failure, everything that either asks for.
Outcome lower(Outcome a, const Outcome& b) {
  if (!b.authorised && (a.authorised || b.step < a.step)) {
    a.refusal = b.refusal;
    a.step = b.step;
  }
  a.authorised = a.authorised && b.authorised;
  a.mode = std::min(a.mode, b.mode);
  a.warnings.insert(b.warnings.begin(), b.warnings.end());
  a.obligations.insert(b.obligations.begin(), b.obligations.end());
  // The mode is the lower one: what it asks for is what counts.
  if (a.mode == Mode::faire_puis_valider && a.authorised) a.obligations.insert(Obligation::validation_medecin);
  if (a.mode != Mode::faire_puis_valider) a.obligations.erase(Obligation::validation_medecin);
  return a;
}

}  // namespace

std::vector<Line> lines_of(const Question& question) {
  std::vector<const KnownFiche*> sorted;
  for (const auto& known : question.fiches) sorted.push_back(&known);
  const auto key = [](const KnownFiche* known) {
    return std::tie(known->fiche->doctor_id, known->fiche->assistant.id, known->fiche->id, known->fiche->version);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const KnownFiche* a, const KnownFiche* b) { return key(a) < key(b); });
  std::vector<Line> lines;
  for (const auto* known : sorted) {
    const auto& fiche = *known->fiche;
    if (lines.empty() || lines.back().doctor != fiche.doctor_id || lines.back().assistant != fiche.assistant.id ||
        lines.back().versions.back()->fiche->id != fiche.id)
      lines.push_back({fiche.doctor_id, fiche.assistant.id, {}});
    lines.back().versions.push_back(known);
  }
  return lines;
}

bool outside_function(const Question& question, const Line& line) {
  const auto found = in_force(question, line);
  const auto& known = found.current != nullptr ? *found.current : representative(question, line);
  return out_of_function(question, *known.fiche);
}

Outcome evaluate_line(const Asked& asked, const Line& line) {
  const auto& question = asked.question;
  const auto found = in_force(question, line);
  if (found.current == nullptr) {
    const auto& known = representative(question, line);
    auto outcome = outside_function(question, line) ? refused(Refusal::R01, 1)
                   : is_accepted(question, known)   ? refused(Refusal::R06, 4)
                                                    : refused(Refusal::R05, 4);
    outcome.fiche = known.fiche.get();
    return outcome;
  }
  auto outcome = evaluate_known(asked, line, *found.current);
  for (const auto* waiting : found.waiting) outcome = lower(outcome, evaluate_known(asked, line, *waiting));
  if (!outcome.authorised && !found.waiting.empty()) {
    if (evaluate_known(asked, line, *found.waiting.back()).authorised) {
      outcome.refusal = Refusal::R05;
      outcome.step = 4;
      outcome.fiche = found.waiting.back()->fiche.get();
      outcome.only_acceptance_missing = true;
    }
  }
  return outcome;
}

bool grants_task(const Question& question, const Line& line, const std::string& task) {
  const auto found = in_force(question, line);
  if (found.current == nullptr) return false;
  auto versions = found.waiting;
  versions.push_back(found.current);
  return std::all_of(versions.begin(), versions.end(), [&](const KnownFiche* known) {
    const auto* grant = find_grant(*known->fiche, task);
    if (grant == nullptr || grant->mode == Mode::non || has_ended(question, *known->fiche)) return false;
    const auto& answer = known->signatures.answer;
    const bool declined = answer && std::find(answer->declined.begin(), answer->declined.end(), task) !=
                                        answer->declined.end();
    return !declined && !is_revoked(question, line, *known, &task);
  });
}

bool holds_veto(const Question& question, const Line& line, const std::string& task, bool as_accepted) {
  const auto found = in_force(question, line);
  auto versions = found.waiting;
  if (as_accepted && !versions.empty())
    versions = {versions.back()};
  else if (found.current != nullptr)
    versions.push_back(found.current);
  return std::any_of(versions.begin(), versions.end(), [&](const KnownFiche* known) {
    const auto* grant = find_grant(*known->fiche, task);
    return grant != nullptr && grant->veto && grant->mode == Mode::non;
  });
}

bool lifts_veto(const Question& question, const Line& line, const Line& held, const std::string& task) {
  if (line.doctor != held.doctor || line.assistant != held.assistant) return false;
  const auto later = in_force(question, line);
  const auto former = in_force(question, held);
  if (later.current == nullptr || former.current == nullptr || !later.waiting.empty() || !former.waiting.empty())
    return false;
  const bool over = has_ended(question, *former.current->fiche) ||
                    is_revoked(question, held, *former.current, nullptr);
  const auto* grant = find_grant(*later.current->fiche, task);
  return over && grant != nullptr && !grant->veto &&
         *later.current->signatures.signed_at > *former.current->signatures.signed_at;
}

}  // namespace relais::fiche

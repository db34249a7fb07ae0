// SPDX-License-Identifier: Apache-2.0
#include "practice/mandate_gate.h"

#include <algorithm>

#include "domain/catalogue.h"
#include "practice/mandate_runs.h"

namespace relais::practice {
namespace {

using fiche::KnownFiche;

bool writes_rules(const fiche::Fiche& fiche, const std::string& task) {
  const auto* grant = fiche::find_grant(fiche, task);
  return grant != nullptr && grant->escalation && !grant->escalation->immediate.empty();
}

}  // namespace

void know(fiche::Question& question, DecisionFacts& facts, Instant at) {
  auto& context = question.context;
  context.locums = facts.locums(at);
  context.holidays = facts.holidays(at);
  auto terms = facts.terms(question.actor, at);
  context.withdrawn = std::move(terms.withdrawn);
  context.attested = std::move(terms.attested);
  context.function_start = terms.function_start;
  context.function_end = terms.function_end;
  context.suspensions = std::move(terms.suspensions);
  context.away = std::move(terms.away);
  question.practice.departures = facts.departures(at);
}

// Each rule once; one that the doctor judges in one fiche is judged.
struct MandateGate::Rules {
  std::vector<std::string> plain, judged;

  void add(const fiche::Grant* grant) {
    if (grant == nullptr || !grant->escalation) return;
    auto& into = grant->escalation->judged_by_doctor ? judged : plain;
    for (const auto& rule : grant->escalation->immediate)
      if (std::ranges::find(into, rule) == into.end()) into.push_back(rule);
    std::erase_if(plain, [&](const auto& rule) { return std::ranges::find(judged, rule) != judged.end(); });
  }
  bool empty() const { return plain.empty() && judged.empty(); }
};

Result<void> MandateGate::add_rules_of_others(Rules& rules, const std::string& doctor, const std::string& task,
                                              const std::string& except, const std::vector<KnownFiche>& known,
                                              Instant at) const {
  const bool any = std::ranges::any_of(known, [&](const KnownFiche& one) {
    return one.fiche->doctor_id == doctor && one.fiche->assistant.id != except && writes_rules(*one.fiche, task);
  });
  if (!any) return {};
  const auto activations = fiches_.activations();
  if (!activations) return tl::unexpected<Error>(activations.error());
  for (const auto& activation : *activations) {
    const bool other = activation.enabled && activation.task_id == task && activation.doctor_id == doctor &&
                       activation.assistant_id != except;
    if (!other) continue;
    auto asked = question(activation.assistant_id, task, at);
    if (!asked) return tl::unexpected<Error>(asked.error());
    auto& patient = asked->patient;
    patient.mt = patient.rdv = patient.presc = patient.dest = doctor;
    asked->action = fiche::Action::activer;
    asked->context.enabled = true;
    const auto decision = fiche::decide(*asked);
    if (!decision.authorised) continue;
    const auto* fiche = deciding(asked->fiches, decision.fiche_id, decision.fiche_version);
    if (fiche != nullptr) rules.add(fiche::find_grant(*fiche, task));
  }
  return {};
}

std::vector<escalation::Judgement> MandateGate::judge(const Rules& rules, const std::string& task,
                                                      const std::string& item, const std::string& patient,
                                                      Instant at) const {
  if (rules.empty()) return {};
  const auto grammar = grammars_ == nullptr ? nullptr : grammars_->of_task(task);
  escalation::Evaluated evaluated;
  if (grammar != nullptr) {
    auto written = rules.plain;
    written.insert(written.end(), rules.judged.begin(), rules.judged.end());
    evaluated = facts_.evaluated(item, patient, escalation::codes_of_changes(written, *grammar), at);
  }
  auto judgements = escalation::judge(rules.plain, false, grammar.get(), evaluated);
  for (auto& judged : escalation::judge(rules.judged, true, grammar.get(), evaluated))
    judgements.push_back(std::move(judged));
  std::erase_if(judgements,
                [](const auto& judgement) { return judgement.standing == escalation::Standing::not_met; });
  return judgements;
}

Result<fiche::Question> MandateGate::question(const std::string& actor, const std::string& task, Instant at) const {
  return mandate_question({fiches_, accounts_, facts_}, actor, task, at);
}

Result<int> MandateGate::done_today(const std::string& actor, const MandateSubject& subject, const std::string& zone,
                                    Instant at) const {
  LedgerFilter filter;
  const auto midnight = date::floor<date::days>(fiche::to_local(at, zone));
  filter.from = fiche::to_instant(fiche::LocalTime(midnight), zone);
  filter.actor = actor;
  filter.task_id = subject.task;
  filter.doctor_id = subject.doctor_id;
  filter.outcome = LedgerOutcome::ok;
  filter.limit = 1000;
  int done = 0;
  for (const auto* action : {"item.prepare", "item.close"}) {
    filter.action = action;
    const auto entries = ledger_.query(filter);
    if (!entries) return tl::unexpected<Error>(entries.error());
    done += static_cast<int>(entries->size());
  }
  return done;
}

Result<MandateAnswer> MandateGate::decide(const std::string& actor, fiche::Action action, const MandateSubject& subject,
                                          std::optional<Instant> at) const {
  const auto instant = at.value_or(clock_.now());
  auto asked = question(actor, subject.task, instant);
  if (!asked) return tl::unexpected<Error>(asked.error());
  asked->action = action;
  auto& patient = asked->patient;
  patient.id = subject.patient_id;
  // The doctor of reference is the item's: whatever the task's « Réf », it is that doctor.
  if (!subject.doctor_id.empty()) patient.mt = patient.rdv = patient.presc = patient.dest = subject.doctor_id;
  patient.category = subject.item_id.empty() ? std::nullopt : facts_.category(subject.item_id, instant);
  patient.kinship = !subject.patient_id.empty() && facts_.kinship(actor, subject.patient_id, instant);
  patient.is_actor = !subject.patient_id.empty() && subject.patient_id == actor;
  if (!subject.patient_id.empty()) {
    patient.opposition = facts_.opposition(subject.patient_id, instant);
    patient.age = facts_.age(subject.patient_id, instant);
  }
  auto& context = asked->context;
  context.doctor_present = facts_.doctor_present(subject.doctor_id, instant);
  context.to_see = subject.to_see;
  const auto activations = fiches_.activations();
  if (!activations) return tl::unexpected<Error>(activations.error());
  context.enabled = std::ranges::any_of(*activations, [&](const Activation& activation) {
    return activation.enabled && activation.assistant_id == actor && activation.doctor_id == subject.doctor_id &&
           activation.task_id == subject.task;
  });

  MandateAnswer answer;
  answer.decision = fiche::decide(*asked);
  const auto* fiche = deciding(asked->fiches, answer.decision.fiche_id, answer.decision.fiche_version);
  const auto* grant = fiche == nullptr ? nullptr : fiche::find_grant(*fiche, subject.task);
  if (grant != nullptr && answer.decision.authorised) {
    bool again = false;
    if (grant->daily_quota) {
      const auto done = done_today(actor, subject, fiche->zone, instant);
      if (!done) return tl::unexpected<Error>(done.error());
      context.done_today = *done;
      again = true;
    }
    if (action != fiche::Action::activer && !subject.item_id.empty()) {
      Rules rules;
      rules.add(grant);
      for (const auto& doctor : answer.decision.doctors)
        if (auto added = add_rules_of_others(rules, doctor, subject.task, doctor == fiche->doctor_id ? actor : "",
                                             asked->fiches, instant);
            !added)
          return tl::unexpected<Error>(added.error());
      answer.immediate = judge(rules, subject.task, subject.item_id, subject.patient_id, instant);
      for (const auto& judgement : answer.immediate) context.alerts.push_back(judgement.rule);
      again = again || !context.alerts.empty();
    } else if (action == fiche::Action::finaliser && grant->escalation && !grant->escalation->immediate.empty()) {
      // Asked about no item: nothing can be judged, and whatever a rule might hold for is not the assistant's to close.
      context.alerts = grant->escalation->immediate;
      again = true;
    }
    if (again) answer.decision = fiche::decide(*asked);
  }
  if (fiche != nullptr) {
    answer.shown = grant != nullptr && grant->data_max ? *grant->data_max : fiche->data_max;
  }
  if (answer.decision.validated_by_locum) {
    const auto local = fiche::to_local(instant, fiche == nullptr ? "Europe/Paris" : fiche->zone);
    for (const auto& period : context.locums)
      if (period.doctor == subject.doctor_id && fiche::covers(period, local)) answer.validated_by = period.by;
  }
  if (answer.decision.refusal) {
    const auto reason = fiche::reason(*answer.decision.refusal);
    answer.sentence = reason.french;
    answer.unblocked_by = reason.unblock;
  }
  return answer;
}

Result<RunMandate> MandateGate::decide_run(const std::string& task, const fiche::PatientFacts& patient,
                                           const std::string& item_id) const {
  const auto now = clock_.now();
  RunMandate run;
  Rules rules;
  auto doctor = reference_doctor(task, patient);
  if (!doctor) return tl::unexpected<Error>(doctor.error());
  if (!*doctor) return run;
  run.doctor_id = **doctor;
  const auto activations = fiches_.activations();
  if (!activations) return tl::unexpected<Error>(activations.error());
  for (const auto& activation : *activations) {
    if (!activation.enabled || activation.task_id != task || activation.doctor_id != run.doctor_id) continue;
    auto asked = question(activation.assistant_id, task, now);
    if (!asked) return tl::unexpected<Error>(asked.error());
    asked->patient = patient;
    if (!patient.category && !item_id.empty()) asked->patient.category = facts_.category(item_id, now);
    if (!patient.id.empty()) {
      asked->patient.opposition = facts_.opposition(patient.id, now);
      asked->patient.age = facts_.age(patient.id, now);
    }
    asked->context.enabled = true;
    const auto decision = fiche::decide_run(*asked);
    if (!decision.authorised) {
      if (nearer(run.refusal, decision)) run.refusal = decision.refusal;
      continue;
    }
    RunMandate::Holder holder{activation.assistant_id, decision.fiche_id, decision.fiche_version, {}};
    const auto* fiche = deciding(asked->fiches, decision.fiche_id, decision.fiche_version);
    const auto* grant = fiche == nullptr ? nullptr : fiche::find_grant(*fiche, task);
    if (grant != nullptr && grant->escalation) holder.immediate_rules = grant->escalation->immediate;
    rules.add(grant);
    run.holders.push_back(std::move(holder));
  }
  if (!item_id.empty()) run.immediate = judge(rules, task, item_id, patient.id, now);
  run.allowed = !run.holders.empty();
  if (run.allowed) run.refusal.reset();
  return run;
}

std::string MandateGate::replaced_by(const std::string& locum, const std::string& named,
                                     const std::string& zone) const {
  // What cannot be read opens nothing.
  if (!facts_.refresh()) return {};
  const auto now = clock_.now();
  const auto local = fiche::to_local(now, zone);
  for (const auto& period : facts_.locums(now)) {
    const bool meant = period.by.empty() ? period.doctor == named : period.by == locum;
    if (meant && !period.doctor.empty() && fiche::covers(period, local)) return period.doctor;
  }
  return {};
}

fiche::HolidayRegion MandateGate::holidays() const {
  // What could not be read is what was known before: a holiday only makes a delay longer.
  static_cast<void>(facts_.refresh());
  return facts_.holidays(clock_.now());
}

Result<AssistantTerms> MandateGate::terms(const std::string& assistant) const {
  if (const auto fresh = facts_.refresh(); !fresh) return tl::unexpected<Error>(fresh.error());
  return facts_.terms(assistant, clock_.now());
}

std::optional<fiche::DayPeriod> MandateGate::away(const std::string& assistant, fiche::CivilDate day) const {
  // What could not be read is what was known before: this only tells who is away, it decides nothing.
  static_cast<void>(facts_.refresh());
  std::optional<fiche::DayPeriod> longest;
  for (const auto& period : facts_.terms(assistant, clock_.now()).away)
    if (period.covers(day) && (!longest || longest->until < period.until)) longest = period;
  return longest;
}

Result<std::optional<std::string>> MandateGate::reference_doctor(const std::string& task,
                                                                 const fiche::PatientFacts& patient) const {
  auto asked = question({}, task, clock_.now());
  if (!asked) return tl::unexpected<Error>(asked.error());
  // Who asks does not change whose fiche decides; a known account lets the rules get that far.
  asked->context.account_known = true;
  asked->action = fiche::Action::activer;
  asked->patient = patient;
  const auto decision = fiche::decide(*asked);
  if (decision.doctors.empty()) return std::optional<std::string>();
  return std::optional<std::string>(decision.doctors.front());
}

}  // namespace relais::practice

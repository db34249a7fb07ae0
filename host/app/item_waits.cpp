// SPDX-License-Identifier: Apache-2.0
#include "app/item_waits.h"

#include <fmt/format.h>

#include <algorithm>

namespace relais::app {
namespace {

std::chrono::milliseconds hours(double count) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(count * 3'600'000.0));
}

std::vector<fiche::WorkTime> times_of(const std::vector<Desk::Person>& people) {
  std::vector<fiche::WorkTime> times;
  for (const auto& person : people) times.push_back(person.time);
  return times;
}

// The first that says something: fiches of one desk are those of one doctor, who may have said it differently to each.
template <class T>
std::optional<T> first(const std::vector<Desk::Person>& people, std::optional<T> Desk::Person::*member) {
  for (const auto& person : people)
    if (person.*member) return person.*member;
  return std::nullopt;
}

std::string spoken(Instant at, const std::string& zone) {
  const auto local = fiche::to_local(at, zone);
  const auto day = fiche::day_of(local);
  const date::hh_mm_ss<std::chrono::seconds> clock{local - date::floor<date::days>(local)};
  return fmt::format("{:02}/{:02}/{} à {} h {:02}", static_cast<unsigned>(day.day()), static_cast<unsigned>(day.month()),
                     static_cast<int>(day.year()), clock.hours().count(), clock.minutes().count());
}

// Since when an item waits for an assistant: when it reached its category, or when the doctor sent it back.
Instant waits_since(const worklist::Item& item) {
  return item.seen ? std::max(item.category_since, item.seen->at) : item.category_since;
}

}  // namespace

ItemWaits::ItemWaits(practice::FicheStore& fiches, practice::Accounts& accounts, practice::MandateGate& gate,
                     PracticeCalendar& calendar, std::string zone, Instant now)
    : fiches_(fiches), accounts_(accounts), gate_(gate), calendar_(calendar), zone_(std::move(zone)), now_(now) {}

Result<void> ItemWaits::open() {
  auto known = fiches_.known();
  if (!known) return tl::unexpected(known.error());
  known_ = std::move(*known);
  const auto accounts = accounts_.list();
  if (!accounts) return tl::unexpected(accounts.error());
  for (const auto& account : *accounts)
    if (!account.disabled) roles_.emplace(account.id, account.role);
  return {};
}

bool ItemWaits::is_doctor(const std::string& account) const {
  const auto found = roles_.find(account);
  return found != roles_.end() &&
         (found->second == worklist::Role::doctor || found->second == worklist::Role::replacement_doctor);
}

std::vector<std::string> ItemWaits::accounts_of(worklist::Role role) const {
  std::vector<std::string> found;
  for (const auto& [id, held] : roles_)
    if (held == role) found.push_back(id);
  return found;
}

Result<const Desk*> ItemWaits::desk(const std::string& task, const std::string& doctor) {
  const auto [place, fresh] = desks_.try_emplace({task, doctor});
  auto& desk = place->second;
  if (!fresh) return &desk;
  // The doctor of reference is the item's, whatever the task's « Réf ».
  fiche::PatientFacts reference;
  reference.mt = reference.rdv = reference.presc = reference.dest = doctor;
  const auto mandate = gate_.decide_run(task, reference, {});
  if (!mandate) {
    desks_.erase(place);
    return tl::unexpected(mandate.error());
  }
  desk.delegated = mandate->allowed;
  for (const auto& holder : mandate->holders) {
    const auto known = std::find_if(known_.begin(), known_.end(), [&](const fiche::KnownFiche& one) {
      return one.fiche->id == holder.fiche_id && one.fiche->version == holder.fiche_version;
    });
    const auto* grant = known == known_.end() ? nullptr : fiche::find_grant(*known->fiche, task);
    if (grant == nullptr) continue;
    Desk::Person person{holder.assistant_id, fiche::work_time(*known->fiche, *grant),
                        grant->fallback ? grant->fallback : known->fiche->fallback, grant->validation_h};
    person.time.holiday = [this](fiche::CivilDate day) { return calendar_.is_holiday(day); };
    person.time.leave = [this, id = person.id](fiche::CivilDate day) { return calendar_.leave_until(id, day); };
    desk.people.push_back(std::move(person));
  }
  return &desk;
}

std::vector<Desk::Person> ItemWaits::holders(const worklist::Item& item, const Desk& desk) const {
  const auto& held_by = item.claimed_by.empty() ? item.assigned_to : item.claimed_by;
  if (held_by.empty()) return desk.people;
  std::vector<Desk::Person> found;
  for (const auto& person : desk.people)
    if (person.id == held_by) found.push_back(person);
  return found;
}

Result<worklist::Waits> ItemWaits::of(const worklist::Item& item, Instant due) {
  worklist::Waits waits;
  const auto& doctor = item.key.scope.subject.doctor_id;
  // Never delegated, or only a doctor's to open: it waits for the doctor from the start.
  if (doctor.empty() || item.basis.fiche_id.empty() || item.finding.restricted) return waits;
  const auto found = desk(item.key.scope.task, doctor);
  if (!found) return tl::unexpected(found.error());
  const auto& desk = **found;
  if (const auto validation = first(desk.people, &Desk::Person::validation_h)) waits.validation = hours(*validation);
  const auto people = holders(item, desk);
  const auto fallback = first(people.empty() ? desk.people : people, &Desk::Person::fallback);
  if (fallback && fallback->delay_h) waits.fallback_delay = hours(*fallback->delay_h);
  // In a doctor's hands.
  if (is_doctor(item.claimed_by) || item.assigned_to_doctor) return waits;
  waits.fallback_at = people.empty() ? std::optional(now_)
                                     : fiche::fallback_at(times_of(people), waits_since(item), waits.fallback_delay, due, now_);
  return waits;
}

std::string ItemWaits::until(const std::vector<fiche::WorkTime>& times) const {
  const auto shift = fiche::shift_at(times, now_);
  return shift && shift->from > now_ ? " jusqu'au " + spoken(shift->from, zone_) : "";
}

Result<Route> ItemWaits::route(const worklist::Item& item, Instant due) {
  const auto found = desk(item.key.scope.task, item.key.scope.subject.doctor_id);
  if (!found) return tl::unexpected(found.error());
  const auto& desk = **found;
  if (!desk.delegated || desk.people.empty())
    return Route{"medecin", "", "La tâche n'est plus déléguée : l'élément revient au médecin."};
  const auto away = holders(item, desk);
  const auto fallback = first(away.empty() ? desk.people : away, &Desk::Person::fallback);
  const auto absent = "L'assistant médical est absent" + until(times_of(away));
  const auto to = fallback ? fallback->to : fiche::FallbackTo::medecin;
  if (to == fiche::FallbackTo::autre_am) {
    // Another assistant of the same doctor and task who is there before it is due.
    for (const auto& person : desk.people) {
      const bool is_away = std::any_of(away.begin(), away.end(), [&](const auto& one) { return one.id == person.id; });
      const auto shift = fiche::shift_at({person.time}, now_);
      if (is_away || !shift || shift->from >= due) continue;
      return Route{std::string(fiche::text(to)), person.id, absent + " : l'élément passe à un autre assistant (repli)."};
    }
  }
  // A secretary has no fiche: nothing clinical goes there.
  if (to == fiche::FallbackTo::secretariat && !worklist::is_clinical(item) &&
      !accounts_of(worklist::Role::secretary).empty())
    return Route{std::string(fiche::text(to)), "", absent + " : le secrétariat est prévenu (repli)."};
  return Route{"medecin", "", absent + " : l'élément revient au médecin (repli)."};
}

}  // namespace relais::app

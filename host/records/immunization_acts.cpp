// SPDX-License-Identifier: Apache-2.0
#include "records/immunization_acts.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "records/immunization_contradiction.h"
#include "records/immunization_facts.h"
#include "records/immunization_group.h"

namespace relais::records {
namespace {

class Reconciliation {
 public:
  Reconciliation(const std::vector<TellingOfAct>& tellings, const std::vector<ImmunizationRuling>& rulings,
                 const std::vector<v1::Immunization>& vanished)
      : rulings_(rulings), vanished_(vanished) {
    entries_.reserve(tellings.size());
    for (const auto& one : tellings) entries_.emplace_back(one);
    std::sort(entries_.begin(), entries_.end(),
              [](const HeardTelling& a, const HeardTelling& b) { return a.order() < b.order(); });
  }

  ImmunizationActs run() {
    set_aside_taken_back();
    set_aside_told_again();
    gather();
    name(live_);
    join_ruled();
    name_errors();
    ImmunizationActs out;
    for (auto* groups : {&live_, &errors_}) {
      for (const auto& group : *groups) {
        out.acts.push_back(told_act(group));
        out.acts.back().other_ids = other_ids(group);
      }
    }
    contradictions(out);
    return out;
  }

 private:
  // What a person took back stays taken back when a document says the same again.
  void set_aside_taken_back() {
    std::map<std::string, ActGroup*> by_act;
    std::map<std::string, std::string> act_of_key;
    const auto put = [&](const HeardTelling& entry, const std::string& act) {
      auto& group = by_act[act];
      if (group == nullptr) {
        groups_.push_back(std::make_unique<ActGroup>());
        group = groups_.back().get();
        group->in_error = group->withdrawn = true;
      }
      group->members.push_back(&entry);
      aside_.insert(&entry);
    };
    for (const auto& entry : entries_) {
      if (!entry.telling->withdrawn) continue;
      const auto& act = entry.telling->act_id.empty() ? entry.key : entry.telling->act_id;
      act_of_key.emplace(entry.key, act);
      put(entry, act);
    }
    for (const auto& entry : entries_) {
      if (aside_.contains(&entry) || entry.telling->source_id.empty()) continue;
      if (const auto found = act_of_key.find(entry.key); found != act_of_key.end()) put(entry, found->second);
    }
    for (auto& group : groups_) errors_.push_back(std::move(*group));
    groups_.clear();
  }

  // A sender's last word on what it names; taken back by it, it stays taken back whatever came first.
  void set_aside_told_again() {
    std::map<std::string, std::vector<const HeardTelling*>> by_name;
    for (const auto& entry : entries_) {
      if (!aside_.contains(&entry) && !entry.telling->sender_key.empty())
        by_name[entry.telling->sender_key].push_back(&entry);
    }
    for (auto& [name, told] : by_name) {
      const auto last =
          *std::max_element(told.begin(), told.end(), [](auto* a, auto* b) { return a->told() < b->told(); });
      const auto error =
          std::find_if(told.begin(), told.end(), [](auto* one) { return one->facts.status == immunization_in_error; });
      const auto* word = error == told.end() ? last : *error;
      // One name on two vaccinations that have nothing in common names neither.
      const auto about_it = [&](const HeardTelling* one) {
        return match_products(one->facts, word->facts) != ProductMatch::different ||
               match_dates(one->facts, word->facts) == DateMatch::same;
      };
      if (error == told.end()) {
        for (const auto* one : told)
          if (one != last && about_it(one)) aside_.insert(one);
        continue;
      }
      ActGroup group;
      group.in_error = true;
      for (const auto* one : told) {
        if (!about_it(one)) continue;
        group.members.push_back(one);
        aside_.insert(one);
      }
      errors_.push_back(std::move(group));
    }
    std::map<std::string, ActGroup> unnamed;
    for (const auto& entry : entries_) {
      if (aside_.contains(&entry) || entry.facts.status != immunization_in_error) continue;
      auto& group = unnamed[entry.key];
      group.in_error = true;
      group.members.push_back(&entry);
      aside_.insert(&entry);
    }
    for (auto& [key, group] : unnamed) errors_.push_back(std::move(group));
  }

  bool ruled(const std::string& a, const std::string& b, v1::ImmunizationResolution resolution) const {
    if (a.empty() || b.empty() || a == b) return false;
    return std::any_of(rulings_.begin(), rulings_.end(), [&](const auto& ruling) {
      return ruling.resolution == resolution &&
             ((ruling.first_id == a && ruling.second_id == b) || (ruling.first_id == b && ruling.second_id == a));
    });
  }

  bool may_join(const HeardTelling& entry, const ActGroup& group) const {
    bool linked = false;
    for (const auto* member : group.members) {
      if (ruled(entry.telling->act_id, member->telling->act_id, v1::IMMUNIZATION_RESOLUTION_DIFFERENT_ACTS))
        return false;
      if (!compatible(entry.facts, member->facts)) return false;
      linked = linked || same_act(entry.facts, member->facts);
    }
    return linked;
  }

  // The fullest telling first: each joins the first act that it is of.
  void gather() {
    for (const auto& entry : entries_) {
      if (aside_.contains(&entry)) continue;
      const auto found =
          std::find_if(live_.begin(), live_.end(), [&](const auto& group) { return may_join(entry, group); });
      auto& group = found == live_.end() ? live_.emplace_back() : *found;
      group.members.push_back(&entry);
    }
  }

  void name(std::vector<ActGroup>& groups) {
    for (auto& group : groups) {
      for (const auto* member : group.members)
        if (!member->telling->act_id.empty()) group.former.insert(member->telling->act_id);
      for (const auto& id : group.former) {
        if (!taken_.insert(id).second) continue;
        group.id = id;
        break;
      }
    }
    for (auto& group : groups) {
      if (!group.id.empty()) continue;
      for (const auto& gone : vanished_) {
        if (taken_.contains(gone.id()) || gone.status() == immunization_in_error) continue;
        const ImmunizationFacts facts(gone);
        const bool again = std::any_of(group.members.begin(), group.members.end(),
                                       [&](const auto* member) { return same_act(member->facts, facts); });
        if (!again) continue;
        group.id = gone.id();
        taken_.insert(gone.id());
        break;
      }
    }
  }

  // Two acts that a doctor said are one.
  void join_ruled() {
    for (const auto& ruling : rulings_) {
      if (ruling.resolution != v1::IMMUNIZATION_RESOLUTION_SAME_ACT) continue;
      const auto at = [&](const std::string& id) {
        return std::find_if(live_.begin(), live_.end(),
                            [&](const auto& group) { return group.id == id || joined_into(group.id, id); });
      };
      const auto first = at(ruling.first_id), second = at(ruling.second_id);
      if (first == live_.end() || second == live_.end() || first == second) continue;
      const bool first_kept = ruling.kept_id != ruling.second_id;
      auto& kept = first_kept ? *first : *second;
      auto& other = first_kept ? *second : *first;
      if (kept.first_of_all.empty()) kept.first_of_all = foremost(kept)->telling->id;
      for (const auto* member : other.members) kept.own.emplace(member, other.id);
      kept.own.insert(other.own.begin(), other.own.end());
      kept.members.insert(kept.members.end(), other.members.begin(), other.members.end());
      joined_[other.id] = kept.id;
      live_.erase(first_kept ? second : first);
    }
  }
  bool joined_into(const std::string& group, std::string id) const {
    for (std::size_t steps = 0; steps <= joined_.size(); ++steps) {
      const auto found = joined_.find(id);
      if (found == joined_.end()) return id == group;
      id = found->second;
    }
    return false;
  }

  // An act that was corrected goes on under its id: what was said of it before needs no row of its own.
  void name_errors() {
    std::erase_if(errors_, [&](ActGroup& group) {
      std::set<std::string, OlderId> former;
      for (const auto* member : group.members)
        if (!member->telling->act_id.empty()) former.insert(member->telling->act_id);
      for (const auto& id : former) {
        if (!taken_.insert(id).second) continue;
        group.id = id;
        return false;
      }
      return group.withdrawn && !former.empty();
    });
  }

  // Ids that its members had, and that no act goes by any more.
  std::vector<std::string> other_ids(const ActGroup& group) const {
    std::vector<std::string> ids;
    for (const auto& id : group.former)
      if (id != group.id && !taken_by_other(id, group)) ids.push_back(id);
    return ids;
  }
  bool taken_by_other(const std::string& id, const ActGroup& self) const {
    return std::any_of(live_.begin(), live_.end(),
                       [&](const auto& group) { return &group != &self && group.id == id; });
  }

  void contradictions(ImmunizationActs& out) const {
    std::vector<ImmunizationFacts> facts;
    facts.reserve(out.acts.size());
    for (const auto& one : out.acts) facts.emplace_back(one.act);
    for (std::size_t i = 0; i < out.acts.size(); ++i) {
      for (std::size_t j = i + 1; j < out.acts.size(); ++j) {
        if (settled(out.acts[i], out.acts[j])) continue;
        const bool error_i = facts[i].status == immunization_in_error,
                   error_j = facts[j].status == immunization_in_error;
        if (error_i && error_j) continue;
        if ((error_i || error_j) && withdrawn(error_i ? i : j)) continue;
        const auto kind =
            error_i || error_j ? error_contradiction(facts[i], facts[j]) : contradiction(facts[i], facts[j]);
        if (kind != v1::IMMUNIZATION_CONFLICT_KIND_UNSPECIFIED) out.conflicts.push_back({i, j, kind});
      }
    }
  }

  bool settled(const ImmunizationAct& a, const ImmunizationAct& b) const {
    return ruled(a.act.id(), b.act.id(), v1::IMMUNIZATION_RESOLUTION_DIFFERENT_ACTS);
  }

  // Acts stand as the live ones, then the errors.
  bool withdrawn(std::size_t error) const { return errors_[error - live_.size()].withdrawn; }

  const std::vector<ImmunizationRuling>& rulings_;
  const std::vector<v1::Immunization>& vanished_;
  std::vector<HeardTelling> entries_;
  std::set<const HeardTelling*> aside_;
  std::vector<std::unique_ptr<ActGroup>> groups_;
  std::vector<ActGroup> live_, errors_;
  std::set<std::string> taken_;
  std::map<std::string, std::string> joined_;
};

}  // namespace

ImmunizationActs acts_of(std::vector<TellingOfAct> tellings, const std::vector<ImmunizationRuling>& rulings,
                         const std::vector<v1::Immunization>& vanished) {
  return Reconciliation(tellings, rulings, vanished).run();
}

}  // namespace relais::records

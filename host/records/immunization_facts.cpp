// SPDX-License-Identifier: Apache-2.0
#include "records/immunization_facts.h"

#include <algorithm>
#include <chrono>

#include "domain/civil_time.h"
#include "records/identity.h"

namespace relais::records {
namespace {

constexpr std::size_t atc_product = 7;  // J07BC01
constexpr std::size_t atc_class = 5;    // J07BC
constexpr std::size_t shortest_name = 4;
constexpr std::size_t whole_day = 10;
constexpr int close_days = 2;

std::string without_space(std::string text) {
  std::erase(text, ' ');
  return text;
}

bool share(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& one) { return b.contains(one); });
}

// Classes of substances: a whole code is one substance, five characters are a class.
enum class ClassMatch { unknown, product, one_class, class_only, different };

ClassMatch match_classes(const std::set<std::string>& a, const std::set<std::string>& b) {
  auto best = ClassMatch::unknown;
  const auto better = [&](ClassMatch found) {
    const auto rank = [](ClassMatch one) {
      switch (one) {
        case ClassMatch::product:
          return 4;
        case ClassMatch::class_only:
          return 3;
        case ClassMatch::one_class:
          return 2;
        case ClassMatch::different:
          return 1;
        case ClassMatch::unknown:
          break;
      }
      return 0;
    };
    if (rank(found) > rank(best)) best = found;
  };
  for (const auto& one : a) {
    for (const auto& other : b) {
      const auto common = std::min(one.size(), other.size());
      if (common < atc_class) continue;  // too wide to say anything
      if (one.substr(0, atc_class) != other.substr(0, atc_class)) {
        better(ClassMatch::different);
      } else if (one == other && common >= atc_product) {
        better(ClassMatch::product);
      } else if (common >= atc_product) {
        better(ClassMatch::one_class);
      } else {
        better(ClassMatch::class_only);
      }
    }
  }
  return best;
}

// The name, or its first words: « REVAXIS » and « REVAXIS SUSPENSION INJECTABLE… ».
bool begins_with_words(const std::string& longer, const std::string& shorter) {
  return shorter.size() >= shortest_name && longer.size() > shorter.size() && longer.starts_with(shorter) &&
         longer[shorter.size()] == ' ';
}

ProductMatch match_labels(const ImmunizationFacts& a, const ImmunizationFacts& b) {
  if (a.label.empty() || b.label.empty()) return ProductMatch::unknown;
  if (a.label == b.label) return ProductMatch::same;
  if (begins_with_words(a.label, b.label) || begins_with_words(b.label, a.label)) return ProductMatch::related;
  return ProductMatch::unknown;
}

}  // namespace

ImmunizationFacts::ImmunizationFacts(const v1::Immunization& act)
    : label(normalized_name(act.label())),
      lot(without_space(normalized_name(act.lot()))),
      date(act.given_on().empty() ? act.given_about() : act.given_on()),
      status(act.status()),
      dose(act.dose_number()) {
  const auto add = [&](const std::string& system, const std::string& code) {
    if (code.empty()) return;
    const auto written = without_space(normalized_name(code));
    codes.emplace(system, written);
    if (system == "cis") cis.insert(written);
    if (system == "atc") atc.insert(written);
    if (system == "cvx") cvx.insert(written);
  };
  add(act.product_system(), act.product_code());
  for (const auto& code : act.codes()) add(code.system(), code.code());
  for (const auto& disease : act.target_diseases()) {
    const auto& word = disease.code().empty() ? disease.display() : disease.code();
    diseases.emplace(disease.code().empty() ? std::string() : disease.system(), normalized_name(word));
  }
}

std::string ImmunizationFacts::key() const {
  std::string all;
  const auto add = [&](const std::string& part) { all += part + '\x1f'; };
  for (const auto& [system, code] : codes) {
    add(system);
    add(code);
  }
  add("");
  // A code says what the product is; names of one product differ.
  if (codes.empty()) {
    add(label);
    for (const auto& [system, code] : diseases) add(system + "|" + code);
  }
  add(lot);
  add(date);
  add(std::to_string(status));
  add(std::to_string(dose));
  return all;
}

int ImmunizationFacts::fullness() const {
  return 32 * static_cast<int>(date.size()) + (cis.empty() ? 0 : 16) + (atc.empty() ? 0 : 8) + (codes.empty() ? 0 : 4) +
         (lot.empty() ? 0 : 2) + (dose == 0 ? 0 : 1);
}

ProductMatch match_products(const ImmunizationFacts& a, const ImmunizationFacts& b) {
  if (share(a.cis, b.cis)) return ProductMatch::same;
  const auto classes = match_classes(a.atc, b.atc);
  if (!a.cis.empty() && !b.cis.empty()) {
    // Two products, both named: of one class they may be confused.
    const bool one_class =
        classes == ClassMatch::product || classes == ClassMatch::one_class || classes == ClassMatch::class_only;
    return one_class ? ProductMatch::sibling : ProductMatch::different;
  }
  for (const auto& code : a.codes) {
    if (code.first != "atc" && b.codes.contains(code)) return ProductMatch::same;
  }
  if (!a.cvx.empty() && !b.cvx.empty()) return ProductMatch::different;
  switch (classes) {
    case ClassMatch::product:
      return ProductMatch::same;
    case ClassMatch::one_class:
      return ProductMatch::sibling;
    case ClassMatch::different:
      return ProductMatch::different;
    case ClassMatch::class_only:
      return a.label == b.label && !a.label.empty() ? ProductMatch::same : ProductMatch::related;
    case ClassMatch::unknown:
      break;
  }
  if (const auto named = match_labels(a, b); named != ProductMatch::unknown) return named;
  const bool only_diseases = a.codes.empty() && b.codes.empty() && a.label.empty() && b.label.empty();
  if (only_diseases && !a.diseases.empty()) {
    return a.diseases == b.diseases ? ProductMatch::same : ProductMatch::unknown;
  }
  return ProductMatch::unknown;
}

DateMatch match_dates(const ImmunizationFacts& a, const ImmunizationFacts& b) {
  if (a.date.empty() || b.date.empty()) return DateMatch::unknown;
  if (a.date == b.date) return DateMatch::same;
  if (a.date.size() != b.date.size()) {
    const auto common = std::min(a.date.size(), b.date.size());
    return a.date.substr(0, common) == b.date.substr(0, common) ? DateMatch::within : DateMatch::apart;
  }
  if (a.date.size() != whole_day) return DateMatch::apart;
  const auto one = fiche::parse_date(a.date), other = fiche::parse_date(b.date);
  if (!one || !other) return DateMatch::apart;
  const auto days = (date::sys_days(*one) - date::sys_days(*other)).count();
  return days <= close_days && days >= -close_days ? DateMatch::close : DateMatch::apart;
}

bool compatible(const ImmunizationFacts& a, const ImmunizationFacts& b) {
  if (a.status != 0 && b.status != 0 && a.status != b.status) return false;
  if (!a.lot.empty() && !b.lot.empty() && a.lot != b.lot) return false;
  if (a.dose != 0 && b.dose != 0 && a.dose != b.dose) return false;
  const auto dates = match_dates(a, b);
  if (dates == DateMatch::apart || dates == DateMatch::close) return false;
  const auto products = match_products(a, b);
  return products != ProductMatch::different && products != ProductMatch::sibling;
}

bool same_act(const ImmunizationFacts& a, const ImmunizationFacts& b) {
  if (!compatible(a, b)) return false;
  if (a.key() == b.key()) return true;
  const auto products = match_products(a, b);
  const auto dates = match_dates(a, b);
  const bool one_lot = !a.lot.empty() && a.lot == b.lot;
  if (dates == DateMatch::same) return products == ProductMatch::same || one_lot;
  // Neither says when: nothing tells them apart.
  if (a.date.empty() && b.date.empty()) return products == ProductMatch::same;
  return dates == DateMatch::within && one_lot && products == ProductMatch::same;
}

}  // namespace relais::records

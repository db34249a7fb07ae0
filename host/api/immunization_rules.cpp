// SPDX-License-Identifier: Apache-2.0
#include "api/immunization_rules.h"

#include <algorithm>
#include <array>

#include "records/formats/immunization.h"
#include "records/immunization_acts.h"

namespace relais::api {
namespace {

constexpr std::size_t longest_entry_text = 400;
constexpr std::size_t longest_code = 64;
constexpr int most_codes = 20;
constexpr int highest_rank = 99;
constexpr std::size_t whole_day = 10;

tl::unexpected<Failure> wrong_entry(std::string why, std::string place) {
  return refuse(Code::invalid_argument, std::move(why), "immunization." + std::move(place));
}

bool blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

Answer<void> check_lengths(const v1::Immunization& entered) {
  const std::array<std::pair<const char*, const std::string*>, 6> words = {
      {{"label", &entered.label()},
       {"site", &entered.site()},
       {"route", &entered.route()},
       {"reason", &entered.reason()},
       {"performer_name", &entered.performer_name()},
       {"performer_role", &entered.performer_role()}}};
  for (const auto& [name, text] : words)
    if (text->size() > longest_entry_text) return wrong_entry("too long", name);
  const std::array<std::pair<const char*, const std::string*>, 4> codes = {
      {{"product_code", &entered.product_code()},
       {"product_system", &entered.product_system()},
       {"lot", &entered.lot()},
       {"performer_national_id", &entered.performer_national_id()}}};
  for (const auto& [name, text] : codes)
    if (text->size() > longest_code) return wrong_entry("too long", name);
  if (entered.codes_size() > most_codes) return wrong_entry("too many", "codes");
  if (entered.target_diseases_size() > most_codes) return wrong_entry("too many", "target_diseases");
  for (const auto* list : {&entered.codes(), &entered.target_diseases()}) {
    for (const auto& one : *list) {
      if (one.system().size() > longest_code || one.code().size() > longest_code ||
          one.display().size() > longest_entry_text) {
        return wrong_entry("too long", "codes");
      }
    }
  }
  if (entered.dose_number() < 0 || entered.dose_number() > highest_rank)
    return wrong_entry("no such rank", "dose_number");
  return {};
}

Answer<void> check_product(v1::Immunization& entered) {
  if (entered.product_code().empty() != entered.product_system().empty()) {
    return refuse(Code::immunization_unknown_product, "a code and its system go together",
                  "immunization.product_system");
  }
  entered.set_product_system(formats::vaccine_system(entered.product_system()));
  const auto normal = [](auto& list) {
    for (auto& one : list) one.set_system(formats::vaccine_system(one.system()));
  };
  normal(*entered.mutable_codes());
  normal(*entered.mutable_target_diseases());
  const auto says = [](const v1::VaccineCode& one) { return !blank(one.code()) || !blank(one.display()); };
  const bool coded =
      !blank(entered.product_code()) || std::any_of(entered.codes().begin(), entered.codes().end(), says);
  const bool protects = std::any_of(entered.target_diseases().begin(), entered.target_diseases().end(), says);
  if (!coded && blank(entered.label()) && !protects) {
    return refuse(Code::immunization_unknown_product, "which vaccine?", "immunization.product_code");
  }
  return {};
}

Answer<void> check_day(v1::Immunization& entered, const std::string& birth_date, fiche::CivilDate today) {
  constexpr const char* place = "immunization.given_on";
  const auto& written = entered.given_on().empty() ? entered.given_about() : entered.given_on();
  if (written.empty()) {
    // A booklet with a stamp and no date; what was seen done has one.
    const bool told =
        entered.proof() == records::immunization_declared || entered.status() == records::immunization_not_done;
    if (told) return {};
    return refuse(Code::immunization_no_date, "when?", place);
  }
  const auto day = formats::partial_day(written);
  if (day != written) return refuse(Code::immunization_no_date, "neither a day nor a month nor a year", place);
  if (day.size() != whole_day && entered.seen_on() == v1::PROOF_SEEN_ON_PACKAGE) {
    return refuse(Code::immunization_no_date, "what was done here has a day", place);
  }
  // Each compared at the precision of the vaguer.
  if (day > fiche::format(today).substr(0, day.size())) return refuse(Code::immunization_future_date, "not yet", place);
  const auto common = std::min(day.size(), birth_date.size());
  if (common != 0 && day.substr(0, common) < birth_date.substr(0, common)) {
    return refuse(Code::immunization_before_birth, "before the birth", place);
  }
  entered.set_given_on(day.size() == whole_day ? day : std::string());
  entered.set_given_about(day.size() == whole_day ? std::string() : day);
  return {};
}

Answer<void> check_proof(v1::Immunization& entered) {
  constexpr const char* place = "immunization.proof";
  if (!v1::ProofSeenOn_IsValid(entered.seen_on())) return wrong_entry("no such document", "seen_on");
  const bool names_it = entered.seen_on() != v1::PROOF_SEEN_ON_UNSPECIFIED;
  switch (entered.proof()) {
    case records::immunization_seen:
      if (!names_it) return refuse(Code::immunization_not_seen, "seen on what?", place);
      return {};
    case records::immunization_declared:
      if (names_it) return refuse(Code::immunization_not_seen, "declared, or seen", place);
      return {};
    case 0:
      // What was not done needs no proof.
      if (entered.status() == records::immunization_not_done && !names_it) return {};
      return refuse(Code::immunization_not_seen, "seen or declared?", place);
    default:
      return wrong_entry("no such proof", "proof");
  }
}

}  // namespace

Answer<v1::Immunization> checked_immunization(const v1::Immunization& entered, const std::string& birth_date,
                                              fiche::CivilDate today) {
  auto made = entered;
  made.clear_id();
  made.clear_sources();
  made.clear_to_confirm();
  made.clear_confirmed_by();
  made.clear_conflicts_with();
  if (made.status() == 0) made.set_status(records::immunization_done);
  if (made.status() != records::immunization_done && made.status() != records::immunization_not_done) {
    return wrong_entry("done or not done", "status");
  }
  if (auto good = check_lengths(made); !good) return tl::unexpected(good.error());
  if (auto good = check_product(made); !good) return tl::unexpected(good.error());
  if (auto good = check_proof(made); !good) return tl::unexpected(good.error());
  if (auto good = check_day(made, birth_date, today); !good) return tl::unexpected(good.error());
  records::prefer_code(made);
  return made;
}

}  // namespace relais::api

// SPDX-License-Identifier: Apache-2.0
#include "domain/message_text.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <optional>

#include "domain/civil_time.h"
#include "domain/folded_text.h"

namespace relais::message {
namespace {

// Beginnings of words that tell of an illness, a test or a treatment. A guard for slips, not a proof: the doctor who
// writes the text answers for it.
constexpr std::array<std::string_view, 26> telling{
    "ald",     "affection", "maladie",   "patholog", "diagnos",  "traitement", "vaccin",     "injection", "cancer",
    "tumeur",  "diabet",    "hypertens", "depist",   "frottis",  "mammograph", "coloscop",   "vih",       "hiv",
    "hepatit", "grossesse", "contracept", "ivg",      "psych",    "addict",     "depression", "renouvellement"};

// Each piece of the text: words, or the name of a field. False when a brace stands alone.
bool pieces(std::string_view body, const std::function<void(std::string_view, bool)>& take) {
  while (!body.empty()) {
    const auto open = body.find_first_of("{}");
    take(body.substr(0, open), false);
    if (open == std::string_view::npos) return true;
    if (body[open] == '}') return false;
    const auto close = body.find_first_of("{}", open + 1);
    if (close == std::string_view::npos || body[close] == '{') return false;
    take(body.substr(open + 1, close - open - 1), true);
    body.remove_prefix(close + 1);
  }
  return true;
}

enum class Field { date, hour, place, bring, none };

Field field(std::string_view name) {
  const auto folded = fold(name);
  if (folded == "date") return Field::date;
  if (folded == "heure") return Field::hour;
  if (folded == "lieu") return Field::place;
  if (folded == "a apporter") return Field::bring;
  return Field::none;
}

std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

}  // namespace

Result<void> check_neutral(std::string_view text) {
  for (const auto& word : words_of(fold(text))) {
    for (const auto beginning : telling) {
      // "ald" and its like are whole words: "aldehyde" is not what is meant.
      const bool whole = beginning.size() <= 3;
      if (whole ? word == beginning : word.starts_with(beginning)) {
        return fail(Code::message_not_neutral, "a word that tells why", word);
      }
    }
  }
  return {};
}

Result<void> check(std::string_view body) {
  if (fold(body).empty()) return fail(Code::invalid_argument, "no text", "body");
  std::optional<std::string> unknown;
  std::string words;
  const bool closed = pieces(body, [&](std::string_view piece, bool is_field) {
    if (!is_field) words += std::string(piece) + " ";
    else if (field(piece) == Field::none && !unknown) unknown = piece;
  });
  if (!closed) return fail(Code::message_unknown_field, "a brace that stands alone", "body");
  if (unknown) return fail(Code::message_unknown_field, "no such field", *unknown);
  return check_neutral(words);
}

Result<std::string> fill(std::string_view body, const Fields& fields) {
  if (const auto good = check(body); !good) return tl::unexpected(good.error());
  std::string out;
  bool nothing_to_bring = false;
  pieces(body, [&](std::string_view piece, bool is_field) {
    switch (is_field ? field(piece) : Field::none) {
      case Field::date:
        out += fields.date;
        break;
      case Field::hour:
        out += fields.hour;
        break;
      case Field::place:
        out += fields.place;
        break;
      case Field::bring:
        nothing_to_bring = fields.bring.empty();
        out += joined(fields.bring);
        break;
      case Field::none:
        out += piece;
    }
  });
  if (nothing_to_bring) return fail(Code::invalid_argument, "the text asks what to bring", "bring");
  return out;
}

std::string french_date(Instant at, const std::string& zone) {
  constexpr std::array<std::string_view, 7> weekdays{"dimanche", "lundi",    "mardi", "mercredi",
                                                     "jeudi",    "vendredi", "samedi"};
  constexpr std::array<std::string_view, 12> months{"janvier", "février", "mars",      "avril",   "mai",      "juin",
                                                    "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
  const auto day = fiche::day_of(fiche::to_local(at, zone));
  const auto weekday = date::weekday{date::local_days{day}}.c_encoding();
  const auto number = static_cast<unsigned>(day.day());
  return fmt::format("{} {} {} {}", weekdays.at(weekday), number == 1 ? "1er" : std::to_string(number),
                     months.at(static_cast<unsigned>(day.month()) - 1), static_cast<int>(day.year()));
}

std::string french_hour(Instant at, const std::string& zone) {
  const auto local = fiche::to_local(at, zone);
  const auto clock = date::hh_mm_ss<std::chrono::seconds>{local - date::floor<date::days>(local)};
  return fmt::format("{} h {:02}", clock.hours().count(), clock.minutes().count());
}

}  // namespace relais::message

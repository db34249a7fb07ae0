// SPDX-License-Identifier: Apache-2.0
#include "app/cli/agenda_file.h"

#include <yaml-cpp/yaml.h>

#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "app/cli/session.h"
#include "app/cli/text_fr.h"

namespace relais::cli {
namespace {

struct KindWord {
  v1::SlotKind kind;
  const char* word;
  const char* label;
};
constexpr std::array kind_words{KindWord{v1::SLOT_KIND_ROUTINE, "ordinaire", "ordinaire"},
                                KindWord{v1::SLOT_KIND_PRO, "confreres", "gardé pour les confrères"},
                                KindWord{v1::SLOT_KIND_UNPLANNED, "non-programme", "soins non programmés"},
                                KindWord{v1::SLOT_KIND_WALK_IN, "sans-rendez-vous", "sans rendez-vous"},
                                KindWord{v1::SLOT_KIND_LONG, "longue", "visite longue"},
                                KindWord{v1::SLOT_KIND_ASSISTANT, "assistante", "avec l'assistante"},
                                KindWord{v1::SLOT_KIND_VACCINE_ROUND, "vaccins", "séance de vaccins"}};

constexpr std::array days{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"};

[[noreturn]] void refuse_file(const std::string& why) { throw CallFailed{why, "cli.file", {}, {}}; }

void check_keys(const YAML::Node& node, const std::set<std::string>& known, const std::string& where) {
  if (!node.IsMap()) refuse_file("« " + where + " » n'est pas une suite de clés et de valeurs.");
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    if (!known.contains(key)) refuse_file("Clé inconnue dans « " + where + " » : " + key + ".");
  }
}

std::string text_of(const YAML::Node& node, const char* key) {
  return node[key] ? node[key].as<std::string>() : std::string();
}

int weekday_of(const std::string& word) {
  for (std::size_t i = 0; i < days.size(); ++i)
    if (word == days[i]) return static_cast<int>(i) + 1;
  refuse_file("Jour inconnu : " + word + ".");
}

void read_openings(const YAML::Node& row, v1::Schedule& schedule) {
  check_keys(row, {"jours", "de", "a", "nature", "minutes", "du", "au", "feries", "avec", "sans"}, "horaires");
  if (!row["jours"].IsSequence()) refuse_file("Il faut une liste de jours dans « horaires ».");
  for (const auto& day : row["jours"]) {
    auto& opening = *schedule.add_openings();
    opening.set_weekday(weekday_of(day.as<std::string>()));
    opening.set_start(text_of(row, "de"));
    opening.set_end(text_of(row, "a"));
    opening.set_kind(row["nature"] ? kind_of(row["nature"].as<std::string>()) : v1::SLOT_KIND_ROUTINE);
    opening.set_slot_minutes(row["minutes"].as<int>(15));
    opening.set_from(text_of(row, "du"));
    opening.set_until(text_of(row, "au"));
    opening.set_holidays(row["feries"].as<bool>(false));
    if (row["avec"]) opening.set_presence(v1::ASSISTANT_PRESENCE_WITH);
    if (row["sans"]) opening.set_presence(v1::ASSISTANT_PRESENCE_WITHOUT);
    opening.set_assistant_id(text_of(row, row["avec"] ? "avec" : "sans"));
  }
}

}  // namespace

v1::Schedule read_agenda(const std::string& text) {
  try {
    const auto root = YAML::Load(text);
    check_keys(root, {"id", "personne", "medecin", "lieu", "fuseau", "rappels_par_jour", "horaires", "fermetures"},
               "agenda");
    v1::Schedule schedule;
    schedule.set_id(text_of(root, "id"));
    schedule.set_person_id(text_of(root, "personne"));
    schedule.set_doctor_id(text_of(root, "medecin"));
    schedule.set_place(text_of(root, "lieu"));
    schedule.set_time_zone(text_of(root, "fuseau"));
    schedule.set_recalls_per_day(root["rappels_par_jour"].as<int>(0));
    for (const auto& row : root["horaires"]) read_openings(row, schedule);
    for (const auto& row : root["fermetures"]) {
      check_keys(row, {"de", "a"}, "fermetures");
      auto& closure = *schedule.add_closures();
      closure.set_start_ms(instant_of(text_of(row, "de")));
      closure.set_end_ms(instant_of(text_of(row, "a"), true));
    }
    return schedule;
  } catch (const YAML::Exception& error) {
    refuse_file("Le fichier n'est pas lisible, ligne " + std::to_string(error.mark.line + 1) + ".");
  }
}

std::string kind_label(v1::SlotKind kind) {
  for (const auto& one : kind_words)
    if (one.kind == kind) return one.label;
  return "?";
}

v1::SlotKind kind_of(const std::string& word) {
  for (const auto& one : kind_words)
    if (word == one.word) return one.kind;
  refuse_file("Nature inconnue : " + word + ".");
}

std::string booking_label(v1::BookingState state) {
  switch (state) {
    case v1::BOOKING_STATE_HELD: return "retenu";
    case v1::BOOKING_STATE_LAPSED: return "échu";
    case v1::BOOKING_STATE_CONFIRMED: return "confirmé";
    case v1::BOOKING_STATE_FULFILLED: return "honoré";
    case v1::BOOKING_STATE_NO_SHOW: return "manqué";
    case v1::BOOKING_STATE_CANCELLED: return "annulé";
    case v1::BOOKING_STATE_MOVED: return "déplacé";
    default: return "?";
  }
}

}  // namespace relais::cli

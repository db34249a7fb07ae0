// SPDX-License-Identifier: Apache-2.0
// Data of the domain: the catalogue, the reasons, the calendar, training.
#include <catch2/catch.hpp>

#include <map>
#include <set>

#include "domain/catalogue.h"
#include "domain/reasons.h"
#include "domain/training.h"
#include "fiche_samples.h"

using namespace relais::fiche;
using namespace relais::fiche::samples;

TEST_CASE("the catalogue has the counts that its source gives") {
  std::map<Family, int> families;
  std::map<TaskClass, int> classes;
  std::map<Mode, int> ceilings;
  std::set<std::string_view> ids;
  for (const auto& row : catalogue_tasks()) {
    ++families[row.family];
    ++classes[row.task_class];
    ++ceilings[row.ceiling];
    ids.insert(row.id);
    CHECK_FALSE(row.label.empty());
    CHECK(row.level < DataLevel::D5);
  }
  CHECK(catalogue_tasks().size() == 124);
  CHECK(never_acts().size() == 17);
  CHECK(families == std::map<Family, int>{{Family::A, 44}, {Family::C, 50}, {Family::O, 30}});
  CHECK(classes == std::map<TaskClass, int>{{TaskClass::T, 71}, {TaskClass::Q, 36}, {TaskClass::S, 1}, {TaskClass::IDE, 16}});
  CHECK(ceilings == std::map<Mode, int>{{Mode::preparer, 16}, {Mode::faire_puis_valider, 46}, {Mode::autonome, 62}});
  for (const auto& act : never_acts()) {
    CHECK(act.id.substr(0, 2) == "x-");
    ids.insert(act.id);
  }
  CHECK(ids.size() == 141);
}

TEST_CASE("every jamais variant belongs to a task and is found by id and by text") {
  std::set<std::string_view> ids;
  for (const auto& variant : never_variants()) {
    CHECK(find_task(variant.task) != nullptr);
    CHECK(find_variant(variant.task, variant.id) == &variant);
    CHECK(find_variant(variant.task, variant.text) == &variant);
    ids.insert(variant.id);
  }
  CHECK(ids.size() == never_variants().size());
  CHECK(find_variant("constantes", "interpréter") == nullptr);
}

TEST_CASE("one row of the catalogue as its source writes it") {
  const auto* row = find_task("bio-triage");
  REQUIRE(row != nullptr);
  CHECK(row->family == Family::A);
  CHECK(row->software == "auto+liste");
  CHECK(row->level == DataLevel::D3);
  CHECK(row->task_class == TaskClass::T);
  CHECK(row->ceiling == Mode::faire_puis_valider);
  CHECK(row->reference == Reference::PRESC);
  CHECK(is_clinical(*row));
  CHECK(find_task("bio-triag") == nullptr);
}

TEST_CASE("each reason has a code and a French sentence and who can act") {
  std::set<std::string_view> names;
  for (int i = 1; i <= 25; ++i) {
    const auto code = (i < 10 ? "R0" : "R") + std::to_string(i);
    const auto found = find_reason(code);
    REQUIRE(found);
    CHECK(found->code == code);
    CHECK(found->french.back() == '.');
    CHECK(found->unblock.back() == '.');
    names.insert(found->name);
  }
  CHECK(names.size() == 25);
  for (const auto* code : {"W1", "W2", "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9", "E10"}) {
    REQUIRE(find_reason(code));
    CHECK(find_reason(code)->unblock.back() == '.');
  }
  CHECK_FALSE(find_reason("R26"));
}

TEST_CASE("Easter and the holidays that follow it") {
  const std::pair<int, const char*> published[] = {{1961, "1961-04-02"}, {2000, "2000-04-23"}, {2008, "2008-03-23"},
                                                   {2019, "2019-04-21"}, {2024, "2024-03-31"}, {2025, "2025-04-20"},
                                                   {2026, "2026-04-05"}, {2038, "2038-04-25"}};
  for (const auto& [year, expected] : published) CHECK(format(easter(date::year{year})) == expected);
  std::set<std::string> holidays;
  for (auto d = date::sys_days{day("2026-01-01")}; d < date::sys_days{day("2027-01-01")}; d += date::days{1})
    if (is_public_holiday(CivilDate{d})) holidays.insert(format(CivilDate{d}));
  CHECK(holidays == std::set<std::string>{"2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14",
                                          "2026-05-25", "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11",
                                          "2026-12-25"});
}

TEST_CASE("public holidays are named over the years and Alsace-Moselle keeps two more") {
  const auto named = [](const char* text, HolidayRegion region) { return std::string(holiday_name(day(text), region)); };
  constexpr auto france = HolidayRegion::france;
  constexpr auto alsace = HolidayRegion::alsace_moselle;
  // Published calendars: service-public.fr, "Jours fériés et ponts".
  for (const auto& [text, name] : {std::pair("2024-04-01", "Lundi de Pâques"), std::pair("2024-05-09", "Ascension"),
                                   std::pair("2024-05-20", "Lundi de Pentecôte"), std::pair("2025-04-21", "Lundi de Pâques"),
                                   std::pair("2025-05-29", "Ascension"), std::pair("2025-06-09", "Lundi de Pentecôte"),
                                   std::pair("2027-03-29", "Lundi de Pâques"), std::pair("2027-05-06", "Ascension"),
                                   std::pair("2027-05-17", "Lundi de Pentecôte"), std::pair("2026-07-14", "Fête nationale")}) {
    INFO(text);
    CHECK(named(text, france) == name);
    CHECK(named(text, alsace) == name);
  }
  for (const auto& [text, name] : {std::pair("2024-03-29", "Vendredi saint"), std::pair("2025-04-18", "Vendredi saint"),
                                   std::pair("2026-04-03", "Vendredi saint"), std::pair("2027-03-26", "Vendredi saint"),
                                   std::pair("2026-12-26", "Saint-Étienne")}) {
    INFO(text);
    CHECK(named(text, france).empty());
    CHECK(named(text, alsace) == name);
  }
  for (int year = 2020; year < 2040; ++year) {
    int in_france = 0, in_alsace = 0;
    for (auto d = date::sys_days{date::year{year} / 1 / 1}; d < date::sys_days{date::year{year + 1} / 1 / 1};
         d += date::days{1}) {
      in_france += holiday_name(CivilDate{d}, france).empty() ? 0 : 1;
      in_alsace += holiday_name(CivilDate{d}, alsace).empty() ? 0 : 1;
    }
    INFO(year);
    // Ascension falls on 1 or 8 May in some years.
    const auto ascension = CivilDate{date::sys_days{easter(date::year{year})} + date::days{39}};
    const bool double_day = ascension == CivilDate{date::year{year} / 5 / 1} || ascension == CivilDate{date::year{year} / 5 / 8};
    CHECK(in_france == (double_day ? 10 : 11));
    CHECK(in_alsace == in_france + 2);
  }
}

TEST_CASE("a date that does not exist later falls on the last day of its month") {
  CHECK(plus_years(day("2024-02-29"), 3) == day("2027-02-28"));
  CHECK(plus_years(day("2024-02-29"), 4) == day("2028-02-29"));
  CHECK(plus_months(day("2026-08-31"), 6) == day("2027-02-28"));
}

TEST_CASE("local time goes to the instant and back and settles the hours that repeat or are missing") {
  const std::string paris = "Europe/Paris";
  CHECK(to_local(to_instant(at("2026-07-01T12:00"), paris), paris) == at("2026-07-01T12:00"));
  CHECK(to_instant(at("2026-10-25T02:30"), paris) == relais::Instant{at("2026-10-25T00:30").time_since_epoch()});
  CHECK(to_instant(at("2026-03-29T02:30"), paris) == relais::Instant{at("2026-03-29T01:00").time_since_epoch()});
  CHECK(is_known_zone(paris));
  CHECK_FALSE(is_known_zone("Mars/Olympus"));
}

TEST_CASE("moments are read strictly") {
  for (const auto* bad : {"", "2026-1-1", "2026-02-29", "2026-01-01T", "2026-01-01T24:00", "2026-01-01T10:60",
                          "2026-01-01T10:00Z", "2026-01-01T10:00:61", "0026-01-01", "2026-01-01x10:00"})
    CHECK_FALSE(parse_moment(bad));
  CHECK(format(*parse_moment("2026-01-01T10:00:05")) == "2026-01-01T10:00:05");
  CHECK(format(*parse_moment("2026-01-01")) == "2026-01-01");
}

TEST_CASE("the state of training at each deadline") {
  Assistant a;
  a.function_start = day("2024-07-01");
  const auto state = [&](const char* when) { return training_at(a, day(when)).state; };
  SECTION("without diploma under a contract of the two year rule") {
    a.aid_contract = AidContract{day("2024-06-22"), {}};
    CHECK(state("2026-06-30") == TrainingState::a_inscrire);
    CHECK(state("2026-07-01") == TrainingState::echu);
    a.training = Training{TrainingPath::cqp, day("2025-01-10"), {}, {}};
    CHECK(state("2025-01-09") == TrainingState::a_inscrire);
    CHECK(state("2025-01-10") == TrainingState::en_formation);
    CHECK(state("2026-07-01") == TrainingState::echu);
  }
  SECTION("without diploma under an older contract or none") {
    CHECK(state("2027-06-30") == TrainingState::a_inscrire);
    a.aid_contract = AidContract{day("2024-06-21"), {}};
    CHECK(state("2027-06-30") == TrainingState::a_inscrire);
    CHECK(state("2027-07-01") == TrainingState::echu);
  }
  SECTION("a carer has three years and qualifies by FAE") {
    a.profile = Profile::as;
    a.attestations = {{AttestationKind::deas, day("2010-07-01"), "deas.pdf"}};
    CHECK(state("2027-06-30") == TrainingState::soignant_en_delai);
    CHECK_FALSE(training_at(a, day("2026-06-30")).aid_at_risk);
    CHECK(training_at(a, day("2026-07-01")).aid_at_risk);
    CHECK(state("2027-07-01") == TrainingState::echu);
    a.attestations.push_back({AttestationKind::fae, day("2027-08-01"), "fae.pdf"});
    CHECK(state("2027-07-31") == TrainingState::echu);
    CHECK(state("2027-08-01") == TrainingState::qualifie);
    const std::vector<WithdrawnTitle> lost{{AttestationKind::deas, day("2027-09-01")}};
    CHECK(training_at(a, day("2027-09-01"), lost).state == TrainingState::echu);
    CHECK(training_at(a, day("2027-08-31"), lost).state == TrainingState::qualifie);
  }
  SECTION("the CQP qualifies any profile and FAE alone does not") {
    a.attestations = {{AttestationKind::fae, day("2025-01-01"), "fae.pdf"}};
    CHECK(state("2025-06-01") == TrainingState::a_inscrire);
    a.attestations = {{AttestationKind::cqp, day("2025-01-01"), "cqp.pdf"}};
    CHECK(state("2035-06-01") == TrainingState::qualifie);
  }
}

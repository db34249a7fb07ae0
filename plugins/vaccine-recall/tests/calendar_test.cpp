// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "calendar_fr/cases.h"
#include "french_record.h"
#include "support/scratch_folder.h"

using namespace relais::vaccine;
using namespace relais::vaccine::test;
using fr::Status;

namespace {

namespace fs = std::filesystem;

// Loads a copy of the shipped edition in which `file` had `from` replaced.
std::string refusal(const char* file, const std::string& from, const std::string& to) {
  const relais::test::Scratch scratch;
  const auto copy = fs::path(scratch.path()) / "edition";
  fs::copy(VACCINE_DATA, copy, fs::copy_options::recursive);
  std::stringstream text;
  text << std::ifstream(copy / file).rdbuf();
  auto changed = text.str();
  const auto at = changed.find(from);
  REQUIRE(at != changed.npos);
  changed.replace(at, from.size(), to);
  std::ofstream(copy / file, std::ios::trunc) << changed;
  const auto loaded = fr::load_calendar(copy);
  return loaded ? "loaded" : loaded.error().text();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

constexpr const char* hexavalent_file = "AntigenSupportingData-hexavalent.xml";

}  // namespace

TEST_CASE("the shipped edition loads and every rule names a source") {
  CHECK(calendar().edition == "2025");
  CHECK(calendar().groups.size() == 22);
  for (const auto& antigen : calendar().facts) {
    for (const auto& series : antigen) CHECK_FALSE(series.empty());
  }
}

TEST_CASE("a rule without a source or with one that may not be used refuses the edition") {
  CHECK(has(refusal(hexavalent_file, "Dose 2 | A | VISp-coq", "Série | A | VISp-coq"), "dose 2 has no source line"));
  CHECK(has(refusal(hexavalent_file, "| A | VISp-coq |", "| A | Inconnue |"), "unknown source"));
  CHECK(has(refusal(hexavalent_file, "| A | VISp-coq |", "| A | RM |"), "RM is not a source"));
  CHECK(has(refusal(hexavalent_file, "| A | VISp-coq |", "| D | VISp-coq |"), "letter of confidence"));
  CHECK(has(refusal(hexavalent_file, "Question 13 |", "Question 99 |"), "unknown open question"));
  CHECK(has(refusal(hexavalent_file, "<minAge>4 months<", "<minAge>4 mois<"), "not a duration"));
  CHECK(has(refusal("calendrier.json", "\"un_de\"", "\"un_des\""), "composants"));
  CHECK(has(refusal("produits.csv", "VPC15", "VPC99"), "unknown valence"));
}

TEST_CASE("a dose one day short of its interval does not count and the next interval runs from it") {
  const auto at = [](const char* second) {
    return answer_for("hexavalent",
                      record("2025-01-10", "2025-06-01", {{"2025-03-10", hexavalent}, {second, hexavalent}}));
  };
  CHECK(at("2025-05-10").dose == 3);
  CHECK(at("2025-05-09").dose == 2);
  CHECK(at("2025-05-09").earliest == on("2025-07-09"));
}

TEST_CASE("the last day of a window is on time and the next one is late") {
  const auto at = [](const char* day) { return answer_for("ror", record("2024-05-15", day)).status; };
  CHECK(at("2025-05-14") == Status::a_jour);
  CHECK(at("2025-05-15") == Status::a_faire);
  CHECK(at("2025-06-14") == Status::a_faire);
  CHECK(at("2025-06-15") == Status::en_retard);
}

TEST_CASE("adult boosters stay at their fixed ages and a missed one is not skipped") {
  const auto at = [](const char* birth, const std::vector<Shot>& shots) {
    return answer_for("dtp-adulte", record(birth, "2026-01-15", shots, {{"dtp-primovaccination-complete", {}}}));
  };
  CHECK(at("1975-01-01", {{"2019-03-01", dtcap}}).dose == 45);
  CHECK(at("1975-01-01", {{"2020-01-01", dtcap}}).dose == 65);
  CHECK(at("1975-01-01", {}).status == Status::en_retard);
  CHECK(at("2001-06-01", {}).dose == 25);
  CHECK(at("2001-06-01", {}).status == Status::a_jour);
}

TEST_CASE("a catch-up is never late and closes") {
  const auto at = [](const char* day) { return answer_for("meningocoque-acwy-adolescent", record("2008-03-01", day)); };
  CHECK(at("2023-02-28").status == Status::a_faire);
  CHECK(at("2023-02-28").late_from == on("2023-03-01"));
  CHECK(at("2026-01-01").status == Status::a_faire);
  CHECK_FALSE(at("2026-01-01").late_from);
  CHECK(at("2033-03-01").status == Status::sans_objet);
}

TEST_CASE("the pertussis window of a pregnancy opens and becomes late and closes by its days") {
  const auto at = [](int days) {
    auto who = record("1995-01-01", "2025-01-01", {}, {{"grossesse", {}}, {"ddr", on("2025-06-01")}});
    who.assessed = on("2025-06-01") + days;
    return answer_for("coqueluche-grossesse", who).status;
  };
  CHECK(at(139) == Status::a_jour);
  CHECK(at(140) == Status::a_faire);
  CHECK(at(252) == Status::a_faire);
  CHECK(at(253) == Status::en_retard);
  CHECK(at(259) == Status::sans_objet);
}

TEST_CASE("an RSV dose whose weeks of pregnancy lie outside the season is without object") {
  const auto at = [](const char* last_period, const char* day) {
    return answer_for("vrs-grossesse", record("1995-01-01", day, {}, {{"grossesse", {}}, {"ddr", on(last_period)}}));
  };
  CHECK(at("2024-12-20", "2025-08-10").status == Status::sans_objet);  // 36 weeks end on 2025-08-29
  CHECK(at("2025-01-10", "2025-08-30").status == Status::a_jour);      // 36 weeks end on 2025-09-19
  CHECK(at("2025-01-10", "2025-08-30").earliest == on("2025-09-01"));
  CHECK(at("2025-07-01", "2025-11-01").status == Status::sans_objet);  // 32 weeks begin on 2026-02-10
}

TEST_CASE("a live vaccine is contraindicated before any other word") {
  const auto who = record("1990-01-01", "2025-11-01", {{"1991-02-01", ror}, {"1991-06-01", ror}},
                          {{"immunodepression", on("2020-01-01")}});
  CHECK(answer_for("ror", who).status == Status::contre_indique);
  CHECK(answer_for("varicelle", who).status == Status::contre_indique);
  CHECK(answer_for("rotavirus", who).status == Status::contre_indique);
  CHECK(answer_for("zona", who).status == Status::a_faire);
}

TEST_CASE("a campaign opens and is done by a dose of its own and ends") {
  const auto at = [](const char* day, const std::vector<Shot>& shots = {}) {
    return answer_for("grippe", record("1950-01-01", day, shots));
  };
  CHECK(at("2025-10-13").status == Status::a_jour);
  CHECK(at("2025-10-14").status == Status::a_faire);
  CHECK(at("2026-01-31", {{"2024-11-02", {"influenza"}}}).status == Status::a_faire);
  CHECK(at("2026-01-31", {{"2025-11-02", {"influenza"}}}).status == Status::a_jour);
  CHECK(at("2026-02-01").status == Status::sans_objet);
}

TEST_CASE("a COVID-19 dose that is only possible after the campaign is without object") {
  CHECK(answer_for("covid-19", record("1955-01-01", "2025-12-01", {{"2025-07-31", {"COVID-19"}}})).status ==
        Status::a_jour);
  CHECK(answer_for("covid-19", record("1955-01-01", "2025-12-01", {{"2025-08-01", {"COVID-19"}}})).status ==
        Status::sans_objet);
  CHECK(answer_for("covid-19", record("1940-01-01", "2025-12-01", {{"2025-08-01", {"COVID-19"}}})).status ==
        Status::a_faire);
}

TEST_CASE("open questions show every rule and choose none") {
  const auto got = answer_for("coqueluche-entourage", record("1995-01-09", "2026-02-09", {{"2020-02-03", dtcap}},
                                                             {{"contact-nourrissons", {}}}));
  CHECK(got.status == Status::depend);
  REQUIRE(got.others.size() == 2);
  CHECK(got.others[0].status != got.others[1].status);
  const auto settled = answer_for("coqueluche-entourage", record("1995-01-09", "2026-02-09", {{"2010-02-03", dtcap}},
                                                                 {{"contact-nourrissons", {}}}));
  CHECK(settled.status == Status::a_faire);
}

TEST_CASE("both hepatitis B schemes of an adolescent are shown") {
  const auto got = answer_for("hepatite-b", record("2011-07-07", "2025-11-17"));
  CHECK(got.status == Status::a_faire);
  CHECK(std::any_of(got.others.begin(), got.others.end(),
                    [](const auto& rule) { return has(rule.series, "Engerix B20"); }));
}

TEST_CASE("a group without a rule answers that no expertise is there") {
  CHECK(answer_for("bcg", record("2025-01-01", "2025-11-01")).status == Status::expertise_indisponible);
}

TEST_CASE("an answer names its edition and its sources and says when its data are old") {
  const auto got = answer_for("hexavalent", record("2025-01-10", "2025-06-01"));
  const auto lines = fr::explain(calendar(), got);
  CHECK(has(lines.front(), "calendrier 2025"));
  CHECK(std::any_of(lines.begin(), lines.end(), [](const auto& line) { return has(line, "page Coqueluche"); }));
  CHECK(got.notices.empty());
  const auto later = answer_for("hexavalent", record("2026-10-10", "2027-01-01"));
  REQUIRE_FALSE(later.notices.empty());
  CHECK(has(later.notices.front(), "Données anciennes"));
}

TEST_CASE("a record that contradicts itself or holds unknown words is refused") {
  CHECK_FALSE(fr::answer(calendar(), record("2025-01-10", "2025-01-09")));
  CHECK_FALSE(fr::answer(calendar(), record("2025-01-10", "2025-06-01", {{"2025-06-02", hexavalent}})));
  CHECK_FALSE(fr::answer(calendar(), record("2025-01-10", "2025-06-01", {{"2025-05-02", {"XX"}}})));
  CHECK_FALSE(fr::answer(calendar(), record("2025-01-10", "2025-06-01", {}, {{"diabete", {}}})));
}

TEST_CASE("a file of cases of another shape is refused with its place") {
  const auto refused = [](const std::string& json) {
    const auto got = fr::read_french_cases(json, calendar());
    return got ? std::string("read") : got.error();
  };
  CHECK(has(refused("{"), "not JSON"));
  CHECK(has(refused("[]"), "not an object"));
  CHECK(
      has(refused(R"({"schema":"relais-vaccins-fr-cases/2","calendar_edition":"2025","cases":[]})"), "another shape"));
  CHECK(has(refused(R"({"schema":"relais-vaccins-fr-cases/1","calendar_edition":"2019","cases":[]})"),
            "no data of this edition"));
  CHECK(refused(R"({"schema":"relais-vaccins-fr-cases/1","calendar_edition":"2025","cases":[]})") == "read");
}

TEST_CASE("a case that cannot be judged fails alone and the others are judged") {
  const auto file = [](const std::string& observations, const std::string& doses, const std::string& lines) {
    const std::string good = R"({"id":"good","title":"","birth_date":"2025-01-10","sex":"F","assessed":"2025-06-01",
      "observations":[],"doses":[],"expect":[{"group":"zona","status":"sans_objet","dose":null,"earliest":null,
      "recommended":null,"late_from":null,"reason":"","confidence":"A"}],"not_listed":"not compared"})";
    return R"({"schema":"relais-vaccins-fr-cases/1","calendar_edition":"2025","cases":[{"id":"bad","title":"",)"
           R"("birth_date":"2025-01-10","sex":"F","assessed":"2025-06-01","observations":[)" +
           observations + R"(],"doses":[)" + doses + R"(],"expect":[)" + lines + R"(],"not_listed":"not compared"},)" +
           good + "]}";
  };
  const std::string line = R"({"group":"ror","status":null,"dose":null,"earliest":null,"recommended":null,)"
                           R"("late_from":null,"reason":"","confidence":"A"})";
  const auto why = [&](const std::string& observations, const std::string& doses, const std::string& lines) {
    const auto got = fr::read_french_cases(file(observations, doses, lines), calendar());
    if (!got) return got.error();
    std::ostringstream out;
    const auto totals = fr::report_french_cases(calendar(), *got, out);
    CHECK(totals.passed + totals.failed == 2);
    CHECK(totals.passed >= 1);
    CHECK(static_cast<int>(got->refused.size()) == totals.failed);
    return got->refused.empty() ? std::string("judged") : got->refused.front();
  };
  CHECK(why("", "", line) == "judged");
  CHECK(has(why("", "", ""), "compares nothing"));
  CHECK(has(why("", "", line + "," + line), "stands twice"));
  CHECK(has(why("", "", R"({"group":"ror"})"), "cases[0].expect[0]: no member 'status'"));
  CHECK(has(why("", R"({"date":null,"product":"Inconnu","valences":[],"precision":"unknown"})", line), "valences"));
  CHECK(
      has(why("", R"({"date":"2025-02-30","product":"","valences":["HB"],"precision":"exact"})", line), "not a date"));
  CHECK(has(why(R"({"code":"bpco","label":"","date":"2025-06-02"})", "", line), "after the assessment"));
  CHECK(has(why(R"({"code":"grossesse","label":"","date":null})", "", line), "without 'ddr'"));
  CHECK(has(why(R"({"code":"infection-covid-19","label":"","date":null})", "", line), "a date is missing"));
  const auto twice = fr::read_french_cases(
      R"({"schema":"relais-vaccins-fr-cases/1","calendar_edition":"2025","cases":[5,{"id":"x"},null]})", calendar());
  REQUIRE(twice);
  CHECK(twice->refused.size() == 3);
}

TEST_CASE("an earlier unknown history is looked for before the doses that are known") {
  const auto since = [](const char* day) {
    return std::vector<fr::RecordedObservation>{{"historique-inconnu", on(day)}};
  };
  CHECK(answer_for("ror", record("1995-02-10", "2026-01-16", {{"2025-03-01", ror}}, since("2025-01-01"))).status ==
        Status::inconnu);
  CHECK(answer_for("hexavalent", record("2025-05-01", "2026-01-16", {{"2025-12-29", hexavalent}}, since("2025-12-20")))
            .status == Status::inconnu);
  CHECK(answer_for("covid-19", record("1950-02-10", "2026-01-16", {}, since("2025-09-01"))).status == Status::inconnu);
  CHECK(answer_for("covid-19", record("1950-02-10", "2026-01-16", {}, since("2025-01-01"))).status == Status::a_faire);
}

TEST_CASE("fictitious patients of every group are answered as the schedule says") {
  std::stringstream text;
  text << std::ifstream(VACCINE_CASES).rdbuf();
  const auto cases = fr::read_french_cases(text.str(), calendar());
  if (!cases) FAIL(cases.error());
  std::ostringstream out;
  const auto totals = fr::report_french_cases(calendar(), *cases, out);
  INFO(out.str());
  CHECK(totals.failed == 0);
  CHECK(totals.lines_failed == 0);
  CHECK(totals.lines_passed >= 300);
}

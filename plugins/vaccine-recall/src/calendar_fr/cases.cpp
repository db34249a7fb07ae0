// SPDX-License-Identifier: Apache-2.0
#include "calendar_fr/cases.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace relais::vaccine::fr {
namespace {

using Json = nlohmann::json;

struct Refused {
  std::string reason;
};

[[noreturn]] void refuse(const std::string& place, const std::string& reason) { throw Refused{place + ": " + reason}; }

void closed(const Json& object, const std::string& place, std::initializer_list<const char*> members) {
  if (!object.is_object()) refuse(place, "not an object");
  for (const auto* name : members) {
    if (!object.contains(name)) refuse(place, std::string("no member '") + name + "'");
  }
  if (object.size() != members.size()) refuse(place, "a member that is not known");
}

std::string text(const Json& object, const char* name, const std::string& place) {
  if (!object[name].is_string()) refuse(place + "." + name, "not a text");
  return object[name];
}

const Json& list(const Json& object, const char* name, const std::string& place) {
  if (!object[name].is_array()) refuse(place + "." + name, "not a list");
  return object[name];
}

Day date(const Json& object, const char* name, const std::string& place) {
  const auto day = parse_iso_day(text(object, name, place));
  if (!day) refuse(place + "." + name, "not a date");
  return *day;
}

// The days that "2017-06-02", "2017-06", "2017" or null can mean.
void read_range(const Json& dose, const std::string& place, RecordedDose& out) {
  const auto precision = text(dose, "precision", place);
  if (precision == "unknown") {
    if (!dose["date"].is_null()) refuse(place, "a date of unknown precision");
    return;
  }
  const auto stated = text(dose, "date", place);
  if (precision == "exact") out.first = out.last = parse_iso_day(stated);
  else if (precision == "month") {
    out.first = parse_iso_day(stated + "-01");
    if (out.first) out.last = last_of_month(*out.first);
  } else if (precision == "year") {
    out.first = parse_iso_day(stated + "-01-01");
    out.last = parse_iso_day(stated + "-12-31");
  } else {
    refuse(place + ".precision", "unknown word");
  }
  if (!out.first || !out.last) refuse(place + ".date", "not a date of that precision");
}

RecordedDose read_dose(const Json& json, const std::string& place, const Calendar& calendar) {
  closed(json, place, {"date", "product", "valences", "precision"});
  RecordedDose dose;
  dose.product = text(json, "product", place);
  for (const auto& valence : list(json, "valences", place)) {
    if (!valence.is_string()) refuse(place + ".valences", "not a text");
    dose.valences.push_back(valence);
  }
  if (dose.valences.empty() && !calendar.products.contains(dose.product)) {
    refuse(place, "neither a known product nor valences");
  }
  read_range(json, place, dose);
  return dose;
}

ExpectedLine read_line(const Json& json, const std::string& place, const Calendar& calendar) {
  closed(json, place, {"group", "status", "dose", "earliest", "recommended", "late_from", "reason", "confidence"});
  ExpectedLine line;
  line.group = text(json, "group", place);
  line.confidence = text(json, "confidence", place);
  if (!calendar.find(line.group)) refuse(place + ".group", "unknown group '" + line.group.substr(0, 80) + "'");
  if (line.confidence != "A" && line.confidence != "B" && line.confidence != "C" && line.confidence != "X") {
    refuse(place + ".confidence", "unknown letter");
  }
  if (!json["status"].is_null()) {
    static const std::set<std::string> words{"a_jour",     "a_faire",        "en_retard", "termine",
                                             "sans_objet", "contre_indique", "inconnu"};
    line.values["status"] = text(json, "status", place);
    if (!words.contains(line.values["status"])) refuse(place + ".status", "unknown word");
  }
  if (!json["dose"].is_null()) {
    if (!json["dose"].is_number_integer()) refuse(place + ".dose", "not a number");
    line.values["dose"] = json["dose"].dump();
  }
  for (const auto* name : {"earliest", "recommended", "late_from"}) {
    if (!json[name].is_null()) line.values[name] = iso(date(json, name, place));
  }
  return line;
}

// Never from a day that has not come yet, and with its day where nothing could be said without it.
RecordedObservation read_observation(const Json& json, const std::string& place, const Calendar& calendar,
                                     Day assessed) {
  closed(json, place, {"code", "label", "date"});
  RecordedObservation out{text(json, "code", place), {}};
  if (calendar.data.find_observation(out.code) == no_id) refuse(place, "unknown code");
  if (!json["date"].is_null()) out.date = date(json, "date", place);
  if (out.date && *out.date > assessed) refuse(place + ".date", "after the assessment");
  if (!out.date && (out.code == "ddr" || out.code == "infection-covid-19")) refuse(place, "a date is missing");
  return out;
}

FrenchCase read_case(const Json& json, const std::string& place, const Calendar& calendar) {
  closed(json, place,
         {"id", "title", "birth_date", "sex", "assessed", "observations", "doses", "expect", "not_listed"});
  FrenchCase out;
  out.id = text(json, "id", place);
  out.title = text(json, "title", place);
  out.record.birth = date(json, "birth_date", place);
  out.record.assessed = date(json, "assessed", place);
  const auto sex = text(json, "sex", place);
  if (sex != "F" && sex != "M") refuse(place + ".sex", "unknown word");
  out.record.gender = sex == "F" ? Gender::female : Gender::male;
  if (text(json, "not_listed", place) != "not compared") refuse(place + ".not_listed", "another rule");
  const auto at = [&](const char* name, std::size_t index) {
    return place + "." + name + "[" + std::to_string(index) + "]";
  };
  std::set<std::string> observed;
  for (const auto& each : list(json, "observations", place)) {
    const auto where = at("observations", out.record.observations.size());
    out.record.observations.push_back(read_observation(each, where, calendar, out.record.assessed));
    observed.insert(out.record.observations.back().code);
  }
  if (observed.contains("grossesse") && !observed.contains("ddr")) refuse(place, "'grossesse' without 'ddr'");
  for (const auto& each : list(json, "doses", place)) {
    out.record.doses.push_back(read_dose(each, at("doses", out.record.doses.size()), calendar));
  }
  std::set<std::string> groups;
  for (const auto& each : list(json, "expect", place)) {
    const auto where = at("expect", out.lines.size());
    out.lines.push_back(read_line(each, where, calendar));
    if (!groups.insert(out.lines.back().group).second) refuse(where, "a group stands twice");
  }
  if (out.lines.empty()) refuse(place + ".expect", "compares nothing");
  return out;
}

std::map<std::string, std::string> values_of(const Answer& answer) {
  std::map<std::string, std::string> out{{"status", std::string(word(answer.status))}};
  if (answer.dose) out["dose"] = std::to_string(*answer.dose);
  if (answer.earliest) out["earliest"] = iso(*answer.earliest);
  if (answer.recommended) out["recommended"] = iso(*answer.recommended);
  if (answer.late_from) out["late_from"] = iso(*answer.late_from);
  return out;
}

// True when the line passes; differences are written.
bool compare_line(const FrenchCase& of, const ExpectedLine& line, const std::vector<Answer>& answers,
                  std::ostream& out) {
  const auto found =
      std::find_if(answers.begin(), answers.end(), [&](const auto& each) { return each.group == line.group; });
  const auto got = found == answers.end() ? std::map<std::string, std::string>{} : values_of(*found);
  bool passed = found != answers.end();
  for (const auto& [name, expected] : line.values) {
    const auto value = got.find(name);
    const std::string seen = value == got.end() ? "" : value->second;
    if (seen == expected) continue;
    passed = false;
    out << (line.confidence < "C" ? "FAILED " : "not counted ") << of.id << ' ' << line.group << " (" << line.confidence
        << ") " << name << ": expected '" << expected << "', got '" << seen << "'\n";
  }
  if (found == answers.end()) out << "FAILED " << of.id << ' ' << line.group << ": no answer\n";
  return passed;
}

}  // namespace

tl::expected<FrenchCases, std::string> read_french_cases(std::string_view json, const Calendar& calendar) {
  try {
    const auto root = Json::parse(json);
    closed(root, "file", {"schema", "calendar_edition", "cases"});
    if (text(root, "schema", "file") != "relais-vaccins-fr-cases/1") refuse("schema", "another shape");
    FrenchCases out{text(root, "calendar_edition", "file"), {}, {}};
    if (out.edition != calendar.edition) refuse("calendar_edition", "no data of this edition");
    std::set<std::string> ids;
    for (const auto& each : list(root, "cases", "file")) {
      const auto place = "cases[" + std::to_string(out.cases.size() + out.refused.size()) + "]";
      try {
        auto read = read_case(each, place, calendar);
        if (!ids.insert(read.id).second) refuse(place, "its id stands twice");
        out.cases.push_back(std::move(read));
      } catch (const Refused& refused) {
        out.refused.push_back(refused.reason);
      }
    }
    return out;
  } catch (const Refused& refused) {
    return tl::unexpected(refused.reason);
  } catch (const std::exception& failure) {
    return tl::unexpected(std::string("not JSON of this shape: ") + failure.what());
  }
}

FrenchTotals report_french_cases(const Calendar& calendar, const FrenchCases& cases, std::ostream& out) {
  FrenchTotals totals;
  for (const auto& reason : cases.refused) {
    out << "FAILED " << reason << '\n';
    ++totals.failed;
  }
  for (const auto& each : cases.cases) {
    const auto answers = answer(calendar, each.record);
    bool passed = answers.has_value();
    if (!answers) out << "FAILED " << each.id << ": " << answers.error() << '\n';
    for (const auto& line : each.lines) {
      if (!answers) break;
      const bool met = compare_line(each, line, *answers, out);
      const bool counts = line.confidence < "C";
      if (counts) ++(met ? totals.lines_passed : totals.lines_failed);
      else ++(met ? totals.other_passed : totals.other_failed);
      passed = passed && (met || !counts);
    }
    ++(passed ? totals.passed : totals.failed);
  }
  out << "lines: " << totals.lines_passed << " of " << totals.lines_passed + totals.lines_failed
      << " counted; not counted (C, X): " << totals.other_passed << " of " << totals.other_passed + totals.other_failed
      << "; calendar " << calendar.edition << '\n';
  return totals;
}

}  // namespace relais::vaccine::fr

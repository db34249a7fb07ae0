// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "calendar_fr/facts.h"
#include "command/csv.h"
#include "engine/text.h"

namespace relais::vaccine::fr {
namespace {

using Json = nlohmann::json;
constexpr const char* file_name = "calendrier.json";

struct Failure {
  LoadError error;
};

[[noreturn]] void refuse(const std::string& element, const std::string& reason) {
  throw Failure{{file_name, element, reason}};
}

std::string required_file(const std::filesystem::path& path) {
  std::string text;
  if (!read_file(path, text)) throw Failure{{path.filename().string(), "", "cannot be read"}};
  return text;
}

CsvTable table(const std::filesystem::path& path) {
  auto read = read_csv(required_file(path));
  if (!read) throw Failure{{path.filename().string(), "", read.error()}};
  return *std::move(read);
}

// Exactly these members: a misspelt one would be a rule that is not applied.
void closed(const Json& object, const std::string& element, std::initializer_list<const char*> members) {
  if (!object.is_object()) refuse(element, "not an object");
  for (const auto* name : members) {
    if (!object.contains(name)) refuse(element, std::string("has no member '") + name + "'");
  }
  if (object.size() != members.size()) refuse(element, "has a member that is not known");
}

Kind kind_of(const std::string& word, const std::string& element) {
  if (word == "serie") return Kind::series;
  if (word == "rappel") return Kind::booster;
  if (word == "saison") return Kind::season;
  if (word == "grossesse") return Kind::pregnancy;
  if (word == "question") return Kind::question;
  refuse(element, "unknown word '" + word + "'");
}

MaybeDay day_or_none(const Json& value, const std::string& element) {
  const auto text = value.get<std::string>();
  if (text.empty()) return {};
  const auto day = parse_iso_day(text);
  if (!day) refuse(element, "not a date: '" + text + "'");
  return day;
}

class Loader {
 public:
  Loader(Calendar& calendar, const Json& json) : calendar_(calendar), json_(json) {}

  void load() {
    closed(json_, "",
           {"schema", "edition", "date", "anciennes_apres", "valences", "groupes", "sans_regle", "composants",
            "observations_derivees", "limites", "questions"});
    if (json_["schema"] != "relais-calendrier-fr/1") refuse("schema", "another shape");
    calendar_.edition = json_["edition"];
    calendar_.date = json_["date"];
    const auto old_after = day_or_none(json_["anciennes_apres"], "anciennes_apres");
    if (!old_after) refuse("anciennes_apres", "is empty");
    calendar_.old_after = *old_after;
    calendar_.valences = json_["valences"].get<std::vector<std::string>>();
    for (const auto& each : json_["questions"]) {
      closed(each, "questions", {"numero", "texte"});
      calendar_.questions[each["numero"]] = each["texte"];
    }
    groups();
    components();
    derived();
    for (const auto& each : json_["limites"]) {
      closed(each, "limites", {"groupe", "serie", "dose", "age", "question"});
      const auto age = parse_duration(each["age"].get<std::string>());
      if (!age) refuse("limites.age", "not a duration");
      calendar_.limits.push_back({each["groupe"], each["serie"], each["dose"], *age, each["question"]});
    }
  }

 private:
  void groups() {
    for (const auto& each : json_["groupes"]) {
      closed(each, "groupes", {"id", "libelle", "genre"});
      Group group{each["id"], each["libelle"], kind_of(each["genre"], "groupes.genre"), no_id};
      const auto found = calendar_.data.antigen_by_name.find(group.id);
      if (found == calendar_.data.antigen_by_name.end()) refuse("groupes." + group.id, "no supporting data");
      group.antigen = found->second;
      if (calendar_.find(group.id)) refuse("groupes." + group.id, "stands twice");
      calendar_.groups.push_back(std::move(group));
    }
    if (calendar_.groups.size() != calendar_.data.groups.size()) refuse("groupes", "supporting data without a group");
    for (const auto& each : json_["sans_regle"]) {
      closed(each, "sans_regle", {"id", "libelle"});
      calendar_.without_rule[each["id"]] = each["libelle"];
    }
  }

  std::vector<std::string> words(const Json& list, bool of_valences) const {
    auto out = list.get<std::vector<std::string>>();
    for (const auto& word : out) {
      const auto& known = calendar_.valences;
      if (of_valences && std::find(known.begin(), known.end(), word) == known.end()) {
        refuse("composants", "unknown valence '" + word + "'");
      }
      if (!of_valences && !calendar_.products.contains(word)) refuse("composants", "unknown product '" + word + "'");
    }
    return out;
  }

  void components() {
    for (const auto& each : json_["composants"]) {
      closed(each, "composants",
             {"groupe", "code", "tous", "un_de", "sans", "produits", "sauf_produits", "sans_date"});
      Component component;
      component.group = each["groupe"];
      const auto code = each["code"].get<std::string>();
      component.code = calendar_.data.find_cvx(code);
      const auto* group = calendar_.find(component.group);
      if (!group) refuse("composants", "unknown group '" + component.group + "'");
      if (component.code == no_id) refuse("composants", "unknown code '" + code + "'");
      const auto& held = calendar_.data.cvx[component.code].associations;
      if (held.size() != 1 || held.front().antigen != group->antigen)
        refuse("composants", code + " is of another group");
      component.all_of = words(each["tous"], true);
      component.one_of = words(each["un_de"], true);
      component.none_of = words(each["sans"], true);
      component.products = words(each["produits"], false);
      component.not_products = words(each["sauf_produits"], false);
      component.undated = each["sans_date"];
      if (component.all_of.empty() && component.one_of.empty()) refuse("composants", code + " fits every dose");
      calendar_.components.push_back(std::move(component));
    }
    for (const auto& group : calendar_.groups) {
      const auto of_group = [&](const Component& each) { return each.group == group.id; };
      if (std::none_of(calendar_.components.begin(), calendar_.components.end(), of_group)) {
        refuse("composants", "none for the group '" + group.id + "'");
      }
    }
  }

  ObservationId observation(const std::string& code) const {
    if (code.empty()) return no_id;
    const auto id = calendar_.data.find_observation(code);
    if (id == no_id) refuse("observations_derivees", "unknown observation '" + code + "'");
    return id;
  }

  void derived() {
    for (const auto& each : json_["observations_derivees"]) {
      closed(each, "observations_derivees", {"code", "observation", "avec", "ne_depuis", "ne_avant", "avant_jour"});
      calendar_.derived.push_back({observation(each["code"]), observation(each["observation"]),
                                   observation(each["avec"]), day_or_none(each["ne_depuis"], "ne_depuis"),
                                   day_or_none(each["ne_avant"], "ne_avant"), each["avant_jour"]});
    }
  }

  Calendar& calendar_;
  const Json& json_;
};

}  // namespace

const Group* Calendar::find(const std::string& id) const {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& each) { return each.id == id; });
  return found == groups.end() ? nullptr : &*found;
}

tl::expected<Calendar, LoadError> load_calendar(const std::filesystem::path& folder) {
  try {
    auto data = load_folder(folder);
    if (!data) return tl::unexpected(data.error());
    Calendar calendar;
    calendar.data = *std::move(data);
    const auto sources = table(folder / "sources.csv");
    for (std::size_t row = 0; row < sources.rows.size(); ++row) {
      const Source source{sources.value(row, "titre"), sources.value(row, "date")};
      if (source.title.empty() || source.date.empty()) {
        throw Failure{{"sources.csv", sources.value(row, "cle"), "a source needs a title and a date"}};
      }
      calendar.sources[sources.value(row, "cle")] = source;
    }
    const auto products = table(folder / "produits.csv");
    for (std::size_t row = 0; row < products.rows.size(); ++row) {
      calendar.products[products.value(row, "produit")] = split(products.value(row, "valences"), ' ');
    }
    const auto json = Json::parse(required_file(folder / file_name));
    Loader(calendar, json).load();
    for (const auto& [name, valences] : calendar.products) {
      for (const auto& valence : valences) {
        if (std::find(calendar.valences.begin(), calendar.valences.end(), valence) == calendar.valences.end()) {
          throw Failure{{"produits.csv", name, "unknown valence '" + valence + "'"}};
        }
      }
    }
    if (auto read = read_facts(calendar); !read) return tl::unexpected(read.error());
    return calendar;
  } catch (const Failure& failure) {
    return tl::unexpected(failure.error);
  } catch (const std::exception& failure) {
    return tl::unexpected(LoadError{file_name, "", failure.what()});
  }
}

}  // namespace relais::vaccine::fr

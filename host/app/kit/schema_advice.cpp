// SPDX-License-Identifier: Apache-2.0
#include "app/kit/schema_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace relais::plugins {
// Defined by the file that CMake makes of manifest.schema.json.
extern const std::string_view manifest_schema_text;
}  // namespace relais::plugins

namespace relais::app {
namespace {

using nlohmann::json;

std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t before = row[0]++;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t cost = std::min({row[j + 1] + 1, row[j] + 1, before + (left[i] == right[j] ? 0 : 1)});
      before = std::exchange(row[j + 1], cost);
    }
  }
  return row.back();
}

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, ignored] : object.items()) keys.push_back(key);
  return keys;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

std::string written(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string example_of(const json& schema) {
  return schema.contains("examples") ? ", par exemple « " + written(schema.at("examples").front()) + " »" : std::string();
}

std::string bounds(const json& schema, const char* low, const char* high, const char* unit) {
  std::string text;
  if (schema.contains(low)) text += fmt::format(", au moins {}{}", schema.at(low).dump(), unit);
  if (schema.contains(high)) text += fmt::format(", au plus {}{}", schema.at(high).dump(), unit);
  return text;
}

// What a value of this schema looks like.
std::string expected(const json& schema) {
  if (schema.contains("enum")) {
    std::vector<std::string> words;
    for (const auto& one : schema.at("enum")) words.push_back(written(one));
    return "l'une des valeurs " + joined(words);
  }
  const std::string type = schema.contains("type") && schema.at("type").is_string() ? schema.at("type").get<std::string>() : "";
  if (type == "integer") return "un nombre entier" + bounds(schema, "minimum", "maximum", "");
  if (type == "number") return "un nombre" + bounds(schema, "minimum", "maximum", "");
  if (type == "string") {
    return "un texte" + bounds(schema, "minLength", "maxLength", " caractères") +
           (schema.contains("pattern") ? " de la forme " + schema.at("pattern").get<std::string>() : "") + example_of(schema);
  }
  if (type == "array") {
    return "une liste" + bounds(schema, "minItems", "maxItems", " éléments") +
           (schema.value("uniqueItems", false) ? ", sans doublon" : "") + example_of(schema);
  }
  if (type == "object") return "un objet de champs " + joined(keys_of(schema.at("properties"))) + example_of(schema);
  return "une valeur du schéma" + example_of(schema);
}

// Whether the value alone, without what it holds, is what the schema says.
bool fits(const json& schema, const json& value) {
  if (schema.contains("enum")) {
    const auto& words = schema.at("enum");
    return std::find(words.begin(), words.end(), value) != words.end();
  }
  const std::string type = schema.contains("type") && schema.at("type").is_string() ? schema.at("type").get<std::string>() : "";
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  return false;
}

SchemaAdvice advise_object(const json& schema, const json& object, std::vector<PlaceStep> place) {
  const json& properties = schema.at("properties");
  for (const auto& [key, ignored] : object.items()) {
    if (properties.contains(key)) continue;
    const auto near = nearest_word(key, keys_of(properties));
    place.emplace_back(key);
    return {std::move(place), "le champ « " + key + " » n'existe pas",
            near.empty() ? "l'un des champs " + joined(keys_of(properties)) : "« " + near + " »"};
  }
  if (schema.contains("required")) {
    for (const auto& needed : schema.at("required")) {
      const auto key = needed.get<std::string>();
      if (object.contains(key)) continue;
      return {std::move(place), "le champ « " + key + " » manque",
              "ajoutez « " + key + ": … », " + expected(properties.at(key))};
    }
  }
  return {std::move(place), "", ""};
}

}  // namespace

std::string nearest_word(std::string_view written_word, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  // Farther than a third of the word it is another word.
  std::size_t least = std::max<std::size_t>(2, written_word.size() / 3) + 1;
  for (const auto& word : known) {
    const std::size_t apart = distance(written_word, word);
    if (apart < least) {
      least = apart;
      best = &word;
    }
  }
  return best == nullptr ? std::string() : *best;
}

SchemaAdvice schema_advice(const json& manifest, std::string_view place) {
  static const json root = json::parse(plugins::manifest_schema_text);
  const json* schema = &root;
  const json* value = &manifest;
  std::vector<PlaceStep> at;
  for (const PlaceStep& step : steps_of(place)) {
    const auto* const key = std::get_if<std::string>(&step);
    const auto* const index = std::get_if<std::size_t>(&step);
    const bool known = key != nullptr ? schema->contains("properties") && schema->at("properties").contains(*key) &&
                                            value->is_object() && value->contains(*key)
                                      : schema->contains("items") && value->is_array() && *index < value->size();
    if (!known) break;
    schema = key != nullptr ? &schema->at("properties").at(*key) : &schema->at("items");
    value = key != nullptr ? &value->at(*key) : &value->at(*index);
    at.push_back(step);
  }
  if (schema->contains("properties") && value->is_object()) return advise_object(*schema, *value, std::move(at));
  const std::string what = fits(*schema, *value) ? "la valeur ne convient pas" : "« " + written(*value) + " » ne convient pas";
  std::string instead = expected(*schema);
  if (schema->contains("enum") && value->is_string()) {
    const auto near = nearest_word(value->get<std::string>(), schema->at("enum").get<std::vector<std::string>>());
    if (!near.empty()) instead = "« " + near + " » ; " + instead;
  }
  return {std::move(at), what, std::move(instead)};
}

}  // namespace relais::app

// SPDX-License-Identifier: Apache-2.0
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "domain/canonical.h"
#include "domain/fiche_tree.h"
#include "domain/fiche_yaml.h"

namespace relais::fiche {
namespace {

using Json = nlohmann::ordered_json;

// Plain only when no YAML reader of any version could take it for something else: lower-case words with a dash inside
// or dates of the model; everything else is quoted.
bool reads_plain(const std::string& text) {
  if (parse_moment(text)) return true;
  const bool word = !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
                    std::all_of(text.begin(), text.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                    });
  constexpr std::string_view taken[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "non"};
  return word && std::find(std::begin(taken), std::end(taken), text) == std::end(taken);
}

// A map or list of plain values fits on one line, as people write it.
bool is_short(const Json& value) {
  if (!value.is_structured()) return true;
  return value.size() <= 6 && std::none_of(value.begin(), value.end(), [](const Json& inner) {
           return inner.is_object() || (inner.is_array() && !inner.empty() && inner.front().is_structured());
         });
}

void emit(YAML::Emitter& out, const Json& value) {
  if (value.is_object()) {
    out << (is_short(value) ? YAML::Flow : YAML::Block) << YAML::BeginMap;
    for (const auto& [key, member] : value.items()) {
      out << YAML::Key << key << YAML::Value;
      emit(out, member);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    out << (is_short(value) ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
    for (const auto& item : value) emit(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (!reads_plain(text)) out << YAML::DoubleQuoted;
    out << text;
  } else if (value.is_null()) {
    out << YAML::Null;
  } else if (value.is_boolean()) {
    out << value.get<bool>();
  } else {
    out << canonical_json(value).value_or("0");  // finite by construction of a fiche that was read
  }
}

}  // namespace

std::string write_fiche(const Fiche& fiche) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  const auto tree = full_tree(fiche);
  for (const auto& [key, member] : tree.items()) {
    out << YAML::Key << key << YAML::Value;
    emit(out, member);
  }
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace relais::fiche

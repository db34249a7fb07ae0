// SPDX-License-Identifier: Apache-2.0
#include "plugins/yaml_json.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cstdint>
#include <regex>
#include <sstream>
#include <string>

namespace relais::plugins {
namespace {

constexpr int max_depth = 32;
// std::regex recurses once for each character: longer texts would end the stack.
constexpr std::size_t max_scalar = 4096;

nlohmann::json plain_scalar(const std::string& text) {
  static const std::regex integer("[-+]?[0-9]+");
  static const std::regex decimal("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  const char* const begin = text.data() + (text.front() == '+' ? 1 : 0);
  const char* const end = text.data() + text.size();
  if (std::regex_match(text, integer)) {
    std::int64_t whole = 0;
    if (std::from_chars(begin, end, whole).ec == std::errc{}) return whole;
  }
  if (std::regex_match(text, decimal)) {
    double number = 0;
    if (std::from_chars(begin, end, number).ec == std::errc{}) return number;
  }
  return text;
}

std::string member(const std::string& place, const std::string& key) { return place.empty() ? key : place + "." + key; }

class Converter {
 public:
  explicit Converter(Code code) : code_(code) {}

  Result<nlohmann::json> convert(const YAML::Node& node, const std::string& place, int depth) {
    if (depth > max_depth) return fail(code_, "nested too deeply", place);
    const std::string tag = node.Tag();
    // yaml-cpp gives "?" to plain nodes and "!" to quoted scalars; anything else was written by hand.
    if (!tag.empty() && tag != "?" && tag != "!") return fail(code_, "tags are not accepted", place);
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        if (node.Scalar().size() > max_scalar) return fail(code_, "a text is too long", place);
        return tag == "!" ? nlohmann::json(node.Scalar()) : plain_scalar(node.Scalar());
      case YAML::NodeType::Sequence:
        return sequence(node, place, depth);
      case YAML::NodeType::Map:
        return map(node, place, depth);
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined:
        break;
    }
    return nlohmann::json(nullptr);
  }

 private:
  Result<nlohmann::json> sequence(const YAML::Node& node, const std::string& place, int depth) {
    nlohmann::json items = nlohmann::json::array();
    for (const YAML::Node& item : node) {
      auto converted = convert(item, place + "[" + std::to_string(items.size()) + "]", depth + 1);
      if (!converted) return converted;
      items.push_back(std::move(*converted));
    }
    return items;
  }

  Result<nlohmann::json> map(const YAML::Node& node, const std::string& place, int depth) {
    nlohmann::json members = nlohmann::json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return fail(code_, "a key is not a text", place);
      const std::string& key = entry.first.Scalar();
      const std::string inner = member(place, key);
      if (members.contains(key)) return fail(code_, "the key is given twice", inner);
      auto converted = convert(entry.second, inner, depth + 1);
      if (!converted) return converted;
      members[key] = std::move(*converted);
    }
    return members;
  }

  Code code_;
};

// yaml-cpp follows aliases without telling: the text is searched for the events instead.
class AliasFinder : public YAML::EventHandler {
 public:
  bool found = false;
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t anchor) override { note(anchor); }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { found = true; }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t anchor, const std::string&) override {
    note(anchor);
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    note(anchor);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    note(anchor);
  }
  void OnMapEnd() override {}

 private:
  void note(YAML::anchor_t anchor) { found = found || anchor != 0; }
};

}  // namespace

Result<nlohmann::json> json_from_yaml(std::string_view yaml, Code code, std::size_t limit) {
  if (yaml.size() > limit) return fail(code, "longer than " + std::to_string(limit) + " bytes");
  try {
    const std::string text(yaml);
    std::istringstream events(text);
    YAML::Parser parser(events);
    AliasFinder finder;
    if (!parser.HandleNextDocument(finder)) return fail(code, "empty");
    if (finder.found) return fail(code, "anchors and aliases are not accepted");
    AliasFinder second;
    if (parser.HandleNextDocument(second)) return fail(code, "more than one document");
    auto converted = Converter(code).convert(YAML::Load(text), "", 0);
    // What checks the JSON counts on UTF-8 and reads past its tables without it.
    if (converted) static_cast<void>(converted->dump());
    return converted;
  } catch (const nlohmann::json::type_error&) {
    return fail(code, "not UTF-8");
  } catch (const YAML::Exception& error) {
    return fail(code, "line " + std::to_string(error.mark.line + 1) + ": " + error.msg);
  }
}

}  // namespace relais::plugins

// SPDX-License-Identifier: Apache-2.0
#include "domain/yaml_reader.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace relais::fiche {
namespace {

// Counts what the document holds before any tree is built; an alias would let a small file stand for a huge tree.
class Gauge final : public YAML::EventHandler {
 public:
  explicit Gauge(const YamlLimits& limits) : limits_(limits) {}
  std::optional<Error> error;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { node(mark, anchor, "?"); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, Code::fiche_alias, "alias"); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string&) override {
    node(mark, anchor, tag);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    enter(mark, anchor, tag);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    enter(mark, anchor, tag);
  }
  void OnMapEnd() override { --depth_; }

 private:
  void refuse(const YAML::Mark& mark, Code code, std::string detail) {
    if (!error) error = Error{code, std::move(detail), fmt::format("ligne {}", mark.line + 1)};
  }
  void node(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
    if (anchor != YAML::NullAnchor) refuse(mark, Code::fiche_alias, "anchor");
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, Code::fiche_yaml_syntax, "explicit tag");
    if (++nodes_ > limits_.nodes) refuse(mark, Code::fiche_too_large, "too many nodes");
  }
  void enter(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
    node(mark, anchor, tag);
    if (++depth_ > limits_.depth) refuse(mark, Code::fiche_too_large, "too deep");
  }

  const YamlLimits limits_;
  std::size_t nodes_ = 0;
  std::size_t depth_ = 0;
};

bool is_utf8(std::string_view text) {
  try {
    (void)nlohmann::json(std::string(text)).dump();
    return true;
  } catch (const nlohmann::json::exception&) {  // the library's own check of UTF-8
    return false;
  }
}

}  // namespace

Result<YAML::Node> load_bounded_yaml(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.bytes) return fail(Code::fiche_too_large, fmt::format("{} bytes", text.size()));
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos)
    return fail(Code::fiche_yaml_syntax, "not UTF-8 text");
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Gauge gauge(limits);
    if (!parser.HandleNextDocument(gauge)) return fail(Code::fiche_yaml_syntax, "no document");
    if (gauge.error) return tl::unexpected(*gauge.error);
    Gauge rest(limits);
    if (parser.HandleNextDocument(rest)) return fail(Code::fiche_yaml_syntax, "more than one document");
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& e) {
    return fail(Code::fiche_yaml_syntax, e.msg, e.mark.is_null() ? "" : fmt::format("ligne {}", e.mark.line + 1));
  } catch (const std::exception& e) {
    return fail(Code::fiche_yaml_syntax, e.what());
  }
}

bool Field::present() const { return !failed() && node_.IsDefined() && !node_.IsNull(); }

void Field::fail(Code code, std::string detail) const {
  if (!failed()) *first_error_ = Error{code, std::move(detail), place_};
}

void Field::only(std::initializer_list<std::string_view> keys) const {
  if (failed()) return;
  if (!present()) return fail(Code::fiche_missing_key, "missing");
  if (!node_.IsMap()) return fail(Code::fiche_wrong_type, "expected a map");
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar()) return fail(Code::fiche_wrong_type, "a key is not text");
    const auto& key = entry.first.Scalar();
    const Field at(entry.second, place_.empty() ? key : place_ + "." + key, *first_error_);
    if (!seen.insert(key).second) return at.fail(Code::fiche_duplicate_key, "key given twice");
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) return at.fail(Code::fiche_unknown_key, "unknown key");
  }
}

Field Field::operator[](std::string_view key) const {
  auto place = place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key);
  const YAML::Node none(YAML::NodeType::Undefined);
  if (failed() || !node_.IsDefined() || !node_.IsMap()) return {none, std::move(place), *first_error_};
  for (const auto& entry : node_)
    if (entry.first.IsScalar() && entry.first.Scalar() == key) return {entry.second, std::move(place), *first_error_};
  return {none, std::move(place), *first_error_};
}

std::string Field::scalar(const char* expected) const {
  if (failed()) return {};
  if (!present()) {
    fail(Code::fiche_missing_key, "missing");
    return {};
  }
  if (!node_.IsScalar()) {
    fail(Code::fiche_wrong_type, fmt::format("expected {}", expected));
    return {};
  }
  return node_.Scalar();
}

std::string Field::text(std::size_t most) const {
  auto value = scalar("text");
  if (value.size() > most) fail(Code::fiche_too_large, "text too long");
  return failed() ? std::string() : value;
}

std::string Field::id() const {
  auto value = text(128);
  if (!failed() && value.empty()) fail(Code::fiche_bad_value, "empty identifier");
  return value;
}

int Field::integer(int least, int most) const {
  const auto value = scalar("a whole number");
  if (failed()) return least;
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (!plain() || error == std::errc::invalid_argument || end != value.data() + value.size())
    fail(Code::fiche_wrong_type, "expected a whole number");
  else if (error != std::errc() || number < least || number > most)
    fail(Code::fiche_bad_value, "number out of range");
  return failed() ? least : number;
}

double Field::number(double least, double most) const {
  const auto value = scalar("a number");
  if (failed()) return least;
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (!plain() || error == std::errc::invalid_argument || end != value.data() + value.size())
    fail(Code::fiche_wrong_type, "expected a number");
  else if (error != std::errc() || !std::isfinite(number) || number < least || number > most)
    fail(Code::fiche_bad_value, "number out of range");
  return failed() ? least : number;
}

bool Field::boolean() const {
  const auto value = scalar("true or false");
  if (!failed() && (!plain() || (value != "true" && value != "false")))
    fail(Code::fiche_wrong_type, "expected true or false");
  return value == "true";
}

CivilDate Field::date() const {
  const auto value = scalar("a date");
  if (failed()) return {};
  const auto day = parse_date(value);
  if (!day) fail(Code::fiche_bad_value, "expected a date of the calendar, YYYY-MM-DD");
  return day.value_or(CivilDate{});
}

Moment Field::moment() const {
  const auto value = scalar("a date or a date and time");
  if (failed()) return {};
  const auto moment = parse_moment(value);
  if (!moment) fail(Code::fiche_bad_value, "expected YYYY-MM-DD or YYYY-MM-DDTHH:MM");
  return moment.value_or(Moment{});
}

std::vector<Field> Field::list(std::size_t most) const {
  if (failed()) return {};
  if (!present()) {
    fail(Code::fiche_missing_key, "missing");
    return {};
  }
  if (!node_.IsSequence()) {
    fail(Code::fiche_wrong_type, "expected a list");
    return {};
  }
  if (node_.size() > most) {
    fail(Code::fiche_too_large, "list too long");
    return {};
  }
  std::vector<Field> items;
  for (const auto& item : node_) items.emplace_back(item, fmt::format("{}[{}]", place_, items.size()), *first_error_);
  return items;
}

std::vector<std::string> Field::texts(std::size_t most) const {
  std::vector<std::string> values;
  for (const auto& item : list(most)) values.push_back(item.text());
  return values;
}

}  // namespace relais::fiche

// SPDX-License-Identifier: Apache-2.0
#include "app/closed_json.h"

#include <algorithm>
#include <cmath>

namespace relais::app {
namespace {

const nlohmann::json nothing;

bool among(std::initializer_list<std::string_view> list, std::string_view key) {
  return std::find(list.begin(), list.end(), key) != list.end();
}

}  // namespace

void ClosedJson::refuse(std::string why) const {
  if (!error_->has_value()) *error_ = Error{Code::cases_invalid, std::move(why), place_};
}

void ClosedJson::object(std::initializer_list<std::string_view> required,
                        std::initializer_list<std::string_view> optional) const {
  if (!value_->is_object()) return refuse("not an object");
  for (const auto& [key, ignored] : value_->items()) {
    if (!among(required, key) && !among(optional, key)) return refuse("unknown key " + key);
  }
  for (const std::string_view key : required) {
    if (!value_->contains(key)) return refuse("missing key " + std::string(key));
  }
}

ClosedJson ClosedJson::at(const char* key) const {
  const std::string place = place_.empty() ? key : place_ + "." + key;
  const bool found = value_->is_object() && value_->contains(key);
  return {found ? value_->at(key) : nothing, place, *error_};
}

void ClosedJson::each(const std::function<void(const ClosedJson&)>& visit) const {
  if (!value_->is_array()) return refuse("not a list");
  for (std::size_t index = 0; index < value_->size() && !failed(); ++index) {
    visit({value_->at(index), place_ + "[" + std::to_string(index) + "]", *error_});
  }
}

void ClosedJson::members(const std::function<void(const std::string&, const ClosedJson&)>& visit) const {
  if (!value_->is_object()) return refuse("not an object");
  for (const auto& [key, member] : value_->items()) {
    if (failed()) return;
    visit(key, {member, place_ + "." + key, *error_});
  }
}

std::string ClosedJson::text() const {
  if (value_->is_string()) return value_->get<std::string>();
  refuse("not a text");
  return {};
}

double ClosedJson::number() const {
  if (value_->is_number() && std::isfinite(value_->get<double>())) return value_->get<double>();
  refuse("not a number");
  return 0;
}

bool ClosedJson::boolean() const {
  if (value_->is_boolean()) return value_->get<bool>();
  refuse("not true or false");
  return false;
}

}  // namespace relais::app

// SPDX-License-Identifier: Apache-2.0
// JSON of a closed shape, read key by key; what was not asked for is an error. The first error of a reading is kept.
#pragma once

#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/error.h"

namespace relais::app {

class ClosedJson {
 public:
  ClosedJson(const nlohmann::json& value, std::string place, std::optional<Error>& error)
      : value_(&value), place_(std::move(place)), error_(&error) {}

  // An object with no other key than these; those before the bar are required: object({"id"}, {"note"}).
  void object(std::initializer_list<std::string_view> required, std::initializer_list<std::string_view> optional) const;

  bool has(const char* key) const { return value_->is_object() && value_->contains(key) && !value_->at(key).is_null(); }
  ClosedJson at(const char* key) const;
  // Each item of a list, with its place.
  void each(const std::function<void(const ClosedJson&)>& visit) const;
  // Each member of an object.
  void members(const std::function<void(const std::string&, const ClosedJson&)>& visit) const;

  // A default value once there is an error.
  std::string text() const;
  double number() const;
  bool boolean() const;
  const nlohmann::json& value() const { return *value_; }
  bool failed() const { return error_->has_value(); }
  void refuse(std::string why) const;

  // The value of a closed list of words.
  template <class T>
  T word(std::initializer_list<std::pair<std::string_view, T>> words) const {
    const std::string written = text();
    for (const auto& [word, value] : words) {
      if (written == word) return value;
    }
    refuse("unknown word " + written);
    return T{};
  }

 private:
  const nlohmann::json* value_;
  std::string place_;
  std::optional<Error>* error_;
};

}  // namespace relais::app

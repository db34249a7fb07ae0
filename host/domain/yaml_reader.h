// SPDX-License-Identifier: Apache-2.0
// Strict reading of hostile YAML: bounded, without anchors, aliases or tags, and with the place of the first error.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "domain/civil_time.h"
#include "domain/error.h"
#include "domain/words.h"

namespace relais::fiche {

struct YamlLimits {
  std::size_t bytes = 256 * 1024;
  std::size_t nodes = 20000;
  std::size_t depth = 16;
};

// One document within the limits, UTF-8. Errors: fiche_yaml_syntax (place "ligne N"), fiche_too_large, fiche_alias.
// Never throws, whatever the bytes.
Result<YAML::Node> load_bounded_yaml(std::string_view text, const YamlLimits& limits = {});

// A node and its place. The first error of a whole reading is kept in `first_error`; after it every accessor returns a
// default value, so that a reader is written without a test after each field.
class Field {
 public:
  Field(YAML::Node node, std::string place, std::optional<Error>& first_error)
      : node_(std::move(node)), place_(std::move(place)), first_error_(&first_error) {}

  // Present and not null; written at all, null included.
  bool present() const;
  bool defined() const { return !failed() && node_.IsDefined(); }
  bool is_scalar() const { return defined() && node_.IsScalar(); }
  const std::string& place() const { return place_; }
  bool failed() const { return first_error_->has_value(); }
  void fail(Code code, std::string detail) const;

  // This is a map with these keys and no others, each once; otherwise an error.
  void only(std::initializer_list<std::string_view> keys) const;
  Field operator[](std::string_view key) const;

  // Required values: absent or null is fiche_missing_key, another shape fiche_wrong_type.
  std::string text(std::size_t most = 2000) const;
  std::string id() const;  // text, not empty, 128 bytes at most
  int integer(int least, int most) const;
  double number(double least, double most) const;
  bool boolean() const;
  CivilDate date() const;
  Moment moment() const;
  std::vector<Field> list(std::size_t most) const;
  std::vector<std::string> texts(std::size_t most) const;

  template <class E>
  E word() const {
    const auto spelled = text(64);
    if (failed()) return Words<E>::all.front().first;
    if (const auto value = relais::fiche::word<E>(spelled)) return *value;
    fail(Code::fiche_bad_value, "unknown word");
    return Words<E>::all.front().first;
  }

  // The value that `read` gives when present, nothing otherwise.
  template <class F>
  auto optionally(F read) const -> std::optional<decltype(read(*this))> {
    if (!present()) return std::nullopt;
    return read(*this);
  }

 private:
  std::string scalar(const char* expected) const;
  bool plain() const { return node_.Tag() == "?"; }

  YAML::Node node_;
  std::string place_;
  std::optional<Error>* first_error_;
};

}  // namespace relais::fiche

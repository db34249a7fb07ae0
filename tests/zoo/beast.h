// SPDX-License-Identifier: Apache-2.0
// What the beasts share. A beast does its deed on a subject whose item is named "deed:<which>" and evaluates every
// other subject well; with a file data/at-load it does the deed named there while it is being made. How a deed went is
// told as the title of a finding: "done" when it succeeded, which a test never accepts, else why not.
#pragma once

#include <relais/plugin.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace zoo {

// Where the practice's things are: data/targets.txt holds "name value" lines.
using Targets = std::map<std::string, std::string>;

inline Targets read_targets(const std::filesystem::path& data) {
  Targets targets;
  std::ifstream file(data / "targets.txt");
  for (std::string name, value; file >> name >> value;) targets[name] = value;
  return targets;
}

// "done", or the reason of the failure from errno.
inline std::string told(bool succeeded) { return succeeded ? "done" : std::string("failed: ") + std::strerror(errno); }

inline relais::Finding finding(const std::string& kind, const std::string& title) {
  relais::Finding finding;
  finding.kind = kind;
  finding.title = title;
  finding.category = relais::Category::a_voir;
  finding.reasons.push_back({"zoo", title, "tests/zoo", relais::Category::a_voir, relais::DataLevel::d1, {}});
  return finding;
}

class Beast : public relais::Plugin {
 public:
  explicit Beast(const relais::Setup& setup) : targets_(read_targets(setup.data)), data_(setup.data) {}

  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    const std::string item(slice.subject().item_id());
    constexpr std::string_view mark = "deed:";
    if (item.starts_with(mark)) {
      findings.add(finding("deed", deed(item.substr(mark.size()))));
    } else {
      findings.add(finding("well", at_load_.empty() ? "well" : at_load_));
    }
  }

 protected:
  virtual std::string deed(const std::string& which) = 0;

  // For the constructor of each beast: virtual functions are not yet there in this one.
  void at_load() {
    std::ifstream file(data_ / "at-load");
    if (std::string which; file >> which) at_load_ = deed(which);
  }

  const std::string& target(const std::string& name) const { return targets_.at(name); }

 private:
  Targets targets_;
  std::filesystem::path data_;
  std::string at_load_;
};

}  // namespace zoo

// Opens a beast; its deed follows as the body of a function with the parameter `which`.
#define ZOO_BEAST()                                                     \
  namespace {                                                           \
  class ThisBeast final : public zoo::Beast {                           \
   public:                                                              \
    explicit ThisBeast(const relais::Setup& setup) : Beast(setup) {     \
      at_load();                                                        \
    }                                                                   \
                                                                        \
   protected:                                                           \
    std::string deed(const std::string& which) override;                \
  };                                                                    \
  }                                                                     \
  RELAIS_PLUGIN(ThisBeast, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)     \
  std::string ThisBeast::deed([[maybe_unused]] const std::string& which)

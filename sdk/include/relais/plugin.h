// SPDX-License-Identifier: Apache-2.0
// The one header that a plugin includes.
//
//   class MyPlugin : public relais::Plugin {
//    public:
//     void evaluate(const relais::Slice& slice, relais::Findings& findings) override { … }
//   };
//   RELAIS_PLUGIN(MyPlugin, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)
//
// relais_add_plugin() defines RELAIS_PLUGIN_ID and RELAIS_PLUGIN_VERSION from the manifest.
//
// A plugin keeps nothing between two subjects: the host re-evaluates some of them in a fresh process, in another
// order, and stops a plugin whose answer differs.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <relais/findings.h>
#include <relais/slice.h>

namespace relais {
inline namespace sdk {

// What a plugin is made with. `data` is the data/ folder of its package, the only files it can read.
struct Setup {
  std::filesystem::path data;
  const relais_host* host = nullptr;

  // A feature of the host by id, or null. The id must be zero-terminated.
  [[nodiscard]] const void* extension(const char* id) const noexcept {
    return RELAIS_HAS(host, extension) && host->extension != nullptr ? host->extension(id) : nullptr;
  }
};

// What became of a finding.
class Outcome : public View<relais_outcome> {
 public:
  using View::View;
  [[nodiscard]] Subject subject() const noexcept { return Subject(read(&relais_outcome::subject, nullptr)); }
  [[nodiscard]] std::string_view kind() const noexcept { return read_text(&relais_outcome::kind); }
  [[nodiscard]] Verdict verdict() const noexcept { return static_cast<Verdict>(read(&relais_outcome::verdict, 0U)); }
  // The category that the doctor settled on.
  [[nodiscard]] Category category() const noexcept {
    return static_cast<Category>(read(&relais_outcome::category, 0U));
  }
  // A code chosen from a list, never free text.
  [[nodiscard]] std::string_view reason() const noexcept { return read_text(&relais_outcome::reason); }
};

// Made once for each worker process, by its default constructor or from a Setup; an exception there refuses the
// plugin. The host calls one instance from one thread at a time.
class Plugin {
 public:
  Plugin() = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  virtual ~Plugin() = default;

  // Evaluates one subject. An exception makes this subject "non évalué" (code plugin.exception), never normal; the
  // other subjects of the batch go on.
  virtual void evaluate(const Slice& slice, Findings& findings) = 0;

  // The rules, shown to the doctor before anything is switched on.
  [[nodiscard]] virtual std::vector<Rule> rules() const { return {}; }

  // What became of an earlier finding.
  virtual void feedback(const Outcome& outcome) { static_cast<void>(outcome); }

  // A feature of the plugin by id, or null.
  [[nodiscard]] virtual const void* extension(std::string_view id) {
    static_cast<void>(id);
    return nullptr;
  }
};

}  // namespace sdk
}  // namespace relais

#include <relais/entry.h>

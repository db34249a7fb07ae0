// SPDX-License-Identifier: Apache-2.0
// One case of a case file, whatever its shape: what is written to a practice, what the plugin is asked, and what is
// compared. A new shape is one reader that makes these, named in plugin_case_kinds.cpp by its `schema`.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/case_practice.h"

namespace relais::app {

struct CaseVerdict {
  std::string answer;                    // for people, on the case's line
  std::vector<std::string> differences;  // one French phrase for each; empty: it passed
};

class PluginCase {
 public:
  virtual ~PluginCase() = default;
  virtual const std::string& id() const = 0;
  virtual const std::string& title() const = 0;
  // Writes the case and builds at least one slice. `number` keeps the cases of a file apart.
  virtual Result<std::vector<worker::v1::Slice>> slices(CasePractice& practice, std::size_t number,
                                                        const plugins::Manifest& manifest) const = 0;
  // One answer for each of those slices, in their order.
  virtual CaseVerdict judge(std::span<const worker::v1::Evaluation> answers) const = 0;
};

using PluginCases = std::vector<std::unique_ptr<PluginCase>>;

}  // namespace relais::app

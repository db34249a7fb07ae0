// SPDX-License-Identifier: Apache-2.0
// Remembers the patient before: what it says of one depends on another.
#include "beast.h"

namespace {

class Remembers final : public relais::Plugin {
 public:
  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    findings.add(zoo::finding("well", before_.empty() ? "first" : "after another"));
    before_ = slice.subject().item_id();
  }

 private:
  std::string before_;
};

}  // namespace

RELAIS_PLUGIN(Remembers, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)

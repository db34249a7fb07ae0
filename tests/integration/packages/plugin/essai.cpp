// SPDX-License-Identifier: Apache-2.0
// One plugin in several versions. Each says of every report that it was seen, and by which version; some say more.
#include <relais/plugin.h>

#include <cstdlib>
#include <string>

namespace {

relais::Finding finding(const std::string& kind, const std::string& title, relais::Category category) {
  relais::Finding made;
  made.kind = kind;
  made.title = title;
  made.category = category;
  made.reasons.push_back({"essai", title, "tests/integration/packages", category, relais::DataLevel::d1, {}});
  return made;
}

class Essai final : public relais::Plugin {
 public:
  explicit Essai(const relais::Setup&) {}

  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    if (dies) std::abort();
    findings.add(finding("essai", "Vu", relais::Category::a_voir));
    // Reports whose identifier ends on an odd character.
    const std::string item(slice.subject().item_id());
    if (says_more && item.back() % 2 != 0) findings.add(finding("doute", "Doute", relais::Category::aujourdhui));
    findings.log(relais::LogLevel::info, "essai.vu", 1);
  }

 private:
  static constexpr bool says_more = ESSAI_SAYS_MORE;
#ifdef ESSAI_DIES
  static constexpr bool dies = true;
#else
  static constexpr bool dies = false;
#endif
};

}  // namespace

RELAIS_PLUGIN(Essai, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)

// SPDX-License-Identifier: Apache-2.0
// Two versions of a plugin side by side, as a doctor asks for it at the command line.
#include <fmt/format.h>

#include <set>
#include <sstream>

#include "integration/host/command_line.h"
#include "shadowed_practice.h"

using namespace relais::test;
namespace v1 = relais::v1;
using relais::cli::CallFailed;

CATCH_TRANSLATE_EXCEPTION(const CallFailed& failed) { return failed.code + " " + failed.rule + " " + failed.sentence; }

namespace {

// The words in brackets at the end of each line that comes before a difference of this kind: what it was found of.
std::set<std::string> found_of(const std::string& text, const std::string& difference) {
  std::set<std::string> items;
  std::istringstream lines(text);
  std::string before;
  for (std::string line; std::getline(lines, line); before = line)
    if (line == difference) items.insert(before.substr(before.rfind('(') + 1, before.size() - before.rfind('(') - 2));
  return items;
}

constexpr auto doubt = "    doute — trouvé en plus : Doute (aujourd'hui)";
constexpr auto rights =
    "Droits demandés et non donnés à cet essai :\n"
    "  + données « observation » (résultats de biologie), tous les codes, sur 365 jours\n"
    "  + action proposée « message »\n";

}  // namespace

TEST_CASE("a doctor reads at the command line what another version finds and no list has it") {
  ShadowedPractice practice("2.0.0");
  const auto doctor = [&](const std::string& arguments) {
    return run_tool(practice.connection().address, practice.doctor(), arguments);
  };
  const auto started = doctor("plugin shadow-live start essai 2.0.0 --days 3");
  works(started, "essai : version 1.0.0 en service, version 2.0.0 dans l'ombre depuis ");
  CHECK(started.says("En cours jusqu'à "));
  CHECK(started.says(rights));
  CHECK(started.says("0 évaluation : 0 sans différence, 0 avec.\n"));
  fails(doctor("plugin shadow-live start essai 2.0.0"), "shadow.running");

  practice.send_evening();
  const int evaluated = practice.evaluations();
  ShadowedPractice::wait([&] {
    const auto seen = practice.shadow(practice.doctor());
    return seen.subjects() >= evaluated && seen.waiting() == 0;
  });
  // The other version doubts of reports whose identifier ends on an odd character, and of no other.
  std::set<std::string> odd;
  for (const auto& item : practice.items())
    if (item.subject().item_id().back() % 2 != 0) odd.insert(item.subject().item_id());
  REQUIRE_FALSE(odd.empty());

  const auto live = doctor("plugin shadow-live show essai --examples 100");
  const auto seen = practice.shadow(practice.doctor());
  works(live, fmt::format("{} évaluations : {} sans différence, {} avec.\n", evaluated, evaluated - seen.different(),
                          seen.different()));
  CHECK(live.says(rights));
  CHECK(live.says(fmt::format("  À voir aujourd'hui     0 en service, {} dans l'ombre\n", seen.different())));
  CHECK(live.says(fmt::format("  À voir                 {0} en service, {0} dans l'ombre\n", evaluated)));
  CHECK_FALSE(live.says("non évalués"));
  CHECK(found_of(live.text, doubt) == odd);
  CHECK(found_of(doctor("plugin shadow-live show essai --examples 1").text, doubt).size() == 1);

  // Over the days that are past, the same.
  const auto past = doctor("plugin shadow essai 2.0.0 --days 3 --examples 100");
  works(past, "essai : version 1.0.0 en service, version 2.0.0 dans l'ombre ; rien n'est changé.\n");
  CHECK(past.says(rights));
  CHECK(found_of(past.text, doubt) == odd);
  CHECK_FALSE(past.says("non évalués"));
  CHECK(found_of(doctor("plugin shadow essai 2.0.0 --days 3 --examples 1").text, doubt).size() == 1);

  // Withheld: the list has what the version in use found.
  const auto list = doctor("list");
  works(list, "Vu");
  CHECK_FALSE(list.says("Doute"));
  for (const auto& item : practice.items()) CHECK(item.plugin_version() == "1.0.0");

  const auto stopped = doctor("plugin shadow-live stop essai");
  works(stopped, "(shadow.stopped)\n");
  CHECK(stopped.says("Terminé "));
  CHECK_FALSE(stopped.says("En cours"));
  CHECK(found_of(doctor("plugin shadow-live show essai --examples 100").text, doubt) == odd);
  fails(doctor("plugin shadow-live stop essai"), "shadow.none");
  works(doctor("plugin list"), "bloqué : droits à accepter");
}

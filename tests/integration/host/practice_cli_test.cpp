// SPDX-License-Identifier: Apache-2.0
// `relais practice …` and `relais worklist digest`, as people type them, against a running host.
#include "command_line.h"

using namespace relais::test;

TEST_CASE("what decisions must know is typed shown and withdrawn at the command line") {
  // Monday 23 November 2026, 16:45 in Paris.
  const CommandLinePractice practice{relais::Instant{std::chrono::milliseconds{1'795'448'700'000}}};
  works(practice.run("admin", "account create marchand --name Marchand --role medecin"), "Compte ouvert");
  works(practice.run("admin", "account create martin --name Martin --role remplacant --replaces marchand"), "remplacant");
  works(practice.run("admin", "account create perrin --name Perrin --role assistant"), "assistant");

  works(practice.run("marchand", "practice presence show"), "inconnu (compte comme absent)");
  works(practice.run("marchand", "practice presence declare present"), "présence");
  works(practice.run("perrin", "practice presence show --doctor marchand"), "marchand : présent");
  fails(practice.run("perrin", "practice presence declare present --doctor marchand"), "api.role");

  fails(practice.run("martin", "list"), "api.no-locum");
  works(practice.run("marchand", "practice locum declare martin --from 2026-11-23T16:40 --until 2026-11-23 --contract c-1"),
        "jusqu'au 24/11/2026 00:00");
  fails(practice.run("admin", "practice locum declare martin --doctor marchand --from 2026-11-23T17:00 "
                              "--until 2026-11-24 --contract c-2"),
        "practice.overlap");
  works(practice.run("martin", "list"), "");
  works(practice.run("marchand", "practice presence show"), "remplacé par martin");
  fails(practice.run("marchand", "practice locum declare martin --from demain --until 2026-12-01 --contract c-3"),
        "Date illisible");

  works(practice.run("marchand", "practice calendar region alsace-moselle"), "alsace-moselle");
  works(practice.run("perrin", "practice calendar show --from 2026-12-26 --until 2026-12-26"), "Saint-Étienne");
  works(practice.run("marchand", "practice calendar close --from 2026-12-24 --reason pont"), "fermeture");
  works(practice.run("perrin", "practice calendar show --from 2026-12-24 --until 2026-12-24"), "fermé pont");
  works(practice.run("perrin", "practice calendar absence --until 2026-11-25"), "au 2026-11-25 inclus");

  fails(practice.run("perrin", "practice kinship declare p-1 oui"), "practice.unknown-patient");
  fails(practice.run("marchand", "practice opposition record p-1 acces-am"), "practice.unknown-patient");
  works(practice.run("marchand", "practice opposition show p-1"), "jamais demandé");
  fails(practice.run("marchand", "practice category restrict lr-1 vih-ist"), "relais.not-found");
  works(practice.run("admin", "practice attestation add perrin cqp --obtained 2026-11-20 --proof cqp.pdf"), "attestation");
  fails(practice.run("marchand", "practice attestation revoke perrin cqp"), "practice.no-fiche");
  works(practice.run("admin", "practice attestation revoke perrin cqp --reason radiation"), "titre retiré");
  works(practice.run("admin", "practice contract record fin-de-fonction --assistant perrin --date 2026-12-31"),
        "fin-de-fonction");
  works(practice.run("marchand", "practice contract questions --all"), "");
  fails(practice.run("marchand", "practice contract answer fact-1/marchand/perrin maintenir"), "practice.no-question");

  const auto absences = practice.run("admin", "practice history --kind absence");
  works(absences, "absence");
  const auto id = absences.text.substr(0, absences.text.find(' '));
  works(practice.run("admin", "practice withdraw " + id + " --reason erreur"), "RETIRÉ");
  works(practice.run("admin", "practice history --kind absence"), "RETIRÉ");
  CHECK(practice.run("admin", "practice history --kind absence --standing").text.empty());

  works(practice.run("marchand", "worklist digest --mark"), "0 clôture(s) autonome(s) pas encore vue(s).");
}

// SPDX-License-Identifier: Apache-2.0
// A vaccination from the assistant's hand to the doctor's word, all of it typed.
#include "command_line.h"
#include "domain/civil_time.h"
#include "integration/mandate/fiche.h"
#include "records/record_store.h"

using relais::test::CommandLinePractice;
using relais::test::fails;
using relais::test::id_in;
using relais::test::Said;
using relais::test::works;

namespace {

// Monday 23 November 2026, 10:00: a working day of the fiche.
relais::Instant working_hour() {
  return relais::fiche::to_instant(relais::fiche::parse_moment("2026-11-23T10:00")->at, "Europe/Paris");
}

void with_two_patients(relais::practice::Database& database, relais::practice::Ledger&) {
  REQUIRE(database.write([](relais::practice::Transaction& tx) -> relais::Result<void> {
    for (const auto* id : {"p-1", "p-2"}) {
      relais::v1::Patient patient;
      patient.set_id(id);
      patient.mutable_traits()->set_birth_date("1979-03-28");
      patient.set_treating_doctor_id("marchand");
      relais::records::put(tx, patient);
    }
    return {};
  }));
}

// Dr Marchand delegates the booklets to Julie Perrin.
struct Booklets {
  CommandLinePractice practice{working_hour(), with_two_patients};

  Booklets() {
    works(practice.run("admin", "account create marchand --name Marchand --role medecin"), "Compte ouvert");
    works(practice.run("admin", "account create perrin --name Perrin --role assistant"), "Compte ouvert");
    relais::mandate::Fiche fiche;
    fiche.tasks = "  - {id: vaccin-tracabilite, mode: faire-puis-valider}\n";
    works(doctor("account signing-key"), "");
    works(doctor("fiche sign " + practice.file("fiche.yaml", fiche.yaml())), "Signée : fp-marchand-perrin version 1");
    works(assistant("account signing-key"), "");
    works(assistant("fiche accept fp-marchand-perrin"), "Réponse enregistrée");
    works(assistant("task enable vaccin-tracabilite --doctor marchand"), "");
  }
  Said doctor(const std::string& arguments) const { return practice.run("marchand", arguments); }
  Said assistant(const std::string& arguments) const { return practice.run("perrin", arguments); }
  Said entered(const std::string& words) const {
    return assistant("vaccine add p-1 --task vaccin-tracabilite --seen carnet " + words);
  }
};

constexpr auto waits = "à confirmer par le médecin";

}  // namespace

TEST_CASE("what an assistant entered waits until a doctor confirms it at the command line") {
  const Booklets desk;
  const auto entered = desk.entered("--label Vaxigrip --on 2026-10-14 --lot U4421");
  works(entered, "2026-10-14 Vaxigrip, lot U4421 ; vu sur carnet ; à confirmer par le médecin\n");
  const auto id = id_in(entered);
  works(desk.doctor("vaccine conflicts"), "À confirmer (p-1) : " + id);
  works(desk.doctor("vaccine list p-1"), waits);

  fails(desk.assistant("vaccine confirm p-1 " + id), "api.role");
  fails(desk.doctor("vaccine confirm p-2 " + id), "relais.not-found");
  fails(desk.doctor("vaccine confirm p-1 imm-0"), "relais.not-found");
  works(desk.doctor("vaccine list p-1"), waits);

  for (const auto* time : {"once", "again"}) {
    INFO(time);
    const auto confirmed = desk.doctor("vaccine confirm p-1 " + id);
    works(confirmed, "2026-10-14 Vaxigrip, lot U4421 ; vu sur carnet\n");
    CHECK(id_in(confirmed) == id);
  }
  works(desk.doctor("vaccine conflicts"), "Rien à trancher.");
  const auto list = desk.doctor("vaccine list p-1");
  works(list, "Vaxigrip, lot U4421 ; vu sur carnet\n");
  CHECK_FALSE(list.says(waits));
  // It is the doctor's to change now.
  fails(desk.assistant("vaccine correct p-1 " + id + " --task vaccin-tracabilite --reason lot --label Vaxigrip "
                       "--on 2026-10-14 --lot U4422 --seen carnet"),
        "immunization.not-yours");
}

TEST_CASE("what was withdrawn cannot be confirmed at the command line") {
  const Booklets desk;
  const auto id = id_in(desk.entered("--label Vaxigrip --on 2026-10-14 --lot U4421"));
  works(desk.doctor("vaccine withdraw p-1 " + id + " --reason 'autre patient'"), "");
  fails(desk.doctor("vaccine confirm p-1 " + id), "immunization.withdrawn");
  works(desk.doctor("vaccine conflicts"), "Rien à trancher.");
  works(desk.doctor("vaccine list p-1 --errors"), "inscrit par erreur (autre patient)");
}

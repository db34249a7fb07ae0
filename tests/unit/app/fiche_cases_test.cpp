// SPDX-License-Identifier: Apache-2.0
#include "app/fiche_cases.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "app/fiche_commands.h"
#include "domain/fiche_yaml.h"
#include "fiche_samples.h"
#include "support/scratch_folder.h"

namespace fs = std::filesystem;
using namespace relais::app;
using namespace relais::fiche::samples;

namespace {

// A folder that lasts as long as the test, with a fiche of Dr Martin in it.
struct Folder : relais::test::Scratch {
  Folder() { write("martin.yaml", relais::fiche::write_fiche(martin_leroy())); }
  fs::path write(const std::string& name, const std::string& content) const {
    std::ofstream(path() / name, std::ios::binary) << content;
    return path() / name;
  }
};

const std::string head = R"(format: relais-fiche-cases/1
defaults:
  patient: {mt: null, rdv: null, presc: null, dest: null, category: null, kinship: false, is_actor: false, opposition: [], age: 54, id: p-1}
  context: {authenticated: true, enabled: true, doctor_present: true, alerts: [], done_today: 0, locum: null}
cases:
)";

std::string one_case(const std::string& id, const std::string& extra, const std::string& expect) {
  return "  - id: \"" + id + R"("
    why: "a reason"
    fiches: ["martin.yaml"]
    actor: leroy
    action: realiser
    task: bio-triage
    at: "2026-03-10T10:00"
)" + extra + "    expect: " + expect + "\n";
}

const std::string authorised =
    R"({"decision": "AUTORISE", "mode": "faire-puis-valider", "code": null, "warnings": [], "obligations": ["validation-medecin"]})";

std::string refused_by(const std::string& code, const std::string& mode) {
  return R"({"decision": "REFUSE", "mode": ")" + mode + R"(", "code": ")" + code +
         R"(", "warnings": [], "obligations": []})";
}

const std::string presc = "    patient: {presc: martin}\n";

std::string last_line(const std::string& text) {
  const auto trimmed = text.substr(0, text.size() - 1);
  return trimmed.substr(trimmed.rfind('\n') + 1);
}

}  // namespace

TEST_CASE("cases are decided with defaults under them and counted") {
  const Folder folder;
  const auto path = folder.write(
      "cases.yaml",
      head + one_case("1", presc, authorised) +
          one_case("2", presc + "    context: {enabled: false}\n", refused_by("R22", "faire-puis-valider")) +
          one_case("3", presc + "    variant: interpréter\n", refused_by("R02", "non")) +
          one_case("4", "    patient: {presc: martin, category: psychiatrie}\n", refused_by("R17", "faire-puis-valider")) +
          one_case("5", presc + "    context: {locum: {doctor: martin, from: 2026-03-09, to: 2026-03-10}}\n",
                   refused_by("R23", "preparer")) +
          one_case("6", presc + "    context: {doctor_present: null}\n", authorised) +
          one_case("7", "    patient: {presc: martin, opposition: [acces-am]}\n",
                   refused_by("R15", "faire-puis-valider")));
  std::ostringstream out;
  const auto status = fiche_decide_command(path, out);
  INFO(out.str());
  CHECK(status == 0);
  CHECK(last_line(out.str()) == "7 passed, 0 failed");
}

TEST_CASE("a case that differs in decision or mode or code or warnings or obligations fails") {
  const Folder folder;
  const auto path = folder.write(
      "cases.yaml",
      head + one_case("decision", presc, refused_by("R08", "non")) +
          one_case("mode", presc, R"({"decision": "AUTORISE", "mode": "autonome", "code": null})") +
          one_case("code", presc + "    context: {enabled: false}\n", refused_by("R20", "faire-puis-valider")) +
          one_case("warning", presc,
                   R"({"decision": "AUTORISE", "mode": "faire-puis-valider", "code": null, "warnings": ["W1"]})") +
          one_case("obligation", presc,
                   R"({"decision": "AUTORISE", "mode": "faire-puis-valider", "code": null, "obligations": ["escalade-immediate"]})") +
          one_case("right", presc, authorised));
  std::ostringstream out;
  CHECK(fiche_decide_command(path, out) == 1);
  CHECK(last_line(out.str()) == "1 passed, 5 failed");
}

TEST_CASE("an unknown key or word fails its case and says where") {
  const Folder folder;
  const auto path = folder.write(
      "cases.yaml", head + one_case("key", "    patient: {prescriber: martin}\n", authorised) +
                        one_case("word", "    patient: {presc: martin, opposition: [jamais]}\n", authorised) +
                        one_case("code", presc, refused_by("R77", "non")) +
                        one_case("fiche", presc + "    action: faire\n", authorised) + one_case("right", presc, authorised));
  const auto results = run_fiche_cases(path);
  REQUIRE(results);
  REQUIRE(results->size() == 5);
  for (std::size_t i = 0; i < 4; ++i) CHECK_FALSE((*results)[i].passed);
  CHECK((*results)[0].got.find("cases[0].patient.prescriber") != std::string::npos);
  CHECK((*results)[4].passed);
}

TEST_CASE("a file without cases or without its shape or absent is a failure") {
  const Folder folder;
  for (const auto& content : {std::string("format: relais-fiche-cases/1\ncases: []\n"), std::string("cases: []\n"),
                              std::string("format: relais-fiche-cases/1\n"), std::string("{"), std::string(),
                              head + "  - 12\n"}) {
    std::ostringstream out;
    CHECK(fiche_decide_command(folder.write("cases.yaml", content), out) == 1);
  }
  std::ostringstream out;
  CHECK(fiche_decide_command(folder.write("x", "").parent_path() / "absent.yaml", out) == 1);
  CHECK(last_line(out.str()) == "0 passed, 1 failed");
}

TEST_CASE("an actor whom no fiche names is unknown and a missing fiche fails the case") {
  const Folder folder;
  auto stranger = one_case("stranger", presc, refused_by("R01", "non"));
  stranger.replace(stranger.find("actor: leroy"), 12, "actor: autre");
  auto missing = one_case("missing", presc, authorised);
  missing.replace(missing.find("martin.yaml"), 11, "absent.yaml");
  const auto results = run_fiche_cases(folder.write("cases.yaml", head + stranger + missing));
  REQUIRE(results);
  CHECK((*results)[0].passed);
  CHECK_FALSE((*results)[1].passed);
}

TEST_CASE("checking a file prints what stops its signature") {
  const Folder folder;
  auto fiche = martin_leroy();
  std::ostringstream good;
  CHECK(fiche_check_command(folder.write("a.yaml", relais::fiche::write_fiche(fiche)), {}, day("2026-03-10"), good) == 0);
  CHECK(good.str() == "La fiche peut être signée.\n");
  fiche.valid_to.reset();
  std::ostringstream bad;
  CHECK(fiche_check_command(folder.write("a.yaml", relais::fiche::write_fiche(fiche)), {}, day("2026-03-10"), bad) == 1);
  CHECK(bad.str().find("E8 validite.au") == 0);
  std::ostringstream unreadable;
  CHECK(fiche_check_command(folder.write("a.yaml", "format: relais-fiche/1\nx: 1\n"), {}, day("2026-03-10"), unreadable) == 1);
  CHECK(unreadable.str().find("x (fiche.unknown-key") != std::string::npos);
}

TEST_CASE("explaining a question prints the decision and that signatures are declared") {
  const Folder folder;
  ExplainRequest request;
  request.fiches = {folder.write("a.yaml", relais::fiche::write_fiche(martin_leroy()))};
  request.actor = "leroy";
  request.action = relais::fiche::Action::realiser;
  request.task = "bio-triage";
  request.patient.presc = "martin";
  request.at = *relais::fiche::parse_moment("2026-03-10T10:00");
  request.context.authenticated = request.context.enabled = true;
  std::ostringstream out;
  CHECK(fiche_explain_command(request, out) == 0);
  CHECK(out.str().find("AUTORISÉ, mode « faire-puis-valider »") != std::string::npos);
  CHECK(out.str().find("non vérifiées") != std::string::npos);
  request.patient.presc = "petit";
  CHECK(fiche_explain_command(request, out) == 1);
}

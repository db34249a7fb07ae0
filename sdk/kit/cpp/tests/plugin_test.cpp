// Sans hôte ni bibliothèque de tests : un dossier fictif, une question, une réponse.
#include <relais/testing.h>

using namespace relais::testing;

namespace {

const auto today = on(2026, 3, 20);

Record report_of(relais::Date collected) {
  return Record().has(told::Report{.id = "cr-1", .collected = at(collected), .received = at(today)});
}

}  // namespace

RELAIS_TEST("un compte rendu reçu tard est à voir") {
  Loaded plugin;
  const Answer answer = plugin.ask(report_of(on(2026, 3, 1)), today);
  RELAIS_CHECK(answer.evaluated());
  RELAIS_CHECK(answer.category() == relais::Category::a_voir);
  RELAIS_CHECK(answer.reason("RETARD") != nullptr);
}

RELAIS_TEST("un compte rendu reçu à temps ne donne rien") {
  Loaded plugin;
  RELAIS_CHECK(plugin.ask(report_of(on(2026, 3, 18)), today).findings.empty());
}

RELAIS_TEST("le médecin choisit le nombre de jours") {
  Loaded plugin;
  Record record = report_of(on(2026, 3, 18));
  record.has(told::Setting{.key = "retard.jours", .number = 2});
  RELAIS_CHECK(plugin.ask(record, today).finding("late-report") != nullptr);
}

RELAIS_TEST_MAIN()

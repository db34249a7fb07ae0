// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <ctime>

#include "recall_patient.h"

using namespace recall::test;
using relais::Category;

namespace {

const auto winter = on(2026, 2, 16);

// What a text to a patient must not tell.
void check_neutral(const std::string& text) {
  for (const char* word :
       {"vaccin", "Vaccin", "ROR", "DTCaP", "ningocoque", "rougeole", "grippe", "Grippe", "rappel de"}) {
    INFO(word);
    CHECK_FALSE(holds(text, word));
  }
}

}  // namespace

TEST_CASE("a late child is one call for one visit with what is given together") {
  const auto answer = late_child().ask(winter);
  CHECK(title(answer, "vaccine-visit") == "Vaccins : 5 en retard");
  CHECK(answer.finding("vaccine-visit")->category == Category::normal);
  CHECK(answer.finding("vaccine-record") == nullptr);
  CHECK(says(answer, "VAC-RETARD", "Rougeole, oreillons, rubéole, dose 1 : en retard depuis le 05/01/2026"));
  CHECK(says(answer, "VAC-RETARD", "dose 3 : en retard depuis le 05/12/2025 (recommandé le 05/11/2025)"));
  const auto planned = said(answer, "VAC-VISITE");
  REQUIRE(planned.size() == 2);
  CHECK(holds(planned[0], "4 injections, 15 min"));
  CHECK(holds(planned[0], "Possible dès maintenant, dès que possible"));
  CHECK(holds(planned[1], "1 injection,"));
  // The agenda knows closing days; nothing here knows school holidays.
  for (const auto& visit : planned) {
    CHECK(holds(visit, "Jours de fermeture : à l'agenda ; vacances scolaires : non connues."));
  }
  CHECK(says(answer, "VAC-RETARD", "la même dose sert pour Hépatite B"));
  CHECK(says(answer, "VAC-RDV", "Aucun rendez-vous"));
  CHECK(says(answer, "VAC-EDITION", "édition 2025"));
}

TEST_CASE("every vaccine named carries its rule with its letter and its sources") {
  const auto answer = late_child().ask(winter);
  for (const auto& reason : answer.finding("vaccine-visit")->reasons) {
    if (reason.rule != "VAC-RETARD") continue;
    CHECK(holds(reason.text, "Règle : "));
    CHECK((holds(reason.text, "[A]") || holds(reason.text, "[B]")));
    CHECK(holds(reason.source, "édition 2025 ; "));
    CHECK(reason.level == relais::DataLevel::d2);
  }
}

TEST_CASE("what was recorded yesterday leaves the call of today") {
  auto child = late_child();
  child.given("64269668", on(2026, 2, 15), "cis").given("60645557", on(2026, 2, 15), "cis");
  const auto answer = child.ask(winter);
  CHECK(title(answer, "vaccine-visit") == "Vaccins : 3 en retard, 1 bientôt");
  CHECK(says(answer, "VAC-BIENTOT", "Rougeole, oreillons, rubéole, dose 2 : à faire à partir du 05/04/2026"));
}

TEST_CASE("the need of a visit says its dates and the text to the patient says nothing of why") {
  const auto answer = late_child().ask(winter);
  const auto need = draft(answer, "draft.appointment-need");
  CHECK(holds(
      need, "kind: vaccine\nminutes: 15\nnot_before: 2025-12-05\nnot_after: -\nminimum_delay_days: 3\npriority: 1\n"));
  const auto message = draft(answer, "draft.patient-message");
  CHECK(holds(message, "pour votre enfant"));
  check_neutral(message);
}

TEST_CASE("an infant on schedule is told before the day and not after the horizon") {
  Patient infant(on(2025, 11, 20));
  infant.given("Hexyon", on(2026, 1, 20)).given("Vaxneuvance", on(2026, 1, 20)).given("Rotarix", on(2026, 1, 20));
  const auto answer = infant.ask(on(2026, 2, 23));
  CHECK(title(answer, "vaccine-visit") == "Vaccins : 2 à faire, 2 bientôt");
  CHECK(says(answer, "VAC-A-FAIRE",
             "Rotavirus, dose 2 : à faire depuis le 20/02/2026, en retard à partir du 20/03/2026"));
  CHECK(says(answer, "VAC-BIENTOT", "à faire à partir du 20/03/2026"));
  // What is due may not wait for the twentieth of March: two visits.
  const auto planned = said(answer, "VAC-VISITE");
  REQUIRE(planned.size() == 2);
  CHECK(holds(planned[0], "au plus tard le 19/03/2026"));
  CHECK(holds(planned[1], "Pas avant le 20/03/2026, au plus tard le 19/04/2026"));
  CHECK(holds(draft(answer, "draft.appointment-need"), "not_before: 2026-02-20\nnot_after: 2026-03-19\n"));
  infant.set("horizon.jours", 10);
  CHECK(title(infant.ask(on(2026, 2, 23)), "vaccine-visit") == "Vaccins : 2 à faire");
}

TEST_CASE("nothing waits so long for another vaccine that it becomes late") {
  const auto planned = [](const char* key, double value) {
    Patient infant(on(2025, 11, 20));
    infant.given("Hexyon", on(2026, 1, 20)).given("Vaxneuvance", on(2026, 1, 20)).given("Rotarix", on(2026, 1, 20));
    infant.given("Rotarix", on(2026, 2, 20))
        .given("Bexsero", on(2026, 2, 23))
        .set(key, value)
        .set("horizon.jours", 120);
    return said(infant.ask(on(2026, 3, 15)), "VAC-VISITE");
  };
  // On 20 March hexavalent and pneumococcus, in April MenB, on 20 May ACWY: each would be late before the next one.
  const auto together = planned("groupement.jours", 60);
  REQUIRE(together.size() == 3);
  CHECK(holds(together[0], "2 injections"));
  CHECK(holds(together[0], "au plus tard le 19/04/2026"));
  CHECK(planned("visite.injections", 1).size() == 4);
}

TEST_CASE("vaccines wait for each other as long as the doctor says and live ones keep their month") {
  using namespace recall;
  Groups groups;
  groups.one_injection.assign(4, std::vector<bool>(4, false));
  groups.one_injection[0][3] = groups.one_injection[3][0] = true;
  groups.live = {false, true, true, false};
  const auto line = [](std::size_t group, Day recommended) {
    Line made;
    made.group = group;
    made.need = Need::soon;
    made.answer.recommended = recommended;
    return made;
  };
  const Day today = 20'000;
  const std::vector<Line> lines{line(0, today + 5), line(1, today + 15), line(2, today + 30), line(3, today + 31)};
  Settings settings;
  settings.grouping_days = 60;
  REQUIRE(visits(lines, groups, settings, today).size() == 1);
  CHECK(visits(lines, groups, settings, today)[0].injections == 3);
  CHECK(visits(lines, groups, settings, today)[0].from == today + 31);
  settings.grouping_days = 14;
  const auto apart = visits(lines, groups, settings, today);
  REQUIRE(apart.size() == 2);
  CHECK(apart[0].lines.size() == 2);
  CHECK(apart[1].month_after);
  settings.injections = 1;
  CHECK(visits(lines, groups, settings, today).size() == 4);
}

TEST_CASE("one injection may serve two lines") {
  Patient mother(on(1981, 1, 9));
  mother.given("BoostrixTetra", on(1981, 6, 3));
  mother.word("grossesse", on(2026, 2, 16), 24);
  const auto answer = mother.ask(winter);
  CHECK(says(answer, "VAC-A-FAIRE", "Coqueluche, femme enceinte"));
  const auto planned = said(answer, "VAC-VISITE");
  REQUIRE_FALSE(planned.empty());
  CHECK(holds(planned[0], "Coqueluche, femme enceinte"));
  CHECK(holds(planned[0], "dTP ou dTcaP"));
  CHECK(holds(planned[0], "1 injection,"));
}

TEST_CASE("an appointment is grouped with or is to be moved or comes too early") {
  const auto rdv = [](relais::Date day) {
    Patient infant(on(2025, 11, 20));
    infant.given("Hexyon", on(2026, 1, 20)).given("Vaxneuvance", on(2026, 1, 20)).given("Rotarix", on(2026, 1, 20));
    return said(infant.comes(day, 630).ask(on(2026, 2, 23)), "VAC-RDV").at(0);
  };
  CHECK(rdv(on(2026, 3, 2)) == "Rendez-vous du 02/03/2026 à 10 h 30 : à grouper avec cette visite.");
  CHECK(holds(rdv(on(2026, 3, 25)), "après la date limite, à avancer"));
  CHECK(holds(rdv(on(2026, 2, 1)), "Aucun rendez-vous à venir"));
}

TEST_CASE("a record without any vaccination is unknown and never read as not vaccinated") {
  const auto child = Patient(on(2024, 12, 5)).ask(winter);
  CHECK(child.finding("vaccine-visit") == nullptr);
  CHECK(title(child, "vaccine-record") == "Vaccins : carnet à vérifier avant d'appeler");
  CHECK(says(child, "VAC-INCONNU", "inconnu, et non « jamais vacciné »"));
  CHECK(says(child, "VAC-INCONNU", "Rougeole, oreillons, rubéole"));
  CHECK(child.effects.empty());
  // Of an adult the booklet is asked when he comes, and always or never if the doctor says so.
  CHECK(Patient(on(1980, 5, 3)).ask(winter).findings.empty());
  CHECK(says(Patient(on(1980, 5, 3)).comes(on(2026, 2, 20)).ask(winter), "VAC-INCONNU", "Carnet à demander"));
  CHECK(says(Patient(on(1980, 5, 3)).set("carnet.demander", std::string("toujours")).ask(winter), "VAC-INCONNU",
             "Carnet"));
  CHECK(Patient(on(2024, 12, 5)).set("carnet.demander", std::string("jamais")).ask(winter).findings.empty());
}

TEST_CASE("what lies before the first known vaccination is unknown unless somebody copied the booklet") {
  Patient adult(on(1980, 5, 3), relais::Sex::male);
  adult.given("Revaxis", on(2005, 6, 10)).comes(on(2026, 2, 20));
  const auto partial = adult.ask(winter);
  CHECK(says(partial, "VAC-INCONNU", "Rougeole, oreillons, rubéole"));
  CHECK_FALSE(says(partial, "VAC-RETARD", "Rougeole"));
  CHECK(says(partial, "VAC-A-FAIRE", "rappel de 45 ans"));
  adult.word("historique-complet");
  const auto whole = adult.ask(winter);
  CHECK(said(whole, "VAC-INCONNU").empty());
  CHECK(says(whole, "VAC-RETARD", "Rougeole, oreillons, rubéole, dose 1"));
}

TEST_CASE("a row that cannot be read is told and nobody is called for what may depend on it") {
  auto child = late_child();
  child.given("zzz", on(2025, 12, 20));
  const auto answer = child.ask(winter);
  CHECK(says(answer, "VAC-PRODUIT", "« zzz » du 20/12/2025 (produit non reconnu)"));
  CHECK(says(answer, "VAC-PRODUIT", "ne sont pas proposés : "));
  CHECK(says(answer, "VAC-PRODUIT", "Rougeole, oreillons, rubéole"));
  CHECK_FALSE(says(answer, "VAC-RETARD", "Rougeole"));
  REQUIRE(answer.logs.size() == 1);
  CHECK(answer.logs[0].code == "vaccine-recall.unread-product");
  // It is told even where nothing depends on it.
  Patient adult(on(1990, 1, 1));
  adult.given("Hexyon", on(1990, 3, 1)).given("zzz", on(1991, 1, 1)).set("age.maximum", 120);
  CHECK(says(adult.ask(winter), "VAC-PRODUIT", "zzz"));
}

TEST_CASE("a vaccine outside these data changes no answer and is no doubt") {
  auto child = late_child();
  child.given("J07BC02", on(2025, 12, 20), "atc").given("61077869", on(2025, 1, 20), "cis");
  const auto answer = child.ask(winter);
  CHECK(answer.finding("vaccine-record") == nullptr);
  CHECK(title(answer, "vaccine-visit") == "Vaccins : 5 en retard");
}

TEST_CASE("a code that stands for several products counts what they have in common") {
  const auto with = [](const char* code, const char* system) {
    Patient child(on(2019, 5, 1));
    for (const auto day : {on(2019, 7, 1), on(2019, 9, 1), on(2020, 4, 1)}) child.given("60645557", day, "cis");
    child.given(code, on(2025, 6, 2), system);
    return child.ask(winter);
  };
  // Full or reduced dose: both are the booster of 6 years.
  CHECK_FALSE(says(with("66543281", "cis"), "VAC-A-FAIRE", "rappel de 6 ans"));
  const auto unsure = with("J07CA02", "atc");
  CHECK_FALSE(says(unsure, "VAC-A-FAIRE", "rappel de 6 ans"));
  CHECK(says(with("J07BC01", "atc"), "VAC-A-FAIRE", "rappel de 6 ans"));
}

TEST_CASE("a dose without its day or without proof is a question where the answer depends on it") {
  auto undated = late_child();
  undated.given("M-M-RVaxPro", std::nullopt);
  const auto answer = undated.ask(winter);
  CHECK_FALSE(says(answer, "VAC-RETARD", "Rougeole, oreillons, rubéole, dose 1"));

  const auto declared = [](bool counts) {
    auto child = late_child();
    child.has(told::Immunization{.product_code = "Priorix", .given_on = on(2026, 1, 20), .proof = 2});
    return child.set("doses.declarees", counts ? 1 : 0).ask(winter);
  };
  CHECK_FALSE(says(declared(true), "VAC-RETARD", "Rougeole"));
  CHECK_FALSE(says(declared(false), "VAC-RETARD", "Rougeole"));
  CHECK(says(declared(false), "VAC-PRODUIT", "déclaré"));
}

TEST_CASE("rows that contradict each other are told to the doctor and never corrected") {
  const auto contradicted = [](told::Immunization row) {
    auto child = late_child();
    return child.has(std::move(row)).ask(winter);
  };
  const auto before = contradicted({.product_code = "Priorix", .given_on = on(2024, 1, 1)});
  CHECK(says(before, "VAC-CONTRADICTION", "antérieure à la naissance"));
  CHECK(before.finding("vaccine-record")->category == Category::a_voir);
  CHECK(says(before, "VAC-RETARD", "Rougeole"));
  CHECK(says(contradicted({.product_code = "Priorix", .given_on = on(2027, 1, 1)}), "VAC-CONTRADICTION", "à venir"));
  CHECK(says(contradicted({.product_code = "Nimenrix", .given_on = on(2025, 6, 10)}), "VAC-CONTRADICTION",
             "écrit deux fois"));
  CHECK(says(contradicted({.product_code = "Nimenrix", .given_on = on(2025, 6, 10), .status = 2}), "VAC-CONTRADICTION",
             "fait et non fait"));
  CHECK(contradicted({.product_code = "Priorix", .given_on = on(2027, 1, 1), .status = 3}).finding("vaccine-record") ==
        nullptr);
}

TEST_CASE("what was lately noted as not done is not proposed again and comes back later") {
  auto child = late_child();
  child.has(told::Immunization{.product_code = "Priorix", .given_on = on(2026, 1, 20), .status = 2});
  const auto answer = child.ask(winter);
  CHECK(title(answer, "vaccine-visit") == "Vaccins : 4 en retard");
  CHECK(says(answer, "VAC-REFUS", "Rougeole"));
  CHECK(title(child.set("refus.mois", 1).ask(on(2026, 2, 20)), "vaccine-visit") == "Vaccins : 5 en retard");
}

TEST_CASE("pregnancy opens its weeks and forbids live vaccines and the doctor calls") {
  Patient mother(on(1994, 2, 11));
  mother.given("Hexyon", on(1994, 4, 11)).given("ROR", on(1995, 3, 1));
  mother.word("grossesse", on(2025, 11, 17), 24);
  const auto answer = mother.ask(on(2025, 11, 17));
  CHECK(says(answer, "VAC-A-FAIRE", "Coqueluche, femme enceinte : à faire depuis le 20/10/2025"));
  CHECK(says(answer, "VAC-A-FAIRE", "Grippe saisonnière"));
  CHECK(says(answer, "VAC-CONTRE-INDICATION", "Rougeole, oreillons, rubéole : contre-indiqué"));
  CHECK(says(answer, "VAC-APPEL", "réservé au médecin"));
  CHECK(answer.finding("vaccine-visit")->category == Category::a_voir);
  CHECK_FALSE(holds(draft(answer, "draft.patient-message"), "grossesse"));
  mother.set("appel.grossesse", std::string("assistante"));
  CHECK(mother.ask(on(2025, 11, 17)).finding("vaccine-visit")->category == Category::normal);

  Patient unknown_term(on(1994, 2, 11));
  unknown_term.given("Hexyon", on(1994, 4, 11)).ill("Z33");
  CHECK(says(unknown_term.ask(on(2025, 11, 17)), "VAC-TERME", "sans terme connu"));
  Patient man(on(1994, 2, 11), relais::Sex::male);
  man.given("Hexyon", on(1994, 4, 11)).ill("Z34.0");
  CHECK(says(man.ask(on(2025, 11, 17)), "VAC-CONTRADICTION", "chez un homme"));
}

TEST_CASE("conditions of the record open what the schedule says and nothing else") {
  const auto with = [](const char* code) {
    Patient adult(on(1975, 3, 1));
    adult.given("Hexyon", on(1975, 6, 1));
    if (*code != '\0') adult.ill(code);
    return adult.ask(on(2025, 11, 17));
  };
  CHECK_FALSE(says(with(""), "VAC-A-FAIRE", "Grippe"));
  CHECK_FALSE(says(with("I10"), "VAC-A-FAIRE", "Grippe"));
  CHECK(says(with("E11.9"), "VAC-A-FAIRE", "Grippe"));
  CHECK(says(with("J44.9"), "VAC-A-FAIRE", "Pneumocoque, 65 ans"));
  CHECK(says(with("D73.0"), "VAC-RISQUE", "expertise indisponible"));
  for (const auto& finding : with("E11.9").findings) {
    for (const auto& reason : finding.reasons) CHECK_FALSE(holds(reason.text, "iabète"));
  }
}

TEST_CASE("open questions are shown with every rule to the doctor") {
  Patient nurse(on(1995, 1, 9));
  nurse.given("Hexyon", on(1995, 3, 9)).given("BoostrixTetra", on(2020, 2, 3)).word("contact-nourrissons");
  const auto answer = nurse.ask(on(2026, 2, 9));
  CHECK(says(answer, "VAC-QUESTION", "aucune règle n'est choisie"));
  CHECK(says(answer, "VAC-QUESTION", "10 ans"));
  CHECK(says(answer, "VAC-QUESTION", "5 ans"));
  CHECK(answer.finding("vaccine-record")->category == Category::a_voir);
}

TEST_CASE("a doctor chooses ages and campaigns and who calls") {
  Patient old(on(1950, 1, 1));
  old.given("Hexyon", on(1950, 3, 1));
  const auto day = on(2025, 11, 17);
  CHECK(says(old.ask(day), "VAC-A-FAIRE", "Grippe saisonnière"));
  auto no_flu = old;
  CHECK_FALSE(says(no_flu.set("campagne.grippe", 0).ask(day), "VAC-A-FAIRE", "Grippe"));
  CHECK(says(no_flu.ask(day), "VAC-A-FAIRE", "COVID-19"));
  auto late_start = old;
  late_start.set("campagne.debut.jours", 60);
  CHECK(says(late_start.ask(day), "VAC-BIENTOT", "Grippe saisonnière : à faire à partir du 13/12/2025"));
  CHECK_FALSE(says(old.ask(on(2026, 1, 26)), "VAC-A-FAIRE", "Grippe"));
  auto too_old = old;
  CHECK(too_old.set("age.maximum", 70).ask(day).findings.empty());
  auto by_doctor = old;
  CHECK(by_doctor.set("appel.adultes", std::string("médecin")).ask(day).finding("vaccine-visit")->category ==
        Category::a_voir);
}

TEST_CASE("a campaign that these data do not know is said and data past their day too") {
  Patient old(on(1950, 1, 1));
  old.given("Hexyon", on(1950, 3, 1));
  CHECK(says(old.ask(on(2026, 11, 22)), "VAC-EDITION",
             "Aucune donnée pour la campagne en cours : Grippe saisonnière et COVID-19"));
  CHECK_FALSE(says(old.ask(on(2026, 11, 22)), "VAC-EDITION", "Données anciennes"));
  CHECK(says(old.ask(on(2027, 1, 1)), "VAC-EDITION", "Données anciennes"));
  CHECK(says(old.ask(on(2026, 11, 22)), "VAC-EDITION", "Expertise indisponible : "));
}

TEST_CASE("vaccinations that the host left out raise the answer") {
  auto child = late_child();
  const auto answer = child.withheld("immunization").ask(winter);
  CHECK(says(answer, "VAC-INCOMPLET", "réponse incomplète"));
  CHECK(answer.category() == Category::a_voir);
}

TEST_CASE("without a patient nothing is evaluated and without a birth date the doctor is told") {
  relais::testing::Record nobody;
  nobody.without_patient();
  CHECK(plugin().ask(nobody, winter).not_evaluated == "vaccine-recall.no-patient");
  relais::testing::Record unborn;
  unborn.has(told::Patient{});
  const auto answer = plugin().ask(unborn, winter);
  CHECK(says(answer, "VAC-NAISSANCE", "Date de naissance"));
  CHECK(answer.category() == Category::a_voir);
}

TEST_CASE("what is read tomorrow is what was read today until a date is reached") {
  const auto child = late_child();
  const auto first = child.ask(winter);
  const auto next = child.ask(winter + std::chrono::days(1));
  CHECK(title(first, "vaccine-visit") == title(next, "vaccine-visit"));
  const auto& a = first.finding("vaccine-visit")->reasons;
  const auto& b = next.finding("vaccine-visit")->reasons;
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i].text == b[i].text);
  CHECK(draft(first, "draft.appointment-need") == draft(next, "draft.appointment-need"));
}

TEST_CASE("the zone of the machine changes no answer") {
  const auto child = late_child();
  const auto expected = child.ask(on(2026, 1, 5));
  for (const char* zone :
       {"Europe/Paris", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Martinique", "Indian/Reunion"}) {
    INFO(zone);
    REQUIRE(setenv("TZ", zone, 1) == 0);
    tzset();
    const auto answer = child.ask(on(2026, 1, 5));
    CHECK(title(answer, "vaccine-visit") == title(expected, "vaccine-visit"));
    CHECK(says(answer, "VAC-RETARD", "dose 1 : en retard depuis le 05/01/2026"));
    CHECK_FALSE(says(child.ask(on(2026, 1, 4)), "VAC-RETARD", "dose 1 : en retard depuis le 05/01/2026"));
  }
  REQUIRE(unsetenv("TZ") == 0);
  tzset();
}

TEST_CASE("every reason cites a rule that is described") {
  std::vector<std::string> described;
  for (const auto& rule : plugin().rules()) described.push_back(rule.id);
  auto child = late_child();
  child.given("zzz", on(2025, 12, 20)).ill("D73.0").ill("E11.9").comes(on(2026, 3, 1)).withheld("immunization");
  for (const auto& finding : child.ask(winter).findings) {
    for (const auto& reason : finding.reasons) {
      INFO(reason.rule);
      CHECK(std::find(described.begin(), described.end(), reason.rule) != described.end());
    }
  }
}

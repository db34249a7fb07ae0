// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "report.h"

using bio::Category;
using bio::test::days;
using bio::test::Report;
using bio::test::Told;

namespace {

bio::test::Answer one(Told told, std::int32_t born = days(1970, 1, 1), std::vector<std::string> words = {},
                      relais_sex sex = RELAIS_SEX_FEMALE) {
  Report report;
  report.born = born;
  report.words = std::move(words);
  report.sex = sex;
  return report.add(std::move(told)).triage();
}

bio::test::Answer words(const char* label, const char* text, const char* flag = "",
                        relais_sex sex = RELAIS_SEX_FEMALE) {
  return one({.code = "LOC", .flag = flag, .words = text, .system = "local", .label = label}, days(1970, 1, 1), {}, sex);
}

Told numeric(const char* code, const char* unit, double value) {
  return {.code = code, .unit = unit, .flag = "N", .value = value};
}

}  // namespace

TEST_CASE("D-dimers are critical from 500 and from ten times the age over fifty") {
  const auto young = days(1980, 1, 1);
  const auto seventy = days(1955, 6, 1);
  CHECK(one(numeric("48065-7", "ug/L", 500), young).category == Category::critique);
  CHECK_FALSE(one(numeric("48065-7", "ug/L", 499), young).has("D-DDIM"));
  CHECK_FALSE(one(numeric("48065-7", "ug/L", 699), seventy).has("D-DDIM"));
  CHECK(one(numeric("48065-7", "mg/L", 0.70), seventy).has("D-DDIM"));
  CHECK(one(numeric("48065-7", "ug/L", 500), days(1976, 1, 1)).has("D-DDIM"));
  CHECK(one(numeric("48065-7", "ug/L", 505), RELAIS_NO_DATE).has("D-DDIM"));
  const auto ddu = one(numeric("48066-5", "ng/mL", 250), young);
  CHECK(ddu.said("D-DDIM").find("unités DDU doublées") != std::string::npos);
}

TEST_CASE("a troponin is judged by the laboratory's own limit") {
  CHECK(one({.code = "67151-1", .unit = "ng/L", .value = 15, .high = 14}).category == Category::critique);
  CHECK_FALSE(one({.code = "67151-1", .unit = "ng/L", .value = 14, .high = 14}).has("D-TROP"));
  CHECK(one({.code = "67151-1", .unit = "ng/L", .flag = "H", .value = 15}).has("D-TROP"));
  CHECK_FALSE(one({.code = "67151-1", .unit = "UA", .flag = "H", .value = 15, .high = 14}).has("D-TROP"));
}

TEST_CASE("a pregnancy hormone is for the day in a woman of eleven to fifty-five without known pregnancy") {
  CHECK(one(numeric("21198-7", "[IU]/L", 5), days(1971, 1, 1)).category == Category::aujourdhui);
  CHECK_FALSE(one(numeric("21198-7", "[IU]/L", 4.9), days(1990, 1, 1)).has("D-HCG"));
  CHECK_FALSE(one(numeric("21198-7", "[IU]/L", 50), days(1990, 1, 1), {}, RELAIS_SEX_MALE).has("D-HCG"));
  CHECK_FALSE(one(numeric("21198-7", "[IU]/L", 50), days(1960, 1, 1)).has("D-HCG"));
  CHECK(one(numeric("21198-7", "[IU]/L", 50), RELAIS_NO_DATE).has("D-HCG"));
  CHECK_FALSE(one(numeric("21198-7", "[IU]/L", 50), days(1990, 1, 1), {"grossesse"}).has("D-HCG"));
}

TEST_CASE("the thresholds to be seen stand where they are written") {
  CHECK(one(numeric("4548-4", "%", 6.5)).category == Category::a_voir);
  CHECK_FALSE(one(numeric("4548-4", "%", 6.4)).has("D-HBA1C"));
  CHECK_FALSE(one(numeric("4548-4", "%", 6.5), days(1970, 1, 1), {"diabete"}).has("D-HBA1C"));
  CHECK(one(numeric("42637-9", "ng/L", 35)).has("D-BNP"));
  CHECK_FALSE(one(numeric("42637-9", "ng/L", 34)).has("D-BNP"));
  CHECK(one(numeric("33762-6", "ng/L", 125)).has("D-BNP"));
  CHECK_FALSE(one(numeric("2857-1", "ug/L", 4)).has("D-PSA"));
  CHECK(one(numeric("2857-1", "ug/L", 4.1)).has("D-PSA"));
  CHECK(one(numeric("2857-1", "ug/L", 0.3), days(1950, 1, 1), {"prostatectomie"}).has("D-PSA"));
  CHECK(one(numeric("2276-4", "ug/L", 44)).has("D-FER"));
  CHECK_FALSE(one(numeric("2276-4", "ug/L", 45)).has("D-FER"));
  CHECK_FALSE(one(numeric("2276-4", "ug/L", 1000)).has("D-FER"));
  CHECK(one(numeric("2276-4", "ug/L", 1001)).has("D-FER"));
}

TEST_CASE("a positive blood culture is critical and a sterile one is not") {
  CHECK(words("Hémoculture", "Positive").category == Category::critique);
  CHECK(words("Hémoculture aérobie", "Staphylococcus aureus").has("D-MICRO"));
  CHECK(words("Hémoculture", "voir texte", "POS").has("D-MICRO"));
  CHECK_FALSE(words("Hémoculture", "Négatif").has("D-MICRO"));
  CHECK_FALSE(words("Hémoculture", "Absence de germe après 5 jours").has("D-MICRO"));
  CHECK_FALSE(words("Hémoculture", "Pas de Staphylococcus aureus").has("D-MICRO"));
  CHECK_FALSE(words("Culture de selles", "Salmonella").has("D-MICRO"));
}

TEST_CASE("a urine culture counts from the threshold of its germ and of the sex") {
  CHECK(words("ECBU", "Escherichia coli 10^3 UFC/mL").category == Category::aujourdhui);
  CHECK_FALSE(words("ECBU", "Escherichia coli 10^2 UFC/mL", "POS").has("D-MICRO"));
  CHECK(words("ECBU", "E. coli 10⁵/mL").has("D-MICRO"));
  CHECK(words("ECBU", "Escherichia coli : 100 000 UFC/mL").has("D-MICRO"));
  CHECK_FALSE(words("ECBU", "Escherichia coli < 1000 UFC/mL").has("D-MICRO"));
  CHECK_FALSE(words("ECBU", "Proteus mirabilis 10^3 UFC/mL").has("D-MICRO"));
  CHECK(words("ECBU", "Proteus mirabilis 10^4 UFC/mL").has("D-MICRO"));
  CHECK(words("ECBU", "Proteus mirabilis 10^3 UFC/mL", "", RELAIS_SEX_MALE).has("D-MICRO"));
  CHECK(words("ECBU", "Enterococcus faecalis 10^3 UFC/mL").has("D-MICRO"));
  CHECK(words("ECBU", "Culture positive").has("D-MICRO"));
  CHECK_FALSE(words("ECBU", "Négatif").has("D-MICRO"));
  CHECK_FALSE(one({.code = "LOC", .unit = "/mm3", .flag = "H", .value = 30, .system = "local", .label = "ECBU leucocytes"}).has("D-MICRO"));
  CHECK(one({.code = "LOC", .unit = "UFC/mL", .value = 1e5, .system = "local", .label = "Escherichia coli",
             .specimen = "urines"}).has("D-MICRO"));
}

TEST_CASE("a culture may be told over several lines and under other names") {
  Report lines;
  lines.sex = RELAIS_SEX_FEMALE;
  const auto answer = lines.add({.code = "LOC", .unit = "UFC/mL", .value = 1e5, .system = "local", .label = "Bactériurie"})
                          .add({.code = "LOC2", .words = "Escherichia coli", .system = "local", .label = "Identification"})
                          .triage();
  CHECK(answer.has("D-MICRO"));
  CHECK(answer.category == Category::aujourdhui);
  CHECK(words("Bactéries identifiées dans l'urine par culture", "Escherichia coli").has("D-MICRO"));
  CHECK(words("Bactéries identifiées dans le sang par culture", "Escherichia coli").category == Category::critique);
  CHECK(words("ECBU", "Culture stérile").category == Category::normal);
}

TEST_CASE("infections that only the doctor announces are for the day when positive") {
  for (const char* label : {"Sérologie VIH 1/2", "Ag HBs", "ARN VHC", "Hépatite C, anticorps", "Syphilis (TPHA)", "TPPA",
                            "RPR quantitatif", "FTA-abs IgM"}) {
    INFO(label);
    CHECK(words(label, "Positif").has("D-ANNONCE"));
    CHECK(words(label, "vu", "DET").category == Category::aujourdhui);
    CHECK_FALSE(words(label, "Négatif").has("D-ANNONCE"));
    CHECK_FALSE(words(label, "Non détecté").has("D-ANNONCE"));
  }
  CHECK_FALSE(words("Anticorps anti-HBs", "Positif", "POS").has("D-ANNONCE"));
  CHECK_FALSE(words("Grippe A", "Positif", "POS").has("D-ANNONCE"));
}

TEST_CASE("a malignancy is announced by the doctor unless its clause denies it") {
  CHECK(words("Biopsie", "Carcinome épidermoïde").has("D-ANNONCE"));
  CHECK(words("Frottis", "HSIL").has("D-ANNONCE"));
  CHECK(words("Biopsie", "Absence de nécrose, carcinome infiltrant").has("D-ANNONCE"));
  CHECK(words("Biopsie", "Pas d'inflammation. Cellules malignes.").has("D-ANNONCE"));
  CHECK_FALSE(words("Biopsie", "Absence de carcinome").has("D-ANNONCE"));
  CHECK_FALSE(words("Biopsie", "Pas de lésion, ni de malignité").has("D-ANNONCE"));
  CHECK_FALSE(words("Frottis", "Négatif pour une lésion intra-épithéliale ou maligne").has("D-ANNONCE"));
  Report told;
  told.comment = "Aspect de lymphome, à confirmer";
  CHECK(told.triage().has("D-ANNONCE"));
}

TEST_CASE("what is critical together is told together") {
  const Told acute{.code = "14682-9", .unit = "umol/L", .flag = "H", .value = 120};
  const Told before{.code = "14682-9", .unit = "umol/L", .value = 75, .before = std::chrono::hours(24 * 30)};
  const auto kidney = [&](double potassium) {
    return Report{}.add(acute).add(before).add({.code = "2823-3", .unit = "mmol/L", .flag = "H", .value = potassium}).triage();
  };
  CHECK(kidney(6.1).has("C-COMBI"));
  CHECK(kidney(6.1).category == Category::critique);
  CHECK_FALSE(kidney(6.0).has("C-COMBI"));

  const auto digoxin = [](double level, std::vector<std::string> context, double magnesium) {
    Report report;
    report.words = std::move(context);
    return report.add(numeric("10535-3", "nmol/L", level)).add(numeric("2601-3", "mmol/L", magnesium)).triage();
  };
  CHECK(digoxin(2.1, {}, 0.69).has("C-COMBI"));
  CHECK_FALSE(digoxin(2.1, {}, 0.70).has("C-COMBI"));
  CHECK_FALSE(digoxin(2.0, {"irc"}, 0.60).has("C-COMBI"));
  CHECK(digoxin(2.1, {"irc"}, 0.80).has("C-COMBI"));

  const auto liver = [](std::vector<std::string> context, double alat) {
    Report report;
    report.words = std::move(context);
    return report.add(numeric("5894-1", "%", 49))
        .add({.code = "1742-6", .unit = "U/L", .flag = "H", .value = alat, .high = 40})
        .triage();
  };
  CHECK(liver({}, 201).has("C-COMBI"));
  CHECK_FALSE(liver({}, 200).has("C-COMBI"));
  CHECK_FALSE(liver({"avk"}, 201).has("C-COMBI"));

  const auto blood = [](double haemoglobin, double platelets) {
    Report report;
    report.sex = RELAIS_SEX_FEMALE;
    return report.add(numeric("26499-4", "10*9/L", 0.9))
        .add({.code = "718-7", .unit = "g/L", .value = haemoglobin})
        .add(numeric("777-3", "10*9/L", platelets))
        .triage();
  };
  CHECK(blood(119, 99).has("C-COMBI"));
  CHECK_FALSE(blood(120, 99).has("C-COMBI"));
  CHECK_FALSE(blood(119, 100).has("C-COMBI"));
}

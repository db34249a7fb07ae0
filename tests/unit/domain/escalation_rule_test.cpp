// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "domain/folded_text.h"
#include "escalation_samples.h"

using namespace relais::escalation;
using namespace relais::escalation::samples;

namespace {

// The index of the analyte, sign, value and unit of a rule, as one line.
std::string spelled(std::string_view text, const Grammar& grammar) {
  const auto rule = read_rule(text, grammar);
  if (!rule) return "? " + rule.error().french;
  const auto id = [&](std::size_t analyte) { return grammar.analytes.at(analyte).id; };
  if (const auto* one = std::get_if<Threshold>(&*rule)) {
    static const char* signs[] = {"<", "<=", ">", ">="};
    return id(one->analyte) + " " + signs[static_cast<int>(one->comparison)] + " " + number(one->value);
  }
  if (const auto* one = std::get_if<Change>(&*rule))
    return id(one->analyte) + (one->rise ? " +" : " -") + number(one->amount) + (one->percent ? " %" : "");
  if (const auto* one = std::get_if<Positive>(&*rule)) return id(one->analyte) + " positive";
  std::string words = "words";
  for (const auto& word : std::get<Words>(*rule).words) words += " " + word;
  return words;
}

}  // namespace

TEST_CASE("the rules of the worked examples are understood") {
  const auto grammar = biology();
  CHECK(spelled("K >= 6.0 mmol/L", grammar) == "K >= 6");
  CHECK(spelled("K <= 2.8 mmol/L", grammar) == "K <= 2.8");
  CHECK(spelled("Hb < 8 g/dL", grammar) == "HB < 80");
  CHECK(spelled("Hb < 7.5 g/dL", grammar) == "HB < 75");
  CHECK(spelled("INR > 5", grammar) == "INR > 5");
  CHECK(spelled("troponine positive", grammar) == "TROP positive");
  CHECK(spelled("créatinine +50 % vs dernière", grammar) == "CREA +50 %");
  CHECK(spelled("douleur thoracique", messages()) == "words douleur thoracique");
  CHECK(spelled("nourrisson fièvre", messages()) == "words nourrisson fievre");
  CHECK(spelled("idées noires", messages()) == "words idees noires");
}

TEST_CASE("accents case decimal comma and typographic signs do not change a rule") {
  const auto grammar = biology();
  for (const auto* text : {"k>=6,0mmol/l", "K ≥ 6,0 mmol/L", "  Potassium  >=  6.0  MMOL/L ", "kaliemie ≥ 6 mmol/l",
                           "KALIÉMIE >= 6.00 mEq/L", "K\u00a0≥\u00a06,0\u00a0mmol/L"}) {
    INFO(text);
    CHECK(spelled(text, grammar) == "K >= 6");
  }
  CHECK(spelled("CREATININE +50% VS DERNIERE", grammar) == "CREA +50 %");
  CHECK(spelled("créatinine − 20 % par rapport à la dernière valeur", grammar) == "CREA -20 %");
  CHECK(spelled("Hb -2 g/dL vs dernière", grammar) == "HB -20");
  CHECK(spelled("Troponine POSITIF", grammar) == "TROP positive");
  CHECK(spelled("plaquettes < 50 000 /mm3", grammar) == "PLQ < 50");
  CHECK(spelled("Plaquettes < 50 G/L", grammar) == "PLQ < 50");
  CHECK(spelled("créat > 130 µmol/L", grammar) == "CREA > 130");
  CHECK(spelled("NT-proBNP > 2000 ng/L", grammar) == "NTBNP > 2000");
}

TEST_CASE("what is not understood is said in French with what may be written") {
  const auto grammar = biology();
  const auto why = [&](const char* text) {
    const auto rule = read_rule(text, grammar);
    REQUIRE_FALSE(rule);
    CHECK(rule.error().french.find("« K >= 6.0 mmol/L »") != std::string::npos);
    return rule.error().french;
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(why("patient pas bien"), Contains("patient pas bien") && Contains("comparaison"));
  CHECK_THAT(why("potassé >= 6 mmol/L"), Contains("« potassé »") && Contains("Potassium"));
  CHECK_THAT(why("K >= beaucoup"), Contains("nombre"));
  CHECK_THAT(why(">= 6 mmol/L"), Contains("nom de l'examen"));
  CHECK_THAT(why("créatinine +50 %"), Contains("vs dernière"));
  CHECK_THAT(why("créatinine +50 % vs hier"), Contains("vs dernière"));
  CHECK_THAT(why("dragon positif"), Contains("« dragon »"));
  CHECK_THAT(why(""), Contains("vide"));
  CHECK_THAT(why(std::string(300, 'k').c_str()), Contains("longue"));
  CHECK_FALSE(read_rule("créatinine -150 % vs dernière", grammar));
  CHECK_FALSE(read_rule("K = 6 mmol/L", grammar));
  CHECK_FALSE(read_rule("K > 5 mmol/L ou Na < 120 mmol/L", grammar));
  CHECK_FALSE(read_rule("K >= 6.0.1 mmol/L", grammar));
}

TEST_CASE("a rule without its unit or with a unit of another analyte is refused with the units there are") {
  const auto grammar = biology();
  using Catch::Matchers::Contains;
  CHECK_THAT(read_rule("Hb < 8", grammar).error().french, Contains("unité") && Contains("g/dL"));
  CHECK_THAT(read_rule("K >= 6 mg/L", grammar).error().french, Contains("« mg/L »") && Contains("mmol/L"));
}

TEST_CASE("a form that the manifest does not declare is not read") {
  auto grammar = biology();
  CHECK(read_rule("douleur thoracique", grammar).error().french.find("douleur thoracique") != std::string::npos);
  grammar.forms.erase(Form::change);
  CHECK_FALSE(read_rule("créatinine +50 % vs dernière", grammar));
  grammar.forms.erase(Form::positive);
  CHECK_FALSE(read_rule("troponine positive", grammar));
  grammar.forms.erase(Form::threshold);
  CHECK_FALSE(read_rule("INR > 5", grammar));
  CHECK_FALSE(read_rule("K >= 6 mmol/L", messages()));
  CHECK_FALSE(read_rule("+ 3 %", messages()));
}

TEST_CASE("a vocabulary that names two things alike is refused") {
  CHECK(check(biology()));
  CHECK(check(messages()));
  const auto refused = [](auto change) {
    auto grammar = biology();
    change(grammar);
    const auto checked = check(grammar);
    return !checked && checked.error().code == relais::Code::plugin_manifest_escalation;
  };
  CHECK(refused([](Grammar& g) { g.analytes[1].names.emplace_back("KALIEMIE"); }));
  CHECK(refused([](Grammar& g) { g.analytes[1].codes = g.analytes[0].codes; }));
  CHECK(refused([](Grammar& g) { g.analytes[1].codes.clear(); }));
  CHECK(refused([](Grammar& g) { g.analytes[1].units.clear(); }));
  CHECK(refused([](Grammar& g) { g.analytes[1].units.front().factor = 10; }));
  CHECK(refused([](Grammar& g) { g.analytes[1].units.push_back({"G/DL", 10, 0}); }));
  CHECK(refused([](Grammar& g) { g.analytes.clear(); }));
  CHECK(refused([](Grammar& g) { g.forms = {Form::words}; }));
}

TEST_CASE("text is folded for comparison only") {
  CHECK(relais::fold("  Œdème\u00a0  d\u2019À-côté ") == "oedeme d'a-cote");
  CHECK(relais::fold("e\u0301te\u0301") == "ete");
  CHECK(relais::fold("\xff\xfe") == "\xff\xfe");
  CHECK(relais::words_of("d'un 2e avis").size() == 4);
}

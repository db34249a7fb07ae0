// SPDX-License-Identifier: Apache-2.0
#include "domain/fiche_yaml.h"

#include <catch2/catch.hpp>

#include "fiche_samples.h"

using namespace relais::fiche;
using namespace relais::fiche::samples;
using relais::Code;

namespace {

const std::string whole = R"(
format: relais-fiche/1
fiche: {id: fp-martin-leroy, version: 3, precedent_sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
cabinet: {nom: "Cabinet « des Tilleuls »", commune: Ville fictive, fuseau: Europe/Paris}
employeur: {type: sisa, decideurs: [martin, petit]}
medecin: {id: martin, nom: Dr Anne Martin}
assistant:
  id: leroy
  nom: Paul Leroy
  profil: autre
  prise_de_fonction: 2025-02-03
  fin_de_fonction: null
  quotite_etp: 0.5
  identite_numerique: e-CPE
  contrat_aide: {signe_le: 2025-01-15, option_etp: 1.0}
  formation: {voie: cqp, inscrite_le: 2025-04-07, jours_absence: [mardi], fin_prevue: 2026-02-26}
  attestations:
    - {type: afgsu1, le: 2025-06-12, preuve: afgsu.pdf}
    - {type: afgsu2, le: 2025-06-13}
encadrement_formation: true
validite: {du: 2026-01-01, au: 2026-12-31}
revision_le: 2026-09-01
temps:
  - {jours: [lundi, feries], heures: ["08:30-12:30", "13:30-24:00"]}
donnees: {niveau_max: D3, categories_autorisees: [addictions]}
exclusions: {lien_familial: false, ids: [p-7], age_min: 2, age_max: null}
remplacement: {regle: maintenir}
defaut: "non"
repli_general: {vers: autre-am, delai_h: 1.5}
taches:
  - {id: accueil-patient, mode: autonome}
  - id: bio-triage
    mode: faire-puis-valider
    plages: [{jours: [lundi], heures: ["16:30-17:30"]}]
    presence_medecin: requise
    donnees_max: D4
    exclusions: {age_max: 80, ids: []}
    escalade: {immediate: ["K >= 6.0 mmol/L"], vers: medecin, jugee_par_le_medecin: true}
    validation_h: 24
    quota_jour: 50
    repli: {vers: secretariat}
    note: "les normales: le soir\net \"rien\" d'autre"
  - {id: stock-commande, mode: "non", veto: true}
engagements: [secret professionnel]
signatures:
  medecin: {le: 2025-12-10T19:05, moyen: e-CPS}
  assistant: {le: 2025-12-13T08:35:20, moyen: e-CPE, statut: reserve, taches_refusees: [accueil-patient]}
revocations:
  - {le: 2026-05-01, par: martin, portee: fiche, motif: départ}
)";

std::string replaced(std::string from, const std::string& to, std::string text = whole) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void check_error(const std::string& yaml, Code code, const std::string& place) {
  const auto fiche = read_fiche(yaml);
  REQUIRE_FALSE(fiche);
  INFO(fiche.error().detail);
  CHECK(relais::stable_code(fiche.error().code) == relais::stable_code(code));
  CHECK(fiche.error().place == place);
}

}  // namespace

TEST_CASE("every field of a fiche is read") {
  const auto fiche = read_fiche(whole);
  if (!fiche) FAIL(fiche.error().place << " " << fiche.error().detail);
  CHECK(fiche->version == 3);
  CHECK(fiche->previous_sha256->substr(0, 4) == "0123");
  CHECK(fiche->practice_name == "Cabinet « des Tilleuls »");
  CHECK(fiche->employer == EmployerKind::sisa);
  CHECK(fiche->deciders == std::vector<std::string>{"martin", "petit"});
  CHECK(fiche->assistant.fte == 0.5);
  CHECK_FALSE(fiche->assistant.function_end);
  CHECK(fiche->assistant.aid_contract->signed_on == day("2025-01-15"));
  CHECK(fiche->assistant.training->away_days == std::vector<Day>{Day::mardi});
  CHECK(fiche->assistant.attestations.size() == 2);
  CHECK_FALSE(fiche->assistant.attestations[1].proof);
  CHECK(fiche->time == std::vector<Slot>{{{Day::lundi, Day::feries}, {{510, 750}, {810, 1440}}}});
  CHECK(fiche->open_categories == std::vector<Category>{Category::addictions});
  CHECK_FALSE(fiche->exclusions.kinship);
  CHECK(fiche->exclusions.age_min == 2);
  CHECK(fiche->locum == LocumRule::maintenir);
  CHECK(fiche->fallback == Fallback{FallbackTo::autre_am, 1.5});
  const auto* triage = find_grant(*fiche, "bio-triage");
  REQUIRE(triage != nullptr);
  CHECK(triage->presence_required);
  CHECK(triage->data_max == DataLevel::D4);
  CHECK(triage->exclusions->age_max == 80);
  CHECK(triage->escalation->judged_by_doctor);
  CHECK(triage->daily_quota == 50);
  CHECK(triage->note == "les normales: le soir\net \"rien\" d'autre");
  CHECK(find_grant(*fiche, "stock-commande")->veto);
  CHECK(fiche->answer->declined == std::vector<std::string>{"accueil-patient"});
  CHECK(fiche->revocations.front().at == Moment{at("2026-05-01"), true});
}

TEST_CASE("what is written is read back as the same fiche") {
  const auto first = read_fiche(whole);
  REQUIRE(first);
  for (const auto& fiche : {*first, martin_leroy(), petit_leroy()}) {
    const auto again = read_fiche(write_fiche(fiche));
    if (!again) FAIL(again.error().place << " " << again.error().detail << "\n" << write_fiche(fiche));
    CHECK(*again == fiche);
    CHECK(write_fiche(*again) == write_fiche(fiche));
  }
}

TEST_CASE("texts that look like something else come back as they were") {
  for (const auto* text : {"null", "~", "non", "true", "1.0", "2026-01-01", "a: b", "- x", "# x", " x ", "\"", "'",
                           "&a", "*a", "!t", "é\u2028\U0001F600", "\t", "a\nb", "{", "%"}) {
    auto fiche = martin_leroy();
    fiche.practice_name = text;
    task(fiche, "bio-triage").note = text;
    const auto again = read_fiche(write_fiche(fiche));
    INFO(write_fiche(fiche));
    REQUIRE(again);
    CHECK(*again == fiche);
  }
}

TEST_CASE("unknown and repeated and missing keys are found at their place") {
  check_error(replaced("quota_jour: 50", "quota_mois: 50"), Code::fiche_unknown_key, "taches[1].quota_mois");
  check_error(replaced("defaut: \"non\"", "couleur: rouge"), Code::fiche_unknown_key, "couleur");
  check_error(replaced("mode: autonome}", "mode: autonome, mode: preparer}"), Code::fiche_duplicate_key,
              "taches[0].mode");
  check_error(replaced("  profil: autre\n", ""), Code::fiche_missing_key, "assistant.profil");
  check_error(replaced("du: 2026-01-01, ", ""), Code::fiche_missing_key, "validite.du");
  check_error(replaced("fiche: {id: fp-martin-leroy", "fiche: {id: null"), Code::fiche_missing_key, "fiche.id");
}

TEST_CASE("wrong words and types and dates and hours are found at their place") {
  check_error(replaced("mode: faire-puis-valider", "mode: tout-faire"), Code::fiche_bad_value, "taches[1].mode");
  check_error(replaced("version: 3", "version: trois"), Code::fiche_wrong_type, "fiche.version");
  check_error(replaced("version: 3", "version: \"3\""), Code::fiche_wrong_type, "fiche.version");
  check_error(replaced("version: 3", "version: 3.5"), Code::fiche_wrong_type, "fiche.version");
  check_error(replaced("version: 3", "version: 0"), Code::fiche_bad_value, "fiche.version");
  check_error(replaced("version: 3", "version: 99999999999999999999"), Code::fiche_bad_value, "fiche.version");
  check_error(replaced("quotite_etp: 0.5", "quotite_etp: .nan"), Code::fiche_wrong_type, "assistant.quotite_etp");
  check_error(replaced("quotite_etp: 0.5", "quotite_etp: nan"), Code::fiche_bad_value, "assistant.quotite_etp");
  check_error(replaced("2026-12-31", "2026-02-30"), Code::fiche_bad_value, "validite.au");
  check_error(replaced("2026-12-31", "31/12/2026"), Code::fiche_bad_value, "validite.au");
  check_error(replaced("au: 2026-12-31", "au: 2025-12-31"), Code::fiche_bad_value, "validite.au");
  check_error(replaced("13:30-24:00", "13:30-24:01"), Code::fiche_bad_value, "temps[0].heures[1]");
  check_error(replaced("13:30-24:00", "22:00-06:00"), Code::fiche_bad_value, "temps[0].heures[1]");
  check_error(replaced("13:30-24:00", "8h-12h"), Code::fiche_bad_value, "temps[0].heures[1]");
  check_error(replaced("jours: [lundi, feries]", "jours: lundi"), Code::fiche_wrong_type, "temps[0].jours");
  check_error(replaced("encadrement_formation: true", "encadrement_formation: oui"), Code::fiche_wrong_type,
              "encadrement_formation");
  check_error(replaced("fuseau: Europe/Paris", "fuseau: Europe/Lutece"), Code::fiche_bad_value, "cabinet.fuseau");
  check_error(replaced("fuseau: Europe/Paris", "fuseau: ../../etc/passwd"), Code::fiche_bad_value, "cabinet.fuseau");
  check_error(replaced("[addictions]", "[notes-personnelles]"), Code::fiche_bad_value,
              "donnees.categories_autorisees");
  check_error(replaced("id: stock-commande, mode: \"non\"", "id: stock-commande, mode: autonome"),
              Code::fiche_bad_value, "taches[2].veto");
  check_error(replaced("id: stock-commande", "id: bio-triage"), Code::fiche_bad_value, "taches[2].id");
  check_error(replaced("0123456789abcdef0123", "0123456789ABCDEF0123"), Code::fiche_bad_value,
              "fiche.precedent_sha256");
  check_error(replaced("format: relais-fiche/1", "format: relais-fiche/2"), Code::fiche_bad_value, "format");
  check_error(replaced("defaut: \"non\"", "defaut: autonome"), Code::fiche_bad_value, "defaut");
}

TEST_CASE("a fallback may be one word and the previous hash may stand at the top") {
  const auto hash = std::string(64, 'a');
  auto fiche = read_fiche(replaced("repli: {vers: secretariat}", "repli: autre-am",
                                   replaced(", precedent_sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                                            "", "precedent_sha256: " + hash + whole)));
  if (!fiche) FAIL(fiche.error().place << " " << fiche.error().detail);
  CHECK(fiche->previous_sha256 == hash);
  CHECK(find_grant(*fiche, "bio-triage")->fallback == Fallback{FallbackTo::autre_am, {}});
  check_error("precedent_sha256: " + hash + whole, Code::fiche_duplicate_key, "precedent_sha256");
}

TEST_CASE("hostile YAML is refused and never crashes") {
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c)
    laughs += std::string(1, c) + ": &" + c + " [*" + char(c - 1) + ", *" + char(c - 1) + "]\n";
  check_error(laughs, Code::fiche_alias, "ligne 1");
  check_error(replaced("nom: Paul Leroy", "nom: *autre"), Code::fiche_yaml_syntax, "ligne 9");
  check_error(replaced("nom: Paul Leroy", "nom: !!binary AAAA"), Code::fiche_yaml_syntax, "ligne 9");
  check_error(whole + "---\nformat: relais-fiche/1\n", Code::fiche_yaml_syntax, "");
  check_error("", Code::fiche_yaml_syntax, "");
  check_error("relais", Code::fiche_wrong_type, "");
  check_error("[]", Code::fiche_wrong_type, "");
  check_error("? [a, b]\n: c\n", Code::fiche_wrong_type, "");
  check_error(std::string(300000, ' '), Code::fiche_too_large, "");
  CHECK_FALSE(read_fiche(std::string(100000, '[')));
  CHECK_FALSE(read_fiche(std::string(100000, '{')));
  std::string dashes;
  for (int i = 0; i < 50000; ++i) dashes += "- ";
  CHECK_FALSE(read_fiche(dashes));
  CHECK_FALSE(read_fiche("\xff\xfe\x00" + whole));
  CHECK_FALSE(read_fiche(replaced("Paul Leroy", "Paul \xC3\x28")));
  CHECK_FALSE(read_fiche(std::string("format: \0x", 10)));
  CHECK_FALSE(read_fiche("a: \"\\ud800\""));
  check_error(replaced("nom: Paul Leroy", "nom: " + std::string(3000, 'x')), Code::fiche_too_large, "assistant.nom");
  std::string many = "taches: [";
  for (int i = 0; i < 400; ++i) many += "{id: t" + std::to_string(i) + ", mode: autonome},";
  const auto from = whole.find("taches:"), to = whole.find("engagements:");
  check_error(whole.substr(0, from) + many + "]\n" + whole.substr(to), Code::fiche_too_large, "taches");
}

TEST_CASE("every truncation of a fiche is read or refused without a crash") {
  for (std::size_t length = 0; length < whole.size(); ++length) (void)read_fiche(whole.substr(0, length));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x5A);
    (void)read_fiche(changed);
  }
  SUCCEED();
}

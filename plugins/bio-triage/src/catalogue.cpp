// SPDX-License-Identifier: Apache-2.0
// What the doctor is shown before anything is switched on: each rule with its threshold, its source, and what a
// physician must still confirm.
#include <string>

#include "thresholds.h"
#include "rules.h"
#include "text_fr.h"

namespace bio {
namespace {

using std::string;

const string choice = "choix de Relais";
const string lab = "interprétation et intervalle du laboratoire";
const string category_only = "la catégorie, choix de Relais";
const string threshold_too = "le seuil et la catégorie";
const string source_too = "le seuil, la catégorie et la source primaire, à retrouver";

relais::Rule rule(string id, string title, string threshold, string source, Category most, string confirm) {
  return {std::move(id), std::move(title), std::move(source), most, true, std::move(threshold), std::move(confirm)};
}

string side_by_side(const string& left, const string& right) {
  return left.empty() ? right : right.empty() ? left : left + " ; " + right;
}

string critical_text(const Analyte& analyte) {
  const Thresholds& adult = analyte.adult;
  string text;
  const auto add = [&](const string& part) { text = side_by_side(text, part); };
  if (adult.critical_low) add(told(*adult.critical_low, Side::low, analyte));
  if (adult.critical_high) add(told(*adult.critical_high, Side::high, analyte));
  if (adult.critical_times_upper) add(told_times(*adult.critical_times_upper));
  if (analyte.id == "CREA") text += " sans créatinine connue depuis 365 jours, ou avec A1 à A3";
  if (analyte.child_low) add("de 2 à 15 ans : " + told(*analyte.child_low, Side::low, analyte));
  if (analyte.child_high) add("de 2 à 15 ans : " + told(*analyte.child_high, Side::high, analyte));
  if (analyte.id == "CA") text += " (calcium corrigé par l'albumine du même compte rendu)";
  return text;
}

string today_text(const Analyte& analyte) {
  const Thresholds& adult = analyte.adult;
  string text;
  const auto add = [&](const string& part) { text = side_by_side(text, part); };
  if (adult.today_low) add(told(*adult.today_low, Side::low, analyte));
  if (adult.today_high) add(told(*adult.today_high, Side::high, analyte));
  if (adult.today_times_upper) add(told_times(*adult.today_times_upper));
  if (analyte.id == "DFG") text += " hors dialyse, sans valeur de moins de 15 depuis 365 jours";
  if (analyte.id == "GLU") add("plus de 15 mmol/L sans diabète connu");
  if (analyte.id == "INR") add("au moins 1,5 sans traitement antivitamine K connu");
  return text;
}

// What is still to be confirmed of a line of the table: more when its source is not a primary text yet.
string to_confirm(const string& source) {
  const bool missing = source.find("à préciser") != string::npos;
  const bool own = source.find(choice) != string::npos;
  return missing ? source_too : own ? "le seuil, choix de Relais, et la catégorie" : threshold_too;
}

void add_thresholds(const Analyte& analyte, std::vector<relais::Rule>& rules) {
  if (const string text = critical_text(analyte); !text.empty()) {
    rules.push_back(rule("C-" + analyte.id, analyte.label + " : seuil critique", text, analyte.critical_source,
                         Category::critique, to_confirm(analyte.critical_source)));
  }
  if (const string text = today_text(analyte); !text.empty()) {
    rules.push_back(rule("J-" + analyte.id, analyte.label + " : seuil du jour même", text, analyte.today_source,
                         Category::aujourdhui, to_confirm(analyte.today_source)));
  }
}

std::vector<relais::Rule> integrity_rules() {
  return {
      rule("I1", "Identité à résoudre : trié sans antériorité ni contexte", "", "RNIV 1.2", Category::a_classer, category_only),
      rule("I3", "Compte rendu corrigé", "du jour si sa catégorie diffère de celle du compte rendu remplacé", "SFBC 2012 ; " + choice, Category::aujourdhui, category_only),
      rule("I4", "Compte rendu ou résultat annulé", "du jour si l'annulé était critique ou du jour, ou déjà vu", "SFBC 2012 ; " + choice, Category::aujourdhui, category_only),
      rule("I5", "Compte rendu partiel", "à voir après 7 jours sans la suite", choice, Category::a_voir, "le délai de 7 jours"),
      rule("I6", "Demandé et non rendu", "du jour pour le potassium et l'INR", choice, Category::aujourdhui, category_only),
      rule("I7", "Contenu non lisible par la machine", "", choice, Category::a_voir, category_only),
      rule("I8", "Commentaire du laboratoire", "du jour avec un mot d'urgence de data/mots.csv", choice, Category::aujourdhui, "la liste des mots d'urgence"),
      rule("I-TRANCHE", "Données que l'hôte n'a pas pu donner en entier", "", choice, Category::a_voir, category_only)};
}

std::vector<relais::Rule> laboratory_rules() {
  return {
      rule("F0", "Normal pour le laboratoire", "drapeau N, valeur dans l'intervalle du compte rendu, ou négatif reconnu", lab, Category::normal, "la liste des réponses négatives de data/mots.csv"),
      rule("F1", "Signalé par le laboratoire", "drapeau H, L, A, U, D, W ou autre que N", lab, Category::a_voir, category_only),
      rule("F2", "Très anormal pour le laboratoire", "drapeau HH, LL, AA, HU, LU ; critique si le seuil critique est atteint ou si aucun seuil ne peut en juger", lab, Category::critique, category_only),
      rule("F3", "Hors de l'intervalle, sans drapeau", "hors de l'intervalle du compte rendu", lab, Category::a_voir, category_only),
      rule("F4", "Drapeau, intervalle, code ou texte qui se contredisent", "", lab, Category::a_voir, category_only),
      rule("F5", "Ni intervalle ni drapeau", "", choice, Category::a_voir, category_only),
      rule("F6", "Unité absente ou inconnue : aucun seuil appliqué", "du jour si l'analyte a des seuils et sort de son intervalle ou est signalé", choice, Category::aujourdhui, "la table des unités et de leurs facteurs"),
      rule("F7", "Valeur encadrée de part et d'autre d'une limite", "« < x » et « > x » lus comme des intervalles", choice, Category::a_voir, category_only),
      rule("F8", "Réponse positive ou anormale", "drapeau POS, DET, A ou R", lab, Category::a_voir, category_only),
      rule("F9", "Réponse sans drapeau qui n'est pas un négatif reconnu", "", choice, Category::a_voir, "la liste des réponses négatives de data/mots.csv")};
}

std::vector<relais::Rule> kidney_rules() {
  const string source = "NHS England, algorithme AKI 2014 (reconstitué d'après Sawhney, PLoS ONE 2015) ; KDIGO 2012";
  const string confirm = "l'algorithme, contre la planche d'origine qui n'a pas été lue, et la catégorie";
  return {
      rule("A0", "Créatinine haute sans antériorité", "au-dessus de la limite haute, aucune créatinine depuis 365 jours ; critique au-dessus de 354 µmol/L", source, Category::critique, confirm),
      rule("A1", "Insuffisance rénale aiguë, stade 1", "rapport d'au moins 1,5 à la plus basse des 7 jours ou à la médiane de 8 à 365 jours, ou hausse de plus de 26 µmol/L en 48 heures", source, Category::aujourdhui, confirm),
      rule("A2", "Insuffisance rénale aiguë, stade 2", "rapport d'au moins 2", source, Category::critique, confirm),
      rule("A3", "Insuffisance rénale aiguë, stade 3", "rapport d'au moins 3, ou alerte avec plus de 354 µmol/L (avant 18 ans : plus de 3 fois la limite haute)", source, Category::critique, confirm),
      rule("DFG-CALCULE", "Débit de filtration estimé que le laboratoire n'a pas rendu : montré, jamais jugé", "", "HAS 2011, équation CKD-EPI 2009", Category::none, "l'équation ; le dosage enzymatique de la créatinine n'est pas vérifié")};
}

std::vector<relais::Rule> trend_rules() {
  return {
      rule("T-HB", "Chute de l'hémoglobine", "baisse d'au moins 20 g/L contre la dernière valeur des 90 jours", "ISTH 2005, hémorragie majeure ; fenêtre : " + choice, Category::aujourdhui, "le seuil, écrit de mémoire, et la fenêtre"),
      rule("T-PLQ", "Chute des plaquettes", "au plus 50 % de la dernière valeur des 30 jours ; critique sous héparine", "GIHP et GFHT 2019, score 4T", Category::critique, "le seuil, écrit de mémoire"),
      rule("T-NA", "Hyponatrémie aiguë", "moins de 130 mmol/L, au moins 135 dans les 48 heures", "hyponatrémie aiguë : société savante à préciser", Category::critique, source_too),
      rule("T-DFG", "Perte de filtration", "au moins 5 mL/min/1,73 m² par an sur 6 mois ou plus, ou baisse d'au moins 25 % avec changement de stade", "KDIGO 2024", Category::a_voir, "les seuils, écrits de mémoire"),
      rule("T-HBA1C", "Hausse de l'HbA1c", "au moins 0,5 point contre la dernière de 2 à 13 mois", choice, Category::a_voir, threshold_too),
      rule("T-RCV", "Changement au-delà de la variation attendue : explique et classe, sans changer la catégorie", "écarts de data/ecarts.csv ; aucun pour un analyte sans valeur publiée", "valeurs nommées ligne par ligne dans data/ecarts.csv", Category::none, "les écarts ; la variation analytique du laboratoire n'est pas connue")};
}

std::vector<relais::Rule> context_rules() {
  const string pregnancy = "diabète gestationnel et pré-éclampsie : société savante à préciser ; grille d'alerte de laboratoire IT A0 122 (2019)";
  return {
      rule("X1", "Patient dialysé", "ni algorithme d'insuffisance rénale aiguë, ni seuil critique de créatinine ou d'urée ; potassium : 6,0 et 6,5 mmol/L", "KDIGO 2012 ; " + choice, Category::none, category_only),
      rule("X2", "Anomalie connue, déclarée par le médecin, datée, sans aggravation", "au moins deux valeurs antérieures ; écarts de data/ecarts.csv ; critique baisse seulement après une valeur semblable vue dans les 7 jours", "Barnsley Hospital et Heart of England, résultats durablement anormaux ; " + choice, Category::aujourdhui, "les écarts et ce qu'une anomalie connue explique"),
      rule("X3", "Cible fixée par le médecin", "dans la cible : normal, drapeau affiché ; hors de la cible : à voir", choice, Category::a_voir, "que la cible du médecin explique le drapeau du laboratoire"),
      rule("X4", "INR sous antivitamine K, cible du patient", "au moins 5,0 critique (6,0 si la cible monte au-delà de 3) ; au moins 4,0 du jour (au-delà de la cible si elle monte au-delà de 3) ; sous la cible : du jour ; sans cible enregistrée, 2 à 3 alerte seulement", "HAS 2008 ; Barnsley Hospital, ARUP, Heart of England ; sous la cible : " + choice, Category::critique, "le texte de la HAS en vigueur depuis 2008, et la catégorie sous la cible"),
      rule("X5", "Grossesse", "glycémie à jeun d'au moins 0,92 g/L : du jour ; uricémie de plus de 60 mg/L : du jour ; dès 20 SA : plaquettes de moins de 100, ASAT ou ALAT de plus de 2 N, créatinine d'au moins 90 µmol/L : critique, protéinurie d'au moins 0,3 g/24 h : du jour", pregnancy, Category::critique, source_too),
      rule("X6", "Enfant de moins de 2 ans", "aucun seuil de la table ; tout drapeau autre que N : du jour", choice, Category::aujourdhui, category_only),
      rule("X7", "Potassium et terrain à risque", "maladie rénale, insuffisance cardiaque, diabète sous bloqueur du système rénine-angiotensine : au moins 5,5 du jour, au moins 6,0 critique ; moins de 3,5 : critique sous digoxine, du jour avec une maladie cardiaque ; terrain inconnu : du jour", "ERC 2025 ; SEC ; " + choice, Category::critique, "la catégorie d'une hypokaliémie avec maladie cardiaque, que le texte dit urgente ; la correspondance des codes CIM-10 et ATC")};
}

std::vector<relais::Rule> decision_rules() {
  return {
      rule("C-COMBI", "Associations critiques", "A1 avec potassium de plus de 6,0 ; digoxine de plus de 2,0 nmol/L avec potassium de moins de 3,5, magnésium de moins de 0,70 ou maladie rénale ; neutrophiles de moins de 1,0 avec hémoglobine basse et plaquettes de moins de 100 ; TP de moins de 50 % avec ALAT de plus de 5 N hors antivitamine K", "Royal College of Pathologists G158 (2017) ; Homerton ; PNDS 2024 ; OMS 2024 ; " + choice, Category::critique, "chaque association ; celle du TP et de l'ALAT est écrite de mémoire"),
      rule("D-DDIM", "D-dimères", "au moins 500 µg/L FEU, ou âge × 10 après 50 ans", "Barnsley Hospital, liste pour les généralistes ; seuil selon l'âge : société savante à préciser", Category::critique, source_too),
      rule("D-TROP", "Troponine", "au-dessus de la limite du laboratoire", "Royal College of Pathologists G158 (2017)", Category::critique, category_only),
      rule("D-TSH", "TSH effondrée et T4 libre haute", "TSH de moins de 0,1 mUI/L et T4 libre au-dessus de l'intervalle", "hyperthyroïdie : société savante à préciser ; délai : " + choice, Category::aujourdhui, source_too),
      rule("D-HCG", "hCG positive sans grossesse connue", "au moins 5 UI/L, femme de 11 à 55 ans", choice, Category::aujourdhui, threshold_too),
      rule("D-HBA1C", "HbA1c sans diabète connu", "au moins 6,5 %", "diabète de type 2 : société savante à préciser", Category::a_voir, source_too),
      rule("D-BNP", "BNP ou NT-proBNP", "BNP d'au moins 35 ng/L, NT-proBNP d'au moins 125 ng/L", "ESC ; NICE NG106", Category::a_voir, threshold_too),
      rule("D-PSA", "PSA", "plus de 4 µg/L ; plus de 0,2 après prostatectomie", "AFU ; EAU", Category::a_voir, "les seuils ; celui d'après prostatectomie est écrit de mémoire"),
      rule("D-FER", "Ferritine", "moins de 45 ou plus de 1000 µg/L", "anémie ferriprive et hyperferritinémie : sociétés savantes à préciser", Category::a_voir, source_too),
      rule("D-MICRO", "Cultures positives", "hémoculture positive : critique ; culture d'urine positive : du jour (E. coli 1000, autres entérobactéries 10 000 chez la femme et 1000 chez l'homme, UFC/mL)", "Heart of England ; SPILF ; " + choice, Category::critique, "les seuils par germe (SPILF, texte en vigueur à vérifier) et la liste des germes de data/mots.csv"),
      rule("D-ANNONCE", "Annonce réservée au médecin", "VIH, hépatites, syphilis positifs ; mots de malignité de data/mots.csv ; INVISIBLE_PATIENT", choice, Category::aujourdhui, "la liste des mots de data/mots.csv")};
}

}  // namespace

std::vector<relais::Rule> describe(const Data& data) {
  std::vector<relais::Rule> rules;
  for (auto family : {integrity_rules(), laboratory_rules(), kidney_rules(), trend_rules(), context_rules(), decision_rules()}) {
    rules.insert(rules.end(), family.begin(), family.end());
  }
  for (const Analyte& analyte : data.analytes.all()) add_thresholds(analyte, rules);
  return rules;
}

}  // namespace bio

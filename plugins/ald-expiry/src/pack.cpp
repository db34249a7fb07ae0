// SPDX-License-Identifier: Apache-2.0
#include "pack.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "words.h"

namespace ald {
namespace {

// Numbers for which more than the diagnosis and the first day is asked (ameli.fr, « Établir le protocole de soins »).
bool asks_detail(std::string_view number) {
  constexpr std::array<std::string_view, 3> whole{"12", "17", "14"};
  return number == "23.b" || number == "23.d" ||
         std::ranges::any_of(whole, [&](auto each) { return number == each || number.starts_with(std::string(each) + "."); });
}

std::string right_words(const Line& line, const Durations& durations) {
  const Right& right = line.right;
  std::string text = "- " + ald(right);
  const Length* const length = right.from ? durations.in_force(right.number, *right.from) : nullptr;
  const Length* const named = length != nullptr ? length : durations.any(right.number);
  if (named != nullptr) text += ", " + named->label;
  if (right.from) text += ", droit ouvert le " + french(*right.from);
  text += ", " + end_words(right, line.end);
  if (right.protocol_on) text += ", protocole de soins du " + french(*right.protocol_on);
  if (named != nullptr && !named->condition.empty()) text += "\n    À savoir : " + named->condition;
  if (asks_detail(right.number)) text += "\n    Des précisions cliniques sont demandées pour ce numéro.";
  return text + "\n";
}

// A treatment as the record writes it, cut where a person would stop reading: a draft is bounded whatever the record holds.
std::string short_words(std::string_view words) {
  constexpr std::size_t most = 200;
  if (words.size() <= most) return std::string(words);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0U) == 0x80U) --end;
  return std::string(words.substr(0, end)) + "…";
}

}  // namespace

// [snippet:effect]
relais::Effect pack(const relais::Slice& slice, const std::vector<Line>& all, const Durations& durations) {
  relais::Effect effect;
  effect.type = "draft.ald-renewal";
  effect.key = "renouvellement";
  std::string& text = effect.body;
  text = "BROUILLON : demande de renouvellement d'affection de longue durée\n\nIdentité et médecin traitant : repris du dossier à l'envoi.\n\nDroits à déclarer, tous ensemble :\n";
  for (const Line& line : all) text += right_words(line, durations);
  text += "\nTraitements en cours dans le dossier :\n";
  if (slice.completeness("medication") != relais::Completeness::complete) text += "(liste peut-être incomplète)\n";
  if (slice.medications().empty()) text += "(aucun)\n";
  constexpr std::size_t most_lines = 100;
  std::size_t lines = 0;
  for (const relais::Medication each : slice.medications()) {
    if (++lines > most_lines) break;
    text += "- " + short_words(each.label()) + "\n";
  }
  if (slice.medications().size() > most_lines) text += "(et d'autres : voir le dossier)\n";
  text +=
      "\nPartie médicale (diagnostic, argument clinique, choix de l'ALD, plan de soins), réservée au médecin :\n"
      "[                    ]\n\nSignature du médecin, avec sa propre carte :\n[                    ]\n";
  return effect;
}
// [/snippet:effect]

relais::Finding pack_finding(const std::vector<Line>& all, const Durations& durations) {
  relais::Finding finding;
  finding.kind = "ald-dossier";
  finding.title = "Renouvellement d'ALD : brouillon à compléter par le médecin";
  finding.category = relais::Category::a_voir;
  finding.level = relais::DataLevel::d2;
  finding.open = true;
  for (const Line& line : all) {
    if (!to_prepare(line, durations)) continue;
    relais::Reason reason;
    reason.rule = "ALD-DOSSIER";
    reason.text = ald(line.right) + " : " + end_words(line.right, line.end) +
                  " ; partie médicale et signature vides, réservées au médecin.";
    reason.source = "choix de Relais";
    reason.category = relais::Category::a_voir;
    reason.level = relais::DataLevel::d2;
    reason.evidence = {line.right.id};
    finding.reasons.push_back(std::move(reason));
  }
  return finding;
}

}  // namespace ald

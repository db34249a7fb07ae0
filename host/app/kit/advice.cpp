// SPDX-License-Identifier: Apache-2.0
#include "app/kit/advice.h"

#include <fmt/format.h>
#include <relais/relais.h>

#include <array>

#include "app/kit/schema_advice.h"
#include "app/kit/yaml_place.h"
#include "domain/catalogue.h"
#include "plugins/yaml_json.h"

namespace relais::app {
namespace {

struct Remedy {
  std::string_view mark;     // found in the detail that the loader gives
  std::string_view instead;  // French
};

constexpr std::array manifest_remedies{
    Remedy{"the kind is declared twice", "une seule entrée par genre, avec tous ses codes et la plus longue durée"},
    Remedy{"this kind has no codes", "retirez « codes » : ce genre se lit en entier"},
    Remedy{"a number needs bounds", "ajoutez « minimum » et « maximum » : le médecin règle entre ces bornes"},
    Remedy{"a number has no choices", "retirez « choices », ou écrivez « type: choice »"},
    Remedy{"the default is not a number", "« default » en nombre, entre « minimum » et « maximum »"},
    Remedy{"the bounds are reversed", "« minimum » inférieur ou égal à « maximum »"},
    Remedy{"the default is outside its bounds", "« default » entre « minimum » et « maximum »"},
    Remedy{"a choice needs choices", "ajoutez « choices: [un, deux] »"},
    Remedy{"the default is not one of the choices", "« default » égal à l'un des « choices »"},
    Remedy{"the default is not a text", "« default » égal à l'un des « choices », entre guillemets"},
    Remedy{"only a number has bounds", "retirez « minimum » et « maximum », ou écrivez « type: number »"},
    Remedy{"a boolean has no choices", "retirez « choices », ou écrivez « type: choice »"},
    Remedy{"the default is not a boolean", "« default: true » ou « default: false »"},
    Remedy{"the key is given twice", "chaque clé une seule fois"},
    Remedy{"never delegable", "retirez cet acte : aucune fiche de poste ne peut le confier"},
    Remedy{"no conversion", "« unité=facteur » ou « unité=facteur+décalage », par exemple « g/dL=10 »"},
    Remedy{"no manifest.yaml", "un dossier de plugin ou de paquet qui contient manifest.yaml"},
    Remedy{"no built package", "construisez d'abord : cmake -B build && cmake --build build"},
    Remedy{"the package has no lib", "construisez d'abord : cmake -B build && cmake --build build"},
};

constexpr std::array load_remedies{
    Remedy{"entry.abi", "construisez avec le SDK de cet hôte, et « abi » du manifeste au plus égale à la sienne"},
    Remedy{"entry.version", "une seule version : celle du manifeste, que relais_add_plugin() passe par RELAIS_PLUGIN_VERSION"},
    Remedy{"entry.id", "un seul identifiant : celui du manifeste, que relais_add_plugin() passe par RELAIS_PLUGIN_ID"},
    Remedy{"entry.size", "« size = sizeof(relais_entry) » ; RELAIS_PLUGIN() l'écrit"},
    Remedy{"relais_plugin_entry", "RELAIS_PLUGIN(Classe, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION) à la fin d'un fichier source"},
    Remedy{"create", "le constructeur a échoué : lisez ci-dessus ce qu'il a dit, souvent un fichier de data/ mal formé"},
    Remedy{"plugin.size", "« size = sizeof(relais_plugin) » ; le SDK C++ l'écrit"},
    Remedy{"lacks evaluate or destroy", "evaluate et destroy ne sont jamais nuls"},
    Remedy{"cannot be loaded", "liez tout ce dont la bibliothèque a besoin, de préférence statiquement"},
    Remedy{"no answer in", "rien de long au chargement : le constructeur n'a que quelques secondes"},
};

template <std::size_t N>
std::string remedy_of(const std::array<Remedy, N>& remedies, std::string_view detail) {
  for (const auto& remedy : remedies) {
    if (detail.find(remedy.mark) != std::string_view::npos) return std::string(remedy.instead);
  }
  return {};
}

std::string task_instead(std::string_view detail) {
  const auto colon = detail.find(": ");
  const auto task = colon == std::string_view::npos ? detail : detail.substr(colon + 2);
  std::vector<std::string> tasks;
  for (const auto& one : fiche::catalogue_tasks()) tasks.emplace_back(one.id);
  const auto near = nearest_word(task, tasks);
  return near.empty() ? "une tâche du catalogue, par exemple « bio-triage »" : "« " + near + " »";
}

std::string where_of(const std::filesystem::path& file, std::string_view yaml, const std::vector<PlaceStep>& place,
                     const std::string& named) {
  const auto line = line_of(yaml, place);
  return fmt::format("{}{}{}", file.filename().string(), line && !place.empty() ? fmt::format(":{}", *line) : "",
                     named.empty() ? "" : " (" + named + ")");
}

}  // namespace

Advice advise(const Error& error, const std::filesystem::path& file, std::string_view yaml) {
  Advice made{fmt::format("{} [{}] {}", french(error.code), stable_code(error.code), error.detail),
              where_of(file, yaml, steps_of(error.place), error.place), remedy_of(manifest_remedies, error.detail)};
  if (error.code == Code::plugin_manifest_schema) {
    if (const auto manifest = plugins::json_from_yaml(yaml, Code::plugin_manifest_yaml)) {
      auto schema = schema_advice(*manifest, error.place);
      if (!schema.instead.empty()) {
        made.what = fmt::format("{} [{}] {}", french(error.code), stable_code(error.code), schema.what);
        made.where = where_of(file, yaml, schema.place, error.place);
        made.instead = std::move(schema.instead);
      }
    }
  } else if (error.code == Code::plugin_manifest_task) {
    made.instead = task_instead(error.detail);
  } else if (error.code == Code::plugin_manifest_abi) {
    made.instead = fmt::format("« abi: {{major: {}, minor: {}}} » ou moins", RELAIS_ABI_MAJOR, RELAIS_ABI_MINOR);
  } else if (error.code == Code::plugin_manifest_yaml && made.instead.empty()) {
    made.instead = "du YAML simple : « clé: valeur », deux espaces par niveau, sans ancre ni clé double";
  }
  if (made.instead.empty()) made.instead = "ce que demande la référence du manifeste (sdk/README.md)";
  return made;
}

Advice advise_load(Code code, std::string_view detail, const std::filesystem::path& library) {
  Advice made{fmt::format("{} [{}] {}", french(code), stable_code(code), detail), library.filename().string(),
              remedy_of(load_remedies, detail)};
  if (!made.instead.empty()) return made;
  switch (code) {
    case Code::plugin_forbidden_call:
      made.instead = "un plugin n'ouvre ni réseau, ni processus, ni fichier en écriture, pas même au chargement";
      break;
    case Code::plugin_crashed:
      made.instead = "rien qui puisse s'arrêter dans les objets statiques ni dans le constructeur";
      break;
    case Code::plugin_timeout:
      made.instead = "un chargement en moins de dix secondes";
      break;
    case Code::plugin_sandbox_unavailable:
      made.instead = "un noyau Linux avec seccomp : sans lui aucun plugin n'est chargé";
      break;
    default:
      made.instead = "ce que dit host/plugins/sandbox/README.md";
  }
  return made;
}

}  // namespace relais::app

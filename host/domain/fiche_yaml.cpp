// SPDX-License-Identifier: Apache-2.0
#include "domain/fiche_yaml.h"

#include <algorithm>
#include <set>

#include "domain/yaml_reader.h"

namespace relais::fiche {
namespace {

constexpr std::size_t most_tasks = 300;
constexpr std::size_t most_items = 200;
constexpr double most_hours = 24 * 366;

std::string text_of(const Field& field) { return field.text(); }
int age_of(const Field& field) { return field.integer(0, 150); }
double hours_of(const Field& field) { return field.number(0, most_hours); }
double share_of(const Field& field) { return field.number(0, 10); }
CivilDate date_of(const Field& field) { return field.date(); }

template <class E>
std::vector<E> words_of(const Field& field) {
  std::vector<E> values;
  for (const auto& item : field.list(most_items)) {
    values.push_back(item.word<E>());
    if (std::count(values.begin(), values.end(), values.back()) > 1) item.fail(Code::fiche_bad_value, "given twice");
  }
  return values;
}

std::vector<std::string> ids_of(const Field& field) {
  std::vector<std::string> values;
  for (const auto& item : field.list(5000)) values.push_back(item.id());
  return values;
}

std::optional<int> minute_of(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1; };
  if (text.size() != 5 || text[2] != ':' || digit(0) < 0 || digit(1) < 0 || digit(3) < 0 || digit(4) < 0)
    return std::nullopt;
  const int hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
  if (hour > 24 || minute > 59 || (hour == 24 && minute != 0)) return std::nullopt;
  return hour * 60 + minute;
}

Hours read_hours(const Field& field) {
  const auto text = field.text(16);
  if (field.failed()) return {};
  const auto dash = text.find('-');
  const auto start = minute_of(std::string_view(text).substr(0, dash));
  const auto end = dash == std::string::npos ? std::nullopt : minute_of(std::string_view(text).substr(dash + 1));
  if (!start || !end || *start >= *end) {
    field.fail(Code::fiche_bad_value, "expected HH:MM-HH:MM, the start before the end");
    return {};
  }
  return {*start, *end};
}

std::vector<Slot> read_slots(const Field& field) {
  std::vector<Slot> slots;
  for (const auto& item : field.list(most_items)) {
    item.only({"jours", "heures"});
    Slot slot{words_of<Day>(item["jours"]), {}};
    for (const auto& hours : item["heures"].list(most_items)) slot.hours.push_back(read_hours(hours));
    slots.push_back(std::move(slot));
  }
  return slots;
}

// {vers, delai_h}, or only the word of `vers`.
Fallback read_fallback(const Field& field) {
  if (field.is_scalar()) return {field.word<FallbackTo>(), std::nullopt};
  field.only({"vers", "delai_h"});
  return {field["vers"].word<FallbackTo>(), field["delai_h"].optionally(hours_of)};
}

Exclusions read_exclusions(const Field& field, bool of_task) {
  if (of_task)
    field.only({"ids", "age_min", "age_max"});
  else
    field.only({"lien_familial", "ids", "age_min", "age_max"});
  Exclusions exclusions;
  exclusions.kinship =
      field["lien_familial"].optionally([](const Field& f) { return f.boolean(); }).value_or(true);
  exclusions.ids = field["ids"].optionally(ids_of).value_or(std::vector<std::string>{});
  exclusions.age_min = field["age_min"].optionally(age_of);
  exclusions.age_max = field["age_max"].optionally(age_of);
  if (exclusions.age_min && exclusions.age_max && *exclusions.age_min > *exclusions.age_max)
    field["age_min"].fail(Code::fiche_bad_value, "age_min above age_max");
  return exclusions;
}

Assistant read_assistant(const Field& field) {
  field.only({"id", "nom", "profil", "prise_de_fonction", "fin_de_fonction", "quotite_etp", "identite_numerique",
              "contrat_aide", "formation", "attestations"});
  Assistant assistant;
  assistant.id = field["id"].id();
  assistant.name = field["nom"].text();
  assistant.profile = field["profil"].word<Profile>();
  assistant.function_start = field["prise_de_fonction"].date();
  assistant.function_end = field["fin_de_fonction"].optionally(date_of);
  assistant.fte = field["quotite_etp"].optionally(share_of);
  assistant.digital_identity = field["identite_numerique"].optionally(text_of);
  assistant.aid_contract = field["contrat_aide"].optionally([](const Field& contract) {
    contract.only({"signe_le", "option_etp"});
    return AidContract{contract["signe_le"].optionally(date_of), contract["option_etp"].optionally(share_of)};
  });
  assistant.training = field["formation"].optionally([](const Field& training) {
    training.only({"voie", "inscrite_le", "jours_absence", "fin_prevue"});
    return Training{training["voie"].optionally([](const Field& f) { return f.word<TrainingPath>(); }),
                    training["inscrite_le"].optionally(date_of),
                    training["jours_absence"].optionally(words_of<Day>).value_or(std::vector<Day>{}),
                    training["fin_prevue"].optionally(date_of)};
  });
  const auto attestations = field["attestations"];
  if (attestations.present())
    for (const auto& item : attestations.list(most_items)) {
      item.only({"type", "le", "preuve"});
      assistant.attestations.push_back(
          {item["type"].word<AttestationKind>(), item["le"].date(), item["preuve"].optionally(text_of)});
    }
  return assistant;
}

Escalation read_escalation(const Field& field) {
  field.only({"immediate", "vers", "jugee_par_le_medecin"});
  Escalation escalation;
  if (field["immediate"].present()) escalation.immediate = field["immediate"].texts(most_items);
  escalation.to = field["vers"].optionally(text_of);
  escalation.judged_by_doctor =
      field["jugee_par_le_medecin"].optionally([](const Field& f) { return f.boolean(); }).value_or(false);
  return escalation;
}

bool read_presence(const Field& field) {
  const auto spelled = field.text(64);
  if (!field.failed() && spelled != "requise" && spelled != "non")
    field.fail(Code::fiche_bad_value, "expected requise or non");
  return spelled == "requise";
}

Grant read_grant(const Field& field) {
  field.only({"id", "mode", "plages", "presence_medecin", "donnees_max", "exclusions", "escalade", "validation_h",
              "quota_jour", "repli", "regime", "veto", "note"});
  Grant grant;
  grant.id = field["id"].id();
  grant.mode = field["mode"].word<Mode>();
  const auto slots = field["plages"];
  if (slots.present()) {
    grant.slots = read_slots(slots);
    // An empty list would read as "never" to one person and "always" to another.
    if (grant.slots.empty()) slots.fail(Code::fiche_bad_value, "empty: leave it out, or give days and hours");
  }
  grant.presence_required = field["presence_medecin"].optionally(read_presence).value_or(false);
  grant.data_max = field["donnees_max"].optionally([](const Field& f) { return f.word<DataLevel>(); });
  grant.exclusions = field["exclusions"].optionally([](const Field& f) { return read_exclusions(f, true); });
  grant.escalation = field["escalade"].optionally(read_escalation);
  grant.validation_h = field["validation_h"].optionally(hours_of);
  grant.daily_quota = field["quota_jour"].optionally([](const Field& f) { return f.integer(0, 100000); });
  grant.fallback = field["repli"].optionally(read_fallback);
  grant.regime =
      field["regime"].optionally([](const Field& f) { return f.word<Regime>(); }).value_or(Regime::delegation);
  grant.veto = field["veto"].optionally([](const Field& f) { return f.boolean(); }).value_or(false);
  if (grant.veto && grant.mode != Mode::non) field["veto"].fail(Code::fiche_bad_value, "a veto goes with mode non");
  grant.note = field["note"].optionally(text_of);
  return grant;
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string read_sha256(const Field& field) {
  auto hash = field.text(64);
  if (!field.failed() && !is_sha256(hash)) field.fail(Code::fiche_bad_value, "expected 64 lower-case hex digits");
  return hash;
}

void read_signatures(const Field& field, Fiche& fiche) {
  if (!field.present()) return;
  field.only({"medecin", "assistant"});
  fiche.doctor_signature = field["medecin"].optionally([](const Field& f) {
    f.only({"le", "moyen"});
    return DoctorSignature{f["le"].moment(), f["moyen"].text(128)};
  });
  fiche.answer = field["assistant"].optionally([](const Field& f) {
    f.only({"le", "moyen", "statut", "taches_refusees"});
    return AssistantAnswer{f["le"].moment(), f["moyen"].text(128), f["statut"].word<AnswerKind>(),
                           f["taches_refusees"].optionally(ids_of).value_or(std::vector<std::string>{})};
  });
}

void read_head(const Field& root, Fiche& fiche) {
  if (root["format"].text(64) != "relais-fiche/1" && !root.failed())
    root["format"].fail(Code::fiche_bad_value, "expected relais-fiche/1");
  const auto head = root["fiche"];
  head.only({"id", "version", "precedent_sha256"});
  fiche.id = head["id"].id();
  fiche.version = head["version"].integer(1, 1000000);
  // The model names the field without its place: beside `version` as written here, or at the top; not both.
  const auto inside = head["precedent_sha256"], at_top = root["precedent_sha256"];
  if (inside.present() && at_top.present()) at_top.fail(Code::fiche_duplicate_key, "given twice");
  fiche.previous_sha256 = (inside.present() ? inside : at_top).optionally(read_sha256);
  const auto practice = root["cabinet"];
  practice.only({"nom", "commune", "fuseau"});
  fiche.practice_name = practice["nom"].text();
  fiche.town = practice["commune"].optionally(text_of).value_or("");
  fiche.zone = practice["fuseau"].text(64);
  if (!root.failed() && !is_known_zone(fiche.zone)) practice["fuseau"].fail(Code::fiche_bad_value, "unknown time zone");
  const auto employer = root["employeur"];
  employer.only({"type", "decideurs"});
  fiche.employer = employer["type"].word<EmployerKind>();
  fiche.deciders = ids_of(employer["decideurs"]);
  const auto doctor = root["medecin"];
  doctor.only({"id", "nom"});
  fiche.doctor_id = doctor["id"].id();
  fiche.doctor_name = doctor["nom"].text();
}

void read_limits(const Field& root, Fiche& fiche) {
  fiche.supervises_training =
      root["encadrement_formation"].optionally([](const Field& f) { return f.boolean(); }).value_or(false);
  const auto validity = root["validite"];
  validity.only({"du", "au"});
  fiche.valid_from = validity["du"].date();
  fiche.valid_to = validity["au"].optionally(date_of);
  if (!root.failed() && fiche.valid_to && *fiche.valid_to < fiche.valid_from)
    validity["au"].fail(Code::fiche_bad_value, "ends before it starts");
  fiche.review_on = root["revision_le"].optionally(date_of);
  fiche.time = read_slots(root["temps"]);
  const auto data = root["donnees"];
  data.only({"niveau_max", "categories_autorisees"});
  fiche.data_max = data["niveau_max"].word<DataLevel>();
  const auto open = data["categories_autorisees"];
  fiche.open_categories = open.optionally(words_of<Category>).value_or(std::vector<Category>{});
  if (std::count(fiche.open_categories.begin(), fiche.open_categories.end(), Category::notes_personnelles) > 0)
    open.fail(Code::fiche_bad_value, "notes-personnelles is never opened");
  if (root["exclusions"].present()) fiche.exclusions = read_exclusions(root["exclusions"], false);
  fiche.locum = root["remplacement"]
                    .optionally([](const Field& f) {
                      f.only({"regle"});
                      return f["regle"].word<LocumRule>();
                    })
                    .value_or(LocumRule::suspendre);
  const auto otherwise = root["defaut"];
  if (otherwise.present() && otherwise.text(64) != "non") otherwise.fail(Code::fiche_bad_value, "expected non");
  fiche.fallback = root["repli_general"].optionally(read_fallback);
}

void read_grants(const Field& root, Fiche& fiche) {
  std::set<std::string> listed;
  for (const auto& item : root["taches"].list(most_tasks)) {
    fiche.grants.push_back(read_grant(item));
    if (!listed.insert(fiche.grants.back().id).second)
      item["id"].fail(Code::fiche_bad_value, "task listed twice");
  }
}

void read_revocations(const Field& field, Fiche& fiche) {
  if (!field.present()) return;
  for (const auto& item : field.list(most_items)) {
    item.only({"le", "par", "portee", "motif"});
    fiche.revocations.push_back(
        {item["le"].moment(), item["par"].id(), item["portee"].id(), item["motif"].optionally(text_of)});
  }
}

}  // namespace

Result<Fiche> read_fiche(std::string_view yaml) {
  try {
    auto document = load_bounded_yaml(yaml);
    if (!document) return tl::unexpected(document.error());
    std::optional<Error> error;
    const Field root(*document, "", error);
    root.only({"format", "fiche", "precedent_sha256", "cabinet", "employeur", "medecin", "assistant",
               "encadrement_formation", "validite", "revision_le", "temps", "donnees", "exclusions", "remplacement", "defaut",
               "repli_general", "taches", "engagements", "signatures", "revocations"});
    Fiche fiche;
    read_head(root, fiche);
    fiche.assistant = read_assistant(root["assistant"]);
    read_limits(root, fiche);
    read_grants(root, fiche);
    fiche.commitments = root["engagements"]
                            .optionally([](const Field& f) { return f.texts(most_items); })
                            .value_or(std::vector<std::string>{});
    read_signatures(root["signatures"], fiche);
    read_revocations(root["revocations"], fiche);
    if (error) return tl::unexpected(*error);
    return fiche;
  } catch (const std::exception& e) {  // the guard of this entry point: yaml-cpp reports by exceptions
    return fail(Code::fiche_yaml_syntax, e.what());
  }
}

}  // namespace relais::fiche

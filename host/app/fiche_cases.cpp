// SPDX-License-Identifier: Apache-2.0
#include "app/fiche_cases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "app/text_file.h"
#include "domain/decision.h"
#include "domain/fiche_yaml.h"
#include "domain/yaml_reader.h"

namespace relais::app {
namespace {

using namespace relais::fiche;

constexpr YamlLimits case_limits{4 * 1024 * 1024, 400000, 16};
constexpr std::size_t most_cases = 100000;

// A map of the case laid over the map of the defaults.
struct Merged {
  Field own;
  Field fallback;
  Field operator[](std::string_view key) const { return own[key].defined() ? own[key] : fallback[key]; }
};

std::string text_of(const Field& field) { return field.text(); }
bool flag(const Field& field, bool when_absent) { return field.present() ? field.boolean() : when_absent; }

template <class E>
std::vector<E> words_of(const Field& field) {
  std::vector<E> values;
  if (field.present())
    for (const auto& item : field.list(most_cases)) values.push_back(item.word<E>());
  return values;
}

void only_patient(const Field& field) {
  if (field.present())
    field.only({"mt", "rdv", "presc", "dest", "category", "kinship", "is_actor", "opposition", "age", "id"});
}

void only_context(const Field& field) {
  if (field.present())
    field.only({"authenticated", "enabled", "doctor_present", "alerts", "done_today", "locum"});
}

PatientFacts read_patient(const Merged& map) {
  PatientFacts patient;
  patient.id = map["id"].optionally(text_of).value_or("");
  patient.mt = map["mt"].optionally(text_of);
  patient.rdv = map["rdv"].optionally(text_of);
  patient.presc = map["presc"].optionally(text_of);
  patient.dest = map["dest"].optionally(text_of);
  if (patient.dest == "cabinet") {  // addressed to the practice and to nobody in particular
    patient.dest.reset();
    patient.to_practice = true;
  }
  if (map["category"].present()) patient.category = std::string(text(map["category"].word<Category>()));
  patient.kinship = flag(map["kinship"], false);
  patient.is_actor = flag(map["is_actor"], false);
  patient.opposition = words_of<Opposition>(map["opposition"]);
  patient.age = map["age"].optionally([](const Field& f) { return f.integer(0, 150); });
  return patient;
}

Context read_context(const Merged& map) {
  Context context;
  context.authenticated = flag(map["authenticated"], false);
  context.enabled = flag(map["enabled"], false);
  context.doctor_present = map["doctor_present"].optionally([](const Field& f) { return f.boolean(); });
  if (map["alerts"].present()) context.alerts = map["alerts"].texts(most_cases);
  context.done_today = map["done_today"].optionally([](const Field& f) { return f.integer(0, 1000000); }).value_or(0);
  if (const auto locum = map["locum"]; locum.present()) {
    locum.only({"doctor", "from", "to"});
    context.locums.push_back({locum["doctor"].id(), locum["from"].moment(),
                              locum["to"].optionally([](const Field& f) { return f.moment(); })});
  }
  return context;
}

using Cache = std::map<std::filesystem::path, Result<Fiche>>;

const Result<Fiche>& load(const std::filesystem::path& path, Cache& cache) {
  const auto known = cache.find(path);
  if (known != cache.end()) return known->second;
  return cache.emplace(path, read_text_file(path).and_then([](const std::string& text) { return read_fiche(text); }))
      .first->second;
}

Question read_question(const Field& one, const Field& defaults, const std::filesystem::path& folder, Cache& cache) {
  one.only({"id", "why", "fiches", "actor", "action", "task", "variant", "patient", "at", "context", "expect"});
  only_patient(one["patient"]);
  only_context(one["context"]);
  const Merged map{one, defaults};
  Question question;
  question.accept_declared = true;
  for (const auto& item : map["fiches"].list(most_cases)) {
    const auto name = item.text();
    if (item.failed()) break;
    const auto& fiche = load(folder / name, cache);
    if (fiche)
      question.fiches.push_back(as_declared(*fiche));
    else
      item.fail(fiche.error().code, fmt::format("{}: {} {}", name, fiche.error().place, fiche.error().detail));
  }
  question.actor = map["actor"].text();
  question.action = map["action"].word<Action>();
  question.task = map["task"].text();
  question.variant = map["variant"].optionally(text_of);
  question.patient = read_patient({one["patient"], defaults["patient"]});
  question.context = read_context({one["context"], defaults["context"]});
  const auto at = map["at"].moment();
  if (at.date_only && !one.failed()) map["at"].fail(Code::fiche_bad_value, "expected a date and time");
  question.at = at.at;
  question.practice = practice_of(question.fiches, question.actor);
  question.context.account_known =
      std::any_of(question.fiches.begin(), question.fiches.end(),
                  [&](const KnownFiche& known) { return known.fiche->assistant.id == question.actor; });
  return question;
}

struct Expectation {
  bool authorised = false;
  Mode mode = Mode::non;
  std::optional<std::string> code;
  std::vector<std::string> warnings;
  std::vector<std::string> obligations;
};

Expectation read_expectation(const Field& field) {
  field.only({"decision", "mode", "code", "warnings", "obligations"});
  Expectation expected;
  const auto decision = field["decision"].text();
  if (!field.failed() && decision != "AUTORISE" && decision != "REFUSE")
    field["decision"].fail(Code::fiche_bad_value, "expected AUTORISE or REFUSE");
  expected.authorised = decision == "AUTORISE";
  expected.mode = field["mode"].word<Mode>();
  expected.code = field["code"].optionally(text_of);
  if (!field.failed() && expected.code && !find_refusal(*expected.code))
    field["code"].fail(Code::fiche_bad_value, "unknown code");
  if (!field.failed() && expected.authorised == expected.code.has_value())
    field["code"].fail(Code::fiche_bad_value, "a refusal has a code, an authorisation has none");
  if (field["warnings"].present())
    for (const auto& item : field["warnings"].list(most_cases)) {
      expected.warnings.push_back(item.text());
      if (!item.failed() && !find_warning(expected.warnings.back()))
        item.fail(Code::fiche_bad_value, "unknown warning");
    }
  if (field["obligations"].present())
    for (const auto& item : field["obligations"].list(most_cases)) {
      expected.obligations.push_back(item.text());
      constexpr Obligation all[] = {Obligation::trace, Obligation::validation_medecin, Obligation::vu_requis,
                                    Obligation::escalade_immediate};
      if (!item.failed() && std::none_of(std::begin(all), std::end(all),
                                         [&](Obligation o) { return text(o) == expected.obligations.back(); }))
        item.fail(Code::fiche_bad_value, "unknown obligation");
    }
  std::sort(expected.warnings.begin(), expected.warnings.end());
  return expected;
}

std::string summary(bool authorised, Mode mode, const std::optional<std::string>& code,
                    const std::vector<std::string>& warnings, const std::vector<std::string>& obligations) {
  if (!authorised) return fmt::format("REFUSE {} {}", text(mode), code.value_or("?"));
  return fmt::format("AUTORISE {} [{}] [{}]", text(mode), fmt::join(warnings, ", "), fmt::join(obligations, ", "));
}

FicheCaseResult run_one(const Field& one, const Field& defaults, const std::filesystem::path& folder, Cache& cache,
                        const std::optional<Error>& error) {
  FicheCaseResult result;
  result.id = one["id"].optionally(text_of).value_or(one.place());
  const auto question = read_question(one, defaults, folder, cache);
  const auto expected = read_expectation(one["expect"]);
  if (error) {
    result.got = fmt::format("{} ({}: {})", french(error->code), error->place, error->detail);
    return result;
  }
  const auto decision = decide(question);
  std::optional<std::string> code;
  if (decision.refusal) code = std::string(reason(*decision.refusal).code);
  std::vector<std::string> warnings, obligations;
  for (const auto warning : decision.warnings) warnings.emplace_back(reason(warning).code);
  for (const auto obligation : decision.obligations) obligations.emplace_back(text(obligation));
  result.expected = summary(expected.authorised, expected.mode, expected.code, expected.warnings, expected.obligations);
  result.got = summary(decision.authorised, decision.mode, code, warnings, obligations);
  const bool all_obligations =
      std::all_of(expected.obligations.begin(), expected.obligations.end(), [&](const std::string& obligation) {
        return std::find(obligations.begin(), obligations.end(), obligation) != obligations.end();
      });
  result.passed = decision.authorised == expected.authorised && decision.mode == expected.mode &&
                  code == expected.code && (!expected.authorised || (warnings == expected.warnings && all_obligations));
  return result;
}

Result<std::vector<FicheCaseResult>> run_document(const YAML::Node& document, const std::filesystem::path& folder) {
  std::optional<Error> error;
  const Field root(document, "", error);
  root.only({"format", "defaults", "cases"});
  if (root["format"].text() != "relais-fiche-cases/1" && !error)
    root["format"].fail(Code::cases_invalid, "expected relais-fiche-cases/1");
  if (const auto defaults = root["defaults"]; defaults.present()) {
    defaults.only({"patient", "context"});
    only_patient(defaults["patient"]);
    only_context(defaults["context"]);
  }
  const auto cases = root["cases"].list(most_cases);
  if (error) return fail(Code::cases_invalid, error->detail, error->place);
  std::vector<FicheCaseResult> results;
  Cache cache;
  for (const auto& item : cases) {
    // Each case keeps its own error, so that a bad one fails alone.
    std::optional<Error> own;
    const Field rebound(document["cases"][results.size()], item.place(), own);
    const Field defaults(document["defaults"], "defaults", own);
    results.push_back(run_one(rebound, defaults, folder, cache, own));
  }
  return results;
}

}  // namespace

Result<std::vector<FicheCaseResult>> run_fiche_cases(const std::filesystem::path& path) {
  auto content = read_text_file(path);
  if (!content) return tl::unexpected(content.error());
  const auto document = load_bounded_yaml(*content, case_limits);
  if (!document) return fail(Code::cases_invalid, document.error().detail, document.error().place);
  try {
    return run_document(*document, path.parent_path());
  } catch (const std::exception& e) {  // the guard of this entry point: yaml-cpp reports by exceptions
    return fail(Code::cases_invalid, e.what());
  }
}

int fiche_decide_command(const std::filesystem::path& path, std::ostream& out) {
  const auto results = run_fiche_cases(path);
  if (!results) {
    out << fmt::format("{} {} : {}\n", french(results.error().code), results.error().place, results.error().detail);
    out << "0 passed, 1 failed\n";
    return 1;
  }
  std::size_t passed = 0;
  for (const auto& result : *results) {
    passed += result.passed ? 1 : 0;
    if (result.passed)
      out << fmt::format("ok    {} : {}\n", result.id, result.got);
    else
      out << fmt::format("ÉCHEC {} : attendu {}, obtenu {}\n", result.id, result.expected, result.got);
  }
  out << fmt::format("{} passed, {} failed\n", passed, results->size() - passed);
  return !results->empty() && passed == results->size() ? 0 : 1;
}

}  // namespace relais::app

// SPDX-License-Identifier: Apache-2.0
#include "app/fiche_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "app/text_file.h"
#include "domain/explain.h"
#include "domain/fiche_yaml.h"
#include "domain/signing.h"

namespace relais::app {
namespace {

using namespace relais::fiche;

Result<Fiche> load(const std::filesystem::path& path) {
  return read_text_file(path).and_then([](const std::string& text) { return read_fiche(text); });
}

void print(const Error& error, const std::filesystem::path& path, std::ostream& out) {
  out << fmt::format("{} : {} {} ({}{})\n", path.filename().string(), french(error.code), error.place,
                     stable_code(error.code), error.detail.empty() ? "" : ", " + error.detail);
}

}  // namespace

int fiche_check_command(const std::filesystem::path& path, const std::vector<std::filesystem::path>& others,
                        CivilDate today, std::ostream& out, const escalation::Grammars* grammars) {
  const auto fiche = load(path);
  if (!fiche) {
    print(fiche.error(), path, out);
    return 1;
  }
  std::vector<Fiche> known;
  for (const auto& other : others) {
    auto read = load(other);
    if (!read) {
      print(read.error(), other, out);
      return 1;
    }
    known.push_back(std::move(*read));
  }
  const auto findings = check_signing(*fiche, known, std::nullopt, grammars);
  for (const auto& finding : findings) out << explain(finding);
  for (const auto& cap : training_caps(*fiche, today)) out << "À noter, " << cap.place << " : " << cap.french << "\n";
  for (const auto& judged : judged_rules(*fiche, grammars))
    if (std::none_of(findings.begin(), findings.end(),
                     [&](const SigningFinding& finding) { return finding.place.starts_with(judged.place); }))
      out << "À noter, " << judged.place << " : " << judged.french << "\n";
  out << (findings.empty() ? std::string("La fiche peut être signée.\n")
                           : fmt::format("La fiche ne peut pas être signée : {} point(s) à corriger.\n",
                                         findings.size()));
  return findings.empty() ? 0 : 1;
}

int fiche_explain_command(const ExplainRequest& request, std::ostream& out) {
  Question question;
  question.accept_declared = true;
  for (const auto& path : request.fiches) {
    auto fiche = load(path);
    if (!fiche) {
      print(fiche.error(), path, out);
      return 2;
    }
    question.fiches.push_back(as_declared(std::move(*fiche)));
  }
  question.practice = practice_of(question.fiches, request.actor);
  question.actor = request.actor;
  question.action = request.action;
  question.task = request.task;
  question.variant = request.variant;
  question.patient = request.patient;
  question.at = request.at.at;
  question.context = request.context;
  question.context.account_known =
      std::any_of(question.fiches.begin(), question.fiches.end(),
                  [&](const KnownFiche& known) { return known.fiche->assistant.id == request.actor; });
  const auto decision = decide(question);
  out << explain(question, decision) << "Signatures : celles que les fichiers déclarent, non vérifiées.\n";
  return decision.authorised ? 0 : 1;
}

}  // namespace relais::app

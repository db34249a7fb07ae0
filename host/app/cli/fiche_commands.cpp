// SPDX-License-Identifier: Apache-2.0
#include "app/fiche_commands.h"

#include <date/date.h>
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "app/fiche_cases.h"
#include "app/package_finder.h"
#include "relais/v1/delegation.grpc.pb.h"

namespace relais::cli {
namespace {

using DelegationStub = v1::DelegationService::Stub;

const std::map<std::string, v1::DelegatedAction> actions{{"activer", v1::DELEGATED_ACTION_ACTIVER},
                                                         {"voir", v1::DELEGATED_ACTION_VOIR},
                                                         {"preparer", v1::DELEGATED_ACTION_PREPARER},
                                                         {"realiser", v1::DELEGATED_ACTION_REALISER},
                                                         {"finaliser", v1::DELEGATED_ACTION_FINALISER}};

const std::map<std::string, v1::FicheAnswer> answers{
    {"accepte", v1::FICHE_ANSWER_ACCEPT}, {"reserve", v1::FICHE_ANSWER_RESERVE}, {"refuse", v1::FICHE_ANSWER_REFUSE}};

std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw CallFailed{"Fichier illisible : " + file + ".", "cli.file", {}, {}};
  return {std::istreambuf_iterator<char>(in), {}};
}

void print(const v1::FicheRemark& remark) {
  std::cout << (remark.refuses() ? "Refus " : "Note  ") << remark.rule()
            << (remark.place().empty() ? "" : " (" + remark.place() + ")") << " : " << remark.sentence() << '\n';
}

void print(const v1::FicheChange& change) {
  const char* mark = change.direction() == v1::FicheChange::DIRECTION_EXTENSION   ? "+ "
                     : change.direction() == v1::FicheChange::DIRECTION_REDUCTION ? "- "
                                                                                  : "  ";
  std::cout << mark << change.sentence() << '\n';
}

void print(const v1::Decision& decision) {
  static const std::map<v1::Mode, std::string> modes{{v1::MODE_NON, "non"},
                                                     {v1::MODE_PREPARER, "preparer"},
                                                     {v1::MODE_FAIRE_PUIS_VALIDER, "faire-puis-valider"},
                                                     {v1::MODE_AUTONOME, "autonome"}};
  const auto mode = modes.find(decision.effective_mode());
  std::cout << (decision.allowed() ? "AUTORISÉ" : "REFUSÉ") << (mode == modes.end() ? "" : ", mode " + mode->second);
  if (!decision.fiche_id().empty())
    std::cout << ", fiche " << decision.fiche_id() << " version " << decision.fiche_version();
  std::cout << '\n';
  if (!decision.rule().empty()) std::cout << decision.rule() << " : " << decision.sentence() << '\n';
  if (!decision.unblocked_by().empty()) std::cout << "Peut débloquer : " << decision.unblocked_by() << '\n';
  for (const auto& warning : decision.warnings()) std::cout << "Avertissement " << warning << '\n';
  for (const auto& obligation : decision.obligations()) std::cout << "Obligation : " << obligation << '\n';
  for (const auto& rule : decision.immediate_rules()) std::cout << rule << '\n';
}

// Stores the file as the draft, shows what the checks say, and signs what was shown.
void sign(const Connection& connection, const std::string& file) {
  const Session session(connection);
  const auto stub = v1::DelegationService::NewStub(session.channel());
  v1::PutDraftRequest draft;
  draft.set_yaml(read_file(file));
  const auto stored = call<v1::PutDraftResponse>(session, *stub, &DelegationStub::PutDraft, draft);
  for (const auto& remark : stored.remarks()) print(remark);
  v1::SignFicheRequest request;
  request.set_fiche_id(stored.fiche().id());
  request.set_version(stored.fiche().version());
  request.set_expected_sha256(stored.fiche().sha256());
  request.set_password(read_secret("RELAIS_PASSWORD", "Mot de passe, pour signer : "));
  const auto signed_one = call<v1::SignFicheResponse>(session, *stub, &DelegationStub::SignFiche, request);
  for (const auto& change : signed_one.changes()) print(change);
  std::cout << fmt::format("Signée : {} version {}, empreinte {}.\n", signed_one.fiche().id(),
                           signed_one.fiche().version(), signed_one.fiche().sha256());
}

struct AnswerOptions {
  std::string fiche;
  int version = 0;
  std::string answer = "accepte";
  std::vector<std::string> declined;
};

void answer(const Connection& connection, const AnswerOptions& options) {
  const Session session(connection);
  const auto stub = v1::DelegationService::NewStub(session.channel());
  v1::GetFicheRequest get;
  get.set_fiche_id(options.fiche);
  get.set_version(options.version);
  const auto fiche = call<v1::GetFicheResponse>(session, *stub, &DelegationStub::GetFiche, get).fiche();
  v1::GetDifferenceRequest difference;
  difference.set_fiche_id(fiche.id());
  difference.set_version(fiche.version());
  const auto change_answer =
      call<v1::GetDifferenceResponse>(session, *stub, &DelegationStub::GetDifference, difference);
  for (const auto& change : change_answer.changes()) print(change);
  for (const auto& remark : fiche.remarks()) print(remark);
  v1::AnswerFicheRequest request;
  request.set_fiche_id(fiche.id());
  request.set_version(fiche.version());
  request.set_expected_sha256(fiche.sha256());
  request.set_answer(answers.at(options.answer));
  for (const auto& task : options.declined) request.add_declined_tasks(task);
  request.set_password(read_secret("RELAIS_PASSWORD", "Mot de passe, pour répondre : "));
  call<v1::AnswerFicheResponse>(session, *stub, &DelegationStub::AnswerFiche, request);
  std::cout << fmt::format("Réponse enregistrée pour {} version {} : {}.\n", fiche.id(), fiche.version(),
                           options.answer);
}

struct CheckOptions {
  std::string file;
  std::vector<std::filesystem::path> others, plugins;
};

void add_life_commands(CLI::App& fiche, const Connection& connection) {
  auto* sign_command = fiche.add_subcommand("sign", "Signer une fiche (médecin), après contrôle");
  auto& file = kept<std::string>();
  sign_command->add_option("file", file, "Fiche en YAML")->required();
  sign_command->callback([&] { sign(connection, file); });

  auto* accept = fiche.add_subcommand("accept", "Répondre à une fiche signée (assistant)");
  auto& options = kept<AnswerOptions>();
  accept->add_option("fiche", options.fiche, "Identifiant de la fiche")->required();
  accept->add_option("--version", options.version, "Version ; par défaut la dernière signée");
  accept->add_option("--answer", options.answer, "accepte, reserve ou refuse")
      ->check(CLI::IsMember(answers))
      ->capture_default_str();
  accept->add_option("--decline", options.declined, "Tâches déclinées, avec reserve");
  accept->callback([&] { answer(connection, options); });

  auto* revoke = fiche.add_subcommand("revoke", "Révoquer une fiche, ou une de ses tâches, immédiatement (médecin)");
  auto& request = kept<v1::RevokeFicheRequest>();
  revoke
      ->add_option_function<std::string>(
          "fiche", [&](const std::string& id) { request.set_fiche_id(id); }, "Identifiant de la fiche")
      ->required();
  revoke->add_option_function<std::string>(
      "--task", [&](const std::string& id) { request.set_task_id(id); }, "Une seule tâche");
  revoke->add_option_function<std::string>(
      "--reason", [&](const std::string& text) { request.set_reason(text); }, "Motif, montré à l'assistant");
  revoke->callback([&] {
    const Session session(connection);
    const auto stub = v1::DelegationService::NewStub(session.channel());
    const auto done = call<v1::RevokeFicheResponse>(session, *stub, &DelegationStub::RevokeFiche, request);
    std::cout << "Révoquée : " << request.fiche_id()
              << (request.task_id().empty() ? "" : ", tâche " + request.task_id()) << ".\n";
    for (const auto& task : done.stopped_tasks()) std::cout << "Tâche arrêtée : " << task << '\n';
  });
}

void add_explain_command(CLI::App& fiche, const Connection& connection) {
  auto* explain = fiche.add_subcommand("explain", "Dire si une action est permise, et pourquoi, sans la faire");
  auto& request = kept<v1::ExplainDecisionRequest>();
  explain->add_option_function<std::string>(
      "--assistant", [&](const std::string& id) { request.set_assistant_id(id); }, "Assistant ; par défaut vous");
  explain
      ->add_option_function<std::string>(
          "--task", [&](const std::string& id) { request.mutable_subject()->set_task_id(id); }, "Tâche du catalogue")
      ->required();
  explain
      ->add_option_function<std::string>(
          "--action", [&](const std::string& word) { request.set_action(actions.at(word)); },
          "activer, voir, preparer, realiser ou finaliser")
      ->required()
      ->check(CLI::IsMember(actions));
  explain->add_option_function<std::string>(
      "--doctor", [&](const std::string& id) { request.mutable_subject()->set_doctor_id(id); }, "Médecin de référence");
  explain->add_option_function<std::string>(
      "--patient", [&](const std::string& id) { request.mutable_subject()->set_patient_id(id); }, "Dossier");
  explain->callback([&] {
    const Session session(connection);
    if (request.assistant_id().empty()) request.set_assistant_id(connection.account);
    const auto stub = v1::DelegationService::NewStub(session.channel());
    print(call<v1::ExplainDecisionResponse>(session, *stub, &DelegationStub::ExplainDecision, request).decision());
  });
}

void add_task_commands(CLI::App& app, const Connection& connection) {
  auto* task = app.add_subcommand("task", "Allumer et éteindre les tâches déléguées (assistant)");
  task->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& help, bool enable) {
    auto* command = task->add_subcommand(name, help);
    auto& request = kept<v1::EnableTaskRequest>();
    command
        ->add_option_function<std::string>(
            "task", [&](const std::string& id) { request.set_task_id(id); }, "Tâche du catalogue")
        ->required();
    command
        ->add_option_function<std::string>(
            "--doctor", [&](const std::string& id) { request.set_doctor_id(id); }, "Médecin")
        ->required();
    command->callback([&request, &connection, enable] {
      const Session session(connection);
      const auto stub = v1::DelegationService::NewStub(session.channel());
      if (enable) {
        print(
            call<v1::EnableTaskResponse>(session, *stub, &DelegationStub::EnableTask, request).activation().decision());
        return;
      }
      v1::DisableTaskRequest off;
      off.set_task_id(request.task_id());
      off.set_doctor_id(request.doctor_id());
      call<v1::DisableTaskResponse>(session, *stub, &DelegationStub::DisableTask, off);
      std::cout << "Tâche éteinte : " << off.task_id() << ".\n";
    });
  };
  add("enable", "Allumer une tâche pour un médecin", true);
  add("disable", "Éteindre une tâche pour un médecin", false);
}

}  // namespace

void add_fiche_commands(CLI::App& app, const Connection& connection) {
  auto* fiche = app.add_subcommand("fiche", "Les fiches de poste");
  fiche->require_subcommand(1);

  auto* check = fiche->add_subcommand("check", "Contrôler une fiche avant signature, sans hôte");
  auto& checked = kept<CheckOptions>();
  check->add_option("file", checked.file, "Fiche en YAML")->required();
  check->add_option("--other-versions", checked.others, "Les autres versions de la même fiche");
  check->add_option("--plugin", checked.plugins,
                    "Dossier d'un plugin, dont la grammaire lit les règles d'alerte ; par défaut ceux installés");
  check->callback([&] {
    const fiche::CivilDate today{date::floor<date::days>(SystemClock().now())};
    const auto grammars =
        app::FoundGrammars::open(checked.plugins, std::filesystem::read_symlink("/proc/self/exe"));
    if (!grammars) {
      std::cerr << french(grammars.error().code) << ' ' << grammars.error().place << ' ' << grammars.error().detail << '\n';
      throw CLI::RuntimeError(1);
    }
    throw CLI::RuntimeError(app::fiche_check_command(checked.file, checked.others, today, std::cout, &*grammars));
  });

  auto* decide = fiche->add_subcommand("decide", "Rejouer un fichier de cas de décision, sans hôte");
  auto& cases = kept<std::string>();
  decide->add_option("--cases", cases, "Fichier de cas (relais-fiche-cases/1)")->required();
  decide->callback([&] { throw CLI::RuntimeError(app::fiche_decide_command(cases, std::cout)); });

  add_life_commands(*fiche, connection);
  add_explain_command(*fiche, connection);
  add_task_commands(app, connection);
}

}  // namespace relais::cli

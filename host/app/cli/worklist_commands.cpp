// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <map>

#include "app/cli/commands.h"
#include "app/cli/pages.h"
#include "app/cli/text_fr.h"
#include "relais/v1/worklist.grpc.pb.h"

namespace relais::cli {
namespace {

using WorklistStub = v1::WorklistService::Stub;

struct ItemOptions {
  std::string item;
  std::string text;
  int told = 0;      // v1::FeedbackReason
  int category = 0;  // v1::Category
};

v1::WorklistItem get_item(const Session& session, WorklistStub& stub, const std::string& id) {
  v1::GetItemRequest request;
  request.set_item_id(id);
  return call<v1::GetItemResponse>(session, stub, &WorklistStub::GetItem, request).item();
}

void print_list(const Connection& connection, const v1::ListItemsRequest& wanted) {
  const Session session(connection);
  const auto stub = v1::WorklistService::NewStub(session.channel());
  each_page<v1::ListNotEvaluatedResponse>(session, *stub, &WorklistStub::ListNotEvaluated,
                                          v1::ListNotEvaluatedRequest(), [](const auto& answer) {
                                            for (const auto& entry : answer.entries())
                                              std::cout << not_evaluated_text(entry);
                                          });
  auto request = wanted;
  do {
    const auto answer = call<v1::ListItemsResponse>(session, *stub, &WorklistStub::ListItems, request);
    for (const auto& item : answer.items()) std::cout << item_text(item);
    if (request.page().token().empty())
      for (const auto& hidden : answer.hidden())
        std::cout << hidden.count() << " élément(s) non montré(s) — " << hidden.rule() << " : " << hidden.sentence()
                  << (hidden.unblocked_by().empty() ? "" : " Peut débloquer : " + hidden.unblocked_by()) << '\n';
    request.mutable_page()->set_token(answer.next_page_token());
  } while (!request.page().token().empty());
}

void watch(const Connection& connection) {
  const Session session(connection);
  const auto stub = v1::WorklistService::NewStub(session.channel());
  const auto context = session.context();
  const auto stream = stub->WatchItems(context.get(), {});
  v1::WatchItemsResponse change;
  while (stream->Read(&change)) {
    if (change.kind() == v1::WatchItemsResponse::KIND_ITEM)
      std::cout << item_text(change.item());
    else if (change.kind() == v1::WatchItemsResponse::KIND_NOT_EVALUATED)
      std::cout << not_evaluated_text(change.not_evaluated());
    else if (change.kind() == v1::WatchItemsResponse::KIND_NOTICE)
      std::cout << notice_text(change.notice());
    else if (change.kind() == v1::WatchItemsResponse::KIND_SNAPSHOT_END)
      std::cout << "— en attente de changements (Ctrl-C pour finir) —\n";
    std::cout << std::flush;
  }
  Session::check(stream->Finish());
}

// The words of FeedbackReason and Category, as they are typed.
std::map<std::string, int> feedback_words() {
  return {{"already-known", v1::FEEDBACK_REASON_ALREADY_KNOWN},
          {"not-relevant", v1::FEEDBACK_REASON_NOT_RELEVANT},
          {"too-severe", v1::FEEDBACK_REASON_TOO_SEVERE},
          {"not-severe-enough", v1::FEEDBACK_REASON_NOT_SEVERE_ENOUGH},
          {"wrong-data", v1::FEEDBACK_REASON_WRONG_DATA},
          {"incomplete", v1::FEEDBACK_REASON_INCOMPLETE},
          {"other", v1::FEEDBACK_REASON_OTHER}};
}

std::map<std::string, int> category_words() {
  return {{"normal", v1::CATEGORY_NORMAL},
          {"a-classer", v1::CATEGORY_A_CLASSER},
          {"a-voir", v1::CATEGORY_A_VOIR},
          {"aujourdhui", v1::CATEGORY_AUJOURDHUI},
          {"critique", v1::CATEGORY_CRITIQUE}};
}

// An act that carries the item's id and the version that was read just before.
template <class Request, class Response>
void act(CLI::App& app, const Connection& connection, const std::string& name, const std::string& help,
         grpc::Status (WorklistStub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  auto* command = app.add_subcommand(name, help);
  auto& options = kept<ItemOptions>();
  command->add_option("item", options.item, "Identifiant de l'élément")->required();
  if constexpr (requires(Request r) { r.set_reason(""); })
    command->add_option("--reason", options.text, "Raison, en clair")->required();
  if constexpr (requires(Request r) { r.set_feedback_reason(v1::FEEDBACK_REASON_OTHER); })
    command->add_option("--told", options.told, "Ce que le plugin en apprendra, au lieu de vos mots")
        ->transform(CLI::CheckedTransformer(feedback_words()));
  if constexpr (requires(Request r) { r.set_settled_category(v1::CATEGORY_NORMAL); })
    command->add_option("--category", options.category, "La catégorie que vous retenez, si ce n'est pas celle du plugin")
        ->transform(CLI::CheckedTransformer(category_words()));
  command->callback([&options, &connection, method] {
    const Session session(connection);
    const auto stub = v1::WorklistService::NewStub(session.channel());
    Request request;
    request.set_item_id(options.item);
    request.set_version(get_item(session, *stub, options.item).version());
    if constexpr (requires(Request r) { r.set_reason(""); }) request.set_reason(options.text);
    if constexpr (requires(Request r) { r.set_feedback_reason(v1::FEEDBACK_REASON_OTHER); })
      request.set_feedback_reason(static_cast<v1::FeedbackReason>(options.told));
    if constexpr (requires(Request r) { r.set_settled_category(v1::CATEGORY_NORMAL); })
      request.set_settled_category(static_cast<v1::Category>(options.category));
    std::cout << item_text(call<Response>(session, *stub, method, request).item());
  });
}

void sign_normals(const Connection& connection, const std::string& task) {
  const Session session(connection);
  const auto stub = v1::WorklistService::NewStub(session.channel());
  v1::FreezeNormalsRequest freeze;
  freeze.set_task_id(task);
  const auto frozen = call<v1::FreezeNormalsResponse>(session, *stub, &WorklistStub::FreezeNormals, freeze);
  for (const auto& item : frozen.items()) std::cout << item_text(item);
  if (frozen.items().empty()) {
    std::cout << "Aucun résultat normal à signer.\n";
    return;
  }
  std::cout << "Signer ces " << frozen.items_size() << " résultats normaux ? [oui/non] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (answer != "oui") {
    std::cout << "Rien n'a été signé.\n";
    return;
  }
  v1::SignNormalsRequest sign;
  sign.set_frozen_list_id(frozen.frozen_list_id());
  sign.set_expected_sha256(frozen.sha256());
  const auto done = call<v1::SignNormalsResponse>(session, *stub, &WorklistStub::SignNormals, sign);
  std::cout << done.signed_item_ids_size() << " signés, " << done.left_out_item_ids_size()
            << " laissés car modifiés depuis.\n";
}

}  // namespace

void add_worklist_commands(CLI::App& app, const Connection& connection) {
  auto* list = app.add_subcommand("list", "La liste de travail, le plus grave d'abord");
  auto& request = kept<v1::ListItemsRequest>();
  list->add_option_function<std::string>(
      "--doctor", [&](const std::string& id) { request.set_doctor_id(id); }, "Seulement ce médecin");
  list->add_option_function<std::string>(
      "--task", [&](const std::string& id) { request.set_task_id(id); }, "Seulement cette tâche");
  list->callback([&] { print_list(connection, request); });

  app.add_subcommand("watch", "La liste, puis chaque changement dès qu'il arrive")->callback([&] {
    watch(connection);
  });

  act<v1::ClaimItemRequest, v1::ClaimItemResponse>(app, connection, "claim", "Prendre un élément en charge",
                                                   &WorklistStub::ClaimItem);
  act<v1::ReleaseItemRequest, v1::ReleaseItemResponse>(app, connection, "release", "Rendre un élément pris en charge",
                                                       &WorklistStub::ReleaseItem);
  act<v1::PrepareItemRequest, v1::PrepareItemResponse>(
      app, connection, "prepare", "Dire que votre part est faite : le médecin valide", &WorklistStub::PrepareItem);
  act<v1::HandOverItemRequest, v1::HandOverItemResponse>(
      app, connection, "hand-over", "Remettre un élément au médecin, avec la raison", &WorklistStub::HandOverItem);
  act<v1::CloseItemRequest, v1::CloseItemResponse>(
      app, connection, "close", "Clore un élément non clinique, en mode autonome", &WorklistStub::CloseItem);
  act<v1::ValidateItemRequest, v1::ValidateItemResponse>(
      app, connection, "validate", "Valider un élément : le médecin l'a vu", &WorklistStub::ValidateItem);
  act<v1::MarkSeenRequest, v1::MarkSeenResponse>(
      app, connection, "seen", "Dire que vous, médecin, avez vu un élément, sans le clore", &WorklistStub::MarkSeen);
  act<v1::ReturnItemRequest, v1::ReturnItemResponse>(
      app, connection, "return", "Renvoyer un élément à l'assistant, avec la raison", &WorklistStub::ReturnItem);

  auto* notices = app.add_subcommand("notices", "Ce que Relais vous signale à côté de la liste");
  auto& read = kept<std::string>();
  notices->add_option("--seen", read, "Marquer comme lu ce signalement");
  notices->callback([&] {
    const Session session(connection);
    const auto stub = v1::WorklistService::NewStub(session.channel());
    if (!read.empty()) {
      v1::MarkNoticeSeenRequest mark;
      mark.set_notice_id(read);
      std::cout << notice_text(
          call<v1::MarkNoticeSeenResponse>(session, *stub, &WorklistStub::MarkNoticeSeen, mark).notice());
      return;
    }
    v1::ListNoticesRequest wanted;
    do {
      const auto answer = call<v1::ListNoticesResponse>(session, *stub, &WorklistStub::ListNotices, wanted);
      for (const auto& notice : answer.notices()) std::cout << notice_text(notice);
      wanted.mutable_page()->set_token(answer.next_page_token());
    } while (!wanted.page().token().empty());
  });

  auto* note = app.add_subcommand("note", "Ajouter une note à un élément");
  auto& options = kept<ItemOptions>();
  note->add_option("item", options.item, "Identifiant de l'élément")->required();
  note->add_option("text", options.text, "Texte de la note")->required();
  note->callback([&] {
    const Session session(connection);
    const auto stub = v1::WorklistService::NewStub(session.channel());
    v1::AddNoteRequest add;
    add.set_item_id(options.item);
    add.set_text(options.text);
    std::cout << item_text(call<v1::AddNoteResponse>(session, *stub, &WorklistStub::AddNote, add).item());
  });

  auto* sign = app.add_subcommand("sign-normals", "Signer ensemble les résultats normaux, après les avoir vus");
  auto& task = kept<std::string>();
  task = "bio-triage";
  sign->add_option("--task", task, "Tâche déléguée")->capture_default_str();
  sign->callback([&] { sign_normals(connection, task); });
}

}  // namespace relais::cli

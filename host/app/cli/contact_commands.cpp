// SPDX-License-Identifier: Apache-2.0
// `relais contact`: calls to patients; `relais message`: the texts prepared for them.
#include <fmt/format.h>

#include <iostream>
#include <map>

#include "app/cli/commands.h"
#include "app/cli/text_fr.h"
#include "relais/v1/worklist.grpc.pb.h"

namespace relais::cli {
namespace {

using WorklistStub = v1::WorklistService::Stub;

const std::map<std::string, v1::ContactAnswer> contact_words{
    {"accepte", v1::CONTACT_ANSWER_ACCEPTED},
    {"refuse", v1::CONTACT_ANSWER_REFUSED},
    {"a-rappeler", v1::CONTACT_ANSWER_CALL_BACK},
    {"injoignable", v1::CONTACT_ANSWER_UNREACHABLE},
    {"contre-indication", v1::CONTACT_ANSWER_CONTRAINDICATION}};

std::string effect_label(v1::ContactEffect effect) {
  switch (effect) {
    case v1::CONTACT_EFFECT_HANDED_OVER:
      return "remis au médecin";
    case v1::CONTACT_EFFECT_PREPARED:
      return "prêt pour le médecin";
    case v1::CONTACT_EFFECT_CLOSED:
      return "clos";
    default:
      return "noté";
  }
}

std::string contact_text(const v1::Contact& contact) {
  std::string word;
  for (const auto& [name, answer] : contact_words)
    if (answer == contact.answer()) word = name;
  auto text = fmt::format("{} {} : {} ({})", instant_label(contact.at_ms()), contact.by_id(), word,
                          effect_label(contact.effect()));
  if (contact.has_call_back_ms()) text += ", rappeler le " + instant_label(contact.call_back_ms());
  if (!contact.booking_id().empty()) text += ", rendez-vous " + contact.booking_id();
  if (!contact.hold_id().empty()) text += ", créneau retenu " + contact.hold_id();
  if (!contact.comment().empty()) text += " — " + contact.comment();
  return text + "\n";
}

// One call in a session of its own.
template <class Response, class Request>
Response once_on_list(const Connection& connection,
                      grpc::Status (WorklistStub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request) {
  const Session session(connection);
  const auto stub = v1::WorklistService::NewStub(session.channel());
  return call<Response>(session, *stub, method, request);
}

void record_contact(const Connection& connection, v1::RecordContactRequest request) {
  const Session session(connection);
  const auto stub = v1::WorklistService::NewStub(session.channel());
  v1::GetItemRequest get;
  get.set_item_id(request.item_id());
  request.set_version(call<v1::GetItemResponse>(session, *stub, &WorklistStub::GetItem, get).item().version());
  std::cout << contact_text(
      call<v1::RecordContactResponse>(session, *stub, &WorklistStub::RecordContact, request).contact());
}

void add_contact(CLI::App& contact, const Connection& connection) {
  auto& request = kept<v1::RecordContactRequest>();
  auto* add = contact.add_subcommand("add", "Noter la réponse du patient, ou qu'il ne répond pas");
  const auto option = [&](const std::string& name, const std::string& help, auto set) {
    return add->add_option_function<std::string>(name, [&request, set](const std::string& text) { set(request, text); },
                                                 help);
  };
  option("item", "Identifiant de l'élément", [](auto& r, const std::string& t) { r.set_item_id(t); })->required();
  option("--answer", "accepte, refuse, a-rappeler, injoignable ou contre-indication",
         [](auto& r, const std::string& t) { r.set_answer(contact_words.at(t)); })
      ->required()
      ->check(CLI::IsMember(contact_words));
  option("--hold", "Créneau retenu", [](auto& r, const std::string& t) { r.set_hold_id(t); });
  option("--booking", "Rendez-vous confirmé", [](auto& r, const std::string& t) { r.set_booking_id(t); });
  option("--when", "Quand rappeler, comme 2026-11-24T17:00",
         [](auto& r, const std::string& t) { r.set_call_back_ms(instant_of(t)); });
  option("--comment", "Ce que dit le patient", [](auto& r, const std::string& t) { r.set_comment(t); });
  add->callback([&] { record_contact(connection, request); });
}

void add_message(CLI::App& app, const Connection& connection) {
  auto* message = app.add_subcommand("message", "Textes pour les patients : préparés, jamais envoyés par Relais");
  message->require_subcommand(1);
  auto& put = kept<v1::PutMessageTemplateRequest>();
  auto* text = message->add_subcommand("put", "Écrire un texte : {date}, {heure}, {lieu} et {à apporter} (médecin)");
  text->add_option_function<std::string>("id", [&](const std::string& t) { put.set_id(t); }, "Nom court")->required();
  text->add_option_function<int>("--version", [&](int v) { put.set_version(v); }, "Version que celle-ci remplace");
  text->add_option_function<std::string>("--title", [&](const std::string& t) { put.set_title(t); }, "Titre");
  text->add_option_function<std::string>("--body", [&](const std::string& t) { put.set_body(t); }, "Texte");
  text->add_flag_callback("--withdraw", [&] { put.set_withdraw(true); }, "Ne plus l'utiliser");
  text->callback([&] {
    const auto done = once_on_list<v1::PutMessageTemplateResponse>(connection, &WorklistStub::PutMessageTemplate, put);
    std::cout << fmt::format("{} version {}\n", done.text_template().id(), done.text_template().version());
  });
  message->add_subcommand("list", "Les textes des médecins")->callback([&] {
    const auto all =
        once_on_list<v1::ListMessageTemplatesResponse>(connection, &WorklistStub::ListMessageTemplates, {});
    for (const auto& one : all.templates())
      std::cout << fmt::format("{} / {} (version {}) : {}\n    {}\n", one.doctor_id(), one.id(), one.version(),
                               one.title(), one.body());
  });
  auto& prepare = kept<v1::PrepareMessageRequest>();
  auto* draft = message->add_subcommand("prepare", "Un brouillon pour un rendez-vous confirmé");
  draft->add_option_function<std::string>("item", [&](const std::string& t) { prepare.set_item_id(t); }, "Élément")
      ->required();
  draft->add_option_function<std::string>("--text", [&](const std::string& t) { prepare.set_template_id(t); }, "Texte")
      ->required();
  draft
      ->add_option_function<std::string>("--booking", [&](const std::string& t) { prepare.set_booking_id(t); },
                                         "Rendez-vous confirmé")
      ->required();
  draft->add_option_function<std::vector<std::string>>(
      "--bring", [&](const std::vector<std::string>& all) { for (const auto& t : all) prepare.add_bring(t); },
      "Ce qu'il faut apporter");
  draft->callback([&] {
    std::cout
        << once_on_list<v1::PrepareMessageResponse>(connection, &WorklistStub::PrepareMessage, prepare).draft().body()
        << '\n';
  });
}

}  // namespace

void add_contact_commands(CLI::App& app, const Connection& connection) {
  auto* contact = app.add_subcommand("contact", "Appels aux patients");
  contact->require_subcommand(1);
  add_contact(*contact, connection);
  auto& list = kept<v1::ListContactsRequest>();
  auto* listed = contact->add_subcommand("list", "Les appels faits pour un élément, et les messages préparés");
  listed->add_option_function<std::string>("item", [&](const std::string& t) { list.set_item_id(t); }, "Élément")
      ->required();
  listed->callback([&] {
    const auto all = once_on_list<v1::ListContactsResponse>(connection, &WorklistStub::ListContacts, list);
    for (const auto& one : all.contacts()) std::cout << contact_text(one);
    for (const auto& one : all.drafts())
      std::cout << "Message préparé par " << one.prepared_by() << " : " << one.body() << '\n';
  });
  auto& rule = kept<v1::PutContactRuleRequest>();
  auto* tries = contact->add_subcommand("rule", "Nombre d'essais avant de demander au médecin");
  tries->add_option_function<int>("--tries", [&](int count) { rule.set_most_tries(count); }, "1 à 10 (médecin)");
  tries->callback([&] {
    if (rule.most_tries() != 0)
      once_on_list<v1::PutContactRuleResponse>(connection, &WorklistStub::PutContactRule, rule);
    const auto held = once_on_list<v1::GetContactRuleResponse>(connection, &WorklistStub::GetContactRule, {});
    std::cout << fmt::format("{} essai(s)\n", held.rule().most_tries());
  });
  add_message(app, connection);
}

}  // namespace relais::cli

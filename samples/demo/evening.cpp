// SPDX-License-Identifier: Apache-2.0
#include "evening.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/cli/ingest_file.h"
#include "app/cli/text_fr.h"
#include "client.h"
#include "relais/v1/audit.grpc.pb.h"

namespace demo {
namespace fs = std::filesystem;
using relais::cli::CallFailed;
using relais::cli::Connection;
using relais::cli::Session;

namespace {

void work_the_list(const Connection& host, const Scenario& scenario, Evening& evening) {
  const Session session(as(host, scenario.assistant_id));
  const auto stub = v1::WorklistService::NewStub(session.channel());
  evening.assistant_items = list(session, *stub);
  if (evening.assistant_items.empty()) return;
  auto item = evening.assistant_items.front();
  {
    v1::ClaimItemRequest claim;
    claim.set_item_id(item.id());
    claim.set_version(item.version());
    v1::ClaimItemResponse answer;
    Session::check(stub->ClaimItem(session.context().get(), claim, &answer));
    item = answer.item();
  }
  {
    v1::AddNoteRequest note;
    note.set_item_id(item.id());
    note.set_text("Laboratoire joint : résultat confirmé sur second tube.");
    v1::AddNoteResponse answer;
    Session::check(stub->AddNote(session.context().get(), note, &answer));
    item = answer.item();
  }
  expect_refusal(evening.refused, scenario.assistant_name, "clore elle-même un résultat critique", [&] {
    v1::CloseItemRequest close;
    close.set_item_id(item.id());
    close.set_version(item.version());
    v1::CloseItemResponse answer;
    Session::check(stub->CloseItem(session.context().get(), close, &answer));
  });
  v1::PrepareItemRequest prepare;
  prepare.set_item_id(item.id());
  prepare.set_version(item.version());
  v1::PrepareItemResponse prepared;
  Session::check(stub->PrepareItem(session.context().get(), prepare, &prepared));
  // The other doctor reads her own results: nothing of hers may be opened.
  const auto other = std::find_if(evening.doctor_items.begin(), evening.doctor_items.end(),
                                  [&](const auto& one) { return one.subject().doctor_id() == scenario.doctors[1].id; });
  if (other == evening.doctor_items.end()) return;
  expect_refusal(evening.refused, scenario.assistant_name, "ouvrir une biologie de " + scenario.doctors[1].name, [&] {
    v1::GetItemRequest get;
    get.set_item_id(other->id());
    v1::GetItemResponse answer;
    Session::check(stub->GetItem(session.context().get(), get, &answer));
  });
}

void doctor_view(const Connection& host, const Scenario& scenario, Evening& evening) {
  for (const auto& doctor : scenario.doctors) {
    const Session session(as(host, doctor.id));
    const auto stub = v1::WorklistService::NewStub(session.channel());
    for (auto& item : list(session, *stub)) {
      // What has no doctor of reference stands on every doctor's list: it is told once.
      const auto same = [&](const auto& one) { return one.id() == item.id(); };
      if (std::none_of(evening.doctor_items.begin(), evening.doctor_items.end(), same))
        evening.doctor_items.push_back(std::move(item));
    }
    v1::ListNotEvaluatedRequest wanted;
    do {
      const auto answer = call(session, *stub, &v1::WorklistService::Stub::ListNotEvaluated, wanted);
      for (const auto& entry : answer.entries()) evening.not_evaluated.push_back(entry);
      wanted.mutable_page()->set_token(answer.next_page_token());
    } while (!wanted.page().token().empty());
  }
}

void sign_normals(const Connection& host, const Scenario& scenario, Evening& evening) {
  const Session session(as(host, scenario.doctors.front().id));
  const auto stub = v1::WorklistService::NewStub(session.channel());
  v1::FreezeNormalsRequest freeze;
  freeze.set_task_id("bio-triage");
  v1::FreezeNormalsResponse frozen;
  Session::check(stub->FreezeNormals(session.context().get(), freeze, &frozen));
  v1::SignNormalsRequest sign;
  sign.set_frozen_list_id(frozen.frozen_list_id());
  sign.set_expected_sha256(frozen.sha256());
  v1::SignNormalsResponse done;
  Session::check(stub->SignNormals(session.context().get(), sign, &done));
  evening.signed_normals = done.signed_item_ids_size();
}

void verify_ledger(const Connection& host, const Scenario& scenario, Evening& evening) {
  const Session session(as(host, scenario.doctors.front().id));
  v1::VerifyLedgerResponse answer;
  Session::check(v1::AuditService::NewStub(session.channel())->VerifyLedger(session.context().get(), {}, &answer));
  evening.ledger = answer.intact() ? "ok" : answer.sentence();
}

std::set<std::string> rules_of(const v1::WorklistItem& item) {
  std::set<std::string> rules;
  for (const auto& reason : item.reasons()) rules.insert(reason.rule());
  return rules;
}

}  // namespace

std::size_t send_reports(const Connection& host, const Scenario& scenario, const std::string& today,
                         const std::string& folder, const std::string& corpus) {
  const Session session(as(host, "logiciel"));
  std::size_t sent = 0;
  for (const auto& report : scenario.reports) {
    // A correction is judged against what the first version was given: that one is sorted before, as it would be.
    if (!report.replaces.empty()) wait_until_settled(session, sent);
    send_report(session, scenario, report, today, folder);
    ++sent;
  }
  for (const auto* kind : {"cda", "hl7v2"}) {
    if (corpus.empty() || !fs::is_directory(fs::path(corpus) / kind)) continue;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(corpus) / kind))
      if (entry.path().extension() == ".xml" || entry.path().extension() == ".hl7" ||
          entry.path().extension() == ".er7")
        files.insert(entry.path());
    for (const auto& file : files) {
      relais::cli::submit_file(session, file, "corpus");
      ++sent;
    }
  }
  return sent;
}

Evening play(const Connection& host, const Scenario& scenario, std::size_t sent) {
  Evening evening;
  {
    const Session doctor(as(host, scenario.doctors.front().id));
    wait_until_settled(doctor, sent);
    evening.queue = queue(doctor);
  }
  doctor_view(host, scenario, evening);
  work_the_list(host, scenario, evening);
  sign_normals(host, scenario, evening);
  verify_ledger(host, scenario, evening);
  return evening;
}

std::vector<std::string> differences(const Scenario& scenario, const Evening& evening) {
  std::vector<std::string> found;
  std::size_t normals = 0;
  for (const auto& report : scenario.reports) {
    if (report.answer.category.empty()) continue;
    if (report.answer.category == "normal" && !report.partial) ++normals;
    // A report without a settled identity is recognised by its rules: its item names no patient.
    const bool no_patient = report.unknown_patient || report.foreign_birth_place;
    const auto& patient = scenario.patients[report.patient].id;
    const auto fits = [&](const v1::WorklistItem& item) {
      const auto rules = rules_of(item);
      return (no_patient ? item.subject().patient_id().empty() : item.subject().patient_id() == patient) &&
             relais::cli::category_word(item.category()) == report.answer.category &&
             item.subject().doctor_id() == report.answer.doctor &&
             std::all_of(report.answer.rules.begin(), report.answer.rules.end(),
                         [&](const auto& rule) { return rules.contains(rule); });
    };
    if (std::none_of(evening.doctor_items.begin(), evening.doctor_items.end(), fits))
      found.push_back(fmt::format("{} ({}) : attendu « {} » chez {}, introuvable", report.name, report.what,
                                  report.answer.category, report.answer.doctor));
  }
  const auto count = [&](const std::string& doctor) {
    return std::count_if(evening.doctor_items.begin(), evening.doctor_items.end(),
                         [&](const auto& item) { return item.subject().doctor_id() == doctor; });
  };
  const auto nguyen = std::count_if(scenario.reports.begin(), scenario.reports.end(),
                                    [](const auto& report) { return report.answer.doctor == "nguyen"; });
  if (count("nguyen") < nguyen)
    found.push_back(
        fmt::format("{} biologies de la Dre Nguyen attendues sur sa liste, {} trouvées", nguyen, count("nguyen")));
  if (std::any_of(evening.assistant_items.begin(), evening.assistant_items.end(),
                  [](const auto& item) { return item.subject().doctor_id() != "rouault"; }))
    found.emplace_back("l'assistante voit un élément d'un médecin qui ne délègue pas");
  if (!std::is_sorted(evening.assistant_items.begin(), evening.assistant_items.end(),
                      [](const auto& a, const auto& b) { return a.category() > b.category(); }))
    found.emplace_back("la liste n'est pas triée par gravité");
  if (evening.signed_normals != static_cast<int>(normals))
    found.push_back(fmt::format("{} résultats normaux à signer, {} signés", normals, evening.signed_normals));
  if (std::none_of(evening.queue.begin(), evening.queue.end(),
                   [](const auto& entry) { return entry.state() == v1::INBOUND_STATE_UNREADABLE; }))
    found.emplace_back("le fichier coupé n'est pas dans « illisible »");
  for (const auto& [what, code] : {std::pair{"allumer bio-triage pour Dr Claire Nguyen", "R09"},
                                   std::pair{"clore elle-même un résultat critique", "R21"},
                                   std::pair{"ouvrir une biologie de Dr Claire Nguyen", "R09"}})
    if (std::none_of(evening.refused.begin(), evening.refused.end(),
                     [&, w = what, c = code](const auto& one) { return one.what == w && one.code == c; }))
      found.push_back(fmt::format("refus {} attendu pour « {} »", code, what));
  if (evening.ledger != "ok") found.push_back("journal : " + evening.ledger);
  return found;
}

}  // namespace demo

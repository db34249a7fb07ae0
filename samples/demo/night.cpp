// SPDX-License-Identifier: Apache-2.0
#include "night.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>

#include "app/cli/text_fr.h"
#include "client.h"
#include "relais/v1/audit.grpc.pb.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/practice.grpc.pb.h"

namespace demo {
using relais::cli::CallFailed;
using relais::cli::Connection;
using relais::cli::Session;

namespace {

constexpr auto claiming = "prendre un potassium critique pendant son absence";
constexpr auto after_revocation = "ouvrir une biologie après la révocation";

// The item of this patient that has this rule among its reasons.
std::optional<v1::WorklistItem> item_with(const Session& doctor, const std::string& patient, const std::string& rule) {
  const auto stub = v1::WorklistService::NewStub(doctor.channel());
  for (const auto& item : list(doctor, *stub))
    if (item.subject().patient_id() == patient &&
        std::any_of(item.reasons().begin(), item.reasons().end(), [&](const auto& one) { return one.rule() == rule; }))
      return item;
  return std::nullopt;
}

class NightShift {
 public:
  NightShift(const Connection& host, const Scenario& scenario, const std::string& today, const std::string& folder,
             std::size_t sent)
      : host_(host),
        scenario_(scenario),
        today_(today),
        folder_(folder),
        sent_(sent),
        software_(as(host, "logiciel")),
        doctor_(as(host, scenario.doctors[0].id)),
        assistant_(as(host, scenario.assistant_id)) {}

  Night play() {
    attach();
    cancel();
    preview();
    in_absence();
    revoke();
    delegate_again();
    v1::VerifyLedgerResponse answer;
    Session::check(v1::AuditService::NewStub(doctor_.channel())->VerifyLedger(doctor_.context().get(), {}, &answer));
    night_.ledger = answer.intact() ? "ok" : answer.sentence();
    return std::move(night_);
  }

 private:
  void send(const DemoReport& report) {
    send_report(software_, scenario_, report, today_, folder_);
    ++sent_;
  }
  const std::string& patient_of(const DemoReport& report) const { return scenario_.patients[report.patient].id; }

  // HPRIM names a patient without INS: a doctor says whose report it is, and it is sorted again with that history.
  void attach() {
    std::set<std::string> before;
    for (const auto& entry : queue(doctor_)) before.insert(entry.report_id());
    send(scenario_.local_codes);
    wait_until_settled(doctor_, sent_);
    const auto stub = v1::IngestService::NewStub(doctor_.channel());
    for (const auto& entry : queue(doctor_)) {
      if (entry.state() != v1::INBOUND_STATE_TO_ATTACH || before.contains(entry.report_id())) continue;
      v1::AttachRequest request;
      request.set_report_id(entry.report_id());
      request.set_patient_id(patient_of(scenario_.local_codes));
      call(doctor_, *stub, &v1::IngestService::Stub::Attach, request);
      wait_until_settled(doctor_, sent_);
      const auto worklist = v1::WorklistService::NewStub(doctor_.channel());
      for (const auto& item : list(doctor_, *worklist)) {
        if (item.subject().item_id() != entry.report_id()) continue;
        ++night_.attached_items;
        night_.attached = item;
      }
    }
  }

  void cancel() {
    send(scenario_.cancelled);
    wait_until_settled(doctor_, sent_);
    send(scenario_.cancellation);
    wait_until_settled(doctor_, sent_);
    night_.cancelled = item_with(doctor_, patient_of(scenario_.cancelled), "I4");
  }

  // The doctor who delegates nothing looks at what she would have gained, on her own reports.
  void preview() {
    const Session second(as(host_, scenario_.doctors[1].id));
    auto yaml = write_fiche(scenario_, 1, today_);
    const std::string refused = "mode: \"non\"", granted = "mode: faire-puis-valider";
    yaml.replace(yaml.find(refused), refused.size(), granted);
    v1::PreviewFicheRequest request;
    request.set_yaml(yaml);
    request.set_days(30);
    const auto stub = v1::DelegationService::NewStub(second.channel());
    night_.preview =
        call(second, *stub, &v1::DelegationService::Stub::PreviewFiche, request);
  }

  void in_absence() {
    const auto practice = v1::PracticeService::NewStub(assistant_.channel());
    const auto away = call(assistant_, *practice, &v1::PracticeService::Stub::DeclareAbsence,
                                                       v1::DeclareAbsenceRequest());

    const auto stub = v1::WorklistService::NewStub(doctor_.channel());
    const auto context = doctor_.context();
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::minutes{2});
    auto stream = stub->WatchItems(context.get(), v1::WatchItemsRequest());
    v1::WatchItemsResponse told;
    while (stream->Read(&told) && told.kind() != v1::WatchItemsResponse::KIND_SNAPSHOT_END) {
    }
    send(scenario_.in_absence);
    while (stream->Read(&told)) {
      if (told.kind() != v1::WatchItemsResponse::KIND_ITEM ||
          told.item().subject().patient_id() != patient_of(scenario_.in_absence) ||
          told.item().category() != v1::CATEGORY_CRITIQUE)
        continue;
      night_.critical = told.item();
      break;
    }
    context->TryCancel();
    stream->Finish();  // cancelled: this call ends it
    if (!night_.critical) return;
    expect_refusal(night_.refused, scenario_.assistant_name, claiming, [&] {
      const auto worklist = v1::WorklistService::NewStub(assistant_.channel());
      v1::ClaimItemRequest claim;
      claim.set_item_id(night_.critical->id());
      claim.set_version(night_.critical->version());
      call(assistant_, *worklist, &v1::WorklistService::Stub::ClaimItem, claim);
    });
    // She is back.
    const auto desk = v1::PracticeService::NewStub(doctor_.channel());
    v1::WithdrawFactRequest back;
    back.set_fact_id(away.fact().id());
    back.set_reason("De retour.");
    call(doctor_, *desk, &v1::PracticeService::Stub::WithdrawFact, back);
  }

  // Half of the reports come in before the revocation, half after, and nobody waits for anything.
  void revoke() {
    const auto& reports = scenario_.while_revoked;
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (i == reports.size() / 2) {
        v1::RevokeFicheRequest request;
        request.set_fiche_id("fp-" + scenario_.doctors[0].id + "-" + scenario_.assistant_id);
        request.set_task_id("bio-triage");
        request.set_reason("Je reprends le tri.");
        const auto stub = v1::DelegationService::NewStub(doctor_.channel());
        call(doctor_, *stub, &v1::DelegationService::Stub::RevokeFiche, request);
        revoked_at_ = std::chrono::steady_clock::now();
      }
      send(reports[i]);
    }
    night_.revoked_sent = reports.size();
    wait_until_settled(doctor_, sent_);
    const auto stub = v1::WorklistService::NewStub(doctor_.channel());
    std::string one_item;
    const auto held = list(doctor_, *stub);
    for (const auto& report : reports) {
      const auto found = std::find_if(held.begin(), held.end(), [&](const auto& item) {
        return item.subject().patient_id() == patient_of(report);
      });
      if (found == held.end()) continue;
      ++night_.revoked_found;
      one_item = found->id();
    }
    const auto theirs = v1::WorklistService::NewStub(assistant_.channel());
    night_.left_to_assistant = list(assistant_, *theirs).size();
    expect_refusal(night_.refused, scenario_.assistant_name, after_revocation, [&] {
      v1::GetItemRequest get;
      get.set_item_id(one_item);
      call(assistant_, *theirs, &v1::WorklistService::Stub::GetItem, get);
    });
  }

  // A new version gives the task back. A fiche counts in seconds: one signed in that of the revocation is revoked.
  void delegate_again() {
    std::this_thread::sleep_until(revoked_at_ + std::chrono::seconds{1});
    auto yaml = write_fiche(scenario_, 0, today_);
    const auto replace = [&](const std::string& what, std::size_t length, const std::string& with) {
      const auto at = yaml.find(what);
      if (at == std::string::npos) throw std::logic_error("the fiche has no " + what);
      yaml.replace(at, length, with);
    };
    const std::string version = "version: 1", start = "validite: {du: ";
    replace(version, version.size(), "version: 2");
    replace(start, start.size() + today_.size(), start + today_);
    sign_fiche(host_, scenario_.doctors[0].id, scenario_.assistant_id, yaml);
    v1::EnableTaskRequest enable;
    enable.set_doctor_id(scenario_.doctors[0].id);
    enable.set_task_id("bio-triage");
    const auto stub = v1::DelegationService::NewStub(assistant_.channel());
    call(assistant_, *stub, &v1::DelegationService::Stub::EnableTask, enable);
    wait_until_settled(doctor_, sent_);
    night_.sorted_again = list(assistant_, *v1::WorklistService::NewStub(assistant_.channel())).size();
  }

  const Connection& host_;
  const Scenario& scenario_;
  const std::string today_, folder_;
  std::size_t sent_;
  const Session software_, doctor_, assistant_;
  std::chrono::steady_clock::time_point revoked_at_;
  Night night_;
};

void compare(std::vector<std::string>& found, const DemoReport& report, const std::optional<v1::WorklistItem>& item) {
  if (!item) {
    found.push_back(report.what + " : introuvable sur la liste");
    return;
  }
  if (relais::cli::category_word(item->category()) != report.answer.category)
    found.push_back(fmt::format("{} : attendu « {} », trouvé « {} »", report.what, report.answer.category,
                                relais::cli::category_word(item->category())));
  for (const auto& rule : report.answer.rules)
    if (std::none_of(item->reasons().begin(), item->reasons().end(),
                     [&](const auto& reason) { return reason.rule() == rule; }))
      found.push_back(fmt::format("{} : motif {} absent", report.what, rule));
}

}  // namespace

Night play_night(const Connection& host, const Scenario& scenario, const std::string& today, const std::string& folder,
                 std::size_t sent) {
  return NightShift(host, scenario, today, folder, sent).play();
}

std::vector<std::string> differences(const Scenario& scenario, const Night& night) {
  std::vector<std::string> found;
  compare(found, scenario.local_codes, night.attached);
  if (night.attached_items > 1)
    found.push_back(fmt::format("{} : {} éléments pour un compte rendu", scenario.local_codes.what, night.attached_items));
  compare(found, scenario.cancellation, night.cancelled);
  compare(found, scenario.in_absence, night.critical);
  const auto own = std::count_if(scenario.reports.begin(), scenario.reports.end(),
                                 [](const auto& report) { return report.answer.doctor == "nguyen"; });
  int previewed = 0;
  for (const auto& task : night.preview.tasks())
    if (task.task_id() == "bio-triage")
      for (const auto& [category, count] : task.items_by_category()) previewed += count;
  if (previewed != own) found.push_back(fmt::format("aperçu : {} biologies attendues, {} trouvées", own, previewed));
  for (const auto& [what, code] : {std::pair{claiming, "R13"}, std::pair{after_revocation, "R07"}})
    if (std::none_of(night.refused.begin(), night.refused.end(),
                     [&, w = what, c = code](const auto& one) { return one.what == w && one.code == c; }))
      found.push_back(fmt::format("refus {} attendu pour « {} »", code, what));
  if (night.revoked_found != night.revoked_sent)
    found.push_back(fmt::format("révocation en cours : {} comptes rendus envoyés, {} sur la liste du médecin",
                                night.revoked_sent, night.revoked_found));
  if (night.left_to_assistant != 0)
    found.push_back(fmt::format("après la révocation, l'assistante voit encore {} éléments", night.left_to_assistant));
  if (night.sorted_again < night.revoked_sent)
    found.push_back(fmt::format("déléguée à nouveau : l'assistante ne voit que {} éléments", night.sorted_again));
  if (night.ledger != "ok") found.push_back("journal : " + night.ledger);
  return found;
}

}  // namespace demo

// SPDX-License-Identifier: Apache-2.0
#include "evening_load.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "api/rpc_status.h"
#include "relais/v1/audit.grpc.pb.h"
#include "relais/v1/identity.grpc.pb.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"

namespace relais::chaos {
namespace {

constexpr std::chrono::seconds patience{120};
constexpr auto plugin = "bio-triage";

// A host that is there says why it refuses.
bool gone(const grpc::Status& status) {
  return status.error_details().empty() && (status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                                            status.error_code() == grpc::StatusCode::CANCELLED);
}

std::shared_ptr<grpc::Channel> connect(const std::string& address) {
  // One channel a person and a host: a channel that has seen its host die waits before it tries again.
  grpc::ChannelArguments own;
  own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), own);
}

}  // namespace

// One signed-in person; calls answer false once the host is gone.
class EveningLoad::Person {
 public:
  Person(EveningLoad& load, const std::string& account, const std::string& address)
      : load_(load), account_(account), channel_(connect(address)), token_(load.token(account, channel_)) {}

  const std::string& account() const { return account_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  std::unique_ptr<grpc::ClientContext> context() const {
    auto made = std::make_unique<grpc::ClientContext>();
    made->AddMetadata("authorization", "Bearer " + token_);
    made->set_deadline(std::chrono::system_clock::now() + patience);
    return made;
  }

  template <class Stub, class Request, class Response>
  grpc::Status call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    const auto status = (stub.*method)(context().get(), request, &response);
    if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED) {
      const std::lock_guard lock(load_.mutex_);
      load_.tokens_.erase(account_);
    }
    if (gone(status)) alive_ = false;
    if (!status.ok()) {
      const std::lock_guard lock(load_.mutex_);
      load_.note_refusal(status);
    }
    return status;
  }

  bool alive() const { return alive_ && !token_.empty() && !load_.stopping_; }
  void died() { alive_ = false; }

 private:
  EveningLoad& load_;
  const std::string account_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::string token_;
  bool alive_ = true;
};

EveningLoad::EveningLoad(demo::Scenario scenario, std::string today, std::string password)
    : scenario_(std::move(scenario)), today_(std::move(today)), password_(std::move(password)) {}

std::string EveningLoad::token(const std::string& account, const std::shared_ptr<grpc::Channel>& channel) {
  {
    const std::lock_guard lock(mutex_);
    // A session outlives the host that gave it: it stands in the database.
    if (const auto held = tokens_.find(account); held != tokens_.end()) return held->second;
  }
  v1::SignInRequest request;
  request.set_login(account);
  request.set_password(password_);
  v1::SignInResponse response;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + patience);
  if (!v1::IdentityService::NewStub(channel)->SignIn(&context, request, &response).ok()) return {};
  const std::lock_guard lock(mutex_);
  return tokens_[account] = response.token();
}

// A report that nobody has sent, or one whose sending was not answered, or one that was.
std::string EveningLoad::next_message(std::mt19937& random) {
  const std::lock_guard lock(mutex_);
  if (!unanswered_.empty()) {
    auto again = std::move(unanswered_.back());
    unanswered_.pop_back();
    return again;
  }
  if (!sent_before_.empty() && random() % 8 == 0) return sent_before_[random() % sent_before_.size()];
  return new_report(random);
}

// With mutex_ held.
std::string EveningLoad::new_report(std::mt19937& random) {
  // The first fifteen are plain reports with something to say; the rest of the evening is plain and normal.
  auto report = scenario_.reports[random() % 2 == 0 ? random() % 15 : scenario_.reports.size() - 1];
  ++number_;
  report.patient = random() % scenario_.patients.size();
  report.document_id = "1.2.250.1.213.1.1.1.56.2026." + std::to_string(number_);
  report.set_id = "1.2.250.1.213.1.1.1.56.9000." + std::to_string(number_);
  return demo::write_cda(scenario_, report, today_);
}

void EveningLoad::send(Person& laboratory, std::mt19937 random) {
  for (auto left = 5 + random() % 40; left > 0 && laboratory.alive(); --left)
    if (submit(laboratory, next_message(random)).error_code() == grpc::StatusCode::UNAUTHENTICATED) return;
}

grpc::Status EveningLoad::submit(Person& laboratory, std::string bytes) {
  v1::SubmitResponse receipt;
  const auto context = laboratory.context();
  const auto stream = v1::IngestService::NewStub(laboratory.channel())->Submit(context.get(), &receipt);
  v1::SubmitRequest chunk;
  chunk.set_source("chaos");
  chunk.set_file_name("bio.xml");
  chunk.set_chunk(bytes);
  if (stream->Write(chunk)) stream->WritesDone();
  const auto status = stream->Finish();
  const std::lock_guard lock(mutex_);
  if (status.ok()) {
    answered_.messages[receipt.inbound_id()] = receipt.sha256();
    sent_before_.push_back(std::move(bytes));
    answered_more_.notify_all();
    return status;
  }
  unanswered_.push_back(std::move(bytes));
  note_refusal(status);
  if (gone(status)) laboratory.died();
  return status;
}

void EveningLoad::assist(Person& assistant, std::mt19937 random) {
  using Stub = v1::WorklistService::Stub;
  const auto stub = v1::WorklistService::NewStub(assistant.channel());
  // The answer to an act that takes the item out of the caller's sight holds nothing of it.
  const auto keep = [&](const grpc::Status& status, const std::string& id, const v1::WorklistItem& item) {
    if (!status.ok()) return;
    const std::lock_guard lock(mutex_);
    answered_.acts.push_back({id, item.version(), assistant.account()});
    answered_more_.notify_all();
  };
  while (assistant.alive()) {
    v1::ListItemsResponse list;
    if (!assistant.call(*stub, &Stub::ListItems, v1::ListItemsRequest{}, list).ok() && !assistant.alive()) return;
    if (list.items().empty()) continue;
    auto item = list.items(static_cast<int>(random() % static_cast<unsigned>(list.items_size())));
    v1::ClaimItemRequest claim;
    claim.set_item_id(item.id());
    claim.set_version(item.version());
    v1::ClaimItemResponse claimed;
    const auto status = assistant.call(*stub, &Stub::ClaimItem, claim, claimed);
    keep(status, item.id(), claimed.item());
    if (!status.ok()) continue;
    v1::AddNoteRequest note;
    note.set_item_id(item.id());
    note.set_text("Mot " + std::to_string(random()) + "-" + std::to_string(random()));
    v1::AddNoteResponse noted;
    const auto written = assistant.call(*stub, &Stub::AddNote, note, noted);
    keep(written, item.id(), noted.item());
    if (!written.ok()) continue;
    {
      const std::lock_guard lock(mutex_);
      answered_.notes.push_back(note.text());
    }
    if (random() % 2 == 0) {
      v1::PrepareItemRequest prepare;
      prepare.set_item_id(item.id());
      prepare.set_version(noted.item().version());
      v1::PrepareItemResponse prepared;
      keep(assistant.call(*stub, &Stub::PrepareItem, prepare, prepared), item.id(), prepared.item());
    } else {
      v1::HandOverItemRequest hand_over;
      hand_over.set_item_id(item.id());
      hand_over.set_version(noted.item().version());
      hand_over.set_reason("Le patient demande à vous parler.");
      v1::HandOverItemResponse handed;
      keep(assistant.call(*stub, &Stub::HandOverItem, hand_over, handed), item.id(), handed.item());
    }
  }
}

void EveningLoad::doctor(Person& doctor, std::mt19937 random) {
  using Stub = v1::WorklistService::Stub;
  const auto stub = v1::WorklistService::NewStub(doctor.channel());
  while (doctor.alive()) {
    v1::ListItemsResponse list;
    if (!doctor.call(*stub, &Stub::ListItems, v1::ListItemsRequest{}, list).ok() && !doctor.alive()) return;
    if (!list.items().empty()) {
      const auto& item = list.items(static_cast<int>(random() % static_cast<unsigned>(list.items_size())));
      v1::ValidateItemRequest validate;
      validate.set_item_id(item.id());
      validate.set_version(item.version());
      v1::ValidateItemResponse validated;
      if (doctor.call(*stub, &Stub::ValidateItem, validate, validated).ok()) {
        const std::lock_guard lock(mutex_);
        answered_.acts.push_back({item.id(), validated.item().version(), doctor.account()});
        answered_more_.notify_all();
      }
    }
    if (random() % 6 != 0) continue;
    v1::FreezeNormalsRequest freeze;
    freeze.set_task_id(plugin);
    v1::FreezeNormalsResponse frozen;
    if (!doctor.call(*stub, &Stub::FreezeNormals, freeze, frozen).ok()) continue;
    v1::SignNormalsRequest sign;
    sign.set_frozen_list_id(frozen.frozen_list_id());
    sign.set_expected_sha256(frozen.sha256());
    v1::SignNormalsResponse done;
    if (!doctor.call(*stub, &Stub::SignNormals, sign, done).ok()) continue;
    const std::lock_guard lock(mutex_);
    for (const auto& id : done.signed_item_ids()) answered_.acts.push_back({id, 0, doctor.account()});
  }
}

// What a stopped plugin did not evaluate is looked at again, all of it, when it starts.
void EveningLoad::administer(Person& administrator, std::mt19937 random) {
  using Stub = v1::PluginService::Stub;
  const auto stub = v1::PluginService::NewStub(administrator.channel());
  const bool stops = random() % 3 == 0;
  v1::EnablePluginRequest enable;
  enable.set_plugin_id(plugin);
  v1::EnablePluginResponse enabled;
  if (!administrator.alive() || !administrator.call(*stub, &Stub::EnablePlugin, enable, enabled).ok() || !stops) return;
  while (administrator.alive()) {
    v1::DisablePluginRequest disable;
    disable.set_plugin_id(plugin);
    v1::DisablePluginResponse disabled;
    if (!administrator.call(*stub, &Stub::DisablePlugin, disable, disabled).ok()) return;
    if (!administrator.call(*stub, &Stub::EnablePlugin, enable, enabled).ok()) return;
    const std::lock_guard lock(mutex_);
    ++switches_;
  }
}

// With mutex_ held.
void EveningLoad::note_refusal(const grpc::Status& status) {
  const auto detail = relais::api::error_detail(status);
  if (detail.code().empty() && gone(status)) return;
  auto& refusal = refusals_[detail.code()];
  if (refusal.times++ == 0) refusal.sentence = detail.sentence();
}

void EveningLoad::sign_in(const std::string& address) {
  for (const auto& account :
       {std::string("logiciel"), scenario_.assistant_id, scenario_.doctors.front().id, std::string("admin")})
    Person(*this, account, address);
}

void EveningLoad::forget_sessions() {
  const std::lock_guard lock(mutex_);
  tokens_.clear();
}

std::size_t EveningLoad::answers() {
  const std::lock_guard lock(mutex_);
  return answered_.messages.size() + answered_.acts.size();
}

bool EveningLoad::wait_for_answers(std::size_t answers, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return answered_more_.wait_for(
      lock, time, [&] { return answered_.messages.size() + answered_.acts.size() >= answers; });
}

std::size_t EveningLoad::plugin_switches() {
  const std::lock_guard lock(mutex_);
  return switches_;
}

std::size_t EveningLoad::messages() {
  const std::lock_guard lock(mutex_);
  return answered_.messages.size();
}

std::map<std::string, Refusal> EveningLoad::refusals() {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

void EveningLoad::start(const std::string& address, std::uint32_t seed) {
  stopping_ = false;
  const auto as = [&, this](const std::string& account, void (EveningLoad::*work)(Person&, std::mt19937),
                            std::uint32_t salt) {
    threads_.emplace_back([this, account, work, address, random = std::mt19937(seed ^ salt)] {
      Person person(*this, account, address);
      (this->*work)(person, random);
    });
  };
  as("logiciel", &EveningLoad::send, 0x1111U);
  as(scenario_.assistant_id, &EveningLoad::assist, 0x2222U);
  as(scenario_.doctors.front().id, &EveningLoad::doctor, 0x3333U);
  as("admin", &EveningLoad::administer, 0x4444U);
}

void EveningLoad::send_while_stopped(const std::string& address, int reports) {
  stopping_ = false;
  Person administrator(*this, "admin", address);
  v1::DisablePluginRequest disable;
  disable.set_plugin_id(plugin);
  v1::DisablePluginResponse disabled;
  if (!administrator.call(*v1::PluginService::NewStub(administrator.channel()),
                          &v1::PluginService::Stub::DisablePlugin, disable, disabled).ok())
    throw std::runtime_error("the plugin does not stop");
  Person laboratory(*this, "logiciel", address);
  std::mt19937 random(1);
  for (int sent = 0; sent < reports; ++sent) {
    std::unique_lock lock(mutex_);
    auto bytes = new_report(random);
    lock.unlock();
    if (!submit(laboratory, std::move(bytes)).ok()) throw std::runtime_error("a report was not taken in");
  }
}

void EveningLoad::stop() {
  stopping_ = true;
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

std::string EveningLoad::settle(const std::string& address) {
  stopping_ = false;
  Person administrator(*this, "admin", address);
  v1::EnablePluginRequest enable;
  enable.set_plugin_id(plugin);
  v1::EnablePluginResponse enabled;
  const auto on = administrator.call(*v1::PluginService::NewStub(administrator.channel()),
                                     &v1::PluginService::Stub::EnablePlugin, enable, enabled);
  if (!on.ok()) return "EnablePlugin: " + on.error_message();
  Person software(*this, "logiciel", address);
  const auto stub = v1::IngestService::NewStub(software.channel());
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    v1::GetProgressResponse progress;
    const auto status =
        software.call(*stub, &v1::IngestService::Stub::GetProgress, v1::GetProgressRequest{}, progress);
    if (!status.ok()) return "GetProgress: " + status.error_message();
    if (progress.unread() == 0 && progress.unsorted() == 0) return {};
    if (std::chrono::steady_clock::now() > until)
      return std::to_string(progress.unread()) + " unread, " + std::to_string(progress.unsorted()) + " unsorted";
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
}

std::string EveningLoad::verify_ledger(const std::string& address) {
  stopping_ = false;
  Person doctor(*this, scenario_.doctors.front().id, address);
  v1::VerifyLedgerResponse answer;
  const auto status = doctor.call(*v1::AuditService::NewStub(doctor.channel()),
                                  &v1::AuditService::Stub::VerifyLedger, v1::VerifyLedgerRequest{}, answer);
  if (!status.ok()) return "VerifyLedger: " + status.error_message();
  return answer.intact() ? "ok" : answer.code() + " at " + std::to_string(answer.first_wrong());
}

}  // namespace relais::chaos

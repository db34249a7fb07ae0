// SPDX-License-Identifier: Apache-2.0
#include "practice.h"

#include <date/date.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "client.h"
#include "domain/civil_time.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/identity.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"

namespace demo {
using relais::cli::CallFailed;
using relais::cli::Connection;
using relais::cli::Session;

namespace {

std::string password() { return relais::cli::read_secret("RELAIS_PASSWORD", "Mot de passe de la démonstration : "); }

void create_account(const Session& admin, const std::string& id, const std::string& name, v1::Role role,
                    const std::string& national_id) {
  const auto stub = v1::IdentityService::NewStub(admin.channel());
  v1::CreateAccountRequest request;
  request.set_id(id);
  request.set_login(id);
  request.set_display_name(name);
  request.set_role(role);
  request.set_national_id(national_id);
  request.set_password(password());
  call(admin, *stub, &v1::IdentityService::Stub::CreateAccount, request);
}

v1::Patient to_patient(const DemoPatient& one) {
  v1::Patient patient;
  patient.set_id(one.id);
  patient.mutable_ins()->set_value(one.ins);
  patient.mutable_ins()->set_oid("1.2.250.1.213.1.4.10");
  auto& traits = *patient.mutable_traits();
  traits.set_birth_family(one.family);
  traits.set_birth_given_all(one.given);
  traits.set_birth_given_first(one.given);
  traits.set_birth_date(one.birth_date);
  traits.set_sex(one.female ? v1::SEX_FEMALE : v1::SEX_MALE);
  traits.set_birth_place_insee(one.birth_place);
  patient.set_identity_status(v1::IDENTITY_STATUS_QUALIFIEE);
  patient.set_treating_doctor_id(one.treating_doctor);
  return patient;
}

std::int64_t to_ms(const std::string& iso) {
  const date::sys_days day = relais::fiche::parse_date(iso).value();
  return std::chrono::duration_cast<std::chrono::milliseconds>((day + std::chrono::hours{7}).time_since_epoch())
      .count();
}

v1::HistoryReport to_history(const DemoPatient& patient, const DemoHistory& past, const std::string& prescriber,
                             std::size_t number) {
  v1::HistoryReport history;
  auto& report = *history.mutable_report();
  report.set_id(fmt::format("{}-h{}", patient.id, number));
  report.set_patient_id(patient.id);
  report.set_identity_match(v1::IDENTITY_MATCH_UNIQUE);
  report.set_source_format("manual");
  report.set_status(v1::REPORT_STATUS_FINAL);
  report.set_prescriber_id(prescriber);
  report.set_collected_ms(to_ms(past.collected));
  report.set_received_ms(to_ms(past.collected));
  std::size_t index = 0;
  for (const auto& result : past.results) {
    auto& observation = *history.add_observations();
    observation.set_id(fmt::format("{}-o{}", report.id(), ++index));
    observation.set_report_id(report.id());
    observation.set_code(result.code);
    observation.set_code_system("loinc");
    observation.set_label(result.label);
    observation.set_value_type(v1::VALUE_TYPE_NUMERIC);
    observation.set_value(result.value);
    observation.set_value_text(fmt::format("{:g}", result.value));
    observation.set_unit(result.unit);
    observation.set_low(result.low);
    observation.set_high(result.high);
    observation.set_flag(result.flag);
    observation.set_collected_ms(report.collected_ms());
    observation.set_history(true);
    observation.set_seen_by_doctor(true);
  }
  return history;
}

void set_signing_key(const Connection& host, const std::string& account) {
  const Session session(as(host, account));
  const auto identity = v1::IdentityService::NewStub(session.channel());
  v1::SetSigningKeyRequest key;
  key.set_password(password());
  call(session, *identity, &v1::IdentityService::Stub::SetSigningKey, key);
}

}  // namespace

void sign_fiche(const Connection& host, const std::string& doctor, const std::string& assistant,
                const std::string& yaml) {
  const Session session(as(host, doctor));
  const auto delegation = v1::DelegationService::NewStub(session.channel());
  v1::PutDraftRequest draft;
  draft.set_yaml(yaml);
  const auto stored = call(session, *delegation, &v1::DelegationService::Stub::PutDraft, draft).fiche();
  v1::SignFicheRequest signature;
  signature.set_fiche_id(stored.id());
  signature.set_version(stored.version());
  signature.set_expected_sha256(stored.sha256());
  signature.set_password(password());
  const auto signed_fiche = call(session, *delegation, &v1::DelegationService::Stub::SignFiche, signature).fiche();

  const Session assistant_session(as(host, assistant));
  v1::AnswerFicheRequest answer;
  answer.set_fiche_id(signed_fiche.id());
  answer.set_version(signed_fiche.version());
  answer.set_expected_sha256(signed_fiche.sha256());
  answer.set_answer(v1::FICHE_ANSWER_ACCEPT);
  answer.set_password(password());
  call(assistant_session, *delegation, &v1::DelegationService::Stub::AnswerFiche, answer);
}

void open_accounts(const Connection& host, const Scenario& scenario, const std::string& plugin_directory) {
  const Session admin(as(host, "admin"));
  for (const auto& doctor : scenario.doctors)
    create_account(admin, doctor.id, doctor.name, v1::ROLE_DOCTOR, doctor.national_id);
  create_account(admin, scenario.assistant_id, scenario.assistant_name, v1::ROLE_ASSISTANT, {});
  create_account(admin, "logiciel", "Logiciel de démonstration", v1::ROLE_EDITOR, {});

  const auto record = v1::PatientRecordService::NewStub(admin.channel());
  v1::PutPractitionersRequest practitioners;
  for (const auto& doctor : scenario.doctors) {
    auto& one = *practitioners.add_practitioners();
    one.set_id(doctor.id);
    one.set_national_id(doctor.national_id);
    one.set_display_name(doctor.name);
  }
  call(admin, *record, &v1::PatientRecordService::Stub::PutPractitioners, practitioners);

  if (plugin_directory.empty()) return;
  const auto plugins = v1::PluginService::NewStub(admin.channel());
  v1::InstallPluginRequest install;
  install.set_directory(plugin_directory);
  call(admin, *plugins, &v1::PluginService::Stub::InstallPlugin, install);
}

void fill_record(const Connection& host, const Scenario& scenario) {
  {
    const Session doctor(as(host, scenario.doctors.front().id));
    const auto record = v1::PatientRecordService::NewStub(doctor.channel());
    v1::PutPatientsRequest patients;
    for (const auto& one : scenario.patients) *patients.add_patients() = to_patient(one);
    call(doctor, *record, &v1::PatientRecordService::Stub::PutPatients, patients);
  }
  const Session software(as(host, "logiciel"));
  const auto record = v1::PatientRecordService::NewStub(software.channel());
  v1::ImportHistoryRequest batch;
  const auto send = [&] {
    if (batch.reports().empty()) return;
    call(software, *record, &v1::PatientRecordService::Stub::ImportHistory, batch);
    batch.clear_reports();
  };
  for (const auto& patient : scenario.patients) {
    std::size_t number = 0;
    for (const auto& past : patient.history)
      *batch.add_reports() = to_history(patient, past, patient.treating_doctor, ++number);
    if (batch.reports_size() >= 190) send();
  }
  send();
}

void sign_fiches(const Connection& host, const Scenario& scenario, const std::string& today, const std::string& folder) {
  std::filesystem::create_directories(folder);
  set_signing_key(host, scenario.assistant_id);
  for (std::size_t i = 0; i < scenario.doctors.size(); ++i) {
    const auto yaml = write_fiche(scenario, i, today);
    std::ofstream(folder + "/fiche-" + scenario.doctors[i].id + ".yaml") << yaml;
    set_signing_key(host, scenario.doctors[i].id);
    sign_fiche(host, scenario.doctors[i].id, scenario.assistant_id, yaml);
  }
}

std::vector<Refused> sign_and_enable(const Connection& host, const Scenario& scenario, const std::string& today,
                                     const std::string& folder) {
  sign_fiches(host, scenario, today, folder);
  std::vector<Refused> refused;
  const Session assistant(as(host, scenario.assistant_id));
  const auto delegation = v1::DelegationService::NewStub(assistant.channel());
  for (const auto& doctor : scenario.doctors) {
    v1::EnableTaskRequest enable;
    enable.set_doctor_id(doctor.id);
    enable.set_task_id("bio-triage");
    try {
      call(assistant, *delegation, &v1::DelegationService::Stub::EnableTask, enable);
    } catch (const CallFailed& failed) {
      refused.push_back({scenario.assistant_name, "allumer bio-triage pour " + doctor.name,
                         failed.rule.empty() ? failed.code : failed.rule, failed.sentence, failed.unblocked_by});
    }
  }
  return refused;
}

}  // namespace demo

// SPDX-License-Identifier: Apache-2.0
#include "rights.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "client.h"
#include "domain/civil_time.h"
#include "relais/v1/delegation.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/plugin.grpc.pb.h"

namespace demo {

using relais::cli::Connection;
using relais::cli::Session;

namespace {

constexpr auto alert_task = "ald-renewal-alert";

// A right of one patient, and the title that it must get; empty when nothing is to be said yet.
struct DemoRight {
  const char* number;
  v1::RightPeriod period;
  const char* from;
  const char* until;  // notified; empty when the record holds no date
  const char* title;
};

// Days are read on 23 November 2026. The patients are the first ones of the first doctor, in this order.
constexpr DemoRight rights[] = {
    {"1", v1::RIGHT_PERIOD_FIRST, "2023-12-15", "", "ALD 1 : fin de droit le 14/12/2026"},
    {"23.a", v1::RIGHT_PERIOD_FIRST, "2021-09-30", "2026-09-29", "ALD 23.a : droit échu depuis le 30/09/2026"},
    {"30", v1::RIGHT_PERIOD_FIRST, "2022-02-04", "2027-02-03", "ALD 30 : fin de droit le 03/02/2027"},
    {"8", v1::RIGHT_PERIOD_FIRST, "2017-05-02", "", "ALD 8 : fin de droit le 01/05/2027"},
    {"31", v1::RIGHT_PERIOD_FIRST, "2023-03-03", "", "ALD 31 : date de fin inconnue"},
    {"24", v1::RIGHT_PERIOD_RENEWAL, "2026-10-01", "2031-09-30", ""},
    {"13", v1::RIGHT_PERIOD_FIRST, "2020-03-01", "2030-02-28", ""}};

std::vector<std::string> patients_of(const Scenario& scenario) {
  std::vector<std::string> ids;
  for (const auto& patient : scenario.patients)
    if (patient.treating_doctor == scenario.doctors.front().id && ids.size() < std::size(rights)) ids.push_back(patient.id);
  return ids;
}

}  // namespace

void install_rights_plugin(const Connection& host, const Scenario& scenario, const std::string& package) {
  {
    const Session admin(as(host, "admin"));
    const auto plugins = v1::PluginService::NewStub(admin.channel());
    v1::InstallPluginRequest install;
    install.set_directory(package);
    call(admin, *plugins, &v1::PluginService::Stub::InstallPlugin, install);
  }
  const Session assistant(as(host, scenario.assistant_id));
  const auto delegation = v1::DelegationService::NewStub(assistant.channel());
  v1::EnableTaskRequest enable;
  enable.set_doctor_id(scenario.doctors.front().id);
  enable.set_task_id(alert_task);
  call(assistant, *delegation, &v1::DelegationService::Stub::EnableTask, enable);
}

void fill_rights(const Connection& host, const Scenario& scenario, const std::string& today) {
  const auto ids = patients_of(scenario);
  const Session doctor(as(host, scenario.doctors.front().id));
  const auto record = v1::PatientRecordService::NewStub(doctor.channel());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    v1::PutLongTermConditionsRequest put;
    put.set_patient_id(ids[i]);
    auto& right = *put.add_conditions();
    right.set_number(rights[i].number);
    right.set_period(rights[i].period);
    right.set_from(rights[i].from);
    right.set_until(rights[i].until);
    right.set_until_source(right.until().empty() ? "unknown" : "notified");
    call(doctor, *record, &v1::PatientRecordService::Stub::PutLongTermConditions, put);
  }
  // One of them comes in a week, at half past ten in the morning (UTC + 1).
  const date::sys_days day = relais::fiche::parse_date(today).value();
  v1::PutAppointmentsRequest agenda;
  auto& visit = *agenda.add_appointments();
  visit.set_id("rdv-demo-1");
  visit.set_patient_id(ids.front());
  visit.set_doctor_id(scenario.doctors.front().id);
  visit.set_start_ms(std::chrono::duration_cast<std::chrono::milliseconds>(
                         (day + date::days(7) + std::chrono::hours(9) + std::chrono::minutes(30)).time_since_epoch())
                         .count());
  visit.set_end_ms(visit.start_ms() + 15 * 60'000);
  call(doctor, *record, &v1::PatientRecordService::Stub::PutAppointments, agenda);
}

std::vector<v1::WorklistItem> rights_alerts(const Connection& host, const Scenario& scenario, std::size_t sent) {
  const Session doctor(as(host, scenario.doctors.front().id));
  wait_until_settled(doctor, sent);
  auto items = list(doctor, *v1::WorklistService::NewStub(doctor.channel()));
  std::erase_if(items, [](const v1::WorklistItem& item) { return item.subject().task_id() != alert_task; });
  return items;
}

std::vector<std::string> rights_differences(const std::vector<v1::WorklistItem>& alerts) {
  std::vector<std::string> wrong;
  std::map<std::string, int> found;
  for (const auto& alert : alerts) ++found[alert.title()];
  std::size_t expected = 0;
  for (const auto& right : rights) {
    if (*right.title == '\0') continue;
    ++expected;
    if (found[right.title] != 1) wrong.push_back(fmt::format("ALD : « {} » attendu une fois", right.title));
  }
  if (alerts.size() != expected) wrong.push_back(fmt::format("ALD : {} alertes, {} attendues", alerts.size(), expected));
  const bool visit = std::ranges::any_of(alerts, [](const v1::WorklistItem& alert) {
    return std::ranges::any_of(alert.reasons(), [](const v1::Reason& reason) {
      return reason.sentence().find("30/11/2026 à 10 h 30") != std::string::npos;
    });
  });
  if (!visit) wrong.emplace_back("ALD : le prochain rendez-vous n'est pas dit");
  return wrong;
}

}  // namespace demo

// SPDX-License-Identifier: Apache-2.0
#include "api/role_table.h"

#include <google/protobuf/descriptor.pb.h>

#include <catch2/catch.hpp>
#include <map>

#include "fakes.h"

using namespace relais;
using namespace relais::api;

namespace {

// The whole table, written a second time on purpose: who may call what never changes by accident.
// D doctor, R replacement doctor, A assistant, S secretary, E editor, X administrator, * anybody without a token.
const std::map<std::string, std::string> expected = {
    {"IdentityService.SignIn", "*"},
    {"IdentityService.SignOut", "DRASEX"},
    {"IdentityService.WhoAmI", "DRASEX"},
    {"IdentityService.CreateAccount", "X"},
    {"IdentityService.ListAccounts", "X"},
    {"IdentityService.DisableAccount", "X"},
    {"IdentityService.ChangePassword", "DRASEX"},
    {"IdentityService.SetSigningKey", "DA"},
    {"PatientRecordService.SearchPatients", "DRAS"},
    {"PatientRecordService.GetPatient", "DRA"},
    {"PatientRecordService.ListReports", "DRA"},
    {"PatientRecordService.ListObservations", "DRA"},
    {"PatientRecordService.PutPractitioners", "EX"},
    {"PatientRecordService.PutPatients", "DRE"},
    {"PatientRecordService.PutClinicalContext", "DRE"},
    {"PatientRecordService.SetTarget", "DR"},
    {"PatientRecordService.DeclareKnownAnomaly", "DR"},
    {"PatientRecordService.ImportHistory", "E"},
    {"PatientRecordService.ListLongTermConditions", "DRA"},
    {"PatientRecordService.PutLongTermConditions", "DRAE"},
    {"PatientRecordService.RecordRenewalStep", "DRA"},
    {"PatientRecordService.PutAppointments", "DRASE"},
    {"PatientRecordService.ListImmunizations", "DRA"},
    {"PatientRecordService.RecordImmunization", "DRAE"},
    {"PatientRecordService.ConfirmImmunization", "DR"},
    {"PatientRecordService.CorrectImmunization", "DRA"},
    {"PatientRecordService.EnterImmunizationInError", "DRA"},
    {"PatientRecordService.ListImmunizationConflicts", "DRA"},
    {"PatientRecordService.ResolveImmunizationConflict", "DR"},
    {"PatientRecordService.PutDocuments", "DE"},
    {"PatientRecordService.PutMessages", "DE"},
    {"SchedulingService.ListSchedules", "DRASE"},
    {"SchedulingService.PutSchedule", "DSE"},
    {"SchedulingService.SearchSlots", "DRASE"},
    {"SchedulingService.ProposeVisits", "DRAS"},
    {"SchedulingService.HoldSlot", "DRAS"},
    {"SchedulingService.ReleaseHold", "DRAS"},
    {"SchedulingService.ConfirmAppointment", "DRAS"},
    {"SchedulingService.MoveAppointment", "DRAS"},
    {"SchedulingService.CancelAppointment", "DRASE"},
    {"SchedulingService.RecordAttendance", "DRAS"},
    {"SchedulingService.ListAppointments", "DRASE"},
    {"SchedulingService.ExportAgenda", "DRASE"},
    {"SchedulingService.ImportBusyTime", "DRASE"},
    {"SchedulingService.ListBusyTime", "DRASE"},
    {"SchedulingService.GetAppointment", "DRASE"},
    {"SchedulingService.ListHolds", "DRAS"},
    {"SchedulingService.BookSeries", "DRAS"},
    {"SchedulingService.ListAppointmentTypes", "DRASE"},
    {"SchedulingService.PutAppointmentType", "D"},
    {"SchedulingService.GetAgendaSettings", "DRASE"},
    {"SchedulingService.PutAgendaSettings", "D"},
    {"SchedulingService.WatchAgenda", "DRAS"},
    {"IngestService.Submit", "DRAEX"},
    {"IngestService.ListQueue", "DRAS"},
    {"IngestService.GetProgress", "DRAEX"},
    {"IngestService.GetInboundMessage", "DR"},
    {"IngestService.Attach", "DR"},
    {"IngestService.Detach", "DRA"},
    {"DelegationService.PutDraft", "D"},
    {"DelegationService.CheckFiche", "DRAX"},
    {"DelegationService.SignFiche", "D"},
    {"DelegationService.GetDifference", "DA"},
    {"DelegationService.AnswerFiche", "A"},
    {"DelegationService.RevokeFiche", "D"},
    {"DelegationService.GetFiche", "DAX"},
    {"DelegationService.ListFiches", "DAX"},
    {"DelegationService.ExplainDecision", "DRAX"},
    {"DelegationService.EnableTask", "A"},
    {"DelegationService.DisableTask", "A"},
    {"DelegationService.ListActivations", "DAX"},
    {"DelegationService.PreviewTask", "DA"},
    {"DelegationService.PreviewFiche", "D"},
    {"WorklistService.ListItems", "DRA"},
    {"WorklistService.GetItem", "DRA"},
    {"WorklistService.WatchItems", "DRA"},
    {"WorklistService.ClaimItem", "DRA"},
    {"WorklistService.ReleaseItem", "DRA"},
    {"WorklistService.AddNote", "DRA"},
    {"WorklistService.MarkSeen", "DR"},
    {"WorklistService.ListNotices", "DRASX"},
    {"WorklistService.MarkNoticeSeen", "DRASX"},
    {"WorklistService.PrepareItem", "A"},
    {"WorklistService.HandOverItem", "A"},
    {"WorklistService.CloseItem", "A"},
    {"WorklistService.ValidateItem", "DR"},
    {"WorklistService.ReturnItem", "DR"},
    {"WorklistService.FreezeNormals", "DR"},
    {"WorklistService.SignNormals", "DR"},
    {"WorklistService.ListNotEvaluated", "DRA"},
    {"WorklistService.ListDigest", "DR"},
    {"WorklistService.MarkDigestSeen", "DR"},
    {"WorklistService.RecordContact", "DRA"},
    {"WorklistService.ListContacts", "DRA"},
    {"WorklistService.PutContactRule", "DR"},
    {"WorklistService.GetContactRule", "DRA"},
    {"WorklistService.PutMessageTemplate", "D"},
    {"WorklistService.ListMessageTemplates", "DRA"},
    {"WorklistService.PrepareMessage", "DRA"},
    {"PracticeService.DeclarePresence", "DRE"},
    {"PracticeService.GetPresence", "DRASEX"},
    {"PracticeService.DeclareLocum", "DX"},
    {"PracticeService.SetHolidayRegion", "DX"},
    {"PracticeService.AddClosure", "DX"},
    {"PracticeService.DeclareAbsence", "DAX"},
    {"PracticeService.GetCalendar", "DRASEX"},
    {"PracticeService.DeclareKinship", "A"},
    {"PracticeService.RecordOpposition", "DRAS"},
    {"PracticeService.GetPatientStanding", "DRAS"},
    {"PracticeService.RestrictItem", "DRE"},
    {"PracticeService.AddAttestation", "DX"},
    {"PracticeService.RevokeTitle", "DX"},
    {"PracticeService.RecordContractDate", "DX"},
    {"PracticeService.ListQuestions", "DX"},
    {"PracticeService.AnswerQuestion", "D"},
    {"PracticeService.WithdrawFact", "DREX"},
    {"PracticeService.ListFacts", "DRASX"},
    {"PluginService.InstallPlugin", "X"},
    {"PluginService.ListPlugins", "DRAEX"},
    {"PluginService.ListRules", "DRAX"},
    {"PluginService.GetSettings", "DRAX"},
    {"PluginService.PutSettings", "D"},
    {"PluginService.EnablePlugin", "X"},
    {"PluginService.DisablePlugin", "DX"},
    {"PluginService.UninstallPlugin", "X"},
    {"PluginService.AcceptPluginRights", "D"},
    {"PluginService.ListTrustedKeys", "DX"},
    {"PluginService.TrustKey", "X"},
    {"PluginService.ReplaceKey", "X"},
    {"PluginService.RevokeKeys", "X"},
    {"PluginService.ListPluginEvents", "DEX"},
    {"PluginService.ReplayItem", "DR"},
    {"PluginService.ShadowPlugin", "D"},
    {"PluginService.StartLiveShadow", "D"},
    {"PluginService.StopLiveShadow", "D"},
    {"PluginService.GetLiveShadow", "D"},
    {"AuditService.QueryLedger", "DAX"},
    {"AuditService.VerifyLedger", "DX"},
    {"AuditService.ExportLedger", "DX"},
};

char letter(v1::Role role) {
  switch (role) {
    case v1::ROLE_DOCTOR: return 'D';
    case v1::ROLE_REPLACEMENT_DOCTOR: return 'R';
    case v1::ROLE_ASSISTANT: return 'A';
    case v1::ROLE_SECRETARY: return 'S';
    case v1::ROLE_EDITOR: return 'E';
    case v1::ROLE_ADMINISTRATOR: return 'X';
    default: return '?';
  }
}

google::protobuf::MethodDescriptorProto method_with(const v1::Access* access) {
  google::protobuf::MethodDescriptorProto method;
  method.set_name("M");
  method.set_input_type("T");
  method.set_output_type("T");
  if (access != nullptr) method.mutable_options()->MutableExtension(v1::access)->CopyFrom(*access);
  return method;
}

// Why a method with this option is refused.
std::string problem_of(const v1::Access* access) {
  google::protobuf::FileDescriptorProto file;
  file.set_name("made_in_a_test.proto");
  file.add_message_type()->set_name("T");
  auto* service = file.add_service();
  service->set_name("S");
  *service->add_method() = method_with(access);
  google::protobuf::DescriptorPool pool;
  const auto* built = pool.BuildFile(file);
  REQUIRE(built != nullptr);
  return access_problem(*built->service(0)->method(0));
}

}  // namespace

TEST_CASE("every method of the contract is open to exactly the roles of the table") {
  const RoleTable table;
  CHECK(table.rules().size() == expected.size());
  for (const auto& [path, rule] : table.rules()) {
    const auto row = expected.find(rule.name);
    INFO(rule.name);
    REQUIRE(row != expected.end());
    for (const auto role : FakeAuthenticator::all_roles()) {
      INFO(letter(role));
      const bool open = row->second == "*" || row->second.find(letter(role)) != std::string::npos;
      CHECK(rule.allow(role).has_value() == open);
    }
    CHECK(rule.access.public_() == (row->second == "*"));
    // Nobody holds these two: no method may be open to them but the public one.
    CHECK(rule.allow(v1::ROLE_SYSTEM).has_value() == rule.access.public_());
    CHECK(rule.allow(v1::ROLE_UNSPECIFIED).has_value() == rule.access.public_());
  }
}

TEST_CASE("a method is found by its path on the wire and nothing else is") {
  const RoleTable table;
  REQUIRE(table.find("/relais.v1.WorklistService/ClaimItem") != nullptr);
  CHECK(table.find("/relais.v1.WorklistService/claimItem") == nullptr);
  CHECK(table.find("relais.v1.WorklistService/ClaimItem") == nullptr);
  CHECK(table.find("") == nullptr);
}

TEST_CASE("a method that does not say who may call it is a mistake of the build") {
  CHECK(problem_of(nullptr) == "no access option");
  v1::Access access;
  CHECK_FALSE(problem_of(&access).empty());
  access.add_roles(v1::ROLE_DOCTOR);
  CHECK(problem_of(&access).empty());
  access.set_public_(true);
  CHECK_FALSE(problem_of(&access).empty());
  access.set_public_(false);
  access.add_roles(v1::ROLE_SYSTEM);
  CHECK_FALSE(problem_of(&access).empty());
}

// SPDX-License-Identifier: Apache-2.0
#include "api/role_table.h"

#include <algorithm>
#include <stdexcept>

#include "relais/v1/audit.pb.h"
#include "relais/v1/delegation.pb.h"
#include "relais/v1/identity.pb.h"
#include "relais/v1/ingest.pb.h"
#include "relais/v1/patient_record.pb.h"
#include "relais/v1/plugin.pb.h"
#include "relais/v1/practice.pb.h"
#include "relais/v1/scheduling.pb.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {

std::vector<const google::protobuf::ServiceDescriptor*> contract_services() {
  // One message of each file: naming it links the file's descriptors in.
  const google::protobuf::FileDescriptor* files[] = {
      v1::WhoAmIRequest::descriptor()->file(),      v1::GetPatientRequest::descriptor()->file(),
      v1::ListSchedulesRequest::descriptor()->file(), v1::SubmitRequest::descriptor()->file(),
      v1::GetFicheRequest::descriptor()->file(),    v1::GetItemRequest::descriptor()->file(),
      v1::ListPluginsRequest::descriptor()->file(), v1::VerifyLedgerRequest::descriptor()->file(),
      v1::DeclarePresenceRequest::descriptor()->file()};
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const auto* file : files)
    for (int i = 0; i < file->service_count(); ++i) services.push_back(file->service(i));
  return services;
}

std::string access_problem(const google::protobuf::MethodDescriptor& method) {
  if (!method.options().HasExtension(v1::access)) return "no access option";
  const auto& access = method.options().GetExtension(v1::access);
  if (access.public_() == (access.roles_size() > 0)) return "roles or public, exactly one of them";
  for (const auto role : access.roles())
    if (role == v1::ROLE_UNSPECIFIED || role == v1::ROLE_SYSTEM) return "a role that no account can hold";
  if (access.public_() && access.action() != v1::DELEGATED_ACTION_UNSPECIFIED) return "a mandate without a caller";
  return {};
}

Answer<void> MethodRule::allow(v1::Role role) const {
  if (access.public_()) return {};
  if (std::find(access.roles().begin(), access.roles().end(), role) != access.roles().end()) return {};
  return refuse(Code::api_role, name + " is not open to " + v1::Role_Name(role));
}

RoleTable::RoleTable() {
  for (const auto* service : contract_services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      MethodRule rule;
      rule.path = "/" + service->full_name() + "/" + method->name();
      rule.name = service->name() + "." + method->name();
      rule.descriptor = method;
      if (const auto problem = access_problem(*method); !problem.empty()) {
        throw std::logic_error(rule.name + ": " + problem);
      }
      rule.access = method->options().GetExtension(v1::access);
      auto path = rule.path;
      by_path_.emplace(std::move(path), std::move(rule));
    }
  }
}

const MethodRule* RoleTable::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &found->second;
}

const MethodRule& RoleTable::named(std::string_view name) const {
  for (const auto& [path, rule] : by_path_)
    if (rule.name == name) return rule;
  throw std::logic_error("no method " + std::string(name) + " in the contract");
}

}  // namespace relais::api

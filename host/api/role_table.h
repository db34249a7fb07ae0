// SPDX-License-Identifier: Apache-2.0
// Second step of admission: may this role call this method? Read from the contract itself, nowhere else.
#pragma once

#include <google/protobuf/descriptor.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/caller.h"
#include "api/failure.h"
#include "relais/v1/options.pb.h"

namespace relais::api {

// One method of the contract.
struct MethodRule {
  std::string path;  // "/relais.v1.WorklistService/ClaimItem", as on the wire
  std::string name;  // "WorklistService.ClaimItem", as in the ledger
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  v1::Access access;

  // Refused with api.role, naming no role but the caller's.
  Answer<void> allow(v1::Role role) const;
};

class RoleTable {
 public:
  // Every method of the relais.v1 services, from their descriptors. Throws std::logic_error for a method that does not
  // say who may call it: such a host must not start.
  RoleTable();

  // By wire path; null for anything else.
  const MethodRule* find(std::string_view path) const;
  // By ledger name. Throws std::logic_error when the contract has no such method.
  const MethodRule& named(std::string_view name) const;
  const std::map<std::string, MethodRule, std::less<>>& rules() const { return by_path_; }

 private:
  std::map<std::string, MethodRule, std::less<>> by_path_;
};

// Why a method's access option is not usable; empty when it is.
std::string access_problem(const google::protobuf::MethodDescriptor& method);

// Services of the contract, each once.
std::vector<const google::protobuf::ServiceDescriptor*> contract_services();

}  // namespace relais::api

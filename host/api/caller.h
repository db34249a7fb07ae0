// SPDX-License-Identifier: Apache-2.0
// Who calls: a named account, never a shared one, never somebody acting as another.
#pragma once

#include <string>

#include "domain/clock.h"
#include "relais/v1/common.pb.h"
#include "relais/v1/role.pb.h"

namespace relais::api {

struct Caller {
  std::string id;  // local id: medecin.id or assistant.id of the fiches
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::string display_name;
  v1::LoginLevel login_level = v1::LOGIN_LEVEL_UNSPECIFIED;
  std::string replaces_doctor_id;  // whom a replacement doctor replaces at this instant; empty outside any replacement
  Instant expires{};               // of the token, as of this call
  Instant ends{};                  // the token is dead then, whatever is done
};

// The doctor whose items this caller answers for: the own id, or the one replaced. Empty for who is no doctor.
inline std::string answers_for(const Caller& caller) {
  if (caller.role == v1::ROLE_DOCTOR) return caller.id;
  if (caller.role == v1::ROLE_REPLACEMENT_DOCTOR) return caller.replaces_doctor_id;
  return {};
}

inline v1::Actor to_actor(const Caller& caller) {
  v1::Actor actor;
  actor.set_id(caller.id);
  actor.set_role(caller.role);
  actor.set_display_name(caller.display_name);
  actor.set_login_level(caller.login_level);
  actor.set_replaces_doctor_id(caller.replaces_doctor_id);
  return actor;
}

}  // namespace relais::api

// SPDX-License-Identifier: Apache-2.0
// A running practice whose practice.yaml may say, between two runs of its host, that a software keeps the record.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <string>

#include "relais/v1/identity.grpc.pb.h"
#include "running_practice.h"
#include "support/certificate.h"

namespace relais::test {

class PracticeElsewhere : public RunningPractice {
 public:
  PracticeElsewhere() : without_(content_of(data() / "practice.yaml")) {}

  // Starts the host again under the practice.yaml of before and these lines; without any, Relais keeps the record.
  void start_with(const std::string& lines) {
    stop();
    std::ofstream(data() / "practice.yaml") << without_ << lines;
    start();
  }
  void open_account(const std::string& id, v1::Role role) const {
    v1::CreateAccountRequest request;
    request.set_id(id);
    request.set_login(id);
    request.set_display_name(id);
    request.set_role(role);
    request.set_password(std::getenv("RELAIS_PASSWORD"));
    v1::CreateAccountResponse response;
    const cli::Session admin(connection("admin"));
    cli::Session::check(
        v1::IdentityService::NewStub(admin.channel())->CreateAccount(admin.context().get(), request, &response));
  }

 private:
  const std::string without_;
};

}  // namespace relais::test

// SPDX-License-Identifier: Apache-2.0
#include "api/admission.h"

#include <catch2/catch.hpp>

#include "fakes.h"
#include "relais/v1/delegation.pb.h"
#include "relais/v1/identity.pb.h"
#include "relais/v1/patient_record.pb.h"
#include "relais/v1/worklist.pb.h"

using namespace relais;
using namespace relais::api;

namespace {

struct Chain {
  Chain() {
    registry.unary<v1::ClaimItemRequest, v1::ClaimItemResponse>(
        "WorklistService.ClaimItem", [](Call&, const v1::ClaimItemRequest&) { return v1::ClaimItemResponse(); },
        [](const Caller&, const v1::ClaimItemRequest& asked) -> Answer<v1::Subject> {
          if (asked.item_id().empty()) return refuse(Code::not_found, "no item");
          v1::Subject subject;
          subject.set_item_id(asked.item_id());
          subject.set_task_id("bio-triage");
          return subject;
        });
    registry.unary<v1::SignInRequest, v1::SignInResponse>(
        "IdentityService.SignIn", [](Call&, const v1::SignInRequest&) { return v1::SignInResponse(); });
    registry.unary<v1::WhoAmIRequest, v1::WhoAmIResponse>(
        "IdentityService.WhoAmI", [](Call&, const v1::WhoAmIRequest&) { return v1::WhoAmIResponse(); });
    registry.unary<v1::SearchPatientsRequest, v1::SearchPatientsResponse>(
        "PatientRecordService.SearchPatients",
        [](Call&, const v1::SearchPatientsRequest&) { return v1::SearchPatientsResponse(); });
    request.set_item_id("it-1");
  }
  Answer<Call> admit(const std::string& path, const Incoming& incoming, const google::protobuf::Message& asked) {
    const auto& method = *registry.find(path);
    auto caller = admission.identify(method, incoming);
    if (!caller) return tl::unexpected<Failure>(caller.error());
    return admission.admit(method, incoming, *caller, asked);
  }
  Answer<Call> claim(v1::Role role) {
    Incoming incoming;
    incoming.call_id = "c-1";
    incoming.token = FakeAuthenticator::token_of(role);
    return admit("/relais.v1.WorklistService/ClaimItem", incoming, request);
  }

  FakeAuthenticator authenticator;
  FakeGate gate;
  FakeAudit audit;
  Admission admission{authenticator, gate, audit};
  Registry registry;
  v1::ClaimItemRequest request;
};

}  // namespace

TEST_CASE("a call without a token is refused and asks neither fiche nor ledger") {
  Chain chain;
  const auto call = chain.admit("/relais.v1.WorklistService/ClaimItem", {}, chain.request);
  REQUIRE_FALSE(call);
  CHECK(call.error().error.code == Code::api_unauthenticated);
  CHECK(chain.gate.asked.empty());
  CHECK(chain.audit.entries.empty());
}

TEST_CASE("an assistant is asked for a mandate and the entry is in the ledger before the handler") {
  Chain chain;
  const auto call = chain.claim(v1::ROLE_ASSISTANT);
  REQUIRE(call);
  REQUIRE(chain.gate.asked.size() == 1);
  CHECK(chain.gate.asked[0].action == v1::DELEGATED_ACTION_PREPARER);
  CHECK(chain.gate.asked[0].subject.item_id() == "it-1");
  CHECK(call->mandate.shown == v1::DATA_LEVEL_D3);
  REQUIRE(chain.audit.entries.size() == 1);
  CHECK(chain.audit.entries[0].event == "WorklistService.ClaimItem");
  CHECK(chain.audit.entries[0].outcome == Outcome::ok);
  CHECK(chain.audit.entries[0].subject.item_id() == "it-1");
}

TEST_CASE("a doctor acts without a fiche and still leaves an entry") {
  Chain chain;
  const auto call = chain.claim(v1::ROLE_DOCTOR);
  REQUIRE(call);
  CHECK(chain.gate.asked.empty());
  CHECK(call->mandate.shown == v1::DATA_LEVEL_D5);
  CHECK(chain.audit.entries.size() == 1);
}

TEST_CASE("a role that may not call is refused before the fiche is asked and the refusal is in the ledger") {
  Chain chain;
  const auto call = chain.claim(v1::ROLE_SECRETARY);
  REQUIRE_FALSE(call);
  CHECK(call.error().error.code == Code::api_role);
  CHECK(chain.gate.asked.empty());
  REQUIRE(chain.audit.entries.size() == 1);
  CHECK(chain.audit.entries[0].outcome == Outcome::refused);
  CHECK(chain.audit.entries[0].codes == std::vector<std::string>{"api.role"});
}

TEST_CASE("a fiche that refuses gives its rule, its sentence and who can unblock it") {
  Chain chain;
  chain.gate.refused_rule = "R08";
  const auto call = chain.claim(v1::ROLE_ASSISTANT);
  REQUIRE_FALSE(call);
  CHECK(call.error().error.code == Code::api_mandate);
  CHECK(call.error().rule == "R08");
  CHECK(call.error().unblocked_by == "le médecin");
  REQUIRE(chain.audit.entries.size() == 1);
  CHECK(chain.audit.entries[0].codes == std::vector<std::string>{"api.mandate", "R08"});
}

TEST_CASE("an unknown subject ends the call and is in the ledger") {
  Chain chain;
  chain.request.clear_item_id();
  const auto call = chain.claim(v1::ROLE_ASSISTANT);
  REQUIRE_FALSE(call);
  CHECK(call.error().error.code == Code::not_found);
  CHECK(chain.audit.entries.size() == 1);
}

TEST_CASE("nothing is done when the ledger cannot be written") {
  Chain chain;
  chain.audit.broken = true;
  const auto call = chain.claim(v1::ROLE_DOCTOR);
  REQUIRE_FALSE(call);
  CHECK(call.error().error.code == Code::api_ledger_unavailable);
}

TEST_CASE("a refusal that cannot be traced stays a refusal") {
  Chain chain;
  chain.audit.broken = true;
  const auto call = chain.claim(v1::ROLE_SECRETARY);
  REQUIRE_FALSE(call);
  CHECK(call.error().error.code == Code::api_ledger_unavailable);
}

TEST_CASE("a call whose deadline has passed is not started") {
  Chain chain;
  Incoming incoming;
  incoming.token = FakeAuthenticator::token_of(v1::ROLE_DOCTOR);
  incoming.now = Instant{std::chrono::hours{10}};
  incoming.deadline = std::chrono::system_clock::time_point(std::chrono::hours{9});
  const auto call =
      chain.admit("/relais.v1.WorklistService/ClaimItem", incoming, chain.request);
  REQUIRE_FALSE(call);
  CHECK(call.error().error.code == Code::api_deadline);
}

TEST_CASE("signing in needs no token") {
  Chain chain;
  CHECK(chain.admit("/relais.v1.IdentityService/SignIn", {}, v1::SignInRequest()));
}

TEST_CASE("asking who one is leaves no entry but asking with the wrong role would") {
  Chain chain;
  Incoming incoming;
  incoming.token = FakeAuthenticator::token_of(v1::ROLE_EDITOR);
  CHECK(chain.admit("/relais.v1.IdentityService/WhoAmI", incoming, v1::WhoAmIRequest()));
  CHECK(chain.audit.entries.empty());
}

TEST_CASE("what an answer tells about is in the ledger before it is sent and once") {
  Chain chain;
  auto call = chain.claim(v1::ROLE_DOCTOR);
  REQUIRE(call);
  call->read("p-1");
  call->read("p-2");
  REQUIRE(chain.admission.before_answer(*call));
  REQUIRE(chain.admission.before_answer(*call));
  REQUIRE(chain.audit.entries.size() == 2);
  CHECK(chain.audit.entries[1].event == "WorklistService.ClaimItem.read");
  CHECK(chain.audit.entries[1].subjects == std::vector<std::string>{"p-1", "p-2"});
  call->read("p-3");
  chain.audit.broken = true;
  CHECK_FALSE(chain.admission.before_answer(*call));
}

TEST_CASE("a reading of the record is one entry with whom it told about and no answer is sent without it") {
  Chain chain;
  Incoming incoming;
  incoming.token = FakeAuthenticator::token_of(v1::ROLE_DOCTOR);
  const auto search = [&] {
    return chain.admit("/relais.v1.PatientRecordService/SearchPatients", incoming, v1::SearchPatientsRequest());
  };
  auto call = search();
  REQUIRE(call);
  call->read("p-1");
  REQUIRE(chain.admission.before_answer(*call));
  REQUIRE(chain.audit.entries.size() == 1);
  CHECK(chain.audit.entries[0].event == "PatientRecordService.SearchPatients");
  CHECK(chain.audit.entries[0].subjects == std::vector<std::string>{"p-1"});
  auto of_nobody = search();
  REQUIRE(of_nobody);
  REQUIRE(chain.admission.before_answer(*of_nobody));
  CHECK(chain.audit.entries.size() == 2);
  auto untold = search();
  REQUIRE(untold);
  chain.audit.broken = true;
  CHECK_FALSE(chain.admission.before_answer(*untold));
}

TEST_CASE("what an answer tells is written without waiting and is told once it is durable or refused") {
  Chain chain;
  chain.audit.holds = true;
  Incoming incoming;
  incoming.token = FakeAuthenticator::token_of(v1::ROLE_DOCTOR);
  std::vector<bool> durable;
  const auto then = [&](const Answer<void>& traced) {
    durable.push_back(traced.has_value());
    if (!traced) CHECK(traced.error().error.code == Code::api_ledger_unavailable);
  };
  auto call =
      chain.admit("/relais.v1.PatientRecordService/SearchPatients", incoming, v1::SearchPatientsRequest());
  REQUIRE(call);
  call->read("p-1");
  REQUIRE(chain.admission.before_answer_later(*call, then));
  CHECK(durable.empty());
  chain.audit.release();
  CHECK(durable == std::vector<bool>{true});
  REQUIRE(chain.audit.entries.size() == 1);
  CHECK(chain.audit.entries[0].subjects == std::vector<std::string>{"p-1"});
  REQUIRE(chain.admission.before_answer_later(*call, then));
  chain.audit.broken = true;
  chain.audit.release();
  CHECK(durable == std::vector<bool>{true, false});
  auto claimed = chain.claim(v1::ROLE_DOCTOR);
  CHECK_FALSE(claimed);
  chain.audit.broken = false;
  claimed = chain.claim(v1::ROLE_DOCTOR);
  REQUIRE(claimed);
  CHECK_FALSE(chain.admission.before_answer_later(*claimed, then));
  CHECK(durable.size() == 2);
}

TEST_CASE("a stream is refused once its token has ended") {
  Chain chain;
  const auto call = chain.claim(v1::ROLE_ASSISTANT);
  REQUIRE(call);
  CHECK(chain.admission.still_admitted(*call));
  chain.authenticator.end(v1::ROLE_ASSISTANT);
  CHECK_FALSE(chain.admission.still_admitted(*call));
}

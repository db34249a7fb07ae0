// SPDX-License-Identifier: Apache-2.0
// One id from what came in to what people did.
#include <algorithm>
#include <set>

#include "domain/trace.h"
#include "traced_practice.h"

using namespace relais::test;
namespace v1 = relais::v1;

CATCH_TRANSLATE_EXCEPTION(const relais::cli::CallFailed& failed) {
  return failed.code + " " + failed.rule + " " + failed.sentence;
}

namespace {

constexpr auto callers_trace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr auto callers_header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::vector<std::string> events_of(const std::vector<v1::LedgerEntry>& entries) {
  std::vector<std::string> events;
  for (const auto& entry : entries) events.push_back(entry.event());
  return events;
}

// Whether `events` holds `wanted` in this order, others between them.
bool in_order(const std::vector<std::string>& events, const std::vector<std::string>& wanted) {
  auto at = events.begin();
  for (const auto& one : wanted) {
    at = std::find(at, events.end(), one);
    if (at == events.end()) return false;
    ++at;
  }
  return true;
}

// Everything that is logged while it lives.
class LoggedLines {
 public:
  LoggedLines() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_);
    auto logger = std::make_shared<spdlog::logger>("lines", sink);
    logger->set_level(spdlog::level::info);
    spdlog::set_default_logger(logger);
  }
  ~LoggedLines() { spdlog::set_default_logger(before_); }
  // Once nothing logs any more.
  std::vector<std::string> with(const std::string& words) const {
    std::vector<std::string> found;
    std::istringstream all(lines_.str());
    for (std::string line; std::getline(all, line);)
      if (line.find(words) != std::string::npos) found.push_back(line);
    return found;
  }

 private:
  std::shared_ptr<spdlog::logger> before_;
  std::ostringstream lines_;
};

template <class Request, class Response, class Method>
v1::WorklistItem act(TracedPractice& practice, const std::string& who, const v1::WorklistItem& item, Method method) {
  Request request;
  request.set_item_id(item.id());
  request.set_version(item.version());
  return practice.ask<Response>(who, v1::WorklistService::NewStub, method, request).item();
}

}  // namespace

TEST_CASE("one report and what it led to carry one id from its reception to what the doctor did") {
  LoggedLines log;
  std::string trace, other;
  {
    TracedPractice practice({"report"});
    const auto receipt = practice.submit(practice.report(0), callers_header);
    CHECK(receipt.trace_id() == callers_trace);
    const auto items = practice.wait_for("report", 1);
    REQUIRE(items.size() == 1);
    CHECK(items.front().trace_id() == callers_trace);

    auto item = act<v1::ClaimItemRequest, v1::ClaimItemResponse>(practice, practice.scenario.assistant_id, items.front(),
                                                                 &v1::WorklistService::Stub::ClaimItem);
    item = act<v1::ValidateItemRequest, v1::ValidateItemResponse>(practice, practice.doctor(), item,
                                                                  &v1::WorklistService::Stub::ValidateItem);
    CHECK(item.state() == v1::ITEM_STATE_VALIDATED);
    TracedPractice::wait([&] { return practice.told("report").contains("temoin.accepte"); });
    TracedPractice::wait([&] { return events_of(practice.traced(callers_trace)).back() == "plugin.feedback"; });

    const auto chain = practice.traced(callers_trace);
    const auto events = events_of(chain);
    INFO(Catch::StringMaker<std::vector<std::string>>::convert(events));
    CHECK(in_order(events, {"IngestService.Submit", "ingest.received", "record.slice", "item.created", "plugin.run",
                            "item.claim", "item.validate", "plugin.feedback"}));
    for (const auto& entry : chain) {
      CHECK(entry.trace_id() == callers_trace);
      // What people did names them; what Relais did names the plugin and its version.
      if (entry.event() == "item.claim") CHECK(entry.actor_id() == practice.scenario.assistant_id);
      if (entry.event() == "item.validate") CHECK(entry.actor_id() == practice.doctor());
      if (entry.event() == "record.slice" || entry.event() == "plugin.run") CHECK(entry.plugin_version() == "1.0.0");
      // No text of the report: its patient has a name that no entry may hold.
      CHECK(entry.canonical().find(practice.scenario.patients.front().family) == std::string::npos);
    }

    // Another report has another id; so has one whose caller brought none.
    const auto second = practice.submit(practice.report(1));
    CHECK(relais::is_trace_id(second.trace_id()));
    CHECK(second.trace_id() != callers_trace);
    TracedPractice::wait([&] {
      const auto seen = events_of(practice.traced(second.trace_id()));
      return std::find(seen.begin(), seen.end(), "item.created") != seen.end();
    });
    for (const auto& entry : practice.traced(second.trace_id())) CHECK(entry.item_id() != items.front().subject().item_id());
    CHECK(events_of(practice.traced(callers_trace)) == events);

    // Every entry, with a trace or without, is of one unbroken chain.
    const auto verdict = practice.ask<v1::VerifyLedgerResponse>(practice.doctor(), v1::AuditService::NewStub,
                                                                &v1::AuditService::Stub::VerifyLedger,
                                                                v1::VerifyLedgerRequest{});
    CHECK(verdict.intact());
    trace = callers_trace;
    other = second.trace_id();
  }
  // The log: the dispatcher and the worker, by call.
  const auto lines = log.with("trace=" + trace);
  const auto has = [&](const std::vector<std::string>& words) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
      return std::all_of(words.begin(), words.end(),
                         [&](const std::string& word) { return line.find(word) != std::string::npos; });
    });
  };
  CHECK(has({"dispatch.read", "message=in-"}));
  CHECK(has({"dispatch.evaluated", "plugin=witness-report", "version=1.0.0"}));
  CHECK(has({"plugin=witness-report", "version=1.0.0", "event=plugin.evaluated", "call="}));
  CHECK(has({"plugin=witness-report", "version=1.0.0", "call=", "code=temoin.vu"}));
  CHECK_FALSE(log.with("trace=" + other).empty());
}

TEST_CASE("a traceparent that is malformed is ignored and the same bytes again keep the first trace") {
  TracedPractice practice({"report"});
  std::set<std::string> traces;
  std::size_t number = 0;
  for (const auto* header : {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", "4bf92f3577b34da6a3ce929d0e0e4736",
                             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "patient Dupont"}) {
    INFO(header);
    const auto receipt = practice.submit(practice.report(number++), header);
    CHECK(relais::is_trace_id(receipt.trace_id()));
    CHECK(receipt.trace_id() != callers_trace);
    CHECK(traces.insert(receipt.trace_id()).second);
  }
  CHECK(practice.traced(callers_trace).empty());
  const auto again = practice.submit(practice.report(0), callers_header);
  CHECK(again.duplicate());
  CHECK(traces.contains(again.trace_id()));
}

TEST_CASE("what a person changes in the record goes on under the trace of the caller") {
  TracedPractice practice({"patient"});
  const auto& software = practice.session("logiciel");
  const auto context = software.context();
  context->AddMetadata("traceparent", callers_header);
  v1::PutClinicalContextRequest request;
  request.set_patient_id(practice.patient());
  auto& condition = *request.add_conditions();
  condition.set_id("pathologie-1");
  condition.set_code("N18");
  v1::PutClinicalContextResponse response;
  Session::check(v1::PatientRecordService::NewStub(software.channel())->PutClinicalContext(context.get(), request, &response));
  const auto items = practice.wait_for("patient", 1);
  REQUIRE(items.size() == 1);
  CHECK(items.front().trace_id() == callers_trace);
  CHECK(in_order(events_of(practice.traced(callers_trace)), {"PatientRecordService.PutClinicalContext", "record.slice",
                                                             "item.created", "plugin.run"}));
}

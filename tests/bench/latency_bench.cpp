// SPDX-License-Identifier: Apache-2.0
// From the first byte of a laboratory's message to its item on a doctor's watch stream.
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "app/cli/session.h"
#include "bench_practice.h"
#include "practice.h"
#include "read_yardstick.h"
#include "relais/v1/ingest.grpc.pb.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/worklist.grpc.pb.h"

namespace bench {
namespace {

namespace v1 = relais::v1;
using relais::cli::Session;

constexpr auto today = "2026-11-23";
constexpr auto plugin = "bio-triage";
constexpr std::chrono::seconds item_patience{30};

// Two normal results of one patient, never sent before. In HPRIM, which carries no INS, they wait for a person to say
// whose they are; in CDA the plugin sorts them.
std::string message_of(const demo::Scenario& scenario, std::size_t patient, int number, demo::DemoFormat format) {
  demo::DemoReport report;
  report.patient = patient;
  report.prescriber = scenario.doctors.front().id;
  report.document_id = fmt::format("2.25.4711.{}", number);
  report.set_id = fmt::format("2.25.4712.{}", number);
  report.results = {{"2823-3", "Potassium", 4.1, "mmol/L", 3.5, 5.1, "N"},
                    {"2951-2", "Sodium", 140, "mmol/L", 136, 145, "N"}};
  report.format = format;
  return demo::write_report(scenario, report, today);
}

// The doctor's watch stream, read by a thread of its own.
class Watched {
 public:
  explicit Watched(const Session& session) : context_(session.context()) {
    stub_ = v1::WorklistService::NewStub(session.channel());
    stream_ = stub_->WatchItems(context_.get(), {});
    reader_ = std::thread([this] { read(); });
    wait([this] { return started_; });
  }
  ~Watched() {
    context_->TryCancel();
    reader_.join();
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  // Until items of so many reports have come; `sorted`: the plugin's.
  void wait_for(std::size_t reports, bool sorted) {
    wait([&] { return (sorted ? sorted_ : reports_).size() >= reports; });
  }
  std::size_t reports(bool sorted) {
    const std::lock_guard lock(mutex_);
    return (sorted ? sorted_ : reports_).size();
  }

 private:
  template <class F>
  void wait(F holds) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, item_patience, holds)) give_up("no item on the watch stream");
  }

  void read() {
    v1::WatchItemsResponse change;
    while (stream_->Read(&change)) {
      const std::lock_guard lock(mutex_);
      started_ = started_ || change.kind() == v1::WatchItemsResponse::KIND_SNAPSHOT_END;
      const auto& item = change.item();
      if (change.kind() == v1::WatchItemsResponse::KIND_ITEM) {
        reports_.insert(item.subject().item_id());
        if (item.plugin_id() == plugin) sorted_.insert(item.subject().item_id());
      }
      changed_.notify_one();
    }
  }

  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<v1::WorklistService::Stub> stub_;
  std::unique_ptr<grpc::ClientReader<v1::WatchItemsResponse>> stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  std::set<std::string> reports_, sorted_;
  std::thread reader_;
};

void submit(const Session& session, v1::IngestService::Stub& stub, const std::string& message) {
  const auto context = session.context();
  v1::SubmitResponse receipt;
  const auto stream = stub.Submit(context.get(), &receipt);
  v1::SubmitRequest chunk;
  chunk.set_source("mesure");
  chunk.set_chunk(message);
  stream->Write(chunk);
  stream->WritesDone();
  Session::check(stream->Finish());
}

// Four durable commits, one of the message's size; two bare calls, there and back, and one there alone.
class HopsAndCommits {
 public:
  explicit HopsAndCommits(const std::filesystem::path& folder)
      : commits_(folder / "raw-commits.sqlite"),
        server_({(folder / "hop.sock").string(), {}, 0}, 64),
        stub_(v1::PatientRecordService::NewStub(
            grpc::CreateChannel("unix:" + (folder / "hop.sock").string(), grpc::InsecureChannelCredentials()))) {
    hop();
  }

  double milliseconds(std::size_t message_bytes) {
    constexpr std::size_t row_bytes = 600;
    double hop_back = 0;
    const auto took = seconds([&] {
      hop();
      commits_.commit(message_bytes);
      for (int i = 0; i < 3; ++i) commits_.commit(row_bytes);
      hop();
      hop_back = seconds([&] { hop(); });
    });
    return 1000 * (took - hop_back / 2);
  }

 private:
  void hop() {
    grpc::ClientContext context;
    v1::ListObservationsResponse response;
    Session::check(stub_->ListObservations(&context, {}, &response));
  }

  RawCommits commits_;
  YardstickServer server_;
  std::unique_ptr<v1::PatientRecordService::Stub> stub_;
};

}  // namespace

void measure_latency(const Settings& settings, Report& report) {
  say("latency");
  const auto scenario = demo::make_scenario(today);
  const Folder folder(settings.scratch);
  const relais::app::DemonstrationClock clock(relais::Instant{std::chrono::milliseconds{1795448700000}});
  relais::app::PracticeConfig config;
  config.name = "Cabinet de mesure";
  config.database = "sqlite:practice.sqlite";
  config.demonstration = true;
  must(relais::app::init_practice(folder.path() / "data", config, "admin", password, clock));
  relais::app::HostOptions options;
  options.data = folder.path() / "data";
  options.listen.unix_socket = folder.path() / "socket" / "relais.sock";
  options.worker_executable = settings.worker;
  const relais::cli::Connection connection{"unix:" + options.listen.unix_socket.string(), "", ""};
  const auto host = must(relais::app::Host::start(std::move(options), clock));
  demo::open_accounts(connection, scenario, settings.bio_triage.string());
  demo::fill_record(connection, scenario);
  demo::sign_and_enable(connection, scenario, today, (folder.path() / "fiches").string());

  const auto as = [&](const std::string& account) { return relais::cli::Connection{connection.address, account, ""}; };
  const Session doctor(as(scenario.doctors.front().id));
  const Session software(as("logiciel"));
  const auto ingest = v1::IngestService::NewStub(software.channel());
  Watched watched(doctor);
  HopsAndCommits yardstick(folder.path());
  std::vector<std::size_t> patients;
  for (std::size_t i = 0; i < scenario.patients.size(); ++i) {
    if (scenario.patients[i].treating_doctor == scenario.doctors.front().id) patients.push_back(i);
  }
  const auto messages = std::min<int>(settings.messages, static_cast<int>(patients.size()) - 1);
  int number = 0;
  const auto measure = [&](const char* row, demo::DemoFormat format, bool sorted) {
    const auto one = [&](int place) {
      const auto message = message_of(scenario, patients[static_cast<std::size_t>(place)], ++number, format);
      const auto before = watched.reports(sorted);
      return 1000 * seconds([&] {
               submit(software, *ingest, message);
               watched.wait_for(before + 1, sorted);
             });
    };
    one(messages);  // the first one meets a plugin that has just been switched on
    const auto size = message_of(scenario, patients.front(), 0, format).size();
    std::vector<double> values, yardsticks;
    for (int i = 0; i < messages; ++i) {
      values.push_back(one(i));
      yardsticks.push_back(yardstick.milliseconds(size));
    }
    report.add({row, median(std::move(values)), "ms", median(std::move(yardsticks)), Goal::ratio_at_most, 2});
  };
  measure("latency", demo::DemoFormat::hprim, false);
  // The same for a message that a plugin sorts, beside it.
  measure("latency-sorted", demo::DemoFormat::cda, true);
}

}  // namespace bench

// SPDX-License-Identifier: Apache-2.0
// Reading a patient's results, as an assistant, for a task: authorised by a fiche and in the ledger before the answer.
#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <thread>

#include "app/cli/session.h"
#include "bench_practice.h"
#include "read_yardstick.h"
#include "relais/v1/patient_record.grpc.pb.h"

namespace bench {
namespace {

namespace v1 = relais::v1;
using Stub = v1::PatientRecordService::Stub;

// A connection of its own: clients are as many programs.
std::shared_ptr<grpc::Channel> connect(const std::string& socket) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("unix:" + socket, grpc::InsecureChannelCredentials(), arguments);
}

struct Load {
  const Settings& settings;
  std::string socket;
  // Where a token comes from; empty: none is asked for.
  const relais::cli::Session* session = nullptr;
  std::int64_t patients;
  std::size_t rows;  // every answer holds so many
};

// Answers a second, all clients together.
double answers_per_second(const Load& load) {
  std::atomic<bool> over{false};
  std::atomic<std::int64_t> answers{0};
  std::atomic<bool> wrong{false};
  std::vector<std::thread> clients;
  const auto took = seconds([&] {
    for (int client = 0; client < load.settings.clients; ++client) {
      clients.emplace_back([&, client] {
        const auto stub = v1::PatientRecordService::NewStub(connect(load.socket));
        auto number = static_cast<std::int64_t>(client) * 7919;
        while (!over) {
          number = (number * 31 + 17) % load.patients;
          v1::ListObservationsRequest request;
          request.set_patient_id(patient_id(number + 1));
          request.mutable_purpose()->set_task_id(read_task);
          v1::ListObservationsResponse response;
          const auto context =
              load.session != nullptr ? load.session->context() : std::make_unique<grpc::ClientContext>();
          const auto status = stub->ListObservations(context.get(), request, &response);
          if (!status.ok() || static_cast<std::size_t>(response.observations_size()) != load.rows) {
            wrong = true;
            return;
          }
          ++answers;
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(load.settings.read_seconds));
    over = true;
    for (auto& client : clients) client.join();
  });
  if (wrong) give_up("a read was refused or gave other rows");
  return static_cast<double>(answers) / took;
}

struct Ledger {
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
};

Ledger ledger_of(const std::filesystem::path& file) {
  sqlite3* connection = nullptr;
  sqlite3_stmt* statement = nullptr;
  Ledger found;
  if (sqlite3_open_v2(file.c_str(), &connection, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK ||
      sqlite3_prepare_v2(
          connection,
          "SELECT COUNT(*), COALESCE(SUM(LENGTH(body) + LENGTH(prev_hash) + LENGTH(hash) + LENGTH(actor) + "
          "LENGTH(action) + LENGTH(patient_id) + LENGTH(doctor_id) + LENGTH(task_id) + LENGTH(outcome) + "
          "16), 0) FROM ledger",
          -1, &statement, nullptr) != SQLITE_OK ||
      sqlite3_step(statement) != SQLITE_ROW) {
    give_up("no ledger");
  }
  found.rows = sqlite3_column_int64(statement, 0);
  found.bytes = sqlite3_column_int64(statement, 1);
  sqlite3_finalize(statement);
  sqlite3_close(connection);
  return found;
}

// What one call leaves in the ledger, and the size of its answer.
struct Sizes {
  std::size_t ledger = 0;
  std::size_t answer = 0;
};

Sizes sizes_of(const BenchPractice& practice, const relais::cli::Session& session) {
  const auto stub = v1::PatientRecordService::NewStub(session.channel());
  v1::ListObservationsRequest request;
  request.set_patient_id(patient_id(1));
  request.mutable_purpose()->set_task_id(read_task);
  v1::ListObservationsResponse response;
  const auto before = ledger_of(practice.file());
  relais::cli::Session::check(stub->ListObservations(session.context().get(), request, &response));
  const auto after = ledger_of(practice.file());
  if (after.rows == before.rows) give_up("a read left nothing in the ledger");
  return {static_cast<std::size_t>(after.bytes - before.bytes), response.ByteSizeLong()};
}

}  // namespace

void measure_reads(const Settings& settings, Report& report) {
  say("read");
  const auto patients = std::min<std::int64_t>(settings.patients, 20'000);
  const BenchPractice practice(settings, patients, settings.results);
  const auto host = practice.host();
  const relais::cli::Session session({"unix:" + practice.socket(), assistant_id, ""});
  const auto sizes = sizes_of(practice, session);
  say(fmt::format("  one read: {} bytes in the ledger, {} bytes answered", sizes.ledger, sizes.answer));
  const auto raw_socket = (practice.folder() / "raw.sock").string();
  const auto bare_socket = (practice.folder() / "bare.sock").string();
  const YardstickServer raw({raw_socket, practice.file(), sizes.ledger}, 0);
  const YardstickServer bare({bare_socket, {}, 0}, sizes.answer);
  const auto rows = static_cast<std::size_t>(settings.results);
  const auto medians = in_turns(
      settings.rounds,
      [&] {
        return answers_per_second({settings, practice.socket(), &session, patients, rows});
      },
      [&] {
        return answers_per_second({settings, raw_socket, nullptr, patients, rows});
      });
  report.add({"read", medians.value, "reads/s", medians.yardstick, Goal::ratio_at_least, 0.7});
  std::vector<double> echoes;
  for (int round = 0; round < settings.rounds; ++round) {
    echoes.push_back(answers_per_second({settings, bare_socket, nullptr, patients, 1}));
  }
  report.add({"read-bare-echo", medians.value, "reads/s", median(std::move(echoes)), Goal::none, 0});
}

}  // namespace bench

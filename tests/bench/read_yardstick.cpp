// SPDX-License-Identifier: Apache-2.0
#include "read_yardstick.h"

#include <sqlite3.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "api/executor.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "report.h"

namespace bench {
namespace {

namespace v1 = relais::v1;

void run(sqlite3* connection, const char* text) {
  if (sqlite3_exec(connection, text, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(connection));
}

// One connection and one prepared statement for each thread that reads.
class RawReader {
 public:
  explicit RawReader(const std::filesystem::path& file) {
    if (sqlite3_open_v2(file.c_str(), &connection_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) give_up("no database");
    constexpr auto query =
        "SELECT id, report_id, code, code_system, label, value_type, status, value, low, high, unit, flag, value_text, "
        "collected_ms, history, seen_by_doctor FROM record_observation WHERE patient_id = ?1 "
        "ORDER BY valid_from_ms DESC, row_id DESC";
    if (sqlite3_prepare_v2(connection_, query, -1, &statement_, nullptr) != SQLITE_OK) give_up("no statement");
  }
  ~RawReader() {
    sqlite3_finalize(statement_);
    sqlite3_close(connection_);
  }
  RawReader(const RawReader&) = delete;
  RawReader& operator=(const RawReader&) = delete;

  void read(const std::string& patient, v1::ListObservationsResponse& response) {
    sqlite3_bind_text(statement_, 1, patient.data(), static_cast<int>(patient.size()), SQLITE_STATIC);
    while (sqlite3_step(statement_) == SQLITE_ROW) {
      auto& to = *response.add_observations();
      const auto text = [&](int column) {
        return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement_, column)),
                           static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
      };
      to.set_id(text(0));
      to.set_report_id(text(1));
      to.set_code(text(2));
      to.set_code_system(text(3));
      to.set_label(text(4));
      to.set_value_type(static_cast<v1::ValueType>(sqlite3_column_int(statement_, 5)));
      to.set_status(static_cast<v1::ObservationStatus>(sqlite3_column_int(statement_, 6)));
      to.set_value(sqlite3_column_double(statement_, 7));
      to.set_low(sqlite3_column_double(statement_, 8));
      to.set_high(sqlite3_column_double(statement_, 9));
      to.set_unit(text(10));
      to.set_flag(text(11));
      to.set_value_text(text(12));
      to.set_collected_ms(sqlite3_column_int64(statement_, 13));
      to.set_history(sqlite3_column_int(statement_, 14) != 0);
      to.set_seen_by_doctor(sqlite3_column_int(statement_, 15) != 0);
    }
    sqlite3_reset(statement_);
  }

 private:
  sqlite3* connection_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace

class RawCommits::Impl {
 public:
  explicit Impl(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &connection_) != SQLITE_OK) give_up("no database");
    run(connection_, "PRAGMA journal_mode = WAL");
    run(connection_, "PRAGMA synchronous = FULL");
    run(connection_, "CREATE TABLE IF NOT EXISTS raw (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)");
    if (sqlite3_prepare_v2(connection_, "INSERT INTO raw (body) VALUES (?1)", -1, &insert_, nullptr) != SQLITE_OK) {
      give_up("no statement");
    }
    writer_ = std::thread([this] { loop(); });
  }
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    changed_.notify_one();
    writer_.join();
    sqlite3_finalize(insert_);
    sqlite3_close(connection_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void enqueue(std::size_t bytes, std::function<void()> done) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({bytes, std::move(done)});
    }
    changed_.notify_one();
  }

 private:
  struct Queued {
    std::size_t bytes;
    std::function<void()> done;
  };

  void loop() {
    while (true) {
      std::vector<Queued> group;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) return;
        group.swap(queue_);
      }
      run(connection_, "BEGIN IMMEDIATE");
      for (const auto& one : group) {
        body_.resize(one.bytes, 'x');
        sqlite3_bind_blob(insert_, 1, body_.data(), static_cast<int>(one.bytes), SQLITE_STATIC);
        if (sqlite3_step(insert_) != SQLITE_DONE) give_up(sqlite3_errmsg(connection_));
        sqlite3_reset(insert_);
      }
      run(connection_, "COMMIT");
      for (const auto& one : group) one.done();
    }
  }

  sqlite3* connection_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  std::string body_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Queued> queue_;
  bool closing_ = false;
  std::thread writer_;
};

RawCommits::RawCommits(const std::filesystem::path& file) : impl_(std::make_unique<Impl>(file)) {}
RawCommits::~RawCommits() = default;

void RawCommits::enqueue(std::size_t bytes, std::function<void()> done) { impl_->enqueue(bytes, std::move(done)); }

void RawCommits::commit(std::size_t bytes) {
  std::promise<void> durable;
  impl_->enqueue(bytes, [&] { durable.set_value(); });
  durable.get_future().wait();
}

class YardstickServer::Impl final : public v1::PatientRecordService::CallbackService {
 public:
  Impl(const YardstickSettings& settings, std::size_t bare_bytes)
      : settings_(settings), executor_(settings.threads, 256) {
    if (settings.record.empty()) {
      bare_.add_observations()->set_comment(std::string(bare_bytes, 'x'));
    } else {
      commits_ = std::make_unique<RawCommits>(settings.socket + ".sqlite");
    }
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + settings.socket, grpc::InsecureServerCredentials());
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    if (!server_) give_up("the yardstick does not serve");
  }
  ~Impl() override {
    server_->Shutdown();
    server_->Wait();
  }

  grpc::ServerUnaryReactor* ListObservations(grpc::CallbackServerContext* context,
                                             const v1::ListObservationsRequest* request,
                                             v1::ListObservationsResponse* response) override {
    auto* const reactor = context->DefaultReactor();
    if (!commits_) {
      *response = bare_;
      reactor->Finish(grpc::Status::OK);
      return reactor;
    }
    executor_.post([this, request, response, reactor] {
      thread_local RawReader reader(settings_.record);
      reader.read(request->patient_id(), *response);
      commits_->enqueue(settings_.ledger_bytes, [reactor] { reactor->Finish(grpc::Status::OK); });
    });
    return reactor;
  }

 private:
  const YardstickSettings settings_;
  v1::ListObservationsResponse bare_;
  std::unique_ptr<RawCommits> commits_;
  relais::api::Executor executor_;
  std::unique_ptr<grpc::Server> server_;
};

YardstickServer::YardstickServer(const YardstickSettings& settings, std::size_t bare_bytes)
    : impl_(std::make_unique<Impl>(settings, bare_bytes)) {}
YardstickServer::~YardstickServer() = default;

}  // namespace bench

// SPDX-License-Identifier: Apache-2.0
#include "sweep_yardstick.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <thread>

#include "bench_practice.h"
#include "child_socket.h"
#include "plugins/sandbox/spawner.h"
#include "plugins/supervision/batches.h"

namespace bench {
namespace {

using relais::worker::v1::Batch;
using relais::worker::v1::BatchResult;

class Scan {
 public:
  explicit Scan(const std::filesystem::path& file) {
    if (sqlite3_open_v2(file.c_str(), &connection_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) give_up("no database");
    constexpr auto query =
        "SELECT patient_id, id, report_id, code, code_system, label, value_type, comparator, status, value, low, high, "
        "unit, flag, value_text, value_code, comment, specimen, collected_ms, fasting, history, seen_by_doctor "
        "FROM record_observation";
    if (sqlite3_prepare_v2(connection_, query, -1, &statement_, nullptr) != SQLITE_OK) give_up("no scan");
  }
  ~Scan() {
    sqlite3_finalize(statement_);
    sqlite3_close(connection_);
  }
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  bool next() { return sqlite3_step(statement_) == SQLITE_ROW; }
  std::string_view text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  void read(relais::v1::Observation& to) const {
    const auto number = [&](int column) { return sqlite3_column_int(statement_, column); };
    const auto words = [&](int column, auto set) {
      if (const auto found = text(column); !found.empty()) set(found);
    };
    words(1, [&](auto found) { to.set_id(found.data(), found.size()); });
    words(2, [&](auto found) { to.set_report_id(found.data(), found.size()); });
    words(3, [&](auto found) { to.set_code(found.data(), found.size()); });
    words(4, [&](auto found) { to.set_code_system(found.data(), found.size()); });
    words(5, [&](auto found) { to.set_label(found.data(), found.size()); });
    to.set_value_type(static_cast<relais::v1::ValueType>(number(6)));
    to.set_comparator(static_cast<relais::v1::Comparator>(number(7)));
    to.set_status(static_cast<relais::v1::ObservationStatus>(number(8)));
    if (sqlite3_column_type(statement_, 9) != SQLITE_NULL) to.set_value(sqlite3_column_double(statement_, 9));
    if (sqlite3_column_type(statement_, 10) != SQLITE_NULL) to.set_low(sqlite3_column_double(statement_, 10));
    if (sqlite3_column_type(statement_, 11) != SQLITE_NULL) to.set_high(sqlite3_column_double(statement_, 11));
    words(12, [&](auto found) { to.set_unit(found.data(), found.size()); });
    words(13, [&](auto found) { to.set_flag(found.data(), found.size()); });
    words(14, [&](auto found) { to.set_value_text(found.data(), found.size()); });
    words(15, [&](auto found) { to.set_value_code(found.data(), found.size()); });
    words(16, [&](auto found) { to.set_comment(found.data(), found.size()); });
    words(17, [&](auto found) { to.set_specimen(found.data(), found.size()); });
    if (sqlite3_column_type(statement_, 18) != SQLITE_NULL) to.set_collected_ms(sqlite3_column_int64(statement_, 18));
    to.set_fasting(static_cast<relais::v1::Fasting>(number(19)));
    to.set_history(number(20) != 0);
    to.set_seen_by_doctor(number(21) != 0);
  }

 private:
  sqlite3* connection_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

void begin_slice(relais::worker::v1::Slice& slice, std::string_view patient) {
  slice.mutable_subject()->set_patient_id(patient.data(), patient.size());
  slice.mutable_subject()->set_doctor_id(doctor_id);
  slice.mutable_subject()->set_task_id(sweep_task);
  slice.set_version(1);
  slice.set_as_of_ms(1795448700000);
  slice.set_time_zone("Europe/Paris");
  slice.set_today("2026-11-23");
  auto& kind = *slice.add_kinds();
  kind.set_kind("observation");
  kind.set_completeness(relais::worker::v1::COMPLETENESS_COMPLETE);
}

// Batches as large as the host's.
constexpr std::uint64_t batch_bytes = 1U << 20U;

// Gives each full batch of the file to `send`; the message is reused, its memory with it.
template <class Send>
void each_batch(const std::filesystem::path& file, int results, Send send) {
  Scan scan(file);
  Batch batch;
  relais::worker::v1::Slice* slice = nullptr;
  int held = 0;
  std::uint64_t bytes = 0;
  while (scan.next()) {
    if (slice == nullptr || held == results) {
      if (slice != nullptr) bytes += slice->ByteSizeLong();
      const auto slices = static_cast<std::size_t>(batch.slices_size());
      const auto mean = slices == 0 ? 0 : bytes / slices;
      if (slices == relais::plugins::batch_slices || bytes + mean > batch_bytes) {
        send(batch);
        batch.Clear();
        bytes = 0;
      }
      slice = batch.add_slices();
      begin_slice(*slice, scan.text(0));
      held = 0;
    }
    scan.read(*slice->add_observations());
    ++held;
  }
  if (batch.slices_size() > 0) send(batch);
}

class Child {
 public:
  explicit Child(const Settings& settings)
      : spawned_(must(spawner_.spawn({settings.rule_child, {}, true}))), socket_(spawned_.socket) {}
  ~Child() {
    ::close(socket_.descriptor());
    spawned_.process->wait(std::chrono::seconds(2));
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ChildSocket& socket() { return socket_; }

 private:
  relais::plugins::Spawner spawner_;
  relais::plugins::Spawned spawned_;
  ChildSocket socket_;
};

// Reads as many answers as were sent, until all are; how many subjects they are about.
std::int64_t read_answers(ChildSocket& socket, const std::atomic<std::int64_t>& sent, const std::atomic<bool>& all) {
  BatchResult result;
  std::int64_t answered = 0;
  for (std::int64_t read = 0;;) {
    if (all && read == sent) return answered;
    if (!socket.receive(result)) give_up("the child ended");
    ++read;
    answered += result.evaluations_size();
  }
}

}  // namespace

double SweepYardstick::patients_per_second(std::int64_t patients) const {
  Child child(settings_);
  std::atomic<std::int64_t> sent{0};
  std::atomic<bool> all{false};
  std::int64_t answered = 0;
  const auto took = seconds([&] {
    // One batch is always left to read until the last one is known.
    std::jthread scanner([&] {
      std::string waiting;
      each_batch(file_, results_, [&](const Batch& batch) {
        if (!waiting.empty()) {
          ++sent;
          child.socket().send_bytes(waiting);
        }
        batch.SerializeToString(&waiting);
      });
      ++sent;
      all = true;
      child.socket().send_bytes(waiting);
    });
    answered = read_answers(child.socket(), sent, all);
    scanner.join();
  });
  if (answered != patients) give_up(fmt::format("the yardstick saw {} of {} patients", answered, patients));
  return static_cast<double>(patients) / took;
}

double SweepYardstick::echoes_per_second(std::int64_t patients) const {
  Child child(settings_);
  Batch batch;
  bool made = false;
  each_batch(file_, results_, [&](const Batch& first) {
    if (!std::exchange(made, true)) batch = first;
  });
  const auto batches = std::max<std::int64_t>(1, patients / batch.slices_size());
  const auto took = seconds([&] {
    std::jthread sender([&] {
      std::string bytes;
      for (std::int64_t i = 0; i < batches; ++i) {
        batch.SerializeToString(&bytes);
        child.socket().send_bytes(bytes);
      }
    });
    BatchResult result;
    for (std::int64_t i = 0; i < batches; ++i) {
      if (!child.socket().receive(result)) give_up("the child ended");
    }
    sender.join();
  });
  return static_cast<double>(batches * batch.slices_size()) / took;
}

}  // namespace bench

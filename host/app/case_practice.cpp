// SPDX-License-Identifier: Apache-2.0
#include "app/case_practice.h"

#include <atomic>
#include <cstdlib>

#include "records/context_map.h"
#include "records/slice_builder.h"
#include "records/sql_record_reader.h"

namespace relais::app {

class CasePractice::CaseClock final : public Clock {
 public:
  Instant now() const override { return Instant(std::chrono::milliseconds(now_.load())); }
  void set(Instant now) { now_ = now.time_since_epoch().count(); }

 private:
  std::atomic<std::int64_t> now_ = 0;
};

CasePractice::CasePractice() : clock_(std::make_unique<CaseClock>()) {}

CasePractice::~CasePractice() {
  database_.reset();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Result<std::unique_ptr<CasePractice>> CasePractice::open() {
  std::unique_ptr<CasePractice> made(new CasePractice);
  std::string folder = (std::filesystem::temp_directory_path() / "relais-cases-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return fail(Code::io, "no folder for the throw-away practice");
  made->folder_ = folder;
  auto database = practice::Database::open("sqlite:" + folder + "/cases.db", *made->clock_);
  if (!database) return tl::unexpected(database.error());
  made->database_ = std::move(*database);
  return made;
}

Result<worker::v1::Subject> CasePractice::write(Instant now, const Work& work) {
  clock_->set(now);
  return database_->write([&](practice::Transaction& tx) { return work(tx); });
}

Result<worker::v1::Slice> CasePractice::slice(worker::v1::Subject subject, Instant as_of,
                                              const plugins::Manifest& manifest,
                                              std::vector<worker::v1::Setting> settings) {
  subject.set_doctor_id(doctor);
  if (subject.task_id().empty()) subject.set_task_id(manifest.tasks.front());
  records::SliceRequest request{.subject = std::move(subject), .as_of = as_of, .version = 1, .settings = std::move(settings)};
  return database_->read([&](soci::session& session) {
    records::SqlRecordReader reader(session);
    return records::build_slice(reader, records::ContextMap::built_in(), manifest, request);
  });
}

}  // namespace relais::app

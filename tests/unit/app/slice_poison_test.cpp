// SPDX-License-Identifier: Apache-2.0
#include "app/slice_poison.h"

#include <catch2/catch.hpp>

#include "support/scratch_folder.h"

using namespace relais;
using app::SlicePoison;

namespace {

struct Memory {
  test::Scratch folder;
  SystemClock clock;
  std::unique_ptr<practice::Database> database =
      *practice::Database::open("sqlite:" + (folder.path() / "practice.sqlite").string(), clock);
};

worker::v1::Slice slice(double potassium, std::int64_t version) {
  worker::v1::Slice made;
  made.mutable_subject()->set_item_id("report-1");
  made.mutable_subject()->set_doctor_id("rouault");
  made.mutable_subject()->set_task_id("bio-triage");
  made.set_version(version);
  made.set_as_of_ms(version * 1000);
  made.add_observations()->set_value(potassium);
  return made;
}

plugins::PoisonKey key(const worker::v1::Slice& of, const std::string& version = "1.0.0") {
  return {"bio-triage", version, of.subject(), of.version()};
}

}  // namespace

TEST_CASE("data that killed a plugin is remembered under another fence number and after a restart") {
  const Memory memory;
  {
    SlicePoison poison(*memory.database);
    poison.sending("bio-triage", slice(6.8, 1));
    CHECK_FALSE(poison.recall(key(slice(6.8, 1))));
    poison.remember(key(slice(6.8, 1)), "plugin.crashed");
  }
  SlicePoison after_restart(*memory.database);
  after_restart.sending("bio-triage", slice(6.8, 2));
  CHECK(after_restart.recall(key(slice(6.8, 2))) == "plugin.crashed");
}

TEST_CASE("other data or another version of the plugin is given another try") {
  const Memory memory;
  SlicePoison poison(*memory.database);
  poison.sending("bio-triage", slice(6.8, 1));
  poison.remember(key(slice(6.8, 1)), "plugin.timeout");
  poison.sending("bio-triage", slice(4.1, 2));
  CHECK_FALSE(poison.recall(key(slice(4.1, 2))));
  poison.sending("bio-triage", slice(6.8, 3));
  CHECK_FALSE(poison.recall(key(slice(6.8, 3), "1.0.1")));
}

// SPDX-License-Identifier: Apache-2.0
#include "plugins/abi_slice.h"

#include <relais/plugin.h>

#include <catch2/catch.hpp>

namespace worker = relais::worker::v1;
namespace v1 = relais::v1;

namespace {

relais::Slice first(const relais::plugins::AbiSlices& slices) {
  return relais::rows<relais::Slice>(slices.rows())[0];
}

}  // namespace

TEST_CASE("an empty slice has no rows no patient and no dates") {
  worker::Batch batch;
  batch.add_slices();
  const relais::plugins::AbiSlices slices(batch.slices());
  const relais::Slice slice = first(slices);
  CHECK(slice.subject().item_id().empty());
  CHECK_FALSE(slice.patient().has_value());
  CHECK(slice.reports().empty());
  CHECK(slice.observations().begin() == slice.observations().end());
  CHECK(slice.completeness("observation") == relais::Completeness::unknown);
}

TEST_CASE("an empty batch has no slices") {
  const worker::Batch batch;
  const relais::plugins::AbiSlices slices(batch.slices());
  CHECK(slices.rows().count == 0);
}

TEST_CASE("a report is current by its id and the results of others are history") {
  worker::Batch batch;
  worker::Slice& slice = *batch.add_slices();
  slice.mutable_subject()->set_item_id("r2");
  slice.add_reports()->set_id("r1");
  slice.add_reports()->set_id("r2");
  slice.add_observations()->set_report_id("r2");
  slice.add_observations()->set_report_id("r1");
  slice.add_observations();
  auto& prior = *slice.add_observations();
  prior.set_report_id("r2");
  prior.set_history(true);
  const relais::plugins::AbiSlices slices(batch.slices());
  const auto read = first(slices);
  CHECK_FALSE(read.reports()[0].current());
  CHECK(read.reports()[1].current());
  CHECK_FALSE(read.observations()[0].history());
  CHECK(read.observations()[0].report_index() == 1);
  CHECK(read.observations()[1].history());
  CHECK(read.observations()[2].history());
  CHECK(read.observations()[2].report_index() == RELAIS_NO_INDEX);
  CHECK(read.observations()[3].history());
}

TEST_CASE("what is absent is told as absent and not as zero") {
  worker::Batch batch;
  worker::Slice& slice = *batch.add_slices();
  slice.add_reports();
  auto& observation = *slice.add_observations();
  observation.set_value(0);
  observation.set_low(-1);
  slice.add_targets()->set_high(3);
  const relais::plugins::AbiSlices slices(batch.slices());
  const auto read = first(slices);
  CHECK_FALSE(read.reports()[0].collected().has_value());
  CHECK(read.observations()[0].value() == 0.0);
  CHECK(read.observations()[0].low() == -1.0);
  CHECK_FALSE(read.observations()[0].high().has_value());
  CHECK_FALSE(read.targets()[0].low().has_value());
  CHECK(read.targets()[0].high() == 3.0);
  CHECK_FALSE(read.targets()[0].until().has_value());
}

TEST_CASE("dates are days and what is no date is unknown") {
  worker::Batch batch;
  worker::Slice& slice = *batch.add_slices();
  for (const char* date : {"1970-01-02", "2024-02-29", "2023-02-29", "1979-3-15", "1979-03", "", "1979-13-01", "jj/mm/aaaa",
                           "1979-03-15T00"}) {
    slice.add_conditions()->set_from(date);
  }
  const relais::plugins::AbiSlices slices(batch.slices());
  const auto conditions = first(slices).conditions();
  CHECK(conditions[0].from()->time_since_epoch().count() == 1);
  CHECK(conditions[1].from().has_value());
  for (std::size_t index = 2; index < conditions.size(); ++index) CHECK_FALSE(conditions[index].from().has_value());
}

TEST_CASE("identity of nobody and words that this host does not know are unknown") {
  worker::Batch batch;
  worker::Slice& slice = *batch.add_slices();
  slice.add_reports()->set_identity_match(v1::IDENTITY_MATCH_NONE);
  slice.add_reports()->set_identity_match(v1::IDENTITY_MATCH_AMBIGUOUS);
  slice.add_reports()->set_status(static_cast<v1::ReportStatus>(99));
  slice.add_reports()->set_replaced_category(static_cast<v1::Category>(-3));
  const relais::plugins::AbiSlices slices(batch.slices());
  const auto reports = first(slices).reports();
  CHECK(reports[0].identity() == relais::Identity::unknown);
  CHECK(reports[1].identity() == relais::Identity::ambiguous);
  CHECK(reports[2].status() == relais::ReportStatus::unknown);
  CHECK(reports[3].replaced_category() == relais::Category::none);
}

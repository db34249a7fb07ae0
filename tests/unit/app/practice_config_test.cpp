// SPDX-License-Identifier: Apache-2.0
#include "app/practice_config.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <string>

#include "support/scratch_folder.h"

using namespace relais;
using namespace relais::app;
namespace fs = std::filesystem;

namespace {
struct ConfigFolder : test::Scratch {
  void write(const std::string& text) const { std::ofstream(path() / "practice.yaml") << text; }
};
}  // namespace

TEST_CASE("a practice's configuration comes back as it was written and is never replaced") {
  const ConfigFolder folder;
  PracticeConfig config;
  config.name = "Cabinet des Tilleuls : « Nord »";
  config.database = "sqlite:practice.sqlite";
  config.demonstration = true;
  REQUIRE(write_config(folder.path(), config));
  const auto read = read_config(folder.path());
  REQUIRE(read);
  CHECK(read->name == config.name);
  CHECK(read->time_zone == "Europe/Paris");
  CHECK(read->demonstration);
  CHECK(write_config(folder.path(), config).error().code == Code::config_exists);
}

TEST_CASE("a new practice's file is its own manual and every key that it shows as a comment is one that it takes") {
  const ConfigFolder folder;
  PracticeConfig config;
  config.name = "Cabinet";
  config.database = "sqlite:practice.sqlite";
  REQUIRE(write_config(folder.path(), config));
  std::ifstream in(folder.path() / "practice.yaml");
  std::string uncommented;
  for (std::string line; std::getline(in, line);) {
    const auto key = line.starts_with("# ") ? line.substr(2) : line;
    // A key is a word of lower case letters; a sentence is not.
    const auto colon = key.find(": ");
    if (colon != std::string::npos && key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == colon)
      uncommented += key + '\n';
  }
  const auto all = parse_config(uncommented);
  REQUIRE(all);
  CHECK(all->mllp == "127.0.0.1:2575");
  CHECK(all->record.address == "unix:/run/logiciel/dossiers.sock");
  CHECK(all->nightly_at == PracticeConfig{}.nightly_at);
  CHECK(all->critical_repeat == PracticeConfig{}.critical_repeat);
  CHECK(all->ledger_retention_months == 36);
}

TEST_CASE("a configuration that cannot be meant is refused with its place") {
  const ConfigFolder folder;
  CHECK(read_config(folder.path()).error().code == Code::config_missing);
  folder.write("practice: A\ndatabase: sqlite:a\ntime_zone: Europe/Atlantide\n");
  CHECK(read_config(folder.path()).error().place == "time_zone");
  folder.write("practice: A\ndatabase: sqlite:a\nlistenn: everywhere\n");
  CHECK(read_config(folder.path()).error().place == "listenn");
  folder.write("practice: A\n");
  CHECK(read_config(folder.path()).error().place == "database");
  folder.write("practice: [\n");
  CHECK(read_config(folder.path()).error().code == Code::config_invalid);
  folder.write("practice: A\ndatabase: sqlite:a\ndemonstration: perhaps\n");
  CHECK(read_config(folder.path()).error().code == Code::config_invalid);
}

TEST_CASE("a retention of the ledger is kept and one that is too short or longer than a century is refused") {
  const ConfigFolder folder;
  folder.write("practice: A\ndatabase: sqlite:a\nledger_retention_months: 36\n");
  CHECK(read_config(folder.path())->ledger_retention_months == 36);
  for (const auto* months : {"5", "0", "-12"}) {
    folder.write(std::string("practice: A\ndatabase: sqlite:a\nledger_retention_months: ") + months + "\n");
    CHECK(read_config(folder.path()).error().code == Code::ledger_retention);
  }
  // So many months back, the number of the year turns round: everything would be older than the limit.
  for (const auto* months : {"1201", "786432", "2147483647"}) {
    folder.write(std::string("practice: A\ndatabase: sqlite:a\nledger_retention_months: ") + months + "\n");
    CHECK(read_config(folder.path()).error().code == Code::config_invalid);
  }
  folder.write("practice: A\ndatabase: sqlite:a\n");
  CHECK(!read_config(folder.path())->ledger_retention_months);
}

TEST_CASE("a record kept elsewhere is on this machine or under TLS") {
  const auto with = [](const std::string& keys) {
    return parse_config("practice: Cabinet\ndatabase: sqlite:practice.sqlite\n" + keys);
  };
  CHECK(with("record_reader: unix:/run/logiciel.sock")->record.address == "unix:/run/logiciel.sock");
  CHECK(with("record_reader: 127.0.0.1:50061"));
  CHECK(with("record_reader: logiciel.example:443\nrecord_reader_ca: ca.pem"));
  for (const auto* refused :
       {"record_reader: logiciel.example:443", "record_reader: 192.0.2.7:443", "record_reader: 127.0.0.1:0",
        "record_reader: unix:logiciel.sock", "record_reader: unix:/a.sock\nrecord_reader_ca: ca.pem",
        "record_reader_ca: ca.pem", "record_reader: logiciel.example\nrecord_reader_ca: ca.pem",
        "record_reader: h:1\nrecord_reader_ca: ca.pem\nrecord_reader_key: key.pem",
        "record_reader: 127.0.0.1:5\nrecord_reader_certificate: a.pem\nrecord_reader_key: key.pem"}) {
    INFO(refused);
    const auto read = with(refused);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Code::config_invalid);
    CHECK(read.error().place.starts_with("record_reader"));
  }
}

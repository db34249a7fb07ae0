// SPDX-License-Identifier: Apache-2.0
// What Prometheus reads of a host: the names that dashboards rest on, and nothing of a patient.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "evening.h"
#include "practice.h"
#include "running_practice.h"
#include "scenario.h"

using namespace relais;
namespace asio = boost::asio;

namespace {

std::string get(int port, const std::string& target) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  socket.connect({asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(port)});
  const auto request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  asio::write(socket, asio::buffer(request));
  std::string answer;
  boost::system::error_code ended;
  asio::read(socket, asio::dynamic_buffer(answer), ended);
  return answer;
}

// Each name of ours with its kind, and each with its labels; the values left out.
std::set<std::string> names(const std::string& answer) {
  std::set<std::string> told;
  std::istringstream in(answer);
  const std::regex sample("^(relais_[a-z_]+)(\\{[^}]*\\})? ");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string hash, type, name, kind;
    if (line.starts_with("# TYPE relais_")) {
      words >> hash >> type >> name >> kind;
      told.insert(name + ' ' + kind);
    }
    std::smatch found;
    if (!std::regex_search(line, found, sample)) continue;
    std::set<std::string> labels;
    const auto text = found[2].str();
    const std::regex label("([a-z]+)=\"");
    for (auto at = std::sregex_iterator(text.begin(), text.end(), label); at != std::sregex_iterator(); ++at)
      labels.insert((*at)[1]);
    std::string entry = found[1].str() + " {";
    for (const auto& one : labels) entry += one + ',';
    told.insert(entry + '}');
  }
  return told;
}

double value(const std::string& answer, const std::string& sample) {
  const auto at = answer.find('\n' + sample + ' ');
  REQUIRE(at != std::string::npos);
  return std::stod(answer.substr(at + sample.size() + 2));
}

}  // namespace

TEST_CASE("what Prometheus reads has the promised names and counts what happened and names nobody") {
  test::RunningPractice practice("127.0.0.1:0");
  const auto scenario = demo::make_scenario(test::monday);
  demo::open_accounts(practice.connection(), scenario, test::bio_triage_package);
  demo::fill_record(practice.connection(), scenario);
  demo::sign_and_enable(practice.connection(), scenario, test::monday, (practice.path() / "fiches").string());
  const auto sent = demo::send_reports(practice.connection(), scenario, test::monday,
                                       (practice.path() / "reports").string(), "");
  demo::play(practice.connection(), scenario, sent);

  const auto answer = get(practice.host().metrics_port(), "/metrics");
  REQUIRE(answer.starts_with("HTTP/1.1 200"));
  std::set<std::string> promised;
  std::ifstream file(RELAIS_METRICS);
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#') promised.insert(line);
  CHECK(names(answer) == promised);

  CHECK(value(answer, "relais_practice_readable") == 1);
  CHECK(value(answer, "relais_plugin_running{plugin=\"bio-triage\",version=\"1.1.0\"}") == 1);
  CHECK(value(answer, "relais_worklist_open_items{category=\"critique\"}") > 0);
  CHECK(value(answer, "relais_plugin_subjects_total{outcome=\"evaluated\",plugin=\"bio-triage\",version=\"1.1.0\"}") >= 40);
  CHECK(value(answer, "relais_events_waiting") == 0);
  for (const auto& patient : scenario.patients) {
    CHECK(answer.find(patient.family) == std::string::npos);
    CHECK(answer.find(patient.ins) == std::string::npos);
  }
  CHECK(get(practice.host().metrics_port(), "/").starts_with("HTTP/1.1 404"));
}

TEST_CASE("metrics are served on loopback only") {
  CHECK(app::parse_config("practice: A\ndatabase: sqlite:a\nmetrics: 0.0.0.0:9464\n").error().place == "metrics");
  CHECK(app::parse_config("practice: A\ndatabase: sqlite:a\nmetrics: 127.0.0.1:9464\n"));
}

// SPDX-License-Identifier: Apache-2.0
#include "api/listen_address.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <catch2/catch.hpp>
#include <fstream>

#include "support/scratch_folder.h"

using namespace relais;
using namespace relais::api;
namespace fs = std::filesystem;

namespace {

ListenSettings tcp(const std::string& address, bool tls = false) {
  ListenSettings settings;
  settings.tcp = address;
  if (tls) settings.certificate = settings.key = "cert.pem";
  return settings;
}

}  // namespace

TEST_CASE("loopback needs no encryption") {
  for (const auto* address : {"127.0.0.1:0", "127.8.9.10:7443", "[::1]:7443", "localhost:7443"})
    CHECK(check_listen(tcp(address)));
}

TEST_CASE("another address without TLS is refused") {
  for (const auto* address : {"0.0.0.0:7443", "192.168.1.20:7443", "[::]:7443", "cabinet.example:7443", "127.0.0.1.nip.io:1"}) {
    const auto checked = check_listen(tcp(address));
    REQUIRE_FALSE(checked);
    CHECK(stable_code(checked.error().code) == "api.insecure-address");
    CHECK(check_listen(tcp(address, true)));
  }
}

TEST_CASE("a malformed address is refused as such") {
  for (const auto* address : {"127.0.0.1", ":7443", "127.0.0.1:", "127.0.0.1:99999", "::1:7443", "127.0.0.1:74x"})
    CHECK(check_listen(tcp(address)).error().code == Code::api_address);
  CHECK(check_listen({}).error().code == Code::api_address);
}

TEST_CASE("a certificate without its key is refused") {
  auto settings = tcp("127.0.0.1:0");
  settings.certificate = "cert.pem";
  CHECK(check_listen(settings).error().code == Code::api_tls);
}

TEST_CASE("the folder of the socket is made for its user alone") {
  const test::Scratch folder;
  const auto socket = folder.path() / "run" / "relais.sock";
  REQUIRE(prepare_socket(socket));
  CHECK(fs::status(socket.parent_path()).permissions() == fs::perms::owner_all);
}

TEST_CASE("a folder that others can enter is refused") {
  const test::Scratch folder;
  fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::others_exec);
  CHECK(prepare_socket(folder.path() / "relais.sock").error().code == Code::api_address);
}

TEST_CASE("the socket of a running host is never taken and that of a dead one is") {
  const test::Scratch folder;
  const auto socket = folder.path() / "relais.sock";
  boost::asio::io_context io;
  {
    boost::asio::local::stream_protocol::acceptor running(io,
                                                          boost::asio::local::stream_protocol::endpoint(socket.string()));
    CHECK(prepare_socket(socket).error().code == Code::api_address);
    CHECK(fs::exists(socket));
  }
  CHECK(prepare_socket(socket));
  CHECK_FALSE(fs::exists(socket));
}

TEST_CASE("a file that is no socket is left alone") {
  const test::Scratch folder;
  const auto file = folder.path() / "relais.sock";
  std::ofstream(file) << "data";
  CHECK(prepare_socket(file).error().code == Code::api_address);
  CHECK(fs::exists(file));
}

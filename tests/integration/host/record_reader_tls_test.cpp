// SPDX-License-Identifier: Apache-2.0
// The way from Relais to a software that keeps the record, under TLS: who is read, and who is not.
#include <chrono>
#include <functional>
#include <thread>

#include "app/record_channel.h"
#include "practice_elsewhere.h"
#include "records/remote_record.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "unit/records/served_record.h"

using namespace relais;
using relais::cli::CallFailed;
using relais::cli::Session;
using relais::test::Certificate;
using relais::test::content_of;
using relais::test::PracticeElsewhere;
using relais::test::ServedRecord;
namespace fs = std::filesystem;

namespace {

// A software on a port of this machine that answers of every patient that it knows her, since a second.
struct Software {
  explicit Software(const std::shared_ptr<grpc::ServerCredentials>& credentials) : served(credentials) {
    served.patient = [](const v1::RecordReading& reading, v1::RecordRows& rows) {
      rows.set_completeness(v1::RECORD_COMPLETENESS_COMPLETE);
      auto& row = *rows.add_rows();
      row.set_patient_id("1001");
      row.set_recorded_ms(reading.as_of_ms() - 1000);
      row.mutable_patient()->set_id("1001");
      row.mutable_patient()->mutable_traits()->set_birth_family("PAT-TROIS");
      return grpc::Status::OK;
    };
  }
  // With this certificate; when `clients` are named, for them alone.
  explicit Software(const Certificate& own, const std::string& clients = {}) : Software(tls(own, clients)) {}

  static std::shared_ptr<grpc::ServerCredentials> tls(const Certificate& own, const std::string& clients) {
    grpc::SslServerCredentialsOptions options(clients.empty()
                                                  ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                  : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = clients;
    options.pem_key_cert_pairs.push_back({own.key_pem(), own.pem()});
    return grpc::SslServerCredentials(options);
  }

  ServedRecord served;
};

// The stable code of one reading of the patient at this address; her name when she is read.
std::string read_at(const app::RecordAddress& address) {
  const auto channel = app::record_channel(address);
  if (!channel) return std::string(stable_code(channel.error().code));
  const SystemClock clock;
  records::RemoteRecordOptions options;
  options.deadline = std::chrono::seconds(120);  // so that a slow machine is never a timeout
  records::RemoteRecord record(*channel, clock, options);
  const auto read = record.reader()->patient("1001", clock.now());
  if (!read) return std::string(stable_code(read.error().code));
  return read->rows.empty() ? "nobody" : read->rows.front().traits().birth_family();
}

// As read_at, through the host of the practice. A handshake slower than the host's patience with one call is no answer.
std::string read_through(const PracticeElsewhere& practice) {
  const Session doctor(practice.connection("rouault"));
  const auto record = v1::PatientRecordService::NewStub(doctor.channel());
  v1::GetPatientRequest asked;
  asked.set_patient_id("1001");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(180);
  for (;;) {
    try {
      v1::GetPatientResponse answer;
      Session::check(record->GetPatient(doctor.context().get(), asked, &answer));
      return answer.patient().traits().birth_family();
    } catch (const CallFailed& failed) {
      if (failed.code != "record-reader.timeout" || std::chrono::steady_clock::now() > end) return failed.code;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

constexpr auto nobody_there = "record-reader.unreachable";

}  // namespace

TEST_CASE("a software is read over TLS under its own authority and under no other") {
  const test::Scratch scratch;
  const Certificate certificate(scratch.path() / "software");
  const Certificate other(scratch.path() / "other");
  Software software(certificate);
  CHECK(read_at({software.served.address(), other.chain, {}, {}}) == nobody_there);
  CHECK(software.served.calls == 0);
  CHECK(read_at({software.served.address(), certificate.chain, {}, {}}) == "PAT-TROIS");
  CHECK(software.served.readings == 1);
}

TEST_CASE("a software whose certificate is of another name is not read") {
  const test::Scratch scratch;
  const Certificate certificate(scratch.path() / "software", "DNS:logiciel.example,IP:127.0.0.2");
  Software software(certificate);
  CHECK(read_at({software.served.address(), certificate.chain, {}, {}}) == nobody_there);
  CHECK(software.served.calls == 0);
}

TEST_CASE("nothing is read without TLS where the other side has it") {
  const test::Scratch scratch;
  const Certificate certificate(scratch.path() / "software");
  Software under_tls(certificate);
  CHECK(read_at({under_tls.served.address(), {}, {}, {}}) == nobody_there);
  CHECK(under_tls.served.calls == 0);
  Software plain(grpc::InsecureServerCredentials());
  CHECK(read_at({plain.served.address(), certificate.chain, {}, {}}) == nobody_there);
  CHECK(plain.served.calls == 0);
  CHECK(read_at({plain.served.address(), {}, {}, {}}) == "PAT-TROIS");
}

TEST_CASE("a software that asks who reads is read with the certificate that it knows") {
  const test::Scratch scratch;
  const Certificate certificate(scratch.path() / "software");
  const Certificate relais(scratch.path() / "relais");
  const Certificate other(scratch.path() / "other");
  Software software(certificate, relais.pem());
  CHECK(read_at({software.served.address(), certificate.chain, {}, {}}) == nobody_there);
  CHECK(read_at({software.served.address(), certificate.chain, other.chain, other.key}) == nobody_there);
  CHECK(software.served.calls == 0);
  CHECK(read_at({software.served.address(), certificate.chain, relais.chain, relais.key}) == "PAT-TROIS");
}

TEST_CASE("a certificate that cannot be read is told before anything is opened") {
  const test::Scratch scratch;
  const Certificate certificate(scratch.path() / "software");
  std::ofstream(scratch.path() / "letter.pem") << "Madame, Monsieur";
  const auto missing = scratch.path() / "missing.pem";
  const auto letter = scratch.path() / "letter.pem";
  const auto place = [](const app::RecordAddress& address) {
    const auto channel = app::record_channel(address);
    REQUIRE_FALSE(channel);
    CHECK(channel.error().code == Code::config_invalid);
    return channel.error().place;
  };
  const auto& [chain, key] = certificate;
  CHECK(place({"127.0.0.1:1", missing, {}, {}}) == "record_reader_ca");
  CHECK(place({"127.0.0.1:1", letter, {}, {}}) == "record_reader_ca");
  CHECK(place({"127.0.0.1:1", chain, missing, key}) == "record_reader_certificate");
  CHECK(place({"127.0.0.1:1", chain, chain, letter}) == "record_reader_key");
}

TEST_CASE("a practice reads its patients over TLS as practice.yaml says and not under another authority") {
  PracticeElsewhere practice;
  practice.open_account("rouault", v1::ROLE_DOCTOR);
  const Certificate certificate(practice.path() / "software");
  const Certificate relais(practice.data() / "tls");
  const Certificate other(practice.data() / "other");
  fs::copy_file(certificate.chain, practice.data() / "tls" / "ca.pem");
  Software software(certificate, relais.pem());
  const auto address = "record_reader: " + software.served.address() + "\n";
  const std::string shown = "record_reader_certificate: tls/cert.pem\nrecord_reader_key: tls/key.pem\n";

  practice.start_with(address + "record_reader_ca: other/cert.pem\n" + shown);
  CHECK(read_through(practice) == nobody_there);
  practice.start_with(address + "record_reader_ca: tls/ca.pem\n");
  CHECK(read_through(practice) == nobody_there);
  practice.start_with(address);
  CHECK(read_through(practice) == nobody_there);
  CHECK(software.served.calls == 0);
  // Paths are those of the practice's folder.
  practice.start_with(address + "record_reader_ca: tls/ca.pem\n" + shown);
  CHECK(read_through(practice) == "PAT-TROIS");
  practice.stop();
  CHECK(software.served.calls > 0);
}

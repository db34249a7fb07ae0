// SPDX-License-Identifier: Apache-2.0
// librelais_host: the host of one practice, inside your program. What relais-host serves, this serves, on the same
// contract (proto/relais/v1); the plugins' workers remain processes of their own, locked in as ever.
//
// Your process then holds health data: keep its files private (umask 077) and write no memory image (ulimit -c 0).
// The host logs through spdlog's default logger, codes and numbers only.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace grpc {
class Channel;
class Service;
}

namespace relais::host {

// What the host refused. what() is a French sentence for people; `code` is stable ("practice.running"), `place` the
// setting or file it is about, or empty.
class Failure : public std::runtime_error {
 public:
  Failure(std::string stable_code, const std::string& sentence, std::string where)
      : std::runtime_error(sentence), code(std::move(stable_code)), place(std::move(where)) {}
  const std::string code;
  const std::string place;
};

struct Settings {
  // The practice's folder, made by create_practice() or `relais-host init`. At most one host runs on it.
  std::filesystem::path data;
  // Unix socket to listen on (its folder is made 0700, the path has at most 107 bytes); empty: relais.sock in `data`.
  std::filesystem::path socket;
  // Also listen on "HOST:PORT", port 0 for a free one; outside loopback `certificate` and `key` (PEM) are needed.
  std::string tcp;
  std::filesystem::path certificate;
  std::filesystem::path key;
  // Watched folder; empty: "reception" in `data`.
  std::filesystem::path inbox;
  // The program relais-worker; empty: that of the installation this library is part of.
  std::filesystem::path worker;
  // "YYYY-MM-DDTHH:MM": a clock that starts then, for practices created as demonstrations; empty: the machine's.
  std::string demonstration_clock;
  // Your implementation of relais::v1::RecordReaderService::Service (<relais/v1/record_reader.grpc.pb.h>): your database
  // keeps the patient record, Relais reads it under the rules of record_reader.proto and receives no report itself. In
  // this process, without a socket; called on threads of the host's, several at once; its destruction may follow the
  // host's. Null: record_reader of practice.yaml, else Relais keeps the record.
  std::shared_ptr<grpc::Service> record;
  // The practice's file is damaged (store.damaged) and nothing more is written: destroy the host, restore a backup.
  // Called at most once, on a thread of the host's: destroy it from another one.
  std::function<void(const Failure&)> on_damage;
};

// Makes the folder of a new practice, with its first administrator. Throws Failure: config.exists for a folder that
// holds one, api.weak-password.
void create_practice(const std::filesystem::path& data, const std::string& name, const std::string& administrator,
                     const std::string& password);

// Runs from its construction to its destruction. Thread-safe.
class EmbeddedHost {
 public:
  // Opens the practice, loads its plugins, listens. Blocks until calls are answered. Throws Failure.
  explicit EmbeddedHost(Settings settings);
  // As stop().
  ~EmbeddedHost();
  EmbeddedHost(const EmbeddedHost&) = delete;
  EmbeddedHost& operator=(const EmbeddedHost&) = delete;

  // A connection to this host, for the stubs of <relais/v1/*.grpc.pb.h>. Calls need a signed-in account as from anywhere:
  // each adds the metadata "authorization: Bearer TOKEN" of IdentityService.SignIn.
  std::shared_ptr<grpc::Channel> channel() const;
  // Signs an account in and gives a connection whose calls all carry it, with its rights and no others. It answers
  // api.unauthenticated once the session has ended (SignInResponse: 15 minutes without a call, 12 hours at the latest): sign in
  // again. The password is not kept. Blocks. Throws Failure: what SignIn refuses (api.credentials, api.locked),
  // api.stopping when nobody answers.
  std::shared_ptr<grpc::Channel> sign_in(const std::string& login, const std::string& password) const;
  // Port of the TCP listener, 0 without one.
  int port() const;
  // Refuses new calls, finishes what runs, ends the workers. Blocks; a second call does nothing.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace relais::host

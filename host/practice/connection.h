// SPDX-License-Identifier: Apache-2.0
// What differs between the two engines: how a connection is opened and how a transaction begins.
#pragma once

#include <soci/soci.h>

#include <memory>
#include <string>

#include "domain/error.h"
#include "practice/database.h"

namespace relais::practice {

enum class Access { read, write };

struct ConnectionSettings {
  Engine engine;
  // SOCI's connection string.
  std::string connect;
  // PostgreSQL: the practice's schema. Only [a-z0-9_], so that it can stand in a statement.
  std::string schema;
  // SQLite: the file.
  std::string file = {};
};

struct Session {
  soci::session sql;
  // The connection must be opened again before its next use.
  bool broken = false;
};

// relais.invalid-argument for a URL of neither engine or a schema name that is not an identifier.
Result<ConnectionSettings> parse_url(const std::string& url);

// Opens and prepares a connection. Throws soci::soci_error.
std::unique_ptr<Session> open_session(const ConnectionSettings& settings, Access access);

// Settings of a fresh connection (also after a reconnection). Throws soci::soci_error.
void prepare_session(soci::session& session, const ConnectionSettings& settings, Access access);

std::string begin_read(Engine engine);
std::string begin_write(Engine engine);

// Keeps out writers of the same practice in other processes until the transaction ends (SQLite's BEGIN IMMEDIATE
// already does). Throws soci::soci_error.
void lock_writer(soci::session& session, const ConnectionSettings& settings);

}  // namespace relais::practice

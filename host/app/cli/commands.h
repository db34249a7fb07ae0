// SPDX-License-Identifier: Apache-2.0
// The commands of `relais`, one file for each area. Each function adds its commands to `app`; `connection` is filled by
// the shared options before a command runs and outlives it. A command throws CallFailed, or CLI::RuntimeError with the
// exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <deque>

#include "app/cli/session.h"

namespace relais::cli {

void add_worklist_commands(CLI::App& app, const Connection& connection);
void add_digest_command(CLI::App& app, const Connection& connection);
void add_practice_commands(CLI::App& app, const Connection& connection);
// `relais ald` and `relais appointment`.
void add_ald_commands(CLI::App& app, const Connection& connection);
void add_vaccine_commands(CLI::App& app, const Connection& connection);
// `relais agenda`.
void add_agenda_commands(CLI::App& app, const Connection& connection);
void add_ingest_commands(CLI::App& app, const Connection& connection);
void add_fiche_commands(CLI::App& app, const Connection& connection);
void add_plugin_commands(CLI::App& app, const Connection& connection);
// keygen, pack, sign, rotate, install, uninstall, accept and logs, on the command that add_plugin_commands made.
void add_package_commands(CLI::App& app, const Connection& connection);
// `relais plugin trust`, on the same.
void add_trust_commands(CLI::App& app, const Connection& connection);
// `relais preview`, and `relais plugin replay` on the command that add_plugin_commands made.
void add_trial_commands(CLI::App& app, const Connection& connection);
// `relais plugin shadow-live`, on the same.
void add_live_shadow_commands(CLI::App& app, const Connection& connection);
// `relais plugin new` and what else an author needs without a host, on the command that add_plugin_commands made.
void add_kit_commands(CLI::App& app);
void add_validate_commands(CLI::App& app);
void add_audit_commands(CLI::App& app, const Connection& connection);
void add_trace_command(CLI::App& app, const Connection& connection);
void add_account_commands(CLI::App& app, const Connection& connection);
// `relais agenda export` and `relais agenda import`, on `relais agenda` where that is there already.
void add_agenda_exchange_commands(CLI::App& app, const Connection& connection);
// `relais contact` and `relais message`.
void add_contact_commands(CLI::App& app, const Connection& connection);
void add_backup_commands(CLI::App& app);
void add_explain_command(CLI::App& app);
// `relais conformance`: what an editor puts behind Relais.
void add_conformance_command(CLI::App& app);

// A context and one unary call: throws CallFailed unless it succeeds.
template <class Response, class Stub, class Method, class Request>
Response call(const Session& session, Stub& stub, Method method, const Request& request) {
  Response response;
  const auto context = session.context();
  Session::check((stub.*method)(context.get(), request, &response));
  return response;
}

// Storage for what options fill: CLI11 keeps references to it, so it lives until the process ends.
template <class T>
T& kept() {
  static std::deque<T> values;
  return values.emplace_back();
}

}  // namespace relais::cli

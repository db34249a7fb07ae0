// SPDX-License-Identifier: Apache-2.0
// relais-worker: one plugin, locked in, behind the socket that the host left on descriptor 3. Not for people.
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>

#include "plugins/sandbox/sandbox.h"
#include "plugins/sandbox/spawner.h"
#include "plugins/worker/serve.h"
#include "plugins/loaded_plugin.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// The sandbox refuses what the leak check needs (ptrace) and what symbolising needs (another program). Handling signals
// stays with the kernel, so that the host sees the same end of a worker with and without the sanitizer.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "detect_leaks=0:symbolize=0:handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:"
         "allocator_may_return_null=1:use_sigaltstack=0";
}
#endif
#endif

namespace {

using relais::plugins::LoadedPlugin;

struct Arguments {
  std::filesystem::path package;
  int parent = 0;
  relais::plugins::SandboxPolicy policy;
};

relais::Result<std::unique_ptr<LoadedPlugin>> open(Arguments arguments, relais::worker::v1::Hello& hello) {
  // Read before the sandbox: the manifest is data, no code of the plugin runs.
  const auto package = relais::plugins::open_package(arguments.package);
  if (!package) return tl::make_unexpected(package.error());
  hello.set_plugin_id(package->manifest.id);
  hello.set_plugin_version(package->manifest.version);
  arguments.policy.readable = {package->directory};
  arguments.policy.memory_bytes = package->manifest.budget.memory_mb << 20U;
  const auto state = relais::plugins::enter_sandbox(arguments.policy);
  if (!state) return tl::make_unexpected(state.error());
  hello.set_landlock_abi(state->landlock_abi);
  hello.set_seccomp(state->seccomp);
  return relais::plugins::LoadedPlugin::load(*package);
}

int run(const Arguments& arguments) {
  if (const auto tied = relais::plugins::tie_to_parent(arguments.parent); !tied) return EXIT_FAILURE;
  relais::worker::v1::Hello hello;
  auto plugin = open(arguments, hello);
  if (!plugin) {
    hello.set_refused(std::string(relais::stable_code(plugin.error().code)));
    hello.set_detail(plugin.error().place + ": " + plugin.error().detail);
  }
  std::function<bool()> before_evaluating;
  if (arguments.policy.may_forbid_files) before_evaluating = [] { return relais::plugins::forbid_files().has_value(); };
  relais::plugins::serve(relais::plugins::Spawner::child_socket, hello, plugin ? plugin->get() : nullptr, before_evaluating);
  return EXIT_SUCCESS;
}

}  // namespace

int main(int count, char** values) {
  try {
    CLI::App app{"Runs one Relais plugin for relais-host; started by it."};
    Arguments arguments;
    int landlock_abi = 0;
    app.add_option("--package", arguments.package, "Folder of the plugin")->required();
    app.add_option("--parent", arguments.parent, "Process of the host")->required();
    const auto* forced = app.add_option("--landlock-abi", landlock_abi, "Use at most this Landlock ABI");
    app.add_flag("--no-files", arguments.policy.may_forbid_files, "End when the plugin opens a file while it evaluates");
    app.add_flag("--require-landlock", arguments.policy.require_landlock, "Refuse to run without Landlock");
    CLI11_PARSE(app, count, values);
    if (forced->count() > 0) arguments.policy.landlock_abi_at_most = landlock_abi;
    return run(arguments);
  } catch (const std::exception&) {
    // The host sees the exit code; the words could be a plugin's.
    return EXIT_FAILURE;
  }
}

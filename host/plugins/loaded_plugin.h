// SPDX-License-Identifier: Apache-2.0
// A plugin's library, loaded and made. Used by the worker, inside its sandbox, and by in-process mode.
#pragma once

#include <atomic>
#include <memory>

#include "domain/error.h"
#include "plugins/manifest.h"
#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

// One instance of one plugin. Not thread-safe: one thread at a time. Nothing here protects the process from what the
// library does.
class LoadedPlugin {
 public:
  // Loads the library (its static initialisers run), compares what it says of itself with the manifest, and makes an
  // instance. plugin.refused when they differ or when create fails, plugin.manifest.abi with both versions when the
  // ABI does not fit. The detail never holds health data.
  static Result<std::unique_ptr<LoadedPlugin>> load(const Package& package);

  LoadedPlugin(const LoadedPlugin&) = delete;
  LoadedPlugin& operator=(const LoadedPlugin&) = delete;
  // Destroys the instance and unloads the library.
  ~LoadedPlugin();

  // One evaluation for each slice of the batch, in its order. When the plugin fails on a batch as a whole, each slice
  // is asked alone, so that one subject does not take the others with it.
  worker::v1::BatchResult evaluate(const worker::v1::Batch& batch, const std::atomic<bool>& cancelled);

  // Empty when the plugin describes none. plugin.garbage when one of them breaks the header's rules.
  Result<worker::v1::Rules> describe_rules();

  // One status for each outcome, in their order: RELAIS_UNSUPPORTED from a plugin that takes none, RELAIS_ERROR where it
  // threw. With the lines that the plugin wrote (relais/extensions.h).
  worker::v1::OutcomesTaken feedback(const worker::v1::OutcomeBatch& batch);

 private:
  struct Library;
  explicit LoadedPlugin(const Manifest& manifest);
  // Nothing when the plugin failed on the batch as a whole.
  bool evaluate_once(const worker::v1::Batch& batch, const std::atomic<bool>& cancelled,
                     worker::v1::BatchResult& result);

  Manifest manifest_;
  std::unique_ptr<Library> library_;
};

}  // namespace relais::plugins

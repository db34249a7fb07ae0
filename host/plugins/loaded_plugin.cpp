// SPDX-License-Identifier: Apache-2.0
#include "plugins/loaded_plugin.h"

#include <fmt/format.h>
#include <relais/relais.h>

#include <boost/dll/shared_library.hpp>
#include <exception>

#include "plugins/abi_answer.h"
#include "plugins/abi_feedback.h"
#include "plugins/abi_slice.h"
#include "plugins/abi_text.h"

namespace relais::plugins {
namespace {

constexpr std::size_t sane_table_size = 64 * 1024;

tl::unexpected<Error> refuse(std::string detail, std::string place) {
  return fail(Code::plugin_refused, std::move(detail), std::move(place));
}

std::string shown(relais_str text) { return is_identifier(text) ? std::string(checked(text)) : "?"; }

Result<void> check_entry(const relais_entry* entry, const Manifest& manifest) {
  if (entry == nullptr) return refuse("the entry is null", "entry");
  if (entry->size > sane_table_size || !RELAIS_HAS(entry, create)) {
    return refuse(fmt::format("the entry says it has {} bytes", entry->size), "entry.size");
  }
  if (entry->abi_major != RELAIS_ABI_MAJOR || entry->abi_minor_min > RELAIS_ABI_MINOR) {
    return fail(Code::plugin_manifest_abi,
                fmt::format("library asks for ABI {}.{}, this host speaks {}.{}", entry->abi_major,
                            entry->abi_minor_min, RELAIS_ABI_MAJOR, RELAIS_ABI_MINOR),
                "entry.abi");
  }
  if (entry->abi_minor_min > entry->abi_minor) {
    return refuse(fmt::format("the library needs ABI {}.{} and was built with {}.{}", entry->abi_major,
                              entry->abi_minor_min, entry->abi_major, entry->abi_minor),
                  "entry.abi");
  }
  if (!is_identifier(entry->id) || checked(entry->id) != manifest.id) {
    return refuse(fmt::format("the library is {}, the manifest {}", shown(entry->id), manifest.id), "entry.id");
  }
  if (!is_text(entry->version, 64) || checked(entry->version) != manifest.version) {
    return refuse(fmt::format("the library is of version {}, the manifest of {}",
                              is_text(entry->version, 64) ? checked(entry->version) : "?", manifest.version),
                  "entry.version");
  }
  if (entry->create == nullptr) return refuse("the library cannot make an instance", "entry.create");
  return {};
}

Result<void> check_instance(const relais_plugin* plugin) {
  if (plugin == nullptr) return refuse("no instance was made", "create");
  if (plugin->size > sane_table_size || !RELAIS_HAS(plugin, destroy)) {
    return refuse(fmt::format("the instance says it has {} bytes", plugin->size), "plugin.size");
  }
  if (plugin->evaluate == nullptr || plugin->destroy == nullptr) {
    return refuse("the instance lacks evaluate or destroy", "plugin");
  }
  return {};
}

}  // namespace

struct LoadedPlugin::Library {
  boost::dll::shared_library file;
  relais_plugin* instance = nullptr;
};

LoadedPlugin::LoadedPlugin(const Manifest& manifest) : manifest_(manifest), library_(std::make_unique<Library>()) {}

LoadedPlugin::~LoadedPlugin() {
  if (library_->instance == nullptr) return;
  try {
    library_->instance->destroy(library_->instance);
  } catch (...) {
    // A plugin that throws at its end has nothing left to tell.
    library_->instance = nullptr;
  }
}

Result<std::unique_ptr<LoadedPlugin>> LoadedPlugin::load(const Package& package) {
  try {
    std::unique_ptr<LoadedPlugin> loaded(new LoadedPlugin(package.manifest));
    Library& library = *loaded->library_;
    boost::dll::fs::error_code problem;
    library.file.load(package.library.string(), problem,
                      boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    if (problem) return refuse("the library cannot be loaded: " + problem.message(), package.manifest.id);
    if (!library.file.has(RELAIS_ENTRY_SYMBOL)) return refuse("the library has no entry", RELAIS_ENTRY_SYMBOL);
    const relais_entry* const entry = library.file.get<const relais_entry*()>(RELAIS_ENTRY_SYMBOL)();
    if (auto checked_entry = check_entry(entry, package.manifest); !checked_entry) {
      return tl::unexpected(checked_entry.error());
    }
    const std::string data = package.data.string();
    relais_plugin* instance = nullptr;
    const relais_status status = entry->create(&host_functions(), {data.data(), data.size()}, &instance);
    if (status != RELAIS_OK) return refuse(fmt::format("create answered {}", static_cast<int>(status)), "create");
    if (auto checked_instance = check_instance(instance); !checked_instance) {
      return tl::unexpected(checked_instance.error());
    }
    library.instance = instance;
    return loaded;
  } catch (const std::exception& error) {
    return refuse(error.what(), package.manifest.id);
  } catch (...) {
    return refuse("the library threw while it was loaded", package.manifest.id);
  }
}

bool LoadedPlugin::evaluate_once(const worker::v1::Batch& batch, const std::atomic<bool>& cancelled,
                                 worker::v1::BatchResult& result) {
  Answer answer(batch, manifest_, cancelled);
  const AbiSlices slices(batch.slices());
  relais_status status = RELAIS_ERROR;
  Code reason = Code::plugin_error;
  try {
    status = library_->instance->evaluate(library_->instance, as_call(answer), slices.rows());
  } catch (...) {
    // Only a plugin that was not built on the SDK lets an exception out.
    reason = Code::plugin_exception;
  }
  if (status == RELAIS_CANCELLED) reason = Code::plugin_cancelled;
  const bool trusted = status == RELAIS_OK && !answer.named_an_outsider();
  if (!trusted) answer.refuse_all(answer.named_an_outsider() ? Code::plugin_out_of_subject : reason);
  result = answer.take();
  return trusted || status == RELAIS_CANCELLED;
}

worker::v1::BatchResult LoadedPlugin::evaluate(const worker::v1::Batch& batch, const std::atomic<bool>& cancelled) {
  worker::v1::BatchResult result;
  if (evaluate_once(batch, cancelled, result) || batch.slices_size() < 2) return result;
  worker::v1::BatchResult one_by_one;
  one_by_one.set_id(batch.id());
  for (int index = 0; index < batch.slices_size(); ++index) {
    worker::v1::Batch alone;
    alone.set_id(batch.id());
    *alone.add_slices() = batch.slices(index);
    evaluate_once(alone, cancelled, result);
    worker::v1::Evaluation& evaluation = *one_by_one.add_evaluations();
    evaluation = std::move(*result.mutable_evaluations(0));
    evaluation.set_slice_index(index);
    one_by_one.mutable_logs()->MergeFrom(result.logs());
  }
  return one_by_one;
}

Result<worker::v1::Rules> LoadedPlugin::describe_rules() {
  struct Sink {
    worker::v1::Rules rules;
    bool valid = true;
  } sink;
  relais_plugin* const plugin = library_->instance;
  if (plugin->describe_rules == nullptr) return sink.rules;
  try {
    const relais_status status = plugin->describe_rules(plugin, &sink, [](void* context, const relais_rule* rule) {
      Sink& to = *static_cast<Sink*>(context);
      try {
        to.valid = add_rule(rule, to.rules) && to.valid;
      } catch (...) {
        to.valid = false;
      }
    });
    if (status == RELAIS_UNSUPPORTED) return worker::v1::Rules{};
    if (status != RELAIS_OK || !sink.valid) return fail(Code::plugin_garbage, "a rule is badly described", manifest_.id);
    return sink.rules;
  } catch (...) {
    return fail(Code::plugin_exception, "describe_rules threw", manifest_.id);
  }
}

worker::v1::OutcomesTaken LoadedPlugin::feedback(const worker::v1::OutcomeBatch& batch) {
  relais_plugin* const plugin = library_->instance;
  worker::v1::OutcomesTaken taken;
  taken.set_id(batch.id());
  const FeedbackLines lines(manifest_, *taken.mutable_logs());
  for (const worker::v1::Outcome& outcome : batch.outcomes()) {
    if (plugin->feedback == nullptr) {
      taken.add_statuses(static_cast<int>(RELAIS_UNSUPPORTED));
      continue;
    }
    const relais_subject subject = abi_subject(outcome.subject());
    relais_outcome told{};
    told.size = sizeof told;
    told.subject = &subject;
    told.kind = {outcome.kind().data(), outcome.kind().size()};
    told.verdict = static_cast<std::uint32_t>(outcome.verdict());
    told.category = static_cast<std::uint32_t>(outcome.category());
    told.reason = {outcome.reason().data(), outcome.reason().size()};
    try {
      taken.add_statuses(static_cast<int>(plugin->feedback(plugin, &told)));
    } catch (...) {
      taken.add_statuses(static_cast<int>(RELAIS_ERROR));
    }
  }
  return taken;
}

}  // namespace relais::plugins

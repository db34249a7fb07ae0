// SPDX-License-Identifier: Apache-2.0
// From the C boundary to relais::Plugin and back. Included by plugin.h. Every function here is one guard: no exception
// passes it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>

#include <relais/plugin.h>

namespace relais {
inline namespace sdk {
namespace detail {

// The C struct that the host holds, with the instance behind it.
struct Instance {
  relais_plugin raw{};
  const relais_host* host = nullptr;
  std::unique_ptr<Plugin> plugin;
};

inline Instance& instance(relais_plugin* plugin) noexcept { return *static_cast<Instance*>(plugin->self); }

// An older host may not know not_evaluated: then the whole batch is told as not evaluated.
inline bool say_not_evaluated(const relais_host* host, relais_call* call, std::size_t index,
                              std::string_view code) noexcept {
  return RELAIS_HAS(host, not_evaluated) && host->not_evaluated != nullptr &&
         host->not_evaluated(call, index, borrow(code)) == RELAIS_OK;
}

inline relais_status evaluate(relais_plugin* plugin, relais_call* call, relais_rows raw_slices) noexcept {
  Instance& self = instance(plugin);
  const rows<Slice> slices(raw_slices);
  for (std::size_t index = 0; index < slices.size(); ++index) {
    Findings findings(self.host, call, index);
    if (findings.cancelled()) return RELAIS_CANCELLED;
    try {
      self.plugin->evaluate(slices[index], findings);
    } catch (const Refused&) {
      if (!say_not_evaluated(self.host, call, index, "plugin.garbage")) return RELAIS_ERROR;
    } catch (...) {
      if (!say_not_evaluated(self.host, call, index, "plugin.exception")) return RELAIS_ERROR;
    }
  }
  return RELAIS_OK;
}

inline relais_status describe_rules(relais_plugin* plugin, void* context, relais_rule_sink sink) noexcept {
  try {
    for (const Rule& rule : instance(plugin).plugin->rules()) {
      relais_rule raw{};
      raw.size = sizeof raw;
      raw.id = borrow(rule.id);
      raw.title = borrow(rule.title);
      raw.source = borrow(rule.source);
      raw.category = static_cast<std::uint32_t>(rule.category);
      raw.to_confirm = rule.to_confirm ? 1U : 0U;
      raw.threshold = borrow(rule.threshold);
      raw.confirm = borrow(rule.confirm);
      sink(context, &raw);
    }
    return RELAIS_OK;
  } catch (...) {
    return RELAIS_ERROR;
  }
}

inline relais_status feedback(relais_plugin* plugin, const relais_outcome* outcome) noexcept {
  try {
    instance(plugin).plugin->feedback(Outcome(outcome));
    return RELAIS_OK;
  } catch (...) {
    return RELAIS_ERROR;
  }
}

inline const void* extension(relais_plugin* plugin, const char* id) noexcept {
  try {
    return instance(plugin).plugin->extension(id);
  } catch (...) {
    return nullptr;
  }
}

inline void destroy(relais_plugin* plugin) noexcept { delete &instance(plugin); }

template <class T>
std::unique_ptr<Plugin> make(const Setup& setup) {
  if constexpr (std::is_constructible_v<T, const Setup&>) {
    return std::make_unique<T>(setup);
  } else {
    return std::make_unique<T>();
  }
}

template <class T>
relais_status create(const relais_host* host, relais_str data_directory, relais_plugin** plugin) noexcept {
  *plugin = nullptr;
  try {
    auto self = std::make_unique<Instance>();
    self->host = host;
    self->plugin = make<T>(Setup{std::filesystem::path(view(data_directory)), host});
    self->raw.size = sizeof(relais_plugin);
    self->raw.self = self.get();
    self->raw.evaluate = &evaluate;
    self->raw.describe_rules = &describe_rules;
    self->raw.feedback = &feedback;
    self->raw.extension = &extension;
    self->raw.destroy = &destroy;
    *plugin = &self->raw;
    static_cast<void>(self.release());
    return RELAIS_OK;
  } catch (const std::exception& error) {
    // No patient is known here, only the package's own data: its author needs the words.
    static_cast<void>(std::fprintf(stderr, "relais plugin: %s\n", error.what()));
    return RELAIS_ERROR;
  } catch (...) {
    return RELAIS_ERROR;
  }
}

}  // namespace detail
}  // namespace sdk
}  // namespace relais

// Defines the one exported symbol. `id` and `version` must equal the manifest's.
#define RELAIS_PLUGIN(Type, id_text, version_text)                                                          \
  extern "C" RELAIS_EXPORT const relais_entry* relais_plugin_entry(void) {                                  \
    static const relais_entry entry = [] {                                                                  \
      relais_entry made{};                                                                                  \
      made.size = sizeof made;                                                                              \
      made.abi_major = RELAIS_ABI_MAJOR;                                                                    \
      made.abi_minor = RELAIS_ABI_MINOR;                                                                    \
      made.abi_minor_min = 0;                                                                               \
      made.id = relais::borrow(id_text);                                                                    \
      made.version = relais::borrow(version_text);                                                          \
      made.create = &relais::detail::create<Type>;                                                          \
      return made;                                                                                          \
    }();                                                                                                    \
    return &entry;                                                                                          \
  }

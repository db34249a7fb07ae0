// SPDX-License-Identifier: Apache-2.0
// The plugin under test, made and asked through the C boundary: link the test with the plugin's own sources.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <relais/testing/answer.h>
#include <relais/testing/record.h>

namespace relais {
inline namespace sdk {
namespace testing {

// Where relais_add_plugin_test() finds data/ of the plugin; empty when it has none.
#ifdef RELAIS_PLUGIN_DATA
inline constexpr const char* plugin_data = RELAIS_PLUGIN_DATA;
#else
inline constexpr const char* plugin_data = "";
#endif

// One instance, in this process. Nothing holds it in: a crash is the test's crash.
class Loaded {
 public:
  // Throws std::runtime_error when the plugin refuses to be made, which a host tells as plugin.refused.
  explicit Loaded(std::string data = plugin_data, const relais_entry* entry = relais_plugin_entry())
      : data_(std::move(data)) {
    host_.size = sizeof host_;
    host_.abi_major = RELAIS_ABI_MAJOR;
    host_.abi_minor = RELAIS_ABI_MINOR;
    host_.finding = &detail::take_finding;
    host_.effect = &detail::take_effect;
    host_.not_evaluated = &detail::take_not_evaluated;
    host_.log = &detail::take_log;
    host_.cancelled = &detail::never_cancelled;
    host_.document_read = &detail::read_document;
    host_.extension = &detail::no_extension;
    const relais_status status = entry->create(&host_, borrow(data_), &plugin_);
    if (status != RELAIS_OK || plugin_ == nullptr) throw std::runtime_error("the plugin refused to be made");
  }
  ~Loaded() { plugin_->destroy(plugin_); }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  // What it says of this record at noon (UTC) of `today`, or at `as_of`.
  [[nodiscard]] Answer ask(const Record& record, Date today) { return ask(record, at(today), today); }
  [[nodiscard]] Answer ask(const Record& record, Instant as_of, Date today) {
    detail::Call call;
    call.record = &record;
    call.answer.status = record.shown(as_of, today, [&](const Slice& slice) {
      const relais_rows batch{slice.raw(), 1, sizeof(relais_slice)};
      return plugin_->evaluate(plugin_, reinterpret_cast<relais_call*>(&call), batch);
    });
    return std::move(call.answer);
  }

  // The rules as the doctor is shown them; empty when it describes none.
  [[nodiscard]] std::vector<Rule> rules() {
    std::vector<Rule> described;
    if (plugin_->describe_rules == nullptr) return described;
    plugin_->describe_rules(plugin_, &described, [](void* context, const relais_rule* raw) {
      Rule rule;
      rule.id = view(raw->id);
      rule.title = view(raw->title);
      rule.source = view(raw->source);
      rule.category = static_cast<Category>(raw->category);
      rule.to_confirm = raw->to_confirm != 0;
      if (RELAIS_HAS(raw, threshold)) rule.threshold = view(raw->threshold);
      if (RELAIS_HAS(raw, confirm)) rule.confirm = view(raw->confirm);
      static_cast<std::vector<Rule>*>(context)->push_back(std::move(rule));
    });
    return described;
  }

 private:
  std::string data_;
  relais_host host_{};
  relais_plugin* plugin_ = nullptr;
};

}  // namespace testing
}  // namespace sdk
}  // namespace relais

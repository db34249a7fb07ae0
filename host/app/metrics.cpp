// SPDX-License-Identifier: Apache-2.0
#include "app/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "app/loopback_address.h"
#include "practice/practice_counts.h"

namespace relais::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using Labels = std::map<std::string, std::string>;

MetricFamily gauge(const char* name, const char* help) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Gauge;
  return family;
}

void add(MetricFamily& family, double value, const Labels& labels = {}) {
  ClientMetric metric;
  for (const auto& [name, label] : labels) metric.label.push_back({name, label});
  metric.gauge.value = value;
  family.metric.push_back(std::move(metric));
}

// Words of the categories as the contract writes them, in their order.
constexpr std::pair<worklist::Category, const char*> categories[] = {
    {worklist::Category::critique, "critique"}, {worklist::Category::aujourdhui, "aujourdhui"},
    {worklist::Category::a_voir, "a-voir"},     {worklist::Category::a_classer, "a-classer"},
    {worklist::Category::normal, "normal"},     {worklist::Category::none, "none"}};

// What is counted at the moment it is asked for.
class Standing final : public prometheus::Collectable {
 public:
  Standing(practice::Database& database, const Clock& clock, std::function<std::vector<PluginGauge>()> plugins)
      : database_(database), clock_(clock), plugins_(std::move(plugins)) {}

  std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> told;
    auto running = gauge("relais_plugin_running", "1 while the plugin's worker runs");
    for (const auto& plugin : plugins_())
      add(running, plugin.running ? 1 : 0, {{"plugin", plugin.id}, {"version", plugin.version}});
    told.push_back(std::move(running));
    const auto counts = database_.read(
        [](soci::session& sql) -> Result<practice::PracticeCounts> { return practice::practice_counts(sql); });
    auto readable = gauge("relais_practice_readable", "0 while the practice's database cannot be read");
    add(readable, counts ? 1 : 0);
    told.push_back(std::move(readable));
    if (!counts) {
      spdlog::error("metrics.not-counted code={}", stable_code(counts.error().code));
      return told;
    }
    auto items = gauge("relais_worklist_open_items", "Open items of the worklist, by category");
    for (const auto& [category, word] : categories) {
      const auto found = counts->open_items.find(category);
      add(items, found == counts->open_items.end() ? 0 : static_cast<double>(found->second), {{"category", word}});
    }
    told.push_back(std::move(items));
    auto silent = gauge("relais_not_evaluated_subjects", "Subjects that stand on the list as not evaluated");
    add(silent, static_cast<double>(counts->not_evaluated));
    told.push_back(std::move(silent));
    auto messages = gauge("relais_messages", "Messages that came in, by what became of them");
    for (const auto& [state, number] : counts->messages) add(messages, static_cast<double>(number), {{"state", state}});
    told.push_back(std::move(messages));
    auto events = gauge("relais_events_waiting", "Events that wait to be evaluated");
    add(events, static_cast<double>(counts->events));
    told.push_back(std::move(events));
    auto oldest = gauge("relais_oldest_event_age_seconds", "Age of the event that waits longest; 0 when none waits");
    const auto age = counts->oldest_event ? clock_.now() - *counts->oldest_event : std::chrono::milliseconds{0};
    add(oldest, std::max(0.0, std::chrono::duration<double>(age).count()));
    told.push_back(std::move(oldest));
    return told;
  }

 private:
  practice::Database& database_;
  const Clock& clock_;
  const std::function<std::vector<PluginGauge>()> plugins_;
};

// Seconds: from an answer at once to a deadline missed.
const prometheus::Histogram::BucketBoundaries batch_seconds{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10};

}  // namespace

struct Metrics::Impl {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  prometheus::Family<prometheus::Counter>& events =
      prometheus::BuildCounter()
          .Name("relais_plugin_events_total")
          .Help("What supervision told of a plugin: started, failed, poisoned, disabled...")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& subjects =
      prometheus::BuildCounter()
          .Name("relais_plugin_subjects_total")
          .Help("Subjects that a plugin was given, by outcome")
          .Register(*registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("relais_plugin_batch_seconds")
          .Help("Time from a batch to its answer")
          .Register(*registry);
  std::shared_ptr<prometheus::Collectable> standing;
  std::unique_ptr<prometheus::Exposer> exposer;  // ends before what it reads
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::count(const plugins::PluginEvent& event) {
  impl_->events
      .Add({{"plugin", event.plugin_id},
            {"version", event.plugin_version},
            {"kind", std::string(plugins::name_of(event.kind))}})
      .Increment();
}

void Metrics::count(const plugins::EvaluatedBatch& batch) {
  const Labels labels{{"plugin", batch.plugin_id}, {"version", batch.plugin_version}};
  for (const auto& [outcome, number] :
       {std::pair("evaluated", batch.evaluated), std::pair("not-evaluated", batch.not_evaluated)}) {
    auto of_outcome = labels;
    of_outcome["outcome"] = outcome;
    impl_->subjects.Add(of_outcome).Increment(static_cast<double>(number));
  }
  impl_->seconds.Add(labels, batch_seconds).Observe(batch.took.count());
}

Result<void> Metrics::serve(const std::string& address, practice::Database& database, const Clock& clock,
                            std::function<std::vector<PluginGauge>()> plugins) {
  const auto checked = loopback_address(address, "metrics");
  if (!checked) return tl::unexpected(checked.error());
  impl_->standing = std::make_shared<Standing>(database, clock, std::move(plugins));
  const auto host = checked->v6 ? "[" + checked->host + "]" : checked->host;
  try {
    impl_->exposer = std::make_unique<prometheus::Exposer>(host + ":" + std::to_string(checked->port), 1);
  } catch (const std::exception&) {
    return fail(Code::api_address, "cannot listen", "metrics");
  }
  impl_->exposer->RegisterCollectable(impl_->registry);
  impl_->exposer->RegisterCollectable(impl_->standing);
  return {};
}

void Metrics::stop() { impl_->exposer.reset(); }

int Metrics::port() const {
  return impl_->exposer ? impl_->exposer->GetListeningPorts().front() : 0;
}

}  // namespace relais::app

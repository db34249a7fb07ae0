// SPDX-License-Identifier: Apache-2.0
// The one guard of the wrapper: no exception passes it, and one subject does not take the others with it.
#include <relais/plugin.h>

#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>

namespace {

// What a host would keep of one call.
struct Kept {
  std::map<std::size_t, std::string> not_evaluated;
  std::map<std::size_t, std::size_t> findings;
  relais_status answer = RELAIS_OK;
  bool cancelled = false;
};

Kept& kept(relais_call* call) { return *reinterpret_cast<Kept*>(call); }

relais_host host_of_one() {
  relais_host host{};
  host.size = sizeof host;
  host.finding = [](relais_call* call, std::size_t index, const relais_finding* finding) {
    CHECK(finding->reasons.count == 1);
    ++kept(call).findings[index];
    return kept(call).answer;
  };
  host.not_evaluated = [](relais_call* call, std::size_t index, relais_str code) {
    kept(call).not_evaluated[index] = relais::view(code);
    return RELAIS_OK;
  };
  host.cancelled = [](relais_call* call) { return kept(call).cancelled ? 1 : 0; };
  return host;
}

class Moody final : public relais::Plugin {
 public:
  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    if (slice.subject().item_id() == "throws") throw std::runtime_error("Mme Dupont");
    if (slice.subject().item_id() == "throws a number") throw 7;
    findings.add({.kind = "k", .title = "t", .category = relais::Category::a_voir, .level = relais::DataLevel::d3,
                  .open = false, .restricted = false, .rank = 0, .reasons = {{.rule = "R", .text = "x", .source = "",
                  .category = relais::Category::a_voir, .level = relais::DataLevel::d3, .evidence = {}}}});
  }
  std::vector<relais::Rule> rules() const override { throw std::runtime_error("rules"); }
  void feedback(const relais::Outcome&) override { throw std::runtime_error("feedback"); }
  const void* extension(std::string_view) override { throw std::runtime_error("extension"); }
};

class Broken final : public relais::Plugin {
 public:
  explicit Broken(const relais::Setup& setup) { throw std::runtime_error(setup.data.string()); }
  void evaluate(const relais::Slice&, relais::Findings&) override {}
};

struct Batch {
  std::vector<relais_subject> subjects;
  std::vector<relais_slice> slices;

  explicit Batch(const std::vector<const char*>& items) : subjects(items.size()), slices(items.size()) {
    for (std::size_t index = 0; index < items.size(); ++index) {
      subjects[index].size = sizeof(relais_subject);
      subjects[index].item_id = relais::borrow(items[index]);
      slices[index].size = sizeof(relais_slice);
      slices[index].subject = &subjects[index];
    }
  }
  relais_rows rows() const { return {slices.data(), slices.size(), sizeof(relais_slice)}; }
};

relais_plugin* made(const relais_host& host) {
  relais_plugin* plugin = nullptr;
  REQUIRE(relais::detail::create<Moody>(&host, {}, &plugin) == RELAIS_OK);
  return plugin;
}

}  // namespace

TEST_CASE("a subject whose evaluation throws is not evaluated and the others go on") {
  const relais_host host = host_of_one();
  relais_plugin* const plugin = made(host);
  const Batch batch({"good", "throws", "throws a number", "good"});
  Kept call;
  CHECK(plugin->evaluate(plugin, reinterpret_cast<relais_call*>(&call), batch.rows()) == RELAIS_OK);
  CHECK(call.findings == std::map<std::size_t, std::size_t>{{0, 1}, {3, 1}});
  CHECK(call.not_evaluated ==
        std::map<std::size_t, std::string>{{1, "plugin.exception"}, {2, "plugin.exception"}});
  plugin->destroy(plugin);
}

TEST_CASE("what the host refuses makes the subject not evaluated") {
  const relais_host host = host_of_one();
  relais_plugin* const plugin = made(host);
  const Batch batch({"good"});
  Kept call;
  call.answer = RELAIS_TOO_MUCH;
  CHECK(plugin->evaluate(plugin, reinterpret_cast<relais_call*>(&call), batch.rows()) == RELAIS_OK);
  CHECK(call.not_evaluated.count(0) == 1);
  plugin->destroy(plugin);
}

TEST_CASE("a cancelled call stops before the next subject") {
  const relais_host host = host_of_one();
  relais_plugin* const plugin = made(host);
  const Batch batch({"good"});
  Kept call;
  call.cancelled = true;
  CHECK(plugin->evaluate(plugin, reinterpret_cast<relais_call*>(&call), batch.rows()) == RELAIS_CANCELLED);
  CHECK(call.findings.empty());
  plugin->destroy(plugin);
}

TEST_CASE("a host that cannot be told of one subject is told of the whole batch") {
  relais_host host = host_of_one();
  host.not_evaluated = nullptr;
  relais_plugin* const plugin = made(host);
  const Batch batch({"throws"});
  Kept call;
  CHECK(plugin->evaluate(plugin, reinterpret_cast<relais_call*>(&call), batch.rows()) == RELAIS_ERROR);
  plugin->destroy(plugin);
}

TEST_CASE("no exception passes any other function of the boundary") {
  const relais_host host = host_of_one();
  relais_plugin* const plugin = made(host);
  CHECK(plugin->describe_rules(plugin, nullptr, [](void*, const relais_rule*) {}) == RELAIS_ERROR);
  relais_outcome outcome{};
  outcome.size = sizeof outcome;
  CHECK(plugin->feedback(plugin, &outcome) == RELAIS_ERROR);
  CHECK(plugin->extension(plugin, "x") == nullptr);
  plugin->destroy(plugin);
  relais_plugin* none = plugin;
  CHECK(relais::detail::create<Broken>(&host, relais::borrow("/data"), &none) == RELAIS_ERROR);
  CHECK(none == nullptr);
}

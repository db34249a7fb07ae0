// SPDX-License-Identifier: Apache-2.0
#include "api/plugin_service.h"

#include "api/idempotency.h"
#include "api/page.h"
#include "api/plugin_message.h"
#include "api/plugin_settings.h"
#include "api/words.h"
#include "relais/v1/plugin.pb.h"

namespace relais::api {
namespace {

class Service {
 public:
  Service(practice::Database& database, InstalledPlugins& installed, plugins::Supervisor& supervisor,
          const PluginJournal& journal, WorksWithSettings works_with)
      : database_(database),
        installed_(installed),
        supervisor_(supervisor),
        journal_(journal),
        works_with_(std::move(works_with)) {}

  // Installing, starting and stopping answer the plugin as it is then.
  template <class Response, class Request, class Act>
  Answer<Response> change(Call& call, const Request& request, Act act) {
    return do_once<Response>(database_, call, request, [&]() -> Answer<Response> {
      const auto done = act(entry_of(call, {}));
      if (!done) return refuse(done.error());
      Response response;
      *response.mutable_plugin() = to_message(*done);
      return response;
    });
  }

  Answer<v1::InstallPluginResponse> install(Call& call, const v1::InstallPluginRequest& request) {
    return change<v1::InstallPluginResponse>(
        call, request, [&](auto by) {
          return installed_.install({request.directory(), request.package(), request.allow_downgrade()}, std::move(by));
        });
  }

  Answer<v1::AcceptPluginRightsResponse> accept(Call& call, const v1::AcceptPluginRightsRequest& request) {
    return change<v1::AcceptPluginRightsResponse>(call, request, [&](auto by) {
      return installed_.accept(request.plugin_id(), request.version(), request.rights_sha256(), std::move(by));
    });
  }

  Answer<v1::UninstallPluginResponse> uninstall(Call& call, const v1::UninstallPluginRequest& request) {
    return do_once<v1::UninstallPluginResponse>(database_, call, request, [&]() -> Answer<v1::UninstallPluginResponse> {
      const auto gone = installed_.uninstall(request.plugin_id(), request.version(), entry_of(call, {}));
      if (!gone) return refuse(gone.error());
      v1::UninstallPluginResponse response;
      for (const auto& version : *gone) response.add_versions(version);
      return response;
    });
  }

  Answer<v1::ListPluginEventsResponse> events(const v1::ListPluginEventsRequest& request) {
    v1::ListPluginEventsResponse response;
    for (const auto& line : journal_.lines(request.plugin_id())) {
      auto& event = *response.add_events();
      event.set_plugin_id(line.plugin_id);
      event.set_plugin_version(line.plugin_version);
      event.set_kind(line.kind);
      event.set_code(line.code);
      event.set_subjects(line.subjects);
      event.set_at_ms(practice::to_ms(line.at));
      event.set_call_id(line.call);
      event.set_number(line.number);
    }
    return response;
  }

  Answer<v1::EnablePluginResponse> enable(Call& call, const v1::EnablePluginRequest& request) {
    return change<v1::EnablePluginResponse>(
        call, request, [&](auto by) { return installed_.enable(request.plugin_id(), std::move(by)); });
  }

  Answer<v1::DisablePluginResponse> disable(Call& call, const v1::DisablePluginRequest& request) {
    return change<v1::DisablePluginResponse>(
        call, request, [&](auto by) { return installed_.disable(request.plugin_id(), std::move(by)); });
  }

  Answer<v1::ListPluginsResponse> list(Call& call, const v1::ListPluginsRequest& request) {
    const auto page = read_page(call, request);
    if (!page) return tl::unexpected(page.error());
    auto all = installed_.list();
    if (!all) return refuse(all.error());
    v1::ListPluginsResponse response;
    auto shown = cut_page(*page, std::move(*all), *response.mutable_next_page_token());
    if (!shown) return tl::unexpected(shown.error());
    for (const auto& one : *shown) *response.add_plugins() = to_message(one);
    return response;
  }

  Answer<v1::ListRulesResponse> rules(const v1::ListRulesRequest& request) {
    if (const auto known = installed_.in_use(request.plugin_id()); !known) return refuse(known.error());
    const auto described = supervisor_.rules(request.plugin_id());
    if (!described) return refuse(described.error());
    v1::ListRulesResponse response;
    for (const auto& rule : *described) {
      auto& shown = *response.add_rules();
      shown.set_id(rule.id());
      shown.set_sentence(rule.title());
      shown.set_source(rule.source());
      shown.set_category(rule.category());
      shown.set_threshold(rule.threshold());
      shown.set_to_confirm(rule.to_confirm());
      shown.set_confirm(rule.confirm());
    }
    return response;
  }

  Answer<v1::GetSettingsResponse> settings(const Call& call, const v1::GetSettingsRequest& request) {
    const auto doctor = settings_of(call.caller, request);
    if (!doctor) return tl::unexpected(doctor.error());
    const auto plugin = tunable(request.plugin_id());
    if (!plugin) return tl::unexpected(plugin.error());
    const auto stored = database_.read([&](soci::session& sql) -> Result<std::vector<practice::PluginSetting>> {
      return practice::plugin_settings(sql, request.plugin_id(), *doctor);
    });
    if (!stored) return refuse(stored.error());
    v1::GetSettingsResponse response;
    for (auto& value : settings_shown((*plugin)->manifest, *stored)) *response.add_values() = std::move(value);
    return response;
  }

  Answer<v1::PutSettingsResponse> put(Call& call, const v1::PutSettingsRequest& request) {
    const auto plugin = tunable(request.plugin_id());
    if (!plugin) return tl::unexpected(plugin.error());
    const auto wanted = settings_wanted((*plugin)->manifest, request.values());
    if (!wanted) return tl::unexpected(wanted.error());
    return write_once<v1::PutSettingsResponse>(
        database_, call, request, [&](practice::Transaction& tx) -> Answer<v1::PutSettingsResponse> {
          for (const auto& setting : *wanted) {
            practice::set_plugin_setting(tx, request.plugin_id(), call.caller.id, setting, call.caller.id);
          }
          const auto stored = practice::plugin_settings(tx.sql(), request.plugin_id(), call.caller.id);
          v1::PutSettingsResponse response;
          for (auto& value : settings_shown((*plugin)->manifest, stored)) *response.add_values() = std::move(value);
          return response;
        });
  }

 private:
  Answer<std::shared_ptr<const plugins::Package>> tunable(const std::string& id) {
    const auto known = installed_.in_use(id);
    if (!known) return refuse(known.error());
    if (!known->package) return refuse(Code::plugin_package, "its folder does not hold it any more", "plugin_id");
    return known->package;
  }

  // Whose settings the caller may read.
  Answer<std::string> settings_of(const Caller& caller, const v1::GetSettingsRequest& request) {
    const auto own = answers_for(caller);
    if (!own.empty()) {
      if (!request.doctor_id().empty() && request.doctor_id() != own) {
        return refuse(Code::api_not_yours, "a doctor reads the own settings", "doctor_id");
      }
      return own;
    }
    if (request.doctor_id().empty()) return refuse(Code::invalid_argument, "whose settings?", "doctor_id");
    if (caller.role == v1::ROLE_ASSISTANT) {
      const auto works = works_with_(caller, request.doctor_id(), request.plugin_id());
      if (!works) return refuse(works.error());
      if (!*works) return refuse(Code::api_mandate, "no fiche between them", "doctor_id");
    }
    return request.doctor_id();
  }

  practice::Database& database_;
  InstalledPlugins& installed_;
  plugins::Supervisor& supervisor_;
  const PluginJournal& journal_;
  const WorksWithSettings works_with_;
};

}  // namespace

void register_plugin_service(Registry& registry, practice::Database& database, InstalledPlugins& installed,
                             plugins::Supervisor& supervisor, const PluginJournal& journal,
                             WorksWithSettings works_with) {
  const auto service = std::make_shared<Service>(database, installed, supervisor, journal, std::move(works_with));
  registry.unary<v1::InstallPluginRequest, v1::InstallPluginResponse>(
      "PluginService.InstallPlugin", [service](Call& call, const auto& request) { return service->install(call, request); });
  registry.unary<v1::UninstallPluginRequest, v1::UninstallPluginResponse>(
      "PluginService.UninstallPlugin",
      [service](Call& call, const auto& request) { return service->uninstall(call, request); });
  registry.unary<v1::AcceptPluginRightsRequest, v1::AcceptPluginRightsResponse>(
      "PluginService.AcceptPluginRights",
      [service](Call& call, const auto& request) { return service->accept(call, request); });
  registry.unary<v1::ListPluginEventsRequest, v1::ListPluginEventsResponse>(
      "PluginService.ListPluginEvents", [service](Call&, const auto& request) { return service->events(request); });
  registry.unary<v1::ListPluginsRequest, v1::ListPluginsResponse>(
      "PluginService.ListPlugins", [service](Call& call, const auto& request) { return service->list(call, request); });
  registry.unary<v1::ListRulesRequest, v1::ListRulesResponse>(
      "PluginService.ListRules", [service](Call&, const auto& request) { return service->rules(request); });
  registry.unary<v1::GetSettingsRequest, v1::GetSettingsResponse>(
      "PluginService.GetSettings", [service](Call& call, const auto& request) { return service->settings(call, request); });
  registry.unary<v1::PutSettingsRequest, v1::PutSettingsResponse>(
      "PluginService.PutSettings", [service](Call& call, const auto& request) { return service->put(call, request); });
  registry.unary<v1::EnablePluginRequest, v1::EnablePluginResponse>(
      "PluginService.EnablePlugin", [service](Call& call, const auto& request) { return service->enable(call, request); });
  registry.unary<v1::DisablePluginRequest, v1::DisablePluginResponse>(
      "PluginService.DisablePlugin", [service](Call& call, const auto& request) { return service->disable(call, request); });
}

}  // namespace relais::api

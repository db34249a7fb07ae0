// SPDX-License-Identifier: Apache-2.0
#include "api/trust_service.h"

#include <algorithm>

#include "api/idempotency.h"
#include "api/words.h"
#include "plugins/packages/package_rotation.h"
#include "plugins/packages/package_signature.h"
#include "practice/trusted_keys.h"
#include "relais/v1/plugin.pb.h"

namespace relais::api {
namespace {

constexpr std::size_t longest_label = 120;
constexpr std::size_t longest_reason = 500;
constexpr std::size_t longest_statement = 4096;
constexpr int most_keys = 1000;

v1::TrustedKey key_message(const practice::TrustedKey& key) {
  v1::TrustedKey message;
  message.set_id(key.id);
  message.set_public_key(key.public_key);
  message.set_label(key.label);
  message.set_state(key.state == practice::KeyState::trusted    ? v1::KEY_STATE_TRUSTED
                    : key.state == practice::KeyState::replaced ? v1::KEY_STATE_REPLACED
                                                                : v1::KEY_STATE_REVOKED);
  message.set_replaces(key.replaces);
  message.set_since_ms(practice::to_ms(key.since));
  message.set_reason(key.reason);
  return message;
}

class TrustService {
 public:
  TrustService(practice::Database& database, practice::Ledger& ledger, InstalledPlugins& installed)
      : database_(database), ledger_(ledger), installed_(installed) {}

  Answer<v1::ListTrustedKeysResponse> list() {
    const auto keys = database_.read([](soci::session& sql) -> Result<std::vector<practice::TrustedKey>> {
      return practice::trusted_keys(sql);
    });
    if (!keys) return refuse(keys.error());
    v1::ListTrustedKeysResponse response;
    for (const auto& key : *keys) *response.add_keys() = key_message(key);
    return response;
  }

  Answer<v1::TrustKeyResponse> trust(Call& call, const v1::TrustKeyRequest& request) {
    if (request.label().empty() || request.label().size() > longest_label) {
      return refuse(Code::invalid_argument, "1 to 120 bytes", "label");
    }
    const auto key = plugins::public_key_of(request.public_key());
    if (!key) return refuse(key.error());
    return change<v1::TrustKeyResponse>(call, request, "trust.key-added", [&](practice::Transaction& tx) {
      return practice::trust_key(tx, plugins::key_id(*key), plugins::to_base64(*key), request.label());
    });
  }

  Answer<v1::ReplaceKeyResponse> replace(Call& call, const v1::ReplaceKeyRequest& request) {
    if (request.statement().size() > longest_statement) return refuse(Code::trust_rotation, "too long", "statement");
    const auto rotation = plugins::read_rotation(request.statement());
    if (!rotation) return refuse(rotation.error());
    return change<v1::ReplaceKeyResponse>(call, request, "trust.key-replaced", [&](practice::Transaction& tx) {
      return practice::replace_key(tx, plugins::key_id(rotation->from), plugins::key_id(rotation->to),
                                   plugins::to_base64(rotation->to));
    });
  }

  Answer<v1::RevokeKeysResponse> revoke(Call& call, const v1::RevokeKeysRequest& request) {
    if (request.key_ids().empty() || request.key_ids_size() > most_keys) {
      return refuse(Code::invalid_argument, "1 to 1000 keys", "key_ids");
    }
    if (request.reason().empty() || request.reason().size() > longest_reason) {
      return refuse(Code::invalid_argument, "1 to 500 bytes", "reason");
    }
    for (const auto& id : request.key_ids())
      if (!plugins::is_key_id(id)) return refuse(Code::invalid_argument, "32 hexadecimal digits", "key_ids");
    return do_once<v1::RevokeKeysResponse>(database_, call, request, [&]() -> Answer<v1::RevokeKeysResponse> {
      const auto stopped = installed_.revoke_keys({request.key_ids().begin(), request.key_ids().end()}, request.reason(),
                                                  entry_of(call, {}));
      if (!stopped) return refuse(stopped.error());
      v1::RevokeKeysResponse response;
      for (const auto& id : *stopped) response.add_stopped_plugins(id);
      return response;
    });
  }

 private:
  // One key, changed and in the ledger by its id.
  template <class Response, class Request, class Work>
  Answer<Response> change(Call& call, const Request& request, const char* action, Work work) {
    return write_once<Response>(database_, call, request, [&](practice::Transaction& tx) -> Answer<Response> {
      const auto key = work(tx);
      if (!key) return refuse(key.error());
      auto entry = entry_of(call, action);
      entry.item_id = key->id;
      if (const auto written = ledger_.append(tx, entry); !written) return refuse(written.error());
      Response response;
      *response.mutable_key() = key_message(*key);
      return response;
    });
  }

  practice::Database& database_;
  practice::Ledger& ledger_;
  InstalledPlugins& installed_;
};

}  // namespace

void register_trust(Registry& registry, practice::Database& database, practice::Ledger& ledger,
                    InstalledPlugins& installed) {
  const auto service = std::make_shared<TrustService>(database, ledger, installed);
  registry.unary<v1::ListTrustedKeysRequest, v1::ListTrustedKeysResponse>(
      "PluginService.ListTrustedKeys", [service](Call&, const auto&) { return service->list(); });
  registry.unary<v1::TrustKeyRequest, v1::TrustKeyResponse>(
      "PluginService.TrustKey", [service](Call& call, const auto& request) { return service->trust(call, request); });
  registry.unary<v1::ReplaceKeyRequest, v1::ReplaceKeyResponse>(
      "PluginService.ReplaceKey", [service](Call& call, const auto& request) { return service->replace(call, request); });
  registry.unary<v1::RevokeKeysRequest, v1::RevokeKeysResponse>(
      "PluginService.RevokeKeys", [service](Call& call, const auto& request) { return service->revoke(call, request); });
}

}  // namespace relais::api

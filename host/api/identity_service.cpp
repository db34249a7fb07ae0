// SPDX-License-Identifier: Apache-2.0
#include "api/idempotency.h"
#include "api/page.h"
#include "api/practice_services.h"
#include "api/store_adapters.h"
#include "api/domain_words.h"
#include "relais/v1/identity.pb.h"

namespace relais::api {
namespace {

using practice::to_ms;

v1::Account message_of(const practice::Account& account) {
  v1::Account made;
  made.set_id(account.id);
  made.set_login(account.login);
  made.set_display_name(account.display_name);
  made.set_role(to_proto(account.role));
  made.set_national_id(account.national_id);
  made.set_replaces_doctor_id(account.replaces_doctor_id);
  made.set_disabled(account.disabled);
  made.set_created_ms(to_ms(account.created));
  made.set_signing_public_key(account.signing_public_key);
  return made;
}

Answer<v1::CreateAccountResponse> create(const PracticeServices& context, Call& call,
                                         const v1::CreateAccountRequest& request) {
  // What is kept of a request to know it again must tell nothing about a password.
  auto known_by = request;
  known_by.clear_password();
  return do_once<v1::CreateAccountResponse>(
      context.database, call, known_by, [&]() -> Answer<v1::CreateAccountResponse> {
        practice::Account account;
        account.id = request.id();
        account.login = request.login();
        account.display_name = request.display_name();
        account.role = from_proto(request.role());
        account.national_id = request.national_id();
        account.replaces_doctor_id = request.replaces_doctor_id();
        const auto made = context.accounts.create(account, request.password(), attribution(call));
        if (!made) return refuse(made.error());
        v1::CreateAccountResponse response;
        *response.mutable_account() = message_of(*made);
        return response;
      });
}

Answer<v1::ListAccountsResponse> list(practice::Accounts& accounts, const Call& call,
                                      const v1::ListAccountsRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  auto all = accounts.list();
  if (!all) return refuse(all.error());
  v1::ListAccountsResponse response;
  const auto rows = cut_page(*page, std::move(*all), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(rows.error());
  for (const auto& account : *rows) *response.add_accounts() = message_of(account);
  return response;
}

}  // namespace

void register_identity_service(Registry& registry, const PracticeServices& context) {
  auto& accounts = context.accounts;
  registry.unary<v1::SignInRequest, v1::SignInResponse>(
      "IdentityService.SignIn", [&accounts](Call& call, const v1::SignInRequest& request) -> Answer<v1::SignInResponse> {
        const auto signed_in = accounts.sign_in(request.login(), request.password(), call.call_id);
        if (!signed_in) return refuse(signed_in.error());
        v1::SignInResponse response;
        response.set_token(signed_in->token);
        response.set_expires_ms(to_ms(signed_in->session.expires));
        response.set_ends_ms(to_ms(signed_in->session.ends));
        *response.mutable_actor() = to_actor(to_caller(signed_in->session));
        return response;
      });
  registry.unary<v1::SignOutRequest, v1::SignOutResponse>(
      "IdentityService.SignOut", [&accounts](Call& call, const v1::SignOutRequest&) -> Answer<v1::SignOutResponse> {
        if (const auto out = accounts.sign_out(call.token, attribution(call)); !out) return refuse(out.error());
        return v1::SignOutResponse();
      });
  registry.unary<v1::WhoAmIRequest, v1::WhoAmIResponse>(
      "IdentityService.WhoAmI", [&accounts](Call& call, const v1::WhoAmIRequest&) -> Answer<v1::WhoAmIResponse> {
        const auto account = accounts.find(call.caller.id);
        if (!account) return refuse(account.error());
        v1::WhoAmIResponse response;
        *response.mutable_actor() = to_actor(call.caller);
        response.set_expires_ms(to_ms(call.caller.expires));
        response.set_ends_ms(to_ms(call.caller.ends));
        response.set_can_sign(!account->signing_public_key.empty());
        return response;
      });
  registry.unary<v1::CreateAccountRequest, v1::CreateAccountResponse>(
      "IdentityService.CreateAccount",
      [&context](Call& call, const v1::CreateAccountRequest& request) { return create(context, call, request); });
  registry.unary<v1::ListAccountsRequest, v1::ListAccountsResponse>(
      "IdentityService.ListAccounts",
      [&accounts](Call& call, const v1::ListAccountsRequest& request) { return list(accounts, call, request); });
  registry.unary<v1::DisableAccountRequest, v1::DisableAccountResponse>(
      "IdentityService.DisableAccount",
      [&accounts](Call& call, const v1::DisableAccountRequest& request) -> Answer<v1::DisableAccountResponse> {
        const auto account = accounts.disable(request.account_id(), attribution(call));
        if (!account) return refuse(account.error());
        v1::DisableAccountResponse response;
        *response.mutable_account() = message_of(*account);
        return response;
      });
  registry.unary<v1::ChangePasswordRequest, v1::ChangePasswordResponse>(
      "IdentityService.ChangePassword",
      [&accounts](Call& call, const v1::ChangePasswordRequest& request) -> Answer<v1::ChangePasswordResponse> {
        const auto changed = accounts.change_password(call.token, request.current_password(), request.new_password(),
                                                      attribution(call));
        if (!changed) return refuse(changed.error());
        return v1::ChangePasswordResponse();
      });
  registry.unary<v1::SetSigningKeyRequest, v1::SetSigningKeyResponse>(
      "IdentityService.SetSigningKey",
      [&accounts](Call& call, const v1::SetSigningKeyRequest& request) -> Answer<v1::SetSigningKeyResponse> {
        const auto key = accounts.set_signing_key(request.password(), attribution(call));
        if (!key) return refuse(key.error());
        v1::SetSigningKeyResponse response;
        response.set_public_key(*key);
        return response;
      });
}

}  // namespace relais::api

// SPDX-License-Identifier: Apache-2.0
// The methods this host serves. A handler is only ever reached through the admission chain: nothing else holds it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/role_table.h"

namespace relais::api {

// A method of the contract with its handler, types erased. Exactly one of unary, stream and upload is set.
struct Method {
  const MethodRule* rule = nullptr;
  std::function<MessagePtr()> new_request;
  // Subject that the mandate is asked about; set when the rule names an action.
  std::function<Answer<v1::Subject>(const Caller&, const google::protobuf::Message&)> subject;
  std::function<Answer<MessagePtr>(Call&, const google::protobuf::Message&)> unary;
  std::function<Answer<std::shared_ptr<Stream>>(Call&, const google::protobuf::Message&)> stream;
  std::function<Answer<std::shared_ptr<Upload>>(Call&, const google::protobuf::Message&)> upload;
};

// Filled once, before the server starts; then read from any thread. Wrong registrations throw std::logic_error: they are
// mistakes of this build, not of a caller.
class Registry {
 public:
  template <class Request>
  using SubjectOf = std::function<Answer<v1::Subject>(const Caller&, const Request&)>;

  template <class Request, class Response>
  void unary(std::string_view name, std::function<Answer<Response>(Call&, const Request&)> handler,
             SubjectOf<Request> subject = nullptr) {
    Method method = typed<Request, Response>(name, std::move(subject), false, false);
    method.unary = [handler = std::move(handler)](Call& call,
                                                  const google::protobuf::Message& request) -> Answer<MessagePtr> {
      auto answer = handler(call, static_cast<const Request&>(request));
      if (!answer) return tl::unexpected<Failure>(std::move(answer.error()));
      return std::make_unique<Response>(std::move(*answer));
    };
    add(std::move(method));
  }

  // The stream's messages are Responses.
  template <class Request, class Response>
  void stream(std::string_view name, std::function<Answer<std::shared_ptr<Stream>>(Call&, const Request&)> handler) {
    Method method = typed<Request, Response>(name, nullptr, false, true);
    method.stream = [handler = std::move(handler)](Call& call, const google::protobuf::Message& request) {
      return handler(call, static_cast<const Request&>(request));
    };
    add(std::move(method));
  }

  // `handler` gets the first message, which the upload is then not given again.
  template <class Request, class Response>
  void upload(std::string_view name, std::function<Answer<std::shared_ptr<Upload>>(Call&, const Request&)> handler) {
    Method method = typed<Request, Response>(name, nullptr, true, false);
    method.upload = [handler = std::move(handler)](Call& call, const google::protobuf::Message& first) {
      return handler(call, static_cast<const Request&>(first));
    };
    add(std::move(method));
  }

  // A method that is designed and not served: admitted like any other, then UNIMPLEMENTED (api.not-served).
  void not_served(std::string_view name);

  // By wire path; null when not registered.
  const Method* find(std::string_view path) const;
  // Ledger names of the contract's methods that have no handler. A server does not start while there is one.
  std::vector<std::string> missing() const;
  const RoleTable& roles() const { return roles_; }

 private:
  template <class Request, class Response>
  Method typed(std::string_view name, SubjectOf<Request> subject, bool client_streams, bool server_streams) {
    const auto& rule = roles_.named(name);
    if (rule.descriptor->input_type() != Request::descriptor() ||
        rule.descriptor->output_type() != Response::descriptor() ||
        rule.descriptor->client_streaming() != client_streams ||
        rule.descriptor->server_streaming() != server_streams) {
      throw std::logic_error(std::string(name) + " is registered with other types than the contract's");
    }
    Method method;
    method.rule = &rule;
    method.new_request = [] { return std::make_unique<Request>(); };
    if (subject) {
      method.subject = [subject = std::move(subject)](const Caller& caller, const google::protobuf::Message& request) {
        return subject(caller, static_cast<const Request&>(request));
      };
    }
    return method;
  }
  void add(Method method);

  RoleTable roles_;
  std::map<std::string, Method, std::less<>> by_path_;
};

}  // namespace relais::api

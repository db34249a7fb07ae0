// SPDX-License-Identifier: Apache-2.0
#include "api/registry.h"

#include <google/protobuf/message.h>

namespace relais::api {

void Registry::add(Method method) {
  const bool asks_mandate = method.rule->access.action() != v1::DELEGATED_ACTION_UNSPECIFIED;
  if (asks_mandate != static_cast<bool>(method.subject)) {
    throw std::logic_error(method.rule->name + (asks_mandate ? " asks for a mandate on no subject"
                                                             : " names a subject and asks for no mandate"));
  }
  const auto path = method.rule->path;
  if (!by_path_.emplace(path, std::move(method)).second) throw std::logic_error(path + " is registered twice");
}

void Registry::not_served(std::string_view name) {
  const auto& rule = roles_.named(name);
  Method method;
  method.rule = &rule;
  const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(
      rule.descriptor->input_type());
  method.new_request = [prototype] { return MessagePtr(prototype->New()); };
  if (rule.access.action() != v1::DELEGATED_ACTION_UNSPECIFIED) {
    // Nothing is done, so there is nothing to ask a fiche about.
    method.subject = [name = rule.name](const Caller&, const google::protobuf::Message&) -> Answer<v1::Subject> {
      return refuse(Code::api_not_served, name);
    };
  }
  method.unary = [name = rule.name](Call&, const google::protobuf::Message&) -> Answer<MessagePtr> {
    return refuse(Code::api_not_served, name);
  };
  add(std::move(method));
}

const Method* Registry::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &found->second;
}

std::vector<std::string> Registry::missing() const {
  std::vector<std::string> names;
  for (const auto& [path, rule] : roles_.rules())
    if (by_path_.find(path) == by_path_.end()) names.push_back(rule.name);
  return names;
}

}  // namespace relais::api

// SPDX-License-Identifier: Apache-2.0
// What of a message may reach a log: everything but the fields marked (relais.v1.health) or (relais.v1.secret). The log
// helpers of this folder go through it, whatever the level.
#pragma once

#include <google/protobuf/message.h>
#include <spdlog/common.h>

#include <string>
#include <string_view>

namespace relais::api {

// One line such as `item_id="it-4" version=3 patient{patient_id="p-1"}`. Marked fields, bytes and unknown fields are
// left out; text is cut at 120 bytes and its control characters escaped.
std::string for_log(const google::protobuf::Message& message);

// Logs one step of a call: `call_id`, `what`, and the message by for_log. Only this function puts messages into logs.
void log_message(spdlog::level::level_enum level, std::string_view call_id, std::string_view what,
                 const google::protobuf::Message& message);

// True for a field that never reaches a log.
bool is_withheld(const google::protobuf::FieldDescriptor& field);

}  // namespace relais::api

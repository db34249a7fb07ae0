// SPDX-License-Identifier: Apache-2.0
// The details of a failed call as every gRPC client reads them: the bytes of a google.rpc.Status that holds one
// ErrorDetail. A tool that finds anything else there takes the call's status for UNKNOWN. Debian's packages carry no
// google/rpc/status.proto, so its three fields are written and read by their numbers.
#pragma once

#include <google/protobuf/any.pb.h>
#include <google/protobuf/unknown_field_set.h>
#include <grpcpp/support/status.h>

#include <string>

#include "relais/v1/error.pb.h"

namespace relais::api {

namespace rpc_status {
inline constexpr int code = 1;
inline constexpr int message = 2;
inline constexpr int details = 3;
}  // namespace rpc_status

inline std::string to_details(grpc::StatusCode status, const v1::ErrorDetail& detail) {
  google::protobuf::Any held;
  held.PackFrom(detail);
  google::protobuf::UnknownFieldSet fields;
  fields.AddVarint(rpc_status::code, static_cast<std::uint64_t>(status));
  fields.AddLengthDelimited(rpc_status::message, detail.sentence());
  fields.AddLengthDelimited(rpc_status::details, held.SerializeAsString());
  std::string bytes;
  fields.SerializeToString(&bytes);
  return bytes;
}

// What a failed call carries. Its code is empty when the call did not come from Relais, or not as far.
inline v1::ErrorDetail error_detail(const grpc::Status& status) {
  google::protobuf::UnknownFieldSet fields;
  if (!fields.ParseFromString(status.error_details())) return {};
  for (int index = 0; index < fields.field_count(); ++index) {
    const auto& field = fields.field(index);
    if (field.number() != rpc_status::details || field.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      continue;
    }
    google::protobuf::Any held;
    v1::ErrorDetail detail;
    if (held.ParseFromString(field.length_delimited()) && held.UnpackTo(&detail)) return detail;
  }
  return {};
}

}  // namespace relais::api

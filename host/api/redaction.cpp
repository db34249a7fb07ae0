// SPDX-License-Identifier: Apache-2.0
#include "api/redaction.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/stubs/strutil.h>
#include <google/protobuf/text_format.h>
#include <spdlog/spdlog.h>

#include <vector>

#include "relais/v1/options.pb.h"

namespace relais::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void append(std::string& line, const Message& message);

// `index` is -1 for a field that is not repeated.
void append_value(std::string& line, const Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  if (!line.empty() && line.back() != '{') line += ' ';
  line += field.name();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    line += '{';
    append(line, index < 0 ? reflection.GetMessage(message, &field)
                           : reflection.GetRepeatedMessage(message, &field, index));
    line += '}';
    return;
  }
  line += '=';
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    std::string scratch;
    const auto& text = index < 0 ? reflection.GetStringReference(message, &field, &scratch)
                                 : reflection.GetRepeatedStringReference(message, &field, index, &scratch);
    constexpr std::size_t longest = 120;
    line += '"' + google::protobuf::CEscape(text.substr(0, longest)) + (text.size() > longest ? "…\"" : "\"");
    return;
  }
  std::string printed;
  google::protobuf::TextFormat::PrintFieldValueToString(message, &field, index, &printed);
  line += printed;
}

void append(std::string& line, const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (is_withheld(*field)) continue;
    if (!field->is_repeated()) {
      append_value(line, message, *field, -1);
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) append_value(line, message, *field, i);
  }
}

}  // namespace

bool is_withheld(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_BYTES || field.options().GetExtension(v1::health) ||
         field.options().GetExtension(v1::secret);
}

std::string for_log(const Message& message) {
  std::string line;
  append(line, message);
  return line;
}

void log_message(spdlog::level::level_enum level, std::string_view call_id, std::string_view what,
                 const Message& message) {
  if (!spdlog::should_log(level)) return;
  spdlog::log(level, "{} {} {} {}", call_id, what, message.GetDescriptor()->name(), for_log(message));
}

}  // namespace relais::api

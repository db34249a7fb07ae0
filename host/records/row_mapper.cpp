// SPDX-License-Identifier: Apache-2.0
#include "records/row_mapper.h"

#include <google/protobuf/descriptor.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "domain/thread_annotations.h"
#include "records/set_column.h"

namespace relais::records {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Json = nlohmann::json;

// "from" is a word of SQL.
std::string column_name(const FieldDescriptor* field) {
  if (field->name() == "from") return "from_date";
  if (field->name() == "until") return "until_date";
  return field->name();
}

void collect(const Descriptor* descriptor, const std::string& prefix, std::vector<const FieldDescriptor*> path,
             std::vector<Column>& columns) {
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    if (path.empty() && (field->name() == "id" || field->name() == "patient_id")) continue;
    auto here = path;
    here.push_back(field);
    if (!field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      collect(field->message_type(), prefix + column_name(field) + "_", here, columns);
    } else {
      columns.push_back({prefix + column_name(field), std::move(here)});
    }
  }
}

enum class Storage { number, real, text };

Storage storage_of(const FieldDescriptor* field) {
  if (field->is_repeated()) return Storage::text;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return Storage::text;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Storage::real;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_BOOL:
    case FieldDescriptor::CPPTYPE_ENUM:
      return Storage::number;
    default:
      throw std::logic_error("field type without a column type: " + field->full_name());
  }
}

// Repeated strings, and repeated messages made of strings: all that the record has.
std::string repeated_to_json(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  auto json = Json::array();
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      json.push_back(reflection->GetRepeatedString(message, field, i));
      continue;
    }
    const auto& item = reflection->GetRepeatedMessage(message, field, i);
    auto object = Json::object();
    for (int j = 0; j < item.GetDescriptor()->field_count(); ++j) {
      const auto* part = item.GetDescriptor()->field(j);
      object[part->name()] = item.GetReflection()->GetString(item, part);
    }
    json.push_back(std::move(object));
  }
  // Bytes that are not UTF-8 cannot stand in a string field of proto3: replaced rather than refused here.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void repeated_from_json(Message& message, const FieldDescriptor* field, const std::string& text) {
  const auto* reflection = message.GetReflection();
  for (const auto& entry : Json::parse(text)) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection->AddString(&message, field, entry.get<std::string>());
      continue;
    }
    auto* item = reflection->AddMessage(&message, field);
    for (int j = 0; j < item->GetDescriptor()->field_count(); ++j) {
      const auto* part = item->GetDescriptor()->field(j);
      item->GetReflection()->SetString(item, part, entry.at(part->name()).get<std::string>());
    }
  }
}

std::int64_t get_number(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->GetInt64(message, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, field) ? 1 : 0;
    default:
      return reflection->GetEnumValue(message, field);
  }
}

void set_number(Message& message, const FieldDescriptor* field, std::int64_t number) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(&message, field, static_cast<std::int32_t>(number));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(&message, field, number);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(&message, field, number != 0);
    default:
      return reflection->SetEnumValue(&message, field, static_cast<int>(number));
  }
}

}  // namespace

const std::vector<Column>& columns_of(const Descriptor* descriptor) {
  static Mutex mutex;
  static std::map<const Descriptor*, std::unique_ptr<const std::vector<Column>>> known;
  const MutexLock lock(mutex);
  auto& columns = known[descriptor];
  if (!columns) {
    std::vector<Column> collected;
    collect(descriptor, "", {}, collected);
    columns = std::make_unique<const std::vector<Column>>(std::move(collected));
  }
  return *columns;
}

MappedRow::MappedRow(const std::vector<Column>& columns) : columns_(columns), cells_(columns.size()) {}

void MappedRow::bind_uses(soci::statement& statement) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto& cell = cells_[i];
    switch (storage_of(columns_[i].field())) {
      case Storage::number:
        statement.exchange(soci::use(cell.number, cell.indicator));
        break;
      case Storage::real:
        statement.exchange(soci::use(cell.real, cell.indicator));
        break;
      case Storage::text:
        statement.exchange(soci::use(cell.text, cell.indicator));
        break;
    }
  }
}

void MappedRow::bind_intos(soci::statement& statement) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto& cell = cells_[i];
    switch (storage_of(columns_[i].field())) {
      case Storage::number:
        statement.exchange(soci::into(cell.number, cell.indicator));
        break;
      case Storage::real:
        statement.exchange(soci::into(cell.real, cell.indicator));
        break;
      case Storage::text:
        statement.exchange(soci::into(cell.text, cell.indicator));
        break;
    }
  }
}

void MappedRow::read_from(const Message& message) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    const Message* holder = &message;
    for (std::size_t j = 0; j + 1 < column.path.size(); ++j) {
      holder = &holder->GetReflection()->GetMessage(*holder, column.path[j]);
    }
    const auto* field = column.field();
    auto& cell = cells_[i];
    const bool absent = field->has_optional_keyword() && !holder->GetReflection()->HasField(*holder, field);
    cell.indicator = absent ? soci::i_null : soci::i_ok;
    switch (storage_of(field)) {
      case Storage::number:
        cell.number = get_number(*holder, field);
        break;
      case Storage::real:
        cell.real = holder->GetReflection()->GetDouble(*holder, field);
        break;
      case Storage::text:
        cell.text = field->is_repeated() ? repeated_to_json(*holder, field)
                                         : holder->GetReflection()->GetString(*holder, field);
        break;
    }
  }
}

void MappedRow::write_to(Message& message) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& cell = cells_[i];
    if (cell.indicator != soci::i_null) set_column(message, columns_[i], cell.number, cell.real, cell.text);
  }
}

void set_column(Message& message, const Column& column, std::int64_t number, double real, std::string_view text) {
  const auto* field = column.field();
  const auto storage = storage_of(field);
  const bool is_default =
      !field->has_optional_keyword() && ((storage == Storage::number && number == 0) ||
                                         (storage == Storage::real && real == 0) ||
                                         (storage == Storage::text && text.empty()));
  if (is_default) return;
  Message* holder = &message;
  for (std::size_t j = 0; j + 1 < column.path.size(); ++j) {
    holder = holder->GetReflection()->MutableMessage(holder, column.path[j]);
  }
  switch (storage) {
    case Storage::number:
      set_number(*holder, field, number);
      break;
    case Storage::real:
      holder->GetReflection()->SetDouble(holder, field, real);
      break;
    case Storage::text:
      if (field->is_repeated()) {
        repeated_from_json(*holder, field, std::string(text));
      } else {
        holder->GetReflection()->SetString(holder, field, std::string(text));
      }
      break;
  }
}

}  // namespace relais::records

// SPDX-License-Identifier: Apache-2.0
// Between messages of the record and columns of its tables, by the messages' own descriptors: a column for each scalar
// field, nested messages flattened ("traits_birth_date"), repeated fields as JSON.
#pragma once

#include <google/protobuf/message.h>
#include <soci/soci.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace relais::records {

// A field of a message, possibly inside nested ones, and its column.
struct Column {
  std::string name;
  // From the message to the field.
  std::vector<const google::protobuf::FieldDescriptor*> path;
  const google::protobuf::FieldDescriptor* field() const { return path.back(); }
};

// Columns of a message, without "id" and "patient_id", which every table has. The same vector at each call.
const std::vector<Column>& columns_of(const google::protobuf::Descriptor* descriptor);

// One row on its way to or from a statement. Bind, then execute or fetch; the row must outlive the statement.
class MappedRow {
 public:
  explicit MappedRow(const std::vector<Column>& columns);
  MappedRow(const MappedRow&) = delete;
  MappedRow& operator=(const MappedRow&) = delete;

  void bind_uses(soci::statement& statement);
  void bind_intos(soci::statement& statement);
  void read_from(const google::protobuf::Message& message);
  void write_to(google::protobuf::Message& message) const;

 private:
  struct Cell {
    long long number = 0;
    double real = 0;
    std::string text;
    soci::indicator indicator = soci::i_ok;
  };
  const std::vector<Column>& columns_;
  // A deque: statements keep the addresses.
  std::deque<Cell> cells_;
};

}  // namespace relais::records

// SPDX-License-Identifier: Apache-2.0
#include "records/native_row.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "records/set_column.h"

namespace relais::records {
namespace {

using practice::SqliteCursor;

// The order in which read_native below reads a result.
constexpr std::array<std::string_view, 21> observation_columns{
    "report_id", "code",     "code_system",  "label",   "value_type", "comparator",     "status",
    "value",     "low",      "high",         "unit",    "flag",       "value_text",     "value_code",
    "comment",   "specimen", "collected_ms", "fasting", "history",    "seen_by_doctor", "second_measure"};

// A field added to the message is read by descriptor until it is added above.
bool as_known() {
  return std::ranges::equal(columns_of(v1::Observation::descriptor()), observation_columns, {}, &Column::name);
}

template <class Set>
void set_text(const SqliteCursor& row, int column, Set set) {
  const auto text = row.text(column);
  if (!text.empty()) set(text);
}

}  // namespace

void read_native(const SqliteCursor& row, int first, google::protobuf::Message& message) {
  for (const auto& column : columns_of(message.GetDescriptor())) {
    const int at = first++;
    if (!row.is_null(at)) set_column(message, column, row.number(at), row.real(at), row.text(at));
  }
}

void read_native(const SqliteCursor& row, int first, v1::Observation& to) {
  static const bool known = as_known();
  if (!known) return read_native(row, first, static_cast<google::protobuf::Message&>(to));
  const auto number = [&](int column) { return static_cast<int>(row.number(first + column)); };
  set_text(row, first, [&](std::string_view text) { to.set_report_id(text.data(), text.size()); });
  set_text(row, first + 1, [&](std::string_view text) { to.set_code(text.data(), text.size()); });
  set_text(row, first + 2, [&](std::string_view text) { to.set_code_system(text.data(), text.size()); });
  set_text(row, first + 3, [&](std::string_view text) { to.set_label(text.data(), text.size()); });
  to.set_value_type(static_cast<v1::ValueType>(number(4)));
  to.set_comparator(static_cast<v1::Comparator>(number(5)));
  to.set_status(static_cast<v1::ObservationStatus>(number(6)));
  if (!row.is_null(first + 7)) to.set_value(row.real(first + 7));
  if (!row.is_null(first + 8)) to.set_low(row.real(first + 8));
  if (!row.is_null(first + 9)) to.set_high(row.real(first + 9));
  set_text(row, first + 10, [&](std::string_view text) { to.set_unit(text.data(), text.size()); });
  set_text(row, first + 11, [&](std::string_view text) { to.set_flag(text.data(), text.size()); });
  set_text(row, first + 12, [&](std::string_view text) { to.set_value_text(text.data(), text.size()); });
  set_text(row, first + 13, [&](std::string_view text) { to.set_value_code(text.data(), text.size()); });
  set_text(row, first + 14, [&](std::string_view text) { to.set_comment(text.data(), text.size()); });
  set_text(row, first + 15, [&](std::string_view text) { to.set_specimen(text.data(), text.size()); });
  if (!row.is_null(first + 16)) to.set_collected_ms(row.number(first + 16));
  to.set_fasting(static_cast<v1::Fasting>(number(17)));
  to.set_history(number(18) != 0);
  to.set_seen_by_doctor(number(19) != 0);
  set_text(row, first + 20, [&](std::string_view text) { to.set_second_measure(text.data(), text.size()); });
}

}  // namespace relais::records

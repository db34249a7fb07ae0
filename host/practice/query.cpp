// SPDX-License-Identifier: Apache-2.0
#include "practice/query.h"

namespace relais::practice {

// PostgreSQL, through SOCI's dynamic rows.
struct Query::Soci {
  Soci(soci::session& session, std::string_view given) : statement(session), text(given) {}

  void start() {
    for (auto& value : values) {
      if (auto* words = std::get_if<std::string>(&value.held)) statement.exchange(soci::use(*words, value.indicator));
      if (auto* whole = std::get_if<long long>(&value.held)) statement.exchange(soci::use(*whole, value.indicator));
      if (auto* real = std::get_if<double>(&value.held)) statement.exchange(soci::use(*real, value.indicator));
    }
    const bool rows = text.starts_with("SELECT");
    if (rows) statement.exchange(soci::into(row));
    statement.alloc();
    statement.prepare(text);
    statement.define_and_bind();
    statement.execute(!rows);
    has_rows = rows;
    started = true;
  }

  struct Value {
    std::variant<std::string, long long, double> held;
    soci::indicator indicator = soci::i_ok;
  };
  soci::statement statement;
  std::string text;
  std::deque<Value> values;
  soci::row row;
  mutable std::string shown;
  bool started = false;
  bool has_rows = false;
};

Query::Query(soci::session& session, std::string_view text) {
  if (SqliteCursor::available(session)) {
    cursor_.emplace(session, text, SqliteCursor::Keep::yes);
  } else {
    soci_ = std::make_shared<Soci>(session, text);
  }
}

Query& Query::use(std::string_view text) {
  if (cursor_) {
    cursor_->bind(++bound_, text);
  } else {
    soci_->values.push_back({std::string(text)});
  }
  return *this;
}

Query& Query::use(std::int64_t number) {
  if (cursor_) {
    cursor_->bind(++bound_, number);
  } else {
    soci_->values.push_back({static_cast<long long>(number)});
  }
  return *this;
}

Query& Query::use(double number) {
  if (cursor_) {
    cursor_->bind(++bound_, number);
  } else {
    soci_->values.push_back({number});
  }
  return *this;
}

Query& Query::use_null() {
  if (cursor_) {
    ++bound_;  // what is not bound is null
  } else {
    soci_->values.push_back({std::string(), soci::i_null});
  }
  return *this;
}

bool Query::next() {
  if (cursor_) return cursor_->next();
  if (!soci_->started) soci_->start();
  return soci_->has_rows && soci_->statement.fetch();
}

bool Query::is_null(int column) const {
  if (cursor_) return cursor_->is_null(column);
  return soci_->row.get_indicator(static_cast<std::size_t>(column)) == soci::i_null;
}

std::int64_t Query::number(int column) const {
  if (cursor_) return cursor_->number(column);
  const auto at = static_cast<std::size_t>(column);
  return soci_->row.get_properties(at).get_data_type() == soci::dt_integer ? soci_->row.get<int>(at)
                                                                           : soci_->row.get<long long>(at);
}

double Query::real(int column) const {
  if (cursor_) return cursor_->real(column);
  return soci_->row.get<double>(static_cast<std::size_t>(column));
}

std::string_view Query::text(int column) const {
  if (cursor_) return cursor_->text(column);
  soci_->shown = soci_->row.get<std::string>(static_cast<std::size_t>(column), std::string());
  return soci_->shown;
}

}  // namespace relais::practice

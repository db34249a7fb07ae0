// SPDX-License-Identifier: Apache-2.0
// What one caller may see of the list: each item decided against the fiches, cut to the reader's data level.
#pragma once

#include <string>
#include <vector>

#include "api/call.h"
#include "api/practice_services.h"
#include "domain/worklist_order.h"
#include "practice/worklist_store.h"
#include "relais/v1/worklist.pb.h"

namespace relais::api {

class WorklistView {
 public:
  // Made for one request; `context` outlives it.
  WorklistView(const PracticeServices& context, Caller caller);

  // Filter of what this caller could see at most: a doctor's own items; for an assistant, everybody's.
  practice::WorklistFilter filter(const std::string& doctor_id, const std::string& task_id) const;

  // Whether this caller may see the item, and how much of it; else the decision that keeps it from them (no rule: it is
  // another doctor's). Asks the fiches: not to be called inside a work of Database::read.
  struct Right {
    bool visible = false;
    v1::DataLevel shown = v1::DATA_LEVEL_D0;
    v1::Decision refused;
  };
  Result<Right> right(const worklist::Item& item) const;
  v1::WorklistItem show(const worklist::Item& item, v1::DataLevel shown, soci::session& sql) const;

  // Whether this caller may see that a subject was not evaluated; the label is D0. As right(), never inside a read.
  Result<bool> sees(const worklist::NotEvaluated& entry) const;
  v1::NotEvaluated show(const worklist::NotEvaluated& entry, soci::session& sql) const;

  static v1::ItemState state_of(const worklist::Item& item);
  const worklist::Calendar& calendar() const { return calendar_; }

 private:
  // As of when a patient is named. A record that does not answer names nobody: the item stands all the same.
  Instant known() const;
  Result<practice::MandateAnswer> decide(const worklist::Scope& scope, bool to_see) const;

  const PracticeServices& context_;
  const Caller caller_;
  worklist::Calendar calendar_;
};

}  // namespace relais::api

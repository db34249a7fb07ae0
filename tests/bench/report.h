// SPDX-License-Identifier: Apache-2.0
// Rows of the bench: a value, its yardstick measured in the same run, their ratio, the goal.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace bench {

// Where the goal lies.
enum class Goal {
  ratio_at_least,  // of the value to the yardstick
  ratio_at_most,
  value_at_most,
  none,  // told beside the others
};

struct Row {
  std::string name;
  double value = 0;
  std::string unit;
  double yardstick = 0;
  Goal kind = Goal::none;
  double goal = 0;

  double ratio() const { return yardstick > 0 ? value / yardstick : 0; }
  bool ok() const;
};

// The rows so far, each printed as one JSON line as soon as it is known.
class Report {
 public:
  void add(const Row& row);
  // "N passed, M failed, K skipped"; false when a goal was missed.
  bool finish() const;

 private:
  int met_ = 0;
  int missed_ = 0;
};

double median(std::vector<double> values);

// Seconds that `work` takes.
double seconds(const std::function<void()>& work);

struct Medians {
  double value = 0;
  double yardstick = 0;
};
// Takes turns, so that what disturbs the machine disturbs both: medians of `rounds` each.
Medians in_turns(int rounds, const std::function<double()>& value, const std::function<double()>& yardstick);

// A line for people, on standard error.
void say(const std::string& line);

// The measurement cannot be made: ends the program with the reason.
[[noreturn]] void give_up(const std::string& why);

}  // namespace bench

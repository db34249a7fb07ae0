// SPDX-License-Identifier: Apache-2.0
// A plain main for tests, without any library. The last line it prints is "N passed, M failed"; the exit status is 0
// only when there is at least one test and all pass.
#pragma once

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace relais {
inline namespace sdk {
namespace testing {

struct Situation {
  const char* name;
  void (*run)();
};

inline std::vector<Situation>& situations() {
  static std::vector<Situation> all;
  return all;
}

// What does not hold, of the situation that runs.
inline std::vector<std::string>& broken() {
  static std::vector<std::string> all;
  return all;
}

struct Registered {
  Registered(const char* name, void (*run)()) { situations().push_back({name, run}); }
};

inline void check(bool holds, const char* condition, const char* file, int line) {
  if (!holds) broken().push_back(std::string(file) + ":" + std::to_string(line) + ": " + condition);
}

inline int run_situations() {
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const Situation& one : situations()) {
    broken().clear();
    try {
      one.run();
    } catch (const std::exception& error) {
      broken().push_back(std::string("threw ") + error.what());
    } catch (...) {
      broken().emplace_back("threw");
    }
    std::printf("%s %s\n", broken().empty() ? "ok  " : "FAIL", one.name);
    for (const std::string& each : broken()) std::printf("     %s\n", each.c_str());
    broken().empty() ? ++passed : ++failed;
  }
  std::printf("%zu passed, %zu failed\n", passed, failed);
  return passed > 0 && failed == 0 ? 0 : 1;
}

}  // namespace testing
}  // namespace sdk
}  // namespace relais

#define RELAIS_JOIN_(a, b) a##b
#define RELAIS_JOIN(a, b) RELAIS_JOIN_(a, b)

// A situation, in plain words; its body follows.
#define RELAIS_TEST(name)                                                                          \
  static void RELAIS_JOIN(relais_situation_, __LINE__)();                                          \
  static const ::relais::testing::Registered RELAIS_JOIN(relais_registered_, __LINE__){            \
      name, &RELAIS_JOIN(relais_situation_, __LINE__)};                                            \
  static void RELAIS_JOIN(relais_situation_, __LINE__)()

// Goes on when it does not hold.
#define RELAIS_CHECK(condition) ::relais::testing::check(static_cast<bool>(condition), #condition, __FILE__, __LINE__)

#define RELAIS_TEST_MAIN() \
  int main() { return ::relais::testing::run_situations(); }

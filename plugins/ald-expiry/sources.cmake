# SPDX-License-Identifier: Apache-2.0
# The rules without the plugin's entry: the plugin and its tests are built from the same list.
set(ALD_EXPIRY_SOURCES
  src/calendar.cpp src/doubts.cpp src/durations.cpp src/judge.cpp src/pack.cpp src/rights.cpp src/words.cpp)
list(TRANSFORM ALD_EXPIRY_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/)

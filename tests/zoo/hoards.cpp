// SPDX-License-Identifier: Apache-2.0
// Allocates without end; says how much it was given.
#include <sys/mman.h>

#include <cstdlib>
#include <vector>

#include "beast.h"

ZOO_BEAST() {
  constexpr std::size_t block = 1U << 20U;
  constexpr std::size_t most = 4096;
  std::vector<void*> blocks;
  blocks.reserve(most);
  const bool shared = which == "shared";
  while (blocks.size() < most) {
    void* given = shared ? mmap(nullptr, block, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
                         : std::malloc(block);
    if (given == nullptr || given == MAP_FAILED) break;
    std::memset(given, 1, block);
    blocks.push_back(given);
  }
  for (void* each : blocks) shared ? static_cast<void>(munmap(each, block)) : std::free(each);
  return blocks.size() == most ? "done" : "given " + std::to_string(blocks.size());
}

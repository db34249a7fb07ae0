// SPDX-License-Identifier: Apache-2.0
// One host at a time works on a practice's folder, and nothing is put in its place while one does.
#pragma once

#include <filesystem>

#include "domain/error.h"

namespace relais::practice {

// Held until destroyed, or until the process ends, however it ends. Moves, never copies.
class PracticeLock {
 public:
  // Takes <data>/relais.lock (created, mode 0600; the folder must exist) without waiting: practice.running when another
  // process, or another lock of this one, holds it; store.read-only, store.full or relais.io
  // when the file cannot be opened.
  static Result<PracticeLock> take(const std::filesystem::path& data);

  PracticeLock(PracticeLock&& other) noexcept;
  PracticeLock& operator=(PracticeLock&&) = delete;
  ~PracticeLock();

 private:
  explicit PracticeLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace relais::practice

// SPDX-License-Identifier: Apache-2.0
#include "practice/practice_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace relais::practice {

Result<PracticeLock> PracticeLock::take(const std::filesystem::path& data) {
  const auto path = data / "relais.lock";
  const auto failed = [&] {
    const auto code = errno == EROFS ? Code::store_read_only : errno == ENOSPC ? Code::store_full : Code::io;
    return fail(code, std::generic_category().message(errno), path.filename().string());
  };
  PracticeLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.descriptor_ < 0) return failed();
  // The kernel lets go of it when the process ends: a host that was killed never keeps the next one out.
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return fail(Code::practice_running, "locked");
    return failed();
  }
  return lock;
}

PracticeLock::PracticeLock(PracticeLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

PracticeLock::~PracticeLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace relais::practice

// SPDX-License-Identifier: Apache-2.0
// A mutex that Clang's thread safety analysis understands (libstdc++'s own is not annotated); plain C++ elsewhere.
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define RELAIS_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define RELAIS_THREAD_ANNOTATION(x)
#endif

#define RELAIS_CAPABILITY(x) RELAIS_THREAD_ANNOTATION(capability(x))
#define RELAIS_SCOPED_CAPABILITY RELAIS_THREAD_ANNOTATION(scoped_lockable)
#define RELAIS_GUARDED_BY(x) RELAIS_THREAD_ANNOTATION(guarded_by(x))
#define RELAIS_REQUIRES(...) RELAIS_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define RELAIS_EXCLUDES(...) RELAIS_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define RELAIS_ACQUIRE(...) RELAIS_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELAIS_RELEASE(...) RELAIS_THREAD_ANNOTATION(release_capability(__VA_ARGS__))

namespace relais {

class RELAIS_CAPABILITY("mutex") Mutex {
 public:
  void lock() RELAIS_ACQUIRE() { mutex_.lock(); }
  void unlock() RELAIS_RELEASE() { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

// Holds a Mutex for a scope.
class RELAIS_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) RELAIS_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() RELAIS_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for a Mutex. Wake-ups may be spurious: wait in a loop over the condition.
class Condition {
 public:
  void wait(Mutex& mutex) RELAIS_REQUIRES(mutex) {
    std::unique_lock<std::mutex> held(mutex.mutex_, std::adopt_lock);
    condition_.wait(held);
    held.release();
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace relais

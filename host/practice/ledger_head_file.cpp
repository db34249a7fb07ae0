// SPDX-License-Identifier: Apache-2.0
#include "practice/ledger_head_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "practice/ledger_head.h"

namespace relais::practice {
namespace {

// A block of its own for each place, so that no write of one touches the other.
constexpr std::size_t place_bytes = 4096;
constexpr std::size_t file_bytes = 2 * place_bytes;

// Spaces after the line: the file keeps its length, and stays text.
std::string padded(std::string_view head) {
  std::string place(head);
  place.resize(place_bytes, ' ');
  return place;
}

std::int64_t seq_in(std::string_view place) {
  const auto json = nlohmann::json::parse(place.substr(0, place.find('\n')), nullptr, false);
  return json.is_object() && json.contains("seq") && json["seq"].is_number_integer() ? json["seq"].get<std::int64_t>()
                                                                                     : -1;
}

}  // namespace

class HeadFile::Impl {
 public:
  Impl(std::filesystem::path file, std::chrono::milliseconds longest_unflushed)
      : file_(std::move(file)), longest_unflushed_(longest_unflushed), flusher_([this] { flush_often(); }) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    changed_.notify_one();
    flusher_.join();
    close_file();
  }

  Result<void> put(std::string_view head) {
    if (head.size() > place_bytes) return fail(Code::io, "a head that does not fit", file_.filename().string());
    const std::lock_guard lock(mutex_);
    if (opened_ < 0 && !open_file()) return replace(head);
    // An older database was accepted: a later head left beside this one would be taken for the head. And a file replaced
    // by another process (a restored practice) is not the one that is open here.
    if (seq_in(head) < latest_ || !is_still_the_file()) return replace(head);
    const auto place = padded(head);
    const auto at = static_cast<off_t>(place_bytes * (1 - flushed_));
    if (::pwrite(opened_, place.data(), place.size(), at) != static_cast<ssize_t>(place.size())) return replace(head);
    latest_ = seq_in(head);
    if (!unflushed_) {
      unflushed_ = true;
      changed_.notify_one();
    }
    return {};
  }

  Result<void> flush() {
    const std::lock_guard lock(mutex_);
    return flush_held();
  }

 private:
  // Everything below holds mutex_: a head written while the flush runs could be torn in the place that the flush made
  // the safe one.

  Result<void> flush_held() {
    if (!unflushed_) return {};
    if (::fdatasync(opened_) != 0) {
      const auto failed = cannot_write(file_);
      // The next head goes to a new file, or says why it cannot.
      close_file();
      return failed;
    }
    unflushed_ = false;
    flushed_ = 1 - flushed_;
    return {};
  }

  void flush_often() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return unflushed_ || closing_; });
      if (!closing_) changed_.wait_for(lock, longest_unflushed_, [this] { return closing_; });
      // What failed is said by the next put(): it finds no open file.
      static_cast<void>(flush_held());
      if (closing_) return;
    }
  }

  // Whether the file is there and has the form of two places. What it holds is flushed first: the older of its heads may
  // be overwritten only when the later one is on the disk.
  bool open_file() {
    opened_ = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
    struct stat status {};
    std::array<char, file_bytes> held{};
    if (opened_ >= 0 && ::fstat(opened_, &status) == 0 && status.st_size == static_cast<off_t>(file_bytes) &&
        ::pread(opened_, held.data(), held.size(), 0) == static_cast<ssize_t>(held.size()) && ::fdatasync(opened_) == 0) {
      const std::string_view text(held.data(), held.size());
      const auto first = seq_in(text.substr(0, place_bytes));
      const auto second = seq_in(text.substr(place_bytes));
      flushed_ = second > first ? 1 : 0;
      latest_ = std::max(first, second);
      return true;
    }
    close_file();
    return false;
  }

  bool is_still_the_file() const {
    struct stat ours {}, named {};
    return ::fstat(opened_, &ours) == 0 && ::stat(file_.c_str(), &named) == 0 && ours.st_dev == named.st_dev &&
           ours.st_ino == named.st_ino;
  }

  Result<void> replace(std::string_view head) {
    close_file();
    const auto place = padded(head);
    return replace_file(file_, place + place, false);
  }

  void close_file() {
    if (opened_ >= 0) ::close(opened_);
    opened_ = -1;
    unflushed_ = false;
  }

  const std::filesystem::path file_;
  const std::chrono::milliseconds longest_unflushed_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool closing_ = false;
  int opened_ = -1;
  // Of the open file: which place holds the head that was flushed last, the number of the latest head, and whether the
  // other place holds one that was not.
  std::size_t flushed_ = 0;
  std::int64_t latest_ = -1;
  bool unflushed_ = false;

  // Last: it uses the others.
  std::thread flusher_;
};

HeadFile::HeadFile(std::filesystem::path file, std::chrono::milliseconds longest_unflushed)
    : impl_(std::make_unique<Impl>(std::move(file), longest_unflushed)) {}
HeadFile::~HeadFile() = default;
Result<void> HeadFile::put(std::string_view head) { return impl_->put(head); }
Result<void> HeadFile::flush() { return impl_->flush(); }

}  // namespace relais::practice

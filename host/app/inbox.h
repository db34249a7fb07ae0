// SPDX-License-Identifier: Apache-2.0
// The watched folder: a file dropped there by a laboratory's gateway is submitted once it no longer grows, then moved.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "domain/error.h"

namespace relais::app {

class Inbox {
 public:
  // Stores one raw message durably. After success the file is moved to `recus/`; after an Error it stays, and is
  // tried again at the next scan.
  using Submit = std::function<Result<void>(const std::string& bytes, const std::string& file_name)>;

  // Bytes. What no reader of the ingest accepts is never loaded: it is moved to `trop-gros/`, for a human.
  static constexpr std::uintmax_t largest = std::uintmax_t{64} << 20U;

  // Watches `folder` (created when absent) every `period` on a thread of its own; zero: only scan() looks.
  Inbox(std::filesystem::path folder, Submit submit, std::chrono::milliseconds period);
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // One look at the folder. A file is taken when its size and time are those of the previous look, so that a file
  // still being copied waits; an empty file, or one that cannot be read whole, is left where it is. A file that was
  // submitted and cannot be moved is not submitted again while it stays as it is. One bad file never stops the others;
  // codes are logged, names never. Returns the number of files submitted. Throws filesystem_error when the folder
  // itself cannot be listed. Not thread-safe; the watching thread calls it.
  std::size_t scan();

 private:
  struct Look {
    std::uintmax_t size;
    std::filesystem::file_time_type written;
    bool operator==(const Look&) const = default;
  };
  // What is settled about a file that is still to be moved away.
  struct Settled {
    Look look;
    std::string folder;
  };
  struct Told {
    Look look;
    std::string_view code;
    bool operator==(const Told&) const = default;
  };

  void watch(std::chrono::milliseconds period);
  bool consider(const std::filesystem::path& file, const Look& look);
  bool submit(const std::filesystem::path& file, const Look& look);
  void move_away(const std::filesystem::path& file, const Look& look, const std::string& folder);
  // Once for each state of a file: the same words each second would hide the others.
  void tell(const std::filesystem::path& file, const Look& look, std::string_view code, std::string_view detail = {});

  std::filesystem::path folder_;
  Submit submit_;
  std::map<std::filesystem::path, Look> last_;
  std::map<std::filesystem::path, Settled> settled_;
  std::map<std::filesystem::path, Told> told_;
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace relais::app

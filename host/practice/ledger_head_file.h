// SPDX-License-Identifier: Apache-2.0
// ledger-head.json while a host writes it at every commit: two places in one file. One holds the last head that was flushed
// to the disk and is not touched; the other takes the heads that follow, until it is flushed itself. A power cut leaves the
// first whole, and no commit waits for a second flush of the disk.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "domain/error.h"

namespace relais::practice {

// Thread-safe. One at a time for a file.
class HeadFile {
 public:
  // A thread of its own flushes what put() wrote no later than `longest_unflushed` after it. Opens nothing yet.
  HeadFile(std::filesystem::path file, std::chrono::milliseconds longest_unflushed);
  // Flushes what was put.
  ~HeadFile();

  // Puts `head`, a text of write_head(), in the file: every process sees it at once, also after this one was killed, and
  // read_head() of the whole file answers it. A power cut within `longest_unflushed` takes the file back to a head that
  // was flushed before. A file that is missing, of another form, or that holds a later head is replaced, durably.
  // store.full, store.read-only or relais.io, also when the flush before failed and cannot be made good.
  Result<void> put(std::string_view head);

  // Makes the last head durable now. relais.io.
  Result<void> flush();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Of the text of the file, the one head that read_head() answers or fails with; the text itself when it holds none.
std::string head_line(std::string_view text, std::string_view public_key);

}  // namespace relais::practice

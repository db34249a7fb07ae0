// SPDX-License-Identifier: Apache-2.0
#include "app/inbox.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <fstream>
#include <optional>
#include <utility>

namespace relais::app {
namespace fs = std::filesystem;

namespace {
const std::string received = "recus";
const std::string too_large = "trop-gros";

// A name that does not exist yet in `folder`: the same file name may come every evening.
fs::path free_name(const fs::path& folder, const fs::path& name) {
  auto candidate = folder / name;
  for (int i = 1; fs::exists(candidate); ++i)
    candidate = folder / (name.stem().string() + "." + std::to_string(i) + name.extension().string());
  return candidate;
}

// The whole file, exactly as long as it was seen; nothing when it cannot be opened or read, or is of another length.
std::optional<std::string> read_whole(const fs::path& file, std::uintmax_t size) {
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open()) return std::nullopt;
  std::string bytes(static_cast<std::size_t>(size), '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in || in.peek() != std::ifstream::traits_type::eof()) return std::nullopt;
  return bytes;
}
}  // namespace

Inbox::Inbox(fs::path folder, Submit submit, std::chrono::milliseconds period)
    : folder_(std::move(folder)), submit_(std::move(submit)) {
  fs::create_directories(folder_ / received);
  if (period.count() > 0) thread_ = std::thread([this, period] { watch(period); });
}

Inbox::~Inbox() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stop_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Inbox::watch(std::chrono::milliseconds period) {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    try {
      scan();
    } catch (const fs::filesystem_error& error) {
      // The folder may sit on a share that comes and goes; said each time, tried again at the next look.
      spdlog::error("inbox.unreadable errno={}", error.code().value());
    } catch (const std::exception&) {
      spdlog::error("inbox.scan-failed");
    }
    lock.lock();
    stop_changed_.wait_for(lock, period, [this] { return stop_; });
  }
}

std::size_t Inbox::scan() {
  std::map<fs::path, Look> seen;
  std::size_t taken = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const auto& file = entry.path();
    std::optional<Look> look;
    try {
      const auto name = file.filename().string();
      if (name.starts_with('.') || name.ends_with(".part") || name.ends_with(".tmp")) continue;
      if (!entry.is_regular_file()) continue;
      look = Look{entry.file_size(), entry.last_write_time()};
      seen.emplace(file, *look);
      const auto before = last_.find(file);
      if (before == last_.end() || before->second != *look) continue;
      if (consider(file, *look)) ++taken;
      // The name may come again before the next look.
      if (!fs::exists(file)) seen.erase(file);
    } catch (const std::exception&) {
      // Its message may hold the file's name, and that a patient's.
      if (look)
        tell(file, *look, "inbox.file-failed");
      else
        spdlog::error("inbox.file-failed");
    }
  }
  const auto gone = [&](const auto& one) { return !seen.contains(one.first); };
  std::erase_if(settled_, gone);
  std::erase_if(told_, gone);
  last_ = std::move(seen);
  return taken;
}

bool Inbox::consider(const fs::path& file, const Look& look) {
  if (const auto settled = settled_.find(file); settled != settled_.end()) {
    if (settled->second.look == look) {
      move_away(file, look, std::string(settled->second.folder));  // a copy: the entry may go
      return false;
    }
    settled_.erase(settled);  // another file of the same name
  }
  if (look.size > largest) {
    tell(file, look, "inbox.too-large");
    move_away(file, look, too_large);
    return false;
  }
  return submit(file, look);
}

bool Inbox::submit(const fs::path& file, const Look& look) {
  if (look.size == 0) {
    tell(file, look, "inbox.empty");
    return false;
  }
  const auto bytes = read_whole(file, look.size);
  if (!bytes) {
    tell(file, look, "inbox.read-failed");
    return false;
  }
  if (const auto stored = submit_(*bytes, file.filename().string()); !stored) {
    tell(file, look, "inbox.not-stored", stable_code(stored.error().code));
    return false;
  }
  // Durable in the practice's store by now; the copy kept here is a convenience for people.
  move_away(file, look, received);
  return true;
}

void Inbox::move_away(const fs::path& file, const Look& look, const std::string& folder) {
  settled_.insert_or_assign(file, Settled{look, folder});
  try {
    fs::create_directories(folder_ / folder);
    fs::rename(file, free_name(folder_ / folder, file.filename()));
    settled_.erase(file);
  } catch (const fs::filesystem_error& error) {
    tell(file, look, "inbox.not-moved", std::to_string(error.code().value()));
  }
}

void Inbox::tell(const fs::path& file, const Look& look, std::string_view code, std::string_view detail) {
  const Told told{look, code};
  const auto [at, is_new] = told_.try_emplace(file, told);
  if (!is_new && at->second == told) return;
  at->second = told;
  spdlog::error("{} detail={}", code, detail);
}

}  // namespace relais::app

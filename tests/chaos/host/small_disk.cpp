// SPDX-License-Identifier: Apache-2.0
#include "small_disk.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

namespace relais::chaos {
namespace {

namespace fs = std::filesystem;

std::string private_mounts() {
  const auto uid = ::getuid();
  const auto gid = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return "this kernel gives no user namespace";
  const auto write = [](const char* file, const std::string& text) {
    std::ofstream out(file);
    out << text << std::flush;
    return static_cast<bool>(out);
  };
  if (!write("/proc/self/setgroups", "deny") || !write("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") ||
      !write("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1"))
    return "the user namespace cannot be mapped";
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return "mounts cannot be made private";
  return {};
}

// Before any thread: the namespace is this whole program's.
const std::string why_not = private_mounts();

}  // namespace

const std::string& no_mounts() { return why_not; }

SmallDisk::SmallDisk(fs::path folder, const std::string& size) : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  mounted_ = ::mount("relais", folder_.c_str(), "tmpfs", 0, ("size=" + size + ",mode=700").c_str()) == 0;
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

bool SmallDisk::read_only(bool on) const {
  return ::mount(nullptr, folder_.c_str(), nullptr, on ? MS_REMOUNT | MS_RDONLY : MS_REMOUNT, nullptr) == 0;
}

void SmallDisk::fill(std::uintmax_t left) const {
  const auto room = fs::space(folder_).available;
  std::ofstream(folder_ / "ballast", std::ios::binary) << std::string(room > left ? room - left : 0, 'x');
}

void SmallDisk::empty() const { fs::remove(folder_ / "ballast"); }

}  // namespace relais::chaos

// SPDX-License-Identifier: Apache-2.0
// A small disk of our own, mounted in a user and mount namespace, which needs no right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace relais::chaos {

// Why no disk can be mounted here, such as a kernel that refuses it; empty when it can.
const std::string& no_mounts();

// Gone with its content at the end.
class SmallDisk {
 public:
  // `size` as mount(8) has it, such as "96m".
  SmallDisk(std::filesystem::path folder, const std::string& size);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  // False when the kernel refuses.
  bool read_only(bool on) const;
  // Takes all the space but `left` bytes; gives it back.
  void fill(std::uintmax_t left) const;
  void empty() const;

 private:
  const std::filesystem::path folder_;
  bool mounted_ = false;
};

}  // namespace relais::chaos

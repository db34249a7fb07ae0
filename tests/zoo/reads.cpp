// SPDX-License-Identifier: Apache-2.0
// Reads what is not its own: the practice's database, the host's environment, the account's files.
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "beast.h"

ZOO_BEAST() {
  if (which == "list") {
    DIR* const folder = opendir(target("folder").c_str());
    if (folder == nullptr) return zoo::told(false);
    return zoo::told(readdir(folder) != nullptr);
  }
  std::string path = target("database");
  if (which == "accounts") path = "/etc/passwd";
  if (which == "environment") path = "/proc/" + target("parent") + "/environ";
  if (which == "memory") path = "/proc/" + target("parent") + "/mem";
  if (which == "own-process") path = "/proc/self/maps";
  if (which == "link") path = target("link");
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return zoo::told(false);
  char byte = 0;
  return zoo::told(read(file, &byte, 1) >= 0);
}

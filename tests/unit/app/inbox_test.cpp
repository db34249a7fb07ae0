// SPDX-License-Identifier: Apache-2.0
#include "app/inbox.h"

#include <sys/fsuid.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "support/scratch_folder.h"

using relais::app::Inbox;
namespace fs = std::filesystem;

namespace {

struct InboxFolder : relais::test::Scratch {
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path() / name, std::ios::binary) << text;
  }
};

// While it lives the calling thread reads files as nobody in particular, which root would otherwise not have to. A limit
// on open files would do as well, but takes from the sanitizers the pipe with which they look at memory.
class WithoutPrivilege {
 public:
  WithoutPrivilege() : before_(::setfsuid(65534)) {}
  ~WithoutPrivilege() { ::setfsuid(static_cast<uid_t>(before_)); }
  WithoutPrivilege(const WithoutPrivilege&) = delete;
  WithoutPrivilege& operator=(const WithoutPrivilege&) = delete;

 private:
  int before_;
};

// Looks are made by the test, not by a thread.
constexpr std::chrono::milliseconds by_hand{0};

}  // namespace

TEST_CASE("a dropped file is submitted once it no longer grows, then moved") {
  const InboxFolder folder;
  std::vector<std::string> submitted;
  Inbox inbox(
      folder.path(),
      [&](const std::string& bytes, const std::string&) -> relais::Result<void> {
        submitted.push_back(bytes);
        return {};
      },
      by_hand);
  folder.write("a.xml", "first half");
  CHECK(inbox.scan() == 0);
  folder.write("a.xml", "first half and second half");
  CHECK(inbox.scan() == 0);
  CHECK(inbox.scan() == 1);
  CHECK(submitted == std::vector<std::string>{"first half and second half"});
  CHECK(fs::exists(folder.path() / "recus" / "a.xml"));
  CHECK(inbox.scan() == 0);
}

TEST_CASE("a file that could not be stored stays and is tried again") {
  const InboxFolder folder;
  bool disk_full = true;
  int tries = 0;
  Inbox inbox(
      folder.path(),
      [&](const std::string&, const std::string&) -> relais::Result<void> {
        ++tries;
        if (disk_full) return relais::fail(relais::Code::io, "no space");
        return {};
      },
      by_hand);
  folder.write("a.xml", "report");
  inbox.scan();
  CHECK(inbox.scan() == 0);
  CHECK(fs::exists(folder.path() / "a.xml"));
  disk_full = false;
  CHECK(inbox.scan() == 1);
  CHECK(tries == 2);
  CHECK_FALSE(fs::exists(folder.path() / "a.xml"));
}

TEST_CASE("two evenings may bring a file of the same name") {
  const InboxFolder folder;
  Inbox inbox(
      folder.path(), [](const std::string&, const std::string&) { return relais::Result<void>{}; }, by_hand);
  for (int evening = 0; evening < 2; ++evening) {
    folder.write("bio.xml", "report");
    inbox.scan();
    CHECK(inbox.scan() == 1);
  }
  CHECK(fs::exists(folder.path() / "recus" / "bio.xml"));
  CHECK(fs::exists(folder.path() / "recus" / "bio.1.xml"));
}

TEST_CASE("hidden and unfinished files are left alone") {
  const InboxFolder folder;
  Inbox inbox(
      folder.path(), [](const std::string&, const std::string&) { return relais::Result<void>{}; }, by_hand);
  folder.write(".hidden", "x");
  folder.write("coming.part", "x");
  inbox.scan();
  CHECK(inbox.scan() == 0);
}

TEST_CASE("a file that cannot be opened is not submitted as nothing and is taken once it can be") {
  const InboxFolder folder;
  std::vector<std::string> submitted;
  Inbox inbox(folder.path(), [&](const std::string& bytes, const std::string&) -> relais::Result<void> {
    submitted.push_back(bytes);
    return {};
  }, by_hand);
  folder.write("a.xml", "report");
  inbox.scan();
  fs::permissions(folder.path(), fs::perms{0755});
  fs::permissions(folder.path() / "a.xml", fs::perms::none);
  std::size_t taken = 1;
  {
    const WithoutPrivilege nobody;
    taken = inbox.scan();
  }
  CHECK(taken == 0);
  CHECK(submitted.empty());
  CHECK(fs::exists(folder.path() / "a.xml"));
  fs::permissions(folder.path() / "a.xml", fs::perms::owner_read);
  CHECK(inbox.scan() == 1);
  CHECK(submitted == std::vector<std::string>{"report"});
}

TEST_CASE("an empty file and one of another length than was seen stay where they are") {
  const InboxFolder folder;
  int submitted = 0;
  Inbox inbox(folder.path(), [&](const std::string&, const std::string&) -> relais::Result<void> {
    ++submitted;
    return {};
  }, by_hand);
  folder.write("empty.xml", "");
  // The kernel says that this file is empty, and it is not.
  fs::create_symlink("/proc/version", folder.path() / "longer.xml");
  // And that this one fills a page, and it does not.
  const fs::path page = "/sys/devices/system/cpu/online";
  if (fs::exists(page)) fs::create_symlink(page, folder.path() / "shorter.xml");
  for (int look = 0; look < 3; ++look) CHECK(inbox.scan() == 0);
  CHECK(submitted == 0);
  CHECK(fs::exists(folder.path() / "empty.xml"));
}

TEST_CASE("one bad file never stops the others") {
  const InboxFolder folder;
  std::vector<std::string> submitted;
  Inbox inbox(folder.path(), [&](const std::string& bytes, const std::string&) -> relais::Result<void> {
    if (bytes == "stream") throw std::ios_base::failure("read");
    if (bytes == "folder") throw fs::filesystem_error("stat", std::make_error_code(std::errc::io_error));
    if (bytes == "other") throw std::runtime_error("other");
    submitted.push_back(bytes);
    return {};
  }, by_hand);
  for (const auto* bad : {"stream", "folder", "other"}) folder.write(std::string(bad) + ".xml", bad);
  for (const auto* name : {"a.xml", "m.xml", "z.xml"}) folder.write(name, "report");
  inbox.scan();
  CHECK(inbox.scan() == 3);
  CHECK(submitted.size() == 3);
  CHECK(fs::exists(folder.path() / "stream.xml"));
}

TEST_CASE("a submitted file that cannot be moved is not submitted again until it changes") {
  const InboxFolder folder;
  std::vector<std::string> submitted;
  Inbox inbox(folder.path(), [&](const std::string& bytes, const std::string&) -> relais::Result<void> {
    submitted.push_back(bytes);
    return {};
  }, by_hand);
  fs::remove_all(folder.path() / "recus");
  fs::create_symlink("nowhere", folder.path() / "recus");
  folder.write("a.xml", "report");
  inbox.scan();
  CHECK(inbox.scan() == 1);
  for (int look = 0; look < 3; ++look) CHECK(inbox.scan() == 0);
  CHECK(submitted.size() == 1);
  CHECK(fs::exists(folder.path() / "a.xml"));

  folder.write("a.xml", "another report");
  inbox.scan();
  CHECK(inbox.scan() == 1);
  CHECK(submitted == std::vector<std::string>{"report", "another report"});

  fs::remove(folder.path() / "recus");
  CHECK(inbox.scan() == 0);
  CHECK(fs::exists(folder.path() / "recus" / "a.xml"));
  CHECK_FALSE(fs::exists(folder.path() / "a.xml"));
  CHECK(submitted.size() == 2);
}

TEST_CASE("a file beyond the bound is set aside untouched and never submitted") {
  const InboxFolder folder;
  std::vector<std::size_t> submitted;
  Inbox inbox(folder.path(), [&](const std::string& bytes, const std::string&) -> relais::Result<void> {
    submitted.push_back(bytes.size());
    return {};
  }, by_hand);
  folder.write("large.xml", "report");
  fs::resize_file(folder.path() / "large.xml", Inbox::largest + 1);
  folder.write("small.xml", "report");
  inbox.scan();
  CHECK(inbox.scan() == 1);
  CHECK(submitted == std::vector<std::size_t>{6});
  CHECK_FALSE(fs::exists(folder.path() / "large.xml"));
  REQUIRE(fs::exists(folder.path() / "trop-gros" / "large.xml"));
  CHECK(fs::file_size(folder.path() / "trop-gros" / "large.xml") == Inbox::largest + 1);
}

// SPDX-License-Identifier: Apache-2.0
#include "app/kit/elf_file.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace relais::app {
namespace {

constexpr std::size_t most_bytes = 256U << 20U;

// Every read is bounded: the file is an author's, or anybody's.
class Bytes {
 public:
  explicit Bytes(std::string content) : content_(std::move(content)) {}

  template <class T>
  std::optional<T> at(std::uint64_t offset) const {
    if (offset > content_.size() || content_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, content_.data() + offset, sizeof value);
    return value;
  }
  // The text that ends with a zero byte, empty when there is none.
  std::string text(std::uint64_t offset) const {
    if (offset >= content_.size()) return {};
    const auto end = content_.find('\0', offset);
    return end == std::string::npos ? std::string() : content_.substr(offset, end - offset);
  }
  std::uint64_t size() const { return content_.size(); }

 private:
  std::string content_;
};

std::vector<Elf64_Shdr> sections_of(const Bytes& bytes, const Elf64_Ehdr& head) {
  std::vector<Elf64_Shdr> sections;
  for (std::uint64_t number = 0; number < head.e_shnum; ++number) {
    const auto section = bytes.at<Elf64_Shdr>(head.e_shoff + number * sizeof(Elf64_Shdr));
    if (!section) return {};
    sections.push_back(*section);
  }
  return sections;
}

}  // namespace

Result<ElfFile> read_elf(const std::filesystem::path& path) {
  const auto refuse = [&](const char* why) { return fail(Code::plugin_package, why, path.filename().string()); };
  std::error_code problem;
  if (std::filesystem::file_size(path, problem) > most_bytes || problem) return refuse("not a shared library");
  std::ifstream file(path, std::ios::binary);
  const Bytes bytes(std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
  const auto head = bytes.at<Elf64_Ehdr>(0);
  if (!head || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) return refuse("not a shared library");
  if (head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_ident[EI_DATA] != ELFDATA2LSB || head->e_type != ET_DYN) {
    return refuse("not a shared library of this kind of machine");
  }
  if (head->e_shentsize != sizeof(Elf64_Shdr)) return refuse("sections of an unknown size");
  const auto sections = sections_of(bytes, *head);
  ElfFile made;
  for (const auto& section : sections) {
    const bool symbols = section.sh_type == SHT_DYNSYM;
    if ((!symbols && section.sh_type != SHT_DYNAMIC) || section.sh_link >= sections.size()) continue;
    const std::uint64_t names = sections[section.sh_link].sh_offset;
    const std::uint64_t size = symbols ? sizeof(Elf64_Sym) : sizeof(Elf64_Dyn);
    for (std::uint64_t number = 0; number < std::min(section.sh_size, bytes.size()) / size; ++number) {
      const std::uint64_t offset = section.sh_offset + number * size;
      if (symbols) {
        const auto symbol = bytes.at<Elf64_Sym>(offset);
        if (!symbol || symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS) continue;
        if (ELF64_ST_BIND(symbol->st_info) == STB_LOCAL) continue;
        const auto seen = ELF64_ST_VISIBILITY(symbol->st_other);
        if (seen == STV_DEFAULT || seen == STV_PROTECTED) made.exported.push_back(bytes.text(names + symbol->st_name));
      } else {
        const auto entry = bytes.at<Elf64_Dyn>(offset);
        if (entry && entry->d_tag == DT_NEEDED) made.libraries.push_back(bytes.text(names + entry->d_un.d_val));
      }
    }
  }
  return made;
}

}  // namespace relais::app

// SPDX-License-Identifier: Apache-2.0
#include "app/text_file.h"

#include <fstream>
#include <iterator>
#include <system_error>

namespace relais::app {

Result<std::string> read_text_file(const std::filesystem::path& path) {
  constexpr std::uintmax_t most = 16 * 1024 * 1024;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return fail(Code::io, path.string() + ": not a readable file");
  if (std::filesystem::file_size(path, error) > most || error) return fail(Code::io, path.string() + ": too large");
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad() || !in.is_open()) return fail(Code::io, path.string() + ": cannot be read");
  return content;
}

}  // namespace relais::app

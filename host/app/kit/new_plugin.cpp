// SPDX-License-Identifier: Apache-2.0
#include "app/kit/new_plugin.h"

#include <cctype>
#include <fstream>
#include <regex>
#include <utility>
#include <vector>

#include "app/text_file.h"

namespace relais::app {
namespace {

namespace fs = std::filesystem;

// "late-report" becomes "LateReport".
std::string class_of(const std::string& id) {
  std::string made;
  bool upper = true;
  for (const char one : id) {
    if (one != '-') made += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(one))) : one;
    upper = one == '-';
  }
  return made;
}

void replace_all(std::string& text, const std::string& mark, const std::string& value) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
}

}  // namespace

Result<fs::path> new_plugin(const std::string& name, const fs::path& in, const fs::path& kit) {
  static const std::regex id("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  if (name.size() > 64 || !std::regex_match(name, id)) return fail(Code::kit_name, name);
  const fs::path to = in / name;
  std::error_code problem;
  if (fs::exists(to, problem)) return fail(Code::kit_exists, to.string());
  // Everything is read before anything is written.
  std::vector<std::pair<fs::path, std::string>> files;
  const fs::path from = kit / "cpp";
  for (fs::recursive_directory_iterator at(from, problem), end; at != end; at.increment(problem)) {
    if (problem) return fail(Code::io, problem.message(), from.string());
    if (!at->is_regular_file()) continue;
    auto text = read_text_file(at->path());
    if (!text) return tl::unexpected(text.error());
    replace_all(*text, "@id@", name);
    replace_all(*text, "@Class@", class_of(name));
    files.emplace_back(at->path().lexically_relative(from), std::move(*text));
  }
  if (problem || files.empty()) return fail(Code::kit_files, problem.message(), from.string());
  for (const auto& [path, text] : files) {
    fs::create_directories((to / path).parent_path(), problem);
    std::ofstream file(to / path, std::ios::binary);
    file << text;
    if (problem || !file.flush()) return fail(Code::io, "cannot write", (to / path).string());
  }
  return to;
}

}  // namespace relais::app

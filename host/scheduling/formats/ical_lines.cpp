// SPDX-License-Identifier: Apache-2.0
#include "scheduling/formats/ical_lines.h"

#include <boost/locale/utf.hpp>
#include <cctype>
#include <string>
#include <vector>

#include "scheduling/formats/exchange.h"

namespace relais::scheduling::formats {
namespace {

constexpr std::size_t most_lines = 200'000;
constexpr std::size_t longest_line = std::size_t{64} << 10U;  // unfolded
constexpr std::size_t deepest = 4;                            // VCALENDAR, VEVENT, VALARM; VTIMEZONE, STANDARD

bool is_text(std::string_view bytes) {
  for (auto at = bytes.begin(); at != bytes.end();) {
    const auto code = boost::locale::utf::utf_traits<char>::decode(at, bytes.end());
    if (code == boost::locale::utf::illegal || code == boost::locale::utf::incomplete || code == 0) return false;
  }
  return true;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

// The components that are open, and how much there is of everything.
class Shape {
 public:
  Result<void> take(std::string_view line, std::size_t number) {
    const auto place = "line " + std::to_string(number);
    if (line.empty()) return {};
    const auto name = line.substr(0, line.find_first_of(":;"));
    const bool begins = upper(name) == "BEGIN";
    if (begins || upper(name) == "END") {
      const auto colon = line.find(':');
      if (colon == std::string_view::npos) return fail(Code::scheduling_ical_malformed, "no name", place);
      auto what = upper(line.substr(colon + 1));
      while (!what.empty() && what.back() == ' ') what.pop_back();
      return begins ? open(std::move(what), place) : close(what, place);
    }
    if (open_.empty()) return fail(Code::scheduling_ical_malformed, "outside of a calendar", place);
    return {};
  }

  Result<void> end() const {
    if (!open_.empty()) return fail(Code::scheduling_ical_malformed, open_.back() + " does not end");
    if (calendars_ == 0) return fail(Code::scheduling_ical_malformed, "no calendar");
    return {};
  }

 private:
  Result<void> open(std::string what, const std::string& place) {
    if (open_.empty()) {
      if (what != "VCALENDAR") return fail(Code::scheduling_ical_malformed, "not a calendar", place);
      ++calendars_;
    }
    if ((what == "VEVENT" || what == "VFREEBUSY" || what == "VTIMEZONE") && ++events_ > most_events) {
      return fail(Code::scheduling_ical_too_complex, "too many events", place);
    }
    if (open_.size() >= deepest) return fail(Code::scheduling_ical_too_complex, "nested too deep", place);
    open_.push_back(std::move(what));
    return {};
  }
  Result<void> close(const std::string& what, const std::string& place) {
    if (open_.empty() || open_.back() != what) return fail(Code::scheduling_ical_malformed, "ends nothing", place);
    open_.pop_back();
    return {};
  }

  std::vector<std::string> open_;
  std::size_t events_ = 0, calendars_ = 0;
};

}  // namespace

Result<void> check_lines(std::string_view bytes) {
  if (bytes.size() > longest_calendar) return fail(Code::scheduling_ical_too_large, "more than 2 MiB");
  if (!is_text(bytes)) return fail(Code::scheduling_ical_malformed, "not UTF-8");
  Shape shape;
  std::string line;
  std::size_t number = 0, first = 1;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    auto physical = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (++number > most_lines) return fail(Code::scheduling_ical_too_complex, "too many lines");
    if (physical.ends_with('\r')) physical.remove_suffix(1);
    const bool folded = physical.starts_with(' ') || physical.starts_with('\t');
    if (!folded) {
      if (auto good = shape.take(line, first); !good) return good;
      line.clear();
      first = number;
    } else {
      physical.remove_prefix(1);
    }
    line += physical;
    if (line.size() > longest_line) return fail(Code::scheduling_ical_too_complex, "a line that never ends");
  }
  if (auto good = shape.take(line, first); !good) return good;
  return shape.end();
}

}  // namespace relais::scheduling::formats

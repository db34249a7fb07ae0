// SPDX-License-Identifier: Apache-2.0
// FHIR R4 in: Appointments and Slots of an agenda kept elsewhere, as time that is taken.
#include <charconv>
#include <map>
#include <set>
#include <string>

#include "domain/canonical.h"
#include "domain/civil_time.h"
#include "records/formats/fhir_json.h"
#include "scheduling/formats/exchange.h"

namespace relais::scheduling::formats {
namespace {

namespace fhir = relais::formats::fhir;
using fhir::Node;

constexpr std::size_t longest_identifier = 255;
constexpr auto longest_visit = date::days{3660};

enum class Takes { nothing, time, tentatively };

std::optional<Takes> takes(const std::string& type, const std::string& status) {
  static const std::map<std::string, Takes> appointment{
      {"proposed", Takes::nothing},  {"waitlist", Takes::nothing}, {"cancelled", Takes::nothing},
      {"entered-in-error", Takes::nothing}, {"pending", Takes::tentatively}, {"booked", Takes::time},
      {"arrived", Takes::time},      {"checked-in", Takes::time},  {"fulfilled", Takes::time}, {"noshow", Takes::time}};
  static const std::map<std::string, Takes> slot{{"free", Takes::nothing},
                                                 {"entered-in-error", Takes::nothing},
                                                 {"busy", Takes::time},
                                                 {"busy-unavailable", Takes::time},
                                                 {"busy-tentative", Takes::tentatively}};
  const auto& known = type == "Slot" ? slot : appointment;
  const auto found = known.find(status);
  if (found == known.end()) return std::nullopt;
  return found->second;
}

// An instant of FHIR, with its offset; fractions of a second are cut.
std::optional<Instant> instant_of(std::string text) {
  if (const auto dot = text.find('.'); dot != std::string::npos) {
    const auto zone = text.find_first_of("Z+-", dot);
    if (zone == std::string::npos) return std::nullopt;
    text.erase(dot, zone - dot);
  }
  return fiche::parse_instant(text);
}

class Reader {
 public:
  explicit Reader(const Window& window) : window_(window) {}

  Result<void> read(Node root) {
    if (root.type() != "Bundle") return take(root);
    std::size_t entries = 0;
    for (const auto& entry : root.list("entry")) {
      if (++entries > 2 * most_events) return fail(Code::scheduling_fhir_too_complex, "too many resources");
      if (auto taken = take(entry["resource"]); !taken) return taken;
    }
    return {};
  }

  BusyCalendar take_all() {
    BusyCalendar out;
    for (auto& [uid, event] : events_) out.events.push_back(std::move(event));
    return out;
  }

 private:
  Result<void> take(Node node) {
    const auto type = node.type();
    if (type != "Appointment" && type != "Slot") {
      if (type.empty()) return fail(Code::scheduling_fhir_malformed, "no resource");
      return {};
    }
    const auto place = type + "[" + std::to_string(count_[type]++) + "]";
    const auto taking = takes(type, node.text("status"));
    if (!taking) return fail(Code::scheduling_fhir_status, "status", place);
    BusyEvent event;
    event.uid = uid_of(node);
    if (event.uid.empty() || event.uid.size() > longest_identifier) {
      return fail(Code::scheduling_fhir_identifier, "none", place);
    }
    if (events_.contains(event.uid)) return fail(Code::scheduling_fhir_identifier, "twice", place);
    event.sequence = version_of(node["meta"]);
    event.version = fiche::sha256_hex(node.text("status") + "|" + node.text("start") + "|" + node.text("end") + "|" +
                               node.text("minutesDuration"));
    if (*taking != Takes::nothing) {
      const auto time = time_of(node, place);
      if (!time) return tl::unexpected(time.error());
      if (time->end > window_.from && time->start < window_.until) {
        if (++times_ > most_occurrences) return fail(Code::scheduling_fhir_too_complex, "too many", place);
        event.occurrences.push_back({time->start, time->end, *taking == Takes::tentatively});
      }
    }
    events_.emplace(event.uid, std::move(event));
    return {};
  }

  static std::string uid_of(Node node) {
    for (const auto& one : node.list("identifier")) {
      const auto identifier = fhir::identifier_of(one);
      if (identifier.value.empty()) continue;
      return identifier.system.empty() ? identifier.value : identifier.system + "|" + identifier.value;
    }
    const auto id = node.text("id");
    return id.empty() ? std::string() : node.type() + "/" + id;
  }

  // The instant of the last change, or the number of the version where it is one: FHIR has no SEQUENCE.
  static std::int64_t version_of(Node meta) {
    if (const auto at = instant_of(meta.text("lastUpdated"))) return at->time_since_epoch().count();
    const auto text = meta.text("versionId");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number > 0 ? number : 0;
  }

  static Result<BusyOccurrence> time_of(Node node, const std::string& place) {
    const auto start = instant_of(node.text("start"));
    if (!start) return fail(Code::scheduling_fhir_time, "start", place);
    auto end = instant_of(node.text("end"));
    if (!end && !node["end"]) {
      constexpr int longest = 24 * 60;
      const auto text = node.text("minutesDuration");
      int minutes = 0;
      const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), minutes);
      if (error == std::errc{} && last == text.data() + text.size() && minutes > 0 && minutes <= longest) {
        end = *start + std::chrono::minutes(minutes);
      }
    }
    if (!end || *end <= *start || *end - *start > longest_visit) return fail(Code::scheduling_fhir_time, "end", place);
    return BusyOccurrence{*start, *end, false};
  }

  const Window& window_;
  std::map<std::string, std::size_t> count_;
  std::size_t times_ = 0;
  std::map<std::string, BusyEvent> events_;
};

}  // namespace

Result<BusyCalendar> read_fhir(std::string_view bytes, const Window& window) {
  if (bytes.size() > longest_calendar) return fail(Code::scheduling_fhir_too_large, "more than 2 MiB");
  const auto root = fhir::parse(bytes);
  if (!root) {
    return fail(root.error().code == Code::ingest_fhir_too_complex ? Code::scheduling_fhir_too_complex
                                                                   : Code::scheduling_fhir_malformed,
                root.error().detail);
  }
  Reader reader(window);
  if (const auto read = reader.read(Node(*root)); !read) return tl::unexpected(read.error());
  return reader.take_all();
}

}  // namespace relais::scheduling::formats

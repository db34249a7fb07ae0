// SPDX-License-Identifier: Apache-2.0
#include "app/kit/reports.h"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <set>

#include "app/kit/probe.h"
#include "domain/civil_time.h"
#include "plugins/supervision/answers.h"

namespace relais::app {
namespace {

using worker::v1::Slice;
using Slices = std::vector<Slice>;

constexpr std::chrono::minutes whole_report{2};
constexpr std::int64_t ms_of_day = 24LL * 3600 * 1000;

// One row of a slice, of whatever kind.
struct RowView {
  std::string code;
  std::optional<std::int64_t> age_days;  // from the row to the slice's instant; nothing when it has no date
  bool of_item = false;                  // of what is evaluated: no depth cuts it
};
// Answers whether the row goes.
using Drop = std::function<bool(const RowView&)>;

std::optional<std::int64_t> age_of_day(const Slice& slice, const std::string& day) {
  const auto at = fiche::parse_date(day);
  if (!at) return std::nullopt;
  return slice.as_of_ms() / ms_of_day - date::sys_days{*at}.time_since_epoch().count();
}
std::optional<std::int64_t> age_of_moment(const Slice& slice, std::int64_t ms) {
  return (slice.as_of_ms() - ms) / ms_of_day;
}

template <class Rows, class View>
std::size_t drop_rows(Rows& rows, const Drop& drop, const View& view) {
  const auto first = std::remove_if(rows.begin(), rows.end(), [&](const auto& row) { return drop(view(row)); });
  const auto dropped = static_cast<std::size_t>(rows.end() - first);
  rows.erase(first, rows.end());
  return dropped;
}

// Takes the rows of one kind that `drop` names out of a slice; how many.
std::size_t drop_of_kind(Slice& slice, const std::string& kind, const Drop& drop) {
  const auto dated = [&](std::string code, const std::string& day) {
    return RowView{std::move(code), age_of_day(slice, day), false};
  };
  const std::string item = slice.subject().item_id();
  if (kind == "patient") {
    const bool gone = slice.has_patient() && drop(RowView{});
    if (gone) slice.clear_patient();
    return gone ? 1 : 0;
  }
  if (kind == "lab_report") {
    return drop_rows(*slice.mutable_reports(), drop, [&](const auto& row) {
      return RowView{{}, age_of_moment(slice, row.has_collected_ms() ? row.collected_ms() : row.received_ms()), row.id() == item};
    });
  }
  if (kind == "observation") {
    return drop_rows(*slice.mutable_observations(), drop, [&](const auto& row) {
      const auto age = row.has_collected_ms() ? age_of_moment(slice, row.collected_ms()) : std::nullopt;
      return RowView{row.code(), age, !row.history()};
    });
  }
  if (kind == "context_word") {
    return drop_rows(*slice.mutable_context_words(), drop, [&](const auto& row) { return dated(row.word(), row.until()); });
  }
  if (kind == "target") {
    return drop_rows(*slice.mutable_targets(), drop, [&](const auto& row) { return dated(row.analyte(), row.until()); });
  }
  if (kind == "known_anomaly") {
    return drop_rows(*slice.mutable_known_anomalies(), drop, [&](const auto& row) { return dated(row.analyte(), row.until()); });
  }
  if (kind == "condition") {
    return drop_rows(*slice.mutable_conditions(), drop, [&](const auto& row) { return dated(row.code(), row.until()); });
  }
  if (kind == "medication") {
    return drop_rows(*slice.mutable_medications(), drop, [&](const auto& row) { return dated(row.code(), row.until()); });
  }
  if (kind == "immunization") {
    return drop_rows(*slice.mutable_immunizations(), drop, [&](const auto& row) { return dated(row.product_code(), row.given_on()); });
  }
  if (kind == "long_term_condition") {
    return drop_rows(*slice.mutable_long_term_conditions(), drop, [&](const auto& row) { return dated({}, row.until()); });
  }
  if (kind == "document") {
    return drop_rows(*slice.mutable_documents(), drop, [&](const auto& row) {
      return RowView{row.document().type_code(), age_of_moment(slice, row.document().created_ms()), row.document().id() == item};
    });
  }
  if (kind == "message") {
    return drop_rows(*slice.mutable_messages(), drop, [&](const auto& row) {
      return RowView{row.channel(), age_of_moment(slice, row.received_ms()), row.id() == item};
    });
  }
  if (kind == "appointment") {
    // Their local hours stand beside them: all or none.
    if (slice.appointments().empty() || !drop(RowView{})) return 0;
    const auto count = static_cast<std::size_t>(slice.appointments_size());
    slice.clear_appointments();
    slice.clear_appointment_local_minutes();
    return count;
  }
  if (kind == "request_state") {
    return drop_rows(*slice.mutable_request_states(), drop, [&](const auto& row) {
      return RowView{row.key(), age_of_moment(slice, row.changed_ms()), false};
    });
  }
  return 0;
}

// Answers before, and whether they change when rows go.
class Ablation {
 public:
  Ablation(const plugins::Package& package, const Slices& slices, const plugins::WorkerOptions& worker)
      : slices_(slices), launcher_(plugins::make_launcher(worker, std::chrono::seconds(10))), probe_(package, *launcher_) {}

  Result<void> start() {
    if (const auto failure = probe_.start()) return fail(failure->code, failure->detail);
    whole_ = probe_.ask_together(slices_, until());
    if (!probe_.running()) return fail(Code::plugin_crashed, "the plugin ended");
    return {};
  }

  // True when some answer changes without those rows.
  bool changes(const std::string& kind, const Drop& drop) {
    Slices less;
    std::vector<std::size_t> of;
    for (std::size_t index = 0; index < slices_.size(); ++index) {
      Slice slice = slices_[index];
      if (drop_of_kind(slice, kind, drop) == 0) continue;
      less.push_back(std::move(slice));
      of.push_back(index);
    }
    const auto answers = probe_.ask_together(less, until());
    for (std::size_t index = 0; index < answers.size(); ++index) {
      if (!plugins::same_answer(answers[index].answer, whole_[of[index]].answer)) return true;
    }
    return false;
  }

 private:
  std::chrono::steady_clock::time_point until() const { return std::chrono::steady_clock::now() + whole_report; }

  const Slices& slices_;
  std::unique_ptr<plugins::WorkerLauncher> launcher_;
  Probe probe_;
  std::vector<Asked> whole_;
};

// The least depth, of those that the cases' own rows draw, at which nothing changes.
int least_days(Ablation& ablation, const plugins::SliceKind& declared, std::set<std::int64_t> ages) {
  ages.insert(0);
  std::vector<std::int64_t> candidates(ages.begin(), ages.end());
  std::erase_if(candidates, [&](std::int64_t age) { return age < 0 || age > *declared.days; });
  std::size_t low = 0;
  std::size_t high = candidates.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const auto most = candidates[middle];
    const bool changed = ablation.changes(
        declared.kind, [&](const RowView& row) { return !row.of_item && row.age_days && *row.age_days > most; });
    changed ? low = middle + 1 : high = middle;
  }
  return low < candidates.size() ? static_cast<int>(std::max<std::int64_t>(candidates[low], 1)) : *declared.days;
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

// What the manifest would hold of this kind; nothing when it need not be there.
std::optional<plugins::SliceKind> smaller(const KindUse& use) {
  if (use.slices > 0 && !use.needed) return std::nullopt;
  plugins::SliceKind kind = use.declared;
  std::erase_if(kind.codes, [&](const auto& code) { return std::ranges::find(use.idle_codes, code) != use.idle_codes.end(); });
  if (use.days && use.needed) kind.days = use.days;
  return kind;
}

bool same_kind(const plugins::SliceKind& left, const plugins::SliceKind& right) {
  return left.kind == right.kind && left.codes == right.codes && left.days == right.days;
}

}  // namespace

Result<std::vector<KindUse>> kinds_in_use(const plugins::Package& package, const Slices& slices,
                                          const plugins::WorkerOptions& worker) {
  Ablation ablation(package, slices, worker);
  if (auto started = ablation.start(); !started) return tl::unexpected(started.error());
  std::vector<KindUse> uses;
  for (const auto& declared : package.manifest.slice) {
    KindUse use;
    use.declared = declared;
    std::set<std::string> seen;
    std::set<std::int64_t> ages;
    for (const auto& slice : slices) {
      Slice copy = slice;
      const auto rows = drop_of_kind(copy, declared.kind, [&](const RowView& row) {
        seen.insert(row.code);
        if (row.age_days && !row.of_item) ages.insert(*row.age_days);
        return true;
      });
      use.slices += rows > 0 ? 1 : 0;
    }
    if (use.slices > 0) use.needed = ablation.changes(declared.kind, [](const RowView&) { return true; });
    for (const auto& code : declared.codes) {
      // A declared ICD-10 or ATC code stands for all that begin with it.
      const bool shown = std::ranges::any_of(seen, [&](const auto& one) { return one.starts_with(code); });
      if (!shown) use.unseen_codes.push_back(code);
      if (!shown || !use.needed) continue;
      if (!ablation.changes(declared.kind, [&](const RowView& row) { return row.code.starts_with(code); }))
        use.idle_codes.push_back(code);
    }
    if (declared.days && use.needed && !ages.empty()) use.days = least_days(ablation, declared, std::move(ages));
    uses.push_back(std::move(use));
  }
  return uses;
}

Result<Cost> cost_of(const plugins::Package& package, const Slices& slices, const plugins::WorkerOptions& worker) {
  using Steady = std::chrono::steady_clock;
  const auto launcher = plugins::make_launcher(worker, std::chrono::seconds(10));
  Probe probe(package, *launcher);
  if (const auto failure = probe.start()) return fail(failure->code, failure->detail);
  if (slices.empty()) return fail(Code::cases_invalid, "no cases");
  Cost cost;
  cost.loaded_kib = probe.peak_kib();
  for (const auto& slice : slices) {
    const auto from = Steady::now();
    static_cast<void>(probe.ask(slice, from + whole_report));
    cost.slowest_ms = std::max(cost.slowest_ms, std::chrono::duration<double, std::milli>(Steady::now() - from).count());
  }
  // Enough of them that the clock of one batch does not count.
  Slices many;
  while (many.size() < 1000) many.insert(many.end(), slices.begin(), slices.end());
  const auto from = Steady::now();
  static_cast<void>(probe.ask_together(many, from + whole_report));
  const std::chrono::duration<double, std::micro> took = Steady::now() - from;
  if (!probe.running()) return fail(Code::plugin_crashed, "the plugin ended");
  cost.subjects = many.size();
  cost.microseconds_each = took.count() / static_cast<double>(many.size());
  cost.peak_kib = probe.peak_kib();
  return cost;
}

void print_kinds_in_use(const std::vector<KindUse>& uses, std::ostream& out) {
  out << "Données déclarées, d'après ces cas :\n";
  bool less = false;
  for (const auto& use : uses) {
    const auto kept = smaller(use);
    less = less || !kept || !same_kind(*kept, use.declared);
    const char* const said = use.slices == 0 ? "dans aucun cas : rien à en dire"
                             : use.needed    ? "nécessaires"
                                             : "sans effet sur aucune réponse";
    out << fmt::format("  {:<20} {}{}\n", use.declared.kind, said,
                       use.slices == 0 ? "" : fmt::format(" ({} sujets en ont)", use.slices));
    if (!use.idle_codes.empty()) out << fmt::format("  {:<20} codes sans effet : {}\n", "", joined_words(use.idle_codes));
    if (!use.unseen_codes.empty()) out << fmt::format("  {:<20} codes dans aucun cas : {}\n", "", joined_words(use.unseen_codes));
    if (use.days && use.declared.days && *use.days < *use.declared.days)
      out << fmt::format("  {:<20} {} jours suffisent, {} déclarés\n", "", *use.days, *use.declared.days);
  }
  if (!less) {
    out << "Le manifeste ne demande rien de trop pour ces cas.\n";
    return;
  }
  out << "Un manifeste plus petit donne les mêmes réponses :\nslice:\n";
  for (const auto& use : uses) {
    const auto kept = smaller(use);
    if (!kept) continue;
    out << "  - kind: " << kept->kind << '\n';
    if (!kept->codes.empty()) out << "    codes: [" << joined_words(kept->codes) << "]\n";
    if (kept->days) out << "    days: " << *kept->days << '\n';
  }
}

void print_cost(const Cost& cost, const plugins::Budget& budget, std::ostream& out) {
  out << fmt::format("Coût : {:.0f} µs par sujet sur {} sujets ; le plus lent seul {:.1f} ms, {} ms par lot déclarés\n",
                     cost.microseconds_each, cost.subjects, cost.slowest_ms, budget.batch_deadline.count());
  if (!cost.loaded_kib || !cost.peak_kib) {
    out << "Mémoire : ce noyau ne la dit pas\n";
    return;
  }
  const auto grown = *cost.peak_kib - std::min(*cost.peak_kib, *cost.loaded_kib);
  out << fmt::format("Mémoire : {} Kio de plus qu'au chargement, soit {:.2f} Kio par sujet, {} Mio déclarés\n", grown,
                     static_cast<double>(grown) / static_cast<double>(cost.subjects), budget.memory_mb);
}

}  // namespace relais::app

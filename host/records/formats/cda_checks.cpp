// SPDX-License-Identifier: Apache-2.0
// Contradictions of a document with itself. Each check keeps the value and adds an anomaly.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>

#include "records/formats/cda_parts.h"
#include "records/formats/timestamp.h"

namespace relais::formats {
namespace {

constexpr std::string_view trod_type = "96173-0";
constexpr std::string_view loinc = "2.16.840.1.113883.6.1";

// HL7 ObservationInterpretation, source: biologie.md section 5.
const std::set<std::string_view> known_flags = {
    "H",  "HH", "HU", "HX",  "L",   "LL",  "LU", "LX", "A",  "AA", "N", "<",   ">",     "U",     "D",  "B",   "W",  "POS", "NEG", "DET",
    "ND", "IND", "E", "I",   "IE",  "R",   "RR", "S",  "SDD", "SYN-R", "SYN-S", "NS", "NCL", "NR", "WR", "EX", "EXP", "CAR", "UNE"};
const std::set<std::string_view> high_flags = {"H", "HH", "HU", "HX", ">"};
const std::set<std::string_view> low_flags = {"L", "LL", "LU", "LX", "<"};

std::optional<double> number(const Text& text) {
  if (!text || text->empty()) return std::nullopt;
  double value = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

double bound(const std::optional<CdaBound>& b, double when_absent) {
  return b ? number(b->value).value_or(when_absent) : when_absent;
}

class Checker {
 public:
  Checker(const xml::Tree& tree, CdaDocument& doc) : tree_(tree), doc_(doc) {}

  void run() {
    header();
    replacement();
    for (std::size_t i = 0; i < doc_.results.size(); ++i) result(doc_.results[i], "results[" + std::to_string(i) + "]");
    for (std::size_t i = 0; i < doc_.priors.size(); ++i) date(doc_.priors[i].time, "priors[" + std::to_string(i) + "].time");
    for (std::size_t i = 0; i < doc_.specimens.size(); ++i) {
      date(doc_.specimens[i].collected, "specimens[" + std::to_string(i) + "].collected");
    }
    same_measures();
    content();
  }

 private:
  void raise(AnomalyCode code, std::string place) { doc_.anomalies.push_back({code, std::move(place)}); }

  void date(const Text& text, std::string place) {
    if (text && !is_valid_timestamp(*text)) raise(AnomalyCode::cda_invalid_date, std::move(place));
  }

  void header() {
    if (!doc_.document_id || !doc_.document_id->root) raise(AnomalyCode::cda_no_document_id, "id");
    if (!doc_.set_id || !doc_.set_id->root) raise(AnomalyCode::cda_no_set_id, "setId");
    if (!doc_.version) raise(AnomalyCode::cda_invalid_version, "versionNumber");
    const auto& p = doc_.patient;
    if (!p.ins) raise(AnomalyCode::cda_no_ins, "patient.ids");
    if (!p.birth_family || !p.birth_given_first || !p.sex || !p.birth_date || !p.birth_place_insee) {
      raise(AnomalyCode::cda_incomplete_traits, "patient");
    }
    date(p.birth_date, "patient.birth_date");
    date(doc_.effective_time, "effectiveTime");
    date(doc_.collected, "collected");
    const bool trod = doc_.type && doc_.type->code == std::string(trod_type);
    if (!doc_.is_lab_report()) raise(AnomalyCode::cda_unexpected_type, "code");
    if ((doc_.is_lab_report() || trod) && !doc_.prescriber) raise(AnomalyCode::cda_no_prescriber, "participant");
    if (std::find(doc_.lab_status.begin(), doc_.lab_status.end(), "active") != doc_.lab_status.end()) {
      raise(AnomalyCode::cda_partial_report, "documentationOf");
    }
  }

  void replacement() {
    for (std::size_t i = 0; i < doc_.replaces.size(); ++i) {
      if (doc_.replaces[i].type != "RPLC") continue;
      const std::string place = "replaces[" + std::to_string(i) + "]";
      const auto& root = doc_.replaces[i].id.root;
      const bool oid = root && !root->empty() &&
                       std::all_of(root->begin(), root->end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
      if (!oid) raise(AnomalyCode::cda_identifier_not_oid, place);
      // ANS numbers versions below the set's OID; a parent elsewhere cannot be found by its identifier.
      if (root && doc_.set_id && doc_.set_id->root && *root != *doc_.set_id->root &&
          !root->starts_with(*doc_.set_id->root + ".")) {
        raise(AnomalyCode::cda_replaces_outside_set, place);
      }
      if (doc_.version && *doc_.version <= 1) raise(AnomalyCode::cda_replaces_without_version, place);
    }
  }

  void result(const CdaResult& r, const std::string& place) {
    if (!r.analyte.code && !r.translations.empty()) raise(AnomalyCode::cda_local_code, place);
    if (!r.analyte.code && r.translations.empty()) raise(AnomalyCode::cda_no_code, place);
    if (r.analyte.code && r.analyte.code_system != std::string(loinc)) raise(AnomalyCode::cda_local_code, place);
    if (r.status && (*r.status == "aborted" || *r.status == "cancelled")) raise(AnomalyCode::cda_cancelled_result, place);
    if (r.flag && !known_flags.contains(*r.flag)) raise(AnomalyCode::cda_unknown_flag, place);
    // Neither the name nor the value of the result stands in the text: the code may be another test's.
    const bool nameless = r.original_text_ref && !r.original_text;
    const bool valueless = r.value && r.value->original_text_ref && !r.value->original_text;
    if (nameless && valueless && r.analyte.label) unrelated(*r.analyte.label, place);
    date(r.time, place + ".time");
    far(r.time, place + ".time");
    if (!r.value || r.value->null_flavor) return raise(AnomalyCode::cda_no_value, place);
    value(r, place);
    range(r, place);
  }

  // No word of four letters or more of the label stands in the narrative.
  void unrelated(const std::string& label, const std::string& place) {
    std::string word;
    const auto known = [this](const std::string& w) {
      return std::any_of(doc_.sections.begin(), doc_.sections.end(), [&w](const CdaSection& s) {
        return std::search(s.narrative.begin(), s.narrative.end(), w.begin(), w.end(), [](char a, char b) {
                 return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
               }) != s.narrative.end();
      });
    };
    for (const char c : label.substr(0, label.find('[')) + " ") {
      if (c != ' ' && c != '/' && c != '+') {
        word += c;
        continue;
      }
      if (word.size() >= 4 && known(word)) return;
      word.clear();
    }
    raise(AnomalyCode::cda_label_unrelated, place);
  }

  void far(const Text& time, const std::string& place) {
    const auto day = time ? timestamp_day(*time) : std::nullopt;
    for (const auto& anchor : {doc_.collected, doc_.effective_time}) {
      const auto other = anchor ? timestamp_day(*anchor) : std::nullopt;
      if (!day || !other) continue;
      if (std::abs((*day - *other).count()) > 31) raise(AnomalyCode::cda_time_far_from_report, place);
      return;
    }
  }

  void value(const CdaResult& r, const std::string& place) {
    const auto& v = *r.value;
    const std::string type = v.type.value_or("");
    if (type == "PQ" || type == "REAL" || type == "INT") {
      if (!number(v.value)) raise(AnomalyCode::cda_invalid_number, place);
      if (!v.unit) raise(AnomalyCode::cda_number_without_unit, place);
    }
    if (type == "ED" || type == "ST") raise(AnomalyCode::cda_value_as_text, place);
    const bool coded = type == "CD" || type == "CE" || type == "CV" || type == "CO" || type == "CS";
    if (coded && !r.flag) raise(AnomalyCode::cda_no_flag_on_coded_value, place);
    if (v.comparator) comparator(r, place);
  }

  // The narrative row of the analyte says "<1.0" and the coded interval reads "<= 1.0".
  void comparator(const CdaResult& r, const std::string& place) {
    const auto& bound = r.value->low ? r.value->low : r.value->high;
    if (!r.original_text_ref || !bound || !bound->value) return;
    const auto found = tree_.by_id.find(r.original_text_ref->substr(std::min<std::size_t>(1, r.original_text_ref->size())));
    if (found == tree_.by_id.end()) return;
    auto row = found->second;
    while (row && std::string_view(row.name()) != "tr") row = row.parent();
    std::string text = xml::folded_text(row);
    std::erase(text, ' ');
    const auto at = text.find(*bound->value);
    if (at == std::string::npos || at == 0) return;
    std::string written;
    for (auto i = at; i > 0 && (text[i - 1] == '<' || text[i - 1] == '>' || text[i - 1] == '='); --i) {
      written.insert(written.begin(), text[i - 1]);
    }
    if (!written.empty() && written != *r.value->comparator) raise(AnomalyCode::cda_comparator_contradicts_text, place);
  }

  void range(const CdaResult& r, const std::string& place) {
    if (!r.reference) return;
    const auto& reference = *r.reference;
    // An absent bound is infinite: nothing is beyond it and nothing lies on it.
    const double low = bound(reference.low, -infinity);
    const double high = bound(reference.high, infinity);
    if (low == high) return raise(AnomalyCode::cda_degenerate_range, place + ".reference");
    if (low > high) return raise(AnomalyCode::cda_inverted_range, place + ".reference");
    for (const auto& b : {reference.low, reference.high}) {
      if (b && b->unit && r.value->unit && *b->unit != *r.value->unit) {
        return raise(AnomalyCode::cda_range_unit_differs, place + ".reference");
      }
    }
    const auto v = number(r.value->value);
    if (!v) return;
    const bool on_low = *v == low;
    const bool on_high = *v == high;
    const bool below = *v < low || (on_low && !reference.low->is_inclusive());
    const bool above = *v > high || (on_high && !reference.high->is_inclusive());
    if ((on_low && !below) || (on_high && !above)) raise(AnomalyCode::cda_value_on_bound, place);
    if (!r.flag) return;
    const bool says_high = high_flags.contains(*r.flag);
    const bool says_low = low_flags.contains(*r.flag);
    const bool contradicts = (says_high && std::isfinite(high) && !above) || (says_low && std::isfinite(low) && !below) ||
                             (*r.flag == "N" && (below || above));
    if (contradicts) raise(AnomalyCode::cda_flag_contradicts_range, place);
  }

  // Same analyte name before its bracket, same moment, other code, other unit: one measure told twice.
  void same_measures() {
    const auto stem = [](const CdaResult& r) {
      return r.analyte.label ? xml::fold(std::string_view(*r.analyte.label).substr(0, r.analyte.label->find('['))) : "";
    };
    std::vector<std::pair<std::string, std::size_t>> measures;
    for (std::size_t i = 0; i < doc_.results.size(); ++i) {
      const auto& r = doc_.results[i];
      if (!r.time || !r.value || !r.value->unit || stem(r).empty()) continue;
      measures.emplace_back(*r.time + '\n' + stem(r), i);
    }
    std::sort(measures.begin(), measures.end());
    for (std::size_t i = 1; i < measures.size(); ++i) {
      if (measures[i].first != measures[i - 1].first) continue;
      const auto& a = doc_.results[measures[i - 1].second];
      const auto& b = doc_.results[measures[i].second];
      if (a.analyte.code != b.analyte.code && a.value->unit != b.value->unit && !is_share(a) && !is_share(b)) {
        raise(AnomalyCode::cda_same_measure_twice, "results[" + std::to_string(measures[i].second) + "]");
      }
    }
  }

  // A percentage of a whole is another measure than the concentration of the same name.
  static bool is_share(const CdaResult& r) { return r.value->unit == "%"; }

  void content() {
    const bool lab = doc_.is_lab_report();
    if (lab && doc_.results.empty()) raise(AnomalyCode::cda_no_structured_result, "component");
    const bool trod = doc_.type && doc_.type->code == std::string(trod_type);
    if (!lab && !trod && !doc_.results.empty()) raise(AnomalyCode::cda_results_outside_report, "component");
    for (std::size_t i = 0; i < doc_.comments.size(); ++i) {
      if (doc_.comments[i]) raise(AnomalyCode::cda_comment_to_read, "comments[" + std::to_string(i) + "]");
    }
  }

  const xml::Tree& tree_;
  CdaDocument& doc_;
};

}  // namespace

void check(const xml::Tree& tree, CdaDocument& out) { Checker(tree, out).run(); }

}  // namespace relais::formats

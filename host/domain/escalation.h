// SPDX-License-Identifier: Apache-2.0
// The immediate rules a doctor writes in `escalade`: the grammar that a plugin's manifest declares for them, and whether
// a rule holds for what is evaluated. Pure. Source: "The fiche de poste", sections 5 (step 13) and 10.6.
//
// In doubt a rule is never "not met": what the host cannot tell is left to the doctor (Standing::to_judge), which forbids
// closing and tells the doctor exactly as a match does.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/clock.h"
#include "domain/error.h"

namespace relais::escalation {

// --- The grammar, as a manifest declares it --------------------------------------------------------------------------

// "K >= 6.0 mmol/L" · "créatinine +50 % vs dernière" · "troponine positive" · "douleur thoracique"
enum class Form { threshold, change, positive, words };

// Stable name in a manifest: "analyte.threshold", "analyte.change", "analyte.positive", "message.words".
std::string_view name(Form form);
std::optional<Form> form(std::string_view name);

// From a written unit to the one that values are compared in: compared = factor * written + offset.
struct Unit {
  std::string written;  // empty: the value alone
  double factor = 1;
  double offset = 0;
};

struct Analyte {
  std::string id;
  std::string label;               // French
  std::vector<std::string> names;  // how doctors write it, besides id and label
  std::vector<std::string> codes;  // LOINC
  std::vector<Unit> units;         // the first one is that of comparison; a unit that is not here is unknown
};

struct Grammar {
  std::set<Form> forms;
  std::vector<Analyte> analytes;
};

// Names, codes and units that are each of one analyte only, and at least one name, code and unit each when a form needs
// them. plugin.manifest.escalation with the place.
Result<void> check(const Grammar& grammar);

// Which grammar reads the rules of a task. Thread-safe in every implementation.
class Grammars {
 public:
  virtual ~Grammars() = default;
  // Of the plugin installed for this task; null when there is none.
  virtual std::shared_ptr<const Grammar> of_task(std::string_view task) const = 0;
};

// --- A rule ----------------------------------------------------------------------------------------------------------

enum class Comparison { lt, le, gt, ge };

struct Threshold {
  std::size_t analyte = 0;  // index in the grammar
  Comparison comparison = Comparison::ge;
  double value = 0;  // in the unit of comparison
};

struct Change {
  std::size_t analyte = 0;
  bool rise = true;
  double amount = 0;  // percent of the last value, or a difference in the unit of comparison
  bool percent = true;
};

struct Positive {
  std::size_t analyte = 0;
};

struct Words {
  std::vector<std::string> words;  // folded; all of them, in any order
};

using Rule = std::variant<Threshold, Change, Positive, Words>;

// Why a text is no rule: what is not understood, and what may be written, in French.
struct NotUnderstood {
  std::string french;
};

// Accents, case, decimal comma, typographic signs and spaces do not matter.
tl::expected<Rule, NotUnderstood> read_rule(std::string_view text, const Grammar& grammar);

// --- What is evaluated -----------------------------------------------------------------------------------------------

struct Measured {
  std::string id;
  bool loinc = false;  // `code` is a LOINC code
  std::string code;
  std::string label;
  bool numeric = false;
  std::optional<double> value;
  std::optional<Comparison> comparator;  // "< 5": the value is a bound
  std::optional<double> high;            // bound of the report itself
  std::string unit;
  std::string flag;  // HL7 interpretation code as written
  std::string text;  // what was written in words, or its code
  bool cancelled = false;
  std::optional<Instant> collected;
};

struct Evaluated {
  std::vector<Measured> results = {};       // of the item
  std::vector<Measured> earlier = {};       // of the patient, in any order
  std::optional<std::string> message = {};  // of a message
  bool uncoded = false;                     // an attachment holds results that are not coded
  bool readable = true;                     // false: the record did not answer
};

enum class Standing { not_met, to_judge, met };

// Rules of the reasons that an item carries for them.
inline constexpr std::string_view met_reason = "ESCALADE";
inline constexpr std::string_view to_judge_reason = "ESCALADE-A-JUGER";

struct Judgement {
  std::string rule;  // as the doctor wrote it
  Standing standing = Standing::not_met;
  std::string french;  // one sentence without any value; empty when not met
  std::vector<std::string> evidence = {};  // ids of the results of the item that it rests on
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

// One judgement for each rule, in order. A null grammar, or a rule that it does not understand: to judge. `by_doctor`
// (jugee_par_le_medecin): what is not met is to judge. What else is to judge: an unknown unit, a value that cannot be
// read, a bound ("> 5.5") that may meet the rule, a change without an earlier dated value, a result of another coding
// whose label only resembles the analyte, results that are not coded.
std::vector<Judgement> judge(const std::vector<std::string>& rules, bool by_doctor, const Grammar* grammar,
                             const Evaluated& evaluated);

// LOINC codes whose earlier values these rules need; empty when none does.
std::vector<std::string> codes_of_changes(const std::vector<std::string>& rules, const Grammar& grammar);

// The form in which units are compared.
std::string normal_unit(std::string_view written);

}  // namespace relais::escalation

// SPDX-License-Identifier: Apache-2.0
// Says of every subject that it was seen, and writes down what it is told of its findings. Built once for each kind of
// event, and for each way of not bearing what it is told.
#include <relais/feedback_log.h>
#include <relais/plugin.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace {

enum class Bears { all, throws, stalls, dies };

class Witness final : public relais::Plugin {
 public:
  explicit Witness(const relais::Setup& setup) : log_(setup) {}

  void evaluate(const relais::Slice& slice, relais::Findings& findings) override {
    relais::Finding seen;
    seen.kind = "vu";
    seen.title = "Vu";
    seen.category = relais::Category::a_voir;
    seen.reasons.push_back({"vu", "Vu", "tests/integration/trace", relais::Category::a_voir, relais::DataLevel::d1, {}});
    findings.add(seen);
    findings.log(relais::LogLevel::info, "temoin.vu", static_cast<std::int64_t>(slice.subject().item_id().size()));
    // Nothing that was told before may be known here.
    if (told_ != 0) findings.log(relais::LogLevel::error, "temoin.souvenir", told_);
  }

  void feedback(const relais::Outcome& outcome) override {
    ++told_;
    if (bears == Bears::throws) throw std::runtime_error("not today");
    if (bears == Bears::dies) std::abort();
    if (bears == Bears::stalls) stall();
    note(outcome);
  }

 private:
  void note(const relais::Outcome& outcome) const {
    const bool own = outcome.kind() == "vu" && outcome.subject().task_id() == "bio-triage" &&
                     !outcome.subject().item_id().empty() && !outcome.subject().doctor_id().empty();
    if (!own) log_.log(relais::LogLevel::error, "temoin.etranger", 0);
    const auto category = static_cast<std::int64_t>(outcome.category());
    if (outcome.verdict() == relais::Verdict::accepted) log_.log(relais::LogLevel::info, "temoin.accepte", category);
    if (outcome.verdict() == relais::Verdict::corrected) log_.log(relais::LogLevel::info, "temoin.corrige", category);
    if (outcome.verdict() == relais::Verdict::returned) log_.log(relais::LogLevel::info, "temoin.renvoye", category);
    if (outcome.reason() == "too-severe") log_.log(relais::LogLevel::info, "temoin.trop-severe", 1);
    if (outcome.reason() == "incomplete") log_.log(relais::LogLevel::info, "temoin.incomplet", 1);
  }

  [[noreturn]] static void stall() {
    volatile bool forever = true;
    while (forever) {
    }
    std::abort();
  }

  static constexpr auto bears = Bears::WITNESS_BEARS;
  const relais::FeedbackLog log_;
  std::int64_t told_ = 0;
};

}  // namespace

RELAIS_PLUGIN(Witness, RELAIS_PLUGIN_ID, RELAIS_PLUGIN_VERSION)

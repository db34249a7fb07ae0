// SPDX-License-Identifier: Apache-2.0
// What must hold for every fiche and every question, searched by rapidcheck.
#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <sstream>

#include "domain/catalogue.h"
#include "domain/decision.h"
#include "fiche_samples.h"

using namespace relais::fiche;
using namespace relais::fiche::samples;

namespace {

// A property fails the test case with the counter-example that rapidcheck found.
template <class F>
void property(F body) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = 400;
  params.maxDiscardRatio = 100;  // most questions are refused: the interesting ones are found among many
  const auto result = rc::detail::checkTestable(std::move(body), rc::detail::TestMetadata(), params);
  std::ostringstream said;
  rc::detail::printResultMessage(result, said);
  INFO(said.str());
  const bool held = result.template is<rc::detail::SuccessResult>();
  CHECK(held);
}

template <class T>
T one_of(std::vector<T> values) {
  return *rc::gen::elementOf(std::move(values));
}

// Full range from the first run on: rapidcheck would otherwise begin with the smallest values only.
template <class T>
T number(T least, T beyond) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(least, beyond));
}

bool chance(int percent) { return number(0, 100) < percent; }

// Few tasks, so that grants, vetoes and questions meet: every reference, class and ceiling is among them.
const std::vector<std::string> tasks = {"bio-triage", "constantes", "accueil-patient", "message-tri", "stock-commande",
                                        "pansement",  "dextro",     "campagne-vaccination", "numerisation"};

Grant any_grant(const std::string& id) {
  auto g = grant(id, one_of<Mode>({Mode::non, Mode::preparer, Mode::faire_puis_valider, Mode::autonome}));
  g.veto = g.mode == Mode::non && chance(30);
  g.presence_required = chance(20);
  if (chance(20)) g.slots = {{{Day::mardi}, {{9 * 60, 11 * 60}}}};
  if (chance(20)) g.data_max = one_of<DataLevel>({DataLevel::D1, DataLevel::D3, DataLevel::D4});
  if (chance(10)) g.daily_quota = 5;
  return g;
}

Fiche any_fiche(const std::string& doctor) {
  auto f = martin_leroy();
  f.id = "fp-" + doctor + (chance(20) ? "-bis" : "");
  f.doctor_id = doctor;
  f.version = number(1, 4);
  f.valid_from = day(one_of<const char*>({"2026-01-01", "2026-03-01", "2026-03-10", "2026-03-12"}));
  f.valid_to = day(one_of<const char*>({"2026-03-09", "2026-03-10", "2026-12-31"}));
  if (*f.valid_to < f.valid_from) f.valid_to = day("2026-12-31");
  f.assistant.profile = one_of<Profile>({Profile::ide, Profile::as, Profile::autre});
  f.assistant.function_start = day(one_of<const char*>({"2022-01-03", "2023-12-01", "2025-06-02"}));
  f.assistant.attestations.clear();
  for (const auto kind : {AttestationKind::cqp, AttestationKind::dei, AttestationKind::deas, AttestationKind::fae})
    if (chance(40)) f.assistant.attestations.push_back({kind, day("2025-01-01"), "preuve.pdf"});
  if (chance(50)) f.assistant.training = Training{TrainingPath::cqp, day("2025-07-01"), {}, {}};
  f.supervises_training = chance(50);
  f.locum = chance(50) ? LocumRule::suspendre : LocumRule::maintenir;
  f.grants.clear();
  for (const auto& id : tasks)
    if (chance(70)) f.grants.push_back(any_grant(id));
  if (chance(10)) f.doctor_signature.reset();
  if (chance(15)) f.answer.reset();
  if (f.answer && chance(20)) f.answer->declined = {one_of(tasks)};
  if (f.answer && chance(10)) f.answer->kind = AnswerKind::refuse;
  if (chance(15)) f.revocations = {{*parse_moment("2026-03-05"), doctor, chance(50) ? "fiche" : one_of(tasks), {}}};
  return f;
}

std::optional<std::string> any_doctor() {
  if (chance(20)) return std::nullopt;
  return one_of<std::string>({"martin", "petit", "hopital"});
}

std::vector<Fiche> any_fiches() {
  std::vector<Fiche> fiches;
  const int count = number(1, 5);
  for (int i = 0; i < count; ++i) fiches.push_back(any_fiche(one_of<std::string>({"martin", "petit"})));
  return fiches;
}

Question any_question(const std::vector<Fiche>& fiches) {
  auto q = question(fiches);
  q.practice = {{"martin", "petit"}, {"martin", "petit"}, {}};  // a fact of the practice, not of its fiches
  q.action = one_of<Action>({Action::activer, Action::voir, Action::preparer, Action::realiser, Action::finaliser});
  q.task = one_of(tasks);
  q.patient.mt = any_doctor();
  q.patient.rdv = any_doctor();
  q.patient.presc = any_doctor();
  q.patient.dest = any_doctor();
  q.at = at(one_of<const char*>({"2026-03-10T10:00", "2026-03-10T15:00", "2026-03-11T10:00"}));
  q.context.doctor_present = chance(70);
  if (chance(20)) q.context.locums = {{"martin", *parse_moment("2026-03-01"), {}}};
  if (chance(20)) q.context.alerts = {"règle"};
  q.context.done_today = number(0, 8);
  return q;
}

Question with_fiches(Question q, const std::vector<Fiche>& fiches) {
  q.fiches.clear();
  for (const auto& fiche : fiches) q.fiches.push_back(as_declared(fiche));
  return q;
}

bool no_veto(const Fiche& fiche) {
  for (const auto& g : fiche.grants)
    if (g.veto) return false;
  return true;
}

}  // namespace

TEST_CASE("removing a grant never turns a refusal into an authorisation") {
  property([] {
    auto fiches = any_fiches();
    const auto q = any_question(fiches);
    const auto before = decide(q);
    RC_PRE(!before.authorised);
    auto& fiche = fiches[number<std::size_t>(0, fiches.size())];
    RC_PRE(!fiche.grants.empty());
    const auto at = number<std::size_t>(0, fiche.grants.size());
    RC_PRE(fiche.grants[at].mode != Mode::non);
    fiche.grants.erase(fiche.grants.begin() + static_cast<std::ptrdiff_t>(at));
    RC_ASSERT(!decide(with_fiches(q, fiches)).authorised);
  });
}

TEST_CASE("removing a title never turns a refusal into an authorisation") {
  property([] {
    auto fiches = any_fiches();
    const auto q = any_question(fiches);
    RC_PRE(!decide(q).authorised);
    auto& held = fiches[number<std::size_t>(0, fiches.size())].assistant.attestations;
    RC_PRE(!held.empty());
    held.erase(held.begin() + static_cast<std::ptrdiff_t>(number<std::size_t>(0, held.size())));
    RC_ASSERT(!decide(with_fiches(q, fiches)).authorised);
  });
}

TEST_CASE("removing the signature of a lone version without veto never authorises") {
  property([] {
    auto fiches = any_fiches();
    const auto q = any_question(fiches);
    RC_PRE(!decide(q).authorised);
    auto& fiche = fiches[number<std::size_t>(0, fiches.size())];
    const auto versions = std::count_if(fiches.begin(), fiches.end(), [&](const Fiche& f) { return f.id == fiche.id; });
    RC_PRE(versions == 1 && no_veto(fiche));
    if (chance(50))
      fiche.doctor_signature.reset();
    else
      fiche.answer.reset();
    RC_ASSERT(!decide(with_fiches(q, fiches)).authorised);
  });
}

TEST_CASE("a never delegable act is never authorised") {
  property([] {
    auto fiches = any_fiches();
    const auto acts = never_acts();
    const std::string act{acts[number<std::size_t>(0, acts.size())].id};
    for (auto& fiche : fiches) fiche.grants.push_back(grant(act, Mode::autonome));
    auto q = any_question(fiches);
    if (chance(50))
      q.task = act;
    else
      q.variant = act;
    RC_ASSERT(!decide(q).authorised);
    RC_ASSERT(!decide_run(q).authorised);
  });
}

TEST_CASE("another doctor's fiche changes nothing but R08 into R09") {
  property([] {
    auto fiches = any_fiches();
    const auto q = any_question(fiches);
    const auto with = decide(q);
    RC_PRE(find_task(q.task)->reference != Reference::CAB);
    RC_PRE(with.doctors.size() == 1u);  // neither the practice nor nobody
    std::vector<Fiche> own;
    for (const auto& fiche : fiches)
      if (fiche.doctor_id == with.doctors.front()) own.push_back(fiche);
    auto without = decide(with_fiches(q, own));
    if (without.refusal == Refusal::R08 && with.refusal == Refusal::R09) without.refusal = Refusal::R09;
    RC_ASSERT(with == without);
  });
}

TEST_CASE("a wider mode or one more decider never lowers a practice task without veto") {
  property([] {
    auto fiches = any_fiches();
    for (auto& fiche : fiches)
      for (auto& g : fiche.grants) g.veto = false;
    auto q = any_question(fiches);
    q.task = "stock-commande";
    const auto before = decide(q);
    RC_PRE(before.authorised);
    auto other = any_fiche("durand");
    for (auto& g : other.grants) g.veto = false;
    fiches.push_back(other);
    q.practice.deciders.push_back("durand");
    const auto after = decide(with_fiches(q, fiches));
    RC_ASSERT(after.authorised);
    RC_ASSERT(after.mode >= before.mode);
  });
}

TEST_CASE("an equal question has an equal answer whatever the order of the fiches") {
  property([] {
    auto fiches = any_fiches();
    const auto q = any_question(fiches);
    RC_ASSERT(decide(q) == decide(q));
    std::set<std::pair<std::string, int>> versions;
    for (const auto& fiche : fiches) versions.insert({fiche.id, fiche.version});
    RC_PRE(versions.size() == fiches.size());
    std::reverse(fiches.begin(), fiches.end());
    RC_ASSERT(decide(q) == decide(with_fiches(q, fiches)));
  });
}

TEST_CASE("the generator reaches authorisations and most refusals") {
  std::set<std::string> seen;
  const auto result = rc::detail::checkTestable([&] {
    for (int i = 0; i < 200; ++i) {
      const auto decision = decide(any_question(any_fiches()));
      seen.insert(decision.refusal ? std::string(reason(*decision.refusal).code) : "AUTORISE");
    }
  });
  const bool ran = result.is<rc::detail::SuccessResult>();
  CHECK(ran);
  for (const auto* code : {"AUTORISE", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R16",
                           "R17", "R18", "R20", "R21", "R24", "R25"}) {
    INFO(code);
    CHECK(seen.count(code) == 1);
  }
}

// SPDX-License-Identifier: Apache-2.0
// Contract dates, and the questions they ask: grants are not silently kept (fiche de poste, section 6).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/page.h"
#include "api/practice_desk.h"

namespace relais::api {
namespace {

using practice::Fact;
using practice::FactKind;
using Facts = std::vector<Fact>;

struct Pair {
  std::string doctor, assistant;
  auto operator<=>(const Pair&) const = default;
};

// Doctors and assistants whom a signed fiche joins and that is not over by itself.
Answer<std::set<Pair>> pairs_of(const PracticeDesk& desk) {
  const auto all = desk.context.fiches.list();
  if (!all) return refuse(all.error());
  std::set<Pair> pairs;
  for (const auto& stored : *all) {
    const bool lives = stored.state != practice::FicheState::draft && stored.state != practice::FicheState::revoked &&
                       stored.state != practice::FicheState::refused;
    if (lives) pairs.insert({stored.doctor_id, stored.assistant_id});
  }
  return pairs;
}

v1::Question question(const std::string& fact, const Pair& pair, fiche::CivilDate since, std::string sentence,
                      std::string meanwhile) {
  v1::Question made;
  made.set_id(practice::question_id(fact, pair.doctor, pair.assistant));
  made.set_fact_id(fact);
  made.set_doctor_id(pair.doctor);
  made.set_assistant_id(pair.assistant);
  made.set_since_date(fiche::format(since));
  made.set_sentence(std::move(sentence));
  made.set_meanwhile(std::move(meanwhile));
  return made;
}

std::vector<v1::Question> asked_of(const PracticeDesk& desk, const Pair& pair, const Facts& facts) {
  constexpr auto refused_meanwhile = "Jusqu'à votre réponse, rien de votre fiche ne lui est permis (R01).";
  std::vector<v1::Question> all;
  for (const auto& doubt : practice::doubts(pair.assistant, facts)) {
    if (doubt.absence && desk.today() < doubt.from) continue;  // not three months yet
    all.push_back(question(
        doubt.fact_id, pair, doubt.from,
        doubt.absence ? fmt::format("{} est absent(e) plus de trois mois : vos délégations tiennent-elles toujours ?",
                                    pair.assistant)
                      : fmt::format("L'aide pour {} est suspendue à partir du {} : vos délégations tiennent-elles "
                                    "toujours ?",
                                    pair.assistant, fiche::format(doubt.from)),
        refused_meanwhile));
  }
  for (const auto& fact : facts) {
    if (fact.kind != FactKind::contract || !fact.from_date) continue;
    const auto day = fiche::format(*fact.from_date);
    if (fact.value == practice::fact_value::function_end && fact.assistant_id == pair.assistant)
      all.push_back(question(fact.id, pair, *fact.from_date,
                             fmt::format("La fonction de {} prend fin le {} : révoquez-vous votre fiche ?",
                                         pair.assistant, day),
                             "Après cette date tout lui est refusé (R01), quelle que soit votre réponse."));
    if (fact.value == practice::fact_value::departure && fact.doctor_id == pair.doctor)
      all.push_back(question(fact.id, pair, *fact.from_date,
                             fmt::format("Vous quittez le cabinet le {} : que devient votre fiche avec {} ?", day,
                                         pair.assistant),
                             "Après cette date vos fiches sont terminées (R06), quelle que soit votre réponse."));
  }
  return all;
}

v1::QuestionAnswer answer_word(const std::string& value) {
  return value == practice::fact_value::keep ? v1::QUESTION_ANSWER_KEEP : v1::QUESTION_ANSWER_END;
}

// The caller's question of that id.
Answer<v1::Question> find_question(const PracticeDesk& desk, const Caller& caller, const std::string& id) {
  auto all = questions_of(desk);
  if (!all) return tl::unexpected<Failure>(std::move(all.error()));
  const auto found = std::find_if(all->begin(), all->end(), [&](const v1::Question& one) {
    return one.id() == id && one.doctor_id() == caller.id;
  });
  if (found == all->end()) return refuse(Code::practice_no_question, "no such question", "question_id");
  return std::move(*found);
}

Answer<Fact> contract_of(const PracticeDesk& desk, const Call& call, const v1::RecordContractDateRequest& request) {
  Fact fact;
  fact.kind = FactKind::contract;
  if (request.what() == v1::CONTRACT_DATE_DOCTOR_DEPARTURE) {
    const auto doctor = desk.doctor(call, request.doctor_id());
    if (!doctor) return tl::unexpected<Failure>(doctor.error());
    fact.doctor_id = *doctor;
    fact.value = practice::fact_value::departure;
  } else {
    switch (request.what()) {
      case v1::CONTRACT_DATE_FUNCTION_START:
        fact.value = practice::fact_value::function_start;
        break;
      case v1::CONTRACT_DATE_FUNCTION_END:
        fact.value = practice::fact_value::function_end;
        break;
      case v1::CONTRACT_DATE_AID_SUSPENDED:
        fact.value = practice::fact_value::aid_suspended;
        break;
      default:
        return refuse(Code::invalid_argument, "which date of a contract", "what");
    }
    const auto assistant = desk.assistant(call, request.assistant_id());
    if (!assistant) return tl::unexpected<Failure>(assistant.error());
    fact.assistant_id = *assistant;
  }
  const auto day = date_of(request.date(), "date");
  if (!day) return tl::unexpected<Failure>(day.error());
  fact.from_date = *day;
  fact.from = desk.start_of(*day);
  auto reason = words_of(request.reason(), "reason");
  if (!reason) return tl::unexpected<Failure>(std::move(reason.error()));
  auto reference = words_of(request.reference(), "reference");
  if (!reference) return tl::unexpected<Failure>(std::move(reference.error()));
  fact.reason = std::move(*reason);
  fact.reference = std::move(*reference);
  return fact;
}

Answer<v1::RecordContractDateResponse> record_contract(const PracticeDesk& desk, Call& call,
                                                       const v1::RecordContractDateRequest& request) {
  auto fact = contract_of(desk, call, request);
  if (!fact) return tl::unexpected<Failure>(std::move(fact.error()));
  const auto made = record_once(desk, call, request, std::move(*fact));
  if (!made) return tl::unexpected<Failure>(made.error());
  auto questions = questions_of(desk);
  if (!questions) return tl::unexpected<Failure>(std::move(questions.error()));
  v1::RecordContractDateResponse response;
  *response.mutable_fact() = to_proto(*made);
  for (auto& one : *questions)
    if (one.fact_id() == made->id) *response.add_questions() = std::move(one);
  return response;
}

Answer<v1::ListQuestionsResponse> list(const PracticeDesk& desk, const Call& call,
                                       const v1::ListQuestionsRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  auto all = questions_of(desk);
  if (!all) return tl::unexpected<Failure>(std::move(all.error()));
  std::erase_if(*all, [&](const v1::Question& one) {
    if (call.caller.role == v1::ROLE_DOCTOR && one.doctor_id() != call.caller.id) return true;
    return !request.answered() && one.answer() != v1::QUESTION_ANSWER_UNSPECIFIED;
  });
  v1::ListQuestionsResponse response;
  auto rows = cut_page(*page, std::move(*all), *response.mutable_next_page_token());
  if (!rows) return tl::unexpected<Failure>(std::move(rows.error()));
  for (auto& one : *rows) *response.add_questions() = std::move(one);
  return response;
}

Answer<v1::AnswerQuestionResponse> answer(const PracticeDesk& desk, Call& call,
                                          const v1::AnswerQuestionRequest& request) {
  const auto asked = find_question(desk, call.caller, request.question_id());
  if (!asked) return tl::unexpected<Failure>(asked.error());
  Fact fact;
  fact.kind = FactKind::answer;
  fact.doctor_id = asked->doctor_id();
  fact.assistant_id = asked->assistant_id();
  fact.reference = asked->id();
  fact.from = desk.context.clock.now();
  if (request.answer() == v1::QUESTION_ANSWER_KEEP)
    fact.value = practice::fact_value::keep;
  else if (request.answer() == v1::QUESTION_ANSWER_END)
    fact.value = practice::fact_value::end;
  else
    return refuse(Code::invalid_argument, "keep or end", "answer");
  auto reason = words_of(request.reason(), "reason");
  if (!reason) return tl::unexpected<Failure>(std::move(reason.error()));
  fact.reason = std::move(*reason);
  if (const auto made = record_once(desk, call, request, std::move(fact)); !made)
    return tl::unexpected<Failure>(made.error());
  auto now = find_question(desk, call.caller, request.question_id());
  if (!now) return tl::unexpected<Failure>(std::move(now.error()));
  v1::AnswerQuestionResponse response;
  *response.mutable_question() = std::move(*now);
  return response;
}

}  // namespace

Answer<std::vector<v1::Question>> questions_of(const PracticeDesk& desk) {
  const auto pairs = pairs_of(desk);
  if (!pairs) return tl::unexpected<Failure>(pairs.error());
  practice::FactFilter filter;
  filter.kinds = {FactKind::contract, FactKind::absence, FactKind::answer};
  filter.standing_only = true;
  const auto facts = desk.context.database.read(
      [&](soci::session& sql) -> Result<Facts> { return practice::FactStore::facts(sql, filter); });
  if (!facts) return refuse(facts.error());
  std::vector<v1::Question> all;
  for (const auto& pair : *pairs) {
    for (auto& one : asked_of(desk, pair, *facts)) {
      for (const auto& fact : *facts) {  // oldest first: the latest answer holds
        if (fact.kind != FactKind::answer || fact.reference != one.id()) continue;
        one.set_answer(answer_word(fact.value));
        one.set_answered_ms(practice::to_ms(fact.recorded));
      }
      all.push_back(std::move(one));
    }
  }
  return all;
}

void register_practice_questions(Registry& registry, const PracticeDesk& desk) {
  registry.unary<v1::RecordContractDateRequest, v1::RecordContractDateResponse>(
      "PracticeService.RecordContractDate", [desk](Call& call, const v1::RecordContractDateRequest& request) {
        return record_contract(desk, call, request);
      });
  registry.unary<v1::ListQuestionsRequest, v1::ListQuestionsResponse>(
      "PracticeService.ListQuestions",
      [desk](Call& call, const v1::ListQuestionsRequest& request) { return list(desk, call, request); });
  registry.unary<v1::AnswerQuestionRequest, v1::AnswerQuestionResponse>(
      "PracticeService.AnswerQuestion",
      [desk](Call& call, const v1::AnswerQuestionRequest& request) { return answer(desk, call, request); });
}

}  // namespace relais::api

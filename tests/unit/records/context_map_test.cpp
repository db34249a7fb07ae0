// SPDX-License-Identifier: Apache-2.0
#include "records/context_map.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace relais::records {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("a code gives the words of every prefix it begins with") {
  const auto& map = ContextMap::built_in();
  CHECK(map.words_of_icd10("N18.3") == Words{"irc"});
  CHECK(map.words_of_icd10("n183") == Words{"irc"});
  CHECK(map.words_of_icd10("I48") == Words{"fibrillation_atriale", "cardiopathie"});
  CHECK(map.words_of_atc("C03DA01") == Words{"mra", "diuretique"});
  CHECK(map.words_of_atc("C09AA05") == Words{"ieca_ara2"});
}

TEST_CASE("a code shorter than a prefix or of another system gives no word") {
  const auto& map = ContextMap::built_in();
  CHECK(map.words_of_icd10("N1").empty());
  CHECK(map.words_of_icd10("Z99").empty());
  CHECK(map.words_of_icd10("").empty());
  CHECK(map.words_of_atc("N18").empty());
  CHECK(map.words_of_icd10("J45").empty());
}

TEST_CASE("the list of words holds each word once") {
  auto words = ContextMap::built_in().words();
  CHECK(words.size() == 19);
  std::sort(words.begin(), words.end());
  CHECK(std::adjacent_find(words.begin(), words.end()) == words.end());
}

TEST_CASE("a malformed context file is refused with its line") {
  const std::string head = "kind,word,label_fr,icd10,atc,confidence\n";
  CHECK(ContextMap::parse("word,kind\n").error().place == "line 1");
  CHECK(ContextMap::parse(head + "condition,irc,Maladie,N18,K\n").error().place == "line 2");
  CHECK(ContextMap::parse(head + "condition,irc,Maladie,,,K\n").error().place == "line 2");
  CHECK(ContextMap::parse(head + "condition,,Maladie,N18,,K\n").error().place == "line 2");
  CHECK(ContextMap::parse(head + "condition,a\\q,Maladie,N18,,K\n").error().code == Code::invalid_argument);
  CHECK(ContextMap::parse(head).error().code == Code::invalid_argument);
  CHECK(ContextMap::parse("# comment\n" + head + "condition,irc,Maladie,N18,,K").has_value());
}

}  // namespace
}  // namespace relais::records

// SPDX-License-Identifier: Apache-2.0
// Whatever somebody without the key does to a chain, it is found: edits, removals, reorderings, cut tails, recomputed
// chains, in any number and place.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "practice/ledger_check.h"
#include "practice/ledger_head.h"
#include "support/scratch.h"

namespace relais::practice {
namespace {

const HostKey& key() {
  static const test::Scratch scratch;
  static const HostKey made = HostKey::open(scratch.path() / "keys", true).value();
  return made;
}

LedgerEntry entry_number(int number) {
  LedgerEntry entry;
  entry.actor = "acteur-" + std::to_string(number % 3);
  entry.action = "worklist.note";
  entry.item_id = "item-" + std::to_string(number);
  return entry;
}

using Chain = std::vector<LedgerRow>;

Chain chain_of(int length) {
  Chain chain;
  LedgerHead head{0, genesis_hash()};
  for (int i = 0; i < length; ++i) {
    chain.push_back(chain_entry(head, Instant{std::chrono::milliseconds{1000 + i}}, entry_number(i)).value());
    head = {chain.back().seq, chain.back().hash};
  }
  return chain;
}

std::string head_of(const Chain& chain) {
  return write_head(key(), chain.empty() ? LedgerHead{0, genesis_hash()} : LedgerHead{chain.back().seq, chain.back().hash});
}

// What an untouched chain of this length has beside it.
struct Whole {
  Chain chain;
  std::string head;
  LedgerSeal seal;
  explicit Whole(int length) : chain(chain_of(length)), head(head_of(chain)) {
    seal.head = chain.empty() ? LedgerHead{0, genesis_hash()} : LedgerHead{chain.back().seq, chain.back().hash};
    seal.signature = sign_head(key(), seal.head);
  }
};

// As the store reads it: in the order of the numbers.
LedgerVerdict check(Chain rows, const std::string& head, const LedgerSeal& seal) {
  std::ranges::stable_sort(rows, {}, &LedgerRow::seq);
  ChainChecker checker(head, key().public_key());
  for (const auto& row : rows) {
    if (!checker.add(row)) break;
  }
  return checker.finish(seal);
}

LedgerVerdict check_exported(const Chain& rows, const std::string& head) {
  std::stringstream lines;
  for (const auto& row : rows) lines << export_line(row) << "\n";
  return verify_export(lines, head, key().public_key());
}

int length_above(int least) { return *rc::gen::inRange(least, 30); }
std::size_t place_in(const Chain& chain) { return *rc::gen::inRange<std::size_t>(0, chain.size()); }

TEST_CASE("property: a chain nobody touched verifies") {
  CHECK(rc::check([] {
    const Whole whole(length_above(0));
    RC_ASSERT(check(whole.chain, whole.head, whole.seal).ok());
    RC_ASSERT(check_exported(whole.chain, whole.head).ok());
  }));
}

TEST_CASE("property: any changed character of any row is found at that row") {
  CHECK(rc::check([] {
    const Whole whole(length_above(1));
    auto chain = whole.chain;
    const auto place = place_in(chain);
    auto& row = chain[place];
    std::string* const parts[] = {&row.body, &row.prev_hash, &row.hash};
    auto& part = *parts[*rc::gen::inRange(0, 3)];
    auto& character = part[*rc::gen::inRange<std::size_t>(0, part.size())];
    const char other = *rc::gen::inRange<char>(0x20, 0x7e);
    RC_PRE(other != character);
    character = other;
    const auto verdict = check(chain, whole.head, whole.seal);
    RC_ASSERT_FALSE(verdict.ok());
    RC_ASSERT(verdict.seq == whole.chain[place].seq);
    RC_ASSERT_FALSE(check_exported(chain, whole.head).ok());
  }));
}

TEST_CASE("property: any removed rows are found and the first of them is named") {
  CHECK(rc::check([] {
    const Whole whole(length_above(1));
    auto chain = whole.chain;
    const auto removed = *rc::gen::inRange<std::size_t>(1, chain.size() + 1);
    for (std::size_t i = 0; i < removed; ++i) chain.erase(chain.begin() + static_cast<std::ptrdiff_t>(place_in(chain)));
    std::int64_t first = 1;
    for (const auto& row : chain) {
      if (row.seq != first) break;
      ++first;
    }
    const auto verdict = check(chain, whole.head, whole.seal);
    RC_ASSERT(verdict.fault == LedgerFault::missing || verdict.fault == LedgerFault::tail_removed);
    RC_ASSERT(verdict.seq == first);
    RC_ASSERT_FALSE(check_exported(chain, whole.head).ok());
  }));
}

TEST_CASE("property: rows that changed places are found with or without their numbers and hashes") {
  CHECK(rc::check([] {
    const Whole whole(length_above(2));
    auto chain = whole.chain;
    const auto a = place_in(chain);
    const auto b = (a + *rc::gen::inRange<std::size_t>(1, chain.size())) % chain.size();
    std::swap(chain[a].body, chain[b].body);
    if (*rc::gen::arbitrary<bool>()) std::swap(chain[a].hash, chain[b].hash);
    if (*rc::gen::arbitrary<bool>()) std::swap(chain[a].prev_hash, chain[b].prev_hash);
    const auto verdict = check(chain, whole.head, whole.seal);
    RC_ASSERT_FALSE(verdict.ok());
    RC_ASSERT(verdict.seq == static_cast<std::int64_t>(std::min(a, b)) + 1);
    RC_ASSERT_FALSE(check_exported(chain, whole.head).ok());
  }));
}

TEST_CASE("property: a chain recomputed from any row on does not match the signed head") {
  CHECK(rc::check([] {
    const Whole whole(length_above(1));
    const auto from = place_in(whole.chain);
    Chain chain(whole.chain.begin(), whole.chain.begin() + static_cast<std::ptrdiff_t>(from));
    LedgerHead head = chain.empty() ? LedgerHead{0, genesis_hash()} : LedgerHead{chain.back().seq, chain.back().hash};
    // At least as long as the chain was: a shorter one is a cut tail.
    const auto length = whole.chain.size() + *rc::gen::inRange<std::size_t>(0, 3);
    while (chain.size() < length) {
      chain.push_back(chain_entry(head, Instant{}, entry_number(1000)).value());
      head = {chain.back().seq, chain.back().hash};
    }
    const auto verdict = check(chain, whole.head, whole.seal);
    RC_ASSERT_FALSE(verdict.ok());
    RC_ASSERT_FALSE(check_exported(chain, whole.head).ok());
    // Nor with a head or a seal of somebody else's making.
    const LedgerSeal own{head, sign_head(key(), {head.seq, std::string(64, '0')})};
    RC_ASSERT_FALSE(check(chain, whole.head, own).ok());
  }));
}

TEST_CASE("property: rows that a crash left after the head are told from rows that were added") {
  CHECK(rc::check([] {
    const Whole whole(length_above(1));
    const auto signed_rows = *rc::gen::inRange<std::size_t>(0, whole.chain.size());
    const Chain before(whole.chain.begin(), whole.chain.begin() + static_cast<std::ptrdiff_t>(signed_rows));
    const auto verdict = check(whole.chain, head_of(before), whole.seal);
    RC_ASSERT(verdict.ok());
    RC_ASSERT(verdict.ahead == static_cast<std::int64_t>(whole.chain.size() - signed_rows));

    auto added = whole.chain;
    const LedgerHead last{added.back().seq, added.back().hash};
    added.push_back(chain_entry(last, Instant{}, entry_number(7)).value());
    const auto found = check(added, head_of(before), whole.seal);
    RC_ASSERT(found.fault == LedgerFault::unsigned_tail);
  }));
}

TEST_CASE("property: lines that nobody exported never verify and never crash") {
  CHECK(rc::check([](const std::vector<std::string>& lines) {
    RC_PRE(!lines.empty());
    std::stringstream text;
    for (const auto& line : lines) text << line << "\n";
    RC_ASSERT_FALSE(verify_export(text, head_of({}), key().public_key()).ok());
  }));
}

TEST_CASE("property: an entry of identifiers comes back from its body as it was") {
  CHECK(rc::check([] {
    const auto identifier = rc::gen::container<std::string>(rc::gen::oneOf(
        rc::gen::inRange<char>('0', '9' + 1), rc::gen::inRange<char>('a', 'z' + 1), rc::gen::element('-', '.', '/', ':')));
    auto entry = entry_number(1);
    entry.item_id = (*identifier).substr(0, 128);
    entry.patient_id = (*identifier).substr(0, 128);
    entry.fiche_version = *rc::gen::inRange<std::int64_t>(0, 1'000'000);
    entry.outcome = *rc::gen::element(LedgerOutcome::ok, LedgerOutcome::refused, LedgerOutcome::failed);
    entry.subjects = digest_subjects(*rc::gen::arbitrary<std::vector<std::string>>());
    const auto row = chain_entry({0, genesis_hash()}, Instant{}, entry).value();
    const auto read = read_body(row.body).value();
    RC_ASSERT(read.entry.item_id == entry.item_id);
    RC_ASSERT(read.entry.patient_id == entry.patient_id);
    RC_ASSERT(read.entry.fiche_version == entry.fiche_version);
    RC_ASSERT(read.entry.outcome == entry.outcome);
    RC_ASSERT(read.entry.subjects->sha256 == entry.subjects->sha256);
  }));
}

}  // namespace
}  // namespace relais::practice

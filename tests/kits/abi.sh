#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The written promise of sdk/ABI.md, checked on the header itself:
#   bash tests/kits/abi.sh            ends with "N passed, M failed, K skipped"
#   bash tests/kits/abi.sh --accept   makes the header of today the baseline of its minor version (at its release)
# The baseline is text: tests/abi/relais-MAJOR.MINOR.txt (every field, its place and its type) and .abi (abidw's).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/kits/checks.bash
header=sdk/include/relais/relais.h
minor=$(sed -n 's/^#define RELAIS_ABI_MINOR \([0-9]*\)u$/\1/p' "$header")
baseline=tests/abi/relais-1.$minor
# Facts about a header: NAME.txt, the table; NAME.abi, what abidw reads in a library that takes every struct.
look() {  # name header
  mkdir -p "$work/$1/relais" && cp "$2" "$work/$1/relais/relais.h" &&
    python3 tests/abi/boundary.py table "$2" >"$work/$1.table.c" &&
    gcc -std=c11 -I"$work/$1" "$work/$1.table.c" -o "$work/$1.table" && "$work/$1.table" >"$work/$1.txt" &&
    python3 tests/abi/boundary.py probe "$2" >"$work/$1.probe.c" &&
    gcc -std=c11 -g -gdwarf-4 -shared -fPIC -fvisibility=hidden -I"$work/$1" "$work/$1.probe.c" -o "$work/$1.so" &&
    abidw --no-show-locs --no-corpus-path --no-comp-dir-path "$work/$1.so" >"$work/$1.abi"
}
promise() { python3 tests/abi/boundary.py promise "$1" "$2"; }
unchanged() { abidiff "$1" "$2"; }
only_grown() { abidiff --no-added-syms --suppr tests/abi/grown-at-the-end.suppr "$1" "$2"; }
both_hold() { promise "$work/now.txt" "$work/$1.txt" && only_grown "$work/now.abi" "$work/$1.abi"; }
edited() {  # name sed-expression …: a copy of the header of today with these edits, looked at
  local name=$1
  shift
  local copy=$work/$name.h
  cp "$header" "$copy"
  for edit in "$@"; do
    sed -i "$edit" "$copy"
  done
  if cmp -s "$copy" "$header"; then
    echo "the edit changed nothing"
    return 1
  fi
  look "$name" "$copy"
}
later='s/ABI_MINOR 2u/ABI_MINOR 3u/'
broken() {  # what expected-words sed-expression …
  local what=$1 words=$2 name=edit$((passed + failed))
  shift 2
  check "found: $what" edited_and_refused "$name" "$words" "$@"
}
edited_and_refused() {
  local name=$1 words=$2
  shift 2
  edited "$name" "$@" && refuses "$words" promise "$work/now.txt" "$work/$name.txt"
}
# Rust's own layout of its hand-written copy, against the table without the types as C writes them.
rust_layout() {
  /usr/bin/rustc --edition 2021 -o "$work/layout" samples/plugins/rust/layout.rs &&
    "$work/layout" >"$work/rust.txt" &&
    grep -v ':' "$work/now.txt" | awk '{print $1, $2 ($1 ~ /[.]/ ? " " $3 : "")}' | sed 's/ $//' | sort >"$work/c.sorted" &&
    sort "$work/rust.txt" | sed 's/ $//' | diff "$work/c.sorted" -
}
rust_slip() {
  mkdir -p "$work/slip" && cp samples/plugins/rust/*.rs "$work/slip" &&
    sed -i 's/given_on: i32, status: u32, proof: u32/given_on: i32, proof: u32/' "$work/slip/relais.rs" &&
    /usr/bin/rustc --edition 2021 -o "$work/slip/layout" "$work/slip/layout.rs" &&
    "$work/slip/layout" | sed 's/ $//' | sort | { ! diff -q "$work/c.sorted" -; }
}

look now "$header" || { echo "the header does not compile"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
if [ "${1:-}" = --accept ]; then
  cp "$work/now.txt" "$baseline.txt" && cp "$work/now.abi" "$baseline.abi"
  exit
fi

check "the header is the committed baseline of its minor version" promise "$baseline.txt" "$work/now.txt"
check "abidiff sees no change against the committed baseline" unchanged "$baseline.abi" "$work/now.abi"
check "the frozen header of 1.0 is looked at" look frozen tests/abi/relais-1.0.h
check "since 1.0 fields only came at the end of structs" promise "$work/frozen.txt" "$work/now.txt"
check "abidiff, since 1.0: structs only grew at their end" only_grown "$work/frozen.abi" "$work/now.abi"
check "a later minor may add a field at the end" edited grown "$later" 's/^  relais_str lot;/&/; /uint32_t proof;/a\  relais_str later;'
check "and both checks let it pass" both_hold grown

broken "a field added without a new minor version" "the minor version is still 1.2" '/uint32_t proof;/a\  relais_str later;'
broken "a field put in the middle" "relais_immunization.lot was" "$later" 's/^  relais_str lot;/  relais_str before;\n&/'
broken "a field taken away" "relais_immunization.lot is gone" "$later" '/^  relais_str lot;/d'
broken "a field renamed" "relais_immunization.lot is gone" "$later" 's/^  relais_str lot;/  relais_str batch;/'
broken "a field of another type and the same size" "relais_immunization.given_on was" "$later" 's/int32_t given_on;/uint32_t given_on;/'
broken "a function of the host with another argument" "relais_host.log was" "$later" 's/relais_str code, int64_t number);/relais_str code, uint64_t number);/'
broken "a text that grows" "relais_str was" "$later" 's/^  size_t length;/&\n  size_t capacity;/'
broken "a constant renumbered" "relais_category:RELAIS_CATEGORY_CRITIQUE was" "$later" 's/RELAIS_CATEGORY_CRITIQUE = 5/RELAIS_CATEGORY_CRITIQUE = 6/'
broken "a field in what an older struct only pads" "relais_kind_state.later begins at 28, inside the 32 bytes" "$later" '/^  uint32_t completeness; /a\  uint32_t later;'
check "abidiff too finds a field in the middle" refuses "lot" unchanged "$baseline.abi" "$work/edit8.abi"
check "abidiff too finds another type" refuses "given_on" unchanged "$baseline.abi" "$work/edit11.abi"

check "Rust lays every struct out as C does" rust_layout
check "a field forgotten in Rust is found" rust_slip

summary

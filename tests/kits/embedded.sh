#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# librelais_host inside a program of somebody else: samples/embedded, built against the installation alone, serves a
# copy of the demonstration practice, receives a report and sees it on the doctor's list; and a program that keeps the
# record in its own memory (tests/kits/embedded), which Relais reads in its process.
#   bash tests/kits/embedded.sh BUILD      BUILD: build/dev, after plugins/build.sh dev
# Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/kits/checks.bash
preset=$(basename "${1:-build/dev}")
prefix=$PWD/build/$preset/install
program=$work/build/relais-embedded

demonstration() { RELAIS_PRESET=$preset bash samples/demo/run.sh && . build/demo/env && stop_demonstration; }
stop_demonstration() {
  local host
  host=$(cat build/demo/host.pid) && kill "$host" && tail --pid="$host" -f /dev/null
}
builds() {
  cmake -G Ninja -S samples/embedded -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_BUILD_TYPE="$(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "build/$preset/CMakeCache.txt")" &&
    cmake --build "$work/build"
}
# The same results under another number are another report.
another_report() {
  sed -E 's|<(id\|setId) root="([^"]*)" */>|<\1 root="\2.77"/>|' build/demo/comptes-rendus/bio-01.xml >"$work/bio.xml" &&
    [ "$(diff build/demo/comptes-rendus/bio-01.xml "$work/bio.xml" | grep -c '^>')" -ge 2 ]
}
serves() {
  RELAIS_PASSWORD=demonstration-relais "$program" build/demo/data "$work/bio.xml" 2026-11-23T18:30 >"$work/shown" || return 1
  cat "$work/shown"
  # The host's log goes where the program's own does.
  grep -v '^\[' "$work/shown" >"$work/said"
  grep -q '^Transmis : ' "$work/said" && [ "$(wc -l <"$work/said")" -eq 2 ]
}
refuses_a_folder_without_a_practice() {
  local status=0
  RELAIS_PASSWORD=x "$program" "$work" "$work/bio.xml" 2>"$work/said" || status=$?
  [ "$status" -eq 1 ] && grep -q '(config.missing)' "$work/said"
}
refuses_a_real_practice_another_clock() {
  local status=0
  RELAIS_PASSWORD=un-mot-de-passe-long "$prefix/bin/relais-host" init --data "$work/real" --practice Essai >/dev/null || return 1
  RELAIS_PASSWORD=x "$program" "$work/real" "$work/bio.xml" 2026-11-23T18:30 2>"$work/said" || status=$?
  [ "$status" -eq 1 ] && grep -q '(config.clock)' "$work/said"
}
# Accounts, fiches, and the sorting switched on for the first doctor; then nobody serves it.
own_practice() {
  local address=unix:$work/relais.sock
  export RELAIS_PASSWORD=demonstration-relais RELAIS_ADDRESS=$address
  "$prefix/bin/relais-host" init --data "$work/kept" --practice Essai --admin admin --demonstration || return 1
  "$prefix/bin/relais-host" run --data "$work/kept" --listen "$address" --demonstration-clock 2026-11-23T16:45 >"$work/host.log" 2>&1 &
  host=$!
  ready "$work/host.log" &&
    "$prefix/bin/relais-demo" --prepare --address "$address" --plugin "$prefix/lib/relais/plugins/bio-triage" \
      --fiches "$work/fiches" --reports "$work/reports" &&
    "$prefix/bin/relais" --account perrin task enable bio-triage --doctor rouault || { cat "$work/host.log"; return 1; }
  kill "$host" && wait "$host"
  host=
}
builds_reader() {
  cmake -G Ninja -S tests/kits/embedded -B "$work/reader" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_BUILD_TYPE="$(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "build/$preset/CMakeCache.txt")" &&
    cmake --build "$work/reader"
}
reads_in_process() {
  RELAIS_PASSWORD=demonstration-relais "$work/reader/record-in-memory" "$work/kept" 2026-11-23T17:30 1795451400000 \
    >"$work/shown" || { cat "$work/shown"; return 1; }
  grep -v '^\[' "$work/shown" | diff - <(printf '%s\n' 'sign in api.credentials' \
    'item CATEGORY_CRITIQUE PAT-TROIS m-1' 'read report and results' 'patient PAT-TROIS' 'write record-reader.not-here')
}
offers_only_its_interface() {
  ! nm -DC --defined-only "$prefix/lib/librelais_host.so" | grep -E ' [TW] ' | grep -vE 'relais::host::|relais::v1::|descriptor_table_relais'
}

check "the demonstration practice is there to be served" demonstration
check "a program is built against the installed library and nothing else of Relais" builds
check "another report is written" another_report
check "the program serves the practice, and its report arrives on the list" serves
check "a folder that holds no practice is refused by its code" refuses_a_folder_without_a_practice
check "a practice of real patients has the machine's clock only" refuses_a_real_practice_another_clock
check "a practice is made whose record the program will keep" own_practice
check "a program that keeps the record in its memory is built against the installed library" builds_reader
check "Relais reads that record in the program's process for who signed in, sorts its report by name and writes nothing there" reads_in_process
check "the library offers its own interface and the contract's classes only" offers_only_its_interface
summary

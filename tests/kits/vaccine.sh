#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# relais-vaccine as it is installed: cases of tests/kits/vaccine by the French schedule and by the same data read as
# supporting data, with its last line and its exit status; explain, check and bench.
#   bash tests/kits/vaccine.sh [BUILD]     BUILD: build/dev, after plugins/build.sh dev
# Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
prefix=$PWD/${1:-build/dev}/install
vaccine=$prefix/bin/relais-vaccine
schedule=$prefix/share/relais/vaccine-recall/fr/2025
french=tests/kits/vaccine/cases.json
table=tests/kits/vaccine/cases.csv
. tests/kits/checks.bash

# The exit status, the last line of what is printed, and how often it says "FAILED".
ends() {  # status last-line failures command …
  local status=$1 line=$2 failures=$3 got=0
  shift 3
  "$@" >"$work/said" 2>"$work/problems" || got=$?
  cat "$work/said" "$work/problems"
  [ "$got" -eq "$status" ] && [ "$(tail -n 1 "$work/said")" = "$line" ] && [ "$(grep -c '^FAILED ' "$work/said")" -eq "$failures" ]
}
by_schedule() { "$vaccine" evaluate --calendar fr --cases "$1"; }
by_table() { "$vaccine" evaluate --supporting-data "$schedule" --cases "$1"; }
# Nothing is printed as a result, and the status is that of a run that could not be made.
refused() {  # words command …
  local words=$1 got=0
  shift
  "$@" >"$work/said" 2>"$work/problems" || got=$?
  cat "$work/said" "$work/problems"
  [ "$got" -eq 2 ] && [ ! -s "$work/said" ] && grep -qF -- "$words" "$work/problems"
}
explained() {
  "$vaccine" explain --supporting-data "$schedule" --cases "$table" --id K2 >"$work/said" || return 1
  cat "$work/said"
  grep -qF 'prochaine dose, n° 2 : possible dès le 15/06/2025, recommandée le 15/09/2025' "$work/said" &&
    grep -qE 'CALCDTINT-4 seriesDose 2 interval.minInt from 2025-05-15 = 2025-06-15' "$work/said"
}
# Born in no year that the schedule says anything about for this group.
explained_as_nothing() {
  sed 's/,ne-depuis-1980,/,,/' "$table" >"$work/nothing.csv" &&
    "$vaccine" explain --supporting-data "$schedule" --cases "$work/nothing.csv" --id K1 >"$work/said" || return 1
  cat "$work/said"
  [ "$(cat "$work/said")" = "ror : aucune série de doses de ces données ne s'applique à ce patient" ]
}
# Every rule line ends with its letter, its source and the source's date.
checked() {
  "$vaccine" check --calendar fr >"$work/said" || return 1
  grep -q '^Calendrier des vaccinations, édition 2025$' "$work/said" && grep -q '^Questions ouvertes' "$work/said" &&
    grep -q '^Sans règle, expertise indisponible$' "$work/said" || { cat "$work/said"; return 1; }
  local rules sourced
  rules=$(sed -nE 's/^([0-9]+) lignes, dont [0-9]+ non confirmées ou discordantes$/\1/p' "$work/said")
  sourced=$(grep -cE '^    .+ \[[ABCX], .+, .+\]$' "$work/said")
  echo "$rules rules, $sourced with letter and source"
  [ "${rules:-0}" -gt 0 ] && [ "$rules" -eq "$sourced" ]
}
# The figures are there and are figures; how large they are is not judged.
measured() {
  "$vaccine" bench --supporting-data "$schedule" --cases "$table" --seconds 0.1 >"$work/figures" || return 1
  cat "$work/figures"
  python3 - "$work/figures" <<'PYTHON'
import json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    figures = json.load(file)
for name in ("patients_per_second_per_core", "forecasts_per_second_per_core", "patients", "peak_kib"):
    if not figures[name] > 0:
        sys.exit(name + " is " + repr(figures[name]))
for name in ("load_processor_seconds", "load_peak_kib"):
    if not figures[name] >= 0:
        sys.exit(name + " is " + repr(figures[name]))
PYTHON
}

sed 's/"recommended": "2025-07-14"/"recommended": "2025-07-15"/' "$french" >"$work/one-wrong.json"
sed 's/,2025-06-15,2025-09-15,/,2025-06-14,2025-09-15,/' "$table" >"$work/one-wrong.csv"
: >"$work/empty"
head -n 1 "$table" >"$work/header.csv"
echo '{"schema": "relais-vaccins-fr-cases/1", "calendar_edition": "2025", "cases": []}' >"$work/none.json"
sed 's/"calendar_edition": "2025"/"calendar_edition": "2019"/' "$french" >"$work/edition.json"

check "the French schedule answers our patients" ends 0 "3 passed, 0 failed" 0 by_schedule "$french"
check "one wrong date is one failed patient and exit status 1" ends 1 "2 passed, 1 failed" 1 by_schedule "$work/one-wrong.json"
check "a table of cases passes on supporting data" ends 0 "2 passed, 0 failed" 0 by_table "$table"
check "one wrong date in a table is one failed row and exit status 1" ends 1 "1 passed, 1 failed" 1 by_table "$work/one-wrong.csv"
check "an empty file is no French case" refused "cannot be read" by_schedule "$work/empty"
check "an empty file is no table" refused "cannot be read" by_table "$work/empty"
check "a file that holds no case passes nothing" ends 1 "0 passed, 0 failed" 0 by_schedule "$work/none.json"
check "a table without a row passes nothing" ends 1 "0 passed, 0 failed" 0 by_table "$work/header.csv"
check "a file that is not there" refused "cannot be read" by_schedule "$work/nothing.json"
check "cases of another edition" refused "no data of this edition" by_schedule "$work/edition.json"
check "supporting data that are not there" refused "supporting data refused" \
  "$vaccine" evaluate --supporting-data "$work" --cases "$table"
check "neither data nor schedule" refused "is needed" "$vaccine" evaluate --cases "$table"
check "a case is explained in French and by rule identifier" explained
check "a case to which no series applies is said to be one" explained_as_nothing
check "a case that is not there is not explained" refused "no case K9" \
  "$vaccine" explain --supporting-data "$schedule" --cases "$table" --id K9
check "each rule of the schedule is printed with its letter and its source" checked
check "a measure prints its figures" measured
check "a measure of no case is refused" refused "no case" \
  "$vaccine" bench --supporting-data "$schedule" --cases "$work/header.csv" --seconds 0.1
summary

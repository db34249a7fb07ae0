#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The kit of an editor who keeps the patient record: the sample passes it as its README says, and each of its deliberate
# faults is caught by the check of that name.
#   bash tests/kits/record_reader.sh [BUILD]
# Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
relais=$PWD/$build/install/bin/relais
. tests/kits/checks.bash
sample="bash samples/record-reader/run.sh"
base=$work/logicab.db
served=unix:$work/logicab.sock

# The README's own lines, from its own block, with this build's command.
readme() {
  sed -n '/^```bash$/,/^```$/p' samples/record-reader/README.md | grep -v '^```' >"$work/readme.sh"
  grep -q 'conformance record-reader' "$work/readme.sh" || return 1
  (
    export PATH=$PWD/$build/install/bin:$PATH LOGICAB=$work/readme
    mkdir -p "$LOGICAB"
    bash -euo pipefail "$work/readme.sh"
  ) >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
  tail -n 1 "$work/said" | grep -qE '^[0-9]+ passed, 0 failed, [0-9]+ skipped$' || { cat "$work/said"; return 1; }
}
# Until the service has said where it is; the limit only ends a failing test.
said_ready() {
  for _ in $(seq 240); do
    grep -q "^LogiCab sert" "$1" && return 0
    sleep 0.25
  done
  cat "$1"
  return 1
}
starts() {  # [fault]
  $sample reader --base "$base" --listen "$served" ${1:+--break "$1"} >"$work/reader.log" 2>&1 &
  host=$!
  said_ready "$work/reader.log"
}
stops() {
  kill "$host" && wait "$host"
  host=
  rm -f "$work/logicab.sock"
}
# The named check fails, and with the fault away it passed.
caught() {  # fault check
  starts "$1" || return 1
  "$relais" conformance record-reader "$served" --only "$2" --deadline "${3:-20}" >"$work/said" 2>&1
  local status=$?
  stops
  [ "$status" -eq 1 ] && grep -q "^FAIL $2 " "$work/said" && grep -q '0 passed, 1 failed, 0 skipped' "$work/said" && return 0
  cat "$work/said"
  return 1
}
json() {
  "$relais" conformance record-reader "$served" --json --deadline 20 >"$work/json" || { cat "$work/json"; return 1; }
  python3 - "$work/json" <<'PYTHON'
import json, sys

told = json.load(open(sys.argv[1], encoding="utf-8"))
names = [check["name"] for check in told["checks"]]
if told["schema"] != "relais.record-reader/1" or told["failed"] or len(set(names)) != len(names):
    sys.exit(str(told))
if told["passed"] + told["skipped"] != len(names) or told["passed"] < 20:
    sys.exit(str(told))
PYTHON
}
all_named() { [ "$("$relais" conformance record-reader --list | wc -l)" -ge 20 ]; }
nobody_there() {
  local status=0
  "$relais" conformance record-reader "unix:$work/nobody.sock" --deadline 1 >"$work/said" || status=$?
  [ "$status" -eq 1 ] && grep -q '^0 passed, 1 failed, ' "$work/said"
}
# Never a plain connection to another machine.
no_plain_stranger() {
  local status=0
  "$relais" conformance record-reader 192.0.2.7:50061 2>"$work/said" || status=$?
  [ "$status" -eq 2 ] && grep -q 'config.invalid' "$work/said"
}

check "the sample passes the kit as its README says" readme
check "LogiCab makes its base" $sample logicab --base "$base" creer
check "its reader starts" starts
check "every check is told once in JSON, and none fails" json
check "the reader stops" stops
check "every check has a name" all_named
check "a service that does not answer fails" nobody_there
check "another machine is not asked without TLS" no_plain_stranger
while read -r fault name deadline; do
  check "the fault $fault is caught by $name" caught "$fault" "$name" $deadline
done <<'FAULTS'
present as-of
cancelled cancelled-left-out
loose-ins found-by-ins
narrow-traits found-by-traits
narrow-since since
unknown-is-an-error unknown-is-no-row
says-nothing completeness-told
new-ids ids-stable-and-unique
twice-the-same-id ids-stable-and-unique
other-patients own-rows-only
whole-pages pages
slow results-in-time 2
one-version two-versions-of-a-change
another-order replay-of-changes
any-position lost-position-told 2
FAULTS
summary

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Conformance suite: tests/conformance/run.sh BUILD_DIR
# Runs every conformance program of a build on RELAIS_CORPUS (default: ../shared/corpus beside the checkout) and ends
# with the total "N passed, M failed, K skipped". A corpus folder that is absent is skipped by name.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: run.sh BUILD_DIR}
export RELAIS_CORPUS=${RELAIS_CORPUS:-$here/../../../shared/corpus}
passed=0 failed=0 skipped=0

# Adds the last line of a program's output to the total. A program that ends without a count is one failure.
add() {
  local name=$1 status=$2 last=$3
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
    if ((status != 0 && BASH_REMATCH[2] == 0)); then
      echo "$name: exit status $status without a failed file"
      failed=$((failed + 1))
    fi
  else
    echo "$name: ended with status $status and no count"
    failed=$((failed + 1))
  fi
}

run() {
  local name=$1 program output status
  program=$(find "$build" -type f -name "$name" -perm -u+x -print -quit)
  if [[ -z $program ]]; then
    # A program that the sources declare must have been built; one that they do not declare yet is only skipped.
    if grep -rqsw --include=CMakeLists.txt "$name" "$here/.."; then
      echo "failed: $name (declared in tests/ and absent from $build)"
      failed=$((failed + 1))
    else
      echo "skipped: ${name#conformance_} (program not in this release)"
      skipped=$((skipped + 1))
    fi
    return
  fi
  echo "== $name"
  output=$("$program")
  status=$?
  printf '%s\n' "$output"
  add "$name" "$status" "$(tail -n 1 <<<"$output")"
}

for program in conformance_cda conformance_hl7v2 conformance_hprim conformance_fiche conformance_triage conformance_ald \
  conformance_cdsi conformance_vaccins_fr; do
  run "$program"
done

echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))

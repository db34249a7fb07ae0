#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The kits of plugin authors and of editors: every other script of this folder, each of which ends with
# "N passed, M failed, K skipped". Ends with their total.
#   bash tests/kits/run.sh BUILD      BUILD: build/dev, after plugins/build.sh dev
set -u
cd "$(dirname "$0")/../.."
build=${1:?usage: run.sh BUILD}
passed=0 failed=0 skipped=0

for script in tests/kits/*.sh; do
  [ "$script" = tests/kits/run.sh ] && continue
  echo "== $(basename "$script" .sh)"
  output=$(bash "$script" "$build")
  status=$?
  printf '%s\n' "$output"
  last=$(tail -n 1 <<<"$output")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
    if ((status != 0 && BASH_REMATCH[2] == 0)); then
      echo "FAILED $script ended with status $status and counted no failure"
      failed=$((failed + 1))
    fi
  else
    echo "FAILED $script ended with status $status and no count"
    failed=$((failed + 1))
  fi
done

echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))

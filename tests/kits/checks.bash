# SPDX-License-Identifier: Apache-2.0
# What the scripts of this folder share: `check WHAT COMMAND…`, `skip WHAT WHY`, `refuses WORDS COMMAND…`, a folder `$work`
# removed at the end, a host `$host` ended with the script, and `summary`, which prints "N passed, M failed, K skipped" and
# is the script's exit status.
work=$(mktemp -d)
host=
trap '[ -n "$host" ] && kill "$host" 2>/dev/null && wait "$host" 2>/dev/null; rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

check() {
  local what=$1
  shift
  if "$@" >"$work/out" 2>&1; then
    echo "ok $what"
    passed=$((passed + 1))
  else
    echo "FAILED $what"
    tail -n 30 "$work/out"
    failed=$((failed + 1))
  fi
}

skip() {
  echo "SKIPPED $1: $2"
  skipped=$((skipped + 1))
}

# The command fails and says the words.
refuses() {
  local words=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    echo "it passed"
    return 1
  fi
  grep -qF -- "$words" "$work/said" || { cat "$work/said"; return 1; }
}

# Waits for a host that was started with its output in LOG. The limit only ends a failing test.
ready() {
  for _ in $(seq 120); do
    grep -q "Relais est prêt" "$1" && return 0
    sleep 0.5
  done
  cat "$1"
  return 1
}

summary() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}

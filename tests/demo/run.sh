#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The README's commands, run as written: the demonstration in its three forms, then every command of the user sections
# against the host that it left running. Ends with "N passed, M failed, K skipped".
#   RELAIS_PRESET=dev bash tests/demo/run.sh
set -uo pipefail
cd "$(dirname "$0")/../.."
export RELAIS_PRESET=${RELAIS_PRESET:-dev}
work=$(mktemp -d)
passed=0 failed=0

check() {  # what command …
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

stop_host() {
  [ -s build/demo/host.pid ] && kill "$(cat build/demo/host.pid)" 2>/dev/null
  rm -rf "$work"
}
trap stop_host EXIT

once() { bash samples/demo/run.sh --once >"$work/once" && grep -q "Journal : intact" "$work/once" && grep -q "Critique (appeler)" "$work/once"; }
json() {
  bash samples/demo/run.sh --once --json >"$work/json" &&
    node -e '
      const shown = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
      const keys = Object.keys(shown).sort().join();
      if (keys !== "items,ledger,not_evaluated,refused") throw new Error("keys " + keys);
      if (shown.ledger !== "ok" || shown.refused.length === 0 || shown.not_evaluated.length === 0) throw new Error("empty");
      if (!shown.items.some(item => item.category === "critique" && item.rules.includes("C-K"))) throw new Error("no critical potassium");
    ' "$work/json"
}
# A machine that has nothing, seen by a person who is not root: every program it finds is one of these.
bare_machine() {
  rm -rf "$work/bin" && mkdir "$work/bin"
  printf '#!/bin/bash\necho 1000\n' >"$work/bin/id"
  printf '#!/bin/bash\nexit 1\n' >"$work/bin/dpkg-query"
  chmod +x "$work/bin"/*
}
without_sudo() {
  bare_machine
  local status=0
  PATH=$work/bin /bin/bash dependencies.sh build 2>"$work/said" || status=$?
  [ "$status" -eq 1 ] && grep -q 'sudo' "$work/said" && grep -q 'libsoci-dev' "$work/said"
}
with_sudo() {
  bare_machine
  printf '#!/bin/bash\necho "$@"\n' >"$work/bin/sudo" && chmod +x "$work/bin/sudo"
  PATH=$work/bin /bin/bash dependencies.sh build >"$work/asked" 2>&1 &&
    [ "$(grep -c '^env DEBIAN_FRONTEND=noninteractive apt-get' "$work/asked")" -eq 2 ]
}
# What is printed to stop everything leaves neither process nor socket; a second start waits for the first to be gone.
started_twice_and_stopped() {
  bash samples/demo/run.sh >"$work/first" && bash samples/demo/run.sh >"$work/second" || return 1
  local stop sockets
  stop=$(grep -o 'kill [0-9]* && rm -rf [^ ]*' "$work/second") || return 1
  sockets=${stop##* }
  bash -c '. build/demo/env && relais list --account rouault' >/dev/null && [ -d "$sockets" ] &&
    bash -c "$stop" && [ ! -e "$sockets" ]
}
# Blocks of commands in the README, in order, each in its own shell; the two commands that install, and this suite's own
# runner, are what brought us here.
readme_block() { awk -v wanted="$1" '/^```sh$/ {inside = 1; n++; next} /^```$/ {inside = 0} inside && n == wanted' README.md; }

check "missing packages are named where neither root nor sudo can install them" without_sudo
check "apt-get asks nothing through sudo" with_sudo
check "the demonstration, once, in French" once
check "the demonstration, once, as one JSON object" json
blocks=$(grep -c '^```sh$' README.md)
for ((number = 1; number <= blocks; number++)); do
  readme_block "$number" >"$work/block.sh"
  grep -qE '^(apt-get|git clone|bash tests/run\.sh)' "$work/block.sh" && continue
  check "README block $number: $(head -n 1 "$work/block.sh")" bash -e "$work/block.sh"
done
check "the demonstration started twice, and stopped as it says" started_twice_and_stopped
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]

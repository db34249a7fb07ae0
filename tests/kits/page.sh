#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The page of the plugin author (sdk/README.md, "Five minutes"), followed: its own blocks of commands, in order, in one
# shell, against an installed Relais and in an empty folder. From nothing to a finding on a doctor's list in less than 300
# seconds. Ends with "N passed, M failed, K skipped".
#   bash tests/kits/page.sh [BUILD]     BUILD: build/dev, after plugins/build.sh dev
set -uo pipefail
cd "$(dirname "$0")/../.."
page=$PWD/sdk/README.md
build=${1:-build/dev}
export RELAIS_PREFIX=$PWD/$build/install
. tests/kits/checks.bash
finish() {
  [ -e "$work/cabinet/host.pid" ] && bash "$RELAIS_PREFIX/share/relais/kit/practice.sh" "$work/cabinet" --stop
  rm -rf "$work"
}
trap finish EXIT

# The blocks of the section, in order.
block() { awk -v wanted="$1" '/^## / {here = ($0 == "## Five minutes")} here && /^```sh$/ {inside = 1; n++; next} /^```$/ {inside = 0} inside && n == wanted' "$page"; }
blocks=$(awk '/^## / {here = ($0 == "## Five minutes")} here && /^```sh$/ {n++} END {print n + 0}' "$page")

# One shell for all of them, as a person's: a folder, a path and an address stay from one block to the next.
{
  echo "cd $(printf %q "$work")"
  for ((number = 1; number <= blocks; number++)); do
    block "$number"
    echo "echo \"block $number after \$SECONDS s\" >>$(printf %q "$work/done")"
  done
} >"$work/page.sh"
touch "$work/done"
start=$SECONDS
timeout 400 bash -e "$work/page.sh" >"$work/said" 2>&1
took=$((SECONDS - start))

followed() { grep -q "^block $1 after" "$work/done" || { tail -n 40 "$work/said"; return 1; }; }
for ((number = 1; number <= blocks; number++)); do
  check "page block $number: $(block "$number" | head -n 1)" followed "$number"
done
says() { grep -qF -- "$1" "$work/said" || { cat "$work/said"; return 1; }; }
check "the page has blocks" [ "$blocks" -ge 7 ]
check "its tests passed" says "100% tests passed"
check "what it declares is what its answers need" says "Le manifeste ne demande rien de trop pour ces cas."
check "it found the late report of the fictitious practice" says "reçu 21 jours après le prélèvement"
check "its package is signed and whole" says "signée par la clé"
check "the practice installed what it trusts" says "signé par Mes plugins"
check "the finding is on the doctor's list" says "RETARD : reçu"
cat "$work/done"
check "from nothing to a finding in $took s, less than 300" [ "$took" -lt 300 ]
summary

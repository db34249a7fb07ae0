#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One page for each stable code, written by the build, and the same by `relais explain`:
#   bash tests/kits/codes.sh [BUILD]
# Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
pages=$build/install/share/doc/relais/codes
relais=$build/install/bin/relais
. tests/kits/checks.bash
# The codes and their sentences as they are written in the data file, read here without its compiler.
sed -nE 's/^RELAIS_CODE\([a-z0-9_]+, "([^"]+)", "(.*)"\)$/\1\t\2/p' host/domain/codes.def >"$work/codes"
all_read() { [ "$(grep -c '^RELAIS_CODE(' host/domain/codes.def)" -eq "$(wc -l <"$work/codes")" ]; }
a_page_each() {
  diff <(cut -f1 "$work/codes" | sort) <(find "$pages" -name '*.md' ! -name README.md -printf '%f\n' | sed 's/\.md$//' | sort)
}
pages_say() {
  while IFS=$'\t' read -r code sentence; do
    { grep -qFx "# $code" "$pages/$code.md" && grep -qFx -- "$sentence" "$pages/$code.md" &&
      grep -A2 '^## Que faire' "$pages/$code.md" | grep -q '\.$' && grep -qE '`[A-Z_]{7,}`' "$pages/$code.md" &&
      grep -qF "[$code]($code.md)" "$pages/README.md"; } || { echo "$code"; return 1; }
  done <"$work/codes"
}
explained() {
  "$relais" explain store.full >"$work/told" && grep -qF "Plus de place pour enregistrer" "$work/told" &&
    grep -qF "Que faire : Libérez de la place" "$work/told"
}
all_listed() { [ "$("$relais" explain | wc -l)" -eq "$(wc -l <"$work/codes")" ]; }
unknown_refused() {
  ! "$relais" explain store.fool 2>"$work/told" && grep -q 'Aucun code ne s.appelle « store.fool »' "$work/told"
}

check "every line of codes.def is read" all_read
check "every code has a page and every page a code" a_page_each
check "a page says the sentence, what to do and the end of a call, and the index names it" pages_say
check "relais explain says the same" explained
check "relais explain alone names every code" all_listed
check "an unknown code is told to be none" unknown_refused

summary

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The pages for plugin authors: their code is what the sources say, their commands run as they stand, their links lead
# somewhere, and Doxygen writes the reference without a warning.
#   bash tests/kits/docs.sh [BUILD]     BUILD: build/dev, after plugins/build.sh dev
# Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
. tests/kits/checks.bash
export PREFIX=$PWD/$build/install SOURCES=$PWD
export PATH=$PREFIX/bin:$PATH
pages=(sdk/ABI.md sdk/docs/*.md sdk/docs/how-to/*.md)

cuts() { python3 sdk/docs/cut.py --check "${pages[@]}"; }
# A copy of what the pages need, in which one source says something else.
drifted() {
  mkdir -p "$work/drift" && cp -R sdk plugins samples "$work/drift" && mkdir -p "$work/drift/tests" &&
    cp -R tests/abi "$work/drift/tests" && mkdir "$work/drift/tests/integration" &&
    cp -R tests/integration/trace "$work/drift/tests/integration" && sed -i 's/effect.key = "renouvellement"/effect.key = "autre"/' "$work/drift/plugins/ald-expiry/src/pack.cpp" || return 1
  (cd "$work/drift" && ! python3 sdk/docs/cut.py --check "${pages[@]}" 2>"$work/said") && grep -q 'effects.md' "$work/said"
}
unmarked() {
  sed -i '/snippet:effect/d' "$work/drift/plugins/ald-expiry/src/pack.cpp"
  (cd "$work/drift" && ! python3 sdk/docs/cut.py --check "${pages[@]}" 2>"$work/said") && grep -q '0 marks of effect' "$work/said"
}
# The blocks of commands of one page, in order, in one shell and an empty folder.
commands() {
  awk '/^```sh$/ {inside = 1; next} /^```$/ {inside = 0} inside' "$1"
}
runs() {
  local page=$1 folder
  folder=$work/$(basename "$page" .md)
  mkdir -p "$folder" && commands "$SOURCES/$page" >"$folder.sh" && (cd "$folder" && bash -e "$folder.sh")
}
links() {
  python3 - "${pages[@]}" <<'PYTHON'
import pathlib, re, sys

broken = []
for name in sys.argv[1:]:
    page = pathlib.Path(name)
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not (page.parent / target).exists():
            broken.append(f"{name}: {target}")
    for path in re.findall(r"`((?:sdk|samples|tests|plugins|host|proto)/[\w./-]+)`", page.read_text(encoding="utf-8")):
        if not pathlib.Path(path).exists():
            broken.append(f"{name}: {path}")
sys.exit("\n".join(broken) or 0)
PYTHON
}
reference() { bash sdk/docs/reference.sh "$work/reference"; }
# The contract of a function and of a field is in the reference, and every struct and class has its page.
reference_says() {
  local xml=$work/reference/xml
  grep -q "An exception makes this subject" "$xml/classrelais_1_1sdk_1_1Plugin.xml" &&
    grep -q "the only clock a plugin has" "$xml/structrelais__slice.xml" &&
    grep -q "Runs from its construction to its destruction" "$xml/classrelais_1_1host_1_1EmbeddedHost.xml" || return 1
  local struct
  for struct in $(grep -oE '^(typedef )?struct relais_[a-z_]+ \{' sdk/include/relais/relais.h | sed -E 's/.*struct (relais_[a-z_]+) .*/\1/'); do
    grep -q "<compoundname>$struct</compoundname>" "$xml/struct${struct//_/__}.xml" || { echo "$struct"; return 1; }
  done
}
wrong_word() {
  mkdir -p "$work/wrong" && cp -R sdk host "$work/wrong" 2>/dev/null
  sed -i 's|^  // Evaluates one subject\.|  // @param nobody is not there\n&|' "$work/wrong/sdk/include/relais/plugin.h"
  ! bash "$work/wrong/sdk/docs/reference.sh" "$work/wrong/out" 2>"$work/said" && grep -q "nobody" "$work/said"
}

check "the code of every page is what the sources say" cuts
check "a source that changed is found" drifted
check "a mark that is gone is found" unmarked
check "links and paths lead somewhere" links
for page in "${pages[@]}"; do
  [ -n "$(commands "$page")" ] && check "the commands of $page run as they stand" runs "$page"
done
check "Doxygen writes the reference without a warning" reference
check "the contracts are in it" reference_says
check "a wrong word in a comment stops it" wrong_word

summary

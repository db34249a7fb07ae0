#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The kit's commands on our own plugins and on plugins that are wrong: check, run, validate, and what the template writes.
# Ends with "N passed, M failed, K skipped".
#   bash tests/kits/kit.sh [BUILD]     BUILD: build/dev, after plugins/build.sh dev
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
prefix=$PWD/$build/install
relais=$prefix/bin/relais
. tests/kits/checks.bash

fails_with() {  # status text command …: ends with this status and says the text
  local status=$1 text=$2 ended=0
  shift 2
  "$@" >"$work/said" 2>&1 || ended=$?
  [ "$ended" -eq "$status" ] && grep -qF -- "$text" "$work/said" || { echo "status $ended"; cat "$work/said"; return 1; }
}
prints() {  # text command …
  local text=$1
  shift
  "$@" >"$work/said" 2>&1 && grep -qF -- "$text" "$work/said" || { cat "$work/said"; return 1; }
}

# ---- our own plugins ----------------------------------------------------------------------------------------------
for cases in plugins/*/tests/cases.json; do
  plugin=$(basename "$(dirname "$(dirname "$cases")")")
  package=$prefix/lib/relais/plugins/$plugin
  [ -d "$package" ] || continue
  check "$plugin is what the host takes" "$relais" plugin check "$package"
  check "$plugin answers in the fictitious practice" "$relais" plugin run "$package"
  check "$plugin passes the validator" "$relais" plugin validate "$package" --cases "$cases"
done
check "the plugin in C is built" env CC=gcc bash samples/plugins/c/build.sh "$prefix" "$work/c"
check "the plugin in C passes the validator" "$relais" plugin validate "$work/c/examens-attendus" --cases samples/plugins/c/cases.json
if command -v rustc >/dev/null; then
  check "the plugin in Rust is built" bash samples/plugins/rust/build.sh "$prefix" "$work/rust"
  check "the plugin in Rust passes the validator" "$relais" plugin validate "$work/rust/hba1c-suivi" --cases samples/plugins/rust/cases.json
else
  skip "the plugin in Rust passes the validator" "no rustc"
fi

# ---- the validator itself -----------------------------------------------------------------------------------------
bio=$prefix/lib/relais/plugins/bio-triage
as_json() {
  "$relais" plugin validate "$bio" --json --only fuzz-dates --seed 7 >"$work/json" &&
    python3 - "$work/json" <<'PYTHON'
import json, sys

shown = json.load(open(sys.argv[1], encoding="utf-8"))
assert shown["schema"] == "relais.validation/1" and shown["seed"] == 7 and shown["plugin"] == "bio-triage"
assert [check["name"] for check in shown["checks"]] == ["fuzz-dates"] and shown["passed"] == 1
PYTHON
}
many_checks() { [ "$("$relais" plugin validate --list | grep -cE '^[a-z-]+ +[^ ]')" -ge 30 ]; }
check "one JSON object, one check, one seed" as_json
check "every check has a name and a line" many_checks
check "a check that does not exist is an error" fails_with 2 "no check is called nothing" "$relais" plugin validate "$bio" --only nothing

# ---- the template -------------------------------------------------------------------------------------------------
essai=$work/essai-du-kit
build_it() { cmake -S "$essai" -B "$essai/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS=-Werror && cmake --build "$essai/build"; }
own_tests() { ctest --test-dir "$essai/build" --output-on-failure --no-tests=error; }
own_cases() { "$relais" plugin test "$essai" --cases "$essai/tests/cases.json"; }
check "a plugin is written" "$relais" plugin new essai-du-kit --in "$work"
check "not twice" fails_with 1 "kit.exists" "$relais" plugin new essai-du-kit --in "$work"
check "nor by a name that is none" fails_with 1 "kit.name" "$relais" plugin new "Essai du kit" --in "$work"
check "before it is built the check says how" fails_with 1 "cmake --build build" "$relais" plugin check "$essai"
check "nor can it be validated" fails_with 2 "plugin.package" "$relais" plugin validate "$essai"
check "it builds without a warning" build_it
check "its tests pass" own_tests
check "its cases pass" own_cases
sed -i 's/"a_voir", "rules"/"normal", "rules"/' "$essai/tests/cases.json"
check "a wrong expectation fails and says so" fails_with 1 "attendu normal, dit a_voir" own_cases
sed -i 's/"normal", "rules"/"a_voir", "rules"/' "$essai/tests/cases.json"
sed -i 's/(days) < limit/(days) > limit/' "$essai/src/plugin.cpp"
check "with its rule turned round it still builds" build_it
check "and its own tests fail" fails_with 8 "tests failed" own_tests
sed -i 's/(days) > limit/(days) < limit/' "$essai/src/plugin.cpp"

# ---- the file that is sent ----------------------------------------------------------------------------------------
export RELAIS_KEY_PASSWORD=une-cle-bien-gardee
packed() { "$relais" plugin pack "$essai" --output "$work/essai.relais" && "$relais" plugin keygen "$work/cle" && "$relais" plugin sign "$work/essai.relais" --key "$work/cle"; }
altered() {
  mkdir -p "$work/other" && tar -C "$work/other" -xf "$work/essai.relais" && sed -i 's/vendor: .*/vendor: "Autre"/' "$work/other/manifest.yaml" &&
    tar -C "$work/other" --format=pax -cf "$work/other.relais" SIGNATURE manifest.yaml libessai-du-kit.so
}
cut_short() { head -c 700 "$work/essai.relais" >"$work/cut.relais"; }
check "the rule is put right and built again" build_it
check "it is packed and signed" packed
check "the file is whole and signed" prints "signée par la clé" "$relais" plugin check "$work/essai.relais"
check "somebody changes its manifest" altered
check "which the check tells by its file" fails_with 1 "package.altered" "$relais" plugin check "$work/other.relais"
check "a file is cut" cut_short
check "which the check tells" fails_with 1 "package." "$relais" plugin check "$work/cut.relais"

# ---- least privilege: what is declared and not needed -------------------------------------------------------------
sed -i 's/^  - kind: lab_report.*/&\n    days: 400\n  - kind: patient\n  - kind: medication/' "$essai/manifest.yaml"
sed -i 's/"sex": "F"}/&, "medications": [{"code": "C09AA05", "label": "ramipril"}]/' "$essai/tests/cases.json"
proposed() {
  sed -n '/^slice:$/,/^Coût/p' "$work/said" >"$work/slice"
  [ "$(grep -c kind "$work/slice")" -eq 1 ] && grep -q 'kind: lab_report' "$work/slice" || { cat "$work/said"; return 1; }
}
check "a manifest that asks for too much builds" build_it
check "a smaller manifest is proposed" prints "Un manifeste plus petit donne les mêmes réponses" "$relais" plugin check "$essai" --cases "$essai/tests/cases.json"
check "and it holds what is needed and nothing else" proposed
check "what a subject costs is told" grep -q "µs par sujet" "$work/said"

summary

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Plugins in C, in Rust and by another C++ compiler, built against the installed SDK alone and run by the real worker;
# then the first two in a whole practice, from a report to the doctor's list.
#   bash tests/kits/languages.sh [BUILD]     BUILD: build/dev, after plugins/build.sh dev
# Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
prefix=$PWD/$build/install
relais=$prefix/bin/relais
. tests/kits/checks.bash

one_symbol() { [ "$(nm -D --defined-only "$1" | awk '{print $3}')" = relais_plugin_entry ] || { nm -D --defined-only "$1"; return 1; }; }

cases() { "$relais" plugin test "$1" --cases "$2"; }

# An SDK of another time: the header that 1.0 froze, or today's with other numbers, and the same manifest check.
sdk_with() {  # folder header
  mkdir -p "$1/include/relais" && ln -s "$prefix/bin" "$1/bin" && cp "$2" "$1/include/relais/relais.h"
}
c_from() {  # folder compiler
  CC=$2 bash samples/plugins/c/build.sh "$1" "$1/packages"
}
numbered() {  # folder sed-expression
  sed "$2" sdk/include/relais/relais.h >"$work/numbered.h" && sdk_with "$1" "$work/numbered.h" && c_from "$1" gcc
}
manifest_of() {  # folder sed-expression: the C package with another manifest
  mkdir -p "$1" && cp -R "$work/gcc/packages/examens-attendus/." "$1" && sed -i "$2" "$1/manifest.yaml"
}
clang_cpp() {
  cmake -G Ninja -S plugins/ald-expiry -B "$work/clang-cpp" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_COMPILER=clang++-16 -DCMAKE_CXX_COMPILER_LAUNCHER=ccache && cmake --build "$work/clang-cpp" -j 2
}
built_by() { readelf -p .comment "$1" | grep -q "$2"; }

mkdir -p "$work/gcc" "$work/clang" "$work/rust"
for compiler in gcc clang; do
  ln -s "$prefix/bin" "$work/$compiler/bin" && ln -s "$prefix/include" "$work/$compiler/include"
done
c_cases=samples/plugins/c/cases.json
rust_cases=samples/plugins/rust/cases.json

check "gcc builds the plugin in C" c_from "$work/gcc" gcc
check "its cases pass in the worker" cases "$work/gcc/packages/examens-attendus" "$c_cases"
check "clang 16 builds the plugin in C" c_from "$work/clang" clang-16
check "its cases pass in the worker of a host that g++ built" cases "$work/clang/packages/examens-attendus" "$c_cases"
check "an older SDK, the frozen header of 1.0, builds it" sdk_with "$work/old" tests/abi/relais-1.0.h
check "by clang" c_from "$work/old" clang-16
check "its cases pass in the host of today" cases "$work/old/packages/examens-attendus" "$c_cases"
check "the library in C exports one symbol" one_symbol "$work/gcc/packages/examens-attendus/libexamens-attendus.so"

check "Debian's rustc builds the plugin in Rust" bash samples/plugins/rust/build.sh "$prefix" "$work/rust"
check "its cases pass in the worker" cases "$work/rust/hba1c-suivi" "$rust_cases"
check "the library in Rust exports one symbol" one_symbol "$work/rust/hba1c-suivi/libhba1c-suivi.so"
check "the rule in Rust passes its own tests" bash -c "/usr/bin/rustc --edition 2021 --test -o '$work/rule' samples/plugins/rust/rule.rs && '$work/rule'"

check "clang 16 builds a plugin in C++" clang_cpp
check "clang it was" built_by "$work/clang-cpp/packages/ald-expiry/libald-expiry.so" "clang version 16"
check "its cases pass in the worker of a host that g++ built" cases "$work/clang-cpp/packages/ald-expiry" plugins/ald-expiry/tests/cases.json
check "the same plugin by g++ passes the same cases" cases "$prefix/lib/relais/plugins/ald-expiry" plugins/ald-expiry/tests/cases.json

check "a plugin of another major is built" numbered "$work/major" 's/ABI_MAJOR 1u/ABI_MAJOR 2u/'
check "and refused by what its library says, both versions named" refuses "library asks for ABI 2.0, this host speaks 1.2" \
  cases "$work/major/packages/examens-attendus" "$c_cases"
check "a plugin of the major before is built" numbered "$work/before" 's/ABI_MAJOR 1u/ABI_MAJOR 0u/'
check "a plugin that is too old is refused with its code, both versions named" refuses \
  "plugin.manifest.abi: entry.abi: library asks for ABI 0.0, this host speaks 1.2" \
  cases "$work/before/packages/examens-attendus" "$c_cases"
check "a manifest asks for a later minor" manifest_of "$work/later" 's/^abi: .*/abi: {major: 1, minor: 9}/'
check "and is refused before its library is loaded, both versions named" refuses "asks for ABI 1.9, this host speaks 1.2" \
  cases "$work/later" "$c_cases"
check "a manifest of another major is made" manifest_of "$work/second" 's/^abi: .*/abi: {major: 2, minor: 0}/'
check "and is refused, both versions named" refuses "asks for ABI 2.0, this host speaks 1.2" cases "$work/second" "$c_cases"
check "a manifest of the major before the first is made" manifest_of "$work/zeroth" 's/^abi: .*/abi: {major: 0, minor: 9}/'
check "and is refused where it stands" refuses "[plugin.manifest.schema] abi.major" cases "$work/zeroth" "$c_cases"

# ---- a whole practice -------------------------------------------------------------------------------------------
export RELAIS_PASSWORD=demonstration-relais RELAIS_ADDRESS=unix:$work/relais.sock
as() { "$relais" --account "$@"; }
run_from() {  # moment
  setsid "$prefix/bin/relais-host" run --data "$work/data" --listen "$RELAIS_ADDRESS" --demonstration-clock "$1" \
    >"$work/host.log" 2>&1 &
  host=$!
}
# The host again, the next morning: what the night would have done is done now.
next_morning() {
  kill "$host" && wait "$host"
  run_from 2026-11-24T07:30
  ready "$work/host.log"
}
practice() {
  "$prefix/bin/relais-host" init --data "$work/data" --practice "Cabinet d'essai" --admin admin --demonstration || return 1
  run_from 2026-11-23T16:45
  "$prefix/bin/relais-demo" --address "$RELAIS_ADDRESS" --plugin "$prefix/lib/relais/plugins/bio-triage" \
    --rights-plugin "$prefix/lib/relais/plugins/ald-expiry" --fiches "$work/fiches" --reports "$work/reports" \
    >"$work/evening" 2>&1 || { cat "$work/evening" "$work/host.log"; return 1; }
}
confide() {  # the doctor signs a second version with the two tasks, the assistant accepts it and switches them on
  sed -e 's/version: 1}/version: 2}/' -e 's/^validite: {du: [^,]*/validite: {du: 2026-11-23/' \
    -e 's/^taches:/&\n  - {id: examen-suivi, mode: autonome}\n  - {id: chronic-followup, mode: autonome}/' \
    "$work/fiches/fiche-nguyen.yaml" >"$work/fiche.yaml"
  as nguyen fiche sign "$work/fiche.yaml" && as perrin fiche accept fp-nguyen-perrin &&
    as perrin task enable examen-suivi --doctor nguyen && as perrin task enable chronic-followup --doctor nguyen
}
# One of the evening's reports in FHIR again, as another one: its potassium could not be rendered, and the laboratory's
# software also tells of a diabetes.
report() {
  python3 - "$work/reports/bio-08.json" "$work/report.json" <<'PYTHON'
import json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    bundle = json.load(file)
by_type = {}
for entry in bundle["entry"]:
    by_type.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
report, patient, practitioner = (by_type[kind][0] for kind in ("DiagnosticReport", "Patient", "Practitioner"))
report["identifier"][0]["value"] += "00"
practitioner["identifier"][0]["value"] = "810000000022"
potassium = next(one for one in by_type["Observation"] if one["code"]["coding"][0]["code"] == "2823-3")
potassium["status"] = "cancelled"
potassium.pop("valueQuantity")
potassium.pop("interpretation", None)
bundle["entry"].append({"fullUrl": "https://laboratoire.invalid/Condition/c1", "resource": {
    "resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/" + patient["id"]},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "E11"}]}, "onsetDateTime": "2019-01-01"}})
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(bundle, file)
PYTHON
}
# The list is read again until it says so: the worker answers when it can. The limit only ends a failing test.
on_the_list() {
  for _ in $(seq 120); do
    as nguyen list >"$work/list" || return 1
    grep -qF -- "$1" "$work/list" && return 0
    sleep 0.5
  done
  cat "$work/list"
  return 1
}

check "a practice starts" practice
check "an administrator installs the plugin in C" as admin plugin install "$work/gcc/packages/examens-attendus"
check "and the one in Rust" as admin plugin install "$work/rust/hba1c-suivi"
check "a doctor confides their tasks" confide
check "a report is made" report
check "and comes in" as logiciel ingest "$work/report.json"
check "what C found is on the doctor's list" on_the_list "NON-RENDU : Potassium : demandé, non rendu par le laboratoire."
check "the next morning comes" next_morning
check "what Rust found by night is on the doctor's list" on_the_list "HBA1C-ABSENTE : Aucune HbA1c rendue depuis deux ans"
check "their rules are shown as any plugin's" bash -c "'$relais' --account nguyen plugin status hba1c-suivi --rules | grep -q 'delai.mois mois ou plus'"

summary

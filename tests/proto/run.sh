#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The public contract: style, compatibility with the committed baseline, who may call. Ends with
# "N passed, M failed, K skipped". `run.sh --accept` makes the present contract the baseline (after a release).
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
proto=$here/../../proto
passed=0
failed=0

check() {  # check NAME COMMAND…: passes when the command succeeds
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
    echo "ok    $name"
  else
    failed=$((failed + 1))
    echo "FAIL  $name"
    printf '%s\n' "$output" | sed 's/^/      /'
  fi
}
finds() { # finds TEXT COMMAND…: succeeds when the command fails and says TEXT
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "not found: $text"
    return 1
  fi
  grep -qF -- "$text" <<<"$output" || { printf 'another failure than "%s":\n%s\n' "$text" "$output"; return 1; }
}
access() { "$buf" build "$1" --as-file-descriptor-set -o -#format=json | node "$here/check_access.mjs"; }
edited_copy() { # edited_copy FILE SED-EXPRESSION: prints a copy of the contract with one file edited
  local copy
  copy=$(mktemp -d "$scratch/copy.XXXXXX")
  cp -R "$proto/." "$copy"
  sed -i "$2" "$copy/$1"
  if cmp -s "$copy/$1" "$proto/$1"; then
    echo "the edit changed nothing: $2" >&2
    return 1
  fi
  echo "$copy"
}

if [[ ${1:-} == --accept ]]; then
  rm -rf "$here/baseline/relais"
  mkdir -p "$here/baseline/relais/v1"
  cp "$proto"/relais/v1/*.proto "$here/baseline/relais/v1/"
  exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$here" && npm ci --no-audit --no-fund --silent) || { echo "npm ci failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
buf=$(ls "$here"/node_modules/@bufbuild/buf-*/bin/buf | head -n 1)

check "the contract follows the style rules" "$buf" lint "$proto"
check "nothing of the baseline is broken" "$buf" breaking "$proto" --against "$here/baseline"
check "every method says who may call it" access "$proto"

copy=$(edited_copy relais/v1/worklist.proto 's/int64 version = 3;/int64 version = 33;/')
check "a renumbered field is found" finds 'field "3" with name "version"' "$buf" breaking "$copy" --against "$here/baseline"
copy=$(edited_copy relais/v1/audit.proto '/rpc VerifyLedger/,/^  }/d')
check "a removed method is found" finds 'VerifyLedger' "$buf" breaking "$copy" --against "$here/baseline"
copy=$(edited_copy relais/v1/ingest.proto 's/rpc Attach(/rpc attach(/')
check "a method against the style is found" finds 'PascalCase' "$buf" lint "$copy"
copy=$(edited_copy relais/v1/ingest.proto '/rpc Attach(/,/^  }/s/option (access).*//')
check "a method that says nobody is found" finds 'IngestService.Attach: no access option' access "$copy"
copy=$(edited_copy relais/v1/identity.proto 's/{public: true/{public: true roles: [ROLE_DOCTOR]/')
check "a method both public and kept to roles is found" finds 'IdentityService.SignIn: roles or public' access "$copy"
copy=$(edited_copy relais/v1/record_reader.proto '/option (implemented_by_editor)/d')
check "a service of the software that does not say so is found" finds 'RecordReaderService.ReadPatient: no access option' access "$copy"
copy=$(edited_copy relais/v1/ingest.proto 's/^service IngestService {/&\n  option (implemented_by_editor) = true;/')
check "a method that the host serves is not passed off as the software's" finds 'IngestService.Attach: an access option' access "$copy"

echo "$passed passed, $failed failed, 0 skipped"
[[ $failed -eq 0 ]]

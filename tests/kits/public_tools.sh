#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A public gRPC tool that knows nothing of Relais (buf curl) against a host over a real socket: it lists the services by
# reflection, asks for health, calls, and reads how a call is refused.
#   bash tests/kits/public_tools.sh [BUILD]
# Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
prefix=$PWD/$build/install
. tests/kits/checks.bash
export RELAIS_PASSWORD=mot-de-passe-essai

(cd tests/proto && { [ -d node_modules ] || npm ci --no-audit --no-fund --silent; }) || { echo "npm ci failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
buf=$(ls tests/proto/node_modules/@bufbuild/buf-*/bin/buf | head -n 1)
asks() { "$buf" curl --protocol grpc --http2-prior-knowledge --unix-socket "$work/relais.sock" "$@"; }
call() {  # method json …
  local method=$1 request=$2
  shift 2
  asks -d "$request" "$@" "http://localhost/$method"
}
answers() {  # words command …: the command succeeds and says the words
  local words=$1
  shift
  "$@" >"$work/said" 2>&1 && grep -qF -- "$words" "$work/said" || { cat "$work/said"; return 1; }
}
starts() {
  "$prefix/bin/relais-host" init --data "$work/data" --practice "Cabinet d'essai" --admin admin || return 1
  "$prefix/bin/relais-host" run --data "$work/data" --listen "unix:$work/relais.sock" >"$work/host.log" 2>&1 &
  host=$!
  ready "$work/host.log"
}
# The files of the contract that the host serves: those of which the practice's software serves the service are not.
served() { grep -L 'option (implemented_by_editor) = true' proto/relais/v1/*.proto; }
# Every service of the contract, and no other than gRPC's two.
listed() {
  asks --list-services http://localhost | sort >"$work/listed" || return 1
  { echo grpc.health.v1.Health
    echo grpc.reflection.v1alpha.ServerReflection
    sed -nE 's/^service ([A-Za-z]+) .*/relais.v1.\1/p' $(served)
  } | sort | diff - "$work/listed"
}
methods_listed() {
  asks --list-methods http://localhost | grep '^relais.v1' | sort >"$work/methods" || return 1
  [ "$(cat $(served) | grep -c '^  rpc ')" -eq "$(wc -l <"$work/methods")" ]
}
# The token is in the answer alone: neither on a command line nor in a file that stays.
signed_in() {
  call relais.v1.IdentityService/SignIn '{"login": "admin", "password": "mot-de-passe-essai"}' >"$work/session" &&
    python3 -c 'import json, sys; print("authorization: Bearer " + json.load(open(sys.argv[1]))["token"])' "$work/session" >"$work/header"
}
# The refusal's own words, from the details that the tool decoded by reflection.
detail() {
  call relais.v1.WorklistService/ListItems '{}' >/dev/null 2>"$work/refused"
  python3 - "$work/refused" <<'PYTHON'
import base64, json, sys

error = json.load(open(sys.argv[1], encoding="utf-8"))
if error["code"] != "unauthenticated":
    sys.exit("the tool read " + error["code"])
(held,) = error["details"]
value = base64.b64decode(held["value"] + "=" * (-len(held["value"]) % 4))
if held["type"] != "relais.v1.ErrorDetail" or b"api.unauthenticated" not in value:
    sys.exit(str(held))
PYTHON
}

check "a host starts" starts
check "reflection lists every service of the contract, gRPC's health and itself, and no other" listed
check "reflection lists every method of the contract" methods_listed
check "health: the host serves" answers SERVING call grpc.health.v1.Health/Check '{}'
check "health: a service that nobody knows" refuses not_found call grpc.health.v1.Health/Check '{"service": "nobody"}'
check "a person signs in" signed_in
check "and is who they are" answers ROLE_ADMINISTRATOR call relais.v1.IdentityService/WhoAmI '{}' -H "@$work/header"
check "a refusal keeps its gRPC status and its stable code" detail
check "what the role may not do is told so" refuses permission_denied call relais.v1.WorklistService/ListItems '{}' -H "@$work/header"

summary

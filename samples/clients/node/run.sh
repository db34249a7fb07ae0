#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the pinned packages in build/, checks the types, then plays the sample against a running practice:
#   bash samples/clients/node/run.sh REPORT [SOFTWARE-LOGIN] [DOCTOR-LOGIN]
# Needs node and npm; RELAIS_ADDRESS and RELAIS_PASSWORD as for the command relais.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$root/build/clients/node
mkdir -p "$work"
cp "$here"/{evening.ts,tsconfig.json,package.json} "$work"
if ! cmp -s "$here/package-lock.json" "$work/package-lock.json"; then
  cp "$here/package-lock.json" "$work"
  npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund >&2
fi
"$work/node_modules/.bin/tsc" --project "$work"
RELAIS_PROTO=$root/proto exec node "$work/program/evening.js" "$@"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Signed packages in a running host, as their integration tests play them: trust, rights, upgrade, hot swap, shadow run,
# and the commands that authors and practices type.
#   bash tests/kits/signed_packages.sh [BUILD]     BUILD: build/dev
# Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/kits/checks.bash
program=${1:-build/dev}/tests/integration/packages/integration_packages

played() { "$program" "$1" | grep -v '\[info\]'; }
while IFS= read -r name; do
  check "$name" played "$name"
done < <("$program" --list-test-names-only)
[ "$passed" -gt 0 ] || check "there are tests in $program" false
summary

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures a build: one JSON line a row, then "N passed, M failed, K skipped", a goal missed being a failure.
#   bash tests/bench/run.sh build/release [--quick] [--only ROW…] [--scratch FOLDER]
# --quick checks that every row can be measured, on sizes that say nothing: goals then do not count.
set -euo pipefail
build=${1:?usage: tests/bench/run.sh BUILD [--quick] [--only ROW]}
shift
exec "$build/tests/bench/relais-bench" "$@"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs the suites named, or all but bench:
#   unit integration conformance chaos asan tsan fuzz proto demo kits bench
# A suite that has no test fails, and naming one that is not listed here is an error.
# Each suite ends with "N passed, M failed, K skipped"; a bare call ends with the total, alone on its line.
# Environment: RELAIS_CORPUS (default ../shared/corpus), RELAIS_FUZZ_SECONDS (per target, 60), RELAIS_JOBS,
# RELAIS_CHAOS_KILLS (how often the whole host is killed, 100), RELAIS_CHAOS_SEED (what a failing chaos run printed).
set -uo pipefail
cd "$(dirname "$0")/.."

all_suites=(unit integration conformance chaos asan tsan fuzz proto demo kits)
known_suites=("${all_suites[@]}" bench)
jobs=${RELAIS_JOBS:-$(nproc)}
export RELAIS_CORPUS=${RELAIS_CORPUS:-$PWD/../shared/corpus}
export CCACHE_BASEDIR=$PWD
results=build/results
mkdir -p "$results"

passed=0 failed=0 skipped=0
declare -A seconds

die() { echo "$*" >&2; exit 2; }

# Adds a suite's own last line to the total and prints it.
report() {  # suite passed failed skipped
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
  echo "$2 passed, $3 failed, $4 skipped"
}

# Adds up the last "N passed, M failed[, K skipped]" line of a program's output.
report_output() {  # suite file exit-status
  local line p f k
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$2" | tail -n 1)
  if [ -z "$line" ]; then
    echo "$1: ended with status $3 without a count" >&2
    report "$1" 0 1 0
    return
  fi
  p=${line%% passed*}; f=${line#*passed, }; f=${f%% failed*}; k=0
  case $line in *skipped) k=${line##*failed, }; k=${k%% skipped*} ;; esac
  # A program that counts no failure and still exits non-zero has failed somewhere it did not count.
  [ "$3" -ne 0 ] && [ "$f" -eq 0 ] && f=1
  report "$1" "$p" "$f" "$k"
}

built=" "
build() {  # preset [target …]
  local preset=$1
  shift
  case $built in *" $preset "*) return 0 ;; esac
  local start=$SECONDS fresh=()
  [ -f "build/$preset/CMakeCache.txt" ] || fresh=(-DRELAIS_UNITY=ON)  # see host/cmake/RelaisTargets.cmake
  cmake --preset "$preset" "${fresh[@]}" >"$results/configure-$preset.log" 2>&1 || { tail -n 30 "$results/configure-$preset.log" >&2; return 1; }
  cmake --build --preset "$preset" -j "$jobs" >"$results/build-$preset.log" 2>&1 || { grep -E -A12 'error|FAILED' "$results/build-$preset.log" | head -n 80 >&2; return 1; }
  if [ "$preset" != tsan ]; then
    bash plugins/build.sh "$preset" >"$results/plugins-$preset.log" 2>&1 || { tail -n 40 "$results/plugins-$preset.log" >&2; return 1; }
  fi
  built="$built$preset "
  echo "built $preset in $((SECONDS - start)) s"
}

attribute() { sed -E "s/.* $1=\"([0-9]+)\".*/\1/" <<<"$2"; }

run_ctest() {  # suite preset label-regex
  local xml=$results/$1.xml header
  rm -f "$xml"
  ctest --test-dir "build/$2" -L "$3" -j "$jobs" --output-on-failure --no-tests=error --output-junit "$PWD/$xml" >"$results/$1.log" 2>&1 \
    || grep -vE '(Passed|Start +[0-9]+:)' "$results/$1.log" | tail -n 150
  [ -s "$xml" ] || { echo "$1: no test ran" >&2; report "$1" 0 1 0; return; }
  header=$(grep -m1 -A4 '<testsuite' "$xml" | tr '\n\t' '  ')
  local n f k d
  n=$(attribute tests "$header") f=$(attribute failures "$header") k=$(attribute skipped "$header") d=$(attribute disabled "$header")
  [ "$k" -gt 0 ] && grep -E '\*\*\*Skipped' "$results/$1.log"
  report "$1" $((n - f - k - d)) "$f" $((k + d))
}

run_program() {  # suite command …
  local suite=$1 status=0
  shift
  "$@" >"$results/$suite.log" 2>&1 || status=$?
  # Its count is printed once, by report_output.
  grep -vE '^(ok |[0-9]+ passed, )' "$results/$suite.log" | tail -n 120
  report_output "$suite" "$results/$suite.log" "$status"
}

suite() {
  local start=$SECONDS
  echo "== $1"
  case $1 in
    unit | integration | chaos) build dev && run_ctest "$1" dev "^$1\$" || report "$1" 0 1 0 ;;
    asan) build asan && run_ctest asan asan '^(unit|integration)$' || report asan 0 1 0 ;;
    tsan) build tsan && run_ctest tsan tsan '^unit$' || report tsan 0 1 0 ;;
    conformance) build dev && run_program conformance bash tests/conformance/run.sh build/dev || report conformance 0 1 0 ;;
    fuzz) build asan && run_program fuzz bash tests/fuzz/run.sh build/asan || report fuzz 0 1 0 ;;
    proto) run_program proto bash tests/proto/run.sh ;;
    demo) build dev && run_program demo bash tests/demo/run.sh || report demo 0 1 0 ;;
    kits) build dev && run_program kits bash tests/kits/run.sh build/dev || report kits 0 1 0 ;;
    bench) build release && bash tests/bench/run.sh build/release ;;
  esac
  seconds[$1]=$((SECONDS - start))
}

if [ $# -eq 0 ]; then chosen=("${all_suites[@]}"); else chosen=("$@"); fi
for name in "${chosen[@]}"; do
  case " ${known_suites[*]} " in *" $name "*) ;; *) die "No suite is called '$name'. Suites: ${known_suites[*]}" ;; esac
done

bash dependencies.sh test || die "The packages could not be installed."
for name in "${chosen[@]}"; do suite "$name"; done

if [ $# -eq 0 ]; then
  for name in "${chosen[@]}"; do echo "time $name: ${seconds[$name]} s"; done
  echo "$passed passed, $failed failed, $skipped skipped"
fi
[ "$failed" -eq 0 ]

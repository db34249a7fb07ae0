#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every libFuzzer target for RELAIS_FUZZ_SECONDS (default 60) each, as many at once as there are cores (RELAIS_JOBS),
# starting from its seeds in tests/fuzz/seeds and the corpus folder of its name where there is one. A target passes when
# it ran and found nothing; what it finds is kept beside the build.
#   bash tests/fuzz/run.sh build/asan [target …]
set -uo pipefail
build=${1:?build folder}
shift
here=$(dirname "$0")
seconds=${RELAIS_FUZZ_SECONDS:-60}
corpus=${RELAIS_CORPUS:-$here/../../../shared/corpus}
jobs=${RELAIS_JOBS:-$(nproc)}

fuzz() {  # target
  local name found seeds=() folder
  name=$(basename "$1" .fuzz)
  found=$build/tests/fuzz/found/$name
  mkdir -p "$found/corpus"
  for folder in "$here/seeds/$name" "$corpus/${name%%_*}" "$corpus/${name%%_*}/fiches"; do
    [ -d "$folder" ] && seeds+=("$folder")
  done
  if "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -verbosity=0 -print_final_stats=1 \
    -artifact_prefix="$found/" "$found/corpus" "${seeds[@]}" >"$found/log" 2>&1; then
    echo "ok $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/log") inputs" >"$found/verdict"
  else
    { echo "FAILED $name:"; tail -n 40 "$found/log"; } >"$found/verdict"
  fi
}

targets=()
for target in "$build"/tests/fuzz/*.fuzz; do
  [ -x "$target" ] || continue
  [ $# -eq 0 ] || [[ " $* " == *" $(basename "$target" .fuzz) "* ]] || continue
  targets+=("$target")
done
for target in "${targets[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
  fuzz "$target" &
done
wait
passed=0 failed=0
for target in "${targets[@]}"; do
  verdict=$build/tests/fuzz/found/$(basename "$target" .fuzz)/verdict
  cat "$verdict"
  if [[ $(head -c 3 "$verdict") == "ok " ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
if [ $((passed + failed)) -eq 0 ]; then
  echo "no fuzz target was built" >&2
  failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

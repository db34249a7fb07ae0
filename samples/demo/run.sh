#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The demonstration practice: installs what is missing, builds, plays one evening of biology and shows it in French.
#   bash samples/demo/run.sh                 leaves the host running, with commands to try next
#   bash samples/demo/run.sh --once          stops everything it started; exits non-zero when an answer is not the known one
#   bash samples/demo/run.sh --once --json   one JSON object on standard output and nothing else
# Environment: RELAIS_PRESET (default release), RELAIS_CORPUS (official examples, ingested too where present).
set -euo pipefail
cd "$(dirname "$0")/../.."

once=0 json=0
for argument in "$@"; do
  case $argument in
    --once) once=1 ;;
    --json) json=1 ;;
    *) echo "Option inconnue : $argument (--once, --json)" >&2; exit 2 ;;
  esac
done
preset=${RELAIS_PRESET:-release}
install=$PWD/build/$preset/install
corpus=${RELAIS_CORPUS:-$PWD/../shared/corpus}
mkdir -p build

bash dependencies.sh build
{
  cmake --preset "$preset"
  cmake --build --preset "$preset" --target relais_apps
  bash plugins/build.sh "$preset"
} >build/demo-build.log 2>&1 || { tail -n 40 build/demo-build.log >&2; exit 1; }

# A fresh practice each time; the one left running by an earlier call is stopped by its own pid file.
if [ "$once" -eq 1 ]; then
  state=$(mktemp -d "$PWD/build/demo-once.XXXXXX")
else
  state=$PWD/build/demo
  earlier=$(cat "$state/host.pid" 2>/dev/null || true)
  # A build since then replaced the program of a host that still runs: the link says so.
  runs() { case "$(readlink "/proc/$earlier/exe" 2>/dev/null)" in "$program" | "$program (deleted)") true ;; *) false ;; esac; }
  program=$(readlink -f "$install/bin/relais-host")
  if [ -n "$earlier" ] && runs; then
    kill "$earlier" 2>/dev/null || true
    # It still writes its database while it stops: nothing is removed under its feet.
    for _ in $(seq 300); do
      runs || break
      sleep 0.1
    done
    if runs; then
      echo "L'hôte lancé plus tôt (processus $earlier) ne s'arrête pas." >&2
      exit 1
    fi
  fi
  rm -rf "$state"
  mkdir -p "$state"
fi
# A Unix socket's path is limited to 107 bytes, which a deep checkout exceeds.
sockets=$(mktemp -d)
address=unix:$sockets/relais.sock
host=
finish() {
  if [ "$once" -eq 1 ] || [ "${shown:-0}" -eq 0 ]; then
    [ -n "$host" ] && kill "$host" 2>/dev/null && wait "$host" 2>/dev/null
    rm -rf "$sockets"
    [ "$once" -eq 1 ] && rm -rf "$state"
  fi
  return 0
}
trap finish EXIT

export RELAIS_PASSWORD=demonstration-relais
"$install/bin/relais-host" init --data "$state/data" --practice "Cabinet de démonstration" --admin admin --demonstration >&2
# The practice's clock starts on a Monday evening at 16:45: the hours written in the fiches matter.
start_host() {  # hour
  setsid "$install/bin/relais-host" run --data "$state/data" --listen "$address" --demonstration-clock "$1" >>"$state/host.log" 2>&1 &
  host=$!
  echo "$host" >"$state/host.pid"
}
start_host 2026-11-23T16:45

arguments=(--address "$address" --plugin "$install/lib/relais/plugins/bio-triage" --rights-plugin "$install/lib/relais/plugins/ald-expiry" --fiches "$state/fiches" --reports "$state/comptes-rendus")
[ -d "$corpus" ] && arguments+=(--corpus "$corpus")
status=0
if [ "$json" -eq 1 ]; then
  "$install/bin/relais-demo" "${arguments[@]}" --json >"$state/soiree.json" || status=$?
else
  "$install/bin/relais-demo" "${arguments[@]}" || status=$?
fi

# Two nights later, on the assistant's next morning: the same practice, opened again.
if [ "$status" -eq 0 ]; then
  kill "$host" && wait "$host" || status=$?
  start_host 2026-11-25T08:35
  arguments=(--address "$address" --today 2026-11-25 --recalls --recall-plugin "$install/lib/relais/plugins/vaccine-recall" --fiches "$state/fiches" --reports "$state/comptes-rendus")
  [ "$json" -eq 1 ] && arguments+=(--json --after "$state/soiree.json")
  "$install/bin/relais-demo" "${arguments[@]}" || status=$?
elif [ "$json" -eq 1 ]; then
  cat "$state/soiree.json"
fi
[ "$status" -ne 0 ] && tail -n 20 "$state/host.log" >&2
shown=1

if [ "$once" -eq 0 ]; then
  # For the commands of README.md: where this practice listens, and its one password.
  printf 'export RELAIS_ADDRESS=%q RELAIS_PASSWORD=%q PATH=%q:"$PATH"\n' "$address" "$RELAIS_PASSWORD" "$install/bin" >"$state/env"
  cat <<TEXT

L'hôte continue (processus $host). À essayer :
  source $state/env
  relais list --account rouault
  relais list --account perrin
  relais fiche explain --account perrin --task bio-triage --action finaliser --doctor rouault
  relais ingest --account logiciel $state/comptes-rendus/bio-01.xml
  relais audit verify --account rouault
  kill $host && rm -rf $(printf %q "$sockets")      # pour tout arrêter
TEXT
fi
exit "$status"

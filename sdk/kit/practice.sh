#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A local host for the author of a plugin: a fictitious practice of two doctors, one assistant and four hundred patients,
# whose doctors have signed their fiches, and one report that nobody has sent yet. Two forms:
#   bash practice.sh FOLDER           makes it in FOLDER, leaves the host running and writes FOLDER/env
#   bash practice.sh FOLDER --stop    stops the host and removes FOLDER
set -euo pipefail
folder=${1:?usage: practice.sh FOLDER [--stop]}
bin=$(cd "$(dirname "$0")/../../../bin" && pwd)

if [ "${2:-}" = --stop ]; then
  sockets=$(cat "$folder/sockets")
  host=$(cat "$folder/host.pid")
  kill "$host" 2>/dev/null || true
  for _ in $(seq 300); do
    kill -0 "$host" 2>/dev/null || break
    sleep 0.1
  done
  rm -rf "$sockets" "$folder"
  exit 0
fi

[ -e "$folder" ] && { echo "$folder existe déjà : rien n'a été changé." >&2; exit 1; }
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# A Unix socket's path is limited to 107 bytes, which a deep folder exceeds.
sockets=$(mktemp -d)
echo "$sockets" >"$folder/sockets"
export RELAIS_ADDRESS=unix:$sockets/relais.sock RELAIS_PASSWORD=cabinet-de-demonstration
"$bin/relais-host" init --data "$folder/data" --practice "Cabinet d'essai" --admin admin --demonstration
# Its clock starts on a Monday evening: the hours written in the fiches matter.
setsid "$bin/relais-host" run --data "$folder/data" --listen "$RELAIS_ADDRESS" --demonstration-clock 2026-11-23T16:45 \
  >"$folder/host.log" 2>&1 &
echo $! >"$folder/host.pid"
if ! "$bin/relais-demo" --prepare --address "$RELAIS_ADDRESS" --fiches "$folder/fiches" --reports "$folder/comptes-rendus"; then
  tail -n 20 "$folder/host.log" >&2
  bash "$0" "$folder" --stop
  exit 1
fi
printf 'export RELAIS_ADDRESS=%q RELAIS_PASSWORD=%q\n' "$RELAIS_ADDRESS" "$RELAIS_PASSWORD" >"$folder/env"
echo "Cabinet prêt : source $folder/env"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Starts LogiCab's reader, or one of LogiCab's own acts:
#   bash samples/record-reader/run.sh reader --base FILE --listen ADDRESS
#   bash samples/record-reader/run.sh logicab --base FILE creer | recevoir FILE VALUE | corriger REPORT VALUE | annuler REPORT
# Needs Debian's python3-grpcio and protobuf-compiler-grpc; the stubs are generated from the public contract.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${1:?reader or logicab}
shift
# Debian's Python: another one on the PATH does not see Debian's packages.
[ "$program" = logicab ] && exec /usr/bin/python3 "$here/logicab.py" "$@"
proto=${RELAIS_PROTO:-$here/../../proto}
stubs=${RELAIS_STUBS:-$here/../../build/clients/record-reader}
mkdir -p "$stubs"
(
  # Two readers that start at once write the same stubs.
  flock 9
  protoc -I "$proto" --python_out="$stubs" --grpc_python_out="$stubs" \
    --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" \
    "$proto"/relais/v1/{common,options,record,record_reader,role}.proto
) 9>"$stubs/.lock"
PYTHONPATH=$stubs exec /usr/bin/python3 "$here/logicab_reader.py" "$@"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates the Python stubs from the public contract, then plays the sample against a running practice:
#   bash samples/clients/python/run.sh REPORT [--software LOGIN] [--doctor LOGIN]
# Needs Debian's python3-grpcio and protobuf-compiler-grpc; RELAIS_ADDRESS and RELAIS_PASSWORD as for the command relais.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
stubs=$root/build/clients/python
mkdir -p "$stubs"
protoc -I "$root/proto" --python_out="$stubs" --grpc_python_out="$stubs" \
  --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" "$root"/proto/relais/v1/*.proto
# Debian's Python: another one on the PATH does not see Debian's packages.
PYTHONPATH=$stubs exec /usr/bin/python3 "$root/samples/clients/python/evening.py" "$@"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes the reference of the public headers, in FOLDER/html: bash sdk/docs/reference.sh FOLDER
# Fails on the first warning of Doxygen's.
set -euo pipefail
mkdir -p "${1:?usage: reference.sh FOLDER}"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
{ cat sdk/docs/Doxyfile; echo "OUTPUT_DIRECTORY = \"$folder\""; } | doxygen -

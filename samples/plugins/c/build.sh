#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the package examens-attendus against an installed SDK and nothing else:
#   bash build.sh PREFIX [FOLDER]     PREFIX: where Relais is installed; the package goes to FOLDER/examens-attendus
# Environment: CC (default gcc), CFLAGS.
set -euo pipefail
prefix=$(cd "${1:?usage: build.sh PREFIX [FOLDER]}" && pwd)
mkdir -p "${2:-packages}"
package=$(cd "${2:-packages}" && pwd)/examens-attendus
cd "$(dirname "$0")"

# [snippet:c-build]
"$prefix/bin/relais-manifest-check" manifest.yaml --id examens-attendus --version 1.0.0
rm -rf "$package" && mkdir "$package"
cp manifest.yaml "$package"
# shellcheck disable=SC2086
"${CC:-gcc}" -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Werror ${CFLAGS:-} -I"$prefix/include" \
  -shared -fPIC -fvisibility=hidden -o "$package/libexamens-attendus.so" examens_attendus.c
# [/snippet:c-build]
echo "$package"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the package hba1c-suivi with Debian's rustc, without a crate, against an installed Relais:
#   bash build.sh PREFIX [FOLDER]     PREFIX: where Relais is installed; the package goes to FOLDER/hba1c-suivi
# Environment: RUSTC (default /usr/bin/rustc).
set -euo pipefail
prefix=$(cd "${1:?usage: build.sh PREFIX [FOLDER]}" && pwd)
mkdir -p "${2:-packages}"
package=$(cd "${2:-packages}" && pwd)/hba1c-suivi
cd "$(dirname "$0")"

"$prefix/bin/relais-manifest-check" manifest.yaml --id hba1c-suivi --version 1.0.0
rm -rf "$package" && mkdir "$package"
cp manifest.yaml "$package"
"${RUSTC:-/usr/bin/rustc}" --edition 2021 --crate-name hba1c_suivi --crate-type cdylib -D warnings -C opt-level=2 -C strip=debuginfo \
  -o "$package/libhba1c-suivi.so" plugin.rs
echo "$package"

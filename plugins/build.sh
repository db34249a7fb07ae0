#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds every plugin of this folder the way an author does: against an installed SDK, never against the source tree.
#   bash plugins/build.sh PRESET
# Installs build/PRESET to build/PRESET/install, then builds plugins/X in build/PRESET/plugins/X and installs its
# package to build/PRESET/install/lib/relais/plugins/ID.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:?usage: plugins/build.sh PRESET}
build=$PWD/build/$preset
prefix=$build/install
cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

cmake --install "$build" --prefix "$prefix" >/dev/null
flags=()
sanitize=$(cached RELAIS_SANITIZE)
# A plugin that is loaded into a sanitized worker is built as the worker is.
[ -z "$sanitize" ] || flags+=("-DCMAKE_CXX_FLAGS=-fsanitize=$sanitize -fno-omit-frame-pointer -fno-sanitize-recover=all")

for project in plugins/*/CMakeLists.txt; do
  source=$(dirname "$project")
  out=$build/plugins/$(basename "$source")
  cmake -G Ninja -S "$source" -B "$out" \
    -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_BUILD_TYPE="$(cached CMAKE_BUILD_TYPE)" \
    -DCMAKE_CXX_COMPILER="$(cached CMAKE_CXX_COMPILER)" \
    -DCMAKE_CXX_COMPILER_LAUNCHER="$(cached CMAKE_CXX_COMPILER_LAUNCHER)" "${flags[@]}"
  cmake --build "$out"
  cmake --install "$out" --prefix "$prefix"
done

# A plugin exports one symbol and nothing else, whatever it links.
for library in "$prefix"/lib/relais/plugins/*/lib*.so; do
  exported=$(nm -D --defined-only "$library" | awk '{print $3}' | sort | tr '\n' ' ')
  [ "$exported" = "relais_plugin_entry " ] || { echo "$library exports: $exported" >&2; exit 1; }
done

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what Relais is built and tested with on Debian 12, and nothing when all is there.
#   bash dependencies.sh build   to build and run
#   bash dependencies.sh test    the same, and what the tests need
# Why each library is here is said beside its find_package in host/cmake/RelaisDependencies.cmake.
set -euo pipefail

build=(
  g++ cmake ninja-build ccache pkg-config ca-certificates binutils
  libgrpc++-dev protobuf-compiler-grpc protobuf-compiler libprotobuf-dev
  libboost-dev libboost-filesystem-dev
  libspdlog-dev libfmt-dev libexpected-dev libcli11-dev
  libsoci-dev libsqlite3-dev libpq-dev
  libyaml-cpp-dev nlohmann-json3-dev libvalijson-dev libpugixml-dev libexpat1-dev
  libsodium-dev libarchive-dev libseccomp-dev prometheus-cpp-dev libhowardhinnant-date-dev tzdata libicu-dev
  libical-dev
  catch2 librapidcheck-dev
)
test=(
  clang-16 libclang-rt-16-dev   # second compiler, sanitizers, fuzzers
  lld                           # links the test programs several times as fast as ld
  postgresql-15                 # the store's contract suite starts a private server
  openssl                       # certificates of the TLS tests
  python3-grpcio                # the Python client of samples/clients
  rustc                         # the plugin in Rust of samples/plugins
  abigail-tools                 # abidiff: the plugin ABI against its baseline
  doxygen                       # the reference of the SDK
  mmdebstrap dpkg-dev           # the Debian packages, installed in a clean root
  python3-vobject radicale      # our agendas read by another reader, and kept by a CalDAV server
)

wanted=("${build[@]}")
[ "${1:-build}" = test ] && wanted+=("${test[@]}")
# buf comes from npm; a machine that has npm from elsewhere keeps it.
if [ "${1:-build}" = test ] && ! command -v npm >/dev/null; then wanted+=(nodejs npm); fi

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

# sudo drops the environment, so what apt-get must know is given on its command line.
as_root=(env DEBIAN_FRONTEND=noninteractive)
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Missing packages, and neither root nor sudo to install them: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo "${as_root[@]}")
fi
echo "Installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >&2

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Debian packages: made from a build, looked into, installed in a root that holds nothing but Debian 12, started
# there as the unit starts them, with a plugin of the third package loaded in its worker.
#   bash tests/kits/packages.sh BUILD      BUILD: build/dev, after plugins/build.sh dev
# Ends with "N passed, M failed, K skipped". A clean root needs root and mmdebstrap.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/kits/checks.bash
build=$PWD/${1:-build/dev}
debs=$work/debs root=$work/root

made() {
  (cd "$work" && cpack -G DEB --config "$build/CPackConfig.cmake" -B "$debs") &&
    [ "$(cd "$debs" && ls ./*.deb | sed 's/_.*//' | sort | tr '\n' ' ')" = "./relais-host ./relais-plugins ./relais-sdk-dev " ]
}
holds() {  # package path …
  local package=$1 path
  shift
  dpkg-deb --contents "$debs/$package"_*.deb | awk '{print $6}' >"$work/contents"
  for path in "$@"; do grep -qx "\./$path" "$work/contents" || { echo "$package lacks $path"; return 1; }; done
}
complete() {
  holds relais-host usr/bin/relais usr/bin/relais-host usr/bin/relais-worker usr/lib/systemd/system/relais-host.service \
    usr/lib/sysusers.d/relais.conf usr/share/relais/relais-host.toml &&
    holds relais-sdk-dev usr/include/relais/relais.h usr/include/relais/host.h usr/include/relais/v1/worklist.grpc.pb.h \
      usr/lib/cmake/relais-sdk/relais-sdk-config.cmake usr/lib/cmake/relais-host/relais-host-config.cmake \
      usr/share/relais/proto/relais/v1/worklist.proto usr/bin/relais-manifest-check &&
    holds relais-plugins usr/lib/relais/plugins/bio-triage/manifest.yaml usr/lib/relais/plugins/ald-expiry/manifest.yaml \
      usr/lib/relais/plugins/vaccine-recall/manifest.yaml usr/bin/relais-vaccine
}
# Every library that a program needs comes from a package that it depends on: that is what the clean root shows.
installed() {
  mmdebstrap --quiet --variant=minbase --include=systemd \
    --customize-hook='mkdir "$1/debs"' --customize-hook="cp '$debs'/*.deb \"\$1/debs\"" \
    --customize-hook='chroot "$1" sh -c "apt-get install -y --no-install-recommends /debs/relais-host_*.deb /debs/relais-plugins_*.deb"' \
    bookworm "$root"
}
inside() { unshare --mount --pid --fork --root="$root" --mount-proc "$@"; }
left_alone() {
  inside sh -c '
    [ "$(stat -c "%a %U" /var/lib/relais)" = "700 relais" ] && [ -f /etc/relais/relais-host.toml ] &&
    [ -z "$(ls /etc/systemd/system/multi-user.target.wants 2>/dev/null | grep relais)" ]'
}
unit_is_sound() {
  inside systemd-analyze verify --man=no relais-host.service &&
    inside systemd-analyze security --offline=true --threshold=20 relais-host.service
}
runs() {
  cat >"$root/smoke.sh" <<'SMOKE'
set -e
install -d -m 0700 -o relais -g relais /run/relais
# One command and no function: in the background, a function would be a shell of its own, which gets the signal instead.
as=(setpriv --reuid=relais --regid=relais --clear-groups env RELAIS_PASSWORD=un-mot-de-passe-long RELAIS_ADDRESS=unix:/run/relais/relais.sock)
"${as[@]}" relais-host init --data /var/lib/relais/cabinet --practice Essai
"${as[@]}" relais-host --config /etc/relais/relais-host.toml run >/tmp/host.log 2>&1 &
until grep -q 'Relais est prêt' /tmp/host.log; do
  kill -0 $! || { cat /tmp/host.log; exit 1; }
  sleep 0.1
done
"${as[@]}" relais plugin install /usr/lib/relais/plugins/bio-triage --account admin
"${as[@]}" relais plugin status bio-triage --account admin
kill %1
wait %1 || { echo "the host ended with $?"; cat /tmp/host.log; exit 1; }
SMOKE
  inside bash /smoke.sh >"$work/smoke" 2>&1 || { cat "$work/smoke"; return 1; }
  cat "$work/smoke"
  grep -q 'bio-triage' "$work/smoke"
}
purged() {
  inside sh -c 'dpkg --purge relais-plugins relais-host >/dev/null && [ ! -e /etc/relais ] &&
    [ -f /var/lib/relais/cabinet/practice.yaml ] && [ ! -e /usr/bin/relais-host ]'
}

check "three packages are made from one build" made
check "each package holds what its users need" complete
if [ "$(id -u)" -eq 0 ] && command -v mmdebstrap >/dev/null; then
  check "the packages install in a clean Debian 12" installed
  check "installing starts nothing and gives the practice's folder to one account" left_alone
  check "the unit is sound and exposes little" unit_is_sound
  check "the installed host makes a practice, serves it and loads a plugin" runs
  check "a purge leaves the practice's folder, which is health data" purged
else
  skip "the packages in a clean Debian 12" "needs root and mmdebstrap"
fi
summary

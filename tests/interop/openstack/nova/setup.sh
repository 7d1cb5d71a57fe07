#!/usr/bin/env bash
# Builds, once, what start.sh needs to run a real Nova: Debian 12's packages, unpacked beside those of ../setup.sh, whose
# Keystone and Python it uses, and templates of its databases. Nothing is installed into the system; no root needed.
#
#   setup.sh BASE          BASE/template.nova.{keystone,api,cell,placement}.sqlite        BASE/nova.json (mode 600)
#
# Exit statuses as ../setup.sh has them: 75 where the packages cannot be had.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
base=${1:?usage: setup.sh BASE}
bash "$here/../setup.sh" "$base" bookworm
base=$(cd "$base" && pwd)
log=$base/log/setup-nova.log
build=$base/build-nova

say() { printf '[openstack] %s\n' "$*" >&2; }
cannot() { say "$*"; exit 75; }

exec 9>"$base/lock"
flock 9

# The stamp is the scripts that make the templates, and the Keystone they were made from.
made_by=$(cat "$here"/{setup,config}.sh "$here"/../python/make_*.py "$base/seed.json" | sha256sum | cut -c1-16)
[ "$(cat "$base/ready-nova" 2>/dev/null)" = "$made_by" ] && exit 0

# The closure, less what setup.sh has already, and what is only used with hypervisors, stores and message servers that are not
# here, builds packages, or is not on this path at all.
packages() {
  apt-get -c "$base/apt/conf" install -s python3-nova nova-common python3-placement placement-common 2>>"$log" |
    awk '$1 == "Inst" { print $2 }' | grep -Ev -f "$here/../not-needed" |
    grep -Evx 'python3-(apt|distutils|lib2to3|networkx|dbus|gi|brotli|numpy|scipy|matplotlib|pil.*|libvirt|hacking|pytest.*|ceph.*|rados|rbd|rgw|mypy.*|grpcio|etcd3.*|kazoo|mysqldb|kerberos|zake|q-text-as-data)|lib(ceph|rados|rbd|virt|boost|mariadb|blas|lapack|gfortran|python|avahi|nl-|rdma|ibverbs).*|qemu.*' |
    grep -Evxf <(cut -d ' ' -f 1 "$base/versions") || true
  printf '%s\n' python3-pyroute2 python3-psutil libsodium23
}

if [ ! -e "$base/unpacked-nova" ]; then
  mkdir -p "$base"/apt/{lists,cache}
  apt-get -c "$base/apt/conf" -qq update >>"$log" 2>&1 || cannot "no package list of bookworm: see $log"
  packages | sort -u >"$base/packages-nova"
  [ "$(wc -l <"$base/packages-nova")" -gt 30 ] || cannot "Nova's packages cannot be reckoned: see $log"
  mkdir -p "$base/debs-nova"
  missing=()
  while read -r name; do
    compgen -G "$base/debs-nova/${name}_*.deb" >/dev/null || missing+=("$name")
  done <"$base/packages-nova"
  if [ ${#missing[@]} -gt 0 ]; then
    say "downloading ${#missing[@]} more packages of bookworm"
    (cd "$base/debs-nova" && apt-get -c "$base/apt/conf" -qq download "${missing[@]}") >>"$log" 2>&1 ||
      cannot "Debian's packages of Nova could not be downloaded: see $log"
  fi
  say "unpacking Nova"
  find "$base/debs-nova" -name '*.deb' -print0 | xargs -0 -P 2 -n 8 bash -c 'for deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$0" \
    --no-same-owner --keep-directory-symlink --exclude "./usr/share/doc*" --exclude "./usr/share/man*" --exclude "*/dist-packages/*/locale/*" || exit 255; done' "$base/root"
  PYTHONDONTWRITEBYTECODE='' "$base/py" -m compileall -q -j 2 -x '/(tests|test|testing|libvirt|vmwareapi|hyperv|ironic|zvm)/' \
    "$base/root/usr/lib/python3/dist-packages" >>"$log" 2>&1 || true
  touch "$base/unpacked-nova"
  [ "${DEBS:-drop}" = keep ] || rm -rf "$base/debs-nova" "$base/apt/lists" "$base/apt/cache"
fi

export MUSTER_MODULES=$here/../python
python=("$base/py")

# shellcheck source=../config.sh
. "$here/../config.sh"
# shellcheck source=config.sh
. "$here/config.sh"
rm -rf "$build" "$base"/template.nova.*
mkdir -p "$build"
say "Nova in Keystone's catalogue"
keystone_conf "$base" "$build" 0 3600 >"$build/keystone.conf"
cp "$base/template.keystone.sqlite" "$build/keystone.sqlite"
"${python[@]}" -m make_nova_login "$build/keystone.conf" "$base" >>"$log" 2>&1 ||
  { say "Nova could not be added to Keystone's database: see $log"; exit 1; }
say "Nova's and Placement's databases"
nova_conf "$base" "$build" 0 0 0 unused >"$build/nova.conf"
placement_conf "$build" 0 unused >"$build/placement.conf"
"${python[@]}" -m make_placement "$build/placement.conf" >>"$log" 2>&1 &
placement=$!
"${python[@]}" -m make_nova "$build/nova.conf" >>"$log" 2>&1 || { say "Nova's databases could not be made: see $log"; exit 1; }
wait "$placement" || { say "Placement's database could not be made: see $log"; exit 1; }
mv "$build/keystone.sqlite" "$base/template.nova.keystone.sqlite"
mv "$build/nova_api.sqlite" "$base/template.nova.api.sqlite"
mv "$build/nova_cell1.sqlite" "$base/template.nova.cell.sqlite"
mv "$build/placement.sqlite" "$base/template.nova.placement.sqlite"
printf '%s' "$made_by" >"$base/ready-nova"
say "Nova is ready in $base"

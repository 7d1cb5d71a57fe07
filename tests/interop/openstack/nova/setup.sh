#!/usr/bin/env bash
# Builds, once, what start.sh needs to run a real Nova: Debian 12's packages, unpacked beside those of ../setup.sh, whose
# Keystone it uses, and templates of its databases. Nothing is installed into the system; no root needed.
#
#   setup.sh BASE          BASE/template.nova.{keystone,api,cell,placement}.sqlite        BASE/nova.json (mode 600)
#
# Exit statuses as ../setup.sh has them: 75 where the packages cannot be had.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
base=${1:?usage: setup.sh BASE}
bash "$here/../setup.sh" "$base"
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

packages() {
  local wanted="python3-nova nova-common python3-placement placement-common"
  : >"$base/build/no-packages"
  apt-get install -s --no-install-recommends -o Dir::State::status="$base/build/no-packages" $wanted 2>>"$log" |
    awk '$1 == "Inst" && $2 ~ /^python3-/ { print $2 }' |
    # Only used with hypervisors, stores and message servers that are not here, to build packages, or not on this path at all.
    grep -Evx 'python3-(apt|minimal|distutils|lib2to3|sphinx|alabaster|snowballstemmer|imagesize|docker|gevent|psycopg2|confluent-kafka|networkx|roman|docutils|dbus|gi|brotli|numpy|scipy|matplotlib|pil.*|libvirt|hacking|pytest.*|ceph.*|rados|rbd|rgw|mypy.*|grpcio|etcd3.*|kazoo|mysqldb|kerberos|zake|q-text-as-data)' || true
  printf '%s\n' nova-common placement-common os-brick-common
}

if [ ! -e "$base/unpacked-nova" ]; then
  packages | sort -u >"$base/build/packages-nova"
  [ "$(wc -l <"$base/build/packages-nova")" -gt 100 ] || cannot "apt knows no python3-nova or python3-placement"
  mkdir -p "$base/debs-nova"
  missing=()
  while read -r name; do
    compgen -G "$base/debs*/${name}_*.deb" >/dev/null || missing+=("$name")
  done <"$base/build/packages-nova"
  if [ ${#missing[@]} -gt 0 ]; then
    say "downloading ${#missing[@]} more Debian packages"
    (cd "$base/debs-nova" && apt-get -qq -o Acquire::Retries=2 download "${missing[@]}") >>"$log" 2>&1 ||
      cannot "Debian's packages of Nova could not be downloaded: see $log"
  fi
  say "unpacking Nova"
  find "$base/debs-nova" -name '*.deb' -print0 | xargs -0 -P 2 -n 8 sh -c 'for deb; do dpkg-deb -x "$deb" "$0" || exit 255; done' "$base/root"
  /usr/bin/python3 -m compileall -q -j 2 -x '/(tests|test|testing|libvirt|vmwareapi|hyperv|ironic|zvm)/' \
    "$base/root/usr/lib/python3/dist-packages" >>"$log" 2>&1 || true
  touch "$base/unpacked-nova"
fi

# The packages are shared by all checkouts, the modules beside them are this one's.
cat >"$base/py-of" <<SH
#!/bin/sh
# py-of FOLDER ...: Debian's unpacked Python with the modules of a folder
export PYTHONPATH="\$1:$base/root/usr/lib/python3/dist-packages" PYTHONNOUSERSITE=1 PYTHONWARNINGS=ignore
export PYTHONDONTWRITEBYTECODE=1 LD_LIBRARY_PATH='$base/root/usr/lib/x86_64-linux-gnu'
shift
exec /usr/bin/python3 -s "\$@"
SH
chmod 700 "$base/py-of"
python=("$base/py-of" "$here/../python")

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

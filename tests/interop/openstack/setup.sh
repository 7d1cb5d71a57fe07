#!/usr/bin/env bash
# Builds, once, what start.sh needs to run a real Keystone and a real Trove: Debian 12's own packages, unpacked in a
# folder of their own, and a template of each service's database. Nothing is installed into the system; no root needed.
#
#   setup.sh BASE          BASE/debs   the downloaded packages        BASE/root  the same, unpacked (about 300 MB)
#                          BASE/keys   Keystone's signing keys        BASE/template.{keystone,trove}.sqlite
#                          BASE/seed.json   ids and passwords of the seeded users (mode 600)
#
# A second call finds everything done and takes no time. Exit status 75: the packages cannot be had on this machine
# (not Debian 12, or no mirror in reach), so that a test can skip with that reason; any other failure is a fault.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
base=${1:?usage: setup.sh BASE}
mkdir -p "$base"/{debs,root,keys/fernet,keys/credential,build,log}
base=$(cd "$base" && pwd)
log=$base/log/setup.log

say() { printf '[openstack] %s\n' "$*" >&2; }
cannot() { say "$*"; exit 75; }

# Two test files may ask at the same moment; the second one waits and finds the work done.
exec 9>"$base/lock"
flock 9

# The stamp is the scripts that make the templates: an edited script builds them anew.
made_by=$(cat "$here"/{setup,config}.sh "$here"/python/build_*.py | sha256sum | cut -c1-16)
[ "$(cat "$base/ready" 2>/dev/null)" = "$made_by" ] && exit 0

for tool in apt-get dpkg-deb flock; do
  command -v "$tool" >/dev/null || cannot "$tool is not there: Debian's packages cannot be had on this system"
done
[ "$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = 3.11 ] ||
  cannot "/usr/bin/python3 is not Debian 12's Python 3.11"

packages() {
  # The closure is counted from an empty system, so that no Python package of this machine is mixed in; of the shared
  # libraries only those are taken that this machine lacks.
  local wanted="python3-keystone python3-trove trove-common python3-troveclient python3-openstackclient python3-proboscis"
  : >"$base/build/no-packages"
  apt-get install -s --no-install-recommends -o Dir::State::status="$base/build/no-packages" $wanted 2>>"$log" |
    awk '$1 == "Inst" && $2 ~ /^python3-/ { print $2 }' |
    # Only used to build guest images, documentation and packages, or not on this path at all.
    grep -Evx 'python3-(apt|minimal|distutils|lib2to3|sphinx|alabaster|snowballstemmer|imagesize|docker|diskimage-builder|flake8|pyflakes|pycodestyle|mccabe|gevent|psycopg2|confluent-kafka|networkx|roman|docutils|dbus|gi|brotli|numpy|scipy|matplotlib)' || true
  printf '%s\n' trove-common pycadf-common python-babel-localedata
  apt-get install -s --no-install-recommends $wanted 2>>"$log" |
    awk '$1 == "Inst" && $2 ~ /^lib(ldap|sasl2|xmlsec|xml2|xslt|icu|yaml|ffi|sodium)/ { print $2 }' || true
}

if [ ! -e "$base/unpacked" ]; then
  packages | sort -u >"$base/build/packages"
  [ "$(wc -l <"$base/build/packages")" -gt 100 ] ||
    cannot "apt knows no python3-keystone or python3-trove (are Debian 12's package lists there? apt-get update)"
  missing=()
  while read -r name; do
    compgen -G "$base/debs/${name}_*.deb" >/dev/null || missing+=("$name")
  done <"$base/build/packages"
  if [ ${#missing[@]} -gt 0 ]; then
    say "downloading ${#missing[@]} Debian packages"
    (cd "$base/debs" && apt-get -qq -o Acquire::Retries=2 download "${missing[@]}") >>"$log" 2>&1 ||
      cannot "Debian's packages could not be downloaded: see $log"
  fi
  say "unpacking"
  find "$base/debs" -name '*.deb' -print0 | xargs -0 -P 2 -n 8 sh -c 'for deb; do dpkg-deb -x "$deb" "$0" || exit 255; done' "$base/root"
  site=$base/root/usr/lib/python3/dist-packages
  # Without byte code each start would take some fifteen seconds longer. Tests of other projects are not compiled.
  /usr/bin/python3 -m compileall -q -j 2 -x '/(tests|test|testing)/' "$site" >>"$log" 2>&1 || true
  /usr/bin/python3 -m compileall -q "$site/trove/tests/fakes" >>"$log" 2>&1 || true
  touch "$base/unpacked"
fi

# Every Python of this folder runs through this: Debian's unpacked modules, nothing of the user's, no warnings.
cat >"$base/py" <<SH
#!/bin/sh
export PYTHONPATH='$here/python:$base/root/usr/lib/python3/dist-packages' PYTHONNOUSERSITE=1 PYTHONWARNINGS=ignore
export PYTHONDONTWRITEBYTECODE=1 LD_LIBRARY_PATH='$base/root/usr/lib/x86_64-linux-gnu'
exec /usr/bin/python3 -s "\$@"
SH
chmod 700 "$base/py"
for tool in openstack trove; do
  printf '#!/bin/sh\nexec "%s/py" "%s/root/usr/bin/%s" "$@"\n' "$base" "$base" "$tool" >"$base/$tool"
  chmod 700 "$base/$tool"
done

say "Keystone's database"
# shellcheck source=config.sh
. "$here/config.sh"
rm -f "$base"/build/*.sqlite* "$base"/build/*.conf "$base"/template.*
keystone_conf "$base" "$base/build" 0 3600 >"$base/build/keystone.conf"
"$base/py" -m build_keystone "$base/build/keystone.conf" "$base" >>"$log" 2>&1 ||
  { say "Keystone's database could not be made: see $log"; exit 1; }
say "Trove's database"
trove_conf "$base" "$base/build" 0 0 "unused" >"$base/build/trove.conf"
"$base/py" -m build_trove "$base/build/trove.conf" "$base/root" >>"$log" 2>&1 ||
  { say "Trove's database could not be made: see $log"; exit 1; }
mv "$base/build/keystone.sqlite" "$base/template.keystone.sqlite"
mv "$base/build/trove.sqlite" "$base/template.trove.sqlite"
printf '%s' "$made_by" >"$base/ready"
say "ready in $base"

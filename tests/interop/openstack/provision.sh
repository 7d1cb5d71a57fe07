#!/usr/bin/env bash
# Makes the templates that start.sh copies, from the packages that setup.sh unpacked: a Keystone database with users, projects,
# roles, catalogue and application credentials, and a Trove database with datastores, versions and parameter rules.
#
#   provision.sh BASE      BASE/keys   Keystone's signing keys      BASE/template.{keystone,trove}.sqlite
#                          BASE/seed.json   ids and passwords of the seeded users (mode 600)
#
# Does nothing when they are there and were made by these same scripts.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
base=$(cd "${1:?usage: provision.sh BASE}" && pwd)
log=$base/log/setup.log
say() { printf '[openstack] %s\n' "$*" >&2; }
export MUSTER_MODULES=$here/python
[ -e "$base/unpacked" ] || { say "setup.sh comes first"; exit 1; }
mkdir -p "$base"/{keys/fernet,keys/credential,build}

made_by=$(cat "$here"/{provision,config}.sh "$here"/python/build_*.py | sha256sum | cut -c1-16)
[ "$(cat "$base/ready" 2>/dev/null)" = "$made_by" ] && exit 0

# Every Python of this folder runs through this: the unpacked Python on the C library unpacked beside it, started by that
# library's own loader, as the machine's is older; nothing of the user's or the machine's Python, no warnings. A program that is
# started from it gets the machine's libraries again, as nothing is passed on in the environment. The packages are shared by all
# checkouts, so the modules beside this script are named by who starts it, in MUSTER_MODULES.
shopt -s nullglob
python=$(printf '%s\n' "$base"/root/usr/bin/python3.[0-9]* | grep -v config | sort -V | tail -n 1)
loaders=("$base"/root/usr/lib/*/ld-linux-*.so.* "$base"/root/lib/*/ld-linux-*.so.*)
loader=${loaders[0]:-}
[ -n "$python" ] && [ -n "$loader" ] || { say "no Python or no C library in $base/root"; exit 1; }
triplet=$(basename "$(dirname "$loader")")
cat >"$base/py" <<SH
#!/bin/sh
export PYTHONPATH="\${MUSTER_MODULES-}" PYTHONNOUSERSITE=1 PYTHONWARNINGS=ignore PYTHONDONTWRITEBYTECODE=1
unset PYTHONHOME LD_LIBRARY_PATH LD_PRELOAD
export OPENSSL_CONF=/dev/null OPENSSL_MODULES='$base/root/usr/lib/$triplet/ossl-modules' MUSTER_PY='$base/py'
exec '$loader' --library-path '$base/root/usr/lib/$triplet:$base/root/lib/$triplet' '$python' -s "\$@"
SH
chmod 700 "$base/py"
for tool in openstack trove; do
  [ -e "$base/root/usr/bin/$tool" ] || continue
  printf '#!/bin/sh\nexec "%s/py" "%s/root/usr/bin/%s" "$@"\n' "$base" "$base" "$tool" >"$base/$tool"
  chmod 700 "$base/$tool"
done

if [ ! -e "$base/compiled" ]; then
  # Without byte code each start would take some fifteen seconds longer. Tests of other projects are not compiled.
  say "byte-compiling"
  lib=$base/root/usr/lib
  PYTHONDONTWRITEBYTECODE='' "$base/py" -m compileall -q -x '/(tests?|testing|idlelib|lib2to3|unittests)/' "$lib/python3/dist-packages" \
    "$lib/$(basename "$python")" >>"$log" 2>&1 || true
  PYTHONDONTWRITEBYTECODE='' "$base/py" -m compileall -q "$lib/python3/dist-packages/trove/tests/fakes" >>"$log" 2>&1 || true
  touch "$base/compiled"
fi

# shellcheck source=config.sh
. "$here/config.sh"
rm -f "$base"/build/*.sqlite* "$base"/build/*.conf "$base"/template.*
say "Keystone's database"
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
[ "${DEBS:-drop}" = keep ] || rm -rf "$base/debs" "$base/apt/lists" "$base/apt/cache"
say "ready in $base: $(grep -E '^python3-(keystone|trove) ' "$base/versions" | tr '\n' ' ')on Python ${python##*python}"

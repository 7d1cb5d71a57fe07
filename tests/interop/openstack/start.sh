#!/usr/bin/env bash
# Starts one Keystone and one Trove of the release that is in BASE, both with fresh copies of its templates, and returns when
# both answer.
#
#   start.sh BASE RUN KEYSTONE_PORT TROVE_PORT [FAKEAUTH_PORT]
#
# RUN is this pair's own folder: configuration, databases, logs, and pids, which stop.sh RUN ends. Several pairs run side
# by side on ports of their own. Everything listens on 127.0.0.1 only. With FAKEAUTH_PORT the same Trove also answers
# there behind Trove's own fake Keystone filter, for which a token is a project's name.
# Environment: TOKEN_SECONDS (3600) how long a token lives; RATE (100000) requests a minute; MAX_INSTANCES (55);
# PACE (4) how fast the stand-ins are; SERVICES (keystone trove) which of the two to start; OWNER_PID (none) the process
# with which both end, however it ends.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 4 ] || { echo "usage: start.sh BASE RUN KEYSTONE_PORT TROVE_PORT [FAKEAUTH_PORT]" >&2; exit 2; }
base=$(cd "$1" && pwd)
mkdir -p "$2"
run=$(cd "$2" && pwd)
"$here/stop.sh" "$run"                           # a second start in the same folder begins anew
export MUSTER_MODULES=$here/python
keystone_port=$3 trove_port=$4 fakeauth_port=${5:-}
# shellcheck source=config.sh
. "$here/config.sh"
# shellcheck source=launch.sh
. "$here/launch.sh"

field() { "$base/py" -c 'import json, sys; print(json.load(open(sys.argv[1]))["users"][sys.argv[2]]["password"])' "$base/seed.json" "$1"; }

cp "$base/template.keystone.sqlite" "$run/keystone.sqlite"
cp "$base/template.trove.sqlite" "$run/trove.sqlite"
# The templates know no ports.
"$base/py" - "$run/keystone.sqlite" "$keystone_port" "$trove_port" <<'PY'
import sqlite3
import sys
path, keystone, trove = sys.argv[1:]
with sqlite3.connect(path) as link:
    for host, port in (('keystone.invalid', keystone), ('trove.invalid', trove)):
        link.execute('update endpoint set url = replace(url, ?, ?)', (host, '127.0.0.1:' + port))
PY
keystone_conf "$base" "$run" "$keystone_port" "${TOKEN_SECONDS:-3600}" >"$run/keystone.conf"
trove_conf "$base" "$run" "$keystone_port" "$trove_port" "$(field trove)" >"$run/trove.conf"
paste=$base/root/usr/share/trove-common/api-paste.ini
cp "$paste" "$run/api-paste.ini"
sed 's/keystonemiddleware\.auth_token:filter_factory/trove.tests.fakes.keystone:filter_factory/' "$paste" >"$run/api-paste-fakeauth.ini"

services=" ${SERVICES:-keystone trove} "
# At the same time: each takes about three seconds to import its modules.
case $services in *" keystone "*)
  launch keystone "$base/py" -m serve_keystone "$run/keystone.conf" "$keystone_port" ;;
esac
case $services in *" trove "*)
  FAKEAUTH_PORT=$fakeauth_port FAKEAUTH_PASTE=$run/api-paste-fakeauth.ini PACE=${PACE:-4} \
    launch trove "$base/py" -m serve_trove --config-file "$run/trove.conf" ;;
esac
case $services in *" keystone "*) await keystone "$keystone_port" ;; esac
case $services in *" trove "*) await trove "$trove_port" ;; esac

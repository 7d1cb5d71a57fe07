#!/usr/bin/env bash
# Starts one Keystone and one Nova, both fresh copies of setup.sh's templates, and returns when both answer.
#
#   start.sh BASE RUN KEYSTONE_PORT NOVA_PORT BEHIND_PORT
#
# RUN is this pair's own folder, as ../start.sh has it; ../stop.sh RUN ends it. On BEHIND_PORT is what Nova itself asks:
# the real Placement, and stand-ins for Neutron and Glance. Everything listens on 127.0.0.1 only.
# Environment: TOKEN_SECONDS (3600) how long a token lives; HYPERVISOR_SECONDS (0.2) how long each piece of a hypervisor's
# work takes; QUOTA_INSTANCES (200); MAX_LIMIT (1000) records in a page; RECLAIM (0): above zero deletes are soft;
# OWNER_PID (none) the process with which both end, however it ends.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 5 ] || { echo "usage: start.sh BASE RUN KEYSTONE_PORT NOVA_PORT BEHIND_PORT" >&2; exit 2; }
base=$(cd "$1" && pwd)
mkdir -p "$2"/{locks,policy.d}
run=$(cd "$2" && pwd)
keystone_port=$3 nova_port=$4 behind_port=$5
# shellcheck source=../config.sh
. "$here/../config.sh"
# shellcheck source=config.sh
. "$here/config.sh"
# shellcheck source=../launch.sh
. "$here/../launch.sh"

password=$("$base/py" -c 'import json, sys; print(json.load(open(sys.argv[1]))["password"])' "$base/nova.json")
cp "$base/template.nova.keystone.sqlite" "$run/keystone.sqlite"
cp "$base/template.nova.api.sqlite" "$run/nova_api.sqlite"
cp "$base/template.nova.cell.sqlite" "$run/nova_cell0.sqlite"
cp "$base/template.nova.cell.sqlite" "$run/nova_cell1.sqlite"
cp "$base/template.nova.placement.sqlite" "$run/placement.sqlite"
# The templates know neither ports nor folders.
"$base/py" - "$run" "$keystone_port" "$nova_port" "$behind_port" <<'PY'
import sqlite3
import sys
run, keystone, nova, behind = sys.argv[1:]
with sqlite3.connect(run + '/keystone.sqlite') as link:
    for host, port in (('keystone.invalid', keystone), ('nova.invalid', nova), ('behind.invalid', behind)):
        link.execute('update endpoint set url = replace(url, ?, ?)', (host, '127.0.0.1:' + port))
with sqlite3.connect(run + '/nova_api.sqlite') as link:
    link.execute("update cell_mappings set database_connection = 'sqlite:///' || ? || '/nova_' || name || '.sqlite?timeout=30'", (run,))
for name in ('nova_api', 'nova_cell0', 'nova_cell1', 'placement', 'keystone'):
    sqlite3.connect('%s/%s.sqlite' % (run, name)).execute('pragma journal_mode=wal')
PY
keystone_conf "$base" "$run" "$keystone_port" "${TOKEN_SECONDS:-3600}" >"$run/keystone.conf"
nova_conf "$base" "$run" "$keystone_port" "$nova_port" "$behind_port" "$password" >"$run/nova.conf"
placement_conf "$run" "$keystone_port" "$password" >"$run/placement.conf"

export MUSTER_MODULES=$here/../python
python=("$base/py")
launch keystone "${python[@]}" -m serve_keystone "$run/keystone.conf" "$keystone_port"
# At the same time: Nova waits for Keystone once its modules are imported.
HYPERVISOR_SECONDS=${HYPERVISOR_SECONDS:-0.2} \
  launch nova "${python[@]}" -m serve_nova "$run/nova.conf" "$run/placement.conf" "$behind_port"
await keystone "$keystone_port"
await nova "$nova_port"

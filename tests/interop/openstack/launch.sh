# Starting servers and waiting for them. Sourced by the scripts that start some; they set `run`, the folder of what they start,
# and `here`.
# shellcheck shell=bash

launch() { # name, command...
  local name=$1
  shift
  setsid "$@" >"$run/$name.out" 2>&1 </dev/null &
  echo $! >"$run/$name.pid"
}

await() { # name, port
  local pid until=$((SECONDS + 120))
  pid=$(cat "$run/$1.pid")
  # Three to ten seconds, and many times that on a machine that is busy.
  while [ $SECONDS -lt $until ]; do
    # Any answer will do: Keystone's root is a 300, the others' a 200.
    curl -s -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$2/" && return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  echo "[openstack] $1 did not come up:" >&2
  tail -n 12 "$run/$1.out" >&2
  "$(dirname "${BASH_SOURCE[0]}")/stop.sh" "$run"
  return 1
}

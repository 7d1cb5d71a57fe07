#!/usr/bin/env bash
# stop.sh RUN: ends the servers that start.sh started in that folder, by the pids it wrote there, and nothing else.
run=$(cd "${1:?usage: stop.sh RUN}" && pwd) || exit 1

# A pid may have been given to another process since; ours has the folder in its command line.
ours() { kill -0 "$1" 2>/dev/null && { tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null | grep -qF -- "$run/"; }

for file in "$run"/*.pid; do
  [ -s "$file" ] || continue
  pid=$(cat "$file")
  if ours "$pid"; then
    kill -TERM "$pid"
    for _ in $(seq 20); do
      ours "$pid" || break
      sleep 0.1
    done
    ours "$pid" && kill -KILL "$pid"
  fi
  rm -f "$file"
done
exit 0

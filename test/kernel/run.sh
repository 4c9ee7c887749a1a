#!/bin/bash
# The shelf "kernel": here where cgroups of version 2 have controllers and nobody else manages their root (no systemd, no
# container), else in a virtual machine of which that is true. Arguments go to vitest.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
has() { case " $(cat "$root/cgroup.controllers" 2>/dev/null) " in *" $1 "*) ;; *) return 1 ;; esac; }
is_ours() { [ "$(id -u)" = 0 ] && [ ! -d /run/systemd/system ] && [ ! -e "$root/cgroup.type" ]; }
if is_ours && has cpu && has memory && has pids; then
  exec "$here/../../node_modules/.bin/vitest" run --project kernel "$@"
fi
exec "$here/vm/run.sh" "$@"

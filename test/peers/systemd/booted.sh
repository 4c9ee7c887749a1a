#!/bin/bash
# reeve under a booted systemd, in namespaces of its own (needs root, cgroup2, util-linux, systemd, and a built dist/).
# Run by hand: it is no part of `npm test`, since few containers may boot a systemd. Ends with "N passed, N failed".
set -u
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)
node=$(readlink -f "$repository/node_modules/node/bin/node")
[ -x "$node" ] || node=$(command -v node)
groups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/reeve-systemd-$$
scratch=$(mktemp -d)
passed=0 failed=0 outer='' init=''

inside() { nsenter -t "$init" -m -p -u -i -n -C -r -w "$@"; }
reeve() { inside "$node" "$repository/dist/reeve.js" "$@"; }
of() { inside systemctl show "$1" -P "$2"; }
# The daemon is the only child of the keeper that runs daemon.js.
daemon() { inside pgrep -P "$(of reeve MainPID)" | head -1; }
programs() { inside pgrep -x sleep | sort | tr '\n' ' '; }

clear_up() {
  [ -z "$outer" ] || kill -KILL "$outer" 2>/dev/null
  for _ in $(seq 100); do
    find "$groups" -depth -type d -exec rmdir {} \; 2>/dev/null
    [ -d "$groups" ] || break
    sleep 0.1
  done
  rm -rf "$scratch"
}
trap clear_up EXIT

# check WHAT COMMAND…: looks for 20 seconds until it holds.
check() {
  local what=$1
  shift
  for _ in $(seq 200); do
    if "$@" >/dev/null 2>&1; then
      echo "✓ $what"
      passed=$((passed + 1))
      return
    fi
    sleep 0.1
  done
  echo "✗ $what"
  failed=$((failed + 1))
  [ -z "$init" ] || inside journalctl -u reeve -n 15 --no-pager -o cat
}
is() { [ "$("${@:2}")" = "$1" ]; }

mkdir "$groups" "$scratch/root" || exit 1
bash -c 'echo $$ >"$1/cgroup.procs"; exec unshare --pid --fork --kill-child --mount --uts --ipc --net --cgroup \
  "$2/root.sh" "$3/root" "$4"' boot "$groups" "$here" "$scratch" "$repository" >"$scratch/log" 2>&1 </dev/null &
outer=$!
has_init() { init=$(pgrep -P "$outer" -f '^/lib/systemd/systemd') && [ -n "$init" ]; }
for _ in $(seq 100); do has_init && break; sleep 0.1; done
[ -n "$init" ] || { echo "systemd did not start:"; cat "$scratch/log"; exit 1; }
check "systemd $(systemctl --version | awk 'NR == 1 { print $2 }') boots" is running inside systemctl is-system-running

inside mkdir -p /srv/shop/programs /etc/systemd/system/reeve.service.d
inside tee /srv/shop/programs/a.ts >/dev/null <<'END'
import { defineProgram } from "reeve"
const start = { stableAfter: "0s" }
export const one = defineProgram({ command: ["sleep", "1000"], start })
export const two = defineProgram({ command: ["sh", "-c", "ulimit -n >/srv/shop/limit; exec sleep 999"], start })
END
printf '[Service]\nWatchdogSec=4\n' | inside tee /etc/systemd/system/reeve.service.d/soon.conf >/dev/null
reeve install --systemd /srv/shop/programs >/dev/null
inside systemctl daemon-reload
inside timeout 60 systemctl start reeve
check "the service is active when everything is started" is active inside systemctl is-active reeve
check "its status is what the daemon says" is running of reeve StatusText
check "programs have the soft limit of open files that was meant for them" is 1024 inside cat /srv/shop/limit
before=$(programs)
inside systemctl reload reeve
sleep 9
check "a daemon that lives is left alone by the watchdog, also after a reload" is 0 of reeve NRestarts
check "its programs are the same" is "$before" programs

inside systemctl stop reeve
check "a stop is orderly" inside sh -c 'journalctl -u reeve -o cat | grep -q "everything is stopped (SIGTERM)"'
check "a stop leaves no program behind" is "" programs
check "a stop is no failure" is inactive inside systemctl is-active reeve

inside timeout 60 systemctl start reeve
before=$(programs) keeper=$(of reeve MainPID) child=$(daemon)
inside kill -STOP "$child"
gone() { ! inside test -e "/proc/$1"; }
check "a daemon that hangs is ended with its keeper" gone "$child"
check "so is the keeper" gone "$keeper"
check "programs go on meanwhile" is "$before" programs
restarted() { [ "$(of reeve NRestarts)" -gt 0 ]; }
check "the service is begun anew" restarted
check "and is up, with the same programs" is "running $before" eval 'echo "$(of reeve StatusText) $(programs)"'

before=$(programs)
inside kill -KILL "$(of reeve MainPID)"
again() { [ "$(of reeve StatusText)" = running ] && [ "$(programs)" = "$before" ] && [ "$(of reeve MainPID)" != 0 ]; }
check "a keeper that was killed is replaced, with the same programs" again

reeve down --state-dir /srv/shop/.reeve >/dev/null 2>&1
check "what ends by reeve down stays down" is "inactive  " eval 'echo "$(inside systemctl is-active reeve)  $(programs)"'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

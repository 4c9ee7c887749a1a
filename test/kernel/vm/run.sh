#!/bin/bash
# Runs the shelf "kernel" in a virtual machine with a kernel of Debian's: emulated, so that it needs no right to virtualise. All
# that the tests need of this machine is in an initramfs; nothing of this machine is mounted or changed. Arguments go to vitest;
# its JSON report comes out where --outputFile.json= names it. Needs qemu-system-x86, busybox-static, and apt for the kernel.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
seconds=${REEVE_VM_SECONDS:-900}

report=
for word in "$@"; do
  case $word in --outputFile.json=*) report=${word#*=} ;; *) printf '%q ' "$word" ;; esac
done >"$scratch/words"
[ -z "$report" ] || printf '%q ' --outputFile.json=/tmp/report.json >>"$scratch/words"

"$here/kernel.sh" "$scratch" || { echo "there is no kernel to run the tests in"; exit 1; }
"$here/root.sh" "$repository" "$scratch"
: >"$scratch/report"
timeout --foreground "$seconds" qemu-system-x86_64 \
  -accel tcg,thread=multi -cpu max,-la57 -smp 2 -m 3G -nodefaults -nographic -no-reboot \
  -kernel "$scratch/vmlinuz" -initrd "$scratch/initrd" \
  -append "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable clocksource=tsc" \
  -serial stdio -serial "file:$scratch/report" </dev/null | tee "$scratch/console" | sed -u 's/\r$//'
[ -z "$report" ] || { mkdir -p "$(dirname "$report")" && tr -d '\r' <"$scratch/report" >"$report"; }
grep -q 'reeve-vm: status 0\b' "$scratch/console"

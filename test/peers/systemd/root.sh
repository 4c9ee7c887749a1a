#!/bin/bash
# root.sh ROOT REPOSITORY: becomes a systemd that boots in a small root of its own. In new namespaces, as booted.sh makes them.
set -eu
root=$1 repository=$2
mount --make-rprivate /
mount -t tmpfs -o mode=755 root "$root"
cd "$root"
mkdir -p usr etc/systemd/system proc sys dev run tmp var/lib var/log root srv old ".$repository"
for name in bin sbin lib lib64; do [ ! -e "/$name" ] || ln -s "usr/$name" "$name"; done
mount --bind /usr usr
mount -o remount,bind,ro usr
cp /etc/passwd /etc/group /etc/nsswitch.conf /etc/ld.so.cache /etc/os-release etc/
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >etc/machine-id
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=755 dev dev
for node in null zero full random urandom tty; do
  touch "dev/$node"
  mount --bind "/dev/$node" "dev/$node"
done
mkdir dev/shm
ln -s /proc/self/fd dev/fd
mount --bind "$repository" ".$repository"
pivot_root . old
umount -l /old
exec env -i container=reeve-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --unit=basic.target --show-status=0 --log-target=console

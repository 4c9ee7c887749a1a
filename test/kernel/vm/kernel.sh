#!/bin/bash
# kernel.sh FOLDER: FOLDER/vmlinuz, from Debian's package for virtual machines, which is unpacked and not installed. No module
# of it is needed.
set -eu
cd "$1"
newest() { apt-cache depends linux-image-cloud-amd64 | awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; exit }'; }
fetch() { local package; package=$(newest) && [ -n "$package" ] && apt-get download -qq "$package" >/dev/null 2>&1; }
# The lists of packages may be missing, or name a version that is gone.
fetch || { apt-get update -qq && fetch; }
dpkg-deb -x linux-image-*.deb kernel
mv kernel/boot/vmlinuz-* vmlinuz
rm -rf kernel linux-image-*.deb

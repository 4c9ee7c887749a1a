#!/bin/bash
# root.sh REPOSITORY FOLDER: FOLDER/initrd, a root with the repository and what its tests call, at the same paths as here.
set -eu
repository=$1 folder=$2
node=$(readlink -f "$repository/node_modules/node/bin/node")
programs="awk bash cat chmod choom cp cut date dd env false getent git grep head id ip kill ldd ls mkdir nice prlimit ps rm rmdir \
sed seq setpriv setsid sh sleep sort sync tail timeout tr true umount mount"

# A path may lead through links: the file is packed where it is, and each link on the way.
packed() {
  while read -r file; do
    echo "$(realpath "$(dirname "$file")")/$(basename "$file")"
    readlink -f "$file"
  done
}
files() {
  for name in $programs; do type -P "$name" || true; done
  echo "$node"
}
# Bundlers load native code of their own.
native() { find "$repository/node_modules" -name '*linux-x64-gnu*.node'; }
libraries() { { files; native; } | while read -r file; do ldd "$(readlink -f "$file")" 2>/dev/null | grep -o '/[^ ]*' || true; done | sort -u; }

{
  { files; libraries; } | packed
  printf '%s\n' /bin /lib /lib64 /sbin /usr/lib64 /usr/sbin /etc/passwd /etc/group /etc/nsswitch.conf /etc/ld.so.cache
  find "$repository" \( -path "$repository/.git" -o -path "$repository/node_modules/@biomejs" \
    -o -path "$repository/node_modules/typescript" -o -path "$repository/node_modules/@typescript" \
    -o -path "$repository/node_modules/node/include" -o -path "$repository/node_modules/@redis" \) -prune -o -print
} | awk '{
  n = split($0, part, "/"); at = ""
  for (i = 2; i <= n; i++) { at = at "/" part[i]; if (!(at in seen)) { seen[at]; print substr(at, 2) } }
}' | LC_ALL=C sort >"$folder/files"

mkdir "$folder/own"
cp "$(type -P busybox)" "$folder/own/busybox"
cp "$(dirname "$0")/init" "$folder/own/init"
cp "$folder/words" "$folder/own/words"
echo "$repository" >"$folder/own/repository"
(cd "$folder/own" && find . | busybox cpio -o -H newc 2>/dev/null) >"$folder/initrd"
(cd / && busybox cpio -o -H newc <"$folder/files" 2>/dev/null) >>"$folder/initrd"

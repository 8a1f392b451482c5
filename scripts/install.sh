#!/usr/bin/env bash
# Installs library, header, pkg-config file and command below $DESTDIR$PREFIX; /usr/local when PREFIX is not given.
. "$(dirname "$0")/common.sh"
bash scripts/setup.sh
bash scripts/build.sh
prefix=${PREFIX:-/usr/local}
case $prefix in /*) ;; *) die "PREFIX=$prefix is no absolute path; give one like /usr/local" ;; esac
target=${DESTDIR:-}$prefix
version=$("$build/bin/dynmetrics" version | cut -d ' ' -f 2)

mkdir -p "$target/lib/pkgconfig" "$target/include" "$target/bin"
install -m 755 "$build/lib/libdynmetrics.so.0" "$target/lib/libdynmetrics.so.0"
ln -sf libdynmetrics.so.0 "$target/lib/libdynmetrics.so"
install -m 644 include/dynmetrics.h "$target/include/dynmetrics.h"
install -m 755 "$build/bin/dynmetrics" "$target/bin/dynmetrics"
cat >"$target/lib/pkgconfig/dynmetrics.pc" <<EOF
prefix=\${pcfiledir}/../..
includedir=\${prefix}/include
libdir=\${prefix}/lib

Name: dynmetrics
Description: One correct Prometheus page for a process that serves an LLM
Version: $version
Cflags: -I\${includedir}
Libs: -L\${libdir} -ldynmetrics
EOF
say "installed below $target: lib/libdynmetrics.so.0, include/dynmetrics.h, lib/pkgconfig/dynmetrics.pc, bin/dynmetrics"
if [ -z "${DESTDIR:-}" ] && [ "$(id -u)" = 0 ] && command -v ldconfig >/dev/null; then ldconfig; fi

#!/usr/bin/env bash
# Installs library, headers, pkg-config and CMake files, command and manual page below $DESTDIR$PREFIX; /usr/local when
# PREFIX is not given. What is installed can be moved as a whole.
. "$(dirname "$0")/common.sh"
bash scripts/setup.sh
bash scripts/build.sh
prefix=${PREFIX:-/usr/local}
case $prefix in /*) ;; *) die "PREFIX=$prefix is no absolute path; give one like /usr/local" ;; esac
target=${DESTDIR:-}$prefix
version=$("$build/bin/dynmetrics" version | cut -d ' ' -f 2)

place() { install -D -m "$1" "$2" "$target/$3"; } # place MODE FROM TO
write() { mkdir -p "$target/$(dirname "$1")" && cat >"$target/$1" && chmod 644 "$target/$1"; } # write TO, from stdin

# The file has the version in its name; programs ask for the SONAME, the linker for the plain name.
place 755 "$build/lib/libdynmetrics.so.0" "lib/libdynmetrics.so.$version"
ln -sf "libdynmetrics.so.$version" "$target/lib/libdynmetrics.so.0"
ln -sf libdynmetrics.so.0 "$target/lib/libdynmetrics.so"
for header in include/*.h* include/dynmetrics/*; do place 644 "$header" "$header"; done
for file in cmake/*.cmake; do place 644 "$file" "lib/cmake/dynmetrics/$(basename "$file")"; done
place 755 "$build/bin/dynmetrics" bin/dynmetrics
"$build/bin/dynmetrics" help | python scripts/manpage.py "$version" | write share/man/man1/dynmetrics.1
for file in LICENSE "$build/lib/THIRD-PARTY-NOTICES.txt" "$build/lib/dynmetrics.cdx.json"; do
    place 644 "$file" "share/doc/dynmetrics/$(basename "$file")"
done
write lib/pkgconfig/dynmetrics.pc <<EOF
prefix=\${pcfiledir}/../..
includedir=\${prefix}/include
libdir=\${prefix}/lib

Name: dynmetrics
Description: One correct Prometheus page for a process that serves an LLM
Version: $version
Cflags: -I\${includedir}
Libs: -L\${libdir} -ldynmetrics
EOF

say "installed below $target: lib/libdynmetrics.so.$version, include/dynmetrics.{h,hpp}, lib/pkgconfig/dynmetrics.pc, lib/cmake/dynmetrics, bin/dynmetrics"
if [ -z "${DESTDIR:-}" ] && [ "$(id -u)" = 0 ] && command -v ldconfig >/dev/null; then ldconfig; fi

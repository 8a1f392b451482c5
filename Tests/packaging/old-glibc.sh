#!/usr/bin/env bash
# The C tests with the wheel's library on the C library of an older Debian: programs that zig compiles for the glibc that
# the wheel promises, run by the older dynamic linker. Prints TAP.
. "$(dirname "$0")/../../scripts/common.sh"
release=bullseye # glibc 2.31, the oldest that Debian's servers still have
if ! libc=$(bash scripts/debian.sh --tree libc6 $release) || ! gcc=$(bash scripts/debian.sh --tree libgcc-s1 $release); then
    echo "ok 1 - the C tests on the glibc of Debian $release # SKIP it cannot be had here"
    exit
fi
bash scripts/manylinux.sh
library=$libc/lib/$(uname -m)-linux-gnu
out=$build/c-old
mkdir -p "$out"
export ZIG_GLOBAL_CACHE_DIR=$cache/zig ZIG_LOCAL_CACHE_DIR=$cache/zig
bad=0
for name in instruments sources tables serving misuse threads cells fork; do
    "$cache/wheel-tools/bin/python" -m ziglang cc -target "$(uname -m)-linux-gnu.$(cat packaging/glibc)" -std=c99 -O1 \
        -fno-sanitize=undefined -D_GNU_SOURCE -I include "Tests/c/$name.c" \
        -L "$build/manylinux" -ldynmetrics -pthread -lm -o "$out/$name"
    status=0
    "$library"/ld-linux-*.so.* --library-path "$library:$gcc/lib/$(uname -m)-linux-gnu:$build/manylinux" "$out/$name" \
        >"$out/$name.tap" 2>"$out/$name.err" </dev/null || status=$?
    sed -nE "s/^(not )?ok [0-9]+ - /\1ok - $name: /p" "$out/$name.tap"
    [ "$status" = 0 ] || { echo "not ok - $name ends well (status $status)" && sed 's/^/# /' "$out/$name.err" && bad=1; }
done
exit $bad

#!/usr/bin/env bash
# Makes what is published: the wheel that any Linux with that C library takes, and the sources.
#
#     dist.sh FOLDER
. "$(dirname "$0")/common.sh"
folder=$1
case $folder in /*) ;; *) folder=$root/$folder ;; esac
umask 022 # modes are in the wheel
bash scripts/manylinux.sh
tools=$cache/wheel-tools/bin
# The extension is compiled for the same C library. Python's own flags ask for no sanitizer; zig would add one.
export ZIG_GLOBAL_CACHE_DIR=$cache/zig ZIG_LOCAL_CACHE_DIR=$cache/zig
compiler="'$tools/python' -m ziglang cc -target $(uname -m)-linux-gnu.$(cat packaging/glibc) -fno-sanitize=undefined -g0"

build_wheel() {
    rm -rf python/build "$build/wheel" "$folder"/dynmetrics-*.whl
    CC=$compiler LDSHARED="$compiler -shared" DYNMETRICS_LIB=$build/manylinux/libdynmetrics.so.0 \
        "$tools/python" -m pip wheel ./python --no-deps --no-build-isolation -w "$build/wheel"
    # auditwheel reads the tag off the symbols that are asked for; nothing is grafted in.
    PATH="$tools:$PATH" SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800} \
        "$tools/auditwheel" repair --zip-compression-level 9 -w "$folder" "$build"/wheel/dynmetrics-*.whl
}
build_sources() {
    rm -f "$folder"/dynmetrics-*.tar.gz
    cd python && "$tools/python" setup.py sdist --dist-dir "$folder"
}
step dist-wheel "build the wheel" build_wheel
step dist-sources "pack the sources" build_sources
say "$(ls "$folder"/dynmetrics-*.whl "$folder"/dynmetrics-*.tar.gz | tr '\n' ' ')"

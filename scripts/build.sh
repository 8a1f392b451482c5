#!/usr/bin/env bash
# Builds what is shipped: .build/lib/libdynmetrics.so.0 (the Swift runtime inside), .build/bin/dynmetrics, and beside the
# library what is said about the foreign parts in it. Two builds in different folders give the same bytes.
. "$(dirname "$0")/common.sh"
map=$build/dist/dynmetrics.map # what the linker took

build_library() {
    # The flags of the link stand in Package.swift; the modules have to be compiled for the static runtime as well.
    DYNM_DIST=1 swift build -c release --product dynmetrics --scratch-path "$build/dist" -Xswiftc -static-stdlib \
        -Xswiftc -file-prefix-map -Xswiftc "$root=." -Xcc "-ffile-prefix-map=$root=." \
        -Xlinker --build-id=none -Xlinker "-Map=$map"
    mkdir -p "$build/lib"
    # A new file each time: never write into one that a process has mapped.
    strip_library "$build/dist/release/libdynmetrics.so" "$build/lib/new.so"
    mv "$build/lib/new.so" "$build/lib/libdynmetrics.so.0"
    ln -sf libdynmetrics.so.0 "$build/lib/libdynmetrics.so"
    python scripts/notices.py "$map" "$build/lib"
}

build_command() {
    mkdir -p "$build/bin"
    cc -std=c99 -Wall -Wextra -pedantic -Werror -O2 -s -I include tool/dynmetrics.c \
        -Wl,--build-id=none -L "$build/lib" -ldynmetrics -Wl,-rpath,'$ORIGIN/../lib' -o "$build/bin/dynmetrics"
}

[ -d "$build/dist" ] && first="" || first=" (2 to 4 minutes the first time)"
step library "build the library$first" build_library
step command "build the dynmetrics command" build_command

#!/usr/bin/env bash
# Compiles and runs the C and C++ tests against the built library, with warnings as errors. Prints TAP.
#
#     run.sh                    all of them
#     run.sh NAME…              only these programs
#     WRAP="valgrind …" run.sh  each program under another one; CC=, CXX= and FLAGS= choose compilers and options
. "$(dirname "$0")/../../scripts/common.sh"
out=${DYNM_OUT:-$build/c}
mkdir -p "$out"
strict="-Wall -Wextra -pedantic -Werror -g -O1 -D_GNU_SOURCE -I include ${DYNM_CFLAGS:-}"
link="-L ${DYNM_LIBDIR:-$build/lib} -ldynmetrics -Wl,-rpath,${DYNM_LIBDIR:-$build/lib} -pthread"
count=0
bad=0

told() { # told STATUS TITLE
    count=$((count + 1))
    if [ "$1" = 0 ]; then echo "ok $count - $2"; else
        echo "not ok $count - $2"
        bad=1
    fi
}

# compiles TITLE COMMAND…
compiles() {
    local title=$1 status=0
    shift
    "$@" 2>&1 || status=$?
    told $status "$title"
}

# runs PROGRAM  Its own TAP goes on in ours.
runs() {
    local name=$1 status=0
    echo "# $name"
    timeout --kill-after=5 "${DYNM_TIMEOUT:-300}" ${WRAP:-} "$out/$name" >"$out/$name.tap" 2>"$out/$name.err" || status=$?
    grep -v '^1\.\.' "$out/$name.tap" | sed -E "s/^(not )?ok [0-9]+ - /\1ok - $name: /" || true
    sed 's/^/# /' "$out/$name.err"
    if [ "$status" != 0 ] && ! grep -q '^not ok' "$out/$name.tap"; then told "$status" "$name ends well (status $status)"; fi
    [ "$status" = 0 ] || bad=1
}

only=" $* "
wanted() { [ "$only" = "  " ] || [[ $only == *" $1 "* ]]; }

cc=${DYNM_CC:-cc} cxx=${DYNM_CXX:-c++}
if wanted header; then
    for standard in c99 c11 c17; do
        compiles "the header is $standard, from two files" \
            "$cc" -std=$standard $strict Tests/c/header.c Tests/c/header_second.c $link -o "$out/header-$standard"
        told "$("$out/header-$standard" && echo 0 || echo 1)" "and its program runs"
    done
    for standard in c++11 c++17 c++20; do
        compiles "the header is $standard, from two files" \
            "$cxx" -std=$standard $strict Tests/c/header.cc Tests/c/header_second.cc $link -o "$out/header-$standard"
        told "$("$out/header-$standard" && echo 0 || echo 1)" "and its program runs"
    done
    python Tests/c/declared.py --program >"$out/symbols.c"
    compiles "every function of the header is in the library" \
        "$cc" -std=c99 -Wall -Wextra -Werror -I include "$out/symbols.c" $link -o "$out/symbols"
    told "$("$out/symbols" && echo 0 || echo 1)" "and has an address"
fi
for name in instruments instrumentation sources tables serving misuse threads cells fork; do
    wanted $name || continue
    if "$cc" -std=c99 $strict "Tests/c/$name.c" $link -o "$out/$name" 2>&1; then runs $name; else told 1 "$name compiles as C99"; fi
done
if wanted late; then
    "$cc" -std=gnu11 -Wall -Wextra -Werror -g -I include Tests/c/late.c -o "$out/late" -ldl -pthread
    echo "# late"
    "$out/late" "${DYNM_LIBDIR:-$build/lib}/libdynmetrics.so.0" | grep -v '^1\.\.' || bad=1
fi
if wanted engine; then
    if "$cxx" -std=c++17 $strict Tests/c/engine.cc $link -o "$out/engine" 2>&1; then runs engine; else told 1 "engine compiles as C++17"; fi
fi
if wanted face; then
    # The optimised build is the one that sees uninitialised and dangling things.
    for compiler in g++ clang++; do
        command -v "$compiler" >/dev/null || continue
        for standard in c++17 c++20; do
            compiles "dynmetrics.hpp is $standard for $compiler, optimised" \
                "$compiler" -std=$standard $strict -Wshadow -Wconversion -O2 -c Tests/c/face.cc -o /dev/null
            compiles "and without exceptions" "$compiler" -std=$standard $strict -Wshadow -Wconversion -O2 \
                -fno-exceptions -fno-rtti -c Tests/c/face_plain.cc -o /dev/null
        done
    done
    for source in "face face.cc" "face_plain face_plain.cc" "face_abi face_abi.cc"; do
        name=${source%% *}
        if [ "$name" = face_plain ]; then
            "$cxx" -std=c++17 $strict -fno-exceptions -c Tests/c/face_plain.cc -o "$out/face_plain.o" &&
                "$cxx" -std=c++17 $strict Tests/c/face_throws.cc "$out/face_plain.o" $link -o "$out/$name"
        else
            "$cxx" -std=c++17 $strict "Tests/c/${source##* }" $link -o "$out/$name"
        fi && runs "$name" || told 1 "$name compiles as C++17"
    done
fi
exit $bad

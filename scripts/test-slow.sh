#!/usr/bin/env bash
# make test-slow: sanitizers, fuzzing, torture, valgrind, and other programs' readers. Ends with "N passed, N failed".
#
#     ADDS=100000    thousands of additions for each metric, in each language
#     FUZZ_SECONDS=20 FUZZ_SEED=0 CASES=300 EXITS=100 FORKS=50 LOAD_SECONDS=20    how long, how many
#     CELLS=100000 SIGNALS=1000000 HANDLES=10000000 PAGES_UNDER_FIRE=100000    increments in thousands; interruptions; calls
#                                                                              with bad handles; pages while cells are updated
#     STEPS=100000    random operations on adopted metrics, with each version of prometheus_client
#     PAGES=10000 LIVE=500    engine pages that are damaged and read by strict readers; those that Prometheus scrapes too
. "$(dirname "$0")/common.sh"
bash scripts/setup.sh
rm -rf "$results" && mkdir -p "$results"
bash scripts/build.sh
bash scripts/manylinux.sh
bash scripts/venv.sh venv pytest prometheus_client protobuf starlette uvicorn
environment=$cache/venv/bin/python

sanitized() { # sanitized NAME  The Swift tests, built with it in a folder of their own.
    LSAN_OPTIONS="suppressions=$root/Tests/leaks.supp:print_suppressions=0" \
        swift test --sanitize="$1" --scratch-path "$build/$1" --disable-xctest --xunit-output "$results/swift-$1.xml"
}
kept() {
    "$environment" Tests/multiprocess/kept.py "$build/bin/dynmetrics" --cases "$((${CASES:-300} / 10 + 1))" && echo "ok 1 - all pages are equal"
}
compact() {
    "$environment" Tests/multiprocess/compact.py "$build/bin/dynmetrics" --cases "$((${CASES:-300} / 30 + 1))" && echo "ok 1 - all pages are equal"
}
adopted() { # adopted VERSION  A registry that is adopted, beside a plain one, with that version of prometheus_client.
    bash scripts/venv.sh "client-$1" pytest "prometheus_client==$1" &&
        "$cache/client-$1/bin/python" Tests/adopt/differential.py "${STEPS:-100000}"
}
differential() {
    "$environment" Tests/multiprocess/differential.py "$build/bin/dynmetrics" --cases "${CASES:-300}" && echo "ok 1 - all merges are equal"
}
benchmark() { # Small, to see that it still works: every page whole and new, and a table at the end.
    PYTHONPATH=benchmarks "$environment" benchmarks/bridge/measure.py --rounds 1 --sizes 500 --streams 16 --seconds 1 \
        --contenders ours,adopted,prometheus_client && echo "ok 1 - the benchmark of scrapes runs"
}
memcheck() {
    bash scripts/setup.sh $(command -v valgrind >/dev/null || echo valgrind)
    # With names, so that what is suppressed can be told; without DWARF, which this valgrind cannot read.
    mkdir -p "$build/lib-named"
    strip -g -o "$build/lib-named/libdynmetrics.so.0" "$build/dist/release/libdynmetrics.so"
    ln -sf libdynmetrics.so.0 "$build/lib-named/libdynmetrics.so"
    # Slower by a factor of 20 to 50, so without the tests of threads and time.
    WRAP="valgrind --quiet --error-exitcode=99 --leak-check=no --suppressions=$root/Tests/c/valgrind.supp" \
        DYNM_LIBDIR="$build/lib-named" DYNM_SLACK_MS=2000 DYNM_RESTARTS=3 \
        bash Tests/c/run.sh instruments misuse sources serving
}
every_interpreter() { # With all of the package's tests; those of pyenv are looked for too.
    local minor candidate found=()
    for minor in 10 11 12 13 14; do
        for candidate in $(type -ap python3.$minor) "$HOME"/.pyenv/versions/3.$minor.*/bin/python3.$minor; do
            if "$candidate" -c 'import venv, ensurepip' 2>/dev/null; then
                found+=("$candidate")
                break
            fi
        done
    done
    WHEEL_PYTHONS="${found[*]}" "$environment" Tests/e2e/10-wheel.py
}
of_release() { # of_release RELEASE STORY  A story with the Prometheus and VictoriaMetrics of another Debian release.
    if ! PROMETHEUS_BIN=$(bash scripts/debian.sh prometheus "$1"); then
        echo "ok 1 - $2 with the Prometheus of Debian $1 # SKIP it cannot be had here"
        return
    fi
    export PROMETHEUS_BIN
    if VICTORIA_METRICS_BIN=$(bash scripts/debian.sh victoria-metrics "$1"); then export VICTORIA_METRICS_BIN; fi
    "$environment" "Tests/e2e/$2.py"
}
mutated() { # With the newest Prometheus that can be had: the one that refuses most.
    local release
    for release in sid trixie ""; do
        if PROMETHEUS_BIN=$(bash scripts/debian.sh prometheus $release); then
            export PROMETHEUS_BIN
            break
        fi
    done
    "$environment" Tests/e2e/07-mutated-pages.py
}
with_traits() { # What stands behind traits, in a folder of its own: its objects are others.
    swift test --traits SwiftMetrics,ServiceLifecycle --scratch-path "$build/traits" --disable-xctest \
        --filter 'DynMetricsSwiftMetricsTests|DynMetricsServiceTests' --xunit-output "$results/swift-traits.xml"
}
suite swift-traits "Swift tests of the products behind traits (2 minutes to build)" with_traits
suite swift-packages "the Swift package by version, as docs/swift.md says (1 minute to build)" python Tests/swift/packages.py
for sanitizer in thread address; do
    suite "swift-$sanitizer" "Swift tests with the $sanitizer sanitizer (3 minutes to build)" sanitized $sanitizer
done
suite fuzz "fuzzing: pages, filters, whole scrapes, .db files (2 minutes to build)" bash Tests/fuzz/run.sh
suite compact "random multiprocess directories, compacted and killed before every call that changes a file" compact
suite kept "kept plans of changing directories, page by page against prometheus_client" kept
suite differential "${CASES:-300} random multiprocess directories, merged by prometheus_client and by us" differential
suite adopted "${STEPS:-100000} random operations on an adopted registry and a plain one" \
    "$environment" Tests/adopt/differential.py "${STEPS:-100000}"
for version in 0.18.0 0.20.0; do
    suite "adopted-$version" "the same with prometheus_client $version" adopted $version
done
suite exits "torture: interpreters that exit" "$environment" Tests/torture/exits.py
suite forks "torture: children that Python forks" "$environment" Tests/torture/forks.py
suite languages "torture: threads of C, C++ and Python in one process" env ADDS="${ADDS:-100000}" "$environment" Tests/torture/languages.py
suite load "torture: scrapes under load" "$environment" Tests/torture/load.py
suite benchmark "the benchmark of scrapes, small" benchmark
suite c-long "C and C++ tests, longer" \
    env DYNM_FORKS=200 DYNM_UPDATES=1000000 DYNM_RESTARTS=200 DYNM_HUNG_SCRAPES=30 \
    DYNM_CELLS="${CELLS:-100000}" DYNM_SIGNALS="${SIGNALS:-1000000}" DYNM_HANDLES="${HANDLES:-10000000}" \
    DYNM_PAGES="${PAGES_UNDER_FIRE:-100000}" \
    bash Tests/c/run.sh threads cells fork serving sources engine
suite c-portable "C tests of updates as other processors do them" bash Tests/c/portable.sh
suite e2e-10-wheel "end to end: 10-wheel" "$environment" Tests/e2e/10-wheel.py
suite c-wheel "C and C++ tests with the wheel's library" env DYNM_LIBDIR="$build/manylinux" DYNM_OUT="$build/c-wheel" bash Tests/c/run.sh
suite c-old-glibc "C tests with the wheel's library on an older glibc" bash Tests/packaging/old-glibc.sh
suite wheel-interpreters "the wheel in every CPython that is here" every_interpreter
suite wheel-same "the wheel from another folder, the library from the published sources (5 minutes)" bash Tests/packaging/same.sh
suite valgrind "C tests under valgrind" memcheck
suite mutated "end to end: ${PAGES:-10000} damaged engine pages (4 minutes)" mutated
bash scripts/venv.sh stack --tools pyyaml jsonschema yamllint
configured() { # With the newest Prometheus, which is the one that the stack runs.
    PROMETHEUS_BIN=$(bash scripts/debian.sh prometheus sid) && export PROMETHEUS_BIN
    "$cache/stack/bin/python" Tests/stack/configs.py
}
composed() {
    DOCKER_COMPOSE_BIN=$(bash scripts/debian.sh docker-compose sid) && export DOCKER_COMPOSE_BIN
    "$cache/stack/bin/python" Tests/stack/manifests.py
}
suite stack-configs "the stack: its Prometheus takes its configuration" configured
suite stack-manifests "the stack: a Docker Compose 2 reads it" composed
suite stack-drills "the stack: three live drills, from the fault to the hook and back" "$environment" Tests/stack/drills.py
suite stack-live "the live stack, ${STACK_SECONDS:-50} s of load (2 minutes)" "$environment" Tests/stack/live.py
for release in trixie sid; do
    for story in 01-prometheus 06-scrape-behaviour 08-formats 09-native-histograms; do
        suite "$story-$release" "end to end: $story, with Debian $release's programs" of_release $release $story
    done
done
total

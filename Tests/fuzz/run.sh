#!/usr/bin/env bash
# Builds the library for libFuzzer with the address sanitizer, and fuzzes it for FUZZ_SECONDS (20). Prints TAP. What ended
# it is kept in .cache/fuzz-crashes. Known inputs that once did are run first: Tests/fuzz/known.
. "$(dirname "$0")/../../scripts/common.sh"
seconds=${FUZZ_SECONDS:-20}
package=$build/fuzz-package
mkdir -p "$package/Sources/Fuzz" "$cache/fuzz-corpus" "$cache/fuzz-crashes"
ln -sf "$root/Tests/fuzz/Fuzz.swift" "$package/Sources/Fuzz/Fuzz.swift"
cat >"$package/Package.swift.new" <<EOF
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "fuzz",
    products: [.library(name: "Fuzz", type: .static, targets: ["Fuzz"])],
    dependencies: [.package(name: "dynmetrics", path: "$root")],
    targets: [.target(name: "Fuzz", dependencies: [.product(name: "DynMetrics", package: "dynmetrics")])]
)
EOF
cmp -s "$package/Package.swift.new" "$package/Package.swift" || cp "$package/Package.swift.new" "$package/Package.swift"

swift build -c release --package-path "$package" --scratch-path "$build/fuzz" --product Fuzz \
    -Xswiftc -sanitize=fuzzer -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp \
    -Xswiftc -sanitize=address -Xcc -fsanitize=address >"$logs/fuzz-build.log" 2>&1 || {
    echo "not ok 1 - the library builds for the fuzzer"
    tail -n 30 "$logs/fuzz-build.log" | sed 's/^/# /'
    exit 1
}
swiftc -sanitize=fuzzer -sanitize=address "$build/fuzz/release/libFuzz.a" -o "$build/fuzz/fuzz" 2>&1 |
    { grep -v 'Cannot export local symbol' || true; }
python Tests/fuzz/corpus.py "$cache/fuzz-seeds"

# Swift's own backtraces are of no use under libFuzzer, and wait for somebody at a terminal.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
count=0
told() {
    count=$((count + 1))
    if [ "$1" = 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; fi
}
fuzz() {
    "$build/fuzz/fuzz" -artifact_prefix="$cache/fuzz-crashes/" -timeout=10 -rss_limit_mb=4096 \
        -max_len=8192 "$@" 2>&1 | grep -vE '^#[0-9]+\s+(NEW|REDUCE|pulse)|^dynmetrics: |NEW_FUNC' | tail -n 60
}
failed=0
for known in Tests/fuzz/known/*; do
    status=0
    fuzz -runs=1 "$known" >"$logs/fuzz-known.log" || status=$?
    [ $status = 0 ] || { failed=1 && grep -a -A3 ' is not valid:' "$logs/fuzz-known.log" | sed 's/^/# /' || true; }
    told $status "what once did harm does none: $(basename "$known")"
done
for worker in 1 2; do # two cores
    fuzz -max_total_time="$seconds" -seed=$((${FUZZ_SEED:-0} + worker)) "$cache/fuzz-corpus" "$cache/fuzz-seeds" >"$logs/fuzz-$worker.log" &
    pids[worker]=$!
done
for worker in 1 2; do
    status=0
    wait "${pids[worker]}" || status=$?
    sed 's/^/# /' "$logs/fuzz-$worker.log"
    told $status "$seconds seconds of fuzzing, worker $worker"
    [ $status = 0 ] || failed=1
done
rm -rf /dev/shm/dynm-fuzz-*
exit $failed

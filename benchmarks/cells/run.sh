#!/usr/bin/env bash
# make bench-cells: what does an update of a metric cost, and what do others take for it?
#
# Gets the peers (Debian's source packages, unpacked into .cache; nothing is installed), builds a program of the same
# loops for each, and has measure.py run them in turns. A peer that cannot be had is named in the table with the reason.
#
#     ROUNDS=61          how often each loop is run, the peers in turns
#     ONLY=counter       operations whose name has this in it
. "$(dirname "$0")/../../scripts/common.sh"
cells=$root/benchmarks/cells
peers=$cache/peers   # unpacked packages
out=$build/bench     # a program for each peer, NAME, or the reason why there is none, NAME.missing; NAME.version
mkdir -p "$peers" "$out"
optimised="-O2 -Wall -Wextra -I $cells"

# debian FOLDER PACKAGE…  Unpacks packages and what they depend on, as far as it is of the same language.
debian() {
    if [ -f "$peers/$1/versions" ]; then return; fi
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || { echo "no apt-get here"; return 1; }
    log "peer-$1" unpack "$@" 2>/dev/null ||
        { [ "$(id -u)" = 0 ] && log apt-update apt-get update && log "peer-$1" unpack "$@"; } 2>/dev/null ||
        { echo "Debian's $2 cannot be had (.cache/logs/peer-$1.log)"; return 1; }
}
unpack() {
    local folder=$peers/$1 names
    shift
    # With an empty list of what is installed, so that this gives the same on every machine.
    names=$(apt-get -o Dir::State::status=/dev/null install --simulate --no-install-recommends "$@" |
        awk '/^Inst (golang|librust|libprometheus-cpp|prometheus-cpp)/ { print $2 }')
    rm -rf "$folder" "$folder.new"
    mkdir -p "$folder.new/packages" && [ -n "$names" ] &&
        env -C "$folder.new/packages" apt-get download $names &&
        for file in "$folder.new"/packages/*.deb; do
            dpkg -x "$file" "$folder.new" || return 1
            dpkg-deb --show --showformat='${Package} ${Version}\n' "$file" >>"$folder.new/versions" || return 1
        done &&
        rm -rf "$folder.new/packages" && mv "$folder.new" "$folder"
}
# The upstream version of a package, without Debian's revision.
version() { awk -v name="$2" '$1 == name { sub(/^[0-9]+:/, "", $2); sub(/-[^-]*$/, "", $2); print $2 }' "$peers/$1/versions"; }

# built NAME COMMAND…  A step of a peer that the others do not need.
built() {
    local name=$1
    shift
    log "bench-$name" "$@" 2>/dev/null || { echo "does not build (.cache/logs/bench-$name.log)"; return 1; }
}

ours() {
    local link="-L $build/lib -ldynmetrics -Wl,-rpath,$build/lib -pthread" flags="-std=c11 $optimised -D_GNU_SOURCE -I include"
    if grep -q 'dynm_counter_writer_inc(' include/dynmetrics.h &&
        built ours-writers cc $flags -DBENCH_WRITERS "$cells/ours.c" $link -o "$out/ours"; then :; else
        built ours cc $flags "$cells/ours.c" $link -o "$out/ours" || return 1
    fi
    sed -n 's/.*libraryVersion = "\(.*\)".*/\1/p' Sources/DynRegistry/SelfMetrics.swift >"$out/ours.version"
}
floor() {
    built floor cc -std=gnu11 $optimised -O3 -fPIC -shared "$cells/floor_cells.c" -o "$out/libfloor.so" &&
        built floor cc -std=c11 $optimised -D_GNU_SOURCE "$cells/floor.c" -L "$out" -lfloor "-Wl,-rpath,$out" -pthread -lm -o "$out/floor"
}
prometheus_cpp() {
    debian cpp prometheus-cpp-dev || return 1
    local at
    at=$(dirname "$(find "$peers/cpp/usr/lib" -name libprometheus-cpp-core.so)")
    built prometheus_cpp c++ -std=c++17 $optimised -D_GNU_SOURCE -I "$peers/cpp/usr/include" "$cells/prometheus_cpp.cc" \
        -L "$at" -lprometheus-cpp-core "-Wl,-rpath,$at" -pthread -o "$out/prometheus_cpp" || return 1
    version cpp prometheus-cpp-dev >"$out/prometheus_cpp.version"
}
rust_prometheus() {
    command -v cargo >/dev/null || { echo "no cargo on PATH"; return 1; }
    debian rust librust-prometheus-dev || return 1
    mkdir -p "$out/rust/home"
    cp -r "$cells/rust/." "$out/rust"
    built rust_prometheus env -C "$out/rust" "CARGO_HOME=$out/rust/home" cargo build --release --offline --quiet \
        --config 'source.crates-io.replace-with="debian"' \
        --config "source.debian.directory=\"$peers/rust/usr/share/cargo/registry\"" || return 1
    cp "$out/rust/target/release/rust_prometheus" "$out/rust_prometheus"
    version rust librust-prometheus-dev >"$out/rust_prometheus.version"
}
go_program() { # go_program NAME PACKAGE
    debian go golang-go golang-github-prometheus-client-golang-dev golang-github-victoriametrics-metrics-dev || return 1
    local goroot
    goroot=$(dirname "$(dirname "$(find "$peers/go/usr/lib" -path '*/bin/go' | head -n 1)")")
    built "$1" env "GOROOT=$goroot" "GOPATH=$cells/go:$peers/go/usr/share/gocode" GO111MODULE=off GOFLAGS= GOTOOLCHAIN=local \
        "GOCACHE=$peers/go-cache" CGO_ENABLED=0 "$goroot/bin/go" build -o "$out/$1" "$1" || return 1
    "$goroot/bin/go" version | cut -d' ' -f3 >"$out/go.version"
    version go "$2" | sed 's/+ds.*//' >"$out/$1.version"
}
client_golang() { go_program client_golang golang-github-prometheus-client-golang-dev; }
victoria_metrics() { go_program victoria_metrics golang-github-victoriametrics-metrics-dev; }

say "build the loops (a few minutes the first time)"
for peer in ours floor prometheus_cpp rust_prometheus client_golang victoria_metrics; do
    rm -f "$out/$peer" "$out/$peer".missing "$out/$peer".version
    $peer >"$out/$peer.why" || {
        mv "$out/$peer.why" "$out/$peer.missing"
        echo "   $peer: $(cat "$out/$peer.missing")"
    }
    rm -f "$out/$peer.why"
done
[ -x "$out/ours" ] || die "our own loops do not build (.cache/logs/bench-ours.log)"
bash scripts/venv.sh bench-venv prometheus_client
{
    cc --version | head -n 1
    ! command -v rustc >/dev/null || rustc --version | cut -d' ' -f1-2
    cat "$out/go.version" 2>/dev/null || true
    swift --version 2>&1 | sed -n 's/.*\(Swift version [0-9.]*\).*/\1/p'
} | paste -sd, | sed 's/,/, /g' >"$out/compilers"

PYTHONPATH=$root/benchmarks "$cache/bench-venv/bin/python" "$cells/measure.py" --programs "$out" \
    --results "$root/benchmarks/results" --rounds "${ROUNDS:-61}" --only "${ONLY:-}"

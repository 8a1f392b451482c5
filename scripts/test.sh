#!/usr/bin/env bash
# make test: builds everything and runs every suite that a change has to pass. Ends with "N passed, N failed".
. "$(dirname "$0")/common.sh"
bash scripts/setup.sh
# Some tests have a use for these, and are skipped without them.
bash scripts/setup.sh $(command -v cmake >/dev/null || echo cmake) $(command -v abidiff >/dev/null || echo abigail-tools) ||
    say "tests with these programs are skipped"
rm -rf "$results" && mkdir -p "$results"

# The two Swift builds share no objects (the shipped one is optimised and has the runtime inside), so they run side by side.
build_tests() { swift build --build-tests --scratch-path "$build/debug"; }
say "build the Swift tests, beside the library"
log swift-build build_tests &
tests_build=$!
# Stopped with us, not left behind.
trap 'kill "$tests_build" 2>/dev/null || true' EXIT
bash scripts/build.sh
bash scripts/manylinux.sh
bash scripts/venv.sh venv pytest prometheus_client protobuf starlette uvicorn
run_swift_tests() {
    swift test --skip-build --scratch-path "$build/debug" --disable-xctest --xunit-output "$results/swift.xml"
}

suite gates-library "gates: what the library exports, needs and does when loaded" python Tests/gates/library.py
suite gates-library-wheel "gates: the same for the library in the wheel" \
    env DYNM_LIBRARY="$build/manylinux/libdynmetrics.so.0" "$(chosen_python)" Tests/gates/library.py
suite gates-notices "gates: what is inside the libraries is named" python Tests/gates/notices.py
suite gates-abi "gates: what programs that were compiled long ago rely on" python Tests/gates/abi.py
suite gates-sources "gates: what the sources may say" python Tests/gates/sources.py
suite gates-catalogue "gates: names in the catalogue, dashboards, rules and docs" python Tests/gates/catalogue.py
bash scripts/venv.sh grafana --tools grafana-foundation-sdk
suite gates-dashboards "gates: the dashboards" "$cache/grafana/bin/python" Tests/gates/dashboards.py
suite c "C and C++ tests" bash Tests/c/run.sh
suite python "Python tests" "$cache/venv/bin/python" -m pytest python --junit-xml="$results/python.xml" -o junit_family=xunit2
# The floors of vLLM and SGLang; the newest is in the suite above.
of_client() { "$cache/client-$1/bin/python" -m pytest python/tests/test_adopt.py --junit-xml="$results/adopt-$1.xml" -o junit_family=xunit2; }
for version in 0.18.0 0.20.0; do
    bash scripts/venv.sh "client-$version" pytest "prometheus_client==$version"
    suite "adopt-$version" "adopted metrics of prometheus_client $version" of_client $version
done
wait "$tests_build" || exit 1
trap - EXIT
suite swift "Swift tests" run_swift_tests
suite swift-documentation "documentation of the Swift package" python Tests/swift/documentation.py
step example "build the Swift example" bash scripts/swift-example.sh
suite stack-servers "the stack: servers from Debian's packages" python Tests/stack/servers-start.py
suite stack-rules "the stack: every alert proven by promtool" python Tests/stack/rules.py
suite stack-hooks "the stack: what hooks make of late, lost and broken messages" python Tests/stack/hooks.py
bash scripts/venv.sh stack --tools pyyaml jsonschema yamllint
suite stack-configs "the stack: Prometheus and Alertmanager take their configurations, alerts their routes" "$cache/stack/bin/python" Tests/stack/configs.py
suite stack-manifests "the stack: compose, Kubernetes and Grafana have the shapes that their readers demand" "$cache/stack/bin/python" Tests/stack/manifests.py
suite stack-recordings "the stack: the shipped rules on live pages" "$cache/venv/bin/python" Tests/stack/recordings.py
for story in Tests/e2e/[0-9]*.py; do
    name=$(basename "$story" .py)
    case $name in 07-mutated-pages | 10-wheel) continue ;; esac # minutes: make test-slow
    suite "e2e-$name" "end to end: $name" "$cache/venv/bin/python" "$story"
done
total

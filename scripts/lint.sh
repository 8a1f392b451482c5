#!/usr/bin/env bash
# Shape and types: swift format, ruff, mypy --strict, and the gates on the sources.
. "$(dirname "$0")/common.sh"
bash scripts/setup.sh
bash scripts/venv.sh lint-venv --tools ruff mypy typing_extensions prometheus_client
tools=$cache/lint-venv/bin
failed=0
check() {
    say "$1"
    shift
    log lint "$@" || failed=1
}

# Names of the modules below these folders, quoted: what is imported from there stands behind what is installed.
ours() { find "$@" -name '*.py' -printf '%f\n' | sed 's/\.py$//' | { cat; echo dynmetrics; } | sort -u | sed 's/.*/"&"/' | paste -sd ,; }

if swift format --version >/dev/null 2>&1; then
    check "swift format lint" swift format lint --strict --recursive --parallel Package.swift Sources Tests examples
else
    say "swift format is not in this toolchain: skipped"
fi
check "ruff check python" env -C python "$tools/ruff" check --no-cache .
check "ruff check, the rest" "$tools/ruff" check --no-cache --isolated --line-length 120 --target-version py310 \
    --select E,F,W,I,UP,B,C4,PIE,RUF,SIM --ignore B905,RUF001,RUF005,RUF007 \
    --config "lint.isort.known-first-party = [$(ours Tests benchmarks catalogue deploy examples scripts)]" \
    Tests benchmarks catalogue demo deploy examples scripts
check "mypy --strict" env -C python "$tools/mypy" --strict --cache-dir "$cache/mypy" --python-executable "$tools/python" src/dynmetrics
check "mypy --strict, a user's program" env MYPYPATH=python/src "$tools/mypy" --strict \
    --cache-dir "$cache/mypy" --python-executable "$tools/python" python/tests/typed_sample.py
for benchmark in cells bridge multiprocess; do
    check "mypy --strict benchmarks/$benchmark" env MYPYPATH=python/src:benchmarks "$tools/mypy" --strict \
        --cache-dir "$cache/mypy" --python-executable "$tools/python" "benchmarks/$benchmark"
done
check "gates on the sources" "$(chosen_python)" Tests/gates/sources.py
exit $failed

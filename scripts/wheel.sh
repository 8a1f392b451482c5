#!/usr/bin/env bash
# Builds the wheel of the Python package, around the library that build.sh made.
#
#     wheel.sh FOLDER    leaves the wheel there, and nothing else of ours
. "$(dirname "$0")/common.sh"
folder=$1

build_wheel() {
    rm -rf python/build "$folder"/dynmetrics-*.whl # setuptools keeps files there that are no longer in the package
    mkdir -p "$folder"
    DYNMETRICS_LIB=$build/lib/libdynmetrics.so.0 python -m pip wheel ./python --no-deps -w "$folder"
}

# Only when something that goes into it has changed.
inputs() {
    { find python/src python/native -name '*.[chp]*' -type f ! -path '*.egg-info/*' ! -name '*.so*' ! -name '*.pyc'
        echo python/setup.py python/backend.py python/swift_library.py python/pyproject.toml "$build/lib/libdynmetrics.so.0"; find include cmake -type f; } |
        LC_ALL=C sort | xargs sha256sum | sha256sum
}
stamp="$(inputs) $(chosen_python)"
if [ "$(cat "$folder/.inputs" 2>/dev/null)" = "$stamp" ] && [ -n "$(ls "$folder"/dynmetrics-*.whl 2>/dev/null)" ]; then
    exit 0
fi
step wheel "build the Python wheel" build_wheel
echo "$stamp" >"$folder/.inputs"

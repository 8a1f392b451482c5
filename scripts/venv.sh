#!/usr/bin/env bash
# A virtual environment in .cache with our wheel in it.
#
#     venv.sh NAME [REQUIREMENT…]    .cache/NAME, with these packages from PyPI too
#     venv.sh NAME --tools REQ…      without our package
. "$(dirname "$0")/common.sh"
name=$1
shift
folder=$cache/$name
with_package=yes
if [ "${1:-}" = --tools ]; then
    with_package=no
    shift
fi

make_environment() {
    # One that was made by another interpreter, or in a folder that has moved since, is of no use.
    rm -rf "$folder"
    python -m venv "$folder"
    [ $# = 0 ] || "$folder/bin/python" -m pip install "$@"
}

install_wheel() {
    "$folder/bin/python" -m pip install --no-deps --force-reinstall "$cache"/wheel/dynmetrics-*.whl
}

stamp="$folder $(chosen_python) $("$(chosen_python)" --version) $*"
if [ "$(cat "$folder/.made" 2>/dev/null)" != "$stamp" ]; then
    step "venv-$name" "make the Python environment .cache/$name" make_environment "$@"
    echo "$stamp" >"$folder/.made"
fi
[ $with_package = yes ] || exit 0
bash scripts/wheel.sh "$cache/wheel"
if ! cmp -s "$cache/wheel/.inputs" "$folder/.package"; then
    step "install-$name" "install the package in .cache/$name" install_wheel
    cp "$cache/wheel/.inputs" "$folder/.package"
fi

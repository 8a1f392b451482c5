#!/usr/bin/env bash
# What the other scripts need from the system: present, or installed (root on Debian or Ubuntu), or named in one line.
#
#     setup.sh              a C and C++ compiler, Python with headers, Swift
#     setup.sh PACKAGE…     these Debian packages too
. "$(dirname "$0")/common.sh"

command -v swift >/dev/null || die "no Swift toolchain on PATH; install Swift 6.3 from https://swift.org/install"
case "$(swift --version 2>&1)" in
*"Swift version "[0-5].* | *"Swift version 6."[0-2]*) die "$(swift --version 2>&1 | head -n 1) is too old; install Swift 6.3" ;;
esac

missing=("$@")
for pair in cc:gcc c++:g++ strip:binutils git:git; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if ! chosen_python >/dev/null; then
    [ -z "${PYTHON:-}" ] || die "PYTHON=$PYTHON is no Python ≥ 3.10 with Python.h and venv; give one that is, or leave it out"
    missing+=(python3 python3-dev python3-venv)
fi
[ ${#missing[@]} -gt 0 ] || exit 0

what="${missing[*]}"
command -v apt-get >/dev/null || die "please install what Debian calls: $what"
[ "$(id -u)" = 0 ] || die "please run: sudo apt-get install $what"
say "install $what"
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; }
log apt install 2>/dev/null || { log apt-update apt-get update && log apt install; } || die "could not install: $what"
chosen_python >/dev/null || die "no Python ≥ 3.10 with Python.h and venv on PATH; name one: make PYTHON=/path/python3"

# Sourced by the other scripts: where things are, how a step is told, how tests are counted.
set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
cache=$root/.cache # downloads, virtual environments, logs
build=$root/.build # what is built: lib/, bin/, and SwiftPM's folders
logs=$cache/logs
results=${DYNM_RESULTS:-$cache/results} # one file per suite: passed failed skipped
mkdir -p "$logs" "$results"

# SwiftPM takes these for its own C targets, and Python's builds take them from us.
unset CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS
# Tests see the defaults, whatever the shell that runs them has set.
unset DYN_WORKER_ID DYN_SYSTEM_HOST DYN_SYSTEM_PORT DYN_METRICS_PREFIX DYN_METRICS_CONST_LABELS PROMETHEUS_MULTIPROC_DIR
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '== %s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# run COMMAND…  Leaves the status in $status. A function stops at its first failure, which it would not after `||`.
run() {
    set +e
    (
        set -e
        "$@"
    )
    status=$?
    set -e
}

# log NAME COMMAND…  Runs COMMAND, quietly: its output goes to .cache/logs/NAME.log, whose end is shown when it fails.
log() {
    local name=$1 status
    shift
    run "$@" >"$logs/$name.log" 2>&1 </dev/null
    if [ "$status" != 0 ]; then
        printf -- '-- %s failed (status %s); the end of .cache/logs/%s.log:\n' "$name" "$status" "$name" >&2
        tail -n "${DYNM_TAIL:-40}" "$logs/$name.log" | sed 's/^/   /' >&2
    fi
    return "$status"
}

# step NAME TITLE COMMAND…  A step that everything after it needs.
step() {
    local name=$1 title=$2 start=$SECONDS status
    shift 2
    say "$title"
    run log "$name" "$@" # `log … || exit` would let the command go on after a failure of its own
    [ "$status" = 0 ] || exit 1
    local took=$((SECONDS - start))
    if [ "$took" -ge 5 ]; then printf '   %s s\n' "$took"; fi
}

# suite NAME TITLE COMMAND…  A suite of tests that prints TAP ("ok 1 - …", "not ok 2 - …", "ok 3 - … # SKIP …"), or
# leaves JUnit's XML in $results/NAME.xml. Its numbers are counted; the suites after it run in any case.
suite() {
    local name=$1 title=$2 start=$SECONDS status
    shift 2
    say "$title"
    rm -f "$results/$name.xml" "$results/$name-swift-testing.xml"
    run "$@" >"$logs/$name.log" 2>&1 </dev/null
    python scripts/count.py "$name" "$status" "$logs/$name.log" "$results" "$((SECONDS - start))"
}

# total  The line that ends a run: the sum over all suites. Its status says whether all is well.
total() { python scripts/count.py --total "$results"; }

# strip_library FROM TO  Without symbols, and without what the compiler notes for itself: it tells the folder of the build.
strip_library() { objcopy --strip-unneeded --remove-section .swift_modhash --remove-section .comment "$1" "$2"; }

# The interpreter of the scripts themselves and of the package: PYTHON=, else the first python3 that will do.
python() { "$(chosen_python)" "$@"; }

chosen_python() {
    if [ -n "${DYNM_PYTHON:-}" ]; then
        echo "$DYNM_PYTHON"
        return
    fi
    local candidate
    for candidate in ${PYTHON:-$(type -ap python3) $(compgen -c python3. | sort -ruV | grep -xE 'python3\.[0-9]+')}; do
        if "$candidate" - 2>/dev/null <<'PY'; then
import sys, sysconfig, pathlib, venv, ensurepip
assert sys.version_info >= (3, 10) and pathlib.Path(sysconfig.get_paths()["include"], "Python.h").exists()
PY
            command -v "$candidate"
            return
        fi
    done
    return 1
}

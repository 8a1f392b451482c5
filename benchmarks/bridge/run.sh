#!/usr/bin/env bash
# make bench-bridge: what does a scrape cost the engine, with ours and with what else serves an engine's metrics?
#
# Gets prometheus_client and NVIDIA Dynamo from PyPI into an environment of its own, then has measure.py run all in turns.
# A contender that cannot be had is named in the table with the reason.
#
#     ROUNDS=5                       how often each is measured, in turns
#     SIZES=1000,10000,100000        series of the registry
#     ONLY=scrape | ONLY=streams     one part
#
# The page is kept in benchmarks/results when all sizes and both parts were measured, and else shown only.
. "$(dirname "$0")/../../scripts/common.sh"
environment=$cache/bridge-venv
DYNAMO=1.6.1

# The native runtime with what it needs; of the other package only the Python files that register an engine's metrics.
dynamo() {
    "$environment/bin/python" -m pip install --retries 1 --only-binary :all: "ai-dynamo-runtime==$DYNAMO" &&
        "$environment/bin/python" -m pip install --retries 1 --only-binary :all: --no-deps "ai-dynamo==$DYNAMO"
}

bash scripts/venv.sh bridge-venv prometheus_client
if [ ! -f "$environment/.dynamo-$DYNAMO" ]; then # the mark goes with the environment
    say "get Dynamo $DYNAMO (75 MB)"
    if log bridge-dynamo dynamo; then
        touch "$environment/.dynamo-$DYNAMO"
    fi
fi
PYTHONPATH=$root/benchmarks "$environment/bin/python" benchmarks/bridge/measure.py --rounds "${ROUNDS:-5}" \
    --sizes "${SIZES:-1000,10000,100000}" --only "${ONLY:-}" --results "$root/benchmarks/results"

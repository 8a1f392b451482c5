#!/usr/bin/env bash
# make bench-multiprocess: what does a scrape of a multiprocess directory cost, first and again, beside prometheus_client?
#
#     ROUNDS=15          how often each is measured, in turns; a third as often for the large directories
#     ONLY=500           directories whose name has this in it; shown, not kept
. "$(dirname "$0")/../../scripts/common.sh"
bash scripts/venv.sh bench-venv prometheus_client
PYTHONPATH=$root/benchmarks "$cache/bench-venv/bin/python" benchmarks/multiprocess/measure.py \
    --rounds "${ROUNDS:-15}" --only "${ONLY:-}" --results "$root/benchmarks/results"

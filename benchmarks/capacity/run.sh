#!/usr/bin/env bash
# make bench-capacity: what does one Prometheus take to watch hundreds of workers?
#
#     TARGETS=300 SERIES=500 FOR_SECONDS=900    less is shown, not kept
. "$(dirname "$0")/../../scripts/common.sh"
bash scripts/venv.sh venv pytest prometheus_client protobuf
PYTHONPATH=$root/benchmarks "$cache/venv/bin/python" benchmarks/capacity/measure.py --targets "${TARGETS:-300}" \
    --series "${SERIES:-500}" --seconds "${FOR_SECONDS:-900}" --results "$root/benchmarks/results"

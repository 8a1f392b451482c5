#!/usr/bin/env bash
# make stack-test: the whole stack on loopback, under load; each query of dashboards, rules and documents has to show data.
. "$(dirname "$0")/common.sh"
bash scripts/setup.sh
bash scripts/build.sh
bash scripts/venv.sh venv pytest prometheus_client protobuf
suite stack-live "the live stack, ${STACK_SECONDS:-50} s of load" "$cache/venv/bin/python" Tests/stack/live.py
total

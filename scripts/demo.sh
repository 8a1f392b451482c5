#!/usr/bin/env bash
# Builds what is needed, then runs demo/worker.py in an environment of its own.
. "$(dirname "$0")/common.sh"
bash scripts/setup.sh
bash scripts/build.sh
bash scripts/venv.sh demo-venv prometheus_client
exec "$cache/demo-venv/bin/python" demo/worker.py

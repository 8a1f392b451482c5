# What a newcomer and CI type. Each target does its own set-up; `make` alone lists them.
#
#   PYTHON=/path/python3   the interpreter (else the first python3 >= 3.10 with headers)
#   logs are in .cache/logs, what is built in .build, downloads and virtual environments in .cache

.DEFAULT_GOAL := help
.PHONY: help build demo test test-slow stack-test wheel bench bench-cells bench-bridge bench-multiprocess bench-capacity lint install clean
MAKEFLAGS += --no-print-directory
export PYTHON DEMO_PORT DEMO_ONCE DEMO_STILL FUZZ_SECONDS FUZZ_SEED CASES STEPS EXITS CELLS SIGNALS HANDLES PAGES LIVE ROUNDS SIZES ONLY STACK_SECONDS STACK_RESULTS TARGETS SERIES FOR_SECONDS PREFIX DESTDIR

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | column -t -s '|'

build: ## the library and the dynmetrics command, in .build/lib and .build/bin
	@scripts/setup.sh
	@scripts/build.sh

demo: ## a worker with real engine metrics, served until Ctrl-C (DEMO_PORT=9464, DEMO_ONCE=1: once)
	@scripts/demo.sh

test: ## everything a change has to pass, in at most 8 minutes
	@scripts/test.sh

stack-test: ## every dashboard query, rule and main value on a live stack, in about 2 minutes (STACK_SECONDS=50)
	@scripts/stack-test.sh

test-slow: ## sanitizers, fuzzing, torture, valgrind (FUZZ_SECONDS=20 CASES=300 EXITS=100 PAGES=10000)
	@scripts/test-slow.sh

wheel: ## the Python wheel and its sources, in dist, as they are published (docs/packaging.md)
	@scripts/setup.sh
	@scripts/build.sh
	@scripts/dist.sh dist

bench: bench-cells bench-bridge bench-multiprocess ## all benchmarks; tables are kept in benchmarks/results

bench-cells: ## what an update costs, against other clients, in a few minutes (ROUNDS=61 ONLY=operation)
	@scripts/setup.sh
	@scripts/build.sh
	@benchmarks/cells/run.sh

bench-bridge: ## what a scrape costs the engine, beside Dynamo, in about 8 minutes (ROUNDS=5 SIZES=1000)
	@scripts/setup.sh
	@scripts/build.sh
	@benchmarks/bridge/run.sh

bench-multiprocess: ## what a scrape of a multiprocess directory costs, in about 3 minutes (ROUNDS=15 ONLY=500)
	@scripts/setup.sh
	@scripts/build.sh
	@benchmarks/multiprocess/run.sh

bench-capacity: ## what 300 workers take of a Prometheus, in 15 minutes (TARGETS=300 SERIES=500 FOR_SECONDS=900)
	@scripts/setup.sh
	@scripts/build.sh
	@benchmarks/capacity/run.sh

lint: ## swift format, ruff and mypy; the gates
	@scripts/lint.sh

install: ## library, headers, pkg-config and CMake files, command and manual page below PREFIX=/usr/local (DESTDIR= is honoured)
	@scripts/install.sh

clean: ## takes away what was built; keeps the downloads in .cache
	rm -rf .build dist python/build python/src/*.egg-info .cache/logs .cache/results .cache/wheel

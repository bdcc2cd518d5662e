# Broadsheet's everyday commands. `make help` lists them.
# Everything is installed under this folder, from locked and hashed requirements: nothing else on the machine changes.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= $(firstword $(shell command -v python3.11 python3))
WORKERS ?= 2
TOOLS := .venv-tools
UV := $(TOOLS)/bin/uv
BIN := .venv/bin
PEERS := changedetection.io git-history rss2email urlwatch
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
LOCK := UV_CUSTOM_COMPILE_COMMAND='make lock' $(UV) pip compile --quiet --python-version 3.11 --generate-hashes

.PHONY: help install demo up cluster test crash check bench load peers lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.installed ## Install what `broadsheet` needs to run

demo: .venv/.installed ## Fourteen days of a made-up hub, through the real DAGs (TAPE=file: of real answers)
	$(BIN)/broadsheet demo $(if $(TAPE),--tape '$(TAPE)') $(ARGS)

up: .venv/.installed ## Airflow and the watcher on the live hub
	$(BIN)/broadsheet up $(ARGS)

cluster: .venv/.installed-dev .venv/.installed-cluster ## docker-compose.yaml here without containers (ARGS='--workers 3')
	PYTHONPATH=tests $(BIN)/python -m cluster.run $(ARGS)

test: .venv/.installed-dev .venv/.installed-cluster ## Run the tests (ARGS='tests/hub -k robots' for some of them)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

crash: .venv/.installed-dev ## Kill senders and loaders hundreds of times, and count (SEEDS=20 runs of each case)
	BROADSHEET_TEST_SEEDS=$(or $(SEEDS),20) $(BIN)/python -m pytest -n $(WORKERS) --dist load tests/crash $(ARGS)

check: .venv/.installed-dev ## Lint, types, the direction of imports, and the Dockerfiles
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile ops/kubernetes/Dockerfile

bench: .venv/.installed-dev .venv/.installed-bench ## Measure all of docs/benchmarks.md anew (ARGS=--full, ARGS='--only parsing,polling')
	$(BIN)/python tests/bench/run.py $(ARGS)

load: .venv/.installed-dev .venv/.installed-bench ## A great many subscribers, in bounded memory (ARGS=--full: a million)
	$(BIN)/python tests/bench/load.py $(ARGS)

peers: .venv/.installed $(PEERS:%=.venv-peers/%/.installed) ## Sixty scripted days through Broadsheet and four other programs (ARGS='--only urlwatch')
	PYTHONPATH=tests $(BIN)/python -m bench.peers $(ARGS)

lock: $(UV) ## Compile the requirements files anew (UPGRADE=--upgrade: to the newest versions)
	# One version of each package for all: what is installed on top of another never changes it.
	cat requirements.txt requirements-*.txt >.requirements-all.txt
	$(LOCK) $(UPGRADE) --all-extras pyproject.toml -o .requirements-all.txt
	$(LOCK) --extra build -c .requirements-all.txt pyproject.toml -o requirements.txt
	for extra in bench cluster dev; do \
		$(LOCK) --extra build --extra $$extra -c .requirements-all.txt pyproject.toml -o requirements-$$extra.txt; \
	done
	rm .requirements-all.txt
	for peer in $(PEERS); do $(LOCK) $(UPGRADE) tests/bench/peers/$$peer.in -o tests/bench/peers/$$peer.txt; done

clean: ## Remove what these commands installed and cached; your data stays
	rm -rf .venv .venv-peers $(TOOLS) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# uv needs nothing but pip: no python3-venv, no ensurepip.
$(UV): requirements-uv.txt
	@test -n '$(PYTHON)' || { echo 'No python3 found: install Python 3.11 or set PYTHON.' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than Python 3.11: set PYTHON to a newer one." >&2; exit 1; }
	@'$(PYTHON)' -m pip --version >/dev/null \
		|| { echo "$(PYTHON) has no pip: apt-get install python3-pip, or set PYTHON." >&2; exit 1; }
	rm -rf $(TOOLS)
	'$(PYTHON)' -m pip install --quiet --disable-pip-version-check --root-user-action ignore --require-hashes --target $(TOOLS) -r $<
	@touch $@

$(BIN)/python: | $(UV)
	$(UV) venv --quiet --no-project --python '$(PYTHON)' .venv

.venv/.installed: requirements.txt pyproject.toml $(UV) | $(BIN)/python
	$(INSTALL) --compile-bytecode --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	# Who runs it may not be allowed to write here, and would compile every module at every start.
	$(BIN)/python -m compileall -q include plugins dags
	@touch $@

# dev, bench and cluster: what tests, measurements and several machines need on top.
.venv/.installed-%: requirements-%.txt .venv/.installed
	$(INSTALL) --compile-bytecode --require-hashes -r $<
	@touch $@

# Each peer apart from everything else: what it needs is its own business.
.venv-peers/%/.installed: tests/bench/peers/%.txt | $(UV)
	$(UV) venv --quiet --clear --no-project --python '$(PYTHON)' $(@D)
	$(UV) pip install --quiet --python $(@D)/bin/python --require-hashes -r $<
	@touch $@

# Everything a person or CI runs. `make run` and `make test` need nothing but Python 3.11.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
COVER ?= tests/registry tests/api tests/schemas tests/credentials tests/vectors
PY := .venv/bin/python
STAMP := $(shell cat requirements.txt requirements-dev.txt 2>/dev/null | cksum | cut -d' ' -f1)
RUN_STAMP := .venv/.run-$(shell cksum < requirements.txt | cut -d' ' -f1)
DEV_STAMP := .venv/.dev-$(STAMP)
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes

.PHONY: help run test check format lint types contracts tests coverage bench lock browser peer clean bench-register bench-catalogue mutations \
	conformance-server conformance-report

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: $(RUN_STAMP) ## the registry with its demo data on http://localhost:8000 (PORT=… changes it)
	@$(PY) -m registry.ops.embedded
	@PUBLIC_URL=$${PUBLIC_URL:-http://localhost:$(PORT)} $(PY) manage.py up
	@export PUBLIC_URL=$${PUBLIC_URL:-http://localhost:$(PORT)}; \
		$(PY) manage.py publish --every 5 --beside >/dev/null & \
		PUBLIC_URL=$${PUBLIC_URL:-http://localhost:$(PORT)} exec .venv/bin/granian --interface wsgi --host $(HOST) --port $(PORT) \
		--workers 1 --blocking-threads 4 --no-ws --log-level warning registry.wsgi:application

test: $(DEV_STAMP) tests ## every test that this machine can run, saying what was left out

check: $(DEV_STAMP) format lint types contracts tests ## format, lint, types, import contracts, tests: what CI runs

format:
	@.venv/bin/ruff format --check -q . && echo "format: clean"

lint:
	@.venv/bin/ruff check -q . && echo "lint: clean"

types:
	@$(PY) -m mypy --no-error-summary && echo "types: clean"

contracts:
	@.venv/bin/lint-imports --no-logo 2>&1 | tail -20

tests:
	@$(PY) -m pytest -q $(PYTEST_ARGS)
	@if [ -n "$$TEST_DATABASE_URL" ]; then echo "Rows, locks and journeys again, on PostgreSQL:"; \
		DATABASE_URL="$$TEST_DATABASE_URL" $(PY) -m pytest -q tests/registry tests/journeys tests/web; \
	else echo "LEFT OUT: PostgreSQL (set TEST_DATABASE_URL=postgres://…)"; fi

coverage: $(DEV_STAMP) ## which branches no test of services, API and schemas goes through (COVER=… other folders)
	@$(PY) -m pytest -q --cov --cov-report=term:skip-covered $(COVER)

bench: $(DEV_STAMP) peer ## issue and verify per second, beside the raw signature rate and a peer
	@$(PY) -m benchmarks

mutations: $(DEV_STAMP) ## a million random changes to valid credentials: none is believed (COUNT=… SEED=…)
	@$(PY) -m tests.hostile.mutations $(or $(COUNT),1000000) $(SEED)

conformance-server: $(RUN_STAMP) ## for public test suites on this machine: HTTPS, throw-away issuers (PORT=40443)
	@$(PY) -m conformance.server $(if $(filter 8000,$(PORT)),40443,$(PORT)) $(IDS)

bench-catalogue: $(DEV_STAMP) ## search with facets over ACTIVITIES=200000, on SQLite and on an empty BENCH_DATABASE_URL
	@$(PY) -m benchmarks.catalogue $${ACTIVITIES:-200000}
	@if [ -n "$$BENCH_DATABASE_URL" ]; then DATABASE_URL="$$BENCH_DATABASE_URL" $(PY) -m benchmarks.catalogue $${ACTIVITIES:-200000}; \
	else echo "LEFT OUT: PostgreSQL (set BENCH_DATABASE_URL=postgres://… to an empty database)"; fi

bench-register: $(DEV_STAMP) ## the whole register as a download: time and memory (ACTIVITIES=20000)
	@$(PY) -m benchmarks.register $${ACTIVITIES:-20000}

conformance-report: $(DEV_STAMP) peer ## docs/conformance: every data set and suite (SUITES=folder), signed (SIGNER=file:…)
	@$(PY) -m conformance.report $(if $(SUITES),--suites $(SUITES)) $(if $(SIGNER),--signer $(SIGNER))

browser: ## Chromium for the browser tests (Debian)
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium >/dev/null)

peer: benchmarks/peer/node_modules/.stamp ## the npm implementation that our credentials are held against

benchmarks/peer/node_modules/.stamp: benchmarks/peer/package-lock.json
	@cd benchmarks/peer && npm ci --silent --no-audit --no-fund && touch node_modules/.stamp

lock: ## pin requirements*.in with hashes (needs uv)
	uv pip compile -q --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 requirements.in -o requirements.txt
	uv pip compile -q --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 requirements-dev.in -o requirements-dev.txt

clean: ## remove the environment and the embedded data
	rm -rf .venv var benchmarks/peer/node_modules

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "Python 3.11 or newer is needed.")'
	@$(PYTHON) -m venv .venv

$(RUN_STAMP): .venv/bin/python requirements.txt
	@test -e $(DEV_STAMP) || { echo "Installing the service's packages …"; $(PIP) -r requirements.txt; }
	@rm -f .venv/.run-*; touch $@

$(DEV_STAMP): .venv/bin/python requirements-dev.txt
	@echo "Installing the packages for tests …"; $(PIP) -r requirements-dev.txt
	@rm -f .venv/.dev-*; touch $@

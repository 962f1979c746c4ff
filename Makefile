# make run     the Alexandria comparison, from nothing but Python 3.11 or newer
# make bench   how fast it is on this machine, beside other libraries (some minutes)
# make validation   every programme in scenarios/ beside what it published: makes docs/validation.md (some minutes)
# make test    everything that must hold before a change goes in (a few minutes on two cores)
# Each target makes .venv by itself, with the versions named in constraints.txt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/made-from-constraints
ALEXANDRIA := scenarios/alexandria_va.yaml scenarios/alexandria_va_evenings.yaml \
	scenarios/alexandria_va_second_team.yaml scenarios/alexandria_va_all_hours.yaml

.PHONY: run bench validation test test-all lint format wheel venv clean

run: $(READY)
	$(BIN)/crisis-sim compare $(ALEXANDRIA)

bench: $(READY)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e ".[bench]"
	$(BIN)/crisis-sim bench

validation: $(READY)
	$(BIN)/python -m experiments.programmes

test: lint
	$(BIN)/python -m pytest -q -n 2 -m "not slow"

test-all: lint
	$(BIN)/python -m pytest -q -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel: $(READY)
	rm -rf dist
	$(BIN)/python -m pip wheel -qq --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/*.whl

venv: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("crisis-sim needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11")'
	@echo "Making $(VENV) from constraints.txt (once; a minute or two) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

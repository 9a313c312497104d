# Everything a newcomer or a pipeline runs. Each target sets up what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CASES ?= ../shared/cases
WORKERS ?= 2

.PHONY: demo test check lint types imports score bench fuzz lock wheel clean

demo: $(VENV)/run.stamp   ## the dashboard on the sample inventory
	$(BIN)/posture demo

test: $(VENV)/dev.stamp   ## every test
	$(BIN)/python -m pytest -n $(WORKERS)

check: lint types imports ## what a pipeline checks besides the tests

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports

score: $(VENV)/dev.stamp  ## accuracy on labelled cases: make score CASES=DIR MIN=1.0 MAX_FALSE=0
	$(BIN)/python -m bench.score $(CASES) $(if $(MIN),--min $(MIN)) $(if $(MAX_FALSE),--max-false $(MAX_FALSE))

bench: $(VENV)/dev.stamp  ## time, memory and growth
	$(BIN)/python -m bench

fuzz: $(VENV)/dev.stamp   ## every reader on damaged files: make fuzz INPUTS=100000
	$(BIN)/python -m bench.fuzz $(if $(INPUTS),--inputs $(INPUTS))

lock: $(VENV)/dev.stamp   ## exact versions with hashes, without index addresses
	$(PIP) uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet -o requirements/run.lock
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements/run.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet \
		-o requirements/dev.lock

wheel: $(VENV)/dev.stamp
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "posture needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

# The build backend comes first, so that installing the project itself asks no index.
$(VENV)/run.stamp: requirements/run.lock requirements/build.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/build.lock
	$(PIP) --require-hashes -r requirements/run.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp
	$(PIP) --require-hashes -r requirements/dev.lock
	touch $@

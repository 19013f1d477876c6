# Two commands: `make run` sets up what is missing and runs everything; `make test` tests it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# uv installs the lock several times faster than pip; it is bootstrapped, pinned by hash, when absent.
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup run test check ui docs spark s3 lock clean

help:
	@echo "make run     set up what is missing, run everything, print where the report is"
	@echo "make test    run the tests"
	@echo "make check   lint, types, import walls, sizes, Dagster definitions, generated docs"
	@echo "make ui      open the Dagster graph on http://127.0.0.1:3000"
	@echo "make docs    write the generated pages of docs/"
	@echo "make spark   put Apache Spark in .spark, for the tests and benchmarks on several processes"
	@echo "make s3      put a small S3 server (moto) in .s3, for the tests of object storage"
	@echo "make lock    resolve requirements.lock again"
	@echo "make clean   remove everything generated"

setup: $(STAMP)

$(STAMP): requirements.lock requirements.bootstrap.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11 to 3.13 is needed; this is %d.%d. Name another with: make run PYTHON=python3.11" % v)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x "$(UV)" || $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.bootstrap.lock
	@echo "Installing the packages of requirements.lock (a minute at most)..."
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

run: setup
	@$(BIN)/snp run

# Two workers, a file to one of them: files share the projects they build. More would want memory.
test: setup
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest tests/unit/test_house_rules.py
	@DAGSTER_HOME="$(CURDIR)" $(BIN)/dg check defs
	@$(BIN)/snp docs --check

ui: setup
	@DAGSTER_HOME="$(CURDIR)" $(BIN)/dagster dev -m assets.definitions

docs: setup
	@$(BIN)/snp docs

# The whole of Spark (a driver, executors) cannot live in one environment with its client.
spark: setup
	@test -x .spark/pyspark/bin/spark-submit || $(UV) pip install --quiet --python $(BIN)/python --target .spark --require-hashes -r tests/spark.lock
	@command -v java >/dev/null || echo "Java (17 or later) is needed too, and is not on the path"

# A server of the S3 protocol, in memory, for tests alone: outside the environment, as Spark is.
s3: setup
	@test -d .s3/moto || $(UV) pip install --quiet --python $(BIN)/python --target .s3 --require-hashes -r tests/s3.lock

lock: setup
	@$(UV) pip compile pyproject.toml --group dev --extra cluster --universal --generate-hashes --no-strip-extras --no-header --upgrade --output-file requirements.lock

clean:
	rm -rf .build .dagster .mypy_cache .ruff_cache .hypothesis data/processed/* reports/*
	touch data/processed/.gitkeep reports/.gitkeep

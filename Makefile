# Two commands matter: `make run` shows the system, `make test` proves it. Both install what they
# need first and say so. `make` alone lists the rest.
PYTHON := .venv/bin/python
# Three workers for two cores, as tests often wait; a module stays on one worker with its fixtures.
WORKERS ?= 3
PYTEST := $(PYTHON) -m pytest -p tools.budget
# Compiled modules are kept whatever the caller's environment says: tests start many processes, and
# without them each would compile the whole house anew.
export PYTHONDONTWRITEBYTECODE :=
# The compiled files name packages, versions and hashes only: no index host, no path.
UV := build/uv/bin/uv
COMPILE = $(UV) pip compile --quiet --generate-hashes --no-header --no-annotate \
	--python-version 3.11 $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help run demo test test-long check fmt lock clean setup-run setup-test

help:
	@echo 'make run        on an empty data folder hold the sample exam; then serve on 127.0.0.1:8000'
	@echo 'make demo       hold the sample exam over HTTP, show what came of it, and exit'
	@echo 'make test       format, lint, types, import contracts and every test at reduced size'
	@echo 'make test-long  the same tests at full size, section by section; resumes where it stopped'
	@echo 'make check      format, lint, types and import contracts only'
	@echo 'make fmt        format the code and fix what ruff can fix'
	@echo 'make lock       resolve requirements/*.txt anew from pyproject.toml'
	@echo 'make clean      remove what was made, except the data folder'

run: setup-run
	@exec .venv/bin/ujikom serve --with-sample

demo: setup-run
	@exec .venv/bin/ujikom demo

# The checks run beside the tests, so that one run tells everything.
test: setup-test
	@TEST_STARTED=$$(date +%s) TEST_CHECKS=1 \
		$(PYTEST) -n $(WORKERS) --dist loadscope --no-loadscope-reorder

test-long: setup-test
	@$(PYTHON) -m tools.test_long --workers $(WORKERS) $(SECTIONS)

check: setup-test
	@$(MAKE) --no-print-directory check-quick

.PHONY: check-quick
check-quick:
	@failed=0; \
	echo 'check: format';    $(PYTHON) -m ruff format --quiet --check --output-format concise . || failed=1; \
	echo 'check: lint';      $(PYTHON) -m ruff check --quiet --output-format concise . || failed=1; \
	echo 'check: types';     $(PYTHON) -m mypy --no-error-summary --strict . || failed=1; \
	echo 'check: imports';   report=$$(.venv/bin/lint-imports --no-logo 2>&1) \
		|| { echo "$$report"; failed=1; }; \
	exit $$failed

fmt: setup-test
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .

# `make lock UPGRADE=--upgrade` takes the newest releases that pyproject.toml allows.
lock: setup-test
	@[ -x $(UV) ] || { $(PYTHON) -m venv build/uv && build/uv/bin/pip install -q uv==0.13.9; }
	@$(COMPILE) --extra postgres -o requirements/main.txt pyproject.toml
	@$(COMPILE) --extra postgres --extra pkcs11 --extra dev -c requirements/main.txt -o requirements/dev.txt pyproject.toml

clean:
	rm -rf .venv build artifacts .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

setup-run:
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

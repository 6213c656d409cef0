# `make demo` and `make test` are all the set-up there is: each target first brings what it needs.
PYTHON ?= python3
RUN := .venv/bin/python
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup dev browser demo test check lint types imports dependencies fix lock bench

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

setup: ## install what running needs, into .venv and .cache
	@$(PYTHON) bootstrap.py setup

dev: ## install what tests and checks need as well
	@$(PYTHON) bootstrap.py setup --dev

browser: dev ## find or install Chromium for the browser tests
	@$(PYTHON) bootstrap.py browser --again

demo: setup ## the whole club on this machine: no token, no account
	@$(RUN) -m bot demo

test: dev ## the whole test suite
	@$(PYTHON) bootstrap.py browser
	@$(RUN) -m pytest -n $(WORKERS) --dist loadscope $(ARGS)

check: lint types imports dependencies ## all that can be checked without running

lint: dev ## style and format
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: dev ## strict types
	$(RUN) -m mypy

imports: dev ## imports go down, and only through the adapters
	.venv/bin/lint-imports

dependencies: dev ## what is imported is declared, and the other way round
	.venv/bin/deptry .

fix: dev ## repair what the linter can repair
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

lock: ## write the lock files anew from pyproject.toml
	@$(PYTHON) bootstrap.py lock

bench: dev ## measure speed
	@for each in tests/bench/bench_*.py; do \
		$(RUN) -m tests.bench.$$(basename $$each .py) || exit 1; done

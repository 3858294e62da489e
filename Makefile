PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo up test integration check fmt bench bench-smoke lock clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 16

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

demo: .venv/ready ## Set up and run everything on this machine, fed with a simulated city
	$(BIN)/fundguard up --demo

up: .venv/ready ## Set up and run everything on this machine
	$(BIN)/fundguard up

test: .venv/ready ## Set up and run the tests (local shell, SQLite)
	$(BIN)/pytest -q -m "not integration and not browser"

integration: .venv/ready ## The tests that need Java 17, Maven, PostgreSQL and Chromium
	deploy/with-postgres $(BIN)/pytest -q -m "integration or browser" tests

check: .venv/ready ## Style, types and import borders
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/fundguard rules check

fmt: .venv/ready ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/ready ## Measure throughput against the ordinary Faust form
	$(BIN)/python -m bench

bench-smoke: .venv/ready ## The same, short
	$(BIN)/python -m bench --smoke

lock: ## Resolve the dependencies anew (needs uv)
	uv export --quiet --all-groups --no-emit-project --format requirements-txt -o requirements.lock

clean: ## Remove the environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The one door. Needs python3 >= 3.11, git and make; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8080
DATA ?= ../shared/data
# A file of tests stays whole with one worker: some files share a sandbox or the evidence of one long run.
WORKERS ?= 2
IN_PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: help install node run sandbox test check bench

help:
	@echo "make sandbox — попробовать в браузере    make test — тесты    make check — все проверки"
	@echo "make install — поставить в .venv         make run  — запустить бота по .env"
	@echo "make node    — то, что тестам нужно из npm (без него эти тесты пропускаются)"

install: .venv/.installed

.venv/.installed: bootstrap.py uv.lock pyproject.toml
	$(PYTHON) bootstrap.py
	@touch $@

node: tests/node/node_modules/.installed

tests/node/node_modules/.installed: tests/node/package-lock.json
	npm ci --prefix tests/node --ignore-scripts --no-audit --no-fund
	@touch $@

run: install
	$(BIN)/python -m bot migrate
	$(BIN)/python -m bot run

sandbox: install
	$(BIN)/python -m emulator --port $(PORT) --data var/sandbox --with-bot

test: install
	$(BIN)/python -m pytest -q $(IN_PARALLEL)

check: install
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q $(IN_PARALLEL) tests/states tests/handlers --cov=states --cov=handlers --cov-branch --cov-fail-under=100

bench: install
	$(BIN)/python benchmarks/matching.py --data $(DATA)
	$(BIN)/python benchmarks/against_plain_vkbottle.py
	$(BIN)/python benchmarks/spine.py
	$(BIN)/python benchmarks/emulator.py
	$(BIN)/python -m tests.kill --kills 100

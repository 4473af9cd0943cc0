# The one door. Needs python3 >= 3.11, git and make; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: install run sandbox test check bench

install: .venv/.installed

.venv/.installed: bootstrap.py uv.lock pyproject.toml
	$(PYTHON) bootstrap.py
	touch $@

run: install
	$(BIN)/python -m bot run

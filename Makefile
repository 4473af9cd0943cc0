# The one door. Needs python3 >= 3.11, git and make; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8080
DATA ?= ../shared/data
# Forks of one process that has collected the tests (tests/forks.py). A file stays whole with one worker: some files share
# a sandbox or the evidence of one long run. More than there are cores: what takes long waits for clocks, disks and pages.
WORKERS ?= 6
# Set in some images: each process that a test starts would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE
IN_PARALLEL := -p tests.forks --forks $(WORKERS)

.PHONY: help install node run sandbox quick test test-runs coverage seeds figures check bench bench-all nightly prove proof audit release

help:
	@echo "make sandbox   try it in a browser               make run        run the bot by .env"
	@echo "make quick     an answer in 90 seconds           make test       the tests, under five minutes"
	@echo "make test-runs what drives a browser, installs, kills processes, plays by chance"
	@echo "make check     ruff, mypy, layers                make nightly    long forms; one part: PART=kills"
	@echo "make prove     the proof of a release (hours)    make bench      speed, 20 minutes; make bench-all: the rest"
	@echo "make release   build dist/                       make audit      parts of the program and known holes"
	@echo "По-русски: README.ru.md, docs/ru/README.md"

install: .venv/.installed

.venv/.installed: bootstrap.py uv.lock pyproject.toml emulator/pyproject.toml
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
	$(BIN)/python -m bot sandbox --port $(PORT) --data var/sandbox --filled

# The pure core and the pure files of features, every line and branch of them: `make coverage`.
CORE := tests/states tests/screening tests/handlers tests/comments tests/notices tests/official_pages tests/questions tests/statistics

# The emulator's own tests run where it has changed since then, and each night.
SINCE ?= HEAD~20
UNCHANGED = $(shell git diff --quiet $(SINCE) -- emulator tests/emulator docs/emulator 2>/dev/null && echo --ignore=tests/emulator)

# What drives a browser, installs the program, kills processes, fills disks, ends leaders of a cluster or plays by chance:
# as long again, before a landing.
RUNS := tests/browser tests/ha tests/kill tests/powerloss tests/simulation tests/walks tests/test_sandbox.py \
	$(sort $(wildcard tests/*/test*_in_chromium.py)) \
	tests/deploy/test_wheel.py tests/deploy/test_install.py

test: install
	$(BIN)/python -m pytest -q $(IN_PARALLEL) $(RUNS:%=--ignore=%) $(or $(UNCHANGED),tests emulator/tests)

# Measuring doubles what the core's tests take: before a landing and each night.
coverage: install
	$(BIN)/python -m pytest -q -n auto --dist loadfile $(CORE) --cov=states --cov=screening --cov=handlers \
		--cov=features.comments.model --cov=features.comments.handlers --cov=features.comments.texts \
		--cov=features.notices.model --cov=features.notices.handlers --cov=features.notices.texts \
		--cov=features.official_pages.model --cov=features.official_pages.handlers --cov=features.official_pages.texts \
		--cov=features.questions.model --cov=features.questions.handlers \
		--cov=features.statistics.handlers --cov=features.statistics.texts \
		--cov-branch --cov-fail-under=100

test-runs: install node
	$(BIN)/python -m pytest -q $(IN_PARALLEL) $(RUNS)

# Seeds of the simulation that are always the same, and those that failed once.
seeds: install
	$(BIN)/python -m tests.simulation --ci --jobs $(JOBS)

# What breaks most often, at once: checks, the pure core, matching, storage on SQLite, pure transcripts, a hundred seeds.
QUICK := $(CORE) tests/matching tests/storage tests/transcripts/test_pure.py tests/transcripts/test_three_things.py

quick: install
	@$(MAKE) --no-print-directory --jobs 3 --output-sync=target check quick-tests quick-seeds

quick-tests:
	$(BIN)/python -m pytest -q -p tests.forks --forks 2 -k "not postgresql" $(QUICK)

quick-seeds:
	$(BIN)/python -m tests.simulation --seeds 100

check: install
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=emulator $(BIN)/lint-imports

# The table of speed, about twenty minutes on two cores; writes docs/reference/speed.md. Less: ROUNDS=1.
ROUNDS ?= 5

bench: install
	$(BIN)/python benchmarks/speed.py --rounds $(ROUNDS) --write

# What is told on docs/reference/benchmarks.md.
bench-all: bench
	$(BIN)/python benchmarks/matching.py --data $(DATA)
	$(BIN)/python benchmarks/against_plain_vkbottle.py
	$(BIN)/python benchmarks/cost.py
	$(BIN)/python benchmarks/emulator.py
	$(BIN)/python -m tests.kill --kills 100

# The long forms of each night; what they say stays in var/night.
NIGHT := var/night
NIGHTLY := tests coverage benches seeds combinations mutants kills losses ha hostile soak

nightly: install node
	@rm -rf $(NIGHT) && mkdir -p $(NIGHT)
	@for part in $(or $(PART),$(NIGHTLY)); do $(MAKE) --no-print-directory night-$$part || failed="$$failed $$part"; done; \
	if [ -n "$$failed" ]; then echo "НЕ держится:$$failed"; exit 1; fi

night-tests:
	BOT_TESTS_LONG=1 $(BIN)/python -m pytest -q $(IN_PARALLEL) --timeout 3600 tests emulator/tests

night-coverage: coverage

night-benches: figures

# Those with a bar; a landing measures them only where its change may show (.ci/parts.py).
figures: install
	$(BIN)/python benchmarks/against_plain_vkbottle.py
	$(BIN)/python benchmarks/cost.py
	$(BIN)/python benchmarks/speed.py --quick
	$(BIN)/python benchmarks/emulator.py --quick
	[ ! -d $(DATA) ] || $(BIN)/python benchmarks/matching.py --data $(DATA) --quick

night-seeds:
	$(BIN)/python -m tests.simulation --night --jobs $(JOBS) --results $(NIGHT)/seeds.json

night-combinations:
	$(BIN)/python -m tests.simulation.combinations --each 5 --jobs $(JOBS) --results $(NIGHT)/combinations.json

night-mutants:
	$(BIN)/python -m tests.simulation.mutants --all --jobs $(JOBS) --results $(NIGHT)/mutants.json

night-kills:
	$(BIN)/python -m tests.kill --kills 300 --faults 0.03 --results $(NIGHT)/kills.json
	$(BIN)/python -m tests.kill.workers --kills 60
	$(BIN)/python -m tests.kill --kills 100 --faults 0.03 --twins --results $(NIGHT)/kills-twins.json
	$(BIN)/python -m tests.kill --kills 100 --faults 0.03 --comments --results $(NIGHT)/kills-comments.json

night-losses:
	$(BIN)/python -m tests.powerloss --losses 1000 --results $(NIGHT)/losses.json

# A cluster of Patroni whose leaders are killed; asks for etcd-server, patroni, python3-etcd, python3-dnspython.
night-ha:
	$(BIN)/python -m tests.ha --kills 3 --results $(NIGHT)/ha.json

night-hostile:
	$(BIN)/python -m tests.hostile all

night-soak:
	$(BIN)/python -m tests.simulation.soak --hours 6 --residents 500 --chats 40 --seed 1 --results $(NIGHT)/soak.json

# For a release (docs/reference/proof.md). Each part goes on where it ended and can be run alone: make prove PART=kills.
SEEDS ?= 50000
FROM ?= 0
JOBS ?= 2
EACH ?= 50
HITS ?= 400
KILLS ?= 1000
LOSSES ?= 1000
HOURS ?= 24
RESIDENTS ?= 2000
CHATS ?= 40
PARTS := simulation points combinations mutants kills losses plain soak
KEPT := docs/reference/proof

prove: install
	@for part in $(or $(PART),$(PARTS)); do $(MAKE) --no-print-directory prove-$$part || failed="$$failed $$part"; done; \
	$(MAKE) --no-print-directory proof; \
	if [ -n "$$failed" ]; then echo "НЕ держится:$$failed"; exit 1; fi

proof: install
	$(BIN)/python -m tests.simulation.proof
	$(BIN)/python -m tests.hostile.table

prove-simulation:
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) --from $(FROM) --jobs $(JOBS) \
	    --results $(KEPT)/simulation$(if $(filter-out 0,$(FROM)),-$(FROM)).json

# After a change that only concerns restores: the seeds of that range with an older copy, again.
prove-older_copy:
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) --from $(FROM) --of older_copy --jobs $(JOBS) \
	    --results $(KEPT)/older_copy.json

prove-points:
	$(BIN)/python -m tests.simulation.crash_points --hits $(HITS) --jobs $(JOBS) --results $(KEPT)/points.json

prove-combinations:
	$(BIN)/python -m tests.simulation.combinations --each $(EACH) --jobs $(JOBS) --results $(KEPT)/combinations.json

prove-mutants:
	$(BIN)/python -m tests.simulation.mutants --jobs $(JOBS) --results $(KEPT)/mutants.json

prove-kills:
	$(BIN)/python -m tests.kill --kills $(KILLS) --seed 1 --faults 0.03 --results $(KEPT)/kills.json

prove-losses:
	$(BIN)/python -m tests.powerloss --losses $(LOSSES) --results $(KEPT)/losses.json

prove-plain:
	$(BIN)/python -m benchmarks.plain_proof --results $(KEPT)/plain.json

prove-soak:
	$(BIN)/python -m tests.simulation.soak --hours $(HOURS) --residents $(RESIDENTS) --chats $(CHATS) --seed 1 \
	    --results $(KEPT)/soak.json

# The wheels, the parts list, what is new, checksums: dist/.
release: install
	deploy/release.sh

# What we ship: the parts list, and whether a part has a known hole (T23). Needs PyPI; without it the second half says so.
audit: install
	@mkdir -p var
	.venv-uv/*/uv export --frozen --no-dev --all-extras --no-extra sandbox --format cyclonedx1.5 --quiet > var/sbom.json
	@$(BIN)/python -c "import json; print('var/sbom.json: частей', len(json.load(open('var/sbom.json'))['components']))"
	@.venv-uv/*/uv export --frozen --no-dev --all-extras --no-extra sandbox --no-emit-workspace --quiet > var/requirements.txt
	@if $(BIN)/python -c "import urllib.request as u; u.urlopen('https://pypi.org/pypi/pip/json', timeout=10)" 2>/dev/null; then \
		.venv-uv/*/uv tool run --quiet pip-audit --requirement var/requirements.txt --disable-pip --require-hashes --strict --progress-spinner off; \
	else echo "Сведения PyPI об уязвимостях недоступны: части НЕ проверены"; exit 1; fi

"""The tree as it must be: layers, no cycles, small functions, no list of packages that the tree has outgrown."""

from __future__ import annotations

import ast
import copy
import os
import re
import shutil
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path

import grimp
import pytest
from importlinter.contracts.layers import LayersContract

from tests import packages

ROOT = Path(__file__).parent.parent
BANNED_NAMES = {"utils", "helpers", "manager", "common", "base"}


def sources() -> list[Path]:
    return sorted(path for package in packages.ALL for path in (ROOT / packages.folder_of(package)).rglob("*.py"))


def test_no_more_names_want_to_be_made_plain() -> None:
    """Bare participles, `one`, one class name in many places: whoever renames lowers the counts."""
    look = subprocess.run([sys.executable, "tools/plain_names.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert look.returncode == 0, look.stdout


def test_no_function_is_longer_than_50_lines() -> None:
    long = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 50:
                    long.append(f"{path.relative_to(ROOT)}:{node.name} {length}")
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(p) for p in sources() if p.read_text() and not ast.get_docstring(ast.parse(p.read_text()))]
    assert not silent


def test_no_drawer_for_everything() -> None:
    assert not [path for path in sources() if path.stem in BANNED_NAMES]


def test_at_most_sixteen_modules_stand_at_the_top_of_a_package() -> None:
    tops = {package: [one.name for one in tops_of(package)] for package in packages.ALL}
    assert {package: len(names) for package, names in tops.items() if not 2 <= len(names) <= 16} == {}


def tops_of(package: str) -> list[Path]:
    """What stands at the top of a package: its modules and its sub-packages."""
    folder = ROOT / packages.folder_of(package)
    found = [path for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    return [path for path in found if path.stem != "__init__"]


SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTER = SETTINGS["tool"]["importlinter"]
CONTRACTS = LINTER["contracts"]
INSIDE = {contract["containers"][0]: contract for contract in CONTRACTS if "containers" in contract}


def test_every_list_names_all_packages() -> None:
    own = {path.parent.name for path in ROOT.glob("emulator/*/__init__.py")} - {"tests"}
    there = own | {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert there == set(packages.ALL) == set(LINTER["root_packages"]) == set(SETTINGS["tool"]["mypy"]["packages"])
    assert set(INSIDE) == there and all(row["exhaustive"] for row in INSIDE.values())
    pure = next(contract for contract in CONTRACTS if contract["name"].startswith("The core is pure"))
    found = [path for path in (ROOT / "features").glob("*/*") if path.stem in packages.PURE_NAMES]
    of_features = {f"features.{path.parent.name}.{path.stem}" for path in found}
    assert set(pure["source_modules"]) == {*packages.PURE, *of_features}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    tested = re.findall(r"^CORE := (.*)$", makefile, re.MULTILINE)[0]
    assert set(re.findall(r"--cov=([\w.]+)", makefile)) == {*packages.PURE, *of_features}
    assert set(re.findall(r"tests/(\w+)", tested)) == {*packages.PURE, *(path.parent.name for path in found)}


def test_what_is_installed_has_every_package() -> None:
    """By the wheel, by install.sh, in the image: a package that one of them forgets is missed at the first start."""
    wheel = SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages.PRODUCT) <= set(wheel)
    copied = re.findall(r"^COPY (\w+) ", (ROOT / "deploy/docker/Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(packages.PRODUCT) <= set(copied)
    parts = re.findall(r"for part in ([^;\\]*)", (ROOT / "deploy/install.sh").read_text(encoding="utf-8"))[0].split()
    assert set(packages.PRODUCT) <= set(parts)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*packages.ALL, include_external_packages=True, cache_dir=None)


def test_no_modules_import_each_other_in_a_circle(graph: grimp.ImportGraph) -> None:
    ours = [name for name in graph.modules if name.split(".")[0] in packages.ALL]
    order = TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in ours})
    order.prepare()  # raises CycleError and names the circle


def layered() -> list[tuple[str, str, str]]:
    """For each layer but the highest of each package: the package, a room of it, and one of the layer above."""
    found = []
    for package, contract in INSIDE.items():
        rooms = [re.split(r"\s*[|:]\s*", layer) for layer in contract["layers"]]
        found += [(package, lower[0], upper[0]) for upper, lower in pairwise(rooms)]
    return found


def is_kept(graph: grimp.ImportGraph, package: str) -> bool:
    """Settings of a file are text to import-linter."""
    told = {name: str(value) if value is True else value for name, value in INSIDE[package].items() if name != "type"}
    return LayersContract(told["name"], {"root_packages": list(packages.ALL)}, told).check(graph, verbose=False).kept


@pytest.mark.parametrize(("package", "lower", "upper"), layered())
def test_an_import_against_a_layer_is_noticed(graph: grimp.ImportGraph, package: str, lower: str, upper: str) -> None:
    planted = copy.deepcopy(graph)
    assert is_kept(planted, package)
    planted.add_import(importer=f"{package}.{lower}", imported=f"{package}.{upper}", line_number=1, line_contents="")
    assert not is_kept(planted, package)


@pytest.mark.parametrize("package", packages.ALL)
def test_a_module_without_a_room_is_noticed(graph: grimp.ImportGraph, package: str) -> None:
    grown = copy.deepcopy(graph)
    grown.add_module(f"{package}.drawer")
    assert not is_kept(grown, package)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    env = {**os.environ, "PYTHONPATH": str(folder / "emulator")}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


BREAKS = {
    "states/lifecycle/appeal.py": "import handlers.text.words",
    "states/messages.py": "import asyncio",
    "states/lifecycle/answers.py": "import screening.danger",
    "screening/danger.py": "import handlers.text.words",
    "handlers/text/words.py": "import storage.db.codec",
    "handlers/views/cards.py": "import random",
    "matching/names.py": "import storage.db.codec",
    "screening/words.py": "import matching.names",
    "storage/db/codec.py": "import handlers.text.words",
    "storage/db/errors.py": "import bot.process.log",
    "bot/process/log.py": "import vkbottle",
    "bot/process/pace.py": "import sqlalchemy",
    "bot/charts/mark.py": "import states.messages",
    "bot/charts/bars.py": "import json",
    "bot/printing/pdf.py": "import features.statistics.report.page",
    "bot/process/retry.py": "import vk_emulator.world.clock",
    "bot/delivery/tick.py": "import handlers.system.recovery",
    "bot/runtime.py": "import jinja2",
    "emulator/vk_emulator/world/clock.py": "import states.messages",
}
"""A line that must not be written, for each street and each wall."""


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in packages.ALL:
        place = packages.folder_of(package)
        shutil.copytree(ROOT / place, folder / place, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_streets_are_kept(copied: Path) -> None:
    done = lint_imports(copied)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("place", BREAKS)
def test_a_broken_street_is_noticed(copied: Path, place: str) -> None:
    path = copied / place
    sound = path.read_text(encoding="utf-8")
    path.write_text(f"{sound}\n{BREAKS[place]}\n", encoding="utf-8")
    try:
        assert lint_imports(copied).returncode != 0
    finally:
        path.write_text(sound, encoding="utf-8")


CLOCKS = {
    "bot/delivery/tick.py": "import time\n\ntime.time()\n",
    "handlers/system/timer.py": "from datetime import datetime\n\ndatetime.now()\n",
    "bot/delivery/work.py": "import asyncio\n\nasyncio.create_task(None)\n",
    "storage/inbox/inbox.py": "import os\n\nos.environ\n",
}


@pytest.mark.parametrize("place", CLOCKS)
def test_a_banned_name_is_noticed(place: str) -> None:
    command = [str(Path(sys.executable).parent / "ruff"), "check", "--quiet", "--stdin-filename", place, "-"]
    done = subprocess.run(command, cwd=ROOT, input=CLOCKS[place], capture_output=True, text=True, check=False)
    assert "TID251" in done.stdout


def test_a_running_bot_imports_nothing_that_only_commands_need() -> None:
    """docs/decisions/0016: each of these costs an idle bot megabytes."""
    unwanted = {"alembic", "mako", "yaml", "rich", "asyncpg"}
    code = "import sys, bot.cli.cli, bot.app; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert unwanted & set(done.stdout.split()) == set()


def test_migrations_are_one_line() -> None:
    """Two that were written at the same time would leave the database without a newest version."""
    numbers = [path.name[:4] for path in sorted((ROOT / "storage/db/migrations/versions").glob("[0-9]*.py"))]
    assert numbers == [f"{turn:04}" for turn in range(1, len(numbers) + 1)]

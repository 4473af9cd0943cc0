"""What many tests share: the example region, read once, and its matcher."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from matching import Matcher
from states.directory import Directory
from tests import example, once
from tests.transcripts.virtual import Ground, Sqlite, virtual_loop

gc.disable()  # until all tests are collected
# On a busy machine 200 ms of a clock on the wall pass over one example; in CI the library asks for none by itself.
settings.register_profile("no_clock", settings(), deadline=None)
settings.load_profile("no_clock")

HERE = Path(__file__).parent
LONGEST = (
    "kill/",
    "ha/",
    "browser/",
    "walks/",
    "simulation/test_mutants.py",
    "simulation/test_workers.py",
    "transcripts/test_emulated.py",
    "simulation/",
    "operation/test_taken_away.py",
    "operation/test_update_under_load.py",
    "test_sandbox.py",
    "communities/test_apart.py",
    "deploy/",
    "probes/",
    "operation/test_database_away.py",
    "bot/",
    "web/",
    "hostile/",
    "learning/",
    "test_architecture.py",
    "storage/",
    "emulator/",
)
"""What takes long begins first, so that all workers end at about the same time (`make test`)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        path = item.path.as_posix().removeprefix(f"{HERE.as_posix()}/")  # those of the emulator lie elsewhere
        return next((place for place, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))

    items.sort(key=turn)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported is no garbage, and a test makes little: looking for it takes a fifth of the core's tests."""
    if session.config.getoption("forks", 0) and not session.config.option.collectonly:
        for_all_forks({name for item in session.items for name in getattr(item, "fixturenames", ())})
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def for_all_forks(asked: set[str]) -> None:
    """What they inherit, so that none makes it anew."""
    once.folder()
    typed = sys.modules.get("tests.operation.forked")
    if typed is not None:
        typed.server()
    if "matcher" in asked:
        example.matcher()
    if "virtual_ground" in asked:
        example_ground()
    if "site" in asked:
        compile_pages()


@cache
def example_ground() -> Ground:
    return Ground(Sqlite(), example.region())


def compile_pages() -> None:
    """Nothing of the panel is imported where nobody asks for a page."""
    import features
    from bot.web.layout import environment

    pages = environment(tuple(one.templates for one in features.installed() if one.templates is not None))
    for name in pages.list_templates():
        pages.get_template(name)


@pytest.fixture(scope="session")
def region() -> Directory:
    return example.region()


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    return example.matcher()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "virtual: no real clock, no sockets (tests/transcripts/virtual.py)")


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.get_closest_marker("virtual"):
        return {"virtual": virtual_loop}
    return {"real": asyncio.new_event_loop}


@pytest.fixture(scope="session")
def virtual_ground() -> Ground:
    """Prepared once for all tests."""
    return example_ground()

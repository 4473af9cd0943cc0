"""Each feature can be left out: its folder may be missing, and an administrator may switch it off (BOT_FEATURES)."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

import features
from bot.process.advice import Refusal
from states.directory import Directory
from tests.form import BOTH
from tests.transcripts.emulated import emulated, sqlite_url
from tests.transcripts.script import Player
from vk_emulator.server import running

OURS = ("bot", "features", "handlers", "matching", "screening", "states", "storage")
TALK = (
    {"отправила": "мария", "текст": "Большая яма на дороге, город Миасс, улица Ленина, дом 5"},
    {"чат miass-gorod отвечает": "Засыпали, проверили", "на": "яма"},
    {"ждать": 31},
    {"мария слышит": "Засыпали, проверили"},
)


def names(wanted: str) -> list[str]:
    return [feature.name for feature in features.chosen(wanted)]


def test_the_registry_names_every_folder_with_needs_first() -> None:
    found = features.installed()
    folders = {path.parent.name for path in Path(features.__file__).parent.glob("*/__init__.py")}
    assert [feature.name for feature in found] == list(features.ORDER) and folders == set(features.ORDER)
    for at, feature in enumerate(found):
        assert {*feature.needs} <= {before.name for before in found[:at]} and feature.title


def test_what_an_administrator_may_write() -> None:
    every = list(features.ORDER)
    assert names("all") == every and names("") == every and names("none") == []
    assert names("demo, callback") == [name for name in every if name in {"demo", "callback"}]
    assert names("all,-demo") == names("-demo") == [name for name in every if name != "demo"]


def test_a_name_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal, match="нет такой возможности: карта. Есть: callback"):
        features.chosen("карта")


def test_a_feature_without_what_it_needs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = features.installed()
    needing = (first, replace(rest[0], needs=(first.name,)), *rest[1:])
    monkeypatch.setattr(features, "installed", lambda: needing)
    with pytest.raises(Refusal, match=f"«{rest[0].name}» не работает без: {first.name}"):
        features.chosen(f"all,-{first.name}")


@pytest.mark.parametrize("name", features.ORDER)
def test_its_folder_may_be_missing(name: str) -> None:
    without([name])


@pytest.mark.skipif(not BOTH, reason="before a landing and each night")
@pytest.mark.parametrize("name", features.ORDER)
def test_it_may_stand_alone(name: str) -> None:
    without([one for one in features.ORDER if one != name])


def without(absent: list[str]) -> None:
    """In a fork, where libraries are imported and nothing of ours is."""
    hear, say = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            begin_without(absent)
            os.write(say, b"done")
        except BaseException:
            os.write(say, traceback.format_exc()[-2000:].encode())
        finally:
            os._exit(0)
    os.close(say)
    with open(hear, encoding="utf-8", errors="replace") as told:
        said = told.read()
    assert os.waitpid(child, 0)[1] == 0 and said == "done", said


def begin_without(absent: list[str]) -> None:
    """As if their folders were not there."""
    for name in [one for one in sys.modules if one.partition(".")[0] in OURS]:
        del sys.modules[name]
    sys.modules |= dict.fromkeys(f"features.{name}" for name in absent)  # type: ignore[arg-type]
    for name in ("bot.app", "bot.web.serve"):
        importlib.import_module(name)
    there = importlib.import_module("features")
    assert [one.name for one in there.installed()] == [one for one in there.ORDER if one not in absent]
    importlib.import_module("bot.cli.cli").app(["--help"], standalone_mode=False)
    assert not [one for one in sys.modules for name in absent if one.startswith(f"features.{name}.")]


async def test_without_any_the_core_talks(region: Directory, tmp_path: Path) -> None:
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region, features="none") as stage,
    ):
        assert stage.bot is not None and stage.bot.features == ()
        player = Player(stage)
        for line in TALK:
            await player.line(dict(line))

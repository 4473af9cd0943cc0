"""Communities beside the home: their walls are compared and their comments read by the home's loops, in one line."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from bot.config.settings import Settings, policy_of
from bot.delivery.walls import wall_of
from bot.process.clock import Clock
from bot.runtime import Runtime
from bot.upkeep.communities.beside import policy_beside, settings_beside
from features.comments import jobs, words
from storage.records.communities import Operator, RegisteredCommunity

HOME, SECOND = 101, 202


def two() -> Any:
    """The home and one beside it, as far as these loops look."""
    vk = SimpleNamespace(with_key=lambda _: None)
    settings = SimpleNamespace(vk_service_token="service-1")
    home: Any = SimpleNamespace(community=HOME, home=None, stopping=asyncio.Event(), further={}, service_pace=None)
    second = SimpleNamespace(community=SECOND, home=home, further={}, service_pace=None)
    for running in (home, second):
        running.vk, running.settings, running.clock = vk, settings, Clock()
        running.bell = lambda name, running=running: Runtime.bell(running, name)
    home.others = {SECOND: second}
    return home


@pytest.mark.parametrize(("module", "step"), [(jobs, "compare_posts"), (words, "read_waiting")])
async def test_the_homes_loop_looks_after_all(monkeypatch: pytest.MonkeyPatch, module: Any, step: str) -> None:
    home, looked = two(), []

    async def look(bot: Any, *_: Any) -> bool:
        looked.append(bot.community)
        if bot.community == SECOND:
            home.stopping.set()
            home.bell("comments").notify()
            bot.bell(words.WORDS_TIMER).notify()  # rung by the second, heard by the home
        return True

    monkeypatch.setattr(module, step, look)
    await (jobs.compare_wall if module is jobs else words.read_words)(home)
    assert looked == [HOME, SECOND]


async def test_all_wait_in_one_line_for_the_service_key() -> None:
    home = two()
    first, second = wall_of(home), wall_of(home.others[SECOND])
    assert first is not None and second is not None
    assert (first.community, second.community) == (HOME, SECOND) and first.pace is second.pace


@pytest.mark.parametrize(
    ("home", "own", "done"),
    [
        ("answer", "", "answer"), ("answer", "watch", "watch"), ("answer", "off", "off"),
        ("watch", "answer", "watch"), ("watch", "", "watch"), ("off", "watch", "off"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("operator", [Operator(), Operator("Школа", "Миасс", "a@b.ru")])
def test_the_panel_may_say_that_less_is_done_beside_the_home(
    home: str, own: str, done: str, operator: Operator
) -> None:
    named = {"operator_name": "Орган", "operator_address": "Миасс", "operator_email": "a@b.ru"}
    settings = Settings(vk_token="group-101", policy_url="https://b.ru/p", comments=home, **named)
    registered = RegisteredCommunity(SECOND, "Школа", Clock().now(), operator=operator, comments=own)
    assert settings_beside(settings, registered).comments == done
    assert (policy_beside(settings, policy_of(settings, HOME), registered).comments is not None) is (done == "answer")

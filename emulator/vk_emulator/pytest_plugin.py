"""Fixtures of pytest for the tests of any bot: `vk` is VK, `vk_bot` is the bot of `bot_factory`, running.

It must cost nothing where nobody asks for them: all that it needs is imported then.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from vk_emulator.world.tongue import either

if TYPE_CHECKING:
    from vk_emulator.play.bots import RunningBot
    from vk_emulator.play.stage import Stage
    from vk_emulator.server import AnyWorld

HOW = """    @pytest.fixture
    def bot_factory(vk):
        return lambda: my_bot.build(vk.token).run_polling()   # or ["python", "bot.py"]
"""


@pytest.fixture
def vk_world() -> AnyWorld:
    """A world file, its text or the same in Python, to override; None is the neutral world."""
    return None


@pytest.fixture
def vk(vk_world: AnyWorld) -> Iterator[Stage]:
    """VK: people, chats, faults, a clock. Clients in this process reach it instead of VK's own hosts."""
    from vk_emulator.play.stage import Stage

    stage = Stage(vk_world)
    stage.open()
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture
def bot_factory() -> Any:
    """To override: a function that gives the bot's coroutine or blocks, or a command as a list or a line."""
    asks = either("Which bot is to run? Write in conftest.py:", "Какого бота запустить? Напишите в conftest.py:")
    pytest.fail(f"{asks}\n\n{HOW}", pytrace=False)


@pytest.fixture
def vk_bot(vk: Stage, bot_factory: Any) -> Iterator[RunningBot]:
    """The bot, when it has begun to listen."""
    from vk_emulator.play.bots import start_bot

    bot = start_bot(vk, bot_factory)
    try:
        bot.until_it_listens()
        yield bot
    finally:
        bot.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A failed test shows what was said, what the emulator did not know and how the bot ended."""
    report = yield
    given = getattr(item, "funcargs", {})
    if report.failed and call.when != "teardown" and hasattr(given.get("vk"), "quietly"):
        report.sections.append((either("VK", "ВКонтакте"), given["vk"].quietly()))
        bot = given.get("vk_bot")
        if bot is not None and (said := bot.last_lines() if bot.alive() else bot.error):
            report.sections.append((either("The bot", "Бот"), said))
    return report

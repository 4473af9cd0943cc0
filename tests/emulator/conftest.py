"""A demo world for each test: pure (`vk`), or behind HTTP (`emulator`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from vk_emulator.api.calls import Vk
from vk_emulator.redirect.inside import redirecting
from vk_emulator.server import Emulator, build, running
from vk_emulator.world.clock import Clock

BOT, PERSON, OTHER = "group-101", "user-1001", "user-1002"
Ask = Callable[..., Any]


@pytest.fixture
def vk(tmp_path: Path) -> Vk:
    made = build(data=tmp_path, seed=7, clock=Clock(virtual=True)).vk
    made.world.switches.rate_limit = "off"
    return made


@pytest.fixture
def ask(vk: Vk) -> Ask:
    """`response`, or the number of the error."""

    def asked(name: str, token: str = BOT, /, **params: Any) -> Any:
        body = vk.call(name, token, params)
        return body["error"]["error_code"] if "error" in body else body["response"]

    return asked


@pytest.fixture
def wrote(ask: Ask) -> Ask:
    """The first resident has written, so the community may answer."""
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="Здравствуйте")
    return ask


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with running(seed=7) as made:
        made.world.switches.rate_limit = "off"
        yield made


@pytest.fixture
def redirected(emulator: Emulator) -> Iterator[None]:
    """VK's hosts are this emulator for whoever asks for them by name: an emulator that ended before in this process has
    left them as a dead end."""
    with redirecting(emulator.base):
        yield

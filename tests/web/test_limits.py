"""How often one session and one address may ask; the refusal is Russian and says how long to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.web.security import limits
from bot.web.security.limits import Limits, TooMany
from tests.web.browser import AT_CUR, Ahead, Browser


def test_each_key_is_counted_anew_every_minute(clock: Ahead) -> None:
    counted = Limits(clock)
    for _ in range(3):
        counted.take("address", "a", 3)
    counted.take("address", "b", 3)
    counted.take("session", "a", 3)
    clock.passed = timedelta(seconds=45)
    with pytest.raises(TooMany) as many:
        counted.take("address", "a", 3)
    assert many.value.seconds == 16
    clock.passed = timedelta(seconds=60)
    counted.take("address", "a", 3)


def test_the_counts_do_not_grow_for_ever(clock: Ahead) -> None:
    counted = Limits(clock)
    for number in range(limits.FORGOTTEN_AT):
        counted.take("address", str(number), 1)
    clock.passed = timedelta(minutes=1)
    counted.take("address", "one more", 1)
    assert set(counted.counts) == {("address", "one more")}


async def test_the_door_is_stricter(browser: Browser, clock: Ahead) -> None:
    for _ in range(limits.SIGN_IN):
        assert (await browser.get("/in/guess")).status_code == 410
    many = await browser.get("/in/guess")
    assert many.status_code == 429 and "Подождите 61 с" in many.text and many.headers["retry-after"] == "61"
    assert (await browser.get("/now")).status_code == 401, "other pages go on"
    clock.passed = timedelta(minutes=1)
    await browser.sign_in(AT_CUR)


async def test_a_session_asks_so_often(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    for _ in range(limits.SESSION):
        assert (await browser.get("/")).status_code == 303
    assert (await browser.get("/now")).status_code == 429


async def test_an_address_asks_so_often(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ADDRESS", 10)
    assert [(await browser.get("/now")).status_code for _ in range(11)] == [401] * 10 + [429]

"""An administrator gives a code of the telephone too; each code is taken once, and nobody tries many."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from bot.process import log
from bot.web.app import build
from bot.web.pages import PAGES
from states.audit import AuditAction
from storage.db.schema import inbox, viewer
from storage.privacy import audit
from storage.records import viewers
from tests.web.browser import ADMIN, AT_CUR, Ahead, Browser, hidden


async def secret_of(browser: Browser) -> str:
    kept = await browser.site.db.run(lambda tx: viewers.secret(tx, ADMIN))
    assert kept is not None
    return kept.text


def right(secret: str, clock: Ahead) -> str:
    return pyotp.TOTP(secret).at(clock.now())


async def test_the_first_time_the_telephone_is_set_up(browser: Browser, clock: Ahead) -> None:
    await browser.sign_in(ADMIN)
    shown = await browser.get("/code")
    secret = await secret_of(browser)
    assert secret in shown.text and "otpauth://totp/" in shown.text and "data:image/svg+xml" in shown.text
    assert secret in (await browser.get("/code")).text, "the same until its first code is taken"
    assert secret not in str(await browser.site.db.run(lambda tx: tx.rows(select(viewer))))
    came = await browser.send("/code", code=right(secret, clock))
    assert (came.status_code, came.headers["location"]) == (303, "/now")
    shown = await browser.get("/now")
    assert shown.status_code == 200 and "Администратор" in shown.text
    lines = await browser.site.db.run(lambda tx: audit.newest(tx, 5))
    assert [(row["actor"], row["action"]) for row in lines] == [(ADMIN, AuditAction.SIGNED_IN)]


async def test_later_the_secret_is_never_shown_again(browser: Browser, clock: Ahead) -> None:
    await browser.sign_in(ADMIN)
    await browser.get("/code")
    secret = await secret_of(browser)
    await browser.send("/code", code=right(secret, clock))
    clock.passed = timedelta(minutes=5)
    await browser.sign_in(ADMIN)
    shown = await browser.get("/code")
    assert "otpauth" not in shown.text and secret not in shown.text and "<img" not in shown.text
    assert (await browser.send("/code", code=right(secret, clock))).status_code == 303


async def test_a_code_is_taken_once_also_in_another_session(browser: Browser, clock: Ahead) -> None:
    await browser.sign_in(ADMIN)
    await browser.get("/code")
    used = right(await secret_of(browser), clock)
    before = browser.client.cookies["__Host-panel"]
    await browser.send("/code", code=used)
    assert browser.client.cookies["__Host-panel"] != before, "another token from here on"
    stale = Browser.of(build(browser.site, PAGES), browser.site)
    assert (await stale.get("/now", cookie=f"__Host-panel={before}")).status_code == 401
    clock.passed = timedelta(seconds=10)
    await browser.sign_in(ADMIN)
    again = await browser.send("/code", code=used)
    assert again.status_code == 422 and "Код не подошёл" in again.text
    assert (await browser.get("/now")).headers["location"] == "/code"


async def test_wrong_codes_are_few(browser: Browser, clock: Ahead, capsys: pytest.CaptureFixture[str]) -> None:
    """After five the session is over: each further try needs a new link from VK."""
    log.start("INFO")
    await browser.sign_in(ADMIN)
    token = hidden(await browser.get("/code"))
    wrong = ["", "12345", "abcdef", "１２３４５６", "000000 1"]
    assert [(await browser.post("/code", csrf=token, code=one)).status_code for one in wrong] == [422] * 5
    many = await browser.post("/code", csrf=token, code=right(await secret_of(browser), clock))
    assert many.status_code == 429 and "Слишком часто" in many.text and int(many.headers["retry-after"]) <= 61
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"sign_in"' in line]
    assert [line["state"] for line in logged] == ["wrong code"] * 5 + ["too many codes"]
    assert not any(str(ADMIN) in line["peer"] for line in logged)
    clock.passed = timedelta(minutes=1)
    assert (await browser.post("/code", csrf=token, code=right(await secret_of(browser), clock))).status_code == 401
    await browser.sign_in(ADMIN)
    came = await browser.send("/code", code=right(await secret_of(browser), clock))
    assert came.status_code == 303


async def test_a_telephone_may_be_half_a_minute_off_and_no_more(browser: Browser, clock: Ahead) -> None:
    await browser.sign_in(ADMIN)
    token = hidden(await browser.get("/code"))
    counts = pyotp.TOTP(await secret_of(browser))
    for off in (-90, 90):
        code = counts.at(clock.now() + timedelta(seconds=off))
        assert (await browser.post("/code", csrf=token, code=code)).status_code == 422
    code = counts.at(clock.now() - timedelta(seconds=30))
    assert (await browser.post("/code", csrf=token, code=f"{code[:3]} {code[3:]}")).status_code == 303


async def test_who_needs_none_is_sent_on(browser: Browser) -> None:
    assert (await browser.get("/code")).status_code == 401
    await browser.sign_in(AT_CUR)
    shown = await browser.get("/code")
    assert (shown.status_code, shown.headers["location"]) == (303, "/now")


async def test_before_the_code_no_page_and_no_menu(browser: Browser) -> None:
    await browser.sign_in(ADMIN)
    shown = await browser.get("/code")
    assert not re.search(r"Очередь|Люди и роли", shown.text)
    for path in ("/", "/now"):
        assert (await browser.get(path)).headers["location"] == "/code"
    out = await browser.post("/out", csrf=hidden(shown))
    assert out.status_code == 200 and (await browser.get("/code")).status_code == 401


async def tries(browser: Browser, clock: Ahead, *codes: str) -> list[int]:
    """With a link and a minute of their own for every five."""
    found = []
    for number, one in enumerate(codes):
        if number % 5 == 0:
            clock.passed += timedelta(minutes=1)
            await browser.sign_in(ADMIN)
        found.append((await browser.send("/code", code=one)).status_code)
    return found


async def set_up(browser: Browser, clock: Ahead) -> list[str]:
    """Proven once; the spare codes that were shown."""
    await browser.sign_in(ADMIN)
    shown = (await browser.get("/code")).text
    spare = re.findall(r"\b[a-z2-7]{5}-[a-z2-7]{5}\b", shown)
    assert (await browser.send("/code", code=right(await secret_of(browser), clock))).status_code == 303
    return spare


async def test_ten_wrong_codes_lock_and_its_owner_and_the_log_hear(browser: Browser, clock: Ahead) -> None:
    spare = await set_up(browser, clock)
    assert await tries(browser, clock, *["000000"] * 12) == [422] * 12
    clock.passed += timedelta(minutes=5)
    await browser.sign_in(ADMIN)
    shut = await browser.send("/code", code=right(await secret_of(browser), clock))
    assert shut.status_code == 422 and "Вход заперт" in shut.text, "the right code of the telephone too"
    lines = await browser.site.db.run(lambda tx: audit.newest(tx, 50))
    assert [row["action"] for row in lines].count(AuditAction.CODE_LOCKED) == 1
    told = await browser.site.db.run(lambda tx: tx.rows(select(inbox.c.key).where(inbox.c.peer == ADMIN)))
    assert len([row for row in told if row["key"].startswith("alarm|sign_in|")]) == 1
    assert (await browser.send("/code", code=spare[0])).status_code == 303 and len(set(spare)) == 10
    clock.passed += timedelta(minutes=5)
    await browser.sign_in(ADMIN)
    assert (await browser.send("/code", code=right(await secret_of(browser), clock))).status_code == 303


async def test_a_spare_code_is_taken_once_and_never_shown_again(browser: Browser, clock: Ahead) -> None:
    spare = await set_up(browser, clock)
    assert await tries(browser, clock, spare[3].upper().replace("-", " ")) == [303]
    assert await tries(browser, clock, spare[3], "") == [422, 422]
    assert await tries(browser, clock, spare[4]) == [303]
    await browser.sign_in(ADMIN)
    assert spare[5] not in (await browser.get("/code")).text
    lines = await browser.site.db.run(lambda tx: audit.newest(tx, 50))
    assert [row["action"] for row in lines].count(AuditAction.SPARE_CODE_USED) == 2


async def test_right_codes_forget_the_wrong_ones(browser: Browser, clock: Ahead) -> None:
    await set_up(browser, clock)
    for _ in range(3):
        assert await tries(browser, clock, *["000000"] * 4) == [422] * 4
        assert (await browser.send("/code", code=right(await secret_of(browser), clock))).status_code == 303

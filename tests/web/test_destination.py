"""Who opens a page from a message in a chat lands on it after the door, and never on another site."""

from __future__ import annotations

from urllib.parse import quote

import pyotp
import pytest

from storage.records import viewers
from tests.web.browser import ADMIN, AT_CUR, Ahead, Browser


@pytest.fixture
def wide(browser: Browser) -> Browser:
    return browser


async def test_what_was_asked_for_is_shown_after_the_door(wide: Browser) -> None:
    assert (await wide.get("/queue?q=яма&page=2")).status_code == 401
    came = await wide.sign_in(AT_CUR)
    assert came.headers["location"] == f"/queue?q={quote('яма')}&page=2"
    assert (await wide.get(came.headers["location"])).status_code == 200


async def test_also_behind_the_code(wide: Browser, clock: Ahead) -> None:
    await wide.get("/queue?x=1")
    await wide.sign_in(ADMIN)
    assert (await wide.get("/queue?x=1")).headers["location"] == "/code"
    await wide.get("/code")
    secret = await wide.site.db.run(lambda tx: viewers.secret(tx, ADMIN))
    assert secret is not None
    came = await wide.send("/code", code=pyotp.TOTP(secret.text).at(clock.now()))
    assert came.headers["location"] == "/queue?x=1"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.test", "/\\evil.test", "https://evil.test", "evil", "", "/a\r\nset-cookie: x=1", "/" + "x" * 2000],
    ids=range(7),
)
async def test_never_on_another_site(wide: Browser, wanted: str) -> None:
    link = await wide.link(AT_CUR)
    headers = {"origin": wide.site.address, "cookie": f"__Host-wanted={quote(wanted, safe='')}"}
    came = await wide.client.post(link, headers=headers)
    assert (came.status_code, came.headers["location"]) == (303, "/now")


async def test_an_act_and_the_first_page_are_not_remembered(wide: Browser) -> None:
    for path in ("/now", "/", "/nowhere", "/code", "/in/guess"):
        assert "set-cookie" not in (await wide.get(path)).headers, path
    assert "set-cookie" not in (await wide.post("/out")).headers

"""The stream of numbers: works, forbidden, one for a session, over when the role is gone; the wall."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.web import live as module
from bot.web.live import MOST, Live, OpenPage
from bot.web.site import Site
from states.lifecycle.appeal import Status
from states.lifecycle.counted import Counted
from states.people.viewers import Viewer
from states.statistics.filter import Filter, View
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.ops import search
from storage.records import appeals, sessions, viewers
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, READER, Ahead, Browser
from tests.web.filled import TODAY, fill, some

PLAIN = Filter()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Ahead:
    """Time that goes on only while a stream waits."""
    known = Ahead()

    async def sleep(seconds: float) -> None:
        known.passed += timedelta(seconds=seconds)

    monkeypatch.setattr(known, "sleep", sleep)
    return known


async def person(site: Site, user: int, token: str = "token") -> Viewer:
    await site.db.run(lambda tx: sessions.begin(tx, token, user, NOW, proven=True))
    found = await site.db.run(lambda tx: viewers.of_user(tx, user, NOW))
    assert found is not None
    return found


def numbers(event: str) -> dict[str, str]:
    assert event.startswith("data: ") and event.endswith("\n\n")
    found: dict[str, str] = json.loads(event[len("data: ") :])
    return found


async def test_danger_comes_in_words_for_the_title(site: Site, db: Database) -> None:
    streams = Live()
    assert (await streams.numbers(site, PLAIN))["danger_words"] == ""
    made = some(site.directory(), many=2)
    bare = [replace(one, status=Status.WAITING, urgent=True, counted=Counted(received=TODAY)) for one in made]
    await fill(db, bare)
    told = await Live().numbers(site, PLAIN)
    assert (told["danger"], told["danger_words"]) == ("2", "2 опасности")


async def test_numbers_come_when_they_change(site: Site, db: Database) -> None:
    viewer, streams = await person(site, AT_CUR), Live()
    stream = streams.stream(site, "token", viewer, PLAIN)
    assert numbers(await anext(stream))["open"] == "0"
    await fill(db, [replace(one, status=Status.IN_WORK) for one in some(site.directory(), many=7)])
    assert numbers(await anext(stream))["open"] == "7"
    await stream.aclose()  # type: ignore[attr-defined]
    assert not streams.streams, "who goes leaves nothing behind"


async def test_two_who_ask_for_the_same_are_one_look(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    streams, looks = Live(), []

    async def counted(site: Site, plain: Filter) -> dict[str, str]:
        looks.append(plain)
        return {"open": "1"}

    monkeypatch.setattr(module, "read_numbers", counted)
    assert await streams.numbers(site, PLAIN) == await streams.numbers(site, PLAIN)
    await streams.numbers(site, Filter(places=("miass",)))
    assert looks == [PLAIN, Filter(places=("miass",))]


async def test_a_second_stream_of_a_session_ends_the_first(site: Site) -> None:
    viewer, streams = await person(site, AT_CUR), Live()
    first, second = (streams.stream(site, "token", viewer, PLAIN) for _ in range(2))
    await anext(first)
    await anext(second)
    assert [one async for one in first] == ["event: over\ndata: -\n\n"]
    assert list(streams.streams) == ["token"]


async def test_a_stream_ends_with_the_role_and_by_itself(site: Site) -> None:
    viewer, streams = await person(site, READER), Live()
    told = [one async for one in streams.stream(site, "token", viewer, PLAIN)]
    assert told[-1].startswith("event: over") and len(told) == module.LONGEST // module.EVERY + 1
    stream = streams.stream(site, "token", viewer, PLAIN)
    await anext(stream)
    await site.db.run(lambda tx: viewers.revoke(tx, READER))
    left = [one async for one in stream]
    assert left[-1].startswith("event: over") and len(left) <= module.CHECKED // module.EVERY + 1


async def test_a_look_that_takes_too_long_ends_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def counted(site: Site, plain: Filter) -> dict[str, str]:
        raise Unavailable("slow")

    monkeypatch.setattr(module, "read_numbers", counted)
    stream = Live().stream(site, "token", await person(site, AT_CUR), PLAIN)
    assert (await anext(stream)).startswith(":")


async def test_the_door_of_the_stream(browser: Browser) -> None:
    assert (await browser.get("/live")).status_code == 401
    await browser.sign_in(AT_MINDOR)
    assert (await browser.get("/live?agency=minzdrav")).status_code == 403
    browser.client._transport.app.state.live.streams.update({str(one): one for one in range(MOST)})  # type: ignore[attr-defined]
    assert (await browser.get("/live")).status_code == 503


async def test_pages_name_their_stream_and_the_wall_has_no_menu(browser: Browser) -> None:
    await browser.sign_in(AT_MINDOR)
    for path in ("/now", "/queue"):
        page = (await browser.get(path)).text
        assert (
            re.search(r'data-live="/live\?[^"]*agency=mindor', page)
            and len(re.findall(r'data-count="[a-z_]+"', page)) >= 5
        )
    wall = (await browser.get("/now?wall=yes")).text
    assert '<body class="inside wall">' in wall and "обновлено в" in wall and "Обычный вид" in wall


async def test_the_open_message_tells_that_it_has_changed_and_who_else_has_it_open(site: Site, db: Database) -> None:
    (made, *_) = some(site.directory(), many=1)
    one = replace(made, status=Status.IN_WORK, agency="mindor", version=4)
    await fill(db, [one])
    anna, roads, streams = await person(site, AT_CUR), await person(site, AT_MINDOR, "other"), Live()
    first = streams.stream(site, "token", anna, PLAIN, OpenPage(code=one.code))
    told = numbers(await anext(first))
    assert (told["version"], told["beside"]) == ("4", "")
    second = streams.stream(site, "other", roads, PLAIN, OpenPage(code=one.code))
    assert numbers(await anext(second))["beside"].endswith("тоже смотрит")
    assert "тоже смотрит" in numbers(await anext(first))["beside"]
    await second.aclose()  # type: ignore[attr-defined]
    assert numbers(await anext(first))["beside"] == ""
    await first.aclose()  # type: ignore[attr-defined]
    assert not streams.open


async def test_of_another_agencys_message_nothing_is_told(site: Site, db: Database) -> None:
    """R24."""
    (made, *_) = some(site.directory(), many=1)
    await fill(db, [replace(made, agency="minzdrav")])
    roads, streams = await person(site, AT_MINDOR), Live()
    stream = streams.stream(site, "token", roads, PLAIN, OpenPage(code=made.code))
    assert not {"version", "beside"} & numbers(await anext(stream)).keys() and not streams.open
    await stream.aclose()  # type: ignore[attr-defined]


async def test_what_was_sent_since_is_new_though_others_have_left(site: Site, db: Database) -> None:
    """Three were answered and one came: the number of the list fell, and there is something to see."""
    made = [replace(one, status=Status.IN_WORK, agency="mindor") for one in some(site.directory(), many=4)]
    drawn = NOW
    await fill(db, made)
    listed, streams = Filter(view=View.OPEN, agencies=("mindor",)), Live()
    stream = streams.stream(site, "token", await person(site, AT_MINDOR), listed, OpenPage(listed, drawn))
    assert numbers(await anext(stream))["fresh"] == "0"
    ended = [replace(one, status=Status.CLOSED, version=one.version + 1) for one in made[:3]]
    await db.run(lambda tx: appeals.keep_appeals(tx, ended, []))
    await fill(db, [replace(made[3], code="1127-NEWS", resident=7999, created_at=NOW + timedelta(seconds=5))])
    told = numbers(await anext(stream))
    assert (told["open"], told["fresh"]) == ("2", "1")
    await stream.aclose()  # type: ignore[attr-defined]


async def test_two_who_have_the_same_list_are_one_look(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    async def lately(tx: Any, listed: Filter, *more: Any) -> list[datetime]:
        looks.append(listed)
        return [NOW + timedelta(seconds=1), NOW + timedelta(seconds=3)]

    await fill(site.db, some(site.directory(), many=1))
    monkeypatch.setattr(search, "lately", lately)
    streams, listed = Live(), Filter(view=View.OPEN)
    assert [await streams.fresh(site, listed, NOW + timedelta(seconds=after)) for after in (0, 2, 4)] == [2, 1, 0]
    assert looks == [listed]


async def test_without_scripts_the_page_says_who_else_looks(browser: Browser, site: Site, db: Database) -> None:
    (made, *_) = some(site.directory(), many=1)
    await fill(db, [replace(made, status=Status.IN_WORK, agency="mindor")])
    address = f"/queue?view=open&agency=mindor&open={made.code}"
    await browser.sign_in(AT_CUR)
    assert "тоже смотрит" not in (await browser.get(address)).text
    await browser.sign_in(AT_MINDOR)
    page = (await browser.get(address)).text
    assert "Анна Ц. тоже смотрит" in page and "Обновить список" in page
    site.clock.passed += timedelta(seconds=module.LOOKED)  # type: ignore[attr-defined]
    assert "тоже смотрит" not in (await browser.get(address)).text

"""Callback API at its door: who is let in, what is answered, what is never kept, and that `ok` means on disk (T13)."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.delivery.intake import Intake, IntakeResult
from bot.feature import Feature
from bot.vk import comments
from bot.vk.errors import NotReached
from bot.vk.payload import Signer
from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.site import Site
from features.callback import routes as callback
from features.callback.beside import apart, reading_apart
from features.callback.routes import LONGEST_BODY, REFUSED, Callback
from states.messages import Command
from states.people.comments import CommentKind
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.keyring import RAW
from storage.db.schema import inbox
from storage.ops import recovery_mark, statistics
from tests.form import examples
from tests.small import COMMUNITY
from tests.web.browser import Ahead, Browser
from tests.web.posted import SECRET

PATH = f"/callback/{COMMUNITY}"
CHAT = 2_000_000_001
SIGNER = Signer(b"key", COMMUNITY)


class Vk:
    """Says which code it wants to hear."""

    def __init__(self) -> None:
        self.code = "1a2b3c4d"
        self.away = False

    async def __call__(self) -> str:
        if self.away:
            raise NotReached("groups.getCallbackConfirmationCode")
        return self.code


class Store:
    """The database as it is, or away."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.away = False
        self.runs = 0

    @property
    def community(self) -> int:
        return self.db.community

    async def run(self, body: Callable[[Any], Awaitable[Any]]) -> Any:
        self.runs += 1
        if self.away:
            raise Unavailable
        return await self.db.run(body)


@pytest.fixture
def vk() -> Vk:
    return Vk()


@pytest.fixture
def store(db: Database) -> Store:
    return Store(db)


@pytest.fixture
def told() -> list[IntakeResult]:
    return []


@pytest_asyncio.fixture
async def door(site: Site, vk: Vk, store: Store, told: list[IntakeResult]) -> AsyncIterator[httpx.AsyncClient]:
    way_in = Callback(SECRET, Intake(store, site.clock, SIGNER, "hash"), vk, told.append)  # type: ignore[arg-type]
    taken = Feature("callback", "", routes=lambda panel: callback.routes(way_in, panel.limits))
    here = replace(site, features=(taken,))
    opened = Browser.of(build(here, PAGES), here)
    yield opened.client
    await opened.client.aclose()


def event(kind: str = "message_new", thing: Any = None, **more: Any) -> dict[str, Any]:
    if thing is None:
        message = {"peer_id": 5, "from_id": 5, "conversation_message_id": 1, "date": 1_800_000_000, "text": "Начать"}
        thing = {"message": message}
    known = {"type": kind, "event_id": "a1", "v": "5.199", "group_id": COMMUNITY, "secret": SECRET}
    return {**known, "object": thing, **more}


async def rows(db: Database) -> list[dict[str, Any]]:
    async def read(tx: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in await tx.rows(select(inbox.c.peer, inbox.c.key, inbox.c.raw))]

    return await db.run(read)


async def test_the_code_is_what_vk_says_now(door: httpx.AsyncClient, vk: Vk, db: Database) -> None:
    """VK changes it from time to time (vk-api.md §10)."""
    for code in ("1a2b3c4d", "другой"):
        vk.code = code
        answer = await door.post(PATH, json=event("confirmation"))
        assert (answer.status_code, answer.text) == (200, code)
    vk.away = True
    answer = await door.post(PATH, json=event("confirmation"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert await rows(db) == []


async def test_ok_is_said_when_it_is_on_disk(door: httpx.AsyncClient, db: Database, told: list[IntakeResult]) -> None:
    answer = await door.post(PATH, json=event())
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["content-type"].startswith("text/plain")
    assert [(row["peer"], row["key"]) for row in await rows(db)] == [(5, "m:1")]
    assert told == [IntakeResult(1, to_handle=True, behind=False)], "the loops are told"


async def test_a_repeat_is_ok_and_no_second_row(door: httpx.AsyncClient, db: Database) -> None:
    """VK's retries say how often they were tried; such a one is handled like any other (delivery.md §6)."""
    for counter in ({}, {"X-Retry-Counter": "1"}):
        assert (await door.post(PATH, json=event(), headers=counter)).text == "ok"
    assert len(await rows(db)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": SECRET[:-1]},
        {"secret": SECRET + "R"},
        {"secret": SECRET.lower()},
        {"secret": ""},
        {"secret": None},
        {"secret": [SECRET]},
        {"secret": "\ud800"},
        {"group_id": COMMUNITY + 1},
        {"group_id": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["message_new", "confirmation"])
async def test_who_does_not_know_the_secret_learns_nothing(
    door: httpx.AsyncClient, db: Database, wrong: dict[str, Any], kind: str
) -> None:
    answer = await door.post(PATH, content=json.dumps(event(kind, **wrong)).encode())
    assert (answer.status_code, answer.content) == (403, b"")
    assert await rows(db) == []


async def test_without_a_secret_it_is_refused(door: httpx.AsyncClient, db: Database) -> None:
    said = event()
    del said["secret"]
    assert (await door.post(PATH, json=said)).status_code == 403 and await rows(db) == []


async def test_the_address_of_another_community(door: httpx.AsyncClient) -> None:
    other = COMMUNITY + 1
    assert (await door.post(f"/callback/{other}", json=event())).status_code == 403
    assert (await door.post(f"/callback/{other}", json=event(group_id=other))).status_code == 403
    assert (await door.post("/callback/x", json=event())).status_code == 404
    assert (await door.get(PATH)).status_code == 405


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"ok"', b"null", b"\xff\xfe\xff", b"[" * 100_000, b"1" * 5000], ids=lambda one: one[:9]
)
async def test_what_is_no_event_is_400(door: httpx.AsyncClient, body: bytes, db: Database) -> None:
    answer = await door.post(PATH, content=body)
    assert (answer.status_code, answer.content) == (400, b"") and await rows(db) == []


async def test_a_body_has_a_limit_and_says_how_long_it_is(door: httpx.AsyncClient, db: Database) -> None:
    long = json.dumps(event(padding="x" * LONGEST_BODY)).encode()
    assert (await door.post(PATH, content=long)).status_code == 413

    async def without_end() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1024

    assert (await door.post(PATH, content=without_end())).status_code == 413
    assert await rows(db) == []


async def test_a_full_message_of_vk_is_let_in(door: httpx.AsyncClient) -> None:
    """4096 letters and ten photos with ten sizes each: a fifth of the limit."""
    sizes = [{"type": "w", "width": 2560, "height": 1440, "url": f"https://vk/{'x' * 300}"} for _ in range(10)]
    files = [{"type": "photo", "photo": {"owner_id": 5, "id": number, "sizes": sizes}} for number in range(10)]
    message = {"peer_id": 5, "from_id": 5, "conversation_message_id": 1, "date": 1, "text": "я" * 4096}
    body = json.dumps(event(thing={"message": {**message, "attachments": files}})).encode()
    assert LONGEST_BODY / 6 < len(body) < LONGEST_BODY / 3
    assert (await door.post(PATH, content=body)).text == "ok"


async def test_a_kind_that_nobody_knows_is_ok_and_does_nothing(door: httpx.AsyncClient, db: Database) -> None:
    assert (await door.post(PATH, json=event("wall_post_new", {"id": 1}))).text == "ok"
    assert [row["key"] for row in await rows(db)] == ["e:a1"]


async def test_a_press_of_no_button_of_ours_is_no_row(door: httpx.AsyncClient, db: Database) -> None:
    """T3, T9: the same door as the long poll's."""
    press = {"user_id": 5, "peer_id": CHAT, "event_id": "c3", "payload": {"a": "accept"}}
    assert (await door.post(PATH, json=event("message_event", press))).text == "ok" and await rows(db) == []
    right = {**press, "payload": SIGNER.payload(CHAT, Command("accept", "1"))}
    assert (await door.post(PATH, json=event("message_event", right))).text == "ok"
    assert [row["key"] for row in await rows(db)] == ["b:c3"]


async def test_the_secret_is_kept_nowhere(
    door: httpx.AsyncClient, db: Database, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """T14: a press is kept as it came, but for this."""
    caplog.set_level(logging.DEBUG)
    press = {"user_id": 5, "peer_id": CHAT, "event_id": "c3", "payload": SIGNER.payload(CHAT, Command("accept", "1"))}
    assert (await door.post(PATH, json=event("message_event", press))).text == "ok"
    assert (await door.post(PATH, json=event("message_edit", {"text": "тайные слова"}))).text == "ok"
    assert (await door.post(PATH, json=event(secret="не тот секрет!!!"))).status_code == 403

    async def raws(tx: Any) -> str:
        found = await tx.rows(select(inbox.c.peer, inbox.c.key, inbox.c.raw))
        return str(await tx.keys.unseal(RAW, [(f"{row['peer']}|{row['key']}", row["raw"]) for row in found]))

    kept = await db.run(raws)
    assert "c3" in kept and SECRET not in kept
    said = caplog.text + "".join(capsys.readouterr())
    assert SECRET not in said and "тайные слова" not in said and "не тот секрет" not in said


async def test_a_database_that_is_away_is_503_and_nothing_is_lost(
    door: httpx.AsyncClient, store: Store, db: Database
) -> None:
    store.away = True
    answer = await door.post(PATH, json=event())
    assert (answer.status_code, answer.content, answer.headers["retry-after"]) == (503, b"", "30")
    store.away = False
    assert (await door.post(PATH, json=event())).text == "ok"
    assert len(await rows(db)) == 1


async def test_an_older_copy_is_caught_up_with_first(door: httpx.AsyncClient, db: Database, clock: Ahead) -> None:
    """delivery.md §13: a panel apart may be open while no loop of the bot runs yet."""
    await db.run(lambda tx: recovery_mark.mark(tx, clock.now()))
    assert (await door.post(PATH, json=event())).status_code == 503 and await rows(db) == []
    await db.run(recovery_mark.remove)
    assert (await door.post(PATH, json=event())).text == "ok"


def press(number: int) -> dict[str, Any]:
    payload = SIGNER.payload(CHAT, Command("accept", "1"))
    return event("message_event", {"user_id": 5, "peer_id": CHAT, "event_id": f"c{number}", "payload": payload})


async def test_what_was_pressed_before_an_older_copy_listened_is_gone(
    door: httpx.AsyncClient, db: Database, clock: Ahead
) -> None:
    """delivery.md §13: the lost process may have carried it out; so it is with what stood in VK's queue then."""

    async def restored(tx: Any) -> None:
        await recovery_mark.mark(tx, clock.now())
        mark = await recovery_mark.take(tx, "1", clock.now(), timedelta(minutes=1))
        assert mark is not None
        await recovery_mark.listen_from(tx, mark, clock.now())

    await db.run(restored)
    mark = await db.run(recovery_mark.read_mark)
    assert mark is not None and mark.listening
    answer = await door.post(PATH, json=press(1))
    assert answer.status_code == 503 and "retry-after" not in answer.headers, "VK's own intervals tell when it was"
    await db.run(recovery_mark.remove)
    clock.passed = timedelta(seconds=190)
    for number, tried in ((2, "3"), (3, "5"), (1, "2"), (4, "1"), (5, "often")):
        answer = await door.post(PATH, json=press(number), headers={"x-retry-counter": tried})
        assert answer.text == "ok"
    assert [row["key"] for row in await rows(db)] == ["b:c1", "b:c4", "b:c5"]
    assert (await door.post(PATH, json=event(), headers={"x-retry-counter": "5"})).text == "ok"
    assert [row["key"] for row in await rows(db)][-1] == "m:1", "words are known by their number"


async def test_where_no_copy_was_put_back_a_press_is_heard_however_late(door: httpx.AsyncClient, db: Database) -> None:
    assert (await door.post(PATH, json=press(1), headers={"x-retry-counter": "5"})).text == "ok"
    assert [row["key"] for row in await rows(db)] == ["b:c1"]


async def test_what_nobody_foresaw_is_500_and_says_nothing(
    door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any, **__: Any) -> IntakeResult:
        raise RuntimeError("слова жителя")

    monkeypatch.setattr(callback, "keep", broken)
    answer = await door.post(PATH, json=event())
    assert (answer.status_code, answer.content) == (500, b"")
    assert "слова жителя" not in caplog.text


async def test_a_flood_of_wrong_secrets_writes_no_row(
    door: httpx.AsyncClient, store: Store, db: Database, clock: Ahead
) -> None:
    """1,000 of them: sixty are read, none touches the database; the next minute VK is heard again."""
    answers = [await door.post(PATH, json=event(secret="Kj3nQ8vTz5LwXc2S")) for _ in range(1000)]
    assert [one.status_code for one in answers] == [403] * REFUSED + [429] * (1000 - REFUSED)
    assert answers[-1].headers["retry-after"] == "61" and answers[-1].content == b""
    assert store.runs == 0 and await rows(db) == []
    clock.passed = timedelta(minutes=1)
    assert (await door.post(PATH, json=event())).text == "ok"


async def test_right_posts_have_no_limit(door: httpx.AsyncClient, db: Database) -> None:
    """An event that is refused comes minutes later, and VK falls silent after some."""
    for number in range(1, 2 * REFUSED):
        message = {"peer_id": 5, "from_id": 5, "conversation_message_id": number, "date": 1, "text": "а"}
        assert (await door.post(PATH, json=event(thing={"message": message}))).text == "ok"
    assert (await db.run(statistics.identity))["inbox"]["received"] == 2 * REFUSED - 1


NOISE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**60,
    1.5,
    "",
    "я" * 300,
    "\x00",
    "\ud800",
    [],
    {},
    [[]],
    {"a": {"b": []}},
)
KINDS = ("message_new", "message_edit", "message_event", "message_reply", "message_allow", "confirmation", "wall_post")
INSIDE = (
    "peer_id",
    "from_id",
    "conversation_message_id",
    "date",
    "text",
    "update_time",
    "attachments",
    "user_id",
    "geo",
)


async def test_whatever_is_posted_is_answered(door: httpx.AsyncClient, db: Database, clock: Ahead) -> None:
    """T13, T24: no body makes an error of ours, and none without the secret a row."""
    chance = random.Random(20)
    for number in range(examples(600)):
        clock.passed = timedelta(minutes=number)
        thing = {name: chance.choice(NOISE) for name in INSIDE if chance.random() < 0.6}
        said = event(chance.choice(KINDS), chance.choice((thing, {"message": thing})), event_id=f"f{number}")
        known = number % 2 == 0
        if not known:
            said["secret"] = chance.choice(NOISE)
        for name in ("type", "event_id", "v", "object"):
            if chance.random() < 0.1:
                said[name] = chance.choice(NOISE)
        body = json.dumps(said).encode()
        if chance.random() < 0.2:
            known, body = False, body[: chance.randrange(len(body))]
        before = len(await rows(db))
        status = (await door.post(PATH, content=body)).status_code
        assert status == 200 if known else status in (400, 403), body
        assert known or len(await rows(db)) == before


async def test_where_it_is_off_there_is_no_address(browser: Browser) -> None:
    assert (await browser.client.post(PATH, json=event())).status_code == 404


async def test_a_hundred_at_once_are_all_kept(door: httpx.AsyncClient, db: Database) -> None:
    """One that raises takes none of the others with it."""
    posts = [event(thing={"message": message(number)}) for number in range(1, 101)]
    answers = await asyncio.gather(*(door.post(PATH, json=one) for one in posts))
    assert {one.text for one in answers} == {"ok"} and len(await rows(db)) == 100


async def test_one_that_raises_takes_no_other_with_it(
    door: httpx.AsyncClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = callback.keep

    async def breaks(intake: Intake, updates: Any, **more: Any) -> IntakeResult:
        if updates[0]["event_id"] == "f3":
            raise ValueError
        return await real(intake, updates, **more)

    monkeypatch.setattr(callback, "keep", breaks)
    posts = [event(thing={"message": message(number)}, event_id=f"f{number}") for number in range(1, 7)]
    answers = await asyncio.gather(*(door.post(PATH, json=one) for one in posts))
    assert [one.status_code for one in answers] == [200, 200, 500, 200, 200, 200] and len(await rows(db)) == 5


async def test_memory_has_an_end(door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """VK posts it again; meanwhile those that wait are kept."""
    monkeypatch.setattr(callback, "MOST_WAITING", 3)
    free, full, inside = asyncio.Event(), asyncio.Event(), 0
    real = callback.keep

    async def slowly(intake: Intake, updates: Any, **more: Any) -> IntakeResult:
        nonlocal inside
        inside += 1
        if inside == 3:
            full.set()
        await free.wait()
        return await real(intake, updates, **more)

    monkeypatch.setattr(callback, "keep", slowly)
    waiting = [asyncio.ensure_future(door.post(PATH, json=event(thing={"message": message(n)}))) for n in (1, 2, 3)]
    await full.wait()
    assert (await door.post(PATH, json=event(thing={"message": message(9)}))).status_code == 503
    free.set()
    await asyncio.gather(*waiting)
    assert {one.result().text for one in waiting} == {"ok"}
    assert (await door.post(PATH, json=event(thing={"message": message(9)}))).text == "ok"


def message(number: int) -> dict[str, Any]:
    return {"peer_id": 5, "from_id": 5, "conversation_message_id": number, "date": 1, "text": "а"}


async def test_a_panel_that_runs_apart_reads_a_comment_as_the_bot_would(site: Site, db: Database) -> None:
    """R7: what is kept first counts, for the same event of the long poll is known by then."""
    settings = site.settings.model_copy(update={"callback_secret": SECRET, "comments": "watch"})
    way_in = apart(replace(site, settings=settings))
    here = replace(
        site, features=(Feature("callback", "", routes=lambda panel: callback.routes(way_in, panel.limits)),)
    )
    thing = {"id": 7, "post_id": 5, "from_id": 1001, "date": 1_764_500_000, "text": "Мы горим, люди внутри"}
    async with Browser.of(build(here, PAGES), here).client as client:
        assert (await client.post(PATH, json=event("wall_reply_new", thing))).text == "ok"

    async def read(tx: Any) -> tuple[str, str]:
        (row,) = await tx.rows(select(inbox.c.kind, inbox.c.peer, inbox.c.key, inbox.c.raw))
        (raw,) = await tx.keys.unseal(RAW, [(f"{row['peer']}|{row['key']}", row["raw"])])
        return row["kind"], raw

    kind, raw = await db.run(read)
    assert kind == comments.KIND and json.loads(raw)["said"] == CommentKind.DANGER and "горим" not in raw


async def test_a_panel_that_runs_apart_knows_a_problem_when_it_reads_one(site: Site) -> None:
    """Else nobody whose comment comes by it would be invited."""
    settings = site.settings.model_copy(update={"callback_secret": SECRET, "comments": "answer"})
    reading = reading_apart(replace(site, settings=settings))
    assert reading is not None
    marks = reading.marks("У школы на Лихачёва, 21 яма на дороге, Миасс", 0)
    assert (marks.said, marks.place) == (CommentKind.PROBLEM, "miass") and marks.topic
    off = site.settings.model_copy(update={"callback_secret": SECRET, "comments": "off"})
    assert reading_apart(replace(site, settings=off)) is None

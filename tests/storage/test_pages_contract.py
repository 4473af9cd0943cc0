"""The registry of official pages: a number is its list, months count what could be read then, names are sealed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from features.official_pages import loads
from features.official_pages import sql as registry
from features.official_pages.handlers import RULES
from features.official_pages.model.facts import VK, Fact, Name
from features.official_pages.model.page import BodyKind, Network, OfficialPage, PagesAsked, PagesFound, PageState
from features.official_pages.model.wanted import PageFilter
from features.official_pages.model.words import search_words
from features.official_pages.sql import MOST
from states.events import MessageNew
from states.messages import Message
from storage.db.database import Database
from storage.db.schema import official_page
from storage.privacy import community_key
from tests.storage.given import NOW, load, waiting_of
from tests.storage.scenes import CHAT

FIRST = date(2026, 1, 1)
STATES = tuple(PageState)


def made(number: int) -> OfficialPage:
    """By its number: six states, two bodies in three, four networks."""
    state, since = STATES[number % 6], FIRST + timedelta(days=number * 3)
    is_open = state in (PageState.EXISTS, PageState.MARKED, PageState.CLOSED)
    return OfficialPage(
        id=number, body=f"Школа № {number // 3}", kind=list(BodyKind)[number % 4],
        place=("miass", "zlatoust", "")[number % 3], parent=("minobr", "")[number % 2],
        network=list(Network)[number % 4], address=f"vk.com/page{number}",
        state=state, responsible="Имя Ответственного" if number % 2 else "", since=since,
        opened=since - timedelta(days=30) if is_open else None, marked=since if state is PageState.MARKED else None,
        closed=since if state is PageState.CLOSED else None,
    )  # fmt: skip


PAGES = [made(number) for number in range(1, 61)]


async def fill(db: Database, pages: list[OfficialPage] = PAGES) -> None:
    await db.run(lambda tx: registry.keep(tx, pages, {one.id: search_words(one.body, one.place) for one in pages}))
    await db.run(lambda tx: keep_mains(tx))


async def keep_mains(tx: object) -> None:
    await registry.keep_mains(tx, await registry.everything(tx))  # type: ignore[arg-type]


async def test_a_number_is_its_list(db: Database) -> None:
    await fill(db)
    day = FIRST + timedelta(days=90)
    for wanted, least in (
        (PageFilter(), 60), (PageFilter(kinds=(BodyKind.SCHOOL,)), 1), (PageFilter(places=("",)), 1),
        (PageFilter(parents=("minobr",)), 30),
        (PageFilter(networks=(Network.OK, Network.MAX)), 30), (PageFilter(states=(PageState.WAITS,)), 10),
        (PageFilter(bodies=True), 20), (PageFilter(on=day), 1), (PageFilter(on=day, marked=True), 1),
        (PageFilter(on=day, marked=False), 1), (PageFilter(marked=True), 10), (PageFilter(marked=False), 50),
        (PageFilter(until=day), 1), (PageFilter(words="школы № 5"), 3),
    ):  # fmt: skip
        listed = await db.run(lambda tx, wanted=wanted: registry.some(tx, wanted, 0, 100))
        assert await db.run(lambda tx, wanted=wanted: registry.number(tx, wanted)) == len(listed) >= least
        part = await db.run(lambda tx, wanted=wanted: registry.page(tx, wanted, 0, 5))
        assert part == (listed[:5], len(listed))
        assert await db.run(lambda tx, wanted=wanted: registry.page(tx, wanted, 500, 5)) == ([], len(listed))
        grouped = await db.run(lambda tx, wanted=wanted: registry.counts(tx, wanted, "place", "state"))
        assert grouped == Counter((one.place, one.state.value) for one in listed)
    assert [one.body for one in await db.run(lambda tx: registry.some(tx, PageFilter(words="5"), 0, 9))] == [
        "Школа № 5"
    ] * 3


async def test_who_waits_longest_is_first(db: Database) -> None:
    await fill(db)
    listed = await db.run(lambda tx: registry.some(tx, PageFilter(states=(PageState.WAITS,)), 0, 100))
    assert [one.since for one in listed] == sorted(one.since for one in listed) and len(listed) == 10


async def test_months_count_what_could_be_read_then(db: Database) -> None:
    await fill(db)
    days = [FIRST + timedelta(days=30 * month) for month in range(8)]
    found = await db.run(lambda tx: registry.months(tx, PageFilter(), days))
    for day, (there, marked) in zip(days, found, strict=True):
        could = [one for one in PAGES if one.opened and one.opened <= day and not (one.closed and one.closed <= day)]
        assert there == len(could) == await db.run(lambda tx, day=day: registry.number(tx, PageFilter(on=day)))
        assert marked == sum(one.marked is not None and one.marked <= day for one in could)
    assert found[-1] > found[0]
    assert await db.run(lambda tx: registry.months(tx, PageFilter(words="нетакой"), days[:1])) == [(0, 0)]


async def test_one_main_page_a_body(db: Database) -> None:
    await fill(db)
    bodies = {one.whose for one in PAGES}
    assert await db.run(lambda tx: registry.number(tx, PageFilter(bodies=True))) == len(bodies)
    await db.run(keep_mains)
    assert await db.run(lambda tx: registry.number(tx, PageFilter(bodies=True))) == len(bodies), "again nothing changes"


async def test_names_are_sealed_and_outlive_a_new_community_key(db: Database) -> None:
    await fill(db)
    rows = await db.run(lambda tx: tx.rows(select(official_page)))
    assert "Ответственного" not in str([dict(row) for row in rows])
    newest = await db.run(community_key.renew)
    await db.run(lambda tx: tx.keys.ring.destroy_old_community_keys(tx.community, newest))
    assert await db.run(lambda tx: registry.one(tx, 1)) == replace(PAGES[0], main=True)
    assert {one.responsible for one in await db.run(registry.everything)} == {"", "Имя Ответственного"}
    assert await db.run(lambda tx: registry.one(tx, 999)) is None
    assert {one.responsible for one in await db.run(lambda tx: registry.some(tx, PageFilter(), 0, 99))} == {""}


async def test_facts_are_kept_with_their_history(db: Database) -> None:
    await fill(db, PAGES[:2])
    day = FIRST + timedelta(days=7)
    first = Fact(1, Name.POSTS, "2", VK, FIRST, FIRST)
    await db.run(lambda tx: registry.keep_facts(tx, [first, Fact(2, Name.PHONE, "нет", VK, FIRST, FIRST)]))
    goes_on = replace(first, seen=day)
    await db.run(lambda tx: registry.keep_facts(tx, [goes_on, replace(first, value="5", day=day, seen=day)]))
    found = await db.run(lambda tx: registry.facts_of(tx, [1, 2, 3]))
    assert (
        [one.value for one in found[1]] == ["2", "5"] and found[1][0] == goes_on and len(found[2]) == 1 and not found[3]
    )


async def test_the_day_of_a_check_and_the_last_number(db: Database) -> None:
    assert await db.run(registry.last_id) == 0
    await fill(db)
    await db.run(lambda tx: registry.keep_checked(tx, [], FIRST))
    await db.run(lambda tx: registry.keep_checked(tx, [1, 2], FIRST))
    checked = [one.id for one in await db.run(registry.everything) if one.checked == FIRST]
    assert checked == [1, 2] and await db.run(registry.last_id) == 60


async def asked(db: Database, text: str, peer: int = 5) -> PagesFound | None:
    """What the facts of this message say of official pages."""
    wrote = MessageNew(Message(peer, 7, 5, NOW, text))
    (known,) = await load(db, (waiting_of(peer, "message", 7), wrote), rules=RULES, loaders=loads())
    return known.answer(PagesAsked)


class TestAsked:
    """A resident's question for a page reads a few rows by words, and only where there is a registry."""

    async def test_one_page_of_each_body(self, db: Database) -> None:
        await fill(db)
        found = await asked(db, "страница школы № 7")
        assert found is not None and found.number == len(found.pages) >= 1
        mains = {one.id for one in await db.run(lambda tx: registry.some(tx, PageFilter(bodies=True), 0, 100))}
        assert {one.body for one in found.pages} == {"Школа № 7"} and {one.id for one in found.pages} <= mains
        assert not any(one.responsible for one in found.pages), "a name is never opened for a question"

    async def test_of_many_the_number_is_told_and_a_part_is_read(self, db: Database) -> None:
        pages = [replace(made(6 * number), body=f"Школа № {number}", responsible="") for number in range(1, MOST + 11)]
        await fill(db, pages)
        found = await asked(db, "Подскажите страницу школы")
        assert found is not None and (len(found.pages), found.number) == (MOST, MOST + 10)

    async def test_nothing_fits_and_no_registry_are_two_things(self, db: Database) -> None:
        assert await asked(db, "страница школы № 7") is None
        await fill(db)
        assert await asked(db, "страница школы № 700") == PagesFound()
        assert await asked(db, "яма у школы № 7") is None
        assert await asked(db, "страница школы № 7", peer=CHAT) is None

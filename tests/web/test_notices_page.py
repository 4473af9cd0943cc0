"""«Объявления» in the panel: announced with the resident's words first, taken back, each by whose it is; the log."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.web.site import Site
from features.notices.pages import street_of
from states.people.chats import Chat
from states.people.notices import Notice
from storage.db.database import Database
from storage.privacy import audit
from storage.records import chats, notices
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, READER, ROADS, Browser, hidden
from tests.web.filled import TODAY

TOMORROW = (TODAY + timedelta(days=1)).isoformat()


@pytest.fixture
def fields(site: Site) -> dict[str, str]:
    known = site.directory()
    topic = next(one for one in known.topics if known.agency_for(one.code, "miass") is not None)
    return {
        "topic": topic.name, "place": "Миасс", "street": "Ленина", "words": "Ремонт дороги", "day": TOMORROW,
        "hour": "18:00",
    }  # fmt: skip


async def press(browser: Browser, do: str, **more: str) -> httpx.Response:
    return await browser.post("/notices", csrf=hidden(await browser.get("/notices")), do=do, **more)


async def kept(db: Database) -> tuple[Notice, ...]:
    return await db.run(notices.find)


async def test_announced_after_a_look_and_taken_back(browser: Browser, db: Database, fields: dict[str, str]) -> None:
    await browser.sign_in(AT_CUR)
    shown = await press(browser, "look", **fields)
    assert "Об этом знают: Ремонт дороги, Миасс, улица Ленина, до 18:00 завтра." in shown.text
    assert await kept(db) == () and 'value="give"' in shown.text
    assert (await press(browser, "give", **fields)).status_code == 303
    (notice,) = await kept(db)
    assert (notice.words, notice.place, notice.street, notice.author) == (
        "Ремонт дороги",
        "miass",
        "улица Ленина",
        AT_CUR,
    )
    shown = await browser.get("/notices")
    assert "Объявили: Ремонт дороги" in shown.text and "Анна Ц., " in shown.text and "до 18:00 завтра" in shown.text
    assert (await press(browser, "end", id=notice.id)).status_code == 303
    assert await kept(db) == () and "Сейчас ничего не объявлено" in (await browser.get("/notices")).text
    told = [(line["action"], line["actor"]) for line in await db.run(lambda tx: audit.newest(tx, 2))]
    assert told == [("notice_given", AT_CUR), ("notice_ended", AT_CUR)]
    assert (await press(browser, "end", id=notice.id)).status_code == 404


async def test_an_agency_announces_what_is_its_own(
    browser: Browser, db: Database, site: Site, fields: dict[str, str]
) -> None:
    known = site.directory()
    own = next(one.name for one in known.topics if getattr(known.agency_for(one.code, "miass"), "code", "") == "mindor")
    await browser.sign_in(AT_CUR)
    await press(browser, "give", **fields)
    (of_cur,) = await kept(db)
    await browser.sign_in(AT_MINDOR)
    assert "Ремонт дороги" not in (await browser.get("/notices")).text
    assert (await press(browser, "end", id=of_cur.id)).status_code == 404
    other = next(
        one.name
        for one in known.topics
        if getattr(known.agency_for(one.code, "miass"), "code", "") not in ("mindor", "")
    )
    refused = await press(browser, "give", **{**fields, "topic": other})
    assert refused.status_code == 422 and "отвечает не ваше ведомство" in refused.text
    assert (await press(browser, "give", **{**fields, "topic": own, "street": ""})).status_code == 303
    assert len(await kept(db)) == 2 and "Ремонт дороги" in (await browser.get("/notices")).text


async def test_an_agency_without_a_chat_announces_nothing(
    browser: Browser, db: Database, site: Site, fields: dict[str, str]
) -> None:
    """A notice belongs to a chat: without one nobody of the agency could take it back."""
    known = site.directory()
    own = next(one for one in known.topics if getattr(known.agency_for(one.code, "miass"), "code", "") == "mindor")
    await db.run(lambda tx: chats.keep(tx, [Chat(ROADS, "mindor", NOW, lost=True)]))
    await browser.sign_in(AT_MINDOR)
    refused = await press(browser, "give", **{**fields, "topic": own.name})
    assert refused.status_code == 422 and "нет чата с ботом" in refused.text and await kept(db) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"topic": "что-то"}, "одну тему"),
        ({"place": "Марс"}, "муниципалитет из списка"),
        ({"words": " . "}, "что случилось"),
        ({"day": "вчера"}, "день и час"),
        ({"day": "2040-01-01"}, "день и час"),
        ({"hour": "25:00"}, "день и час"),
    ],
)
async def test_what_is_missing_is_told_and_kept(
    browser: Browser, db: Database, fields: dict[str, str], changed: dict[str, str], said: str
) -> None:
    await browser.sign_in(AT_CUR)
    shown = await press(browser, "give", **{**fields, **changed})
    assert shown.status_code == 422 and said in shown.text and 'value="Ленина"' in shown.text
    assert await kept(db) == ()


async def test_who_may_not(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    assert (await press(browser, "steal")).status_code == 400
    for user in (OF_MIASS, READER):
        await browser.sign_in(user)
        assert (await browser.get("/notices")).status_code == 403


def test_a_street_can_be_held_against_an_address() -> None:
    assert [street_of(said) for said in ("", "Ленина", "проспект Мира")] == ["", "улица Ленина", "проспект Мира"]

"""«Сообщества»: what each is doing and what to do, found by word and state, paused, resumed, removed."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.process.clock import Clock
from bot.process.health import Health
from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.site import Site
from features.communities.asked import AdminCommunities
from features.communities.pages.listed import MOST, CommunityFilter, link
from states.audit import AuditAction
from storage.db.database import Database
from storage.records.communities import CommunityState, RegisteredCommunity
from tests.small import COMMUNITY, NOW
from tests.web.administrator import sign_in
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, hidden
from tests.web.registered import CLINIC, GONE, KEY, LIBRARY, SCHOOL, logged, of, press, register, settle

NAMES = re.compile(r'row"><a href="https://vk.com/club(\d+)"')


def running(site: Site, *others: tuple[int, Health]) -> Any:
    """As much of a running bot as the page asks for. `rung`: how often its registry was."""
    beside = {id: SimpleNamespace(community=id, health=health) for id, health in others}
    rung: list[int] = []
    bell = SimpleNamespace(notify=lambda: rung.append(1), rung=rung)
    return SimpleNamespace(community=site.db.community, health=Health(), others=beside, registry=bell)


async def beside(site: Site, *others: tuple[int, Health]) -> Browser:
    """The panel in the process of a bot."""
    here = replace(site, bot=running(site, *others))
    opened = Browser.of(build(here, PAGES), here)
    await sign_in(opened)
    return opened


def listed(text: str) -> list[int]:
    return [int(id) for id in NAMES.findall(text)]


async def test_one_community_is_a_page_too(browser: Browser) -> None:
    await sign_in(browser)
    shown = (await browser.get("/communities")).text
    assert listed(shown) == [COMMUNITY] and "здесь его не остановить" in shown
    assert 'href="/communities/add"' in shown and "Удалить" not in shown


async def test_what_each_is_doing_and_what_to_do(browser: Browser, db: Database) -> None:
    await settle(db)
    await sign_in(browser)
    shown = (await browser.get("/communities")).text
    assert listed(shown) == [COMMUNITY, CLINIC, LIBRARY, SCHOOL, GONE], "the home, then who waits for somebody"
    for said in (
        "ключ не принят (ошибка 27)", "Создайте в сообществе новый ключ", f"/communities/add?again={CLINIC}",
        "на паузе", "работает", "удалено", "с 26 ноября", "с 30 октября 2025", "оператор: Школа № 5",
        "ссылка: Ямы", "панель работает отдельно от бота",
    ):  # fmt: skip
        assert said in shown, said
    assert KEY not in shown


async def test_who_is_not_heard_just_now(site: Site, db: Database) -> None:
    await register(db)
    switched_off = Health(unheard=NOW, refused=912)
    browser = await beside(site, (SCHOOL, Health()), (CLINIC, Health(unheard=NOW)), (LIBRARY, switched_off))
    shown = (await browser.get("/communities")).text
    assert "ВКонтакте ему не отвечает" in shown and "с 24 ноября в 14:00" in shown and "Бот пробует снова сам" in shown
    assert "ВКонтакте его не пускает (ошибка 912)" in shown and "Возможности ботов" in shown
    assert listed((await browser.get("/communities?state=unwell")).text) == [LIBRARY, CLINIC]
    assert "отдельно от бота" not in shown
    browser.site.bot.health.halted = 7  # type: ignore[union-attr]
    assert "ВКонтакте его не пускает (ошибка 7)" in (await browser.get("/communities")).text, "the home too"


async def test_found_by_state_and_by_word(browser: Browser, db: Database) -> None:
    await settle(db)
    await sign_in(browser)
    for query, found in (
        ("state=paused", [LIBRARY]),
        ("state=removed", [GONE]),
        ("words=королева", [LIBRARY]),
        ("words=миасс школа", [SCHOOL]),
        (f"words=https://vk.com/club{CLINIC}", [CLINIC]),
        ("state=active&words=школа", [SCHOOL]),
        ("state=paused&words=школа", []),
    ):
        assert listed((await browser.get(f"/communities?{query}")).text) == found, query
    assert "Таких сообществ нет" in (await browser.get("/communities?words=театр")).text
    assert (await browser.get("/communities?state=king")).status_code == 400


async def test_thousands_are_turned_like_pages(browser: Browser, db: Database) -> None:
    await register(db, tuple(RegisteredCommunity(1000 + number, f"Школа № {number:03}", NOW) for number in range(120)))
    await sign_in(browser)
    path, seen = "/communities?words=школа", []
    while path:
        shown = (await browser.get(path)).text
        seen.append(listed(shown))
        after = re.search(r'<a class="button right" href="([^"]+)"', shown)
        path = after[1].replace("&amp;", "&") if after else ""
    assert [len(one) for one in seen] == [MOST, MOST, 20] and len({id for one in seen for id in one}) == 120
    assert "Раньше по списку" in shown


async def test_as_a_file(browser: Browser, db: Database) -> None:
    await settle(db)
    await sign_in(browser)
    told = (await browser.get("/communities.json?state=refused")).json()
    assert told["что"] == "Ключ не принят" and [row["номер"] for row in told["строки"]] == [CLINIC]
    for form in ("csv", "xlsx"):
        made = await browser.get(f"/communities.{form}")
        assert made.status_code == 200 and KEY.encode() not in made.content
    assert (await browser.get("/communities.pdf")).status_code == 404


@pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS, READER])
async def test_administrators_only(browser: Browser, db: Database, user: int) -> None:
    await register(db)
    await browser.sign_in(user)
    token = hidden(await browser.get("/now"))
    for path in ("/communities", "/communities.json"):
        assert (await browser.get(path)).status_code == 403
    for did in ("pause", "remove"):
        assert (await browser.post("/communities", csrf=token, did=did, id=str(SCHOOL))).status_code == 403
    one = await of(db, SCHOOL)
    assert one is not None and one.state is CommunityState.ACTIVE and await logged(db) == []


async def test_a_form_counts_with_its_token_only(browser: Browser, db: Database) -> None:
    await register(db)
    await sign_in(browser)
    assert (await browser.post("/communities", did="remove", id=str(SCHOOL))).status_code == 403
    assert await logged(db) == []


async def test_paused_resumed_removed(site: Site, db: Database) -> None:
    """The bot of this process hears at once; the log says who it was; the filter stays."""
    await register(db)
    browser = await beside(site)
    bell: Any = browser.site.bot.registry  # type: ignore[union-attr]
    here = "/communities?words=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0"
    steps = (("pause", CommunityState.PAUSED, "на паузе."), ("resume", CommunityState.ACTIVE, "снова читает"))
    for did, state, said in (*steps, ("remove", CommunityState.REMOVED, "ключ уничтожен")):
        done = await press(browser, did, SCHOOL, here)
        bell.rung.remove(1)
        assert done.status_code == 303 and done.headers["location"] == here
        one = await of(db, SCHOOL)
        assert one is not None and one.state is state
        shown = (await browser.get(here)).text
        assert "«Школа № 5, Миасс»" in shown and said in shown
    acts = (AuditAction.COMMUNITY_PAUSED, AuditAction.COMMUNITY_RESUMED, AuditAction.COMMUNITY_REMOVED)
    assert await logged(db) == [(ADMIN, act.value, f"club{SCHOOL}") for act in acts]
    assert "добавлено" not in shown and f"/communities/add?again={SCHOOL}" in shown, "it may come back"


@pytest.mark.parametrize(
    ("home", "offered"),
    [("off", []), ("watch", ["comments_off"]), ("answer", ["comments_watch", "comments_off"])],
)
async def test_of_comments_less_may_be_done_than_at_the_home(
    site: Site, db: Database, home: str, offered: list[str]
) -> None:
    await register(db)
    browser = await beside(replace(site, settings=site.settings.model_copy(update={"comments": home})))
    shown = (await browser.get(f"/communities?words=club{SCHOOL}")).text
    assert re.findall(r'name="did" value="(comments_\w+)"', shown) == offered


async def test_how_a_community_listens_to_comments_is_said_in_the_panel(site: Site, db: Database) -> None:
    """What is said stays when a community comes back with another key, and the log says who it was."""
    await register(db)
    browser = await beside(replace(site, settings=site.settings.model_copy(update={"comments": "answer"})))
    here = f"/communities?words=club{SCHOOL}"
    for did, kept, said in (
        ("comments_watch", "watch", "комментарии: только слушает"),
        ("comments_off", "off", "комментарии: не слушает"),
        ("comments_same", "", "как в главном сообществе"),
        ("comments_off", "off", "больше не слушает"),
    ):
        assert (await press(browser, did, SCHOOL, here)).status_code == 303
        one = await of(db, SCHOOL)
        assert one is not None and one.comments == kept and said in (await browser.get(here)).text
    assert {line[:2] for line in await logged(db)} == {(ADMIN, AuditAction.COMMUNITY_COMMENTS.value)}
    assert (await press(browser, "comments_off", 999)).status_code == 422
    desk = AdminCommunities(db, Clock())
    await desk.remove(SCHOOL)
    await desk.add(SCHOOL, "Школа № 5, Миасс", KEY)
    again = await of(db, SCHOOL)
    assert again is not None and again.comments == "off"


async def test_what_is_refused(browser: Browser, db: Database) -> None:
    """One that there is not, the home, what was done already, what is no number, what cannot be done."""
    await settle(db)
    await sign_in(browser)
    for did, id, said in (
        ("pause", 999, "Сообщества 999 нет в реестре."),
        ("remove", COMMUNITY, f"Сообщества {COMMUNITY} нет в реестре."),
        ("pause", LIBRARY, "сейчас на паузе"),
        ("resume", GONE, "сейчас удалено"),
    ):
        shown = await press(browser, did, id)
        assert shown.status_code == 422 and said in shown.text and "python -m bot community" not in shown.text
    for did, id in (("pause", "; drop"), ("explode", str(SCHOOL)), ("add", str(SCHOOL))):
        assert (await press(browser, did, id)).status_code == 400
    assert await logged(db) == []


async def test_a_name_is_no_page(browser: Browser, db: Database) -> None:
    await register(db, (RegisteredCommunity(SCHOOL, "<script>alert(1)</script>", NOW),))
    await sign_in(browser)
    shown = (await browser.get("/communities")).text
    assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown


def test_the_address_of_a_list_says_what_is_asked_for() -> None:
    assert link(CommunityFilter()) == "/communities"
    assert link(CommunityFilter(None, "а б", 50), "csv") == "/communities.csv?words=%D0%B0+%D0%B1&start=50"

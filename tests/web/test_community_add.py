"""«Добавить сообщество»: the key is tried at VK and never seen again; what is wrong is said beside its field."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.rig.tuned import tuned
from bot.app import panel_of
from bot.config.settings import Settings
from features.communities.asked import AdminCommunities
from states.audit import AuditAction
from states.directory import Directory
from storage.db.database import Database
from storage.records import communities
from storage.records.communities import CommunityState, Operator
from tests.bot.test_metrics import free_port
from tests.communities.town import SECOND, THIRD, town, vk
from tests.small import COMMUNITY
from tests.web.administrator import sign_in, stored
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, hidden, settle_people
from tests.web.registered import logged, of, press
from vk_emulator.server import Emulator

KEY, OTHER = f"key-of-{SECOND}", f"key-of-{THIRD}"
PATH = "/communities/add"
SCHOOL = {"name": "Школа № 5", "address": "Миасс, Мира, 1", "email": "school5@miass.ru"}


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    async with vk(tmp_path) as made:
        yield made


@pytest.fixture
def settings(settings: Settings, emulator: Emulator) -> Iterator[Settings]:
    with tuned({"request_timeout_seconds": 2}):
        yield settings.model_copy(update={"vk_api_url": emulator.url})


async def give(browser: Browser, key: str, path: str = PATH, **typed: str) -> httpx.Response:
    return await browser.post(path, csrf=hidden(await browser.get(path)), key=key, **typed)


def kept(browser: Browser, *answers: httpx.Response) -> None:
    """No key stands in an answer or an address."""
    for one in answers:
        said = one.text + str(one.url) + str(one.headers)
        assert KEY not in said and OTHER not in said and "user-1001" not in said


async def test_a_key_is_all_that_it_takes(
    browser: Browser, db: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await sign_in(browser)
    form = (await browser.get(PATH)).text
    assert 'type="password"' in form and "Управление → Работа с API" in form and "управление сообществом" in form
    done = await give(browser, f" {KEY}\n")
    assert done.status_code == 303 and done.headers["location"] == "/communities"
    shown = await browser.get("/communities")
    assert f"«Сообщество {SECOND}» добавлено" in shown.text and f"chat code --community {SECOND}" in shown.text
    assert "через несколько секунд" in shown.text, "the bot of this panel runs elsewhere"
    ((one, token),) = await db.run(communities.active)
    assert (one.id, one.added_by, one.door, one.operator, token) == (SECOND, ADMIN, "", Operator(), KEY)
    assert await logged(db) == [(ADMIN, AuditAction.COMMUNITY_ADDED.value, f"club{SECOND}")]
    kept(browser, done, shown, await browser.get("/audit"))
    said = capfd.readouterr()
    assert KEY not in said.out + said.err
    await db.checkpoint()
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.glob("panel.db*"))


async def test_with_an_operator_and_a_door_of_its_own(browser: Browser, db: Database, region: Directory) -> None:
    await stored(db, region, browser)
    await sign_in(browser)
    assert (await give(browser, KEY, door="yamy", **SCHOOL)).status_code == 303
    one = await of(db, SECOND)
    assert one is not None and one.door == "yamy" and one.operator == Operator(*SCHOOL.values())


@pytest.mark.parametrize(
    ("key", "typed", "field", "said"),
    [
        ("", {}, "key", "Вставьте ключ целиком"),
        ("two words", {}, "key", "Вставьте ключ целиком"),
        ("ключ", {}, "key", "Вставьте ключ целиком"),
        ("k" * 1001, {}, "key", "Вставьте ключ целиком"),
        ("nobody-knows-it", {}, "key", "Ключ не подошёл (ошибка 5)"),
        ("user-1001", {}, "key", "нужен ключ сообщества"),
        (f"group-{COMMUNITY}", {}, "key", "из BOT_VK_TOKEN"),
        (KEY, {"name": "Школа № 5"}, "operator", "название, адрес и почта вместе"),
        (KEY, {**SCHOOL, "email": "почта"}, "operator", "Почта не похожа на адрес"),
        (KEY, {**SCHOOL, "name": "Ш" * 301}, "operator", "до 300 знаков"),
        (KEY, {"door": "nobody"}, "door", "больше нет"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, db: Database, key: str, typed: dict[str, str], field: str, said: str
) -> None:
    await sign_in(browser)
    shown = await give(browser, key, **typed)
    assert shown.status_code == 422 and f'id="bad-{field}"' in shown.text and said in shown.text
    assert ("мы его не запомнили" in shown.text) is (field != "key")
    kept(browser, shown)
    assert await db.run(communities.everything) == [] and await logged(db) == []


async def test_what_was_typed_stays_but_the_key(browser: Browser, emulator: Emulator) -> None:
    """Everything that has to be mended at VK is said at once, and nothing of the home's settings."""
    emulator.call("emulator.setSettings", group_id=SECOND, longpoll=0, scopes="messages")
    await sign_in(browser)
    shown = await give(browser, KEY, door="yamy", **SCHOOL)
    assert shown.status_code == 422 and "нет прав" in shown.text
    assert "BOT_VK_TOKEN" not in shown.text and "python -m bot" not in shown.text
    for value in SCHOOL.values():
        assert f'value="{value}"' in shown.text
    assert '<option value="yamy" selected>' in shown.text
    kept(browser, shown)


@pytest.mark.parametrize("mode", ["reject_drop", "reject_hang", "html502"])
async def test_vk_is_away(browser: Browser, db: Database, emulator: Emulator, mode: str) -> None:
    await sign_in(browser)
    emulator.call("emulator.setFaults", rules=[{"method": "groups.getById", "mode": mode, "seconds": 9}])
    shown = await give(browser, KEY, **SCHOOL)
    assert shown.status_code == 422 and "ВКонтакте сейчас не отвечает" in shown.text
    assert SCHOOL["name"] in shown.text and await db.run(communities.everything) == []
    kept(browser, shown)


@pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS, READER])
async def test_administrators_only(browser: Browser, db: Database, user: int) -> None:
    await browser.sign_in(user)
    token = hidden(await browser.get("/now"))
    assert (await browser.get(PATH)).status_code == 403
    assert (await browser.post(PATH, csrf=token, key=KEY)).status_code == 403
    assert await db.run(communities.everything) == []


async def test_another_key_for_one_that_is_there(browser: Browser, db: Database, region: Directory) -> None:
    """Its operator and door stand in the form already; the key of another community is no key of this one."""
    await stored(db, region, browser)
    await sign_in(browser)
    await give(browser, KEY, door="yamy", **SCHOOL)
    again = f"{PATH}?again={SECOND}"
    assert "уже есть и работает" in (await give(browser, KEY)).text
    await AdminCommunities(db, browser.site.clock).remove(SECOND)
    shown = (await browser.get(again)).text
    assert f"club{SECOND}" in shown and 'value="Школа № 5"' in shown and '<option value="yamy" selected>' in shown
    wrong = await give(browser, OTHER, again, door="yamy", **SCHOOL)
    assert wrong.status_code == 422 and f"нужен ключ club{SECOND}" in wrong.text and await of(db, THIRD) is None
    assert (await give(browser, KEY, again, door="yamy", **SCHOOL)).status_code == 303
    one = await of(db, SECOND)
    assert one is not None and one.state is CommunityState.ACTIVE and one.operator.name == "Школа № 5"
    for number in ("999", "; drop", str(COMMUNITY)):
        assert (await browser.get(f"{PATH}?again={number}")).status_code == 404


async def test_the_bot_of_this_process_begins_it_at_once(tmp_path: Path, region: Directory) -> None:
    """Added, paused and removed from the panel of a running bot: its loops begin and end without a restart."""
    (tmp_path / "town").mkdir()
    async with town(tmp_path / "town", region) as here:
        bot = here.bot
        await settle_people(bot.db)
        bot.settings = bot.settings.model_copy(update={"panel_port": free_port()})
        served = await panel_of(bot)
        assert served is not None
        panel: Any = served.server.config.app
        browser = Browser.of(panel, panel.state.site)
        await sign_in(browser)
        assert (await give(browser, KEY)).status_code == 303
        await here.until(lambda: SECOND in bot.others and here.listens(SECOND), "работает", 4.0)
        assert "бот там уже отвечает" in (await browser.get("/communities")).text
        for did, there in (("pause", False), ("resume", True), ("remove", False)):
            assert (await press(browser, did, SECOND)).status_code == 303
            await here.until(lambda there=there: (SECOND in bot.others) is there, did, 4.0)  # type: ignore[misc]
        await browser.client.aclose()
        await served.close()

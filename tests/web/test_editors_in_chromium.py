"""The editors in a real Chromium: both widths and colours, axe, the strict policy; and a change without any script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from bot.web.asked import local_day
from bot.web.site import Site
from states.directory import Directory
from states.lifecycle.counted import Counted
from states.lifecycle.rights import ErasureRequest
from states.statistics.route_history import Proposal
from storage.db.database import Database
from storage.privacy import erasures
from storage.records import directory, models, routes_aside
from storage.records.communities import CommunityState
from tests.small import NOW
from tests.web.administrator import sign_in, stored
from tests.web.browser import AT_CUR, Ahead, Browser
from tests.web.filled import fill
from tests.web.registered import LIBRARY, SCHOOL, of, settle
from tests.web.test_in_chromium import Desk, desk, shut_out, too_wide  # noqa: F401 - a fixture
from tests.web.test_learning import GOOD
from tests.web.test_learning import keep as models_of
from tests.web.test_learning_file import table
from tests.web.test_route_history import DOES, NAMED, TOPIC, answered

PATHS = (
    "/directory",
    "/directory?show=region",
    "/directory?show=topics&words=двор",
    "/directory/edit/agency?key=mindor",
    "/directory/edit/office",
    "/directory/versions",
    "/directory/versions/1",
    "/directory/upload",
    "/directory/history",
    "/templates",
    "/templates/mindor",
    "/people",
    "/data",
    "/settings",
    "/chats",
    "/communities",
    "/communities?state=paused&words=библиотека",
    f"/communities/add?again={SCHOOL}",
    "/learning",
    "/learning/file",
    "/audit",
)


@dataclass
class Signed:
    """An administrator who has signed in, and the cookie for Chromium."""

    desk: Desk
    cookie: str

    async def opened(self, chromium: Chromium, width: int, scheme: str, scripts: bool = True):  # type: ignore[no-untyped-def] # noqa: ANN201
        size = {"width": width, "height": 844}
        address = self.desk.site.address
        context = await chromium.new_context(
            viewport=size,
            color_scheme=scheme,
            base_url=address,
            java_script_enabled=scripts,  # type: ignore[arg-type]
        )
        await context.add_cookies([{"name": "panel", "value": self.cookie, "url": address}])
        tab = await context.new_page()
        tab.on("console", lambda said: self.desk.complaints.append(said.text) if said.type == "error" else None)
        return tab


@pytest_asyncio.fixture
async def signed(desk: Desk, db: Database, region: Directory, clock: Ahead) -> Signed:  # noqa: F811
    clock.passed = timedelta(days=7)
    request = ErasureRequest(7001, NOW, NOW + timedelta(days=2))
    await db.run(lambda tx: erasures.ask(tx, request, NOW))
    await settle(db)
    await proposed(db, desk.site)
    await models_of(db, GOOD, GOOD, GOOD)
    async with httpx.AsyncClient(base_url=desk.site.address) as client:
        browser = Browser(desk.site, client)
        await stored(db, region, browser)
        await sign_in(browser)
        return Signed(desk, str(client.cookies["panel"]))


async def proposed(db: Database, site: Site) -> None:
    """One to decide, one put aside, one topic that nobody has."""
    day = local_day(site)
    back = Counted(received=day - timedelta(days=3), returned=day)
    returned = [replace(one, topic="zhkh-lift", counted=back) for one in answered(site, "d" * 12, 40)]
    others = [replace(one, place="zlatoust") for one in answered(site, "d" * 14, 60)]
    await fill(db, [*answered(site, "ddddnddddndddddd"), *others, *returned])
    aside = Proposal(TOPIC, "zlatoust", DOES, NAMED, 14, 14)
    await db.run(lambda tx: routes_aside.keep(tx, aside, AT_CUR, NOW))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_nobody_is_shut_out(signed: Signed, width: int, scheme: str) -> None:
    tab = await signed.opened(signed.desk.chromium, width, scheme)
    for path in PATHS:
        await tab.goto(path)
        assert await too_wide(tab) <= 0, path
        assert await shut_out(tab) == [], path
    await tab.goto("/directory/edit/agency?key=mindor")
    await tab.get_by_label("Коротко").fill("Дороги области")
    await tab.get_by_label("Полное название").fill("")
    await tab.get_by_role("button", name="Посмотреть, что изменится").click()
    await expect(tab.get_by_text("Заполните это поле")).to_be_visible()
    assert await shut_out(tab) == [] and await too_wide(tab) <= 0
    await tab.context.close()
    signed.desk.complaints[:] = [line for line in signed.desk.complaints if "422" not in line]


async def test_a_change_without_any_script(signed: Signed, db: Database) -> None:
    """Looked at, corrected, looked at again, saved, brought back."""
    tab = await signed.opened(signed.desk.chromium, 1280, "light", scripts=False)
    await tab.goto("/directory/edit/agency?key=mindor")
    await tab.get_by_label("Коротко").fill("Дороги")
    await tab.get_by_role("button", name="Посмотреть, что изменится").click()
    await expect(tab.locator(".change")).to_contain_text("было «Миндортранс», стало «Дороги»")
    await tab.get_by_label("Коротко").fill("Дороги области")
    await tab.get_by_role("button", name="Посмотреть, что изменится").click()
    await expect(tab.locator(".change")).to_contain_text("стало «Дороги области»")
    await tab.get_by_role("button", name="Сохранить").click()
    await expect(tab.get_by_role("status")).to_contain_text("Сохранено: версия 2, 1 изменение")
    await tab.goto("/directory/versions/1")
    await tab.get_by_role("button", name="Вернуть").click()
    await expect(tab.get_by_role("status")).to_contain_text("версия 3, как версия 1")
    kept = await db.run(directory.newest_version)
    assert kept == 3
    await tab.context.close()


async def test_a_route_is_named_without_any_script(signed: Signed, db: Database) -> None:
    tab = await signed.opened(signed.desk.chromium, 390, "dark", scripts=False)
    await tab.goto("/directory/history")
    await tab.get_by_role("button", name="Назвать").click()
    await expect(tab.get_by_role("status")).to_contain_text("Версия 2. Открытые сообщения остались, где были.")
    await expect(tab.get_by_text("Справочник называет тех, кто отвечает.")).to_be_visible()
    await tab.get_by_role("button", name="Вернуть в список").click()
    await expect(tab.get_by_role("button", name="Оставить как есть")).to_have_count(1)
    assert await db.run(directory.newest_version) == 2
    await tab.context.close()


async def test_a_table_and_its_columns(signed: Signed) -> None:
    tab = await signed.opened(signed.desk.chromium, 390, "light")
    await tab.goto("/learning")
    await tab.get_by_role("link", name="Обучить по таблице").click()
    sent = {"name": "решено.csv", "mimeType": "text/csv", "buffer": table(20)}
    await tab.get_by_label("Таблица решённых сообщений").set_input_files([sent])
    await tab.get_by_role("button", name="Дальше").click()
    await expect(tab.get_by_label("Тема")).to_have_value("рубрика")
    await tab.get_by_role("button", name="Обучить").click()
    await expect(tab.get_by_text("Выберите столбец.")).to_be_visible()
    await expect(tab.get_by_label("Текст сообщения")).to_have_attribute("aria-invalid", "true")
    assert await shut_out(tab) == [] and await too_wide(tab) <= 0
    await tab.context.close()
    signed.desk.complaints[:] = [line for line in signed.desk.complaints if "422" not in line]


async def test_the_end_of_a_training_is_shown_by_itself(signed: Signed, db: Database) -> None:
    """Nobody presses: the steps come by the stream, and the page is loaded again at the end."""
    await db.run(lambda tx: models.adopt(tx, 0, NOW))  # those here are no models to be measured against
    tab = await signed.opened(signed.desk.chromium, 1280, "light")
    await tab.goto("/learning")
    await tab.get_by_role("button", name="Обучить на своих сообщениях").click()
    await expect(tab.get_by_role("alert")).to_contain_text("мало решённых сообщений")
    await tab.context.close()


async def test_a_community_is_removed_without_any_script(signed: Signed, db: Database) -> None:
    """It is said what happens before it does."""
    tab = await signed.opened(signed.desk.chromium, 390, "dark", scripts=False)
    await tab.goto("/communities?words=библиотека")
    await tab.locator("summary", has_text="Удалить: Библиотека Королёва").click()
    await expect(tab.get_by_text("Ключ уничтожится сразу")).to_be_visible()
    kept = await of(db, LIBRARY)
    assert kept is not None and kept.state is CommunityState.PAUSED, "nothing yet"
    await tab.get_by_role("button", name="Да, удалить").click()
    await expect(tab.get_by_role("status")).to_contain_text("«Библиотека Королёва» удалено")
    await expect(tab.get_by_role("link", name="Вернуть")).to_be_visible()
    await tab.context.close()


async def test_a_key_that_is_typed_stays_nowhere(signed: Signed) -> None:
    tab = await signed.opened(signed.desk.chromium, 390, "light")
    await tab.goto("/communities/add")
    await tab.get_by_label("Ключ сообщества").fill("two words")
    await tab.get_by_text("За данные отвечает своя организация").click()
    await tab.get_by_label("Название").fill("Школа № 5")
    await tab.get_by_role("button", name="Проверить ключ и добавить").click()
    await expect(tab.get_by_text("Вставьте ключ целиком")).to_be_visible()
    await expect(tab.get_by_label("Название")).to_have_value("Школа № 5")
    await expect(tab.get_by_label("Ключ сообщества")).to_have_value("")
    assert await shut_out(tab) == [] and await too_wide(tab) <= 0 and "two" not in tab.url
    await tab.context.close()
    signed.desk.complaints[:] = [line for line in signed.desk.complaints if "422" not in line]


async def test_files_are_chosen_and_saved_without_any_script(signed: Signed, region: Directory) -> None:
    from bot.region.directory_write import to_yaml

    texts = to_yaml(region)
    texts["agencies.yaml"] = texts["agencies.yaml"].replace("Миндортранс", "Дороги области")
    tab = await signed.opened(signed.desk.chromium, 390, "light", scripts=False)
    await tab.goto("/directory/upload")
    await tab.get_by_label("Файлы справочника").set_input_files(
        [{"name": name, "mimeType": "text/yaml", "buffer": text.encode()} for name, text in texts.items()]
    )
    await tab.get_by_role("button", name="Посмотреть, что изменится").click()
    await expect(tab.locator(".change")).to_contain_text("стало «Дороги области»")
    await tab.get_by_role("button", name="Сохранить").click()
    await expect(tab.get_by_role("status")).to_contain_text("Сохранено: версия 2")
    await tab.context.close()

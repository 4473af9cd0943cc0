"""«Кто отвечает на деле»: numbers are their lists, one press names or puts aside, nothing moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from bot.admin.admin_directory import AdminDirectory
from bot.region.directory_json import from_json, with_version
from bot.web.asked import local_day
from bot.web.serve import site_for
from bot.web.site import Site
from features.directory_editor.pages.history import HERE
from states.audit import AuditAction
from states.directory import Directory, Level
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.counted import Counted
from states.people.chats import CUR
from storage.db.database import Database
from storage.privacy import audit
from storage.records import appeals
from storage.records import directory as stored
from tests.transcripts.emulated import EmulatedStage
from tests.transcripts.script import Player
from tests.web.administrator import sign_in
from tests.web.administrator import stored as keep
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Ahead, Browser, hidden
from tests.web.filled import fill
from tests.web.test_acting import came_in, code, heard_in  # noqa: F401 - a fixture
from tests.web.test_numbers import COUNT, check

TOPIC, PLACE, NAMED, DOES = "zhkh-uk", "miass", "gzhi", "minzhkh"
ASKED = {"topic": TOPIC, "place": PLACE, "agency": DOES}


def answered(site: Site, agencies: str, first: int = 0, **more: object) -> list[Appeal]:
    """One message a letter, every five days from today back: `d` is answered by who does it, `n` by the named one."""
    made = []
    for number, letter in enumerate(agencies, first):
        final = local_day(site) - timedelta(days=5 * (number - first))
        sent, received = site.clock.now() - timedelta(days=100), local_day(site) - timedelta(days=100)
        made.append(
            Appeal(
                f"1124-{number:04d}", 8000 + number, 1, Status.ANSWERED, 1, TOPIC, sent, place=PLACE,
                agency=DOES if letter == "d" else NAMED, counted=Counted(received=received, final=final),
            )
        )  # fmt: skip
    return [replace(one, **more) for one in made]  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def there(browser: Browser, db: Database, region: Directory, clock: Ahead) -> Browser:
    clock.passed = timedelta(days=7)  # the example region was looked at until the 28th
    await keep(db, region, browser)
    return browser


async def press(browser: Browser, did: str, version: str = "1", **changed: str) -> httpx.Response:
    shown = await browser.get(HERE)
    return await browser.post(HERE, csrf=hidden(shown), did=did, version=version, **(ASKED | changed))


async def now(db: Database) -> tuple[int, Directory]:
    kept = await db.run(stored.load_text)
    assert kept is not None
    return kept[1], from_json(kept[0])


class TestProposals:
    async def test_numbers_are_their_lists(self, there: Browser, db: Database, region: Directory) -> None:
        """Those that a resident gave to the agency are no evidence: neither counted nor listed."""
        other = answered(there.site, "nnnn", 50, chosen_by_resident=True)
        await fill(db, [*answered(there.site, "ddddnddddndddddd"), *other])
        await there.sign_in(AT_CUR)
        page = (await there.get(HERE)).text
        does, named = (region.agency_by_code[one].short for one in (DOES, NAMED))
        assert f"Назвать: {does}" in page and f"<b>{does}</b>" in page and named in page
        assert ">14</a> из" in page and ">16</a> случаев" in page and "Кто отвечает на деле" in page
        await check(there, HERE, COUNT, 2)
        rows = (await there.get(f"{HERE}.json")).json()["строки"]
        assert [(one["отвечает"], one["ответов"], one["из"], one["справочник называет"]) for one in rows] == [
            (does, 14, 16, named)
        ]
        for form in ("csv", "xlsx"):
            assert (await there.get(f"{HERE}.{form}")).status_code == 200
        assert (await there.get(f"{HERE}.exe")).status_code == 404

    async def test_where_a_place_says_little_its_role_in_the_region_counts(
        self, there: Browser, db: Database, region: Directory
    ) -> None:
        """Each administration has answered thrice in its own place; the numbers of all are a list too."""
        towns = [agency for agency in region.agencies if agency.place and agency.level is Level.MUNICIPALITY][:5]
        months = [local_day(there.site) - timedelta(days=days) for days in (1, 35, 70)]
        for number, town in enumerate(towns):
            made = answered(there.site, "ddd", 10 * number, place=town.place, agency=town.code)
            dated = zip(made, months, strict=True)
            await fill(db, [replace(one, counted=replace(one.counted, final=day)) for one, day in dated])
        await there.sign_in(AT_CUR)
        page = (await there.get(HERE)).text
        assert page.count("везде отвечают такие же ведомства") == len(towns)
        await check(there, HERE, COUNT, 4 * len(towns))
        first = towns[0]
        assert first.place is not None
        answer = await press(there, "name", place=first.place, agency=first.code)
        assert answer.status_code == 303
        assert (await now(db))[1].agency_for(TOPIC, first.place) == first

    async def test_nothing_to_say(self, there: Browser, db: Database) -> None:
        await fill(db, answered(there.site, "dddd"))
        await there.sign_in(AT_CUR)
        page = (await there.get(HERE)).text
        assert "Справочник называет тех, кто отвечает" in page and "Назвать:" not in page
        for _ in range(2):
            assert "Справочник называет не того:" not in (await there.get("/now")).text

    async def test_it_stands_where_a_manager_looks(self, there: Browser, db: Database) -> None:
        await fill(db, answered(there.site, "d" * 16))
        await there.sign_in(AT_CUR)
        assert "Справочник называет не того" not in (await there.get("/now")).text, "counted behind the first answer"
        shown = (await there.get("/now")).text
        assert "Справочник называет не того: 1 тема" in shown and '<li class="first">' not in shown, "no alarm"
        assert f'href="{HERE}"' in (await there.get("/topics")).text
        assert f'href="{HERE}">Кто отвечает на деле <span class="many">1</span>' in (await there.get("/directory")).text
        assert "Справочник называет не того" not in (await there.get("/now?place=miass")).text
        await there.sign_in(READER)
        for path in ("/now", "/topics"):
            assert HERE not in (await there.get(path)).text, "who may not open it reads nothing of it"

    @pytest.mark.parametrize("user", [AT_MINDOR, OF_MIASS, READER])
    async def test_nobody_else_opens_or_presses(self, there: Browser, db: Database, user: int) -> None:
        await fill(db, answered(there.site, "d" * 16))
        assert (await there.get(HERE)).status_code == 401
        await there.sign_in(user)
        assert (await there.get(HERE)).status_code == 403 and (await there.get(f"{HERE}.json")).status_code == 403
        form = hidden(await there.get("/now"))
        assert (await there.post(HERE, csrf=form, did="name", version="1", **ASKED)).status_code == 403
        assert (await now(db))[0] == 1

    async def test_without_a_directory(self, browser: Browser) -> None:
        await browser.sign_in(AT_CUR)
        assert (await browser.get(HERE)).status_code == 404


class TestNaming:
    @pytest.mark.parametrize("user", [AT_CUR, ADMIN])
    async def test_one_press_is_a_new_version_and_moves_nothing(self, there: Browser, db: Database, user: int) -> None:
        opened = replace(answered(there.site, "n", 90)[0], status=Status.IN_WORK, counted=Counted())
        await fill(db, [*answered(there.site, "ddddnddddndddddd"), opened])
        await (sign_in(there) if user == ADMIN else there.sign_in(user))
        done = await press(there, "name")
        assert done.status_code == 303
        page = (await there.get(done.headers["location"])).text
        assert "Версия 2. Открытые сообщения остались, где были." in page and "Назвать:" not in page
        number, known = await now(db)
        named = known.agency_for(TOPIC, PLACE)
        assert number == 2 and named is not None and named.code == DOES
        elsewhere = known.agency_for(TOPIC, "zlatoust")
        assert elsewhere is not None and elsewhere.code == NAMED, "other places go on as they were"
        (version, _) = await db.run(lambda tx: stored.versions(tx, 5))
        assert version.author == user and len(version.changes) == 2
        assert version.changes[0].startswith("+ правило: тема «") and "ответов за 3 месяца 16, из них 14" in str(
            version.changes
        )
        lines = await db.run(lambda tx: audit.newest(tx, 5))
        assert (user, AuditAction.DIRECTORY_IMPORTED, f"{TOPIC}@{PLACE}") in [
            (one["actor"], one["action"], one["subject"]) for one in lines
        ]
        still = await db.run(lambda tx: appeals.by_code(tx, [opened.code]))
        assert (still[opened.code].agency, still[opened.code].version) == (NAMED, 1)

    async def test_somebody_was_quicker(self, there: Browser, db: Database, region: Directory) -> None:
        await fill(db, answered(there.site, "d" * 16))
        await there.sign_in(AT_CUR)
        quicker = with_version(replace(region, region="Край"))
        await AdminDirectory(db, there.site.clock).save(quicker, ADMIN)
        late = await press(there, "name")
        assert late.status_code == 409 and "версия 2, Админ" in late.text and "Ничего не сохранено" in late.text
        assert 'name="version" value="2"' in late.text and (await now(db))[0] == 2
        assert (await press(there, "name", "2")).status_code == 303 and (await now(db))[1].region == "Край"

    async def test_what_is_no_proposal_is_not_named(self, there: Browser, db: Database) -> None:
        await fill(db, answered(there.site, "d" * 16))
        await there.sign_in(AT_CUR)
        for changed in ({"agency": "mindor"}, {"place": "zlatoust"}, {"topic": "gone"}):
            told = await press(there, "name", **changed)
            assert told.status_code == 409 and "такого предложения больше нет" in told.text
        assert (await press(there, "burn")).status_code == 400
        assert (await press(there, "show")).status_code == 404, "nothing was put aside"
        assert (await now(db))[0] == 1

    async def test_faults_of_the_directory_are_told(self, there: Browser, db: Database, clock: Ahead) -> None:
        """A directory that does not pass its own rules any more is not saved with one more route."""
        await fill(db, answered(there.site, "d" * 16))
        broken = with_version(replace((await now(db))[1], formal_channel=""))
        await AdminDirectory(db, clock).save(broken)
        await there.sign_in(AT_CUR)
        told = await press(there, "name", "2")
        assert told.status_code == 422 and "Сохранить нельзя" in told.text and (await now(db))[0] == 2


class TestAside:
    async def test_it_is_remembered_until_history_has_changed_clearly(self, there: Browser, db: Database) -> None:
        await fill(db, answered(there.site, "d" * 16))
        await there.sign_in(AT_CUR)
        done = await press(there, "keep")
        page = (await there.get(done.headers["location"])).text
        assert "Оставлено как есть" in page and "Назвать:" not in page
        assert "Оставили как есть" in page and "Анна Ц." in page and "Вернуть в список" in page
        assert "Справочник называет не того:" not in (await there.get("/now")).text
        assert (await now(db))[0] == 1, "the directory is as it was"
        await fill(db, answered(there.site, "d" * 15, 100))
        assert "Назвать:" not in (await there.get(HERE)).text
        await fill(db, answered(there.site, "d", 150))
        assert "Назвать:" in (await there.get(HERE)).text, "twice as many"

    async def test_back_into_the_list(self, there: Browser, db: Database) -> None:
        await fill(db, answered(there.site, "d" * 16))
        await there.sign_in(AT_CUR)
        await press(there, "keep")
        assert (await press(there, "show")).status_code == 303
        assert "Назвать:" in (await there.get(HERE)).text
        lines = await db.run(lambda tx: audit.newest(tx, 5))
        assert [(one["actor"], one["subject"]) for one in lines if one["action"].startswith("route_")] == [
            (AT_CUR, f"{TOPIC}@{PLACE}")
        ] * 2


async def test_a_topic_that_nobody_has(there: Browser, db: Database) -> None:
    day = local_day(there.site)
    back = Counted(received=day - timedelta(days=3), returned=day)
    returned = [replace(one, counted=back) for one in answered(there.site, "d" * 12)]
    await fill(db, [*returned, *answered(there.site, "dnnd", 40)])
    await there.sign_in(AT_CUR)
    page = (await there.get(HERE)).text
    assert "Справочник не знает, кто отвечает" in page
    await check(there, HERE, COUNT, 4)


async def test_what_is_open_stays_and_what_comes_then_goes_to_whom_was_named(
    stage: EmulatedStage,
    panel: httpx.AsyncClient,
    code: str,  # noqa: F811
) -> None:
    """The bot, the chats and the panel together: a resident's message lies in the chat of the city when the ЦУР names
    the ministry; it stays there, and the next one about such a thing goes to the ministry."""
    bot = stage.bot
    assert bot is not None
    await stage.listed(CUR)
    await came_in(stage, panel, stage.official(CUR, 1))
    assert bot.readers is not None
    site = site_for(bot.settings, bot.db, bot.readers, bot.clock, lambda: bot.directory, bot.features)
    history = [replace(one, topic="dorogi-yamy", agency="mindor") for one in answered(site, "d" * 16)]
    await fill(bot.db, history)
    page = await panel.get(HERE)
    asked = {"topic": "dorogi-yamy", "place": "miass", "agency": "mindor", "version": "1", "did": "name"}
    done = await panel.post(HERE, data={"csrf": hidden(page), **asked}, follow_redirects=True)
    assert "Открытые сообщения остались, где были." in done.text
    await stage.settle()
    kept = (await bot.db.run(lambda tx: appeals.by_code(tx, [code])))[code]
    assert kept.agency == "miass-gorod" and f"№{code}" not in await heard_in(stage, "mindor")
    words = "Глубокая яма на дороге, город Миасс, улица Мира, дом 3. Пробил колесо."
    await Player(stage).play([{"отправила": "иван", "текст": words}])
    await stage.settle()
    assert "Миасс, Мира, 3" in await heard_in(stage, "mindor")
    assert "Миасс, Мира, 3" not in await heard_in(stage, "miass-gorod")

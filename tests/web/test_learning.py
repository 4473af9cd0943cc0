"""«Обучение»: what decides and how good it is, learned by a press, adopted, back, cancelled; nobody else's business."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.admin.admin_directory import AdminDirectory
from features.learning.in_panel import CANCELLED, Learning
from features.learning.pages.models import HERE
from features.learning.words import report_json
from matching.learned.example import Accuracy, Report
from states.audit import AuditAction
from states.directory import Directory
from storage.db.database import Database
from storage.ops import bulk
from storage.privacy import audit
from storage.records import models
from storage.records.models import ModelSource, ModelState
from tests.learning.made import SECRET, appeals
from tests.small import NOW
from tests.web.administrator import sign_in
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, hidden

GOOD = Report(
    4000,
    3000,
    20,
    450,
    0,
    0,
    Accuracy(0.8, 0.95),
    Accuracy(0.4, 0.6),
    Accuracy(0.75, 0.92),
    calibration=0.02,
    covered=0.5,
)  # fmt: skip


async def keep(db: Database, *reports: Report) -> None:
    """Each adopted in turn but the last one, which waits."""
    for place, report in enumerate(reports, 1):
        number = await db.run(
            lambda tx, report=report: models.add(tx, ModelSource.OWN, NOW, report_json(report), b"model")
        )
        if place < len(reports):
            await db.run(lambda tx, number=number: models.adopt(tx, number, NOW, ADMIN))


async def press(browser: Browser, did: str, **more: str) -> httpx.Response:
    return await browser.post(HERE, csrf=hidden(await browser.get(HERE)), did=did, **more)


def of(browser: Browser) -> Learning:
    found: Learning = browser.client._transport.app.state.learning  # type: ignore[attr-defined]
    return found


async def logged(db: Database) -> list[tuple[int, str, str]]:
    """The oldest first."""
    lines = await db.run(lambda tx: audit.newest(tx, 50))
    return [
        (one["actor"], one["action"], one["subject"])
        for one in sorted(lines, key=lambda one: int(one["number"]))
        if str(one["action"]).startswith("model_")
    ]


async def states(db: Database) -> dict[int, ModelState]:
    return {one.number: one.state for one in await db.run(models.everything)}


class TestWhoMay:
    @pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS, READER])
    async def test_nobody_else(self, browser: Browser, db: Database, user: int) -> None:
        await keep(db, GOOD, GOOD)
        assert (await browser.get(HERE)).status_code == 401
        await browser.sign_in(user)
        for path in (HERE, f"{HERE}/file", f"{HERE}/live"):
            assert (await browser.get(path)).status_code == 403
        csrf = hidden(await browser.get("/now"))
        for did in ("own", "adopt", "back", "leave", "cancel"):
            assert (await browser.post(HERE, csrf=csrf, did=did, number="2")).status_code == 403
        assert await logged(db) == [] and await states(db) == {1: ModelState.USED, 2: ModelState.CANDIDATE}


class TestModels:
    async def test_none(self, browser: Browser) -> None:
        await sign_in(browser)
        page = (await browser.get(HERE)).text
        assert "бот решает без обучения" in page and "Моделей ещё нет" in page and "Обучить на своих" in page

    async def test_how_good_and_who_adopted(self, browser: Browser, db: Database) -> None:
        await keep(db, replace(GOOD, used=None), GOOD, GOOD)
        await sign_in(browser)
        page = (await browser.get(HERE)).text
        for said in (
            "темы подсказывает модель № 2", "80,0 %", "95,0 %", "Без обучения", "40,0 %", "Та, что была до неё",
            "75,0 %", "прежняя", "работает сейчас", "предложена", "Админ", "Принять № 3",
        ):  # fmt: skip
            assert said in page, said

    async def test_adopted_back_and_without(self, browser: Browser, db: Database) -> None:
        await keep(db, GOOD, GOOD)
        await sign_in(browser)
        done = await press(browser, "adopt", number="2")
        page = (await browser.get(done.headers["location"])).text
        assert "Принята модель № 2." in page and await states(db) == {1: ModelState.FORMER, 2: ModelState.USED}
        assert (await press(browser, "back")).status_code == 303
        assert await states(db) == {1: ModelState.USED, 2: ModelState.FORMER}
        done = await press(browser, "leave")
        assert "Бот решает без обучения." in (await browser.get(done.headers["location"])).text
        assert ModelState.USED not in (await states(db)).values()
        assert await logged(db) == [
            (ADMIN, AuditAction.MODEL_ADOPTED, "model2"),
            (ADMIN, AuditAction.MODEL_ADOPTED, "model1"),
            (ADMIN, AuditAction.MODEL_LEFT, "model1"),
        ]

    async def test_what_is_not_there(self, browser: Browser, db: Database) -> None:
        await keep(db, GOOD)
        await sign_in(browser)
        for did, number, said in (
            ("adopt", "7", "Модели № 7 нет"),
            ("adopt", "x", "Модели № -1 нет"),
            ("back", "", "Возвращаться не к чему"),
            ("leave", "", "и так работает без обучения"),
        ):
            told = await press(browser, did, number=number)
            assert told.status_code == 409 and said in told.text
        assert (await press(browser, "burn")).status_code == 400
        assert await logged(db) == []


class TestTraining:
    async def test_learned_from_own_messages_and_adopted(
        self, browser: Browser, db: Database, region: Directory, tmp_path: Path
    ) -> None:
        await AdminDirectory(db, browser.site.clock).save(region)
        await db.run(lambda tx: bulk.keep(tx, appeals(NOW)))
        await sign_in(browser)
        assert (await press(browser, "own")).status_code == 303  # the answer ends with what is done behind it
        page = (await browser.get(HERE)).text
        assert "Новая модель лучше: № 1" in page and "Принять модель № 1" in page and SECRET not in page
        assert await states(db) == {1: ModelState.CANDIDATE}, "nobody has said yes"
        await press(browser, "adopt", number="1")
        page = (await browser.get(HERE)).text
        assert "темы подсказывает модель № 1" in page and "Новая модель" not in page
        assert [action for _, action, _ in await logged(db)] == [
            AuditAction.MODEL_BEGUN, AuditAction.MODEL_TRAINED, AuditAction.MODEL_ADOPTED
        ]  # fmt: skip
        assert {actor for actor, _, _ in await logged(db)} == {ADMIN}

    async def test_too_few_are_told_once(self, browser: Browser, db: Database, region: Directory) -> None:
        await sign_in(browser)
        await press(browser, "own")
        assert "Справочник ещё не загружен" in (await browser.get(HERE)).text
        await AdminDirectory(db, browser.site.clock).save(region)
        await press(browser, "own")
        assert "мало решённых сообщений: 0" in (await browser.get(HERE)).text
        assert "мало решённых сообщений" not in (await browser.get(HERE)).text and await states(db) == {}

    async def test_cancelled_and_one_at_a_time(self, browser: Browser, db: Database) -> None:
        """What is under way here is a wait: it ends as a training does."""
        await sign_in(browser)
        own, begun = of(browser), asyncio.Event()

        async def waits() -> dict[str, object]:
            begun.set()
            await asyncio.Event().wait()
            return {}

        own.progress.lines = ["Учится на всех."]
        running = asyncio.create_task(own.run(waits()))
        await begun.wait()
        page = (await browser.get(HERE)).text
        assert "Идёт обучение" in page and "Учится на всех." in page and "Отменить обучение" in page
        assert 'data-live="/learning/live"' in page and "live.js" in page
        again = await press(browser, "own")
        assert again.status_code == 409 and "Обучение уже идёт" in again.text
        await own.run(waits())
        steps = own.steps(browser.site)
        assert await anext(steps) == 'data: {"step": "Учится на всех."}\n\n'
        assert (await press(browser, "cancel")).status_code == 303
        await running
        assert CANCELLED in (await browser.get(HERE)).text and not own.runs
        assert [told async for told in steps] == ["event: over\ndata: again\n\n"]
        assert (await press(browser, "cancel")).status_code == 303, "there is nothing to cancel any more"
        assert [action for _, action, _ in await logged(db)] == [AuditAction.MODEL_CANCELLED]
        assert (await browser.get(f"{HERE}/live")).text == "event: over\ndata: again\n\n"

    async def test_a_fault_of_ours_says_no_words(self, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
        async def breaks() -> dict[str, object]:
            raise ValueError(SECRET)

        await sign_in(browser)
        await of(browser).run(breaks())
        page = (await browser.get(HERE)).text
        assert "Обучение не получилось" in page and SECRET not in page and SECRET not in caplog.text

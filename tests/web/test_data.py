"""«Данные людей»: requests by due dates, one by letter, the act; an id by a logged press; no words of people."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.printing.sheets import SIZE, broken, sheets
from bot.web.site import Site
from states.audit import AuditAction
from states.lifecycle.rights import ErasureRequest, Ground
from storage.db.database import Database
from storage.privacy import audit, erasures, holdings
from storage.privacy.retention import RetentionTerms
from tests.small import NOW
from tests.web.administrator import sign_in
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, hidden
from tests.web.filled import fill, some

MARIA, IVAN = 7001, 7002


async def press(browser: Browser, path: str, **fields: str) -> httpx.Response:
    return await browser.post(path, csrf=hidden(await browser.get("/data")), **fields)


async def asked(db: Database, resident: int, due: int, ground: Ground = Ground.WITHDRAWN) -> int:
    request = ErasureRequest(resident, NOW, NOW + timedelta(days=due), ground)
    return await db.run(lambda tx: erasures.ask(tx, request, NOW))


@pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS, READER])
async def test_administrators_only(browser: Browser, user: int) -> None:
    await browser.sign_in(user)
    token = hidden(await browser.get("/now"))
    for path in ("/data", "/data/acts/12345678", "/data/acts/12345678.pdf"):
        assert (await browser.get(path)).status_code == 403
    for path in ("/data", "/data/show"):
        assert (await browser.post(path, csrf=token, resident="7001", ground="withdrawn")).status_code == 403


async def test_what_is_late_stands_first_and_nobody_is_named(browser: Browser, db: Database, clock: object) -> None:
    """R13."""
    await asked(db, MARIA, 20)
    await asked(db, IVAN, -3, Ground.DEMANDED)
    done = await asked(db, 7003, 5)
    await db.run(lambda tx: erasures.record_erased(tx, 7003, "withdrawn", {}, NOW))
    await db.run(lambda tx: erasures.finish(tx, [done], NOW))
    await sign_in(browser)
    shown = (await browser.get("/data")).text
    assert "просрочен: 3 дня" in shown and "осталось: 20 дней" in shown and "исполнен" in shown
    assert shown.index("просрочен: 3") < shown.index("осталось: 20") < shown.index("исполнен")
    assert "Просрочено запросов: 1" in shown
    assert not any(str(one) in shown for one in (MARIA, IVAN, 7003))


async def test_an_id_is_shown_by_a_press_that_is_logged(browser: Browser, db: Database) -> None:
    number = await asked(db, MARIA, 20)
    await sign_in(browser)
    shown = await press(browser, "/data/show", request=str(number))
    assert f"vk.com/id{MARIA}" in shown.text
    lines = await db.run(lambda tx: audit.newest(tx, 5))
    found = [one for one in lines if one["action"] == AuditAction.SHOWED_CONTACT]
    assert [(one["actor"], one["detail"]) for one in found] == [(ADMIN, "erasure")]
    assert str(MARIA) not in found[0]["subject"]
    assert str(MARIA) not in (await browser.get("/data")).text
    for wrong in ("0", "x", "9" * 30):
        assert (await press(browser, "/data/show", request=wrong)).status_code == 404


async def test_a_request_by_letter_is_looked_at_before_it_counts(browser: Browser, db: Database, site: Site) -> None:
    born = some(site.directory(), many=30)
    await fill(db, born)
    resident = born[0].resident
    many, _ = await db.run(lambda tx: holdings.of_resident(tx, resident))
    assert many
    await sign_in(browser)
    asks = {"resident": f"vk.com/id{resident}", "ground": "demanded"}
    shown = await press(browser, "/data", **asks, did="look")
    assert "удалено навсегда" in shown.text and await db.run(erasures.everything) == []
    other = await press(browser, "/data", **asks, did="save", seen=f"{MARIA}:demanded")
    assert other.status_code == 200 and await db.run(erasures.everything) == [], "another than was shown"
    done = await press(browser, "/data", **asks, did="save", seen=f"{resident}:demanded")
    assert done.status_code == 303
    (one,) = await db.run(erasures.everything)
    assert (one.resident, one.ground) == (resident, "demanded") and (one.due_at - NOW).days >= 10
    after = (await browser.get("/data")).text
    assert f"Запрос {one.code} принят" in after and str(resident) not in after
    lines = await db.run(lambda tx: audit.newest(tx, 5))
    assert [line["actor"] for line in lines if line["action"] == AuditAction.ERASURE_ASKED] == [ADMIN]
    nobody = await press(browser, "/data", resident="424242", ground="withdrawn")
    assert "сообщений здесь нет" in nobody.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"resident": "ivan", "ground": "withdrawn"}, "resident"), ({"resident": "7001", "ground": "king"}, "ground")],
)
async def test_faults_stand_beside_their_fields(browser: Browser, fields: dict[str, str], field: str) -> None:
    await sign_in(browser)
    shown = await press(browser, "/data", **fields)
    assert (
        shown.status_code == 422 and f'id="bad-{field}"' in shown.text and f'value="{fields["resident"]}"' in shown.text
    )


async def test_the_act(browser: Browser, db: Database) -> None:
    """R14: with the extract of the log, as a page and as a paper."""
    await asked(db, MARIA, 20)
    (one,) = await db.run(erasures.everything)
    await sign_in(browser)
    draft = await browser.get(f"/data/acts/{one.code}")
    assert "ЗАГОТОВКА" in draft.text and "принят запрос на удаление" in draft.text and str(MARIA) not in draft.text
    await db.run(lambda tx: erasures.record_erased(tx, MARIA, "withdrawn", {"dialogue": 2}, NOW))
    whole = await browser.get(f"/data/acts/{one.code}")
    assert "ЗАГОТОВКА" not in whole.text and "Что осталось во ВКонтакте" in whole.text
    paper = await browser.get(f"/data/acts/{one.code}.pdf")
    assert paper.content.startswith(b"%PDF") and "act-" in paper.headers["content-disposition"]
    for wrong in ("00000000", "short", "%25%25%25%25%25%25%25%25"):
        assert (await browser.get(f"/data/acts/{wrong}")).status_code == 404
    assert (await browser.get(f"/data/acts/{one.code}.exe")).status_code == 404


async def test_what_is_past_its_term_is_counted(browser: Browser, db: Database, site: Site) -> None:
    """R15."""
    await fill(db, some(site.directory(), many=40))
    none = await db.run(lambda tx: holdings.past_their_term(tx, NOW, RetentionTerms()))
    later = await db.run(lambda tx: holdings.past_their_term(tx, NOW + timedelta(days=3650), RetentionTerms()))
    assert none.appeals == 0 and later.appeals > 0
    await sign_in(browser)
    shown = (await browser.get("/data")).text
    assert "BOT_RETENTION_DAYS" in shown and "365 дней" in shown and "уборки ещё не было" in shown


def test_a_sheet_holds_every_letter() -> None:
    line = "слово " * 60 + "д" * 300
    parts = broken(line.strip(), 480)
    assert "".join(parts).replace(" ", "") == line.replace(" ", "") and len(parts) > 4 and SIZE > 0
    text = "\n".join(f"строка {at}" for at in range(120))
    made = sheets(text, "Акт")
    assert made == sheets(text, "Акт") and made.count(b"/Type /Page\n") == 3

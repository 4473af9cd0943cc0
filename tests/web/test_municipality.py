"""Who has the role of a municipality acts for its administration, on what that has, and looks at everything else."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest

from bot.web.security.session import with_office
from bot.web.site import Site
from handlers.text import texts_panel
from states.directory import Directory
from states.events import Did
from states.lifecycle.appeal import Appeal, Piece, Status
from states.messages import Attachment
from states.people.chats import Chat
from states.people.viewers import Role, Viewer
from storage.db.database import Database
from storage.privacy import audit
from storage.records import chats, leads, viewers
from tests.small import NOW
from tests.transcripts.emulated import PICTURE, RESIDENTS, EmulatedStage
from tests.web.administrator import stored
from tests.web.browser import OF_MIASS, Browser, hidden
from tests.web.filled import fill, some
from tests.web.test_acting import came_in, code, pressed
from tests.web.test_message_files import SEEN, answered
from tests.web.test_message_files import TALK as WITH_FILES
from tests.web.test_message_files import sent as sent_with_files
from tests.web.test_serve import said_to

__all__ = ("code",)

OLGA, CITY = 1009, 2_000_000_033
ACTS = [did.value for did in Did]


async def olga_came_in(stage: EmulatedStage, panel: httpx.AsyncClient) -> None:
    """The role that was granted counts before her chats."""
    bot = stage.bot
    assert bot is not None
    granted = Viewer(OLGA, Role.MUNICIPALITY, "miass", "Ольга М.")
    await bot.db.run(lambda tx: viewers.grant(tx, granted, bot.clock.now()))
    await came_in(stage, panel, OLGA)


async def test_the_administration_answers_from_its_municipality(
    stage: EmulatedStage, panel: httpx.AsyncClient, code: str
) -> None:
    """R24: what an agency may with its own, each by name in the history and in the journal."""
    await olga_came_in(stage, panel)
    back = f"/queue?from=2020-01-01&open={code}"
    assert "Заметка" in (await panel.get(back)).text and "/away" in (await panel.get(back)).text
    assert "Сделано" in await pressed(stage, panel, code, "accept", back=back)
    assert "Сделано" in await pressed(stage, panel, code, "note", text="Звонили подрядчику", back=back)
    assert "Контакт показан" in await pressed(stage, panel, code, "contact", back=back)
    assert "Сделано" in await pressed(stage, panel, code, "ask", text="С какой стороны дома яма?", back=back)
    said = await pressed(stage, panel, code, "answer", text="Яму засыпали щебнем.", beside="replace", back=back)
    assert "Сделано" in said or texts_panel.BESIDE in said
    if texts_panel.BESIDE in said:
        said = await pressed(stage, panel, code, "replace", back=back)
    assert "Сделано" in said
    await stage.wait(60)
    await stage.settle()
    assert "Яму засыпали щебнем." in " ".join(await said_to(stage, RESIDENTS["мария"]))
    shown = (await panel.get(back)).text
    assert "Администрация Миасса, Ольга М." in shown, "who answered"
    assert len(re.findall(r"Ольга М\.", shown.partition('<ul class="steps">')[2])) >= 2, "and who did what"
    bot = stage.bot
    assert bot is not None
    lines = await bot.db.run(lambda tx: audit.newest(tx, 10))
    assert {"noted", "showed_contact"} <= {line["action"] for line in lines if line["subject"] == code}


async def test_it_hands_back_what_is_not_its_own(stage: EmulatedStage, panel: httpx.AsyncClient, code: str) -> None:
    await olga_came_in(stage, panel)
    back = f"/queue?from=2020-01-01&open={code}"
    assert "Сделано" in await pressed(stage, panel, code, "not_ours", whom="", back=back)
    await stage.wait(60)
    await stage.settle()
    shown = (await panel.get(back)).text
    assert "Ольга М." in shown and texts_panel.NOT_WITH_YOU in shown, "now the ЦУР has it"


async def test_files_both_ways(stage: EmulatedStage, panel: httpx.AsyncClient) -> None:
    number = await sent_with_files(stage, WITH_FILES)
    await olga_came_in(stage, panel)
    (photo, *_) = SEEN.findall((await panel.get(f"/queue?from=2020-01-01&open={number}")).text)
    assert (await panel.get(photo)).content == PICTURE
    assert "Сделано" in await answered(panel, number, ("после.jpg", PICTURE))


@pytest.fixture
async def miass(db: Database, site: Site) -> tuple[Appeal, Appeal, Appeal]:
    """Of the administration; of a ministry in the same place; of the same ministry elsewhere."""
    await db.run(lambda tx: chats.keep(tx, [Chat(CITY, "miass-gorod", NOW)]))
    made = [one for one in some(site.directory()) if one.status is Status.IN_WORK][:3]
    piece = (Piece(1, "Яма", (Attachment("photo"),)),)
    own, other, away = (
        replace(one, place=place, agency=agency, chat=CITY if agency == "miass-gorod" else None, pieces=piece)
        for one, place, agency in zip(
            made, ("miass", "miass", "zlatoust"), ("miass-gorod", "mindor", "mindor"), strict=True
        )
    )
    await fill(db, [own, other, away])
    return own, other, away


@pytest.mark.parametrize("did", ACTS)
async def test_every_other_act_is_refused(browser: Browser, miass: tuple[Appeal, Appeal, Appeal], did: str) -> None:
    """R24: by another's number too, typed or guessed."""
    _, other, away = miass
    await browser.sign_in(OF_MIASS)
    fields = {"csrf": hidden(await browser.get("/queue")), "did": did, "text": "слова", "whom": "mindor"}
    for path in ("/queue/act", "/queue/draft", "/queue/compose"):
        for number, status in ((other.code, 403), (away.code, 404), ("1127-NONE", 404)):
            answer = await browser.post(path, **fields, code=number)
            assert answer.status_code == status or (path != "/queue/act" and answer.status_code == 400), (path, number)


async def test_nor_by_other_pages(browser: Browser, db: Database, miass: tuple[Appeal, Appeal, Appeal]) -> None:
    """R24: who leads it, many at once, files, canned answers of others; nothing of a mixed press is done."""
    own, other, away = miass
    await browser.sign_in(OF_MIASS)
    csrf = hidden(await browser.get("/queue"))
    for codes, status in (([other.code], 403), ([away.code], 404), ([own.code, other.code], 403)):
        data = {"csrf": csrf, "code": codes, "do": "lead", "whom": str(OF_MIASS)}
        answer = await browser.client.post("/queue/lead", data=data, headers={"origin": browser.site.address})
        assert answer.status_code == status
        many = "&".join(f"code={code}" for code in codes)
        assert (await browser.get(f"/queue/several?did=accept&{many}")).status_code == status
    assert await db.run(lambda tx: leads.of(tx, [own.code, other.code, away.code])) == {}
    for message in (other, away):
        assert (await browser.get(f"/queue/{message.code}/files/1/0")).status_code == 403
        assert "/files/" not in (await browser.get(f"/queue?open={message.code}")).text
    await stored(db, browser.site.directory(), browser)
    await browser.sign_in(OF_MIASS)
    for agency in ("mindor", "zlatoust-gorod", "cur"):
        assert (await browser.get(f"/templates/{agency}")).status_code == 403


async def test_its_own_it_takes_and_its_texts_it_changes(
    browser: Browser, db: Database, miass: tuple[Appeal, Appeal, Appeal]
) -> None:
    own, other, _ = miass
    await browser.sign_in(OF_MIASS)
    shown = (await browser.get(f"/queue?open={own.code}")).text
    assert 'value="answer"' in shown and 'value="not_ours"' in shown and 'value="assign"' not in shown
    assert texts_panel.NOT_WITH_YOU not in shown
    assert texts_panel.NOT_WITH_YOU in (await browser.get(f"/queue?open={other.code}")).text
    csrf = hidden(await browser.get("/queue"))
    taken = await browser.post("/queue/lead", csrf=csrf, code=own.code, do="lead", whom=str(OF_MIASS))
    assert taken.status_code == 303
    kept = await db.run(lambda tx: leads.of(tx, [own.code]))
    assert kept[own.code]["miass-gorod"].owner == OF_MIASS
    await stored(db, browser.site.directory(), browser)
    await browser.sign_in(OF_MIASS)
    assert (await browser.get("/templates")).headers["location"] == "/templates/miass-gorod"


def test_whose_office_it_is(region: Directory) -> None:
    """Looked up with every request: another directory, another office; nobody else has one."""
    assert with_office(Viewer(1, Role.MUNICIPALITY, "miass"), region).office == "miass-gorod"
    assert with_office(Viewer(1, Role.MUNICIPALITY, "gone"), region).office == ""
    assert with_office(Viewer(1, Role.READER, "miass"), region).office == ""


async def test_where_the_administration_has_no_chat_the_page_says_so(
    browser: Browser, db: Database, site: Site
) -> None:
    made = next(one for one in some(site.directory()) if one.status is Status.IN_WORK)
    made = replace(made, place="miass", agency="miass-gorod")
    await fill(db, [made])
    await browser.sign_in(OF_MIASS)
    assert texts_panel.NO_OWN_CHAT in (await browser.get(f"/queue?open={made.code}")).text

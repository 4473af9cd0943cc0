"""What is done in the panel reaches the chat and the resident, by the real bot and emulator; what may not be done."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio

from bot.web.asked import today_of
from handlers.text import texts_panel
from handlers.text.texts_stages import why_declined
from states.directory import Directory
from states.lifecycle.reasons import Decline
from states.people.chats import CUR
from states.statistics.filter import Filter
from storage.ops.search import some
from storage.privacy import audit
from tests.transcripts.emulated import RESIDENTS, EmulatedStage
from tests.transcripts.script import Player, read
from tests.transcripts.stage import Words
from tests.web.browser import AT_CUR, AT_MINDOR, READER, Browser, hidden
from tests.web.filled import fill
from tests.web.filled import some as messages
from tests.web.test_serve import LINK, said_to, writes

TALK = read(Path(__file__).parent.parent / "transcripts" / "01_yama_na_doroge.yaml")["talk"]
STANDS = next(place for place, line in enumerate(TALK) if line.get("мария нажимает") == "Отправить") + 3


@pytest_asyncio.fixture
async def code(stage: EmulatedStage) -> AsyncIterator[str]:
    """A message whose card stands in the chat of the city."""
    await Player(stage).play(TALK[:STANDS])
    await stage.settle()
    said = await said_to(stage, RESIDENTS["мария"])
    yield re.findall(r"№(\d{4}-\w{4})", " ".join(said))[-1]


async def came_in(stage: EmulatedStage, client: httpx.AsyncClient, user: int) -> None:
    (answer,) = await writes(stage, user, "панель")
    assert (await client.post(LINK.findall(answer)[0], follow_redirects=True)).status_code == 200


async def pressed(stage: EmulatedStage, client: httpx.AsyncClient, code: str, did: str, **more: str) -> str:
    """The page after it."""
    csrf = hidden(await client.get(f"/queue?view=open&open={code}"))
    fields = {"csrf": csrf, "code": code, "did": did, "back": "/queue?view=open", **more}
    shown = await client.post("/queue/act", data=fields, follow_redirects=True)
    assert shown.status_code == 200, shown.text
    await stage.settle()
    return shown.text


async def heard_in(stage: EmulatedStage, chat: str) -> str:
    record = await stage.call("emulator.record")
    (found,) = [one for one in record["dialogues"] if one.get("key") == chat]
    return "\n".join(message["text"] for message in found["messages"])


async def test_the_control_centre_reminds_and_an_agency_answers(
    stage: EmulatedStage, panel: httpx.AsyncClient, code: str
) -> None:
    await stage.listed(CUR)
    await came_in(stage, panel, stage.official(CUR, 1))
    assert "Сделано: 1 сообщение." in await pressed(stage, panel, code, "remind")
    assert f"напоминает: №{code}" in await heard_in(stage, "miass-gorod")
    refused = await pressed(stage, panel, code, "accept")
    assert "Не получилось:" in refused, "the agency has it"

    cur = stage.chats[CUR]["owner_id"]
    await stage.call(
        "messages.removeChatUser", f"user-{cur}", chat_id=stage.peer_of(CUR, cur) - 2_000_000_000, member_id=1009
    )
    await stage.settle()
    async with httpx.AsyncClient(base_url=panel.base_url, headers=panel.headers) as other:
        await came_in(stage, other, 1009)
        assert "Сделано" in await pressed(stage, other, code, "accept")
        answer = "Засыпали яму сегодня утром."
        assert "Сделано" in await pressed(stage, other, code, "answer", text=answer)
        assert f"Ответ по №{code}" in await heard_in(stage, "miass-gorod")
        await stage.call("emulator.advanceClock", seconds=60)
        await stage.settle()
        assert any(answer in text for text in await said_to(stage, RESIDENTS["мария"]))
        again = await other.get(f"/queue?from=2020-01-01&open={code}")
        assert answer in again.text, "and it stands beside the list"


async def test_notes_the_contact_and_words_taken_back(
    stage: EmulatedStage, panel: httpx.AsyncClient, code: str
) -> None:
    """R21, T22: each look at a contact is a line of the log; a note never reaches the resident."""
    await stage.listed(CUR)
    await came_in(stage, panel, stage.official(CUR, 1))
    mary = RESIDENTS["мария"]
    before = await panel.get(f"/queue?view=open&open={code}")
    assert f"vk.com/id{mary}" not in before.text and "Показать контакт" in before.text
    noted = await pressed(stage, panel, code, "note", text="Звонили подрядчику", back=f"/queue?view=open&open={code}")
    assert "Звонили подрядчику" in noted and "заметка" in noted
    shown = await pressed(stage, panel, code, "contact", back=f"/queue?view=open&open={code}")
    assert f"vk.com/id{mary}" in shown and "записано в журнал" in shown
    assert f"vk.com/id{mary}" not in (await panel.get(f"/queue?view=open&open={code}")).text, "shown once"
    bot = stage.bot
    assert bot is not None
    lines = await bot.db.run(lambda tx: audit.newest(tx, 10))
    assert {one["action"] for one in lines if one["subject"] == code} == {"noted", "showed_contact"}
    assert "посмотрели контакт, " in (await panel.get(f"/queue?view=open&open={code}")).text, (
        "colleagues read who looked"
    )

    cur = stage.chats[CUR]["owner_id"]
    chat = stage.peer_of(CUR, cur) - 2_000_000_000
    await stage.call("messages.removeChatUser", f"user-{cur}", chat_id=chat, member_id=1009)
    await stage.settle()
    async with httpx.AsyncClient(base_url=panel.base_url, headers=panel.headers) as other:
        await came_in(stage, other, 1009)
        back = f"/queue?from=2020-01-01&open={code}"
        said = await pressed(stage, other, code, "answer", text="Яму засыпали щебнем.", back=back)
        undo = re.findall(r'name="whom" value="([^"]+)"><button class="button">.*?Взять назад', said, re.S)
        assert "Яму засыпали щебнем." in said and len(undo) == 1
        taken = await pressed(stage, other, code, "undo", whom=html.unescape(undo[0]), back=back)
        assert "Сделано" in taken and "Яму засыпали щебнем.</textarea>" in taken, "words taken back are a draft"
        await stage.call("emulator.advanceClock", seconds=60)
        await stage.settle()
        told = " ".join(await said_to(stage, mary))
        assert "щебнем" not in told and "подрядчику" not in told
        assert "Сделано" in await pressed(stage, other, code, "decline", whom="unclear", back=back)
        await stage.call("emulator.advanceClock", seconds=60)
        await stage.settle()
        assert why_declined(Decline.UNCLEAR)[0] in " ".join(await said_to(stage, mary))


async def test_a_second_answer_is_asked_about_on_the_page(
    stage: EmulatedStage, panel: httpx.AsyncClient, code: str
) -> None:
    """In the chat somebody answers, in the panel somebody else; two that differ never reach the resident."""
    await stage.listed(CUR)
    cur = stage.chats[CUR]["owner_id"]
    chat = stage.peer_of(CUR, cur) - 2_000_000_000
    await stage.call("messages.removeChatUser", f"user-{cur}", chat_id=chat, member_id=1009)
    await stage.settle()
    back = f"/queue?from=2020-01-01&open={code}"
    card = next(one for one in await stage.chat("miass-gorod") if f"№{code}" in one.text)
    await came_in(stage, panel, 1009)
    others = [number for number in (1, 2) if stage.official("miass-gorod", number) != 1009]
    await stage.write_in("miass-gorod", others[0], Words("Яму засыпали вчера, проверили.", reply_to=card.cmid))
    await stage.settle()
    asked = await pressed(stage, panel, code, "answer", text="Асфальта нет, яму не засыпали.", back=back)
    assert texts_panel.BESIDE in asked and "Сделано:" not in asked and "Асфальта нет" in asked
    offered = re.findall(r'name="did" value="(replace|add|drop)"><button class="text">', asked)
    assert offered == ["replace", "add", "drop"]
    assert "ответ уже уходит, его пишет" in await heard_in(stage, "miass-gorod")
    assert "Сделано" in await pressed(stage, panel, code, "replace", back=back)
    await stage.call("emulator.advanceClock", seconds=60)
    await stage.settle()
    heard = " ".join(await said_to(stage, RESIDENTS["мария"]))
    assert "Асфальта нет" in heard and "вчера" not in heard
    assert "Не получилось: " in await pressed(stage, panel, code, "drop", back=back)


BUBBLE = re.compile(
    r'<div class="bubble[^"]*">\s*<header><b>([^<]*)</b><span class="dim">([^<]*)</span></header>\s*<p[^>]*>(.*?)</p>',
    re.S,
)


def bubbles(shown: str) -> list[tuple[str, str, str]]:
    """Who, when and what, from top to bottom."""
    return [
        (who, when, re.sub(r"<svg.*?</svg>", "", words, flags=re.S).strip())
        for who, when, words in BUBBLE.findall(shown)
    ]


async def test_the_dialogue_runs_in_the_order_of_time(
    stage: EmulatedStage, panel: httpx.AsyncClient, code: str
) -> None:
    """A reply stands below what it replies to, each with its time and who; «Не решено» has its place too."""
    await stage.listed(CUR)
    await came_in(stage, panel, stage.official(CUR, 1))
    name = "Яму заделали сегодня, работы приняты"
    card = next(one for one in await stage.chat("miass-gorod") if f"№{code}" in one.text)
    await stage.write_in("miass-gorod", 1, Words(name, reply_to=card.cmid))
    await stage.wait(60)
    await stage.settle()
    await Player(stage).play([{"мария нажимает": "Не решено"}])
    await stage.wait(600)
    await writes(stage, RESIDENTS["мария"], "Ограждение унесло ветром")
    await stage.wait(600)
    shown = bubbles((await panel.get(f"/queue?from=2020-01-01&open={code}")).text)
    words = [text for _, _, text in shown]
    assert [one[:12] for one in words] == ["Большая яма ", "Ответ на соо", "Не решено", "Ограждение у"]
    assert [who for who, _, _ in shown][::2] == ["Житель", "Житель"] and shown[3][0] == "Житель"
    assert shown[1][0].startswith("Администрация Миасса, "), "the agency and who of it"
    assert all(re.search(r"\d\d?:\d\d", when) for _, when, _ in shown), shown


async def test_an_alarm_is_read_and_ended_in_the_panel(stage: EmulatedStage, panel: httpx.AsyncClient) -> None:
    """R28: «Вижу» and an end, by name, from «Сейчас»; its author hears both."""
    await Player(stage).play(TALK[:STANDS])
    words = "В подъезде сильно пахнет газом, кружится голова, Миасс, Борьбы 14"
    (code,) = {number for text in await writes(stage, RESIDENTS["мария"], words) for number in NUMBER.findall(text)}
    await stage.listed(CUR)
    await came_in(stage, panel, stage.official(CUR, 1))
    page = await panel.get("/now")
    assert f'name="code" value="{code}"' in page.text and "Никто не нажал «Вижу»" in page.text
    fields = {"csrf": hidden(page), "code": code, "back": "/now"}
    seen = await panel.post("/queue/act", data=fields | {"did": "see"}, follow_redirects=True)
    assert "Сделано: 1 сообщение." in seen.text and 'value="handed_over"' in seen.text
    ended = await panel.post("/queue/act", data=fields | {"did": "handed_over"}, follow_redirects=True)
    assert "Сделано: 1 сообщение." in ended.text and code not in ended.text
    heard = " ".join(await said_to(stage, RESIDENTS["мария"]))
    assert "прочитал" in heard and "передал" in heard


NUMBER = re.compile(r"№(\d{4}-\w{4})")
SEEN = re.compile(r'name="seen" value="([^"]*)"')


async def test_two_tabs_cannot_send_two_contradicting_answers(
    stage: EmulatedStage, panel: httpx.AsyncClient, code: str
) -> None:
    """The second tab was opened before the first answer; it is asked about, also when that has arrived."""
    await stage.listed(CUR)
    cur = stage.chats[CUR]["owner_id"]
    chat = stage.peer_of(CUR, cur) - 2_000_000_000
    await stage.call("messages.removeChatUser", f"user-{cur}", chat_id=chat, member_id=1009)
    await stage.settle()
    await came_in(stage, panel, 1009)
    back = f"/queue?from=2020-01-01&open={code}"
    tab = (await panel.get(back)).text
    before = html.unescape(SEEN.findall(tab)[0])
    assert "уйдёт через" not in tab and 'name="beside"' not in tab
    said = await pressed(stage, panel, code, "answer", text="Урну поставим.", seen=before, back=back)
    assert "черновик" not in said, "what has left is no draft any more"
    assert "Сделано" in said and "уйдёт через 0:" in said and "Взять назад" in said
    assert "<b>Уже уходит ответ</b> (Администрация Миасса" in said and "дополнит его" in said and "заменит его" in said
    asked = await pressed(stage, panel, code, "answer", text="Урну не поставим.", seen=before, back=back)
    assert texts_panel.BESIDE in asked and "Урну не поставим." in asked
    dropped = await pressed(stage, panel, code, "drop", back=back)
    assert "Сделано" in dropped and "Урну не поставим.</textarea>" in dropped, "what did not leave is a draft"
    kept = await pressed(stage, panel, code, "answer", text="Урну не поставим.", beside="drop", back=back)
    assert "Ничего не отправлено" in kept
    await stage.wait(60)
    await stage.settle()
    late = await pressed(stage, panel, code, "answer", text="Урну не поставим.", seen=before, back=back)
    assert texts_panel.BESIDE in late
    assert "Сделано" in await pressed(stage, panel, code, "drop", back=back)
    heard = " ".join(await said_to(stage, RESIDENTS["мария"]))
    assert "Урну поставим" in heard and "не поставим" not in heard


async def test_what_may_not_be_done(browser: Browser, region: Directory) -> None:
    """R24."""
    made = messages(region, many=20)
    made = [one for one in made if one.agency != "mindor"]
    await fill(browser.site.db, made)
    await browser.sign_in(READER)
    page = await browser.get("/queue?view=open")
    fields = {"csrf": hidden(page), "code": made[0].code, "did": "remind"}
    for did in ("remind", "note", "contact"):
        refused = await browser.post("/queue/act", **{**fields, "did": did, "text": "слова"})
        assert refused.status_code == 403, "who only reads"
    await browser.sign_in(AT_MINDOR)
    fields["csrf"] = hidden(await browser.get("/queue?view=open"))
    foreign = [await browser.post("/queue/act", **{**fields, "code": code}) for code in (made[0].code, "1127-NONE")]
    assert [one.status_code for one in foreign] == [404, 404], "another agency's is as one that is not there"
    await browser.sign_in(AT_CUR)
    fields["csrf"] = hidden(await browser.get("/queue?view=open"))
    assert (await browser.post("/queue/act", **{**fields, "code": "1127-NONE"})).status_code == 404
    assert (await browser.post("/queue/act", **{**fields, "did": "erase"})).status_code == 400
    assert (await browser.post("/queue/act", **{**fields, "until": "завтра"})).status_code == 400
    assert (await browser.post("/queue/act", **{**fields, "csrf": "0"})).status_code == 403
    found = await browser.site.db.run(lambda tx: some(tx, Filter(), today_of(browser.site), 0, 100))
    assert {one.status for one in found} == {one.status for one in made}, "and nothing was done"

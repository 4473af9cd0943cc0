"""Photos and documents in the panel, both ways, by the real bot and emulator: seen through it and kept nowhere, logged,
without the author's id; sent with an answer (R21, R24, T11)."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from bot.vk.files import LARGEST_MB, not_taken
from bot.web.pages.message_files import part_of
from bot.web.views.talk import file
from states.messages import Attachment
from states.people.chats import CUR
from storage.privacy import audit
from tests.transcripts.emulated import COMMUNITY, PAPER, PICTURE, RESIDENTS, EmulatedStage
from tests.transcripts.script import Player
from tests.web.browser import hidden
from tests.web.test_acting import came_in
from tests.web.test_serve import said_to

MARY = RESIDENTS["мария"]
SEEN = re.compile(r'(?:src|href)="(/queue/[^"]+/files/[^"]+)"')
ANSWER = "Яму засыпали сегодня утром, снимок приложили."
TALK: list[dict[str, object]] = [
    {"согласилась": "мария", "текст": "Большая яма на дороге, город Миасс, улица Ленина, дом 5"},
    {"мария": "Вот снимок и акт", "files": ["photo", "doc:акт.pdf"]},
    {"мария": "1"},
    {"мария слышит": "[Отправить]"},
    {"мария нажимает": "Отправить"},
]


async def sent(stage: EmulatedStage, talk: list[dict[str, object]]) -> str:
    player = Player(stage)
    for line in talk:
        await player.line(line)
    await stage.settle()
    return str(re.findall(r"№(\d{4}-\w{4})", " ".join(await said_to(stage, MARY)))[-1])


async def alone_in_the_city(stage: EmulatedStage) -> int:
    """An official who is in the chat of the city only."""
    await stage.listed(CUR)
    cur = stage.chats[CUR]["owner_id"]
    chat = stage.peer_of(CUR, cur) - 2_000_000_000
    await stage.call("messages.removeChatUser", f"user-{cur}", chat_id=chat, member_id=1009)
    await stage.settle()
    return 1009


@pytest_asyncio.fixture
async def city(stage: EmulatedStage, panel: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    await came_in(stage, panel, await alone_in_the_city(stage))
    yield panel


async def shown(client: httpx.AsyncClient, code: str) -> str:
    return (await client.get(f"/queue?from=2020-01-01&open={code}")).text


async def answered(client: httpx.AsyncClient, code: str, *files: tuple[str, bytes]) -> str:
    csrf = hidden(await client.get(f"/queue?from=2020-01-01&open={code}"))
    fields = {
        "csrf": csrf,
        "code": code,
        "did": "answer",
        "text": ANSWER,
        "back": f"/queue?from=2020-01-01&open={code}",
    }
    given = [("files", (name, content)) for name, content in files]
    answer = await client.post("/queue/act", data=fields, files=given, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_an_official_sees_what_came_and_each_look_is_logged(
    stage: EmulatedStage, city: httpx.AsyncClient
) -> None:
    code = await sent(stage, TALK)
    page = await shown(city, code)
    photo, paper = list(dict.fromkeys(html.unescape(one) for one in SEEN.findall(page)))
    assert f'<img src="{photo}"' in page and str(MARY) not in page
    seen = await city.get(photo)
    assert seen.content == PICTURE and seen.headers["content-type"] == "image/jpeg"
    assert seen.headers["cache-control"] == "no-store" and "inline" in seen.headers["content-disposition"]
    given = await city.get(paper)
    assert given.content == PAPER and given.headers["content-type"] == "application/octet-stream"
    assert (
        given.headers["content-disposition"].startswith("attachment") and "pdf" in given.headers["content-disposition"]
    )
    part = await city.get(photo, headers={"range": "bytes=0-1"})
    assert part.status_code == 206 and part.content == PICTURE[:2]
    assert stage.bot is not None
    lines = await stage.bot.db.run(lambda tx: audit.newest(tx, 10))
    assert [one["subject"] for one in lines if one["action"] == "showed_files"] == [code] * 3
    assert (await city.get(photo.replace("/files/", "/files/9"))).status_code == 404
    cmid = int(photo.split("/")[4])
    gone = await stage.call("messages.delete", f"user-{MARY}", peer_id=-COMMUNITY, cmids=cmid, delete_for_all=1)
    assert gone and "Файл не открылся" in (await city.get(photo)).text


async def test_another_agency_and_who_only_reads_see_no_file(stage: EmulatedStage, city: httpx.AsyncClient) -> None:
    code = await sent(stage, TALK)
    (photo, *_) = SEEN.findall(await shown(city, code))
    async with httpx.AsyncClient(base_url=city.base_url, headers=city.headers) as nobody:
        assert (await nobody.get(photo)).status_code in (303, 401)
    assert (await city.get(photo.replace(code, "1101-ZZZZ"))).status_code == 404


async def test_files_go_with_an_answer(stage: EmulatedStage, city: httpx.AsyncClient) -> None:
    code = await sent(stage, TALK)
    assert 'type="file" name="files"' in await shown(city, code)
    told = await answered(city, code, ("после.jpg", PICTURE), ("акт.pdf", PAPER))
    assert "Сделано" in told, told
    await stage.settle()
    await stage.call("emulator.advanceClock", seconds=60)
    await stage.settle()
    await stage.settle()
    await Player(stage).line({"мария слышит": [ANSWER.rstrip("."), "<photo>", "<doc>"]})
    await Player(stage).line({"чат miass-gorod видит": ["Файлы к №", "из панели"]})


@pytest.mark.parametrize(
    "name, content, why",
    [("вирус.exe", b"MZ\x90", "программа"), ("акт.pdf", b"MZ\x90", "программа"), ("пусто.pdf", b"", "пустой")],
)
async def test_a_refused_file_sends_nothing_and_keeps_the_words(
    stage: EmulatedStage, city: httpx.AsyncClient, name: str, content: bytes, why: str
) -> None:
    """T11: the rules for residents hold for officials."""
    code = await sent(stage, TALK)
    told = await answered(city, code, (name, content))
    assert "Не отправлено" in told and why in told and ANSWER in told, told
    await stage.settle()
    assert not any(ANSWER in text for text in await said_to(stage, MARY))


async def test_too_many_are_told_so(stage: EmulatedStage, city: httpx.AsyncClient) -> None:
    code = await sent(stage, TALK)
    assert "файлов больше 10" in await answered(city, code, *[(f"{one}.jpg", PICTURE) for one in range(11)])


def test_what_is_too_large_is_refused() -> None:
    assert not_taken("после.jpg", PICTURE + bytes(LARGEST_MB * 2**20)) == "слишком большой файл"
    assert not_taken("после.jpg", PICTURE) == ""


def test_no_address_names_its_owner() -> None:
    """R21: of what a person owns the address is his page's."""
    mine, ours = Attachment("video", "Яма", f"video{MARY}_1"), Attachment("video", "Яма", "video-22_1")
    assert file(mine, "/queue/1/files/1/0").href == "" and str(MARY) not in str(file(mine, ""))
    assert file(ours, "").href == "https://vk.com/video-22_1"
    assert file(Attachment("audio"), "/here").src == "" and file(mine, "/here").src == "/here"


@pytest.mark.parametrize(
    "said, part",
    [("bytes=0-1", (0, 1)), ("bytes=2-", (2, 9)), ("bytes=2-99", (2, 9)), ("", None), ("bytes=-5", None),
     ("bytes=12-", None), ("bytes=a-b", None), ("bytes=3-1", None), (f"bytes={'9' * 30}-", None)],
)  # fmt: skip
def test_a_part_of_a_voice(said: str, part: tuple[int, int] | None) -> None:
    assert part_of(said, 10) == part

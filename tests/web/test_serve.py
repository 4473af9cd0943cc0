"""The panel in the bot: the way in through VK, served beside the loops, ended with it; not loaded without a port."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.app import admin_service_of, panel_of
from bot.process.advice import Refusal
from bot.web.serve import bound
from handlers.text import texts_panel
from states.people.chats import CUR
from storage.records import chats
from tests.bot.test_metrics import free_port
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage
from tests.transcripts.stage import Words

ROOT = Path(__file__).parent.parent.parent
LINK = re.compile(r"http://127\.0\.0\.1:\d+/in/[\w-]{43}")


async def said_to(stage: EmulatedStage, user: int) -> list[str]:
    await stage.settle()
    found = await stage.call("messages.getHistory", f"user-{user}", peer_id=-COMMUNITY, count=50, rev=1)
    return [item["text"] for item in found["items"] if item["from_id"] == -COMMUNITY]


async def writes(stage: EmulatedStage, user: int, text: str) -> list[str]:
    """What the bot answers to it."""
    before = len(await said_to(stage, user))
    stage.random_id += 1
    said = {"peer_id": -COMMUNITY, "random_id": stage.random_id, "message": text}
    await stage.call("messages.send", f"user-{user}", **said)
    return (await said_to(stage, user))[before:]


async def of_agency_only(stage: EmulatedStage) -> int:
    """Who works for the health ministry, and not in the control centre any more."""
    for chat in (CUR, "minzdrav"):
        await stage.listed(chat)
    user, owner = stage.official("minzdrav", 1), stage.chats[CUR]["owner_id"]
    chat_id = stage.peer_of(CUR, owner) - 2_000_000_000
    await stage.call("messages.removeChatUser", f"user-{owner}", chat_id=chat_id, member_id=user)
    await stage.settle()
    return user


@pytest.mark.parametrize("chat", [CUR, "minzdrav"])
async def test_an_official_writes_a_word_and_lands_on_now(
    stage: EmulatedStage, panel: httpx.AsyncClient, chat: str
) -> None:
    """From VK to the page, by what a person does and nothing else; also one who never agreed to anything."""
    await stage.listed(CUR)
    user = stage.official(CUR, 1) if chat == CUR else await of_agency_only(stage)
    shown = ">ЦУР<" if chat == CUR else "Министерство здравоохранения"
    (answer,) = await writes(stage, user, "Панель")
    link = LINK.findall(answer)[0]
    assert (await panel.get(link)).status_code == 200, "VK itself looks at a link"
    assert (await panel.get(link)).status_code == 200
    came = await panel.post(link, follow_redirects=True)
    assert came.status_code == 200 and came.url.path == "/now"
    assert "<h1>Сейчас</h1>" in came.text and shown in came.text
    async with httpx.AsyncClient(base_url=panel.base_url, headers=panel.headers) as other:
        assert (await other.post(link)).status_code == 410, "whoever has it second does not come in"


async def test_a_resident_gets_no_link_and_is_answered_as_always(
    stage: EmulatedStage, panel: httpx.AsyncClient
) -> None:
    said = await writes(stage, RESIDENTS["мария"], "панель")
    assert said and not any("/in/" in text or "панел" in text.casefold() for text in said)
    other = await writes(stage, RESIDENTS["иван"], "привет")
    assert said == other, "as any other word before a consent"


async def test_in_a_chat_the_link_is_never_said(stage: EmulatedStage, panel: httpx.AsyncClient) -> None:
    await stage.listed(CUR)
    await stage.write_in(CUR, 1, Words("/панель"))
    await stage.settle()
    user = stage.official(CUR, 1)
    found = await stage.call("messages.getHistory", f"user-{user}", peer_id=stage.peer_of(CUR, user), count=20)
    texts = [item["text"] for item in found["items"]]
    assert texts_panel.IN_CHAT in texts and not any("/in/" in text for text in texts)


async def test_who_leaves_the_chat_is_out(stage: EmulatedStage, panel: httpx.AsyncClient) -> None:
    user = await of_agency_only(stage)
    assert stage.bot is not None
    link = LINK.findall((await writes(stage, user, "панель"))[0])[0]
    await panel.post(link)
    assert (await panel.get("/now")).status_code == 200
    await stage.unbind("minzdrav")
    assert "minzdrav" not in {chat.agency for chat in await stage.bot.db.run(chats.bound)}
    assert (await panel.get("/now")).status_code == 401
    assert "/in/" not in " ".join(await writes(stage, user, "панель"))


async def test_the_administrator_gives_a_role_and_a_link(stage: EmulatedStage, panel: httpx.AsyncClient) -> None:
    assert stage.bot is not None
    desk, user = admin_service_of(stage.bot), RESIDENTS["ольга"]
    assert "error" in await desk.carry_out("people_link", {"user": user})
    given = {"user": user, "role": "municipality", "scope": "miass", "name": "Ольга"}
    assert "error" not in await desk.carry_out("people_grant", given)
    link = f"/in/{(await desk.carry_out('people_link', {'user': user}))['token']}"
    assert (await panel.post(link)).status_code == 303
    assert "Ольга" in (await panel.get("/now")).text
    assert LINK.search((await writes(stage, user, "панель"))[0]), "and the bot knows her now"
    await desk.carry_out("people_revoke", {"user": user})
    assert (await panel.get("/now")).status_code == 401


async def test_it_ends_at_once_with_a_browser_that_holds_on(
    stage: EmulatedStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idle connection of a browser does not hold up the end of the bot: a request under way would, for an hour."""
    monkeypatch.setattr("bot.web.serve.LAST_REQUESTS", 3600)
    assert stage.bot is not None
    port = free_port()
    stage.bot.settings = stage.bot.settings.model_copy(update={"panel_port": port})
    served = await panel_of(stage.bot)
    assert served is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /now HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 401")
    await served.close()
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def test_a_page_comes_at_once(stage: EmulatedStage) -> None:
    """No 40 ms of Nagle's algorithm between the head of an answer and its body: it is off at each connection."""
    assert stage.bot is not None
    port = free_port()
    stage.bot.settings = stage.bot.settings.model_copy(update={"panel_port": port})
    served = await panel_of(stage.bot)
    assert served is not None
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/now")).status_code == 401
        (held,) = served.server.server_state.connections
        ours = held.transport.get_extra_info("socket")
        assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    await served.close()


async def test_without_a_port_nothing_listens(stage: EmulatedStage) -> None:
    assert stage.bot is not None
    assert await panel_of(stage.bot) is None


async def test_what_is_not_installed_is_said(stage: EmulatedStage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage.bot is not None
    stage.bot.settings = stage.bot.settings.model_copy(update={"panel_port": free_port()})
    monkeypatch.setitem(sys.modules, "bot.web.serve", None)
    with pytest.raises(Refusal, match="uv sync --extra panel"):
        await panel_of(stage.bot)


def test_a_port_that_is_taken_is_said_in_one_sentence() -> None:
    port = free_port()
    taken = bound("127.0.0.1", port)
    try:
        with pytest.raises(Refusal, match=f"127.0.0.1:{port} не занять"):
            bound("127.0.0.1", port)
    finally:
        taken.close()


def test_a_bot_without_a_panel_loads_nothing_of_it() -> None:
    code = "import bot.app, bot.cli.cli, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    there = set(loaded.stdout.split())
    assert not {"starlette", "jinja2", "uvicorn", "fastapi", "pyotp", "segno"} & there
    resting = {"bot.charts", "bot.printing", "bot.web", "features.demo.year", "features.alerts.ways"}
    resting |= {f"features.statistics.{name}" for name in ("asked", "pages", "picture", "report")}
    resting |= {f"features.campaign_links.{name}" for name in ("asked", "pages", "papers", "posters")}
    resting |= {f"features.official_pages.{name}" for name in ("asked", "made_up", "pages", "report", "table")}
    resting |= {f"features.open_data.{one}" for one in ("routes", "asked", "checks", "statuses_file")}
    assert not resting & there, "memory of a bot at rest"
    assert "aiohttp" in loaded.stdout.split()

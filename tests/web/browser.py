"""A browser for the panel without a browser: cookies, one address, forms with their hidden field; and its people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import httpx
from starlette.applications import Starlette

import features
from bot.process.clock import Clock
from bot.web.pages import PAGES
from bot.web.site import Page, Site
from states.people.chats import CUR, Chat
from states.people.officials import Official, Standing
from states.people.viewers import LINK_LIFE, Role, SignIn, Viewer
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.records import chats, officials, sessions, viewers
from tests.small import NOW

AT_CUR, AT_MINDOR, OF_MIASS, READER, ADMIN, NOBODY = 5001, 5002, 5003, 5004, 5005, 5006
CENTRE, ROADS = 2_000_000_001, 2_000_000_002
_NUMBERS = count(1)
HIDDEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Ahead(Clock):
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = timedelta()

    def now(self) -> datetime:
        return NOW + self.passed

    def monotonic(self) -> float:
        return self.passed.total_seconds()


@dataclass(slots=True)
class Browser:
    """`address` is what a person types. Each has its own cookies."""

    site: Site
    client: httpx.AsyncClient

    @classmethod
    def of(cls, app: Starlette, site: Site) -> Browser:
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        return cls(site, httpx.AsyncClient(transport=transport, base_url=site.address, follow_redirects=False))

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def post(self, path: str, *, origin: str | None = None, **fields: str) -> httpx.Response:
        """A form as a browser sends it from our own page."""
        said = {"origin": self.site.address if origin is None else origin}
        return await self.client.post(path, data=fields, headers=said)

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Look at the page and send its form."""
        return await self.post(path, csrf=hidden(await self.get(path)), **fields)

    async def open(self, link: str) -> httpx.Response:
        """Press «Войти», as somebody who may be signed in already."""
        found = HIDDEN.search((await self.get(link)).text)
        return await self.post(link, csrf=found[1] if found else "")

    async def link(self, user: int) -> str:
        """A way in as the bot gives one."""
        token = f"link-{next(_NUMBERS)}"
        given = SignIn(sessions.digest(token), user, self.site.clock.now() + LINK_LIFE)
        await self.site.db.run(lambda tx: sessions.keep_links(tx, [given]))
        return f"/in/{token}"

    async def sign_in(self, user: int) -> httpx.Response:
        answer = await self.open(await self.link(user))
        assert answer.status_code == 303, answer.text
        return answer


def every_page() -> list[Page]:
    """Of the core and of every feature."""
    return [*PAGES, *(page for feature in features.installed() for page in feature.pages())]


def hidden(answer: httpx.Response) -> str:
    found = HIDDEN.search(answer.text)
    assert found is not None, answer.text
    return found[1]


async def settle_people(db: Database) -> None:
    """Two chats with one official each, and one person of each role that is granted."""
    granted = (
        Viewer(OF_MIASS, Role.MUNICIPALITY, "miass", "Ольга М."),
        Viewer(READER, Role.READER, "", "Руководитель"),
        Viewer(ADMIN, Role.ADMINISTRATOR, "", "Админ"),
    )

    async def body(tx: Transaction) -> None:
        await chats.keep(tx, [Chat(CENTRE, CUR, NOW), Chat(ROADS, "mindor", NOW)])
        await officials.keep(tx, [works(CENTRE, AT_CUR, "Анна Ц."), works(ROADS, AT_MINDOR, "Пётр Д.")])
        for one in granted:
            await viewers.grant(tx, one, NOW)

    await db.run(body)


def works(peer: int, user: int, name: str = "", standing: Standing = Standing.WORKS) -> Official:
    return Official(peer, user, standing, NOW, name=name)

"""The registry of communities as the panel lists it: which ones are asked for, what each is doing, what to do about it.

It must never know a key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.config.settings import ANSWER, OFF, WATCH
from bot.process.advice import advice
from bot.process.health import unwell, unwell_words
from bot.web.site import Site
from features.communities.asked import words_of
from handlers.text.words import day, moment
from storage.db.transaction import Transaction
from storage.records import communities
from storage.records.communities import RegisteredCommunity

MOST = 50
LAST = 1_000_000
PATH = "/communities"
ADDRESS = re.compile(r"^(?:https?://)?(?:m\.)?(?:vk\.(?:com|ru)/)?(?:club|public)?(\d{1,10})$")
NEW_KEY = "Создайте в сообществе новый ключ и впишите его сюда. Сообщения останутся на месте."
WAIT = "Бот пробует снова сам. Не пройдёт за час — проверьте, открывается ли ВКонтакте с сервера."
OTHER_KEY = "Создайте ключ с правами на сообщения, управление, фотографии и файлы, удалите сообщество и добавьте снова."
LOOK = "Бот пробует снова сам. Не пройдёт за час — проверьте в сообществе Управление → Работа с API."


class CommunityKind(StrEnum):
    """What a community is doing, worst first; the word is the filter of the address."""

    REFUSED = "refused"
    UNWELL = "unwell"
    PAUSED = "paused"
    ACTIVE = "active"
    REMOVED = "removed"


VIEWS = {
    CommunityKind.REFUSED: "Ключ не принят",
    CommunityKind.UNWELL: "Не слышно сейчас",
    CommunityKind.PAUSED: "На паузе",
    CommunityKind.ACTIVE: "Работают",
    CommunityKind.REMOVED: "Удалены",
}
MARKS = {
    CommunityKind.REFUSED: ("late", "bad"),
    CommunityKind.UNWELL: ("late", "bad"),
    CommunityKind.PAUSED: ("clock", "warn"),
    CommunityKind.ACTIVE: ("check", "good"),
    CommunityKind.REMOVED: ("dash", ""),
}
COMMENTS = {"": "", OFF: "комментарии: не слушает", WATCH: "комментарии: только слушает", ANSWER: ""}
RIGHTS = (7, 15)
"""VK's errors for a key that may not do enough."""
BY_SWITCH = 912
"""VK's error where the capabilities of bots are off."""


@dataclass(frozen=True, slots=True)
class CommunityFilter:
    """What a list is asked for. `start`: how many are left out before the first."""

    kind: CommunityKind | None = None
    words: str = ""
    start: int = 0


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """One community. `since` is empty where nothing is known of it. `comments`: what is said of them where less is done
    than at the home; `comment_choices`: what may be said else, each with its words."""

    id: int
    name: str
    kind: CommunityKind
    words: str
    since: str = ""
    todo: str = ""
    operator: str = ""
    door: str = ""
    home: bool = False
    comments: str = ""
    comment_choices: tuple[tuple[str, str], ...] = ()

    @property
    def href(self) -> str:
        """The address of the community's page in VK."""
        return f"https://vk.com/club{self.id}"

    @property
    def icon(self) -> str:
        """The icon of its state."""
        return MARKS[self.kind][0]

    @property
    def colour(self) -> str:
        """The colour of its state."""
        return MARKS[self.kind][1]


# --- what is asked for


def wanted_rows(request: Request) -> CommunityFilter:
    """The rows that the address asks for. Raises HTTPException: 400, there is no such state."""
    said = request.query_params
    kind, start = said.get("state", ""), said.get("start", "0")
    if kind and kind not in set(CommunityKind):
        raise HTTPException(400)
    number = min(int(start), LAST) if start.isascii() and start.isdigit() and len(start) < 9 else 0
    return CommunityFilter(CommunityKind(kind) if kind else None, said.get("words", "").strip()[:200], number)


def link(wanted: CommunityFilter, form: str = "") -> str:
    """The address of this list of communities; with `form` that of the file."""
    pairs = [("state", wanted.kind or ""), ("words", wanted.words), ("start", str(wanted.start or ""))]
    said = urlencode([pair for pair in pairs if pair[1]])
    return f"{PATH}{'.' + form if form else ''}" + (f"?{said}" if said else "")


def fits(community: CommunityRow, wanted: CommunityFilter) -> bool:
    """Whether the community is asked for: by its number as it stands in an address, or by all words of its name and
    operator."""
    if wanted.kind not in (None, community.kind):
        return False
    if not wanted.words:
        return True
    number = ADDRESS.match(wanted.words)
    if number is not None and str(community.id).startswith(number[1]):
        return True
    known = fold(f"{community.name} {community.operator}")
    return all(word in known for word in fold(wanted.words).split())


def fold(text: str) -> str:
    """The text in small letters, «ё» as «е»."""
    return text.casefold().replace("ё", "е")


# --- what there is


async def everything(tx: Transaction) -> tuple[list[RegisteredCommunity], dict[int, datetime]]:
    """All communities of the registry, and since when each is as it is."""
    return await communities.everything(tx), await communities.since(tx)


def rows(site: Site, known: Sequence[RegisteredCommunity], since: Mapping[int, datetime]) -> list[CommunityRow]:
    """The home first, then those that wait for somebody."""
    heard = unheard(site)
    others = [
        row(site, community, since.get(community.id), heard) for community in known if community.id != site.db.community
    ]
    order = list(CommunityKind)
    others.sort(key=lambda other: (order.index(other.kind), fold(other.name), other.id))
    return [home(site, heard), *others]


def unheard(site: Site) -> dict[int, tuple[int, str]]:
    """By number of each community that hears nothing from VK just now: the code for it, and since when; a panel that
    runs apart cannot see it."""
    if site.bot is None:
        return {}
    of = {runtime.community: runtime.health for runtime in (site.bot, *site.bot.others.values())}
    begun = {id: moment(health.unheard, site.zone) for id, health in of.items() if health.unheard is not None}
    return {id: (code, begun.get(id, "")) for id, code in unwell(of).items()}


def home(site: Site, heard: Mapping[int, tuple[int, str]]) -> CommunityRow:
    """The row of the home community."""
    id, name = site.db.community, site.community_name
    if id not in heard:
        return CommunityRow(id, name, CommunityKind.ACTIVE, "работает", home=True)
    code, begun = heard[id]
    return CommunityRow(
        id, name, CommunityKind.UNWELL, unwell_words(code), begun, advice(code) if code else WAIT, home=True
    )


def row(
    site: Site, community: RegisteredCommunity, since: datetime | None, heard: Mapping[int, tuple[int, str]]
) -> CommunityRow:
    """The row of a community."""
    kind, words = CommunityKind(community.state.value), words_of(community)
    code, begun = 0, day_in_words(site, since) if since is not None else ""
    if kind is CommunityKind.ACTIVE and community.id in heard:
        kind, (code, begun) = CommunityKind.UNWELL, heard[community.id]
        words = unwell_words(code)
    door = site.directory().door_by_code.get(community.door)
    own = door.name if door is not None else community.door
    return CommunityRow(
        community.id,
        community.name,
        kind,
        words,
        begun,
        todo(kind, code),
        community.operator.name,
        own,
        comments=COMMENTS[community.comments] if site.settings.comments != OFF else "",
        comment_choices=tuple(comment_choices(site.settings.comments, community.comments)),
    )


def comment_choices(home: str, own: str) -> Iterator[tuple[str, str]]:
    """What may be said of its comments: less than BOT_COMMENTS, which is the most that is done anywhere."""
    if home == OFF:
        return
    if own:
        yield "comments_same", "Комментарии: как в главном"
    if own != WATCH and home == ANSWER:
        yield "comments_watch", "Комментарии: только слушать"
    if own != OFF:
        yield "comments_off", "Комментарии: не слушать"


def todo(kind: CommunityKind, code: int) -> str:
    """What to do about it, in a sentence; "" for nothing."""
    if kind is not CommunityKind.UNWELL:
        return NEW_KEY if kind is CommunityKind.REFUSED else ""
    if code in RIGHTS:
        return OTHER_KEY
    return advice(code) if code == BY_SWITCH else LOOK if code else WAIT


def day_in_words(site: Site, at: datetime) -> str:
    """The day as «24 ноября»; of another year with its number."""
    year, this = at.astimezone(site.zone).year, site.clock.now().astimezone(site.zone).year
    return day(at, site.zone) + ("" if year == this else f" {year}")


# --- what the list shows


def views(found: Sequence[CommunityRow], wanted: CommunityFilter) -> list[tuple[str, str, int, bool]]:
    """All, and each state that there is: words, address, how many, whether it is chosen."""
    many = Counter(community.kind for community in found)
    every = [("Все", link(replace(wanted, kind=None, start=0)), len(found), wanted.kind is None)]
    return every + [
        (words, link(replace(wanted, kind=kind, start=0)), many[kind], kind is wanted.kind)
        for kind, words in VIEWS.items()
        if many[kind] or kind is wanted.kind
    ]


def turns(wanted: CommunityFilter, total: int) -> tuple[str, str]:
    """Addresses of the part before and of the part after; empty where there is none."""
    before = link(replace(wanted, start=max(0, wanted.start - MOST))) if wanted.start else ""
    after = link(replace(wanted, start=wanted.start + MOST)) if wanted.start + MOST < total else ""
    return before, after

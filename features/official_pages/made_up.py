"""A year of official pages that nobody keeps: from seven hundred to six thousand, made by rules, with what was checked.

Pure: the same seed gives the same registry. It must never hold the name of a real person or the page of a real body.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol

from features.official_pages.model.facts import HAND, NO, TABLE, VK, YES, Fact, Name
from features.official_pages.model.page import BodyKind, Network, OfficialPage, PageState
from states.directory import Directory, Level, Place

PAGES = 6000
BEFORE = 700
"""Pages that there were a year ago."""
BODIES, WAITING, CREATING, MARKED = 3740, 138, 12, 3577
NETWORKS = {Network.VK: 3412, Network.OK: 1655, Network.TELEGRAM: 702, Network.MAX: 231}
MARKED_ON_OK = 577
ALONE = {Network.OK: 150, Network.TELEGRAM: 28}
"""Bodies that have this network and not VK."""
SHARES: dict[BodyKind, float] = {
    BodyKind.SCHOOL: 0.29, BodyKind.KINDERGARTEN: 0.30, BodyKind.CULTURE: 0.16, BodyKind.HOSPITAL: 0.06,
    BodyKind.SPORT: 0.06,
    BodyKind.SOCIAL: 0.05, BodyKind.COLLEGE: 0.02, BodyKind.OTHER: 0.06,
}  # fmt: skip
PARENTS = {
    BodyKind.SCHOOL: "minobr", BodyKind.KINDERGARTEN: "minobr", BodyKind.COLLEGE: "minobr", BodyKind.CULTURE: "mincult",
    BodyKind.HOSPITAL: "minzdrav", BodyKind.SPORT: "minsport", BodyKind.SOCIAL: "minsoc",
}  # fmt: skip
NAMES: dict[BodyKind, tuple[str, ...]] = {
    BodyKind.SCHOOL: ("Школа № {}", "Школа № {}", "Лицей № {}", "Гимназия № {}"),
    BodyKind.KINDERGARTEN: ("Детский сад № {}",),
    BodyKind.COLLEGE: ("Колледж № {}", "Техникум № {}"),
    BodyKind.HOSPITAL: ("Больница № {}", "Поликлиника № {}"),
    BodyKind.CULTURE: ("Дом культуры № {}", "Библиотека № {}", "Музыкальная школа № {}", "Музей № {}"),
    BodyKind.SPORT: ("Спортшкола № {}", "Стадион № {}"),
    BodyKind.SOCIAL: ("Центр соцобслуживания № {}",),
    BodyKind.OTHER: ("Центр занятий № {}", "Лесничество № {}"),
}
POSTS = ("Секретарь", "Методист", "Заместитель директора", "Пресс-служба")
HOSTS = {Network.VK: "vk.com/demo", Network.OK: "ok.ru/demo", Network.TELEGRAM: "t.me/demo", Network.MAX: "max.ru/demo"}
CHECKS = (
    (Name.ABOUT, 0.93), (Name.SITE, 0.88), (Name.PHONE, 0.78), (Name.PLACE, 0.83), (Name.COVER, 0.9),
    (Name.MESSAGES, 0.86),
)  # fmt: skip
BY_HAND = ((Name.QR, 0.55), (Name.PLAIN, 0.7), (Name.WIDGET, 0.6))


class RegistryInputs(Protocol):
    """What of the demonstration year a registry depends on (features/demo/given.py)."""

    @property
    def now(self) -> datetime: ...
    @property
    def zone(self) -> tzinfo: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def weights(self) -> Mapping[str, float]: ...
    def chance(self, *of: object) -> random.Random: ...


@dataclass(frozen=True, slots=True)
class Body:
    """A made-up organisation: its name, kind, municipality ("" for the region) and the code of the agency above it."""

    name: str
    kind: BodyKind
    place: str
    parent: str


@dataclass(frozen=True, slots=True)
class MadePage:
    """A made-up page and what was seen of it over the year."""

    page: OfficialPage
    facts: tuple[Fact, ...]


def made_of(given: RegistryInputs) -> list[MadePage]:
    """All of it as it stands today."""
    rng = given.chance("pages")
    today = given.now.astimezone(given.zone).date()
    found = bodies(given, rng)
    rng.shuffle(found)
    waiting, creating, present = found[:WAITING], found[WAITING : WAITING + CREATING], found[WAITING + CREATING :]
    pages = [_early(rng, body, PageState.WAITS, today, 3, 178) for body in waiting]
    pages += [_early(rng, body, PageState.CREATING, today, 1, 30) for body in creating]
    pages += _open(rng, networks(rng, present), today)
    numbered = [replace(page, id=number) for number, page in enumerate(pages, 1)]
    return [_with_checks(given, official_page, today) for official_page in numbered]


# --- bodies


def bodies(given: RegistryInputs, rng: random.Random) -> list[Body]:
    """Administrations and heads of all municipalities, ministries, and the rest by population."""
    places = given.directory.places
    own = {
        agency.place: agency
        for agency in given.directory.agencies
        if agency.level is Level.MUNICIPALITY and agency.place
    }
    found = [
        Body(agency.name, BodyKind.AUTHORITY, "", agency.code)
        for agency in given.directory.agencies
        if agency.level in (Level.GOVERNOR, Level.REGION)
    ]
    found += [
        Body(own[place.code].short, BodyKind.ADMINISTRATION, place.code, own[place.code].code) for place in places
    ]
    found += [Body("Глава округа", BodyKind.HEAD, place.code, own[place.code].code) for place in places]
    numbers: Counter[tuple[str, str]] = Counter()
    weights = [given.weights[place.code] for place in places]
    kinds, shares = list(SHARES), list(SHARES.values())
    while len(found) < BODIES:
        found.append(_body(rng, rng.choices(places, weights)[0], rng.choices(kinds, shares)[0], numbers))
    return found


def _body(rng: random.Random, place: Place, kind: BodyKind, numbers: Counter[tuple[str, str]]) -> Body:
    """A made-up body of this place, numbered."""
    name = rng.choice(NAMES[kind])
    numbers[place.code, name] += 1
    return Body(name.format(numbers[place.code, name]), kind, place.code, PARENTS.get(kind, ""))


def networks(rng: random.Random, present: Sequence[Body]) -> list[tuple[Body, Network]]:
    """Which networks each body is in: VK or those of `ALONE`; some of the former are in others too."""
    found, start = [], 0
    for network, many in ALONE.items():
        found += [(body, network) for body in present[start : start + many]]
        start += many
    in_vk = present[start:]
    found += [(body, Network.VK) for body in in_vk]
    for network, many in NETWORKS.items():
        if network is not Network.VK:
            found += [(body, network) for body in rng.sample(in_vk, many - ALONE.get(network, 0))]
    return found


# --- their pages


def _early(rng: random.Random, body: Body, state: PageState, today: date, least: int, most: int) -> OfficialPage:
    """A page that is not there yet; few wait for very long."""
    days = round(least + (most - least) * rng.random() ** 1.6)
    return _page(rng, body, Network.VK, "", state, today - timedelta(days=days))


def _page(
    rng: random.Random, body: Body, network: Network, address: str, state: PageState, since: date
) -> OfficialPage:
    """A made-up page of a body."""
    who = rng.choice(POSTS) if rng.random() < 0.8 else ""
    return OfficialPage(0, body.name, body.kind, body.place, body.parent, network, address, state, who, since)


def _open(rng: random.Random, wanted: list[tuple[Body, Network]], today: date) -> list[OfficialPage]:
    """The pages that exist, over the year; some of them marked by VK."""
    rng.shuffle(wanted)
    days = opened_on(rng, len(wanted), today)
    pages = []
    for number, ((body, network), day) in enumerate(zip(wanted, days, strict=True), 1):
        made = _page(rng, body, network, f"https://{HOSTS[network]}{number}", PageState.EXISTS, day)
        pages.append(replace(made, opened=day))
    marked = _to_mark(rng, pages)
    return [_with_mark(rng, page, today) if place in marked else page for place, page in enumerate(pages)]


def opened_on(rng: random.Random, many: int, today: date) -> list[date]:
    """Seven hundred before the year begins, then somewhat behind the plan until its end."""
    start = year_began(today)
    before = [start - timedelta(days=rng.randrange(900)) for _ in range(BEFORE)]
    length = (today - start).days
    reached = [_share_by(day / length) for day in range(length + 1)]
    after = [
        start + timedelta(days=bisect_left(reached, (turn + 1) / (many - BEFORE))) for turn in range(many - BEFORE)
    ]
    return before + after


def year_began(today: date) -> date:
    """The last day of the same month a year ago."""
    return (today.replace(year=today.year - 1, day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _share_by(part: float) -> float:
    """What share of the year's pages there is after this part of it."""
    return min(1.0, part - 0.045 * math.sin(math.pi * part) + (1e-9 if part >= 1 else 0))


def _to_mark(rng: random.Random, pages: Sequence[OfficialPage]) -> set[int]:
    """Which pages get the mark; only VK and OK give it."""
    of = {network: [place for place, page in enumerate(pages) if page.network is network] for network in NETWORKS}
    return {*rng.sample(of[Network.VK], MARKED - MARKED_ON_OK), *rng.sample(of[Network.OK], MARKED_ON_OK)}


def _with_mark(rng: random.Random, official_page: OfficialPage, today: date) -> OfficialPage:
    assert official_page.opened is not None
    start = (
        max(official_page.opened, year_began(today) - timedelta(days=60))
        if rng.random() < 0.7
        else official_page.opened
    )
    day = min(today, start + timedelta(days=round(rng.expovariate(1 / 25))))
    return replace(official_page, state=PageState.MARKED, marked=day, since=day)


# --- what is known of them


def _with_checks(given: RegistryInputs, official_page: OfficialPage, today: date) -> MadePage:
    """A made-up page with its facts: VK is looked at once a week; nobody has looked at a page of the last days, and
    people look at some."""
    rng = given.chance("page", official_page.id)
    states = {
        day: state
        for day, state in ((official_page.opened, PageState.EXISTS), (official_page.marked, PageState.MARKED))
        if day
    }
    states[official_page.since] = official_page.state
    facts = [
        Fact(official_page.id, Name.STATE, state.value, TABLE, day, official_page.since)
        for day, state in sorted(states.items())
    ]
    looked = today - timedelta(days=1 + official_page.id % 4)
    if official_page.opened is not None and official_page.opened < looked:
        if official_page.network is Network.VK:
            facts += _seen_by_vk(rng, given, official_page, looked)
            official_page = replace(official_page, checked=looked)
        if rng.random() < 0.6:
            facts += _seen_by_hand(rng, official_page, today)
    return MadePage(official_page, tuple(facts))


def _seen_by_vk(rng: random.Random, given: RegistryInputs, official_page: OfficialPage, looked: date) -> Iterator[Fact]:
    care = rng.uniform(0.75, 1.08)
    assert official_page.opened is not None
    first = max(official_page.opened + timedelta(days=1), looked - timedelta(days=7 * rng.randrange(1, 12)))
    for name, share in CHECKS:
        yield Fact(official_page.id, name, YES if rng.random() < share * care else NO, VK, first, looked)
    people = given.weights.get(official_page.place, 60_000)
    weekly = {Name.POSTS: round(rng.gammavariate(2.2, 2.1 * care)), Name.MEMBERS: _members(rng, people)}
    if official_page.kind is BodyKind.HEAD:
        yield from _weeks(rng, official_page, care, looked)
    for name, count in weekly.items():
        before = max(0, round(count * rng.uniform(0.7, 1.1)))
        if first < looked - timedelta(days=7):
            yield Fact(official_page.id, name, str(before), VK, first, looked - timedelta(days=7))
        yield Fact(official_page.id, name, str(count), VK, looked, looked)


def _weeks(rng: random.Random, official_page: OfficialPage, care: float, looked: date) -> Iterator[Fact]:
    """The weekly facts of a head's page in the last quarter: what people said and was answered; some have closed their
    comments."""
    assert official_page.opened is not None
    if rng.random() < 0.1:
        return
    days = [looked - timedelta(days=7 * turn) for turn in range(13)]
    for day in (one_day for one_day in days if one_day > official_page.opened):
        comments = round(rng.gammavariate(2.0, 6.0))
        answered = sum(rng.random() < 0.7 * care for _ in range(comments))
        said = {Name.COMMENTS: comments, Name.ANSWERED: answered}
        if answered:
            said[Name.ANSWER_MINUTES] = round(rng.lognormvariate(6.2, 0.9) / care)
        for name, many in said.items():
            yield Fact(official_page.id, name, str(many), VK, day, day)


def _members(rng: random.Random, people: float) -> int:
    """How many members a page has, by how many people it is for."""
    return round(60 + math.pow(people, 0.6) * rng.lognormvariate(0.2, 0.8))


def _seen_by_hand(rng: random.Random, official_page: OfficialPage, today: date) -> Iterator[Fact]:
    assert official_page.opened is not None
    day = max(official_page.opened, today - timedelta(days=rng.randrange(5, 120)))
    for name, share in BY_HAND:
        if rng.random() < 0.85:
            yield Fact(official_page.id, name, YES if rng.random() < share else NO, HAND, day, day)

"""A small region and a plain finder for tests of the core, where matching itself is not the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from states.directory import (
    Agency,
    Community,
    CrisisLine,
    Directory,
    Door,
    Group,
    Level,
    Phone,
    Place,
    PlaceKind,
    Route,
    Scene,
    Topic,
    Where,
)
from states.facts import CommunityPolicy
from states.finder import PlaceGuess, Problems, TopicGuess
from states.worktime.schedule import ROUND_THE_CLOCK, Schedule

COMMUNITY = 101
ONCE = frozenset({"how_to", "due", "calendar", "closed_by_term", "spike", "alarm", "undelivered", "late", "remind"})
"""Kinds of messages that are said once because storage keeps each cause once (storage/outbox/enqueue.py)."""

ALWAYS = Schedule((ROUND_THE_CLOCK,) * 7, by_calendar=False)
"""A duty service that never closes."""

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

POLICY = CommunityPolicy(
    community=COMMUNITY,
    operator="Оператор",
    address="Челябинск",
    email="a@b.ru",
    zone=ZoneInfo("Asia/Yekaterinburg"),
    consent="Согласие на обработку персональных данных. Оператор: Оператор.",
    consent_hash="hash",
    publish="Согласие на публикацию сообщения без имени. Оператор: Оператор.",
    publish_hash="publish",
)

REGION = Directory(
    region="Область",
    formal_channel="https://www.gosuslugi.ru/",
    emergency="112",
    communities=(Community(COMMUNITY, "Приёмная области"),),
    agencies=(
        Agency("gov", "Губернатор области", "Губернатор", Level.GOVERNOR),
        Agency("roads", "Министерство дорог", "Миндор", Level.REGION),
        Agency("health", "Министерство здоровья", "Минздрав", Level.REGION),
        Agency("miass-gorod", "Администрация Миасса", "Миасс", Level.MUNICIPALITY, place="miass"),
        Agency("park", "Парк культуры", "Парк", Level.AGENCY, place="miass"),
        Agency("secret", "Служба доверия", "Доверие", Level.AGENCY, anonymous_card=True),
    ),
    groups=(Group("roads", "Дороги"), Group("health", "Здоровье"), Group("other", "Другое")),
    topics=(
        Topic("pits", "roads", "Ямы на дороге", "Разбитое покрытие", joinable=True),
        Topic("snow", "roads", "Снег на дороге", joinable=True),
        Topic("doctor", "health", "Запись к врачу", anonymous_card=True, health=True, where=Where.CLINIC),
        Topic("fire", "other", "Пожар", urgent=True),
        Topic("odd", "other", "Прочее", joinable=True),
        Topic("smog", "other", "Смог", where=Where.NOWHERE, joinable=True),
    ),
    places=(
        Place("miass", PlaceKind.CITY_OKRUG, "Миасский городской округ", "Миасс", "Миасс"),
        Place("aша", PlaceKind.MUNICIPAL_OKRUG, "Ашинский муниципальный округ", "Ашинский", "Аша"),
        *(Place(f"p{n}", PlaceKind.MUNICIPAL_OKRUG, f"Округ {n}", f"Округ {n}", f"Центр {n}") for n in range(12)),
    ),
    routes=(
        Route("roads", group="roads"),
        Route("miass-gorod", topic="pits", place="miass"),
        Route("health", topic="doctor"),
        Route("secret", topic="fire"),
    ),
    doors=(
        Door("stop", "Остановка «Парк»", "Не пришёл автобус?", "pits", "miass", "остановка «Парк»"),
        Door("admin", "Страница Миасса", agency="miass-gorod", page="https://vk.com/miass"),
        Door("ministry", "Миндор", agency="roads"),
        Door("counted", "Газета"),
        Door("old", "Старый плакат", topic="snow", closed=True),
    ),
    numbers=(Phone("112", "всё сразу"), Phone("104", "газ"), Phone("2-22-22", "диспетчер Миасса", "miass")),
    crisis=(CrisisLine("Детский телефон", "8-800-2000-122", cost="бесплатно", source="Фонд"), CrisisLine("Линия")),
)

NEVER = replace(REGION, topics=tuple(replace(topic, joinable=False) for topic in REGION.topics))
"""As after an update whose directory names no public trouble yet, or the day on which that was changed (R32)."""


@dataclass(frozen=True)
class SmallFinder:
    """Finds by plain substrings of the small region."""

    directory: Directory = REGION

    def topics(self, text: str, limit: int = 3) -> tuple[str, ...]:
        known = {"ям": "pits", "снег": "snow", "врач": "doctor", "пожар": "fire", "смог": "smog"}
        return tuple(code for word, code in known.items() if word in text.casefold())[:limit]

    def topic(self, text: str, limit: int = 3, *, place: str | None = None, scene: Scene | None = None) -> TopicGuess:
        found = self.topics(text, limit)
        return TopicGuess(found, "точно" in text.casefold() and len(found) == 1)

    def place(self, text: str) -> PlaceGuess:
        low = text.casefold()
        found = tuple(code for word, code in (("миасс", "miass"), ("аша", "aша")) if word in low)
        return PlaceGuess(found, len(found) == 1)

    def search_places(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        low = typed.casefold()
        return tuple(place.code for place in self.directory.places if low in place.name.casefold())[:limit]

    def search_topics(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        low = typed.casefold()
        return tuple(topic.code for topic in self.directory.topics if low in topic.name.casefold())[:limit]

    def search_agencies(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        low = typed.casefold()
        return tuple(agency.code for agency in self.directory.agencies if low in agency.name.casefold())[:limit]

    def elsewhere(self, text: str) -> str:
        return "Курган" if "курган" in text.casefold() else ""

    def address(self, text: str) -> str | None:
        _, found, rest = text.partition("ул. ")
        return f"ул. {rest.split('.')[0]}" if found else None

    def spot(self, text: str, where: Where) -> str:
        return "автобус 64" if where is Where.STOP and "автобус 64" in text.casefold() else ""

    def rest(self, text: str) -> str:
        left = text.replace(self.address(text) or "\0", "").casefold()
        for word in ("в миассе", "миасс", "аша", ",", "."):
            left = left.replace(word, "")
        return " ".join(left.split())

    def problems(self, text: str) -> Problems:
        """«;» tells several apart, «также» perhaps."""
        if "; " in text:
            return Problems(tuple(text.split("; ")), sure=True)
        before, also, behind = text.partition(" также ")
        return Problems((before, f"также {behind}")) if also else Problems()

    def named_topic(self, text: str, among: Sequence[str]) -> str | None:
        low = text.casefold()
        named = [code for code in among if low in self.directory.topic_by_code[code].name.casefold()]
        return named[0] if len(named) == 1 else None


BY_SCENE = {Scene.HOUSE: "doctor", Scene.YARD: "snow", Scene.STREET: "pits", Scene.OTHER: "odd"}


@dataclass(frozen=True)
class LearnedFinder(SmallFinder):
    """As a learned model answers: «точно» is sure, «вроде» likely, and of «где-то» the scene tells the topic."""

    model: int = 3

    def topic(self, text: str, limit: int = 3, *, place: str | None = None, scene: Scene | None = None) -> TopicGuess:
        low, found = text.casefold(), self.topics(text, limit)
        if "где-то" in low and scene is not None:
            return TopicGuess((BY_SCENE[scene],), True, model=self.model)
        sure, likely = "точно" in low and bool(found), "вроде" in low and bool(found)
        return TopicGuess(found, sure, likely, "где-то" in low, self.model)


@dataclass(frozen=True)
class SmallJudge:
    """Judges by plain words: «жалоба на миндор», «снова яма»."""

    directory: Directory = REGION

    def blames(self, text: str, agency: str) -> bool:
        """«Жалоба на миндор»; on somebody without a name, «жалоба: чиновник», it may be anybody's."""
        low = text.casefold()
        if "жалоба" not in low:
            return False
        named = {one.code for one in self.directory.agencies if one.short.casefold() in low}
        return agency in named or not (named or "врач" in low)

    def alike(self, text: str, other: str) -> float:
        ours, theirs = set(text.casefold().split()), set(other.casefold().split())
        return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0

    def same_place(self, text: str, other: str) -> bool:
        return bool(text) and text.casefold() == other.casefold()

    def same_street(self, text: str, other: str) -> bool:
        """«ул. Мира, 1» and «ул. Мира, 9»."""
        ours, theirs = text.rpartition(", ")[0].casefold(), other.rpartition(", ")[0].casefold()
        return bool(ours) and ours == theirs

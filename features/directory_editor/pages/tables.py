"""«Справочник»: who answers for what, as tables to look through, and as files. It changes nothing; what does stands in
entry.py, upload.py, versions.py and history.py.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.admin.own_findings import STALE
from bot.region.directory_check import UNSPOKEN
from bot.region.directory_difference import duty_in_words, schedule_in_words, unconfirmed_in_words
from bot.region.directory_json import from_json, to_json
from bot.region.directory_write import route, to_yaml
from bot.region.wordings import why_unspoken
from bot.web.asked import local_day
from bot.web.layout import number, render
from bot.web.pages.admin.proposal import names_of, newest, number_of
from bot.web.site import MenuEntry, Page, site_of, viewer_of
from bot.web.told import take_flash_message
from features.directory_editor.fields import ENTRIES, KINDS, LAST_DAYS, LEVELS, TERM_NAMES, UNITS, key_of
from handlers.text.words import moment, plural
from handlers.views.filter_words import agency_words
from states.directory import Directory, KnownAnswer, Regime, Route
from states.people.viewers import Role, Section, may_keep_directory
from states.worktime.deadlines import TERMS
from storage.records import directory as stored

MENU = MenuEntry("directory", "Справочник", frozenset({Role.CUR, Role.ADMINISTRATOR}), Section.REPORTS)
NAME = 60
"""Longest part of a field that a row shows."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """`cells` stand under the heads of their table; `colour` is that of the day of checking."""

    kind: str
    key: str
    cells: tuple[str, ...]
    checked: str
    colour: str

    @property
    def href(self) -> str:
        """The address of the entry's form."""
        return edit_link(self.kind, self.key)


@dataclass(frozen=True, slots=True)
class DirectoryTable:
    """One table of the directory: its columns, which entries may be added, and what makes its rows of a directory on a
    day."""

    code: str
    name: str
    heads: tuple[str, ...]
    adds: tuple[str, ...]
    rows: Callable[[Directory, date], list[EntryRow]]


def edit_link(kind: str, key: str = "") -> str:
    """The address of an entry's form; without a key that of a new one."""
    return f"/directory/edit/{kind}" + (f"?{urlencode({'key': key})}" if key else "")


def row(kind: str, key: str, cells: Sequence[str], checked: date | None, today: date) -> EntryRow:
    """One entry as a row; marked where it was checked too long ago or never."""
    old = checked is None or today - checked > STALE
    words = "неизвестно" if checked is None else checked.strftime("%d.%m.%Y")
    return EntryRow(kind, key, tuple(cells), words, "warn" if old else "")


def agencies(known: Directory, today: date) -> list[EntryRow]:
    """All agencies as rows."""
    served = {code: sum(entry.agency == code for entry in known.routes) for code in known.agency_by_code}
    return [
        row(
            "agency",
            agency.code,
            (
                agency.short,
                agency.name,
                LEVELS[agency.level] if agency.place is None else place(known, agency.place),
                ", ".join(phone.number for phone in agency.phones) or "—",
                number(served[agency.code]),
                " · ".join(marks(agency.approval, agency.anonymous_card, agency.regime is Regime.APPEAL59)) or "—",
            ),
            agency.checked_on,
            today,
        )
        for agency in known.agencies
    ]


def marks(approval: bool, anonymous: bool, law: bool) -> list[str]:
    """What is special about an agency, in words."""
    named = ((approval, "второй взгляд"), (anonymous, "без профиля"), (law, "59-ФЗ"))
    return [words for is_so, words in named if is_so]


def topics(known: Directory, today: date) -> list[EntryRow]:
    """The topics of the directory as rows of its page."""
    made = []
    for topic in known.topics:
        group = known.group_by_code[topic.group].name if topic.group in known.group_by_code else topic.group
        flags = [*(["срочная"] if topic.urgent else []), *(["о здоровье"] if topic.health else [])]
        flags += ["общая беда"] if topic.joinable else []
        flags += marks(topic.approval, topic.anonymous_card, False)
        cells = (topic.name, group, topic.description, number(len(topic.words)), " · ".join(flags) or "—")
        made.append(row("topic", topic.code, cells, topic.checked_on, today))
    return made


def place(known: Directory, code: str | None) -> str:
    """The short name of a municipality; «все места» where there is no code."""
    if code is None:
        return "все места"
    return known.place_by_code[code].short if code in known.place_by_code else code


def routes(known: Directory, today: date) -> list[EntryRow]:
    """All routes as rows."""
    return [
        row(
            "route",
            key_of(ENTRIES["route"], route(entry)),
            (about(known, entry), place(known, entry.place), agency_words(known, entry.agency)),
            entry.checked_on,
            today,
        )
        for entry in known.routes
    ]


def about(known: Directory, rule: Route) -> str:
    """What a route is for, in words: a topic, a whole group, or all the rest."""
    if rule.topic:
        return known.topic_by_code[rule.topic].name if rule.topic in known.topic_by_code else rule.topic
    if rule.group:
        return (
            f"{known.group_by_code[rule.group].name if rule.group in known.group_by_code else rule.group}, вся группа"
        )
    return "всё остальное"


def places(known: Directory, today: date) -> list[EntryRow]:
    """The municipalities of the directory as rows of its page."""
    inside = {code: sum(settlement.place == code for settlement in known.settlements) for code in known.place_by_code}
    return [
        row(
            "place",
            entry.code,
            (
                entry.short,
                KINDS[entry.kind],
                entry.centre,
                number(entry.population) if entry.population else "нет данных",
                number(inside[entry.code]),
            ),
            entry.checked_on,
            today,
        )
        for entry in known.places
    ]


def contacts(known: Directory, today: date) -> list[EntryRow]:
    """All phone numbers as rows."""
    made = [
        row("number", f"{entry.number}@{entry.place or ''}", ("экстренный номер", entry.number, entry.about,
            place(known, entry.place)), entry.checked_on, today)
        for entry in known.numbers
    ]  # fmt: skip
    made += [
        row("crisis", line.who, ("телефон доверия" if line.on else "телефон доверия, выключен", line.number or "нет",
            line.who, "все места"), line.checked_on, today)
        for line in known.crisis
    ]  # fmt: skip
    made += [
        row("agency", agency.code,
            ("телефон ведомства", phone.number, phone.about or agency.short, place(known, agency.place)),
            phone.checked_on, today)
        for agency in known.agencies for phone in agency.phones
    ]  # fmt: skip
    made += [
        row(
            "outside",
            outside.code,
            ("внешний контакт", outside.contact, outside.name, place(known, None)),
            outside.checked_on,
            today,
        )
        for outside in known.outside
    ]
    made += [
        row("faq", known_answer.code, (faq_state(known_answer, today), known_answer.link or known_answer.phone or "нет",
            known_answer.question, place(known, known_answer.place)), known_answer.checked_on, today)
        for known_answer in known.faq
    ]  # fmt: skip
    made.append(
        row(
            "region",
            "",
            ("ссылка", known.formal_channel, "официальное обращение", "все места"),
            known.checked_on,
            today,
        )
    )
    return made


def faq_state(known_answer: KnownAnswer, today: date) -> str:
    """Whether the answer is given today: it holds, its term is over, or it is switched off."""
    return "частый вопрос" + ("" if known_answer.holds(today) else ", срок вышел" if known_answer.on else ", выключен")


def doors(known: Directory, today: date) -> list[EntryRow]:
    """All links of campaigns as rows."""
    made = []
    for door in known.doors:
        topic = known.topic_by_code[door.topic].name if door.topic else "любая"
        where = ", ".join(filter(None, (place(known, door.place) if door.place else "", door.address))) or "любое"
        who = agency_words(known, door.agency) if door.agency else "по теме и месту"
        cells = (door.name, door.code, topic, where, who, "закрыта" if door.closed else "открыта")
        made.append(row("door", door.code, cells, door.checked_on, today))
    return made


def wordings(known: Directory, today: date) -> list[EntryRow]:
    """The region's own wordings as rows. Nobody has to check them; an update may take the sentence away, and then they
    are not read."""
    why = why_unspoken(known.wordings) if known.wordings else {}
    unread = {code: f"Не читает: {found} {UNSPOKEN}" for code, found in why.items()}
    return [
        row("wording", wording.code, (wording.name, unread.get(wording.code, wording.now)), today, today)
        for wording in known.wordings
    ]


def region(known: Directory, today: date) -> list[EntryRow]:
    """Hours, terms, groups, communities: what holds for all."""
    day = known.office_checked_on
    waits = plural(len(known.control_centre.topics) + len(known.control_centre.groups), "тема", "темы", "тем")
    made = [
        row("region", "", ("Регион", known.region), known.checked_on, today),
        row("office", "", ("Часы работы", schedule_in_words(known.schedule)), day, today),
        *(row("office", "", said, day, today) for said in terms(known)),
        row("centre", "", ("Нарочно ждёт ЦУР", waits), known.control_centre.checked_on, today),
        row("duty", "", ("Дежурство", duty_in_words(known.duty)), known.duty.checked_on, today),
    ]
    for group in known.groups:
        many = plural(len(known.topics_of(group.code)), "тема", "темы", "тем")
        cells = ("Группа тем", f"{group.name}, {many}")
        made.append(row("group", group.code, cells, group.checked_on or group_day(known, group.code), today))
    made += [
        row(
            "community",
            str(community.id),
            ("Сообщество", f"{community.name}, vk.com/club{community.id}"),
            community.checked_on,
            today,
        )
        for community in known.communities
    ]
    return made


def terms(known: Directory) -> list[tuple[str, str]]:
    """Each term, and whether an act of the region fixes it (R46)."""
    found = []
    for name in TERMS:
        term = getattr(known.terms, name)
        source = f" ({term.source})" if term.source else ""
        act = f"по акту: {term.source}" if term.confirmed else f"не подтверждено актом{source}"
        found.append((TERM_NAMES[name], f"{term.amount} {UNITS[term.unit]}, {act}"))
    return [*found, ("Последний день срока выходной", LAST_DAYS[known.terms.last_day])]


def group_day(known: Directory, code: str) -> date | None:
    """The day on which the group's topic checked longest ago was checked; None where one was never checked."""
    days = [topic.checked_on for topic in known.topics_of(code)]
    return min((day for day in days if day is not None), default=None) if None not in days else None


TABLES = (
    DirectoryTable(
        "agencies",
        "Ведомства",
        ("Ведомство", "Полное название", "Где", "Телефоны", "Правил", "Пометки"),
        ("agency",),
        agencies,
    ),
    DirectoryTable("topics", "Темы", ("Тема", "Группа", "Пояснение", "Слов", "Пометки"), ("topic",), topics),
    DirectoryTable("routes", "Кто отвечает", ("О чём", "Где", "Кто отвечает"), ("route",), routes),
    DirectoryTable(
        "places", "Муниципалитеты", ("Муниципалитет", "Вид", "Центр", "Жителей", "Сёл и городов"), ("place",), places
    ),
    DirectoryTable(
        "contacts", "Телефоны и ссылки", ("Что", "Куда", "Чьё", "Где"), ("number", "crisis", "outside", "faq"), contacts
    ),
    DirectoryTable(
        "doors", "Ссылки с кодом", ("Ссылка", "Код", "Тема", "Место", "Кто отвечает", "Состояние"), ("door",), doors
    ),
    DirectoryTable("wordings", "Свои слова", ("Как было", "Как читает житель"), ("wording",), wordings),
    DirectoryTable("region", "Регион", ("Что", "Как"), ("community",), region),
)
NUMBERS = {"Правил", "Слов", "Жителей", "Сёл и городов"}


async def directory(request: Request) -> Response:
    """The page «Справочник» with one of its tables. 404 for an unknown one."""
    site = site_of(request)
    base, today = await newest(request), local_day(site)
    code, words = request.query_params.get("show", "agencies"), request.query_params.get("words", "").strip()[:100]
    table = next((each_table for each_table in TABLES if each_table.code == code), None)
    if table is None:
        raise HTTPException(404)
    found = {each_table.code: fitting(each_table.rows(base.known, today), words) for each_table in TABLES}
    last = (await site.newest.run(lambda tx: stored.versions(tx, 1)))[0]
    names = await site.newest.run(lambda tx: names_of(tx, site, [last.author]))
    rows = found[table.code]
    return render(
        request,
        "directory.html",
        table=table,
        rows=rows,
        words=words,
        views=[
            (each_table.name, link(each_table.code, words), len(found[each_table.code]), each_table is table)
            for each_table in TABLES
        ],
        numbers=[head in NUMBERS for head in table.heads],
        adds=[(ENTRIES[kind].added, edit_link(kind)) for kind in table.adds],
        old=sum(line.colour == "warn" for line in rows),
        unconfirmed=unconfirmed_in_words(base.known.terms),
        keeps=may_keep_directory(viewer_of(request)),
        version=base.number,
        proposed=request.app.state.routes.many,
        saved=f"{moment(last.saved_at, site.zone)}, {names[last.author]}",
        said=take_flash_message(request).words,
    )


def link(code: str, words: str) -> str:
    """The address of a table of the directory, with words to look for in it."""
    return "/directory?" + urlencode([("show", code), *([("words", words)] if words else [])])


def fitting(rows: list[EntryRow], words: str) -> list[EntryRow]:
    """Rows that hold all of the words, in any letters and in any order."""
    wanted = words.casefold().replace("ё", "е").split()
    return [
        line
        for line in rows
        if all(word in " ".join((*line.cells, line.key, line.checked)).casefold().replace("ё", "е") for word in wanted)
    ]


async def download(request: Request) -> Response:
    """The newest version, or the one of the address, as the files or as it is kept."""
    site, form = site_of(request), request.path_params["form"]
    number_said = str(request.path_params.get("number", ""))
    wanted = number_of(number_said) if number_said else await site.newest.run(stored.newest_version)
    text = await site.newest.run(lambda tx: stored.text_of(tx, wanted))
    if text is None or form not in ("zip", "json"):
        raise HTTPException(404)
    known = from_json(text)
    body = zip_directory(known) if form == "zip" else to_json(known).encode()
    named = f"directory-{wanted}.{form}"
    media = "application/zip" if form == "zip" else "application/json"
    return Response(body, media_type=media, headers={"content-disposition": f'attachment; filename="{quote(named)}"'})


@lru_cache(maxsize=1)
def zip_directory(known: Directory) -> bytes:
    """The same directory gives the same bytes, and who takes it again waits for nothing."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in to_yaml(known).items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


PAGES = (
    Page("/directory", directory, MENU),
    Page("/directory.{form}", download, MENU),
    Page("/directory/versions/{number:int}.{form}", download, MENU),
)

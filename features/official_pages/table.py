"""What the cells of a table of official pages mean, and a registry as cells again. It must never change a page: a cell
that means nothing is told by its line, and its line is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from bot.region.table_file import Line, head
from features.official_pages.model.card import BY_HAND
from features.official_pages.model.difference import TableRow
from features.official_pages.model.facts import NO, YES, Fact, Name
from features.official_pages.model.page import KINDS, NETWORKS, OPEN, STATES, Network, OfficialPage, PageState
from features.official_pages.model.words import short
from states.directory import Directory

HEADS = (
    "Номер", "Организация", "Вид", "Муниципалитет", "Кто выше", "Сеть", "Ссылка", "Состояние", "Ответственный",
    "С какого дня", "Создана", "Госметка с", "QR-код", "Простой язык", "Виджет",
)  # fmt: skip
NEEDED = ("организация", "вид", "сеть", "состояние")
ALSO = {
    "орган": "организация", "название": "организация", "учредитель": "кто выше", "кто помогает": "кто выше",
    "округ": "муниципалитет", "соцсеть": "сеть", "адрес": "ссылка", "адрес страницы": "ссылка", "страница": "ссылка",
    "id": "номер", "№": "номер",
}  # fmt: skip
"""What people call the same columns."""
WHOLE = ("все места", "вся область", "область", "край", "весь край", "республика", "вся республика")
"""What people call the whole region."""
NOBODY = ("—", "-", "–")
"""How people, and the file of the panel, leave a cell empty."""
HAND = {Name.QR: "qr-код", Name.PLAIN: "простой язык", Name.WIDGET: "виджет"}
HOSTS = {
    Network.VK: ("vk.com/", "vk.ru/", "vkontakte.ru/"),
    Network.OK: ("ok.ru/", "odnoklassniki.ru/"),
    Network.TELEGRAM: ("t.me/",),
    Network.MAX: ("max.ru/",),
}
LONGEST = 300
E_ = TypeVar("E_", bound=StrEnum)


class Wrong(ValueError):
    """What is wrong with a cell, in Russian."""


@dataclass(frozen=True)
class Reader:
    """Reads lines with the names of this directory."""

    directory: Directory
    faults: list[str] = field(default_factory=list)

    def rows(self, lines: Iterable[Line]) -> list[TableRow]:
        """The lines that mean something; what is wrong with the others stands in `faults`."""
        found, first = [], True
        for number, cells in lines:
            cells = {ALSO.get(name, name): text for name, text in cells.items()}
            missing = [need for need in NEEDED if need not in cells] if first else []
            if missing:
                self.faults.append(f"В таблице нет столбцов: {', '.join(missing)}.")
                return []
            first = False
            try:
                found.append(self._row(number, cells))
            except Wrong as wrong:
                self.faults.append(f"Строка {number}: {wrong}.")
        return found

    def _row(self, number: int, cells: Mapping[str, str]) -> TableRow:
        """A row of the table from its cells; Wrong, with a sentence, for one that means nothing."""
        network = one_of(NETWORKS, cells.get("сеть", ""), "сети")
        state = one_of(STATES, cells.get("состояние", ""), "состояния", _STATES_ALSO)
        return TableRow(
            line=number,
            body=_body(cells.get("организация", "")),
            kind=one_of(KINDS, cells.get("вид", ""), "вида"),
            place=self._place(cells.get("муниципалитет", "")),
            parent=self._parent(cells.get("кто выше", "")),
            network=network,
            address=_address(cells.get("ссылка", ""), network, state),
            state=state,
            responsible=cells.get("ответственный", "")[:LONGEST],
            id=_number(cells.get("номер", "")),
            since=_day(cells.get("с какого дня", "")),
            opened=_day(cells.get("создана", "")),
            marked=_day(cells.get("госметка с", "")),
            by_hand=tuple((name, _answer(cells[column])) for name, column in HAND.items() if cells.get(column)),
        )

    def _place(self, text: str) -> str:
        """A body of the whole region has none."""
        if not text or head(text) in (*WHOLE, head(self.directory.region)):
            return ""
        code = self._places.get(head(text))
        if code is None:
            raise Wrong(f"муниципалитета «{text}» нет в справочнике")
        return code

    def _parent(self, text: str) -> str:
        """An agency of the directory by its code; a body that the directory does not know stays as it is written."""
        return "" if text in NOBODY else self._agencies.get(head(text), text[:LONGEST])

    @cached_property
    def _places(self) -> dict[str, str]:
        """By folded name, the code of each place."""
        found: dict[str, str] = {}
        for place in reversed(self.directory.places):
            names = (place.code, place.name, place.short, *place.aliases)
            found |= {head(name): place.code for name in names}
        return found

    @cached_property
    def _agencies(self) -> dict[str, str]:
        """By folded name, the code of each agency."""
        return {
            head(name): agency.code
            for agency in self.directory.agencies
            for name in (agency.code, agency.name, agency.short)
        }


_STATES_ALSO = {
    "ждет электронную подпись": PageState.WAITS, "ждет эп": PageState.WAITS, "с госметкой": PageState.MARKED,
    "отмечена": PageState.MARKED, "есть страница": PageState.EXISTS, "создается": PageState.CREATING,
    "нет страницы": PageState.NONE,
    "не создана": PageState.NONE,
}  # fmt: skip


def one_of(names: Mapping[E_, str], text: str, what: str, more: Mapping[str, E_] | None = None) -> E_:
    """The value whose name, stored word or synonym (`more`) the cell holds; Wrong with the allowed names else. `what`
    is for that sentence."""
    wanted = head(text)
    for known, name in names.items():
        if wanted in (head(name), known.value):
            return known
    if more is not None and wanted in more:
        return more[wanted]
    if not wanted:
        raise Wrong(f"не заполнена ячейка {what}")
    raise Wrong(f"{what} «{text}» нет; можно: {', '.join(names.values())}")


def _body(text: str) -> str:
    """The body's name; Wrong where there is none."""
    if not text:
        raise Wrong("нет названия организации")
    return text[:LONGEST]


def _address(text: str, network: Network, state: PageState) -> str:
    """The address; Wrong where it leads to another network, or is missing for a page that exists."""
    if not text:
        if state in OPEN:
            raise Wrong("страница есть, а ссылки на неё нет")
        return ""
    cut = short(text)
    if not any(cut.startswith(host) and len(cut) > len(host) for host in HOSTS[network]):
        raise Wrong(f"ссылка «{text[:80]}» не ведёт в {NETWORKS[network]}")
    return text[:LONGEST]


def _number(text: str) -> int:
    """The number; 0 for nothing, Wrong for anything else."""
    if text and not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Wrong(f"номер «{text[:40]}» не число")
    return int(text or 0)


_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def _day(text: str) -> date | None:
    """The day, Russian or ISO; None for nothing, Wrong for anything else."""
    if not text:
        return None
    try:
        said = _RUSSIAN.fullmatch(text)
        return date(int(said[3]), int(said[2]), int(said[1])) if said else datetime.fromisoformat(text).date()
    except ValueError:
        raise Wrong(f"день «{text[:40]}» не понять; пишите как 27.11.2026") from None


def _answer(text: str) -> str:
    """«да» or «нет»; Wrong for anything else."""
    if head(text) not in (YES, NO):
        raise Wrong(f"«{text[:40]}» вместо «да» или «нет»")
    return head(text)


# --- and back


def cells(directory: Directory, official_page: OfficialPage, known: Mapping[Name, Fact]) -> list[str]:
    """A page as a line of `HEADS`; read again it changes nothing."""
    place = directory.place_by_code.get(official_page.place)
    agency = directory.agency_by_code.get(official_page.parent)
    by_hand = [known[name].value if name in known else "" for name in HAND]
    return [
        str(official_page.id), official_page.body, KINDS[official_page.kind],
        place.name if place else official_page.place, agency.name if agency else official_page.parent,
        NETWORKS[official_page.network], official_page.address, STATES[official_page.state], official_page.responsible,
        *(day.isoformat() if day else "" for day in (official_page.since, official_page.opened, official_page.marked)),
        *by_hand,
    ]  # fmt: skip


assert set(HAND) == set(BY_HAND)

"""Rows of a list as the panel shows them: words, pictures and the links of one message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.web.asked import link, local_day
from bot.web.site import Site
from handlers.views.filter_words import agency_words
from handlers.views.listed import StateWords, TermMark, TermWords, state, term
from handlers.views.titles import brief, place_title, topic_title
from screening.sensitive import mask_personal
from states.people.viewers import Section
from states.statistics.filter import Filter
from states.statistics.listed import ListedAppeal

ICONS = {
    TermMark.DANGER: "danger",
    TermMark.LATE: "late",
    TermMark.TODAY: "clock",
    TermMark.LATER: "clock",
    TermMark.NONE: "",
}
COLOURS = {TermMark.DANGER: "bad", TermMark.LATE: "bad", TermMark.TODAY: "warn", TermMark.LATER: "", TermMark.NONE: ""}
WORDS = 140
"""Letters of a message in a list."""


@dataclass(frozen=True, slots=True)
class AppealRow:
    """A message as a row of a list, every cell as text ready to show."""

    code: str
    term: TermWords
    icon: str
    colour: str
    topic: str
    words: str
    agency: str
    place: str
    where: str
    state: StateWords
    residents: int
    together: str
    href: str


def rows(site: Site, found: Iterable[ListedAppeal], wanted: Filter, chosen: str = "") -> list[AppealRow]:
    """The found messages as rows."""
    return [row(site, appeal, wanted) for appeal in found]


def row(site: Site, listed: ListedAppeal, wanted: Filter) -> AppealRow:
    """One message as a row."""
    directory, said = site.directory(), term(listed, site.clock.now(), site.zone)
    place = place_title(directory, listed.place)
    return AppealRow(
        code=listed.code,
        term=said,
        icon=ICONS[said.mark],
        colour=COLOURS[said.mark],
        topic=topic_title(directory, listed.topic),
        words=mask_personal(listed.text)[:WORDS],
        agency=agency_words(directory, listed.agency),
        place=place,
        where=", ".join(filter(None, (place, brief(listed.address)))),
        state=state(listed, local_day(site)),
        residents=listed.residents,
        together=link(Section.QUEUE, Filter(incident=listed.incident)) if listed.residents > 1 else "",
        href=link(Section.QUEUE, wanted, [("open", listed.code)]),
    )

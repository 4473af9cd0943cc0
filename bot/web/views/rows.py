"""Rows of a list as the panel shows them: words, pictures and the links of one message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.web.asked import link, local_day
from bot.web.site import Site
from handlers.views.filter_words import agency_words
from handlers.views.listed import Mark, State, Term, state, term
from handlers.views.titles import brief, place_title, topic_title
from screening.sensitive import masked
from states.people.viewers import Section
from states.statistics.filter import Filter
from states.statistics.listed import Listed

ICONS = {Mark.DANGER: "danger", Mark.LATE: "late", Mark.TODAY: "clock", Mark.LATER: "clock", Mark.NONE: ""}
COLOURS = {Mark.DANGER: "bad", Mark.LATE: "bad", Mark.TODAY: "warn", Mark.LATER: "", Mark.NONE: ""}
WORDS = 140
"""Letters of a message in a list."""


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    term: Term
    icon: str
    colour: str
    topic: str
    words: str
    agency: str
    place: str
    where: str
    state: State
    residents: int
    together: str
    href: str


def rows(site: Site, found: Iterable[Listed], wanted: Filter, chosen: str = "") -> list[Row]:
    return [row(site, appeal, wanted) for appeal in found]


def row(site: Site, listed: Listed, wanted: Filter) -> Row:
    directory, said = site.directory(), term(listed, site.clock.now(), site.zone)
    place = place_title(directory, listed.place)
    return Row(
        code=listed.code,
        term=said,
        icon=ICONS[said.mark],
        colour=COLOURS[said.mark],
        topic=topic_title(directory, listed.topic),
        words=masked(listed.text)[:WORDS],
        agency=agency_words(directory, listed.agency),
        place=place,
        where=", ".join(filter(None, (place, brief(listed.address)))),
        state=state(listed, local_day(site)),
        residents=listed.residents,
        together=link(Section.QUEUE, Filter(incident=listed.incident)) if listed.residents > 1 else "",
        href=link(Section.QUEUE, wanted, [("open", listed.code)]),
    )

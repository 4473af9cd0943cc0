"""Addresses of the panel as a report writes them. Every number leads to exactly the messages that it counts."""

from __future__ import annotations

from urllib.parse import urlencode

from states.people.viewers import Section
from states.statistics.filter import Filter, to_address
from states.statistics.periods import Span, Stretch

PATHS = {span: f"/{Section.REPORTS}/{span}" for span in Span}


def queue_address(wanted: Filter) -> str:
    """The list of these messages."""
    return f"/{Section.QUEUE}?{urlencode(to_address(wanted))}"


def report(stretch: Stretch, wanted: Filter = Filter(), form: str = "") -> str:  # noqa: B008 - frozen
    """The page of this week, month or these days, of the groups of `wanted`; `form` is «.png» or «.pdf»."""
    groups = Filter(topics=wanted.topics, places=wanted.places, agencies=wanted.agencies)
    until = [("to", stretch.last.isoformat())] if stretch.span is Span.DAYS else []
    pairs = [("from", stretch.first.isoformat()), *until, *to_address(groups)]
    return f"{PATHS[stretch.span]}{form}?{urlencode(pairs)}"

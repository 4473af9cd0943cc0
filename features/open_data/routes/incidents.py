"""The Atom feed of what concerns many at once: what, where, since which day, its state. No word of a resident (R56)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response

from features.open_data.routes.opened import KEPT, Opened
from features.open_data.routes.requests import midnight
from features.open_data.statuses_file import CLOSED
from handlers.text.words import date_words
from handlers.views.titles import place_title, topic_title
from storage.ops import open_rows
from storage.ops.open_rows import Incident

KIND = "incident"
SPACE = "http://www.w3.org/2005/Atom"
SHOWN = timedelta(days=30)
MOST = 100
KIND_OF_ATOM = "application/atom+xml"


async def feed(request: Request, opened: Opened) -> Response:
    """Answers with the Atom feed."""
    found = await opened.keeping("incidents", KEPT, lambda: recent_incidents(opened))
    return Response(atom_feed(opened, found), media_type=KIND_OF_ATOM)


async def recent_incidents(opened: Opened) -> list[Incident]:
    """The incidents of the last weeks, of topics whose messages may be shown."""
    topics, since = await opened.topics(), opened.today - SHOWN
    found = await opened.site.readers.run(lambda tx: open_rows.incidents(tx, since, topics, opened.least))
    return found[:MOST]


def atom_feed(opened: Opened, found: list[Incident]) -> bytes:
    """The feed as Atom XML; «updated» is midnight of a day, never the minute of a message."""
    ElementTree.register_namespace("", SPACE)
    address = f"{opened.site.address}/open/incidents.atom"
    root = ElementTree.Element(f"{{{SPACE}}}feed")
    say(root, "id", address)
    say(root, "title", f"Общие проблемы: {opened.site.directory().region}")
    say(root, "updated", midnight(opened, max((incident.changed for incident in found), default=opened.today)))
    author = ElementTree.SubElement(root, f"{{{SPACE}}}author")
    say(author, "name", opened.site.settings.operator_name)
    ElementTree.SubElement(root, f"{{{SPACE}}}link", rel="self", href=address, type=KIND_OF_ATOM)
    ElementTree.SubElement(root, f"{{{SPACE}}}link", rel="alternate", href=f"{opened.site.address}/open")
    for incident in found:
        entry(opened, ElementTree.SubElement(root, f"{{{SPACE}}}entry"), incident)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def say(element: ElementTree.Element, name: str, text: str) -> None:
    """Adds an element with this text."""
    ElementTree.SubElement(element, f"{{{SPACE}}}{name}").text = text


def entry(opened: Opened, element: ElementTree.Element, incident: Incident) -> None:
    """Fills one entry of the feed."""
    directory = opened.site.directory()
    host = urlsplit(opened.site.address).hostname or "localhost"
    where = place_title(directory, incident.place) or directory.region
    say(element, "id", f"tag:{host},2026:{opened.ids.of(KIND, incident.code)}")
    say(element, "title", f"{topic_title(directory, incident.topic)}: {where}")
    say(element, "published", midnight(opened, incident.received))
    say(element, "updated", midnight(opened, incident.changed))
    say(element, "summary", summary(opened, incident))
    ElementTree.SubElement(element, f"{{{SPACE}}}link", rel="alternate", href=f"{opened.site.address}/open")
    ElementTree.SubElement(element, f"{{{SPACE}}}category", term=incident.topic)


def summary(opened: Opened, incident: Incident) -> str:
    """«С 26 ноября. Написали не меньше 30 жителей. В работе: администрация Златоуста.»"""
    agency = opened.site.directory().agency_by_code.get(incident.agency)
    over = opened.statuses.open311(incident.status) == CLOSED
    state = "Дан ответ" if over else "В работе"
    people = incident.people // opened.least * opened.least
    who = f": {agency.name}" if agency else ""
    return f"С {date_words(incident.received)}. Написали не меньше {people} жителей. {state}{who}."

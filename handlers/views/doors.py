"""By which link a resident came, and what is said of it. It must never show a code that the directory does not have."""

from __future__ import annotations

from datetime import timedelta

from handlers.text import texts_doors
from handlers.views.titles import agency_title, place_title, topic_title
from states.dialogue import Dialogue, Draft
from states.directory import Directory, Door
from states.effects import WORDS_TIMER, Effect, StartTimer
from states.facts import Facts

KEPT = timedelta(hours=6)
"""VK tells of the link with the first message of a visit only; a visit is over by then."""


def open_door(directory: Directory, code: str) -> Door | None:
    """The link of this code; None for one that the region does not have, or has closed."""
    door = directory.door_by_code.get(code)
    return door if door is not None and not door.closed else None


def link_of(dialogue: Dialogue, facts: Facts) -> Door | None:
    """The link by which the resident came on this visit."""
    if dialogue.came_at is None or facts.now - dialogue.came_at >= KEPT:
        return None
    return open_door(facts.directory, dialogue.door)


def door_of(dialogue: Dialogue, facts: Facts) -> Door | None:
    """What presets a message: the link of this visit, without one that of the page."""
    return link_of(dialogue, facts) or open_door(facts.directory, facts.policy.door)


def greeting_line(dialogue: Dialogue, facts: Facts) -> str:
    """A line before the question what happened: the resident sees that the link was understood."""
    door = link_of(dialogue, facts)
    if door is not None:
        return f"{texts_doors.came(door.name)}\n"
    code = code_of_visit(dialogue, facts)
    lines = (link.greets(facts, code) for link in facts.rules.links if code)
    return next((f"{line}\n" for line in lines if line), "")


def code_of_visit(dialogue: Dialogue, facts: Facts) -> str:
    """The code of the link by which the resident came, as long as the visit is kept; "" afterwards."""
    over = dialogue.came_at is None or facts.now - dialogue.came_at >= KEPT
    return "" if over else dialogue.door


def asked_behind(dialogue: Dialogue, facts: Facts) -> tuple[Effect, ...]:
    """What is read where a feature's link leads from: whoever has agreed does not type it again."""
    code = code_of_visit(dialogue, facts)
    if not code or not any(link.reads(facts, code) for link in facts.rules.links):
        return ()
    return (StartTimer(WORDS_TIMER, code, dialogue.resident, facts.now),)


def door_in_words(door: Door, directory: Directory) -> list[str]:
    """What the link knows, in words: for a list, and for those who stand before the poster."""
    at = ", ".join(filter(None, (place_title(directory, door.place), door.address)))
    topic = topic_title(directory, door.topic) if door.topic else ""
    return [part for part in (topic, at, agency_title(directory, door.agency) if door.agency else "") if part]


def filled(draft: Draft, facts: Facts) -> str:
    """A line of the preview, as long as something that the link or the page filled in still stands."""
    door = facts.directory.door_by_code.get(draft.door)
    if door is None:
        return ""
    known = (
        ("тему", door.topic, draft.topic),
        ("город", door.place, draft.place),
        ("адрес", door.address, draft.address),
        ("кому отправить", door.agency, draft.named),
    )
    stands = [what for what, given, kept in known if given and given == kept]
    told = texts_doors.filled_by_page if door.code == facts.policy.door else texts_doors.filled
    return told(door.name, stands) if stands else ""

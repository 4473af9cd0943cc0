"""Who comes by a link of the region, or to a page that has one: what it knows is filled in once.

It must never overrule the words of the resident, and a link that the directory does not have changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.text import texts_doors
from handlers.views.doors import asked_behind, door_of, greeting_line, link_of, open_door
from handlers.views.turn import Turn
from states.decision import Decision
from states.dialogue import AskingText, Dialogue, Draft, Idle
from states.directory import Directory, Door
from states.facts import Facts
from states.messages import Message
from states.people.comments import Comment


def with_link(facts: Facts, message: Message, comments: Sequence[Comment]) -> Facts:
    """The facts with the link in the dialogue, before consent too: it is the region's code and no word of a person
    (R7)."""
    if open_door(facts.directory, message.ref) is None and not comments:
        return facts
    dialogue = facts.dialogue or Dialogue(message.peer)
    # VK's time, but never later than ours: a message that was read late came when it was written (T25).
    return replace(facts, dialogue=replace(dialogue, door=message.ref, came_at=min(message.at, facts.now)))


def comments_of_link(facts: Facts, message: Message) -> tuple[Comment, ...]:
    """The comment of this resident from which a feature's link leads."""
    found = (link.follows(facts, message) for link in facts.rules.links)
    return tuple(comment for comment in found if comment is not None)


def keep_link(facts: Facts, decision: Decision, comments: Sequence[Comment]) -> Decision:
    """A decision that leaves the dialogue as it was keeps the link all the same, as do the comments it came from."""
    decision = replace(decision, comments=(*decision.comments, *comments))
    return decision if decision.dialogue is not None else replace(decision, dialogue=facts.dialogue)


def welcome_by_link(turn: Turn) -> Decision | None:
    """Welcomes by «Начать» of a visit by a link: who agreed already is asked at once. None without a link."""
    door = link_of(turn.dialogue, turn.facts)
    if door is None:
        asked = asked_behind(turn.dialogue, turn.facts)
        return turn.shows(AskingText(), effects=asked) if greeting_line(turn.dialogue, turn.facts) else None
    return turn.shows(Idle(), None, texts_doors.welcome(door.name))


def preset(turn: Turn, draft: Draft) -> Draft:
    """The draft with what the link knows and the resident has not said; once. Of what is elsewhere it knows nothing,
    and of several problems told at once it does not know which is about its topic."""
    door = door_of(turn.dialogue, turn.facts)
    if draft.door or door is None:
        return draft
    come, there = replace(draft, door=door.code), place_of(door, turn.facts.directory)
    if there is not None and draft.place not in (None, there):
        return come
    return replace(
        come,
        topic=draft.topic or (None if draft.later else door.topic),
        place=draft.place or there,
        address=draft.address or ("" if draft.address_unknown else door.address),
        named=draft.named or door.agency,
    )


def place_of(door: Door, directory: Directory) -> str | None:
    """The municipality of a link: its own, else that of an agency that serves one municipality; None otherwise."""
    agency = directory.agency_by_code.get(door.agency or "")
    return door.place or (agency.place if agency is not None else None)

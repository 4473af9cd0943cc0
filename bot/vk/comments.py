"""Comments under posts, from VK's JSON to the inbox and out of it. Words and names end here: what is stored is who,
where, when and the marks that a reading made of the words (R7). It must never raise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.vk.parse import DEEPEST_TEXT, key_of, list_or_empty, mapping, moment, whole
from states.events import CommentChange, CommentTold, Event, NotForUs, PostTold
from states.people.comments import CommentKind, Marks, Silence, wall_peer
from storage.inbox.inbox import Arrived

KIND = "comment"
CHANGES: Mapping[str, CommentChange] = {
    "wall_reply_new": CommentChange.NEW,
    "wall_reply_edit": CommentChange.EDITED,
    "wall_reply_restore": CommentChange.RESTORED,
    "wall_reply_delete": CommentChange.DELETED,
}
POSTED, POST = "wall_post_new", "post"
EVENTS = (*CHANGES, POSTED)
"""What has to be switched on in the community."""


@dataclass(frozen=True, slots=True)
class CommentReading:
    """`marks`: of the words of a comment and how many files stand with them; `silence`: of the words of a post."""

    marks: Callable[[str, int], Marks]
    silence: Callable[[str], Silence]


def is_comment(update: object) -> bool:
    """Whether the event is about a comment or a post on a wall."""
    return mapping(update).get("type") in EVENTS


def row_of_event(update: object, reading: CommentReading) -> Arrived | None:
    """The row of an event of VK; None for what another page wrote, and for what is no comment."""
    known = mapping(update)
    if known.get("type") == POSTED:
        return row_of_post(mapping(known.get("object")), reading)
    kept = fields_to_keep(mapping(known.get("object")), CHANGES[str(known.get("type"))], reading)
    if kept is None:
        return None
    raw = json.dumps(kept)
    return inbox_row(kept, key_of(known, raw), raw)


def row_of_post(thing: Mapping[str, Any], reading: CommentReading) -> Arrived | None:
    """The row of a post, as an event or the wall itself tells it: the same words are the same row."""
    number, text = whole(thing.get("id")), thing.get("text")
    if number <= 0:
        return None
    silence = reading.silence(text[:DEEPEST_TEXT] if isinstance(text, str) else "")
    kept = {"change": POST, "post": number, "date": whole(thing.get("date")), "silence": silence}
    raw = json.dumps(kept)
    return inbox_row(kept, key_of({}, raw), raw)


def row_of_shown(item: Mapping[str, Any], reading: CommentReading, *, answered: bool = False) -> Arrived | None:
    """The row of a comment that the wall itself shows; the same comment with the same marks is the same row.
    `answered`: with an answer of the community under it."""
    kept = fields_to_keep(item, CommentChange.SEEN, reading)
    if kept is not None and answered:
        kept["answered"] = True
    if kept is None:
        return None
    raw = json.dumps(kept)
    return inbox_row(kept, key_of({}, raw), raw)


def row_of_missing(comment: int, post: int) -> Arrived:
    """The row of a comment that the wall does not show any more."""
    kept = {"change": CommentChange.DELETED, "id": comment, "post": post}
    raw = json.dumps(kept)
    return inbox_row(kept, key_of({}, raw), raw)


def inbox_row(kept: Mapping[str, Any], key: str, raw: str) -> Arrived:
    """The row of the inbox for these marks; its peer is the post, so that comments of one post are handled in order."""
    at = moment(kept.get("date"))
    return Arrived(KIND, wall_peer(kept["post"]), key, raw, at=at, content=False)


def fields_to_keep(thing: Mapping[str, Any], change: CommentChange, reading: CommentReading) -> dict[str, Any] | None:
    """All that is stored. Who deleted a comment is not asked: the author may, and whoever leads the page."""
    number, post, author = whole(thing.get("id")), whole(thing.get("post_id")), whole(thing.get("from_id"))
    if number <= 0 or post <= 0:
        return None
    kept: dict[str, Any] = {"change": change, "id": number, "post": post}
    if change is CommentChange.DELETED:
        return kept
    answers = whole(thing.get("reply_to_comment"))
    own = author < 0 and author == whole(thing.get("owner_id")) and change is not CommentChange.EDITED and answers
    if thing.get("deleted") or (author <= 0 and not own):
        return None
    kept |= {"from": author, "date": whole(thing.get("date")), "answers": answers}
    if own:
        return kept
    text, stack = thing.get("text"), list_or_empty(thing.get("parents_stack"))
    marks = reading.marks(
        text[:DEEPEST_TEXT] if isinstance(text, str) else "", len(list_or_empty(thing.get("attachments")))
    )
    told = {"said": marks.said, "topic": marks.topic, "place": marks.place, "files": marks.files}
    return {**kept, "top": whole(stack[0]) if stack else 0, **told}


def event_of(raw: str) -> Event:
    """The event in a stored row."""
    try:
        kept = mapping(json.loads(raw))
    except (ValueError, RecursionError):
        return NotForUs("не JSON")
    if kept.get("change") == POST:
        return post_of_row(kept)
    said = str(kept.get("said", ""))
    known = {kind.value: kind for kind in CommentKind}
    marks = Marks(
        known.get(said, CommentKind.NOTHING),
        str(kept.get("topic", "")),
        str(kept.get("place", "")),
        bool(kept.get("files")),
    )
    return CommentTold(
        comment=whole(kept.get("id")),
        post=whole(kept.get("post")),
        author=whole(kept.get("from")),
        at=moment(kept.get("date")) or datetime.fromtimestamp(0, UTC),
        change=CommentChange(str(kept.get("change"))),
        top=whole(kept.get("top")),
        marks=marks,
        replies_to=whole(kept.get("answers")),
        answered=bool(kept.get("answered")),
    )


def post_of_row(kept: Mapping[str, Any]) -> PostTold:
    """The post as it was put into the inbox."""
    at = moment(kept.get("date")) or datetime.fromtimestamp(0, UTC)
    return PostTold(whole(kept.get("post")), at, Silence(str(kept.get("silence", ""))))

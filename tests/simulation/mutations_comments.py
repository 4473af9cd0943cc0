"""What mutants take out of what is done under posts (mutations.py), one mechanism each."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import bot.delivery.verify_comment
import bot.vk.comments
import features.comments.handlers
import features.comments.sql
import storage.privacy.forgetting
from bot.delivery.send_outcome import SendOutcome, Verdict
from features.comments.model.asked import Room
from tests.simulation.mutations import replaced


def no_look_at_the_wall() -> AbstractContextManager[None]:
    """What is not known to stand under a comment is sent again."""

    async def absent(*_: object) -> SendOutcome:
        return SendOutcome(Verdict.ABSENT)

    return replaced((bot.delivery.verify_comment, "verify_comment", absent))


def keeps_the_words() -> AbstractContextManager[None]:
    """The words of a comment go into the inbox with its marks."""
    real = bot.vk.comments.fields_to_keep

    def fields(thing: Mapping[str, Any], *rest: Any) -> dict[str, Any] | None:
        kept = real(thing, *rest)
        return kept and {**kept, "text": thing.get("text", "")}

    return replaced((bot.vk.comments, "fields_to_keep", fields))


def invites_again() -> AbstractContextManager[None]:
    """Who was invited under a post is invited there for every comment."""
    real = features.comments.sql.room_of

    def room_of(*known: Any) -> Room:
        return replace(real(*known), invited=False)

    return replaced((features.comments.sql, "room_of", room_of))


def everything_may_stand() -> AbstractContextManager[None]:
    """No personal fact is looked for in what everybody will read."""
    return replaced((features.comments.handlers, "refusal", lambda *_: None))


def marks_outlive_their_author() -> AbstractContextManager[None]:
    """An erasure leaves the marks of comments."""
    kept = tuple(column for column in storage.privacy.forgetting._GONE_WITH_PERSON if column.table.name != "comment")
    return replaced((storage.privacy.forgetting, "_GONE_WITH_PERSON", kept))


def danger_unheard() -> AbstractContextManager[None]:
    """Of danger under a post nothing is said, neither there nor to those on duty."""
    nothing = features.comments.handlers, "answer_alarm", lambda *_: ()
    return replaced(nothing, (features.comments.handlers, "alarm_card", lambda *_: ()))

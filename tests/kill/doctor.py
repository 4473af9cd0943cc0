"""Doctored records: each breaks one invariant in the way a worse bot would, so that the checker shows that it bites."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from tests.kill.evidence import BOT, CARD, Evidence, Message, given_back, words
from tests.world.said import ANSWER, BESIDE, MARK

Doctored = Callable[[Evidence], None]


def card(evidence: Evidence) -> tuple[list[Message], Message]:
    """(the chat's messages, a card in it)"""
    return next(
        (messages, message)
        for _, _, messages in evidence.chats()
        for message in messages
        if message["from_id"] == evidence.bot and CARD.search(message["text"]) and MARK.search(words(message))
    )


def delivered(evidence: Evidence) -> Iterator[tuple[list[Message], Message]]:
    """(the resident's dialogue, an answer in it)"""
    for _, messages in evidence.private():
        for message in messages:
            if message["from_id"] == evidence.bot and ANSWER.search(message["text"]):
                yield messages, message


def again(message: Message) -> Message:
    """The same message once more, under numbers of its own."""
    return {**deepcopy(message), "random_id": message["random_id"] ^ 1}


def written_by_resident(evidence: Evidence) -> dict[str, Any]:
    """The inbox row of a message of a resident."""
    user, messages = next(evidence.private())
    cmid = next(message["cmid"] for message in messages if message["from_id"] == user)
    rows = [row for row in evidence.inbox if row["kind"] == "message"]
    return next(row for row in rows if (row["peer"], row["cmid"]) == (user, cmid))


def inbox_row_lost(evidence: Evidence) -> None:
    evidence.inbox.remove(written_by_resident(evidence))


def event_set_aside(evidence: Evidence) -> None:
    written_by_resident(evidence)["state"] = "dead"


def card_lost(evidence: Evidence) -> None:
    messages, one = card(evidence)
    messages.remove(one)


def card_doubled(evidence: Evidence) -> None:
    messages, one = card(evidence)
    messages.append(again(one))


def card_elsewhere(evidence: Evidence) -> None:
    messages, one = card(evidence)
    messages.remove(one)
    next(other for _, _, other in evidence.chats() if other is not messages).append(one)


def answer_lost(evidence: Evidence) -> None:
    messages, one = next(delivered(evidence))
    messages.remove(one)


def answer_doubled(evidence: Evidence) -> None:
    messages, one = next(delivered(evidence))
    messages.append(again(one))


def answer_to_another(evidence: Evidence) -> None:
    messages, one = next(delivered(evidence))
    messages.remove(one)
    next(other for _, other in evidence.private() if other is not messages).append(one)


def undone_but_sent(evidence: Evidence) -> None:
    """The chat is told that an answer was taken back, though it is with the resident."""
    mark = found(ANSWER, next(delivered(evidence))[1]["text"])
    for _, _, messages in evidence.chats():
        for message in messages:
            if message["from_id"] > 0 and found(ANSWER, message["text"]) == mark:
                told = next(told for told in messages if told["reply_cmid"] == message["cmid"])
                told["text"] = "Ответ по № отменён"


def found(pattern: re.Pattern[str], text: str) -> str:
    mark = pattern.search(text)
    return mark[1] if mark else ""


def words_to_another(evidence: Evidence) -> None:
    _, one = card(evidence)
    mark = found(MARK, words(one))
    messages = next(them for user, them in evidence.private() if str(user) != mark.split("х")[0])
    messages.append({**again(one), "text": f"Ваше сообщение: Пометка {mark}", "forwards": []})


def out_of_order(evidence: Evidence) -> None:
    """Two messages of one resident change places in the agency's chat."""
    submitted = evidence.submitted()
    for key, _, messages in evidence.chats():
        first: dict[str, Message] = {}
        for message in messages:
            ours = message["from_id"] == BOT and not given_back(message, key, submitted)
            writer = found(MARK, words(message)).split("х")[0] if ours else ""
            if writer and (before := first.setdefault(writer, message)) is not message:
                at, other = messages.index(before), messages.index(message)
                messages[at], messages[other] = message, before
                return
    raise AssertionError("никто не написал дважды в один чат")


def answers_out_of_order(evidence: Evidence) -> None:
    """Two answers of one chat to one resident come the other way round."""
    for _, messages in evidence.private():
        first: dict[str, Message] = {}
        for message in messages:
            ordered = message["from_id"] == BOT and not message["text"].startswith(BESIDE)
            mark = found(ANSWER, message["text"]) if ordered else ""
            official = mark.split("н")[0]
            if official and (before := first.setdefault(official, message)) is not message:
                at, other = messages.index(before), messages.index(message)
                messages[at], messages[other] = message, before
                return
    raise AssertionError("никто не ответил одному жителю дважды")


def history_jumps(evidence: Evidence) -> None:
    evidence.history[0]["version"] = 2


def history_illegal(evidence: Evidence) -> None:
    row = next(row for row in evidence.history if row["before"])
    row["action"], row["after"] = "withdraw", "answered"


def random_id_repeated(evidence: Evidence) -> None:
    ours = [one for _, one in evidence.everything() if one["from_id"] == BOT]
    ours[1]["random_id"] = ours[0]["random_id"]


def random_id_zero(evidence: Evidence) -> None:
    """What `Message.answer` of a framework sends."""
    next(one for _, one in evidence.everything() if one["from_id"] == BOT)["random_id"] = 0


def still_unknown(evidence: Evidence) -> None:
    evidence.outbox[0]["state"] = "unknown"


def no_answer(evidence: Evidence) -> None:
    _, messages = next(evidence.private())
    while messages[-1]["from_id"] == BOT:
        messages.pop()


def screen_twice(evidence: Evidence) -> None:
    _, messages = next(evidence.private())
    shown = next(message for message in messages if message["from_id"] == BOT)
    messages.insert(messages.index(shown), again(shown))


def handler_raised(evidence: Evidence) -> None:
    evidence.failures.append("message KeyError, retry")


DOCTORED: tuple[tuple[str, Doctored], ...] = (
    ("I1", inbox_row_lost),
    ("I1", event_set_aside),
    ("I2", card_lost),
    ("I2", card_doubled),
    ("I2", card_elsewhere),
    ("I3", answer_lost),
    ("I3", answer_doubled),
    ("I3", answer_to_another),
    ("I3", undone_but_sent),
    ("I4", card_elsewhere),
    ("I4", words_to_another),
    ("I5", out_of_order),
    ("I5", answers_out_of_order),
    ("I6", history_jumps),
    ("I6", history_illegal),
    ("I7", random_id_repeated),
    ("I7", random_id_zero),
    ("I8", still_unknown),
    ("I8", no_answer),
    ("echo", screen_twice),
    ("F20", handler_raised),
)

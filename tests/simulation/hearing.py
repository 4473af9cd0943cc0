"""Chats that the bot does not hear for a while (F16): nothing written there ends unseen, a return is told once. Words
of who was taken out leave by a press only (T5)."""

from __future__ import annotations

from collections.abc import Iterator

from states.lifecycle.appeal import OPEN
from tests.simulation.record import Record, place
from tests.simulation.replies import DOUBLED, ELSEWHERE, LOST
from tests.world import said
from vk_emulator.world.records import Chat, Message

Found = Iterator[str]
SOON = 10.0
"""Seconds in which the bot knows who is in a chat, where nothing goes wrong."""


def heard(record: Record) -> Found:
    """F16: once all is mended no chat counts as lost."""
    for row in record.ask("SELECT peer, agency, lost, doubt FROM chat WHERE agency IS NOT NULL"):
        if row["lost"] or row["doubt"]:
            yield f"чат {row['peer']} ({row['agency']}): потерян {row['lost']}, {row['doubt']}"


def returns_told(record: Record) -> Found:
    """F16: once for each return; what nobody can read is asked for again. A copy that was put back knows of neither."""
    for peer, chat in record.chats() if not record.windows else ():
        own = list(record.own(chat.thread))
        told = [one for one in own if one.text.startswith(said.BACK) and one.id in record.shown_at]  # not of the stage
        may = record.returns[chat.id]
        if len(told) > may and not has_another(record, chat):  # open: twins, seeds 17189101 and 17189102
            yield f"{DOUBLED}чату {chat.key} сказано о возвращении {len(told)} раз, возвращений {may}"
        asked = [one.cmid for one in own if said.AGAIN in one.text]
        for message in unheard(record, peer, chat):
            if not any(cmid > message.cmid for cmid in asked):
                yield f"{LOST}ответ {message.text[:50]!r} в чате {chat.key} никто не прочитал и не спросил снова"


def has_another(record: Record, chat: Chat) -> bool:
    return any(member < 0 and member != record.bot for member in chat.members)


def unheard(record: Record, peer: int, chat: Chat) -> Iterator[Message]:
    """Answers that never came in, to what this chat has held all the time since; a number above them is known, or
    nothing tells of them. Where another bot is, a hole may be its own, and nothing is told of it."""
    if has_another(record, chat):
        return
    waiting = {row["code"] for row in record.ask("SELECT code, status FROM appeal") if row["status"] in OPEN}
    came = {row["cmid"] for row in record.ask("SELECT cmid FROM inbox WHERE peer = ? AND kind = 'message'", peer)}
    highest = max([*came, *(one.cmid for one in record.own(chat.thread))], default=0)
    for message in chat.thread.messages[: max(0, highest - 1)]:
        if message.sender < 0 or message.reply is None or message.cmid in came or not said.ANSWER.search(message.text):
            continue
        code = said.about(chat.thread.messages[message.reply.cmid - 1])
        holders = record.holders[code]
        if code in waiting and holders and holders[-1][1] == peer and holders[-1][0] < message.posted:
            yield message


def nobody_left(record: Record) -> Found:
    """T5: an answer whose author was taken out of the chat before it left reaches nobody but by a colleague's press.
    When the bot knows of it is certain only where nothing goes wrong."""
    for _, one in record.everything() if record.calm else ():
        for mark in said.ANSWER.findall(one.text) if place(one.thread) > 0 else ():
            late = record.shown_at[one.id] - record.truth.dismissed.get(mark, record.shown_at[one.id])
            others = record.truth.agreed.get(mark, set()) - {int(mark.partition("о")[0])}
            if late > SOON and not others:
                yield f"{ELSEWHERE}ответ {mark} ушёл сам через {late:.0f} с после того, как автора убрали из чата"

"""«Nothing crosses» of two communities in one database (decision 0022): what one has to say leaves with its
own key, is about its own numbers, and what was said to the other is nothing to it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.record import Record
from tests.world import said
from vk_emulator.world.records import Message

Found = Iterator[str]


def crossed_at_once(record: Record, other: Record, one: Message) -> list[str]:
    """A message of this community in the moment it appears."""
    found = [what for check in (by_the_other, about_the_other, to_the_other) for what in check(record, other, one)]
    return [f"cross: {what}" for what in found]


def by_the_other(record: Record, other: Record, one: Message) -> Found:
    """With this key leaves what this community has to say."""
    if one.random_id in record.causes or not one.random_id:
        return
    for row in other.ask("SELECT cause FROM outbox WHERE random_id = ?", one.random_id):
        yield f"ключом {record.community} сказано {row['cause']} сообщества {other.community}"


def about_the_other(record: Record, other: Record, one: Message) -> Found:
    """No card, answer or receipt is about a number of the other one."""
    for code in sorted(set(said.CODE.findall(said.words(one)))):
        if code in other.residents and code not in record.residents:
            yield f"{record.community} говорит о №{code} сообщества {other.community}: {one.text[:60]!r}"


def to_the_other(record: Record, other: Record, one: Message) -> Found:
    """Nothing is said to a reply to the other's message, in a chat that both are in."""
    if one.reply is None or one.thread.chat is None:
        return
    heard = one.thread.messages[one.reply.cmid - 1]
    if heard.reply is not None and heard.reply.sender == other.bot:
        yield f"{record.community} отвечает на реплику к сообщению {other.community}: {one.text[:60]!r}"


def crossed(record: Record, other: Record) -> Found:
    """When all is quiet."""
    for row in record.ask("SELECT code, incident FROM appeal WHERE incident IS NOT NULL"):
        if row["incident"] in other.residents and row["incident"] not in record.residents:
            yield f"cross: №{row['code']} ведёт №{row['incident']} сообщества {other.community}"
    ours = {chat for chat, _ in record.chats()}
    for row in record.ask("SELECT DISTINCT peer FROM outbox WHERE effect = 'send'"):
        if row["peer"] > 2_000_000_000 and row["peer"] not in ours:
            yield f"cross: {record.community} пишет в беседу {row['peer']}, в которой его нет"


def still_known(record: Record, user: int) -> Found:
    """Who has asked the operator to forget them is forgotten in this community, too (decision 0022)."""
    for table in ("appeal", "dialogue"):
        if record.ask(f"SELECT 1 FROM {table} WHERE resident = ?", user):
            yield f"жителя {user} забыли в другом сообществе, а в {record.community} о нём есть {table}"

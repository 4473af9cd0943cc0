"""Officials come and go: known by the list of a chat's members, admitted by the ЦУР, without a voice once gone (T5).

An empty list proves nothing: VK shows none to a bot that is no administrator (vk-api.md §6.1).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.text import actions, keyboards, texts_chat
from handlers.text.relayed import by_name
from handlers.views.cards import agency_name
from states.audit import AuditAction, AuditLine
from states.decision import Decision, ignore
from states.effects import Kind, Priority, Send
from states.events import ButtonPressed, ChatChanged, MembersListed
from states.facts import Facts
from states.messages import is_person
from states.people.chats import CUR, Chat, chat_number
from states.people.officials import Member, Official, Standing
from states.screen import Colour

UNDONE_WITHIN = timedelta(days=1)
"""So long the ЦУР may undo a binding by its button."""


def handle_list(facts: Facts, event: MembersListed) -> Decision:
    """Takes the list of who is in the chat now. The first list after binding admits everybody; later ones are compared
    with it."""
    chat = facts.chat
    assert chat is not None and event.members, "asked before (system/hearing.py)"
    known = {member.user: member for member in event.members if is_person(member.user)}
    seen = replace(chat, listed_at=event.at)
    if chat.listed_at is None:
        since = chat.bound_at or event.at
        first = tuple(
            Official(chat.peer, person.user, Standing.WORKS, since, name=person.name) for person in known.values()
        )
        return Decision(chat=seen, officials=first, effects=bound_notice(facts, chat, event))
    gone = tuple(
        left(official, facts)
        for official in facts.officials.values()
        if official.user not in known and official.standing is not Standing.GONE
    )
    came = [person for person in known.values() if comes(facts.officials.get(person.user))]
    named = tuple(
        replace(official, name=person.name)
        for person in known.values()
        if (official := facts.officials.get(person.user)) is not None
        and official.standing is not Standing.GONE
        and person.name not in ("", official.name)
    )
    asked = tuple(Official(chat.peer, person.user, Standing.ASKED, facts.now, name=person.name) for person in came)
    effects = tuple(question(facts, chat, person, f"{event.at:%y%m%d%H%M%S}") for person in came)
    return Decision(chat=seen, officials=(*gone, *named, *asked), effects=effects)


SHOWN = 20


def bound_notice(facts: Facts, chat: Chat, event: MembersListed) -> tuple[Send, ...]:
    """The notice to the ЦУР who has bound which chat, with whom in it: it may undo it for a day (T4)."""
    cur = facts.cur
    if cur is None or cur.peer == chat.peer:
        return ()
    names = {member.user: member.name for member in event.members}
    people = ", ".join(member.name or f"id{member.user}" for member in event.members[:SHOWN])
    text = texts_chat.BOUND_NOTICE.format(
        title=event.title or f"№ {chat_number(chat.peer)}",
        agency=chat_name(facts, chat),
        by=by_name(chat.bound_by, names.get(chat.bound_by, ""), "участник"),
        owner=by_name(event.owner, names.get(event.owner, ""), "участник") if event.owner > 0 else "не виден",
        count=len(event.members),
        people=people + (" …" if len(event.members) > SHOWN else ""),
    )
    off = keyboards.callback("Отключить", actions.UNBIND, f"{chat.agency} {chat.peer}", Colour.NEGATIVE)
    cause = facts.cause("bound", cur.peer, f"{chat.peer}.{chat.bound_at:%y%m%d%H%M%S}")
    return (Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboards.inline((off,))),)


def unbound(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """Carries out «Отключить» under that notice, as `chat unbind` does it; (what the presser reads, what follows)."""
    agency, _, peer = event.command.value.partition(" ")
    bound = facts.chats.get(agency)
    if chat.agency != CUR or bound is None or str(bound.peer) != peer or bound.bound_at is None:
        return "", ignore(texts_chat.UNBIND_OVER)
    if facts.now - bound.bound_at > UNDONE_WITHIN:
        return "", ignore(texts_chat.UNBIND_LATE)
    name = chat_name(facts, bound)
    freed = replace(bound, agency=None, listed_at=None, paused_until=None, recent=(), told="", doubt=None)
    told = [(chat.peer, texts_chat.UNBOUND.format(agency=name)), (bound.peer, texts_chat.UNBOUND_HERE)]
    effects = tuple(
        Send(to, facts.cause("unbound", to, event.event_id), text, Kind.NOTICE, Priority.DIALOGUE) for to, text in told
    )
    line = AuditLine(event.user, AuditAction.CHAT_UNBOUND, agency)
    return "", Decision(chat=freed, effects=effects, audit=(line,))


def comes(official: Official | None) -> bool:
    """Whether this account is new in the chat or comes back."""
    return official is None or official.standing is Standing.GONE


def left(official: Official, facts: Facts) -> Official:
    """The official as gone from the chat, his rights ended now."""
    return replace(official, standing=Standing.GONE, until=official.until or facts.now)


def came(facts: Facts, event: ChatChanged) -> Decision:
    """Notes that somebody joined the chat. Before the first list nobody is known, and that list will tell."""
    chat = facts.chat
    if chat is None or not chat.bound or chat.listed_at is None or not is_person(event.member):
        return ignore("служебное сообщение чата")
    if not comes(facts.officials.get(event.member)):
        return ignore("участник уже известен")
    asked = Official(chat.peer, event.member, Standing.ASKED, facts.now)
    return Decision(officials=(asked,), effects=(question(facts, chat, Member(event.member), str(event.cmid)),))


def went(facts: Facts, event: ChatChanged) -> Decision:
    """Notes that an official left the chat or was removed; ignored for anybody else."""
    official = facts.officials.get(event.member)
    if official is None or official.standing is Standing.GONE:
        return ignore("служебное сообщение чата")
    return Decision(officials=(left(official, facts),))


def question(facts: Facts, chat: Chat, member: Member, origin: str) -> Send:
    """The ЦУР decides; where there is no such chat, those who are in this one already."""
    to = facts.cur or chat
    value = f"{chat.peer} {member.user}"
    yes = keyboards.callback("Допустить", actions.ADMIT, value, Colour.POSITIVE)
    no = keyboards.callback("Не допускать", actions.REFUSE_MEMBER, value)
    who = by_name(member.user, member.name, "новый участник")
    text = texts_chat.NEW_MEMBER.format(agency=chat_name(facts, chat), who=who)
    cause = facts.cause("member", to.peer, f"{chat.peer}.{member.user}.{origin}")
    return Send(to.peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboards.inline((yes, no)))


def chat_name(facts: Facts, chat: Chat) -> str:
    """The name of the agency whose chat it is, or of the ЦУР."""
    return agency_name(facts.directory, chat.agency if chat.agency != CUR else None)


def decided(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """Admits a person or not by a press in the chat that was asked; (what the presser reads, what follows)."""
    official = facts.asked
    if official is None or event.command.value != f"{official.peer} {official.user}":
        return "", ignore(texts_chat.MEMBER_SETTLED)
    if chat.agency != CUR and not (facts.cur is None and chat.peer == official.peer):
        return "", ignore(texts_chat.BUTTON_STALE.format(status=texts_chat.NOT_THIS_CHAT))
    works = event.command.action == actions.ADMIT
    wanted = Standing.WORKS if works else Standing.REFUSED
    if official.standing in (wanted, Standing.GONE):
        return "", ignore(texts_chat.MEMBER_SETTLED)
    since = facts.now if works else official.since
    now = replace(official, standing=wanted, since=since, until=None if works else facts.now, by=event.user)
    who = by_name(official.user, official.name, "Участник")
    said = (texts_chat.ADMITTED if works else texts_chat.NOT_ADMITTED_NOW).format(who=who)
    cause = facts.cause("admitted", event.peer, event.event_id)
    send = Send(event.peer, cause, said, Kind.NOTICE, Priority.DIALOGUE)
    action = AuditAction.OFFICIAL_ADMITTED if works else AuditAction.OFFICIAL_REFUSED
    line = AuditLine(event.user, action, str(official.user), str(chat_number(official.peer)))
    return "", Decision(officials=(now,), effects=(send,), audit=(line,))

"""Words with a slash in a bound chat. They do whatever a button does, for a click that VK has lost, and a little more.

A string is what the official is told instead; nothing is ever done to an appeal that was not replied to.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle import asking, coordinator, incidents, moves
from handlers.official import completing, digest, listing, reports, sign_in
from handlers.text import texts_chat
from handlers.text.relayed import clean
from handlers.text.words import plural
from handlers.views.cards import agency_name
from handlers.views.possible import OF_CUR, stale
from handlers.views.turn import hint
from states.decision import Decision
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.tasks import Ask, Job, Task, missing
from states.messages import Message
from states.people.chats import CUR, Chat
from states.people.who_may import coordinates, holds, may
from states.worktime.dates import WrongDate, parse

SPOKEN: dict[str, Job] = {
    "ответ": Job.ANSWER,
    "вопрос": Job.ASK,
    "промежуточный": Job.INTERIM,
    "отложить": Job.POSTPONE,
    "отклонить": Job.DECLINE,
    "направить": Job.ASSIGN,
    "повтор": Job.REPEAT,
    "объединить": Job.MERGE,
    "заблокировать": Job.BLOCK,
    "всем": Job.BROADCAST,
}

WORDS = frozenset(
    {
        "помощь",
        "help",
        "start",
        "код",
        "панель",
        "мои",
        "сводка",
        "отчет",
        "просрочено",
        "найти",
        "пауза",
        "возобновить",
        "история",
        "принять",
    }
    | {"закрыть", "отделить", "разблокировать", "не", "ненаше", "не_наше", *SPOKEN}
)


def known(text: str) -> bool:
    """Whether a word with a slash is for us: in the same chat other bots may be spoken to."""
    return divided(text)[0] in WORDS


FOR_ALL: tuple[str, ...] = (
    "помощь", "сводка", "мои", "просрочено", "найти", "история", "принять", "закрыть", "ответ", "вопрос",
    "промежуточный", "отложить", "отклонить", "панель",
)  # fmt: skip
FOR_CUR: tuple[str, ...] = (
    "направить", "повтор", "объединить", "отделить", "всем", "заблокировать", "разблокировать", "пауза", "возобновить",
    "отчет",
)  # fmt: skip
"""What is offered instead of a word that nobody knows, to the chat that may use it."""

SHORTEST = 3
"""Fewer letters are the beginning of too many."""


def nearest(text: str, chat: Chat) -> str:
    """The command that was meant: that it is the beginning of, or that differs by a letter in three; else nothing."""
    word = divided(text)[0]
    offered = (*FOR_ALL, *(FOR_CUR if coordinates(chat) else ()))
    begun = [known for known in offered if len(word) >= SHORTEST and known.startswith(word)]
    if begun:
        return begun[0]
    likely = min(offered, key=lambda known: (differing(word, known), known))
    return likely if differing(word, likely) <= max(len(likely), SHORTEST) // 3 else ""


def differing(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed to come from one word to the other."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one[:40], 1):
        above, row[0] = row[0], at
        for place, known in enumerate(other, 1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (letter != known))
    return row[-1]


def unknown(text: str, chat: Chat) -> str:
    word = nearest(text, chat)
    return texts_chat.NEAREST_COMMAND.format(word=word) if word else texts_chat.UNKNOWN_COMMAND


def divided(text: str) -> tuple[str, str]:
    """The word after the slash, and the rest, which may begin on a line of its own."""
    word, *rest = text.strip()[1:].split(maxsplit=1) or [""]
    return word.casefold().replace("ё", "е"), rest[0].strip() if rest else ""


def of_itself(text: str) -> bool:
    """Whether a word is about the very message that is replied to, even where another one leads it."""
    return divided(text)[0] == "отделить"


def to_everybody(text: str) -> bool:
    """Whether a word is about the whole incident, whichever message of it is replied to (R32)."""
    return divided(text)[0] == "всем"


def command(facts: Facts, chat: Chat, event: Message) -> Decision | str:
    word, rest = divided(event.text)
    if word in ("не", "ненаше", "не_наше"):
        said, _, whose = rest.partition(" ") if word == "не" else ("наше", "", rest)
        known_words = said.casefold().strip(" .,:") == "наше"
        return begun(facts, chat, event, Job.NOT_OURS, whose) if known_words else texts_chat.UNKNOWN_COMMAND
    match word:
        case "помощь" | "help" | "start":
            return helped(facts, chat)
        case "код":
            return texts_chat.CODE_ALREADY.format(agency=agency_name(facts.directory, chat.agency))
        case "сводка":
            return digest.on_demand(facts, chat, event)
        case "отчет" if coordinates(chat):
            return reports.asked(facts, event, rest)
        case "панель":
            return sign_in.in_chat(facts)
        case "мои":
            return listing.mine(facts, event.author)
        case "просрочено":
            return listing.overdue(facts)
        case "найти":
            return listing.looked_for(facts, event) if rest else texts_chat.FIND_WHAT
        case "пауза" | "возобновить" if coordinates(chat):
            done = coordinator.pause if word == "пауза" else coordinator.resume
            return done(facts, event, rest)
        case "история" | "принять" | "закрыть" | "отделить" | "разблокировать":
            return about(facts, chat, event, word)
        case _ if word in SPOKEN:
            return begun(facts, chat, event, SPOKEN[word], rest)
        case _:
            return unknown(event.text, chat)


def helped(facts: Facts, chat: Chat) -> str:
    seconds = plural(int(facts.policy.undo.total_seconds()), "секунду", "секунды", "секунд")
    return texts_chat.CHAT_HELP.format(seconds=seconds) + (texts_chat.CHAT_HELP_CUR if chat.agency == CUR else "")


def reachable(facts: Facts, chat: Chat, appeal: Appeal | None) -> str:
    """Why nothing can be done with the message that was replied to; empty when it can."""
    if appeal is None:
        return texts_chat.NOT_A_CARD
    if holds(chat, appeal) or coordinates(chat):
        return ""
    return texts_chat.NOT_HERE.format(code=appeal.code)


def about(facts: Facts, chat: Chat, event: Message, word: str) -> Decision | str:
    """A word that needs nothing more than the card it replies to."""
    appeal = facts.linked
    refusal = reachable(facts, chat, appeal)
    if refusal or appeal is None:
        return refusal
    match word:
        case "история":
            return listing.history(facts, appeal)
        case "принять":
            can = may(chat, appeal, Action.ACCEPT)
            done = moves.accept(facts, chat, appeal, event.author) if can else moves.refused(appeal)
            return also_said(facts, event, done, texts_chat.TAKEN)
        case "отделить":
            return incidents.separate(facts, chat, appeal, event.author)
        case "разблокировать":
            return coordinator.blocked(facts, chat, appeal, event.author, None)
        case _:
            return closed(facts, chat, event, appeal)


def also_said(facts: Facts, event: Message, done: Decision, text: str) -> Decision:
    """What a button would have said to the person who pressed it."""
    if done.ignored is not None:
        return done
    return replace(done, effects=(*done.effects, hint(facts, event, text)))


def closed(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Decision | str:
    """After an answer at once; without one only by the ЦУР, with a reason."""
    if not may(chat, appeal, Action.CLOSE):
        return stale(appeal)
    if appeal.status is Status.ANSWERED:
        return also_said(facts, event, moves.close(facts, appeal, event.author), texts_chat.CLOSED)
    reason = clean(divided(event.text)[1])
    task = Task(event.peer, event.author, Job.CLOSE, facts.now, cmid=event.cmid, reason=reason, seen=event.digest)
    return completing.go_on(facts, chat, appeal, task, str(event.cmid), event.cmid)


def begun(facts: Facts, chat: Chat, event: Message, job: Job, rest: str) -> Decision | str:
    """A small dialogue, with what the command has said already."""
    appeal = facts.linked
    if job in OF_CUR and not coordinates(chat):
        return texts_chat.UNKNOWN_COMMAND
    if appeal is None and job is Job.ASSIGN:
        return texts_chat.ASSIGN_WHOM
    refusal = reachable(facts, chat, appeal)
    if refusal or appeal is None:
        return refusal
    task = Task(event.peer, event.author, job, facts.now)
    found = filled(facts, appeal, task, event, rest)
    if isinstance(found, str):
        return found
    return completing.go_on(facts, chat, appeal, found, str(event.cmid), event.cmid)


def filled(facts: Facts, appeal: Appeal, task: Task, event: Message, rest: str) -> Task | str:
    """«/промежуточный до 5 мая: делаем», «/направить Миндор», «/ответ Сделали»: as much as was said."""
    text = clean(rest)
    if task.job is Job.DECLINE or not (text or event.attachments):
        return task
    if missing(task) is Ask.DAY:
        head, colon, tail = rest.partition(":")
        day = parse(head, facts.office(None).day(facts.now), facts.policy.calendar)
        if isinstance(day, WrongDate):
            return asking.wrong_day(day)
        dated = asking.on_day(facts, appeal, task, day)
        if isinstance(dated, str) or not colon:
            return dated
        task, text = dated, clean(tail)
    if missing(task) is None or not (text or event.attachments):
        return task
    found = asking.told(facts, appeal, task, replace(event, text=text))
    return replace(found, seen=event.digest) if isinstance(found, Task) and found.seen else found

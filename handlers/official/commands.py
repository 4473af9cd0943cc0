"""Words with a slash in a bound chat. They do whatever a button does, for a click that VK has lost, and a little more.

Each is one row of COMMANDS. A string is what the official is told instead; nothing is ever done to an appeal that was
not replied to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from handlers.lifecycle import asking, coordinator, incidents, moves
from handlers.official import completing, digest, listing, sign_in
from handlers.text import texts_chat
from handlers.text.relayed import clean
from handlers.text.words import plural
from handlers.views.cards import agency_name
from handlers.views.possible import stale
from handlers.views.turn import hint
from states.decision import Decision
from states.facts import Audience, ChatCommand, Facts, Rules
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.tasks import Ask, Job, Task, missing
from states.messages import Message
from states.people.chats import CUR, Chat
from states.people.who_may import coordinates, holds, may
from states.worktime.dates import WrongDate, parse

Said = Decision | str
Run = Callable[[Facts, Chat, Message, str], Said]
"""What a word does. The last is what follows the word."""


def is_known(text: str, rules: Rules) -> bool:
    """Whether a word with a slash is for us: in the same chat other bots may be spoken to."""
    return word_and_rest(text)[0] in by_word(rules)


SHORTEST = 3
"""Fewer letters are the beginning of too many."""


def nearest(text: str, chat: Chat, rules: Rules) -> str:
    """The command that was meant: that it is the beginning of, or that differs by a letter in three; else nothing."""
    word = word_and_rest(text)[0]
    audience = {Audience.ALL, Audience.CENTRE} if coordinates(chat) else {Audience.ALL}
    offered = [
        chat_command.words[0] for chat_command in (*COMMANDS, *rules.commands) if chat_command.offered in audience
    ]
    begun = [known for known in offered if len(word) >= SHORTEST and known.startswith(word)]
    if begun:
        return begun[0]
    likely = min(offered, key=lambda known: (differing(word, known), known))
    return likely if differing(word, likely) <= max(len(likely), SHORTEST) // 3 else ""


def differing(typed: str, other: str) -> int:
    """How many letters must be put in, left out or changed to come from one word to the other."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(typed[:40], 1):
        above, row[0] = row[0], at
        for place, known in enumerate(other, 1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (letter != known))
    return row[-1]


def unknown(text: str, chat: Chat, rules: Rules) -> str:
    """The line for an unknown command: the nearest known one, where there is one."""
    word = nearest(text, chat, rules)
    return texts_chat.NEAREST_COMMAND.format(word=word) if word else texts_chat.UNKNOWN_COMMAND


def word_and_rest(text: str) -> tuple[str, str]:
    """The word after the slash, and the rest, which may begin on a line of its own."""
    word, *rest = text.strip()[1:].split(maxsplit=1) or [""]
    return word.casefold().replace("ё", "е"), rest[0].strip() if rest else ""


def of_itself(text: str) -> bool:
    """Whether a word is about the very message that is replied to, even where another one leads it."""
    return word_and_rest(text)[0] == "отделить"


def to_everybody(text: str) -> bool:
    """Whether a word is about the whole incident, whichever message of it is replied to (R32)."""
    return word_and_rest(text)[0] == "всем"


def command(facts: Facts, chat: Chat, event: Message) -> Said:
    """Runs the command that a message with a slash names; an unknown one, or one of the ЦУР elsewhere, is answered."""
    word, rest = word_and_rest(event.text)
    found = by_word(facts.rules).get(word)
    if found is None or (found.centre and not coordinates(chat)):
        return unknown(event.text, chat, facts.rules)
    return found.run(facts, chat, event, rest)


def help_text(facts: Facts, chat: Chat) -> str:
    """What the bot can do in this chat; for the ЦУР with its own commands and those of features."""
    seconds = plural(int(facts.policy.undo.total_seconds()), "секунду", "секунды", "секунд")
    said = texts_chat.CHAT_HELP.format(seconds=seconds)
    if chat.agency != CUR:
        return said
    return (
        said
        + "; ".join(
            [
                texts_chat.CHAT_HELP_CUR,
                *(chat_command.help for chat_command in facts.rules.commands if chat_command.help),
            ]
        )
        + "."
    )


def reachable(facts: Facts, chat: Chat, appeal: Appeal | None) -> str:
    """Why nothing can be done with the message that was replied to; empty when it can."""
    if appeal is None:
        return texts_chat.NOT_A_CARD
    if holds(chat, appeal) or coordinates(chat):
        return ""
    return texts_chat.NOT_HERE.format(code=appeal.code)


def help_of(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/помощь»: what the bot can do in this chat."""
    return help_text(facts, chat)


def code(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/код» in a chat that is bound already: says to whom."""
    return texts_chat.CODE_ALREADY.format(agency=agency_name(facts.directory, chat.agency))


def show_digest(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/сводка»: how it stands now, in a message that is edited from then on."""
    return digest.on_demand(facts, chat, event)


def left_out(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """A command of a feature that this region has left out: says so."""
    return texts_chat.LEFT_OUT


def open_panel(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/панель»: says where to ask for the link, which is never sent into a chat."""
    return sign_in.in_chat(facts)


def list_mine(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/мои»: what this official has taken on or is at."""
    return listing.mine(facts, event.author)


def list_overdue(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/просрочено»: what is overdue in this chat."""
    return listing.overdue(facts)


def find(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/найти»: the appeals that fit the words, or what to write."""
    return listing.looked_for(facts, event) if rest else texts_chat.FIND_WHAT


def pause(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/пауза»: pauses the named agency's chat."""
    return coordinator.pause(facts, event, rest)


def resume(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/возобновить»: ends the pause."""
    return coordinator.resume(facts, event, rest)


def give_back(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/ненаше»: begins to give the message back, to the agency that `rest` names."""
    return begin_task(facts, chat, event, Job.NOT_OURS, rest)


def give_back_in_two_words(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
    """«/не наше» in two words: gives the appeal back; any other word is an unknown command."""
    said, _, whose = rest.partition(" ")
    ours = said.casefold().strip(" .,:") == "наше"
    return give_back(facts, chat, event, whose) if ours else texts_chat.UNKNOWN_COMMAND


# Words that need nothing more than the card they reply to.


def on_card(act: Callable[[Facts, Chat, Message, Appeal], Said]) -> Run:
    """A command that does `act` with the appeal whose card the official replied to, or says why not."""

    def run(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
        appeal = facts.linked
        refusal = reachable(facts, chat, appeal)
        return refusal if refusal or appeal is None else act(facts, chat, event, appeal)

    return run


def show_history(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Said:
    """«/история»: every step of the message that was replied to."""
    return listing.history(facts, appeal)


def accept(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Said:
    """«/принять»: takes the appeal on, or says why that is not possible now."""
    can = may(chat, appeal, Action.ACCEPT)
    done = moves.accept(facts, chat, appeal, event.author) if can else moves.refuse_stale(appeal)
    return also_said(facts, event, done, texts_chat.TAKEN)


def separate(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Said:
    """«/отделить»: takes the appeal out of its incident."""
    return incidents.separate(facts, chat, appeal, event.author)


def unblock(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Said:
    """«/разблокировать»: lets its author write again."""
    return coordinator.block_author(facts, chat, appeal, event.author, None)


def also_said(facts: Facts, event: Message, done: Decision, text: str) -> Decision:
    """What a button would have said to the person who pressed it."""
    if done.ignored is not None:
        return done
    return replace(done, effects=(*done.effects, hint(facts, event, text)))


def close(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Said:
    """«/закрыть»: closes at once after an answer; without one only for the ЦУР, which is asked for a reason."""
    if not may(chat, appeal, Action.CLOSE):
        return stale(appeal)
    if appeal.status is Status.ANSWERED:
        return also_said(facts, event, moves.close(facts, appeal, event.author), texts_chat.CLOSED)
    reason = clean(word_and_rest(event.text)[1])
    task = Task(event.peer, event.author, Job.CLOSE, facts.now, cmid=event.cmid, reason=reason, seen=event.digest)
    return completing.go_on(facts, chat, appeal, task, str(event.cmid), event.cmid)


def begin(job: Job) -> Run:
    """The command that begins this job: the official is asked for the words."""

    def run(facts: Facts, chat: Chat, event: Message, rest: str) -> Said:
        return begin_task(facts, chat, event, job, rest)

    return run


def begin_task(facts: Facts, chat: Chat, event: Message, job: Job, rest: str) -> Said:
    """A small dialogue, with what the command has said already."""
    appeal = facts.linked
    if appeal is None and job is Job.ASSIGN:
        return texts_chat.ASSIGN_WHOM
    refusal = reachable(facts, chat, appeal)
    if refusal or appeal is None:
        return refusal
    task = Task(event.peer, event.author, job, facts.now)
    found = fill_task(facts, appeal, task, event, rest)
    if isinstance(found, str):
        return found
    return completing.go_on(facts, chat, appeal, found, str(event.cmid), event.cmid)


def fill_task(facts: Facts, appeal: Appeal, task: Task, event: Message, rest: str) -> Task | str:
    """The task with as much as was said: «/промежуточный до 5 мая: делаем», «/направить Миндор», «/ответ Сделали»; else
    why not."""
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
    found = asking.take_typed_words(facts, appeal, task, replace(event, text=text))
    return replace(found, seen=event.digest) if isinstance(found, Task) and found.seen else found


COMMANDS: tuple[ChatCommand, ...] = (
    ChatCommand(("помощь", "help", "start"), help_of),
    ChatCommand(("код",), code, Audience.NOBODY),
    ChatCommand(("сводка",), show_digest),
    ChatCommand(("панель",), open_panel),
    ChatCommand(("мои",), list_mine),
    ChatCommand(("просрочено",), list_overdue),
    ChatCommand(("найти",), find),
    ChatCommand(("история",), on_card(show_history)),
    ChatCommand(("принять",), on_card(accept)),
    ChatCommand(("закрыть",), on_card(close)),
    ChatCommand(("ненаше", "не_наше"), give_back, Audience.NOBODY),
    ChatCommand(("не",), give_back_in_two_words, Audience.NOBODY),
    ChatCommand(("ответ",), begin(Job.ANSWER)),
    ChatCommand(("вопрос",), begin(Job.ASK)),
    ChatCommand(("промежуточный",), begin(Job.INTERIM)),
    ChatCommand(("отложить",), begin(Job.POSTPONE)),
    ChatCommand(("отклонить",), begin(Job.DECLINE)),
    ChatCommand(("направить",), begin(Job.ASSIGN), Audience.CENTRE, centre=True),
    ChatCommand(("повтор",), begin(Job.REPEAT), Audience.CENTRE, centre=True),
    ChatCommand(("объединить",), begin(Job.MERGE), Audience.CENTRE, centre=True),
    ChatCommand(("отделить",), on_card(separate), Audience.CENTRE),
    ChatCommand(("всем",), begin(Job.BROADCAST), Audience.CENTRE, centre=True),
    ChatCommand(("заблокировать",), begin(Job.BLOCK), Audience.CENTRE, centre=True),
    ChatCommand(("разблокировать",), on_card(unblock), Audience.CENTRE),
    ChatCommand(("пауза",), pause, Audience.CENTRE, centre=True),
    ChatCommand(("возобновить",), resume, Audience.CENTRE, centre=True),
)
"""In the order of their offering: of two words that are equally near the first is meant."""
BY_WORD = {word: chat_command for chat_command in COMMANDS for word in chat_command.words}
LEFT_OUT = {
    "отчет": ChatCommand(("отчет",), left_out, Audience.NOBODY, centre=True),
    **{word: ChatCommand((word,), left_out, Audience.NOBODY) for word in ("объявить", "объявления")},
}
"""Words of features: where this region does without one, that is said instead of the nearest other word."""


@cache
def by_word(rules: Rules) -> Mapping[str, ChatCommand]:
    """Every command by each of its words. A feature that is present takes the place of the answer that it is left
    out."""
    return LEFT_OUT | BY_WORD | {word: chat_command for chat_command in rules.commands for word in chat_command.words}

"""What an official does in the panel: the same dialogues and moves as in the chat, with everything said at once.

The chat that has the message sees what was done, as if it had been done there (R34). Nothing is answered to a screen:
a refusal is the reason why the event was ignored, and the panel reads it there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from handlers.lifecycle import alarms, asking, coordinator, incidents, moves
from handlers.lifecycle.answering import (
    TOGETHER,
    decide_undo,
    said_so_far,
    speaks_to_one,
    take_back,
    warnings,
    wording,
)
from handlers.official import approving, completing, contact
from handlers.text import actions, texts_chat, texts_panel
from handlers.text.relayed import clean, one_line
from handlers.views.cards import agency_name
from handlers.views.possible import possible, templates, why_not
from handlers.views.titles import title
from states.audit import AuditAction, AuditLine
from states.decision import Decision, ignore
from states.effects import Kind, Priority, Send
from states.events import Did, PanelActed, TimerFired
from states.facts import Facts
from states.lifecycle.alerts import Ending
from states.lifecycle.appeal import OPEN, REMARKS, Appeal, Remark, Status
from states.lifecycle.reasons import Postpone
from states.lifecycle.several import several_of
from states.lifecycle.tasks import NEEDS, Ask, Job, Task, missing
from states.lifecycle.templates import Template
from states.people.chats import CUR, Chat
from states.people.who_may import coordinates, holds
from states.worktime.dates import WrongDate, WrongDay

LONGEST = 3500
"""Letters of an answer; the frame around it fits into one message of VK (vk-api.md §4.1)."""
LONGEST_NOTE = 1000
LONGEST_REASON = 500

DONE_WITH_SEVERAL = frozenset({Did.ACCEPT, Did.ASSIGN, Did.MERGE, Did.REMIND})
"""What is done with many messages at once; everything else is about one."""

LACKS: dict[Ask, str] = {
    Ask.TEXT: texts_panel.NO_WORDS,
    Ask.REASON: texts_panel.NO_REASON,
    Ask.DAY: texts_panel.NO_DAY,
    Ask.WHOM: texts_panel.NO_CHOICE,
    Ask.TEMPLATE: texts_panel.NO_CHOICE,
    Ask.NUMBER: texts_panel.NO_NUMBER,
}
"""A form says everything at once: what is missing is told and not asked for in the chat."""


def handle_act(facts: Facts, event: PanelActed) -> Decision:
    """What follows from an act in the panel. A refusal stands in `ignored`, where the panel reads it."""
    chat, appeal = facts.chat, facts.appeal(event.code)
    if chat is None or not chat.bound or appeal is None:
        return ignore(texts_chat.WRONG_NUMBER)
    if not (holds(chat, appeal) or coordinates(chat)):
        return ignore(texts_chat.NOT_HERE.format(code=appeal.code))
    match event.did:
        case Did.ACCEPT:
            return accept_appeal(facts, chat, appeal, event)
        case Did.REMIND:
            return remind_chat(facts, chat, appeal, event.at)
        case Did.SEPARATE:
            return incidents.separate(facts, chat, appeal, event.user)
        case Did.APPROVE:
            return approving.approve(facts, chat, appeal, event.user, event.whom)
        case Did.SEND_BACK:
            return approving.send_back(facts, chat, appeal, event.user, event.whom)
        case Did.UNBLOCK:
            return coordinator.block_author(facts, chat, appeal, event.user, None)
        case Did.UNDO:
            return taken_back(facts, appeal, event)
        case Did.REPLACE | Did.ADD | Did.TO_ALL | Did.TO_ONE | Did.ANYWAY | Did.DROP:
            return decide_waiting(facts, chat, appeal, event)
        case Did.NOTE:
            return add_note(appeal, event)
        case Did.SEE | Did.HANDED_OVER | Did.FALSE_ALARM | Did.UNREACHED:
            return on_alarm(facts, appeal, event)
        case Did.CONTACT:
            return contact.show_contact(facts, chat, appeal, event.user)[1]
        case Did.CLOSE if appeal.status is Status.ANSWERED:
            return moves.close(facts, appeal, event.user)
        case (
            Did.ASSIGN | Did.MERGE | Did.CLOSE | Did.ANSWER | Did.INTERIM | Did.ASK | Did.POSTPONE | Did.DECLINE
            | Did.OUTSIDE | Did.NOT_OURS | Did.TEMPLATE | Did.REPEAT | Did.BROADCAST | Did.BLOCK
        ):  # fmt: skip
            return gone_on(facts, chat, appeal, event, Job(event.did.value))
        case _:
            assert_never(event.did)


def done_with_several(facts: Facts, event: TimerFired) -> Decision:
    """Carries out one act of a press about many; it could be taken back until now."""
    press = several_of(event.key)
    if press is None or press.did not in DONE_WITH_SEVERAL:
        return ignore(f"незнакомый таймер {event.name}")
    return handle_act(facts, PanelActed(event.peer, press.user, press.code, Did(press.did), event.at, whom=press.whom))


@dataclass(frozen=True, slots=True)
class AnswerPreview:
    """What a resident would read, empty while something is missing; and what its author should look at before."""

    words: str = ""
    note: str = ""


def read_as(facts: Facts, chat: Chat, appeal: Appeal, event: PanelActed) -> AnswerPreview:
    """How the resident would read the typed words, by the same steps as when they are sent, so that nothing is shown
    that would not be said."""
    task = task_of_form(facts, appeal, event, Job(event.did.value))
    if isinstance(task, str):
        return AnswerPreview(note=task if event.text.strip() else "")
    found = completing.words_of(facts, chat, appeal, task, "")
    assert found is not None, "its canned answer was found a moment ago"
    held = replace(found, beside=event.beside)
    together = appeal.leads and held.action in TOGETHER and not speaks_to_one(held)
    return AnswerPreview(wording(facts, chat, appeal, held, together=together), warnings(chat, held)[0])


def accept_appeal(facts: Facts, chat: Chat, appeal: Appeal, event: PanelActed) -> Decision:
    """Takes the message on for this official, or says in what state it is where that is not possible."""
    if not possible(facts, chat, appeal, actions.ACCEPT):
        return moves.refuse_stale(appeal)
    return moves.accept(facts, chat, appeal, event.user)


def gone_on(facts: Facts, chat: Chat, appeal: Appeal, event: PanelActed, job: Job) -> Decision:
    """A small dialogue of which everything is said already."""
    refusal = why_not(facts, chat, appeal, job)
    if refusal:
        return ignore(refusal)
    task = task_of_form(facts, appeal, event, job)
    if isinstance(task, str):
        return ignore(task)
    task = beside_what_was_read(facts, chat, appeal, task, event)
    return completing.go_on(facts, chat, appeal, task, f"panel{event.at:%y%m%d%H%M%S%f}")


def beside_what_was_read(facts: Facts, chat: Chat, appeal: Appeal, task: Task, event: PanelActed) -> Task:
    """What the form chose counts beside the answer that its page showed; where another one has been said since, its
    author is asked: two pages of the same moment must not contradict each other."""
    if task.job not in completing.BESIDE_AN_ANSWER or not event.seen:
        return task
    if event.seen != said_so_far(appeal):
        return completing.asking_beside(facts, chat, appeal, task)
    if event.beside in {how for _, how in asking.besides(appeal, task)}:
        return replace(completing.asking_beside(facts, chat, appeal, task), beside=event.beside)
    return task


def decide_waiting(facts: Facts, chat: Chat, appeal: Appeal, event: PanelActed) -> Decision:
    """What becomes of words that were written while an answer was on its way, or whom of several they are for
    (R32); the chat asks the same."""
    task = asking.waiting_words(appeal, event.peer, event.user)
    if task is None:
        return ignore(texts_panel.NOTHING_WAITS)
    if event.did is Did.DROP:
        return asking.given_up(facts, appeal, task)
    found = asking.take_choice(facts, appeal, task, event.did)
    if isinstance(found, str):
        return ignore(found)
    return completing.go_on(facts, chat, appeal, found, f"panel{event.at:%y%m%d%H%M%S%f}")


def task_of_form(facts: Facts, appeal: Appeal, event: PanelActed, job: Job) -> Task | str:
    """What the form says, as a task that lacks nothing; or what is wrong with it."""
    words = clean(event.text)
    if len(words) > LONGEST:
        return texts_panel.TOO_LONG
    if blanks := Template("", words).blanks:
        return texts_panel.BLANK_LEFT.format(blank=blanks[0])
    begun = Task(event.peer, event.user, job, facts.now, cmid=event.cmid, files=bool(event.cmid))
    task = with_choice(facts, appeal, begun, event.whom)
    if isinstance(task, str):
        return task
    if Ask.TEXT in NEEDS[job]:
        task = replace(task, text=words)
    elif job is not Job.DECLINE:  # its reason is a code of the list, for ever
        task = replace(task, reason=task.reason or one_line(words, LONGEST_REASON))
    dated = task if event.until is None else with_promised_day(facts, appeal, task, event.until)
    if isinstance(dated, str):
        return dated
    whole = completing.blanks_asked(facts, dated)
    wanted = missing(whole)
    return whole if wanted is None else LACKS[wanted]


def with_choice(facts: Facts, appeal: Appeal, task: Task, choice: str) -> Task | str:
    """The task with what was picked from a list, if it is there; else why not."""
    match task.job:
        case Job.DECLINE:
            return replace(task, reason=choice) if choice in asking.DECLINES else texts_panel.NO_CHOICE
        case Job.POSTPONE:
            return replace(task, reason=choice) if choice in set(Postpone) else task
        case Job.TEMPLATE:
            names = {template.name for template in templates(facts, task.peer)}
            return replace(task, template=choice) if choice in names else texts_panel.NO_CHOICE
        case Job.OUTSIDE:
            known = {outside.code for outside in facts.directory.outside}
            return replace(task, whom=choice) if choice in known else texts_panel.NO_CHOICE
        case Job.NOT_OURS:
            return whose(facts, appeal, task, choice or CUR)
        case Job.MERGE | Job.REPEAT:
            return replace(task, whom=choice.strip(" №.").upper())
        case _:
            return replace(task, whom=choice)


def whose(facts: Facts, appeal: Appeal, task: Task, agency: str) -> Task | str:
    """The task of «Не наше» with its agency: back to the ЦУР, or who answers in their opinion; else why not."""
    if agency in (appeal.agency, *appeal.returned):
        return texts_chat.GAVE_IT_BACK.format(agency=agency_name(facts.directory, agency))
    known = agency == CUR or agency in facts.directory.agency_by_code
    return replace(task, whom=agency) if known else texts_panel.NO_CHOICE


def with_promised_day(facts: Facts, appeal: Appeal, task: Task, until: datetime) -> Task | str:
    """The task with its promised day, if it may be promised (R40, R41); else why not."""
    office = facts.office(None)
    day = office.day(until)
    if day < office.day(facts.now):
        return asking.wrong_day(WrongDate(WrongDay.PAST))
    return asking.on_day(facts, appeal, task, day)


def taken_back(facts: Facts, appeal: Appeal, event: PanelActed) -> Decision:
    """Takes words back by «Отменить», as long as they have not left."""
    taken = take_back(facts, appeal, event.whom, event.peer)
    if taken is None:
        return ignore(texts_chat.TOO_LATE)
    return decide_undo(facts, taken, event.whom, event.peer)


def on_alarm(facts: Facts, appeal: Appeal, event: PanelActed) -> Decision:
    """Carries out «Вижу» and the three ends of an alarm, as on its card (R28)."""
    match event.did:
        case Did.SEE:
            return alarms.see(facts, appeal, event.user, event.at)[1]
        case Did.UNREACHED:
            return alarms.not_reached(facts, appeal, event.user)[1]
        case Did.HANDED_OVER:
            return alarms.end(facts, appeal, event.user, Ending.HANDED_OVER)[1]
        case _:
            return alarms.end(facts, appeal, event.user, Ending.FALSE)[1]


def add_note(appeal: Appeal, event: PanelActed) -> Decision:
    """Adds a note for those who have the message; its resident never hears of it."""
    words = clean(event.text)
    if not words:
        return ignore(texts_panel.NO_NOTE)
    if len(words) > LONGEST_NOTE:
        return ignore(texts_panel.LONG_NOTE)
    if len(appeal.remarks) >= REMARKS:
        return ignore(texts_panel.MANY_NOTES)
    kept = replace(appeal, remarks=(*appeal.remarks, Remark(event.at, event.user, words)), version=appeal.version + 1)
    return Decision(appeals=(kept,), audit=(AuditLine(event.user, AuditAction.NOTED, appeal.code),))


def remind_chat(facts: Facts, chat: Chat, appeal: Appeal, at: datetime) -> Decision:
    """A line under the card, in the chat that has it, at most once an hour; the ЦУР reminds, nobody else."""
    refusal = why_not_reminded(chat, appeal)
    if refusal:
        return ignore(refusal)
    assert appeal.chat is not None
    cause = facts.cause("panel_reminder", appeal.chat, f"{appeal.code}.{at:%y%m%d%H}")
    about = title(appeal, facts.directory)
    text = texts_panel.REMINDER.format(title=about, code=appeal.code)
    if broken(appeal, facts.now):
        text = texts_panel.PROMISE_ASKED.format(title=about, code=appeal.code)
    send = Send(appeal.chat, cause, text, Kind.NOTICE, Priority.NOTICE, appeal=appeal.code)
    told = facts.cause("panel_reminded", chat.peer, f"{appeal.code}.{at:%y%m%d%H}")
    line = texts_panel.REMINDED.format(agency=agency_name(facts.directory, appeal.agency), code=appeal.code)
    return Decision(effects=(send, Send(chat.peer, told, line, Kind.NOTICE, Priority.NOTICE, appeal=appeal.code)))


def why_not_reminded(chat: Chat, appeal: Appeal) -> str:
    """Why nobody is reminded of the appeal; "" where somebody is to be."""
    if not coordinates(chat):
        return texts_panel.ONLY_CUR
    return texts_panel.NOBODY_TO_REMIND if appeal.status not in OPEN or appeal.chat in (None, chat.peer) else ""


def broken(appeal: Appeal, now: datetime) -> bool:
    """Whether an answer was promised by a day that is over."""
    promised = appeal.status in (Status.INTERIM, Status.POSTPONED)
    return promised and appeal.deadline is not None and appeal.deadline.overdue(now)

"""A small dialogue with an official is complete: now it is done, or its next question is asked (tasks.py)."""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle import asking, coordinator, incidents, moves
from handlers.lifecycle.answering import (
    AS_WRITTEN,
    NEWS,
    STANDS,
    WHAT,
    OfficialWords,
    held_of,
    hold,
    instead,
    on_its_way,
    others,
    speaks_to_one,
    take_back,
    told_undone,
    without_them,
)
from handlers.lifecycle.routing import chat_at
from handlers.official import approving
from handlers.text import actions, keyboards, texts_answers, texts_chat
from handlers.text.relayed import beginning
from handlers.text.words import day
from handlers.views.cards import agency_name, place_name, topic_name
from handlers.views.joinable import may_share
from handlers.views.possible import MOVES_BY, templates, why_not
from handlers.views.titles import title
from screening.sensitive import mask_personal
from states.cause import as_origin, parse
from states.decision import Decision, ignore
from states.directory import Directory
from states.effects import Edit, Effect, Kind, Priority, Send
from states.events import TimerFired
from states.facts import Facts
from states.lifecycle.answers import EVERYBODY, Beside, Held, Share
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.tasks import WAITING, Ask, Job, Task, missing
from states.lifecycle.templates import Blank, Template
from states.people.chats import CUR, Chat
from states.screen import Colour

WORDS = frozenset(
    {Job.ANSWER, Job.TEMPLATE, Job.ASK, Job.INTERIM, Job.POSTPONE, Job.DECLINE, Job.OUTSIDE, Job.CLOSE, Job.BROADCAST}
)
"""Dialogues that end in words to the resident."""

BESIDE_AN_ANSWER = WORDS - {Job.BROADCAST}
"""Those whose words could contradict an answer that is on its way."""


def go_on(facts: Facts, chat: Chat, appeal: Appeal, task: Task, origin: str, reply_to: int = 0) -> Decision:
    """The next question, or what the dialogue was for; meanwhile the appeal may have gone elsewhere."""
    refusal = why_not(facts, chat, appeal, task.job)
    if refusal:
        return ignore(refusal)
    task = replace(task, about=task.about or facts.about)
    if task.job is Job.ASK and task.about:
        return ignore(texts_chat.ASK_ONE_OF_THEM.format(code=task.about))
    task = share_asked(facts, chat, appeal, beside_asked(facts, chat, appeal, blanks_asked(facts, task)))
    if missing(task) is not None:
        return asking.ask(facts, appeal, task, origin, reply_to)
    if task.job is Job.NOT_OURS and task.due is None:
        return to_be_returned(facts, appeal, task, origin, reply_to)
    free = asking.without_task(facts, appeal, task.peer, task.user)
    if task.job in WORDS:
        return speak(facts, chat, free, task, origin, reply_to)
    return told_there(task, act_on(facts, chat, free, task))


def beside_asked(facts: Facts, chat: Chat, appeal: Appeal, task: Task) -> Task:
    """The task with the question what a second answer is to the one on its way: nobody guesses it, the official says
    so."""
    going, asked = on_its_way(asking.whom_it_meets(facts, appeal, task)), Ask.BESIDE in task.more
    if asked and not task.beside and going is None and appeal.status not in (Status.ANSWERED, Status.CLOSED):
        return replace(task, more=tuple(ask for ask in task.more if ask is not Ask.BESIDE))  # it was taken back
    if asked or going is None or task.job not in BESIDE_AN_ANSWER or missing(task) is not None:
        return task
    return asking_beside(facts, chat, appeal, task)


def asking_beside(facts: Facts, chat: Chat, appeal: Appeal, task: Task) -> Task:
    """The task with its words as the resident would read them, and with the question what they are to the answer that
    there is."""
    template = template_of(facts, task) if task.job is Job.TEMPLATE else None
    words = fill_template(facts, chat, appeal, task, template) if template is not None else task.text
    return replace(task, text=words, more=(*task.more, Ask.BESIDE))


def share_asked(facts: Facts, chat: Chat, appeal: Appeal, task: Task) -> Task:
    """The task with the question whom words are for that speak to one of an incident: nobody guesses it, the official
    says so (R32)."""
    asked, ready = Ask.SHARE in task.more, missing(task) in (None, Ask.SHARE)
    if task.share or not ready or task.job not in WORDS:
        return task
    held = words_of(facts, chat, appeal, task, "")
    unclear = held is not None and not held.only and bool(others(facts, appeal, held)) and bool(speaks_to_one(held))
    if asked == unclear or held is None:
        return task
    if asked:
        return replace(task, more=tuple(ask for ask in task.more if ask is not Ask.SHARE))  # the others are gone
    text = held.text if task.job is Job.TEMPLATE else task.text
    return replace(task, text=text, more=(*task.more, Ask.SHARE))


def only_one(facts: Facts, appeal: Appeal, task: Task) -> str:
    """The value of `Held.only`: whose words were replied to is answered alone where one answer is not for both
    (joinable.py)."""
    member = next(
        (
            candidate
            for candidate in facts.members
            if candidate.code == task.about and candidate.status is Status.MERGED
        ),
        None,
    )
    if member is not None and not may_share(facts.directory, appeal, member):
        return member.code
    match task.share:
        case Share.ALL:
            return EVERYBODY
        case Share.ONE:
            return task.about or appeal.code
        case _:
            going = on_its_way(appeal) if task.beside else None
            return going.only if going is not None and going.only != EVERYBODY else ""


def told_there(task: Task, done: Decision) -> Decision:
    """What was done stands where it was asked, not in one more message (coordinator.py `said`)."""
    if not task.prompt:
        return done
    effects = (
        Edit(effect.peer, effect.cause, task.prompt, effect.text, None, effect.appeal)
        if isinstance(effect, Send) and effect.peer == task.peer and parse(effect.cause).kind == coordinator.DONE
        else effect
        for effect in done.effects
    )
    return replace(done, effects=tuple(effects))


def to_be_returned(facts: Facts, appeal: Appeal, task: Task, origin: str, reply_to: int) -> Decision:
    """Begins «Не наше», which can be taken back as an answer can; `reason` keeps how the appeal stood, for a colleague
    may act."""
    due = facts.now + facts.policy.undo
    task = replace(task, due=due, reason=appeal.status)
    whose = "" if task.whom == CUR else agency_name(facts.directory, task.whom)
    text = texts_chat.will_return(appeal.code, int(facts.policy.undo.total_seconds()), whose)
    stop = keyboards.callback("Отменить", actions.PICK, f"{appeal.code} {Ask.WHOM} {asking.CANCEL}")
    cause = facts.cause("return", task.peer, origin)
    return asking.show_question(facts, appeal, task, cause, text, keyboards.inline((stop,)), reply_to)


def left_alone(facts: Facts, event: TimerFired) -> Decision:
    """The time of a small dialogue is over: what was given back goes, words that may go yet are laid aside, others and
    a question without any are ended (unfinished.py tells of it)."""
    appeal = facts.appeal(event.key)
    if appeal is None or not appeal.tasks:
        return ignore("разговоров уже нет")
    due = next((task for task in appeal.tasks if task.due is not None and task.due <= facts.now), None)
    if due is not None:
        return given_back(facts, appeal, due)
    undecided = next((task for task in appeal.tasks if task.stale(facts.now) and missing(task) is Ask.SHARE), None)
    if undecided is not None and (done := told_its_author(facts, appeal, undecided)).ignored is None:
        return done
    tasks: list[Task] = []
    told: list[Effect] = []
    for task in appeal.tasks:
        chat = chat_at(facts, task.peer)
        if task.stale(facts.now) and task.has_words and chat is not None and not why_not(facts, chat, appeal, task.job):
            aside, effects = lay_aside(facts, appeal, task)
            tasks.append(aside)
            told += effects
        elif not task.stale(facts.now):
            tasks.append(task)
    left = replace(appeal, tasks=tuple(tasks))
    if left.tasks == appeal.tasks:
        return Decision(effects=asking.timer(left))
    return Decision(appeals=(replace(left, version=appeal.version + 1),), effects=(*told, *asking.timer(left)))


def told_its_author(facts: Facts, appeal: Appeal, task: Task) -> Decision:
    """Sends words to the one to whom they speak, since nobody has said for an hour whom they are for (R32)."""
    chat = chat_at(facts, task.peer)
    if chat is None:
        return ignore(texts_chat.TASK_OVER)
    alone, origin = replace(task, share=Share.ONE, at=facts.now), f"alone.{as_origin(task.asked or task.prompt)}"
    done = go_on(facts, chat, appeal, alone, origin, task.cmid)
    left = asking.without_task(facts, appeal, task.peer, task.user)
    return replace(done, effects=(*done.effects, *asking.timer(left)))


def lay_aside(facts: Facts, appeal: Appeal, task: Task) -> tuple[Task, tuple[Effect, ...]]:
    """Lays a dialogue aside: its author hears once that the words did not go, and may send them yet; the question loses
    its buttons."""
    asked, wanted = as_origin(task.asked or task.prompt), missing(task)
    cause = facts.cause("task", task.peer, f"aside.{asked}")
    what, words = WHAT[MOVES_BY.get(task.job, Action.ANSWER)], beginning(task.words)
    text = texts_answers.not_chosen(what, wanted, title(appeal, facts.directory), appeal.code, words)
    keys = keyboards.inline(
        (
            keyboards.callback("Отправить", actions.PICK, f"{appeal.code} {wanted} {asking.GO_ON}", Colour.PRIMARY),
            keyboards.callback("Взять назад", actions.PICK, f"{appeal.code} {wanted} {asking.CANCEL}"),
        )
    )
    said = text if task.cmid else f"{asking.mention(facts, task.user)}, {texts_answers.with_small_letter(text)}"
    told = Send(
        task.peer, cause, said, Kind.NOTICE, Priority.DIALOGUE, keyboard=keys, reply_to=task.cmid or None,
        appeal=appeal.code,
    )  # fmt: skip
    over = facts.cause("closed", task.peer, asked)
    closed = Edit(task.peer, over, task.prompt, texts_chat.closed_question(appeal.code), None, appeal.code)
    return replace(task, prompt=cause, asked="", aside=True), (told, closed)


def given_back(facts: Facts, appeal: Appeal, task: Task) -> Decision:
    """Unless a colleague did something with it meanwhile: then it is theirs after all."""
    free = asking.without_task(facts, appeal, task.peer, task.user)
    again = asking.timer(free)
    chat = chat_at(facts, task.peer)
    if chat is None or task.reason != appeal.status or why_not(facts, chat, appeal, task.job):
        return Decision(appeals=(replace(free, version=appeal.version + 1),), effects=again)
    done = act_on(facts, chat, free, task)
    cause = facts.cause("returned", task.peer, as_origin(task.prompt))
    text = texts_chat.returned(appeal.code, agency_name(facts.directory, done.appeals[0].agency))
    told = Edit(task.peer, cause, task.prompt, text, None, appeal.code)
    return replace(done, effects=(*done.effects, told, *again))


def act_on(facts: Facts, chat: Chat, appeal: Appeal, task: Task) -> Decision:
    """Dialogues that end in a move."""
    match task.job:
        case Job.NOT_OURS if task.whom == CUR:
            return moves.not_ours(facts, chat, appeal, task.user)
        case Job.NOT_OURS:
            return moves.pass_on(facts, chat, appeal, task.user, task.whom)
        case Job.ASSIGN:
            return coordinator.assign_to(facts, appeal, task.user, task.whom)
        case Job.REPEAT:
            return coordinator.mark_repeat(facts, chat, appeal, task.user, task.whom)
        case Job.MERGE if task.whom == asking.ALL:
            return incidents.merge_all(facts, appeal, task.user)
        case Job.MERGE:
            return incidents.merge(facts, appeal, task.user, task.whom)
        case _:
            return coordinator.block_author(facts, chat, appeal, task.user, task.until)


def speak(facts: Facts, chat: Chat, appeal: Appeal, task: Task, origin: str, reply_to: int = 0) -> Decision:
    """Holds the words to the resident, or first shows them to a second person (R39)."""
    held = words_of(facts, chat, appeal, task, origin)
    if held is None:
        return ignore(texts_chat.NOT_THAT)
    return beside(facts, chat, appeal, held, task) if task.beside else leave(facts, chat, appeal, held, reply_to)


def words_of(facts: Facts, chat: Chat, appeal: Appeal, task: Task, origin: str) -> Held | None:
    """What the dialogue says to the resident; None where its canned answer is gone."""
    text, reason = task.text, task.reason
    match task.job:
        case Job.TEMPLATE if not text:
            template = template_of(facts, task)
            if template is None:
                return None
            text = fill_template(facts, chat, appeal, task, template)
        case Job.OUTSIDE:
            reason = task.whom
        case Job.CLOSE:
            text = task.reason
        case _:
            pass
    action = MOVES_BY.get(task.job, NEWS)
    written = action in AS_WRITTEN and task.job is not Job.TEMPLATE
    seen = task.seen if written or not task.seen else f"~{task.seen}"
    said = OfficialWords(task.peer, task.cmid, task.user, origin, text, task.files, task.prompt, seen)
    held = held_of(facts, said, action, task.until, reason)
    return replace(held, beside=task.beside, only=only_one(facts, appeal, task), stopped=task.stopped)


def leave(facts: Facts, chat: Chat, appeal: Appeal, held: Held, reply_to: int) -> Decision:
    """Asks for a second person's approval where the answer needs one; else holds it until it can't be undone."""
    if approving.needs_approval(facts, chat, appeal, held.action):
        return approving.ask(facts, chat, appeal, held)
    return hold(facts, chat, appeal, held, reply_to)


def beside(facts: Facts, chat: Chat, appeal: Appeal, held: Held, task: Task) -> Decision:
    """A second answer, as its author has chosen: in place of the one on its way, which is taken back if it has not
    begun to leave, else as its correction; or beside it."""
    reader = asking.whom_it_meets(facts, appeal, task)
    going = on_its_way(reader)
    if going is not None and task.beside == Beside.REPLACE:
        taken = take_back(facts, reader, going.cause, going.peer)
        if taken is not None:
            told = told_undone(facts, taken, going.cause, going.peer, texts_answers.REPLACED)
            taken = taken.led_by(appeal)
            done = leave(without_them(facts, taken), chat, taken.appeal, replace(held, beside=""), task.cmid)
            return done if done.ignored is not None else instead(taken, done, told)
        if not asking.adds(reader, task):
            return ignore(texts_chat.TOO_LATE)
    there = going is not None or appeal.status in STANDS.get(held.action, ())
    return leave(facts, chat, appeal, replace(held, beside=task.beside if there else ""), task.cmid)


# Canned answers.


def template_of(facts: Facts, task: Task) -> Template | None:
    """The ready answer that the task has chosen; None where the directory does not have it any more."""
    return next((template for template in templates(facts, task.peer) if template.name == task.template), None)


def blanks_asked(facts: Facts, task: Task) -> Task:
    """A chosen template asks for the day and the reason that the bot cannot know."""
    template = template_of(facts, task) if task.job is Job.TEMPLATE else None
    if template is None:
        return task
    asks = {Blank.REASON: Ask.REASON, Blank.DATE: Ask.DAY}
    blanks = tuple(asks[blank] for blank in template.blanks if blank in asks)
    return replace(task, more=(*blanks, *(ask for ask in task.more if ask in WAITING)))


def fill_template(facts: Facts, chat: Chat, appeal: Appeal, task: Task, template: Template) -> str:
    """The canned answer as its resident reads it."""
    date = day(task.until, facts.policy.zone) if task.until else ""
    text = with_values(facts.directory, chat, appeal, template, date, task.reason.rstrip(" ."))
    assert isinstance(text, str), "every place was asked for"
    return text


def template_to_write_on(directory: Directory, chat: Chat, appeal: Appeal, template: Template) -> str:
    """The canned answer to be written on: what the bot cannot know stands as its place."""
    text = with_values(directory, chat, appeal, template, f"{{{Blank.DATE}}}", f"{{{Blank.REASON}}}")
    assert isinstance(text, str), "every place has something"
    return text


def with_values(
    directory: Directory, chat: Chat, appeal: Appeal, template: Template, date: str, reason: str
) -> str | tuple[Blank, ...]:
    """The canned answer with its blanks filled, or the blanks that nothing fills. Of an incident everybody reads the
    same, so nobody's number or address may stand in it (R44); nor may what the card hides from officials (T12)."""
    address = appeal.address.strip()
    if appeal.leads or mask_personal(address) != address:
        address = ""
    if appeal.leads:
        template = template.for_several()
    values = {
        Blank.NUMBER: appeal.code,
        Blank.ADDRESS: address or "из вашего сообщения",
        Blank.TOPIC: topic_name(directory, appeal.topic),
        Blank.PLACE: place_name(directory, appeal.place),
        Blank.AGENCY: agency_name(directory, chat.agency),
        Blank.DATE: date,
        Blank.REASON: reason,
    }
    return template.fill(values)

"""Small dialogues with officials: the next question of a task, its buttons, and what a reply to it means.

A task belongs to one person: nobody else's click or words go on with it, and only a reply to its own question does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zlib import crc32

from handlers.lifecycle.answering import NEWS, on_its_way, sharers, speaks_to_one
from handlers.lifecycle.routing import chat_at
from handlers.text import actions, keyboards, texts_answers, texts_chat
from handlers.text.relayed import beginning, by_name, clean, one_line
from handlers.text.words import date_words
from handlers.views.cards import agency_name
from handlers.views.possible import MOVES_BY, templates
from handlers.views.similar import together_with
from handlers.views.titles import agency_title, title
from screening.answer_kind import other_number
from states.cause import as_origin
from states.decision import Decision
from states.directory import Agency
from states.effects import Edit, Effect, Kind, Priority, Send, StartTimer
from states.facts import Facts
from states.lifecycle.answers import Beside, Held, Share
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.reasons import Decline, Postpone
from states.lifecycle.tasks import ANYWAY, CHANGE, LIFE, WAITING, WRITTEN, Ask, Job, Task, missing
from states.lifecycle.templates import Template
from states.messages import Message
from states.people.chats import CUR
from states.screen import Button, Colour, Keyboard
from states.worktime.dates import WrongDate, WrongDay, parse
from states.worktime.deadlines import TermClock, latest_promise
from states.worktime.schedule import Office

CANCEL = "stop"
GO_ON = "go"
"""«Отправить» under words that were laid aside: what is missing is asked again."""
ALL = "all"
"""Instead of one number: everything that is like it."""

SHOWN = 6
"""Choices on one question; the others are typed."""
TASK_TIMER = "task"
"""Fires for the number of an appeal when its oldest small dialogue was left alone, or can no longer be taken back."""
SECOND = timedelta(seconds=1)
USUAL = {Postpone.MONEY: 30, Postpone.SEASON: 30, Postpone.CONTRACT: 14, Postpone.CHECK: 7, Postpone.OTHERS: 7}
"""Days that a reason usually takes: chosen with it, so that to postpone is one choice; another day is typed."""

DECLINES = {
    Decline.OBSCENE: "Брань или угрозы",
    Decline.UNREADABLE: "Не читается",
    Decline.UNCLEAR: "Непонятно, в чём просьба",
    Decline.NO_PLACE: "Не указано место",
    Decline.SPAM: "Реклама, рассылка",
    Decline.THIRD_PERSON: "Данные другого человека",
    Decline.HATRED: "Призывы к вражде",
    Decline.COURT: "Решено судом",
    Decline.REPEATED: "Уже отвечали",
}
POSTPONES = {
    Postpone.MONEY: "Нет денег в бюджете",
    Postpone.SEASON: "Не сезон",
    Postpone.CONTRACT: "Нужен подрядчик",
    Postpone.CHECK: "Идёт проверка",
    Postpone.OTHERS: "Ждём другие службы",
}
_QUESTIONS: dict[tuple[Job, Ask], str] = {
    (Job.REPLY, Ask.KIND): texts_chat.ASK_KIND,
    (Job.ANSWER, Ask.TEXT): texts_chat.ASK_ANSWER,
    (Job.ASK, Ask.TEXT): texts_chat.ASK_QUESTION,
    (Job.INTERIM, Ask.TEXT): texts_chat.ASK_INTERIM,
    (Job.POSTPONE, Ask.REASON): texts_chat.ASK_POSTPONE,
    (Job.DECLINE, Ask.REASON): texts_chat.ASK_DECLINE,
    (Job.CLOSE, Ask.REASON): texts_chat.ASK_CLOSE,
    (Job.OUTSIDE, Ask.WHOM): texts_chat.ASK_OUTSIDE,
    (Job.NOT_OURS, Ask.WHOM): texts_chat.ASK_NOT_OURS,
    (Job.ASSIGN, Ask.WHOM): texts_chat.ASK_ASSIGN,
    (Job.REPEAT, Ask.NUMBER): texts_chat.ASK_REPEAT,
    (Job.MERGE, Ask.NUMBER): texts_chat.ASK_MERGE,
    (Job.BLOCK, Ask.DAY): texts_chat.ASK_BLOCK_DAY,
    (Job.BROADCAST, Ask.TEXT): texts_chat.ASK_BROADCAST,
    (Job.TEMPLATE, Ask.TEMPLATE): texts_chat.ASK_TEMPLATE,
    (Job.TEMPLATE, Ask.REASON): texts_chat.ASK_REASON,
}


def mention(facts: Facts, user: int) -> str:
    """An official by name where it is known, so that in a busy chat it is clear who is asked."""
    official = facts.officials.get(user)
    return by_name(user, official.name if official else "", "Коллега")


def ask(facts: Facts, appeal: Appeal, task: Task, origin: str, reply_to: int = 0) -> Decision:
    """The task's next question; the task stands in the appeal until it is done or an hour has passed."""
    wanted = missing(task)
    assert wanted is not None, "a finished task asks nothing"
    text, keyboard = question(facts, appeal, task, wanted), choices(facts, appeal, task, wanted)
    return show_question(facts, appeal, task, facts.cause("task", task.peer, origin), text, keyboard, reply_to)


def show_question(
    facts: Facts, appeal: Appeal, task: Task, cause: str, text: str, keyboard: Keyboard, reply_to: int = 0
) -> Decision:
    """Shows the question of a dialogue in its one message: sent first, then edited from question to question."""
    said: Effect = Edit(task.peer, cause, task.prompt, text, keyboard, appeal.code)
    if not task.prompt:
        said = Send(
            task.peer, cause, text, Kind.STATUS, Priority.DIALOGUE, keyboard=keyboard, reply_to=reply_to or None,
            appeal=appeal.code,
        )  # fmt: skip
    task = replace(task, prompt=task.prompt or cause, asked=cause, at=facts.now)
    kept = replace(with_task(facts, appeal, task), version=appeal.version + 1)
    return Decision(appeals=(kept,), effects=(said, *timer(kept)))


def timer(appeal: Appeal) -> tuple[StartTimer, ...]:
    """The timer of the small dialogue of this appeal that ends first; none where none ends by time."""
    ends = [task.due or task.at + LIFE + SECOND for task in appeal.tasks if not task.aside]
    return (StartTimer(TASK_TIMER, appeal.code, appeal.resident, min(ends)),) if ends else ()


def with_task(facts: Facts, appeal: Appeal, task: Task) -> Appeal:
    """The appeal with this small dialogue in place of any other that this official has in this chat."""
    others = without_task(facts, appeal, task.peer, task.user).tasks
    return replace(appeal, tasks=(*others, task))


def without_task(facts: Facts, appeal: Appeal, peer: int, user: int) -> Appeal:
    """The appeal without this person's dialogue, and without those that nobody went on with and that hold no words."""
    others = (task for task in appeal.tasks if not task.of(peer, user))
    return replace(appeal, tasks=tuple(task for task in others if task.has_words or not task.stale(facts.now)))


def task_of(facts: Facts, appeal: Appeal, peer: int, user: int) -> Task | None:
    """The dialogue of this person whose question was replied to or pressed."""
    for task in appeal.tasks:
        if task.of(peer, user) and is_of(facts, task) and not task.stale(facts.now):
            return task
    return None


def waiting_words(appeal: Appeal, peer: int, user: int) -> Task | None:
    """What this person has written, until he says what it is to an answer that is on its way, to whom it goes, or that
    it goes whatever its resident has added."""
    return next((task for task in appeal.tasks if task.of(peer, user) and missing(task) in WAITING), None)


def is_of(facts: Facts, task: Task) -> bool:
    """Whether the message that was replied to or pressed is this dialogue's."""
    return bool(facts.replied) and facts.replied in (task.prompt, task.asked)


def not_asked(facts: Facts, appeal: Appeal, peer: int, user: int) -> str:
    """Why this person cannot go on with that question: it is a colleague's, or nobody's any more."""
    others = any(is_of(facts, task) and not task.of(peer, user) for task in appeal.tasks)
    return texts_chat.ASKED_OTHER if others else texts_chat.TASK_OVER


def is_question(facts: Facts) -> bool:
    """Whether the message replied to is a question to some official."""
    return "|task|" in facts.replied


def question(facts: Facts, appeal: Appeal, task: Task, wanted: Ask) -> str:
    """The text of what a task asks next."""
    text = _QUESTIONS.get((task.job, wanted), texts_chat.ASK_DAY)
    if wanted is Ask.KIND and (other := other_number(task.text, appeal.code)):
        text = f"{texts_chat.OTHER_NUMBER.format(other=other)} {text}"
    if wanted is Ask.BESIDE:
        return of_two(facts, appeal, task)
    if wanted is Ask.SHARE:
        return to_whom(facts, appeal, task)
    if wanted is Ask.ADDED:
        words, named = beginning(task.words), title(appeal, facts.directory)
        return texts_answers.write_anew(mention(facts, task.user), words, named, appeal.code)
    until = date_words(facts.office(None).day(task.until)) if task.until else ""
    latest = date_words(latest_day(facts, appeal, task.job))
    return text.format(who=mention(facts, task.user), code=appeal.code, day=until, latest=latest)


def of_two(facts: Facts, appeal: Appeal, task: Task) -> str:
    """What becomes of an answer where one is on its way already, or has arrived since."""
    reader, who = whom_it_meets(facts, appeal, task), mention(facts, task.user)
    going, named = on_its_way(reader), title(reader, facts.directory)
    may_add = adds(reader, task)
    if going is None:
        return texts_answers.arrived(who, named, reader.code, may_add=may_add)
    by = "" if (going.peer, going.actor) == (task.peer, task.user) else written_by(facts, going, task.peer)
    return texts_answers.on_its_way(who, by, named, reader.code, may_add=may_add)


def written_by(facts: Facts, going: Held, peer: int) -> str:
    """A colleague of this chat by name; of another chat only whose it is."""
    if going.peer == peer:
        return mention(facts, going.actor)
    chat = chat_at(facts, going.peer)
    return agency_title(facts.directory, chat.agency if chat is not None else None)


def to_whom(facts: Facts, appeal: Appeal, task: Task) -> str:
    """What in the words speaks to one, and how many would read them (R32)."""
    author, who = author_of(facts, appeal, task), mention(facts, task.user)
    people = readers(facts, appeal, task)
    return texts_answers.to_all_or_one(who, told_by(task), people, title(author, facts.directory), author.code)


def readers(facts: Facts, appeal: Appeal, task: Task) -> int:
    """How many read the words of a task where they leave to all."""
    return len(sharers(facts, appeal, beside=bool(task.beside))) + 1


def told_by(task: Task) -> tuple[str, ...]:
    """By what words of a task speak to one of several."""
    action = MOVES_BY.get(task.job, NEWS)
    text = task.reason if task.job is Job.CLOSE else task.text
    return speaks_to_one(Held("", action, task.user, task.at, text=text, files=task.files, reason=task.reason))


def author_of(facts: Facts, appeal: Appeal, task: Task) -> Appeal:
    """The appeal whose author's words were replied to: one of an incident, or the one that leads it."""
    return next((member for member in facts.members if member.code == task.about), appeal)


def whom_it_meets(facts: Facts, appeal: Appeal, task: Task) -> Appeal:
    """The appeal whose author may have an answer on its way beside these words: who leads an incident and all in it, or
    who has joined and is answered alone (R32)."""
    author = author_of(facts, appeal, task)
    return author if on_its_way(appeal) is None and on_its_way(author) is not None else appeal


def adds(appeal: Appeal, task: Task) -> bool:
    """Whether it can stand beside the other answer: a refusal or a question can only stand in its place."""
    going = on_its_way(appeal)
    return task.job in (Job.ANSWER, Job.TEMPLATE) and (going is None or going.action == Action.ANSWER)


def latest_day(facts: Facts, appeal: Appeal, job: Job) -> date:
    """The last day that may be promised (R40, R41); a block may last a year."""
    clocks = facts.clocks(appeal)
    if job is Job.BLOCK:
        return facts.office(None).day(facts.now + timedelta(days=365))
    clock = TermClock.POSTPONED if job is Job.POSTPONE else TermClock.AFTER_INTERIM
    return latest_promise(clock, clocks.terms, clocks.office, facts.now)


# Buttons.


def choices(facts: Facts, appeal: Appeal, task: Task, wanted: Ask) -> Keyboard:
    """The buttons of what a task asks next, and «Отмена»."""

    def pick(label: str, choice: str, colour: Colour = Colour.SECONDARY) -> Button:
        return keyboards.callback(label, actions.PICK, f"{appeal.code} {wanted} {choice}", colour)

    found = [pick(label, choice) for label, choice in offered(facts, appeal, task, wanted)]
    stop = "Не отправлять" if task.has_words else "Отмена"
    beside = 1 if task.job is Job.POSTPONE and wanted is Ask.REASON else 2
    rows = [tuple(found[at : at + beside]) for at in range(0, len(found), beside)]
    return keyboards.inline(*rows, (pick(stop, CANCEL),))


def offered(facts: Facts, appeal: Appeal, task: Task, wanted: Ask) -> list[tuple[str, str]]:
    """(label, choice) for a question; nothing where words are needed."""
    match wanted:
        case Ask.KIND:
            return [("Окончательный", Job.ANSWER), ("Промежуточный", Job.INTERIM), ("Вопрос жителю", Job.ASK)]
        case Ask.TEMPLATE:
            return [(template.name, digest(template)) for template in templates(facts, task.peer)[: SHOWN + 2]]
        case Ask.REASON if task.job is Job.DECLINE:
            return [(label, code) for code, label in DECLINES.items()]
        case Ask.REASON if task.job is Job.POSTPONE:
            return postpones(facts, appeal)
        case Ask.DAY:
            return days(facts, appeal, task.job)
        case Ask.WHOM:
            return whom(facts, appeal, task.job)
        case Ask.NUMBER if task.job is Job.MERGE:
            return to_merge(facts, appeal)
        case Ask.BESIDE:
            return besides(whom_it_meets(facts, appeal, task), task)
        case Ask.ADDED:
            return choices_after_addition(task)
        case Ask.SHARE:
            people = readers(facts, appeal, task)
            return [(texts_answers.to_all(people), Share.ALL), (texts_answers.SHARED[Share.ONE], Share.ONE)]
        case _:
            return []


def in_the_panel(appeal: Appeal, task: Task) -> list[tuple[str, str]]:
    """(label, choice) for words that wait: no more than the page can say without the facts."""
    if missing(task) is Ask.SHARE:
        return [(label, how) for how, label in texts_answers.SHARED.items()]
    if missing(task) is Ask.ADDED:
        return choices_after_addition(task)[:1]  # «Не отправлять» makes a draft of them there
    return besides(appeal, task)


def besides(appeal: Appeal, task: Task) -> list[tuple[str, str]]:
    """The label and the value of each choice: replace the earlier answer or, where that is allowed, add to it."""
    return [("Заменить", Beside.REPLACE), *([("Дополнить", Beside.ADD)] if adds(appeal, task) else [])]


def choices_after_addition(task: Task) -> list[tuple[str, str]]:
    """What becomes of words that its resident has added something to."""
    if task.added == CHANGE:
        return [(texts_answers.AS_BEFORE, ANYWAY)]
    return [(texts_answers.ANYWAY, ANYWAY), (texts_answers.CHANGE, CHANGE)]


def to_merge(facts: Facts, appeal: Appeal) -> list[tuple[str, str]]:
    """All that are like it at once, or one of them; another number is typed."""
    found = together_with(facts, appeal)
    every = [(f"Похожие: {len(found)}", ALL)] if len(found) > 1 else []
    return [*every, *((title(appeal, facts.directory), appeal.code) for appeal in found[:SHOWN])]


def postpones(facts: Facts, appeal: Appeal) -> list[tuple[str, str]]:
    """Reasons, each with the day it usually takes: a working one, and one that may be promised (R41)."""
    office, latest = facts.clocks(appeal).office, latest_day(facts, appeal, Job.POSTPONE)
    today = office.day(facts.now)
    found = []
    for reason, label in POSTPONES.items():
        wanted = (office.open_day(today + timedelta(days=count)) for count in range(USUAL[reason], 0, -1))
        may = [(f"{label}, до {date_words(day)}", f"{reason}.{day.isoformat()}") for day in wanted if day <= latest]
        found += may[:1]
    return found


def days(facts: Facts, appeal: Appeal, job: Job) -> list[tuple[str, str]]:
    """The days to choose from, in words and as ISO dates; of an agency only days on which it works: nobody can keep
    another one."""
    today, latest = facts.office(None).day(facts.now), latest_day(facts, appeal, job)
    office, calendar = facts.clocks(appeal).office, facts.policy.calendar
    if job in (Job.POSTPONE, Job.BLOCK):
        wanted = [today + timedelta(days=count) for count in (1, 7, 14, 30)]
    else:
        wanted = [calendar.add_working_days(today, count) for count in (1, 2, 3, 5, 7)]
    if job is not Job.BLOCK:
        wanted = [office.open_day(day) for day in wanted]
    return [(date_words(fromkey), fromkey.isoformat()) for fromkey in dict.fromkeys(wanted) if fromkey <= latest]


def whom(facts: Facts, appeal: Appeal, job: Job) -> list[tuple[str, str]]:
    """The choices (label, code) of who is meant: organisations outside for OUTSIDE; likely agencies and «Не знаю» for
    «Не наше»; else likely agencies that have a chat."""
    if job is Job.OUTSIDE:
        return [(outside.name, outside.code) for outside in facts.directory.outside[: SHOWN + 2]]
    agencies = likely(facts, appeal)
    if job is Job.NOT_OURS:
        return [*((agency.short, agency.code) for agency in agencies[:SHOWN]), ("Не знаю", CUR)]
    return [(agency.short, agency.code) for agency in agencies if facts.chat_of(agency.code) is not None][:SHOWN]


def likely(facts: Facts, appeal: Appeal) -> tuple[Agency, ...]:
    """Agencies that the directory names for this and like topics, without the holder, the one complained of (R38) and
    those that gave it back.

    What the resident has opened again may go back to those who answered: they come first.
    """
    again = appeal.status is Status.REOPENED
    topics = (appeal.topic, *facts.find.topics(appeal.text, 4))
    named = [facts.directory.agency_for(topic, appeal.place) for topic in topics]
    if again:
        named.insert(0, facts.directory.agency_by_code.get(appeal.agency or ""))
    never = {*appeal.returned, *(() if again else (appeal.agency,))}
    return tuple(dict.fromkeys(agency for agency in named if agency is not None and agency.code not in never))


def digest(template: Template) -> str:
    """A button names the text that was seen: another one under its name must not leave by it."""
    return f"{crc32(f'{template.name}|{template.text}'.encode()):08x}"


def given_up(facts: Facts, appeal: Appeal, task: Task) -> Decision:
    """Ends a dialogue by «Отмена» or «Не отправлять»: the question says so and has no buttons any more."""
    dropped = replace(without_task(facts, appeal, task.peer, task.user), version=appeal.version + 1)
    text = texts_chat.NOT_SENT if task.has_words else texts_chat.NOT_DONE
    cause = facts.cause("given_up", task.peer, as_origin(task.asked or task.prompt))
    return Decision(
        appeals=(dropped,),
        effects=(Edit(task.peer, cause, task.prompt, text.format(code=appeal.code), None, appeal.code),),
    )


# What was picked or typed.


def take_choice(facts: Facts, appeal: Appeal, task: Task, choice: str) -> Task | str:
    """The task with this choice of a button, or why it cannot be taken."""
    wanted = missing(task)
    if wanted is None or choice not in {known for _, known in offered(facts, appeal, task, wanted)}:
        return texts_chat.NOT_THAT
    match wanted:
        case Ask.KIND:
            return replace(task, job=Job(choice))
        case Ask.BESIDE:
            return replace(task, beside=choice)
        case Ask.SHARE:
            return replace(task, share=choice)
        case Ask.ADDED if choice == CHANGE and task.job not in WRITTEN:  # chosen by buttons, and chosen anew
            return Task(task.peer, task.user, task.job, facts.now, task.prompt, asked=task.asked, stopped=task.stopped)
        case Ask.ADDED:
            return replace(task, added=choice)
        case Ask.TEMPLATE:
            named = [template.name for template in templates(facts, task.peer) if digest(template) == choice]
            return replace(task, template=named[0])
        case Ask.REASON if task.job is Job.POSTPONE:
            reason, _, day = choice.partition(".")
            return on_day(facts, appeal, replace(task, reason=reason), date.fromisoformat(day))
        case Ask.REASON:
            return replace(task, reason=choice)
        case Ask.DAY:
            return on_day(facts, appeal, task, date.fromisoformat(choice))
        case _:
            return replace(task, whom=choice)


def take_typed_words(facts: Facts, appeal: Appeal, task: Task, message: Message) -> Task | str:
    """The task with what an official typed in reply to its question, or what is wrong with it."""
    text = clean(message.text)
    match missing(task):
        case Ask.TEXT if sendable(message):
            files = bool(message.attachments)
            return replace(task, text=text, cmid=message.cmid, files=files, seen=message.digest)
        case Ask.ADDED if sendable(message):
            files = bool(message.attachments)
            said = replace(task, text=text, cmid=message.cmid, files=files, seen=message.digest)
            return replace(said, added=ANYWAY)
        case Ask.TEXT | Ask.ADDED:
            return texts_chat.NOTHING_TO_SEND
        case Ask.REASON if task.job is Job.POSTPONE and ":" in text:
            return dated_reason(facts, appeal, task, message, text)
        case Ask.REASON if task.job is not Job.DECLINE:
            return (
                replace(task, reason=one_line(text, 500), cmid=message.cmid, seen=message.digest)
                if text
                else texts_chat.WORDS_NEEDED
            )
        case Ask.DAY:
            return typed_day(facts, appeal, task, text)
        case Ask.WHOM:
            return typed_whom(facts, appeal, task, text)
        case Ask.NUMBER:
            return replace(task, whom=text.strip(" №.").upper())
        case Ask.SHARE:
            how = typed_share(text)
            return replace(task, share=how) if how else texts_chat.NOT_THAT
        case Ask.TEMPLATE:
            named = [
                template for template in templates(facts, task.peer) if template.name.casefold() == text.casefold()
            ]
            return replace(task, template=named[0].name) if named else texts_chat.NOT_THAT
        case _:
            return texts_chat.NOT_THAT


def typed_share(text: str) -> str:
    """The share that «всем» or «только автору» names; empty for other words."""
    said = text.strip(" .!").casefold()
    return next((how.value for how, label in texts_answers.SHARED.items() if label.casefold() == said), "")


def dated_reason(facts: Facts, appeal: Appeal, task: Task, message: Message, text: str) -> Task | str:
    """The task with day and reason of «до 5 декабря: ждём кран»; where no day stands before the colon it is a reason
    like any other."""
    head, _, tail = text.partition(":")
    day = parse(head, facts.office(None).day(facts.now), facts.policy.calendar)
    if isinstance(day, WrongDate) and day.why is not WrongDay.NOT_A_DATE:
        return wrong_day(day)
    reason = one_line(text if isinstance(day, WrongDate) else tail, 500)
    if not reason:
        return texts_chat.WORDS_NEEDED
    said = replace(task, reason=reason, cmid=message.cmid, seen=message.digest)
    return said if isinstance(day, WrongDate) else on_day(facts, appeal, said, day)


PASSABLE = {"photo", "doc", "audio_message", "graffiti"}
"""What can be uploaded anew for the resident (vk-api.md §8.1); other kinds only by a public reference."""


def sendable(message: Message) -> bool:
    """Whether anything of it can reach the resident."""
    passable = any(attachment.kind in PASSABLE or attachment.reference for attachment in message.attachments)
    return bool(clean(message.text)) or passable


def typed_day(facts: Facts, appeal: Appeal, task: Task, text: str) -> Task | str:
    """The task with the day that was typed («завтра», «5 мая»), or a sentence with what is wrong."""
    day = parse(text, facts.office(None).day(facts.now), facts.policy.calendar)
    return wrong_day(day) if isinstance(day, WrongDate) else on_day(facts, appeal, task, day)


def on_day(facts: Facts, appeal: Appeal, task: Task, day: date) -> Task | str:
    """The task with the end of work on that day, if it may be promised (R40, R41), else why not. A block lasts all day,
    and so do works that a canned answer names: they are no term of the agency."""
    latest, office = latest_day(facts, appeal, task.job), facts.clocks(appeal).office
    if day > latest:
        return wrong_day(WrongDate(WrongDay.TOO_FAR, day, latest))
    if task.job in (Job.BLOCK, Job.TEMPLATE):
        return replace(task, until=datetime.combine(day, time(23, 59, 59), facts.policy.zone))
    until, today = office.end_of(day, facts.now), office.day(facts.now)
    ends = office.day(until)
    return replace(task, until=until) if ends == day or today < ends < day else at_rest(office, day, facts.now)


def at_rest(office: Office, day: date, now: datetime) -> str:
    """What is said of a day on which nobody works («до субботы», said on a Friday): it must become neither today nor,
    unsaid, a later day."""
    following = date_words(office.open_day(max(day, office.day(now)) + timedelta(days=1)))
    if office.works(day):
        return texts_chat.DATE_OVER.format(when=following)
    return texts_chat.DATE_AT_REST.format(day=date_words(day), when=following)


def wrong_day(wrong: WrongDate) -> str:
    """What the official reads of a day that cannot be taken: there is none such, it is over, or too far ahead."""
    match wrong.why:
        case WrongDay.NO_SUCH_DAY:
            return texts_chat.DATE_NO_SUCH_DAY
        case WrongDay.PAST:
            return texts_chat.DATE_PAST
        case WrongDay.TOO_FAR if wrong.latest is not None:
            return texts_chat.DATE_TOO_FAR.format(latest=date_words(wrong.latest))
        case _:
            return texts_chat.DATE_NOT_A_DATE


def typed_whom(facts: Facts, appeal: Appeal, task: Task, text: str) -> Task | str:
    """The task with the agency, or the outside body, that the words name; a sentence where they name none or several,
    or the one that gave it back."""
    if not text:
        return texts_chat.NOT_THAT
    if task.job is Job.OUTSIDE:
        known = [outside for outside in facts.directory.outside if text.casefold() in outside.name.casefold()]
        return replace(task, whom=known[0].code) if len(known) == 1 else texts_chat.NOT_THAT
    agencies = agencies_named(facts, text)
    if task.job is Job.NOT_OURS and len(agencies) == 1 and agencies[0].code in (appeal.agency, *appeal.returned):
        return texts_chat.GAVE_IT_BACK.format(agency=agencies[0].name)
    if len(agencies) == 1:
        return replace(task, whom=agencies[0].code)
    return texts_chat.ASSIGN_UNKNOWN.format(names=names_of(facts, agencies))


def agencies_named(facts: Facts, named: str) -> tuple[Agency, ...]:
    """By code, by exact name, else by search; more than one is asked about, never chosen."""
    by_code = facts.directory.agency_by_code
    wanted = " ".join(named.split()).casefold()
    if wanted in by_code:
        return (by_code[wanted],)
    exact = tuple(
        agency for agency in facts.directory.agencies if wanted in (agency.name.casefold(), agency.short.casefold())
    )
    return exact or tuple(by_code[code] for code in facts.find.search_agencies(named, 5) if code in by_code)


def names_of(facts: Facts, agencies: tuple[Agency, ...]) -> str:
    """The names of the first five of these agencies, for a sentence that asks which one."""
    return ", ".join(agency_name(facts.directory, agency.code) for agency in agencies[:5]) or "ничего похожего"

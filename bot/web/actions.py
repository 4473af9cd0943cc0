"""What may be done with one message, as forms: the same actions, in the same order, as under its card in the chat.

It must never offer what the chat would not (handlers/views/possible.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.web.outgoing_files import TAKE
from handlers.lifecycle.answering import on_its_way
from handlers.lifecycle.asking import DECLINES, POSTPONES, besides
from handlers.official.completing import BESIDE_AN_ANSWER, template_to_write_on
from handlers.text import actions, texts_danger
from handlers.text.words import plural
from handlers.views.card_buttons import AFTER_ANSWER, LABELS, all_after_first, first_buttons
from handlers.views.possible import JOBS, templates, why_not
from states.directory import Directory
from states.events import Did
from states.facts import CommunityPolicy
from states.lifecycle.alerts import Alert
from states.lifecycle.answers import Beside
from states.lifecycle.appeal import OPEN, Appeal, Status
from states.lifecycle.tasks import Job, Task
from states.people.chats import Chat
from states.people.who_may import coordinates, holds

Choices = tuple[tuple[str, str], ...]
IN_SIGHT = 4
"""Buttons beside each other; the others stand under «Ещё»."""
ELSEWHERE = frozenset({actions.CONTACT, actions.WHO, actions.TEMPLATES})
"""Buttons of a card that the page shows in its own way."""
AT_ONCE = {actions.ACCEPT: Did.ACCEPT, actions.SEPARATE: Did.SEPARATE}
OF_DRAFT = {actions.APPROVE: Did.APPROVE, actions.SEND_BACK: Did.SEND_BACK}

SPOKEN_TO_RESIDENT = frozenset(Did(job.value) for job in BESIDE_AN_ANSWER)

BESIDES: dict[str, str] = {Beside.ADD: "дополнит его", Beside.REPLACE: "заменит его"}


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """As much of the facts as says what is possible."""

    policy: CommunityPolicy
    directory: Directory
    chats: Mapping[str, Chat]
    members: tuple[Appeal, ...] = ()
    """Nobody: the page shows the words of an incident by itself."""


@dataclass(frozen=True, slots=True)
class Form:
    """A button, and what it asks for first; without anything asked it acts at once. `whom` is said along, `none` is a
    choice too, `optional` are the fields that may stay empty. `besides`: an answer is on its way, and what the new
    words may be to it. `ready`: canned answers to be written on. `searched`: the choice is an agency of many, and its
    name is typed. `speaks`: its resident reads it."""

    did: Did
    name: str
    send: str = ""
    words: str = ""
    choice: str = ""
    choices: Choices = ()
    none: str = ""
    number: str = ""
    day: str = ""
    optional: tuple[str, ...] = ()
    whom: str = ""
    note: str = ""
    key: str = ""
    longest: int = 3500
    besides: Choices = ()
    ready: Choices = ()
    searched: bool = False

    def name_of_choice(self, whom: str) -> str:
        """The name of a choice; what was typed instead of one."""
        return dict(self.choices).get(whom, whom)

    @property
    def speaks(self) -> bool:
        """Whether the act speaks to the resident."""
        return self.did in SPOKEN_TO_RESIDENT

    @property
    def with_files(self) -> bool:
        """Whether files may be attached to this form: only what is one of TAKE."""
        return self.did in TAKE

    @property
    def at_once(self) -> bool:
        """Whether one press is enough: the form asks for no words, choice, number or day."""
        return not (self.words or self.choice or self.number or self.day)


def forms(known: ActionFacts, chat: Chat, appeal: Appeal) -> list[Form]:
    """The first ones stand in sight, a note among them. An alarm has its own and nothing else until it has ended."""
    if appeal.alarming:
        return [*of_alarm(appeal), note()]
    names = dict.fromkeys((*first_buttons(known, chat, appeal), *all_after_first(known, chat, appeal)))
    shown = (form(known, chat, appeal, name) for name in names if name not in ELSEWHERE)
    more = list(beyond_the_card(known, chat, appeal))
    remind = [action_form for action_form in more if action_form.did is Did.REMIND]
    found = [
        *remind,
        *(action_form for action_form in shown if action_form is not None),
        *(action_form for action_form in more if action_form not in remind),
    ]
    return [*found[: IN_SIGHT - 1], note(), *found[IN_SIGHT - 1 :]]


def of_alarm(appeal: Appeal) -> list[Form]:
    """The forms of a message whose alarm is not over: only what ends or answers the alarm."""
    return [Form(Did(did), name) for did, name in alarm_acts(appeal.alert)]


def alarm_acts(alert: Alert | None) -> Choices:
    """First «Вижу», then the three ends (R28)."""
    if alert is None or alert.seen_at is None:
        return ((Did.SEE.value, texts_danger.SEE),)
    return (
        (Did.HANDED_OVER.value, texts_danger.HANDED),
        (Did.FALSE_ALARM.value, texts_danger.FALSE),
        (Did.UNREACHED.value, texts_danger.UNREACHED),
    )


def note() -> Form:
    """The form of a note for colleagues."""
    return Form(
        Did.NOTE, "Заметка", "Сохранить заметку", words="Заметка для коллег", key="n", longest=1000,
        note="Видят ЦУР и ведомство, у которого сообщение. Житель её не увидит.",
    )  # fmt: skip


def beyond_the_card(known: ActionFacts, chat: Chat, appeal: Appeal) -> Iterator[Form]:
    """What in the chat is a word or stands elsewhere."""
    if not coordinates(chat):
        return
    if appeal.status in OPEN and appeal.chat not in (None, chat.peer):
        yield Form(Did.REMIND, "Напомнить")
    if not why_not(known, chat, appeal, Job.BROADCAST):
        yield Form(Did.BROADCAST, "Сказать всем", "Отправить всем", words="Новость всем жителям происшествия")
    yield Form(Did.UNBLOCK, "Снять блокировку автора")


def form(known: ActionFacts, chat: Chat, appeal: Appeal, action: str) -> Form | None:
    """The form of a button of the card."""
    name, _ = LABELS[action]
    if appeal.status in (Status.ANSWERED, Status.CLOSED):
        name = AFTER_ANSWER.get(action, name)
    if action in AT_ONCE:
        return Form(AT_ONCE[action], name)
    if action in OF_DRAFT:
        return Form(OF_DRAFT[action], name, whom=str(appeal.approval.number)) if appeal.approval is not None else None
    if action == actions.CLOSE and appeal.status is Status.ANSWERED:
        return Form(Did.CLOSE, name)
    asked = asking(known, chat, JOBS[action])
    if asked is None:
        return None
    ready = ready_answers(known, chat, appeal) if asked.did is Did.ANSWER else ()
    return replace(asked, name=name, besides=besides_of(appeal, JOBS[action]), ready=ready)


def ready_answers(known: ActionFacts, chat: Chat, appeal: Appeal) -> Choices:
    """The canned answers of this chat's agency as (name, text filled in for this message)."""
    return tuple(
        (template.name, template_to_write_on(known.directory, chat, appeal, template))
        for template in templates(known, chat.peer)
    )


def besides_of(appeal: Appeal, job: Job) -> Choices:
    """What words of this kind may be to the answer on its way; nothing where none is, or they contradict none."""
    if on_its_way(appeal) is None or job not in BESIDE_AN_ANSWER:
        return ()
    found = besides(appeal, Task(0, 0, job, appeal.created_at))
    return tuple((str(how), BESIDES[how]) for _, how in reversed(found))


def asking(known: ActionFacts, chat: Chat, job: Job) -> Form | None:
    """The form of what a small dialogue of the chat asks for, all at once; None where the panel has none."""
    agencies = tuple((agency.code, agency.short) for agency in known.directory.agencies)
    held = f"Уйдёт через {seconds(known)}, до этого можно отменить."
    match job:
        case Job.ANSWER:
            return Form(Did.ANSWER, "", "Отправить ответ", words="Ответ жителю", note=held, key="r")
        case Job.ASK:
            return Form(Did.ASK, "", "Спросить жителя", words="Вопрос жителю", note=held)
        case Job.INTERIM:
            return Form(Did.INTERIM, "", "Отправить", words="Что уже сделано", day="Когда будет ответ", note=held)
        case Job.POSTPONE:
            reasons = tuple((code.value, label) for code, label in POSTPONES.items())
            return Form(
                Did.POSTPONE, "", "Отложить", words="Или своими словами", choice="Причина", choices=reasons,
                none="своими словами", day="До какого дня", optional=("words",), note=held,
            )  # fmt: skip
        case Job.DECLINE:
            reasons = tuple((code.value, label) for code, label in DECLINES.items())
            return Form(Did.DECLINE, "", "Отклонить", choice="Причина, её прочитает житель", choices=reasons, note=held)
        case Job.OUTSIDE:
            others = tuple((outside.code, outside.name) for outside in known.directory.outside)
            return Form(Did.OUTSIDE, "", "Дать контакты", choice="Кто отвечает", choices=others, note=held)
        case Job.NOT_OURS:
            nobody = "не знаю, решит ЦУР"
            return Form(
                Did.NOT_OURS, "", "Вернуть", choice="Чьё это", choices=agencies, none=nobody, note=held, searched=True
            )  # fmt: skip
        case Job.CLOSE:
            return Form(Did.CLOSE, "", "Закрыть без ответа", words="Причина, её прочитает житель", note=held)
        case Job.ASSIGN:
            return Form(Did.ASSIGN, "", "Направить", choice="Кому", choices=agencies, searched=True)
        case Job.REPEAT:
            return Form(Did.REPEAT, "", "Это повтор", number="Номер прежнего сообщения этого жителя")
        case Job.MERGE:
            return Form(Did.MERGE, "", "Объединить", number="С каким номером")
        case Job.BLOCK:
            return Form(Did.BLOCK, "", "Заблокировать", day="До какого дня не принимать новых сообщений автора")
        case _:
            return None


def seconds(known: ActionFacts) -> str:
    """The time in which an answer can be undone, in words."""
    return plural(int(known.policy.undo.total_seconds()), "секунду", "секунды", "секунд")


def may_undo(chat: Chat | None, appeal: Appeal, peer: int) -> bool:
    """Whether words on their way, said in the name of the chat `peer`, are this chat's to take back (T3)."""
    return chat is not None and peer == chat.peer and (holds(chat, appeal) or coordinates(chat))

"""What officials do in a chat, in one line each: press, reply, go on with a small dialogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.decide import decide
from states.cause import Cause
from states.decision import Decision
from states.directory import Outside
from states.effects import SOURCE_TIMER, AnswerButton, Edit, StartTimer
from states.events import TimerFired
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.tasks import Job, Task
from states.lifecycle.templates import Template
from states.messages import Attachment
from states.people.chats import Chat
from states.people.officials import Official, Standing
from tests.handlers.given import ANNA, BORIS, OFFICIAL, ROADS_CHAT, appeal, facts, of, pushed, replied, roads
from tests.small import COMMUNITY, NOW, REGION

CODE = "1124-AAAA"
OTHER, COLLEAGUE = "1124-BBBB", 5002
PROMPT = str(Cause(COMMUNITY, "task", ROADS_CHAT, "9"))
PHOTO_OF = (Attachment("photo"),)
OUTSIDE = (Outside("rail", "Железная дорога", "8 800 000-00-00"), Outside("house", "Управляющая компания", "в чеке"))
CANNED = (
    Template("Почистим", "По адресу {адрес} почистят {дата}."),
    Template("Не сейчас", "Сейчас нельзя: {причина}. №{номер}, {тема}, {округ}, {орган}."),
)
RICH = replace(
    REGION,
    outside=OUTSIDE,
    agencies=tuple(
        replace(agency, templates=CANNED) if agency.code == "roads" else agency for agency in REGION.agencies
    ),
)
"""The small region with canned answers of the roads ministry and contacts of others."""

STRICT = replace(RICH, agencies=tuple(replace(agency, approval=agency.code == "roads") for agency in RICH.agencies))
"""Where a second person looks at the answers of the roads ministry (R39)."""


def works(user: int, name: str = "", peer: int = ROADS_CHAT, **more: Any) -> Official:
    return Official(peer, user, more.pop("standing", Standing.WORKS), NOW, name=name, **more)


TEAM = {OFFICIAL: works(OFFICIAL, "Ольга"), COLLEAGUE: works(COLLEAGUE, "Иван")}


def member(code: str = OTHER, resident: int = BORIS, **more: Any) -> Appeal:
    """An appeal of another resident that waits for the answer to Anna's (R32)."""
    known = {"status": Status.MERGED, "incident": CODE, "chat": None, "card": "", "source": 9, "address": "ул. Мира, 5"}
    return appeal(code=code, resident=resident, **known | more)


def press(
    action: str, value: str | None = None, held: Appeal | None = None, *, chat: Chat | None = None,
    user: int = OFFICIAL, **more: Any,
) -> Decision:  # fmt: skip
    held, chat = held or appeal(), chat or roads()
    known = {"directory": RICH, "appeals": (held,)} | more
    event = pushed(action, held.code if value is None else value, peer=chat.peer, user=user, at=known.get("now", NOW))
    return decide(facts(chat=chat, linked=held, **known), event)


def say(
    text: str, held: Appeal | None = None, *, chat: Chat | None = None, user: int = OFFICIAL,
    files: tuple[Attachment, ...] = (), cmid: int = 20, **more: Any,
) -> Decision:  # fmt: skip
    held, chat = held or appeal(), chat or roads()
    known = {"directory": RICH, "appeals": (held,)} | more
    event = replied(text, cmid, peer=chat.peer, author=user, attachments=files, at=known.get("now", NOW))
    return decide(facts(chat=chat, linked=held, **known), event)


def snack(decision: Decision) -> str:
    (stopped,) = of(AnswerButton, decision)
    return str(stopped.text)


def busy(job: Job, held: Appeal | None = None, *, user: int = OFFICIAL, peer: int = ROADS_CHAT, **more: Any) -> Appeal:
    """An appeal with a small dialogue of this official, whose last question was `PROMPT`."""
    held = held or appeal()
    task = Task(peer, user, job, more.pop("at", NOW), prompt=more.pop("prompt", PROMPT), **more)
    return replace(held, tasks=(*held.tasks, task))


def pick(choice: str, held: Appeal, *, user: int = OFFICIAL, replied: str = PROMPT, **more: Any) -> Decision:
    """A button under the question; `choice` as «day 2026-12-01»."""
    return press("pick", f"{held.code} {choice}", held, user=user, replied=replied, **more)


def tell(text: str, held: Appeal, *, replied: str = PROMPT, **more: Any) -> Decision:
    """Typed in reply to the question."""
    return say(text, held, replied=replied, **more)


def given_back(begun: Decision, **more: Any) -> Decision:
    """«Не наше» was said and nobody took it back: its half minute is over."""
    at = NOW + timedelta(seconds=31)
    known = {"directory": RICH, "appeals": (the(begun),), "now": at} | more
    return decide(facts(**known), TimerFired("task", CODE, ANNA, at))


def edits(decision: Decision, target: str = PROMPT) -> list[Edit]:
    """What this message of the bot becomes."""
    return [one for one in of(Edit, decision) if one.target == target]


def the(decision: Decision, code: str = CODE) -> Appeal:
    """The one changed appeal of that number."""
    (found,) = (one for one in decision.appeals if one.code == code)
    return found


def task_of(decision: Decision, code: str = CODE) -> Task:
    (task,) = the(decision, code).tasks
    return task


def look(decision: Decision) -> StartTimer:
    """When the official's message is read again."""
    (timer,) = [one for one in of(StartTimer, decision) if one.name == SOURCE_TIMER]
    return timer

"""What the resident sees of what is kept: own data in counts, erasure, publication (R9, R12, R13)."""

from __future__ import annotations

from datetime import datetime

from handlers.text import actions, keyboards, texts_personal
from handlers.text.keyboards import HELP, button, under
from handlers.text.words import day, plural
from states.dialogue import Dialogue
from states.facts import Facts
from states.lifecycle.appeal import OPEN
from states.lifecycle.rights import Ground, due
from states.screen import Colour, Keyboard, Screen


def data(dialogue: Dialogue, facts: Facts) -> Screen:
    """«Мои данные»: what is kept, in counts, and what may be done with it."""
    files = sum(len(piece.attachments) for appeal in facts.appeals for piece in appeal.pieces)
    kept = [
        texts_personal.PROFILE,
        texts_personal.consent(dialogue.consent == facts.policy.consent_hash),
        texts_personal.appeals(
            plural(len(facts.appeals), "сообщение", "сообщения", "сообщений"),
            plural(files, "файл", "файла", "файлов"),
        ),
    ]
    if not dialogue.draft.empty:
        kept.append(texts_personal.DRAFT)
    if facts.policy.publish:
        kept.append(texts_personal.publication(facts.publishes))
    if dialogue.is_blocked(facts.now) and dialogue.blocked_until is not None:
        kept.append(texts_personal.blocked(day(dialogue.blocked_until, facts.policy.zone)))
    text = texts_personal.data(kept)
    if facts.erasure is not None:
        text += f"\n\n{texts_personal.erasure_asked(day(facts.erasure.due_at, facts.policy.zone))}"
    return Screen(text, under(*data_buttons(facts), (keyboards.BACK, HELP)))


def data_buttons(facts: Facts) -> tuple[keyboards.Row, ...]:
    """The buttons of «Мои данные»; publication is offered only where the region publishes."""
    publish = (
        button("Отозвать разрешение", actions.UNPUBLISH)
        if facts.publishes
        else button("Разрешить публикацию", actions.PUBLISH)
    )
    rows: list[keyboards.Row] = [(button("Прислать мне всё", actions.EXPORT, colour=Colour.PRIMARY),)]
    if facts.policy.publish:
        rows.append((publish,))
    return (*rows, (button("Удалить мои данные", actions.ERASE, colour=Colour.NEGATIVE),))


def erasure(facts: Facts) -> Screen:
    """The question whether to erase everything, with what will happen and by when (R12, R13)."""
    count = sum(appeal.status in OPEN for appeal in facts.appeals)
    open_ones = plural(count, "открытое сообщение", "открытых сообщения", "открытых сообщений") if count else ""
    text = texts_personal.confirm_erasure(day(due_at(facts), facts.policy.zone), open_ones)
    yes = button("Да, удалить", actions.ERASE_YES, stamp(facts.now), Colour.NEGATIVE)
    return Screen(text, under((yes,), (keyboards.BACK,)))


def due_at(facts: Facts) -> datetime:
    """The moment by which all must be gone when consent is withdrawn (R13)."""
    policy = facts.policy
    return due(Ground.WITHDRAWN, facts.now, policy.zone, policy.calendar.is_working, policy.erasure)


def stamp(now: datetime) -> str:
    """The minute in which «Да, удалить» was offered: one of another day, pressed by mistake, must delete nothing."""
    return str(int(now.timestamp()) // 60)


def publication(facts: Facts) -> Screen:
    """A message of its own with its own two buttons (R9)."""
    yes = button("Разрешаю публикацию", actions.PUBLISH_YES)
    no = button("Не разрешаю", actions.PUBLISH_NO)
    return Screen(facts.policy.publish, Keyboard(((yes, no),)))

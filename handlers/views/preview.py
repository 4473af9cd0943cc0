"""The preview: all that will be sent, what to think of before it is, and who will get it (R19, R20, R29).

A warning stops nothing and loses nothing: what is sent is what was written.
"""

from __future__ import annotations

from handlers.text import actions, texts, texts_parts
from handlers.text.keyboards import CANCEL, button, under
from handlers.text.relayed import one_line
from handlers.text.words import plural
from handlers.views.addressee import addressee
from handlers.views.doors import filled
from handlers.views.titles import agency_title, inside_sentence, place_title, topic_title
from screening.obscene import obscene
from screening.sensitive import find_personal, kinds_in_words
from states.dialogue import Draft
from states.facts import Facts
from states.screen import Colour, Screen

TEXT_LIMIT = 1500

PART = 40
"""Letters of a part that is named: all of it stands above."""


def preview(draft: Draft, facts: Facts) -> Screen:
    """What will be sent, to whom, with what to think of first, and the buttons to send or change it."""
    directory = facts.directory
    at = ", ".join(filter(None, (place_title(directory, draft.place), draft.address or "без адреса")))
    lines = [
        f"Проверьте: {inside_sentence(topic_title(directory, draft.topic))}",
        at,
        "",
        one_line(draft.text, TEXT_LIMIT),
        "",
    ]
    if draft.files:
        lines.append(f"Приложено: {plural(draft.files, 'файл', 'файла', 'файлов')}")
    lines.append(receiver(draft, facts))
    if draft.door and (told := filled(draft, facts)):
        lines.append(told)
    lines += [f"\n{warning}" for warning in before_sending(draft, facts)]
    rows = [(button("Отправить", actions.SEND, draft.mark, Colour.POSITIVE),)]
    if draft.offered_apart:
        lines.append(f"\n{texts_parts.perhaps([one_line(part.rstrip(' ,.;:'), PART) for part in draft.offered_apart])}")
        rows.append((button(texts_parts.EACH, actions.EACH),))
    return Screen("\n".join(lines), under(*rows, (button("Изменить", actions.CHANGE), CANCEL)))


def receiver(draft: Draft, facts: Facts) -> str:
    """The line that says who reads it first, and why where that is not who answers (R35)."""
    first = addressee(facts, draft.pieces, draft.named or agency_of(draft, facts))
    if first.agency:
        return texts.WILL_ANSWER.format(agency=agency_title(facts.directory, first.agency))
    return f"{first.words[:1].upper()}{first.words[1:]}."


def agency_of(draft: Draft, facts: Facts) -> str | None:
    """The agency that the directory names for this draft."""
    if draft.topic is None:
        return None
    agency = facts.directory.agency_for(draft.topic, draft.place)
    return agency.code if agency else None


def before_sending(draft: Draft, facts: Facts) -> list[str]:
    """What is said under the preview, where all of it can still be changed."""
    lines = []
    personal = {finding.kind for finding in find_personal(f"{draft.text}\n{draft.address}")}
    if personal:
        lines.append(texts.personal_numbers(kinds_in_words(personal)))
    topic = facts.directory.topic_by_code.get(draft.topic or "")
    if topic is not None and topic.health:
        lines.append(texts.HEALTH)
    if obscene(draft.text):
        lines.append(texts.OBSCENE)
    return lines

"""What the agency sees of an appeal: the card and its buttons. No profile and no phone stands on it (R21)."""

from __future__ import annotations

from typing import assert_never

from handlers import actions, keyboards
from handlers.relayed import one_line, relayed
from states.appeal import Appeal, Piece, Status
from states.directory import Directory
from states.effects import Source
from states.screen import Colour, Keyboard

ADDRESS_LIMIT = 300
FORWARDS = 100
"""VK forwards at most so many messages at once (vk-api.md §4.1)."""


def status_words(status: Status) -> str:
    match status:
        case Status.WAITING:
            return "в центре управления регионом"
        case Status.ROUTED:
            return "передано, ждёт ответа"
        case Status.IN_WORK:
            return "в работе"
        case Status.APPROVAL:
            return "ответ на согласовании"
        case Status.ASKED:
            return "ждёт уточнения от жителя"
        case Status.INTERIM:
            return "дан промежуточный ответ"
        case Status.POSTPONED:
            return "отложено"
        case Status.REPEAT:
            return "повтор, ждёт ответа"
        case Status.MERGED:
            return "рассматривается вместе с другими"
        case Status.ANSWERED:
            return "есть ответ"
        case Status.REOPENED:
            return "житель пишет, что не решено"
        case Status.CLOSED:
            return "закрыто"
        case Status.DECLINED:
            return "отклонено"
        case Status.OUTSIDE:
            return "отвечают другие, контакты даны"
        case Status.WITHDRAWN:
            return "отозвано"
        case _:
            assert_never(status)


def place_name(directory: Directory, code: str | None) -> str:
    place = directory.place_by_code.get(code) if code else None
    return place.name if place else "не указано"


def topic_name(directory: Directory, code: str | None) -> str:
    topic = directory.topic_by_code.get(code) if code else None
    return topic.name if topic else "не указана"


def agency_name(directory: Directory, code: str | None) -> str:
    agency = directory.agency_by_code.get(code) if code else None
    return agency.name if agency else "Центр управления регионом"


def card(appeal: Appeal, directory: Directory, reason: str = "") -> str:
    """The text of a card, always with its present state."""
    lines = [f"Сообщение №{appeal.code}"]
    if reason:
        lines.append(reason)
    lines += [
        f"Тема: {topic_name(directory, appeal.topic)}",
        f"Где: {place_name(directory, appeal.place)}",
        f"Адрес: {one_line(relayed(appeal.address), ADDRESS_LIMIT) or 'житель не знает точного адреса'}",
    ]
    if appeal.chosen_by_resident:
        lines.append(f"Житель сам выбрал, кому написать: {agency_name(directory, appeal.agency)}")
    lines.append(f"Состояние: {status_words(appeal.status)}")
    return "\n".join(lines)


def card_keyboard(appeal: Appeal, *, cur: bool) -> Keyboard | None:
    """«Принять» and «Не наше», as far as the state allows them. The ЦУР cannot return to itself."""
    if appeal.status not in (Status.WAITING, Status.ROUTED, Status.IN_WORK):
        return None
    row = []
    if appeal.status is not Status.IN_WORK:
        row.append(keyboards.callback("Принять", actions.ACCEPT, appeal.code, Colour.POSITIVE))
    if not cur:
        row.append(keyboards.callback("Не наше", actions.NOT_OURS, appeal.code))
    return keyboards.inline(tuple(row)) if row else None


def anonymous(appeal: Appeal, directory: Directory) -> bool:
    """Whether the agency must not see who wrote: by topic or by agency (design.md §12)."""
    topic = directory.topic_by_code.get(appeal.topic)
    agency = directory.agency_by_code.get(appeal.agency) if appeal.agency else None
    return bool((topic and topic.anonymous_card) or (agency and agency.anonymous_card))


def words_of(pieces: tuple[Piece, ...]) -> str:
    """The resident's own words and points on the map, harmless, for where the originals cannot be shown."""
    lines = [relayed(piece.text) for piece in pieces if piece.text.strip()]
    points = [piece.location for piece in pieces if piece.location is not None]
    lines += [f"Точка на карте: {point.latitude:.6f}, {point.longitude:.6f}" for point in points]
    return "\n".join(lines)


def originals(appeal: Appeal, *, hidden: bool) -> tuple[Source | None, Source | None]:
    """(messages to forward, messages whose files are copied). A reworded one must not show its old text."""
    kept = [piece for piece in appeal.pieces if not piece.reworded]
    shown = () if hidden else tuple(piece.cmid for piece in kept)[:FORWARDS]
    copied = tuple(piece.cmid for piece in appeal.pieces if piece.attachments and (hidden or piece.reworded))
    return (
        Source(appeal.resident, shown) if shown else None,
        Source(appeal.resident, copied) if copied else None,
    )

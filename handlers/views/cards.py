"""What the agency sees of an appeal: the card and its buttons. No profile and no phone stands on it (R21)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from handlers.text import texts_chat
from handlers.text.parts import with_words
from handlers.text.relayed import SPACES, in_chat, make_harmless, one_line
from handlers.text.words import day, may_be_counted, plural
from handlers.views import titles
from states.directory import Directory
from states.effects import Source
from states.facts import Facts
from states.lifecycle.appeal import Appeal, Piece, Status
from states.messages import Attachment
from states.people.chats import DUTY
from states.worktime.deadlines import TermClock

ADDRESS_LIMIT = 300
FORWARDS = 100
"""VK forwards at most so many messages at once (vk-api.md §4.1)."""


def status_words(status: Status) -> str:
    """The state as officials read it in lists and files, in small letters."""
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
    """The full name of the municipality; «не указано» without one."""
    place = directory.place_by_code.get(code) if code else None
    return place.name if place else "не указано"


def topic_name(directory: Directory, code: str | None) -> str:
    """The topic's name; «не указана» without one."""
    topic = directory.topic_by_code.get(code) if code else None
    return topic.name if topic else "не указана"


def agency_name(directory: Directory, code: str | None) -> str:
    """The full name of the agency; the ЦУР's for any code that the directory does not have."""
    if code == DUTY:
        return "Дежурные ЦУР"
    agency = directory.agency_by_code.get(code) if code else None
    return agency.name if agency else "Центр управления регионом"


def card(appeal: Appeal, facts: Facts) -> str:
    """The text of a card, always with its present state and term. Lists of chats show its first words: what, where,
    until when; the number stands last, alone in its line: by it bot/delivery/verify_delivery.py knows a card again."""
    head, deadline = titles.title(appeal, facts.directory), appeal.deadline
    if deadline is not None and deadline.clock in titles.HOURS:
        head = f"{head} · {titles.until(deadline.due_at, facts.policy.zone)}"
    lines = [head]
    if appeal.why:
        lines.append(appeal.why)
    if appeal.urgent:
        lines.append("Срочно: речь может идти об опасности.")
    if appeal.was_at:
        lines.append(texts_chat.corrected_line(appeal.was_at, titles.place_and_address(appeal, facts.directory)))
    if not appeal.address:
        lines.append("Точного адреса житель не знает.")
    elif len(appeal.address) > titles.ADDRESS_LIMIT:
        lines.append(f"Адрес: {one_line(in_chat(appeal.address), ADDRESS_LIMIT)}")
    if appeal.chosen_by_resident:
        lines.append(f"Житель сам выбрал, кому написать: {agency_name(facts.directory, appeal.agency)}")
    lines += [*bound_up(appeal, facts), f"Состояние: {status_words(appeal.status)}"]
    if (term := term_of(appeal, facts)) is not None:
        lines.append(term)
    return "\n".join([*lines, f"№{appeal.code}"])


def left_card(appeal: Appeal, facts: Facts, *, again: bool) -> str:
    """The card in a chat that the appeal has left; `again`: it is in this chat still, on a card of its own below."""
    where = f"Передано: {agency_name(facts.directory, appeal.agency)}"
    if appeal.status is Status.MERGED:
        where = f"Рассматривается вместе с №{appeal.incident}"
    elif again:
        where = "Новая карточка ниже"
    elif appeal.status in (Status.WAITING, Status.REOPENED):
        where = "Теперь в центре управления регионом"
    return "\n".join([titles.without_address(appeal, facts.directory), where, f"№{appeal.code}"])


def bound_up(appeal: Appeal, facts: Facts) -> list[str]:
    """What else it is bound up with: a repeat, an incident, how often it came back."""
    lines = []
    if appeal.repeat_of:
        lines.append(f"Повтор сообщения №{appeal.repeat_of}")
    others = sum(member.incident == appeal.code and member.status is Status.MERGED for member in facts.members)
    if appeal.leads and others:
        count = f"Вместе с ним: {plural(others, 'сообщение', 'сообщения', 'сообщений')} о том же"
        lines.append(count if may_be_counted(others + 1) else "О том же написали и другие")
    if appeal.not_shown and (unread := unread_members(appeal, facts.members)):
        lines.append(texts_chat.unread_members_line(len(unread)))
    if appeal.reopened:
        lines.append(f"Житель возвращал: {plural(appeal.reopened, 'раз', 'раза', 'раз')}")
    if appeal.rating:
        lines.append(f"Оценка жителя: {appeal.rating} из 5")
    return lines


def unread_members(lead: Appeal, members: Sequence[Appeal]) -> tuple[Appeal, ...]:
    """The members of an incident whose words its chat has not seen, answered meanwhile or not. Who left it, or took his
    words back, is none of them any more (I4)."""
    theirs = {
        member.code: member
        for member in members
        if lead.leads and member.incident == lead.code and member.chat in (None, lead.chat)
        and member.status is not Status.WITHDRAWN
    }  # fmt: skip
    return tuple(theirs[code] for code in lead.not_shown if code in theirs)


def term_of(appeal: Appeal, facts: Facts) -> str | None:
    """What is waited for until which day (R45); the term of working hours stands in the head."""
    deadline = appeal.deadline
    if deadline is None:
        return None
    zone = facts.policy.zone
    match deadline.clock:
        case TermClock.ROUTE | TermClock.FIRST_ANSWER:
            return None
        case TermClock.AFTER_INTERIM:
            return f"Обещали окончательный ответ: не позднее {day(deadline.due_at, zone)}"
        case TermClock.POSTPONED:
            return f"Отложено до: {day(deadline.due_at, zone)}"
        case TermClock.QUESTION:
            return f"Ждём ответа жителя до: {day(deadline.due_at, zone)}"
        case _:
            assert_never(deadline.clock)


def anonymous(appeal: Appeal, directory: Directory) -> bool:
    """Whether the agency must not see who wrote: by topic or by agency (design.md §12)."""
    topic = directory.topic_by_code.get(appeal.topic)
    agency = directory.agency_by_code.get(appeal.agency) if appeal.agency else None
    return bool((topic and topic.anonymous_card) or (agency and agency.anonymous_card))


def words_of(pieces: tuple[Piece, ...]) -> str:
    """The resident's own words and points on the map, harmless and without numbers of documents and phones (T12)."""
    lines = [in_chat(piece.text) for piece in pieces if piece.text.strip()]
    points = [piece.location for piece in pieces if piece.location is not None]
    lines += [f"Точка на карте: {point.latitude:.6f}, {point.longitude:.6f}" for point in points]
    return "\n".join(lines)


AS_IT_IS = frozenset(
    {"photo", "video", "video_message", "audio", "audio_message", "graffiti", "sticker", "story", "gift"}
)
"""What VK itself has made of a file. Documents are looked into first, links and posts are other people's words."""


def unshown(piece: Piece) -> bool:
    """Whether the original must not be forwarded: it shows what the card does not say, or brings what a chat should not
    open unseen (T1, T2, T11, T12). Its words are said by the bot, its files copied."""
    words = piece.location.name if piece.location is not None else ""
    said = piece.reworded or in_chat(piece.text) != piece.text or make_harmless(words) != words
    return said or not all(plain(file) for file in piece.attachments)


def plain(file: Attachment) -> bool:
    """Whether a chat may see this file as the resident has sent it."""
    return file.kind in AS_IT_IS and make_harmless(file.title) == file.title.strip(SPACES)


def originals(appeal: Appeal, *, hidden: bool) -> tuple[Source | None, Source | None]:
    """(messages to forward, messages whose files are copied). An unshown one must not show its text."""
    shown = () if hidden else tuple(piece.cmid for piece in appeal.pieces if not unshown(piece))[:FORWARDS]
    copied = tuple(piece.cmid for piece in appeal.pieces if piece.attachments and (hidden or unshown(piece)))
    return (
        Source(appeal.resident, shown) if shown else None,
        Source(appeal.resident, copied) if copied else None,
    )


def with_own_words(text: str, appeal: Appeal, *, hidden: bool) -> tuple[str, str]:
    """(text, fallback): the words of those messages that are not forwarded stand in the text, those of the others are
    added where VK refuses the forward. None stand twice."""
    forward, _ = originals(appeal, hidden=hidden)
    shown = tuple(piece for piece in appeal.pieces if forward is not None and piece.cmid in forward.cmids)
    unseen = words_of(tuple(piece for piece in appeal.pieces if piece not in shown))
    return with_words(f"{text}\n\n{unseen}" if unseen else text, words_of(shown))

"""The card of an alarm: what was said and when, where, what people have done. Never a name, a profile, a forward (R21).

It must fit into one message, for it is edited with each word that is added.
"""

from __future__ import annotations

from datetime import datetime

from handlers.text import actions, keyboards, texts_danger
from handlers.text.keyboards import Row, callback
from handlers.text.parts import LIMIT, units
from handlers.text.relayed import in_chat, one_line
from handlers.text.words import clock
from handlers.views.titles import ADDRESS_LIMIT, brief, place_title, title
from states.directory import Directory
from states.facts import Facts
from states.lifecycle.alerts import Alert, Ending
from states.lifecycle.appeal import Appeal, Piece, Status
from states.screen import Colour, Keyboard

WORDS_LIMIT = 700
"""Letters shown of one message; the whole stands in the panel."""


def of_alarm(appeal: Appeal) -> bool:
    """Whether its card is that of an alarm: once that has ended, an appeal that is opened again has a usual card. No
    clock is asked: one that was set back had taken the words off the card (F23)."""
    return appeal.alert is not None and (appeal.alert.ended_at is None or not appeal.reopened)


def text_of(appeal: Appeal, facts: Facts) -> str:
    """Head, words, place, what people did, number last and alone in its line (bot/delivery/verify_delivery.py)."""
    alert = appeal.alert
    assert alert is not None, "of_alarm was asked"
    zone, emergency = facts.policy.zone, facts.directory.emergency
    head = texts_danger.BEGUN.format(at=clock(alert.told_at, zone))
    last = [where_words(appeal, facts.directory), texts_danger.SHOWN_112.format(emergency=emergency)]
    withdrawn = [texts_danger.WITHDRAWN] if appeal.status is Status.WITHDRAWN else []
    last += [*done_lines(facts, alert), *withdrawn, f"№{appeal.code}"]
    return with_words(head, words_lines(appeal, facts), "\n".join(last))


def with_words(head: str, words: list[str], last: str) -> str:
    """The first words and as many of the newest as fit."""
    kept = list(words)
    while len(kept) > 2 and units("\n".join([head, *kept, last])) > LIMIT:
        del kept[1]
    return "\n".join([head, *kept, last])


def words_lines(appeal: Appeal, facts: Facts) -> list[str]:
    """Each message under the time at which it was written."""
    at = {said.cmid: said.at for said in appeal.alert.said} if appeal.alert is not None else {}
    lines = []
    for number, piece in enumerate(appeal.pieces):
        words = f"«{words_of_piece(piece)}»"
        when = clock(at[piece.cmid], facts.policy.zone) if piece.cmid in at else ""
        lines.append(f"{texts_danger.ADDED_AT.format(at=when)} {words}" if number and when else words)
    return lines


def words_of_piece(piece: Piece) -> str:
    """Harmless and without numbers (T12); a point on the map is said where."""
    point = piece.location
    shown = f"точка на карте {point.latitude:.6f}, {point.longitude:.6f}" if point is not None else ""
    said = one_line(in_chat(piece.text), WORDS_LIMIT) if piece.text.strip() else ""
    return "; ".join(filter(None, (said, shown))) or texts_danger.ONLY_FILES


def where_words(appeal: Appeal, directory: Directory) -> str:
    """The line with the place and the address; a sentence where neither is known."""
    at = ", ".join(filter(None, (place_title(directory, appeal.place), brief(appeal.address))))
    return texts_danger.WHERE.format(where=one_line(at, 2 * ADDRESS_LIMIT)) if at else texts_danger.NOWHERE


def done_lines(facts: Facts, alert: Alert) -> list[str]:
    """What people have done, in the order of time; how 112 is told, until somebody has."""
    zone, emergency = facts.policy.zone, facts.directory.emergency
    told: list[tuple[datetime, str]] = []
    if alert.seen_at is not None:
        who = officer(facts, alert.seen_by)
        told.append((alert.seen_at, texts_danger.SEEN_BY.format(who=who, at=clock(alert.seen_at, zone))))
    if alert.unreached_at is not None:
        line = texts_danger.UNREACHED_BY.format(
            at=clock(alert.unreached_at, zone), who=officer(facts, alert.unreached_by), emergency=emergency
        )
        told.append((alert.unreached_at, line))
    if alert.safe_at is not None:
        told.append((alert.safe_at, texts_danger.SAFE_AT.format(at=clock(alert.safe_at, zone))))
    if alert.ended_at is not None:
        who, at = officer(facts, alert.ended_by), clock(alert.ended_at, zone)
        line = (texts_danger.HANDED_BY if alert.ending is Ending.HANDED_OVER else texts_danger.FALSE_BY).format(
            emergency=emergency, who=who, at=at
        )
        told.append((alert.ended_at, line))
    lines = [line for _, line in sorted(told, key=lambda pair: pair[0])]
    how = facts.directory.duty.handover
    if how and alert.ended_at is None:
        lines.append(texts_danger.HANDOVER.format(how=how))
    return lines


def officer(facts: Facts, user: int) -> str:
    """The officer's name by the directory, else by the chat, else «сотрудник ЦУР»."""
    known = facts.officials.get(user)
    return facts.directory.duty.name_of(user) or (known.name if known is not None else "") or "сотрудник ЦУР"


def keyboard_of(appeal: Appeal) -> Keyboard | None:
    """First «Вижу», then the three ends; of an ended one nothing."""
    alert, code = appeal.alert, appeal.code
    if alert is None or not appeal.alarming:
        return None
    rows: list[Row] = [(callback(texts_danger.SEE, actions.SEE, code, Colour.PRIMARY),)]
    if alert.seen_at is not None:
        rows = [
            (callback(texts_danger.HANDED, actions.HANDED_OVER, code, Colour.POSITIVE),),
            (
                callback(texts_danger.FALSE, actions.FALSE_ALARM, code),
                callback(texts_danger.UNREACHED, actions.UNREACHED, code),
            ),
        ]
    shows = [callback(texts_danger.PROFILE, actions.CONTACT, code)]
    if any(file.kind != "sticker" for piece in appeal.pieces for file in piece.attachments):
        shows.append(callback(texts_danger.PHOTOS, actions.PHOTOS, code))
    return keyboards.inline(*rows, tuple(shows))


def short_line(appeal: Appeal, facts: Facts) -> str:
    """The line of one of several alarms in the message that calls the chat again."""
    alert = appeal.alert
    at = clock(alert.told_at, facts.policy.zone) if alert is not None else ""
    what = title(appeal, facts.directory) if appeal.topic or appeal.place or appeal.address else ""
    return texts_danger.waits_for(what, at, appeal.code)

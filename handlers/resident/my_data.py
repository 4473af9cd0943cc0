"""A resident's own data: seen, sent, published or not, erased. Works in any state, before consent too (R9, R12, R13).

It erases nothing itself: a request goes to storage, and what is open is withdrawn first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from handlers.lifecycle import withdrawing
from handlers.lifecycle.withdrawing import Withdrawn
from handlers.resident import drafting
from handlers.text import actions, keyboards, texts, texts_personal
from handlers.text.words import day
from handlers.views.personal import due_at, stamp
from handlers.views.screens import show
from handlers.views.titles import title_with_number
from handlers.views.turn import Turn
from states.audit import AuditAction, AuditLine
from states.decision import Consent, Decision, ignore
from states.dialogue import AskingPublication, ConfirmingErasure, Dialogue, ShowingData, Step
from states.effects import DATA, Effect
from states.lifecycle.appeal import OPEN, Appeal
from states.lifecycle.rights import ErasureRequest
from states.messages import Command

BEFORE_CONSENT = frozenset({actions.DATA, actions.EXPORT, actions.ERASE, actions.ERASE_YES})
"""What may be asked for without a consent (R12)."""

OFFER_LIVES = 24 * 60
"""Minutes in which «Да, удалить» may be pressed."""

LEAVING = {actions.BACK, actions.HELP}


def handle_press(turn: Turn, command: Command) -> Decision:
    """Carries out a press of one of the buttons of «Мои данные», wherever the dialogue is."""
    match command.action:
        case actions.DATA:
            return show_data(turn, ShowingData())
        case actions.EXPORT:
            return export(turn)
        case actions.ERASE:
            return erase(turn)
        case actions.ERASE_YES:
            return forget(turn, command.value)
        case actions.PUBLISH if turn.facts.policy.publish and not turn.facts.publishes:
            return turn.shows(AskingPublication(turn.facts.policy.publish_hash))
        case actions.PUBLISH_YES | actions.PUBLISH_NO if publication_shown(turn):
            return record_publication(turn, given=command.action == actions.PUBLISH_YES)
        case actions.UNPUBLISH if turn.facts.publishes:
            return record_publication(turn, given=False)
        case _:
            return show_data(turn, ShowingData(), texts.STALE)


def publication_shown(turn: Turn) -> bool:
    """Whether the present text of that consent is what was asked: nobody agrees to words that came after (R9, T26)."""
    step = turn.dialogue.step
    return isinstance(step, AskingPublication) and step.shown in ("", turn.facts.policy.publish_hash)


def show_data(turn: Turn, step: Step, note: str = "", effects: tuple[Effect, ...] = ()) -> Decision:
    """Show it. Before consent beside the dialogue: the words that wait in VK must not be forgotten (design.md §12)."""
    if turn.has_consented:
        return turn.shows(step, None, note, effects)
    screen = show(step, turn.dialogue, turn.facts)
    rows = screen.keyboard.rows if screen.keyboard else ()
    kept = (tuple(button for button in row if button.command.action not in LEAVING) for row in rows)
    text = f"{note}\n\n{screen.text}" if note else screen.text
    return Decision(effects=(*effects, turn.says(text, keyboards.inline(*kept))))


def export(turn: Turn) -> Decision:
    """Everything at once, as a file that is made when it is sent (R12)."""
    file = replace(turn.says(texts_personal.EXPORTED), cause=turn.cause("data"), document=DATA)
    audit = AuditLine(turn.peer, AuditAction.EXPORTED, str(turn.peer))
    return replace(show_data(turn, ShowingData(), effects=(file,)), audit=(audit,))


def erase(turn: Turn) -> Decision:
    """Asks once whether everything is to be erased (R12); asked for again, it says when it will be done."""
    return show_data(turn, ShowingData() if turn.facts.erasure is not None else ConfirmingErasure())


def forget(turn: Turn, offered: str) -> Decision:
    """Confirmed: what is open is withdrawn, no answer leaves any more, the dialogue begins anew, and storage does the
    rest by the due date, or when a consent is given again.

    Storage writes the line of audit together with the request. A block stays: it must not be escaped so.
    """
    if turn.facts.erasure is not None or not fresh(turn, offered):
        return erase(turn)
    until = due_at(turn.facts)
    ended = end(turn, until, texts_personal.erasure_taken)
    return replace(ended, erasure=ErasureRequest(turn.peer, turn.facts.now, until, cut=turn.cmid))


def end_by_request(turn: Turn) -> Decision:
    """The same where the request came by letter, or in another community of the operator. Whoever has never written
    here hears nothing."""
    request = turn.facts.erasure
    if request is None:
        return ignore("удаление уже выполнено")
    if turn.facts.dialogue is None:
        return ignore("разговора нет")
    return end(turn, request.due_at, texts_personal.erasure_asked_elsewhere)


def end(turn: Turn, until: datetime, said: Callable[[str, Sequence[str], str], str]) -> Decision:
    """Withdraws all appeals of this resident, ends the dialogue and the consent, and says which were open."""
    facts, policy = turn.facts, turn.facts.policy
    ended = [end_appeal(turn, appeal) for appeal in facts.appeals]
    named = [title_with_number(appeal, facts.directory) for appeal in facts.appeals if appeal.status in OPEN]
    sent = texts.already_sent(sum(withdrawn.sent for withdrawn in ended))
    told = turn.says(said(day(until, policy.zone), named, sent))
    no_more = Consent(turn.peer, False, policy.consent_hash, facts.now, turn.cmid) if turn.has_consented else None
    return Decision(
        dialogue=Dialogue(
            turn.peer, touched_at=facts.now, blocked_until=turn.dialogue.blocked_until, language=turn.dialogue.language
        ),
        appeals=tuple({appeal.code: appeal for withdrawn in ended for appeal in withdrawn.appeals}.values()),
        history=tuple(line for withdrawn in ended for line in withdrawn.history),
        effects=(*drafting.cancel_timers(turn), *(effect for withdrawn in ended for effect in withdrawn.effects), told),
        consent=no_more,
    )


def end_appeal(turn: Turn, appeal: Appeal) -> Withdrawn:
    """An open one is withdrawn; to one that is closed a correction may be on its way (T18)."""
    if appeal.status in OPEN:
        return withdrawing.withdraw(turn, appeal, forgotten=True)
    return withdrawing.silence(turn, appeal)


def fresh(turn: Turn, offered: str) -> bool:
    """Whether «Да, удалить» was offered lately."""
    if not (offered.isascii() and offered.isdigit() and len(offered) < 12):
        return False
    return 0 <= int(stamp(turn.facts.now)) - int(offered) <= OFFER_LIVES


def record_publication(turn: Turn, *, given: bool) -> Decision:
    """The separate consent, recorded as the other one is (R8, R9)."""
    policy = turn.facts.policy
    record = Consent(turn.peer, given, policy.publish_hash, turn.facts.now, turn.cmid)
    note = texts_personal.PUBLISHED if given else texts_personal.NOT_PUBLISHED
    if turn.facts.publishes and not given:
        note = texts_personal.UNPUBLISHED
    now = replace(turn, facts=replace(turn.facts, publishes=given))
    return replace(now.shows(ShowingData(), None, note), consent=record)

"""What officials do at once, without words to be undone: taking to work, giving back, passing on, closing.

Each tells the resident once (R36), and the card shows the true state afterwards.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle.acting import act
from handlers.lifecycle.routing import Routed, current, join_effects, left_behind, route, to_cur
from handlers.text import texts, texts_chat, texts_stages
from handlers.views.cards import agency_name
from handlers.views.possible import stale
from handlers.views.turn import status
from states.decision import Decision, ignore
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, NotAllowed
from states.people.chats import CUR, Chat


def refuse_stale(appeal: Appeal) -> Decision:
    """The reason is what a button's snackbar or a hint says."""
    return ignore(stale(appeal))


def origin_of(appeal: Appeal) -> str:
    """The number with its version: an origin that differs after every change of the appeal, so what is told of each is
    told once."""
    return f"{appeal.code}.{appeal.version}"


def accept(facts: Facts, chat: Chat, appeal: Appeal, actor: int) -> Decision:
    """Carries out «Принять»: the resident hears who took it. Pressed twice, it changes nothing."""
    acted = act(facts, appeal, Action.ACCEPT, actor)
    if isinstance(acted, NotAllowed):
        return refuse_stale(appeal)
    taken, shown = current(facts, acted.appeal)
    name = agency_name(facts.directory, taken.agency if chat.agency != CUR else None)
    tell = status(facts, taken, origin_of(taken), texts.taken_to_work(appeal.code, name))
    return Decision(appeals=(taken,), history=acted.history, effects=(tell, *acted.effects, *shown))


def not_ours(facts: Facts, chat: Chat, appeal: Appeal, actor: int, whom: str = "") -> Decision:
    """Gives the appeal back to the ЦУР by «Не наше», and only a person routes it on (R37). `whom`: who answers in their
    opinion."""
    acted = act(facts, appeal, Action.NOT_OURS, actor, whom)
    assert not isinstance(acted, NotAllowed), "asked before (possible.py)"
    back = gave_back(acted.appeal, appeal)
    name = agency_name(facts.directory, chat.agency)
    reason = texts_chat.CUR_NOT_OURS.format(agency=name)
    if whom:
        reason = texts_chat.CUR_NOT_OURS_BUT.format(agency=name, whom=agency_name(facts.directory, whom))
    routed = to_cur(facts, replace(back, by_hand=True, agency=None), reason)
    tell = status(facts, back, origin_of(back), texts.returned(appeal.code))
    effects = join_effects((tell,), acted.effects, left_behind(facts, appeal, routed.appeal), routed.effects)
    return Decision(appeals=(routed.appeal,), history=acted.history, effects=effects)


def gave_back(after: Appeal, before: Appeal) -> Appeal:
    """The appeal with its former agency among those that gave it back: that one does not get it again by a button."""
    known = (*before.returned, *((before.agency,) if before.agency else ()))
    return replace(after, returned=tuple(dict.fromkeys(known)))


def pass_on(facts: Facts, chat: Chat, appeal: Appeal, actor: int, agency: str) -> Decision:
    """Straight to another agency, where the directory names it for this; otherwise the ЦУР decides (R37)."""
    to_them = facts.chat_of(agency) is not None and facts.directory.may_pass(appeal.topic, appeal.place, agency)
    # What a person of the ЦУР has looked at first goes to nobody past him (R30, R38).
    if not to_them or agency == appeal.agency or appeal.notes:
        return not_ours(facts, chat, appeal, actor, agency)
    routed = route(facts, gave_back(appeal, appeal), agency, actor, action=Action.PASS)
    assert routed.history, "asked before (possible.py)"
    return given_to(facts, appeal, routed)


def given_to(facts: Facts, before: Appeal, routed: Routed) -> Decision:
    """The decision once an appeal is in another agency's hands: the resident hears whose, the card left behind shows
    it."""
    after = routed.appeal
    tell = status(
        facts, after, origin_of(after), texts.re_routed(after.code, agency_name(facts.directory, after.agency))
    )
    effects = join_effects((tell,), left_behind(facts, before, after), routed.effects)
    return Decision(appeals=(after,), history=routed.history, effects=effects)


def close(facts: Facts, appeal: Appeal, actor: int) -> Decision:
    """Closes an answered appeal by «Закрыть»: nothing more is waited for (rules.md §3.1)."""
    acted = act(facts, appeal, Action.CLOSE, actor)
    assert not isinstance(acted, NotAllowed), "only what is answered is closed at once"
    closed, shown = current(facts, acted.appeal)
    tell = status(facts, closed, origin_of(closed), texts_stages.closed(appeal.code))
    return Decision(appeals=(closed,), history=acted.history, effects=(tell, *acted.effects, *shown))

"""«Отправить»: the draft becomes an appeal with a number, a repeat of an own one, or part of an incident (R32, R35).

No other way leads a draft to an agency; whatever is asked before, nothing of it is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.lifecycle import incidents, triage
from handlers.lifecycle.routing import route, to_cur, told_where
from handlers.lifecycle.warnings import hasty, urgent_topic
from handlers.resident import floods, own_appeals, parts, where
from handlers.resident.drafting import cancel_timers, go_on, understand_text, with_choices
from handlers.text import actions, keyboards, texts, texts_parts, texts_stages, texts_wishes
from handlers.text.keyboards import button
from handlers.views.addressee import notes_of, texts_of
from handlers.views.cards import agency_name
from handlers.views.joinable import may_be_joined
from handlers.views.preview import agency_of
from handlers.views.similar import lead_of, likely
from handlers.views.turn import Turn
from states.decision import Decision
from states.dialogue import Draft, Idle, Preview, Step
from states.effects import Effect
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, History, Status
from states.lifecycle.counted import Counted
from states.messages import Command
from states.screen import Colour


def handle_press(turn: Turn, command: Command) -> Decision:
    """Carries out «Отправить» and the answers to «Похоже на …»: all end with a number, so nothing may be missing
    (R25)."""
    draft = replace(turn.dialogue.draft, settling_text=False)
    if not isinstance(where.lacking(turn.facts, draft), Preview) or of_another(draft, command):
        return go_on(turn, draft)
    refused = floods.enough(turn.facts)
    if refused:
        return turn.stays(refused)
    match command.action:
        case actions.SAME:
            original = turn.facts.appeal(command.value)
            if original is None or original.resident != turn.peer:
                return turn.stays(texts.NOT_YOURS)
            return repeat(turn, draft, original)
        case actions.JOIN:
            return join(turn, draft, command.value)
        case actions.DIFFERENT:
            return submit(turn, draft)
        case actions.SEND_ABOUT:  # «Да»: it is about what the link leads to
            return send(replace(turn, dialogue=replace(turn.dialogue, door=command.value)), draft)
        case _:
            return send(turn, draft)


def of_another(draft: Draft, command: Command) -> bool:
    """Whether the button stands under an earlier draft: what has not been shown is not sent (R25). A button of before
    this rule, and a typed word, name none."""
    match command.action:
        case actions.SEND:
            return command.value not in ("", draft.mark)
        case actions.SEND_ABOUT:
            return not draft.informed
        case _:
            return False


def send(turn: Turn, draft: Draft) -> Decision:
    """Sends the draft, or first asks once about what is known already (R32)."""
    if draft.different:
        return submit(turn, draft)
    if turn.facts.answers and (known := known_already(turn, draft)) is not None:
        return known
    agency = draft.named or agency_of(draft, turn.facts)
    found = likely(turn.facts, draft, joins=may_be_joined(turn.facts, draft, agency))
    return turn.shows(found, draft) if found is not None else submit(turn, draft)


def known_already(turn: Turn, draft: Draft) -> Decision | None:
    """What somebody has announced about it, said once; danger to life waits for nothing (R28)."""
    facts = turn.facts
    known = () if draft.warned else tuple(tells(facts, draft) for _, tells in facts.rules.known)
    said, code = next((told for told in known if told[0]), ("", ""))
    if not said or said == draft.informed:
        return None
    anyway = button(texts_wishes.SEND_ANYWAY, actions.SEND, draft.mark, Colour.PRIMARY)
    first = button(texts_wishes.YES_OF_IT, actions.SEND_ABOUT, code, Colour.PRIMARY) if code else anyway
    no = button(texts_wishes.NO_OTHER, actions.SEND, draft.mark)
    other = no if code else button(texts_wishes.NO_NEED, actions.CANCEL)
    asked = turn.says(said, keyboards.inline((first,), (other,)))
    return turn.keeps(turn.dialogue.step, replace(draft, informed=said), (asked,))


def submit(turn: Turn, draft: Draft) -> Decision:
    """An appeal of its own, with its number at once and in the same dialogue (R35)."""
    appeal = new_appeal(turn, draft, draft.named or agency_of(draft, turn.facts))
    routed = triage.route_new_appeal(turn.facts, appeal)
    told = told_where(turn.facts, routed.appeal)
    return confirm_sent(turn, appeal, told, (routed.appeal,), routed.history, routed.effects)


def repeat(turn: Turn, draft: Draft, original: Appeal) -> Decision:
    """Sends a repeat by «Повтор»: to the agency that had the first message, and it counts; it never closes anything
    (R32, R33)."""
    facts = turn.facts
    appeal = replace(new_appeal(turn, draft, original.agency), repeat_of=original.code)
    if triage.reasons(facts, appeal):
        routed = triage.route_new_appeal(facts, appeal)
    elif with_cur(facts, original):
        routed = to_cur(facts, replace(appeal, agency=None), "")
    else:
        routed = route(facts, appeal, original.agency, turn.peer, action=Action.REPEAT)
    again = texts_stages.repeat(appeal.code, original.code, agency_name(facts.directory, routed.appeal.agency))
    told = f"{told_where(facts, routed.appeal)} {again}"
    return confirm_sent(turn, appeal, told, (routed.appeal,), routed.history, routed.effects)


def with_cur(facts: Facts, appeal: Appeal) -> bool:
    """Whether the ЦУР has it, or nobody yet."""
    in_cur = facts.cur is not None and facts.cur.peer == appeal.chat
    return in_cur or appeal.status in (Status.WAITING, Status.REOPENED)


def join(turn: Turn, draft: Draft, code: str) -> Decision:
    """Joins an incident by «Присоединиться»: a number of its own, the answer of the other one; where that is over, an
    own appeal."""
    facts = turn.facts
    lead = lead_of(facts, code)
    if lead is None or lead.resident == turn.peer:
        return submit(turn, draft)
    appeal = new_appeal(turn, draft, lead.agency)
    joined = incidents.join(facts, appeal, lead, turn.peer)
    if joined is None or appeal.notes:
        return submit(turn, draft)
    leading, authors = joined.appeals[1], incidents.authors(facts, lead) | {turn.peer}
    told = texts.joined_note(len(authors), told_where(facts, leading))
    return confirm_sent(turn, appeal, told, joined.appeals, joined.history, joined.effects)


def new_appeal(turn: Turn, draft: Draft, agency: str | None) -> Appeal:
    """The appeal that the draft is; `agency` is who would answer it."""
    facts = turn.facts
    return Appeal(
        code=facts.number,
        resident=turn.peer,
        source=draft.first,
        status=Status.WAITING,
        version=1,
        topic=draft.topic or "",
        created_at=facts.now,
        pieces=draft.pieces,
        place=draft.place,
        address=draft.address,
        agency=agency,
        chosen_by_resident=draft.named is not None and draft.named == agency,
        notes=notes_of(facts, draft.pieces, agency),
        door=draft.door,
        topic_by=draft.topic_by,
        # Whether its clock is the urgent one (R46).
        urgent=urgent_topic(facts, draft) or any(map(hasty, texts_of(draft.pieces))),
        counted=Counted(received=facts.now.astimezone(facts.policy.zone).date()),
    )


def confirm_sent(
    turn: Turn,
    appeal: Appeal,
    told: str,
    appeals: Sequence[Appeal],
    history: Sequence[History],
    effects: Sequence[Effect],
) -> Decision:
    """The number, and who has it now (R35, R36)."""
    begun = History(appeal.code, 1, turn.facts.now, turn.peer, Action.SUBMIT, None, Status.WAITING, appeal.repeat_of)
    note, history = texts.accepted(appeal.code, told), (begun, *history)
    about = tuple(link.sends(turn.facts, appeal) for link in turn.facts.rules.links) if turn.dialogue.door else ()
    turn = replace(turn, dialogue=replace(turn.dialogue, door="", came_at=None))
    step: Step = Idle()
    draft = Draft()
    if turn.dialogue.draft.later:  # on with the next problem of the same message
        following = parts.following(turn.facts, turn.dialogue.draft, appeal, turn.cmid)
        draft = understand_text(turn.facts, following)
        step, draft = with_choices(turn.facts, where.lacking(turn.facts, draft), draft)
        note = f"{note}\n\n{texts_parts.following(len(draft.later))}"
    done = turn.shows(step, draft, note, (*cancel_timers(turn), *effects), appeals, history, about=appeal.code)
    return replace(done, comments=tuple(comment for comment in about if comment is not None))


def add_draft(turn: Turn, code: str) -> Decision:
    """Adds the draft to an own message by «Дополнить №…» or «Это ответ: …» (R26)."""
    draft, appeal = turn.dialogue.draft, turn.facts.appeal(code)
    if appeal is None or appeal.resident != turn.peer:
        return turn.stays(texts.NOT_YOURS)
    if not draft.pieces:
        return turn.stays(texts.STALE)
    return own_appeals.extend_appeal(turn, appeal, draft.pieces, Idle(), Draft())

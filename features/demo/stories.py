"""What happens to a message in the year: it is routed, taken, answered early or late, put off, declined, said to be
unsolved, rated. Shares and times are rules here; legal moves and clocks are the bot's own (life_of.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from features.demo.given import COORDINATOR
from features.demo.life_of import Life, Present
from features.demo.words import ELSEWHERE
from states.lifecycle.appeal import Action, Status
from states.lifecycle.reasons import Decline, Postpone

FIRST_WORD = 165.0
"""Usual working minutes to the first answer; eight hours are its term."""
ROUTING, ACCEPTING = 25.0, 50.0
HARD_TO_PLACE, FOR_DAYS = 0.15, 1100.0
"""Of what the ЦУР must place by hand: some waits for days until it is clear whose it is."""
LOOKED_AT_AGAIN = 900.0
"""Usual working minutes in which the ЦУР looks at what residents call unsolved."""
NOT_OURS, PASSED, ASKED, WITHDRAWN = 0.045, 0.015, 0.04, 0.012
FORGOTTEN = 0.006
DECLINED, OUTSIDE, INTERIM, POSTPONED = 0.022, 0.028, 0.14, 0.025
PROMISE_BROKEN = 0.11
SOLVED, RATED, RATED_UNASKED, CLOSED_AT_ONCE = 0.42, 0.5, 0.06, 0.03
DANGER_FASTER = 0.35

DECLINES = (Decline.UNREADABLE, Decline.UNCLEAR, Decline.NO_PLACE, Decline.REPEATED, Decline.COURT, Decline.OBSCENE)
POSTPONES = (Postpone.MONEY, Postpone.SEASON, Postpone.CONTRACT, Postpone.CHECK, Postpone.OTHERS)


def whole(life: Life) -> None:
    """Plays the message's life on from its birth, as far as the present lets it come."""
    with suppress(Present):
        if find_agency(life):
            sent_back(life)
            work_on(life)
        after(life)


def of_lead(life: Life, joined: Sequence[datetime]) -> None:
    """Plays a message that leads an incident which others join at these times: its agency answers for all, after the
    last of them."""
    with suppress(Present):
        route_at_once(life)
        so_far = sum(at <= life.given.now for at in joined)
        life.appeal = replace(life.appeal, incident=life.appeal.code, version=life.appeal.version + so_far)
        give_answer(life, max([life.works(FIRST_WORD * 0.6 * pace(life)), *joined]))
        after(life)


def of_member(life: Life, lead: Life, merged_at: datetime) -> None:
    """Plays a message that joined an incident, at once or by the ЦУР, and is answered with it."""
    with suppress(Present):
        if merged_at > life.at:
            route_at_once(life)
        joins(life, lead, merged_at)
        said = next((line for line in lead.lines if line.action is Action.ANSWER), None)
        if said is None:
            raise Present
        life.does(Action.ANSWER, said.at, said.actor)
        after(life)


def joins(life: Life, lead: Life, at: datetime) -> None:
    """Joins the message with the incident of `lead`."""
    actor = COORDINATOR if at > life.at else life.appeal.resident
    agency = lead.appeal.agency or life.appeal.agency
    life.does(Action.MERGE, at, actor, lead.appeal.code, incident=lead.appeal.code, chat=None, agency=agency)


# --- to whom ------------------------------------------------------------------


def find_agency(life: Life) -> bool:
    """Whether an agency has it: whom the directory names, or whom the ЦУР finds; else it was handed outside."""
    if life.appeal.agency is not None:
        route_at_once(life)
        return True
    life.waits()
    at = time_of_placing(life)
    if life.chance(0.25):
        life.does(Action.OUTSIDE, at, COORDINATOR)
        return False
    life.does(Action.ROUTE, at, COORDINATOR, **life.held_by(elsewhere(life)))
    return True


def route_at_once(life: Life) -> None:
    """Routes the message at once, by the directory; a repeat goes to whom the first message went."""
    action = Action.REPEAT if life.appeal.repeat_of else Action.ROUTE
    life.does(action, life.at, life.appeal.resident, **life.held_by(life.appeal.agency))


def elsewhere(life: Life) -> str | None:
    """The code of another agency that such a message may belong to: of the region, or the municipality's own; None
    without any."""
    known, appeal = life.given.directory, life.appeal
    topic = known.topic_by_code.get(appeal.topic)
    region = ELSEWHERE.get("" if topic is None else topic.group, "")
    if region in known.agency_by_code and region != appeal.agency and region not in appeal.returned:
        return region
    here = next((agency.code for agency in known.agencies if agency.place == appeal.place), None)
    return here if here != appeal.agency else "governor"


def sent_back(life: Life) -> None:
    """Plays «Не наше»: to the ЦУР and on to another agency, or straight to whom the directory lets it be passed."""
    draw = life.rng.random()
    if draw >= NOT_OURS + PASSED or life.appeal.repeat_of:
        return
    appeal, other = life.appeal, elsewhere(life)
    at, official = life.works(70 * pace(life)), life.official()
    gave_back: dict[str, Any] = {"returned": (*appeal.returned, appeal.agency)}
    if draw < PASSED and other and life.given.directory.may_pass(appeal.topic, appeal.place, other):
        life.does(Action.PASS, at, official, **gave_back, **life.held_by(other))
        return
    life.does(Action.NOT_OURS, at, official)
    life.appeal = replace(life.appeal, agency=None, **gave_back, **life.to_cur)
    life.does(Action.ROUTE, time_of_placing(life), COORDINATOR, **life.held_by(other))


def time_of_placing(life: Life) -> datetime:
    """The moment at which the ЦУР has found out whose message it is."""
    usual = FOR_DAYS if life.chance(HARD_TO_PLACE) else ROUTING
    return life.works(usual, 0.9, life.given.office(None))


# --- work ---------------------------------------------------------------------


def pace(life: Life) -> float:
    """How slow this agency is; where there is danger anybody is quick."""
    return life.given.pace(life.appeal.agency).speed * (DANGER_FASTER if life.appeal.urgent else 1.0)


def work_on(life: Life) -> None:
    """Lives through the work on one message: it may be withdrawn, forgotten, taken on, asked about, and gets its first
    word."""
    if life.chance(WITHDRAWN):
        life.does(Action.WITHDRAW, life.at + life.minutes(300), life.appeal.resident)
        return
    if life.chance(FORGOTTEN * life.given.pace(life.appeal.agency).speed):
        give_answer(life, life.days_later(life.rng.randrange(4, 14)))
        return
    speaks = life.works(FIRST_WORD * pace(life))
    if life.chance(0.84):
        took = life.works(ACCEPTING * pace(life), 0.7)
        if took < speaks:
            life.does(Action.ACCEPT, took, life.official())
    if life.chance(ASKED):
        ask_resident(life)
        speaks = max(speaks, life.works(60))
    say_first_word(life, speaks)


def ask_resident(life: Life) -> None:
    """The resident is asked, and answers or does not."""
    life.does(Action.ASK, life.works(30), life.official())
    assert life.appeal.deadline is not None
    due, replies = life.appeal.deadline.due_at, life.at + life.minutes(400, 1.2)
    if replies < due:
        life.does(Action.REPLY, replies, life.appeal.resident)
    else:
        life.does(Action.NO_REPLY, due, 0)


@dataclass(frozen=True, slots=True)
class Promise:
    """What is said instead of an answer, for how many working days at least and at most."""

    action: Action
    fewest: int
    most: int


LATER, MUCH_LATER = Promise(Action.INTERIM, 2, 7), Promise(Action.POSTPONE, 9, 18)


def say_first_word(life: Life, at: datetime) -> None:
    """The first word of the agency, and the last one where the first is not it."""
    draw, official = life.rng.random(), life.official()
    for share, action in ((DECLINED, Action.DECLINE), (OUTSIDE, Action.OUTSIDE)):
        if draw < share:
            reason = life.rng.choice(DECLINES).value if action is Action.DECLINE else ""
            life.does(action, at, official, reason)
            return
        draw -= share
    if draw < INTERIM:
        promise_day(life, at, LATER)
    elif draw < INTERIM + POSTPONED:
        promise_day(life, at, MUCH_LATER)
    else:
        give_answer(life, at)


def promise_day(life: Life, at: datetime, promise: Promise) -> None:
    """A day is named; mostly it is kept, at the last moment more often than early."""
    official, office = life.official(), life.office
    until = office.end_of(
        office.calendar.add_working_days(office.day(at), life.rng.randint(promise.fewest, promise.most)), at
    )
    reason = life.rng.choice(POSTPONES).value if promise.action is Action.POSTPONE else ""
    life.does(promise.action, at, official, reason, until)
    if life.chance(PROMISE_BROKEN * life.given.pace(life.appeal.agency).speed):
        give_answer(life, office.add(until, life.minutes(900, 0.7)))
    else:
        give_answer(life, office.opening(life.at + (until - life.at) * life.rng.random() ** 0.4))


def give_answer(life: Life, at: datetime) -> None:
    """By a second person's consent where the directory asks for it (R39)."""
    official, appeal = life.official(), life.appeal
    if life.given.directory.needs_approval(appeal.agency, appeal.topic) and appeal.status is not Status.APPROVAL:
        at = life.does(Action.DRAFT, at, official)
        life.does(Action.APPROVE, life.works(25), life.given.official(appeal.agency, 5))
        at = life.at
    life.does(Action.ANSWER, at, official)


# --- what the resident says ----------------------------------------------------


def after(life: Life) -> None:
    """Plays what follows an answer: «Решено», «не решено», a mark, or silence until its term is over."""
    status = life.appeal.status
    care = life.given.pace(life.appeal.agency).care
    if status not in (Status.ANSWERED, Status.DECLINED, Status.OUTSIDE):
        return
    if life.appeal.reopened < 2 and life.chance(1 - care):
        reopen(life)
        return
    if status is not Status.ANSWERED:
        return
    over = life.at + life.given.close_after
    says = min(life.at + life.minutes(500, 1.3), over - timedelta(minutes=1))
    if life.chance(SOLVED):
        life.does(Action.SOLVED, says, life.appeal.resident)
        if life.chance(RATED):
            give_rating(life, care)
        return
    if life.chance(RATED_UNASKED):
        life.at = max(life.at, says)
        give_rating(life, care)
    if life.chance(CLOSED_AT_ONCE):
        life.does(Action.CLOSE, says, life.official())
        return
    life.does(Action.EXPIRE, over, 0)


def give_rating(life: Life, care: float) -> None:
    """Has the resident give one to five stars; the more careful the agency, the more."""
    weights = (1 - care, 0.8 * (1 - care), 0.12, 0.3, 0.75 * care)
    mark = life.rng.choices((1, 2, 3, 4, 5), weights)[0]
    life.does(Action.RATE, life.at + life.minutes(4, 0.5), life.appeal.resident, str(mark), rating=mark)


def reopen(life: Life) -> None:
    """The ЦУР looks first, then the agency answers once more."""
    agency = life.appeal.agency or elsewhere(life)
    life.does(Action.REOPEN, life.at + life.minutes(600, 1.0), life.appeal.resident, incident="")
    life.appeal = replace(life.appeal, **life.to_cur)
    at = life.works(LOOKED_AT_AGAIN, 0.9, life.given.office(None))
    life.does(Action.ROUTE, at, COORDINATOR, **life.held_by(agency))
    give_answer(life, life.works(FIRST_WORD * 1.4 * pace(life)))
    after(life)

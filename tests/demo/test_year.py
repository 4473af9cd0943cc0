"""The demo year is made by rules: the same by its seed, legal in every move, and such as a region's year is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from made import NOW, ZONE, given_of

from features.demo.births import DAYS
from features.demo.given import FIRST_RESIDENT
from features.demo.life_of import Life
from features.demo.year import Told, Year
from states.directory import Directory
from states.lifecycle.appeal import ENDED, OPEN, Action, Appeal, Status, is_allowed, move
from states.lifecycle.counted import Outcome
from states.messages import is_person


def local(one: Appeal) -> datetime:
    return one.created_at.astimezone(ZONE)


def test_the_same_seed_makes_the_same_year(region: Directory, year: Year) -> None:
    """Whatever days were made before."""
    again, other = Year(given_of(region)), Year(given_of(region, seed=6))
    for number in (364, 3, 200):
        assert again.day(number) == year.day(number) != other.day(number)


def test_it_has_as_many_messages_as_wanted_on_each_day_of_the_year(told: list[Told]) -> None:
    assert 2950 <= len(told) <= 3000, len(told)
    assert len({local(one).date() for one, _ in told}) == DAYS
    assert max(one.created_at for one, _ in told) <= NOW


def test_numbers_and_residents_are_its_own(told: list[Told]) -> None:
    assert len({one.code for one, _ in told}) == len(told)
    assert len({(one.resident, one.source) for one, _ in told}) == len(told)
    assert all(one.resident >= FIRST_RESIDENT and is_person(one.resident) for one, _ in told)
    assert 0.3 < len({one.resident for one, _ in told}) / len(told) < 0.8


def test_each_move_is_legal_and_leads_to_where_the_message_stands(told: list[Told]) -> None:
    for one, lines in told:
        assert (lines[0].action, lines[0].before, lines[0].after) == (Action.SUBMIT, None, Status.WAITING)
        for before, line in zip(lines, lines[1:], strict=False):
            assert line.before is before.after and is_allowed(line.before, line.action), one.code
            moved = move(replace(one, status=line.before), line.action, line.at, line.actor)
            assert isinstance(moved, tuple) and moved[0].status is line.after
            assert before.version < line.version and before.at <= line.at <= NOW
        assert (lines[-1].after, lines[-1].version) == (one.status, one.version) or one.leads
        assert all(line.code == one.code for line in lines)


def test_what_is_counted_is_what_the_history_says(told: list[Told]) -> None:
    for one, lines in told:
        had = one.counted
        last = {line.action: line.at.astimezone(ZONE).date() for line in lines}
        assert had.received == local(one).date() and had.reopened == last.get(Action.REOPEN)
        assert (had.outcome is not Outcome.NONE) == (one.status in ENDED), one.code
        assert (one.rating > 0) == (had.rated is not None) and (not one.rating or Action.RATE in last)
        assert had.accepted is None or Action.ACCEPT in last
        assert (one.deadline is not None) == (one.status in OPEN and one.status is not Status.MERGED), one.code


def share(told: Sequence[Told], of: Sequence[Told]) -> float:
    return len(told) / len(of)


def test_people_write_by_day_and_seldom_at_night(told: list[Told]) -> None:
    hours = Counter(local(one).hour for one, _ in told)
    assert sum(hours[hour] for hour in range(1, 7)) < 0.08 * len(told) < hours[15] + hours[22]
    weekdays = Counter(local(one).weekday() for one, _ in told)
    assert weekdays[5] < weekdays[0]


def test_topics_have_their_seasons(told: list[Told]) -> None:
    def months(topic: str) -> Counter[int]:
        return Counter(local(one).month for one, _ in told if one.topic == topic)

    snow, pits, heating = months("dorogi-sneg-doroga"), months("dorogi-yamy"), months("zhkh-otoplenie")
    assert snow[1] + snow[2] + snow[12] > 0.6 * snow.total() > 30 and not snow[7]
    assert pits[4] + pits[5] > 0.35 * pits.total() > 30
    assert heating[10] > 2 * heating[5] and heating[10] > 10


def test_every_municipality_writes_and_the_largest_most(told: list[Told], region: Directory) -> None:
    places = Counter(one.place for one, _ in told)
    assert set(places) == {place.code for place in region.places} and len(places) == 43
    assert [place for place, _ in places.most_common(2)] == ["chelyabinsk", "magnitogorsk"]


def test_messages_go_where_the_directory_says_or_wait_for_the_control_centre(
    told: list[Told], region: Directory
) -> None:
    for one, lines in told:
        named = region.agency_for(one.topic, one.place)
        moved = {Action.NOT_OURS, Action.PASS, Action.MERGE} & {line.action for line in lines}
        if named is not None and not moved:
            assert one.agency == named.code
        if one.status is Status.WAITING:
            assert one.agency is None and one.chat == 2_000_000_006


def test_a_year_has_everything_that_a_year_has(told: list[Told]) -> None:
    """Shares of the whole, between what would be too good and what would be too bad."""
    actions = Counter(line.action for _, lines in told for line in lines)
    wanted = {
        Action.ACCEPT: (0.5, 0.95), Action.INTERIM: (0.08, 0.2), Action.POSTPONE: (0.01, 0.05),
        Action.NOT_OURS: (0.02, 0.08), Action.PASS: (0.002, 0.03), Action.ASK: (0.02, 0.07),
        Action.DECLINE: (0.01, 0.04), Action.OUTSIDE: (0.01, 0.06), Action.REOPEN: (0.03, 0.15),
        Action.WITHDRAW: (0.004, 0.03), Action.MERGE: (0.01, 0.1), Action.REPEAT: (0.01, 0.05),
        Action.RATE: (0.1, 0.4), Action.SOLVED: (0.2, 0.5), Action.EXPIRE: (0.3, 0.7), Action.CLOSE: (0.005, 0.04),
    }  # fmt: skip
    for action, (least, most) in wanted.items():
        assert least < actions[action] / len(told) < most, (action, actions[action])
    final = [one for one, _ in told if one.counted.final]
    assert 0.06 < sum(one.counted.late for one in final) / len(final) < 0.2
    marks = Counter(one.rating for one in final)
    assert marks[5] > marks[4] > marks[1] > 0


def test_agencies_differ(told: list[Told]) -> None:
    late: dict[str, list[bool]] = {}
    for one, _ in told:
        if one.counted.final and one.place:
            late.setdefault(one.place, []).append(one.counted.late)
    shares = sorted(sum(some) / len(some) for some in late.values() if len(some) >= 20)
    assert shares[-1] > 3 * shares[len(shares) // 2] / 2 and shares[0] < shares[len(shares) // 2]


def test_incidents_are_answered_together(told: list[Told]) -> None:
    by_code = {one.code: (one, lines) for one, lines in told}
    members = [one for one, lines in told if any(line.action is Action.MERGE for line in lines)]
    assert members
    for member in members:
        line = next(line for line in by_code[member.code][1] if line.action is Action.MERGE)
        lead, said = by_code[line.reason]
        assert lead.resident != member.resident and (lead.topic, lead.place) == (member.topic, member.place)
        if member.status is not Status.MERGED:
            answers = [line.at for line in said if line.action is Action.ANSWER]
            assert answers[0] in [line.at for line in by_code[member.code][1]]


def test_a_repeat_names_an_earlier_message_of_the_same_resident(told: list[Told]) -> None:
    by_code = {one.code: one for one, _ in told}
    repeats = [one for one, _ in told if one.repeat_of]
    assert repeats
    for one in repeats:
        first = by_code[one.repeat_of]
        assert (first.resident, first.topic, first.place) == (one.resident, one.topic, one.place)
        assert first.created_at < one.created_at and not first.repeat_of


@pytest.mark.parametrize("moment", [NOW, NOW + timedelta(days=1, hours=6), NOW + timedelta(days=2, hours=14)])
def test_something_is_open_now(region: Directory, moment: datetime) -> None:
    """The last six weeks of a whole year; of a Saturday's evening nothing is due today."""
    year = Year(given_of(region, messages=30_000, now=moment))
    ones = [one for number in range(DAYS - 42, DAYS) for one, _ in year.day(number)]
    due = [one.deadline.due_at for one in ones if one.deadline is not None and one.status in OPEN]
    assert 20 <= sum(at < moment for at in due) <= 80
    midnight = moment.replace(hour=0, minute=0) + timedelta(days=1)
    today = sum(moment <= at < midnight for at in due)
    assert today >= 30 if moment is NOW else today >= 0
    assert 8 <= sum(one.status is Status.REOPENED for one in ones) <= 45
    assert 1 <= sum(one.status is Status.WAITING for one in ones) <= 25


def test_an_illegal_move_is_an_error(year: Year, region: Directory) -> None:
    birth = year.births.of_day(0)[0]
    one = Appeal("0101-AAAA", birth.resident, 1, Status.WITHDRAWN, 1, birth.topic, birth.at)
    life = Life(given_of(region), one, year.given.chance(1), birth.at)
    with pytest.raises(ValueError, match=r"answer .* withdrawn"):
        life.does(Action.ANSWER, birth.at, 1)
    assert life.appeal is one and not life.lines

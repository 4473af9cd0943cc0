"""The directory back as the files would hold it: plain sections to change, and YAML to keep.

What is written and read again is the same directory; it must never leave anything out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any

import yaml

from states.directory import (
    Agency,
    ControlCentre,
    CrisisLine,
    Directory,
    Door,
    Duty,
    DutyOfficer,
    Group,
    Phone,
    Place,
    Route,
    Topic,
    Where,
)
from states.worktime.deadlines import TERMS, Term, Terms
from states.worktime.schedule import Hours, Schedule, Span

Values = dict[str, Any]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FILES = {
    "region.yaml": ("region", "emergency", "crisis", "duty", "office", "communities"),
    "agencies.yaml": ("agencies",),
    "topics.yaml": ("groups",),
    "places.yaml": ("places",),
    "routes.yaml": ("control_centre", "routes"),
    "outside.yaml": ("outside",),
    "doors.yaml": ("doors",),
}
"""Which section stands in which file, as in the example region."""


def sections(known: Directory) -> Values:
    """What `directory_file.examine_values` reads. Each route is an entry of its own."""
    emergency = known.numbers or (Phone(known.emergency),)
    made: Values = {
        "region": _tidy(
            name=known.region,
            formal_channel=known.formal_channel,
            places_count=known.places_count,
            checked=known.checked_on,
        ),
        "emergency": [
            _tidy(number=one.number, about=one.about, place=one.place, checked=one.checked_on) for one in emergency
        ],
        "office": _office(known),
        "communities": [
            _tidy(id=one.id, name=one.name, place=one.place, screen_name=one.screen_name, checked=one.checked_on)
            for one in known.communities
        ],
        "agencies": [_agency(one, known.terms) for one in known.agencies],
        "groups": [_group(one, known.topics_of(one.code)) for one in known.groups],
        "places": [_place(one, known) for one in known.places],
        "control_centre": _centre(known.control_centre),
        "routes": [route(one) for one in known.routes],
        "outside": [
            _tidy(code=one.code, name=one.name, contact=one.contact, checked=one.checked_on, words=one.words)
            for one in known.outside
        ],
        "doors": [_door(one) for one in known.doors],
        "duty": _duty(known.duty),
        "crisis": [_crisis_line(line) for line in known.crisis],
    }
    return {name: value for name, value in made.items() if value}


def _office(known: Directory) -> Values:
    """Nothing where nobody has said anything of hours and terms."""
    if known.office_checked_on is None and (known.schedule, known.terms) == (Schedule(), Terms()):
        return {}
    day = known.office_checked_on
    return _tidy(schedule=schedule(known.schedule), terms=terms(known.terms, None), checked=day)


def _tidy(**named: Any) -> Values:
    """Without what says nothing: no value, an empty text, an empty list, «no»."""
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in named.items()
        if value not in (None, "", (), False)
    }


def _agency(one: Agency, region: Terms) -> Values:
    law = one.appeal59
    return _tidy(
        code=one.code,
        name=one.name,
        short=one.short,
        level=one.level,
        place=one.place,
        words=one.words,
        anonymous_card=one.anonymous_card,
        schedule=schedule(one.schedule) if one.schedule else None,
        terms=terms(one.terms, region) if one.terms else None,
        approval=one.approval,
        regime=one.regime if law else None,
        act=law.act if law else "",
        identification=law.identification if law else "",
        phones=tuple(_tidy(number=to.number, about=to.about, checked=to.checked_on) for to in one.phones),
        templates=tuple({"name": canned.name, "text": canned.text} for canned in one.templates),
        role=one.role,
        checked=one.checked_on,
    )


def _group(one: Group, topics: Sequence[Topic]) -> Values:
    """The day of the group is that of its topics; a topic that was looked at on another day says so itself."""
    known = [topic.checked_on for topic in topics if topic.checked_on is not None]
    day = one.checked_on or (min(known) if len(known) == len(topics) and known else None)
    return _tidy(code=one.code, name=one.name, checked=day, topics=tuple(_topic(topic, day) for topic in topics))


def _topic(one: Topic, day: date | None) -> Values:
    return _tidy(
        code=one.code,
        name=one.name,
        about=one.description,
        words=one.words,
        urgent=one.urgent,
        anonymous_card=one.anonymous_card,
        approval=one.approval,
        health=one.health,
        where=None if one.where is Where.HOUSE else one.where,
        scene=one.scene,
        joinable=one.joinable,
        checked=None if one.checked_on == day else one.checked_on,
    )


def _place(one: Place, known: Directory) -> Values:
    return _tidy(
        code=one.code,
        kind=one.kind,
        name=one.name,
        short=one.short,
        centre=one.centre,
        aliases=one.aliases,
        districts=one.districts,
        nicknames=one.nicknames,
        settlements=tuple(inside.name for inside in known.settlements if inside.place == one.code),
        population=one.population or None,
        residents=one.residents or None,
        checked=one.checked_on,
    )


def _door(one: Door) -> Values:
    return _tidy(
        code=one.code,
        name=one.name,
        about=one.about,
        topic=one.topic,
        place=one.place,
        address=one.address,
        agency=one.agency,
        page=one.page,
        closed=one.closed,
        checked=one.checked_on,
    )


def _duty(duty: Duty) -> Values:
    return _tidy(
        people=tuple(map(_officer, duty.people)),
        substitute=_officer(duty.substitute) if duty.substitute else None,
        schedule=schedule(duty.schedule) if duty.schedule else None,
        handover=duty.handover,
        checked=duty.checked_on,
    )


def _officer(officer: DutyOfficer) -> Values:
    return {"user": officer.user, "name": officer.name}


def _crisis_line(line: CrisisLine) -> Values:
    return _tidy(
        who=line.who,
        number=line.number,
        audience=line.audience,
        hours=line.hours,
        cost=line.cost,
        source=line.source,
        needs_source=not line.on,
        checked=line.checked_on,
    )


def _centre(one: ControlCentre) -> Values:
    return _tidy(topics=one.topics, groups=one.groups, checked=one.checked_on)


def route(one: Route) -> Values:
    return _tidy(
        agency=one.agency,
        place=one.place,
        topics=(one.topic,) if one.topic else (),
        groups=(one.group,) if one.group else (),
        checked=one.checked_on,
    )


def schedule(one: Schedule) -> Values:
    hours: dict[str, tuple[str, ...]] = {}
    for spans, days in groupby(range(7), key=lambda day: one.week[day]):
        first, *_, last = [*(named := list(days)), named[-1]]
        if spans:
            hours[DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"] = _spans(spans)
    own = tuple({"day": day.day} | ({"hours": _spans(day.hours)} if day.hours else {}) for day in one.own_days)
    return {"hours": hours, **_tidy(works_on_holidays=not one.by_calendar, own_days=own, confirmed=one.confirmed)}


def _spans(hours: Hours) -> tuple[str, ...]:
    return tuple(_span(span) for span in hours)


def _span(span: Span) -> str:
    return f"{span.start // 60:02}:{span.start % 60:02}-{span.end // 60:02}:{span.end % 60:02}"


def terms(one: Terms, region: Terms | None) -> Values:
    """All of them, or of an agency what differs from the region's."""
    names = [name for name in TERMS if region is None or getattr(one, name) != getattr(region, name)]
    made: Values = {name: _term(getattr(one, name)) for name in names}
    if region is None or one.last_day != region.last_day:
        made["last_day"] = one.last_day.value
    return made


def _term(one: Term) -> Values:
    return {one.unit.value: one.amount, **_tidy(source=one.source, confirmed=one.confirmed)}


# As files.


def to_yaml(known: Directory) -> dict[str, str]:
    """By the names of files. Routes of one agency in one place that stand beside each other are one entry again."""
    whole = sections(known)
    whole["routes"] = _joined(whole.get("routes", ()))
    texts = {}
    for file, names in FILES.items():
        parts = [_dumped({name: whole[name]}) for name in names if whole.get(name)]
        if parts:
            texts[file] = "\n".join(parts)
    return texts


def _joined(routes: Iterable[Mapping[str, Any]]) -> list[Values]:
    """An entry names its topics first and then its groups, so a topic behind a group begins a new one."""
    made: list[Values] = []
    for one in routes:
        last = made[-1] if made else {}
        same = all(one.get(name) == last.get(name) for name in ("agency", "place", "checked"))
        named = one.get("topics") or one.get("groups")
        if same and named and (last.get("topics") or last.get("groups")) and not ("topics" in one and "groups" in last):
            for name in ("topics", "groups"):
                if name in one:
                    last[name] = (*last.get(name, ()), *one[name])
        else:
            made.append(dict(one))
    return made


class _Dumper(yaml.SafeDumper):
    """Lists of words in one line, no marks of what stands twice, a blank line between entries."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _list(dumper: yaml.SafeDumper, values: tuple[Any, ...]) -> yaml.Node:
    flat = all(isinstance(value, str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flat)


_Dumper.add_representer(tuple, _list)


def _dumped(section: Values) -> str:
    return yaml.dump(section, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=118, default_flow_style=False)

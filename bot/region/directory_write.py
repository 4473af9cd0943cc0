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

from bot.region.directory_rows import (
    FACTS,
    AgencyRow,
    CommunityRow,
    ControlCentreRow,
    CrisisRow,
    DirectoryRow,
    DoorRow,
    DutyOfficerRow,
    DutyRow,
    EmergencyRow,
    FaqRow,
    GroupRow,
    OfficeRow,
    OutsideRow,
    PhoneRow,
    PlaceRow,
    RegionRow,
    RouteRow,
    TemplateRow,
    TopicRow,
    WordingRow,
)
from states.directory import Agency, Directory, Duty, Group, Phone, Place, Route, Topic, Where
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
    "faq.yaml": ("faq",),
    "wordings.yaml": ("wordings",),
}
"""Which section stands in which file, as in the example region."""


def sections(known: Directory) -> Values:
    """The directory as plain sections, which `directory_file.examine_values` reads. Each route is an entry of its
    own."""
    made: Values = {
        "region": row(RegionRow, known, name=known.region),
        "emergency": [row(EmergencyRow, phone) for phone in known.numbers or (Phone(known.emergency),)],
        "office": _office(known),
        "communities": [row(CommunityRow, community) for community in known.communities],
        "agencies": [_agency(agency, known.terms) for agency in known.agencies],
        "groups": [_group(group, known.topics_of(group.code)) for group in known.groups],
        "places": [_place(place, known) for place in known.places],
        "control_centre": row(ControlCentreRow, known.control_centre),
        "routes": [route(rule) for rule in known.routes],
        "outside": [row(OutsideRow, contact) for contact in known.outside],
        "doors": [row(DoorRow, door) for door in known.doors],
        "duty": _duty(known.duty),
        "crisis": [row(CrisisRow, line, needs_source=not line.on) for line in known.crisis],
        "wordings": [row(WordingRow, wording) for wording in known.wordings],
        "faq": [row(FaqRow, known_answer, needs_source=not known_answer.on) for known_answer in known.faq],
    }
    return {name: value for name, value in made.items() if value}


def row(model: type[DirectoryRow], item: object, **said: Any) -> Values:
    """An entry as its row has it, by the same names; `said` is what the row says otherwise."""
    names = model.model_fields
    return _tidy(**{name: said[name] if name in said else getattr(item, FACTS.get(name, name)) for name in names})


def _office(known: Directory) -> Values:
    """The row of hours and terms of the region; empty where nobody has said anything of them."""
    if known.office_checked_on is None and (known.schedule, known.terms) == (Schedule(), Terms()):
        return {}
    hours, limits, day = schedule(known.schedule), terms(known.terms, None), known.office_checked_on
    return row(OfficeRow, known, schedule=hours, terms=limits, checked=day)


def _tidy(**named: Any) -> Values:
    """The values without what says nothing: no value, an empty text, an empty list, «no»."""
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in named.items()
        if value not in (None, "", (), False)
    }


def _agency(agency: Agency, region: Terms) -> Values:
    """The agency as its row; what is the region's own is left out."""
    law = agency.appeal59
    return row(
        AgencyRow,
        agency,
        schedule=schedule(agency.schedule) if agency.schedule else None,
        terms=terms(agency.terms, region) if agency.terms else None,
        regime=agency.regime if law else None,
        act=law.act if law else "",
        identification=law.identification if law else "",
        phones=tuple(row(PhoneRow, phone) for phone in agency.phones),
        templates=tuple(row(TemplateRow, canned) for canned in agency.templates),
    )


def _group(group: Group, topics: Sequence[Topic]) -> Values:
    """The day of the group is that of its topics; a topic that was looked at on another day says so itself."""
    known = [topic.checked_on for topic in topics if topic.checked_on is not None]
    day = group.checked_on or (min(known) if len(known) == len(topics) and known else None)
    made = tuple(_topic(topic, day) for topic in topics)
    return row(GroupRow, group, checked=day, health=False, where=None, scene=None, topics=made)


def _topic(topic: Topic, day: date | None) -> Values:
    """The topic as its row; a date that is its group's is left out."""
    where = None if topic.where is Where.HOUSE else topic.where
    checked = None if topic.checked_on == day else topic.checked_on
    return row(TopicRow, topic, about=topic.description, where=where, checked=checked)


def _place(place: Place, known: Directory) -> Values:
    """The place as its row, with its settlements."""
    inside = tuple(settlement.name for settlement in known.settlements if settlement.place == place.code)
    return row(PlaceRow, place, settlements=inside)


def _duty(duty: Duty) -> Values:
    """The table row of a duty: officers, substitute and schedule as nested rows, in the form the file keeps."""
    return row(
        DutyRow,
        duty,
        people=tuple(row(DutyOfficerRow, officer) for officer in duty.people),
        substitute=row(DutyOfficerRow, duty.substitute) if duty.substitute else None,
        schedule=schedule(duty.schedule) if duty.schedule else None,
    )


def route(rule: Route) -> Values:
    """The route as its row."""
    topics, groups = (rule.topic,) if rule.topic else (), (rule.group,) if rule.group else ()
    return row(RouteRow, rule, topics=topics, groups=groups)


def schedule(given: Schedule) -> Values:
    """The schedule as its row: days with the same hours together."""
    hours: dict[str, tuple[str, ...]] = {}
    for spans, days in groupby(range(7), key=lambda day: given.week[day]):
        first, *_, last = [*(named := list(days)), named[-1]]
        if spans:
            hours[DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"] = _spans(spans)
    own = tuple({"day": day.day} | ({"hours": _spans(day.hours)} if day.hours else {}) for day in given.own_days)
    return {
        "hours": hours,
        **_tidy(works_on_holidays=not given.by_calendar, own_days=own, confirmed=given.confirmed),
    }


def _spans(hours: Hours) -> tuple[str, ...]:
    """Hours as texts such as «09:00-17:00»."""
    return tuple(_span(span) for span in hours)


def _span(span: Span) -> str:
    """One span as «09:00-17:00»."""
    return f"{span.start // 60:02}:{span.start % 60:02}-{span.end // 60:02}:{span.end % 60:02}"


def terms(own_terms: Terms, region: Terms | None) -> Values:
    """All of them, or of an agency what differs from the region's."""
    names = [name for name in TERMS if region is None or getattr(own_terms, name) != getattr(region, name)]
    made: Values = {name: _term(getattr(own_terms, name)) for name in names}
    if region is None or own_terms.last_day != region.last_day:
        made["last_day"] = own_terms.last_day.value
    return made


def _term(term: Term) -> Values:
    """The term as its row."""
    return {term.unit.value: term.amount, **_tidy(source=term.source, confirmed=term.confirmed)}


# As files.


def to_yaml(known: Directory) -> dict[str, str]:
    """By the names of files. Routes of one agency in one place that stand beside each other are one entry again."""
    whole = sections(known)
    whole["routes"] = _join_routes(whole.get("routes", ()))
    texts = {}
    for file, names in FILES.items():
        parts = [_yaml_of({name: whole[name]}) for name in names if whole.get(name)]
        if parts:
            texts[file] = "\n".join(parts)
    return texts


def _join_routes(routes: Iterable[Mapping[str, Any]]) -> list[Values]:
    """An entry names its topics first and then its groups, so a topic behind a group begins a new one."""
    made: list[Values] = []
    for route_row in routes:
        last = made[-1] if made else {}
        same = all(route_row.get(name) == last.get(name) for name in ("agency", "place", "checked"))
        named = route_row.get("topics") or route_row.get("groups")
        if (
            same
            and named
            and (last.get("topics") or last.get("groups"))
            and not ("topics" in route_row and "groups" in last)
        ):
            for name in ("topics", "groups"):
                if name in route_row:
                    last[name] = (*last.get(name, ()), *route_row[name])
        else:
            made.append(dict(route_row))
    return made


class _Dumper(yaml.SafeDumper):
    """Lists of words in one line, no marks of what stands twice, a blank line between entries."""

    def ignore_aliases(self, data: Any) -> bool:
        """Writes the same value out each time: people edit these files, and anchors would confuse them."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indents the items of a list below their key."""
        super().increase_indent(flow, False)


def _list(dumper: yaml.SafeDumper, values: tuple[Any, ...]) -> yaml.Node:
    """How YAML writes a list: texts in one line, rows below each other."""
    flat = all(isinstance(value, str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flat)


_Dumper.add_representer(tuple, _list)


def _yaml_of(section: Values) -> str:
    return yaml.dump(section, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=118, default_flow_style=False)

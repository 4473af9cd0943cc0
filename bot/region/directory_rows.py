"""The shape of directory files: which keys a row has and what may stand in them.

It must never let an unknown key or a silent conversion pass: a slip would become somebody's silence. Whether a day of
checking may be missing says directory_check.py: in files never.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from states.directory import Level, PlaceKind, Regime, Scene, Where
from states.worktime.calendar import LastDay

BUTTON = 40
"""Letters on a VK button; a longer name would be cut there (vk-api.md, keyboards)."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=BUTTON)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Heard = Annotated[str, StringConstraints(pattern=r"^[а-яa-z0-9]+(_[а-яa-z0-9]+)?\*?$", max_length=60)]
"""A word as screening/phrases.py reads it: small letters without «ё», «слово», «слов*», «два_слова»."""
Words = Annotated[tuple[Text, ...], Field(max_length=200)]

_TIME = r"([01]\d|2[0-4]):[0-5]\d"
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
Spans = tuple[Annotated[str, StringConstraints(pattern=rf"^{_TIME}-{_TIME}$")], ...]
Days = Annotated[str, StringConstraints(pattern=rf"^{_DAY}(-{_DAY})?$")]
Amount = Annotated[int, Field(ge=1, le=365)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9+() -]{2,20}$")]


class Row(BaseModel):
    """A part of a directory file: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SpanDayRow(Row):
    """A day of its own: without hours the agency is closed."""

    day: date
    hours: Spans = ()


class ScheduleRow(Row):
    hours: Annotated[dict[Days, Spans], Field(min_length=1)]
    works_on_holidays: bool = False
    own_days: tuple[SpanDayRow, ...] = ()
    confirmed: bool = False


class TermRow(Row):
    """How long: exactly one of the units."""

    minutes: Amount | None = None
    hours: Amount | None = None
    working_days: Amount | None = None
    days: Amount | None = None
    source: Said = ""
    confirmed: bool = False


class TermsRow(Row):
    """Only what differs: from R46 for the region, from the region for an agency."""

    route: TermRow | None = None
    first_answer: TermRow | None = None
    urgent: TermRow | None = None
    after_interim: TermRow | None = None
    postponed: TermRow | None = None
    question: TermRow | None = None
    last_day: Annotated[LastDay, Field(strict=False)] | None = None


class OfficeRow(Row):
    """Hours and terms of every agency that has none of its own."""

    schedule: ScheduleRow | None = None
    terms: TermsRow | None = None
    checked: date | None = None


class PhoneRow(Row):
    number: Number
    about: Said = ""
    checked: date | None = None


class TemplateRow(Row):
    name: Label
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3500)]


class RegionRow(Row):
    name: Text
    formal_channel: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
    places_count: Annotated[int, Field(ge=1, le=1000)] | None = None
    checked: date | None = None


class EmergencyRow(Row):
    number: Number
    about: Text
    place: Code | None = None
    checked: date | None = None


class CommunityRow(Row):
    id: Annotated[int, Field(ge=1)]
    name: Text
    place: Code | None = None
    screen_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.]{2,40}$")] | None = None
    checked: date | None = None


class AgencyRow(Row):
    code: Code
    name: Text
    short: Label
    level: Annotated[Level, Field(strict=False)]
    place: Code | None = None
    words: Words = ()
    anonymous_card: bool = False
    schedule: ScheduleRow | None = None
    terms: TermsRow | None = None
    approval: bool = False
    regime: Annotated[Regime, Field(strict=False)] = Regime.MESSAGE
    act: Said = ""
    identification: Said = ""
    phones: Annotated[tuple[PhoneRow, ...], Field(max_length=20)] = ()
    templates: Annotated[tuple[TemplateRow, ...], Field(max_length=50)] = ()
    role: Label | None = None
    checked: date | None = None


class TopicRow(Row):
    code: Code
    name: Label
    about: Text
    words: Words = ()
    urgent: bool = False
    anonymous_card: bool = False
    approval: bool = False
    health: bool | None = None
    where: Annotated[Where, Field(strict=False)] | None = None
    scene: Annotated[Scene, Field(strict=False)] | None = None
    joinable: bool = False
    checked: date | None = None


class GroupRow(Row):
    code: Code
    name: Label
    checked: date | None = None
    health: bool = False
    where: Annotated[Where, Field(strict=False)] = Where.HOUSE
    scene: Annotated[Scene, Field(strict=False)] | None = None
    topics: Annotated[tuple[TopicRow, ...], Field(min_length=1)]


class PlaceRow(Row):
    code: Code
    kind: Annotated[PlaceKind, Field(strict=False)]
    name: Text
    short: Label
    centre: Text
    aliases: Words = ()
    districts: Words = ()
    nicknames: Words = ()
    settlements: Words = ()
    population: Annotated[int, Field(ge=0, le=30_000_000)] = 0
    residents: Annotated[int, Field(ge=0, le=30_000_000)] = 0
    checked: date | None = None


class RouteRow(Row):
    agency: Code
    place: Code | None = None
    topics: tuple[Code, ...] = ()
    groups: tuple[Code, ...] = ()
    checked: date | None = None


class OutsideRow(Row):
    """Somebody who answers but is no agency here: the resident is given the contact (rules.md §3.1)."""

    code: Code
    name: Label
    contact: Text
    checked: date | None = None
    words: Annotated[tuple[Heard, ...], Field(max_length=100)] = ()


class DoorRow(Row):
    """A link with a code: what is known of a message that comes by it."""

    code: Code
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    about: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    topic: Code | None = None
    place: Code | None = None
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    agency: Code | None = None
    page: Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=300)] | None = None
    closed: bool = False
    checked: date | None = None


class DutyOfficerRow(Row):
    """Somebody who reads alarms of danger to life; `user` is the number of the VK page."""

    user: Annotated[int, Field(ge=1, le=2_000_000_000)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class DutyRow(Row):
    """Who is on duty for danger to life, when, who steps in, and how 112 is told."""

    people: Annotated[tuple[DutyOfficerRow, ...], Field(max_length=30)] = ()
    substitute: DutyOfficerRow | None = None
    schedule: ScheduleRow | None = None
    handover: Said = ""
    checked: date | None = None


class CrisisRow(Row):
    """A line for people in despair. Without a number or a source it is off, and `check` asks for it."""

    who: Text
    number: Number | None = None
    audience: Said = ""
    hours: Said = ""
    cost: Said = ""
    source: Said = ""
    needs_source: bool = False
    checked: date | None = None


class ControlCentreRow(Row):
    """What waits for the ЦУР on purpose."""

    topics: tuple[Code, ...] = ()
    groups: tuple[Code, ...] = ()
    checked: date | None = None


SECTIONS: dict[str, type[Row]] = {
    "region": RegionRow,
    "office": OfficeRow,
    "control_centre": ControlCentreRow,
    "emergency": EmergencyRow,
    "communities": CommunityRow,
    "agencies": AgencyRow,
    "groups": GroupRow,
    "places": PlaceRow,
    "routes": RouteRow,
    "outside": OutsideRow,
    "doors": DoorRow,
    "duty": DutyRow,
    "crisis": CrisisRow,
}
SINGLE = ("region", "office", "control_centre", "duty")


def model_of(section: str, loc: Sequence[str | int]) -> type[Row]:
    """The row that a fault at `loc` is in, to name the nearest key that it has."""
    model = SECTIONS[section]
    for part in loc[:-1]:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        model = (_row_in(field.annotation) if field else None) or model
    return model


def _row_in(annotation: Any) -> type[Row] | None:
    if isinstance(annotation, type) and issubclass(annotation, Row):
        return annotation
    return next((found for part in get_args(annotation) if (found := _row_in(part))), None)

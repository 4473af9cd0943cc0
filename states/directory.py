"""Who answers for what and where: topics, places, agencies, chats and routes of a region, as facts.

It must never guess: a question without a named answer is `None`, and the message waits for the ЦУР (R59, R61).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from states.lifecycle.templates import Template
from states.worktime.deadlines import Terms
from states.worktime.schedule import Schedule

SHOWN = 60
"""Letters of a sentence in lists."""


class Level(StrEnum):
    """Where an agency stands; the resident picks an addressee by level."""

    GOVERNOR = "governor"
    REGION = "region"
    MUNICIPALITY = "municipality"
    AGENCY = "agency"


class PlaceKind(StrEnum):
    """Kinds of places. A district of a city is a part of the address, never a municipality (R60)."""

    CITY_OKRUG = "city_okrug"
    MUNICIPAL_OKRUG = "municipal_okrug"


class Regime(StrEnum):
    """What an agency takes: a message, or an appeal under 59-ФЗ (R3)."""

    MESSAGE = "message"
    APPEAL59 = "appeal59"


@dataclass(frozen=True, slots=True)
class Appeal59:
    """On which act a body takes appeals here, and how it knows who writes. Both, or it is not one (R3)."""

    act: str
    identification: str

    def __post_init__(self) -> None:
        if not (self.act.strip() and self.identification.strip()):
            raise ValueError("59-ФЗ needs the body's act and its way of identification (R3)")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to ring, with the day on which somebody checked it (R61). `place`: only there."""

    number: str
    about: str = ""
    place: str | None = None
    checked_on: date | None = None

    @property
    def name(self) -> str:
        """The number and what it is for, as residents read it."""
        return f"{self.number} — {self.about}" if self.about else self.number


@dataclass(frozen=True, slots=True)
class Community:
    """An official VK community that residents write to. `id` is the positive group id, `screen_name` what stands after
    vk.me/ where it has a short name."""

    id: int
    name: str
    place: str | None = None
    checked_on: date | None = None
    screen_name: str = ""

    @property
    def address(self) -> str:
        """The address at which a message to the community is begun."""
        return f"vk.me/{self.screen_name or f'club{self.id}'}"

    def link(self, door: str) -> str:
        """The same by a link with a code; whoever types it by hand leaves «https://» out."""
        return f"{self.address}?ref={door}"


@dataclass(frozen=True, slots=True)
class Agency:
    """A body that answers. `place` is set where it serves one municipality only.

    Without a `schedule` or `terms` of its own it keeps the region's. `approval`: a second person looks at its answers
    (R39). `appeal59` is None for nearly everybody: what it takes are messages (R3). `role`: what it is called where its
    place is left out, the same for agencies that do the same elsewhere; see `part`.
    """

    code: str
    name: str
    short: str
    level: Level
    place: str | None = None
    words: tuple[str, ...] = ()
    checked_on: date | None = None
    anonymous_card: bool = False
    schedule: Schedule | None = None
    terms: Terms | None = None
    approval: bool = False
    appeal59: Appeal59 | None = None
    phones: tuple[Phone, ...] = ()
    templates: tuple[Template, ...] = ()
    role: str = ""

    @property
    def part(self) -> str:
        """The agency's role. Without one, administrations of municipalities have one together, and others one of their
        own."""
        return self.role or (self.level.value if self.place and self.level is Level.MUNICIPALITY else self.code)

    @property
    def regime(self) -> Regime:
        """The legal rules of its answers: those of the law on appeals (59-ФЗ), or those of messages."""
        return Regime.APPEAL59 if self.appeal59 else Regime.MESSAGE


@dataclass(frozen=True, slots=True)
class Group:
    """The upper level of topics."""

    code: str
    name: str
    checked_on: date | None = None


class Where(StrEnum):
    """What a resident is asked about where it is, once the municipality is known: what fits the topic (R25)."""

    HOUSE = "house"
    ROAD = "road"
    STOP = "stop"
    CLINIC = "clinic"
    SCHOOL = "school"
    NOWHERE = "nowhere"


class Scene(StrEnum):
    """Where the trouble is. Topics that read alike («мусор», «освещение») differ in it, and so do those who answer."""

    HOUSE = "house"
    YARD = "yard"
    STREET = "street"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message is about. `words` are what residents say; `urgent` topics show 112 first (R28), those
    of `health` ask not to name diagnoses or other people (R20). `where`: what is asked for as its address. `scene`:
    the only scene it has, None where it has several or none. `joinable`: a public trouble, the same for everybody, so
    several residents may read one answer (R32); never of what is personal."""

    code: str
    group: str
    name: str
    description: str = ""
    words: tuple[str, ...] = ()
    urgent: bool = False
    anonymous_card: bool = False
    checked_on: date | None = None
    approval: bool = False
    health: bool = False
    where: Where = Where.HOUSE
    scene: Scene | None = None
    joinable: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality. `short` stands on buttons; `aliases` are old district names (R59), `nicknames` what people call
    the town or a part of it. `population` of its centre: the largest are offered first. `residents` of the whole
    municipality, 0 where nobody told: what subscribers of its pages are compared with."""

    code: str
    kind: PlaceKind
    name: str
    short: str
    centre: str
    aliases: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    checked_on: date | None = None
    nicknames: tuple[str, ...] = ()
    population: int = 0
    residents: int = 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village inside a municipality. The same name may stand in several."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody who answers for such things but is no agency of the region: a federal body, a management company,
    another region. `contact` is what the resident is given instead of an answer (rules.md §3.1); by `words` a message
    to it is known, in the spelling of screening/phrases.py."""

    code: str
    name: str
    contact: str
    checked_on: date | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What everybody is told who asks this. `phrases`: how people ask, in the spelling of screening/phrases.py with a
    space between the parts of one phrase. `place`: only there. `until`: the last day on which it is true. Without a
    `source` it is told to nobody."""

    code: str
    question: str
    answer: str = ""
    link: str = ""
    phone: str = ""
    phrases: tuple[str, ...] = ()
    place: str | None = None
    until: date | None = None
    source: str = ""
    checked_on: date | None = None

    @property
    def name(self) -> str:
        """The name of the entry: its question."""
        return self.question

    @property
    def on(self) -> bool:
        """Whether it has both an answer and a source."""
        return bool(self.answer and self.source)

    def over(self, day: date) -> bool:
        """Whether `day` is after `until`, its last one; never without that."""
        return self.until is not None and day > self.until

    def holds(self, day: date) -> bool:
        """Whether it may be told on `day`: it is `on` and not over."""
        return self.on and not self.over(day)


@dataclass(frozen=True, slots=True)
class Door:
    """A link with a code, «vk.me/…?ref=code», and what is known of a message that comes by it. `name` is what people
    read, `about` what its poster asks. `page`: the official page on which it stands. `closed`: it presets nothing."""

    code: str
    name: str
    about: str = ""
    topic: str | None = None
    place: str | None = None
    address: str = ""
    agency: str | None = None
    page: str = ""
    closed: bool = False
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """For this topic (or whole group) in this place (or anywhere) this agency answers.

    `topic` or `group` is set, or neither for everything else in one place; `place` None means everywhere.
    """

    agency: str
    topic: str | None = None
    group: str | None = None
    place: str | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class ControlCentre:
    """What waits for the ЦУР on purpose: nobody is named for it, and nobody forgot to."""

    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """Where somebody in despair is listened to. `who` answers, `audience` says for whom it is, `hours` when, `source`
    where that is published. It is shown to residents only while it is `on`: a number without a source never is."""

    who: str
    number: str = ""
    audience: str = ""
    hours: str = ""
    cost: str = ""
    source: str = ""
    checked_on: date | None = None

    @property
    def on(self) -> bool:
        """Whether it has both a number and a source."""
        return bool(self.number and self.source)

    @property
    def name(self) -> str:
        """The number with what it costs: «8-800-2000-122, бесплатно»."""
        return ", ".join(filter(None, (self.number, self.cost)))


@dataclass(frozen=True, slots=True)
class DutyOfficer:
    """A person who reads alarms: `user` is the VK id that is mentioned in the chat of those on duty."""

    user: int
    name: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Who reads an alarm of danger to life, when, and how they hand it to 112. `schedule` None: the region's hours.

    Until somebody is named no text speaks of a person on duty: the alarm goes to the ЦУР as a whole.
    """

    people: tuple[DutyOfficer, ...] = ()
    substitute: DutyOfficer | None = None
    schedule: Schedule | None = None
    handover: str = ""
    checked_on: date | None = None

    def name_of(self, user: int) -> str:
        """The name of this person, empty where the directory has none."""
        known = (*self.people, *((self.substitute,) if self.substitute else ()))
        return next((officer.name for officer in known if officer.user == user), "")


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence that residents read in the region's own words. `was`: ours, with its places in braces."""

    code: str
    was: str
    now: str

    @property
    def name(self) -> str:
        """The former words, cut to `SHOWN` letters, by which a person tells it from others."""
        return self.was if len(self.was) <= SHOWN else f"{self.was[:SHOWN]}…"


@dataclass(frozen=True)
class Directory:
    """Everything the region has named. Immutable; a new import makes a new one.

    `emergency` is what residents read; `numbers` are all emergency and dispatch numbers, each with its date (R61).
    `schedule` and `terms` hold for every agency that has none of its own (R46), looked at on `office_checked_on`.
    `checked_on`: the formal channel. `places_count`: how many places there must be, where somebody counted them.
    `timezone`: what the bot counts in, where no setting says otherwise.
    """

    region: str
    formal_channel: str
    emergency: str
    communities: tuple[Community, ...] = ()
    agencies: tuple[Agency, ...] = ()
    groups: tuple[Group, ...] = ()
    topics: tuple[Topic, ...] = ()
    places: tuple[Place, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    routes: tuple[Route, ...] = ()
    schedule: Schedule = Schedule()
    terms: Terms = Terms()
    numbers: tuple[Phone, ...] = ()
    outside: tuple[Outside, ...] = ()
    doors: tuple[Door, ...] = ()
    checked_on: date | None = None
    control_centre: ControlCentre = ControlCentre()
    office_checked_on: date | None = None
    places_count: int | None = None
    timezone: str = ""
    duty: Duty = Duty()
    crisis: tuple[CrisisLine, ...] = ()
    faq: tuple[KnownAnswer, ...] = ()
    wordings: tuple[Wording, ...] = ()
    version: str = field(default="", compare=False)

    @cached_property
    def agency_by_code(self) -> Mapping[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    @cached_property
    def topic_by_code(self) -> Mapping[str, Topic]:
        return {topic.code: topic for topic in self.topics}

    @cached_property
    def group_by_code(self) -> Mapping[str, Group]:
        return {group.code: group for group in self.groups}

    @cached_property
    def place_by_code(self) -> Mapping[str, Place]:
        return {place.code: place for place in self.places}

    @cached_property
    def door_by_code(self) -> Mapping[str, Door]:
        return {door.code: door for door in self.doors}

    @cached_property
    def _agency_by_route(self) -> Mapping[tuple[str | None, str | None, str | None], str]:
        return {(route.topic, route.group, route.place): route.agency for route in self.routes}

    def topics_of(self, group: str) -> tuple[Topic, ...]:
        """The topics of this group, in the directory's order."""
        return tuple(topic for topic in self.topics if topic.group == group)

    def agencies_of(self, level: Level) -> tuple[Agency, ...]:
        """The agencies of this level, in the directory's order."""
        return tuple(agency for agency in self.agencies if agency.level is level)

    def administration_of(self, place: str) -> Agency | None:
        """The body of a municipality in whose name its people act: the first that the directory names."""
        own = (agency for agency in self.agencies_of(Level.MUNICIPALITY) if place and agency.place == place)
        return next(own, None)

    def schedule_of(self, agency: str | None) -> Schedule:
        """The hours in which an agency's clocks run; for the ЦУР and for nobody in particular, the region's."""
        known = self.agency_by_code.get(agency) if agency else None
        return known.schedule if known and known.schedule else self.schedule

    def terms_of(self, agency: str | None) -> Terms:
        """The agency's own terms; those of the region where it has none, and for the ЦУР (None)."""
        known = self.agency_by_code.get(agency) if agency else None
        return known.terms if known and known.terms else self.terms

    def needs_approval(self, agency: str | None, topic: str) -> bool:
        """Whether a second person must look at the answer: for the agency or for the topic (R39)."""
        who = self.agency_by_code.get(agency) if agency else None
        what = self.topic_by_code.get(topic)
        return bool((who and who.approval) or (what and what.approval))

    def numbers_for(self, place: str | None) -> tuple[Phone, ...]:
        """Emergency numbers of the whole region and of this municipality."""
        return tuple(phone for phone in self.numbers if phone.place in (None, place))

    def may_pass(self, topic: str, place: str | None, agency: str) -> bool:
        """Whether an agency may hand a message straight to this one: some route names it for the topic here (R37)."""
        known = self.topic_by_code.get(topic)
        for route in self.routes:
            about = route.topic == topic or (known is not None and route.group == known.group)
            if route.agency == agency and route.place in (None, place) and (about or route.place == place is not None):
                return True
        return False

    def agency_for(self, topic: str, place: str | None) -> Agency | None:
        """The agency that answers, by the most exact route; None when nobody is named.

        Exact means: this topic here, this topic anywhere, this group here, this group anywhere, anything here.
        """
        known = self.topic_by_code.get(topic)
        group = known.group if known else None
        keys: Iterable[tuple[str | None, str | None, str | None]] = (
            (topic, None, place),
            (topic, None, None),
            (None, group, place),
            (None, group, None),
            (None, None, place),
        )
        for key in keys:
            code = self._agency_by_route.get(key)
            if code is not None and key != (None, None, None):
                return self.agency_by_code.get(code)
        return None

"""Who may come into the panel and what each may see and do there. Pure: it never reads who a person is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from states.people.chats import CUR

LINK_LIFE = timedelta(minutes=10)
"""How long a one-time link may be opened."""


class Role(StrEnum):
    """Stored as these words: one may be added, never renamed.

    `CUR` and `AGENCY` follow from the chats a person works in; every role can be granted by the administrator.
    """

    CUR = "cur"
    AGENCY = "agency"
    MUNICIPALITY = "municipality"
    READER = "reader"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person of the panel. `scope` is the code of the agency or of the place that the role is about, else empty.
    `office`: of a municipality the agency that is its administration; never stored, for the directory says it
    (bot/web/security/session.py)."""

    user: int
    role: Role
    scope: str = ""
    name: str = ""
    office: str = field(default="", compare=False)

    @property
    def proves(self) -> bool:
        """Whether a link is not enough to come in: a code of the telephone is asked for too."""
        return self.role is Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Ticket:
    """A one-time link as the storage made it for one event. Only the digest is ever stored."""

    viewer: Viewer
    token: str
    digest: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A link that was given: what is kept of it."""

    digest: str
    user: int
    expires_at: datetime


class Section(StrEnum):
    """A page of the menu; the word is its address. Pages of a feature carry their own line (site.MenuEntry)."""

    NOW = "now"
    QUEUE = "queue"
    AGENCIES = "agencies"
    PLACES = "places"
    TOPICS = "topics"
    REPORTS = "reports"
    PEOPLE = "people"
    CHATS = "chats"
    TEMPLATES = "templates"
    AUDIT = "audit"
    DATA = "data"
    SETTINGS = "settings"


_EVERYBODY = (Section.NOW, Section.QUEUE)
_WHOLE_REGION = (*_EVERYBODY, Section.AGENCIES, Section.PLACES, Section.TOPICS, Section.REPORTS)
_SECTIONS = {
    Role.CUR: (*_WHOLE_REGION, Section.CHATS, Section.TEMPLATES),
    Role.AGENCY: (*_EVERYBODY, Section.TOPICS, Section.REPORTS, Section.TEMPLATES),
    Role.MUNICIPALITY: (*_EVERYBODY, Section.AGENCIES, Section.TOPICS, Section.REPORTS, Section.TEMPLATES),
    Role.READER: _WHOLE_REGION,
    Role.ADMINISTRATOR: tuple(Section),
}


def sections(viewer: Viewer) -> tuple[Section, ...]:
    """The menu of this person, in its order; what is not here is refused."""
    return _SECTIONS[viewer.role]


def may_open(viewer: Viewer, section: Section) -> bool:
    """Whether the viewer's role has this section of the panel; what is seen inside it is cut down apart."""
    return section in _SECTIONS[viewer.role]


def may_see(viewer: Viewer, agency: str | None, place: str | None) -> bool:
    """Whether a message that this agency has, about this place, is shown: an agency sees its own only (R24)."""
    match viewer.role:
        case Role.AGENCY:
            return bool(viewer.scope) and agency == viewer.scope
        case Role.MUNICIPALITY:
            return bool(viewer.scope) and place == viewer.scope
        case _:
            return True


def acts_for(viewer: Viewer) -> str:
    """The agency in whose name this person acts: the ЦУР, their own, the administration of their municipality; empty
    for who only reads."""
    match viewer.role:
        case Role.AGENCY:
            return viewer.scope
        case Role.MUNICIPALITY:
            return viewer.office
        case Role.READER:
            return ""
        case _:
            return CUR


def may_act(viewer: Viewer, agency: str | None) -> bool:
    """Whether this person moves messages of this agency: the ЦУР moves all, an agency and the administration of a
    municipality their own, others none (R24).

    Which move a message allows says `states/people/who_may.py`, as in the chats.
    """
    if viewer.role in (Role.CUR, Role.ADMINISTRATOR):
        return True
    return bool(acts_for(viewer)) and agency == acts_for(viewer)


def may_keep_directory(viewer: Viewer) -> bool:
    """Whether this person changes the directory. The ЦУР reads it: who answers for what is decided by the region."""
    return viewer.role is Role.ADMINISTRATOR


def may_name_routes(viewer: Viewer) -> bool:
    """Whether the role is ЦУР or administrator: only they may make a route out of what history proposes, since they
    move every message by hand."""
    return viewer.role in (Role.CUR, Role.ADMINISTRATOR)


def may_keep_templates(viewer: Viewer, agency: str) -> bool:
    """Whether this person changes an agency's canned answers: the ЦУР everybody's, an agency its own."""
    return may_act(viewer, agency)

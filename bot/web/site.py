"""What a page may use, and what a page is. Nothing here changes while the panel runs but the counts of `limits`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response

from bot.config.settings import Settings, formula_of, panel_address
from bot.feature import Feature
from bot.process.clock import Clock
from bot.region.map_file import RegionMap
from bot.runtime import Reads, Runtime
from bot.web.security.limits import Limits
from states.directory import Directory
from states.facts import CommunityPolicy
from states.people.viewers import Role, Section, Viewer, may_open
from states.statistics.filter import Filter
from states.statistics.rating import Formula
from storage.db.database import Database
from storage.records.sessions import Session


@dataclass(frozen=True, slots=True)
class Site:
    """`db` is the bot's one writer; what only reads goes through `readers`. `directory()` is that of just now. `wake`
    tells the bot that something is in its inbox, `changed` that the directory is another one. `bot`: the one that runs
    in this very process; a panel apart has none."""

    settings: Settings
    db: Database
    readers: Reads
    clock: Clock
    directory: Callable[[], Directory]
    templates: Environment
    limits: Limits
    policy: CommunityPolicy
    map: RegionMap | None = None
    wake: Callable[[], None] = lambda: None
    changed: Callable[[Directory], Awaitable[None]] | None = None
    bot: Runtime | None = None
    features: tuple[Feature, ...] = ()

    @property
    def newest(self) -> Reads:
        """What reads what was written a moment ago, a session above all: a replica may be behind."""
        return self.db if self.settings.read_database_url else self.readers

    @property
    def formula(self) -> Formula:
        """The formula of the rating."""
        return formula_of(self.settings)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the settings."""
        return ZoneInfo(self.settings.timezone)

    @property
    def address(self) -> str:
        """The panel's address as people type it, without a slash at the end."""
        return panel_address(self.settings)

    @property
    def secure(self) -> bool:
        """Whether the panel is reached by https."""
        return self.address.startswith("https://")

    @property
    def community_name(self) -> str:
        """The name of this database's community as the directory has it, else «Приёмная»."""
        known = self.directory().communities
        return next((community.name for community in known if community.id == self.db.community), "Приёмная")


Answer = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the menu and who opens its pages; a feature's pages carry their own. `word`: its address. `after`: the
    section that it follows. `in_sight`: on a wide screen, not under «Ещё»; `tab`: at the foot of a telephone.
    `through`: the page by whose link it is reached; it stands in the menu only where that page is left out.
    `switch`: the setting without which it is not in the menu."""

    word: str
    name: str
    roles: frozenset[Role]
    after: Section | None = None
    in_sight: bool = False
    tab: bool = False
    through: str = ""
    switch: str = ""


def opens(viewer: Viewer, section: Section | MenuEntry) -> bool:
    """Whether this viewer may open the section."""
    return viewer.role in section.roles if isinstance(section, MenuEntry) else may_open(viewer, section)


@dataclass(frozen=True, slots=True)
class Page:
    """One address. `section`: who may open it is asked of the menu. `open`: without a session. `before_code`: with a
    session whose telephone has not been asked yet. `most_bytes`: of its form, where that is more than a form has."""

    path: str
    answer: Answer
    section: Section | MenuEntry | None = None
    methods: tuple[str, ...] = ("GET",)
    open: bool = False
    before_code: bool = False
    most_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to decide, on «Сейчас»: why in one line, and the one step that ends it. `calm`: nobody is harmed by
    waiting. `code`: the message it is about, and `acts` what ends it at once. `step`: where it is taken for all."""

    title: str
    cause: str
    href: str
    act: str
    calm: bool = False
    code: str = ""
    acts: tuple[tuple[str, str], ...] = ()
    step: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a feature adds to «Сейчас», below everything else. `behind`: counts it anew when the answer of the page has
    left, for nobody who looks at it waits for that."""

    notices: Sequence[Notice] = ()
    behind: Callable[[], Awaitable[None]] | None = None


Noticing = Callable[[Request, Filter], Noticed]


@dataclass(frozen=True, slots=True)
class Entered:
    """Who is behind a request: `viewer` was looked up for this very request, `csrf` is bound to the session."""

    session: Session
    viewer: Viewer
    csrf: str

    @property
    def owes_code(self) -> bool:
        """Whether this person's role needs a code that this session has not given yet."""
        return self.viewer.proves and not self.session.proven


def site_of(request: Request) -> Site:
    """The site that this application serves."""
    found: Site = request.app.state.site
    return found


def entered_session(request: Request) -> Entered | None:
    """Who is signed in, with their session, as it was found at the door; None for who is not."""
    found: Entered | None = getattr(request.state, "entered", None)
    return found


def viewer_of(request: Request) -> Viewer:
    """The viewer of a page that nobody sees without a session."""
    found: Viewer = request.state.viewer
    return found


def session_of(request: Request) -> str:
    """What a page keeps of a session is kept under this."""
    known = entered_session(request)
    assert known is not None, "nobody comes here without a session"
    return known.session.digest

"""Who looks after a message, in words: of one's own side, and of another. It must never offer another side's people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.web.colleagues import Side, side_of
from bot.web.layout import ROLES
from bot.web.site import Site
from handlers.text.words import day
from handlers.views.filter_words import agency_words
from states.people.chats import CUR
from states.people.viewers import Role, Viewer
from storage.db.transaction import Transaction
from storage.records import leads, people
from storage.records.leads import Lead


@dataclass(frozen=True, slots=True)
class Leading:
    """`name`: on one's own side, empty where nobody does; `user`: who it is. `note`: who said so, and whether
    they are away. `put_off`: to which day. `elsewhere`: on other sides."""

    name: str = ""
    user: int = 0
    note: str = ""
    put_off: str = ""
    elsewhere: tuple[str, ...] = ()
    me: int = 0
    choices: Sequence[tuple[int, str]] = ()


async def leading_of(tx: Transaction, site: Site, viewer: Viewer, code: str, agency: str) -> Leading:
    """Who leads the message; of other sides those count that have it now."""
    found = (await leads.of(tx, [code])).get(code, {})
    side = await side_of(tx, site, viewer)
    named = await people.names(tx, {user for lead in found.values() for user in (lead.owner, lead.by)})
    others = tuple(
        f"{ROLES[Role.CUR] if scope == CUR else agency_words(site.directory(), scope)}: {name_of(lead.owner, named)}"
        for scope, lead in found.items()
        if scope != side.scope and scope in (CUR, agency)
    )
    own = found.get(side.scope)
    if own is None:
        return Leading(elsewhere=others, me=viewer.user, choices=side.choices)
    return Leading(
        name_of(own.owner, named),
        own.owner,
        note_of(site, own, named, side),
        day(own.until, site.zone) if later(own, site.clock.now()) and own.until else "",
        others,
        viewer.user,
        side.choices,
    )


def note_of(site: Site, lead: Lead, named: Mapping[int, str], side: Side) -> str:
    """The note beside who leads: «назначено: Анна Ц., 24 ноября, нет до 5 декабря, замещает Борис»; of who took it
    himself only the second."""
    given = f"назначено: {name_of(lead.by, named)}, {day(lead.at, site.zone)}" if lead.by != lead.owner else ""
    return f"{given}{side.absent(lead.owner)}".removeprefix(", ")


def later(lead: Lead, now: datetime) -> bool:
    """Whether the lead has put the message off to a later time."""
    return lead.until is not None and lead.until > now


def name_of(user: int, named: Mapping[int, str]) -> str:
    """The person's name, or «id123» where none is known."""
    return named.get(user) or f"id{user}"


async def faces(
    tx: Transaction, side: Side, codes: Sequence[str], agencies: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """By message of a list: who leads it, of one's own side first, else of the agency that has it or of the ЦУР; and
    their letters."""
    found = await leads.of(tx, codes)
    named = await people.names(tx, {lead.owner for sides in found.values() for lead in sides.values()})
    shown = {}
    for code, sides in found.items():
        lead = next((sides[scope] for scope in (side.scope, agencies.get(code, ""), CUR) if scope in sides), None)
        if lead is not None:
            name = name_of(lead.owner, named)
            shown[code] = (name, initials(name))
    return shown


def initials(name: str) -> str:
    """The initials: «АЦ» of «Анна Ц.»."""
    return "".join(word[0] for word in name.split()[:2]).upper()

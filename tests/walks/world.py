"""The world of a walk: two agencies and the ЦУР, their chats, VK's faults; every decision passes through the checks.

It is the pure stage of the transcripts with a small region, so there is one model of what storage does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from handlers.decide import decide
from states import events as happened
from states.decision import Decision
from states.directory import Directory, Outside, Route
from states.effects import Edit
from states.events import ButtonPressed
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.templates import Template
from states.messages import Command
from states.people.chats import CUR
from states.people.officials import Official, Standing
from tests import small
from tests.transcripts.pure import CALENDAR, SIGNER, PureStage
from tests.transcripts.pure_facts import facts_of
from tests.transcripts.pure_lines import Held, Line
from tests.walks import checks

ROADS, MIASS = "roads", "miass-gorod"
ANNA, BORIS = "мария", "иван"
STARTS = (
    datetime(2026, 11, 24, 4, 30, tzinfo=UTC),  # the morning of a working day
    datetime(2026, 11, 27, 12, 40, tzinfo=UTC),  # Friday, shortly before the end
    datetime(2026, 12, 5, 18, 0, tzinfo=UTC),  # the night before Sunday
    datetime(2026, 12, 29, 6, 0, tzinfo=UTC),  # before the long holidays
    datetime(2027, 12, 28, 6, 0, tzinfo=UTC),  # a year without a calendar is near (R50)
)


def region() -> Directory:
    """Both agencies may pass to each other; one needs a second person's consent, the other has canned answers."""
    canned = (
        Template("Почистим", "По адресу {адрес} почистят {дата}."),
        Template("Не сейчас", "Сделать это сейчас нельзя: {причина}. №{номер}."),
    )
    agencies = tuple(
        replace(agency, approval=agency.code == MIASS, templates=canned if agency.code == ROADS else ())
        for agency in small.REGION.agencies
        if agency.code in (ROADS, MIASS)
    )
    routes = (Route(ROADS, group="roads"), Route(MIASS, topic="pits", place="miass"), Route(ROADS, topic="doctor"))
    outside = (Outside("rail", "Железная дорога", "8 800 000-00-00"), Outside("house", "Управляющая", "в чеке"))
    return replace(small.REGION, agencies=agencies, routes=routes, outside=outside)


REGION = region()


Stood = tuple[Status, bool]
"""In which status a message was, and whether an answer was leaving."""


def stood(appeal: Appeal) -> Stood:
    return appeal.status, bool(appeal.leaving)


@dataclass
class World(PureStage):
    """`allowed` says of each tag in an official's words which residents may read it; `fresh` of each new keyboard how
    the messages stood when it came."""

    agencies: tuple[str, ...] = (ROADS, MIASS)
    tags: int = 0
    events: int = 0
    allowed: dict[str, frozenset[int]] = field(default_factory=dict)
    whose_tag: dict[str, int] = field(default_factory=dict)
    fresh: dict[tuple[int, int], dict[str, Stood]] = field(default_factory=dict)
    waited: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.judge = small.SmallJudge(self.directory)
        self.policy = replace(small.POLICY, calendar=CALENDAR)
        everyone = {ROADS: {2001, 2002}, MIASS: {2002}, CUR: {2003}}
        self.hearing.of_lost = timedelta(hours=1)  # a fortnight of minutes says nothing new
        self.timers.clear()  # nobody looks for spikes every quarter of an hour of a walk, but see `look`
        for key, members in everyone.items():
            self.people[self.peers[key]] = members

    @classmethod
    def new(cls, chance: random.Random) -> World:
        world = cls(REGION, small.SmallFinder(REGION), chance.choice(STARTS))
        for peer in world.peers.values():
            world.chats[peer] = replace(world.chats[peer], listed_at=world.now)
            for user in world.people[peer]:
                one = Official(peer, user, Standing.WORKS, world.now, name=f"Сотрудник {user}")
                world.officials[peer, user] = one
        return world

    # What is checked on the way.

    def _handle(self, event: happened.Event) -> None:
        facts = facts_of(self, event)
        decision = decide(facts, event)
        checks.decision(self, event, decision)
        self._keep(decision)
        checks.kept(self, event, decision)
        self.events += 1

    def _keep(self, decision: Decision) -> None:
        super()._keep(decision)
        for effect in decision.effects:
            if not isinstance(effect, Edit) or effect.keyboard is None:
                continue
            where = self.sent.get(effect.target)
            if where is not None and self._find(*where).raw["text"] == effect.text:
                self.fresh[where] = self.statuses()

    def _send_one(self, held: Held) -> None:
        send = held.send
        checks.leaving(self, send)
        late = send.cause in self.waited
        super()._send_one(held)
        if held.parked:
            self.waited.add(send.cause)
        elif send.cause in self.sent and send.keyboard is not None and not late:
            self.fresh[self.sent[send.cause]] = self.statuses()

    def _run(self) -> None:
        super()._run()
        self.settled()

    def settled(self) -> None:
        """Nothing is left to do at this moment: now all must be true at once."""
        checks.at_rest(self)
        for where, then in self.fresh.items():
            checks.buttons(self, where, then)
        self.fresh.clear()

    def statuses(self) -> dict[str, Stood]:
        return {code: stood(appeal) for code, appeal in self.appeals.items()}

    def look(self) -> None:
        """For spikes, once."""
        self.inbox.append(happened.TimerFired("spikes", "", 0, self.now))
        self._run()
        del self.timers["spikes", ""]

    # What checks and people look at.

    def tag(self) -> str:
        self.tags += 1
        return f"т{self.tags}к"

    def lines_of(self, peer: int) -> list[Line]:
        return self.lines.get(peer, [])

    def with_buttons(self, peer: int) -> list[Line]:
        return [one for one in self.lines_of(peer) if one.author < 0 and one.buttons]

    def commands(self, line: Line, peer: int) -> Iterator[Command]:
        for button in line.buttons:
            command = SIGNER.command(peer, button.get("payload", ""))
            if command is not None:
                yield command

    def working_officials(self, peer: int) -> list[int]:
        return [user for (where, user), one in self.officials.items() if where == peer and one.works(self.now)]

    def tried(self, peer: int, user: int, cmid: int, command: Command) -> Decision:
        """What would follow from a press; nothing is kept."""
        event = ButtonPressed(f"try{self.tags}", peer, user, cmid, command, self.now)
        return decide(facts_of(self, event), event)

"""The tools of one running community that its loops share. It decides nothing and holds no state of a dialogue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from bot.config.settings import Settings
from bot.feature import Feature, Loaders, Making, documents_of, loaders_of, rules_of, voices_in
from bot.process.clock import Clock, Wakeup
from bot.process.health import Health
from bot.process.log import log
from bot.process.pace import Pace
from bot.region.directory_errors import DirectoryErrors
from bot.region.learned import NONE, InUse
from bot.region.shared import judge_of, matcher_of
from bot.region.voice import Voice, files_of, languages_of
from bot.vk.client import Vk
from bot.vk.files import Files
from bot.vk.payload import Signer
from states.directory import Directory
from states.facts import CommunityPolicy, Rules
from states.finder import Finder, Judge
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.db.worker_number import WorkerNumber

T = TypeVar("T")


class Bell(Protocol):
    """Tells a loop that there is something for it. `wait` says whether the loop goes on, or ends until it is begun
    again (bot/process/turns.py). `clear_signal`: it looks now, and sees whatever has been rung for. `within`:
    there will be something in so many seconds."""

    def notify(self) -> None: ...
    def clear_signal(self) -> None: ...
    def within(self, seconds: float) -> None: ...
    async def wait(self, seconds: float) -> bool: ...


class Reads(Protocol):
    """Whatever runs a transaction that changes nothing."""

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T: ...

    def of(self, community: int) -> Reads: ...


@dataclass(slots=True)
class Runtime:
    """One community and its tools. Only `directory`, `find`, `judge` and `model` change while it runs, by an import or
    when a model is adopted.

    `home`: the community of the settings, beside which this one runs; None: it is the home itself. `others`: those that
    run beside it, and `communities`: how many the registry has in each state.
    `worked`: so many events were decided since the start.

    `features`: what this region has of what may be left out. `further`: the bells of their loops.
    `number`: under which this process works, where several share a database.
    `voices`: what says the same in other languages, by their codes; of the home.
    `directory_number`: the stored version that was last looked at. `model`: what was learned, of the home only.
    `readers`: connections that only read, while the panel is open.
    `service_pace`: of what asks for the wall by the service key (bot/delivery/walls.py).
    `swept`: VK's whole list of dialogues was read. `caught_up`: since then no gap is left.
    """

    settings: Settings
    policy: CommunityPolicy
    db: Database
    vk: Vk
    files: Files
    signer: Signer
    clock: Clock
    pace: Pace
    directory: Directory
    find: Finder
    judge: Judge
    features: tuple[Feature, ...] = ()
    events: Bell = field(default_factory=partial(Wakeup, 30.0))
    outgoing: Bell = field(default_factory=partial(Wakeup, 30.0))
    timers: Bell = field(default_factory=partial(Wakeup, 30.0))
    sources: Bell = field(default_factory=partial(Wakeup, 30.0))
    asked_since: dict[str, float] = field(default_factory=dict)  # of sources, by monotonic time
    gaps: Bell = field(default_factory=partial(Wakeup, 30.0))
    sweeps: Bell = field(default_factory=Wakeup)
    people: Bell = field(default_factory=partial(Wakeup, 60.0))
    chores: Bell = field(default_factory=Wakeup)
    copies: Wakeup = field(default_factory=Wakeup)
    checks: Wakeup = field(default_factory=Wakeup)
    registry: Wakeup = field(default_factory=Wakeup)
    further: dict[str, Wakeup] = field(default_factory=dict)
    number: WorkerNumber | None = None
    readers: Reads | None = None
    started_at: datetime | None = None
    service_pace: Pace | None = None
    directory_number: int = 0
    model: InUse = NONE
    voices: Mapping[str, Voice] = field(default_factory=dict)
    swept: bool = False
    caught_up: bool = False
    health: Health = field(default_factory=Health)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    worked: int = 0
    home: Runtime | None = None
    others: dict[int, Runtime] = field(default_factory=dict)
    communities: dict[str, int] = field(default_factory=dict)

    @property
    def community(self) -> int:
        """The number of the community."""
        return self.policy.community

    @property
    def rules(self) -> Rules:
        """The rules that the features of this region add to decisions, in each of its communities."""
        return rules_of((self.home or self).features)

    @property
    def loaders(self) -> Loaders:
        """What features load for a decision."""
        return loaders_of((self.home or self).features)

    def making(self, document: str) -> Making | None:
        """The maker of the document of this name; None where this region does without."""
        return documents_of((self.home or self).features).get(document.partition(".")[0])

    def bell(self, name: str) -> Wakeup:
        """The wakeup of a feature's loop, rung as all are when time jumps or the bot stops: the home's looks after
        all."""
        return (self.home or self).further.setdefault(name, Wakeup())

    async def speak(self) -> None:
        """Makes the voices of each language of the region, and of the words of its panel. One takes a second: the loops
        go on."""
        folder, said = Path(self.settings.region_folder), self.directory.wordings
        made = await asyncio.to_thread(voices_in, folder, self.features, said) if said or files_of(folder) else {}
        if said == self.directory.wordings:  # else somebody has changed them meanwhile, and makes others
            for runtime in (self, *self.others.values()):
                runtime.voices = made
                runtime.policy = replace(runtime.policy, languages=languages_of(made))

    async def take(self, directory: Directory) -> None:
        """The directory is a new one; what waits for it may go now. A file of the region that cannot be read just now
        costs nobody the directory: what was said is said."""
        find = matcher_of(directory, self.model.learned, self.model.decides)
        speaks = directory.wordings != self.directory.wordings
        for runtime in (self, *self.others.values()):
            runtime.directory, runtime.find, runtime.judge = directory, find, judge_of(directory)
        self.events.notify()
        self.registry.notify()
        if speaks:
            try:
                await self.speak()
            except DirectoryErrors as error:
                log.error("words_failed", loop="take", error=type(error).__name__)

    def learn(self, model: InUse, find: Finder) -> None:
        """Takes over another model, or none. `find` was made with it and the present directory."""
        self.model = model
        for runtime in (self, *self.others.values()):
            runtime.find = find

    def notify_all(self) -> None:
        """Wakes every loop of this community and of those that run beside it."""
        bells: tuple[Bell, ...] = (
            self.events,
            self.outgoing,
            self.timers,
            self.sources,
            self.gaps,
            self.chores,
            self.copies,
            self.people,
            self.checks,
            *self.further.values(),
        )
        for bell in bells:
            bell.notify()
        for other in self.others.values():
            other.notify_all()

    def stop(self) -> None:
        """Asks all loops to end, also those of the communities beside this one."""
        self.stopping.set()
        for other in self.others.values():
            other.stopping.set()
            other.sweeps.notify()
        self.notify_all()
        self.sweeps.notify()
        self.registry.notify()

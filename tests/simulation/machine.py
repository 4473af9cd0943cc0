"""The simulation as a machine whose steps hypothesis chooses, and shortens when something is wrong.

`python -m tests.simulation.machine [--examples 200] [--steps 50]`. What fails is kept in tests/seeds/machine.jsonl as
the steps that are left, and is tried first from then on. It must never decide what a rule draws, only do it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.simulation import acts_official, acts_resident, checks, mutations, troubles
from tests.simulation.chance import Chance
from tests.simulation.director import Director
from tests.simulation.loop import Endless
from tests.simulation.many import stage
from tests.simulation.plan import LIVELY, Plan
from tests.simulation.stage import Scene, set_out
from tests.simulation.store import Files
from tests.simulation.windows import Copy

KEPT = Path(__file__).resolve().parent.parent / "seeds" / "machine.jsonl"
RESIDENTS = 2
ONCE = ("accept_drop", "accept_hang", "reject_drop", "late")
LASTING = ("answers_lost", "requests_lost", "bad_answers", "longpoll", "longpoll_loses", "history_lags", "uploads_fail")
OFFICIAL = ("answers", "answers_with_file", "accepts", "takes_back", "not_ours", "not_ours_to", "promises", "talks")
RESIDENT = tuple(name for name in acts_resident.ACTS if name != "asks_to_be_forgotten")
PROCESS = ("killed", "killed for long", "told to end", "copied", "put back")
SECONDS = (1, 5, 31, 120, 4000)
SETTINGS = {"pause_seconds": 1, "undo_seconds": 5, "longpoll_wait_seconds": 5, "request_timeout_seconds": 5}

Step = tuple[str, dict[str, Any]]
FILES = Files()


class Wrong(AssertionError):
    """What the checkers say."""


class Driver(Director):
    """A seed whose acts and troubles come from outside, one at a time. `aim`: the crash point that ends the process."""

    aim = ""

    def passes(self, point: str) -> bool:
        self.passed[point] += 1
        if point != self.aim or not self.may_die():
            return False
        self.aim = ""
        return True


class Machine(RuleBasedStateMachine):
    """Time passes only where a rule says so."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.open = ExitStack()
        self.broken = False
        self.acting: dict[int, asyncio.Task[None]] = {}
        self.lasting: list[asyncio.Task[Any]] = []
        self.minding: list[asyncio.Task[None]] = []
        self.copy: Copy | None = None

    @initialize(seed=st.integers(0, 999))
    def begins(self, seed: int) -> None:
        self.did("begins", seed=seed)
        scene: Scene = self.open.enter_context(set_out(stage(), Chance(f"machine {seed}"), FILES, numbers=SETTINGS))
        plan = Plan(seed, residents=RESIDENTS, settings={**SETTINGS, "erasure_minutes": 0}, crashes=10**6)
        self.driver = Driver(plan, scene)
        self.loop = scene.loop
        self.loop.most_steps = 10**8
        self.keeper = self.driver.begin()
        self.people = self.driver.residents()
        self.officials = self.driver.officials()
        self.minding = [self.loop.create_task(acts_resident.minds(person)) for person in self.people]
        self.goes_on(0.5)

    # What people do.

    @rule(who=st.integers(0, RESIDENTS - 1))
    def writes(self, who: int) -> None:
        """The plain way from the first word to the number, for as long as it takes where nothing goes wrong."""
        self.did("writes", who=who)
        self.begins_act(who, "story")
        self.goes_on(20.0)

    @rule(who=st.integers(0, RESIDENTS - 1), act=st.sampled_from(RESIDENT))
    def resident(self, who: int, act: str) -> None:
        """A resident begins an act; one at a time."""
        self.did("resident", who=who, act=act)
        self.begins_act(who, act)
        self.goes_on(3.0)

    def begins_act(self, who: int, act: str) -> None:
        if who not in self.acting or self.acting[who].done():
            self.acting[who] = self.loop.create_task(self.acts(who, act))

    async def acts(self, who: int, act: str) -> None:
        me = self.people[who]
        me.did(act)
        waits = self.driver.truth.waits
        waits[f"{me.user} {act}"] = "конца"
        await acts_resident.does(me, acts_resident.ACTS[act][0])
        del waits[f"{me.user} {act}"]

    @precondition(lambda self: self.cards())
    @rule(which=st.integers(0, 5), act=st.sampled_from(OFFICIAL))
    def official(self, which: int, act: str) -> None:
        """Somebody does something with one of the newest cards."""
        self.did("official", which=which, act=act)
        cards = self.cards()
        if cards:
            one, card = cards[which % len(cards)]
            one.did(act)
            self.lasting.append(self.loop.create_task(acts_official.ACTS[act](one, card)))
        self.goes_on(3.0)

    def cards(self) -> list[tuple[Any, Any]]:
        found = [
            (official, card)
            for official in self.officials
            for card in self.driver.record.own(official.chat.thread)
            if acts_official.can_be_answered(card)
        ]
        return sorted(found, key=lambda pair: -pair[1].id)

    # What goes wrong.

    @rule(mode=st.sampled_from(ONCE))
    def next_send(self, mode: str) -> None:
        """The next message on its way meets this (F5–F7)."""
        self.did("next_send", mode=mode)
        troubles.rule(self.driver, method="messages.send", mode=mode, times=1, seconds=20.0)

    @rule(name=st.sampled_from(LASTING))
    def begins_to_fail(self, name: str) -> None:
        self.did("begins_to_fail", name=name)
        self.driver.record.events_gone |= name.startswith("longpoll")
        self.lasting.append(self.loop.create_task(troubles.TROUBLES[name](self.driver)))
        self.goes_on(0.1)

    @precondition(lambda self: self.acting)
    @rule(seconds=st.sampled_from((1.0, 60.0, 300.0)))
    def vk_is_away(self, seconds: float) -> None:
        """F13."""
        self.did("vk_is_away", seconds=seconds)
        self.driver.vk_up(False)
        self.goes_on(seconds)
        self.driver.vk_up(True)

    @precondition(lambda self: self.acting)
    @rule(point=st.sampled_from(LIVELY))
    def crash_at(self, point: str) -> None:
        """The process ends when it next passes this point (F1)."""
        self.did("crash_at", point=point)
        self.driver.aim = point

    @precondition(lambda self: self.acting)
    @rule(what=st.sampled_from(PROCESS))
    def process(self, what: str) -> None:
        """F1, F2, F24: it is killed for a while, told to end, its file is copied, the last copy is put in its place."""
        self.did("process", what=what)
        driver = self.driver
        if what == "copied":
            self.copy = driver.copied() or self.copy
        elif what == "told to end" and driver.life is not None:
            driver.life.stop()
        elif what == "put back" and self.copy is not None:
            driver.record.events_gone = True
            driver.put_in_place(self.copy)
        elif what.startswith("killed"):
            driver.kill(600.0 if what == "killed for long" else 1.0)
        self.goes_on(3.0)

    # Time.

    @precondition(lambda self: self.acting)
    @rule(seconds=st.sampled_from(SECONDS))
    def time_passes(self, seconds: int) -> None:
        self.did("time_passes", seconds=seconds)
        self.driver.record.days_pass |= seconds > 3600
        self.goes_on(seconds)

    @precondition(lambda self: self.acting)
    @rule()
    def rests(self) -> None:
        """The last fault is over, everything comes to an end, I1–I8 and I12 hold; then it goes on."""
        self.did("rests")
        self.comes_to_rest()
        self.driver.storm = True

    @invariant()
    def each_message_is_where_it_belongs(self) -> None:
        """I4, after every step; and no process has ended by itself."""
        if self.steps:
            self.must_be_well([*self.driver.record.wrong, *self.driver.wrong])

    def comes_to_rest(self) -> None:
        driver = self.driver
        driver.aim = ""
        for one in self.lasting:
            if one.get_coro().__name__ in troubles.TROUBLES:  # type: ignore[union-attr]
                one.cancel()
        driver.mend()
        self.runs(driver.calm([*self.acting.values()]))
        wrong = checks.violations(driver.record) if driver.readable else ["бот не поднялся"]
        self.must_be_well([*driver.record.wrong, *driver.wrong, *self.loop.troubles, *wrong])

    def must_be_well(self, wrong: Sequence[str]) -> None:
        if wrong:
            self.broken = True
            FAILED[:] = self.steps
            raise Wrong(wrong[0])

    def goes_on(self, seconds: float) -> None:
        self.runs(asyncio.sleep(seconds))

    def runs(self, body: Any) -> None:
        try:
            self.loop.run_until_complete(body)
        except Endless as error:
            self.must_be_well([f"endless: {error}"])

    def did(self, step: str, **drawn: Any) -> None:
        self.steps.append((step, drawn))

    def teardown(self) -> None:
        try:
            if self.steps and not self.broken:
                self.did("rests")
                self.comes_to_rest()
        finally:
            self.ends()

    def ends(self) -> None:
        if self.steps and not self.loop.is_closed():
            if self.driver.life is not None:
                self.driver.life.dead = True
                self.driver.life.store.drop()
            for life in (self.keeper, *self.acting.values(), *self.lasting, *self.minding):
                life.cancel()
            self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.bury()
            self.loop.close()
        self.open.close()


FAILED: list[Step] = []
"""The steps of the failure that was seen last: hypothesis ends with the shortest."""


def profile(examples: int, steps: int, quick: bool = False) -> settings:
    return settings(
        phases=(Phase.generate,) if quick else (Phase.generate, Phase.shrink),
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=InMemoryExampleDatabase(),
        suppress_health_check=list(HealthCheck),
        derandomize=False,
        print_blob=False,
    )


def failure(wanted: settings, chosen: int, under: Callable[[], AbstractContextManager[None]]) -> tuple[list[Step], str]:
    """The shortest steps that go wrong, and what was wrong; nothing where all goes well."""
    FAILED.clear()
    seed(chosen)(Machine)
    stage()  # made by the whole code
    try:
        with under():
            run_state_machine_as_test(Machine, settings=wanted)
    except Wrong:
        with under():
            return shortened(list(FAILED))
    return [], ""


def shortened(steps: list[Step]) -> tuple[list[Step], str]:
    """Without the steps that it does not need: hypothesis leaves some that cost it nothing."""
    wrong = again(steps)
    for step in list(steps[1:]):
        fewer = [one for one in steps if one is not step]
        said = again(fewer)
        if said:
            steps, wrong = fewer, said
    return steps, wrong


def again(steps: Sequence[Step]) -> str:
    """These steps once more; what was wrong."""
    machine = Machine()
    try:
        for name, drawn in steps:
            getattr(machine, name)(**drawn)
            machine.each_message_is_where_it_belongs()
        machine.teardown()
    except Wrong as wrong:
        return str(wrong)
    finally:
        machine.ends()
    return ""


def kept() -> list[list[Step]]:
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []
    return [[(name, drawn) for name, drawn in json.loads(line)["steps"]] for line in lines]


def remember(steps: list[Step], wrong: str) -> None:
    if steps not in kept():
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"wrong": wrong, "steps": steps}, ensure_ascii=False) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.machine", description=__doc__)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=None, help="of the choices; without it another one each time")
    parser.add_argument("--mutant", default="", help="a mechanism that is taken out, by its name in mutations.py")
    parser.add_argument("--quick", action="store_true", help="only leave steps out, do not look for simpler ones")
    options = parser.parse_args()
    for one in [] if options.mutant else kept():
        wrong = again(one)
        if wrong:
            told(one, wrong)
            return 1
    under = getattr(mutations, options.mutant or "unchanged")
    chosen = secrets.randbelow(10**9) if options.seed is None else options.seed
    print(f"зерно {chosen}", file=sys.stderr)
    steps, wrong = failure(profile(options.examples, options.steps, options.quick), chosen, under)
    told(steps, wrong)
    if steps and not options.mutant:
        remember(steps, wrong)
    return 1 if steps else 0


def told(steps: list[Step], wrong: str) -> None:
    for name, drawn in steps:
        print(f"  {name}({', '.join(f'{key}={value!r}' for key, value in drawn.items())})")
    print(wrong or "всё верно")


if __name__ == "__main__":
    raise SystemExit(main())

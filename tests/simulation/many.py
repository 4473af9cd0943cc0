"""Many seeds in several processes: outcomes in the order of the plans, and an end for a seed that goes nowhere.

The stage is prepared once and inherited by the processes. A seed that shows no progress is an outcome like any other.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tests.simulation.commenting import Commenting
from tests.simulation.director import Director, Outcome, play
from tests.simulation.plan import Plan
from tests.simulation.stage import Stage, prepared, quiet_log
from tests.simulation.store import Files
from tests.simulation.twins import Twins, twin_stage

LONGEST = 600
"""Seconds in which a seed must have ended; it needs a fraction of one."""
GRACE = 60


class Hung(KeyboardInterrupt):
    """A seed took too long. Nothing of the bot or of the loop catches this."""


class Player:
    """Plays plans one after the other."""

    def __init__(self) -> None:
        self._files = Files()

    def play(self, plan: Plan) -> Outcome:
        before = os.times()
        signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(LONGEST)
        try:
            outcome = play(plan, stage(plan.twins), self._files, directed=directed(plan))
        except Hung:
            outcome = hung(plan)
        except Exception as error:  # the simulation itself broke: that is no proof of anything
            outcome = Outcome(plan.seed, [f"симуляция: {error!r}"])
        finally:
            signal.alarm(0)
        after = os.times()
        return replace(outcome, cpu=after.user + after.system - before.user - before.system)


def _give_up(*_: Any) -> None:
    raise Hung


def hung(plan: Plan) -> Outcome:
    return Outcome(plan.seed, [f"endless: за {LONGEST} с нет конца"])


_players: dict[int, Player] = {}


def _play(plan: Plan) -> Outcome:
    """In a process of the pool; what it plays in is made with its first plan."""
    own = _players.get(os.getpid())
    if own is None:
        own = _players[os.getpid()] = Player()
    return own.play(plan)


_stages: dict[bool, Stage] = {}


def stage(twins: bool = False) -> Stage:
    """Made once in a process and those that it forks."""
    quiet_log()
    if twins not in _stages:
        _stages[twins] = twin_stage() if twins else prepared()
    return _stages[twins]


def directed(plan: Plan) -> type[Director]:
    return Twins if plan.twins else Commenting if plan.comments else Director


def outcomes(plans: Sequence[Plan], jobs: int = 1) -> Iterator[Outcome]:
    """In the order of the plans. Whoever stops asking stops the rest."""
    for twins in sorted({plan.twins for plan in plans}):
        stage(twins)
    if jobs <= 1:
        yield from map(Player().play, plans)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        coming = pool.imap(_play, plans)
        for plan in plans:
            try:
                yield coming.next(LONGEST + GRACE)
            except multiprocessing.TimeoutError:
                # Not even a signal reaches it: it turns inside one call. The rest cannot be told from it.
                yield hung(plan)
                return

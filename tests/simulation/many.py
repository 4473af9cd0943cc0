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

from tests.simulation.director import Outcome, play
from tests.simulation.plan import Plan
from tests.simulation.stage import Stage, prepared, quiet_log
from tests.simulation.store import Files

LONGEST = 600
"""Seconds in which a seed must have ended; it needs a fraction of one."""
GRACE = 60


class Hung(KeyboardInterrupt):
    """A seed took too long. Nothing of the bot or of the loop catches this."""


class Player:
    """Plays plans one after the other."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._files = Files()

    def play(self, plan: Plan) -> Outcome:
        before = os.times()
        signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(LONGEST)
        try:
            outcome = play(plan, self._stage, self._files)
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
        own = _players[os.getpid()] = Player(_stages[0])
    return own.play(plan)


_stages: list[Stage] = []


def stage() -> Stage:
    """Made once in a process and those that it forks."""
    quiet_log()
    if not _stages:
        _stages.append(prepared())
    return _stages[0]


def outcomes(plans: Sequence[Plan], jobs: int = 1) -> Iterator[Outcome]:
    """In the order of the plans. Whoever stops asking stops the rest."""
    made = stage()
    if jobs <= 1:
        yield from map(Player(made).play, plans)
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

"""`python -m tests.simulation --seeds N --from S [--jobs J] [--results FILE] [--focus POINT] [--mutant NAME]
[--of TROUBLE] [--twins] [--alarms] [--comments]`, `--replay SEED`.

Says each violation with its seed, how to play it again and how often each crash point was hit; ends with 1 if any.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.simulation import ci
from tests.simulation.commenting import commented
from tests.simulation.director import Outcome, play
from tests.simulation.kept_seeds import COMMENTS, KEPT, TWINS, kept, remember
from tests.simulation.many import directed, outcomes, stage
from tests.simulation.mutants import BY_NAME, taken_out
from tests.simulation.plan import Plan, aimed, alarmed, drawn, twin
from tests.simulation.points import NAMES, POINTS
from tests.simulation.store import Files
from tests.simulation.tally import Tally, keep, resumed
from tests.simulation.twins import TROUBLES

BLOCK = 500
"""After so many seeds the results are on disk."""
BAR = 30


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--results", type=Path, default=None, help="JSON; an unfinished run goes on where it ended")
    parser.add_argument("--focus", choices=NAMES, default=None, help="aim at this crash point in every seed")
    parser.add_argument("--aim", choices=NAMES, default=None, help="die at this crash point as often as may be")
    parser.add_argument("--ci", action="store_const", dest="form", const=ci.CI, help="what CI runs (ci.py)")
    parser.add_argument("--night", action="store_const", dest="form", const=ci.NIGHT, help="what each night runs")
    parser.add_argument("--without", choices=TROUBLES, action="append", default=[], help="leave this trouble out")
    parser.add_argument("--with", dest="also", choices=TROUBLES, action="append", default=[], help="in every seed")
    parser.add_argument("--of", choices=TROUBLES, default=None, help="only the seeds whose plan has this trouble")
    parser.add_argument("--kept", action="store_true", help="the seeds of tests/seeds/ first, that failed once")
    parser.add_argument("--twins", action="store_true", help="with a second community beside the home (twins.py)")
    parser.add_argument("--alarms", action="store_true", help="with alarms of danger to life in every seed")
    parser.add_argument("--comments", action="store_true", help="with comments under posts (commenting.py)")
    parser.add_argument("--replay", type=int, default=None, metavar="SEED", help="one seed with its trace")
    parser.add_argument("--mutant", choices=BY_NAME, default=None, help="with this mechanism taken out (mutants.py)")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    mutant = BY_NAME.get(options.mutant)
    fixed: dict[str, Any] = dict(mutant.plan) if mutant else {}
    if options.focus:
        fixed["focus"] = options.focus
    if options.form:
        return in_form(options, options.form)
    stage(options.twins)  # made by the whole code
    with taken_out(mutant):
        return played(options, fixed)


def played(options: argparse.Namespace, fixed: dict[str, Any]) -> int:
    if options.replay is not None:
        return replayed(plan_of(options.replay, options, fixed))
    wrong = 0
    if options.kept:
        plans = [plan_of(seed, options, fixed) for seed in kept(file_of(options))]
        wrong = ran(Tally(), plans, options, len(plans)).violations
    seeds = asked_for(options)
    asked = f"python -m tests.simulation --seeds {options.seeds} --from {options.first} --of {options.of}"
    also = {"command": asked} if options.of else {}
    tally = resumed(options.results, options.first)
    while tally.seeds < len(seeds):
        block = seeds[tally.seeds : tally.seeds + BLOCK]
        ran(tally, [plan_of(seed, options, fixed) for seed in block], options, len(seeds))
        if options.results is not None:
            keep(tally, options.results, **also)
    print("\n".join(summary(tally)))
    return 1 if tally.violations or wrong else 0


def asked_for(options: argparse.Namespace) -> Sequence[int]:
    """What concerns one trouble only, as a restore does, needs no other seeds again."""
    seeds = range(options.first, options.first + options.seeds)
    return [seed for seed in seeds if draw_of(options)(seed).has(options.of)] if options.of else seeds


def draw_of(options: argparse.Namespace) -> Callable[..., Plan]:
    if options.comments:
        return commented
    return twin if options.twins else alarmed if options.alarms else drawn


def file_of(options: argparse.Namespace) -> Path:
    """Where a seed of this draw is kept that failed once."""
    return COMMENTS if options.comments else TWINS if options.twins else KEPT


def plan_of(seed: int, options: argparse.Namespace, fixed: dict[str, Any]) -> Plan:
    draw = draw_of(options)
    if options.aim:
        return aimed(seed, options.aim, draw)
    plan = draw(seed, **fixed)
    if not (options.without or options.also):
        return plan
    left = tuple(name for name in plan.troubles if name not in options.without)
    also = tuple(name for name in options.also if name not in left)
    return draw(seed, **{**fixed, "troubles": left + also})


def in_form(options: argparse.Namespace, form: ci.Form) -> int:
    tally, plans = Tally(), ci.plans(form)
    chosen = f"; от коммита {ci.of_commit()}…" if form.by_commit else ""
    print(f"сохранённые зёрна: {len(kept())}; 0…{form.fixed - 1}{chosen}", flush=True)
    ci.elsewhere(form, tally)  # it forks, so before anything here has threads: after a pool one fork once stood still
    ran(tally, plans, options, len(plans))
    twins = ci.twins(form)
    ran(tally, twins, options, tally.seeds + len(twins))
    ci.aiming(form, tally, lambda more: ran(tally, more, options, tally.seeds + len(more)))
    few = list(ci.too_few(form, tally.points))
    print("\n".join([*summary(tally), *few]))
    if options.results is not None:
        keep(tally, options.results)
    return 1 if tally.violations or few else 0


def replayed(plan: Plan) -> int:
    made = stage(plan.twins)
    print(plan)
    outcome = play(plan, made, Files(), print, directed(plan))
    print(f"след {outcome.trace}")
    for one in outcome.wrong:
        print(f"  {one}")
    return 1 if outcome.wrong else 0


def ran(tally: Tally, plans: list[Plan], options: argparse.Namespace, whole: int) -> Tally:
    began, before = time.monotonic(), tally.seconds
    progress = Progress(whole)
    for outcome, plan in zip(outcomes(plans, options.jobs), plans, strict=False):
        tally.add(outcome)
        tally.seconds = before + time.monotonic() - began
        if outcome.wrong:
            progress.clear()
            failed(outcome, options, plan)
        progress.show(tally)
    progress.clear()
    return tally


def failed(outcome: Outcome, options: argparse.Namespace, plan: Plan) -> None:
    print(f"зерно {outcome.seed}: {len(outcome.wrong)} нарушений")
    for one in outcome.wrong[:8]:
        print(f"  {one}")
    more = "".join(f" --without {name}" for name in options.without)
    more += "".join(f" --with {name}" for name in options.also)
    more += f" --focus '{options.focus}'" if options.focus else ""
    more += f" --aim '{plan.aim}'" if plan.aim else ""
    more += f" --mutant '{options.mutant}'" if options.mutant else ""
    more += " --alarms" if options.alarms else ""
    draw = " --twins" if plan.twins else " --comments" if plan.comments else ""
    print(f"  ещё раз: python -m tests.simulation --replay {outcome.seed}{draw}{more}", flush=True)
    if not more:
        remember(outcome.seed, file_of(options))


class Progress:
    """A bar on a terminal, a line each half minute elsewhere."""

    def __init__(self, whole: int) -> None:
        self._whole = max(1, whole)
        self._terminal = sys.stderr.isatty()
        self._next = time.monotonic() + (0.0 if self._terminal else 30.0)

    def show(self, tally: Tally) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + (0.2 if self._terminal else 30.0)
        done = tally.seeds / self._whole
        bar = "█" * int(done * BAR) + "·" * (BAR - int(done * BAR))
        pace = tally.seeds / tally.seconds if tally.seconds else 0.0
        line = f"{bar} {tally.seeds}/{self._whole} зёрен, {pace:.1f} в секунду, нарушений {tally.violations}"
        print(f"\r{line} " if self._terminal else line, end="" if self._terminal else "\n", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def summary(tally: Tally) -> Iterator[str]:
    yield "точки падения: процесс умер / прошёл"
    for number, names in POINTS.items():
        for name in names:
            yield f"  {number:2} {name:28} {tally.points[name]:6} / {tally.passed[name]}"
    yield "беды: " + ", ".join(f"{name} {times}" for name, times in sorted(tally.troubles.items()))
    yield "концы: " + ", ".join(f"{name} {times}" for name, times in sorted(tally.deaths.items()))
    yield (
        f"зёрна {tally.first}…{tally.first + tally.seeds - 1}: нарушений {tally.violations} "
        f"в {len(tally.failed)} зёрнах; сообщений {tally.figures['messages']}, жизней {tally.figures['lives']}, "
        f"восстановлений {tally.figures['restores']}, тревог {tally.figures['alarms']}"
    )
    yield (f"{tally.seconds:.0f} с, процессора {tally.cpu_seconds:.0f} с: {tally.each:.1f} зёрен на секунду ядра")


if __name__ == "__main__":
    raise SystemExit(main())

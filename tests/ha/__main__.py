"""`python -m tests.ha --kills 3 --results FILE`: the long form. Leaders are killed under load, with synchronous
standbys; then the control with asynchronous ones, which must lose rows. Ends with 1 where the one loses or the other
does not."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.rig.stand import machine
from tests import proof_file
from tests.ha.run import Failovers, Restored, failovers, losing
from tests.kill.invariants import violations
from tests.kill.run import Plan


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.ha", description=__doc__)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None, help="without one a new one is drawn")
    parser.add_argument("--residents", type=int, default=8)
    parser.add_argument("--keep", type=Path, default=None, help="new folder for logs")
    parser.add_argument("--results", type=Path, default=None)
    return parser.parse_args()


def main() -> int:
    options = arguments()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    plan = Plan(options.kills, seed, options.residents)
    print(f"зерно {seed}; {machine()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="ha-") as scratch:
        return played(plan, options.keep or Path(scratch), options.results)


def played(plan: Plan, folder: Path, results: Path | None) -> int:
    done = asyncio.run(failovers(plan, room(folder, "synchronous")))
    print(f"{done.table()}\n", flush=True)
    controls = {how: asyncio.run(losing(plan, room(folder, how), bot_dies=how == "dies")) for how in ("lives", "dies")}
    print(*CONTROL, *(found.line(how) for how, found in controls.items()), sep="\n", flush=True)
    wrong = faults(done, controls)
    print(*wrong, sep="\n")
    if results is not None:
        rows = {how: {**asdict(found), "log": ""} for how, found in controls.items()}
        kills = [asdict(one) for one in done.kills]
        proof_file.write(results, {"seed": plan.seed, "kills": kills, "controls": rows, "wrong": wrong})
    return 1 if wrong else 0


CONTROL = (
    "| the bot | rows acknowledged | rows lost | noticed after, s | wrong after recovery |",
    "|---|---|---|---|---|",
)


def room(folder: Path, name: str) -> Path:
    (folder / name).mkdir(parents=True)
    return folder / name


def faults(done: Failovers, controls: dict[str, Restored]) -> list[str]:
    found = violations(done.evidence)
    found += [f"потеряно строк: {one.lost} ({one.node})" for one in done.kills if one.lost]
    for how, one in controls.items():
        found += [f"контроль {how}: {what}" for what in one.wrong]
        if not one.lost:
            found.append(f"контроль {how}: ничего не потеряно, значит проверка ничего не доказывает")
    return found


if __name__ == "__main__":
    raise SystemExit(main())

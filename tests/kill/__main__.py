"""`python -m tests.kill --kills 1000 --seed S --results FILE`: the long form, a hundred deaths at a time.

A part is a line of the file; a run cut short goes on where it ended. A seed that fails is kept in tests/seeds/.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.kill.invariants import INVARIANTS, violations
from tests.kill.run import Plan, run

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "kill.txt"
PART = 100


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="without one a new one is drawn")
    parser.add_argument("--residents", type=int, default=10)
    parser.add_argument("--faults", type=float, default=0.0, help="chance that VK's answer to a send is lost")
    parser.add_argument("--jumps", type=float, default=0.0, help="chance that the clock jumps during a life")
    parser.add_argument("--keep", type=Path, default=None, help="new folder for files, logs and evidence")
    parser.add_argument("--results", type=Path, default=None, help="lines of parts that are done; read at the start")
    return parser.parse_args()


def parts(options: argparse.Namespace, seed: int) -> Iterator[Plan]:
    """A hundred deaths each, with a seed of its own."""
    left = options.kills
    while left > 0:
        yield Plan(min(PART, left), seed, options.residents, options.faults, jumps=options.jumps)
        left, seed = left - PART, seed + 1


def main() -> int:
    options = arguments()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    done = {one["seed"]: one for one in lines(options.results)}
    found = [done.get(plan.seed) or one_part(plan, options) for plan in parts(options, seed)]
    wrong = sum(len(one["wrong"]) for one in found)
    kills, appeals = sum(one["kills"] for one in found), sum(one["appeals"] for one in found)
    print(f"всего: убит {kills} раз, отправлено сообщений {appeals}, нарушений {wrong}")
    return 1 if wrong else 0


def lines(results: Path | None) -> list[dict[str, Any]]:
    if results is None or not results.exists():
        return []
    return [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]


def one_part(plan: Plan, options: argparse.Namespace) -> dict[str, Any]:
    print(f"зерно {plan.seed}, смертей {plan.kills}, жителей {plan.residents}, потерянных ответов {plan.faults:.0%}")
    with tempfile.TemporaryDirectory(prefix="kill-") as scratch:
        folder = options.keep / str(plan.seed) if options.keep else Path(scratch)
        folder.mkdir(parents=True, exist_ok=not options.keep)
        evidence, figures = asyncio.run(run(plan, folder))
        (folder / "evidence.json").write_text(json.dumps(asdict(evidence), ensure_ascii=False), encoding="utf-8")
    print(figures.line())
    wrong = violations(evidence)
    for one in wrong:
        print(f"  {one}")
    held = [name for name in INVARIANTS if not any(one.startswith(f"{name}:") for one in wrong)]
    print(f"держатся: {', '.join(held)}", flush=True)
    if wrong:
        remember(plan)
        print(f"НЕ держится: {len(wrong)}. Зерно: {SEEDS}")
    at = f"{datetime.now(UTC):%F %T}"
    said = {"seed": plan.seed, **asdict(figures), "wrong": wrong, "commit": commit(), "at": at}
    if options.results is not None:
        with options.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said, ensure_ascii=False) + "\n")
    return said


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def remember(plan: Plan) -> None:
    SEEDS.parent.mkdir(exist_ok=True)
    with SEEDS.open("a", encoding="utf-8") as file:
        file.write(
            f"--seed {plan.seed} --kills {plan.kills} --residents {plan.residents} --faults {plan.faults} "
            f"--jumps {plan.jumps}\n"
        )


if __name__ == "__main__":
    raise SystemExit(main())

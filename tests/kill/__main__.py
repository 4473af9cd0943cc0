"""`python -m tests.kill --kills 1000 --seed S --results FILE`: the long form, a hundred deaths at a time.

A run cut short goes on after the last whole hundred. A seed that fails is kept in tests/seeds/.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests import proof_file
from tests.kill.invariants import INVARIANTS, violations
from tests.kill.run import Plan, run
from tests.kill.under_posts import UNDER_POSTS

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "kill.txt"
PART = 100


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="without one a new one is drawn")
    parser.add_argument("--residents", type=int, default=10)
    parser.add_argument("--faults", type=float, default=0.0, help="chance that VK's answer to a send is lost")
    parser.add_argument("--jumps", type=float, default=0.0, help="chance that the clock jumps during a life")
    parser.add_argument("--twins", action="store_true", help="the process runs a second community (0022)")
    parser.add_argument("--comments", action="store_true", help="people comment under posts too")
    parser.add_argument("--keep", type=Path, default=None, help="new folder for files, logs and evidence")
    parser.add_argument("--results", type=Path, default=None, help="JSON; an unfinished run goes on where it ended")
    return parser.parse_args()


def parts(options: argparse.Namespace, seed: int) -> Iterator[Plan]:
    """A hundred deaths each, with a seed of its own."""
    left = options.kills
    while left > 0:
        same = (options.residents, options.faults)
        more = {"twins": options.twins, "comments": options.comments}
        yield Plan(min(PART, left), seed, *same, jumps=options.jumps, **more)
        left, seed = left - PART, seed + 1


def main() -> int:
    options = arguments()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    same = {name: getattr(options, name) for name in ("residents", "faults", "jumps", "twins", "comments")}
    kept = proof_file.unfinished(options.results, first_seed=seed, **same) or {}
    done = {(part["seed"], part["kills"]): part for part in kept.get("parts", ())}
    found: list[dict[str, Any]] = []
    for plan in parts(options, seed):
        found.append(done.get((plan.seed, plan.kills)) or one_part(plan, options))
        if options.results is not None:
            proof_file.write(options.results, {"first_seed": seed, **same, **summed(found), "parts": found})
    whole = summed(found)
    print(f"всего: убит {whole['kills']} раз, отправлено сообщений {whole['appeals']}, нарушений {whole['violations']}")
    return 1 if whole["violations"] else 0


def summed(found: list[dict[str, Any]]) -> dict[str, Any]:
    """By invariant as well, so that what was lost is told from what was doubled."""
    sums = ("kills", "seconds", "acts", "appeals", "bot_messages")
    broken = Counter(wrong.partition(":")[0] for row in found for wrong in row["wrong"])
    whole = {name: round(sum(row[name] for row in found), 1) for name in sums}
    return {**whole, "violations": broken.total(), "broken": dict(sorted(broken.items()))}


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
    held = [name for name in [*INVARIANTS, *UNDER_POSTS] if not any(one.startswith(f"{name}:") for one in wrong)]
    print(f"держатся: {', '.join(held)}", flush=True)
    if wrong:
        remember(plan)
        print(f"НЕ держится: {len(wrong)}. Зерно: {SEEDS}")
    return {"seed": plan.seed, **asdict(figures), "wrong": wrong}


def remember(plan: Plan) -> None:
    SEEDS.parent.mkdir(exist_ok=True)
    with SEEDS.open("a", encoding="utf-8") as file:
        file.write(
            f"--seed {plan.seed} --kills {plan.kills} --residents {plan.residents} --faults {plan.faults} "
            f"--jumps {plan.jumps}{' --twins' if plan.twins else ''}{' --comments' if plan.comments else ''}\n"
        )


if __name__ == "__main__":
    raise SystemExit(main())

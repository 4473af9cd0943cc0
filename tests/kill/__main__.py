"""`python -m tests.kill --kills 100 --seed S`: the long form. A seed that fails is kept in tests/seeds/."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.kill.invariants import INVARIANTS, violations
from tests.kill.run import Plan, run

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "kill.txt"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="without one a new one is drawn")
    parser.add_argument("--residents", type=int, default=10)
    parser.add_argument("--faults", type=float, default=0.0, help="chance that VK's answer to a send is lost")
    parser.add_argument("--keep", type=Path, default=None, help="folder for the bot's file, its log and the evidence")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    plan = Plan(options.kills, seed, options.residents, options.faults)
    print(f"зерно {seed}, смертей {plan.kills}, жителей {plan.residents}, потерянных ответов {plan.faults:.0%}")
    with tempfile.TemporaryDirectory(prefix="kill-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        evidence, figures = asyncio.run(run(plan, folder))
        (folder / "evidence.json").write_text(json.dumps(asdict(evidence), ensure_ascii=False), encoding="utf-8")
    print(figures.line())
    wrong = violations(evidence)
    for one in wrong:
        print(f"  {one}")
    held = [name for name in INVARIANTS if not any(one.startswith(f"{name}:") for one in wrong)]
    print(f"держатся: {', '.join(held)}")
    if wrong:
        remember(plan)
        print(f"НЕ держится: {len(wrong)}. Зерно записано в {SEEDS}")
    return 1 if wrong else 0


def remember(plan: Plan) -> None:
    SEEDS.parent.mkdir(exist_ok=True)
    with SEEDS.open("a", encoding="utf-8") as file:
        file.write(f"--seed {plan.seed} --kills {plan.kills} --residents {plan.residents} --faults {plan.faults}\n")


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m tests.simulation.soak`: a long day of a whole region in virtual time, and what it leaves behind (F31, G8).

Two thousand residents and forty chats for 24 hours, every kind of fault at one in a hundred. Fewer hours and people are
the short form, which the tests run.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import ROOT
from tests import proof_file
from tests.simulation.chance import Chance
from tests.simulation.loop import run
from tests.simulation.soak_day import Day
from tests.simulation.soak_growth import Sample, figures, grown, sample
from tests.simulation.soak_world import crowded, plan_of
from tests.simulation.stage import Files, prepared, quiet_log, scratch, set_out

RESULTS = ROOT / "docs" / "reference" / "proof" / "soak.json"


def soak(hours: float, residents: int, chats: int, seed: int, say: bool = False) -> dict[str, Any]:
    """One day from its beginning to its verdict, as it is kept."""
    began = time.perf_counter()
    samples: list[Sample] = []

    def sampled(day: Day, when: str) -> None:
        one = sample(day, when)
        if one is not None:
            samples.append(one)
        if say and one is not None:
            print(f"{time.perf_counter() - began:6.0f} с  {one}", file=sys.stderr, flush=True)

    quiet_log()
    folder = scratch()
    try:
        stage = prepared(crowded(residents, chats))
        with set_out(stage, Chance(seed), Files(folder)) as scene:
            day = Day(plan_of(seed, residents), scene, hours, sampled)
            run(scene.loop, day.play)
            wrong = [*day.wrong, *scene.loop.troubles, *(f"эмулятор: {crash}" for crash in scene.vk.crashes)]
    finally:
        shutil.rmtree(folder)
    return {
        "hours": hours,
        "residents": residents,
        "chats": chats,
        "seed": seed,
        "seconds": round(time.perf_counter() - began),
        "visits": day.came,
        "acts": dict(sorted(day.truth.acts.items())),
        "numbers": len(set(day.truth.owner.values())),
        "messages": scene.world.next_id - 1,
        "requests": day.net.requests,
        "faults": day.struck,
        "deaths": day.lives - 1,
        "presses": len(day.net.taken),
        "quiet_points": day.quiet_points,
        "messages_checked": day.record.steps_checked,
        "growth": figures(samples),
        "wrong": [*wrong, *grown(samples)],
        "samples": [one.as_json() for one in samples],
    }


def kept(result: dict[str, Any], path: Path) -> None:
    command = (
        f"python -m tests.simulation.soak --hours {result['hours']:g} --residents {result['residents']} "
        f"--chats {result['chats']} --seed {result['seed']}"
    )
    proof_file.write(path, {"command": command, **result})


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--residents", type=int, default=2000)
    parser.add_argument("--chats", type=int, default=40)
    parser.add_argument("--seed", type=int, default=None, help="without one a new one is drawn")
    parser.add_argument("--results", type=Path, default=None, help=f"kept for the docs: {RESULTS.relative_to(ROOT)}")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    same = {name: getattr(options, name) for name in ("hours", "residents", "chats")}
    done = proof_file.unfinished(options.results, seed=seed, **same)
    if done is not None:
        print(f"{options.results}: этот день уже прожит на {done['commit']}, нарушений {len(done['wrong'])}")
        return 1 if done["wrong"] else 0
    print(f"семя {seed}", flush=True)
    result = soak(options.hours, options.residents, options.chats, seed, say=True)
    if options.results is not None:
        kept(result, options.results)
    told = {name: value for name, value in result.items() if name != "samples"}
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    raise SystemExit(main())

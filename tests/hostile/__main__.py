"""`python -m tests.hostile payloads --seed S`: the long forms. A seed that fails is kept in tests/seeds/ for ever."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.process import log
from bot.region.directory_file import read
from matching import Matcher
from tests.hostile import events, floods, payloads, planted, seeds, texts
from tests.hostile.bench import bare

REGION = Path(__file__).resolve().parents[2] / "regions" / "chelyabinsk"


@dataclass(frozen=True)
class Verdict:
    """What one form says of itself, and what it found."""

    line: str
    wrong: list[str]


def payloads_form(count: int, seed: int) -> Verdict:
    region = read(REGION)
    world = asyncio.run(payloads.played(region, Matcher(region)))
    figures = payloads.attack(world, count, seed)
    return Verdict(figures.line(), figures.accepted)


def texts_form(count: int, seed: int) -> Verdict:
    figures = texts.fuzz(count, seed)
    return Verdict(figures.line(), figures.wrong)


def planted_form(count: int, seed: int) -> Verdict:
    region = read(REGION)
    figures = planted.walks(region, Matcher(region), count, seed)
    return Verdict(figures.line(), figures.wrong)


def floods_form(count: int, seed: int) -> Verdict:
    """`count` is the seconds of fifty messages a second, with 500 people more who write as much together."""
    log.start("WARNING")
    with tempfile.TemporaryDirectory(prefix="flood-") as folder:
        figures = asyncio.run(floods.flooded(Path(folder), read(REGION), count, 50, crowd=500))
    return Verdict(figures.line(), figures.wrong())


def events_form(count: int, seed: int) -> Verdict:
    log.start("CRITICAL")
    region = read(REGION)

    async def attacked(folder: str) -> events.Figures:
        async with bare(Path(folder), region, Matcher(region)) as bot:
            return await events.attack(bot, count, seed)

    with tempfile.TemporaryDirectory(prefix="events-") as folder:
        figures = asyncio.run(attacked(folder))
    return Verdict(figures.line(), figures.wrong)


FORMS: dict[str, tuple[Callable[[int, int], Verdict], int]] = {
    "payloads": (payloads_form, 100_000),
    "texts": (texts_form, 1_000_000),
    "planted": (planted_form, 60_000),
    "floods": (floods_form, 60),
    "events": (events_form, 100_000),
}
"""Each long form and how many trials it makes unless told."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("form", choices=[*FORMS, "all"])
    parser.add_argument("--count", type=int, default=None, help="trials; each form has its own number")
    parser.add_argument("--seed", type=int, default=None, help="without one a new one is drawn")
    return parser.parse_args()


def run(name: str, count: int | None, seed: int | None) -> bool:
    form, usual = FORMS[name]
    seed = seeds.fresh() if seed is None else seed
    begun = time.perf_counter()
    verdict = form(count or usual, seed)
    print(f"{name}: зерно {seed}: {verdict.line} ({time.perf_counter() - begun:.0f} с)")
    for one in verdict.wrong[:20]:
        print(f"  {one}")
    if verdict.wrong:
        seeds.remember(name, seed)
        print(f"НЕ держится: {len(verdict.wrong)}. Зерно записано в {seeds.KEPT}")
    return not verdict.wrong


def main() -> int:
    options = arguments()
    names = list(FORMS) if options.form == "all" else [options.form]
    held = [run(name, options.count, options.seed) for name in names]
    return 0 if all(held) else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m tests.simulation.proof`: docs/reference/proof.md out of proof/*.json beside it and tests/seeds/found.toml.

Nothing is typed into the page; what was not run says so.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import ROOT
from tests.proof_file import FOLDER
from tests.simulation.kept_seeds import remarks
from tests.simulation.points import POINTS

PAGE = ROOT / "docs" / "reference" / "proof.md"
FOUND = ROOT / "tests" / "seeds" / "found.toml"
Kept = dict[str, Any]

HEAD = """\
# Proof

Written by `python -m tests.simulation.proof` out of `docs/reference/proof/*.json`, which `make prove` writes; a test
compares the page with the files. One command runs everything and goes on where it was cut off, as long as the code is
the same; `make prove PART=kills` runs one part, `SEEDS=100000 FROM=0 JOBS=2` say how much. How the simulation works:
[what was tested](tested.md#the-simulation). Which fault is proved by which test: [threats.md](threats.md).

0 of N bounds the true rate by 3/N at 95 %.
"""
COLUMNS = ("lost", "doubled", "misdelivered", "out of order", "undrained", "other")
PLACES: dict[str, str] = {
    "I1": "lost",
    "I4": "misdelivered",
    "R14": "misdelivered",
    "I5": "out of order",
    "I7": "doubled",
    "I8": "undrained",
    "endless": "undrained",
    "echo": "doubled",
}
WORDS: dict[str, str] = {"потеряно": "lost", "дважды": "doubled", "не туда": "misdelivered"}
PARTS: tuple[tuple[str, str, str, str], ...] = (
    ("simulation", "every fault", "seeds", "python -m tests.simulation --seeds {seeds} --from {from}"),
    ("older_copy", "those with an older copy, again", "seeds", "{command}"),
    ("points", "an end at each crash point by intent", "seeds", "python -m tests.simulation.crash_points"),
    ("combinations", "72 guesses about VK", "seeds", "python -m tests.simulation.combinations"),
    ("kills", "SIGKILL of the real process", "kills", "python -m tests.kill --kills {kills} --seed {first_seed}"),
    ("losses", "power losses", "losses", "python -m tests.powerloss --losses {losses} --from {from}"),
    ("soak", "a day of a region", "messages", "{command}"),
)


def read() -> dict[str, Kept]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def runs_of(kept: dict[str, Kept], name: str) -> list[Kept]:
    """Of this part; of seeds also further ranges, each in a file of its own: simulation.json, simulation-17500.json."""
    found = [one for key, one in kept.items() if re.fullmatch(rf"{name}(-\d+)?", key)]
    return sorted(found, key=lambda one: int(one.get("from", 0)))


def page(kept: dict[str, Kept]) -> str:
    parts = (HEAD, table(kept), failed(kept), crash_points(kept), combinations(kept), mutants(kept), kills(kept))
    more = (losses(kept), soak(kept), plain(kept), found(), machines(kept))
    return "\n".join("\n".join(part) if not isinstance(part, str) else part for part in (*parts, *more)) + "\n"


# What went wrong, in the words of the issue.


def sorted_out(wrong: Iterable[str]) -> Counter[str]:
    """Each violation under the column that it belongs to."""
    return Counter(column(one) for one in wrong)


def column(wrong: str) -> str:
    name, _, rest = wrong.partition(": ")
    word = rest.partition(": ")[0]
    return WORDS.get(word) or PLACES.get(name.partition(" ")[0], "other")


def wrongs(name: str, kept: Kept) -> Counter[str]:
    if name == "kills":
        return sorted_out(said for part in kept["parts"] for said in part["wrong"])
    if name == "losses":
        return Counter({"lost": kept["lost"], "other": kept["wrong"]})
    if name == "soak":
        return sorted_out(kept["wrong"])
    return sorted_out(said for failed in kept["failed"].values() for said in failed)


# The page.


def table(kept: dict[str, Kept]) -> Iterator[str]:
    yield "## Everything\n"
    yield f"| what | command | date | commit | runs | {' | '.join(COLUMNS)} | minutes |"
    yield "|---|---|---|---|---|" + "---|" * (len(COLUMNS) + 1)
    for name, what, unit, command in PARTS:
        runs = runs_of(kept, name)
        if not runs:
            yield f"| {what} | `make prove PART={name}` | not run |" + " |" * (len(COLUMNS) + 3)
        for run in runs:
            cells = [what, f"`{command.format(**run)}`", run["date"], f"`{run['commit']}`", f"{run[unit]:,} {unit}"]
            counts = wrongs(name, run)
            yield row([*cells, *(counts[where] for where in COLUMNS), f"{run['seconds'] / 60:.0f}"])
    yield from plain_rows(kept)
    yield ""


def failed(kept: dict[str, Kept]) -> Iterator[str]:
    """The seeds that are counted above, and what became of each."""
    runs = [one for name in ("simulation", "older_copy", "points") for one in runs_of(kept, name)]
    if not any(run["failed"] for run in runs):
        return
    own = (bug for bug in bugs() if "twins" not in bug.get("by", ""))  # another plan under the same number
    mended = {bug["seed"]: f"mended in `{bug['fix']}`" for bug in own}
    yield "## Seeds that failed in these runs\n"
    yield "| seed | on | invariant | since then |"
    yield "|---|---|---|---|"
    for run in runs:
        for seed, wrong in run["failed"].items():
            what = ", ".join(sorted({said.partition(":")[0] for said in wrong}))
            yield row([seed, f"`{run['commit']}`", what, mended.get(int(seed)) or remarks().get(int(seed), "open")])
    yield ""


def plain_rows(kept: dict[str, Kept]) -> Iterator[str]:
    """The same faults against others, in the same columns."""
    if "plain" not in kept:
        yield "| the same faults, a plain bot | `make prove PART=plain` | not run |" + " |" * (len(COLUMNS) + 3)
        return
    one = kept["plain"]
    for bot in next(iter(one["faults"].values())):
        summed: Counter[str] = Counter()
        for bots in one["faults"].values():
            summed.update(bots[bot])
        cells = [f"the same faults, {bot}", "`python -m benchmarks.plain_proof`", one["date"], f"`{one['commit']}`"]
        counts = [summed[name] for name in ("lost", "doubled", "misdelivered", "out_of_order")]
        yield row([*cells, f"{summed['sent']:,} messages", *counts, "", "", f"{one['seconds'] / 60:.0f}"])


def row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def crash_points(kept: dict[str, Kept]) -> Iterator[str]:
    runs = [one for name in ("simulation", "points", "combinations") for one in runs_of(kept, name)]
    yield "## Crash points\n"
    yield "How often a process ended at each point, and how often it was passed, in all seeds together (F1, G2).\n"
    yield "| | point | ended there | passed |"
    yield "|---|---|---|---|"
    for number in range(1, 27):
        for name in POINTS[number]:
            ended, passed = (sum(run[key].get(name, 0) for run in runs) for key in ("points", "passed"))
            yield row([number, name, f"{ended:,}", f"{passed:,}"])
    yield ""


def combinations(kept: dict[str, Kept]) -> Iterator[str]:
    yield "## Combinations of what nobody knows about VK\n"
    if "combinations" not in kept:
        yield "Not run.\n"
        return
    all_of = kept["combinations"]["combinations"]
    yield (
        f"{len(all_of)} combinations (F8, G6). A copy is counted as unavoidable only where the bot looked between the "
        "two requests and VK showed it nothing (`tests/simulation/asked.py`); anything else is a violation.\n"
    )
    yield "| `random_id` known for | over the last | where | in history | seeds | violations | unavoidable copies |"
    yield "|---|---|---|---|---|---|---|"
    groups: dict[tuple[Any, ...], Counter[str]] = {}
    for one in all_of:
        key = (one["window"], one["last"], one["scope"], one["shown"])
        counts = {name: one[name] for name in ("seeds", "violations", "copies")}
        groups.setdefault(key, Counter()).update(counts)
    for (window, last, scope, shown), one in groups.items():
        seconds = "ever" if window >= 10**9 else f"{window:,} s"
        messages = "all" if last >= 10**6 else f"{last} messages"
        where = "per dialogue" if scope == "dialogue" else "per sender"
        figures = (one["seeds"], one["violations"], one["copies"])
        yield row([seconds, messages, where, "shown" if shown else "not shown", *figures])
    yield "\nEach row is two combinations: the bot hears of its own messages, or not.\n"


def mutants(kept: dict[str, Kept]) -> Iterator[str]:
    yield "## Mutants\n"
    if "mutants" not in kept:
        yield "Not run.\n"
        return
    one = kept["mutants"]
    yield f"One mechanism taken out each time, at most {one['most_seeds']} seeds: [mutants.md](mutants.md).\n"
    yield "| | taken out | died at seed | seeds it took | broken |"
    yield "|---|---|---|---|---|"
    for mutant in one["mutants"]:
        broke = ", ".join(f"{name} {times}" for name, times in mutant["broke"].items())
        died = "**survived**" if mutant["died_at_seed"] is None else mutant["died_at_seed"]
        yield row([mutant["number"], mutant["removes"], died, mutant["seeds_tried"], broke])
    yield ""


def kills(kept: dict[str, Kept]) -> Iterator[str]:
    yield "## Kills\n"
    if "kills" not in kept:
        yield "Not run.\n"
        return
    one = kept["kills"]
    yield (
        f"{one['kills']:,} SIGKILLs of the real process on real sockets and files, {one['faults']:.0%} of VK's answers "
        f"lost as well; {one['appeals']:,} messages of residents sent, {one['bot_messages']:,} messages of the bot "
        f"looked at: {one['violations']} violations.\n"
    )


def losses(kept: dict[str, Kept]) -> Iterator[str]:
    yield "## Power losses\n"
    if "losses" not in kept:
        yield "Not run.\n"
        return
    one = kept["losses"]
    yield (
        f"{one['losses']:,} times the power went at one of {one['writes']:,} writes of {one['commits']} transactions; "
        f"writes that were not synced are dropped or torn. Acknowledged commits lost: {one['lost']}; states that never "
        f"were: {one['wrong']}. The control with `synchronous=NORMAL` lost in {one['control_lost']} of "
        f"{one['control']}, or this would prove nothing.\n"
    )


def soak(kept: dict[str, Kept]) -> Iterator[str]:
    yield "## A long day\n"
    if "soak" not in kept:
        yield "Not run.\n"
        return
    one = kept["soak"]
    yield (
        f"{one['hours']:g} simulated hours, {one['residents']:,} residents, {one['chats']} chats: {one['visits']:,} "
        f"visits, {one['numbers']:,} numbers given, {one['messages']:,} messages, {one['requests']:,} requests, "
        f"{one['faults']:,} faults, {one['deaths']} deaths of the process; {len(one['wrong'])} violations.\n"
    )
    yield "| figure | value |"
    yield "|---|---|"
    for name, value in one["growth"].items():
        yield row([f"`{name}`", f"{value:,}" if isinstance(value, int) else value])
    yield ""


def plain(kept: dict[str, Kept]) -> Iterator[str]:
    yield "## The same faults against a plain vkbottle bot\n"
    if "plain" not in kept:
        yield "Not run.\n"
        return
    one = kept["plain"]
    yield (
        "`benchmarks/peers/plain_bot.py` is the shortest form of vkbottle's own documentation. Each fault lasts while "
        "people write, each bot has a VK of its own, and VK's record counts. The plain bot writes nothing to disk: for "
        "it a power loss is «switched off»; what this bot's files do when un-synced writes are gone is the row of "
        "power losses above.\n"
    )
    yield "| fault | bot | messages | lost | doubled | misdelivered | out of order |"
    yield "|---|---|---|---|---|---|---|"
    for name, bots in one["faults"].items():
        for bot, counts in bots.items():
            yield row([name.replace("_", " "), bot, *counts.values()])
    yield ""


def bugs() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = tomllib.loads(FOUND.read_text(encoding="utf-8"))["found"]
    return listed


def found() -> Iterator[str]:
    yield "## Bugs that it found\n"
    yield "| seed | found by | what | mended in |"
    yield "|---|---|---|---|"
    for bug in bugs():
        yield row([bug["seed"], bug.get("by", "simulation"), bug["what"], f"`{bug['fix']}`"])
    yield "\nThat it can find more is what the mutants show.\n"


def machines(kept: dict[str, Kept]) -> Iterator[str]:
    yield "## Machines\n"
    by: dict[str, list[str]] = {}
    for name, one in kept.items():
        by.setdefault(one["machine"], []).append(name)
    for machine, names in by.items():
        yield f"- {machine}: {', '.join(names)}"


def main(where: Path = PAGE) -> None:
    where.write_text(page(read()), encoding="utf-8")


if __name__ == "__main__":
    main()

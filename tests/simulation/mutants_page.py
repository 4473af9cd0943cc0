"""`python -m tests.simulation.mutants_page` writes docs/reference/mutants.md: what is taken out, and how it is noticed.

A test compares the page with what this would write. How each mutant died stands in docs/reference/proof/mutants.json.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.rig.stand import ROOT
from tests.simulation.mutants import MOST, MUTANTS, Mutant

PAGE = ROOT / "docs" / "reference" / "mutants.md"
HEAD = f"""# Mutants

Made by `python -m tests.simulation.mutants_page` from `tests/simulation/mutants.py`; a test compares.

Whether the simulation would notice (delivery.md §18, G5): one mechanism after another is taken out of the real code,
from outside (`tests/simulation/mutations.py`; production code has no switch), and seeds are played until an invariant
breaks. A mutant that survives {MOST} seeds fails the build; so does a plan that the whole code does not survive. What
the last column says holds for the whole code as well: it makes room for the mistake and is none.

```
python -m tests.simulation.mutants --results docs/reference/proof/mutants.json
python -m tests.simulation.mutants --all --seeds 40 --jobs 2
python -m tests.simulation.mutants --jobs 2 --remember
python -m tests.simulation --mutant "no look" --replay 2
```

A landing begins with the seed at which a mutant died last (`tests/seeds/mutants.json`, which `--remember` writes) and
plays the others only where it survives that one.

Where this design differs from the specification:

- 12: what tells VK that events are safe is the next poll, or `ok` where it posts them; both are tried. Messages that
  are lost so are brought by catch-up, but no history tells of a pressed button.
- 10, 11, 14: one process with SQLite has one loop of each kind, so the simulation starts a second one. Each transaction
  is as whole as on PostgreSQL.
- 10: where VK knows a `random_id` for an hour, the lease is not all there is: the second copy has the id of the first.
  So it is played where VK knows it for no time at all (F8).
- 14: both heads are tried, that of a dialogue in the inbox and that of a lane in the outbox.
- 9: what is looked for after a restore is what waited in the copy; who sends it is people (§13).
- From 15 on they are ours: who is answered with others, who has agreed to it, what a restore must not do, what must not
  cross from one community to another, what another model must not change, what an official believes to be sent.
"""


def page() -> str:
    return "\n".join([HEAD, *table(), ""])


def table() -> Iterator[str]:
    yield "| # | mutant | what is taken out | troubles of its seeds | also |"
    yield "|---|---|---|---|---|"
    for mutant in MUTANTS:
        yield f"| {mutant.number} | {mutant.name} | {mutant.removes} | {troubles(mutant)} | {also(mutant)} |"


def troubles(mutant: Mutant) -> str:
    named = [f"`{name}`" for name in mutant.plan["troubles"]]
    if mutant.plan.get("focus"):
        named.append(f"deaths at `{mutant.plan['focus']}`")
    return ", ".join(named) or "none"


def also(mutant: Mutant) -> str:
    said = [f"`{name}` {value}" for name, value in mutant.plan.get("switches", {}).items()]
    said += ["events by Callback API alone"] if mutant.plan.get("polled") is False else []
    said += ["comments under posts"] if mutant.plan.get("comments") else []
    said += ["a second community"] if mutant.plan.get("twins") else []
    doc = (mutant.under.__doc__ or "").removeprefix("Not a mutation: ").strip().rstrip(".")
    return "; ".join([*([doc] if mutant.under.__name__ != "unchanged" else []), *said])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

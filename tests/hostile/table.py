"""`python -m tests.hostile.table`: docs/reference/threats.md, each threat and fault with its tests and runs.

Nothing is typed into the page: names come from threats.yaml, how often a fault was run from docs/reference/proof/.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.yaml_text import yaml_of

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).parent / "threats.yaml"
PAGE = ROOT / "docs" / "reference" / "threats.md"
PROOF = ROOT / "docs" / "reference" / "proof"

HEAD = """\
# Threats and faults

Written by `python -m tests.hostile.table` from `tests/hostile/threats.yaml`; a test compares the two and looks up
every name. T1–T29 are the threats of the threat model, F1–F33 the faults that delivery must survive. How often a fault
was run is counted by the simulation, the kills and the power losses: [proof.md](proof.md).
"""

Row = Mapping[str, Any]


def table() -> dict[str, dict[str, Row]]:
    read: dict[str, dict[str, Row]] = yaml_of(TABLE.read_text(encoding="utf-8"))
    return read


def proving(row: Row) -> list[str]:
    return [f"tests/{name}" for name in row.get("tests", ())]


def proofs() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(PROOF.glob("*.json"))]


def runs(row: Row, found: list[dict[str, Any]]) -> int:
    """In how many seeds, kills or losses this fault struck, or how often people did this, over everything kept."""
    troubles: Counter[str] = Counter()
    figures: Counter[str] = Counter()
    for one in found:
        troubles.update(one.get("troubles", {}))
        figures.update(one.get("figures", {}))
    counted = sum(troubles[name] for name in row.get("runs", ()))
    counted += sum(figures[f"act {name}"] for name in row.get("acts", ()))
    if row.get("points"):
        counted += sum(sum(row.get("points", {}).values()) for row in found)
    if "proof" in row:
        counted += sum(int(one.get(row["proof"], 0)) for one in found)
    return counted


def page() -> str:
    return "\n".join([HEAD, *threats(), "", *faults(), ""])


def threats() -> Iterator[str]:
    yield "## Threats\n"
    yield "| | what | what is done | tests | long form |"
    yield "|---|---|---|---|---|"
    for name, row in table()["threats"].items():
        long = f"`{row['long']}`" if "long" in row else ""
        yield f"| {name} | {row['what']} | {row['control']} | {named(row)} | {long} |"


def faults() -> Iterator[str]:
    found = proofs()
    yield "## Faults\n"
    yield "| | what | tests | runs in the long form |"
    yield "|---|---|---|---|"
    for name, row in table()["faults"].items():
        count = runs(row, found)
        tests = named(row) or "`tests/simulation/test_ci_form.py`"
        yield f"| {name} | {row['what']} | {tests} | {f'{count:,}' if count else 'in the tests'} |"


def named(row: Row) -> str:
    return ", ".join(f"`{name}`" for name in proving(row))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

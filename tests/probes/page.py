"""`python -m tests.probes.page`: the table of docs/vk-probes.md, by the probes themselves."""

from __future__ import annotations

from pathlib import Path

from features.probe.report import EVERY, expected_words
from features.probe.slow import SLOW

PAGE = Path(__file__).parents[2] / "docs" / "vk-probes.md"
BEGIN, END = "<!-- generated: python -m tests.probes.page -->", "<!-- end: probes -->"


def table() -> str:
    rows = [
        f"| {name} | {one.question}{'' if name not in SLOW else ' Дни.'} | {expected_words(one)} |"
        for name, one in EVERY.items()
    ]
    return "\n".join(["| probe | question | switch as it is by itself |", "|---|---|---|", *rows])


def written() -> str:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")

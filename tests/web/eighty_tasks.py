"""`python -m tests.web.eighty_tasks`: docs/reference/panel-tasks.md, made of `eighty_tasks.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "eighty_tasks.csv"
PAGE = ROOT / "docs" / "reference" / "panel-tasks.md"
HEAD = """\
# Eighty tasks in the panel

Written by `python -m tests.web.eighty_tasks` from `tests/web/eighty_tasks.csv`.

Twenty tasks of a working day for each of four roles, written down on 2026-12-01 by somebody who had read neither code
nor docs, then tried from the pages of `python -m bot sandbox --filled` alone. **First** is the first try at 480e1f52,
the one that counts: some tasks were driven to their end in Chromium, some judged by the controls of the page, and some
clicks are estimates. **Last**: «played» was tried in Chromium by whoever mended it (`tests/browser/test_panel.py` has
the hour of an administration); what else was mended is held by tests, the rest carried over. A dash: clicks
were not counted. The goal is 18 of 20 for each role.
`tests/web/test_clicks.py` holds the three bounds: ten messages directed in at most 30 clicks, twenty answers in 60, why
Миасс stands where it stands in two taps.
"""


def tasks() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def done(some: list[dict[str, str]], when: str) -> int:
    return sum(task[when] == "yes" for task in some)


def page() -> Iterator[str]:
    yield HEAD
    known = tasks()
    roles = list(dict.fromkeys(task["role"] for task in known))
    yield "| role | tasks | done first | done last |\n| --- | --- | --- | --- |"
    for role in roles:
        own = [task for task in known if task["role"] == role]
        yield f"| {role} | {len(own)} | {done(own, 'first')} | {done(own, 'last')} |"
    for role in roles:
        yield f"\n## {role[:1].upper()}{role[1:]}\n\n| task | first | what stood in the way | last | what changed |"
        yield "| --- | --- | --- | --- | --- |"
        for task in known:
            if task["role"] == role:
                first, last = (f"{task[when]}, {task[f'{when}_clicks'] or '–'}" for when in ("first", "last"))
                yield f"| {task['task']} | {first} | {task['stood in the way']} | {last} | {task['what changed']} |"


def text() -> str:
    return "\n".join(page()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")

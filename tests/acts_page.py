"""`python -m tests.acts_page` writes docs/reference/acts.md: what each act of a resident means in each situation.

A test compares the page with what this would write, so two cells that are swapped fail it; nobody draws it by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from handlers.resident.acts import TABLE
from handlers.resident.situation import Situation
from handlers.resident.telling import Answer
from screening.acts.act import Act

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "acts.md"
HEAD = """# What a resident's message means

Made by `python -m tests.acts_page` from `TABLE` in `handlers/resident/acts.py`; a test compares. A message of a
resident is read once (`handlers/resident/reading.py`): its act is one of the rows. Where the dialogue is gives the
situation (`handlers/resident/situation.py`), and the cell is the function that answers.

Before the table, in this order: danger to people (R28), a button typed by hand, «да» and «нет» under an offer, the page
of a body that is asked for. What may be a danger stops nothing: its question stands before what the table says.
Before the consent no words are read but those that `handlers/resident/consent.py` lets in.

| act | in each situation | but |
|---|---|---|
"""


def page() -> str:
    return HEAD + "\n".join([*rows(), "", "## Situations", "", situations(), "", "## Functions", "", *functions(), ""])


def rows() -> Iterator[str]:
    for act, row in TABLE.items():
        (usual, _), *_ = Counter(map(named, row.values())).most_common(1)
        others: dict[str, list[str]] = {}
        for where, answer in row.items():
            if named(answer) != usual:
                others.setdefault(named(answer), []).append(where)
        but = "; ".join(f"{', '.join(where)}: `{name}`" for name, where in others.items())
        yield f"| {act} | `{usual}` | {but} |"


def named(answer: Answer) -> str:
    return answer.__name__


def situations() -> str:
    return " ".join((Situation.__doc__ or "").split())


def functions() -> Iterator[str]:
    for answer in sorted({answer for row in TABLE.values() for answer in row.values()}, key=named):
        said = " ".join((answer.__doc__ or "").split())
        yield f"- `{named(answer)}`{': ' if said else ''}{said}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE, len(Act))

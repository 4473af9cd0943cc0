"""`python -m tests.states_page` writes docs/reference/states.md: the table of moves and its picture, from `MOVES`.

A test compares the page with what this would write; nobody draws it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from handlers.official.listing import DONE
from handlers.views.cards import status_words
from handlers.views.own_screens import stage_words
from states.lifecycle.appeal import ENDED, MOVES, Action, Status

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "states.md"

AT_WORK = (Status.ROUTED, Status.IN_WORK, Status.ASKED, Status.INTERIM, Status.POSTPONED, Status.REPEAT)
WAITS = (Status.WAITING, Status.REOPENED)
GROUPS = {"work": (*WAITS, *AT_WORK), "held": AT_WORK, "waits": WAITS}
"""States that much can be done with alike; an arrow from the frame of a group is a move from each of them."""

HEAD = """# States and moves of an appeal

Made by `python -m tests.states_page` from `MOVES` in `states/lifecycle/appeal.py`; a test compares. A move that is not
here does not exist (R34). Which clock runs in which state and whose turn it is:
`docs/explanation/life-of-a-message.md`. For every row there is a conversation (`tests/transcripts/moves/table.yaml`).

"""


def page() -> str:
    return HEAD + "\n".join([*picture(), "", *states(), "", *table(), ""])


# The picture.


def picture() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "    direction LR"
    yield f"    [*] --> {Status.WAITING}: {Action.SUBMIT}"
    yield "    state work {"
    for name, members in (("waits", WAITS), ("held", AT_WORK)):
        yield f"        state {name} {{"
        yield from (f"            {member}" for member in members)
        yield "        }"
    yield "    }"
    for (before, after), actions in arrows().items():
        yield f"    {before} --> {after}: {', '.join(actions)}"
    for one in sorted(ENDED):
        yield f"    {one} --> [*]"
    yield "```"
    yield ""
    yield "Moves that leave the state as it is are in the table only."


def arrows() -> dict[tuple[str, str], list[Action]]:
    """Each move once: from a group where all of it may make it, else from the state."""
    found: dict[tuple[str, str], list[Action]] = {}
    for action in Action:
        for after in Status:
            left = {move.before for move in MOVES if (move.action, move.after) == (action, after)}
            for name, members in GROUPS.items():
                if set(members) <= left:
                    found.setdefault((name, after), []).append(action)
                    left -= set(members)
            for before in sorted(left - {after}):
                found.setdefault((before, after), []).append(action)
    return found


# The tables.


def states() -> Iterator[str]:
    yield "| state | as officials read it | as its author reads it |"
    yield "|---|---|---|"
    yield from (f"| `{one}` | {status_words(one)} | {stage_words(one)} |" for one in Status)


def table() -> Iterator[str]:
    yield "| action | in the history | from | to | rule |"
    yield "|---|---|---|---|---|"
    rows: dict[tuple[Action, str, str], list[Status]] = {}
    for move in MOVES:
        after = "the same" if move.after is move.before else f"`{move.after}`"
        rows.setdefault((move.action, after, move.rule), []).append(move.before)
    for (action, after, rule), befores in rows.items():
        yield f"| `{action}` | {DONE[action]} | {', '.join(f'`{before}`' for before in befores)} | {after} | {rule} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

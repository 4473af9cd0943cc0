"""`python -m tools.rooms`: what each feature was laid across before it had a folder, and what a change touches.

It asks Git, so it needs the whole history. It must never be run by a
test: a clone may be shallow.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import features

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "rooms.md"
BEFORE = "c302066d"
"""The last commit in which no feature had a folder."""
ALIKE = "-M40%"
"""A file of which two fifths stand in another one has become it."""


@dataclass(frozen=True)
class Change:
    """`before` and `now`: the files that a person edits by hand, tests left out."""

    what: str
    before: tuple[str, ...]
    now: tuple[str, ...]
    note: str


CHANGES = (
    Change(
        "[a chat command](../howto/a-chat-command.md)",
        ("handlers/official/commands.py", "handlers/text/texts_chat.py", "docs/reference/chats.md"),
        ("handlers/official/commands.py", "handlers/text/texts_chat.py", "docs/reference/chats.md"),
        "three places of `commands.py` then, one row now",
    ),
    Change(
        "[a page of the panel](../howto/a-panel-page.md)",
        (
            "states/people/viewers.py",
            "bot/web/layout.py",
            "bot/web/pages/__init__.py",
            "bot/web/pages/admin/people.py",
            "bot/web/templates/people.html",
        ),
        ("features/map/pages.py", "features/map/templates/map.html"),
        "it carries its own line of the menu",
    ),
    Change(
        "[a timer](../howto/a-timer.md)",
        ("handlers/lifecycle/asking.py", "handlers/system/timer.py", "handlers/needs.py"),
        ("handlers/lifecycle/asking.py", "handlers/system/timer.py", "handlers/needs.py"),
        "of a feature: its `handlers.py` and `rules.py`",
    ),
    Change(
        "[a button's text](../howto/a-button.md)",
        ("handlers/text/texts_waiting.py",),
        ("handlers/text/texts_waiting.py",),
        "",
    ),
    Change(
        "[a topic](../howto/a-topic-word.md)",
        ("regions/chelyabinsk/topics.yaml", "regions/chelyabinsk/routes.yaml"),
        ("regions/chelyabinsk/topics.yaml", "regions/chelyabinsk/routes.yaml"),
        "the second where one body answers it alone",
    ),
    Change(
        "[a setting](../howto/a-setting.md)",
        ("bot/config/settings.py", "config.example.env", "docs/reference/settings.md"),
        ("bot/config/settings.py", "config.example.env"),
        "the page is written by a command",
    ),
)


def git(*words: str) -> list[str]:
    told = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout.splitlines()


def names_before() -> dict[str, str]:
    """What each file that has moved was called then."""
    known: dict[str, str] = {}
    log = git("log", "--reverse", ALIKE, "--diff-filter=R", "--name-status", "--format=", f"{BEFORE}..HEAD")
    for line in filter(None, log):
        _, old, new = line.split("\t")
        known[new] = known.pop(old, old)
    return known


def folders(paths: Iterable[str]) -> int:
    return len({PurePosixPath(path).parent for path in paths})


def feature_rows(there: set[str]) -> Iterator[str]:
    """The table's rows: files and folders of each feature before and now; «–» where it came later."""
    moved = names_before()
    for feature in features.installed():
        now = git("ls-files", f"features/{feature.name}")
        before = {moved.get(path, path) for path in now} & there
        was = f"{len(before)} | {folders(before)}" if before else "– | –"
        yield f"| `{feature.name}` | {was} | {len(now)} | {folders(now)} |"


def change_rows(there: set[str]) -> Iterator[str]:
    """The table's rows: for each kind of change, which files a person edits."""
    for change in CHANGES:
        gone = [path for path in change.before if path not in there] + [
            path for path in change.now if not (ROOT / path).exists()
        ]
        assert not gone, f"{change.what}: {gone}"
        names = ", ".join(f"`{path}`" for path in change.now)
        yield f"| {change.what} | {len(change.before)} | {len(change.now)} | {names} | {change.note} |"


def written() -> str:
    there = set(git("ls-tree", "-r", "--name-only", BEFORE))
    return "\n".join(
        (
            "# What stands where",
            "",
            f"Written by `python -m tools.rooms` from Git: `{BEFORE}`, before a feature had a folder, beside today.",
            "",
            "Files of each feature, templates and pictures with them, and the folders that they lie in. «Before»",
            "counts those from which today's came; what was merged or deleted on the way is not in it. Without a",
            "figure: it came later.",
            "",
            "| feature | files before | folders before | files now | folders now |",
            "|---|---|---|---|---|",
            *feature_rows(there),
            "",
            "Files that a person edits, tests left out:",
            "",
            "| what is added | before | now | where | |",
            "|---|---|---|---|---|",
            *change_rows(there),
            "",
        )
    )


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
    print(PAGE)

"""The crash points of delivery.md §14 and the names under which the code passes them."""

from __future__ import annotations

from typing import Any

RECOVERY = ("recovery: listening", "recovery: read", "recovery: applied", "recovery: kept", "recovery: done")
POINTS: dict[int, tuple[str, ...]] = {
    1: ("listen: answered",),
    2: ("ingest: events in",),
    3: ("listen: kept",),
    4: ("callback: kept",),
    5: ("decide: state in",),
    6: ("work: kept",),
    7: ("files: downloaded",),
    8: ("files: uploaded",),
    9: ("lanes: claimed",),
    10: ("send: claimed for a look",),
    11: ("lanes: marked in flight",),
    12: ("send: in flight",),
    13: ("net: partly written",),
    14: ("net: no answer yet",),
    15: ("send: answered",),
    16: ("record: sent in",),
    17: ("send: recorded",),
    18: ("send: looked",),
    19: ("backfill: dialogue in",),
    20: ("backfill: rows in",),
    21: ("retention: rows emptied", "erasure: rows gone"),
    22: ("backup: copied",),
    23: ("migrate: step",),
    24: (
        "verify: page noticed",
        "restore: forgotten again",
        *RECOVERY,
    ),
    25: ("work: failure noted",),
    26: ("app: draining",),
}
WITH_FILES: dict[str, Any] = {
    "resident_acts": ("story_with_files",),
    "official_acts": ("answers_with_file", "accepts", "answers_with_file"),
    "residents": 3,
    "acts_each": 2,
    "troubles": (),
    "crash_chance": 0.8,
}
FORGOTTEN: dict[str, Any] = {
    "residents": 2,
    "acts_each": 1,
    "resident_acts": ("asks_to_be_forgotten",),
    "troubles": ("copy_from_before_an_erasure",),
    "storm": 150.0,
    "crash_chance": 0.8,
}
AIMS: dict[str, dict[str, Any]] = {
    "callback: kept": {"posts": True, "crash_chance": 0.5},
    "files: downloaded": WITH_FILES,
    "files: uploaded": WITH_FILES,
    "send: claimed for a look": {"troubles": ("answers_lost", "requests_lost")},
    "send: looked": {"troubles": ("answers_lost", "requests_lost")},
    "retention: rows emptied": {"troubles": ("clock_jumps",), "acts_each": 2, "crash_chance": 0.8},
    "erasure: rows gone": {
        "residents": 3,
        "acts_each": 3,
        "resident_acts": ("asks_to_be_forgotten", "story"),
        "settings": {"erasure_minutes": 0, "undo_seconds": 0, "pause_seconds": 0},
        "troubles": (),
        "crash_chance": 0.8,
    },
    "restore: forgotten again": FORGOTTEN,
    **dict.fromkeys(RECOVERY, {"troubles": ("older_copy",), "storm": 900.0, "crash_chance": 0.8}),
    "work: failure noted": {"raising": 0.3},
    "app: draining": {"troubles": ("restarts",), "crash_chance": 0.8},
}
"""What leads to a point that few people and troubles reach."""
NAMES = tuple(name for names in POINTS.values() for name in names)

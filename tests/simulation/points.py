"""The crash points of delivery.md §14 and the names under which the code passes them."""

from __future__ import annotations

POINTS: dict[int, tuple[str, ...]] = {
    1: ("listen: answered",),
    2: ("ingest: events in",),
    3: ("listen: kept",),
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
    19: ("catch-up: dialogue in",),
    20: ("catch-up: rows in",),
    21: ("retention: rows emptied",),
    23: ("migrate: step",),
    24: ("sweep: page noticed", "restore: forgotten again"),
    25: ("work: failure noted",),
    26: ("app: draining",),
}
NOT_HERE = {
    4: "the bot has no Callback API: it listens by long poll only, so nothing says ok",
}
NAMES = tuple(name for names in POINTS.values() for name in names)
"""Point 22 (during backup) is added with the command."""

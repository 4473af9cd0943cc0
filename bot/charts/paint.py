"""Colours: which token each class of mark has, the tokens' light and dark values, and the style sheet made of both.

A mark names what it is, never a colour: so the panel may be dark, and a picture for a chat is always light.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

LIGHT = {
    "page": "#e9eef5", "card": "#ffffff", "soft": "#f3f6fa", "line": "#d8dfe8", "rule": "#e7ecf2", "text": "#141a22",
    "dim": "#56616f", "accent": "#2563c9", "on-accent": "#ffffff", "accent-text": "#1a4fa8", "accent-soft": "#e4edfb",
    "bad": "#b3261e", "bad-soft": "#fdeceb", "warn": "#7a4a00", "warn-soft": "#fff1cf", "good": "#1f7338",
    "good-soft": "#e3f4e8", "was": "#76889f", "under": "#a9b6c6", "map-1": "#dfe9f8", "map-2": "#b3cbef",
    "map-3": "#7ba3e2", "map-4": "#3f74cd", "map-5": "#183f86",
}  # fmt: skip
DARK = {
    "page": "#0f1318", "card": "#181e26", "soft": "#1f2731", "line": "#2f3945", "rule": "#262f39", "text": "#e8edf3",
    "dim": "#a6b2c0", "accent": "#7db0ff", "on-accent": "#0b1a30", "accent-text": "#b5d2ff", "accent-soft": "#1f3352",
    "bad": "#ff9d94", "bad-soft": "#3a1f20", "warn": "#ffcf7a", "warn-soft": "#362c17", "good": "#7fd699",
    "good-soft": "#1b3325", "was": "#7f90a5", "under": "#5b6b7e", "map-1": "#22324a", "map-2": "#2f4d7c",
    "map-3": "#4674ba", "map-4": "#7aa7ee", "map-5": "#c3dbff",
}  # fmt: skip
"""The tokens of the panel; the contrasts of both were measured on the card (docs/reference/charts.md)."""

FILLED = {
    "bar": "accent", "rest": "map-2", "other": "was", "value": "text", "label": "text", "dim": "dim",
    "inner": "on-accent", "dot": "accent", "dot-bad": "bad", "dot-good": "good", "bad": "bad", "good": "good",
    "word": "accent-text", "warn": "warn", "area-1": "map-1", "area-2": "map-2", "area-3": "map-3", "area-4": "map-4",
    "area-5": "map-5", "zero": "soft", "rank": "card", "ground": "card", "badge": "accent", "dark": "text",
    "spot": "warn", "heat-spot": "bad",
}  # fmt: skip
DRAWN = {
    "was": "was", "axis": "under", "grid": "rule", "frame": "line", "trend": "accent", "past": "was", "plan": "text",
    "span": "accent", "span-bad": "bad", "span-good": "good", "region": "dim", "gap": "under", "hatch": "was",
    "few": "was", "spark": "was", "leader": "text", "head": "text", "icon-bad": "bad", "icon-good": "good",
}  # fmt: skip
BOTH = {
    "area-1": "under", "area-2": "under", "area-3": "under", "area-4": "under", "area-5": "under",
    "rank": "text", "rest": "accent", "spot": "card",
}  # fmt: skip
"""Classes that are filled have their border here."""


class Look(Enum):
    """Where the colours come from."""

    PANEL = "classes only; the panel's style sheet has the colours"
    PAPER = "the light theme's colours are written in, for PNG, PDF and files"


PANEL, PAPER = Look.PANEL, Look.PAPER


def tokens_of(kind: str) -> dict[str, str]:
    """The colours of a class, «fill» and «stroke», as names of tokens."""
    found = {"fill": FILLED[kind]} if kind in FILLED else {}
    border = BOTH.get(kind) or DRAWN.get(kind)
    return found | ({"stroke": border} if border else {})


def attributes_of_kind(kind: str, look: Look) -> Mapping[str, str]:
    """The presentation attributes of a class; what is drawn as a line has no filling on either side."""
    if not kind:
        return {}
    hollow = {"fill": "none"} if kind in DRAWN and kind not in FILLED else {}
    if look is PANEL:
        return hollow
    return hollow | {name: LIGHT[token] for name, token in tokens_of(kind).items()}


def style_sheet() -> str:
    """The style sheet of the panel: every class by its token, and the ring of a link that has the focus."""
    kinds = sorted({*FILLED, *DRAWN, *BOTH})
    rules = [f".chart .{kind} {{ {_css_declarations(kind)} }}" for kind in kinds]
    return "\n".join([".chart { max-width: 100%; height: auto; }", *rules, *_LINKS]) + "\n"


def _css_declarations(kind: str) -> str:
    return " ".join(f"{name}: var(--{token});" for name, token in tokens_of(kind).items())


_LINKS = (
    ".chart a:hover .bar, .chart a:focus-visible .bar { fill: var(--accent-text); }",
    ".chart a:hover [class^=area], .chart a:focus-visible [class^=area] { stroke: var(--text); stroke-width: 2; }",
    ".chart a:hover .value { text-decoration: underline; }",
    ".chart a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }",
)


def theme(tokens: Mapping[str, str]) -> str:
    """The tokens as custom properties, for a page's root."""
    return " ".join(f"--{name}: {value};" for name, value in tokens.items())

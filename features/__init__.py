"""The features there are, needs first, and which of them this process has. Only `bot.app` and `bot.cli.cli` import it.

A folder that is not there, or that an administrator switched off (BOT_FEATURES), is left out without a word: what is
stored of it stays stored. It must never load more of a feature than its `__init__`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from bot.feature import Feature
from bot.process.advice import Refusal

ORDER = (
    "callback",
    "alerts",
    "map",
    "directory_editor",
    "campaign_links",
    "communities",
    "statistics",
    "questions",
    "notices",
    "official_pages",
    "comments",
    "open_data",
    "learning",
    "demo",
    "probe",
)
ALL, NONE = "all", "none"


@cache
def installed() -> tuple[Feature, ...]:
    """The features whose packages this process has, in the order of `ORDER`."""
    return tuple(found for name in ORDER if (found := feature(name)) is not None)


def feature(name: str) -> Feature | None:
    """The feature of this name; None where its folder is not there; what is wrong inside of it is an error."""
    module = f"{__name__}.{name}"
    try:
        found: Feature = import_module(module).FEATURE
    except ModuleNotFoundError as error:
        if error.name == module:
            return None
        raise
    return found


def chosen(wanted: str) -> tuple[Feature, ...]:
    """
    `wanted`: «all», «none», names with commas between them, or «all» with names that are left out: «all,-map».

    Raises:
        Refusal: a name that is none, or a feature without one that it needs.
    """
    words = [word for word in wanted.replace(" ", "").split(",") if word]
    unknown = [word for word in words if word.removeprefix("-") not in (*ORDER, ALL, NONE)]
    if unknown:
        raise Refusal(f"BOT_FEATURES: нет такой возможности: {', '.join(unknown)}. Есть: {', '.join(ORDER)}.")
    named = {word for word in words if not word.startswith("-")}
    left_out = {word.removeprefix("-") for word in words if word.startswith("-")}
    everything = ALL in named or not named - {NONE} and NONE not in named
    found = tuple(
        feature for feature in installed() if (everything or feature.name in named) and feature.name not in left_out
    )
    names = {feature.name for feature in found}
    for feature in found:
        if missing := [need for need in feature.needs if need not in names]:
            raise Refusal(f"BOT_FEATURES: «{feature.name}» не работает без: {', '.join(missing)}.")
    return found

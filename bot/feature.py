"""What the rest knows of a feature: one value of this type, `FEATURE` of its folder (design.md, «Features»).

A feature is what a region may leave out. Whatever it gives is loaded on first use, so a slot is a function. The frame
must never import a feature: only `bot.app` and `bot.cli.cli` know that there are some, and hand them on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.region.voice import Voice, files_of
from states.directory import Wording
from states.facts import Rules
from states.statistics import summary

Loop = Coroutine[Any, Any, None]
Recovered = Callable[[Any], Awaitable[None]]
"""Of a Runtime, before any of its loops: an older copy may have been put back, or a failover have lost rows."""
Asked = Callable[..., Awaitable[dict[str, Any]]]
"""A command of the socket: its arguments by name, what it answers as JSON."""


Loaders = Mapping[type[Any], Callable[..., Awaitable[Any]]]
"""What answers each question of a feature, in the transaction that decides (storage/unit_of_work/facts_asked.py)."""
Summed = Callable[[Any, summary.SummaryRequest], Awaitable[summary.Summary | None]]
"""What is added to a report, read in its transaction; None where nothing is to be said of this part of the messages."""
Made = tuple[Sequence[tuple[str, bytes]], tuple[str, ...]]
"""Names and contents of files; without any what is said instead."""
Making = Callable[[Any, str], Awaitable[Made]]
"""Of a Runtime and the name by which a message asks for its document."""


def nothing(*_: Any) -> tuple[()]:
    """Gives nothing: what a feature has in an empty slot."""
    return ()


def nothing_asked(*_: Any) -> Mapping[str, Asked]:
    return {}


def nothing_kept(*_: Any) -> Mapping[str, Any]:
    return {}


def no_loaders() -> Loaders:
    return {}


def no_documents() -> Mapping[str, Making]:
    return {}


async def nothing_said(*_: Any) -> str:
    return ""


async def nothing_found(*_: Any) -> list[Any]:
    return []


@dataclass(frozen=True, slots=True)
class Feature:
    """`name`: its folder, and its word in BOT_FEATURES. `title`: how an administrator reads it. `needs`: features that
    it imports, each earlier in the registry.

    What a slot is given stands above this module, so it is named here and typed in the feature:
    `rules()`: what it adds to decisions, and `loaders()` what answers the questions of those (states/facts.py).
    `documents()`: files that are made when a message leaves and kept nowhere, by the first word of their name.
    `loops(Runtime)`: what runs beside the bot's own loops until it stops, and is cut then. `drained(Runtime,
    Recovered)`: what is given its time then, as the loops that deliver are; the second is what a community needs before
    its own loops. `while_away(Starting)`: what runs while a start waits for the database.
    `asked(AdminService)`: commands of the socket by their names. `pages()` and `routes(Site)`: what the panel shows
    (site.Page), and addresses without a session (Starlette's). `commands()`: what is typed, by its noun; a function
    is a command of its own. `findings(Settings)`: what `check` says without VK, `findings_in_vk(Settings, Vk,
    community)` what with VK, `findings_of_data(Settings, Command)` what of the database, asked as commands are,
    `own_findings(Settings)` what of files and settings the panel says too (findings.Finding). `notices()`: what
    «Сейчас» asks to decide last of all (site.Noticing). `summaries()`: what it adds to a report. `kept()`: what the
    panel's process keeps for its pages, by the name in `app.state`. `demo_rows(Database, Given)`: fills what it keeps
    of the demonstration year (features/demo/given.py), and says in a sentence what there is now. `templates`: their
    folder.
    """

    name: str
    title: str
    needs: tuple[str, ...] = ()
    rules: Callable[[], Rules] = Rules
    loaders: Callable[[], Loaders] = no_loaders
    documents: Callable[[], Mapping[str, Making]] = no_documents
    loops: Callable[..., Sequence[Loop]] = nothing
    drained: Callable[..., Sequence[Loop]] = nothing
    while_away: Callable[..., Sequence[Loop]] = nothing
    asked: Callable[..., Mapping[str, Asked]] = nothing_asked
    pages: Callable[..., Sequence[Any]] = nothing
    routes: Callable[..., Sequence[Any]] = nothing
    commands: Callable[..., Sequence[tuple[str, Any]]] = nothing
    notices: Callable[..., Sequence[Any]] = nothing
    summaries: Callable[..., Sequence[Summed]] = nothing
    kept: Callable[..., Mapping[str, Any]] = nothing_kept
    demo_rows: Callable[..., Awaitable[str]] = nothing_said
    templates: Path | None = None
    findings: Callable[..., Sequence[Any]] = nothing
    findings_in_vk: Callable[..., Awaitable[list[Any]]] = nothing_found
    own_findings: Callable[..., Sequence[Any]] = nothing
    findings_of_data: Callable[..., Awaitable[list[Any]]] = nothing_found


@cache
def rules_of(features: tuple[Feature, ...]) -> Rules:
    """The rules of all features together, in their order."""
    found = [feature.rules() for feature in features]
    return Rules(
        asks=tuple(ask for rules in found for ask in rules.asks),
        answers=tuple(answer for rules in found for answer in rules.answers),
        commands=tuple(command for rules in found for command in rules.commands),
        looks=tuple(look for rules in found for look in rules.looks),
        comments=tuple(comment for rules in found for comment in rules.comments),
        timers=tuple(timer for rules in found for timer in rules.timers),
        buttons=tuple(button for rules in found for button in rules.buttons),
        links=tuple(link for rules in found for link in rules.links),
        known=tuple(known for rules in found for known in rules.known),
        answered=tuple(answered for rules in found for answered in rules.answered),
    )


def voices_in(folder: Path, features: tuple[Feature, ...], wordings: Sequence[Wording] = ()) -> dict[str, Voice]:
    """By the codes of the languages; what makes them is loaded only where there is one."""
    if not files_of(folder) and not wordings:
        return {}
    from bot.region.voices import Speakers, voices_of

    parts = Speakers([feature.name for feature in features], lambda found: rules_of(tuple(found)))
    return voices_of(folder, parts, wordings)


@cache
def loaders_of(features: tuple[Feature, ...]) -> Loaders:
    """By question, what loads its answer; of all these features."""
    return {question: load for feature in features for question, load in feature.loaders().items()}


@cache
def documents_of(features: tuple[Feature, ...]) -> Mapping[str, Making]:
    """By the first word of a document's name, what makes its files; of all these features."""
    return {word: making for feature in features for word, making in feature.documents().items()}


def summaries_of(features: tuple[Feature, ...]) -> Sequence[Summed]:
    """What all these features add to the one-page report."""
    return [summed for feature in features for summed in feature.summaries()]

"""The second way of alarm: by letter and by a webhook, when VK or the database is gone (R61)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.feature import Feature, Loop

if TYPE_CHECKING:
    import typer

    from bot.config.settings import Settings
    from bot.region.findings import Finding
    from bot.runtime import Runtime
    from bot.upkeep.starting import Starting


def loops(bot: Runtime) -> Sequence[Loop]:
    """One loop for each way of alarm in the settings; none without them."""
    if not (bot.settings.alarm_webhook or bot.settings.alarm_smtp):
        return ()
    from features.alerts.jobs import tell_elsewhere
    from features.alerts.ways import ways_of

    return [tell_elsewhere(bot, way) for way in ways_of(bot.settings)]


def while_away(starting: Starting) -> Sequence[Loop]:
    """The loops that tell of a database that is away while the bot waits for it; none where no way is set."""
    if not (starting.settings.alarm_webhook or starting.settings.alarm_smtp):
        return ()
    from features.alerts.jobs import tell_of_a_start
    from features.alerts.ways import ways_of

    return [tell_of_a_start(starting, way) for way in ways_of(starting.settings)]


def list_commands() -> Sequence[tuple[str, typer.Typer | Callable[..., None]]]:
    from features.alerts.commands import alarm

    return (("alarm", alarm),)


def findings(settings: Settings) -> Sequence[Finding]:
    """What `bot check` says about the ways to tell troubles."""
    from features.alerts.checks import findings

    return findings(settings)


FEATURE = Feature(
    "alerts", "Тревога вторым путём", loops=loops, while_away=while_away, commands=list_commands, findings=findings
)

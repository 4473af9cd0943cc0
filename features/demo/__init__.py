"""The sandbox and a year of messages that nobody wrote, made by rules, for whoever tries the bot and for measurements.

The same seed gives the same year. It must never hold a word or a name of a real person, nor fill a real database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.feature import Asked, Feature

if TYPE_CHECKING:
    import typer

    from bot.admin.admin_service import AdminService
    from features.demo.given import YearInputs
    from storage.db.database import Database


def list_asked(service: AdminService) -> Mapping[str, Asked]:
    from features.demo.asked import AdminDemo

    return AdminDemo(service.db, service.clock, service.vk_api_url, service.features).commands()


def list_commands() -> Sequence[tuple[str, typer.Typer | Callable[..., None]]]:
    from features.demo.commands import demo
    from features.demo.sandbox.commands import sandbox

    return (("demo", demo), ("sandbox", sandbox))


async def name_people(db: Database, given: YearInputs) -> str:
    from features.demo.people import name_officials

    return await name_officials(db, given)


FEATURE = Feature(
    "demo", "Песочница и демонстрационный год", asked=list_asked, commands=list_commands, demo_rows=name_people
)

"""`callback`: tells VK to post events to the panel's address too, or no more (vk-api.md §10). It must never print the
secret, nor open the database: a running bot has it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.ask import finish, importing
from bot.config.settings import Settings, read

if TYPE_CHECKING:
    from bot.vk.client import Vk

T = TypeVar("T")

callback = typer.Typer(no_args_is_help=True, help="Callback API: ВКонтакте сам присылает события на адрес панели.")


@callback.command("on")
def callback_on(
    url: Annotated[str, typer.Argument(help="Адрес панели, https://…; по умолчанию BOT_PANEL_URL.")] = "",
) -> None:
    """Включить, вдобавок к Long Poll: зарегистрировать адрес, включить нужные события, дождаться подтверждения."""
    settings = read()

    async def body(vk: Vk, community: int) -> list[str]:
        from features.callback.servers import address_of, switch_on

        return await switch_on(vk, community, address_of(url, settings, community), settings.callback_secret)

    typer.echo("\n".join(finish(of_community(settings, body))))


@callback.command("off")
def callback_off() -> None:
    """Выключить: ВКонтакте больше ничего не присылает на адрес панели."""
    settings = read()

    async def body(vk: Vk, community: int) -> list[str]:
        from features.callback.servers import switch_off

        return await switch_off(vk, settings, community)

    typer.echo("\n".join(finish(of_community(settings, body))))


@callback.command("status")
def callback_status() -> None:
    """Включён ли он, подтверждён ли адрес, все ли события включены."""
    settings = read()

    async def body(vk: Vk, community: int) -> tuple[list[str], bool]:
        from features.callback.servers import standing

        found = await standing(vk, settings, community)
        return [finding.line() for finding in found], any(finding.wrong for finding in found)

    lines, wrong = finish(of_community(settings, body))
    typer.echo("\n".join(lines))
    raise typer.Exit(1 if wrong else 0)


async def of_community(settings: Settings, body: Callable[[Vk, int], Awaitable[T]]) -> T:
    """What `body` gives with the key of the settings: whose it is VK says."""
    with importing():
        import aiohttp

        from bot.process.clock import Clock
        from bot.vk.client import Vk
        from bot.vk.community_identity import own_id

    async with aiohttp.ClientSession() as http:
        vk = Vk(settings.vk_token, settings.vk_api_url, http)
        return await body(vk, await own_id(vk, Clock()))

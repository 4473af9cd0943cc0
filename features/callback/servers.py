"""Callback API at VK's side: which server of this community is ours, what it gets, whether VK has confirmed it
(vk-api.md §10). It must never touch a server of somebody else, nor say the secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.admin.of_vk import FLAGS, ask
from bot.config.settings import PANEL, Settings
from bot.process.advice import Refusal
from bot.process.clock import Clock, is_loopback
from bot.region.findings import Finding, bad, good, look
from bot.vk.client import VERSION, Vk
from bot.vk.errors import VkError
from bot.vk.parse import list_or_empty, mapping, whole

TITLE = "Приёмная"
"""In VK's own list; 14 characters at most."""
MOST, TOO_MANY = 10, 2000
"""Servers of a community, and VK's error for one more (vk-api.md §5)."""
PATIENCE = 20
"""Seconds that VK is given to ask for the code."""
OLD_WAY = "События приходят по Long Poll."
BOTH_WAYS = "По Long Poll они приходят тоже. Что пришло дважды, бот обработает один раз."


@dataclass(frozen=True, slots=True)
class CallbackServer:
    """As VK shows it. `status`: ok, wait, failed or unconfigured."""

    id: int
    title: str
    url: str
    secret: str
    status: str

    def is_ours(self, community: int, url: str) -> bool:
        """The same address, or our title at an address that was ours: the panel has moved."""
        here = self.url.rstrip("/")
        return here == url or (self.title == TITLE and urlsplit(here).path == path_of(community))


def path_of(community: int) -> str:
    """The path on the panel's address to which VK posts the events of this community."""
    return f"/callback/{community}"


def address_of(given: str, settings: Settings, community: int) -> str:
    """The address to which VK is to post: the panel's address with the path of this community.

    Raises:
        Refusal: with what to write instead.
    """
    if not settings.callback_secret:
        raise Refusal(
            "Сначала впишите BOT_CALLBACK_SECRET: от 16 до 50 латинских букв и цифр (openssl rand -hex 20), и "
            "перезапустите бота."
        )
    if not settings.panel_port:
        raise Refusal("События принимает панель, а её нет. Впишите BOT_PANEL_PORT и перезапустите бота.")
    known = (given or settings.panel_url).rstrip("/").removesuffix(path_of(community))
    if not known:
        raise Refusal("Укажите адрес панели, например: python -m bot callback on https://panel.sait.ru")
    if not PANEL.fullmatch(known):
        raise Refusal("Нужен адрес панели вида https://panel.sait.ru, без пути: он добавится сам.")
    if is_loopback(known) and not is_loopback(settings.vk_api_url):
        raise Refusal(
            "ВКонтакте не дойдёт до этого компьютера. Нужен адрес https://…, который открывается из интернета."
        )
    return known + path_of(community)


def usual(settings: Settings, community: int) -> str:
    """The address at which VK is to call this community; "" without a panel's address."""
    return settings.panel_url + path_of(community) if settings.panel_url else ""


async def servers(vk: Vk, community: int) -> list[CallbackServer]:
    """The callback servers that VK knows for this community, ours and others'."""
    answer = mapping(await ask(vk, "groups.getCallbackServers", {"group_id": community}))
    return [server_of(mapping(server)) for server in list_or_empty(answer.get("items"))]


def server_of(raw: Mapping[str, Any]) -> CallbackServer:
    """The server as VK lists it; "" for what VK left out."""
    names = ("title", "url", "secret_key", "status")
    return CallbackServer(whole(raw.get("id")), *(str(raw.get(name) or "") for name in names))


async def switch_on(vk: Vk, community: int, url: str, secret: str) -> list[str]:
    """The same again changes nothing; another address or secret is confirmed anew.

    Raises:
        Refusal: VK does not confirm it; a server that was added for it is gone again.
    """
    mine = [server for server in await servers(vk, community) if server.is_ours(community, url)]
    kept = next((server for server in mine if server.url.rstrip("/") == url), mine[0] if mine else None)
    said = await remove_servers(vk, community, [server for server in mine if server is not kept])
    number = await add_server(vk, community, url, secret) if kept is None else kept.id
    if kept is not None and (kept.url.rstrip("/"), kept.secret, kept.status) != (url, secret, "ok"):
        await ask(
            vk, "groups.editCallbackServer", {**server_id_params(community, number), **server_params(url, secret)}
        )
    await ask(
        vk, "groups.setCallbackSettings", {**server_id_params(community, number), **await exact(vk, community, number)}
    )
    if not await is_confirmed(vk, community, number):
        if kept is None:
            await ask(vk, "groups.deleteCallbackServer", server_id_params(community, number))
        raise Refusal(not_confirmed(url))
    return [*said, f"ВКонтакте подтвердил адрес {url} и присылает туда события.", BOTH_WAYS]


async def add_server(vk: Vk, community: int, url: str, secret: str) -> int:
    """Adds our server at VK; its number there. Refusal where the community has as many as VK allows."""
    try:
        answer = await ask(vk, "groups.addCallbackServer", {"group_id": community, **server_params(url, secret)})
    except VkError as error:
        if error.code != TOO_MANY:
            raise
        todo = "Удалите лишний: Управление → Работа с API → Callback API."
        raise Refusal(f"У сообщества уже {MOST} серверов, больше ВКонтакте не даёт. {todo}") from None
    return whole(mapping(answer).get("server_id"))


def server_params(url: str, secret: str) -> dict[str, str]:
    return {"url": url, "title": TITLE, "secret_key": secret}


def server_id_params(community: int, number: int) -> dict[str, int]:
    return {"group_id": community, "server_id": number}


async def exact(vk: Vk, community: int, number: int) -> dict[str, Any]:
    """The settings by which the server gets what the long poll asks for and nothing else: whatever else is on would
    only be thrown away."""
    flags = await events_of(vk, community, number)
    others = {name: 0 for name, on in flags.items() if on and name not in FLAGS}
    return {"api_version": VERSION, **others, **dict.fromkeys(FLAGS, 1)}


async def events_of(vk: Vk, community: int, number: int) -> dict[str, int]:
    """By event, 1 where VK posts it to this server."""
    answer = mapping(await ask(vk, "groups.getCallbackSettings", server_id_params(community, number)))
    return {str(name): whole(on) for name, on in mapping(answer.get("events")).items()}


async def is_confirmed(vk: Vk, community: int, number: int) -> bool:
    """Whether VK got the right code from us, as soon as it says."""
    for _ in range(PATIENCE):
        status = next((server.status for server in await servers(vk, community) if server.id == number), "")
        if status in ("ok", "failed"):
            return status == "ok"
        await Clock().sleep(1.0)
    return False


def not_confirmed(url: str) -> str:
    """What to check where VK did not get the code, in the order in which it usually goes wrong."""
    return (
        f"ВКонтакте не получил от бота код по адресу {url}. Проверьте по порядку: 1) бот запущен (python -m bot run) и "
        "перезапущен после того, как вписан BOT_CALLBACK_SECRET; 2) панель открывается по этому адресу из интернета, "
        "сертификат в порядке; 3) сервер перед панелью пропускает /callback/. Потом повторите эту команду."
    )


async def switch_off(vk: Vk, settings: Settings, community: int) -> list[str]:
    """Removes our servers at VK, and no other's; what was done, in sentences."""
    mine = [server for server in await servers(vk, community) if server.is_ours(community, usual(settings, community))]
    return (
        [*await remove_servers(vk, community, mine), OLD_WAY] if mine else [f"Callback API и не был включён. {OLD_WAY}"]
    )


async def remove_servers(vk: Vk, community: int, gone: Sequence[CallbackServer]) -> list[str]:
    """Removes these servers at VK; a sentence for each."""
    for server in gone:
        await ask(vk, "groups.deleteCallbackServer", server_id_params(community, server.id))
    return [f"ВКонтакте больше не присылает события на {server.url}." for server in gone]


async def standing(vk: Vk, settings: Settings, community: int) -> list[Finding]:
    """The findings about the callback servers that VK shows."""
    known = await servers(vk, community)
    mine = [server for server in known if server.is_ours(community, usual(settings, community))]
    theirs = [server for server in known if server not in mine]
    others = [look(f"Ещё один сервер, не наш: «{their.title}».", "Бот его не трогает.") for their in theirs]
    if not mine and settings.callback_secret:
        return [look(f"Callback API не включён, хотя секрет вписан. {OLD_WAY}", "python -m bot callback on"), *others]
    if not mine:
        return [good(f"Callback API не включён. {OLD_WAY}"), *others]
    return [finding for server in mine for finding in await of_server(vk, settings, community, server)] + others


async def of_server(vk: Vk, settings: Settings, community: int, server: CallbackServer) -> list[Finding]:
    """What is wrong with this server of ours, the first thing only, with the command that mends it."""
    again = f"python -m bot callback on {server.url.removesuffix(path_of(community))}"
    if not settings.callback_secret:
        return [
            bad(
                f"{server.url}: бот не принимает, BOT_CALLBACK_SECRET пуст.",
                "Впишите его или: python -m bot callback off",
            )
        ]
    if server.secret != settings.callback_secret:
        return [bad(f"{server.url}: секрет у ВКонтакте другой, события не принимаются.", again)]
    if server.status != "ok":
        return [bad(f"{server.url}: ВКонтакте не подтвердил адрес ({server.status}).", again)]
    events = await events_of(vk, community, server.id)
    off = [title for name, title in FLAGS.items() if not events.get(name)]
    if off:
        return [bad(f"{server.url}: не включены события: {', '.join(off)}.", again)]
    return [good(f"{server.url}: подтверждён, все нужные события включены.")]

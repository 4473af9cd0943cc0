"""groups.*Callback*: the servers of a community and their settings (vk-api.md §10). It must never send
anything: that is `deliver`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from vk_emulator.acts import callbacks
from vk_emulator.acts.callbacks import MAX_SERVERS
from vk_emulator.api.calls import Call, method
from vk_emulator.api.params import Params
from vk_emulator.methods.groups import own_group
from vk_emulator.world.callback_servers import Server
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.event_names import EVENTS
from vk_emulator.world.records import Json

VERSION = re.compile(r"5\.\d{1,3}")


def address(params: Params) -> str:
    """http and https only; loopback and private addresses are fine, this is a tool for a laptop."""
    url = params.required_text("url", limit=2048)
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or not url.isprintable() or " " in url:
        raise bad_parameter("url is invalid")
    return url


def version(params: Params) -> str:
    """Callback API knows 5.81 and later (vk-api.md §1)."""
    text = params.text("api_version")
    if not VERSION.fullmatch(text) or int(text.partition(".")[2]) < 81:
        raise bad_parameter("api_version is invalid")
    return text


def one_server(call: Call, *, optional: bool = False) -> Server:
    """The server by `server_id`; the settings can be asked for without one, then it is the oldest."""
    community = own_group(call)
    servers = callbacks.servers_of(call.world, community.id)
    if optional and not call.params.has("server_id"):
        found = servers[0] if servers else None
    else:
        number = call.params.integer("server_id", low=0)
        found = next((server for server in servers if server.id == number), None)
    if found is None:
        raise Refusal(104)
    return found


@method("groups.getCallbackConfirmationCode", "group", "user", scope="manage")
def confirmation_code(call: Call) -> Json:
    """The text with which a server must answer VK's question for confirmation."""
    return {"code": callbacks.code(call.world, own_group(call).id)}


@method("groups.getCallbackServers", "group", "user", scope="manage")
def get_servers(call: Call) -> Json:
    """The community's servers, or those with the given numbers."""
    community = own_group(call)
    wanted = set(call.params.integers("server_ids"))
    servers = callbacks.servers_of(call.world, community.id)
    items = [_server_json(server) for server in servers if not wanted or server.id in wanted]
    return {"count": len(items), "items": items}


def _server_json(server: Server) -> Json:
    return {
        "id": server.id,
        "title": server.title,
        "creator_id": server.creator,
        "url": server.url,
        "secret_key": server.secret,
        "status": server.status,
    }


@method("groups.addCallbackServer", "group", "user", scope="manage")
def add_server(call: Call) -> Json:
    """Adds a server, which has to confirm its address first. Error 2000 where the community has as many as VK
    allows."""
    community, params = own_group(call), call.params
    url, title = address(params), params.required_text("title", limit=14)
    secret = params.text("secret_key", limit=50)
    if len(callbacks.servers_of(call.world, community.id)) >= MAX_SERVERS:
        raise Refusal(2000)
    creator = max(call.account, 0)  # 0 when the community's own token added it
    return {"server_id": callbacks.add(call.world, community.id, title, url, secret, creator).id}


@method("groups.editCallbackServer", "group", "user", scope="manage")
def edit_server(call: Call) -> int:
    """Changes address, title and secret; the server has to confirm its address anew."""
    server, params = one_server(call), call.params
    url, title = address(params), params.required_text("title", limit=14)
    secret = params.text("secret_key", server.secret, limit=50)
    server.url, server.title, server.secret = url, title, secret
    callbacks.confirm_anew(call.world, server)
    return 1


@method("groups.deleteCallbackServer", "group", "user", scope="manage")
def delete_server(call: Call) -> int:
    callbacks.remove(call.world, one_server(call))
    return 1


@method("groups.getCallbackSettings", "group", "user", scope="manage")
def get_settings(call: Call) -> Json:
    """The server's version of the API and, for each event, whether it gets it."""
    server = one_server(call, optional=True)
    events = {name: int(bool(server.events.get(name, 0))) for name in EVENTS}
    return {"api_version": server.api_version, "events": events}


@method("groups.setCallbackSettings", "group", "user", scope="manage")
def set_settings(call: Call) -> int:
    """Switches the given events on or off; those that are not named stay."""
    server, params = one_server(call, optional=True), call.params
    if params.has("api_version"):
        server.api_version = version(params)
    for name in EVENTS:
        if params.has(name):
            server.events[name] = int(params.flag(name))
    call.world.changes += 1
    return 1


@method("emulator.callbacks", "control")
def state(call: Call) -> Json:
    """Servers with what waits for them, `next_due`, `log` of the last 200 outcomes."""
    world = call.world
    servers = [server for group in world.callbacks.servers.values() for server in group]
    shown = [
        {
            **_server_json(server),
            "group_id": server.group,
            "waiting": len(server.waiting),
            "flying": len(server.flying),
            "silent_until": server.silent_until,
        }
        for server in servers
    ]
    due = callbacks.next_due(world)
    return {"servers": shown, "next_due": due, "log": list(world.callbacks.log)}

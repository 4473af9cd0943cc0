"""emulator.*: state, record, faults, switches, rights. No token is needed; the server listens on
loopback only. It must never be imported by a rule of VK."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vk_emulator.acts import tell
from vk_emulator.api.calls import METHODS, Call, method
from vk_emulator.api.faults import SPECIAL, Rule, parse_rule
from vk_emulator.api.params import Params, is_json, parse_json
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.event_names import EVENTS
from vk_emulator.world.records import CHAT_BASE, Account, Chat, Json, Message, Quote, Thread

FLAGS = (
    "messages",
    "bots_capabilities",
    "bots_start_button",
    "bots_add_to_chat",
    "longpoll",
    "verified",
    "government",
)


def structure(params: Params, name: str) -> Any:
    """A parameter that is JSON: as a value in a JSON body, as text in a form."""
    value = params.raw.get(name)
    if isinstance(value, str):
        try:
            return parse_json(value)
        except ValueError as error:
            raise bad_parameter(f"{name} is not a valid JSON") from error
    if not is_json(value):
        raise bad_parameter(f"{name} is not a valid JSON")
    return value


@method("emulator.state", "control")
def state(call: Call) -> Json:
    """Clock, communities, users (`resident`: in no chat of the world file), chats (tokens, `peer_ids` of each
    member), switches, faults, `revoked`, `blocked`, `calendar`, `polling` (held long polls), `strangers`, calls
    by method, `refused` (by error code), `hints`, `internal_errors` (bugs of the emulator)."""
    vk, world = call.vk, call.world
    return {
        "clock": world.clock.now(),
        "communities": [
            {
                "id": c.id,
                "name": c.name,
                "screen_name": c.screen_name,
                "token": f"group-{c.id}",
                "settings": c.settings,
                "events": c.events,
                "managers": c.managers,
            }
            for c in world.communities.values()
        ],
        "users": [
            {
                "id": u.id,
                "first_name": u.first_name,
                "last_name": u.last_name,
                "token": f"user-{u.id}",
                "about": u.about,
                "resident": u.id in world.residents,
            }
            for u in world.users.values()
        ],
        "chats": [chat_json(chat) for chat in world.chats.values()],
        "switches": asdict(world.switches),
        "faults": vk.faults.state(),
        "revoked": vk.revoked,
        "blocked": [
            {"group_id": group, "user_id": user, "code": code} for (group, user), code in world.blocked.items()
        ],
        "calendar": {
            "timezone": world.calendar.timezone,
            "days_off": sorted(day.isoformat() for day in world.calendar.days_off),
            "working_weekends": sorted(day.isoformat() for day in world.calendar.working_weekends),
        },
        "polling": vk.controls["polling"](call.params) if "polling" in vk.controls else [],
        "strangers": vk.controls["strangers"](call.params) if "strangers" in vk.controls else {},
        "calls": vk.calls,
        "refused": {str(code): times for code, times in sorted(vk.refused.items())},
        "unknown": vk.unknown,
        "hints": vk.hints,
        "internal_errors": vk.crashes,
    }


def token_name(account: Account) -> str:
    """The emulator's own token of an account: user-1001, group-101."""
    return f"user-{account}" if account > 0 else f"group-{-account}"


def chat_json(chat: Chat) -> Json:
    """The chat as the record shows it: with every member's own peer id of it."""
    return {
        "id": chat.id,
        "key": chat.key,
        "title": chat.title,
        "owner_id": chat.owner,
        "agency": chat.agency,
        "cur": chat.cur,
        "members": list(chat.members),
        "admins": [m.account for m in chat.members.values() if m.admin],
        "peer_ids": {token_name(a): CHAT_BASE + chat.numbers[a] for a in chat.members},
    }


@method("emulator.record", "control")
def record(call: Call) -> Json:
    """`since?` (message id) → `dialogues` with all messages, `calls`, `last`, `clock`."""
    since = call.params.integer("since", 0)
    threads = [thread_json(call, thread, since) for thread in call.world.threads]
    last = call.world.next_id - 1
    return {
        "dialogues": [t for t in threads if t["messages"]],
        "calls": call.vk.calls,
        "last": last,
        "clock": call.world.clock.now(),
    }


def thread_json(call: Call, thread: Thread, since: int) -> Json:
    """A dialogue of the record with its messages newer than the number `since`."""
    chat = thread.chat
    made: Json = {"kind": "chat" if chat else "private"}
    if chat is not None:
        made.update(key=chat.key, chat_id=chat.id, peer_ids=chat_json(chat)["peer_ids"])
    else:
        made.update(members=list(thread.members))
    start = len(thread.messages)
    while start > 0 and thread.messages[start - 1].id > since:
        start -= 1
    made["messages"] = [record_json(message) for message in thread.messages[start:]]
    return made


def record_json(message: Message) -> Json:
    """The message as the record keeps it, for everybody alike: with deleted ones, former wordings and whom it is hidden
    from."""
    return {
        "id": message.id,
        "cmid": message.cmid,
        "from_id": message.sender,
        "random_id": message.random_id,
        "date": message.date,
        "text": message.text,
        "payload": message.payload,
        "keyboard": message.keyboard,
        "action": message.action,
        "geo": message.geo,
        "attachments": [f"{a.type}{a.owner}_{a.id}" for a in message.attachments],
        "forwards": [quote_json(quote) for quote in message.quotes],
        "reply_cmid": message.reply.cmid if message.reply else None,
        "deleted": message.deleted,
        "edits": message.edits,
        "unseen_by": sorted(message.unseen_by),
        "admin_author_id": message.admin_author,
        "content_source": message.content_source,
    }


def quote_json(quote: Quote) -> Json:
    """A forwarded message with the dialogue that it comes from."""
    return {
        "cmid": quote.cmid,
        "from_id": quote.sender,
        "text": quote.text,
        "attachments": [f"{a.type}{a.owner}_{a.id}" for a in quote.attachments],
        "from": quote.thread.chat.key if quote.thread.chat else list(quote.thread.members),
        "forwards": [quote_json(inner) for inner in quote.quotes],
    }


@method("emulator.setFaults", "control")
def set_faults(call: Call) -> Json:
    """`rules?` (replaces all; with `add=1` adds), `up?` (0: connections are reset), `seed?`."""
    params, faults = call.params, call.vk.faults
    rules = structure(params, "rules")
    parsed = None
    if rules is not None:
        if not isinstance(rules, list):
            raise bad_parameter("rules should be a list")
        try:
            parsed = [_check_method(parse_rule(raw)) for raw in rules]
        except ValueError as error:
            raise bad_parameter(f"rules: {error}") from error
    if parsed is not None:
        faults.rules = [*faults.rules, *parsed] if params.flag("add") else parsed
    if params.has("up"):
        faults.up = params.flag("up")
    if params.has("seed"):
        faults.chance.seed(params.integer("seed"))
    call.world.woken.update(call.world.queues)  # parked polls notice at once that VK is gone
    return faults.state()


def _check_method(rule: Rule) -> Rule:
    """A rule for a method that does not exist would never strike, and a test under it would prove nothing."""
    section = rule.method.removesuffix("*")
    known = rule.method in METHODS or (section.endswith(".") and any(name.startswith(section) for name in METHODS))
    if rule.method != "*" and rule.method not in SPECIAL and not known:
        raise ValueError(f"unknown method {rule.method[:60]}")
    return rule


@method("emulator.clearFaults", "control")
def clear_faults(call: Call) -> Json:
    """No rules, VK up."""
    call.vk.faults.clear()
    return call.vk.faults.state()


@method("emulator.setSwitches", "control")
def set_switches(call: Call) -> Json:
    """`switches` as an object, or the switches themselves; all or none."""
    given = structure(call.params, "switches")
    if given is None:
        given = {k: v for k, v in call.params.raw.items() if k not in ("v", "access_token", "switches")}
    if not isinstance(given, dict):
        raise bad_parameter("switches should be an object")
    trial = type(call.world.switches)(**asdict(call.world.switches))
    for name, value in given.items():
        problem = trial.change(str(name), value)
        if problem:
            raise bad_parameter(problem)
    call.world.switches.__dict__.update(trial.__dict__)
    call.world.changes += 1
    return asdict(call.world.switches)


def any_chat(call: Call, name: str = "chat") -> Chat:
    """A chat by the emulator's own number or by its key in the world file."""
    text = call.params.required_text(name)
    found = call.world.chat_keys.get(text)
    if found is None and text.isdecimal() and len(text) < 12:
        found = call.world.chats.get(int(text))
    if found is None:
        raise bad_parameter(f"{name} is invalid")
    return found


@method("emulator.setChatAdmin", "control")
def set_chat_admin(call: Call) -> Json:
    """`chat` (key or number of `emulator.state`), `member`, `admin` 0/1."""
    chat = any_chat(call)
    member = chat.members.get(call.params.integer("member"))
    if member is None:
        raise Refusal(935)
    member.admin = call.params.flag("admin", True)
    call.world.changes += 1
    return chat_json(chat)


@method("emulator.setSettings", "control")
def set_settings(call: Call) -> Json:
    """`group_id` and `messages`, `bots_capabilities`, `bots_start_button`, `bots_add_to_chat`, `longpoll`,
    `api_version`, `scopes`, `verified`, `government`, `confirmation_code`, or a flag of an event
    (`message_new=0`)."""
    group = call.params.integer("group_id")
    community = call.world.communities.get(group)
    if community is None:
        raise bad_parameter("group_id is invalid")
    for name, value in call.params.raw.items():
        if name in ("group_id", "v"):
            continue
        if name == "scopes":
            community.settings[name] = call.params.strings(name)
        elif name in ("api_version", "description", "status", "site", "confirmation_code"):
            community.settings[name] = call.params.text(name)
        elif name in FLAGS:
            community.settings[name] = call.params.flag(name)
        elif name in EVENTS:
            community.events[name] = int(call.params.flag(name))
        else:
            raise bad_parameter(f"unknown setting {name}: {value}"[:100])
    call.world.changes += 1
    return {"settings": community.settings, "events": community.events}


@method("emulator.setBlocked", "control")
def set_blocked(call: Call) -> int:
    """`user_id`, `group_id`, `code` 900, 901, 902 or 0."""
    user, group = call.params.integer("user_id"), call.params.integer("group_id")
    code = call.params.integer("code", 900)
    if code not in (0, 900, 901, 902):
        raise bad_parameter("code should be one of 0, 900, 901, 902")
    call.world.blocked[(group, user)] = code
    if not code:
        del call.world.blocked[(group, user)]
    call.world.changes += 1
    return 1


@method("emulator.revokeToken", "control")
def revoke_token(call: Call) -> int:
    """`name` (the token), `code` (5), `restore=1`."""
    token = call.params.raw.get("name") or call.params.raw.get("revoked") or ""
    if not token:
        raise bad_parameter("name is undefined")
    if call.params.flag("restore"):
        call.vk.revoked.pop(str(token), None)
    else:
        call.vk.revoked[str(token)] = call.params.integer("code", 5)
    return 1


@method("emulator.raw_event", "control")
def raw_event(call: Call) -> int:
    """`group_id`, `event`: any JSON becomes an event of the long poll."""
    group = call.params.integer("group_id")
    if group not in call.world.communities:
        raise bad_parameter("group_id is invalid")
    event = structure(call.params, "event")
    call.world.emit(-group, event)
    return call.world.queue(-group).last


@method("emulator.eventAnswer", "control")
def event_answer(call: Call) -> Json:
    """`event_id` → `{answered, event_data, alive}` of a pressed button."""
    press = call.world.presses.get(call.params.required_text("event_id"))
    if press is None:
        raise bad_parameter("event_id is invalid")
    alive = call.world.clock.now() - press.born <= 60
    return {"answered": press.answered, "event_data": press.answer, "alive": alive}


@method("emulator.methods", "control")
def methods(call: Call) -> list[str]:
    """The list of methods."""
    return sorted(METHODS)


@method("emulator.requests", "control")
def requests(call: Call) -> object:
    """`method?` (a pattern), `by?` bot or page, `count?` → the last of 2000 requests over the wire: `at`,
    `params`, `token`, `error`, `answer` (cut at 4 KB); no controls."""
    return call.vk.controls["requests"](call.params) if "requests" in call.vk.controls else []


@method("emulator.typing", "control")
def typing(call: Call) -> int:
    """`account`, `peer_id`."""
    thread = call.world.thread_of(call.params.integer("account"), call.params.integer("peer_id"))
    tell.typing(call.world, thread, call.params.integer("account"), "typing")
    return 1


@method("emulator.reset", "control")
def reset(call: Call) -> int:
    """The world of the file again; pollers get `failed`; our neighbour deletes the bot's database and starts it
    anew."""
    if "reset" not in call.vk.controls:
        raise Refusal(23)
    call.vk.controls["reset"](call.params)
    return 1


@method("emulator.bot", "control")
def bot(call: Call) -> object:
    """`--beside`: `action` or none → what the neighbour says of the bot. Ours knows kill, stop, start, restart
    and answers `{pid, running, status, numbers, panel}`; `numbers` is the bot's `stats`, at most 0.5 s old, or
    null."""
    return of_neighbour(call, "bot")


@method("emulator.beside", "control")
def beside(call: Call) -> object:
    """`--beside`: `command` and its parameters → the neighbour's answer. Ours knows `panel` with `role` cur,
    agency, municipality or reader → `{url}`, a one-time link, or `{error}`."""
    return of_neighbour(call, "beside")


def of_neighbour(call: Call, control: str) -> object:
    """Asks the process that runs a bot beside the emulator; error 23 where there is none."""
    if control not in call.vk.controls:
        raise Refusal(23, "This method was disabled: nobody runs a bot beside the emulator (--beside)")
    return call.vk.controls[control](call.params)

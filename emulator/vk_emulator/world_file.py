"""Reads a world file (YAML) and builds the world it describes. A mistake is one clear sentence
with file, line, name and what to do; it must never build half a world."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from vk_emulator.acts import chats
from vk_emulator.acts.objects import ALBUMS, ALL, body_of
from vk_emulator.acts.render import SEX
from vk_emulator.world.event_names import EVENTS
from vk_emulator.world.records import Attachment, Community, Json, User
from vk_emulator.world.tongue import either
from vk_emulator.world.working_days import SATURDAY, Calendar
from vk_emulator.world.world import World

NEUTRAL = Path(__file__).parent / "worlds" / "neutral.yaml"
NAMED_BY = "VK_EMULATOR_WORLD"
"""Of the environment: the world file where none is named."""
SETTINGS: dict[str, type | tuple[type, ...]] = {
    "messages": bool,
    "bots_capabilities": bool,
    "bots_start_button": bool,
    "bots_add_to_chat": bool,
    "longpoll": bool,
    "api_version": str,
    "scopes": list,
    "verified": bool,
    "government": bool,
    "description": str,
    "status": str,
    "site": str,
    "confirmation_code": str,
}
CASES = ("gen", "dat", "acc", "ins", "abl")
PROFILE = ("sex", "bdate", "city", "status", *(f"{part}_name_{case}" for part in ("first", "last") for case in CASES))
"""What else may stand with a person; names in other cases are given, never made up."""
SEXES = ("", *SEX)
DEFAULTS: Json = {
    "messages": True,
    "bots_capabilities": True,
    "bots_start_button": True,
    "bots_add_to_chat": True,
    "longpoll": True,
    "api_version": "5.199",
    "scopes": ["messages", "manage", "photos", "docs"],
}
DEFAULT_EVENTS = EVENTS[:11]  # what a bot needs: messages, buttons, consent, membership
ROLES = ("moderator", "editor", "administrator", "creator", "advertiser")


class WorldFileError(Exception):
    """One sentence for the person at the command line; what it quotes from the file may have lines."""

    def __init__(self, sentence: str) -> None:
        super().__init__(" ".join(sentence.split()))


class Node(dict[str, Any]):
    """A mapping that remembers the line where it begins and the lines of its keys."""

    line = 0
    lines: dict[str, int]


class _Loader(yaml.SafeLoader):
    pass


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Node:
    """A mapping of YAML with its lines; an error for a key that stands twice."""
    loader.flatten_mapping(node)
    made = Node()
    made.line = node.start_mark.line + 1
    made.lines = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in made:
            raise yaml.MarkedYAMLError(
                problem=either(f"the key {key!r} stands twice", f"ключ «{key}» дважды"),
                problem_mark=key_node.start_mark,
            )
        made[key] = loader.construct_object(value_node, deep=True)
        made.lines[key] = key_node.start_mark.line + 1
    return made


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name

    def fail(self, node: Node | None, key: str, what: str) -> WorldFileError:
        """The error with file, line and key."""
        line = 1 if node is None else node.lines.get(key, node.line)
        return WorldFileError(
            either(f"{self.name}, line {line}, {key!r}: {what}", f"{self.name}, строка {line}, «{key}»: {what}")
        )

    def check_names(self, node: Node, names: tuple[str, ...]) -> None:
        """WorldFileError with file, line and the known names where an unknown one stands."""
        for key in node:
            if key not in names:
                raise self.fail(
                    node,
                    key,
                    either(
                        f"an unknown name; there are: {', '.join(names)}.",
                        f"неизвестное имя; допустимы: {', '.join(names)}. Исправьте или удалите.",
                    ),
                )

    def nodes(self, node: Node, key: str) -> list[Node]:
        """The entries of a list; an error for anything else."""
        value = node.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, Node) for item in value):
            raise self.fail(
                node,
                key,
                either(
                    "a list of entries such as `- id: …` is wanted. Look at indents and dashes.",
                    "нужен список записей вида «- id: …». Исправьте отступы и тире.",
                ),
            )
        return value

    def number(self, node: Node, key: str, default: int | None = None) -> int:
        """A positive whole number of this node; the world file is refused where it is none."""
        value = node.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2_000_000_000:
            raise self.fail(
                node,
                key,
                either(
                    "a whole number from 1 to 1999999999 is wanted.",
                    "нужно целое число от 1 до 1999999999. Впишите его.",
                ),
            )
        return value

    def text(self, node: Node, key: str, default: str | None = None) -> str:
        """A text of this node. The world file is refused with a line and a reason where it is no text."""
        value = node.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fail(
                node,
                key,
                either(
                    "a text is wanted, not empty (in quotes if it is a number).",
                    "нужен непустой текст. Впишите его (в кавычках, если это число).",
                ),
            )
        return value

    def owner(self, node: Node, world: World) -> int:
        """The account of an owner; an error where it does not exist."""
        value = node.get("owner")
        if isinstance(value, bool) or not isinstance(value, int) or not world.exists(value):
            raise self.fail(
                node,
                "owner",
                either(
                    "the number of a person of users is wanted (or of a community, with a minus).",
                    "нужен номер человека из users (или сообщества с минусом).",
                ),
            )
        return value

    def accounts(self, node: Node, key: str, world: World) -> list[int]:
        """The accounts of a list; an error for one that does not exist."""
        value = node.get(key, [])
        if not isinstance(value, list):
            raise self.fail(
                node,
                key,
                either(
                    "a list of numbers is wanted, such as [1006, -101].", "нужен список номеров, например [1006, -101]."
                ),
            )
        for item in value:
            if isinstance(item, bool) or not isinstance(item, int) or not world.exists(item):
                raise self.fail(
                    node,
                    key,
                    either(
                        f"nobody has the number {item}. Add them above, or mend the number.",
                        f"нет человека или сообщества с номером {item}. Добавьте его выше или исправьте номер.",
                    ),
                )
        return value

    def days(self, node: Node, key: str) -> set[date]:
        """A list of days of this node; the world file is refused where it is none."""
        value = node.get(key, [])
        if not isinstance(value, list):
            raise self.fail(
                node,
                key,
                either("a list of days is wanted, such as [2026-12-31].", "нужен список дней, например [2026-12-31]."),
            )
        for item in value:
            if isinstance(item, datetime) or not isinstance(item, date):
                raise self.fail(
                    node,
                    key,
                    either(
                        f"{item} is no day. Write year-month-day without quotes: 2026-12-31.",
                        f"«{item}» — не день. Пишите год-месяц-число без кавычек: 2026-12-31.",
                    ),
                )
        return set(value)


def by_default() -> Path:
    """The world file that the environment names, else the neutral one of the package."""
    return Path(os.environ.get(NAMED_BY) or NEUTRAL)


def text_of(world: Mapping[str, Any]) -> str:
    """A world said in Python, as the file that it would be."""
    text: str = yaml.safe_dump(dict(world), allow_unicode=True, sort_keys=False)
    return text


def read_world(path: Path, world: World) -> World:
    """The world with what the file says; WorldFileError where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WorldFileError(
            either(
                f"{path}: the world file cannot be read ({type(error).__name__}). Look at its path and at UTF-8.",
                f"{path}: файл мира не читается ({type(error).__name__}). Проверьте путь и кодировку UTF-8.",
            )
        ) from error
    return parse_world(text, path.name, world)


def parse_world(text: str, name: str, world: World) -> World:
    """The world with what this text says. `name` is the file's, for errors; WorldFileError with a line for each
    mistake."""
    try:
        raw = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", "") or either("no YAML", "не YAML")
        raise WorldFileError(
            either(
                f"{name}, line {line}: the world file is no YAML ({problem}).",
                f"{name}, строка {line}: файл мира не разобрать ({problem}). Исправьте строку.",
            )
        ) from error
    reader = _Reader(name)
    if not isinstance(raw, Node):
        raise WorldFileError(
            either(
                f"{name}, line 1: communities, users and chats are wanted. neutral.yaml is a sample.",
                f"{name}, строка 1: нужны разделы communities, users, chats. Возьмите за образец neutral.yaml.",
            )
        )
    reader.check_names(raw, ("communities", "users", "chats", "objects", "calendar"))
    world.calendar = _calendar(reader, raw)
    for node in reader.nodes(raw, "users"):
        _user(reader, node, world)
    for node in reader.nodes(raw, "communities"):
        _community(reader, node, world)
    if not world.communities:
        raise reader.fail(
            raw,
            "communities",
            either("at least one community is wanted.", "нужно хотя бы одно сообщество. Добавьте его."),
        )
    for node in reader.nodes(raw, "chats"):
        _chat(reader, node, world)
    for node in reader.nodes(raw, "objects"):
        _object(reader, node, world)
    world.residents = {user.id for user in world.users.values() if not user.chats}
    return world


def _calendar(reader: _Reader, raw: Node) -> Calendar:
    """The calendar of the file."""
    node = raw.get("calendar", Node())
    if not isinstance(node, Node):
        raise reader.fail(
            raw,
            "calendar",
            either(
                "pairs are wanted, such as timezone: Asia/Yekaterinburg.",
                "нужны пары «имя: значение», например «timezone: Asia/Yekaterinburg».",
            ),
        )
    reader.check_names(node, ("timezone", "days_off", "working_weekends"))
    timezone = reader.text(node, "timezone", "UTC")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise reader.fail(
            node,
            "timezone",
            either(
                f"no time zone is {timezone!r}. Take a name such as Asia/Yekaterinburg.",
                f"пояс «{timezone}» неизвестен. Возьмите имя вроде Asia/Yekaterinburg.",
            ),
        ) from error
    days_off, weekends = reader.days(node, "days_off"), reader.days(node, "working_weekends")
    for day in sorted(weekends):
        if day.weekday() < SATURDAY:
            raise reader.fail(
                node,
                "working_weekends",
                either(
                    f"{day} is neither Saturday nor Sunday.", f"{day} — не суббота и не воскресенье. Удалите этот день."
                ),
            )
    return Calendar(timezone, days_off, weekends)


def _user(reader: _Reader, node: Node, world: World) -> None:
    """Adds the person of an entry to the world."""
    reader.check_names(node, ("id", "first_name", "last_name", "about", "friends", "token", *PROFILE))
    number = reader.number(node, "id")
    if number in world.users:
        raise reader.fail(
            node,
            "id",
            either(
                f"there is a person {number} already. Give another number.",
                f"человек {number} уже есть. Дайте другой номер.",
            ),
        )
    first, last = reader.text(node, "first_name"), reader.text(node, "last_name")
    user = world.add_user(User(number, first, last, reader.text(node, "about", "")))
    user.profile = {name: reader.text(node, name) for name in PROFILE if name in node}
    _token(reader, node, world, f"user-{number}")
    if "friends" in node:
        user.profile["friends"] = reader.accounts(node, "friends", world)
    if user.profile.get("sex", "") not in SEXES:
        raise reader.fail(node, "sex", either("female or male is wanted.", "нужно женский или мужской. Исправьте."))


def _token(reader: _Reader, node: Node, world: World, name: str) -> None:
    """Gives the token a further name of the file: for a bot whose token is written into it; an error where it is
    another's."""
    if "token" in node:
        token = reader.text(node, "token")
        if token in world.tokens:
            raise reader.fail(
                node,
                "token",
                either("this token is another's already. Give another.", "этот ключ уже дан другому. Впишите другой."),
            )
        world.tokens[token] = name


def _community(reader: _Reader, node: Node, world: World) -> None:
    """Adds the community of an entry to the world."""
    reader.check_names(
        node, ("id", "name", "screen_name", "settings", "events", "managers", "members", "allowed", "token")
    )
    number = reader.number(node, "id")
    if number in world.communities:
        raise reader.fail(
            node,
            "id",
            either(
                f"there is a community {number} already. Give another number.",
                f"сообщество {number} уже есть. Дайте другой номер.",
            ),
        )
    events = node.get("events", list(DEFAULT_EVENTS))
    if not isinstance(events, list) or any(event not in EVENTS for event in events):
        raise reader.fail(
            node,
            "events",
            either(
                "a list of VK's types of events is wanted, such as [message_new, message_event].",
                "нужен список видов событий VK, например [message_new, message_event].",
            ),
        )
    community = Community(number, reader.text(node, "name"), reader.text(node, "screen_name", f"club{number}"))
    community.settings = _settings(reader, node)
    community.events = dict.fromkeys(events, 1)
    world.add_community(community)
    _token(reader, node, world, f"group-{number}")
    community.members = reader.accounts(node, "members", world)
    world.allowed.update((number, user) for user in reader.accounts(node, "allowed", world))
    _managers(reader, node, world, community)


def _settings(reader: _Reader, node: Node) -> Json:
    """The settings of a community, with the usual ones; an error for an unknown one."""
    settings = dict(DEFAULTS)
    given = node.get("settings", Node())
    if not isinstance(given, Node):
        raise reader.fail(
            node, "settings", either("pairs of name and value are wanted.", "нужны пары «имя: значение».")
        )
    for key, value in given.items():
        if key not in SETTINGS:
            raise reader.fail(
                given,
                key,
                either(
                    f"an unknown setting; there are: {', '.join(SETTINGS)}.",
                    f"неизвестная настройка; допустимы: {', '.join(SETTINGS)}. Исправьте имя.",
                ),
            )
        if not isinstance(value, SETTINGS[key]):
            raise reader.fail(
                given,
                key,
                either(
                    "a value of another kind (true or false, a text or a list is wanted).",
                    "значение не того вида (нужно true/false, текст или список). Исправьте.",
                ),
            )
        settings[key] = value
    return settings


def _managers(reader: _Reader, node: Node, world: World, community: Community) -> None:
    """Adds the managers of a community."""
    for manager in reader.nodes(node, "managers"):
        reader.check_names(manager, ("id", "role"))
        person, role = reader.number(manager, "id"), reader.text(manager, "role", "administrator")
        if person not in world.users:
            raise reader.fail(
                manager,
                "id",
                either(
                    f"nobody has the number {person}. Add them to users.",
                    f"нет человека с номером {person}. Добавьте его в users.",
                ),
            )
        if role not in ROLES:
            raise reader.fail(
                manager,
                "role",
                either(f"a role is one of {', '.join(ROLES)}.", f"роль должна быть одной из: {', '.join(ROLES)}."),
            )
        community.managers[person] = role


def _object(reader: _Reader, node: Node, world: World) -> None:
    """Adds something that somebody has in VK already: a bot attaches it by its name, `photo-101_5`."""
    reader.check_names(node, ("type", "owner", "id", "title", "access_key", "album", "likes"))
    kind, number = reader.text(node, "type"), reader.number(node, "id")
    if kind not in ALL:
        raise reader.fail(
            node, "type", either(f"a type is one of {', '.join(ALL)}.", f"вид должен быть одним из: {', '.join(ALL)}.")
        )
    owner = reader.owner(node, world)
    if (kind, owner, number) in world.attachments:
        raise reader.fail(
            node,
            "id",
            either(
                f"there is {kind}{owner}_{number} already. Give another number.",
                f"{kind}{owner}_{number} уже есть. Дайте другой номер.",
            ),
        )
    key = reader.text(node, "access_key", "")
    body = body_of(kind, reader.text(node, "title", ""), world.now(), owner)
    made = Attachment(kind, owner, number, key, owner, body, public=not key)
    if "album" in node:
        album = reader.text(node, "album")
        if kind != "photo" or album not in ALBUMS:
            raise reader.fail(
                node,
                "album",
                either(
                    f"the album of a photo is one of {', '.join(ALBUMS)}.",
                    f"у фотографии альбом один из: {', '.join(ALBUMS)}. Исправьте.",
                ),
            )
        body["album_id"] = ALBUMS[album]
    made.likes = reader.number(node, "likes") if "likes" in node else 0
    world.attachments[(kind, owner, number)] = made
    world.next_file = max(world.next_file, number)  # those that come later get other numbers


def _chat(reader: _Reader, node: Node, world: World) -> None:
    """Checks one chat of the file (its key is free, admins are members) and makes it."""
    reader.check_names(node, ("key", "title", "owner", "members", "admins", "agency", "cur"))
    key = reader.text(node, "key")
    if key in world.chat_keys:
        raise reader.fail(
            node,
            "key",
            either(
                f"there is a chat {key!r} already. Give another key.", f"беседа «{key}» уже есть. Дайте другой ключ."
            ),
        )
    owner = reader.owner(node, world)
    members, admins = reader.accounts(node, "members", world), reader.accounts(node, "admins", world)
    for admin in admins:
        if admin not in members and admin != owner:
            raise reader.fail(
                node,
                "admins",
                either(
                    f"{admin} is no member of the chat. Add them to members.",
                    f"{admin} не участник беседы. Добавьте его в members.",
                ),
            )
    cur = node.get("cur", False)
    if not isinstance(cur, bool):
        raise reader.fail(node, "cur", either("true or false is wanted.", "нужно true или false."))
    chat = chats.create(world, owner, reader.text(node, "title"), members, key=key, admins=admins, quiet=True)
    chat.agency, chat.cur = reader.text(node, "agency", ""), cur

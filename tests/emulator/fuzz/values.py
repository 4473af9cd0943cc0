"""Values for parameters: what the parameter is for (by its name, by what exists in the world), or something hostile.

Addresses are on loopback only, whatever chance says: nothing here may be delivered to a stranger's host."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from vk_emulator.acts.keyboards import FIELDS
from vk_emulator.api.calls import Vk
from vk_emulator.api.faults import CALL_MODES, SPECIAL
from vk_emulator.methods.send import INTENTS
from vk_emulator.wire.uploads import seal
from vk_emulator.world.errors import Refusal
from vk_emulator.world.records import CHAT_BASE
from vk_emulator.world.switches import CHOICES, Switches

TOKENS = ("group-101", "group-101", "user-1001", "user-1001", "user-1002", "user-1006", "user-1010")
NOBODY = ("", "x", "group-٣", "group-999", "user-0", "user--1", "group-101 ", "user-" + "9" * 40, "\x00", "group-")
HOSTILE: tuple[Any, ...] = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "9" * 30,
    "-" * 50,
    "1e999",
    "nan",
    "Infinity",
    "null",
    "true",
    "[]",
    "{}",
    "[[]]",
    '"',
    "'",
    "\ud800",
    "\x00",
    "\u202e",
    "٣",
    "²",
    "１",
    "1,2,3",
    ",,,",
    "1.5",
    "0x10",
    "1_000",
    "+7",
    "%00",
    "<b>&amp;</b>",
    "a" * 5000,
    "я" * 4096,
    "👨‍👩‍👧" * 700,
    "[" * 3000,
    '{"a":' * 3000,
    '{"type":"carousel","elements":[5]}',
    '[{"mode":{}}]',
    '{"x":1e999}',
    '{"buttons":[[{"action":{"type":["x"]}}]]}',
    '{"peer_id":{},"conversation_message_ids":[[1]]}',
    "2000000000",
    "2000000001",
    '{"peer_id":1001,"conversation_message_ids":[1],"is_reply":{"a":1}}',
    "return API.messages.send({a:[1]});",
    "../../x",
    -(2**63),
    2**63,
    10**40,
    1.5,
    float("inf"),
    float("nan"),
    None,
    True,
    False,
    [],
    [1, [2]],
    {},
    {"a": {"b": [1]}},
    [None],
)
HOSTS = ("http://127.0.0.1:9/", "http://localhost:9/x", "https://127.0.0.1:9", "http://[::1]:9/", "http://127.0.0.1:0/")
Chance = random.Random


def hostile(chance: Chance) -> Any:
    if chance.random() < 0.7:
        return chance.choice(HOSTILE)
    if chance.random() < 0.5:
        return "".join(
            chr(chance.choice((32, 48, 97, 0x430, 0x4E00, 0x1F600)) + chance.randrange(30)) for _ in range(9)
        )
    return str(chance.randrange(-(2**33), 2**33))


class Values:
    """Knows what each parameter is for; `vk` shows what exists."""

    def __init__(self, chance: Chance, vk: Vk, account: int = 0) -> None:
        self.chance = chance
        self.vk = vk
        self.account = account
        self.calm = chance.random() < 0.5  # every parameter is meant, so that the request comes far
        self.said = json.dumps([{"file": "a.png", "width": 4, "height": 3, **chance.choice(({}, {"owner": 1001}))}])
        self.towards = self.peer()
        self.kinds: dict[str, Callable[[], Any]] = {
            **dict.fromkeys(("user_id", "account", "member", "owner_id"), self.peer),
            "peer_id": lambda: self.towards if self.calm else self.peer(),
            "member_id": self.somebody,
            **dict.fromkeys(("peer_ids", "user_ids"), lambda: self.several(self.peer)),
            **dict.fromkeys(("cmid", "conversation_message_id", "up_to_cmid", "reply_to", "start_cmid"), self.small),
            **dict.fromkeys(("message_id", "start_message_id", "since"), self.small),
            **dict.fromkeys(("cmids", "conversation_message_ids", "message_ids"), lambda: self.several(self.small)),
            **dict.fromkeys(("forward_messages", "chat_ids"), lambda: self.several(self.small)),
            **dict.fromkeys(("message", "title", "name", "q", "becomes", "description"), self.text),
            **dict.fromkeys(("payload", "event_data", "event", "about", "content_source"), self.object),
            **dict.fromkeys(("keyboard",), lambda: json.dumps(self.keyboard())),
            **dict.fromkeys(("url", "callback_url", "server_url"), lambda: self.chance.choice(HOSTS)),
            "template": self.template,
            "attachment": self.attachment,
            "forward": self.forward,
            "link": self.link,
            "random_id": lambda: self.chance.choice((0, 1, 2, self.chance.randrange(2**31), 10**16, -5)),
            "chat_id": lambda: (self.towards if self.calm and self.towards > CHAT_BASE else self.peer()) - CHAT_BASE,
            "chat": lambda: self.chance.choice(("mindor", "cur", "1", "2", "chat7", "нет")),
            "server_id": lambda: self.chance.choice((1, 2, 3, 0)),
            "group_id": lambda: self.chance.choice((101, "101", 101, 102, 0, -101)),
            "group_ids": lambda: self.chance.choice(("101", "priemnaya74", "club101,5")),
            "user": self.peer,
            "screen_name": lambda: self.chance.choice(("priemnaya74", "id1001", "club101", "нет")),
            "domain": lambda: self.chance.choice(("priemnaya74", "id1001", "club101", "нет")),
            "event_id": self.press,
            "photo": self.photo,
            "hash": self.photo_hash,
            "file": self.document,
            "code": self.code,
            "rules": self.rules,
            "switches": self.switches,
            "count": lambda: self.chance.choice((0, 1, 5, 20, 200, 201)),
            "offset": lambda: self.chance.randrange(-3, 30),
            "lat": lambda: self.chance.choice((55.1, "61", -90, 91)),
            "long": lambda: self.chance.choice((61, "180", -181)),
            "seconds": lambda: self.chance.choice((0, 1, 61, 3601, 86401, -50)),
            "working_days": lambda: self.chance.choice((1, 3, 30, 0)),
            "to": lambda: self.chance.choice(("deadline", "x")),
            "now": lambda: self.chance.choice((1_790_000_000, 1_790_500_000, 0)),
            "type": lambda: self.chance.choice(("doc", "audio_message", "graffiti", "typing", "x")),
            "filter": lambda: self.chance.choice(("all", "unread", "unanswered", "important", "managers", "x")),
            "fields": lambda: self.chance.choice(("", "photo_50,sex", "screen_name,last_name_gen", "x" * 300)),
            "sticker_id": self.small,
            "reaction_id": lambda: self.chance.choice((1, 16, 64, 65, 0)),
            "intent": lambda: self.chance.choice((*sorted(INTENTS), "x")),
            "extended": self.flag,
            "key": lambda: self.chance.choice((self.vk.world.poll_key(-101), self.vk.world.poll_key(1001), "x")),
            "ts": lambda: self.chance.choice((self.vk.world.queue(-101).last, 0, 1, 10**17)),
            "wait": lambda: 0,
            "api_version": lambda: self.chance.choice(("5.199", "5.81", "5.50", "x")),
            "scopes": lambda: self.chance.choice(("messages,manage,photos,docs", "messages", "")),
            "action": lambda: self.chance.choice(("kill", "start", "x", "")),
            "v": lambda: "5.199",
        }

    def of(self, name: str) -> Any:
        """One in eight is hostile; numbers come as numbers or as text."""
        if not self.calm and self.chance.random() < 0.2 and "url" not in name and name != "wait":
            return hostile(self.chance)
        made = self.kinds.get(name, self.flag)()
        return str(made) if isinstance(made, (int, float)) and self.chance.random() < 0.5 else made

    # --- simple things --------------------------------------------------------

    def flag(self) -> Any:
        return self.chance.choice((0, 1, "1", "0", True, "no", ""))

    def peer(self) -> int:
        if self.calm:
            holder = self.vk.world.users.get(self.account) or self.vk.world.communities.get(-self.account)
            chats = [CHAT_BASE + number for number in holder.chats] if holder is not None else []
            return self.chance.choice([*chats, *((1001, 1002, 1006) if self.account < 0 else (-101,) * 4)])
        known = (1001, 1001, 1002, 1006, 1010, -101, -101, CHAT_BASE + 1, CHAT_BASE + 2, CHAT_BASE + 11, CHAT_BASE + 16)
        return self.chance.choice((*known, CHAT_BASE, CHAT_BASE + 99, 5, 0, -7))

    def small(self) -> int:
        if self.calm:
            return self.chance.randrange(max(self.length() - 6, 0), self.length() + 1)
        return self.chance.choice((1, 2, 3, 4, self.chance.randrange(1, 60), 0, -1, 10**9))

    def somebody(self) -> int:
        return self.chance.choice((1001, 1002, 1006, 1007, 1010, -101))

    def length(self) -> int:
        """How many messages the dialogue has that the request is about."""
        try:
            return len(self.vk.world.thread_of(self.account, self.towards).messages)
        except Refusal:
            return 9

    def several(self, one: Callable[[], int]) -> Any:
        made = [one() for _ in range(self.chance.choice((1, 1, 2, 5, 120)))]
        return made if self.chance.random() < 0.2 else ",".join(map(str, made))

    def text(self) -> str:
        known = (
            "привет",
            "/start",
            "@club101 слышите?",
            "[id1001|Ольга], да",
            "@all сюда",
            "<b>&amp;\n",
            "x" * 4097,
            " ",
        )
        return self.chance.choice(known)

    def object(self) -> Any:
        known = ({"cmd": "x"}, {"type": "show_snackbar", "text": "да"}, {"type": "open_link", "link": "https://vk.com"})
        more = (
            {"type": "open_app", "app_id": 1},
            {"type": "message", "message": {}},
            {"type": "message_new", "object": {}},
        )
        made = self.chance.choice((*known, *more, [1], "x", {"a": "b" * 1000}))
        return made if self.chance.random() < 0.2 else json.dumps(made)

    # --- what a message carries -----------------------------------------------

    def button(self) -> Any:
        """A good button, one in four with one flaw."""
        kind = self.chance.choice((*FIELDS, "text", "callback"))
        good = {"label": "Да", "payload": {"a": 1}, "link": "https://vk.com", "hash": "h", "app_id": 1, "peer_id": 1}
        action = {"type": kind, **{name: good.get(name, "default") for name in FIELDS[kind]}}
        made: dict[str, Any] = {"action": action}
        if kind in ("text", "callback") and self.chance.random() < 0.5:
            made["color"] = self.chance.choice(("primary", "negative", "default"))
        if self.chance.random() < 0.25:
            flaw = self.chance.choice((*action, "label", "payload", "color"))
            (made if flaw == "color" else action)[flaw] = self.chance.choice(("x" * 41, hostile(self.chance), "[]"))
        return made

    def keyboard(self) -> Any:
        shape = self.chance.choice(((1, 1), (2, 1), (2, 2), (3, 1), (11, 1), (7, 5), (1, 6), (0, 0), (2, 0)))
        rows = [[self.button() for _ in range(shape[1])] for _ in range(shape[0])]
        if self.chance.random() < 0.7:
            rows = [[{"action": {"type": "text", "label": "Да"}}], [self.button()]]
        inline = self.chance.random() < 0.5
        return {"inline": inline, "one_time": self.chance.random() < (0.1 if inline else 0.5), "buttons": rows}

    def template(self) -> str:
        element: dict[str, Any] = {
            "title": "Т",
            "description": "О",
            "buttons": [{"action": {"type": "text", "label": "Да"}}],
        }
        if self.chance.random() < 0.5:
            element["buttons"] = [self.button() for _ in range(self.chance.randrange(5))]
        if self.chance.random() < 0.5:
            element["action"] = {"type": self.chance.choice(("open_link", "open_photo", "x")), "link": "https://vk.com"}
        if self.chance.random() < 0.3:
            element[self.chance.choice(("title", "description", "photo_id"))] = self.chance.choice(
                ("", "x" * 81, 5, "-1_1")
            )
        return json.dumps({"type": "carousel", "elements": [element] * self.chance.choice((0, 1, 3, 11))}, default=str)

    def attachment(self) -> str:
        known = [f"{a.type}{a.owner}_{a.id}" for a in list(self.vk.world.attachments.values())[-20:]]
        keyed = [f"{a.type}{a.owner}_{a.id}_{a.access_key}" for a in list(self.vk.world.attachments.values())[-20:]]
        pool = [*known, *keyed, "photo1_1", "wall-1_1", "doc1001_1_x", "link", "photo-_", "market-1_2"]
        return ",".join(self.chance.choice(pool) for _ in range(self.chance.choice((1, 1, 2, 11))))

    def forward(self) -> Any:
        made: dict[str, Any] = {"peer_id": self.peer()}
        made[self.chance.choice(("conversation_message_ids", "message_ids", "cmids"))] = [self.small()]
        if self.chance.random() < 0.5:
            made["is_reply"] = self.flag()
        return json.dumps(made) if self.chance.random() < 0.8 else made

    def link(self) -> str:
        return f"https://vk.me/join/{self.chance.choice([*self.vk.world.invites, 'x'])}"

    def press(self) -> str:
        """The event id of a pressed button."""
        return self.chance.choice([*list(self.vk.world.presses)[-3:], "x"])

    # --- what was uploaded ----------------------------------------------------

    def photo(self) -> str:
        return self.said

    def photo_hash(self) -> str:
        return seal(self.vk.world, self.said)

    def document(self) -> str:
        told = json.dumps(
            {"kind": self.chance.choice(("doc", "audio_message", "graffiti")), "file": "a.txt", "name": "a", "size": 1}
        )
        return told.encode().hex() + "|" + (seal(self.vk.world, told) if self.chance.random() < 0.8 else "x")

    # --- controls -------------------------------------------------------------

    def code(self) -> Any:
        from tests.emulator.fuzz.scripts import script  # scripts need values for their calls

        return (
            script(self.chance, self) if self.chance.random() < 0.8 else self.chance.choice((5, 900, 901, 902, 0, 27))
        )

    def rules(self) -> str:
        method = self.chance.choice(("messages.send", "messages.*", "*", *SPECIAL, "users.get"))
        modes = [*SPECIAL.get(method, CALL_MODES)]
        rule: dict[str, Any] = {"method": method, "mode": self.chance.choice(modes), "times": 2, "seconds": 0.01}
        for name, value in (
            ("who", "all"),
            ("code", 14),
            ("probability", 0.5),
            ("count", 3),
            ("match", {"peer_id": 1001}),
        ):
            if self.chance.random() < 0.3:
                rule[name] = value if self.chance.random() < 0.9 else hostile(self.chance)
        return json.dumps([rule], default=str)

    def switches(self) -> Any:
        names = [*CHOICES, *vars(Switches())]
        name = self.chance.choice(names)
        value = self.chance.choice((*CHOICES.get(name, (0, 1, 10, 4096)), "x", -1, 10**12))
        return {name: value} if self.chance.random() < 0.2 else json.dumps({name: value})

"""Payloads of buttons that nobody was shown: forged, altered, cut, another's, pressed again long after (T3).

One conversation is played to its end on the pure stage; then everything is pressed that must not work any more.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.vk import parse
from bot.vk.payload import Signer
from handlers.decide import decide
from handlers.text import actions
from states.directory import Directory
from states.effects import Send
from states.events import ButtonPressed, Event, MessageNew
from states.finder import Finder
from states.messages import Command, is_chat
from tests.transcripts.pure import COMMUNITY, SIGNER, PureStage
from tests.transcripts.pure_facts import facts_of
from tests.transcripts.script import Player

TALK: list[dict[str, Any]] = [
    {"отправила": "мария", "текст": "Большая яма на дороге в Миассе, улица Ленина, дом 5"},
    {"чат miass-gorod видит": "Состояние: "},
    {"чат miass-gorod нажимает": "Принять"},
    {"чат miass-gorod отвечает": "Засыплем завтра"},
    {"ждать": 60},
    {"отправила": "иван", "текст": "Не чистят снег на дороге, Челябинск, улица Труда, дом 10"},
    {"чат chel-gorod отвечает": "Уберём"},
    {"чат chel-gorod нажимает": "Окончательный", "на": "что это за ответ"},
    {"чат chel-gorod нажимает": "Отменить", "на": "уйдёт жителю"},
    {"чат chel-gorod нажимает": "Не наше"},
    {"отправила": "ольга", "текст": "Не записаться к врачу, Копейск, проспект Славы, дом 3"},
    *(
        line
        for who in ("мария", "иван", "ольга")
        for line in (
            {f"{who} нажимает": "Мои сообщения"},
            {f"{who} нажимает": "1."},
            {f"{who} нажимает": "Дополнить"},
            {who: "И ещё вот что."},
            {f"{who} нажимает": "Готово"},
        )
    ),
    *(
        line
        for who in ("мария", "иван", "ольга")
        for line in (
            {f"{who} нажимает": "Мои сообщения"},
            {f"{who} нажимает": "1."},
            {f"{who} нажимает": "Отозвать"},
            {f"{who} нажимает": "Да, отозвать"},
        )
    ),
    {"мария нажимает": "Написать сообщение"},
    {"мария нажимает": "Отмена"},
    {"ждать": 10_000_000},
]


@dataclass(frozen=True)
class Shown:
    """A button as somebody saw it: in which dialogue, on which message."""

    peer: int
    cmid: int
    label: str
    kind: str
    payload: str

    @property
    def command(self) -> Command:
        found = SIGNER.command(self.peer, self.payload)
        assert found is not None
        return found


@dataclass
class World:
    """A conversation that is over, and every button that was shown in it."""

    stage: PureStage
    shown: list[Shown] = field(default_factory=list)

    @property
    def peers(self) -> list[int]:
        return sorted({one.peer for one in self.shown})


async def played(region: Directory, find: Finder) -> World:
    world = World(PureStage(region, find))
    player = Player(world.stage)
    known: set[Shown] = set()
    for line in TALK:
        await player.play([line])
        for peer, lines in world.stage.lines.items():
            known |= {
                Shown(peer, one.cmid, str(button["label"]), button["type"], button["payload"])
                for one in lines
                for button in one.buttons
                if "a" in json.loads(button.get("payload", "{}"))
            }
    world.shown = sorted(known, key=lambda one: (one.peer, one.cmid, one.payload))
    assert len(world.shown) > 60 and len(world.peers) >= 5
    return world


STILL_ALLOWED = {actions.ANSWER, actions.NOT_SOLVED}
"""An agency may answer what is closed, too («Ответить» asks for the words); its author may say that nothing is done."""


# What an attacker makes of a button. Each gives (peer he acts in, his payload).

Attack = Callable[[random.Random, World, Shown], tuple[int, object]]


def unsigned(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    said = json.loads(shown.payload)
    del said["s"]
    return shown.peer, said if chance.random() < 0.5 else json.dumps(said)


def guessed(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    said = json.loads(shown.payload)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    said["s"] = "".join(chance.choice(alphabet) for _ in range(chance.choice((0, 1, 15, 16, 16, 16, 17, 32))))
    return shown.peer, json.dumps(said)


def other_command(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    """The signature of one button under the words of another."""
    said, other = json.loads(shown.payload), json.loads(chance.choice(world.shown).payload)
    said = {**other, "s": said["s"]} if chance.random() < 0.5 else {**said, "v": str(chance.randrange(10**6))}
    return shown.peer, json.dumps(said)


def moved_border(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    """A letter that changes sides between action and value: the same letters in the same order."""
    said = json.loads(shown.payload)
    action, value = said["a"], said.get("v", "")
    if value and chance.random() < 0.5:
        return shown.peer, {**said, "a": action + value[0], "v": value[1:]}
    return shown.peer, {**said, "a": action[:-1], "v": action[-1] + value}


def other_key(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    return shown.peer, Signer(chance.randbytes(32), COMMUNITY).payload(shown.peer, shown.command)


def other_community(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    return shown.peer, Signer(SIGNER.key, COMMUNITY + chance.randrange(1, 1000)).payload(shown.peer, shown.command)


def other_user(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    """A true button of somebody else's dialogue or of another chat."""
    return chance.choice([peer for peer in world.peers if peer != shown.peer]), shown.payload


def truncated(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    at = chance.randrange(len(shown.payload))
    return shown.peer, shown.payload[:at] if chance.random() < 0.8 else shown.payload[at + 1 :]


def altered(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    """One to three characters changed, put in or taken out."""
    text = shown.payload
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text))
        put = chance.choice(("", chr(chance.randrange(32, 127)), chr(chance.randrange(0x10FFFF)), text[at] * 2))
        text = text[:at] + put + text[at + 1 :]
    return shown.peer, text


def nonsense(chance: random.Random, world: World, shown: Shown) -> tuple[int, object]:
    said = json.loads(shown.payload)
    return shown.peer, chance.choice(
        (
            None,
            [],
            [said],
            {"a": [said["a"]], "s": said["s"]},
            {**said, "s": [said["s"]]},
            {**said, "s": None},
            {**said, "s": said["s"] + "="},
            {**said, "s": said["s"] + "\ud800"},
            {**said, "v": {"v": said.get("v")}},
            {**said, "a": ""},
            {"payload": shown.payload},
            json.dumps(shown.payload),
            "[" * 200,
            shown.payload + " " * 300,
            '{"a":"' + "x" * 10_000 + '"}',
            chance.randrange(10**12),
            chance.random(),
            shown.payload.replace('"s"', '"S"'),
        )
    )


FORGERIES: tuple[Attack, ...] = (
    unsigned,
    guessed,
    other_command,
    moved_border,
    other_key,
    other_community,
    other_user,
    truncated,
    altered,
    nonsense,
)


def forged(chance: random.Random, world: World) -> tuple[str, str]:
    """One forgery: (its name, what is wrong). It must be the same as the words without a button, whatever it says."""
    attack, one = chance.choice(FORGERIES), chance.choice(world.shown)
    peer, payload = attack(chance, world, one)
    signed_elsewhere = attack in (other_key, other_community)
    if peer == one.peer and parts(payload) == parts(one.payload) and not signed_elsewhere:
        return "unchanged", ""  # spaces, or a letter put back: it is the true button
    event, plain = pressed(world, peer, one, payload), pressed(world, peer, one, None)
    return attack.__name__, "" if event == plain else f"{attack.__name__} в {peer}: {payload!r}"


def parts(payload: object) -> tuple[object, ...] | None:
    try:
        said = json.loads(payload) if isinstance(payload, str) else payload
    except (ValueError, RecursionError):
        return None
    return (said.get("a"), said.get("v", ""), said.get("s")) if isinstance(said, dict) else None


def pressed(world: World, peer: int, shown: Shown, payload: object) -> Event:
    """The press as VK tells it, through the door and out of the inbox."""
    if is_chat(peer):
        body = {"user_id": 2001, "peer_id": peer, "event_id": "e", "conversation_message_id": shown.cmid}
        update = {"type": "message_event", "event_id": "x", "object": {**body, "payload": payload}}
    else:
        message = {"peer_id": peer, "from_id": peer, "conversation_message_id": 10**6, "date": 1_800_000_000}
        message = {**message, "text": shown.label, "payload": payload}
        update = {"type": "message_new", "event_id": "x", "object": {"message": message}}
    row = parse.arrived_event(update, SIGNER, consented=True, chat_bound=True)
    return parse.event_of(row.kind, row.raw, SIGNER, content=row.content)


def pressed_again(chance: random.Random, world: World) -> str:
    """A true button, pressed when all is over. It may show a screen to whoever pressed it, and nothing more."""
    one = chance.choice([one for one in world.shown if one.command.action not in STILL_ALLOWED])
    event = pressed(world, one.peer, one, one.payload)
    if isinstance(event, ButtonPressed):
        assert event.command == one.command
        event = replace(event, event_id=str(chance.random()), at=world.stage.now)
    else:
        assert isinstance(event, MessageNew) and event.message.command == one.command
    decision = decide(facts_of(world.stage, event), event)
    others = [effect for effect in decision.effects if isinstance(effect, Send) and effect.peer != one.peer]
    done = bool(decision.appeals or decision.history or decision.chat or decision.consent or others)
    return f"снова «{one.label}» в {one.peer}: {decision}" if done else ""


@dataclass
class Figures:
    tried: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)

    def line(self) -> str:
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.tried.items()))
        return f"{sum(self.tried.values())} кнопок ({kinds}): принято {len(self.accepted)}"


def attack(world: World, count: int, seed: int) -> Figures:
    chance, figures = random.Random(seed), Figures()
    while sum(figures.tried.values()) < count:
        if chance.random() < 0.15:
            name, wrong = "again", pressed_again(chance, world)
        else:
            name, wrong = forged(chance, world)
        if name != "unchanged":
            figures.tried[name] += 1
        if wrong:
            figures.accepted.append(wrong)
    return figures

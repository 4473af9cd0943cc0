"""What nine actions of officials leave in their chat: messages of the bot and taps, played on the pure core.

It counts what anybody would see in the chat a minute later; words and order are proven by the transcripts.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.region.directory_file import read  # noqa: E402
from matching import Matcher  # noqa: E402
from states.directory import Directory  # noqa: E402
from tests.transcripts.pure import COMMUNITY, PureStage  # noqa: E402
from tests.transcripts.script import Player, directed  # noqa: E402

CHAT = "miass-gorod"
MESSAGES, TAPS = 1, 3
"""The most that one action may leave in the chat, and the most taps it may take."""
COMPLAINT = {"отправила": "мария", "текст": "Большая яма на дороге, город Миасс, улица Ленина, дом 5"}
UNDO = {"ждать": 31}


@dataclass(frozen=True)
class Action:
    """`before` is played and not counted; `talk` is what the official does until all is settled."""

    name: str
    talk: Sequence[dict[str, Any]]
    before: Sequence[dict[str, Any]] = ()
    approval: bool = False


@dataclass(frozen=True)
class Row:
    """`replies` are messages that the official writes; `heard` those that the resident gets."""

    name: str
    messages: int
    taps: int
    replies: int
    heard: int

    @property
    def holds(self) -> bool:
        """Whether messages and taps are within the bars."""
        return self.messages <= MESSAGES and self.taps <= TAPS


def presses(label: str, on: str = "") -> dict[str, Any]:
    """A press of the official as a line of a transcript. `on`: the message that the button stands under."""
    return {f"чат {CHAT} нажимает": label, **({"на": on} if on else {})}


def replies(text: str, on: str = "") -> dict[str, Any]:
    """A reply of the official as a line of a transcript."""
    return {f"чат {CHAT} отвечает": text, **({"на": on} if on else {})}


ACTIONS = (
    Action("принять", (presses("Принять"),)),
    Action("ответить, окончательно", (replies("Яму заделали 20 ноября, дорога в порядке"), UNDO)),
    Action(
        "ответить, вид неясен",
        (replies("Планируем заделать до конца недели"), presses("Окончательный", "что это за ответ"), UNDO),
    ),
    Action(
        "промежуточный ответ",
        (
            presses("Ещё"),
            presses("Промежуточный ответ"),
            presses("", "к какому дню"),
            replies("Бригада выехала, ждём асфальт", "что ответить пока"),
            UNDO,
        ),
    ),
    Action(
        "отложить",
        (
            presses("Ещё"),
            presses("Отложить"),
            presses("Нужен подрядчик", "почему откладываем"),
            UNDO,
        ),
    ),
    Action(
        "отклонить",
        (
            presses("Ещё"),
            presses("Отклонить"),
            presses("Непонятно", "почему отклоняем"),
            UNDO,
        ),
    ),
    Action("не наше", (presses("Не наше"), presses("Не знаю", "чьё это"), UNDO)),
    Action(
        "спросить жителя",
        (
            presses("Ещё"),
            presses("Спросить жителя"),
            replies("Какой дом ближе?", "что спросить у жителя"),
            UNDO,
        ),
    ),
    Action(
        "дать контакты других",
        (presses("Ещё"), presses("Дать контакты других"), presses("", "кто отвечает за"), UNDO),
    ),
    Action(
        "согласовать",
        ({f"чат {CHAT} нажимает": "Согласовать", "на": "ждёт согласования", "кто": 2}, UNDO),
        before=(
            {"участники": CHAT},
            {f"чат {CHAT} отвечает": "Яму заделали 20 ноября, дорога в порядке", "кто": 1},
        ),
        approval=True,
    ),
)


async def played(action: Action, region: Directory, matcher: Matcher) -> Row:
    """Plays one action on a world of its own and counts what it left in the chat."""
    approval = [CHAT] if action.approval else []
    player = Player(PureStage(directed(region, {"directory": {"approval": approval}}), matcher))
    await player.play([COMPLAINT, *action.before])
    chat, dialogue = await said(player)
    await player.play(list(action.talk))
    chat_after, dialogue_after = await said(player)
    done = [next(iter(line)).split()[-1] for line in action.talk]
    return Row(
        action.name, chat_after - chat, done.count("нажимает"), done.count("отвечает"), dialogue_after - dialogue
    )


async def said(player: Player) -> tuple[int, int]:
    """How many messages of the bot stand in the chat and in the resident's dialogue."""
    chat, dialogue = await player.stage.chat(CHAT), await player.stage.dialogue("мария")
    return tuple(sum(one.author == -COMMUNITY for one in of) for of in (chat, dialogue))  # type: ignore[return-value]


async def all_played() -> list[Row]:
    region = read(ROOT / "regions" / "chelyabinsk")
    matcher = Matcher(region)
    return [await played(action, region, matcher) for action in ACTIONS]


def rows() -> list[Row]:
    """One for each action, in the order of `ACTIONS`."""
    return asyncio.run(all_played())


def cells(row: Row) -> tuple[str, ...]:
    return (row.name, str(row.messages), str(row.taps), str(row.replies), str(row.heard))

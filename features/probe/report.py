"""What the probes have found: a table to send to the developers, and the switches that make the emulator like VK.

It must never hold a token, a name, or a number of a person, a chat or a community: only what the probes ask for.
"""

from __future__ import annotations

import json
from datetime import datetime

from bot import VERSION
from bot.vk.client import VERSION as API
from features.probe.found import Quick, Slow, as_expected, as_switch, value_words
from features.probe.kept import Played
from features.probe.slow import SLOW
from features.probe.walls import EVERY_QUICK

EVERY: dict[str, Quick | Slow] = {**EVERY_QUICK, **SLOW}
BY_HAND = (
    ("P9, Q8", "нужен сервер с адресом в интернете: docs/vk-probes.md"),
    ("Q9", "нарочно не спрашивают: сообщество могут заблокировать"),
)


def switches(played: Played) -> dict[str, str | int]:
    """The found switches, for `vk-emulator --switches`."""
    return {
        switch: as_switch(value, EVERY[name].expected[switch])
        for name, found in played.answers().items()
        for switch, value in found.items()
        if switch in EVERY[name].expected
    }


def words_of(played: Played, name: str) -> str:
    """«chat_history = full (ждали empty)», or why nothing was seen."""
    found, expected = played.answers().get(name), EVERY[name].expected
    if found is None:
        return str(
            played.quick.get(name, {}).get("why", "начата, ответ позже" if name in played.slow else "не сыграна")
        )
    words = [
        f"{switch} = {value_words(value)}"
        + (
            ""
            if switch in expected and as_expected(value, expected[switch])
            else f" (ждали {expected.get(switch, '—')})"
        )
        for switch, value in found.items()
    ]
    return "; ".join([*words, *played.quick.get(name, {}).get("notes", ())])


def differs(played: Played, name: str) -> bool:
    """Whether what was found differs from what the emulator does."""
    found, expected = played.answers().get(name, {}), EVERY[name].expected
    return any(switch not in expected or not as_expected(value, expected[switch]) for switch, value in found.items())


def report(played: Played, now: datetime) -> str:
    """All probes as a table: what was expected, what VK did, and which differ."""
    rows = [
        (name, probe.question, expected_words(probe), mark(played, name), words_of(played, name))
        for name, probe in EVERY.items()
    ]
    answered = sum(row[3] != "…" for row in rows)
    other = [row[0] for row in rows if row[3] == "иначе"]
    return "\n".join(
        [
            f"# Пробы ВКонтакте, {now:%d.%m.%Y}",
            "",
            f"Приёмная {VERSION}, API {API}. Отвечено {answered} из {len(rows)}.",
            f"Иначе, чем ждали: {', '.join(other) or 'ничего'}.",
            "Ни ключей, ни имён, ни номеров людей и чатов здесь нет: файл можно послать разработчикам.",
            "",
            "| проба | вопрос | ждали | | увидели |",
            "|---|---|---|---|---|",
            *(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows),
            *(f"| {name} | | | … | {words} |" for name, words in BY_HAND),
            "",
        ]
    )


def mark(played: Played, name: str) -> str:
    """The sign of a probe: not played, as expected, otherwise."""
    if name not in played.answers():
        return "…"
    return "иначе" if differs(played, name) else "✓"


def expected_words(probe: Quick | Slow) -> str:
    """The switches that are expected, with their values."""
    return ", ".join(f"{switch} {value}" for switch, value in probe.expected.items())


def as_json(played: Played) -> str:
    """The switches as a file that the emulator takes by --switches."""
    return json.dumps(switches(played), ensure_ascii=False, indent=2) + "\n"

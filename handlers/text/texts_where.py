"""What is asked about where it is: one question that fits the topic.

Words only: what to ask when is decided in handlers/resident/where.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from states.directory import Where

QUESTIONS: Mapping[Where, str] = {
    Where.ROAD: "Какая дорога и километр? В городе — какая улица и дом?",
    Where.STOP: "На какой остановке или на каком маршруте?",
    Where.CLINIC: "В какой больнице или поликлинике?",
    Where.SCHOOL: "В какой школе или каком детском саду?",
}
"""Where the answer is no street and house. A place on the map and «Не знаю» stand on buttons."""

UNKNOWN: Mapping[Where, str] = dict.fromkeys((Where.STOP, Where.CLINIC, Where.SCHOOL), "Не знаю")
"""The button, where «Не знаю адрес» would answer another question."""

OTHER_PLACE = "Другое место"

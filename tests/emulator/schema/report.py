"""Plays the talk and says for every method and every event whether it fits VK's schema and vkbottle-types."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.emulator.schema import published, talk, typed
from tests.emulator.schema.deviations import Deviation, excused
from vk_emulator.acts.user_events import render_event
from vk_emulator.api.calls import METHODS, Vk
from vk_emulator.server import build
from vk_emulator.world.clock import Clock
from vk_emulator.world.errors import TEXTS

SEED = 7


@dataclass
class Row:
    """One method or event: how often it was seen, what does not fit, and the deviations that excuse the rest."""

    name: str
    seen: int = 0
    schema: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    deviations: set[Deviation] = field(default_factory=set)

    def judge(self, side: str, problems: list[str]) -> None:
        left = getattr(self, side)
        for problem in problems:
            found = excused(self.name, side, problem)
            if found is None:
                left.add(problem)
            else:
                self.deviations.add(found)

    def excused_by(self, side: str) -> list[Deviation]:
        return sorted((deviation for deviation in self.deviations if deviation.side == side), key=lambda one: one.name)


@dataclass
class Report:
    methods: dict[str, Row] = field(default_factory=dict)
    events: dict[str, Row] = field(default_factory=dict)
    updates: dict[str, Row] = field(default_factory=dict)
    errors: Row = field(default_factory=lambda: Row("error"))

    def rows(self) -> list[Row]:
        return [*self.methods.values(), *self.events.values(), *self.updates.values(), self.errors]


def rehearsed() -> Report:
    """The report on a fresh demo world. Without the published schema its half is left out."""
    with tempfile.TemporaryDirectory() as folder:
        vk = build(data=Path(folder), seed=SEED, clock=Clock(virtual=True)).vk
    vk.world.switches.rate_limit = "off"
    report = Report()
    names = sorted(name for name, found in METHODS.items() if "control" not in found.kinds)
    report.methods = {name: Row(name) for name in names}
    _play(vk, report)
    _listen(vk, report)
    _refuse(vk, report)
    return report


def _play(vk: Vk, report: Report) -> None:
    def ask(name: str, token: str = talk.BOT, /, **params: Any) -> Any:
        body = vk.call(name, token, params)
        return body.get("response", body)

    for name, token, params in talk.steps(ask):
        body = vk.call(name, token, params)
        if "response" not in body:
            raise AssertionError(f"{name} {params}: {body}")
        row = report.methods[name]
        row.seen += 1
        if published.here():
            tries = [_unexcused(row, lines) for lines in published.answer_problems(name, body)]
            row.judge("schema", min(tries, key=lambda lines: (len(lines[1]), len(lines[0])))[0])
        row.judge("typed", typed.answer_problems(name, params, body))


def _unexcused(row: Row, problems: list[str]) -> tuple[list[str], list[str]]:
    return problems, [line for line in problems if excused(row.name, "schema", line) is None]


def _listen(vk: Vk, report: Report) -> None:
    """Every event of the community and every update of the people who took part."""
    for item in vk.world.queue(-101).items:
        kind = item.event["type"]
        row = report.events.setdefault(kind, Row(kind))
        row.seen += 1
        if published.here():
            row.judge("schema", published.event_problems(item.event))
        row.judge("typed", typed.event_problems(item.event))
    for account in (1001, 1006, 1010):
        for item in vk.world.queue(account).items:
            for update in render_event(vk.world, account, item.event):
                row = report.updates.setdefault(str(update[0]), Row(f"update {update[0]}"))
                row.seen += 1
                row.judge("typed", typed.update_problems(update))


def _refuse(vk: Vk, report: Report) -> None:
    """Every code that the emulator can give, worded as by a fault, and refusals as they come by themselves."""
    vk.faults.rules.clear()
    bodies = []
    for code in TEXTS:
        vk.call("emulator.setFaults", "", {"rules": [{"method": "users.get", "mode": "error", "code": code}]})
        bodies.append(vk.call("users.get", talk.BOT, {"user_ids": "1001", "access_token": talk.BOT}))
    vk.faults.clear()
    bodies += [vk.call(*call) for call in REFUSED]
    for body in bodies:
        row, error = report.errors, body["error"]
        row.seen += 1
        if published.here():
            row.judge("schema", published.error_problems(error))
        row.judge("typed", typed.error_problems("users.get", error))
        shown = {item["key"] for item in error["request_params"]}
        row.judge("schema", [] if {"oauth", "method"} <= shown and "access_token" not in shown else ["request_params"])


REFUSED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("no.such", talk.BOT, {}),
    ("users.get", "nonsense", {}),
    ("messages.send", talk.BOT, {"peer_id": 1, "random_id": 0, "message": [1, {"a": True}]}),
    ("messages.send", talk.BOT, {"peer_id": 1001, "random_id": 0, "message": "x", "keyboard": {"buttons": 5}}),
    ("messages.addChatUser", talk.BOT, {"chat_id": 1}),
    ("execute", talk.BOT, {"code": "return ("}),
)

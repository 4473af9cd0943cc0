"""Callback API over real HTTP: confirmation, delivery, retries on the emulator's clock, faults (vk-api.md §10)."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ThreadedResolver, web

from tests.emulator.conftest import PERSON
from tests.form import PATIENT
from vk_emulator.api.faults import CALLBACK_MODES
from vk_emulator.server import Emulator, running

GROUP = "group-101"


class Receiver:
    """A bot's server: keeps what came, answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.counters: list[str | None] = []
        self.types: list[str] = []
        self.code = ""
        self.answers: list[Any] = []  # for the next events: a text, (status, headers) or a number of seconds
        self.url = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.text())
        self.types.append(body["type"])
        if body["type"] == "confirmation":
            return web.Response(text=self.code)
        self.heard.append(body)
        self.counters.append(request.headers.get("X-Retry-Counter"))
        assert request.content_type == "application/json" and float(request.headers["X-Emulator-Clock"]) > 0
        answer = self.answers.pop(0) if self.answers else "ok"
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response(text="ok")
        if isinstance(answer, tuple):
            return web.Response(status=answer[0], headers=answer[1])
        return web.Response(text=answer)

    @property
    def texts(self) -> list[str]:
        return [body["object"]["message"]["text"] for body in self.heard]


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", made.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def until(right: Callable[[], Any], seconds: float = PATIENT) -> None:
    for _ in range(int(seconds / 0.01)):
        if right():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def status(emulator: Emulator, server: int) -> str:
    items = emulator.call("groups.getCallbackServers", GROUP, group_id=101, server_ids=server)["items"]
    return items[0]["status"] if items else "gone"


async def connected(emulator: Emulator, receiver: Receiver, **more: Any) -> int:
    receiver.code = emulator.call("groups.getCallbackConfirmationCode", GROUP, group_id=101)["code"]
    given = {"group_id": 101, "url": receiver.url, "title": "bot", **more}
    server = emulator.call("groups.addCallbackServer", GROUP, **given)["server_id"]
    await until(lambda: status(emulator, server) == "ok")
    emulator.call("groups.setCallbackSettings", GROUP, group_id=101, server_id=server, message_new=1)
    return int(server)


@pytest_asyncio.fixture
async def server(emulator: Emulator, receiver: Receiver) -> int:
    return await connected(emulator, receiver)


def say(emulator: Emulator, text: str = "привет") -> None:
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message=text)


def log(emulator: Emulator) -> list[str]:
    return [entry["result"] for entry in emulator.call("emulator.callbacks")["log"]]


def advance(emulator: Emulator, seconds: float) -> None:
    emulator.call("emulator.advanceClock", seconds=seconds)


def fault(emulator: Emulator, mode: str, **more: Any) -> None:
    rule = {"method": "callback", "mode": mode, "times": 1, **more}
    assert emulator.call("emulator.setFaults", rules=[rule])["rules"][0]["mode"] == mode


async def test_an_event_arrives_as_vk_sends_it(emulator: Emulator, receiver: Receiver) -> None:
    await connected(emulator, receiver, secret_key="тайна")
    assert receiver.types == ["confirmation"]
    say(emulator)
    await until(lambda: receiver.heard)
    body = receiver.heard[0]
    assert set(body) == {"group_id", "type", "event_id", "v", "object", "secret"}
    assert (body["group_id"], body["type"], body["v"], body["secret"]) == (101, "message_new", "5.199", "тайна")
    assert receiver.counters == [None] and len(body["event_id"]) == 40
    polled = emulator.world.queue(-101).items[-1].event  # both transports run in parallel
    assert polled["object"] == body["object"] and polled["event_id"] != body["event_id"]
    await until(lambda: log(emulator)[-1] == "ok")
    emulator.call("emulator.setSwitches", event_id_shared="on")  # Q8
    say(emulator)
    await until(lambda: len(receiver.heard) == 2)
    assert receiver.heard[1]["event_id"] == emulator.world.queue(-101).items[-1].event["event_id"]


async def test_a_wrong_confirmation_fails_until_the_server_is_edited(emulator: Emulator, receiver: Receiver) -> None:
    receiver.code = "неверно"
    given = {"group_id": 101, "url": receiver.url, "title": "bot"}
    server = emulator.call("groups.addCallbackServer", GROUP, **given)["server_id"]
    await until(lambda: status(emulator, server) == "failed")
    emulator.call("groups.setCallbackSettings", GROUP, group_id=101, server_id=server, message_new=1)
    say(emulator, "не дойдёт")
    receiver.code = emulator.call("groups.getCallbackConfirmationCode", GROUP, group_id=101)["code"]
    assert emulator.call("groups.editCallbackServer", GROUP, server_id=server, **given) == 1
    assert status(emulator, server) == "wait"
    say(emulator, "дойдёт после подтверждения")
    await until(lambda: receiver.heard)
    assert receiver.texts == ["дойдёт после подтверждения"] and receiver.types.count("confirmation") == 2


PUBLIC = "93.184.216.34"


@pytest.mark.parametrize("host", [PUBLIC, "site.example", "169.254.169.254", f"[::ffff:{PUBLIC}]"])
async def test_events_stay_on_this_machine(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, host: str, unconnected: list[Any]
) -> None:
    """An example of a library names a public site as its server: nothing of the test may reach it."""

    async def public(self: ThreadedResolver, name: str, port: int = 0, *more: Any, **named: Any) -> list[Any]:
        return [{"hostname": name, "host": PUBLIC, "port": port, "family": 2, "proto": 6, "flags": 0}]

    monkeypatch.setattr(ThreadedResolver, "resolve", public)
    given = {"group_id": 101, "url": f"http://{host}/hook", "title": "bot"}
    server = emulator.call("groups.addCallbackServer", GROUP, **given)["server_id"]
    await until(lambda: status(emulator, server) == "failed")
    assert unconnected == [] and f"--callback-host {host.strip('[]')}" in log(emulator)[-1]
    emulator.courier.far_hosts.add(host.strip("[]"))
    assert emulator.call("groups.editCallbackServer", GROUP, server_id=server, **given) == 1
    await until(lambda: unconnected != [])


@pytest.fixture
def unconnected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Addresses that a connection was asked for; none of it is made but to loopback."""
    asked: list[Any] = []
    connect = socket.socket.connect

    def connected(self: socket.socket, address: Any) -> None:
        if address[0] == "127.0.0.1":
            return connect(self, address)
        asked.append(address[0])
        raise ConnectionRefusedError(111, "not from a test")

    class Deaf(socket.socket):
        connect = connected

    monkeypatch.setattr(socket, "socket", Deaf)
    return asked


async def test_the_code_can_change_with_each_confirmation(emulator: Emulator, receiver: Receiver) -> None:
    emulator.call("emulator.setSwitches", callback_code_changes="on")
    await connected(emulator, receiver)
    first = receiver.code
    second = await connected(emulator, receiver)
    assert receiver.code != first and status(emulator, second) == "ok"


async def test_flags_and_version_are_each_servers_own(emulator: Emulator, receiver: Receiver, server: int) -> None:
    old = await connected(emulator, receiver)
    emulator.call("groups.setCallbackSettings", GROUP, group_id=101, server_id=old, api_version="5.90", message_new=1)
    emulator.call("groups.setCallbackSettings", GROUP, group_id=101, server_id=server, message_typing_state=1)
    emulator.call("groups.setLongPollSettings", GROUP, group_id=101, enabled=0)
    say(emulator)
    await until(lambda: len(receiver.heard) == 2)
    by_version = {body["v"]: body for body in receiver.heard}
    assert by_version["5.199"]["object"]["message"]["text"] == "привет"
    assert by_version["5.90"]["object"]["text"] == "привет"  # before 5.103 the message itself
    assert by_version["5.90"]["event_id"] == by_version["5.199"]["event_id"]
    emulator.call("messages.setActivity", PERSON, peer_id=-101)
    await until(lambda: len(receiver.heard) == 3)
    assert [receiver.heard[2]["type"], receiver.heard[2]["v"]] == ["message_typing_state", "5.199"]
    shown = emulator.call("groups.getCallbackSettings", GROUP, group_id=101)
    assert shown["events"]["message_typing_state"] == 1 and shown["events"]["message_edit"] == 0


async def test_five_retries_on_the_emulators_clock(emulator: Emulator, receiver: Receiver, server: int) -> None:
    receiver.answers = ["нет"] * 6
    say(emulator)
    await until(lambda: len(receiver.heard) == 1)
    for number, seconds in enumerate((10, 180, 600, 1800, 3600), start=1):
        await until(lambda count=number: log(emulator).count("HTTP 200, not ok") == count)
        advance(emulator, seconds - 2)
        await asyncio.sleep(0.05)
        assert len(receiver.heard) == number
        advance(emulator, 2)
        await until(lambda count=number: len(receiver.heard) == count + 1)
    assert receiver.counters == [None, "1", "2", "3", "4", "5"]
    assert len({body["event_id"] for body in receiver.heard}) == 1
    await until(lambda: len(log(emulator)) == 7)
    assert emulator.call("emulator.callbacks")["servers"][0]["waiting"] == 0  # given up
    advance(emulator, 100_000)
    await asyncio.sleep(0.05)
    assert len(receiver.heard) == 6


@pytest.mark.parametrize(
    ("code", "value", "seconds"),
    [(503, "60", 60), (429, "7200", 7200), (410, "30", 30), (503, "date", 90), (503, "10800", 10), (500, "60", 10),
     (503, "скоро", 10), (503, "-5", 10)],
)  # fmt: skip
async def test_retry_after(
    emulator: Emulator, receiver: Receiver, server: int, code: int, value: str, seconds: int
) -> None:
    """Honoured with 410, 429 and 503 under three hours; seconds or a date. The real clock runs meanwhile."""
    asked = formatdate(emulator.world.clock.now() + 91, usegmt=True) if value == "date" else value
    receiver.answers = [(code, {"Retry-After": asked.encode("ascii", "ignore").decode() or "x"})]
    say(emulator)
    await until(lambda: log(emulator)[-1] == f"HTTP {code}, not ok")
    left = emulator.call("emulator.callbacks")["next_due"] - emulator.world.clock.now()
    assert seconds - 3 < left <= seconds + 1
    advance(emulator, left + 1)
    await until(lambda: receiver.counters == [None, "1"])


async def test_what_is_not_ok_fails(emulator: Emulator, receiver: Receiver, server: int) -> None:
    """A quoted "ok", another status, a redirect (never followed) and silence: all are retried."""
    emulator.call("emulator.setSwitches", callback_timeout=1)
    receiver.answers = ['"ok"', (201, {}), (302, {"Location": receiver.url}), 5.0]
    for number in range(4):
        say(emulator, f"{number}")
    await until(lambda: len(log(emulator)) == 5)
    assert receiver.texts == ["0", "1", "2", "3"]  # in order, and a failure blocks nobody
    assert log(emulator)[-1] == "no answer"
    advance(emulator, 10)
    await until(lambda: len(receiver.heard) == 8)
    assert receiver.counters[4:] == ["1"] * 4 and sorted(receiver.texts[4:]) == ["0", "1", "2", "3"]


async def test_remove_deletes_the_server(emulator: Emulator, receiver: Receiver, server: int) -> None:
    receiver.answers = ["remove"]
    say(emulator)
    await until(lambda: status(emulator, server) == "gone")
    say(emulator)
    await asyncio.sleep(0.05)
    assert len(receiver.heard) == 1


async def test_vk_falls_silent_after_failures_in_a_row(emulator: Emulator, receiver: Receiver, server: int) -> None:
    emulator.call("emulator.setSwitches", callback_failures=2, callback_silence=300)
    receiver.answers = ["нет", "нет"]
    for number in range(3):
        say(emulator, f"{number}")
    await until(lambda: log(emulator).count("HTTP 200, not ok") == 2)
    advance(emulator, 60)
    await asyncio.sleep(0.05)
    assert receiver.texts == ["0", "1"]
    advance(emulator, 241)
    await until(lambda: len(receiver.heard) == 5)
    assert sorted(receiver.texts[2:]) == ["0", "1", "2"]
    emulator.call("emulator.setSwitches", callback_silence_loses="on")
    receiver.answers = ["нет", "нет"]
    say(emulator, "3")
    say(emulator, "4")
    await until(lambda: log(emulator).count("HTTP 200, not ok") == 4)
    say(emulator, "пропадёт")
    advance(emulator, 301)
    await until(lambda: len(receiver.heard) == 9)
    await asyncio.sleep(0.05)
    assert "пропадёт" not in receiver.texts


async def test_an_answer_ends_the_row_of_failures(emulator: Emulator, receiver: Receiver, server: int) -> None:
    emulator.call("emulator.setSwitches", callback_failures=2, callback_silence=300)
    receiver.answers = ["нет", "ok", "нет", "ok"]
    for number in range(5):
        say(emulator, f"{number}")
    await until(lambda: receiver.texts == ["0", "1", "2", "3", "4"])


async def test_one_at_a_time_unless_told(emulator: Emulator, receiver: Receiver, server: int) -> None:
    receiver.answers = [0.2, "ok"]
    say(emulator, "медленно")
    say(emulator, "быстро")
    await asyncio.sleep(0.1)
    assert receiver.texts == ["медленно"]
    await until(lambda: len(receiver.heard) == 2)
    emulator.call("emulator.setSwitches", callback_parallel="on")
    receiver.answers = [0.3, 0.3, 0.3]
    for number in range(3):
        say(emulator, f"{number}")
    await until(lambda: len(receiver.heard) == 5, 0.25)


async def test_nothing_is_sent_while_vk_is_down(emulator: Emulator, receiver: Receiver, server: int) -> None:
    emulator.call("emulator.setFaults", up=0)
    say(emulator)
    await asyncio.sleep(0.05)
    assert receiver.heard == []
    emulator.call("emulator.clearFaults")
    await until(lambda: receiver.heard)
    assert receiver.counters == [None]


async def test_fault_drop_comes_by_the_first_retry(emulator: Emulator, receiver: Receiver, server: int) -> None:
    fault(emulator, "drop")
    say(emulator)
    await until(lambda: log(emulator)[-1] == "fault drop")
    assert receiver.heard == []
    advance(emulator, 10)
    await until(lambda: receiver.counters == ["1"])


async def test_fault_accept_drop_comes_twice(emulator: Emulator, receiver: Receiver, server: int) -> None:
    fault(emulator, "accept_drop")
    say(emulator)
    await until(lambda: log(emulator)[-1] == "no answer")
    advance(emulator, 10)
    await until(lambda: receiver.counters == [None, "1"])
    assert receiver.heard[0] == receiver.heard[1]


async def test_fault_lost_never_comes(emulator: Emulator, receiver: Receiver, server: int) -> None:
    fault(emulator, "lost", match={"text": "пропажа"})
    say(emulator, "пропажа")
    say(emulator, "дальше")
    await until(lambda: receiver.texts == ["дальше"])
    advance(emulator, 100_000)
    await asyncio.sleep(0.05)
    assert receiver.texts == ["дальше"] and emulator.world.queue(-101).last == 2


async def test_fault_late_and_duplicate(emulator: Emulator, receiver: Receiver, server: int) -> None:
    fault(emulator, "late", seconds=50)
    say(emulator, "поздно")
    await until(lambda: log(emulator)[-1] == "fault late")
    advance(emulator, 51)
    await until(lambda: receiver.texts == ["поздно"])
    fault(emulator, "duplicate", count=2)
    say(emulator, "трижды")
    await until(lambda: len(receiver.heard) == 4)
    assert len({body["event_id"] for body in receiver.heard}) == 2 and receiver.counters == [None] * 4


async def test_fault_out_of_order(emulator: Emulator, receiver: Receiver, server: int) -> None:
    fault(emulator, "out_of_order", count=2, match={"text": "первый"})
    for text in ("первый", "второй", "третий", "четвёртый"):
        say(emulator, text)
    await until(lambda: len(receiver.heard) == 4)
    assert receiver.texts == ["второй", "третий", "первый", "четвёртый"]
    fault(emulator, "out_of_order", seconds=30)
    say(emulator, "один")
    await until(lambda: log(emulator)[-1] == "fault out_of_order")
    advance(emulator, 31)
    await until(lambda: receiver.texts[-1] == "один")  # nothing younger came


def test_every_mode_is_tested_above() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [mode for mode in CALLBACK_MODES if f'"{mode}"' not in text] == []


async def test_a_rule_for_all_methods_spares_callbacks(emulator: Emulator, receiver: Receiver, server: int) -> None:
    emulator.call("emulator.setFaults", rules=[{"method": "*", "mode": "error"}])
    say(emulator)
    await until(lambda: receiver.counters == [None])


async def test_servers_and_what_waits_survive_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    async with running(data=tmp_path) as first:
        server = await connected(first, receiver)
        receiver.answers = ["нет", 30.0]
        say(first, "ждёт повтора")
        await until(lambda: log(first)[-1] == "HTTP 200, not ok")
        say(first, "в пути")
        await until(lambda: len(receiver.heard) == 2)
    async with running(data=tmp_path) as second:
        assert status(second, server) == "ok"
        await until(lambda: receiver.texts[2:] == ["в пути"])
        second.call("emulator.advanceClock", seconds=10)
        await until(lambda: receiver.texts[3:] == ["ждёт повтора"])
        second.call("emulator.reset")
        assert status(second, server) == "gone"
        assert second.vk.crashes == []


async def test_a_server_that_is_not_there(emulator: Emulator) -> None:
    given = {"group_id": 101, "url": "http://127.0.0.1:9/", "title": "нет"}
    server = emulator.call("groups.addCallbackServer", GROUP, **given)["server_id"]
    await until(lambda: status(emulator, server) == "failed")
    assert emulator.vk.crashes == []

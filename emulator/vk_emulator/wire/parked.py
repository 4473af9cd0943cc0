"""Parks long polls and wakes them at once on new events and on changes of the clock. It must never decide
what a poll gets: that is `longpoll`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from vk_emulator.acts.user_events import ALL
from vk_emulator.api.calls import Vk
from vk_emulator.api.faults import Rule
from vk_emulator.wire import longpoll
from vk_emulator.wire.answers import act_out, cut, json_answer, parameters
from vk_emulator.world.clock import pause
from vk_emulator.world.records import Account, Json

MAX_WAIT = 90


class Parked:
    """The long polls that wait for news, by account."""

    def __init__(self, vk: Vk) -> None:
        self.vk = vk
        self._waiting: dict[Account, set[asyncio.Future[None]]] = {}
        self._late = asyncio.Event()
        self._closed = False
        self.jumps = 0
        self.watchers: list[Callable[[], None]] = []  # see `world.woken` after each call, before it is cleared

    def wake(self) -> None:
        """Wake the polls of every account that has news; called after each call of a method."""
        world = self.vk.world
        for watcher in self.watchers:
            watcher()
        for account in world.woken:
            for future in self._waiting.pop(account, ()):
                if not future.done():
                    future.set_result(None)
        world.woken.clear()
        if self.vk.deferred:
            self._late.set()

    def clock_changed(self) -> None:
        """Everyone answers, so that a client sees the new X-Emulator-Clock at once."""
        self.jumps += 1
        for futures in self._waiting.values():
            for future in futures:
                if not future.done():
                    future.set_result(None)
        self._waiting.clear()
        self._late.set()

    def listens(self, account: Account) -> bool:
        """Whether somebody holds a poll of this account right now."""
        return any(not future.done() for future in self._waiting.get(account, ()))

    def accounts(self) -> list[Account]:
        """The accounts for which a poll waits at this moment."""
        return [account for account in self._waiting if self.listens(account)]

    def close(self) -> None:
        """Ends all waiting polls."""
        self._closed = True
        self.clock_changed()

    async def poll(self, request: web.Request, account: Account) -> web.StreamResponse:
        """Answers a poll: at once, when something comes, or as a fault has it."""
        vk = self.vk
        if self._cut_off():
            return cut(request, reset=True)
        params = await parameters(request)
        key, ts = str(params.get("key", "")), str(params.get("ts", ""))
        if longpoll.silent(vk.world, account):
            return await self._silence(request, float(_wait(params) + 60))
        rule = longpoll.poll_fault(vk, account, params)
        answer: Json | None
        if rule is not None:
            if rule.mode in ("silent", "html502", "drop"):
                return await act_out(request, rule, None)
            answer = longpoll.answer_under_fault(vk, account, rule, key, ts)
        else:
            answer = longpoll.take(vk.world, account, key, ts, _mode(params))
        if answer is None:
            answer = await self._park(account, key, ts, params)
            if self._cut_off():
                return cut(request, reset=True)
        return poll_response(answer)

    def _cut_off(self) -> bool:
        return not self.vk.faults.up

    async def _silence(self, request: web.Request, seconds: float) -> web.StreamResponse:
        """Answers nothing for so many seconds."""
        return await act_out(request, Rule("longpoll", "silent", seconds=seconds), None)

    async def _park(self, account: Account, key: str, ts: str, params: Json) -> Json:
        """Waits until something is new or the poll's time is over; the answer."""
        wait = _wait(params)
        if wait and not self._closed:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(account, set()).add(future)
            try:
                async with asyncio.timeout(wait):
                    await future
            except TimeoutError:
                pass
            finally:
                self._waiting.get(account, set()).discard(future)
        answer = longpoll.take(self.vk.world, account, key, ts, _mode(params))
        return answer if answer is not None else longpoll.empty(self.vk.world, account, ts)

    async def run_late_calls(self) -> None:
        """Applies calls under the fault `late` when their time on the emulator's clock has come."""
        while True:
            if not self.vk.deferred:
                self._late.clear()
                await self._late.wait()
            self.vk.run_due()
            self.wake()
            if self.vk.deferred:
                self._late.clear()
                left = self.vk.deferred[0][0] - self.vk.world.clock.now()
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(left, 0.01)):
                        await self._late.wait()
            else:
                await pause(0)


def poll_response(answer: Json) -> web.Response:
    """VK says the next `ts` in a header too; vkquick and vkflow look there and nowhere else."""
    response = json_answer(answer)
    if "updates" in answer:
        response.headers["X-Next-Ts"] = str(answer["ts"])
    return response


def _mode(params: Json) -> int:
    """The `mode` of people's polls; without it everything is given, as clients of old are used to."""
    text = str(params.get("mode", ""))
    return int(text) if text.isdecimal() and len(text) < 6 else ALL


def _wait(params: Json) -> int:
    """25 is what VK recommends, 90 the most (vk-api.md 2.4)."""
    text = str(params.get("wait", "25"))
    return min(int(text), MAX_WAIT) if text.isdecimal() and len(text) < 6 else 25

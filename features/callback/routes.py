"""The second way in: VK posts each event here (Callback API, vk-api.md §10), for a community with a public address.

It must never say `ok` before the event is on disk (delivery.md §6), nor let anything of a body, its secret above all,
into a log, an answer or the inbox (T13, T14).
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.delivery.intake import PRESS, Intake, IntakeResult, keep
from bot.process.log import log
from bot.vk.client import Vk
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, whole
from bot.web.security.csrf import length_of
from bot.web.security.limits import Limits, TooMany, address_of
from storage.db.crash_points import crash_point
from storage.db.errors import Unavailable

PATH = "/callback/{community:int}"
CONFIRMATION = "confirmation"
LONGEST_BODY = 256 * 1024
"""VK crops a message that is too large for this way (vk-api.md §3.2); ten photos with all their sizes have 60 KB."""
WITHIN = 10.0
"""Seconds that a body may take; how long VK waits for an answer nobody knows (P9)."""
REFUSED = 60
"""A minute and address: whoever goes on guessing is not even read any more."""
AGAIN = "30"
"""Seconds (delivery.md §6): VK posts it again, and honours this up to three hours."""
MOST_WAITING = 1000
"""More events at once would only fill the memory: the database is behind, and VK will post them again."""
NAMES = ("type", "event_id", "v", "object", "group_id")
"""What is kept of an event. The secret stands beside them and must not lie in the inbox (T14)."""


@dataclass(frozen=True, slots=True)
class VkReply:
    """What VK hears. Who knows no secret hears nothing but a number."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


LATER = VkReply(503, headers={"retry-after": AGAIN})
BY_ITSELF = VkReply(503)
"""VK's own intervals tell when somebody has pressed, and nothing else does."""
COUNT = re.compile(r"[1-5]")


class Callback:
    """Of one community. `code` asks VK what it wants to hear as a confirmation, `kept` wakes whoever waits for events.
    Events that come together are committed together by the store (storage/db/engines/sqlite.py)."""

    def __init__(
        self, secret: str, intake: Intake, code: Callable[[], Awaitable[str]], kept: Callable[[IntakeResult], None]
    ) -> None:
        self._secret = secret.encode()
        self._intake = intake
        self._code = code
        self._told = kept
        self._waiting = 0

    async def answer(self, community: int, body: bytes, tried: str = "") -> VkReply:
        """The reply to an event that VK has posted. `tried`: how often VK has posted it in vain, as it says."""
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            return VkReply(400)
        if not isinstance(event, dict):
            return VkReply(400)
        if not self._is_vk(community, event):
            return VkReply(403)
        if event.get("type") == CONFIRMATION:
            return await self._confirmation()
        if self._waiting >= MOST_WAITING:
            return LATER
        self._waiting += 1
        try:
            kept = {name: event[name] for name in NAMES if name in event}
            self._told(await keep(self._intake, [kept], tried=int(tried) if COUNT.fullmatch(tried) else 0))
        except Unavailable:
            return BY_ITSELF if event.get("type") == PRESS else LATER
        finally:
            self._waiting -= 1
        crash_point("callback: kept")
        return VkReply(200, "ok")

    def _is_vk(self, community: int, event: Mapping[str, Any]) -> bool:
        """Whether the event has our secret and names this community, in a time that tells nothing of how much of the
        secret was right. VK says it with the confirmation too: vksdk refuses one without."""
        said = event.get("secret")
        right = hmac.compare_digest(said.encode(errors="replace") if isinstance(said, str) else b"", self._secret)
        mine = self._intake.db.community
        return right and mine == community == whole(event.get("group_id"))

    async def _confirmation(self) -> VkReply:
        """VK's code of confirmation, asked for each time, for VK changes it now and then; only VK itself can make us
        ask."""
        try:
            return VkReply(200, await self._code())
        except (VkError, NotReached, Uncertain) as error:
            log.warning("callback_unconfirmed", loop="web", error=type(error).__name__)
            return LATER


async def code_of(vk: Vk, community: int) -> str:
    """VK's code that confirms the server.

    Raises:
        VkError, NotReached, Uncertain
    """
    answer = mapping(await vk.call("groups.getCallbackConfirmationCode", {"group_id": community}))
    return str(answer.get("code", ""))


def routes(callback: Callback | None, limits: Limits) -> list[BaseRoute]:
    """The route of the callback address; none where it is not switched on."""
    if callback is None:
        return []

    async def endpoint(request: Request) -> Response:
        told = await answer_post(callback, limits, request)
        return Response(told.text, told.status, told.headers, media_type="text/plain")

    return [Route(PATH, endpoint, methods=["POST"], name="callback")]


async def answer_post(callback: Callback, limits: Limits, request: Request) -> VkReply:
    """The reply to a request at the callback address. No session and no form: the secret in the body is all there is,
    and no exception leaves here (T14)."""
    address = address_of(request)
    try:
        limits.look("callback", address, REFUSED)
        told = await read_and_answered(callback, request)
    except TooMany as many:
        return VkReply(429, headers={"retry-after": str(many.seconds)})
    except Exception as error:  # noqa: BLE001
        log.error("page_failed", loop="web", kind="callback", error=type(error).__name__)
        return VkReply(500)
    if 400 <= told.status < 500:
        log.warning("callback_refused", loop="web", code=told.status)
        with suppress(TooMany):
            limits.take("callback", address, REFUSED)
    return told


async def read_and_answered(callback: Callback, request: Request) -> VkReply:
    """The answer to a post. 413 for a body that is too long or has no length, 408 where it does not come in time."""
    if not 0 <= length_of(request) <= LONGEST_BODY:
        return VkReply(413)
    try:
        async with asyncio.timeout(WITHIN):
            body = await request.body()  # no longer than it has said, or the server ends it
    except (TimeoutError, ClientDisconnect):
        return VkReply(408)
    tried = request.headers.get("x-retry-counter", "")
    return await callback.answer(int(request.path_params["community"]), body, tried)

"""One call to VK and its outcome: no retry, no logging, no token in a URL or an exception (design.md §12, T14).

For delivery one thing matters: whether a failed call was certainly not carried out (delivery.md §9).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from vkbottle import API

from bot.process.clock import CLOCK_HEADER
from bot.vk.errors import Garbled, NotReached, Uncertain, VkError

VERSION = "5.199"
"""Pinned: newer versions are planned (vk-api.md §1)."""

ANSWER_SECONDS = 20.0
"""One request is waited for so long; then its outcome is unknown and has to be looked up, which costs more than a slow
answer (delivery.md §8)."""

LONGEST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Executed:
    """What `execute` gave: a value for each call, `False` where it failed, and the errors in order."""

    values: list[Any]
    errors: list[tuple[str, int]]


class Vk(API):
    """vkbottle's API with our transport: its methods (`vk.messages.send` …) work, its retries and logging do not."""

    API_VERSION = VERSION

    def __init__(
        self,
        token: str,
        url: str,
        http: aiohttp.ClientSession,
        on_clock: Callable[[str | None], None] | None = None,
    ) -> None:
        super().__init__(token)
        self.API_URL = url
        self._token = token
        self._http = http
        self._timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS, connect=min(10.0, ANSWER_SECONDS))
        self._on_clock = on_clock or (lambda _: None)

    def with_key(self, token: str) -> Vk:
        """The same way to VK with the key of another community."""
        return Vk(token, self.API_URL, self._http, self._on_clock)

    def __repr__(self) -> str:
        return "<Vk>"

    async def request(self, method: str, data: dict[str, Any], version: str | None = None) -> dict[str, Any]:
        """vkbottle's door to the wire; gives the whole `{"response": …}`."""
        validated = await self.validate_request(data)
        return {"response": await self.call(method, validated, version=version)}

    async def call(self, method: str, params: Mapping[str, Any], *, version: str | None = None) -> Any:
        """The `response` of one method.

        Raises:
            VkError, NotReached, Uncertain
        """
        answer = await self._post(method, params, version)
        error = answer.get("error")
        if isinstance(error, Mapping):
            raise VkError(method, int(error.get("error_code", 0)), str(error.get("error_msg", ""))[:200])
        if "response" not in answer:
            raise Uncertain(f"{method}: no response")
        return answer["response"]

    async def batch(self, code: str) -> Executed:
        """Up to 25 calls in one. An error of the whole is raised, errors of single calls are listed."""
        answer = await self._post("execute", {"code": code}, None)
        error = answer.get("error")
        if isinstance(error, Mapping):
            raise VkError("execute", int(error.get("error_code", 0)))
        values = answer.get("response")
        if not isinstance(values, list):
            raise Uncertain("execute: no list")
        listed = answer.get("execute_errors") or []
        errors = [
            (str(failure.get("method", "")), int(failure.get("error_code", 0)))
            for failure in listed
            if isinstance(failure, dict)
        ]
        return Executed(values, errors)

    async def _post(self, method: str, params: Mapping[str, Any], version: str | None) -> dict[str, Any]:
        """VK's answer as an object; NotReached where nothing was sent, Uncertain where it may have been carried out."""
        data = {name: plain(value) for name, value in params.items() if value is not None}
        data["v"] = version or VERSION
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._http.post(
                self.API_URL + method, data=data, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                self._on_clock(response.headers.get(CLOCK_HEADER))
                if response.status >= 500:
                    raise Uncertain(f"{method}: HTTP {response.status}")
                return await read_object(method, response)
        except aiohttp.ClientConnectorError:
            raise NotReached(method) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Uncertain(f"{method}: {type(error).__name__}") from None

    async def poll(self, server: str, key: str, ts: str, wait: int) -> dict[str, Any]:
        """One long-poll answer (vk-api.md §2.4). The socket waits ten seconds more than VK promises (§2.5)."""
        params = {"act": "a_check", "key": key, "ts": ts, "wait": str(wait)}
        timeout = aiohttp.ClientTimeout(total=wait + 10, connect=10)
        try:
            async with self._http.get(server, params=params, timeout=timeout, allow_redirects=False) as response:
                self._on_clock(response.headers.get(CLOCK_HEADER))
                if response.status >= 300:
                    raise Uncertain(f"long poll: HTTP {response.status}")
                return await read_object("long poll", response)
        except aiohttp.ClientConnectorError:
            raise NotReached("long poll") from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Uncertain(f"long poll: {type(error).__name__}") from None


async def read_object(what: str, response: aiohttp.ClientResponse) -> dict[str, Any]:
    """The body as a JSON object, as long as it is of a size that VK sends.

    Raises:
        ValueError: too long; what became of the call nobody knows.
        Garbled: anything else; nobody knows either.
    """
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise ValueError("the answer is too long")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise Garbled(f"{what}: not JSON") from None
    if not isinstance(answer, dict):
        raise Garbled(f"{what}: not an object")
    return answer


def plain(value: object) -> str:
    """A parameter the way VK's forms want it: JSON for objects, commas for lists, 1 and 0 for truth."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, list | tuple):
        return ",".join(plain(part) for part in value)
    return str(value)

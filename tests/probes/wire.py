"""A plain client of VK for the probes: calls, the community's events, waiting. It must never retry: what VK does with
the first call is the answer."""

from __future__ import annotations

import http.client
import json
import random
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

VERSION = "5.199"
PAUSE, GROUP_PAUSE = 0.35, 0.06  # a person's token may ask three times a second, a community's 20 (vk-api.md §9)


class Refused(Exception):
    def __init__(self, code: int, text: str) -> None:
        self.code = code
        super().__init__(f"{code}: {text}")


@dataclass
class Vk:
    url: str  # ends with /method/
    group_token: str
    person_token: str = ""
    emulated: bool = False
    group: int = 0
    keys: random.Random = field(default_factory=random.Random)
    _server: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.group = int(self.bot("groups.getById")["groups"][0]["id"])

    def bot(self, method: str, **params: Any) -> Any:
        time.sleep(GROUP_PAUSE)
        return self._call(self.group_token, method, params)

    def person(self, method: str, **params: Any) -> Any:
        if not self.emulated:
            time.sleep(PAUSE)
        return self._call(self.person_token, method, params)

    def _call(self, token: str, method: str, params: dict[str, Any]) -> Any:
        plain = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in params.items()}
        data = urllib.parse.urlencode({"v": VERSION, "access_token": token, **plain}).encode()
        with urllib.request.urlopen(self.url + method, data, timeout=240) as answer:
            self.emulated = "X-Emulator-Clock" in answer.headers
            body = json.load(answer)
        if "error" in body:
            raise Refused(body["error"]["error_code"], body["error"]["error_msg"])
        return body["response"]

    def code_of(self, method: str, **params: Any) -> int:
        """0 when the community's call passes, else the number of the error."""
        try:
            self.bot(method, **params)
        except Refused as refused:
            return refused.code
        return 0

    def cut(self, method: str, **params: Any) -> None:
        """Sends a request and closes the connection without waiting for the answer (P12)."""
        parts = urllib.parse.urlsplit(self.url + method)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=10)
        given = {"v": VERSION, "access_token": self.group_token, **params}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, urllib.parse.urlencode(given), form)
        connection.close()

    # --- time and events --------------------------------------------------------

    def wait(self, seconds: float) -> None:
        """Real time against VK; the emulator's clock is moved."""
        if not self.emulated:
            time.sleep(seconds)
            return
        self._call("", "emulator.advanceClock", {"seconds": seconds})
        time.sleep(0.05)

    def random_id(self) -> int:
        return self.keys.randrange(1, 2**31)

    def mark(self) -> str:
        """The place in the community's queue from which `events` reads."""
        self._server = self.bot("groups.getLongPollServer", group_id=self.group)
        return str(self._server["ts"])

    def poll(self, ts: str, wait: int = 2) -> dict[str, Any]:
        query = urllib.parse.urlencode({"act": "a_check", "key": self._server["key"], "ts": ts, "wait": wait})
        with urllib.request.urlopen(f"{self._server['server']}?{query}", timeout=wait + 10) as answer:
            made: dict[str, Any] = json.load(answer)
        return made

    def events(self, ts: str, kind: str, patience: float = 4.0) -> list[Any]:
        """The objects of the events of one kind after `ts`; waits a little, because VK is not instant."""
        until = time.monotonic() + (0.3 if self.emulated else patience)
        found: list[Any] = []
        while not found and time.monotonic() < until:
            answer = self.poll(ts, wait=0 if self.emulated else 2)
            ts = str(answer.get("ts", ts))
            found += [event["object"] for event in answer.get("updates", []) if event["type"] == kind]
        return found

    def upload(self, address: str, name: str, data: bytes) -> Any:
        border = "probe" + format(self.keys.getrandbits(64), "x")
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{border}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={border}"}
        with urllib.request.urlopen(urllib.request.Request(address, body, kind), timeout=240) as answer:
            return json.load(answer)

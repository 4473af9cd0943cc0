"""A stand-in for `python -m bot`, for the tests of `sandbox`: the same commands, a few lines each."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

URL, TOKEN = os.environ["BOT_VK_API_URL"], os.environ["BOT_VK_TOKEN"]
DATABASE = Path(os.environ["BOT_DATABASE_URL"].removeprefix("sqlite+aiosqlite:///"))


def call(name: str, **params: str) -> dict:  # type: ignore[type-arg]
    data = urllib.parse.urlencode({"v": "5.199", **params}).encode()
    request = urllib.request.Request(URL + name, data, {"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=240) as response:
        return json.load(response)["response"]  # type: ignore[no-any-return]


def bound(code: str) -> None:
    """As a bot does: what is bound is in its database, and gone with it."""
    with DATABASE.open("a") as kept:
        kept.write(f"bound {code}\n")


def run() -> None:
    server = call("groups.getLongPollServer", group_id=TOKEN.removeprefix("group-"))
    ts = server["ts"]
    while True:
        query = urllib.parse.urlencode({"act": "a_check", "key": server["key"], "ts": ts, "wait": 25})
        with urllib.request.urlopen(f"{server['server']}?{query}", timeout=240) as response:
            answer = json.load(response)
        ts = answer.get("ts", ts)
        for event in answer.get("updates", []):
            if event["type"] == "message_new" and event["object"]["message"]["text"].startswith("/код "):
                peer = event["object"]["message"]["peer_id"]
                bound(event["object"]["message"]["text"].split()[-1])
                call("messages.send", peer_ids=str(peer), random_id="0", message="Беседа привязана")


def main(words: list[str]) -> None:
    with DATABASE.with_suffix(".steps").open("a") as steps:
        steps.write(" ".join(words) + "\n")
    if words == ["migrate"]:
        if os.environ.get("FAKE_BOT_FAILS"):
            print("Нет прав на запись", file=sys.stderr)
            raise SystemExit(2)
        DATABASE.write_text("")
    elif words == ["chat", "list"]:
        for line in DATABASE.read_text().splitlines():
            print(line.removeprefix("bound К-").removeprefix("--"), "привязана")
    elif words[:2] == ["chat", "code"]:
        for word in words[2:]:
            if word != "--agency":
                print(f"{word:24} К-{word}")
    elif words == ["run"]:
        while True:
            try:
                run()
            except OSError:
                time.sleep(0.2)


if __name__ == "__main__":
    main(sys.argv[1:])

"""`vk-emulator run`: exit codes, refusals in one sentence, strangers named, a command that goes past it."""

from __future__ import annotations

import subprocess
import sys

import aiohttp
import pytest

from vk_emulator import run
from vk_emulator.server import running

SCRIPT = """
import sys, urllib.request
import requests
told = requests.get("https://api.vk.com/method/groups.getById?v=5.199&access_token=group-101").json()
print(told["response"]["groups"][0]["id"])
try:
    requests.get("https://site.example/")
except requests.RequestException:
    sys.exit(3)
"""


def done(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vk_emulator", "run", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)


def test_it_gives_a_command_its_emulator_and_its_exit_code() -> None:
    told = done("--", sys.executable, "-c", SCRIPT)
    assert told.returncode == 3, told.stderr
    assert told.stdout.splitlines()[-1] == "101" and "http://127.0.0.1:" in told.stdout.splitlines()[0]
    assert "site.example" in told.stderr and "ни разу" not in told.stderr
    assert "запросов бота: 1" in told.stderr and "чужие сайты, куда не пустили: site.example" in told.stderr


@pytest.mark.parametrize(
    "words", [[], ["--port", "x", "--", "true"], ["--world", "нет.yaml", "--", "true"], ["--", "нет-такой"]]
)
def test_it_refuses_in_one_sentence(words: list[str]) -> None:
    told = done(*words)
    assert told.returncode == 2 and len(told.stderr.strip().splitlines()) == 1, told.stderr
    assert any("а" <= letter <= "я" for letter in told.stderr)


@pytest.mark.parametrize(
    ("path", "headers", "reminded"),
    [
        ("/method/users.get", {}, False),
        ("/method/users.get", {"Sec-Fetch-Site": "same-origin"}, True),  # the page, open in a browser
        ("/method/emulator.state", {}, True),
        ("/health", {}, True),
    ],
)
async def test_a_command_that_goes_past_is_told_what_to_set(path: str, headers: dict[str, str], reminded: bool) -> None:
    waited, said = [], []

    async with running() as emulator, aiohttp.ClientSession() as session:

        async def wait(seconds: float) -> None:
            waited.append(seconds)
            async with session.get(emulator.base + path, headers=headers) as answer:
                assert answer.status == 200

        await run.remind(emulator, said.append, wait)
        port = emulator.base.rpartition(":")[2]
    assert waited == [10.0] and bool(said) == reminded
    for name in ("HTTPS_PROXY", "SSL_CERT_FILE", "NODE_OPTIONS", port) if reminded else ():
        assert name in said[0]

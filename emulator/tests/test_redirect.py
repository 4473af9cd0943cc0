"""Clients that know VK's hosts only reach the emulator, in this process and in a command; other hosts do not."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import aiohttp
import httpx
import pytest
import requests

from vk_emulator.play.stage import Stage
from vk_emulator.redirect.patches import Redirection

QUERY = {"v": "5.199", "access_token": "group-101"}
URL = "https://api.vk.com/method/groups.getById"


def name_of(body: Any) -> str:
    return str(body["response"]["groups"][0]["screen_name"])


@pytest.fixture
def base(vk: Stage) -> str:
    return vk.emulator.base


async def test_each_client_reaches_the_emulator(base: str) -> None:
    assert name_of(requests.post(URL, QUERY, timeout=10).json()) == "priemnaya74"
    assert name_of(httpx.post(URL.replace(".com", ".ru"), data=QUERY).json()) == "priemnaya74"
    async with httpx.AsyncClient() as client:
        assert name_of((await client.get(URL, params=QUERY)).json()) == "priemnaya74"
    async with aiohttp.ClientSession() as session, session.post(URL, data=QUERY) as answer:
        assert name_of(await answer.json()) == "priemnaya74"
    with urllib.request.urlopen(f"{URL}?v=5.199&access_token=group-101", timeout=10) as told:
        assert name_of(json.load(told)) == "priemnaya74"
    secure = base.replace("http://", "https://")
    assert requests.get(f"{secure}/health", timeout=10).json()["status"] == "ok"  # a long poll's server


def test_other_hosts_are_left_alone_and_all_is_undone() -> None:
    before = (requests.Session.send, httpx.Client.send, aiohttp.ClientSession._request)
    to = Redirection("http://127.0.0.1:1/")
    to.begin()
    try:
        assert requests.Session.send is not before[0]
        for url in ("https://vk.com/method/x", "https://api.vk.com.example.org/", "http://127.0.0.1:2/x"):
            assert to.address(url) == url
        assert to.address("https://api.vk.ru/method/x?a=1") == "http://127.0.0.1:1/method/x?a=1"
        with pytest.raises(requests.ConnectionError):
            requests.get(URL, timeout=5)
    finally:
        to.end()
    assert (requests.Session.send, httpx.Client.send, aiohttp.ClientSession._request) == before


SCRIPT = """
import json, sys, urllib.request
import requests
print(requests.get("https://api.vk.com/method/groups.getById?v=5.199&access_token=group-101").json()["response"]["groups"][0]["id"])
sys.exit(3)
"""


def test_run_gives_a_command_its_emulator_and_its_exit_code() -> None:
    command = [sys.executable, "-m", "vk_emulator", "run", "--", sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 3, done.stderr
    assert done.stdout.splitlines()[-1] == "101" and "http://127.0.0.1:" in done.stdout.splitlines()[0]


@pytest.mark.parametrize(
    "words", [[], ["--port", "x", "--", "true"], ["--world", "нет.yaml", "--", "true"], ["--", "нет-такой"]]
)
def test_run_refuses_in_one_sentence(words: list[str]) -> None:
    command = [sys.executable, "-m", "vk_emulator", "run", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert any("а" <= letter <= "я" for letter in done.stderr)

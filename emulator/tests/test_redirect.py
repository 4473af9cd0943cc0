"""Clients that know VK's hosts only reach the emulator, in this process; after a test nobody reaches VK."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import ssl
import threading
import urllib.error
import urllib.request
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

from vk_emulator.play.bots import start_bot
from vk_emulator.play.stage import Stage
from vk_emulator.redirect.inside import REDIRECTION, redirecting
from vk_emulator.redirect.patches import DEAD_END

QUERY = {"v": "5.199", "access_token": "group-101"}
HOST = "api.vk.com"
PATH = "/method/groups.getById?v=5.199&access_token=group-101"
URL = f"https://{HOST}/method/groups.getById"


def name_of(body: Any) -> str:
    return str(body["response"]["groups"][0]["screen_name"])


@pytest.fixture
def base(vk: Stage) -> str:
    return vk.emulator.base


async def test_each_client_reaches_the_emulator(base: str) -> None:
    assert name_of(requests.post(URL, QUERY, timeout=10).json()) == "lavka"
    assert name_of(httpx.post(URL.replace(".com", ".ru"), data=QUERY).json()) == "lavka"
    async with httpx.AsyncClient() as client:
        assert name_of((await client.get(URL, params=QUERY)).json()) == "lavka"
    async with aiohttp.ClientSession() as session, session.post(URL, data=QUERY) as answer:
        assert name_of(await answer.json()) == "lavka"
    with urllib.request.urlopen(f"https://{HOST}{PATH}", timeout=10) as told:
        assert name_of(json.load(told)) == "lavka"
    secure = base.replace("http://", "https://")
    assert requests.get(f"{secure}/health", timeout=10).json()["status"] == "ok"  # a long poll's server


async def test_clients_that_nobody_has_told_reach_it_too(base: str) -> None:
    """They speak TLS to a name, some with a context of their own that was made long before."""
    bundle = ssl.create_default_context(cafile=requests.certs.where())
    connection = http.client.HTTPSConnection(HOST, timeout=10, context=bundle)
    connection.request("GET", PATH)
    assert name_of(json.load(connection.getresponse())) == "lavka"
    connection.close()
    pool = urllib3.PoolManager(ca_certs=requests.certs.where())
    assert name_of(json.loads(pool.request("GET", f"https://{HOST}{PATH}", timeout=10).data)) == "lavka"
    pool.clear()
    reader, writer = await asyncio.open_connection("lp.vk.com", 443, ssl=True)
    writer.write(f"GET {PATH} HTTP/1.0\r\nHost: lp.vk.com\r\n\r\n".encode())
    assert b"lavka" in await reader.read()
    writer.close()


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://api.vk.ru/method/x?a=1", "http://127.0.0.1:1/method/x?a=1"),
        ("https://vk.com/x", "http://127.0.0.1:1/x"),
        ("https://sun9-1.userapi.com/x.jpg", "http://127.0.0.1:1/x.jpg"),
        ("https://127.0.0.1:1/x", "http://127.0.0.1:1/x"),
        ("https://api.vk.com.example.org/", "https://api.vk.com.example.org/"),
        ("https://notvk.com/", "https://notvk.com/"),
        ("http://127.0.0.1:2/x", "http://127.0.0.1:2/x"),
    ],
)
def test_only_vk_is_redirected(url: str, there: str) -> None:
    with redirecting("http://127.0.0.1:1/"):
        assert REDIRECTION.address(url) == there


async def test_after_a_test_vk_is_a_dead_end() -> None:
    """A bot's thread may live on: it must not reach the real VK, by whichever client."""
    with redirecting("http://127.0.0.1:1/"):
        pass
    assert REDIRECTION.address(URL) == f"http://{DEAD_END}/method/groups.getById"
    for look_up in (socket.gethostbyname, socket.gethostbyname_ex, lambda host: socket.getaddrinfo(host, 443)):
        with pytest.raises(socket.gaierror, match="its emulator has ended"):
            look_up("lp.vk.ru")
    with pytest.raises(requests.ConnectionError):
        requests.get(URL, timeout=5)
    with pytest.raises(httpx.ConnectError):
        httpx.get(URL)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(URL, timeout=5)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(URL)


def test_a_thread_that_outlives_its_test_ends_in_the_next_one() -> None:
    """It would answer as a second bot there."""
    before, after = Stage(), Stage()
    begin, thread = threading.Event(), []

    def blocks() -> None:
        thread.append(threading.current_thread())
        begin.wait(60)
        requests.get(f"https://{HOST}{PATH}", timeout=10)

    before.open()
    bot = start_bot(before, blocks)
    bot.stop()
    before.close()
    after.open()
    begin.set()
    thread[0].join(60)
    assert not thread[0].is_alive() and after.calls.get("groups.getById") is None and bot.error == ""
    after.close()

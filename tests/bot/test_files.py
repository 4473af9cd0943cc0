"""Which addresses a file may come from (T11): VK's hosts over TLS and nothing else."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.vk.files import Files, file_name, largest, name_of


def files(url: str = "https://api.vk.ru/method/") -> Files:
    return Files(cast(Any, None), cast(Any, None), cast(Any, None), url, 20)


@pytest.mark.parametrize(
    "url",
    [
        "https://sun9-1.userapi.com/a.jpg",
        "https://psv4.vkuserphoto.ru/x",
        "https://vk.com/doc1_2",
        "https://VK.ru:443/a",
    ],
)
def test_vk_is_allowed(url: str) -> None:
    assert files().allowed(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://sun9-1.userapi.com/a.jpg",
        "https://userapi.com.evil.ru/a",
        "https://evil.ru/userapi.com",
        "https://evilvk.com/a",
        "https://vk.com@evil.ru/a",
        "https://user:pass@vk.com/a",
        "https://vk.com:8443/a",
        "https://127.0.0.1/a",
        "http://127.0.0.1/a",
        "https://[::1]/a",
        "https://2130706433/a",
        "https://0x7f000001/a",
        "https://169.254.169.254/latest",
        "https://localhost/a",
        "file:///etc/passwd",
        "ftp://vk.com/a",
        "gopher://vk.com",
        "//vk.com/a",
        "https://vk.com:bad/a",
        "https://[bad/a",
        "https://vk.com\\@evil.ru/a",
    ],
)
def test_nobody_else_is(url: str) -> None:
    assert not files().allowed(url)


def test_the_emulator_serves_its_own_files() -> None:
    assert files("http://127.0.0.1:8080/method/").allowed("http://127.0.0.1:8080/files/1")
    assert not files("http://127.0.0.1:8080/method/").allowed("http://10.0.0.1/files/1")


def test_names_are_safe() -> None:
    assert file_name({"title": "../../etc/passwd", "ext": "pdf"}) == "etcpasswd.pdf"
    assert file_name({"title": "Ответ.PDF", "ext": "pdf"}) == "Ответ.PDF"
    assert file_name({}) == "файл"


def test_the_largest_size_is_taken() -> None:
    sizes = [{"url": "s", "width": 75}, {"url": "l", "width": 1280}, {"url": "m", "width": 600}]
    assert largest({"sizes": sizes}) == "l"
    assert largest({"orig_photo": {"url": "o"}, "sizes": sizes}) == "o"
    assert largest({}) == ""


def test_what_stays_behind_has_a_name() -> None:
    assert name_of({"type": "video", "video": {"title": "Двор"}}) == "видео «Двор»"
    assert name_of({"type": "hologram"}) == "вложение"

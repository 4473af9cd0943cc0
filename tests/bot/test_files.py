"""Which addresses a file may come from (T11): VK's hosts over TLS and nothing else."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.vk.errors import VkError
from bot.vk.files import Files, Stuck, brings_documents, file_name, files_of, largest, name_of


def files(url: str = "https://api.vk.ru/method/") -> Files:
    return Files(cast(Any, None), cast(Any, None), cast(Any, None), url)


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
    assert files().is_allowed(url)


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
    assert not files().is_allowed(url)


def test_the_emulator_serves_its_own_files() -> None:
    assert files("http://127.0.0.1:8080/method/").is_allowed("http://127.0.0.1:8080/files/1")
    assert not files("http://127.0.0.1:8080/method/").is_allowed("http://10.0.0.1/files/1")


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


def test_a_link_is_in_the_words_or_named() -> None:
    link = {"type": "link", "link": {"url": "https://example.com/a"}}
    photo = {"type": "photo", "photo": {}}
    message = {"text": "вот", "attachments": [link], "fwd_messages": [{"attachments": [photo]}]}
    assert files_of(message, 5) == [photo], "a resident's is said by the bot"
    assert files_of(message, 2_000_000_001) == [link]
    assert files_of({**message, "text": "вот example.com/a"}, 2_000_000_001) == []


def test_a_post_with_documents_is_not_passed_on() -> None:
    document = {"attachments": [{"type": "doc"}]}
    assert brings_documents(document) and brings_documents({"copy_history": [document]})
    assert not brings_documents({"attachments": [{"type": "photo"}], "copy_history": [{}]})


async def test_a_chat_that_takes_no_files_gets_the_words() -> None:
    """A chat that a community has made (vk-api.md §6): nothing waits for what will never go."""
    moving, raw = files(), {"type": "graffiti", "graffiti": {"url": "https://vk.com/g"}}

    async def refused(*_: Any) -> str:
        raise VkError("docs.save", 15, text)

    moving._document = refused  # type: ignore[method-assign]
    text = "Access denied: file uploading is not supported in chats created by communities"
    with pytest.raises(Stuck):
        await moving._one(raw, 2_000_000_001)
    text = "Access denied"
    with pytest.raises(VkError):
        await moving._one(raw, 2_000_000_001)


async def test_a_post_with_documents_is_named() -> None:
    post = {"type": "wall", "wall": {"owner_id": -5, "id": 7, "attachments": [{"type": "doc"}]}}
    with pytest.raises(Stuck):
        await files()._one(post, 2_000_000_001)
    plain: dict[str, Any] = {"type": "wall", "wall": {"owner_id": -5, "id": 7}}
    assert await files()._one(plain, 2_000_000_001) == "wall-5_7"

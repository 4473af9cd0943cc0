"""Files moved from one dialogue to another: read again, downloaded, uploaded for the new peer (vk-api.md §8).

It downloads only from VK's own hosts, follows no redirect and looks into no file (T11). What cannot be moved is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.clock import LOOPBACK, is_loopback
from bot.pace import Pace
from bot.retry import Class, classify
from bot.vk.client import Vk, as_object
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import attachment, mapping, whole
from handlers.relayed import clean, one_line, relayed
from states.effects import Source
from storage.crash_points import cp

HOSTS = ("vk.com", "vk.ru", "userapi.com", "vkuser.net", "vkuserphoto.ru", "vkuservideo.net", "vk-cdn.net", "mycdn.me")
PER_MESSAGE = 10
UPLOAD_TRIES = 4
"""Error 4606 and an empty list pass on the second or third try (vk-api.md §8.2)."""

REFUSED_FILES = {22, 105, 114, 118, 121, 129}
"""VK's words for a file that it will not store (vk-api.md §8.2, §8.3)."""

NAMES = {
    "photo": "фото",
    "video": "видео",
    "audio": "аудиозапись",
    "doc": "документ",
    "audio_message": "голосовое сообщение",
    "graffiti": "рисунок",
    "sticker": "стикер",
    "link": "ссылка",
    "wall": "запись со стены",
    "story": "история",
    "poll": "опрос",
    "gift": "подарок",
    "call": "звонок",
}

_NO_NAME = '/\\:*?"<>|'


@dataclass(frozen=True, slots=True)
class Moved:
    """Attachment strings for the new peer, and Russian names of what stayed behind."""

    attachments: tuple[str, ...]
    lost: tuple[str, ...]


class Stuck(Exception):
    """This one file cannot be moved; the message goes without it."""


class Files:
    """Moves files. Errors of the wire (`NotReached`, `Uncertain`) go up: the message waits and tries again."""

    def __init__(self, vk: Vk, http: aiohttp.ClientSession, pace: Pace, api_url: str, limit_mb: int) -> None:
        self._vk = vk
        self._pace = pace
        self._http = http
        self._limit = limit_mb * 1024 * 1024
        self._local = is_loopback(api_url)

    async def move(self, source: Source, peer: int) -> Moved:
        """Everything in these messages that can be uploaded for `peer`."""
        params = {"peer_id": source.peer, "conversation_message_ids": ",".join(map(str, source.cmids[:100]))}
        answer = mapping(await self._call("messages.getByConversationMessageId", params))
        found = [one for one in answer.get("items") or [] if isinstance(one, Mapping)]
        raws = [mapping(raw) for message in found for raw in message.get("attachments") or []]
        if not found:
            return Moved((), ("файлы исходного сообщения",))
        moved: list[str] = []
        lost: list[str] = []
        for raw in raws[:PER_MESSAGE]:
            try:
                moved.append(await self._one(raw, peer))
            except Stuck:
                lost.append(name_of(raw))
        if len(raws) > PER_MESSAGE:
            lost.append(f"ещё файлов: {len(raws) - PER_MESSAGE}")
        return Moved(tuple(moved), tuple(lost))

    async def _one(self, raw: Mapping[str, Any], peer: int) -> str:
        known = attachment(raw)
        if known.reference is not None and known.kind not in ("photo", "doc"):
            return known.reference
        body = mapping(raw.get(known.kind))
        try:
            match known.kind:
                case "photo":
                    return await self._photo(largest(body), peer)
                case "doc":
                    return await self._document("doc", str(body.get("url") or ""), file_name(body), peer)
                case "audio_message":
                    url = str(body.get("link_ogg") or body.get("link_mp3") or "")
                    return await self._document("audio_message", url, "voice.ogg", peer)
                case "graffiti":
                    return await self._document("graffiti", str(body.get("url") or ""), "graffiti.png", peer)
                case _:
                    raise Stuck
        except VkError as error:
            if classify(error.code) is Class.DEGRADE or error.code in REFUSED_FILES:
                raise Stuck from error
            raise  # too fast, no rights, a hiccup: the file is not the cause, and is not given up for it

    async def _call(self, method: str, params: Mapping[str, Any]) -> Any:
        await self._pace.turn()
        return await self._vk.call(method, params)

    async def _photo(self, url: str, peer: int) -> str:
        content = await self._download(url)
        cp("files: downloaded")
        for _ in range(UPLOAD_TRIES):
            server = mapping(await self._call("photos.getMessagesUploadServer", {"peer_id": peer}))
            answer = await self._upload(str(server.get("upload_url") or ""), "photo", "photo.jpg", content)
            if answer.get("photo") not in (None, "", "[]"):
                saved = await self._call(
                    "photos.saveMessagesPhoto", {name: answer.get(name) for name in ("photo", "server", "hash")}
                )
                if isinstance(saved, list) and saved:
                    return string_of("photo", mapping(saved[0]))
        raise Stuck

    async def _document(self, kind: str, url: str, name: str, peer: int) -> str:
        content = await self._download(url)
        cp("files: downloaded")
        return await self._stored(kind, name, content, peer)

    async def documents(self, made: Sequence[tuple[str, bytes]], peer: int) -> Moved:
        """Files of our own making (name, content) for this peer; those that VK will not store are named."""
        attached: list[str] = []
        lost: list[str] = []
        for name, content in made:
            try:
                attached.append(await self._stored("doc", name, content, peer))
            except Stuck:
                lost.append(f"документ «{name}»")
            except VkError as error:
                if classify(error.code) is not Class.DEGRADE and error.code not in REFUSED_FILES:
                    raise
                lost.append(f"документ «{name}»")
        return Moved(tuple(attached), tuple(lost))

    async def _stored(self, kind: str, name: str, content: bytes, peer: int) -> str:
        for _ in range(UPLOAD_TRIES):
            server = mapping(await self._call("docs.getMessagesUploadServer", {"type": kind, "peer_id": peer}))
            answer = await self._upload(str(server.get("upload_url") or ""), "file", name, content)
            if answer.get("file"):
                saved = mapping(await self._call("docs.save", {"file": answer["file"], "title": name}))
                body = mapping(saved.get(str(saved.get("type") or "doc")))
                return string_of("doc", body)
        raise Stuck

    async def _download(self, url: str) -> bytes:
        if not self.allowed(url):
            raise Stuck
        try:
            async with self._http.get(url, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=60)) as response:
                if response.status != 200 or "text/html" in response.headers.get("Content-Type", ""):
                    raise Stuck
                return await self._capped(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Stuck from error

    async def _capped(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            content += chunk
            if len(content) > self._limit:
                raise Stuck
        if not content:
            raise Stuck
        return bytes(content)

    async def _upload(self, url: str, field: str, name: str, content: bytes) -> Mapping[str, Any]:
        if not self.allowed(url):
            raise Stuck
        form = aiohttp.FormData()
        form.add_field(field, content, filename=name)
        try:
            async with self._http.post(url, data=form, timeout=aiohttp.ClientTimeout(total=60)) as response:
                body = await response.read()
        except aiohttp.ClientConnectorError:
            raise NotReached("upload") from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise Uncertain("upload") from None
        return as_object("upload", body) if response.status < 500 else {}

    def allowed(self, url: str) -> bool:
        """VK's hosts over TLS; the emulator's own when VK is the emulator (T11)."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").rstrip(".").casefold()
            port = parts.port
        except ValueError:
            return False
        if self._local and parts.scheme == "http" and host in LOOPBACK:
            return True
        ours = any(host == one or host.endswith("." + one) for one in HOSTS)
        return parts.scheme == "https" and ours and port in (None, 443) and "@" not in parts.netloc


def largest(photo: Mapping[str, Any]) -> str:
    sizes: Sequence[Any] = photo.get("sizes") or []
    best = max((mapping(one) for one in sizes), key=lambda one: whole(one.get("width")), default={})
    original = mapping(photo.get("orig_photo"))
    return str(original.get("url") or best.get("url") or "")


def file_name(doc: Mapping[str, Any]) -> str:
    """The title with its extension, without anything a path could be made of."""
    title = "".join(one for one in clean(str(doc.get("title") or "файл")) if one.isprintable() and one not in _NO_NAME)
    extension = "".join(one for one in str(doc.get("ext") or "") if one.isalnum())[:10]
    title = title.strip(". ")[:120] or "файл"
    return title if not extension or title.casefold().endswith(f".{extension.casefold()}") else f"{title}.{extension}"


def string_of(kind: str, body: Mapping[str, Any]) -> str:
    owner, number, key = whole(body.get("owner_id")), whole(body.get("id")), body.get("access_key")
    if not owner or not number:
        raise Stuck
    return f"{kind}{owner}_{number}_{key}" if key else f"{kind}{owner}_{number}"


def name_of(raw: Mapping[str, Any]) -> str:
    known = attachment(raw)
    name = NAMES.get(known.kind, "вложение")
    title = one_line(relayed(known.title), 60)
    return f"{name} «{title}»" if title else name

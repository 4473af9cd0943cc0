"""Files moved from one dialogue to another: read again, downloaded, looked at, uploaded anew (vk-api.md §8).

It downloads only from VK's own hosts, follows no redirect elsewhere and unpacks no file (T11). What cannot be moved is
named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp

from bot.process.clock import is_loopback
from bot.process.pace import Pace
from bot.process.retry import CHAT, RECIPIENT, Class, classify
from bot.vk import clamav, file_kinds
from bot.vk.client import Vk, read_object
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import INSIDE, attachment, bare_address, forwarded_inside, link_address, list_or_empty, mapping, whole
from handlers.text.relayed import clean, make_harmless, one_line
from states.effects import Source
from states.messages import is_chat
from storage.db.crash_points import crash_point

HOSTS = ("vk.com", "vk.ru", "userapi.com", "vkuser.net", "vkuserphoto.ru", "vkuservideo.net", "vk-cdn.net", "mycdn.me")
_ADDRESS = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)\.?(?::443)?(?:[/?#][!-\[\]-~]*)?", re.IGNORECASE)
_LOCAL = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?(?:[/?#][!-\[\]-~]*)?", re.IGNORECASE)
"""Visible ASCII without a backslash, no login: there is nothing in it that two readers could read differently."""

PER_MESSAGE = 10
LARGEST_MB = 20
"""A larger file is not passed on."""

REDIRECTS = 3
"""A document's link leads on to the host that has it; both must be VK's."""

DOWNLOAD = aiohttp.ClientTimeout(total=60, connect=10)
TOO_LARGE = "слишком большой файл"
NO_PICTURE = "это не картинка"
DANGEROUS = "{what}: такие файлы не передаём"
WITH_DOCUMENTS = "с документами"
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

NO_UPLOADS = "in chats created by communities"
"""Such a chat takes no files at all: the rest of the message does not wait for them (vk-api.md §6)."""

_NO_NAME = '/\\:*?"<>|'


@dataclass(frozen=True, slots=True)
class Moved:
    """Attachment strings for the new peer, and Russian names of what stayed behind."""

    attachments: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file as one person looks at it. `kind` is VK's word; of a video it is the preview."""

    kind: str
    name: str
    content: bytes


class Stuck(Exception):
    """This one file cannot be moved; the message goes without it. `why`, in Russian, where it is worth to be said."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why


class Files:
    """Moves files. Errors of the wire (`NotReached`, `Uncertain`) go up: the message waits and tries again. `scanner`:
    the address of a ClamAV, if there is one."""

    def __init__(self, vk: Vk, http: aiohttp.ClientSession, pace: Pace, api_url: str, scanner: str = "") -> None:
        self._scanner = scanner
        self._vk = vk
        self._pace = pace
        self._http = http
        self._local = is_loopback(api_url)

    def of(self, vk: Vk, pace: Pace) -> Files:
        """The same for another community."""
        other = copy(self)
        other._vk, other._pace = vk, pace
        return other

    async def move(self, source: Source, peer: int) -> Moved:
        """Everything in these messages that can be uploaded for `peer`."""
        params = {"peer_id": source.peer, "conversation_message_ids": ",".join(map(str, source.cmids[:100]))}
        try:
            answer = mapping(await self._call("messages.getByConversationMessageId", params))
        except VkError as error:
            if error.code not in CHAT | RECIPIENT:
                raise
            answer = {}  # the chat where they lie has lost the bot: the words are not held back for that
        found = [item for item in answer.get("items") or [] if isinstance(item, Mapping)]
        raws = [raw for message in found for raw in files_of(message, source.peer)]
        if not found:
            return Moved((), ("файлы исходного сообщения",))
        moved: list[str] = []
        lost: list[str] = []
        for raw in raws[:PER_MESSAGE]:
            try:
                moved.append(await self._one(raw, peer))
            except Stuck as stuck:
                lost.append(f"{name_of(raw)} ({stuck.why})" if stuck.why else name_of(raw))
        if len(raws) > PER_MESSAGE:
            lost.append(f"ещё файлов: {len(raws) - PER_MESSAGE}")
        return Moved(tuple(moved), tuple(lost))

    async def _one(self, raw: Mapping[str, Any], peer: int) -> str:
        """One attachment of VK as it can be sent to this peer: its reference, or uploaded anew; Stuck where it may not
        go."""
        known = attachment(raw)
        if known.reference is not None and known.kind not in ("photo", "doc"):
            if brings_documents(mapping(raw.get(known.kind))):
                raise Stuck(WITH_DOCUMENTS)
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
            if classify(error.code) is Class.DEGRADE or error.code in REFUSED_FILES or NO_UPLOADS in error.text:
                raise Stuck from error
            raise  # too fast, no rights, a hiccup: the file is not the cause, and is not given up for it

    async def _call(self, method: str, params: Mapping[str, Any]) -> Any:
        """One call to VK in its turn (rate limit)."""
        await self._pace.turn()
        return await self._vk.call(method, params)

    async def _photo(self, url: str, peer: int) -> str:
        """The photo uploaded anew; its reference."""
        content = await self._picture(url)
        crash_point("files: downloaded")
        return await self._hung(content, peer)

    async def _picture(self, url: str) -> bytes:
        """The bytes of a picture; Stuck for anything else."""
        content = await self._download(url)
        if not file_kinds.picture(content):
            raise Stuck(NO_PICTURE)
        return content

    async def _hung(self, content: bytes, peer: int) -> str:
        """The uploaded photo's reference; Stuck after `UPLOAD_TRIES`."""
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
        """The document or voice message checked and uploaded anew; its reference."""
        content = await self._looked_into(kind, url, name)
        crash_point("files: downloaded")
        return await self._store_document(kind, name, content, peer)

    async def _looked_into(self, kind: str, url: str, name: str) -> bytes:
        if refused := file_kinds.refused_name(name):
            raise Stuck(DANGEROUS.format(what=refused))  # not even downloaded
        content = await self._download(url)
        if kind == "doc" and (refused := file_kinds.refusal_by_content(name, content)):
            raise Stuck(DANGEROUS.format(what=refused))
        if (kind == "audio_message" and not file_kinds.voice(content)) or (
            kind == "graffiti" and not file_kinds.picture(content)
        ):
            raise Stuck(file_kinds.LIES)
        return content

    async def documents(self, made: Sequence[tuple[str, bytes]], peer: int) -> Moved:
        """Files of our own making (name, content) for this peer; those that VK will not store are named."""
        attached: list[str] = []
        lost: list[str] = []
        for name, content in made:
            try:
                attached.append(await self._store_document("doc", name, content, peer))
            except Stuck:
                lost.append(f"документ «{name}»")
            except VkError as error:
                if classify(error.code) is not Class.DEGRADE and error.code not in REFUSED_FILES:
                    raise
                lost.append(f"документ «{name}»")
        return Moved(tuple(attached), tuple(lost))

    async def _store_document(self, kind: str, name: str, content: bytes, peer: int) -> str:
        for _ in range(UPLOAD_TRIES):
            server = mapping(await self._call("docs.getMessagesUploadServer", {"type": kind, "peer_id": peer}))
            answer = await self._upload(str(server.get("upload_url") or ""), "file", name, content)
            if answer.get("file"):
                saved = mapping(await self._call("docs.save", {"file": answer["file"], "title": name}))
                body = mapping(saved.get(str(saved.get("type") or "doc")))
                return string_of("doc", body)
        raise Stuck

    async def read(self, peer: int, cmid: int, number: int) -> FileView:
        """One file of a message, for one look at it: nothing of it is kept. Counted as parse.py counts them.

        Raises:
            Stuck, VkError, NotReached, Uncertain
        """
        params = {"peer_id": peer, "conversation_message_ids": cmid}
        answer = mapping(await self._call("messages.getByConversationMessageId", params))
        found = [mapping(item) for item in list_or_empty(answer.get("items"))]
        whole_ones = [part for message in found for part in (message, *forwarded_inside(message)[:INSIDE])]
        raws = [mapping(raw) for part in whole_ones for raw in list_or_empty(part.get("attachments"))]
        if number >= len(raws):
            raise Stuck
        return await self.look(raws[number])

    async def look(self, raw: Mapping[str, Any]) -> FileView:
        """One file that VK has shown as attached somewhere, for one look, as `read` does.

        Raises:
            Stuck, NotReached, Uncertain
        """
        kind = attachment(raw).kind
        return await self._read_for_panel(kind, mapping(raw.get(kind)))

    async def _read_for_panel(self, kind: str, body: Mapping[str, Any]) -> FileView:
        match kind:
            case "photo":
                return FileView(kind, "photo.jpg", await self._picture(largest(body)))
            case "video":
                return FileView(kind, "video.jpg", await self._picture(largest({"sizes": body.get("image")})))
            case "doc" | "graffiti":
                name, url = file_name(body) if kind == "doc" else "graffiti.png", str(body.get("url") or "")
                return FileView(kind, name, await self._looked_into(kind, url, name))
            case "audio_message":
                url = str(body.get("link_ogg") or body.get("link_mp3") or "")
                return FileView(kind, "voice.ogg", await self._looked_into(kind, url, "voice.ogg"))
            case _:
                raise Stuck

    async def put(self, made: Sequence[tuple[str, bytes]], words: str, chat: int) -> int:
        """Files that an official gave in the panel, as a message of his chat, from where they go on like any others;
        its number there.

        Raises:
            Stuck, VkError, NotReached, Uncertain
        """
        strings = [
            await (
                self._hung(content, chat)
                if file_kinds.picture(content)
                else self._store_document("doc", name, content, chat)
            )
            for name, content in made
        ]
        said = {"peer_ids": chat, "random_id": 0, "message": words, "attachment": ",".join(strings)}
        for answer in list_or_empty(await self._call("messages.send", said)):
            if number := whole(mapping(answer).get("conversation_message_id")):
                return number
        raise Stuck

    async def _download(self, url: str) -> bytes:
        """The file behind a link of VK, which may lead on to another of VK's hosts and nowhere else."""
        try:
            for _ in range(REDIRECTS + 1):
                found = await self._fetch(url)
                if isinstance(found, bytes):
                    break
                url = found
            else:
                raise Stuck
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Stuck from error
        await self._refuse_virus(found)
        return found

    async def _refuse_virus(self, content: bytes) -> None:
        """The words do not wait for an antivirus that is away: its file stays behind, and both sides read why."""
        try:
            clean = not self._scanner or await clamav.is_clean(self._scanner, content)
        except clamav.NoAnswer:
            raise Stuck(clamav.UNSEEN) from None
        if not clean:
            raise Stuck(DANGEROUS.format(what=clamav.VIRUS))

    async def _fetch(self, url: str) -> bytes | str:
        """The content, or where it is instead."""
        if not self.is_allowed(url):
            raise Stuck
        told = {"Accept-Encoding": "identity"}  # what is packed small could be large without end
        async with self._http.get(url, allow_redirects=False, headers=told, timeout=DOWNLOAD) as response:
            if response.status in (301, 302, 303, 307, 308):
                return urljoin(url, response.headers.get("Location", ""))
            packed = response.headers.get("Content-Encoding", "identity") != "identity"
            if response.status != 200 or packed or "text/html" in response.headers.get("Content-Type", ""):
                raise Stuck
            if (response.content_length or 0) > LARGEST_MB * 2**20:
                raise Stuck(TOO_LARGE)
            return await self._read_capped(response)

    async def _read_capped(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            content += chunk
            if len(content) > LARGEST_MB * 2**20:
                raise Stuck(TOO_LARGE)
        if not content:
            raise Stuck
        return bytes(content)

    async def _upload(self, url: str, field: str, name: str, content: bytes) -> Mapping[str, Any]:
        """The answer of an upload server; NotReached where nothing was sent, Uncertain where it may have been."""
        if not self.is_allowed(url):
            raise Stuck
        form = aiohttp.FormData()
        form.add_field(field, content, filename=name)
        try:
            async with self._http.post(url, data=form, allow_redirects=False, timeout=DOWNLOAD) as response:
                return await read_object("upload", response) if response.status < 500 else {}
        except aiohttp.ClientConnectorError:
            raise NotReached("upload") from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise Uncertain("upload") from None

    def is_allowed(self, url: str) -> bool:
        """Whether files may be loaded from this address: VK's hosts over TLS; the emulator's own when VK is the
        emulator (T11). Only as VK writes them."""
        if self._local and _LOCAL.fullmatch(url):
            return True
        found = _ADDRESS.fullmatch(url)
        host = found[1].casefold() if found else ""
        return any(host == known or host.endswith("." + known) for known in HOSTS)


def not_taken(name: str, content: bytes) -> str:
    """Why a file of an official is not passed on, by the rules for those of residents; empty when it is."""
    if len(content) > LARGEST_MB * 2**20:
        return TOO_LARGE
    if not content or file_kinds.picture(content):
        return "" if content else "пустой файл"
    refused = file_kinds.refusal_by_content(name, content)
    return DANGEROUS.format(what=refused) if refused else ""


def files_of(message: Mapping[str, Any], peer: int) -> list[Mapping[str, Any]]:
    """What is attached, in a resident's dialogue to the messages inside too. A link is in the words (parse.py)."""
    inside = [] if is_chat(peer) else forwarded_inside(message)[:INSIDE]
    raws = [mapping(raw) for part in (message, *inside) for raw in list_or_empty(part.get("attachments"))]
    said = str(message.get("text", "")).casefold()
    return [raw for raw in raws if not (url := link_address(raw)) or (is_chat(peer) and bare_address(url) not in said)]


def brings_documents(post: Mapping[str, Any]) -> bool:
    """Whether a post, or one that it repeats, has documents: nobody has looked into those (T11)."""
    posts = (post, *(mapping(copied) for copied in list_or_empty(post.get("copy_history"))))
    return any(
        mapping(file).get("type") == "doc" for shared in posts for file in list_or_empty(shared.get("attachments"))
    )


def largest(photo: Mapping[str, Any]) -> str:
    """The address of the photo's largest size; "" without any."""
    sizes: Sequence[Any] = photo.get("sizes") or []
    best = max((mapping(size) for size in sizes), key=lambda size: whole(size.get("width")), default={})
    original = mapping(photo.get("orig_photo"))
    return str(original.get("url") or best.get("url") or "")


def file_name(doc: Mapping[str, Any]) -> str:
    """The title with its extension, without anything a path could be made of."""
    title = "".join(
        letter for letter in clean(str(doc.get("title") or "файл")) if letter.isprintable() and letter not in _NO_NAME
    )
    extension = "".join(letter for letter in str(doc.get("ext") or "") if letter.isalnum())[:10]
    title = title.strip(". ")[:120] or "файл"
    return title if not extension or title.casefold().endswith(f".{extension.casefold()}") else f"{title}.{extension}"


def string_of(kind: str, body: Mapping[str, Any]) -> str:
    """The attachment as messages.send takes it: photo1_2_key. Raises Stuck where VK gave no number."""
    owner, number, key = whole(body.get("owner_id")), whole(body.get("id")), body.get("access_key")
    if not owner or not number:
        raise Stuck
    return f"{kind}{owner}_{number}_{key}" if key else f"{kind}{owner}_{number}"


def name_of(raw: Mapping[str, Any]) -> str:
    """What the file is called in a sentence: its kind and its title, made harmless."""
    known = attachment(raw)
    name = NAMES.get(known.kind, "вложение")
    title = one_line(make_harmless(known.title), 60)
    return f"{name} «{title}»" if title else name

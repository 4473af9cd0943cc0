"""Upload servers and stored files: photos and documents really land under DIR/files and are served at
/files/ (vk-api.md 8.2, 8.3). It must never write outside that folder."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path

from aiohttp import web

from vk_emulator.wire.answers import file_in, json_answer
from vk_emulator.world.records import Json
from vk_emulator.world.seals import seal
from vk_emulator.world.world import World

MAX_FILE = 200 * 1024 * 1024
# VK's page about uploads, as vksdk quotes it: 50 MB, width + height at most 14 000 px, no longer than 1:20.
SMALLEST_CHAT_PHOTO = 200  # the same page
MAX_PHOTO, MAX_EDGES, MAX_RATIO = 50 * 1024 * 1024, 14_000, 20


def photo_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG or GIF; None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(data):
        if data[place] != 0xFF:
            return 600, 400
        marker, length = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return int(width), int(height)
        place += 2 + int(length)
    return 600, 400


def fits(size: tuple[int, int], weight: int) -> bool:
    """Whether VK takes a picture of this size, in pixels, and of so many bytes."""
    small, large = sorted(size)
    return weight <= MAX_PHOTO and small + large <= MAX_EDGES and small > 0 and large <= small * MAX_RATIO


SHOWN = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".ogg", ".mp3", ".webm", ".wav"}
"""Files that a browser may open in place."""


class Uploads:
    """Takes files as VK's upload servers do, keeps them in this folder and gives what `save` methods want."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Takes an uploaded file and answers as VK's server does."""
        kind = request.match_info["kind"]
        if self.world.switches.upload_flaky > 0:  # Q21
            self.world.switches.upload_flaky -= 1
            await request.read()
            return json_answer(self._flaky(kind))
        name, data = await self._file(request)
        if data is None:
            return json_answer(_cannot())
        if kind == "photo":
            return json_answer(self._photo(name, data, request.query.get("owner", "")))
        if kind == "chat":
            return json_answer(self._chat_photo(name, data, request.query.get("chat", "")))
        return json_answer(self._document(kind, name, data))

    def _flaky(self, kind: str) -> Json:
        """The answer of an upload that fails by the switch Q21."""
        if self.world.switches.upload_flaky_answer == "empty" and kind == "photo":
            return {"server": 1, "photo": "[]", "hash": seal(self.world, "[]")}
        return _cannot()

    async def _file(self, request: web.Request) -> tuple[str, bytes | None]:
        """The name and the content of the uploaded file; None for no file."""
        try:
            form = await request.post()
        except (ValueError, LookupError, AssertionError, KeyError, web.HTTPException, OSError):
            return "", None
        for part in form.values():
            if isinstance(part, web.FileField):
                return part.filename or "file", part.file.read(MAX_FILE + 1)
        return "", None

    def store(self, name: str, data: bytes) -> str:
        """Keep the bytes under a name made of their hash; the extension is cut down to letters and digits."""
        extension = "".join(c for c in Path(name).suffix.lower()[1:] if c.isascii() and c.isalnum())[:8] or "bin"
        stored = f"{hashlib.sha256(data).hexdigest()[:24]}.{extension}"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / stored).write_bytes(data)
        return stored

    def _photo(self, name: str, data: bytes, owner: str) -> Json:
        """Stores a photo; an empty one in the answer where VK would refuse it."""
        size = photo_size(data)
        if size is None or "." not in name or not fits(size, len(data)):
            return {"server": 1, "photo": "[]", "hash": seal(self.world, "[]")}
        told: Json = {"file": self.store(name, data), "width": size[0], "height": size[1]}
        if owner.lstrip("-").isdecimal() and len(owner) < 12:
            told["owner"] = int(owner)  # with peer_id the photo belongs to that peer (vk-api.md 8.2)
        described = json.dumps([told])
        return {"server": 1, "photo": described, "hash": seal(self.world, described)}

    def _chat_photo(self, name: str, data: bytes, chat: str) -> Json:
        size = photo_size(data)
        if size is None or "." not in name or not fits(size, len(data)) or min(size) < SMALLEST_CHAT_PHOTO:
            return _cannot()
        told = json.dumps({"file": self.store(name, data), "chat": chat[:12]})
        return {"response": told.encode().hex() + "|" + seal(self.world, told)}

    def _document(self, kind: str, name: str, data: bytes) -> Json:
        """Stores a document; an error in the answer where VK would refuse it."""
        if not data or len(data) > MAX_FILE:
            return {"error": "file is too big" if data else "empty file"}
        told = {"kind": kind, "file": self.store(name, data), "name": name[:128], "size": len(data)}
        described = json.dumps(told, ensure_ascii=True)
        return {"file": described.encode().hex() + "|" + seal(self.world, described)}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Gives an uploaded file; anything but a plain picture only as a download."""
        path = file_in(self.folder, request.match_info["name"])
        if path is None:
            return web.Response(status=404, text="no such file")
        headers = {"X-Content-Type-Options": "nosniff"}
        if path.suffix not in SHOWN:  # a page or a picture with a script must not run in the sandbox's own origin
            headers["Content-Disposition"] = "attachment"
        return web.FileResponse(path, headers=headers)


def _cannot() -> Json:
    """The answer to an upload without a file."""
    return {"request_id": "0", "error_code": 4606, "error_msg": "Cannot get file from request"}

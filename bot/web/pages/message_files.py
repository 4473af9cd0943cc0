"""A photo, document or voice of a message, as one person looks at it: read from VK, passed through, kept nowhere. Each
look is a line of the log (R24); who wrote is not told by it (R21).
"""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.files import FileView, Stuck
from bot.web import errors
from bot.web.site import Page, site_of, viewer_of
from bot.web.views.talk import SHOWN
from states.audit import AuditAction, AuditLine
from states.lifecycle.appeal import Appeal
from states.messages import Attachment
from states.people.viewers import Section, may_act, may_see
from storage.privacy import audit
from storage.records import appeals

AT_ONCE = 3
"""Files that are in memory at a time, each as large as may be."""
GONE = "Файл не открылся: автор его убрал, VK не отдал или это не то, чем называется. Карточка с ним стоит в чате."
STILLS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG", "image/png"), (b"GIF8", "image/gif"))
VOICES = ((b"OggS", "audio/ogg"), (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"))


async def message_file(request: Request) -> Response:
    """One file of a message, read from VK for this look and kept nowhere; the look is a line of the audit log before VK
    is asked. 404 in words where there is no bot in this process, or VK does not give it."""
    appeal, _ = await requested_file(request)
    site, viewer = site_of(request), viewer_of(request)
    if site.bot is None:
        return errors.error_page(request, 404, text=GONE)
    cmid, number = int(request.path_params["cmid"]), int(request.path_params["number"])
    looking: asyncio.Semaphore = request.app.state.looking
    async with looking:
        line = AuditLine(viewer.user, AuditAction.SHOWED_FILES, appeal.code, "panel")
        await site.db.run(lambda tx: audit.append(tx, [line], site.clock.now()))
        try:
            found = await site.bot.files.read(appeal.resident, cmid, number)
        except (Stuck, VkError, NotReached, Uncertain):
            return errors.error_page(request, 404, text=GONE)
        return file_response(request, found)


async def requested_file(request: Request) -> tuple[Appeal, Attachment]:
    """The message and the file that the address names.

    Raises:
        HTTPException: 404 for what is not there, 403 where it is another's or only looked at.
    """
    site, viewer = site_of(request), viewer_of(request)
    code = str(request.path_params["code"]).upper()[:20]
    appeal = (await site.readers.run(lambda tx: appeals.by_code(tx, [code]))).get(code)
    if appeal is None:
        raise HTTPException(404)
    if not may_see(viewer, appeal.agency, appeal.place) or not may_act(viewer, appeal.agency):
        raise HTTPException(403)
    cmid, number = int(request.path_params["cmid"]), int(request.path_params["number"])
    files = next((piece.attachments for piece in appeal.pieces if piece.cmid == cmid), ())
    if number >= len(files) or files[number].kind not in SHOWN:
        raise HTTPException(404)
    return appeal, files[number]


def file_response(request: Request, found: FileView) -> Response:
    """Pictures and voices are shown in place, all else is only given to be kept: it never is a page of ours."""
    kinds = () if found.kind == "doc" else (*STILLS, *VOICES)
    kind = next((kind for begins, kind in kinds if found.content.startswith(begins)), "")
    if not kind and found.kind != "doc" and found.content[8:12] == b"WEBP":
        kind = "image/webp"
    how = "inline" if kind else f"attachment; filename*=UTF-8''{quote(found.name)}"
    head = {"content-disposition": how, "accept-ranges": "bytes"}
    part = part_of(request.headers.get("range", ""), len(found.content))
    if part is None:
        return Response(found.content, media_type=kind or "application/octet-stream", headers=head)
    first, last = part
    head["content-range"] = f"bytes {first}-{last}/{len(found.content)}"
    return Response(found.content[first : last + 1], 206, head, kind or "application/octet-stream")


def part_of(said: str, whole: int) -> tuple[int, int] | None:
    """The first and last byte of «bytes=0-1», which some browsers ask of a voice; None for all of it."""
    first, dash, last = said.removeprefix("bytes=").partition("-")
    if not dash or not first.isdigit() or not (last.isdigit() or not last) or len(first + last) > 20:
        return None
    ends = min(int(last) if last else whole - 1, whole - 1)
    return (int(first), ends) if int(first) <= ends else None


PAGES = (Page("/queue/{code}/files/{cmid:int}/{number:int}", message_file, Section.QUEUE),)

"""Photos and documents that go with an answer: looked at by the rules for those of residents (T11), then said in the
chat of who answers, from where they go on like any others. Nothing of them is stored here.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import FormData, UploadFile

from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.files import LARGEST_MB, PER_MESSAGE, Stuck, not_taken
from bot.web.site import Site
from handlers.text import texts_panel
from handlers.text.relayed import one_line
from states.events import Did
from states.people.viewers import Viewer

FIELD = "files"
MOST_BYTES = (LARGEST_MB + 5) * 2**20
"""Of a form with its files; they are all in memory while they are passed on."""
TAKE = frozenset({Did.ANSWER, Did.INTERIM, Did.ASK})
"""What files go with: words of the official's own."""


class Incomplete(Exception):
    """What a form lacks, or why nobody can do it now, in words that say the way on: it is told on the same page, with
    all that was chosen."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


async def read_files(form: FormData, did: Did) -> tuple[tuple[str, bytes], ...]:
    """The files of a form, name and content; none for acts that take none.

    Raises:
        Incomplete: one of them is not passed on, and why; nothing is sent then.
    """
    sent = [
        upload_file
        for upload_file in form.getlist(FIELD)
        if isinstance(upload_file, UploadFile) and upload_file.filename
    ]
    if not sent or did not in TAKE:
        return ()
    if len(sent) > PER_MESSAGE:
        raise Incomplete(texts_panel.MANY_FILES.format(most=PER_MESSAGE))
    found = tuple([(one_line(upload_file.filename or "", 120), await upload_file.read()) for upload_file in sent])
    for name, content in found:
        if why := not_taken(name, content):
            raise Incomplete(texts_panel.FILE_REFUSED.format(name=name, why=why))
    return found


async def put(site: Site, viewer: Viewer, code: str, files: Sequence[tuple[str, bytes]], peer: int) -> int:
    """The number of the message in the chat that holds them.

    Raises:
        Incomplete: VK has not taken them, or this panel has no way to VK.
    """
    if site.bot is None:
        raise Incomplete(texts_panel.FILES_FROM_CHAT)
    words = texts_panel.FILES_IN_CHAT.format(code=code, who=viewer.name or "панель")
    try:
        return await site.bot.files.put(files, words, peer)
    except (Stuck, VkError, NotReached, Uncertain):
        raise Incomplete(texts_panel.FILES_NOT_TAKEN) from None

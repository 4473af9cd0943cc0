"""The whole directory from files: YAML as files or in an archive, or the JSON. Looked at first, as any other change.

What was uploaded waits in memory for a quarter of an hour, one for each session; an archive is read within limits. It
must never be written to the disk.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import DirectoryReading, examine_texts, examine_values
from bot.region.directory_json import from_json
from bot.region.directory_write import sections
from bot.region.directory_yaml import BESIDE
from bot.web.asked import local_day
from bot.web.layout import render
from bot.web.pages.admin.proposal import (
    SHOWN,
    Proposal,
    Stored,
    newest,
    of_reading,
    save_as_seen,
)
from bot.web.site import Page, Site, session_of, site_of, viewer_of
from bot.web.told import tell
from features.directory_editor.pages.tables import MENU
from handlers.text.words import plural
from states.people.viewers import may_keep_directory

MOST_BYTES = 3_000_000
"""Of one upload, packed or not."""
MOST_FILES = 30
WAITS = timedelta(minutes=15)
MOST_WAITING = 20

Files = Mapping[str, bytes]


@dataclass(slots=True)
class Uploads:
    """What waits to be saved, by session."""

    held: dict[str, tuple[datetime, Files]] = field(default_factory=dict)

    def keep(self, session: str, files: Files, now: datetime) -> None:
        """Keeps the files of this session until they are saved; of all sessions only the newest few."""
        alive = {holder: held for holder, held in self.held.items() if now - held[0] < WAITS and holder != session}
        self.held = dict(list(alive.items())[-(MOST_WAITING - 1) :]) | {session: (now, files)}

    def of(self, session: str, now: datetime) -> Files | None:
        """The files that this session has sent and not saved yet; None where they have waited too long."""
        found = self.held.get(session)
        return found[1] if found is not None and now - found[0] < WAITS else None


async def upload(request: Request) -> Response:
    """Answers with the form."""
    require_keeper(request)
    return page(request, await newest(request))


def require_keeper(request: Request) -> None:
    """HTTP 403 for who may not change the directory."""
    if not may_keep_directory(viewer_of(request)):
        raise HTTPException(403)


async def handle_form(request: Request) -> Response:
    """Shows what the uploaded files would change, with their faults, or saves what was shown."""
    require_keeper(request)
    site, form = site_of(request), await request.form()
    base = await newest(request)
    if form.get("did") == "save":
        return await save_upload(request, form, base)
    try:
        files = await unpack_form(form)
    except DirectoryErrors as wrong:
        return page(request, base, Proposal(base, faults=wrong.lines))
    waiting(request).keep(session_of(request), files, site.clock.now())
    return page(request, base, await propose(site, base, files))


def waiting(request: Request) -> Uploads:
    """The uploaded files that are not saved yet, of all sessions."""
    found: Uploads = request.app.state.uploads
    return found


async def propose(site: Site, base: Stored, files: Files) -> Proposal:
    """The change that the files would make."""
    return await of_reading(site, base, lambda: reading(site, files))


def reading(site: Site, files: Files) -> DirectoryReading:
    """The directory of the files: one JSON, or all of the YAML."""
    today = local_day(site)
    kept = [raw for name, raw in files.items() if name.endswith(".json")]
    if not kept:
        return examine_texts(files, today)
    try:
        known = from_json(kept[0].decode("utf-8-sig"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DirectoryErrors(["JSON не читается. Загрузите тот, что скачан на странице «Справочник»."]) from None
    return examine_values(sections(known), today)


async def unpack_form(form: FormData) -> dict[str, bytes]:
    """By file name: what was chosen, archives opened.

    Raises:
        DirectoryErrors: nothing was chosen, too much was, or it is no directory.
    """
    found: dict[str, bytes] = {}
    for upload_file in form.getlist("files"):
        if isinstance(upload_file, UploadFile) and upload_file.filename:
            name, raw = PurePosixPath(upload_file.filename.replace("\\", "/")).name, await upload_file.read()
            found |= open_archive(name, raw) if name.lower().endswith(".zip") else {name: raw}
    own = {name: raw for name, raw in found.items() if name not in BESIDE}
    kept = {name: raw for name, raw in own.items() if name.endswith((".yaml", ".yml", ".json"))}
    if not kept:
        raise DirectoryErrors(["Выберите файлы .yaml, архив .zip с ними или файл .json."])
    if len(kept) > 1 and any(name.endswith(".json") for name in kept):
        raise DirectoryErrors(["Загрузите либо один файл .json, либо файлы .yaml."])
    if len(kept) > MOST_FILES or sum(map(len, kept.values())) > MOST_BYTES:
        raise DirectoryErrors([f"Слишком много: можно до {MOST_FILES} файлов, вместе до {MOST_BYTES // 1_000_000} МБ."])
    return dict(sorted(kept.items()))


def open_archive(name: str, raw: bytes) -> dict[str, bytes]:
    """Each file is read no further than it may be long, whatever the archive says of its size."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for zip_info in packed.infolist()[: MOST_FILES * 4]:
                inner = PurePosixPath(zip_info.filename).name
                if zip_info.is_dir() or not inner.endswith((".yaml", ".yml")):
                    continue
                if inner in found:
                    raise DirectoryErrors([f"В архиве {name} два файла {inner}. Оставьте один."])
                with packed.open(zip_info) as file:
                    found[inner] = file.read(MOST_BYTES + 1)
                if sum(map(len, found.values())) > MOST_BYTES:
                    raise DirectoryErrors([f"Архив {name}: внутри больше {MOST_BYTES // 1_000_000} МБ."])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise DirectoryErrors([f"Архив {name} не открывается. Соберите его заново, без пароля."]) from None
    return found


async def save_upload(request: Request, form: FormData, base: Stored) -> Response:
    """Saves the files that this session uploaded; a fault in words where they are forgotten after 15 minutes."""
    site = site_of(request)
    files = waiting(request).of(session_of(request), site.clock.now())
    if files is None:
        gone = "Загруженное уже забыто: прошло больше 15 минут. Загрузите файлы ещё раз."
        return page(request, base, Proposal(base, faults=(gone,)))
    kept = await save_as_seen(request, form, base, lambda known: propose(site, known, files), page)
    if isinstance(kept, Response):
        return kept
    waiting(request).held.pop(session_of(request), None)
    many = plural(len(kept.proposal.lines), "изменение", "изменения", "изменений")
    tell(request, f"Сохранено: версия {kept.number}, {many}. Бот уже отвечает по ней.")
    return RedirectResponse("/directory", 303)


def page(
    request: Request, base: Stored, proposal: Proposal | None = None, late: str = "", status: int = 200
) -> Response:
    """The page with what would change and what is wrong."""
    faults = proposal_faults(proposal)
    shown = proposal if proposal is not None and not faults else None
    return render(
        request,
        "directory_upload.html",
        status=422 if faults and status == 200 else status,
        proposal=shown,
        lines=shown.lines[:SHOWN] if shown is not None else (),
        more=max(0, len(shown.lines) - SHOWN) if shown is not None else 0,
        faults=faults[:SHOWN],
        late=late,
        version=base.number,
    )


def proposal_faults(proposal: Proposal | None) -> list[str]:
    """Every fault of the proposal in words; none where there is no proposal."""
    return [] if proposal is None else [*proposal.faults, *(said for _, _, said in proposal.beside)]


PAGES = (
    Page("/directory/upload", upload, MENU),
    Page("/directory/upload", handle_form, MENU, methods=("POST",), most_bytes=MOST_BYTES + 100_000),
)

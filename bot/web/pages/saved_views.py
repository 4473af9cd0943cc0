"""Views of the queue under a name: a person saves the filter of just now, renames it, takes it away. A name is plain
text; a filter with words that are searched for is not saved.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.asked import within
from bot.web.pages.queue import MOST_NAME
from bot.web.site import Page, site_of, viewer_of
from bot.web.told import tell
from handlers.text.relayed import one_line
from states.people.viewers import Section, Viewer
from states.statistics.filter import UnreadableFilter, from_address, to_address
from storage.db.errors import Conflict
from storage.records import saved_views
from storage.records.saved_views import MOST, SavedView

FULL = f"Сохранено уже {MOST} видов. Удалите лишние."
NO_NAME = "Назовите вид."
NO_WORDS = "Поиск по словам не сохраняется: в нём может быть имя. Уберите слова и сохраните вид."


async def change(request: Request) -> Response:
    """Saves, renames or removes a saved view; 400 for anything else."""
    form = await request.form()
    did = {"save": save, "rename": rename, "remove": remove}.get(str(form.get("do", "")))
    if did is None:
        raise HTTPException(400)
    tell(request, await did(request, form))
    back = str(form.get("back", ""))
    return RedirectResponse(back if back.startswith("/queue") else "/queue", 303)


async def save(request: Request, form: FormData) -> str:
    """Stores a view under a name; returns the sentence that tells what became of it."""
    site, viewer, name = site_of(request), viewer_of(request), name_field(form)
    address = address_to_keep(viewer, str(form.get("address", ""))[:2000])
    if not (name and address):
        return NO_NAME if address else NO_WORDS
    view = SavedView(viewer.user, name, address, form.get("shared") == "yes")
    try:
        await site.db.run(lambda tx: saved_views.keep(tx, viewer, view, site.clock.now()))
    except Conflict:
        return FULL
    return f"Вид «{name}» сохранён{' для всех с вашей ролью' if view.shared else ''}."


async def rename(request: Request, form: FormData) -> str:
    """Renames a saved view; what to say of it."""
    site, viewer, name, (owner, old) = site_of(request), viewer_of(request), name_field(form), owner_and_name(form)
    if not name:
        return NO_NAME
    try:
        now = site.clock.now()
        done = await site.db.run(lambda tx: saved_views.rename(tx, viewer, owner, (old, name), now))
    except Conflict:
        return FULL
    if not done:
        raise HTTPException(404)
    return f"Вид «{old}» теперь называется «{name}»."


async def remove(request: Request, form: FormData) -> str:
    """Deletes a saved view and says so. 404 where the viewer has none of this name."""
    site, viewer, (owner, name) = site_of(request), viewer_of(request), owner_and_name(form)
    if await site.db.run(lambda tx: saved_views.remove(tx, viewer, owner, name)) is None:
        raise HTTPException(404)
    return f"Вид «{name}» удалён."


def name_field(form: FormData) -> str:
    """The typed name of a view, on one line and cut to 40 letters."""
    return one_line(str(form.get("name", ""))[:200], MOST_NAME)


def owner_and_name(form: FormData) -> tuple[int, str]:
    """Whose view a form means, as a VK id, and its present name; HTTP 400 where the id is no number."""
    owner = str(form.get("owner", ""))
    if not (owner.isascii() and owner.isdigit() and len(owner) < 16):
        raise HTTPException(400)
    return int(owner), str(form.get("old", ""))[:200]


def address_to_keep(viewer: Viewer, said: str) -> str:
    """The filter as we write it ourselves, held to what the viewer may see; empty where it has words."""
    try:
        wanted = within(viewer, from_address(parse_qsl(said)))
    except (UnreadableFilter, ValueError):
        raise HTTPException(400) from None
    return "" if wanted.words else urlencode(to_address(wanted))


PAGES = (Page("/queue/views", change, Section.QUEUE, methods=("POST",)),)

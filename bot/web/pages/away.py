"""«Отпуск и замена»: from which day to which somebody is away, and who of one's own side looks after what is theirs."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.colleagues import Side, side_of
from bot.web.layout import render
from bot.web.site import Page, site_of, viewer_of
from bot.web.told import FlashMessage, remember, take_flash_message
from handlers.text.words import date_words
from handlers.views.filter_words import between
from states.people.viewers import Section, acts_for
from storage.records import absences
from storage.records.absences import Absence

LONGEST = timedelta(days=366)


async def away(request: Request) -> Response:
    """Answers a request for the page."""
    side = await own_side(request)
    last = take_flash_message(request)
    rows = [
        {"who": side.names[absence.user], "days": between(absence.begins, absence.ends),
         "deputy": side.names.get(absence.deputy) or "коллега", "mine": absence.user == side.user,
         "now": absence.on(side.today)}
        for absence in side.away if absence.user in side.names and absence.ends >= side.today
    ]  # fmt: skip
    choices = [(user, name) for user, name in side.choices if user != side.user]
    return render(request, "away.html", rows=rows, choices=choices, today=side.today.isoformat(), said=last.words,
                  bad=last.bad)  # fmt: skip


async def own_side(request: Request) -> Side:
    """The side of the person who asks.

    Raises:
        HTTPException: 403 for whoever only reads.
    """
    site, viewer = site_of(request), viewer_of(request)
    if not acts_for(viewer):
        raise HTTPException(403)
    return await site.newest.run(lambda tx: side_of(tx, site, viewer))


async def save(request: Request) -> Response:
    """Stores or ends the viewer's absence; the page again with what is wrong in the form."""
    site, side, form = site_of(request), await own_side(request), await request.form()
    if form.get("do") == "back":
        await site.db.run(lambda tx: absences.remove(tx, side.user))
        remember(request, FlashMessage("Вы на месте. Замены больше нет."))
    else:
        said = [str(form.get(name, "")) for name in ("begins", "ends", "deputy")]
        absence, wrong = absence_of(side, *said)
        if absence is not None:
            await site.db.run(lambda tx: absences.keep(tx, absence))
        remember(request, FlashMessage(wrong or summary(side, absence), bad=bool(wrong)))
    return RedirectResponse("/away", 303)


def absence_of(side: Side, begins: str, ends: str, deputy: str) -> tuple[Absence | None, str]:
    """The absence that the form describes, or None and why not."""
    others = {str(user): user for user in side.names if user != side.user}
    try:
        first, last = date.fromisoformat(begins), date.fromisoformat(ends)
    except ValueError:
        return None, "Назовите первый и последний день."
    if last < first or last < side.today or last > side.today + LONGEST:
        return None, "Последний день не раньше первого и сегодняшнего, и не дальше чем через год."
    if deputy not in others:
        return None, "Выберите, кто вас заменит."
    return Absence(side.user, others[deputy], first, last), ""


def summary(side: Side, absence: Absence | None) -> str:
    """What was written down, in a sentence; "" for None."""
    if absence is None:
        return ""
    days = f"с {date_words(absence.begins)} по {date_words(absence.ends)}"
    return f"Записано: вас нет {days}. Ваши сообщения в эти дни увидит и {side.names[absence.deputy]}."


PAGES = (
    Page("/away", away, Section.QUEUE),
    Page("/away", save, Section.QUEUE, methods=("POST",)),
)

"""What is done with a chat in the panel: a code that binds one, a pause and its end, one more look whether the bot
hears it. It must never bind by itself: only a code typed in the chat does (T4).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.admin.admin_service import AdminService
from bot.process.advice import Refusal
from bot.upkeep import members
from bot.web.acting import end_of
from bot.web.site import Site
from handlers.lifecycle.coordinator import RESUME_TIMER
from handlers.text.words import date_words
from states.audit import AuditAction, AuditLine
from states.effects import StartTimer
from states.people.chats import CUR, DUTY, Chat
from states.people.viewers import Viewer
from storage.db.transaction import Transaction
from storage.inbox import timers
from storage.privacy import audit
from storage.records import chats

NO_CHAT = "У этого ведомства чата уже нет: обновите страницу."
HAS_CHAT = "Код даётся ведомству без чата. Другой чат вместо подключённого подключает администратор: bot chat code."
AWAY = "Отсюда чат не проверить: бот работает отдельно и проверит его сам."


async def code(site: Site, viewer: Viewer, agency: str) -> str:
    """Makes a code that binds a chat to an agency which has none, and says how to use it. Another chat instead of one
    that is bound, and those of the ЦУР itself, are bound by the command line alone (T4)."""
    bound = await site.db.run(chats.bound)
    if agency in (CUR, DUTY) or any(chat.agency == agency for chat in bound):
        raise Refusal(HAS_CHAT)
    found = await AdminService(site.db, site.clock).chat_code(agency)
    line = AuditLine(viewer.user, AuditAction.CHAT_CODE_GIVEN, agency)
    await site.db.run(lambda tx: audit.append(tx, [line], site.clock.now()))
    return (
        f"Код {found['code']}, действует {found['minutes']} минут и виден один раз. Добавьте бота в чат, дайте ему "
        f"права администратора и напишите там: /код {found['code']}"
    )


async def pause(site: Site, viewer: Viewer, agency: str, day: date) -> str:
    """Pauses an agency's chat until this day; what to say of it. What comes meanwhile waits with the ЦУР; the chat of
    the ЦУР itself has nobody to wait with (Refusal)."""
    ends = end_of(site, day)
    if agency in (CUR, DUTY) or ends <= site.clock.now():
        raise Refusal("Выберите день не раньше сегодняшнего; чат ЦУР на паузу не ставят.")
    await settle(site, viewer, agency, AuditAction.PAUSED, ends, ends)
    return f"Чат на паузе до {date_words(day)}: новое для него приходит в ЦУР."


async def resume(site: Site, viewer: Viewer, agency: str) -> str:
    """The timer of the pause ends now, and the bot does what it does then."""
    now = site.clock.now()
    await settle(site, viewer, agency, AuditAction.RESUMED, now, now)
    return "Пауза снята: что ждало, уходит в чат."


async def settle(
    site: Site, viewer: Viewer, agency: str, action: AuditAction, until: datetime, fires: datetime
) -> None:
    """Sets or ends the pause of an agency's chat, its timer and a line of the audit log; Refusal where there is none to
    end."""

    async def body(tx: Transaction) -> None:
        """Writes the pause, starts the timer of its end and adds a line of the audit log; Refusal where the agency has
        no chat, or no pause is there to end."""
        chat = await bound_to(tx, agency)
        if action is AuditAction.RESUMED and chat.paused_until is None:
            raise Refusal("Паузы уже нет.")
        await chats.keep(tx, [replace(chat, paused_until=until)])
        await timers.change(tx, [StartTimer(RESUME_TIMER, agency, chat.peer, fires)])
        await audit.append(tx, [AuditLine(viewer.user, action, agency)], site.clock.now())

    await site.db.run(body)
    site.wake()


async def look(site: Site, agency: str) -> str:
    """Asks VK who is in the agency's chat and what the bot may read; what to say of it. Refusal in a panel without the
    bot."""
    if site.bot is None:
        raise Refusal(AWAY)
    await members.tell(site.bot, await site.db.run(lambda tx: bound_to(tx, agency)))
    return "Проверили: ниже то, что ответил VK."


async def bound_to(tx: Transaction, agency: str) -> Chat:
    """The chat that is bound to this agency; Refusal where there is none."""
    found = next((chat for chat in await chats.bound(tx) if chat.agency == agency), None)
    if found is None:
        raise Refusal(NO_CHAT)
    return found

"""«Журнал»: who did what, by name, under conditions and as a file. Residents stand there as pseudonyms only (T22)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web import names
from bot.web.asked import local_day
from bot.web.downloads.files_of_list import local
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import render
from bot.web.site import Page, Site, site_of
from handlers.text.words import moment
from states.audit import AuditAction
from states.directory import Directory
from states.people.viewers import Section
from storage.db.transaction import Transaction
from storage.ops.search import PROFILE, numbers_said
from storage.privacy import audit as log
from storage.privacy.audit import Conditions
from storage.records import people

MOST = 200
"""Lines of a page."""
MOST_OF_FILE = 20_000
PSEUDONYM = re.compile("[0-9a-f]{32}")
MESSAGE = re.compile("[0-9]{4}-[0-9A-Z]{4}")
LONGEST = 100
"""Letters of a condition."""
SHORT = 6
"""Signs of a pseudonym by which two residents are told apart."""
HEADS = ("номер", "когда", "что", "о чём", "подробность", "кто", "id")
FIELDS = ("who", "what", "about", "from", "to")
WORDS = {
    AuditAction.SHOWED_CONTACT: "показан контакт жителя",
    AuditAction.SHOWED_TEXT: "показан скрытый текст",
    AuditAction.SHOWED_FILES: "показаны фото и файлы",
    AuditAction.EXPORTED: "выданы данные жителя",
    AuditAction.ERASURE_ASKED: "запрошено удаление",
    AuditAction.ERASED: "данные удалены",
    AuditAction.BLOCKED: "автор заблокирован",
    AuditAction.UNBLOCKED: "автор разблокирован",
    AuditAction.PAUSED: "чат на паузе",
    AuditAction.RESUMED: "пауза снята",
    AuditAction.ASSIGNED: "направлено",
    AuditAction.BROADCAST: "сказано всем",
    AuditAction.DIRECTORY_IMPORTED: "загружен справочник",
    AuditAction.CHAT_BOUND: "чат подключён",
    AuditAction.CHAT_UNBOUND: "чат отключён",
    AuditAction.CHAT_LOCKED: "неверные коды подключения",
    AuditAction.CHAT_UNLOCKED: "снова принимаются коды",
    AuditAction.OFFICIAL_ADMITTED: "допущен к ответам",
    AuditAction.OFFICIAL_REFUSED: "не допущен к ответам",
    AuditAction.KEY_ROTATED: "сменён ключ",
    AuditAction.VIEWER_GRANTED: "дана роль в панели",
    AuditAction.VIEWER_REVOKED: "отобрана роль в панели",
    AuditAction.LINK_MADE: "выдана ссылка в панель",
    AuditAction.SIGNED_IN: "вход в панель",
    AuditAction.SESSION_ENDED: "завершён вход в панель",
    AuditAction.CODE_LOCKED: "вход заперт: десять неверных кодов",
    AuditAction.SPARE_CODE_USED: "вход запасным кодом",
    AuditAction.PAGES_IMPORTED: "загружен реестр страниц",
    AuditAction.PAGES_TAKEN_BACK: "загрузка реестра страниц отменена",
    AuditAction.PAGE_CHECKED: "записана проверка страницы",
    AuditAction.CHAT_CODE_GIVEN: "дан код для чата",
    AuditAction.API_KEY_GIVEN: "выдан ключ приложению",
    AuditAction.API_KEY_REVOKED: "отозван ключ приложения",
    AuditAction.LEAD_GIVEN: "назначено, кто ведёт",
    AuditAction.LEAD_DROPPED: "никто больше не ведёт",
    AuditAction.NOTED: "записана заметка",
    AuditAction.ROUTE_KEPT: "предложение о маршруте отложено",
    AuditAction.ROUTE_SHOWN: "предложение о маршруте возвращено",
    AuditAction.COMMUNITY_ADDED: "добавлено сообщество",
    AuditAction.COMMUNITY_PAUSED: "сообщество на паузе",
    AuditAction.COMMUNITY_RESUMED: "сообщество снова работает",
    AuditAction.COMMUNITY_REFUSED: "ВКонтакте не принял ключ сообщества",
    AuditAction.COMMUNITY_REMOVED: "убрано сообщество",
    AuditAction.COMMUNITY_COMMENTS: "решено, слушать ли в сообществе комментарии",
    AuditAction.MODEL_BEGUN: "начато обучение модели",
    AuditAction.MODEL_CANCELLED: "обучение модели отменено",
    AuditAction.MODEL_TRAINED: "обучена модель",
    AuditAction.MODEL_ADOPTED: "принята модель",
    AuditAction.MODEL_LEFT: "от модели отказались",
    AuditAction.MODEL_DELETED: "удалена модель",
    AuditAction.PERIOD_COUNTED: "пересчитан закрытый период",
    AuditAction.NOTICE_GIVEN: "объявлено об отключении",
    AuditAction.NOTICE_ENDED: "снято объявление",
    AuditAction.COMMENT_ACTED: "решено о комментарии",
}


@dataclass(frozen=True, slots=True)
class AuditRow:
    """`about`: what it is about in words, `subject`: as it is kept, `message`: the number where it is one."""

    number: int
    at: datetime
    when: str
    what: str
    about: str
    subject: str
    message: str
    detail: str
    who: str
    user: int


async def audit(request: Request) -> Response:
    """The page, or the same lines as a file."""
    site, said, form = site_of(request), request.query_params, request.path_params.get("form")
    if form is not None:
        return await as_file(site, said, form)
    found, known = await site.readers.run(lambda tx: look(tx, site, said, MOST + 1))
    rows = found[:MOST]
    address = [(name, said[name]) for name in FIELDS if said.get(name)]
    return render(
        request,
        "audit.html",
        rows=rows,
        people=sorted(known.items(), key=lambda person: person[1].casefold()),
        actions=sorted(((action.value, words) for action, words in WORDS.items()), key=lambda action: action[1]),
        typed={name: said.get(name, "") for name in FIELDS},
        forms=[(name, f"/audit.{form}?{urlencode(address)}") for form, name in FORMS],
        earlier=f"/audit?{urlencode([*address, ('before', str(rows[-1].number))])}" if len(found) > MOST else "",
        narrowed=bool(address),
    )


async def as_file(site: Site, said: QueryParams, form: str) -> Response:
    """The lines of the log under these conditions as a CSV, JSON or XLSX file; HTTP 413 where there are more than a
    file holds."""
    found, _ = await site.readers.run(lambda tx: look(tx, site, said, MOST_OF_FILE + 1))
    if len(found) > MOST_OF_FILE:
        raise HTTPException(413)
    lines = [
        (row.number, local(site, row.at), row.what, row.about, row.detail, row.who, row.user or "") for row in found
    ]
    head = [("что", "журнал"), ("строк", str(len(lines)))]
    return file(form, f"zhurnal-{local_day(site).isoformat()}", head, HEADS, lines)


async def look(tx: Transaction, site: Site, said: QueryParams, most: int) -> tuple[list[AuditRow], dict[int, str]]:
    """Reads the lines of the journal under the conditions of the address, and the names of officials by VK id."""
    known, about_whom = await people.everybody(tx), said.get("about", "").strip()[:LONGEST]
    asked = replace(conditions(site, said), subjects=subjects(tx, site.directory(), about_whom))
    by_pseudonym = {tx.keys.pseudonym(user): name for user, name in known.items()}
    return [row(site, line, known, by_pseudonym) for line in await log.lines_under(tx, asked, most)], known


def conditions(site: Site, said: QueryParams) -> Conditions:
    """The conditions on the log from the address. Raises HTTPException: 400 for what no form of ours sends."""
    try:
        since, until = (date.fromisoformat(said[name]) if said.get(name) else None for name in ("from", "to"))
        actor, before = (int(said[name]) if said.get(name) else None for name in ("who", "before"))
        action = AuditAction(said["what"]).value if said.get("what") else ""
        until = until + timedelta(days=1) if until is not None else None
    except (ValueError, OverflowError):
        raise HTTPException(400) from None
    if any(number is not None and abs(number) >= 2**62 for number in (actor, before)):
        raise HTTPException(400)
    begins, ends = (datetime.combine(day, time(), site.zone) if day else None for day in (since, until))
    return Conditions(actor, action, (), begins, ends, before)


def subjects(tx: Transaction, directory: Directory, said: str) -> tuple[str, ...]:
    """The subjects that may be meant: a person by their page, a message by its number, an agency by its name, or what
    is kept."""
    if not said:
        return ()
    page = PROFILE.fullmatch(said)
    if page is not None or (said.isdigit() and said.isascii()):
        return (said, tx.keys.pseudonym(int(page[1] if page else said)))
    return (said, *numbers_said(said), *names.codes_of(names.agencies(directory), said))


def row(site: Site, line: Mapping[str, Any], known: Mapping[int, str], by_pseudonym: Mapping[str, str]) -> AuditRow:
    """One line of the log as a row; residents by pseudonym."""
    user, subject = line["actor"], line["subject"]
    return AuditRow(
        line["number"],
        line["at"],
        moment(line["at"], site.zone),
        WORDS[AuditAction(line["action"])],
        about(site.directory(), subject, by_pseudonym),
        subject,
        subject if MESSAGE.fullmatch(subject) else "",
        by_pseudonym.get(line["detail"], line["detail"]),
        known.get(user) or (f"id{user}" if user else "бот или администратор"),
        user,
    )


def about(directory: Directory, subject: str, by_pseudonym: Mapping[str, str]) -> str:
    """A colleague by name; who is none of them is a resident, or has left long ago, and stays unnamed."""
    if PSEUDONYM.fullmatch(subject):
        return by_pseudonym.get(subject) or f"житель {subject[:SHORT]}"
    if MESSAGE.fullmatch(subject):
        return f"№{subject}"
    agency, topic = directory.agency_by_code.get(subject), directory.topic_by_code.get(subject)
    return agency.short if agency else topic.name if topic else subject


assert set(WORDS) == set(AuditAction)
PAGES = (Page("/audit", audit, Section.AUDIT), Page("/audit.{form}", audit, Section.AUDIT))

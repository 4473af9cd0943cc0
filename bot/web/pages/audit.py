"""«Журнал»: the last lines of the audit log, as they are kept. Residents stand there as pseudonyms only (T22)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.web.layout import render
from bot.web.site import Page, site_of
from handlers.text.words import moment
from states.audit import AuditAction
from states.people.viewers import Section
from storage.privacy import audit as log

MOST = 200
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
    AuditAction.PAGE_CHECKED: "записана проверка страницы",
    AuditAction.API_KEY_GIVEN: "выдан ключ приложению",
    AuditAction.API_KEY_REVOKED: "отозван ключ приложения",
    AuditAction.NOTED: "записана заметка",
    AuditAction.ROUTE_KEPT: "предложение о маршруте отложено",
    AuditAction.ROUTE_SHOWN: "предложение о маршруте возвращено",
    AuditAction.COMMUNITY_ADDED: "добавлено сообщество",
    AuditAction.COMMUNITY_PAUSED: "сообщество на паузе",
    AuditAction.COMMUNITY_RESUMED: "сообщество снова работает",
    AuditAction.COMMUNITY_REFUSED: "ВКонтакте не принял ключ сообщества",
    AuditAction.COMMUNITY_REMOVED: "убрано сообщество",
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


async def audit(request: Request) -> Response:
    site = site_of(request)
    lines = await site.readers.run(lambda tx: log.newest(tx, MOST))
    rows = [
        {
            "number": str(line["number"]),
            "at": moment(line["at"], site.zone),
            "who": f"id{line['actor']}" if line["actor"] else "бот или администратор",
            "what": WORDS[AuditAction(line["action"])],
            "about": line["subject"],
            "detail": line["detail"],
        }
        for line in reversed(lines)
    ]
    return render(request, "audit.html", rows=rows, most=MOST)


assert set(WORDS) == set(AuditAction)
PAGES = (Page("/audit", audit, Section.AUDIT),)

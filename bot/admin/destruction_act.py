"""The act of destruction with the extract from the log, as text to print and sign (R14, РКН order №179).

It must never hold what was destroyed: a person is named by the code of the request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from bot.config.settings import Settings

GROUNDS = {
    "withdrawn": "согласие отозвано",
    "demanded": "требование прекратить обработку",
    "unlawful": "обработка признана неправомерной",
    "term": "срок хранения закончился",
    "restored": "данные вернулись с резервной копией",
}
ACTIONS = {
    "erasure_asked": "принят запрос на удаление",
    "erased": "данные удалены, ключ шифрования уничтожен",
    "exported": "данные выгружены",
    "showed_contact": "показан контакт",
    "showed_text": "показан текст",
    "showed_files": "показаны фото и файлы",
}
WHAT = (
    "идентификатор ВКонтакте, тексты сообщений и черновик, адрес, точка на карте, имена файлов и ссылки на них, тексты "
    "отправленных сообщений, входящие события"
)
HOW = (
    "ключ шифрования данных этого человека уничтожен, поэтому не читаются и копии, сделанные раньше; строки удалены "
    "или перезаписаны, журнал базы очищен"
)


def act(settings: Settings, said: Mapping[str, Any], zone: tzinfo) -> str:
    """The act of destruction of a person's data as a text; a draft as long as nothing is destroyed."""
    request, log = said["erasure"], said["log"]
    done = request["done_at"] or request["erased_at"]
    lines = [
        "АКТ ОБ УНИЧТОЖЕНИИ ПЕРСОНАЛЬНЫХ ДАННЫХ",
        "" if done else "(ЗАГОТОВКА: данные ещё не уничтожены)",
        f"Оператор: {settings.operator_name}, {settings.operator_address}",
        f"Субъект: запрос {request['code']} (обезличенный номер {request['subject']})",
        f"Причина: {GROUNDS.get(request['ground'], request['ground'])}",
        f"Запрос принят: {when(request['asked_at'], zone)}",
        f"Срок: {when(request['due_at'], zone)}",
        f"Уничтожено: {when(done, zone)}",
        f"Уничтожены: {WHAT}.",
        "Информационная система: «Приёмная», бот сообщества ВКонтакте",
        f"Способ: {HOW}.",
        "",
        *remains(request["remains"]),
        "",
        "Выгрузка из журнала регистрации событий:",
        *extract(log, zone),
        "",
        "Ответственный за уничтожение: ____________________ (должность, ФИО, подпись)",
        "Дата: ____________________",
    ]
    return "\n".join(line for number, line in enumerate(lines) if line or number > 1)


def remains(left: Mapping[str, Any]) -> list[str]:
    """The lines of what only VK or the people themselves can delete (R14)."""
    lines = ["Что осталось во ВКонтакте и удаляется вручную:"]
    if left.get("dialogue"):
        lines.append(
            f"  сообщения бота в личном диалоге: не меньше {left['dialogue']}; диалог удаляет администратор сообщества"
        )
    lines += [f"  чат {peer}, сообщение {cmid} от {at[:10]}" for peer, cmid, at in left.get("cards", [])]
    lines += [f"  наш ответ под его комментарием: https://vk.com/{where}" for where in left.get("answers", [])]
    if left.get("deleted"):
        lines.append(f"  (удалены ботом из чатов: {left['deleted']})")
    return lines if len(lines) > 1 else ["Во ВКонтакте ничего не осталось."]


def extract(log: Sequence[Mapping[str, Any]], zone: tzinfo) -> list[str]:
    """The lines of the audit log as they stand in the act."""
    return [
        f"  № {line['number']}  {when(line['at'], zone)}  {ACTIONS.get(line['action'], line['action'])}"
        f"  исполнитель {line['actor'] or 'бот'}  отпечаток {line['hash'][:16]}"
        for line in log
    ] or ["  записей нет"]


def when(at: str | None, zone: tzinfo) -> str:
    """The moment as day and time of this zone; «—» for None."""
    return "—" if at is None else f"{datetime.fromisoformat(at).astimezone(zone):%d.%m.%Y %H:%M}"

"""«Мои данные» as two files: everything that is kept of one resident, for programs and for reading (R12).

Made when they are sent and kept nowhere. Officials stand in them as officials, without their ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from handlers.official.listing import DONE
from handlers.text.words import plural
from handlers.views.cards import agency_name, place_name, topic_name
from handlers.views.own_screens import stage_words
from states.audit import AuditAction
from states.directory import Directory
from states.facts import CommunityPolicy
from states.lifecycle.appeal import Action, Status
from states.people.comments import CommentKind

Json = dict[str, Any]
NAMES = ("Мои данные.json", "Мои данные.txt")
AUDIT = {
    AuditAction.SHOWED_CONTACT: "открыл контакт и скрытые номера",
    AuditAction.SHOWED_TEXT: "открыл полный текст",
    AuditAction.SHOWED_FILES: "открыл фото и файлы",
    AuditAction.EXPORTED: "данные выгружены",
    AuditAction.ERASURE_ASKED: "просьба удалить данные",
    AuditAction.ERASED: "данные удалены",
    AuditAction.BLOCKED: "приём новых сообщений приостановлен",
    AuditAction.UNBLOCKED: "приём новых сообщений возобновлён",
    AuditAction.ASSIGNED: "сообщение направлено",
    AuditAction.LEAD_GIVEN: "назначено, кто ведёт сообщение",
    AuditAction.LEAD_DROPPED: "сообщение больше никто не ведёт",
    AuditAction.BROADCAST: "разослана новость по теме сообщения",
}


def files(found: Json, policy: CommunityPolicy, directory: Directory) -> tuple[tuple[str, bytes], ...]:
    """(name, content) of what `storage.privacy.subject_export` has found."""
    whole = json.dumps(without_officials(found), ensure_ascii=False, indent=2).encode()
    text = "\n".join(readable(found, policy, directory)).encode()
    return (NAMES[0], whole), (NAMES[1], text)


def without_officials(found: Json) -> Json:
    """The data with those who acted by role: the resident's right is to their own data, not to that of officials."""
    who = found["resident"]
    history = [{**line, "actor": role(line["actor"], who)} for line in found["history"]]
    seen = [{**line, "actor": role(line["actor"], who)} for line in found["seen_by"]]
    return {**found, "history": history, "seen_by": seen}


def role(actor: int, resident: int) -> str:
    """Who acted, in words: the resident, an official or the program."""
    return "житель" if actor == resident else "сотрудник" if actor else "программа"


def readable(found: Json, policy: CommunityPolicy, directory: Directory) -> Iterator[str]:
    """Everything kept of a resident, line by line, to be read by him."""
    zone = policy.zone
    yield "Что о вас хранится"
    yield f"Оператор: {policy.operator}, {policy.address}, {policy.email}"
    yield f"Ваша страница ВКонтакте: id{found['resident']}"
    if found["blocked_until"]:
        yield f"Новых сообщений от вас не принимаем до {when(found['blocked_until'], zone)}"
    yield from section("Согласия", [consent(row, policy) for row in found["consents"]])
    yield from draft(found["draft"], directory)
    yield ""
    yield f"Сообщений: {len(found['appeals'])}"
    for row in found["appeals"]:
        yield from appeal(row, found["history"], found["resident"], zone, directory)
    yield from section(
        "Что мы вам писали и что показывали органам", [message_line(message, zone) for message in found["messages"]]
    )
    yield from section("Приложения, которые пишут от вашего имени", [key(row, zone) for row in found["keys"]])
    yield from section(
        "Ваши комментарии под записями сообщества: текста не храним, только отметки",
        [comment(row, zone, directory, policy.community) for row in found["comments"]],
    )
    yield from section(
        "Кто смотрел ваши данные", [access_line(row, found["resident"], zone) for row in found["seen_by"]]
    )
    yield from section("Ваши просьбы об удалении", [erasure(row, zone) for row in found["erasures"]])
    events = plural(len(found["events"]), "запись", "записи", "записей")
    yield ""
    yield f"Ещё {events} о том, что и когда пришло от ВКонтакте; подробно — в файле {NAMES[0]}."


def section(title: str, lines: Sequence[str]) -> Iterator[str]:
    """A heading with its lines; «нет» without any."""
    yield ""
    yield f"{title}:" if lines else f"{title}: нет"
    yield from (f"— {line}" for line in lines)


def consent(row: Mapping[str, Any], policy: CommunityPolicy) -> str:
    """One consent: when, to what, given or not."""
    said = {policy.consent_in(spoken.code)[1]: f"обработка данных ({spoken.name})" for spoken in policy.languages}
    texts = {**said, policy.consent_hash: "обработка данных", policy.publish_hash: "публикация"}
    what = texts.get(row["text_hash"], "прежняя редакция текста")
    return f"{when(row['at'], policy.zone)}: {what}, {'дано' if row['given'] else 'не дано или отозвано'}"


def draft(row: Mapping[str, Any] | None, directory: Directory) -> Iterator[str]:
    """The unfinished message; nothing without one."""
    if row is None:
        return
    files_ = plural(row["files"], "файл", "файла", "файлов")
    about = [f"тема: {topic_name(directory, row['topic'])}", f"где: {place_name(directory, row['place'])}"]
    lines = [*row["texts"], *about, f"адрес: {row['address'] or 'не указан'}", files_]
    yield from section("Неотправленный черновик", lines)


def appeal(
    row: Mapping[str, Any], history: Sequence[Mapping[str, Any]], resident: int, zone: tzinfo, directory: Directory
) -> Iterator[str]:
    """One message with its history."""
    yield ""
    yield f"Сообщение №{row['code']} от {when(row['created_at'], zone)}"
    yield f"Состояние: {stage_words(Status(row['status']))}"
    yield f"Тема: {topic_name(directory, row['topic'])}"
    yield f"Где: {place_name(directory, row['place'])}, адрес: {row['address'] or 'не указан'}"
    yield f"Кто отвечает: {agency_name(directory, row['agency'])}"
    if row["rating"]:
        yield f"Ваша оценка: {row['rating']} из 5"
    for piece in row["pieces"]:
        extra = [*piece["files"], *(["точка на карте"] if piece["point"] else [])]
        yield f"Вы написали: {piece['text'] or 'без слов'}" + (f" ({', '.join(extra)})" if extra else "")
    for line in history:
        if line["code"] == row["code"]:
            yield f"— {when(line['at'], zone)}: {DONE[Action(line['action'])]} ({role(line['actor'], resident)})"


def message_line(row: Mapping[str, Any], zone: tzinfo) -> str:
    """One message as a line of the file: when, to whom, and its text or that it is kept no more."""
    to = "вам" if row["to"] == "resident" else "органу"
    text = " ".join(row["text"].split()) or "текст уже не хранится"
    return f"{when(row['created_at'], zone)}, {to}: {text}"


def key(row: Mapping[str, Any], zone: tzinfo) -> str:
    """One key of an application."""
    return f"«{row['name'] or 'без названия'}», ключ выдан {when(row['given_at'], zone)}"


COMMENTS = {
    CommentKind.DANGER: "об опасности", CommentKind.PROBLEM: "о проблеме",
    CommentKind.PERHAPS: "возможно, о проблеме", CommentKind.QUESTION: "вопрос", CommentKind.THANKS: "благодарность",
    CommentKind.INSULT: "брань", CommentKind.ADVERTISING: "реклама", CommentKind.NOTHING: "без отметки",
}  # fmt: skip


def comment(row: Mapping[str, Any], zone: tzinfo, directory: Directory, community: int) -> str:
    """One comment: what is kept of it, and its address."""
    about = [topic_name(directory, row["topic"])] if row["topic"] else []
    where = [place_name(directory, row["place"])] if row["place"] else []
    what = ", ".join((COMMENTS[CommentKind(row["said"])], *about, *where))
    return f"{when(row['at'], zone)}: {what}; vk.com/wall-{community}_{row['post']}?reply={row['comment']}"


def access_line(row: Mapping[str, Any], resident: int, zone: tzinfo) -> str:
    """One row of the access record as its owner reads it: when, who (the resident or a role), and what was done."""
    done = AUDIT.get(row["action"], row["action"])
    return f"{when(row['at'], zone)}: {role(row['actor'], resident)}, {done}"


def erasure(row: Mapping[str, Any], zone: tzinfo) -> str:
    """One request to be forgotten: asked, due, done."""
    done = f", сделано {when(row['done_at'], zone)}" if row["done_at"] else ""
    return f"{when(row['asked_at'], zone)}, срок до {when(row['due_at'], zone)}{done}"


def when(at: str, zone: tzinfo) -> str:
    """The stored moment as day and time of this zone."""
    return f"{datetime.fromisoformat(at).astimezone(zone):%d.%m.%Y %H:%M}"

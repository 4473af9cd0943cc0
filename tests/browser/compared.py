"""What the page shows against what VK's record holds, and what cards show against what the bot has stored.

Three sources that know nothing of each other: the drawn page, `emulator.record`, the bot's own door. It must never ask
one of them for what another one should show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Page

from tests.sandbox import Sandbox

ZONE = ZoneInfo("Asia/Yekaterinburg")
MONTHS = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
BOT = -101
EDITABLE = 23 * 3600
NEVER_FEWER = 30
"""Messages that a log draws at least, where the dialogue has so many."""

READ = """() => {
  const text = (one) => one.textContent;
  const message = (one) => ({
    cmid: Number(one.dataset.cmid),
    service: one.classList.contains('service'),
    text: [...one.querySelectorAll('.bubble > .text')].map(text).join(''),
    buttons: [...one.querySelectorAll('.keys.inline .key')].map(text),
    reply: one.querySelectorAll('.bubble > .quoted').length,
    forwards: [...one.querySelectorAll('.bubble > .forwards > blockquote')].map((each) =>
      [...each.querySelectorAll(':scope > .text')].map(text).join('')),
    files: one.querySelectorAll(
      '.bubble > .photos .photo, .bubble > a.card, .bubble > .voice, .bubble > div.card').length,
  });
  const log = (root) => [...root.querySelectorAll('.log .message:not(.waiting)')].map(message);
  const homes = [...document.querySelectorAll('#residents .window')].filter((one) => one.offsetParent !== null);
  return {
    hash: location.hash,
    unread: document.querySelector('#officials .jumper')?.hidden === false,
    office: log(document.querySelector('#officials .talk')),
    homes: homes.map((one) => ({
      who: Number(one.id.replace('window-', '')),
      log: log(one),
      keys: [...one.querySelectorAll('.writing .keyboard .key')].map(text),
    })),
  };
}"""

STATES = {
    "waiting": "в центре управления регионом",
    "routed": "передано, ждёт ответа",
    "in_work": "в работе",
    "approval": "ответ на согласовании",
    "asked": "ждёт уточнения от жителя",
    "interim": "дан промежуточный ответ",
    "postponed": "отложено",
    "repeat": "повтор, ждёт ответа",
    "merged": "рассматривается вместе с другими",
    "answered": "есть ответ",
    "reopened": "житель пишет, что не решено",
    "closed": "закрыто",
    "declined": "отклонено",
    "outside": "отвечают другие, контакты даны",
    "withdrawn": "отозвано",
}
"""As docs/ru says them; written here by hand, so that a slip of the bot's own table is seen."""

BUTTONS: dict[str, tuple[str, ...]] = {
    "routed": ("Принять", "Ответить", "Не наше", "Ещё"),
    "repeat": ("Принять", "Ответить", "Не наше", "Ещё"),
    "in_work": ("Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"),
    "interim": ("Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"),
    "postponed": ("Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"),
    "asked": ("Ответить", "Промежуточный ответ", "Ещё"),
    "approval": ("Согласовать", "На доработку", "Ещё"),
    "answered": ("Исправить ответ", "Ещё"),
}
BUTTONS_OF_CUR: dict[str, tuple[str, ...]] = {
    "waiting": ("Направить", "Принять", "Ответить", "Ещё"),
    "reopened": ("Направить", "Принять", "Ответить", "Ещё"),
    "in_work": ("Ответить", "Промежуточный ответ", "Направить", "Ещё"),
    "interim": ("Ответить", "Промежуточный ответ", "Направить", "Ещё"),
    "postponed": ("Ответить", "Промежуточный ответ", "Направить", "Ещё"),
}


@dataclass(slots=True)
class Seen:
    """Differences found, and how many things were held against each other."""

    differences: list[str] = field(default_factory=list)
    compared: int = 0

    def same(self, where: str, what: str, shown: object, kept: object) -> None:
        self.compared += 1
        if shown != kept:
            self.differences.append(f"{where}, {what}: показано {shown!r}, а должно быть {kept!r}")


class Record:
    """The emulator's record by dialogue, deleted messages left out."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.chats: dict[str, list[dict[str, Any]]] = {}
        self.people: dict[int, list[dict[str, Any]]] = {}
        self.key_of: dict[int, str] = {}
        told = sandbox.call("emulator.record")
        self.now = float(told["clock"])
        for dialogue in told["dialogues"]:
            messages = [message for message in dialogue["messages"] if not message["deleted"]]
            if dialogue["kind"] == "chat":
                self.chats[dialogue["key"]] = messages
                self.key_of[dialogue["peer_ids"][f"group{BOT}"]] = dialogue["key"]
            else:
                person = next(who for who in dialogue["members"] if who > 0)
                self.people[person] = messages


def expected(message: dict[str, Any]) -> dict[str, Any]:
    """How a messenger draws it."""
    keyboard = message["keyboard"] or {}
    return {
        "text": plain(message["text"]),
        "buttons": labels(keyboard) if keyboard.get("inline") else [],
        "reply": int(message["reply_cmid"] is not None),
        "forwards": [plain(forward["text"]) for forward in message["forwards"]],
        "files": len(message["attachments"]),
    }


def labels(keyboard: dict[str, Any]) -> list[str]:
    return [button["action"].get("label", "") for row in keyboard.get("buttons", []) for button in row]


def plain(text: str) -> str:
    return re.sub(r"\[(?:id|club|public)\d+\|([^\]]+)\]", r"\1", text)


async def page_against_record(page: Page, record: Record, seen: Seen) -> None:
    """Every drawn message of every visible dialogue; none is missing between the first and the last one."""
    shown = await page.evaluate(READ)
    where = dict(part.split("=") for part in shown["hash"].lstrip("#").split("&"))
    chat = where["c"]
    logs_agree(f"{where['o']} в чате {chat}", shown["office"], record.chats.get(chat, []), seen)
    for home in shown["homes"]:
        kept = record.people.get(home["who"], [])
        logs_agree(f"житель {home['who']}", home["log"], kept, seen)
        under = [row["keyboard"] for row in kept if row["keyboard"] and not row["keyboard"].get("inline")]
        if under:
            seen.same(f"житель {home['who']}", "кнопки под полем", home["keys"], labels(under[-1]))


def logs_agree(where: str, drawn: list[dict[str, Any]], kept: list[dict[str, Any]], seen: Seen) -> None:
    by_cmid = {row["cmid"]: row for row in kept}
    cmids = [row["cmid"] for row in drawn]
    last = [row["cmid"] for row in kept][-len(cmids) :] if cmids else []
    seen.same(where, "какие сообщения", cmids, last)
    seen.same(where, "сколько показано", len(cmids) >= min(NEVER_FEWER, len(kept)), True)
    for row in drawn:
        message = by_cmid.get(row["cmid"])
        if message is None or row["service"]:
            continue
        wanted = expected(message)
        seen.same(where, f"сообщение {row['cmid']}", {name: row[name] for name in wanted}, wanted)


def cards_against_stored(record: Record, stored: list[dict[str, Any]], seen: Seen) -> None:
    """One card of each appeal shows its state, its term and its buttons; no other card of it shows a state at all."""
    for row in stored:
        held = record.key_of.get(row["chat"] or 0)
        if row["incident"] not in ("", row["code"]):
            held = None  # who was answered with others has no card of his own, whoever has him now (R32)
        for key, messages in record.chats.items():
            for message in messages:
                if message["from_id"] == BOT and re.search(rf"^№{row['code']}$", message["text"], re.M):
                    is_it = key == held and message["cmid"] == row["card"]
                    if not is_it and record.now - message["date"] > EDITABLE:
                        continue  # VK lets nobody edit it any more
                    card_agrees(f"карточка {row['code']} в {key}", message, row if is_it else None, key, seen)
        if held is not None:
            there = [row["cmid"] for row in record.chats.get(held, [])]
            seen.same(f"карточка {row['code']}", "есть в чате", row["card"] in there, True)


def card_agrees(where: str, message: dict[str, Any], row: dict[str, Any] | None, key: str, seen: Seen) -> None:
    lines = message["text"].split("\n\n")[0].split("\n")
    states = [line.removeprefix("Состояние: ") for line in lines if line.startswith("Состояние: ")]
    if row is None:
        seen.same(where, "состояние на оставленной карточке", states, [])
        return
    seen.same(where, "состояние", states, [STATES[row["status"]]])
    table = BUTTONS_OF_CUR if key == "cur" and row["status"] in BUTTONS_OF_CUR else BUTTONS
    seen.same(where, "кнопки", tuple(expected(message)["buttons"]), table.get(row["status"], ("Ещё",)))
    terms = [line for line in lines if re.search(r" · до |^(Отложено|Ждём ответа жителя) до: |^Обещали", line)]
    seen.same(where, "есть ли срок", bool(terms), row["due_at"] is not None)
    if terms and row["due_at"] is not None:
        seen.same(where, f"срок «{terms[0]}»", day_of(row["due_at"]) in terms[0], True)
    seen.same(where, "срочность", any(line.startswith("Срочно") for line in lines), bool(row["urgent"]))


def day_of(at: str) -> str:
    day = datetime.fromisoformat(at).astimezone(ZONE)
    return f"{day.day} {MONTHS[day.month - 1]}"

"""What `bot check` finds without asking VK: texts, calendar, directory, chats. Shown by the command and by the panel.

It must change nothing, and never say a secret.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path

from bot.config import calendar_file
from bot.config.consents import TELLS_DUTY
from bot.config.settings import Settings, consent_text, publish_text
from bot.region.directory_check import UNSPOKEN
from bot.region.directory_difference import unconfirmed_in_words
from bot.region.findings import Finding, bad, good, look
from states.directory import Agency, Directory, KnownAnswer, Outside, Phone, Topic
from states.people.chats import CUR, DUTY

STALE = timedelta(days=180)
"""Facts of the directory that nobody has looked at for so long are named (R61)."""


def consent_findings(settings: Settings) -> list[Finding]:
    """R9, R12: texts of the operator's own can be read, and say how a consent is taken back."""
    publish_text(settings, 1)
    said, found = " ".join(consent_text(settings).casefold().split()), []
    if "удалить мои данные" not in said:
        todo = "Допишите в BOT_CONSENT_FILE: отозвать можно командой «Удалить мои данные»."
        found.append(look("В тексте согласия не сказано, как его отозвать.", todo))
    if TELLS_DUTY not in said:
        todo = "Допишите в BOT_CONSENT_FILE: «Об опасности для жизни сообщим в ЦУР сразу, до „Отправить“»."
        found.append(look("В согласии не сказано о тревогах: без нажатия жителя о них никто не узнает.", todo))
    return found


def calendar_findings(today: date, file: Path = calendar_file.CALENDAR, own: Path | None = None) -> list[Finding]:
    """R50: deadlines of this year and the next need a table."""
    try:
        told = calendar_file.warnings(calendar_file.read(file, own=own), today)
    except calendar_file.CalendarErrors as error:
        return [bad("Производственный календарь не читается.", str(error))]
    return [look(line, "") for line in told] or [good("Производственный календарь есть и сверен.")]


def directory_findings(directory: Directory, bound: Collection[str | None], today: date) -> list[Finding]:
    """The findings about the directory. `bound`: agencies that have a chat."""
    found = [good(f"Справочник загружен, версия {directory.version}."), *unconfirmed_term_findings(directory)]
    phones = [phone for agency in directory.agencies for phone in agency.phones]
    facts: list[Agency | Topic | Phone | Outside | KnownAnswer] = [
        *directory.agencies, *directory.topics, *directory.numbers, *phones, *directory.outside,
        *(known_answer for known_answer in directory.faq if known_answer.on),
    ]  # fmt: skip
    old = [fact.name for fact in facts if fact.checked_on is not None and today - fact.checked_on > STALE]
    if old:
        found.append(look(f"Давно не проверяли: {len(old)}, например «{old[0]}».", "Обновите «проверено»."))
    found += [*danger_findings(directory, bound, today), *faq_findings(directory, today), *wording_findings(directory)]
    if CUR not in bound:
        found.append(bad("Чат ЦУР не подключён.", "python -m bot chat code --cur, затем /код в чате."))
    waiting = sorted({route.agency for route in directory.routes} - {agency for agency in bound if agency})
    if waiting:
        todo = "python -m bot chat code --agency КОД. Пока чата нет, сообщения идут в ЦУР."
        found.append(look(f"Без чата: {len(waiting)} из органов, например {waiting[0]}.", todo))
    return found


def danger_findings(directory: Directory, bound: Collection[str | None], today: date) -> list[Finding]:
    """The findings about danger: who reads an alarm, and which crisis lines residents are shown (R28). A line is
    confirmed once a year: its name, its hours, who answers."""
    found = []
    if not directory.duty.people:
        todo = "Впишите duty в справочник: кто, в какие часы, заместитель, как передают в 112."
        found.append(look("Дежурные не названы: о тревогах узнаёт весь чат ЦУР, жителю о дежурном не говорим.", todo))
    elif not directory.duty.handover:
        found.append(look("Не сказано, как дежурный передаёт тревогу в 112.", "Впишите duty: handover."))
    if directory.duty.people and DUTY not in bound:
        todo = "Если у дежурных свой чат: python -m bot chat code --duty, затем /код в чате."
        found.append(look("Своего чата у дежурных нет: тревоги приходят в чат ЦУР.", todo))
    off = [line.who for line in directory.crisis if not line.on]
    if off:
        found.append(look(f"Телефоны доверия без источника, жителям не показаны: {', '.join(off)}.", LINE_TODO))
    lines = [line for line in directory.crisis if line.on]
    old = [line.who for line in lines if line.checked_on is None or today - line.checked_on > LINE_STALE]
    if old:
        found.append(look(f"Год не проверяли телефоны доверия: {', '.join(old)}.", "Позвоните и обновите checked."))
    if not lines:
        found.append(look("Нет ни одного телефона доверия.", LINE_TODO))
    return found


def faq_findings(directory: Directory, today: date) -> list[Finding]:
    """Answers to what many ask, as far as nobody is told them: without a source, or no longer true."""
    off = [known_answer.question for known_answer in directory.faq if not known_answer.on]
    over = [known_answer.question for known_answer in directory.faq if known_answer.on and known_answer.over(today)]
    found = []
    if off:
        todo = "Найдите официальную страницу с ответом, впишите answer и source в faq."
        found.append(look(f"Частые вопросы без ответа и источника, жителям не показаны: {'; '.join(off)}.", todo))
    if over:
        found.append(look(f"Срок ответа вышел, жителям не показан: {'; '.join(over)}.", "Обновите answer и until."))
    return found


def wording_findings(directory: Directory) -> list[Finding]:
    """The findings about «Свои слова» whose sentence an update has changed: each waits for people, and nothing else
    does."""
    if not directory.wordings:
        return []
    from bot.region.wordings import why_unspoken  # reads every sentence of the program

    return [
        look(f"Свои слова «{code}» жители не читают: {why}", f"Справочник → Свои слова. {UNSPOKEN}")
        for code, why in why_unspoken(directory.wordings).items()
    ]


LINE_STALE = timedelta(days=365)
LINE_TODO = "Найдите государственную службу и страницу с её номером, впишите number и source в crisis."


def unconfirmed_term_findings(directory: Directory) -> list[Finding]:
    """R46: terms that are practice elsewhere, not an act of this region."""
    named = unconfirmed_in_words(directory.terms)
    if not named:
        return []
    todo = "Найдите акт, впишите его в office: terms: source и поставьте confirmed: true."
    return [look(f"Сроки не подтверждены региональным актом: {named}.", todo)]

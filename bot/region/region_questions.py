"""What only the region can decide (rules.md §9): asked before launch, answered in a small file, shown by `bot check`.

It must never take a default for a decision: what nobody has answered stands as not decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_yaml import DECISIONS, data_of
from bot.region.findings import Finding, bad, good, look
from bot.region.shipped import PROGRAM, beside_program

EXAMPLE = PROGRAM / "regions/chelyabinsk" / DECISIONS


@dataclass(frozen=True, slots=True)
class RegionQuestion:
    """`told`: how the answer is told the bot."""

    code: str
    text: str
    told: str


QUESTIONS = (
    RegionQuestion(
        "terms",
        "Какой акт устанавливает сроки ответа на сообщения и в рабочих ли они часах?",
        "Справочник, office: terms: впишите сроки, source и confirmed: true; своё у органа — agencies: terms.",
    ),
    RegionQuestion(
        "operator",
        "Кто оператор персональных данных и внесён ли он в реестр РКН для этой цели?",
        "BOT_OPERATOR_NAME, BOT_OPERATOR_ADDRESS, BOT_OPERATOR_EMAIL, BOT_POLICY_URL.",
    ),
    RegionQuestion(
        "ground",
        "На каком основании обрабатываются данные: согласие или пункт 2 части 1 статьи 6 закона 152-ФЗ?",
        "Бот всегда спрашивает согласие; его текст — BOT_CONSENT_FILE, согласие на публикацию — BOT_PUBLISH_FILE.",
    ),
    RegionQuestion(
        "last_day",
        "Что делать, если последний день срока нерабочий: ответить до него или после?",
        "Справочник, office: terms: last_day: prev, next или none.",
    ),
    RegionQuestion(
        "retention",
        "Сколько хранить закрытые сообщения и журналы?",
        "BOT_RETENTION_DAYS (стоит в тексте согласия), BOT_RAW_DAYS, BOT_OUTBOX_DAYS, BOT_AUDIT_DAYS.",
    ),
    RegionQuestion(
        "other_systems",
        "Нужно ли заносить сообщения ещё в «Инцидент Менеджмент» или ПОС, и кто это делает?",
        "Бот этого не делает: назначьте, кто переносит. Номер сообщения и состояние: python -m bot appeals --json.",
    ),
    RegionQuestion(
        "approval",
        "Нужно ли согласование ответов и по каким темам?",
        "Справочник, approval: true у органа (agencies) или у темы (groups: topics).",
    ),
    RegionQuestion(
        "rating",
        "По какой формуле считается оценка ответов, если бот даёт для неё числа?",
        "Бот хранит оценки 1–5 и «решено / не решено»; формулы в нём нет, считайте по его числам.",
    ),
    RegionQuestion(
        "max",
        "Обязателен ли уже канал в MAX?",
        "Бот работает во ВКонтакте; второй канал потребует доработки.",
    ),
    RegionQuestion(
        "fstec",
        "Подпадает ли бот под приказ ФСТЭК №117 и кто его аттестует?",
        "Вне бота; что в нём защищено и как — docs/reference/storage.md и docs/decisions/0010-encryption.md.",
    ),
    RegionQuestion(
        "agencies",
        "Какие органы отвечают, в каких чатах и в какие часы дежурят?",
        "Справочник: agencies (schedule), routes, control_centre; чаты: python -m bot chat code --agency КОД.",
    ),
    RegionQuestion(
        "numbers",
        "Какие номера и ссылки можно показывать жителям?",
        "Справочник: emergency, phones у органов, outside; у каждого — checked, день последней проверки.",
    ),
)


class _DecisionRow(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    question: str
    answer: str = ""
    who: str = ""
    on: date | None = Field(default=None, alias="date")


def file_in(folder: str) -> Path:
    """Where the region's decisions are kept in this folder; a relative folder is meant beside the program."""
    return beside_program(Path(folder) / DECISIONS)


def findings(file: Path, today: date) -> list[Finding]:
    """A finding for each question: its answer, or how the answer is told the bot."""
    try:
        known, wrong = read_decisions(file, today)
    except DirectoryErrors as error:
        return [bad("Решения региона не читаются.", str(error))]
    found = [
        good(f"Решено: {question.text} {row.answer} ({row.who}, {row.on:%d.%m.%Y})")
        if (row := known.get(question.code)) is not None
        else look(f"Не решено: {question.text}", question.told)
        for question in QUESTIONS
    ]
    return [*(bad(f"{DECISIONS}: {line}", f"Исправьте {file}.") for line in wrong), *found]


def read_decisions(file: Path, today: date) -> tuple[Mapping[str, _DecisionRow], list[str]]:
    """What is answered, by question; and what is wrong with the others."""
    if not file.exists():
        return {}, [f"файла {file} нет; образец — {EXAMPLE.relative_to(EXAMPLE.parent.parent.parent)}"]
    data, lines = data_of(file)
    rows = data.get("decisions") if isinstance(data, dict) and set(data) == {"decisions"} else None
    if not isinstance(rows, tuple):
        return {}, ["в файле должен быть один раздел «decisions:» со списком"]
    known: dict[str, _DecisionRow] = {}
    wrong: list[str] = []
    for at, row in enumerate(rows):
        told = [f"строка {lines[('decisions', at)]}: {fault}" for fault in _faults(row, known, today)]
        wrong += told
        if not told and row.get("answer"):
            known[row["question"]] = _DecisionRow.model_validate(row)
    return known, wrong


def _faults(item: object, known: Mapping[str, _DecisionRow], today: date) -> Iterator[str]:
    """A sentence for each fault of one answer."""
    try:
        row = _DecisionRow.model_validate(item)
    except ValidationError as error:
        where = ", ".join(sorted({str(part["loc"][0]) if part["loc"] else "запись" for part in error.errors()}))
        yield f"не так: {where}. Нужны question, answer, who и date (2026-11-25)"
        return
    codes = [question.code for question in QUESTIONS]
    if row.question not in codes:
        yield f"вопроса «{row.question}» нет. Есть: {', '.join(codes)}"
    elif row.question in known:
        yield f"на вопрос «{row.question}» отвечено дважды"
    if row.answer and not (row.who and row.on):
        yield "у ответа должны стоять who (кто решил) и date (когда)"
    if row.on is not None and row.on > today:
        yield "date ещё не наступила"

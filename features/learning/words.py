"""What an administrator reads of models: how good one is, which there are. It must never hold a word of a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo

import msgspec

from matching.learned.example import Accuracy, Confusion, Report
from states.directory import Directory
from storage.records.models import Model, ModelSource, ModelState

STATES = {ModelState.CANDIDATE: "предложена", ModelState.USED: "работает сейчас", ModelState.FORMER: "прежняя"}
SOURCES = {ModelSource.OWN: "своим сообщениям", ModelSource.FILE: "файлу"}
CONFUSIONS = 10


def report_json(report: Report) -> str:
    return msgspec.json.encode(report).decode()


def report_of(text: str) -> Report:
    """The stored report; one that an older program stored has what it had, what is new in it has its default."""
    return msgspec.json.decode(text, type=Report)


def percent(share: float) -> str:
    """A share as «12,5 %»."""
    return f"{share * 100:.1f}".replace(".", ",") + " %"


def lines(report: Report, known: Directory, used: int) -> Iterator[str]:
    """A report in Russian. `used`: the number of the model that it was measured against."""
    yield (
        f"Прочитано решённых сообщений: {report.examples}, разных текстов {report.distinct}, тем в них {report.topics}."
    )
    yield f"Проверка — на самых новых, которых модель не видела: текстов {report.held}{days(report)}."
    yield f"  новая модель: {accuracy(report.model)}"
    if report.names is not None:
        yield f"  без обучения: {accuracy(report.names)}"
    if report.used is not None:
        yield f"  модель № {used}, которая работает: {accuracy(report.used)}"
    yield f"Её уверенность расходится с делом в среднем на {percent(report.calibration)}."
    yield f"Без вопроса, если верными должны быть 95 из 100, можно принять {percent(report.covered)} сообщений."
    if report.confusions:
        yield "Чаще всего путает (как решили люди → что сказала модель):"
        yield from (confusion(mistaken, known) for mistaken in report.confusions[:CONFUSIONS])


def days(report: Report) -> str:
    """From which day to which the messages are; empty where nobody told the days."""
    if report.since < 1:
        return ""
    since, until = date.fromordinal(report.since), date.fromordinal(report.until)
    return f", за {since:%d.%m.%Y} – {until:%d.%m.%Y}"


def accuracy(measured: Accuracy) -> str:
    """How often the right topic came first and among three, in words."""
    return f"верная тема первой в {percent(measured.first)}, среди трёх в {percent(measured.among_three)}"


def confusion(mistaken: Confusion, known: Directory) -> str:
    """Two topics that the model confuses, and how often, in a line."""
    return f"  {topic(mistaken.decided, known)} → {topic(mistaken.said, known)}: {mistaken.times}"


def topic(code: str, known: Directory) -> str:
    """The name of a topic in quotation marks; its code where the directory has it no more."""
    found = known.topic_by_code.get(code)
    return f"«{found.name if found else code}»"


def line_of(model: Model, zone: tzinfo) -> str:
    """The line of a model in the list."""
    report = report_of(model.report)
    adopted = f", принята {moment(model.adopted_at, zone)}" if model.adopted_at else ""
    return (
        f"№ {model.number}  {STATES[model.state]}  обучена {moment(model.trained_at, zone)} по {SOURCES[model.source]} "
        f"({report.examples}){adopted}; {accuracy(report.model)}"
    )


def moment(at: datetime, zone: tzinfo) -> str:
    """Day and time in this zone."""
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}"

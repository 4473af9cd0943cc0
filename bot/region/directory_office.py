"""How an agency works, from its rows to facts: hours, terms, regime, numbers, canned answers.

It must never mark as confirmed what no act confirms (R46), nor take appeals under 59-ФЗ without an act (R3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.region.directory_rows import AgencyRow, DutyRow, OfficeRow, ScheduleRow, TermRow, TermsRow
from handlers.text.words import WEEKDAYS
from states.directory import Agency, Appeal59, Duty, DutyOfficer, Phone, Regime
from states.lifecycle.templates import Blank, Template
from states.worktime.deadlines import TERMS, Term, Terms, Unit
from states.worktime.schedule import CLOSED, Hours, OwnDay, Schedule, Span, WrongSchedule

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# From rows to facts.


def schedule(row: ScheduleRow) -> Schedule:
    """The working hours from their row. Raises `WrongSchedule`; `faults` has told it before."""
    week: list[Hours] = [CLOSED] * 7
    for days, spans in row.hours.items():
        for day in _weekdays_of(days):
            week[day] = _hours(spans)
    own = tuple(OwnDay(day.day, _hours(day.hours)) for day in row.own_days)
    return Schedule(tuple(week), own, not row.works_on_holidays, row.confirmed)


def _weekdays_of(days: str) -> range:
    first, _, last = days.partition("-")
    return range(_DAYS.index(first), _DAYS.index(last or first) + 1)


def _hours(spans: tuple[str, ...]) -> Hours:
    """Hours from texts such as «09:00-17:00»."""
    return tuple(Span(_minutes(span[:5]), _minutes(span[6:])) for span in spans)


def _minutes(clock: str) -> int:
    """Minutes after midnight from «09:00»."""
    return int(clock[:2]) * 60 + int(clock[3:])


def terms(row: TermsRow | None, otherwise: Terms) -> Terms:
    """The terms that the row names, and for the others what holds already."""
    if row is None:
        return otherwise
    named = {name: _term(getattr(row, name)) for name in TERMS if getattr(row, name) is not None}
    return replace(otherwise, **named, last_day=row.last_day or otherwise.last_day)


def _term(row: TermRow) -> Term:
    """The term with its one unit."""
    (unit,) = _units(row)
    return Term(getattr(row, unit), unit, row.source, row.confirmed)


def _units(row: TermRow) -> list[Unit]:
    """The units in which the row gives its term; a right row has one."""
    return [unit for unit in Unit if getattr(row, unit) is not None]


def appeal59(row: AgencyRow) -> Appeal59 | None:
    """What the law on appeals needs of this agency; None where it answers messages only."""
    return Appeal59(row.act, row.identification) if row.regime is Regime.APPEAL59 else None


def templates(row: AgencyRow) -> tuple[Template, ...]:
    """The canned answers of the row."""
    return tuple(template.fact(Template) for template in row.templates)


def agency(row: AgencyRow, region: Terms) -> Agency:
    """The agency from its row; what it does not say of terms is the region's."""
    return row.fact(
        Agency,
        schedule=schedule(row.schedule) if row.schedule else None,
        terms=terms(row.terms, region) if row.terms else None,
        appeal59=appeal59(row),
        phones=tuple(phone.fact(Phone) for phone in row.phones),
        templates=templates(row),
    )


def duty(row: DutyRow) -> Duty:
    """Who is on duty, from the row."""
    return row.fact(
        Duty,
        people=tuple(officer.fact(DutyOfficer) for officer in row.people),
        substitute=row.substitute.fact(DutyOfficer) if row.substitute else None,
        schedule=schedule(row.schedule) if row.schedule else None,
    )


# What is wrong with well-formed rows.


def faults(row: OfficeRow | AgencyRow | DutyRow) -> Iterator[str]:
    """Sentences without their place."""
    if row.schedule is not None:
        yield from _schedule_faults(row.schedule)
    if isinstance(row, DutyRow):
        yield from _duty_faults(row)
        return
    if row.terms is not None:
        yield from _term_faults(row.terms)
    if isinstance(row, AgencyRow):
        yield from _regime_faults(row)
        yield from _template_faults(row)


def _schedule_faults(row: ScheduleRow) -> Iterator[str]:
    named = [day for days in row.hours for day in _weekdays_of(days)]
    for days in row.hours:
        if not _weekdays_of(days):
            yield f"schedule — дни «{days}» стоят наоборот. Начните с более раннего дня недели."
    for day in sorted({day for day in named if named.count(day) > 1}):
        yield f"schedule — {WEEKDAYS[day]} в часах работы стоит дважды. Оставьте один раз."
    days_of_its_own = [day.day for day in row.own_days]
    for own in sorted({day for day in days_of_its_own if days_of_its_own.count(day) > 1}):
        yield f"schedule — {own:%d.%m.%Y} среди особых дней стоит дважды. Оставьте один раз."
    try:
        schedule(row)
    except WrongSchedule as error:
        if error.weekday is None:
            yield "schedule — нет ни одного рабочего часа, сроки не кончились бы никогда. Впишите часы."
        else:
            yield (
                f"schedule — часы ({WEEKDAYS[error.weekday]}) идут не по порядку или заходят за полночь. "
                "Пишите так: [09:00-13:00, 14:00-18:00]."
            )


def _term_faults(row: TermsRow) -> Iterator[str]:
    for name in TERMS:
        term: TermRow | None = getattr(row, name)
        if term is None:
            continue
        if len(_units(term)) != 1:
            yield f"terms, {name} — нужна ровно одна единица: {', '.join(Unit)}. Оставьте одну."
        if term.confirmed and not term.source:
            yield f"terms, {name} — чем подтверждён срок? Назовите акт в source или поставьте confirmed: false."


def _duty_faults(row: DutyRow) -> Iterator[str]:
    users = [person.user for person in row.people]
    for user in sorted({user for user in users if users.count(user) > 1}):
        yield f"people — {user} стоит дважды. Оставьте один раз."
    if row.substitute is not None and row.substitute.user in users:
        yield "substitute — заместителем назван тот, кто дежурит сам. Назовите другого."
    if not row.people and (row.substitute is not None or row.schedule is not None):
        yield "people — дежурных нет, а часы или заместитель названы. Назовите дежурных или уберите остальное."


def _regime_faults(row: AgencyRow) -> Iterator[str]:
    """A sentence for each fault of an agency's legal rules (R3)."""
    if row.regime is Regime.APPEAL59 and not (row.act and row.identification):
        yield (
            "regime — приём обращений по 59-ФЗ нельзя включить без акта органа (act) и способа установить личность "
            "(identification). Впишите оба или уберите regime."
        )
    if row.regime is Regime.MESSAGE and (row.act or row.identification):
        yield "regime — act и identification нужны только для regime: appeal59. Уберите их или поставьте regime."


def _template_faults(row: AgencyRow) -> Iterator[str]:
    names = [template.name.casefold() for template in row.templates]
    for template in templates(row):
        if names.count(template.name.casefold()) > 1:
            yield f"templates — шаблон «{template.name}» стоит дважды. Дайте другое имя."
        if template.strange:
            known = ", ".join(f"{{{blank}}}" for blank in Blank)
            yield f"templates — шаблон «{template.name}»: {', '.join(template.strange)} не заполнить. Можно: {known}."

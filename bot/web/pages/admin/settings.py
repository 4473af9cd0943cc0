"""«Настройки»: every setting with its value and meaning, what no act confirms, what `check` finds without asking VK.

It must never show a secret: of those it says «задан» or «не задан». Nothing is changed here, for settings stand in the
environment of the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from bot.admin.own_findings import calendar_findings, consent_findings, directory_findings
from bot.config import calendar_file
from bot.config.meanings import is_secret, meanings
from bot.config.settings import PREFIX, Settings, SettingsError
from bot.region import region_questions
from bot.region.directory_difference import unconfirmed_in_words
from bot.region.findings import Finding, FindingMark, bad
from bot.web.asked import local_day
from bot.web.layout import render
from bot.web.site import Page, Site, site_of
from handlers.text.words import plural
from states.people.viewers import Section
from storage.records import chats

GROUPS = (
    ("Оператор и согласие", ("operator_", "policy_", "consent_", "publish_", "decisions_")),
    ("Хранение и удаление", ("retention_", "raw_", "outbox_", "audit_", "erasure_", "backup_")),
    (
        "Разговор с жителем",
        ("undo_", "close_", "repeat_", "join_", "reopens", "postp", "return"),
    ),
    ("Защита от потока", ("messages_per", "appeals_per", "open_appeals")),
    (
        "Панель, отчёты, открытые данные",
        ("panel_", "map_", "rating_", "pages_", "open_", "statuses_"),
    ),
    ("Программа", ("",)),
)
"""A setting stands in the first group that has its beginning."""
ICONS = {FindingMark.GOOD: ("check", "good"), FindingMark.BAD: ("late", "bad"), FindingMark.LOOK: ("question", "warn")}


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting as a row of text; `given` says where its value comes from."""

    name: str
    value: str
    given: str
    meaning: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding of `bot check` as a row, with its icon."""

    icon: str
    colour: str
    text: str
    todo: str


async def settings(request: Request) -> Response:
    """Answers a request for the page."""
    site = site_of(request)
    bound = {chat.agency for chat in await site.readers.run(chats.bound)}
    findings = [finding_view(finding) for finding in all_findings(site, bound)]
    return render(
        request,
        "settings.html",
        groups=rows_by_group(site.settings),
        unconfirmed=unconfirmed_by_act(site),
        findings=[finding for finding in findings if finding.colour != "good"],
        well=[finding for finding in findings if finding.colour == "good"],
        told=plural(len(Settings.model_fields), "настройка", "настройки", "настроек"),
    )


def rows_by_group(known: Settings) -> list[tuple[str, list[SettingRow]]]:
    """Every setting as a row, under the title of its group, groups in their fixed order; an empty group is left out."""
    rows: dict[str, list[SettingRow]] = {title: [] for title, _ in GROUPS}
    for name in Settings.model_fields:
        title = next(title for title, begins in GROUPS if name.startswith(begins))
        rows[title].append(row(known, name))
    return [(title, found) for title, found in rows.items() if found]


def row(known: Settings, name: str) -> SettingRow:
    """One setting as a row; of a secret only whether it is set."""
    value, field = getattr(known, name), Settings.model_fields[name]
    if is_secret(name):
        shown = "задан" if value else "не задан"
    else:
        shown = f"{value:g}" if isinstance(value, float) else str(value)
    given = "" if field.is_required() else "по умолчанию" if value == field.default else "своё значение"
    return SettingRow(f"{PREFIX}{name.upper()}", shown or "пусто", given, meanings().get(name, ""))


def all_findings(site: Site, bound: set[str | None]) -> list[Finding]:
    """The findings that `python -m bot check` tells, but for what only VK knows."""
    today = local_day(site)
    try:
        texts = consent_findings(site.settings)
    except SettingsError as error:
        texts = [bad("Текст согласия не читается.", str(error))]
    return [
        *texts,
        *calendar_findings(today, own=Path(site.settings.region_folder)),
        *(finding for feature in site.features for finding in feature.own_findings(site.settings)),
        *directory_findings(site.directory(), bound, today),
        *region_questions.findings(region_questions.file_in(site.settings.region_folder), today),
    ]


def finding_view(finding: Finding) -> FindingRow:
    """One finding of `check` as the page shows it: icon and colour by how bad it is, the text, what to do."""
    icon, colour = ICONS[finding.mark]
    return FindingRow(icon, colour, finding.text, finding.todo)


def unconfirmed_by_act(site: Site) -> list[tuple[str, str, str]]:
    """What holds though no act of the region says so: what, where it is changed, a link."""
    directory, today = site.directory(), local_day(site)
    made: list[tuple[str, str, str]] = []
    edits = any(feature.name == "directory_editor" for feature in site.features)
    office = "/directory/edit/office" if edits else ""
    if named := unconfirmed_in_words(directory.terms):
        made.append((f"Общие сроки: {named}", "в справочнике", office))
    if not directory.schedule.confirmed:
        made.append(("Общие часы работы", "в справочнике", office))
    for agency in directory.agencies:
        parts = (
            [f"сроки ({unconfirmed_in_words(agency.terms)})"] if agency.terms and agency.terms.unconfirmed_names else []
        )
        parts += ["часы"] if agency.schedule and not agency.schedule.confirmed else []
        if parts:
            href = f"/directory/edit/agency?key={agency.code}" if edits else ""
            made.append((f"{agency.short}: свои {' и '.join(parts)}", "в справочнике", href))
    made += [
        (line, "в файле regions/calendar.json", "") for line in calendar_file.warnings(site.policy.calendar, today)
    ]
    return made


PAGES = (Page("/settings", settings, Section.SETTINGS),)

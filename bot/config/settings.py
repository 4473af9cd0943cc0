"""Settings from the environment and `.env`, checked as a whole before anything starts.

A misspelt name, an example value or a wrong value is refused with one sentence that says what to do (R11); a name that
was a setting until this release (removed.py) is passed over.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.config import calendar_file, mail
from bot.config.consents import CONSENT, MORE, PUBLISH, TELLS_DUTY
from bot.config.region_folder import file_in
from bot.config.removed import REMOVED, Removed
from states.facts import PAUSE, CommunityPolicy
from states.lifecycle.rights import ErasureTerms
from states.people.comments import CommentPolicy
from states.statistics import pages_plan
from states.statistics.rating import Formula

PREFIX = "BOT_"
EXAMPLES = ("впишите", "example.com", "example.ru", "example.org")
"""Words of config.example.env: a value that still has them was never filled in."""


GOES_ON = "goes_on"
"""What came back keeps what was left of its clock for the next agency (R37)."""


OFF = "off"
WATCH, ANSWER = "watch", "answer"
"""Comments under posts: their marks are kept and those on duty hear of danger; and people are answered there too."""

AUTO = "auto"
"""A better model is taken into use without a person's yes."""


PANEL = re.compile(r"(https://[^/\s?#@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)/?")
"""An address of the panel that people type: without a path, and never open to who listens on the way."""

ZONE = re.compile(r"^  timezone: +(\S+)", re.MULTILINE)
"""In the region's file: one line, for which no reader of YAML is loaded."""

HOME = "regions/chelyabinsk"
"""The region's folder, where no setting names one."""

SECRET = re.compile(r"[A-Za-z0-9]{16,50}")
"""Of Callback API: VK takes up to 50 characters (vk-api.md §10), and 16 of these nobody guesses (T13)."""


class SettingsError(Exception):
    """A setting is missing, misspelt or wrong. The message is for the person who installs the bot."""


def zone_of(folder: Path) -> str:
    """The region's own time zone."""
    file = file_in(folder, "region.yaml")
    found = ZONE.search(file.read_text(encoding="utf-8")) if file else None
    return found[1] if found else "Europe/Moscow"


class Settings(BaseModel):
    """Every setting, with its default. Each stands in config.example.env under its name with `BOT_` before it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vk_token: Annotated[str, Field(min_length=1)]
    vk_service_token: str = ""
    vk_api_url: str = "https://api.vk.ru/method/"
    database_url: str = "sqlite+aiosqlite:///var/priemnaya.db"
    operator_name: Annotated[str, Field(min_length=1)]  # R11
    operator_address: Annotated[str, Field(min_length=1)]
    operator_email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    policy_url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    region_folder: str = HOME  # statuses.yaml: how other systems call the states (R64)
    timezone: str = ""  # for dates that people read; stored is UTC (R45)
    master_key_file: str = ""  # T21
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 365
    raw_days: Annotated[int, Field(ge=1, le=365)] = 30  # R15
    outbox_days: Annotated[int, Field(ge=1, le=365)] = 30
    audit_days: Annotated[int, Field(ge=365, le=3650)] = 1096
    audit_heads_file: str = ""  # T22
    backup_folder: str = ""
    backup_keys_folder: str = ""  # R14
    backup_limit_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 5000
    backup_database_url: Annotated[str, Field(pattern=r"^(|postgresql\+asyncpg://.+)$")] = ""
    pg_folder: str = ""
    backup_minutes: Annotated[float, Field(ge=0.1, le=1440)] = 10
    erasure_minutes: Annotated[float, Field(ge=0, le=10080)] = 10  # R12
    erasure_days: Annotated[int, Field(ge=1, le=30)] = 30  # withdrawn consent (R13)
    erasure_working_days: Annotated[int, Field(ge=1, le=10)] = 10  # a demand, unlawful processing (R13)
    consent_file: str = ""  # a new text asks anew (R8)
    publish_file: str = ""  # R9
    publish_days: Annotated[int, Field(ge=1, le=3650)] = 365
    undo_seconds: Annotated[int, Field(ge=0, le=120)] = 30
    close_days: Annotated[int, Field(ge=1, le=365)] = 14  # R42
    repeat_days: Annotated[int, Field(ge=0, le=365)] = 30  # R32
    join_hours: Annotated[int, Field(ge=0, le=720)] = 48  # R32
    reopens: Annotated[int, Field(ge=0, le=10)] = 2  # R42
    returned_clock: Annotated[str, Field(pattern=r"^(anew|goes_on)$")] = "anew"  # R37
    messages_per_minute: Annotated[int, Field(ge=0, le=1000)] = 20  # T9
    appeals_per_day: Annotated[int, Field(ge=0, le=1000)] = 10  # T9
    open_appeals: Annotated[int, Field(ge=0, le=1000)] = 5  # T9
    requests_per_second: Annotated[float, Field(ge=1, le=1000)] = 19
    clamav: Annotated[str, Field(pattern=r"^(|/\S+|[^/\s]+:[0-9]{1,5})$")] = ""  # T11
    worker: Annotated[int, Field(ge=0, le=1000)] = 0  # a number in use is refused (F26)
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    panel_port: Annotated[int, Field(ge=0, le=65535)] = 0
    panel_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    panel_url: str = ""
    rating_least: Annotated[int, Field(ge=1, le=10000)] = 30  # R55
    pages_plan: str = ""
    open_data: Annotated[str, Field(pattern=r"^(on|off)$")] = "off"
    open_least: Annotated[int, Field(ge=3, le=100)] = 5  # R56
    read_database_url: Annotated[str, Field(pattern=r"^(|postgresql\+asyncpg://.+)$")] = ""
    learning_adopt: Annotated[str, Field(pattern=r"^(ask|auto)$")] = "ask"
    callback_secret: str = ""
    comments: Annotated[str, Field(pattern=r"^(off|watch|answer)$")] = OFF
    comments_pause: Annotated[int, Field(ge=0, le=600)] = 10
    comments_per_minute: Annotated[int, Field(ge=1, le=60)] = 5
    comments_silent: str = ""
    comments_norm: Annotated[int, Field(ge=1, le=72)] = 3
    alarm_webhook: Annotated[str, Field(pattern=r"^(|https?://[^/\s]+(/\S*)?)$")] = ""
    alarm_smtp: str = ""
    features: str = "all"
    log_level: Annotated[str, Field(pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"

    @model_validator(mode="before")
    @classmethod
    def zone_of_the_region(cls, known: dict[str, Any]) -> dict[str, Any]:
        """Takes the time zone of the region's folder where none is set."""
        return {**known, "timezone": known.get("timezone") or zone_of(Path(known.get("region_folder") or HOME))}

    @field_validator("vk_api_url")
    @classmethod
    def whole_address(cls, url: str) -> str:
        """Refuses an address of VK that does not end in /method/."""
        if not re.match(r"^https?://[^/\s]+/(.*/)?method/$", url):
            raise ValueError("адрес должен кончаться на /method/, например https://api.vk.ru/method/")
        return url

    @field_validator("database_url")
    @classmethod
    def known_database(cls, url: str) -> str:
        """Refuses any database but SQLite and PostgreSQL with the drivers that are installed."""
        if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("адрес должен начинаться с sqlite+aiosqlite:/// или postgresql+asyncpg://")
        return url

    @field_validator("panel_url")
    @classmethod
    def safe_address(cls, url: str) -> str:
        """Refuses a path, and plain http to another machine; a slash at the end is taken off."""
        if url and not PANEL.fullmatch(url):
            raise ValueError(
                "адрес должен быть вида https://panel.sait.ru, без пути; http:// — только для этого же компьютера"
            )
        return url.rstrip("/")

    @field_validator("callback_secret")
    @classmethod
    def long_secret(cls, secret: str) -> str:
        """Refuses a secret that VK would not take, or that could be guessed: 16 to 50 Latin letters and digits."""
        if secret and not SECRET.fullmatch(secret):
            raise ValueError("нужно от 16 до 50 латинских букв и цифр; придумать такой: openssl rand -hex 20")
        return secret

    @field_validator("alarm_smtp")
    @classmethod
    def whole_mail(cls, address: str) -> str:
        if address and not mail.readable(address):
            raise ValueError("нужен адрес вида smtp://имя:пароль@сервер:587/?to=кому@сайт (или smtps://)")
        return address

    @field_validator("pages_plan")
    @classmethod
    def readable_plan(cls, text: str) -> str:
        """Refuses a plan whose days do not rise."""
        try:
            pages_plan.read(text)
        except ValueError:
            raise ValueError("нужны дни по порядку и число страниц: 2025-11-30:700 2026-11-30:6000") from None
        return text

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError):
            raise ValueError("такого часового пояса нет; пример: Europe/Moscow") from None
        return name


NAMES = {PREFIX + name.upper(): name for name in Settings.model_fields}
SECRETS = (
    "vk_token",
    "vk_service_token",
    "database_url",
    "read_database_url",
    "backup_database_url",
    "callback_secret",
    "alarm_webhook",
    "alarm_smtp",
)
IN_FILES = {f"{PREFIX}{name.upper()}_FILE": name for name in SECRETS}
"""What may stand in a file of its own instead, of which the setting gives the name: a systemd credential."""


def read(environment: Mapping[str, str] | None = None, file: Path = Path(".env")) -> Settings:
    """Settings from the file, overruled by the environment.

    Raises:
        SettingsError: with one Russian sentence for each fault.
    """
    sources: dict[str, str] = {}
    values: dict[str, str] = {}
    faults: list[str] = []
    for where, known in setting_sources(environment, file):
        for name, value in known.items():
            if name in REMOVED:
                continue
            if not name.startswith(PREFIX):
                faults += near_ours(name, where)
                continue
            if name in IN_FILES and value.strip():
                if known.get(PREFIX + IN_FILES[name].upper(), "").strip():
                    faults.append(f"{name} ({where}): задано и само значение, и файл с ним. Оставьте одно.")
                name, value = PREFIX + IN_FILES[name].upper(), own_text(name, value.strip())
            if name not in NAMES and name not in IN_FILES:
                faults.append(misspelt(name, where))
            elif value.strip():
                values[NAMES[name]] = value.strip()
                sources[NAMES[name]] = where
    faults += [
        f"{PREFIX}{name.upper()} ({sources[name]}): осталось значение из примера. Впишите своё."
        for name, value in values.items()
        if any(example in value.casefold() for example in EXAMPLES)
    ]
    if faults:
        raise SettingsError("\n".join(faults))
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(fault_lines(error, sources, file))) from None


def left_over(
    environment: Mapping[str, str] | None = None, file: Path = Path(".env")
) -> list[tuple[str, str, Removed]]:
    """Names that `read` passes over, and where they stand: for a warning."""
    found = [(name, where) for where, known in setting_sources(environment, file) for name in known if name in REMOVED]
    return [(name, where, REMOVED[name]) for name, where in found]


def setting_sources(environment: Mapping[str, str] | None, file: Path) -> tuple[tuple[str, dict[str, str]], ...]:
    """The places where settings may stand, with the names and values there; the later place wins."""
    env = os.environ if environment is None else environment  # noqa: TID251 - this is the one place
    return (f"файл {file}", from_file(file)), ("окружение", dict(env))


def from_file(file: Path) -> dict[str, str]:
    """What the `.env` file sets; nothing where it is not there. SettingsError where it cannot be read."""
    if not file.exists():
        return {}
    try:
        return {name: value or "" for name, value in dotenv_values(file, encoding="utf-8").items()}
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"Файл {file} не читается. Сохраните его в кодировке UTF-8 и проверьте права.") from None


NEAR = 0.87
"""How like a name of ours another must be to be one that was misspelt: BOTVK_TOKEN, B0T_VK_TOKEN."""


def near_ours(name: str, where: str) -> list[str]:
    """A name whose beginning was mistyped would be passed over in silence. In the environment of a machine stand many
    names of others, so there it is only what begins nearly as ours; in our own file also what lacks the beginning."""
    ours = where.startswith("файл")
    bare = ours and PREFIX + name.upper() in NAMES
    alike = closest(name.upper(), NAMES, NEAR) if ours or name[:1] in "BbВв" else []
    close = [PREFIX + name.upper()] if bare else alike
    return [f"{name} ({where}): такой настройки нет. Похоже на {close[0]}: исправьте имя."] if close else []


def closest(name: str, names: Collection[str], near: float = 0.6) -> list[str]:
    """The one that looks most like it. Loaded where something is misspelt."""
    from difflib import get_close_matches

    return get_close_matches(name, names, 1, near)


def misspelt(name: str, where: str) -> str:
    """The warning about an unknown name, with the closest known one."""
    close = closest(name, [*NAMES, *IN_FILES])
    advice = f"Похоже на {close[0]}: исправьте имя." if close else "Уберите его или проверьте config.example.env."
    return f"{name} ({where}): такой настройки нет. {advice}"


def fault_lines(error: ValidationError, sources: Mapping[str, str], file: Path) -> list[str]:
    """Every fault as a line for the administrator: the setting, where it stands, what to write."""
    lines = []
    for fault in error.errors():
        name = str(fault["loc"][0])
        setting = PREFIX + name.upper()
        if fault["type"] == "missing":
            lines.append(f"{setting}: не задано. Впишите значение в {file} (образец: config.example.env).")
        else:
            lines.append(
                f"{setting} ({sources.get(name, file)}): {reason(fault['type'], fault.get('ctx'), fault['msg'])}"
            )
    return lines


def reason(kind: str, context: Mapping[str, object] | None, message: str) -> str:
    """The fault in Russian. Pydantic's own words are English and for programmers."""
    limits = {key: value for key, value in (context or {}).items() if key in ("ge", "le", "gt", "lt")}
    if kind == "value_error":
        return message.removeprefix("Value error, ") + "."
    if "parsing" in kind:
        return "нужно число."
    if limits:
        words = {"ge": "не меньше", "le": "не больше", "gt": "больше", "lt": "меньше"}
        return "нужно число " + ", ".join(f"{words[key]} {value}" for key, value in limits.items()) + "."
    if kind == "string_pattern_mismatch":
        return "значение не того вида. Посмотрите образец в config.example.env."
    return "значение не подходит. Посмотрите образец в config.example.env."


def panel_address(settings: Settings) -> str:
    """What people type to come to the panel; empty where there is none."""
    return settings.panel_url or (f"http://127.0.0.1:{settings.panel_port}" if settings.panel_port else "")


def formula_of(settings: Settings) -> Formula:
    """The rating's formula as this region has it."""
    return Formula(least=settings.rating_least)


def policy_of(settings: Settings, community: int) -> CommunityPolicy:
    """What decisions need of the settings."""
    consent, publish = consent_text(settings), publish_text(settings, community)
    return CommunityPolicy(
        community=community,
        operator=settings.operator_name,
        address=settings.operator_address,
        email=settings.operator_email,
        zone=ZoneInfo(settings.timezone),
        consent=consent,
        consent_hash=hash_of(consent),
        tells_duty=TELLS_DUTY in " ".join(consent.casefold().split()),
        consent_more=consent_more(settings),
        retention_days=settings.retention_days,
        pause=PAUSE,
        undo=timedelta(seconds=settings.undo_seconds),
        calendar=calendar_file.read(own=Path(settings.region_folder)),
        publish=publish,
        publish_hash=hash_of(publish),
        goes_on=settings.returned_clock == GOES_ON,
        close_after=timedelta(days=settings.close_days),
        repeat_within=timedelta(days=settings.repeat_days),
        join_within=timedelta(hours=settings.join_hours),
        reopens=settings.reopens,
        erasure=ErasureTerms(settings.erasure_days, settings.erasure_working_days),
        messages_a_minute=settings.messages_per_minute,
        appeals_a_day=settings.appeals_per_day,
        open_appeals=settings.open_appeals,
        panel=panel_address(settings),
        comments=comment_policy(settings) if settings.comments == ANSWER else None,
        figures=f"{settings.panel_url}/open" if settings.panel_url and settings.open_data == "on" else "",
    )


def comment_policy(settings: Settings) -> CommentPolicy:
    """How the bot answers comments; it reads their words only with a service key."""
    pause = timedelta(minutes=settings.comments_pause)
    return CommentPolicy(pause, settings.comments_per_minute, reads=bool(settings.vk_service_token))


def silent_words(settings: Settings) -> tuple[str, ...]:
    """The words and hashtags of posts under which nobody is invited."""
    return tuple(word.strip().casefold() for word in settings.comments_silent.split(",") if word.strip())


def consent_text(settings: Settings) -> str:
    """The operator's own text, or the draft of rules.md §4.3 with the operator's data."""
    if settings.consent_file:
        return own_text("BOT_CONSENT_FILE", settings.consent_file)
    return CONSENT.format(
        operator=settings.operator_name,
        address=settings.operator_address,
        days=settings.retention_days,
        email=settings.operator_email,
    )


def consent_more(settings: Settings) -> str:
    """What stands behind «Подробнее»; an operator's own text is whole and has nothing behind it."""
    if settings.consent_file:
        return ""
    return MORE.format(consent=consent_text(settings), days=settings.retention_days, policy=settings.policy_url)


def publish_text(settings: Settings, community: int) -> str:
    """The same for publication, which is agreed to apart: what, where, how long, how to take it back (R9)."""
    if settings.publish_file:
        return own_text("BOT_PUBLISH_FILE", settings.publish_file)
    return PUBLISH.format(
        operator=settings.operator_name,
        address=settings.operator_address,
        page=f"https://vk.com/club{community}",
        days=settings.publish_days,
        email=settings.operator_email,
    )


def own_text(setting: str, file: str) -> str:
    """The text of a file that a setting names; SettingsError where it cannot be read or is empty."""
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{setting}: файл {file} не читается.") from None
    if not text:
        raise SettingsError(f"{setting}: файл {file} пуст.")
    return text


def hash_of(text: str) -> str:
    """Recorded with a consent, so that it is known to which text it was given (R8)."""
    return sha256(text.encode()).hexdigest()

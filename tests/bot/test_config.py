"""Settings: what is missing, misspelt or wrong is said in one Russian sentence, and nothing starts (R11)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import VERSION
from bot.config.removed import REMOVED
from bot.config.settings import NAMES, SettingsError, left_over, panel_address, policy_of, read
from bot.delivery.backfill import VERIFIED_EVERY
from bot.delivery.listen import HELD_SECONDS
from bot.delivery.work import EVENTS_AT_ONCE
from bot.vk.client import ANSWER_SECONDS
from bot.vk.files import LARGEST_MB
from features.official_pages.pages.heads import NORMS
from handlers.views.possible import POSTPONES
from handlers.views.turn import DRAFT_ASKED_AFTER, DRAFT_FORGOTTEN_AFTER
from states.facts import PAUSE
from states.statistics.rating import Formula

GOOD = {
    "BOT_VK_TOKEN": "t",
    "BOT_OPERATOR_NAME": "Орган",
    "BOT_OPERATOR_ADDRESS": "Челябинск",
    "BOT_OPERATOR_EMAIL": "a@b.ru",
    "BOT_POLICY_URL": "https://b.ru/p",
}
NO_FILE = Path("/nonexistent/.env")


def fault(**changed: str) -> str:
    with pytest.raises(SettingsError) as raised:
        read({**GOOD, **changed}, NO_FILE)
    return str(raised.value)


def test_good_settings_are_read() -> None:
    settings = read(GOOD, NO_FILE)
    assert settings.vk_token == "t"
    assert settings.undo_seconds == 30


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BOT_UNDO_SECONDS=10\nBOT_REOPENS=1\nOTHER=x\n", encoding="utf-8")
    settings = read({**GOOD, "BOT_UNDO_SECONDS": "20"}, file)
    assert (settings.undo_seconds, settings.reopens) == (20, 1)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-a-file\n", encoding="utf-8")
    without = {name: value for name, value in GOOD.items() if name != "BOT_VK_TOKEN"}
    assert read({**without, "BOT_VK_TOKEN_FILE": str(file)}, NO_FILE).vk_token == "from-a-file"
    assert read({**GOOD, "BOT_VK_TOKEN_FILE": " "}, NO_FILE).vk_token == "t"
    assert "BOT_VK_TOKEN_FILE (окружение): задано и само значение, и файл" in fault(BOT_VK_TOKEN_FILE=str(file))
    with pytest.raises(SettingsError, match="BOT_VK_TOKEN_FILE: файл /nowhere/token не читается"):
        read({**without, "BOT_VK_TOKEN_FILE": "/nowhere/token"}, NO_FILE)
    assert "Похоже на BOT_VK_TOKEN_FILE" in fault(BOT_VK_TOKN_FILE="x")


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: не задано"):
        read({key: value for key, value in GOOD.items() if key != name}, NO_FILE)


def test_a_misspelt_name_is_refused_in_the_environment_and_the_likely_one_named() -> None:
    assert "BOT_UNDO_SECOND (окружение): такой настройки нет. Похоже на BOT_UNDO_SECONDS" in fault(BOT_UNDO_SECOND="1")


def test_a_misspelt_name_is_refused_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BOT_TOKKEN=1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="такой настройки нет"):
        read(GOOD, file)


def test_a_setting_that_is_gone_is_passed_over_and_told(tmp_path: Path) -> None:
    """Whatever it was set to: a value of then is neither read nor repeated (T14)."""
    file = tmp_path / ".env"
    file.write_text("BOT_HEADS_POSTS=7\nBOT_UNDO_SECONDS=10\n", encoding="utf-8")
    environment = {**GOOD, "BOT_DRAFT_KEEP_HOURS": "vk1.a.secret"}
    assert read(environment, file).undo_seconds == 10
    told = [one.warning_about(name, where) for name, where, one in left_over(environment, file)]
    assert told == [
        f"BOT_HEADS_POSTS (файл {file}): с версии 0.3.0 такой настройки нет, "
        "100 баллов за записи у страницы главы — от 3 в неделю.",
        "BOT_DRAFT_KEEP_HOURS (окружение): с версии 0.3.0 такой настройки нет, брошенный черновик живёт 72 часа.",
    ]
    assert left_over(GOOD, NO_FILE) == []


def test_a_setting_that_is_gone_is_told_for_one_release() -> None:
    """With the next version these names are deleted from the list, and refused like any other."""
    assert {one.since for one in REMOVED.values()} <= {VERSION}
    assert not REMOVED.keys() & NAMES.keys()


def test_what_is_told_of_a_setting_that_is_gone_holds() -> None:
    held = {
        "BOT_PAUSE_SECONDS": PAUSE.seconds,
        "BOT_BATCH": EVENTS_AT_ONCE,
        "BOT_REQUEST_TIMEOUT_SECONDS": ANSWER_SECONDS,
        "BOT_LONGPOLL_WAIT_SECONDS": HELD_SECONDS,
        "BOT_CATCH_UP_MINUTES": VERIFIED_EVERY / 60,
        "BOT_DRAFT_REMINDER_HOURS": DRAFT_ASKED_AFTER / timedelta(hours=1),
        "BOT_DRAFT_KEEP_HOURS": DRAFT_FORGOTTEN_AFTER / timedelta(hours=1),
        "BOT_HEADS_POSTS": NORMS.posts,
        "BOT_HEADS_HOURS": NORMS.hours,
        "BOT_HEADS_AUDIENCE": NORMS.audience,
        "BOT_HEADS_LEAST": NORMS.least,
        "BOT_RATING_IN_TIME": Formula().in_time,
        "BOT_RATING_HELD": Formula().held,
        "BOT_RATING_SATISFIED": Formula().satisfied,
        "BOT_FILE_LIMIT_MB": LARGEST_MB,
        "BOT_POSTPONES": POSTPONES,
    }
    in_one_folder = {"BOT_DECISIONS_FILE", "BOT_MAP_FOLDER", "BOT_STATUSES_FOLDER"}
    assert held.keys() == REMOVED.keys() - in_one_folder
    assert all("BOT_REGION_FOLDER" in REMOVED[name].todo for name in in_one_folder)
    for name, number in held.items():
        assert f"{number:g}" in REMOVED[name].now.replace("100 баллов", "").split(), name


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BOT_UNDO_SECONDS", "полчаса", "нужно число"),
        ("BOT_UNDO_SECONDS", "500", "не больше 120"),
        ("BOT_VK_API_URL", "https://api.vk.ru", "должен кончаться на /method/"),
        ("BOT_DATABASE_URL", "mysql://x", "sqlite+aiosqlite:///"),
        ("BOT_TIMEZONE", "Asia/Chelyabinsk", "такого часового пояса нет"),
        ("BOT_OPERATOR_EMAIL", "почта", "не того вида"),
        ("BOT_LOG_LEVEL", "LOUD", "не того вида"),
        ("BOT_RETURNED_CLOCK", "да", "не того вида"),
        ("BOT_CLOSE_DAYS", "0", "не меньше 1"),
        ("BOT_VK_TOKEN", "впишите-ключ-сообщества", "осталось значение из примера"),
    ],
)
def test_a_wrong_value_is_said_in_russian(name: str, value: str, said: str) -> None:
    text = fault(**{name: value})
    assert name in text
    assert said in text


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"BOT_VK_TOKEN=\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        read(GOOD, file)


def test_no_value_stands_in_a_fault() -> None:
    """T14: a token in a wrong place is not repeated on the screen."""
    assert "vk1.a.secret" not in fault(BOT_REOPENS="vk1.a.secret")


def test_the_consent_names_the_operator_and_changes_its_hash_with_its_text(tmp_path: Path) -> None:
    """R8, R11."""
    built_in = policy_of(read(GOOD, NO_FILE), 101)
    assert "Орган, Челябинск" in built_in.consent
    own = tmp_path / "consent.txt"
    own.write_text("Свой текст", encoding="utf-8")
    changed = policy_of(read({**GOOD, "BOT_CONSENT_FILE": str(own)}, NO_FILE), 101)
    assert changed.consent == "Свой текст"
    assert changed.consent_hash != built_in.consent_hash


@pytest.mark.parametrize("name", ["BOT_CONSENT_FILE", "BOT_PUBLISH_FILE"])
def test_a_text_that_is_not_there_or_empty_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n", encoding="utf-8")
    for file, said in (("/nowhere", "не читается"), (str(tmp_path / "empty"), "пуст")):
        settings = read({**GOOD, name: file}, NO_FILE)
        with pytest.raises(SettingsError, match=f"{name}: .*{said}"):
            policy_of(settings, 101)


def test_the_house_is_what_the_operator_has_set(tmp_path: Path) -> None:
    """R9, R13, R32, R37, R41, R42, R49: each setting reaches the decisions."""
    plain = policy_of(read(GOOD, NO_FILE), 101)
    assert 2026 in plain.calendar.years and not plain.goes_on
    assert "https://vk.com/club101" in plain.publish and "365 дней" in plain.publish
    assert plain.publish_hash != plain.consent_hash
    own = tmp_path / "publish.txt"
    own.write_text("Публикуем так", encoding="utf-8")
    changed = {
        "PUBLISH_FILE": str(own), "CLOSE_DAYS": "7", "REPEAT_DAYS": "5", "JOIN_HOURS": "3", "REOPENS": "1",
        "RETURNED_CLOCK": "goes_on", "ERASURE_MINUTES": "1", "ERASURE_DAYS": "20",
        "ERASURE_WORKING_DAYS": "9",
    }  # fmt: skip
    one = policy_of(read({**GOOD, **{f"BOT_{name}": value for name, value in changed.items()}}, NO_FILE), 101)
    assert (one.publish, one.goes_on, one.reopens) == ("Публикуем так", True, 1)
    assert (one.close_after, one.repeat_within) == (timedelta(days=7), timedelta(days=5))
    assert one.join_within == timedelta(hours=3)
    assert (one.erasure.days, one.erasure.working_days) == (20, 9)


@pytest.mark.parametrize(
    "url",
    [
        "http://panel.example",
        "panel.sait.ru",
        "https://panel.sait.ru/path",
        "https://",
        "https://a@b.ru",
        "http://127.0.0.1.sait.ru",
        "http://localhost:80x",
        "https://panel.sait.ru?x",
    ],
)
def test_an_address_of_the_panel_is_safe_and_without_a_path(url: str) -> None:
    assert "BOT_PANEL_URL (окружение): адрес должен быть вида https://" in fault(BOT_PANEL_URL=url)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, ""),
        ({"BOT_PANEL_PORT": "8443"}, "http://127.0.0.1:8443"),
        ({"BOT_PANEL_PORT": "8443", "BOT_PANEL_URL": "https://panel.sait.ru/"}, "https://panel.sait.ru"),
        ({"BOT_PANEL_URL": "https://panel.sait.ru:444"}, "https://panel.sait.ru:444"),
        ({"BOT_PANEL_URL": "http://[::1]:8443"}, "http://[::1]:8443"),
    ],
    ids=str,
)
def test_the_address_that_the_bot_sends(given: dict[str, str], address: str) -> None:
    """It may be served apart, so an address without a port is one too."""
    settings = read({**GOOD, **given}, NO_FILE)
    assert panel_address(settings) == policy_of(settings, 1).panel == address


def test_the_time_zone_is_the_regions_until_a_setting_says_otherwise(tmp_path: Path) -> None:
    given = {**GOOD, "BOT_REGION_FOLDER": str(tmp_path)}
    assert read(GOOD, NO_FILE).timezone == "Asia/Yekaterinburg"
    assert read(given, NO_FILE).timezone == "Europe/Moscow"
    (tmp_path / "region.yaml").write_text("region:\n  name: Край\n  timezone: Asia/Omsk\n", encoding="utf-8")
    assert read(given, NO_FILE).timezone == "Asia/Omsk"
    assert read({**given, "BOT_TIMEZONE": "Asia/Chita"}, NO_FILE).timezone == "Asia/Chita"

"""The master key as an administrator meets it: made, refused in one sentence, changed (T21); data commands (R13)."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path

import pytest

from bot.admin.destruction_act import act
from bot.config.keys import master_of, path_of
from bot.config.settings import SettingsError
from bot.upkeep.retention import terms_of, without
from storage.db import master
from storage.db.errors import WrongKeys
from tests.bot.test_cli import GOOD, bot, refused
from tests.transcripts.emulated import settings_for

REAL = "https://api.vk.ru/method/"
LOCAL = "http://127.0.0.1:1/method/"
ZONE = timezone(timedelta(hours=5))


class TestWhere:
    def test_a_real_bot_has_no_key_by_itself(self, tmp_path: Path) -> None:
        """T21: never beside the database, never made in silence."""
        settings = settings_for(REAL, f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
        with pytest.raises(SettingsError, match="keys new"):
            master_of(settings)
        named = settings.model_copy(update={"master_key_file": str(tmp_path / "nowhere")})
        with pytest.raises(WrongKeys, match="не читается"):
            master_of(named)
        assert list(tmp_path.iterdir()) == []

    def test_an_emulators_bot_makes_one_beside_its_database(self, tmp_path: Path) -> None:
        settings = settings_for(LOCAL, f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
        assert master_of(settings) == master_of(settings)
        assert path_of(settings) == tmp_path / "bot.db.master-key"
        assert path_of(settings).stat().st_mode & 0o777 == 0o600


class TestCommands:
    def test_run_refuses_in_one_sentence(self, tmp_path: Path) -> None:
        """Without a key, and with one that others can read; nothing is made."""
        real = {**GOOD, "BOT_VK_API_URL": REAL}
        for command in ("run", "migrate"):
            refused(bot(command, folder=tmp_path, **real), "BOT_MASTER_KEY_FILE: не задано")
        master.make(tmp_path / "key")
        (tmp_path / "key").chmod(0o644)
        real["BOT_MASTER_KEY_FILE"] = str(tmp_path / "key")
        refused(bot("migrate", folder=tmp_path, **real), "могут прочитать другие", "chmod 600")
        database = tmp_path / "var" / "priemnaya.db"
        assert not database.exists() or not database.stat().st_size

    def test_a_key_from_nothing_to_rotation(self, tmp_path: Path) -> None:
        """keys new, migrate, keys rotate, and only the new one opens it from then on."""
        url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
        one, two = tmp_path / "one.key", tmp_path / "two.key"
        settings = {**GOOD, "BOT_DATABASE_URL": url, "BOT_MASTER_KEY_FILE": str(one)}
        for file in (one, two):
            done = bot("keys", "new", str(file), folder=tmp_path)
            assert done.returncode == 0 and f"BOT_MASTER_KEY_FILE={file}" in done.stdout, done.stderr
            assert file.read_text().strip() not in done.stdout
        refused(bot("keys", "new", str(one), folder=tmp_path), "не перезаписан")
        assert bot("migrate", folder=tmp_path, **settings).returncode == 0
        owned(tmp_path / "bot.db")
        done = bot("keys", "rotate", str(two), folder=tmp_path, **settings)
        assert done.returncode == 0 and f"BOT_MASTER_KEY_FILE={two}" in done.stdout, done.stderr
        refused(bot("audit", "show", folder=tmp_path, **settings), "Главный ключ не от этой базы")
        settings["BOT_MASTER_KEY_FILE"] = str(two)
        done = bot("audit", "show", folder=tmp_path, **settings)
        assert "key_rotated" in done.stdout, done.stderr
        done = bot("audit", "verify", folder=tmp_path, **settings)
        assert done.returncode == 0 and "Журнал цел" in done.stdout

    def test_a_request_by_letter(self, tmp_path: Path) -> None:
        """R13: noted with its term, listed, its act not ready yet."""
        settings = {**GOOD, "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"}
        assert bot("migrate", folder=tmp_path, **settings).returncode == 0
        owned(tmp_path / "bot.db")
        done = bot("erasures", "ask", "500123457", "--ground", "demanded", folder=tmp_path, **settings)
        assert done.returncode == 0, done.stderr
        code = done.stdout.split()[1]
        listed = bot("erasures", "list", folder=tmp_path, **settings).stdout
        assert code in listed and "осталось дней" in listed and "500123457" not in listed
        said = bot("erasures", "act", code, folder=tmp_path, **settings).stdout
        assert "ЗАГОТОВКА" in said and "принят запрос на удаление" in said and "500123457" not in said
        refused(bot("erasures", "act", "ffffffff", folder=tmp_path, **settings), "erasures list")
        period = ("--since", "2026-01-01", "--until", "2026-12-01")
        done = bot("incident", *period, "--out", str(tmp_path / "incident.json"), folder=tmp_path, **settings)
        assert done.returncode == 0 and (tmp_path / "incident.json").exists(), done.stderr
        refused(bot("incident", "--since", "2026-02-01", "--until", "2026-01-01", folder=tmp_path, **settings), "позже")


def owned(file: Path) -> None:
    """As if this community had been asked of VK before: commands then need no VK."""
    import sqlite3
    from hashlib import sha256

    digest = sha256(GOOD["BOT_VK_TOKEN"].encode()).hexdigest()[:32]
    plain = sqlite3.connect(file)
    plain.execute("INSERT INTO meta VALUES (101, 'token', ?)", (digest,))
    plain.commit()
    plain.close()


class TestAct:
    def test_the_form(self) -> None:
        """R14, РКН №179: who, why, what, how, when, what is left, the extract from the log, a place to sign."""
        one = {
            "code": "0a1b2c3d",
            "subject": "0a1b2c3d" * 4,
            "ground": "withdrawn",
            "asked_at": "2026-11-20T10:00:00+00:00",
            "due_at": "2026-12-20T18:59:59+00:00",
            "erased_at": "2026-11-20T10:10:00+00:00",
            "done_at": "2026-11-20T10:11:00+00:00",
            "remains": {"cards": [[2_000_000_007, 15, "2026-10-01T00:00:00+00:00"]], "dialogue": 12, "deleted": 2},
        }
        line = {"number": 7, "at": one["done_at"], "actor": 0, "action": "erased", "hash": "f" * 64}
        said = act(settings_for(REAL, "sqlite+aiosqlite:///x"), {"erasure": one, "log": [line]}, ZONE)
        for words in (
            "АКТ ОБ УНИЧТОЖЕНИИ", "Оператор, Челябинск", "0a1b2c3d", "согласие отозвано", "20.11.2026 15:11",
            "ключ шифрования", "в личном диалоге: не меньше 12",
            "чат 2000000007, сообщение 15", "удалены ботом из чатов: 2",
            "№ 7", "отпечаток ffffffffffffffff", "подпись",
        ):  # fmt: skip
            assert words in said, words
        assert "ЗАГОТОВКА" not in said

    def test_what_was_deleted_does_not_remain(self) -> None:
        cards = [[1, 2, "x"], [1, 3, "x"]]
        left = without({"cards": cards, "dialogue": 4}, [[1, 3]])
        assert left == {"cards": [[1, 2, "x"]], "dialogue": 4, "deleted": 1}

    def test_the_terms_come_from_the_settings(self) -> None:
        """R15: CFG."""
        base = settings_for(REAL, "sqlite+aiosqlite:///x")
        terms = terms_of(base.model_copy(update={"raw_days": 7, "audit_days": 400}))
        assert (terms.raw.days, terms.bodies.days, terms.kept.days, terms.audit.days) == (7, 30, 365, 400)

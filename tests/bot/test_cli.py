"""The command line: whatever is wrong is one clear sentence in Russian, exit code 2, and nothing has changed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.cli import cli
from bot.cli.ask import agreed
from bot.process.advice import Refusal
from bot.region.findings import bad
from bot.upkeep.failover import LOST
from storage.db.errors import RowsLost
from tests.operation.forked import Forked

ROOT = Path(__file__).parent.parent.parent
REGION = ROOT / "regions" / "chelyabinsk"
WITHIN = 240.0
GOOD = {
    "BOT_VK_TOKEN": "group-101",
    "BOT_OPERATOR_NAME": "Орган",
    "BOT_OPERATOR_ADDRESS": "Челябинск",
    "BOT_OPERATOR_EMAIL": "a@b.ru",
    "BOT_POLICY_URL": "https://b.ru/p",
    "BOT_VK_API_URL": "http://127.0.0.1:1/method/",
}


def bot(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a fork of a process that has imported it (tests/operation/forked.py)."""
    with tempfile.TemporaryDirectory(prefix="typed-") as said:
        out, err = Path(said) / "out", Path(said) / "err"
        done = Forked(arguments, folder, clean(environment), out, err)
        try:
            code = done.wait(WITHIN)
        finally:
            done.kill()
        return subprocess.CompletedProcess(arguments, code, *(one.read_text(encoding="utf-8") for one in (out, err)))


def fresh(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As it is typed: in an interpreter of its own, which imports what it needs."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=clean(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN,
    )


def clean(more: Mapping[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return {**own, "PYTHONPATH": str(ROOT), **more}


def refused(done: subprocess.CompletedProcess[str], *said: str, code: int = 2) -> None:
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for words in said:
        assert words in done.stderr, done.stderr


def test_without_settings_it_says_what_to_fill_in(tmp_path: Path) -> None:
    refused(fresh("run", folder=tmp_path), "BOT_VK_TOKEN: не задано", "config.example.env")
    assert not list(tmp_path.iterdir())


def test_a_misspelt_setting(tmp_path: Path) -> None:
    refused(bot("check", folder=tmp_path, **GOOD, BOT_UNDO_SECOND="1"), "Похоже на BOT_UNDO_SECONDS")


@pytest.mark.parametrize("arguments", [("fly",), ("run", "--fast"), ("chat", "code"), ("directory", "check")])
def test_a_wrong_command(arguments: tuple[str, ...], tmp_path: Path) -> None:
    refused(bot(*arguments, folder=tmp_path, **GOOD))


def test_codes_for_several_chats_have_a_line_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is the last word of its line: the sandbox, and whoever binds forty chats, take them from there."""
    monkeypatch.setattr(cli, "read", lambda: None)
    monkeypatch.setattr(cli, "run_command", lambda _, __, given: {"code": f"К-{given['agency']}", "minutes": 10})
    cli.chat_code(["mindor"], cur=False)
    assert capsys.readouterr().out.splitlines()[-1] == "К-mindor"
    cli.chat_code(["mindor", "minzdrav"], cur=True)
    told, *lines = capsys.readouterr().out.splitlines()
    assert "10 минут" in told
    assert [line.split() for line in lines] == [["mindor", "К-mindor"], ["minzdrav", "К-minzdrav"], ["cur", "К-cur"]]
    with pytest.raises(Refusal, match="для какого чата"):
        cli.chat_code([""], cur=False)


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    refused(fresh("directory", "check", "nowhere", folder=tmp_path), "nowhere")


def test_a_broken_directory_is_named_with_file_and_line(tmp_path: Path) -> None:
    text = (REGION / "routes.yaml").read_text(encoding="utf-8")
    for path in REGION.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "routes.yaml").write_text(text.replace("agency: mindor", "agency: nobody", 1), encoding="utf-8")
    refused(bot("directory", "check", str(tmp_path), folder=tmp_path), "routes.yaml, строка", "nobody")


def test_the_example_region_is_sound(tmp_path: Path) -> None:
    done = fresh("directory", "check", str(REGION), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "мест 43" in done.stdout


def test_migrate_makes_a_database_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'var' / 'bot.db'}"
    for _ in range(2):
        done = fresh("migrate", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "var" / "bot.db").exists()


def test_without_tables_it_says_to_migrate(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    refused(bot("stats", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url), "python -m bot migrate")


def test_vk_that_does_not_answer(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    assert bot("migrate", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url).returncode == 0
    refused(bot("run", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url), "ВКонтакте не отвечает", code=75)


def test_a_copy_needs_a_folder_and_comes_back(tmp_path: Path) -> None:
    """The commands of a backup, as they are typed; the drill (tests/kill) plays the rest."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    assert bot("migrate", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url).returncode == 0
    refused(bot("backup", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url), "BOT_BACKUP_FOLDER")
    same = {"BOT_BACKUP_FOLDER": "copies", "BOT_BACKUP_KEYS_FOLDER": "copies"}
    refused(bot("backup", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url, **same), "не должны лежать в одной папке")
    refused(bot("restore", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url), "Укажите копию")
    refused(bot("restore", "nothing", folder=tmp_path, **GOOD, BOT_DATABASE_URL=url), "не читается")
    server = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
    refused(bot("replay", "x", folder=tmp_path, **GOOD, BOT_DATABASE_URL=server), "верните в пустую базу")


def test_a_command_that_needs_no_vk_imports_no_client_of_it() -> None:
    """It takes a second and a half, which every command of an administrator would wait for."""
    said = (
        "import sys, bot.cli.cli, bot.admin.admin_service, bot.config.keys, bot.vk.community_identity\n"
        "print([one for one in sys.modules if 'vkbottle' in one])"
    )
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, timeout=240, check=True
    )
    assert done.stdout.strip() == "[]"


def test_lost_rows_are_for_a_supervisor_to_start_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """75: the next start carries out what follows."""

    def ended(**_: object) -> None:
        raise RowsLost(LOST)

    monkeypatch.setattr(cli, "app", ended)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == cli.AWAY and "Сервер базы сменился" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "agrees"),
    [("да", True), ("Да ", True), ("д", True), ("yes", True), ("Y", True), ("", False), ("нет", False), ("дай", False)],
)
def test_a_question_is_answered_in_russian_or_english(said: str, agrees: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: said)
    assert agreed("Загрузить?") is agrees


def test_a_command_is_named_as_it_was_called(monkeypatch: pytest.MonkeyPatch) -> None:
    line = bad("База данных не готова.", "python -m bot migrate")
    monkeypatch.setattr("sys.argv", ["/opt/bin/priemnaya"])
    assert line.line().endswith("    priemnaya migrate")
    monkeypatch.setenv("PRIEMNAYA_CALLED", "sudo priemnaya")
    assert line.line().endswith("    sudo priemnaya migrate")
    monkeypatch.delenv("PRIEMNAYA_CALLED")
    monkeypatch.setattr("sys.argv", ["bot/__main__.py"])
    assert line.line().endswith("    python -m bot migrate")

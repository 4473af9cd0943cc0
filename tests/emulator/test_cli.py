"""The command line: what it prints and how it refuses (one sentence, here in Russian, exit code 2)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.started import HERE, ROOT, got, started

GOOD = """\
users:
  - {id: 1, first_name: Ян, last_name: Ли}
communities:
  - {id: 5, name: Сообщество}
chats:
  - {key: a, title: Беседа, owner: 1, members: [-5], admins: [-5], agency: a}
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vk_emulator", *arguments]
    return subprocess.run(command, cwd=ROOT, env=HERE, capture_output=True, text=True, timeout=240)


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("id: 1,", "id: один,"), 2, "«id»: нужно целое число"),
        (("first_name: Ян", "first_name: ''"), 2, "«first_name»: нужен непустой текст"),
        (("last_name", "lastname"), 2, "«lastname»: неизвестное имя"),
        (("owner: 1", "owner: 7"), 6, "«owner»: нужен номер человека"),
        (("members: [-5]", "members: [9]"), 6, "нет человека или сообщества с номером 9"),
        (("admins: [-5]", "admins: [1, 2]"), 6, "нет человека или сообщества с номером 2"),
        (("members: [-5]", "members: []"), 6, "«admins»: -5 не участник"),
        (("name: Сообщество", "name: С, settings: {mesages: true}"), 4, "«mesages»: неизвестная настройка"),
        (("name: Сообщество", "name: С, settings: {messages: 'да'}"), 4, "значение не того вида"),
        (("name: Сообщество", "name: С, events: [message_old]"), 4, "список видов событий"),
        (("communities:", "communitie:"), 3, "«communitie»: неизвестное имя"),
        (("  - {key", "  - {key: б, key"), 6, "«key» дважды"),
        (("users:", "users: ["), 2, "не разобрать"),
        (("chats:\n  -", "chats:\n  "), 6, "нужен список записей"),
        (("users:", "calendar: 5\nusers:"), 2, "«calendar»: нужны пары"),
        (("users:", "calendar: {zone: UTC}\nusers:"), 2, "«zone»: неизвестное имя"),
        (("users:", "calendar: {timezone: Урал}\nusers:"), 2, "пояс «Урал» неизвестен"),
        (("users:", "calendar: {timezone: /etc/passwd}\nusers:"), 2, "пояс «/etc/passwd» неизвестен"),
        (("users:", "calendar: {timezone: 5}\nusers:"), 2, "«timezone»: нужен непустой текст"),
        (("users:", "calendar: {days_off: 2026-12-31}\nusers:"), 2, "«days_off»: нужен список дней"),
        (("users:", "calendar: {days_off: [31.12.2026]}\nusers:"), 2, "«31.12.2026» — не день"),
        (("users:", "calendar: {days_off: [2026-13-31]}\nusers:"), 1, "не разобрать"),
        (("users:", "calendar: {working_weekends: [2026-12-31]}\nusers:"), 2, "не суббота и не воскресенье"),
    ],
)
def test_bad_world_files(tmp_path: Path, change: tuple[str, str], line: int, words: str) -> None:
    from vk_emulator.world.world import World
    from vk_emulator.world_file import WorldFileError, read_world

    assert change[0] in GOOD
    world = tmp_path / "мир.yaml"
    world.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(WorldFileError) as refused:
        read_world(world, World())
    sentence = str(refused.value)
    assert words in sentence and "мир.yaml" in sentence and "\n" not in sentence
    assert f"строка {line}" in sentence or f"строка {line - 1}" in sentence


def test_refusals_are_one_sentence_and_change_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bad = tmp_path / "bad.yaml"
    bad.write_text(GOOD.replace("id: 1,", "id: x,"), encoding="utf-8")
    file = tmp_path / "file"
    file.write_text("")
    switches = tmp_path / "switches.json"
    switches.write_text('{"chat_history": "half"}')
    for arguments in (
        ["--data", str(data), "--world", str(bad)],
        ["--data", str(data), "--world", str(tmp_path / "нет.yaml")],
        ["--data", str(data), "--switches", str(bad)],
        ["--data", str(data), "--switches", str(switches)],
        ["--data", str(data), "--port", "70000"],
        ["--data", str(data), "--port", "x"],
        ["--data", str(data), "--zzz"],
        ["--data", str(file)],
    ):
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert done.stdout == "" and len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert re.search("[а-я]", done.stderr) and "Traceback" not in done.stderr
    assert not data.exists()


def test_run_refuses_in_one_sentence_too(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with started("vk_emulator") as (url, _):
        for arguments in (["--port", "70000"], ["--port", url.split(":")[2].strip("/")], ["--data", str(file)]):
            done = run("run", *arguments, "--", sys.executable, "-c", "print('begun')")
            assert done.returncode == 2 and done.stdout == "", arguments
            assert len(done.stderr.strip().splitlines()) == 1 and re.search("[а-я]", done.stderr), done.stderr


def test_help_names_run_and_it_knows_its_version() -> None:
    told = run("--help").stdout
    assert "vk-emulator run -- " in told and told.count("--data DATA") == 2
    assert re.fullmatch(r"vk-emulator \d+\.\d+\.\d+\n", run("--version").stdout)


def test_switches_of_a_file_hold_over_those_of_a_kept_world(tmp_path: Path) -> None:
    file = tmp_path / "switches.json"
    for value in ("full", "error"):
        file.write_text(json.dumps({"chat_history": value, "dedup_last": 7}))
        with started("vk_emulator", "--data", str(tmp_path / "data"), "--switches", str(file)) as (url, _):
            state = got(url + "method/emulator.state")[1]["response"]["switches"]
            got(url + "method/emulator.setSwitches?spam_limit=9&dedup_last=8")
        assert (state["chat_history"], state["dedup_last"], state["text_limit"]) == (value, 7, 4096)
    assert state["spam_limit"] == 9, "what the file does not name stays as it was kept"


def test_without_a_folder_nothing_is_kept() -> None:
    with started("vk_emulator") as (url, process):
        send = "method/messages.send?v=5.199&access_token=user-1001&peer_id=-101&random_id=0&message=%D0%B0"
        assert got(url + send)[1] == {"response": 1}
    assert process.returncode == 0
    with started("vk_emulator") as (url, _):
        assert got(url + send)[1] == {"response": 1}, "the first message of a new world"


def test_the_package_says_that_it_is_typed() -> None:
    import vk_emulator

    assert (Path(vk_emulator.__file__).parent / "py.typed").is_file()


def test_it_serves_keeps_and_stops(tmp_path: Path) -> None:
    with started("vk_emulator", "--data", str(tmp_path)) as (url, process):
        assert got(url + "health")[1]["status"] == "ok"
        send = "method/messages.send?v=5.199&access_token=user-1001&peer_id=-101&random_id=0&message=%D0%B0"
        assert got(url + send)[1] == {"response": 1}
        port = url.rsplit(":", 1)[1].strip("/")
        busy = run("--data", str(tmp_path / "other"), "--port", port)
        assert busy.returncode == 2 and "порт занят" in busy.stderr
    assert process.returncode == 0
    with started("vk_emulator", "--data", str(tmp_path)) as (url, _):
        history = got(url + "method/messages.getHistory?v=5.199&access_token=user-1001&peer_id=-101")[1]
        assert history["response"]["count"] == 1

"""`priemnaya probe` as a person types it: played with a phone, stopped and gone on with, a report that tells nobody's
name, switches that the emulator takes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import vk_emulator.server
from bot.config.settings import SettingsError
from bot.process.advice import Refusal
from features.probe import commands
from features.probe.kept import STATE, Played, keep, read_kept
from features.probe.phone import Phone
from features.probe.play import look, missing, play, prepare
from features.probe.report import EVERY, as_json, report, switches
from features.probe.slow import SLOW
from features.probe.stage import SKIP, Act, ProbeStage
from features.probe.walls import EVERY_QUICK
from tests.probes.page import PAGE, written
from tests.probes.robot import ME, MINE, Robot, rehearsal
from vk_emulator.world.switches import Switches

ROOT = Path(__file__).parents[2]
QUICKEST = ["P3", "Q3", "Q12", "Q25"]


async def opened(stage: ProbeStage, folder: Path) -> Played:
    """As the command begins."""
    played = read_kept(folder)
    played.group = (await stage.wire.open())["id"]
    stage.user, stage.chat = played.user, played.chat
    await prepare(stage)
    await stage.meet()
    played.user, played.chat = stage.user, stage.chat
    return played


async def test_what_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    async with rehearsal(chat_history="full", lp_silence_after=1200) as (_, stage, robot):
        played = await opened(stage, tmp_path)

        def power_is_lost() -> None:
            keep(tmp_path, played)
            if "Q7" in played.quick:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await play(stage, played, list(EVERY), power_is_lost, lambda _: None)
        assert (tmp_path / STATE).stat().st_mode & 0o777 == 0o600

        acts = len(robot.asked)
        again = await opened(stage, tmp_path)
        left = missing(again, list(EVERY))
        assert left[0] == list(EVERY)[list(EVERY).index("Q7") + 1] and set(SLOW) < set(left)
        assert len(robot.asked) == acts, "nobody is asked who he is a second time"
        await play(stage, again, list(SLOW), lambda: keep(tmp_path, again), lambda _: None)

        await stage.wire.clock.sleep(2000)  # the administrator sleeps; a look comes late
        again = await opened(stage, tmp_path)
        assert await look(stage, again, lambda: keep(tmp_path, again), lambda _: None) is not None
        assert switches(read_kept(tmp_path))["chat_history"] == "full"
        age, alive = read_kept(tmp_path).slow["Q20, silence"]["seen"][0]
        assert not alive and age >= 2000, "the true age counts"


async def test_a_report_names_nobody_and_nothing_else_is_touched(tmp_path: Path) -> None:
    async with rehearsal() as (emulator, stage, _):
        assert stage.second is not None
        await stage.second.open()
        played = await opened(stage, tmp_path)
        await play(stage, played, list(EVERY), lambda: None, lambda _: None)
        while (coming := await look(stage, played, lambda: None, lambda _: None)) is not None:
            await stage.wire.clock.sleep((coming - stage.wire.clock.now()).total_seconds() + 1)
        told = report(played, stage.wire.clock.now())
        assert f"Отвечено {len(EVERY)} из {len(EVERY)}." in told and "Иначе, чем ждали: ничего." in told
        for secret in ("group-101", "group-102", str(ME), "2000000", "Павел", "Дорогин", "Проба раз", "Чат для пробы"):
            assert secret not in told + as_json(played), secret
        assert all(one.question in told for one in EVERY.values())
        dialogues = emulator.call("emulator.record")["dialogues"]
        spoken = {tuple(sorted(m["from_id"] for m in one["messages"])) for one in dialogues if one["messages"]}
        assert {abs(sender) for senders in spoken for sender in senders} <= {ME, 101, 102}
        chat = emulator.call("emulator.state")["chats"]
        assert [one["title"] for one in chat] == ["Чат для пробы", "Чужой чат"], "the title went back"
        assert json.loads(as_json(played)) == {name: getattr(Switches(), name) for name in switches(played)}


async def test_what_differs_is_marked() -> None:
    async with rehearsal(chat_history="full") as (_, stage, _):
        await stage.wire.open()
        await stage.meet()
        played = Played(101, stage.user, stage.chat)
        await play(stage, played, ["Q7", "P3"], lambda: None, lambda _: None)
        told = report(played, stage.wire.clock.now())
    assert (
        "| Q7 | Что отдаёт messages.getHistory чата? | chat_history empty | иначе | chat_history = full (ждали empty) |"
        in told
    )
    assert "Иначе, чем ждали: Q7." in told and "| P12 |" in told


class Refusing(Robot):
    """Says «пропустить» to everything but its own introduction."""

    async def do(self, act: Act) -> None:
        await (super().do(act) if "проба" in act.text else self.write(Act("write", "", SKIP)))


async def test_an_act_is_left_out_by_a_word_and_by_silence() -> None:
    async with rehearsal() as (emulator, stage, robot):
        stage.hand = Refusing(emulator)
        await stage.wire.open()
        await prepare(stage)
        await stage.meet()
        played = Played()
        await play(stage, played, ["Q3", "Q24"], lambda: None, lambda _: None)
        assert {one["why"] for one in played.quick.values()} == {"пропущена"}
        stage.hand = Robot(emulator, deaf=frozenset({"press"}))
        await play(stage, played, ["Q12"], lambda: None, lambda _: None)
        assert played.quick["Q12"]["why"] == "нажатие не пришло"

        async def nothing(act: Act) -> None: ...

        robot.do = nothing  # type: ignore[method-assign]
        stage.hand = robot
        await play(stage, played, ["Q3"], lambda: None, lambda _: None)
        assert played.quick["Q3"]["why"] == "никто не ответил за десять минут"
        assert missing(played, list(EVERY_QUICK))[0] == "P2" and "Q3" in missing(played, list(EVERY_QUICK))


async def test_the_phone_is_told_in_the_dialogue_with_buttons() -> None:
    async with rehearsal() as (emulator, stage, robot):
        await stage.wire.open()
        said: list[str] = []
        phone = Phone(stage.wire, said.append)
        await phone.do(Act("hold", "Сделайте.", held=True))
        assert said == ["→ Сделайте."], "nobody is known yet"
        await stage.meet()
        await phone.do(Act("hold", "Сделайте.", held=True))
        [newest, *_] = emulator.call("messages.getHistory", MINE, peer_id=-101)["items"]
        labels = [one["action"]["label"] for one in newest["keyboard"]["buttons"][0]]
        assert newest["text"] == "▶ Сделайте." and labels == ["Готово", "Пропустить"]


def typed(folder: Path, url: str, *more: str, lines: str = "group-101\nда\n", **env: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    command = [sys.executable, "-m", "bot", "probe", "--folder", str(folder), "--url", url, *more]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    made = subprocess.Popen(command, cwd=ROOT, env={**clean, **env, "PYTHONUNBUFFERED": "1"}, text=True, **pipes)
    assert made.stdin is not None
    made.stdin.write(lines)
    made.stdin.close()
    return made


async def test_typed_with_a_phone_in_the_hand(tmp_path: Path) -> None:
    async with vk_emulator.server.running(seed=3) as emulator:
        chat = emulator.call("emulator.state")["chats"][0]["peer_ids"][MINE]

        def played_by_hand() -> str:
            process = typed(tmp_path, emulator.url, "--quick", "--only", "P3; Q12; Q13")
            told = ""
            for line in process.stdout or ():
                told += line
                if found := re.search(r"личные сообщения: (.+)", line):
                    write(-101, found[1])
                if found := re.search(r"администратор, напишите: (.+)", line):
                    write(chat, found[1])
                if "Нажмите кнопку" in line:
                    press()
            assert process.wait() == 1, told
            return told

        def write(peer: int, text: str) -> None:
            emulator.call("messages.send", MINE, peer_id=peer, random_id=0, message=text)

        def press() -> None:
            items = emulator.call("messages.getHistory", MINE, peer_id=-101, count=5)["items"]
            cmid = next(one["conversation_message_id"] for one in items if one["text"] == "Кнопка для пробы:")
            given = {"peer_id": -101, "cmid": cmid, "payload": '{"a":1}'}
            loop.call_soon_threadsafe(lambda: emulator.call("messages.sendMessageEvent", MINE, **given))

        loop = asyncio.get_running_loop()
        told = await asyncio.to_thread(played_by_hand)
        again = typed(tmp_path, emulator.url, "--only", "P3", lines="group-101\n")
        assert again.stdout is not None
        assert "→" not in await asyncio.to_thread(again.stdout.read), "who it is and where is known by now"
        assert again.wait() == 0
    assert (
        "P3: dedup_scope = dialogue" in told and "Q13: нужно второе" in told and "Q12: event_payload = object" in told
    )
    assert "Отчёт: " in told and "group-101" not in told
    assert json.loads((tmp_path / "switches.json").read_text()) == {
        "dedup_scope": "dialogue",
        "event_payload": "object",
    }
    assert "group-101" not in "".join(path.read_text() for path in tmp_path.iterdir())


def test_the_real_community_and_another_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        vk_token = "group-101"

    monkeypatch.setattr(commands, "read", Given)
    with pytest.raises(Refusal, match="настоящего сообщества"):
        commands.refuse_real("group-101")
    commands.refuse_real("group-102")

    def unread() -> None:
        raise SettingsError("нет .env")

    monkeypatch.setattr(commands, "read", unread)
    commands.refuse_real("group-101")
    (tmp_path / STATE).write_text("{")
    with pytest.raises(Refusal, match="испорчен"):
        read_kept(tmp_path)


def test_the_second_community_is_not_the_real_one_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        vk_token = "group-101"

    monkeypatch.setattr(commands, "read", Given)
    monkeypatch.setattr(commands, "key_of", lambda question: "group-101" if "второго" in question else "group-102")
    with pytest.raises(Refusal, match="настоящего сообщества"):
        commands.probe(tmp_path, second=True, url="http://127.0.0.1:1/method/")


async def test_two_keys_of_one_community_are_no_second_one(tmp_path: Path) -> None:
    async with vk_emulator.server.running() as emulator:
        process = typed(tmp_path, emulator.url, "--second", lines="group-101\ngroup-101\nда\n")
        assert process.stdout is not None
        told = await asyncio.to_thread(process.stdout.read)
        assert process.wait() == 2 and "Оба ключа одного сообщества" in told, told


async def test_in_another_chat_of_the_second_community_nobody_hears_of_the_probe() -> None:
    async with rehearsal() as (emulator, stage, robot):
        assert stage.second is not None
        await stage.second.open()
        peers = emulator.call("emulator.state")["chats"][1]["peer_ids"]
        by_hand = robot.write_chat

        async def write_while_others_talk(act: Act) -> None:
            emulator.call("messages.send", "user-1007", peer_id=peers["user-1007"], random_id=0, message="Обед?")
            await by_hand(act)

        played = await opened(stage, Path("/nowhere"))
        robot.write_chat = write_while_others_talk  # type: ignore[method-assign]
        await play(stage, played, ["Q13"], lambda: None, lambda _: None)
        texts = {
            one["key"]: [m["text"] for m in one["messages"]]
            for one in emulator.call("emulator.record")["dialogues"]
            if one["kind"] == "chat"
        }
    assert texts["other"] == ["Обед?"] and "/от второго" in texts["probe"]


async def test_a_post_of_somebody_else_is_left_alone() -> None:
    async with rehearsal() as (emulator, stage, robot):
        by_hand = robot.post

        async def post_after_somebody(act: Act) -> None:
            emulator.call("emulator.addPost", group_id=101, text="Ярмарка в субботу")
            await by_hand(act)

        played = await opened(stage, Path("/nowhere"))
        robot.post = post_after_somebody  # type: ignore[method-assign]
        await play(stage, played, ["Q26"], lambda: None, lambda _: None)
        assert "found" in played.quick["Q26"] and stage.post == robot.number


async def test_a_folder_is_of_one_community_and_somebody_says_that_it_is_a_test_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with rehearsal() as (_, stage, _):
        with pytest.raises(Refusal, match="другого сообщества"):
            await commands.introduce(stage.wire, Played(group=102))
        monkeypatch.setattr(commands, "agreed", lambda question: "Проба раз" not in question)
        with pytest.raises(Refusal, match="Ничего не сделано"):
            await commands.introduce(stage.wire, Played())


def test_no_key_and_no_such_probe_are_sentences(tmp_path: Path) -> None:
    for more, lines, words in ((("--only", "P9"), "x\n", "Нет такой пробы: P9."), ((), "\n", "Ключа нет")):
        process = typed(tmp_path, "http://127.0.0.1:1/method/", *more, lines=lines)
        assert process.stdout is not None
        told = process.stdout.read()
        process.wait()
        assert process.returncode == 2 and words in told, told


def test_the_page_is_made_from_the_probes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == written(), "run: python -m tests.probes.page"
    for number in range(1, 13):
        assert re.search(rf"\bP{number}\b", text), number
    for number in [*range(1, 32)]:
        assert re.search(rf"\bQ{number}\b", text) or number in (1, 2, 5, 10), number

"""The fixtures of pytest with a plain bot: what people do reaches it, what it says reaches them, a failure is told."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import my_bot
import pytest
import small_bot

from vk_emulator.play.bots import RunningBot
from vk_emulator.play.stage import Refused, Stage

pytest_plugins = ["pytester"]
HERE = Path(__file__).parent
README = HERE.parent / "README.md"


@pytest.fixture
def bot_factory(vk: Stage) -> Any:
    return lambda: my_bot.build(vk.token).run_polling()


def test_people_talk_with_the_bot(vk: Stage, vk_bot: RunningBot) -> None:
    olga, ruslan = vk.person(), vk.person(1002)
    olga.says("привет")
    heard = olga.hears("Здравствуйте")
    assert heard.buttons == ["Готово"] and "готово" in heard
    olga.presses("Готово")
    assert olga.notice == {"type": "show_snackbar", "text": "Спасибо"}
    olga.hears_nothing(within=0.1)
    ruslan.sends_photo("Смотрите")
    assert ruslan.hears().text == "Слышу: Смотрите, фото: 1"
    ruslan.presses("Ещё")
    ruslan.hears("Больше нет")
    ruslan.edits("Не смотрите")
    said = vk.requests("messages.send", by="bot")
    assert [request.params["message"] for request in said][-1] == "Больше нет." and not any(r.error for r in said)
    assert vk.calls["messages.send"] >= 5 and vk.unknown == {}
    assert vk.person() not in (olga, ruslan) and vk.person(1002) is ruslan


def test_a_chat_a_fault_and_a_clock(vk: Stage, vk_bot: RunningBot) -> None:
    official, chat = vk.person(1006), vk.chat("friends")
    official.says("привет", chat)
    official.hears("Здравствуйте", chat)
    before = vk.clock.now()
    vk.clock.tomorrow()
    assert (vk.clock.now() - before).total_seconds() >= 86400
    vk.fault("messages.send", code=901)
    official.says("привет", chat)
    official.hears_nothing(chat)
    vk.mend()
    official.says("привет", chat)
    official.hears("Здравствуйте", chat)
    vk.patience = 0.1
    with pytest.raises(AssertionError, match="не слышит «Пока»"):
        official.hears("Пока", chat)
    with pytest.raises(AssertionError, match="не видит кнопки «Нет»"):
        official.presses("Нет", chat)
    with pytest.raises(Refused, match="ошибка 100"):
        vk.call("messages.send", official.token, peer_id=-101)


def test_a_chat_of_these_people_is_made(vk: Stage, vk_bot: RunningBot) -> None:
    olga, marat = vk.person(), vk.person(1008)
    chat, other = vk.chat(members=[olga, marat]), vk.chat(members=[marat, olga])
    assert chat.title == "Ольга Снегирёва, Марат Врачев" and chat.key != other.key
    marat.says("привет", chat)
    assert "готово" in olga.hears("Здравствуйте", chat)
    olga.hears_nothing(other, within=0.1)


def test_a_slip_of_a_test_is_told_with_what_is_there(vk: Stage) -> None:
    with pytest.raises(LookupError, match="нет беседы «frends»; есть friends, shop, parents"):
        vk.chat("frends")
    with pytest.raises(LookupError, match="нет человека 5; есть 1001, 1002, .* 1015"):
        vk.person(5)
    with pytest.raises(LookupError, match="Ольга Снегирёва не состоит в беседе «Друзья»; там 1006, 1007, 1008"):
        vk.person(1001).says("привет", vk.chat("friends"))
    met = {vk.person().id for _ in range(9)}
    with pytest.raises(LookupError, match="все жители этого мира уже заняты"):
        vk.person()
    assert len(met) == 9


def test_what_vk_refused_stands_in_a_failure(vk: Stage) -> None:
    """Bots swallow errors; VK's own words and the emulator's are said once each."""
    for _ in range(2):
        ask(vk, "messages.send", peer_id=1002, random_id=0, message="Да")
    ask(vk, "users.get", user_ids=1)
    told = vk.report()
    assert "messages.send: ошибка 901, Can't send messages for users without permission (2)" in told
    assert "1002 has not written to community 101" in told and "users.get" not in told


def ask(vk: Stage, method: str, **params: Any) -> None:
    given = urlencode({"v": "5.199", "access_token": vk.token, **params})
    with urlopen(f"{vk.url}{method}?{given}", timeout=20) as answer:
        assert answer.status == 200


def test_a_failure_points_at_the_line_of_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(vk):\n    vk.patience = 0.1\n    vk.person().hears('Да')\n")
    told = pytester.runpytest_subprocess("-p", "no:cacheprovider").stdout.str()
    assert "> " in told and "vk.person().hears('Да')" in told and "people.py" not in told, told


class TestWorldInPython:
    @pytest.fixture
    def vk_world(self) -> dict[str, Any]:
        people = [{"id": 7, "first_name": "Ян", "last_name": "Ли", "city": "Миасс", "sex": "мужской"}]
        return {"communities": [{"id": 5, "name": "Кафе"}], "users": people}

    def test_a_world_is_said_in_python(self, vk: Stage) -> None:
        (person,) = vk.call("users.get", "user-7", user_ids=7, fields="city,sex")
        assert vk.token == "group-5" and person["city"]["title"] == "Миасс" and person["sex"] == 2


def test_the_world_by_itself_knows_no_ministry(vk: Stage) -> None:
    told = vk.call("emulator.state")
    assert [one["name"] for one in told["communities"]] == ["Лавка у пруда", "Школа № 5"]
    for person in told["users"]:
        (shown,) = vk.call("users.get", "user-1001", user_ids=person["id"], fields="bdate,city,sex")
        assert shown["bdate"] and shown["city"]["title"] and shown["sex"] in (1, 2)
        asked = {"owner_id": person["id"], "album_id": "profile", "extended": 1}
        (photo,) = vk.call("photos.get", person_token(person["id"]), **asked)["items"]
        assert photo["likes"]["count"] > 0
    assert {one["key"] for one in told["chats"]} == {"friends", "shop", "parents"}


def person_token(number: int) -> str:
    return f"user-{number}"


class TestBlocking:
    @pytest.fixture
    def bot_factory(self, vk: Stage) -> Any:
        return lambda: small_bot.main(vk.token)

    def test_a_bot_that_blocks_runs_in_a_thread(self, vk: Stage, vk_bot: RunningBot) -> None:
        olga = vk.person()
        olga.says("Вы тут?")
        olga.hears("Тут")


class TestCommand:
    @pytest.fixture
    def bot_factory(self, vk: Stage, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setenv("TOKEN", vk.token)
        return [sys.executable, str(HERE / "small_bot.py")]

    def test_a_command_is_redirected_too(self, vk: Stage, vk_bot: RunningBot) -> None:
        olga = vk.person()
        olga.says("Вы тут?")
        olga.hears("Тут")


class TestChatter:
    """A pipe holds 64 KB: a bot that prints more, as vkbottle's log does, stood still for ever."""

    @pytest.fixture
    def bot_factory(self, vk: Stage) -> Any:
        env = {"TOKEN": vk.token, "CHATTER": "50000"}
        return vk.command(sys.executable, "small_bot.py", cwd=HERE, env=env, ready_when="готов слушать")

    def test_a_bot_that_talks_much_goes_on(self, vk: Stage, vk_bot: RunningBot) -> None:
        olga = vk.person()
        for _ in range(4):
            olga.says("Вы тут?")
            olga.hears("Тут")
        assert vk_bot.last_lines().endswith("xxx")


class TestPeoplesPoll:
    """Half of the small bots of vk_api poll in the format of people with a community's token."""

    @pytest.fixture
    def bot_factory(self, vk: Stage) -> Any:
        return lambda: small_bot.main_of_people(vk.token)

    def test_a_bot_that_polls_as_people_do_is_ready(self, vk: Stage, vk_bot: RunningBot) -> None:
        olga = vk.person()
        olga.says("Вы тут?")
        olga.hears("Тут")


class TestNeverReady:
    @pytest.fixture
    def bot_factory(self, vk: Stage) -> Any:
        return vk.command(
            sys.executable, "-c", "import time; print('читаю настройки'); time.sleep(600)", ready_when="готов"
        )

    def test_its_last_lines_stand_in_the_failure(
        self, vk: Stage, bot_factory: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from vk_emulator.play import bots

        monkeypatch.setattr(bots, "STARTS_WITHIN", 0.1)
        bot = bots.start_bot(vk, bot_factory)
        assert vk.until(bot.last_lines, 60)
        with pytest.raises(AssertionError, match="читаю настройки"):
            bot.until_it_listens()
        bot.stop()


class TestBroken:
    @pytest.fixture
    def bot_factory(self) -> Any:
        return [sys.executable, "-c", "raise SystemExit('нет настроек')"]

    @pytest.fixture
    def vk_bot(self) -> None:
        """Not by itself."""

    def test_a_bot_that_ends_is_told(self, vk: Stage, bot_factory: Any) -> None:
        from vk_emulator.play.bots import start_bot

        bot = start_bot(vk, bot_factory)
        with pytest.raises(AssertionError, match="нет настроек"):
            bot.until_it_listens()
        bot.stop()


def blocks() -> dict[str, str]:
    found = re.findall(r"^```python\n# (\S+)\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return dict(found)


def test_the_first_screen_of_the_readme_and_a_failure(pytester: pytest.Pytester) -> None:
    """As it stands there, and beside it a test that fails: the dialogue and the unknown method are printed."""
    made = blocks()
    assert len(made["conftest.py"].splitlines()) + len(made["test_my_bot.py"].splitlines()) <= 13
    pytester.makepyfile(my_bot=(HERE / "my_bot.py").read_text(encoding="utf-8"))
    for name, text in made.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    fails = """
        def test_fails(vk, vk_bot):
            vk.patience = 1.0
            olga = vk.person()
            olga.says("тайна")
            olga.hears("Пока")
        """
    pytester.makepyfile(test_fails=fails)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*не слышит «Пока»*", "*1001: тайна*", "*Неизвестные эмулятору методы: secret.getAll (1)*"]
    )


def test_without_a_factory_it_says_what_to_write(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_one(vk_bot): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*def bot_factory(vk):*"])


def test_loading_costs_nothing() -> None:
    """No suite that has the package installed pays for it."""
    import subprocess

    code = "import sys, vk_emulator.pytest_plugin; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"aiohttp", "yaml", "vk_emulator.server"} & set(done.stdout.split())

"""VK refuses the key, VK or the database is away: somebody hears of it all the same, once, and once when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.config import mail
from bot.config.settings import SettingsError, policy_of, read
from bot.process.clock import Clock
from bot.process.health import Health
from bot.runtime import Runtime
from bot.upkeep.starting import Starting
from features.alerts.checks import findings as alarm_findings
from features.alerts.jobs import PAUSE, TRIES, TroubleProgress, one_look, tell_of_a_start
from features.alerts.troubles import LONG
from features.alerts.ways import NotTold, Way, post_to_webhook, send_mail, trial
from tests.bot.test_cli import GOOD
from tests.operation.postbox import certificate, mail_server, webhook
from tests.operation.server import free_port
from tests.operation.typed import post
from vk_emulator.server import running

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@dataclass(slots=True)
class Hands:
    """A clock that is moved by hand."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@dataclass(slots=True)
class Ear:
    """A way that hears, or fails as long as it is broken."""

    heard: list[Mapping[str, Any]] = field(default_factory=list)
    tried: int = 0
    broken: bool = False

    async def send(self, said: Mapping[str, Any]) -> None:
        self.tried += 1
        if self.broken:
            raise NotTold("никого нет")
        self.heard.append(said)

    def states(self) -> list[tuple[str, str]]:
        return [(said["kind"], said["state"]) for said in self.heard]


@dataclass(slots=True)
class Scene:
    health: Health = field(default_factory=Health)
    clock: Hands = field(default_factory=Hands)
    ear: Ear = field(default_factory=Ear)
    known: dict[str, TroubleProgress] = field(default_factory=dict)

    async def looks(self, later: timedelta = timedelta()) -> None:
        self.clock.at += later
        policy = SimpleNamespace(zone=ZoneInfo("Asia/Yekaterinburg"))
        own = {"health": self.health, "clock": self.clock, "policy": policy, "community": 101}
        own["directory"] = SimpleNamespace(emergency="112")
        bot = cast(Runtime, SimpleNamespace(**own, settings=SimpleNamespace(worker=3)))
        await one_look(bot, Way("x", self.ear.send), self.known)


async def test_a_refused_key_is_told_once_and_once_when_it_is_over() -> None:
    scene = Scene()
    await scene.looks()
    for again in (False, True):
        scene.health.halted = 5
        await scene.looks()
        await scene.looks(timedelta(hours=3))
        scene.health.halted = 0
        await scene.looks()
        await scene.looks()
        assert scene.ear.states() == [("vk_refused", "began"), ("vk_refused", "over")] * (2 if again else 1)
    first = scene.ear.heard[0]
    assert "ошибка 5" in first["text"] and "BOT_VK_TOKEN" in first["text"]
    assert {**first, "text": ""} == {
        "source": "priemnaya", "community": 101, "worker": 3, "kind": "vk_refused", "state": "began",
        "since": "2026-11-28T12:00:00+00:00", "text": "",
    }  # fmt: skip


async def test_a_refused_poll_counts_at_once_and_silence_after_a_while() -> None:
    scene = Scene()
    scene.health.unheard, scene.health.refused = NOON, 27
    await scene.looks()
    scene.health.unheard, scene.health.refused = None, 0
    await scene.looks()
    assert scene.ear.states() == [("vk_refused", "began"), ("vk_refused", "over")]
    scene.ear.heard.clear()
    scene.health.unheard = scene.health.down_since = scene.clock.at
    await scene.looks(LONG)
    assert scene.ear.states() == [], "VK and a server are away for a moment now and then"
    await scene.looks(timedelta(seconds=1))
    assert scene.ear.states() == [("vk_away", "began"), ("store_away", "began")]
    assert "с 17:00 28.11" in scene.ear.heard[0]["text"], "the time of where people live"
    scene.health.unheard = scene.health.down_since = None
    await scene.looks()
    assert scene.ear.states()[2:] == [("vk_away", "over"), ("store_away", "over")]


async def test_a_start_that_waits_for_its_database_is_told_once_and_that_it_goes_on(tmp_path: Path) -> None:
    ear, hands = Ear(), Hands()
    settings = read(GOOD, tmp_path / ".env")
    starting = Starting(settings, policy_of(settings, 0), cast(Clock, hands), health=Health(down_since=NOON))
    hands.at += LONG + timedelta(seconds=1)
    telling = asyncio.create_task(tell_of_a_start(starting, Way("x", ear.send)))
    while not ear.heard:
        await asyncio.sleep(0)
    starting.health.down_since = None
    starting.stopping.set()
    await telling
    assert ear.states() == [("store_away", "began"), ("store_away", "over")]


async def test_a_cur_that_is_not_heard_is_told_at_once() -> None:
    """F16: whoever could be told reads that chat."""
    scene = Scene()
    scene.health.cur_unheard = NOON
    await scene.looks()
    await scene.looks(timedelta(days=1))
    scene.health.cur_unheard = None
    await scene.looks()
    assert scene.ear.states() == [("cur_unheard", "began"), ("cur_unheard", "over")]
    assert "«Назначить администратором»" in scene.ear.heard[0]["text"]


async def test_an_alarm_of_danger_that_nobody_reads_is_told_without_a_word_of_it() -> None:
    """R28: past its time or without a chat (bot/upkeep/watch.py)."""
    scene = Scene()
    scene.health.unseen_alarm = NOON
    await scene.looks()
    assert scene.ear.states() == [("alarm_unseen", "began")]
    said = scene.ear.heard[0]["text"]
    assert "ждёт с 17:00" in said and "никто не прочитал или до 112 не дозвонились" in said
    scene.health.unseen_alarm = None
    await scene.looks()
    assert scene.ear.states()[1:] == [("alarm_unseen", "over")]


async def test_what_does_not_leave_is_tried_a_few_times() -> None:
    scene = Scene()
    scene.ear.broken, scene.health.halted = True, 5
    await scene.looks()
    await scene.looks(timedelta(seconds=PAUSE - 1))
    assert scene.ear.tried == 1
    for _ in range(20):
        await scene.looks(timedelta(hours=1))
    assert scene.ear.tried == TRIES
    scene.ear.broken, scene.health.halted = False, 0
    await scene.looks()
    assert scene.ear.heard == [], "that it is over tells nobody anything who has not heard that it began"
    scene.health.halted = 5
    await scene.looks()
    scene.ear.broken, scene.health.halted = True, 0
    await scene.looks()
    scene.ear.broken = False
    await scene.looks(timedelta(hours=1))
    assert scene.ear.states() == [("vk_refused", "began"), ("vk_refused", "over")]


async def test_a_letter_by_starttls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password goes to whoever has shown a certificate, and into no letter and no refusal."""
    tls, trusted = certificate(tmp_path)
    async with mail_server(tls, password="geh:eim") as box:
        address = mail.read(f"smtp://bot%40b.ru:geh%3Aeim@127.0.0.1:{box.port}/?to=a@b.ru,c@b.ru")
        with pytest.raises(NotTold, match="SSLCertVerificationError"):
            await asyncio.to_thread(send_mail, address, trial())
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        await asyncio.to_thread(send_mail, address, {**trial(), "state": "over"})
        wrong = mail.read(f"smtp://bot%40b.ru:wrong@127.0.0.1:{box.port}/?to=a@b.ru")
        with pytest.raises(NotTold, match="не принял имя или пароль"):
            await asyncio.to_thread(send_mail, wrong, trial())
    (came,) = box.letters
    assert came["To"] == "a@b.ru, c@b.ru" and came["From"] == "bot@b.ru" and "снова в порядке" in came["Subject"]
    assert "проба тревоги" in came.get_content() and "geh" not in came.as_string() and "geh" not in repr(address)
    assert b"AUTH" not in box.clear


async def test_a_server_that_does_not_encrypt_gets_no_password() -> None:
    async with mail_server() as box:
        address = mail.read(f"smtp://bot:geheim@127.0.0.2:{box.port}/?to=a@b.ru&from=d@b.ru")
        server = await asyncio.start_server(box.serve, "127.0.0.2", box.port)
        with pytest.raises(NotTold, match="не шифрует"):
            await asyncio.to_thread(send_mail, address, trial())
        server.close()
    assert box.letters == [] and b"AUTH" not in box.clear


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_webhook_that_does_not_take_it_is_no_delivery(status: int) -> None:
    async with webhook() as hook:
        hook.status = status
        with pytest.raises(NotTold, match=f"ответил {status}"):
            await post_to_webhook(hook.url, trial())
    with pytest.raises(NotTold, match="не ответил") as refused:
        await post_to_webhook(f"http://127.0.0.1:{free_port()}/?key=geheim", trial())
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["smtp://b.ru", "smtp://b.ru/?to=a", "ftp://b.ru/?to=a@b.ru", "smtp://b.ru:x/?to=a@b.ru", "b.ru",
                "smtp://b.ru/?to=a@b.ru%0aBcc:x@b.ru"]
)  # fmt: skip
def test_an_address_that_is_not_whole_is_refused_without_saying_it(address: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BOT_ALARM_SMTP.*нужен адрес вида") as refused:
        read({**GOOD, "BOT_ALARM_SMTP": address.replace("smtp://", "smtp://bot:geheim@")}, tmp_path / "none")
    assert "geheim" not in str(refused.value)


def test_check_says_whether_there_is_one(tmp_path: Path) -> None:
    real = {**GOOD, "BOT_VK_API_URL": "https://api.vk.ru/method/"}
    (found,) = alarm_findings(read(real, tmp_path / "none"))
    assert "Второго пути тревоги нет" in found.text and not found.wrong
    ways = {
        "BOT_ALARM_SMTP": "smtps://u:geheim@b.ru/?to=a@b.ru",
        "BOT_ALARM_WEBHOOK": "https://u:geheim@hook.ru/geheim",
    }
    (found,) = alarm_findings(read({**real, **ways}, tmp_path / "none"))
    assert "веб-хук hook.ru, письмо на a@b.ru" in found.text and "geheim" not in found.line()
    assert alarm_findings(read(GOOD, tmp_path / "none")) == [], "an emulator's bot wakes nobody"


async def test_vk_refuses_the_key_of_a_running_bot(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator, webhook() as hook, mail_server() as box:
        ways = {
            "BOT_ALARM_WEBHOOK": hook.url,
            "BOT_ALARM_SMTP": f"smtp://bot:geheim@127.0.0.1:{box.port}/?to=a@b.ru&from=d@b.ru",
        }
        box.password = "geheim"
        here = post(tmp_path / "bot", emulator.url, template)
        done = await here.typing("alarm", "try", **ways)
        assert done.code == 0 and done.out.count("Отправлено") == 2, done
        assert hook.came.pop()["kind"] == "trial" and "проба" in box.letters.pop().get_content()
        done = await here.typing("alarm", "try", **{**ways, "BOT_ALARM_SMTP": "smtp://127.0.0.1:1/?to=a@b.ru"})
        assert done.code == 1 and "Не дошло: письмо на a@b.ru" in done.out and hook.came.pop(), done
        with here.starts(**ways) as bot:
            await bot.until('"started"')
            rule = {"method": "messages.send", "mode": "error", "code": 5, "times": 99}
            emulator.call("emulator.setFaults", rules=[rule])
            emulator.call("messages.send", "user-1001", peer_id=-101, random_id=1, message="Начать")
            await bot.until('"alarm_told"', times=2)
            assert await bot.stopped() == 0
    assert [said["kind"] for said in hook.came] == ["vk_refused"] and len(box.letters) == 1
    assert "ошибка 5" in hook.came[0]["text"] and "ошибка 5" in box.letters[0].get_content()
    assert "geheim" not in bot.said()

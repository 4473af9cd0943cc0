"""What came over the wire: whose it was, what was asked and answered; it neither grows nor keeps the enormous."""

from __future__ import annotations

import json

import aiohttp
import pytest

from tests.emulator.conftest import BOT, PERSON
from vk_emulator import run
from vk_emulator.server import Emulator
from vk_emulator.wire import journal
from vk_emulator.wire.journal import Journal, request_of

BROWSER = {"Sec-Fetch-Site": "same-origin"}


async def asked(emulator: Emulator, method: str, token: str, browser: bool = False, **params: object) -> None:
    given = {"v": "5.199", "access_token": token, **params}
    headers = BROWSER if browser else {}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(emulator.url + method, data=given) as answer,
    ):
        await answer.read()


async def test_requests_of_the_bot_and_of_the_page_apart(emulator: Emulator) -> None:
    await asked(emulator, "messages.send", PERSON, browser=True, peer_id=-101, random_id=0, message="Есть кто?")
    await asked(emulator, "messages.send", BOT, peer_id=1001, random_id=1, message="Да")
    await asked(emulator, "messages.send", BOT, peer_id=1002, random_id=2, message="Да")
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="в тесте")
    first, second = emulator.journal.find("messages.send", "bot")
    assert (first.params["message"], first.answer, first.error, first.token) == ("Да", 2, 0, BOT)
    assert (second.error, second.answer["error_code"]) == (901, 901) and first.at <= second.at
    (his,) = emulator.journal.find("messages.*", "page")
    assert his.params["message"] == "Есть кто?" and emulator.journal.find("users.*") == []
    told = emulator.call("emulator.requests", method="messages.send", by="bot", count=1)
    assert [(one["params"]["peer_id"], one["error"]) for one in told] == [("1002", 901)]
    emulator.call("emulator.reset")
    assert emulator.journal.find() == [] and emulator.journal.total == 0


async def test_a_lost_answer_is_none(emulator: Emulator) -> None:
    emulator.call("emulator.setFaults", rules=[{"method": "users.get", "mode": "html502"}])
    await asked(emulator, "users.get", BOT)
    (lost,) = emulator.journal.find()
    assert lost.answer is None and lost.error == 0


def test_it_neither_grows_nor_keeps_the_enormous() -> None:
    made, long = Journal(), "я" * 100_000
    body = {"error": {"error_code": 100, "error_msg": long}}
    data = json.dumps(body).encode()
    for number in range(3000):
        made.write(request_of(0.0, "bot", f"a.b{number}", BOT, {"message": long, "n": 5}, body, data))
    kept = made.find()
    assert len(kept) == journal.KEPT and len(made.refused) == journal.MOST_KINDS and made.total == 3000
    assert len(kept[0].params["message"]) == journal.LONGEST and kept[0].params["n"] == 5
    assert isinstance(kept[0].answer, str) and len(kept[0].answer) <= journal.LONGEST


async def test_run_sums_up_what_a_bot_may_not_have_noticed(emulator: Emulator) -> None:
    assert run.summary(emulator) == "запросов бота: 0"
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="Есть кто?")
    emulator.call("messages.send", "user-1002", peer_id=-101, random_id=0, message="А тут?")
    for _ in range(2):
        await asked(emulator, "messages.send", BOT, peer_id=1003, random_id=0, message="Да")
    await asked(emulator, "messages.send", BOT, peer_id=1002, random_id=0, message="Тут")
    await asked(emulator, "stories.get", BOT)
    emulator.strangers.refuse("site.example")
    assert run.summary(emulator).splitlines() == [
        "запросов бота: 4",
        "  ВКонтакте отказал: messages.send — ошибка 901 (2), stories.get — ошибка 3 (1)",
        "    1003 has not written to community 101: let them write first, or name them in `allowed`",
        "    neither vk-emulator nor the schema of VK 5.199 knows stories.get",
        "  методов нет в эмуляторе: stories.get (1)",
        "  чужие сайты, куда не пустили: site.example (1)",
        "  диалогов, где последнее слово за человеком: 1",
    ]


async def test_a_button_without_an_answer_is_summed_up(emulator: Emulator) -> None:
    emulator.call("messages.send", PERSON, peer_id=-101, random_id=0, message="Есть кто?")
    keyboard = {"inline": True, "buttons": [[{"action": {"type": "callback", "label": "Да", "payload": "{}"}}]]}
    sent = emulator.call("messages.send", BOT, peer_id=1001, random_id=0, message="?", keyboard=json.dumps(keyboard))
    assert sent
    press = {"peer_id": -101, "cmid": 2, "payload": "{}"}
    event = emulator.call("messages.sendMessageEvent", PERSON, **press)["event_id"]
    assert run.summary(emulator).splitlines()[-1] == "  нажатых кнопок без ответа: 1"
    answer = {"event_id": event, "user_id": 1001, "peer_id": 1001}
    assert emulator.call("messages.sendMessageEventAnswer", BOT, **answer) == 1
    assert run.summary(emulator) == "запросов бота: 0"


@pytest.mark.parametrize("by", ["bot", "page", ""])
def test_by_whom(by: str) -> None:
    made = Journal()
    for who in ("bot", "page", "bot"):
        made.write(request_of(0.0, who, "users.get", BOT, {}, {"response": 1}, b'{"response":1}'))
    assert [kept.by for kept in made.find("users.get", by)] == [
        who for who in ("bot", "page", "bot") if by in ("", who)
    ]

"""«Мои данные» arrive as two files in the resident's own dialogue, with everything and with nobody else's (R12)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery import my_data_files
from states.effects import DATA, lost_words
from states.people.languages import RUSSIAN, Language
from storage.db import schema
from storage.db.transaction import Transaction
from storage.privacy import audit
from storage.records import api_keys
from storage.records.api_keys import ApiKey
from tests.small import POLICY
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage
from tests.transcripts.script import Player

pytestmark = pytest.mark.virtual

MARIA = RESIDENTS["мария"]
TEXT = "Большая яма на дороге в Миассе, улица Ленина, дом 5. Машины бьют колёса."


async def asked(player: Player) -> None:
    await player.line({"отправила": "мария", "текст": TEXT})
    await player.line({"отправила": "иван", "текст": "Яма в Миассе, улица Победы, 8. Тайна соседа."})
    await player.line({"чат miass-gorod отвечает": "Засыпали, проверьте", "на": "Машины бьют"})
    await player.stage.wait(31)
    await player.line({"мария слышит": "Засыпали"})
    await player.line({"мария": "Мои данные"})
    await player.line({"мария слышит": "[Прислать мне всё]"})
    await player.line({"мария нажимает": "Прислать мне всё"})


async def documents(stage: EmulatedStage, who: str = "мария") -> dict[str, bytes]:
    """The files in the dialogue, read as their owner reads them."""
    answer = await stage.call("messages.getHistory", f"user-{RESIDENTS[who]}", peer_id=-COMMUNITY, count=50)
    found = {}
    for message in answer["items"]:
        for attachment in message.get("attachments") or []:
            if attachment["type"] == "doc":
                found[attachment["doc"]["title"]] = await stage.file(attachment["doc"]["url"])
    return found


async def test_both_files_come_with_everything(stage: EmulatedStage, player: Player) -> None:
    await asked(player)
    await player.line({"мария слышит": ["для чтения и в JSON", "<doc>", "<doc>"]})
    found = await documents(stage)
    assert set(found) == set(my_data_files.NAMES)
    whole = json.loads(found["Мои данные.json"])
    (one,) = whole["appeals"]
    assert "Машины бьют колёса" in one["pieces"][0]["text"] and one["status"] == "answered"
    assert {line["actor"] for line in whole["history"]} == {"житель", "сотрудник"}
    text = found["Мои данные.txt"].decode()
    number = f"№{one['code']}"
    for part in (number, "Машины бьют", "есть ответ", "обработка данных, дано", "данные выгружены", "id1001"):
        assert part in text, part
    everything = b"".join(found.values()).decode()
    assert "Тайна соседа" not in everything and str(RESIDENTS["иван"]) not in everything
    official = stage.official("miass-gorod", 1)
    assert str(official) not in text and f": {official}" not in found["Мои данные.json"].decode()


async def test_an_application_that_writes_for_its_owner_is_named(stage: EmulatedStage, player: Player) -> None:
    """Its name and since when; what opens is in neither file."""
    assert stage.bot is not None
    now = stage.bot.clock.now()
    for who, name in ((MARIA, "Дача"), (RESIDENTS["иван"], "Чужое")):
        one = ApiKey(f"digest {name}", who, name, now)
        await stage.bot.db.run(lambda tx, one=one: api_keys.give(tx, one))  # type: ignore[misc]
    await asked(player)
    await player.line({"мария слышит": "<doc>"})
    found = await documents(stage)
    text = found["Мои данные.txt"].decode()
    assert "Приложения, которые пишут от вашего имени:\n— «Дача», ключ выдан " in text
    assert [one["name"] for one in json.loads(found["Мои данные.json"])["keys"]] == ["Дача"]
    assert not any(word in b"".join(found.values()).decode() for word in ("digest", "Чужое"))


async def test_the_export_is_logged_and_nothing_of_it_is_stored(stage: EmulatedStage, player: Player) -> None:
    await asked(player)
    await player.line({"мария слышит": "<doc>"})
    assert stage.bot is not None

    async def body(tx: Transaction) -> tuple[list[Any], list[str]]:
        lines = await audit.about(tx, [str(MARIA)])
        rows = await tx.rows(select(schema.outbox.c.attachments).where(schema.outbox.c.cause.contains("|data|")))
        return [line["action"] for line in lines], [row["attachments"] for row in rows]

    actions, attachments = await stage.bot.db.run(body)
    assert actions.count("exported") == 1 and attachments == [None]


async def test_a_server_that_fails_for_a_while_is_tried_again(stage: EmulatedStage, player: Player) -> None:
    fault = {"method": "docs.getMessagesUploadServer", "mode": "error", "code": 10, "times": 3}
    await stage.call("emulator.setFaults", rules=[fault])
    await asked(player)
    for _ in range(6):
        await stage.wait(60)
    await player.line({"мария слышит": ["<doc>", "<doc>"]})
    assert set(await documents(stage)) == set(my_data_files.NAMES)


async def test_what_vk_will_not_take_is_said(stage: EmulatedStage, player: Player) -> None:
    """The words are not held back for ever, and they say what is missing."""
    fault = {"method": "docs.save", "mode": "error", "code": 105, "times": 100}
    await stage.call("emulator.setFaults", rules=[fault])
    await asked(player)
    await player.line({"мария слышит": "Не удалось передать: документ «Мои данные.json»"})
    assert await documents(stage) == {}


async def test_a_server_that_never_answers_is_given_up(stage: EmulatedStage, player: Player) -> None:
    fault = {"method": "docs.getMessagesUploadServer", "mode": "error", "code": 10, "times": 1000}
    await stage.call("emulator.setFaults", rules=[fault])
    await asked(player)
    for _ in range(10):
        await stage.wait(400)
    await player.line({"мария слышит": f"Не удалось передать: {lost_words(DATA)}"})


async def test_a_file_that_cannot_be_made_stops_nobody(
    stage: EmulatedStage, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("something")

    monkeypatch.setattr(my_data_files, "files", broken)
    await asked(player)
    await player.line({"мария слышит": f"Не удалось передать: {lost_words(DATA)}"})


@pytest.mark.parametrize(("actor", "said"), [(5, "житель"), (0, "программа"), (1010, "сотрудник")])
def test_officials_are_named_by_their_role(actor: int, said: str) -> None:
    assert my_data_files.role(actor, 5) == said


def test_a_consent_in_another_language_is_named() -> None:
    """R8: which text was shown is known by its hash, in every language that there is."""
    loud = Language("xx", "ГРОМКИЙ", (), "{operator} {address} {days} {email}")
    policy = replace(POLICY, languages=(RUSSIAN, loud))
    row = {"at": "2026-11-24T10:00:00+00:00", "given": True, "text_hash": policy.consent_in("xx")[1]}
    assert "обработка данных (ГРОМКИЙ), дано" in my_data_files.consent(row, policy)
    assert "обработка данных, дано" in my_data_files.consent({**row, "text_hash": policy.consent_hash}, policy)
    assert "прежняя редакция" in my_data_files.consent({**row, "text_hash": "?"}, policy)

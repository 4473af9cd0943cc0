"""What of hostile words and files reaches officials, end to end through the emulator (T1, T2, T10, T11)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.vk import file_kinds
from tests.hostile.documents import GOOD, HOSTILE, LYING
from tests.hostile.insides import FINE, HARM, pdf, with_packed
from tests.hostile.insides import packed as packed_objects
from tests.hostile.texts import escapes
from tests.transcripts.emulated import EmulatedStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Heard, Words

PIT = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"
CHAT = "miass-gorod"

TEXTS = {
    "everybody": "Посмотрите @all @online @here @everyone @все, яма",
    "three hundred people": "Яма " + " ".join(f"@id{number}" for number in range(1, 300)),
    "links of VK": "Яма [id1|Глава города] [club1|Администрация] *id1 (глава)",
    "right to left": "Яма у дома \u202egpj.exe\u202c, смотрите",
    "isolates": "Яма \u2066\u202e5 мод\u202c\u2069 на Ленина",
    "zero width": "Я\u200bм\u2060а на\ufeff дороге",
    "tags": "Яма" + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore"),
    "a heap of marks": "Я" + "\u0301" * 80 + "ма",
    "a thousand lines": "Яма" + "\n" * 1000 + "на Ленина",
    "an entity": "Яма &#64;all &commat;id1",
    "a login in a link": "Яма, фото https://gosuslugi.ru@example.com/yama",
    "letters of two alphabets": "Яма, подпишите на gоsuslugi.ru",
}
"""Each stood in the chat byte for byte."""


async def sent(stage: EmulatedStage, player: Player, files: dict[str, bytes]) -> list[Heard]:
    """What the chat has after a message with these documents."""
    stage.documents.update(files)
    await player.line({"согласилась": "мария", "текст": PIT})
    await player.line({"мария": "Документы по яме", "files": [f"doc:{name}" for name in files]})
    await player.line({"мария": "1"})
    await player.line({"мария слышит": "[Отправить]"})
    await player.line({"мария нажимает": "Отправить"})
    await stage.settle()
    await stage.settle()
    return [one for one in await stage.chat(CHAT) if one.author < 0]


async def documents_in(stage: EmulatedStage, chat: str) -> list[dict[str, Any]]:
    """Every document that the chat can open, at whatever depth."""
    user = stage.official(chat, 1)
    answer = await stage.call("messages.getHistory", f"user-{user}", peer_id=stage.peer_of(chat, user), count=200)
    found, waiting = [], list(answer["items"])
    while waiting:
        message = waiting.pop()
        waiting += message.get("fwd_messages") or []
        waiting += [message["reply_message"]] if message.get("reply_message") else []
        found += [one["doc"] for one in message.get("attachments") or [] if one["type"] == "doc"]
    return found


@pytest.mark.virtual
async def test_none_of_ten_hostile_files_reaches_the_officials(stage: EmulatedStage, player: Player) -> None:
    said = await sent(stage, player, {name: content for name, (content, _) in HOSTILE.items()})
    assert await documents_in(stage, CHAT) == []
    card = next(one for one in said if "Документы по яме" in one.text and "Не удалось передать" in one.text)
    for name, (_, why) in HOSTILE.items():
        shown = name.replace("\u202e", "")
        assert any(f"«{shown}» ({why}" in part for part in card.text.split("документ ")), (name, card.text)
    assert not escapes(card.text)
    await player.line({"мария слышит": ["Не удалось передать", "Бомба.docx"]})


@pytest.mark.virtual
async def test_good_files_go_where_bad_ones_are_named(stage: EmulatedStage, player: Player) -> None:
    bad = dict(list(HOSTILE.items())[:3])
    good = dict(list(GOOD.items())[:7])
    said = await sent(stage, player, good | {name: content for name, (content, _) in bad.items()})
    assert {one["title"] for one in await documents_in(stage, CHAT)} == set(good)
    assert sum("Не удалось передать" in one.text for one in said) == 1


@pytest.mark.virtual
async def test_photos_are_forwarded_as_before(stage: EmulatedStage, player: Player) -> None:
    await player.line({"согласилась": "мария", "текст": PIT})
    await player.line({"мария": "Вот она", "files": ["photo"]})
    await player.line({"мария": "1"})
    await player.line({"мария слышит": "[Отправить]"})
    await player.line({"мария нажимает": "Отправить"})
    await player.line({f"чат {CHAT} видит": [f"<переслано: {PIT}", "<переслано: Вот она"]})


@pytest.mark.virtual
@pytest.mark.parametrize("name", TEXTS)
async def test_hostile_words_are_said_by_the_bot_and_harmless(stage: EmulatedStage, player: Player, name: str) -> None:
    await player.line({"отправила": "мария", "текст": PIT})
    told = [one for one in await stage.dialogue("мария") if re.search(r"\d{4}-\w{4}", one.text)]
    await stage.write("мария", Words(TEXTS[name], reply_to=told[-1].cmid))
    await stage.wait(5)
    said = [one for one in await stage.chat(CHAT) if one.author < 0]
    assert any("ма" in one.text and "Дополнение" in one.text for one in said), said
    for one in said:
        for shown in (one.text, *one.forwards):
            assert not escapes(shown), shown


async def test_a_message_inside_a_message_is_said_too(stage: EmulatedStage, player: Player) -> None:
    """Its files come along, each looked at; nobody's name does."""
    stage.documents.update({"Ответ.pdf": GOOD["Ответ.pdf"], "Установка.exe": HOSTILE["Установка.exe"][0]})
    await player.line({"согласилась": "мария", "текст": PIT})
    await stage.write("мария", Words("[id1|Сосед] тоже жаловался", ("doc:Ответ.pdf", "doc:Установка.exe", "photo")))
    await stage.wait(5)
    first = next(one for one in await stage.dialogue("мария") if "жаловался" in one.text)
    inside = {"peer_id": -101, "conversation_message_ids": [first.cmid]}
    await stage.call("messages.send", "user-1001", peer_id=-101, random_id=77, message="Вот", forward=inside)
    await stage.wait(5)
    await player.line({"мария": "1"})
    await player.line({"мария слышит": "[Отправить]"})
    await player.line({"мария нажимает": "Отправить"})
    await stage.wait(5)
    said = [one for one in await stage.chat(CHAT) if one.author < 0]
    assert any("Переслано: (Сосед) тоже жаловался" in one.text for one in said), said
    assert {one["title"] for one in await documents_in(stage, CHAT)} == {"Ответ.pdf"}


@pytest.mark.parametrize("name", LYING)
def test_what_lies_is_refused_by_its_content(name: str) -> None:
    content, why = LYING[name]
    assert file_kinds.refusal_by_content(name, content) == why


@pytest.mark.parametrize("name", HOSTILE)
def test_what_harms_is_refused_by_its_content(name: str) -> None:
    content, why = HOSTILE[name]
    assert file_kinds.refusal_by_content(name.replace("\u202e", ""), content) == why


@pytest.mark.parametrize("name", GOOD)
def test_a_good_document_passes(name: str) -> None:
    assert file_kinds.refused_name(name) == "" == file_kinds.refusal_by_content(name, GOOD[name])


@pytest.mark.parametrize("name", HARM)
def test_what_is_spelled_otherwise_packed_or_elsewhere_is_refused(name: str) -> None:
    assert file_kinds.refusal_by_content(name, HARM[name])


@pytest.mark.parametrize("name", FINE)
def test_what_only_looks_like_it_passes(name: str) -> None:
    assert file_kinds.refusal_by_content(name, FINE[name]) == ""


def test_a_stream_without_end_is_a_bomb() -> None:
    assert file_kinds.refusal_by_content("a.pdf", with_packed(packed_objects(b" " * (17 << 20)))) == file_kinds.BOMB
    assert file_kinds.refusal_by_content("a.pdf", pdf(b"", b"stream\n" * 20_100)) == file_kinds.BOMB


@pytest.mark.parametrize("name", [*HARM, *FINE])
def test_a_cut_document_with_insides_raises_nothing(name: str) -> None:
    content = {**HARM, **FINE}[name][:4000]
    for cut in range(0, len(content), max(1, len(content) // 20)):
        damaged = content[:cut] + bytes([content[cut] ^ 0xFF]) + content[cut + 1 :]
        assert isinstance(
            file_kinds.refusal_by_content(name, content[:cut]) + file_kinds.refusal_by_content(name, damaged), str
        )


@pytest.mark.parametrize("name", [*GOOD, *HOSTILE, *LYING])
def test_a_cut_or_damaged_document_raises_nothing(name: str) -> None:
    content = {**GOOD, **{key: value for key, (value, _) in {**HOSTILE, **LYING}.items()}}[name][:4000]
    for cut in range(0, len(content), max(1, len(content) // 60)):
        damaged = content[:cut] + bytes([content[cut] ^ 0xFF]) + content[cut + 1 :]
        assert isinstance(
            file_kinds.refusal_by_content(name, content[:cut]) + file_kinds.refusal_by_content(name, damaged), str
        )

"""What must never be said, and that every sentence is used (R1, R2, R4)."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest

import handlers
from handlers.text import texts, texts_chat, texts_personal, texts_stages, texts_wishes

FOLDER = Path(handlers.__file__).parent
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*.py"))}


def names_of(module: ModuleType) -> list[str]:
    """Every sentence of a module, whether a constant or made by a function."""
    made = [name for name, one in vars(module).items() if getattr(one, "__module__", "") == module.__name__]
    return [name for name in vars(module) if name.isupper()] + made


NAMES, CHAT_NAMES = names_of(texts), names_of(texts_chat)
OTHERS = [
    name for name in (*names_of(texts_stages), *names_of(texts_personal), *names_of(texts_wishes)) if name[0] != "_"
]


def sentences(source: str) -> list[str]:
    """Every string of a module but its docstrings."""
    tree = ast.parse(source)
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [string for string in strings if string not in docs]


@pytest.mark.parametrize("name", SOURCES)
def test_no_sentence_promises_what_a_message_is_not(name: str) -> None:
    """R2: not «обращение зарегистрировано», not «в соответствии с 59-ФЗ», not thirty days."""
    said = "\n".join(sentences(SOURCES[name])).casefold()
    assert not re.search(r"обращени\w* зарегистрирован|зарегистрирован\w* обращени", said)
    assert not re.search(r"в соответствии с\s+(федеральным законом\s+)?(№\s*)?59", said)
    assert not re.search(r"(30|тридцати?)[\s-]*(календарн\w+\s+)?(дн|сут)", said)


def test_a_message_is_called_an_appeal_only_to_say_that_it_is_none() -> None:
    """R1: «обращение» and the law stand only where the formal way is told."""
    named = [name for name in NAMES if name.isupper() and "обращени" in getattr(texts, name).casefold()]
    assert named == []
    assert "не официальное обращение" in texts.notice("Приёмная", "https://x", "112")


def test_the_notice_names_the_nature_the_formal_channel_and_the_emergency_number() -> None:
    """R1."""
    said = texts.notice("Приёмная области", "https://gosuslugi.ru", "112")
    assert all(part in said for part in ("Приёмная области", "сообщение", "https://gosuslugi.ru", "112"))


def test_a_refusal_names_the_formal_channel_and_the_emergency_number() -> None:
    """R10."""
    said = texts.refused("https://gosuslugi.ru", "112")
    assert "https://gosuslugi.ru" in said and "112" in said


def test_the_number_is_that_of_a_message_and_stands_last() -> None:
    """R4."""
    assert texts.accepted("1124-AAAA", "Ответит А.") == "✅ Приняли. Ответит А.\n№1124-AAAA"
    assert "сообщение уже отправлено: №{code}" in texts.ALREADY_SENT


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_every_sentence_is_said_somewhere(name: str) -> None:
    used = "\n".join(source for file, source in SOURCES.items() if not file.startswith("texts"))
    used += (FOLDER.parent / "bot" / "delivery" / "send.py").read_text(encoding="utf-8")
    assert re.search(rf"\b{name}\b", used), f"{name} is never said"


@pytest.mark.parametrize("name", CHAT_NAMES)
def test_every_sentence_of_the_chats_is_said_somewhere(name: str) -> None:
    used = "\n".join(source for file, source in SOURCES.items() if file != "texts_chat.py")
    used += sentences_of_itself(SOURCES["texts_chat.py"])
    assert re.search(rf"texts_chat\.{name}\b", used), f"{name} is never said"


def sentences_of_itself(source: str) -> str:
    """Sentences that stand in another one of the same module."""
    inside = [node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    return "\n".join(f"texts_chat.{name}" for name in inside if inside.count(name) > 1)


@pytest.mark.parametrize("name", CHAT_NAMES)
def test_officials_read_of_messages_too_and_of_no_law(name: str) -> None:
    """R1, R2: «сообщение», never «обращение»; no bureaucratese."""
    one = getattr(texts_chat, name)
    said = one if isinstance(one, str) else "\n".join(sentences(inspect.getsource(one)))
    assert not re.search(r"обращени|59-фз|заявител|гражданин|надлежащ|вышеуказ|осуществ", said.casefold())


@pytest.mark.parametrize("name", [name for name in CHAT_NAMES if isinstance(getattr(texts_chat, name), str)])
def test_what_is_filled_in_has_a_known_name(name: str) -> None:
    """A slip in a place would be an exception in the middle of a decision."""
    places = {place for _, place, _, _ in Formatter().parse(getattr(texts_chat, name)) if place is not None}
    known = (
        "code agency who day latest until when status other lead share names why seconds times topic place count title"
    )
    assert places <= set(f"{known} usual whom user numbers word number owner by people".split())


def test_an_answer_without_words_says_where_it_is() -> None:
    assert texts.answer("1", "Миндор", "") == "Ответ на сообщение №1\nМиндор:\n\nОтвет во вложении."
    assert texts.answer("1", "Миндор", "Сделали").endswith("Миндор:\n\nСделали")


def test_seconds_are_said_in_their_form() -> None:
    assert "через 30 секунд." in texts_chat.will_leave("1", 30)
    assert "через 21 секунду." in texts_chat.will_leave("1", 21)


def test_a_failure_is_told_with_its_number_where_there_is_one() -> None:
    assert "(ошибка 901)" in texts_chat.not_delivered("1", texts_chat.RECIPIENT_CLOSED, 901)
    assert "ошибка" not in texts_chat.not_delivered("1", texts_chat.SET_ASIDE, 0)


def test_no_sentence_goes_on_in_a_small_letter() -> None:
    """E.4: neither as it stands, nor by what is put in after a full stop."""
    said = [line for name, source in SOURCES.items() if name.startswith("texts") for line in sentences(source)]
    assert len(said) > 300
    assert [line for line in said if re.search(r"[а-яё][.!?] [а-яё]", line)] == []
    assert [line for line in said if re.search(r"[.!?] \{(?!agency|who|title)", line)] == []

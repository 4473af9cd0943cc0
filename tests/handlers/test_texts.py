"""What must never be said, and that every sentence is used (R1, R2, R4)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import handlers
from handlers import texts, texts_chat

FOLDER = Path(handlers.__file__).parent
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py"))}
NAMES = [name for name in vars(texts) if name.isupper()] + [
    name for name, one in vars(texts).items() if callable(one) and getattr(one, "__module__", "") == texts.__name__
]


def sentences(source: str) -> list[str]:
    """Every string of a module but its docstrings."""
    tree = ast.parse(source)
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [one for one in strings if one not in docs]


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


def test_the_number_is_labelled_as_the_number_of_a_message() -> None:
    """R4."""
    assert "Номер сообщения: 1124-AAAA" in texts.accepted("1124-AAAA", "Передали: А.")
    assert "Номер сообщения: {code}" in texts.ALREADY_SENT


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_is_said_somewhere(name: str) -> None:
    used = "\n".join(source for file, source in SOURCES.items() if file != "texts.py")
    used += (FOLDER.parent / "bot" / "send.py").read_text(encoding="utf-8")
    assert re.search(rf"\b{name}\b", used), f"{name} is never said"


def test_an_answer_without_words_says_where_it_is() -> None:
    assert texts.answer("1", "Миндор", "") == "Ответ на сообщение №1\nМиндор:\n\nОтвет во вложении."
    assert texts.answer("1", "Миндор", "Сделали").endswith("Миндор:\n\nСделали")


def test_seconds_are_said_in_their_form() -> None:
    assert "через 30 секунд." in texts_chat.will_leave("1", 30)
    assert "через 21 секунду." in texts_chat.will_leave("1", 21)


def test_a_failure_is_told_with_its_number_where_there_is_one() -> None:
    assert "(ошибка 901)" in texts_chat.not_delivered("1", texts_chat.RECIPIENT_CLOSED, 901)
    assert "ошибка" not in texts_chat.not_delivered("1", texts_chat.SET_ASIDE, 0)

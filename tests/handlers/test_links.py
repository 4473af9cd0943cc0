"""Where a link leads is said before it where that is not plain; plain ones stay as they are (T10)."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.text.links import MARK, decode_host, doubtful, plain_links
from tests.cost import cost


@pytest.mark.parametrize(
    "text",
    [
        "https://vk.com/wall-1_2?w=3",
        "см. (https://администрация.рф/novosti).",
        "пишите на ivan@mail.ru или ivan@пример.рф",
        "http://example.com:8080/x, www.ya.ru; г.Миасс,ул.Мира",
        "отчет.pdf v1.2.3 10.10.2026",
        "https:// и https://...",
        "https://кто@. и http://(@..",
    ],
)
def test_plain_links_and_no_links_stay(text: str) -> None:
    assert plain_links(text) == text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("https://gosuslugi.ru@evil.com/x", f"{MARK}evil.com: https://evil.com/x"),
        ("вот: https://a:b@evil.com:81", f"вот: {MARK}evil.com: https://evil.com:81"),
        ("(http://2130706433/)", f"( {MARK}2130706433: http://2130706433/)"),
        ("http://0x7f.1", f"{MARK}0x7f.1: http://0x7f.1"),
        ("https://xn--e1afmkfd.xn--p1ai/x", f"{MARK}пример.рф: https://пример.рф/x"),
        ("xn--e1afmkfd.xn--p1ai", f"{MARK}пример.рф: пример.рф"),
        ("https://аpple.com", f"{MARK}аpple.com: https://аpple.com"),
        ("аррӏе.com.", f"{MARK}аррӏе.com: аррӏе.com."),
        ("https://ok.ru,https://a@b.com", f"https://ok.ru, {MARK}b.com: https://b.com"),
        ("https://google。com/", f"{MARK}google。com: https://google。com/"),
    ],
)
def test_a_doubtful_link_says_where_it_leads(text: str, shown: str) -> None:
    assert plain_links(text) == shown
    assert plain_links(shown) == shown, "a link is marked once"


def test_a_mark_that_somebody_wrote_himself_hides_nothing() -> None:
    assert "@" not in plain_links(f"{MARK}https://bank.ru@evil.com")
    assert "@" not in plain_links(f"{MARK}evil.com: https://bank.ru@evil.com")


@pytest.mark.parametrize(
    "label", ["xn--", "xn--a", "xn--\u0430", f"xn--{'a' * 70}", "xn--zzzzzzzzzzzzzzzzzzzz", "xn--ls8h"]
)
def test_punycode_that_shows_nothing_readable_stays_and_is_doubtful(label: str) -> None:
    assert decode_host(label) == label
    assert doubtful(decode_host(f"{label}.com"))


@given(st.text(alphabet="abcxn-0123456789", min_size=1, max_size=60))
def test_no_label_raises(label: str) -> None:
    decode_host(f"xn--{label}")


def test_a_long_text_of_half_links_is_quick() -> None:
    """T8: linear."""
    for piece in ("https://", "https://a", "a.", "a-", "xn--", "https://a@", "@a.ru", "a.ru"):
        assert cost(partial(plain_links, (piece * 100_000)[:100_000]), times=5) < 0.1

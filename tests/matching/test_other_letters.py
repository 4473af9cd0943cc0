"""A text without a Russian letter is read as what it says in another layout or by its sounds, if it says anything."""

from __future__ import annotations

import pytest

from matching import Matcher

ROADS, WATER, LIGHT = "dorogi-yamy", "zhkh-net-vody", "energo-net-sveta"


@pytest.mark.parametrize(
    ("text", "topic", "place"),
    [
        ("yama na doroge v miasse", ROADS, "miass"),
        ("Bolshaya yama na doroge, Miass", ROADS, "miass"),
        ("zvf yf ljhjut d Vbfcct", ROADS, "miass"),
        (",jkmifz zvf yf ljhjut", ROADS, None),
        ("net sveta na lenina 5 v kopeyske", LIGHT, "kopeysk"),
        ("ytn djls", WATER, None),
        ("ytn cdtnf d vbfcct", LIGHT, "miass"),
        ("gololed na trotuare v zlatouste", "dorogi-sneg-trotuar", "zlatoust"),
        ("otopleniya net uzhe nedelyu zlatoust", "zhkh-otoplenie", "zlatoust"),
        ("ne rabotaet svetofor v chelyabinske", "dorogi-svetofor", "chelyabinsk"),
        ("cdtnjajh yt hf,jnftn", "dorogi-svetofor", None),
        ("jnjgktybz ytn", "zhkh-otoplenie", None),
    ],
)
def test_what_was_meant_is_heard(matcher: Matcher, text: str, topic: str, place: str | None) -> None:
    assert matcher.topics(text)[0] == topic
    assert matcher.place(text).places[:1] == ((place,) if place else ())


def test_a_house_is_found_in_other_letters(matcher: Matcher) -> None:
    assert matcher.address("net sveta na lenina 5 v kopeyske") == "Ленина, 5"
    assert matcher.search_places("Vbfcc")[0] == matcher.search_places("miass")[0] == "miass"


@pytest.mark.parametrize("text", ["light problem", "hello", "ok google", "www.example.ru", "5", "№ 12", "qwrtp 5"])
def test_what_says_nothing_so_stays_as_it_is(matcher: Matcher, text: str) -> None:
    assert matcher.readable(text) == text


@pytest.mark.parametrize("text", ["яма на дороге", "автобус МАЗ-203 bus", "кафе Sunrise на Ленина 5"])
def test_a_russian_text_is_left_alone(matcher: Matcher, text: str) -> None:
    assert matcher.readable(text) is text

"""A canned answer goes out whole or says what it still lacks (R43)."""

from __future__ import annotations

from states.lifecycle.templates import Blank, Template

ANSWER = Template("Ямы", "По адресу {адрес} ({адрес}) работы проведут {дата}. Номер сообщения: {номер}.")


def test_a_template_names_its_places_once_and_in_order() -> None:
    assert ANSWER.blanks == (Blank.ADDRESS, Blank.DATE, Blank.NUMBER)
    assert Template("Спасибо", "Спасибо, передали.").blanks == ()


def test_it_is_filled_or_says_what_is_missing() -> None:
    known = {Blank.ADDRESS: "ул. Мира, 1", Blank.NUMBER: "А-1", Blank.DATE: " "}
    assert ANSWER.fill(known) == (Blank.DATE,)
    said = ANSWER.fill({**known, Blank.DATE: "до 4 декабря"})
    assert said == "По адресу ул. Мира, 1 (ул. Мира, 1) работы проведут до 4 декабря. Номер сообщения: А-1."


def test_what_a_resident_wrote_is_no_template() -> None:
    said = Template("А", "{адрес}; {тема}").fill({Blank.ADDRESS: "дом {тема} {{x}", Blank.TOPIC: "Снег"})
    assert said == "дом {тема} {{x}; Снег"


def test_braces_that_are_no_place_are_told() -> None:
    assert ANSWER.strange == ()
    assert Template("А", "{адрес {дата} {имя} {имя} }").strange == ("{", "{имя}", "}")
    assert Template("А", "{ адрес}").strange == ("{ адрес}",)
    assert Template("А", "{имя}").fill({}) == "{имя}"


def test_what_several_people_get_has_no_number() -> None:
    """R44: it is another one for each of them."""
    assert ANSWER.for_several().text == "По адресу {адрес} ({адрес}) работы проведут {дата}."
    assert Template("А", "Сообщение №{номер} рассмотрели.").for_several().text == "Сообщение рассмотрели."
    assert Template("А", "Передали.").for_several() == Template("А", "Передали.")

"""Danger is three questions: people now, what may hurt somebody soon, a crime; none cries at every bulb (R28, R30)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.crimes import CRIMES, crime
from screening.danger import Danger, _dangers, alarms, doubts, hazards, services_to_call
from screening.phrases import Phrase, PhraseTable, alone, pair
from screening.plain import LOOKED
from tests.cost import cost
from tests.form import examples
from tests.screening.sets import (
    ORDINARY,
    behind,
    danger_rows,
    developing,
    lines,
    measuring,
    opened,
    seals,
    share,
    unsealed,
)
from tests.screening.training.further import further_rows
from tests.screening.training.further import written as written_out

RECALL, PRECISION = 0.95, 0.85
CRIMINAL = developing("crime")
PARTS = {"developing": (0.99, 0.95, 0.01), "held_out": (0.95, 0.85, 0.03)}
"""Of each part: what must be found (told at once or asked about), of each kind too, and how often an alarm may be
raised where there is none."""
AT_ONCE = {"developing": (0.99, 0.02), "held_out": (0.87, 0.05)}
"""How much of it is told at once, and how often somebody may be asked where there is none."""


@pytest.fixture(scope="module", autouse=True)
def judged_once() -> Iterator[None]:
    """Many tests ask about the same phrases; the program keeps few texts, for they are people's words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("screening.danger._dangers", cache(_dangers.__wrapped__))
        yield


def raised_or_asked(text: str) -> bool:
    return bool(alarms(text) or doubts(text))


def heard(part: str, side: str, hears: Callable[[str], object]) -> dict[str, float]:
    """The share that is heard, of each kind and of all."""
    told = defaultdict(list)
    for where, kind, text in danger_rows(part):
        if where == side:
            told[kind].append(bool(hears(text)))
            told["all"].append(bool(hears(text)))
    return {kind: sum(one) / len(one) for kind, one in told.items()}


@pytest.mark.parametrize("part", PARTS)
def test_people_in_danger_are_heard_and_not_where_there_are_none(part: str) -> None:
    """R28. Strangers' sets are measured by benchmarks/screening.py."""
    found, of_a_kind, false = PARTS[part]
    told, none = heard(part, "alarm", raised_or_asked), heard(part, "none", alarms)["all"]
    print(part, told, none)
    assert told["all"] >= found and min(told.values()) >= of_a_kind and none <= false


@pytest.mark.parametrize("part", AT_ONCE)
def test_most_of_it_is_told_at_once_and_few_are_asked_for_nothing(part: str) -> None:
    raised, asked = heard(part, "alarm", alarms)["all"], heard(part, "none", doubts)["all"]
    print(part, raised, asked)
    assert raised >= AT_ONCE[part][0] and asked <= AT_ONCE[part][1]


def test_a_text_is_an_alarm_or_asked_about_or_neither() -> None:
    every = [text for part in PARTS for _, _, text in danger_rows(part)]
    assert not [text for text in every if alarms(text) and doubts(text)]
    assert doubts("дети на морозе стояли") and not doubts("Не горит фонарь") and not doubts("тонем!")


def test_hazards_are_heard_and_not_where_there_are_none() -> None:
    told, none = heard("developing", "hazard", hazards), heard("developing", "none", hazards)["all"]
    print(told, none)
    assert told["all"] >= 0.95 and none <= 0.01


def test_the_first_measuring_set_is_heard() -> None:
    """R28, R30. It was written for rules that did not part people, hazards and crimes. An alarm where
    there is none in none of 181."""
    phrases = measuring("danger_measuring")
    assert len(phrases.told) >= 150 and len(phrases.harmless) >= 150
    found = share(phrases.told, lambda text: raised_or_asked(text) or hazards(text) or crime(text))
    false = share(phrases.harmless, alarms)
    print(found, false)
    assert found >= 0.97 and false <= 0.03


def test_a_short_message_is_not_a_dark_one() -> None:
    """R28: of one or two words the sum of a few features decides, and «Вижу» is no suicide."""
    short = [text for _, text in lines("short")]
    assert len(short) >= 120 and [text for text in short if alarms(text)] == []


@pytest.mark.parametrize(
    "text",
    ["тонем!", "горим", "газ пахнет", "он с ножом", "ребёнок один", "не дышит", "тону", "помогите, тонем"],
)
def test_a_short_cry_is_heard(text: str) -> None:
    assert alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "у меня дома", "дома у мамы", "у мамы дома", "у себя дома.", "У бабушки дома", "у меня в квартире", "в комнате",
        "это у соседа дома", "Во дворе, у нас", "в моём подъезде!", "у сестры в доме", "на втором этаже",
        "это у него дома", "у неё в квартире", "у них во дворе",
    ],
)  # fmt: skip
def test_who_only_says_where_tells_of_no_danger(text: str) -> None:
    """«Где это?» is answered so: nobody is rung for it, nor asked whether somebody beats him."""
    assert not alarms(text) | doubts(text) | hazards(text)


@pytest.mark.parametrize(
    "text",
    [
        "у мамы дома газ", "дома 🔥🔥", "у меня дома пожар", "я дома тону", "муж дома с ножом", "он у меня дома",
        "он в квартире", "он здесь, в подъезде", "она в ванной", "мы в квартире", "он на меня", "меня в подъезде",
        "я в ванной", "на нас в подъезде", "он за мамы", "я дома у мамы, нас заперли",
    ],
)  # fmt: skip
def test_a_danger_beside_it_is_heard_all_the_same(text: str) -> None:
    assert alarms(text) or doubts(text) or hazards(text)


@pytest.mark.parametrize("ordinary", ORDINARY)
def test_ordinary_words_hide_no_danger(ordinary: str) -> None:
    """R28: whoever tells of a hole first and of himself last is heard as if he had begun with himself."""
    found, raised = share(behind(ordinary), raised_or_asked), share(behind(ordinary), alarms)
    print(found, raised)
    assert found >= 0.95 and raised >= 0.92 and alarms(ordinary + "Стою на крыше, сейчас спрыгну.")
    assert alarms(ordinary + "Тонем, машина ушла под лёд!")


def test_nothing_that_is_learned_from_is_held_out() -> None:
    learned = {text.casefold() for _, _, text in danger_rows("developing")} | further()
    assert not learned & {text.casefold() for _, _, text in danger_rows("held_out")}


def test_no_measuring_set_stands_word_by_word_in_what_is_learned_from() -> None:
    phrases = measuring("danger_measuring")
    learned = {text for _, _, text in danger_rows("developing")}
    assert not learned & {*phrases.told, *phrases.harmless}
    assert not further() & {text.casefold() for text in (*phrases.told, *phrases.harmless)}


def further() -> set[str]:
    return {row.text.casefold() for row in further_rows()}


def test_no_line_of_the_further_phrases_is_learned_more_than_five_times() -> None:
    assert [len(list(written_out(line))) for line in ("{а|б|в|г|д|е} {1|2}", "а {1|2}", "а", "[hi] {а|б}")] == [
        5,
        2,
        1,
        5,
    ]
    assert list(written_out("{а|б} {1|2|3}")) == ["а 1", "б 2", "а 3"]
    assert len(further()) == len(further_rows()) >= 3_900


def test_the_sealed_sets_are_those_that_were_sealed() -> None:
    """Also that which is packed: its text is shown to nobody."""
    assert seals() and opened()
    for name, checksum in seals().items():
        assert sha256(unsealed(name)).hexdigest() == checksum, name
    for name in opened():
        lines = [line for line in unsealed(name).decode().splitlines() if line and not line.startswith("#")]
        assert lines and all(line[:2] in ("+ ", "- ") for line in lines)


@pytest.mark.parametrize("name", ["made with", "held out"])
def test_crimes(name: str) -> None:
    """R30."""
    known = CRIMINAL if name == "made with" else CRIMINAL["held_out"]
    right, wrong = sum(map(crime, known["crime"])), sum(map(crime, known["none"]))
    print(f"crime, {name}: recall {right / len(known['crime']):.3f}, precision {right / (right + wrong):.3f}")
    assert right / len(known["crime"]) >= RECALL and right / (right + wrong) >= PRECISION


@pytest.mark.parametrize(
    "text",
    [
        "Сына увезли в травмпункт, а там закрыто",
        "Девочку увезла скорая, спасибо врачам",
        "Ребёнка увели из группы в другой корпус, потому что холодно",
        "Детей увозят на автобусе в соседнюю школу",
        "Бабушка увела детей с площадки, там стекло",
    ],
)
def test_who_is_taken_somewhere_is_not_stolen(text: str) -> None:
    assert not crime(text)


@pytest.mark.parametrize("text", ["Незнакомец увёл мальчика с площадки", "Ребёнка силой увезли на чужой машине"])
def test_who_is_taken_by_a_stranger_is(text: str) -> None:
    assert crime(text)


def test_the_right_kind_is_among_those_heard() -> None:
    every = [(Danger(kind), alarms(text)) for side, kind, text in danger_rows("developing") if side == "alarm"]
    right = [kind in told for kind, told in every if told]
    print(f"right kind: {sum(right) / len(right):.3f} of {len(right)}")
    assert sum(right) / len(right) >= RECALL


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Пожар! Горит второй этаж", Danger.FIRE),
        ("В подъезде запах газа", Danger.GAS),
        ("Угарный газ, отцу плохо", Danger.GAS),
        ("СОСЕД С НОЖОМ", Danger.VIOLENCE),
        ("Не хочу жить", Danger.DESPAIR),
        ("лучше бы меня не было", Danger.DESPAIR),
        ("стою на крыше", Danger.SUICIDE),
        ("муж избивает меня", Danger.VIOLENCE),
        ("меня запер муж", Danger.VIOLENCE),
        ("отчим трогает меня", Danger.CHILD),
        ("Рыбак провалился под лёд", Danger.DROWNING),
        ("тонем!", Danger.DROWNING),
        ("пожааар", Danger.FIRE),
        ("ljv ujhbn", Danger.FIRE),
        ("pahnet gazom", Danger.GAS),
        ("янгын бар", Danger.FIRE),
        ("өйҙә газ еҫе килә", Danger.GAS),
    ],
)
def test_kinds(text: str, kind: Danger) -> None:
    """R28: in another layout, other letters, stretched, in Tatar and Bashkir, hinted at."""
    assert kind in alarms(text)


def test_people_now_are_apart_from_what_hurts_nobody_yet() -> None:
    """R28: the mark before consent and what is told at once are of alarms alone."""
    assert alarms("Открытый люк у школы") == frozenset() and Danger.MANHOLE in hazards("Открытый люк у школы")
    assert Danger.ICICLES in hazards("Огромные сосульки висят над подъездом")
    assert alarms("Пожар! Горит второй этаж, люди внутри") == {Danger.FIRE}


def test_despair_alone_is_despair_alone() -> None:
    """He is asked before anybody is told; with something under way he is not."""
    assert alarms("Мне незачем жить, всем будет легче без меня") == {Danger.DESPAIR}
    assert Danger.SUICIDE in alarms("Не хочу жить, таблетки уже выпила")


@pytest.mark.parametrize("text", ["С меня требуют взятку", "Украли велосипед", "Мошенники обманули бабушку"])
def test_a_crime_is_no_danger(text: str) -> None:
    assert crime(text) and not alarms(text) and not hazards(text)


def test_which_service_answers() -> None:
    assert services_to_call("Горит дом, люди внутри") == {"101"}
    assert services_to_call("Пахнет газом в подъезде") == {"104"}
    assert services_to_call("Открытый люк у школы") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Газ отключили по долгам",
        "Сгорела лампочка",
        "Умер телефон",
        "Убили дорогу",
        "Убийственный запах",
        "Не горит фонарь",
        "Тонем в мусоре",
        "Отсутствует освещение",
        "где сдать нож",
        "увезли в больницу, спасибо врачам",
        "скорая в прошлую субботу не проехала",
        "дети на морозе стояли",
        "позовите человека",
        "не хочу больше",
        "Что вы обо мне знаете?",
    ],
)
def test_false_friends(text: str) -> None:
    assert alarms(text) == frozenset()


TABLE = PhraseTable(
    {"near": (pair("кот", "дом*"),), "word": (alone("лев не_спит"),)},
    (pair("лев", "толст*"),),
    ((alone("во_сне"), frozenset({"word"})), (pair("если", "вдруг"), frozenset({"word", "near"}))),
)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("кот и дома", {"near"}),
        ("дома кот", {"near"}),
        ("кот. Ушёл, и больше никогда не видел этого дома", set()),
        ("кот один два три четыре пять шесть семь восемь дом", set()),
        ("лев", {"word"}),
        ("лев Толстой", set()),
        ("Лев Толстой. ЛЕВ!", {"word"}),
        ("не лев", set()),
        ("не, лев", {"word"}),
        ("он не спит", {"word"}),
        ("он не не спит", set()),
        ("спит", set()),
        ("дом дом кот", {"near"}),
        ("во сне лев", set()),
        ("во сне: лев", set()),
        ("во сне, лев", {"word"}),
        ("во сне кот и дом", {"near"}),
        ("если вдруг кот и дом", set()),
        ("если вдруг кот, и дом", set()),
        ("если вдруг, кот и дом", {"near"}),
        ("если, вдруг лев", {"word"}),
        ("если вдруг кот дома. Кот дома", {"near"}),
        ("кот, " * 3 + "дом " * 3, {"near"}),
    ],
)
def test_how_phrases_are_heard(text: str, heard: set[str]) -> None:
    assert TABLE.meanings_in(text) == heard


def test_one_word_is_not_two() -> None:
    assert PhraseTable({"twice": (pair("дом*", "дом*"),)}).meanings_in("дом") == frozenset()
    assert PhraseTable({"twice": (pair("дом*", "дом*"),)}).meanings_in("дом, дом") == {"twice"}


def written(table: PhraseTable) -> Iterable[str]:
    for group in (*table.phrases.values(), table.harmless, tuple(phrase for phrase, _ in table.frames)):
        for phrase in group:
            for part in phrase:
                yield from part.split("|")


def test_the_tables_are_spelt_as_they_are_read() -> None:
    """A star inside a word or a third joined word would never be found."""
    for word in set(written(CRIMES)):
        assert word == word.lower() and "ё" not in word and "*" not in word[:-1] and word.count("_") <= 1, word


def test_each_harmless_phrase_may_quiet_a_crime() -> None:
    """One whose words no phrase of a crime has would be read for nothing."""
    crimes = {start for group in CRIMES.phrases.values() for phrase in group for start in starts(phrase)}
    for phrase in CRIMES.harmless:
        here = starts(phrase)
        assert any(mine.startswith(its) or its.startswith(mine) for mine in here for its in crimes), phrase


def starts(phrase: Phrase) -> set[str]:
    """The beginnings of its words, joined ones apart."""
    return {word.rstrip("*") for part in phrase for joined in part.split("|") for word in joined.split("_")}


@settings(max_examples=examples(200), deadline=None)
@given(st.text() | st.lists(st.sampled_from(sorted({*written(CRIMES)})), max_size=30).map(" ".join))
def test_any_text_is_read(text: str) -> None:
    assert alarms(text) | doubts(text) | hazards(text) <= frozenset(Danger) and crime(text) in (True, False)


@pytest.mark.parametrize("piece", ["а", "а ", "не ", "дети ", "человек упал ", "горит свет ", ".", "дом_", "1 ", "f "])
def test_no_text_of_100_kb_is_slow(piece: str) -> None:
    text = piece * (100_000 // len(piece.encode()))
    assert len(text) > LOOKED
    assert cost(lambda: _dangers.__wrapped__(text)) < 0.05
    assert cost(lambda: CRIMES.meanings_in(text)) < 0.05


def test_a_usual_text_takes_under_half_a_millisecond() -> None:
    text = "Добрый день! На улице Труда у дома 5 третью неделю не вывозят мусор, " * 6
    assert len(text.split()) >= 75
    assert cost(lambda: _dangers.__wrapped__(text)) < 0.0005


@pytest.mark.parametrize(
    "said",
    [
        "убью себя если не почините",
        "хоть в петлю лезь",
        "эта жизнь невыносима",
        "с моста сигать что ли",
        "хоть вешайся от этого холода",
        "до самоубийства доведёте",
        "вы меня до петли доведёте",
        "выпилюсь скоро от ваших ответов",
        "с крыши прыгну, тогда приедете?",
        "впору в петлю от такой пенсии",
        "Ещё одна отписка и я брошусь с моста",
    ],
)
def test_a_threat_against_oneself_is_asked_about_even_as_a_way_of_speaking(said: str) -> None:
    """R28: nobody can tell by the words; a story that only uses such a word raises nothing by itself."""
    assert doubts(said) and not alarms(said)


def test_ways_of_speaking_of_other_things_are_not_asked_about() -> None:
    said = ["повешу объявление", "жить невыносимо: соседи шумят", "петля на двери сломана", "сигают через забор"]
    assert not [text for text in said if alarms(text) or doubts(text)]

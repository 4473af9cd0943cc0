"""Russian text into comparable keys: tokens, stop words, stems, families of words.

It must never keep a text, and the same word must always give the same key.
"""

from __future__ import annotations

import re
from functools import lru_cache

SAME = 16
"""Texts that a decision asks about several times; no more are kept, for they are people's words."""

BOUND = 4_000
"""Characters of a text that are looked at: a resident says what and where at once, and a text may be huge."""

_WORD = re.compile(r"[а-яa-z0-9]+")

_STOP = """
    а без более бы был была были было быть в вам вас ваш весь во вот все всего всех вы где да даже для до
    его ее если есть еще ж же за здесь и из или им их к как какой ко когда кто ли либо мне много может
    можно мой мы на над нам нас наш не него нее ней нет ни них но ну о об один он она они оно от очень по
    под при про просим просьба прошу пожалуйста с сам свой себя со так также там те тем то того тоже той
    только том ты у уже хоть чего чем что чтобы чтоб эта эти это этого этой этом этот я данный который
    одна одно одной одну одного сколько скольки находиться адрес день год могу могут можем добрый здравствуйте уважаемый
"""
STOP = frozenset(_STOP.split())

_VOWELS = "аеиоуыэюя"
_GERUND = re.compile(r"(?:(?<=[ая])(?:вшись|вши|в)|(?:ившись|ывшись|ивши|ывши|ив|ыв))$")
_REFLEXIVE = re.compile(r"(?:ся|сь)$")
_PARTICIPLE = re.compile(r"(?:(?<=[ая])(?:ющ|вш|ем|нн|щ)|(?:ующ|ивш|ывш))$")
_ADJECTIVE = re.compile(r"(?:ими|ыми|его|ого|ему|ому|ее|ие|ые|ое|ей|ий|ый|ой|ем|им|ым|ом|их|ых|ую|юю|ая|яя|ою|ею)$")
_VERB = re.compile(
    r"(?:(?<=[ая])(?:ете|йте|ешь|нно|ла|на|ли|ло|но|ет|ют|ны|ть|ем|й|л|н)"
    r"|(?:ейте|уйте|ила|ыла|ена|ите|или|ыли|ило|ыло|ено|ует|уют|ены|ить|ыть|ишь|ей|уй|ил|ыл|им|ым|ен|ят|ит|ыт|ую|ю))$"
)
_NOUN = re.compile(
    r"(?:иями|иях|иям|ями|ами|ием|ией|иям|ем|ей|ой|ий|ям|ам|ом|ах|ях|ев|ов|ие|ье|еи|ии|ию|ью|ия|ья|ю|а|е|и|й|о|у|ы|ь|я)$"
)
_DERIVED = re.compile(r"(?:ость|ост)$")

_NOUNS = frozenset(["запись", "надпись", "подпись", "роспись", "запах", "могила"])
"""Their ends look like those of verbs."""

_FAMILIES = """
    лед льда льду льдом льды наледи, ребенок ребенка дети детей детям детьми ребята, окно окон, доска досок, яма
    ям ямка, чистить чистят чистка очистка расчистка почистить почистите очистить прочистить прочистка
    чищен вычистить, убрать уберите убирать убирают убирается уборка уборки убран убрано неубранный
    неубран убирались прибирают, вывоз вывезти вывезли вывозить вывозят вывозка, посыпать посыпают посыпан
    посыпка, течь течет течёт текла протечка протечки протекает протекла протек потекла подтекает течи,
    засор засорен засорилась засорился, прорыв прорвало прорвалась порыв, сломан сломана сломано сломали
    поломка сломалась сломался поломан, разбит разбита разбито разбили разбитый, горит горят горел гореть,
    скамейка скамеек, лавка лавок лавочка лавочек, качели качелей, остановка остановок, площадка площадок,
    парковка парковок, лампочка лампочек, собака собак собачка собачек, кошка кошек, маршрутка маршруток,
    свалка свалок, помойка помоек, урна урн, ступень ступеней ступенька ступенек, сосулька сосулек, горка
    горок, крыса крыс, дерево деревья деревьев деревьям, куст кусты кустов кустарник, машина машин,
    надпись надписи, стекло стекол, кладбище кладбищ, поликлиника поликлиник, больница больниц, автобус
    автобусы автобусов, закрасить закрашен закраска покраска покрасить покрашен окраска, замена заменить
    замените заменен, запах пахнет воняет вонь, холод холодно холодный, темно темнота темный, ржавый
    ржавчина ржавая, лестница лестничный, мыть моют помыть мытье вымыть
"""
"""Words of one meaning whose stems differ, because a vowel runs away or the verb has pairs."""


def fold(text: str) -> str:
    """Lower case with ё as е: residents rarely type ё."""
    return text.lower().replace("ё", "е")


@lru_cache(maxsize=5_000)
def stem(word: str) -> str:
    """One key for all forms of a word: its ending cut, then its family's first word."""
    bare = cut(word)
    return _JOINED.get(bare, bare)


def cut(word: str) -> str:
    """The word without its ending, by Snowball's rules for Russian."""
    if word in _NOUNS:
        return word.rstrip("аь")
    start = next((at + 1 for at, letter in enumerate(word) if letter in _VOWELS), len(word))
    head, tail = word[:start], word[start:]
    shorter = _GERUND.sub("", tail, count=1)
    if shorter == tail:
        tail = _REFLEXIVE.sub("", tail, count=1)
        shorter = _ADJECTIVE.sub("", tail, count=1)
        if shorter != tail:
            shorter = _PARTICIPLE.sub("", shorter, count=1)
        else:
            shorter = _VERB.sub("", tail, count=1)
            if shorter == tail:
                shorter = _NOUN.sub("", tail, count=1)
    shorter = _DERIVED.sub("", shorter.removesuffix("и"), count=1)
    shorter = shorter[:-1] if shorter.endswith(("нн", "ь")) else shorter
    return head + shorter


def _joined_families() -> dict[str, str]:
    families = [family.split() for family in fold(_FAMILIES).split(",")]
    return {cut(word): cut(family[0]) for family in families for word in family}


_JOINED = _joined_families()


def tokens(text: str) -> list[str]:
    """Folded words of the text's beginning, in order."""
    return _WORD.findall(fold(text[:BOUND]))


def keys(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [stem(token) for token in tokens(text) if token not in STOP and not token.isdigit()]

"""Whether a text complains about an official body itself, by stems of its names and words of bad conduct (R38).

It must never call a mention a complaint: who is only asked, thanked or written to is not accused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from screening.words import BOUND, fold, stem
from states.directory import Level

_PART = re.compile(r"[а-яa-z0-9]+|[.,!?\n:;—]")
_STOPS = {",": 1, ":": 1, ";": 3, "—": 1, ".": 4, "!": 4, "?": 4, "\n": 4}
_TERRITORY = frozenset(stem(word) for word in ("округ", "городской", "муниципальный", "район", "город", "область"))

NEAR = 12
"""Words between a body and what it does."""

WROTE = 3
"""Words between an «отписка» and who wrote it."""

_CONDUCT = """
    бездейств бездеятел отписк отписыв отписал игнор проигнор хам нахам груб нагруб волокит халатн издева
    вымога взятк взяточ коррупц произвол бюрократ футбол отфутбол перекидыв спихив врет врут лгут лжет обман
    обманул наплева плюет безразлич равнодуш некомпетент непрофессион безответственн самоуправ злоупотребл
    превыш отказыва отказал отмахив отмахн выгнал оскорбл оскорби накрич орет орут орал уволи увольте отставк
    беспредел бездарн ворует воруют разворов нежелани бездушн затягив саботир скрыва незаконн противоправ
    нерасторопн тишин откат кумовств послал покрывает покрыва наказ привлеч потерял теряют берет берут обирает
    развалил срыва сорвал провал кормит кормят завтрак навязыв распил отмыв мошенн преступ подсуди ложь лож
    фальсиф липов подлог подделыв подделал позор стыд бессовест нагл обнагл отвратит кошмар ужас надоел возмут
    унижа угрожа дискримин бесчеловеч непробива неадекват избива бьет бьют безобраз кидает кидают динам разгильд
    отгоня выгоня отсылает посылает гоняет гоняют замалчива умалчива фиктивн приписк прикрыва отнима отобрал
    нажива блат взимает дерут поборы побор терпен плев вран молч отмалч помалк глух глумит насмеха смеет смеют
    ухмыл нарушает нарушают попира препятств мешает тянет тянут мурыж динамит гнобит травит подстав предал
    предвзят дискредит прогна прогоня вышвыр сорв срыв провалил бардак хаос кабал самодур чванств зажра обнаглел
    заврал жуль вор наживает пилит пилят крышу тупы дурак идиот бесполез никчем безалабер наплевательск попуст
"""
_NOT_DONE = """
    отвеча ответ реагир хот хоч жела принима делае дела выполня исполня рассматрив работа реша решил слыш помога
    помог контролир следит интерес занима смотр дает дал выда внима волну берет пуска обраща призна вид знает
    умеет лечит сдерж держ чита провер замеча понима уваж счита готов учит пуст явля приех приезж прих пришл
"""
_REPLY = """
    отписк отписыв отписал игнор проигнор отказал отказыв отфутбол футбол нахам нагруб послал отмахн отмахив
    наплева накрич выгнал спихив перекидыв тишин молч бездейств обманул плюет завтрак отсыла гоня плев отмалч
    тянет тянут мурыж врет кормят
"""
_OTHERS = """
    водител кондуктор сосед управляющ ук тсж компани подрядчик дворник продав хозя владел застройщ школьник
    подрост ребенок родител пассажир магазин перевозчик арендатор собственник председател мошенник хулиган
    кассир сторож бригад
"""
_STAFF = """
    врач медсестр медперсонал санитар фельдшер терапевт педиатр хирург стоматолог гинеколог невролог медик
    учител воспитател педагог преподавател завуч директор заведующ главврач регистратур психолог соцработник
    паспортист специалист
"""
_HOUSES = """
    поликлиник больниц госпитал роддом амбулатор школ детсад сад лице гимнази колледж техникум мфц собес
    соцзащит интернат пансионат медцентр библиотек
"""
_FIRMS = "управляющ тсж тсн ук компани застройщик перевозчик подрядчик"
_ASKED = """
    прошу просим просьба просьб уважаем обращаюсь требую требуем пусть помогите надеюсь надеемся спасибо
    благодар
"""
_COMPLAIN = "жалоб жалу пожал претензи недовол возмущ негодова заявлени"
_FILLER = """
    заведующ воспитател преподавател завуч санитар дежурн охран отписки отписку действи бездействи отписк работу
    работой работник сотрудник руководств руководител решени глав главу врач специалист чиновник персонал
    начальник директор заместител министр отдел ответ отказ незаконн плох ужасн нашу наш местн этот эту городск
    районн областн медперсонал регистратур хамств грубост медсестр учител администрац
"""
_OFFICE = "чиновник|чиновники|власть|власти|госорган|ведомство"
"""Somebody in office wherever the agency stands."""

_OFFICE_OF = {
    Level.GOVERNOR: "губернатор|правительство",
    Level.REGION: "министерство|министр|департамент",
    Level.MUNICIPALITY: "администрация|мэрия|мэр|глава",
    Level.AGENCY: "департамент|управление",
}
"""Words for a body without its name, by where it stands: «администрация» is no ministry."""


def _beginnings(text: str) -> tuple[str, ...]:
    """The beginnings of words that the table writes with spaces between."""
    return tuple(text.split())


CONDUCT, NOT_DONE, REPLY = _beginnings(_CONDUCT), _beginnings(_NOT_DONE), _beginnings(_REPLY)
OTHERS, ASKED = _beginnings(_OTHERS), _beginnings(_ASKED)
STAFF, HOUSES, FIRMS = _beginnings(_STAFF), _beginnings(_HOUSES), _beginnings(_FIRMS)
ABSENT = ("дел", "ответ", "реакц", "совест", "результат", "толк", "сочувств", "уважени")
JUDGED = ("наказ", "уволи", "снять", "привлеч", "провер")
BESIDE = frozenset(["у", "возле", "около", "напротив", "мимо", "до", "рядом", "за", "перед", "близ"])
"""«Дворник у поликлиники»: the body only says where."""

COMPLAIN, FILLER = _beginnings(_COMPLAIN), _beginnings(_FILLER)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    key: str
    place: int
    """Words from the beginning; a sentence's end counts as several."""
    after: str
    """The sign that follows, if any."""


@dataclass(frozen=True, slots=True)
class _Mention:
    first: int
    last: int


class Complaints:
    """The names of all bodies by their first stems, read once."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._named: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for code, called in names.items():
            for keys in {keys for name in called for keys in _spellings(name)}:
                self._named.setdefault(keys[0], []).append((keys, code))

    def against(self, text: str) -> frozenset[str]:
        """Codes of the bodies that the text complains about."""
        words = _read(text)
        conduct = [at for at in range(len(words)) if _bad(words, at)]
        petitions = [at for at, word in enumerate(words) if word.text.startswith(COMPLAIN)]
        if not conduct and not petitions and not any(word.text == "не" for word in words):
            return frozenset()
        blamed: set[str] = set()
        for at, word in enumerate(words):
            for keys, code in self._named.get(word.key, ()):
                last = _end_of_name(words, at, keys)
                if last is None or (at and words[at - 1].text in BESIDE):
                    continue
                mention = _Mention(at, last)
                if (
                    _is_accused(words, mention, conduct)
                    or _is_petitioned(words, mention, petitions)
                    or _idle(words, mention)
                ):
                    blamed.add(code)
        return frozenset(blamed)


def _spellings(name: str) -> Iterator[tuple[str, ...]]:
    """The stems of a name without its territory; a ministry's also with its minister."""
    found = re.findall(r"[а-яa-z0-9]+", fold(name))
    regional = {at - 1 for at, word in enumerate(found) if word.startswith(("област", "края", "республик"))}
    own = [word for at, word in enumerate(found) if at not in regional and stem(word) not in _TERRITORY]
    if not own:
        return
    keys = tuple(stem(word) for word in own)
    for ending in ("", "а", "у", "ом", "е"):  # «Минздрава» has not the stem of «Минздрав»
        yield (stem(own[0] + ending), *keys[1:])
    if keys[0] == stem("министерство") and len(keys) > 1:
        yield (stem("министр"), *keys[1:])
    if keys[0] == stem("администрация") and len(keys) > 1:
        yield from ((stem(head), *keys[1:]) for head in ("глава", "мэр", "мэрия"))


def _read(text: str) -> list[_Word]:
    """The first `BOUND` characters as words with their stems and places; a sign adds the distance it means."""
    words: list[_Word] = []
    place = 0
    for part in _PART.findall(fold(text[:BOUND])):
        if part in _STOPS:
            place += _STOPS[part]
            if words and not words[-1].after:
                words[-1] = _Word(words[-1].text, words[-1].key, words[-1].place, part)
        else:
            words.append(_Word(part, stem(part), place, ""))
            place += 1
    return words


def _end_of_name(words: Sequence[_Word], at: int, keys: tuple[str, ...]) -> int | None:
    """Where the name ends, if it stands here: its words in order, at most two others between."""
    here = at
    for key in keys[1:]:
        following = (place for place in range(here + 1, min(len(words), here + 4)) if _same(words[place].key, key))
        here = next(following, -1)
        if here < 0:
            return None
    return here


def _same(said: str, known: str) -> bool:
    """Whether both are equal, or alike but for the last letter of the shorter (of four letters or more) and two letters
    of length."""
    short = min(len(said), len(known))
    begins = short >= 4 and said[: short - 1] == known[: short - 1]
    return said == known or (begins and abs(len(said) - len(known)) <= 2)


def _bad(words: Sequence[_Word], at: int) -> bool:
    """Bad conduct, or something that is not done; «не хамят» is neither."""
    before = words[at - 1].text if at else ""
    if before.startswith("никак") or (before == "все" and words[at].text == "равно"):
        return True
    if "нет" in (before, words[at + 1].text if at + 1 < len(words) else ""):
        return words[at].text.startswith(ABSENT)
    if before in ("не", "ни", "без") or words[max(0, at - 2)].text == "ничего":
        return words[at].text.startswith(NOT_DONE)
    return words[at].text.startswith(CONDUCT)


def _is_accused(words: Sequence[_Word], mention: _Mention, conduct: Iterable[int]) -> bool:
    asked = _is_addressed(words, mention)
    for at in conduct:
        ends = (words[mention.first].place, words[mention.last].place)
        near = min(abs(words[at].place - end) for end in ends)
        if near > NEAR or mention.first <= at <= mention.last or _of_others(words, mention, at):
            continue
        if not asked or (at > mention.last and _reply(words, at)):
            return True
    return False


def _idle(words: Sequence[_Word], mention: _Mention) -> bool:
    """Whether the text says that the body does not do what it should («Администрация … не чистит»): that is a complaint
    too (59-ФЗ, article 8)."""
    before = words[mention.first - 1] if mention.first else None
    if _is_addressed(words, mention) or (before is not None and len(before.text) < 4 and not before.after):
        return False
    for at in range(mention.last, min(mention.last + 4, len(words))):
        if words[at].text == "не":
            return True
        if words[at].after:
            return False
    return False


def _reply(words: Sequence[_Word], at: int) -> bool:
    """Whether this word blames somebody for not answering, as one can who was only written to."""
    said = words[at].text
    return said.startswith((*REPLY, *ABSENT)) or (words[at - 1].text == "не" and said.startswith(("отве", "реаг")))


def _is_addressed(words: Sequence[_Word], mention: _Mention) -> bool:
    """Whether the agency is only written to: «прошу министерство», «в администрацию», «Администрация, помогите»."""
    before = [word.text for word in words[max(0, mention.first - 2) : mention.first]]
    if any(word.startswith(JUDGED) for word in before):
        return False
    called = words[mention.last].after == "," and (mention.first == 0 or words[mention.first - 1].after != "")
    if called or any(word.startswith(ASKED) for word in before):
        return True
    own = words[mention.first].text
    towards = bool(before) and before[-1] in ("в", "во", "к", "ко", "через")
    return towards and not (before[-1] in ("в", "во") and own.endswith(("е", "и", "ах", "ях")))


def _of_others(words: Sequence[_Word], mention: _Mention, at: int) -> bool:
    """Whether somebody else stands nearer to the deed: «администрация знает, что водители хамят»."""
    start, end = (mention.last + 1, at) if at > mention.last else (max(0, at - 2), mention.first)
    between = [word.text for word in words[start:end]]
    # A school's own teacher is the school; a ministry has not done what a teacher did.
    overseen = () if words[mention.first].text.startswith(STAFF + HOUSES) else STAFF + HOUSES
    if any(word.startswith(OTHERS + overseen) for word in between):
        return True
    # «Покрывает застройщика» says what is done, «хамят водители» who does it.
    after = [word.text for word in words[at + 1 : at + 3]] if at > mention.last else []
    return any(word.startswith(OTHERS) and not word.endswith(("а", "у", "ом", "ов", "ам")) for word in after)


def _is_petitioned(words: Sequence[_Word], mention: _Mention, petitions: Iterable[int]) -> bool:
    """Whether the body's name follows «жалоба на …», with nothing between but its people and what they do."""
    for at in petitions:
        if not at < mention.first <= at + 8:
            continue
        between = [word.text for word in words[at + 1 : mention.first]]
        if "на" in between:
            between = between[between.index("на") + 1 :]
        elif not words[at].text.startswith(("недовол", "возмущ", "претензи", "негодова")):
            continue
        elsewhere = {"в"} if words[at].text.startswith("претензи") else {"в", "к"}
        if all(word.startswith(FILLER) or (len(word) < 3 and word not in elsewhere) for word in between):
            return True
    return False


_ANYBODY: Mapping[Level | None, Complaints] = {
    level: Complaints({"": [*_OFFICE.split("|"), *words.split("|")]})
    for level, words in (*_OFFICE_OF.items(), (None, "|".join(_OFFICE_OF.values())))
}


def complains(text: str, level: Level | None = None) -> bool:
    """Whether the text complains about somebody in office without a name, who may stand at this level."""
    words = _read(text)
    return bool(_ANYBODY[level].against(text)) or any(_is_evasion(words, at) for at in range(len(words)))


def _is_evasion(words: Sequence[_Word], at: int) -> bool:
    """An «отписка» always is one's in office, unless an institution or a company beside it has written it."""
    said = words[at].text
    if not said.startswith("отпис") or said.startswith("отписать"):
        return False
    for before, word in zip(["", *(word.text for word in words)], words, strict=False):
        if abs(word.place - words[at].place) <= WROTE and word.text.startswith(HOUSES + FIRMS) and before != "на":
            return False
    return True

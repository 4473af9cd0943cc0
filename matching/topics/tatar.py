"""Tatar and Bashkir words of everyday troubles, said in Russian: «урамда ут юҡ» is «на улице нет света».

It must never change a Russian text: it adds words, and only where two of the list stand or a letter is Bashkir.
"""

from __future__ import annotations

import re

from screening.words import fold

_WORDS = """
    ут=свет утлар=свет утыу=свет фонар=фонарь һыу=вода су=вода сыу=вода эҫе=горячая эссе=горячая кайнар=горячая
    юҡ=нет юк=нет булмай=нет эшлэмэй=не_работает эшләмәй=не_работает янмай=не_горит урам=улица урамда=улица
    урамыбыз=улица юл=дорога юлда=дорога юллар=дорога чокыр=яма соҡор=яма сокор=яма күпер=мост чүп=мусор сүп=мусор
    чүплек=свалка сүплек=свалка ҡар=снег кар=снег боҙ=лёд боз=лёд эт=собака эттәр=собаки этләр=собаки мәктәп=школа
    мэктэп=школа баҡса=детский_сад бакча=детский_сад дауахана=больница хастахана=больница табип=врач дарыу=лекарство
    дару=лекарство йылы=отопление җылы=отопление йылылыҡ=отопление һыуыҡ=холодно салкын=холодно өй=дом йорт=дом
    йортта=дом ишегалды=двор ишек=дверь түбә=крыша кыйыҡ=крыша ага=течёт аға=течёт тама=течёт подъездда=подъезд
    автобус=автобус йөрөмәй=не_ходит йөрми=не_ходит килми=не_ходит килмәй=не_ходит газ=газ еҫ=запах ис=запах
    зират=кладбище баҙар=рынок базар=рынок хат=почта интернет=интернет таҙартмай=не_чистят чистартмыйлар=не_чистят
    түләү=плата хезмәт_хаҡы=зарплата пенсия=пенсия агач=дерево ағас=дерево
"""
_SAID = {fold(word): russian.replace("_", " ") for word, _, russian in (pair.partition("=") for pair in _WORDS.split())}
_OURS = re.compile(r"[әөүҡғһҙҫңҗ]")
_WORD = re.compile(r"[а-яёәөүҡғһҙҫңҗ]+")
_ALWAYS = frozenset({"автобус", "газ", "интернет", "пенсия", "ага", "кар", "базар", "ис", "эт"})
"""Words that a Russian text may have."""

LEAST = 2
_ENDS = ("да", "дә", "та", "тә", "лар", "ләр", "дар", "дәр", "тар", "тәр", "ны", "не", "ға", "гә", "ка", "ыбыз")


def in_russian(text: str) -> str:
    """What its known words mean, or nothing."""
    low = fold(text)
    words = _WORD.findall(low)
    known = [(word, meant) for word in words if (meant := _SAID.get(word) or _SAID.get(_bare(word)))]
    sure = [word for word, _ in known if word not in _ALWAYS]
    if not known or not (_OURS.search(low) or len(sure) >= LEAST):
        return ""
    return " ".join(meant for _, meant in known)


def _bare(word: str) -> str:
    """The word without its ending of a case or of the plural."""
    return next((word.removesuffix(end) for end in _ENDS if word.endswith(end) and len(word) > len(end) + 1), word)

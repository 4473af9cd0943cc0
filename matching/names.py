"""Names of places in all their cases, made by rules of endings from the nominative.

It must never invent a name: every form comes from a name of the directory.
"""

from __future__ import annotations

import re
from enum import Flag, auto
from functools import lru_cache

from screening.words import fold


class Case(Flag):
    """Which cases a form may stand in. They tell «в Миассе» (there) from «на Миасс» (the way there)."""

    NOMINATIVE = auto()
    GENITIVE = auto()
    DATIVE = auto()
    ACCUSATIVE = auto()
    INSTRUMENTAL = auto()
    LOCATIVE = auto()


N, G, D, A, I, L = Case  # noqa: E741 - the letters are the cases
ANY = N | G | D | A | I | L
Forms = dict[str, Case]

_MASCULINE: Forms = {"": N | A, "а": G, "у": D, "ом": I, "ем": I, "е": L}
_HUSHING = "жшчщц"
_ENDINGS: tuple[tuple[str, Forms], ...] = (
    ("городок", {"городок": N | A, "городка": G, "городку": D, "городком": I, "городке": L}),
    ("ия", {"ия": N, "ии": G | D | L, "ию": A, "ией": I}),
    ("а", {"а": N, "ы": G, "и": G, "е": D | L, "у": A, "ой": I, "ою": I, "ей": I}),
    ("я", {"я": N, "и": G, "е": D | L, "ю": A, "ей": I}),
    ("ье", {"ье": N | A, "ья": G, "ью": D, "ьем": I, "ьи": L}),
    ("о", {"о": ANY, "а": G, "у": D, "ом": I, "е": L}),
    ("е", {"е": ANY, "я": G, "ю": D, "ем": I}),
    ("ай", {"ай": N | A, "ая": G, "аю": D, "аем": I, "ае": L}),
    ("ль", {"ль": N | A, "ля": G, "лю": D, "лем": I, "ле": L, "ли": G | D | L, "лью": I}),
    ("ь", {"ь": N | A, "и": G | D | L, "ью": I, "я": G, "ю": D, "ем": I, "е": L}),
    ("ы", {"ы": N | A, "": G, "ов": G, "ам": D, "ами": I, "ах": L}),
    ("и", {"и": N | A, "": G, "ов": G, "ей": G, "ам": D, "ям": D, "ами": I, "ями": I, "ах": L, "ях": L}),
)
_NOT_FORMS = frozenset({"бред", "ключ", "карт", "родник", "сар", "толст", "балкан"})
"""Genitive plurals that are words of their own; nobody says them of the place."""

_HARD: Forms = {"ый": N | A, "ого": G, "ому": D, "ым": I, "ом": L}
_ADJECTIVES: tuple[tuple[str, Forms], ...] = (
    ("ние", {"ние": N | A, "них": G | L, "ним": D, "ними": I}),
    ("ний", {"ний": N | A, "него": G, "нему": D, "ним": I, "нем": L}),
    ("няя", {"няя": N, "ней": G | D | I | L, "нюю": A}),
    ("ское", {"ское": N | A, "ского": G, "скому": D, "ским": I, "ском": L}),
    ("шие", {"шие": N | A, "ших": G | L, "шим": D, "шими": I}),
    ("ый", _HARD),
    ("ий", {"ий": N | A, "ого": G, "ому": D, "им": I, "ом": L}),
    ("ой", {"ой": N | A, "ого": G, "ому": D, "ым": I, "ом": L}),
    ("ое", {"ое": N | A, "ого": G, "ому": D, "ым": I, "ом": L}),
    ("ая", {"ая": N, "ой": G | D | I | L, "ую": A}),
    ("ые", {"ые": N | A, "ых": G | L, "ым": D, "ыми": I}),
)


def atoms(name: str) -> tuple[str, ...]:
    """Parts of a name between spaces and hyphens: «Катав-Ивановск» is also written with a space."""
    return tuple(re.findall(r"[а-яa-z0-9]+", fold(name)))


@lru_cache(maxsize=4_000)
def all_forms(atom: str, leads: bool = False) -> Forms:
    """All forms of one part of a name. A leading part may also stay as it is: «в Катав-Ивановске»."""
    if leads:
        return {**all_forms(atom), atom: ANY}
    if atom.isdigit() or len(atom) < 2:
        return {atom: ANY}
    for ending, forms in _ADJECTIVES:
        if atom.endswith(ending) and len(atom) > len(ending) + 1:
            return {atom.removesuffix(ending) + new: case for new, case in forms.items()}
    if atom.endswith("ей"):
        root = atom.removesuffix("ей")
        return {root + "ей": N | A, root + "ея": G, root + "ею": D, root + "еем": I, root + "ее": L}
    for ending, forms in _ENDINGS:
        if atom.endswith(ending):
            root = atom.removesuffix(ending)
            made = {root + new: case for new, case in forms.items()}
            return {form: case for form, case in made.items() if form == atom or form not in _NOT_FORMS}
    if atom[-1] in _HUSHING:
        return {atom + new: case for new, case in _MASCULINE.items() if new != "ом"}
    return {atom + new: case for new, case in _MASCULINE.items()}


def adjective(atom: str) -> frozenset[str]:
    """All forms of an okrug's adjective: «миасский», «миасской», «миасскими»."""
    root, ending = atom[:-2], atom[-2:]
    vowel = ending[0]
    ends = (
        "ого",
        "ому",
        "ом",
        "ая",
        "ой",
        "ую",
        "ое",
        ending,
        f"{vowel}м",
        f"{vowel}е",
        f"{vowel}х",
        f"{vowel}ми",
    )
    return frozenset(root + end for end in ends)


def looks_adjectival(name: str) -> bool:
    """Names such as «Мирный», «Северный», «Степное» stand in many places and in plain speech."""
    return bool(re.search(r"(?:ый|ий|ой|ая|ое)$", atoms(name)[-1])) if atoms(name) else False

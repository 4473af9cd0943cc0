"""Russian obscenity in a text, also disguised: the resident is warned and may rewrite, nothing is deleted (R29).

It must never stop a message by itself; a moderator decides. Rude words that are not obscene («жопа», «сука») are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from screening.plain import LOOKED
from screening.sensitive import HIDDEN
from screening.words import SAME

H, P, E, B, M, D, G, Z = "ху", "пизд", "еб", "бля", "муда", "пидор", "гандон", "залуп"
"""The roots. They stand here and nowhere else in the repository."""

_BEFORE_H = "а|вы|до|за|из|ис|на|не|недо|ни|о|об|от|пере|по|под|при|про|раз|рас|с|у"
_BEFORE_E = (
    "вз[ъь]|в[ъь]|вы|д[ао]лб[ао]|до|дерьмо|за|из[ъь]|мозго|на|надъ|не|недо|об[ъь]|обо|осто|от[ъь]|ото|пере|по"
    "|под[ъь]|подза|пона|при|про|раз[ъь]?|с[ъь]|у"
)
_WORD = re.compile(
    rf"(?:{_BEFORE_H})?{H}(?:[йяю]|е(?!м?$)|ем?$|и(?:$|ще|н|л[аоы]|т))"
    rf"|\w{{0,12}}п[ие]зд"
    rf"|(?:{_BEFORE_E}){E}|{E}(?!ург|рр?$|рд|итд)(?=\w)"
    rf"|(?:вы|за|на|по|при)?{B}[дт]|{B}$|бл[еэ]а?[тд]ь?$|блеать"
    rf"|{M}[кч]|мудил|мудоз|мудн[яюие]|мудоеб"
    r"|манд(?:[аыеу]|ою?|ой)$|мандавош"
    rf"|{Z}(?:[аыеу]|о[йю])$|{Z}[иь]н"
    rf"|{D}|пидар|пидр|г[ао]ндон"
    r"|(?:вы|за|на|от|по)?дроч(?:и|у|ат|к|ун)"
)
"""Each root at the beginning of a word or after its own prefixes: «употреблять», «хлеб», «страхуй» are not heard."""

_LATIN = re.compile(
    r"(?:a|do|na|ni|o|po)?[hx]u[yj](?:\w{0,6})$|xy[ij]$|p[ie]zd|bl[iy]a[dt]|blyat"
    r"|(?:do|na|ot|po|pod|u|vy|za)?y?[eo]b(?:a[lt]|an(?!k)|nu|ut)\w{0,6}$|mudak|pid[ao]r|gandon"
)
_LOOK = str.maketrans("acehkmnoprtuxyё0346$", "асенкмпоргтихуеозчбс")
_REPEATED = re.compile(r"(\w)\1+")
_TOKEN = re.compile(r"[^\W_][\w$*#@]*(?:\.{2,6}[^\W\d_]+)?")
_SPELT = re.compile(r"(?<!\w)(?:\w[ .,*|/\-_]{1,3}){2,20}\w(?!\w)")
_JOINED = re.compile(r"[^\W_]{1,12}(?:[.\-_][^\W_]{1,12}){1,8}")
_BROKEN = re.compile(
    rf"(?<!\w)({H}|пи|бл|{B}|муд|пид|{E})\s"
    r"(й|я|е|ю|здец|зд[аыеу]|[дт]ь|я[дт]ь|ак|ор|ать|ал|тво[юе])(?!\w)"
)


def _make_forms(befores: str, root: str, afters: str) -> Iterator[str]:
    for before in befores.split(","):
        for after in afters.split(","):
            yield f"{before}{root}{after}"


_FORMS = [
    *_make_forms(",на,по,до,ни,о", H, "й,я,е,ем,ев,ю,йня,ел,ели,енно"),
    *_make_forms(",с,рас", P, "а,у,ы,е,ец,еж,еть,ит,ят,или,яй"),
    *_make_forms(",за,на,про,вы,у,долбо,разъ", E, "ать,ал,али,ало,аный,аная,аное,аные,анутый,анутые,ло,лан,ись"),
    *_make_forms(",за,на,про,вы,у,долбо,разъ", E, "ок,ище,ы,ан,аны,"),
    *_make_forms("", B, "дь,ть,ди,дей,дский,дство,дина,"),
    *_make_forms("", M, "к,ки"),
    *_make_forms("", D, ",ы,ас,асы"),
    *_make_forms("", G, ",ы"),
]
"""What asterisks may stand for."""

_SHORT = frozenset([("х", "й"), ("х", "я"), ("х", "е"), ("п", "ц"), ("б", "ь"), ("б", "ть"), ("е", "ть")])
"""A first and a last part that are enough when all between them is asterisks."""

_STARTS = frozenset([H, P[:2], E, B[:2], M[:2]])


@lru_cache(maxsize=SAME)
def obscene(text: str) -> bool:
    """Whether the text has an obscene word, plain or disguised."""
    low = HIDDEN.sub("", text[:LOOKED]).lower().replace("…", "...")
    words, tokens = frozenset(_words(low)), frozenset(_TOKEN.findall(low))  # each once, however often it stands there
    return any(map(_bad, words)) or any(map(_is_starred, tokens)) or bool(_BROKEN.search(low))


def _words(low: str) -> Iterator[str]:
    """Every word as written; words spelt out («п-р-и-в-е-т») put together, with each of their tails («ривет» …); words
    with a hyphen («при-вет») joined."""
    yield from re.findall(r"[\w$]+", low)
    for spelt in _SPELT.findall(low):
        letters = re.sub(r"[\W_]", "", spelt)
        yield from (letters[at:] for at in range(len(letters) - 2))
    for joined in _JOINED.findall(low):
        yield re.sub(r"[\W_]", "", joined)


def _bad(word: str) -> bool:
    """Whether the word is obscene, also with letters replaced or repeated; one that is mostly digits is not."""
    word = word.strip("_")
    if 3 * sum(map(str.isdigit, word)) > len(word):
        return False  # «е6-12» is a number of something
    if word.isascii():
        return _LATIN.match(word) is not None
    forms = {word, word.replace("b", "б", 1), word.replace("b", "ь")} if "b" in word else {word}
    for form in forms:
        plain = form.translate(_LOOK)
        if _WORD.match(plain) or _WORD.match(_REPEATED.sub(r"\1", plain)):
            return True
    return False


def _is_starred(token: str) -> bool:
    """Whether some obscene word fits the stars («п****т»); one asterisk at the end is a footnote."""
    parts = [part for part in re.split(r"([*#@]+|\.{2,})", token) if part]
    letters = [part for part in parts if part.isalpha()]
    hidden = [part for part in parts if not part.isalpha()]
    if not hidden or not letters or any(part.isalnum() for part in hidden):
        return False
    first, last = parts[0].translate(_LOOK), parts[-1].translate(_LOOK)
    if not last.isalpha():
        return _fits_beginning(first, len(last))
    if (first, last) in _SHORT:
        return True
    shown = [part.translate(_LOOK) for part in letters]
    return sum(map(len, shown)) > 2 and any(_fits(shown, form) for form in _FORMS)


def _fits_beginning(first: str, hidden: int) -> bool:
    """Whether the shown beginning of a word is that of an obscene one: two letters of a root and two asterisks at
    least."""
    if hidden < 2 or first == "пи":
        return False
    return (first, hidden) == ("х", 2) or (first[:2] in _STARTS and any(form.startswith(first) for form in _FORMS))


def _fits(letters: list[str], form: str) -> bool:
    """Whether the parts stand in the form in this order, with something hidden between."""
    at = 0
    for part in letters:
        at = form.find(part, at + (at > 0))
        if at < 0:
            return False
        at += len(part)
    return form.startswith(letters[0]) and form.endswith(letters[-1]) and len(form) > sum(map(len, letters))

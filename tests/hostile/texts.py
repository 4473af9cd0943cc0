"""Strange texts, and what must not be left of them when a chat sees them (T1, T2, T10).

The judge here shares no line with handlers/text/relayed.py: it knows what VK and a reader could be fooled by.
"""

from __future__ import annotations

import html
import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.text.relayed import clean, in_chat, make_harmless, one_line

LONGEST_GROWTH = 6
"""A text may grow so many times: a mark before each doubtful link, three characters for one in NFC."""

FOLDED = str.maketrans(
    {"＠": "@", "﹫": "@", "＊": "*", "﹡": "*", "［": "[", "］": "]", "｜": "|", "﹇": "[", "﹈": "]"}
)
MENTION = re.compile(
    r"\[[^\[\]]*\|"
    r"|(?<!\w)[@*]\w"
    r"|@(?:all|online|here|everyone|все)\b(?!(?:-+\w+)*\.\w)"
    r"|[@*](?:id|club|public|event)\d+\b(?!(?:-+\w+)*\.\w)"
)
LOGIN = re.compile(r"https?:[/\\]{2,}[^\s/?#\\]*@(?=[\w%])", re.IGNORECASE)
SITE = re.compile(r"https?:[/\\]{2,}((?:(?!https?:)[\w.%-])+)", re.IGNORECASE)
UNSEEN = {*range(0x115F, 0x1161), *range(0x17B4, 0x17B6), *range(0x180B, 0x1810), *range(0xFE00, 0xFE0E)}
UNSEEN |= {0x034F, 0x2800, 0x3164, 0xFFA0, 0x2028, 0x2029, *range(0xE0000, 0xE1000)}
STYLES = "\ufe0e\ufe0f"
JOINER = "\u200d"


def escapes(shown: str) -> str:
    """What could still fool somebody in this text; empty when nothing."""
    for index, character in enumerate(shown):
        wrong = unseen(shown, index, character)
        if wrong:
            return f"{wrong} U+{ord(character):04X}"
    if LOGIN.search(shown):
        return "имя перед сайтом в ссылке"
    if any(readable(label) for site in SITE.findall(shown) for label in site.split(".")):
        return "пуникод в ссылке"
    bare = "".join(one for one in shown if unicodedata.category(one) not in ("Mn", "Me") and one != JOINER)
    for name, seen in (("", shown), ("без знаков", bare.translate(FOLDED)), ("сущности", html.unescape(shown))):
        found = MENTION.search(seen)
        if found:
            return f"упоминание {name} {found[0]!r}"
    decoded = html.unescape(shown)
    extra = [one for one in decoded if unicodedata.category(one) in ("Cc", "Cf", "Co", "Cs") and one not in shown]
    return f"невидимое из сущности {extra!r}" if extra else heaps(shown)


def readable(label: str) -> bool:
    try:
        letters = label.lower().encode("ascii").removeprefix(b"xn--").decode("punycode")
    except UnicodeError:
        return False
    return label.lower().startswith("xn--") and len(label) < 64 and letters.isalnum()


def unseen(shown: str, index: int, character: str) -> str:
    kind = unicodedata.category(character)
    if character == JOINER:
        around = shown[index - 1 : index], shown[index + 1 : index + 2]
        return "" if all(one and unicodedata.category(one)[0] in "SM" for one in around) else "соединитель"
    if character in STYLES:
        return (
            "" if index and (unicodedata.category(shown[index - 1])[0] in "SN" or shown[index - 1] in "‼⁉#") else "вид"
        )
    if ord(character) in UNSEEN:
        return "невидимое"
    return "управляющее" if kind in ("Cc", "Cf", "Co", "Cs", "Cn") and character not in "\n\t" else ""


def heaps(shown: str) -> str:
    marks = "".join("m" if unicodedata.category(one) in ("Mn", "Me") else "." for one in shown)
    if "mmm" in marks:
        return "гора знаков"
    return "дыра из строк" if re.search(r"\n[ \t]*\n[ \t]*\n", shown) else ""


def wrong_with(text: str) -> str:
    """Everything that must hold for one text; the first thing that does not."""
    shown = make_harmless(text)
    cleaned = clean(text)
    line = one_line(make_harmless(text), 300)
    return (
        escapes(shown)
        or escapes(line)
        or ("чистка не повторима" if clean(cleaned) != cleaned else "")
        or ("не повторимо" if make_harmless(shown) != shown else "")
        or (f"выросло до {len(shown)}" if len(shown) > LONGEST_GROWTH * len(text) + 40 else "")
        or (f"строка {len(line)}" if len(line) > 300 or len(line.splitlines()) > 1 else "")
    )


CALLS = ("all", "online", "here", "everyone", "все", "id1", "club1", "public1", "event5", "durov", "ALL", "Id7")
SYNTAX = (
    "[",
    "]",
    "|",
    "@",
    "*",
    "(",
    ")",
    "＠",
    "＊",
    "［",
    "］",
    "﹫",
    "﹡",
    "&#64;",
    "&commat;",
    "&#91;",
    "&amp;",
    "&#x40;",
)
HIDDEN = tuple(
    "\u200b\u200c\u200d\u200e\u202e\u2066\u2069\ufeff\u00ad\u034f\u2060\u2028\u2029\x00\x07\x1b\x85\ufe0f\ufe0e"
)
HIDDEN += (
    "\U000e0041",
    "\U000e007f",
    "\ud800",
    "\udfff",
    "\ue000",
    "\u3164",
    "\u115f",
    "\uffa0",
    "\u2800",
    "\u180e",
    "&shy",
)
MARKS = ("\u0301", "\u0336", "\u20e3", "\u0338", "\u0f84", "\u0489")
PLAIN = (
    " ",
    "\n",
    "\t",
    "\r\n",
    ".",
    "-",
    "_",
    "+",
    "a",
    "я",
    "2",
    "ﬁ",
    "é",
    "й",
    "👨",
    "❤",
    "🏳",
    "🏽",
    "↔",
    "a@b.ru",
    "2*2",
)
LINKS = (
    "https://",
    "http:\\\\",
    "ya.ru",
    "@evil.com",
    "xn--e1afmkfd.xn--p1ai",
    "аpple.com",
    "/x?y=1",
    "gosuslugi.ru",
    ":80",
)
CODE = ("'; DROP TABLE inbox; --", "{0.__class__}", "{code}", "%s", "{{", "${x}", "=1+1", "<b>", "\\n", "$(id)")
POOLS = (CALLS, SYNTAX, HIDDEN, MARKS, PLAIN, LINKS, CODE)
WHOLE = (
    "[id1|x]",
    "[club1|все]",
    "@id1 (x)",
    "*id1 (x)",
    "@all",
    "[https://e.ru|Госуслуги]",
    "https://a@b.com",
    "⚠ проверьте сайт ",
)


def strange(chance: random.Random) -> str:
    """A text of pieces that are dangerous together, with some chance in between."""
    pieces = []
    for _ in range(chance.randint(1, 14)):
        dice = chance.random()
        if dice < 0.75:
            pieces.append(chance.choice(chance.choice(POOLS)))
        elif dice < 0.9:
            pieces.append(chance.choice(WHOLE))
        else:
            pieces.append(
                chr(chance.choice((chance.randrange(0x250), chance.randrange(0x3000), chance.randrange(0x110000))))
            )
    return "".join(pieces)


MASKED_EACH = 5
"""Looking for personal numbers takes the longest by far: each fifth text is masked as well (T12)."""


@dataclass
class Figures:
    tried: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        return f"{self.tried} текстов: прошло упоминаний и невидимого {len(self.wrong)}"


def fuzz(count: int, seed: int, judge: Callable[[str], str] = wrong_with) -> Figures:
    chance, figures = random.Random(seed), Figures()
    for _ in range(count):
        text = strange(chance)
        figures.tried += 1
        wrong = judge(text)
        if figures.tried % MASKED_EACH == 0:
            wrong = wrong or escapes(in_chat(text))
        if wrong:
            figures.wrong.append(f"{wrong}: {text!r}")
    return figures

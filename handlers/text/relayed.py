"""Words of residents, made harmless before the bot repeats them in a chat (security.md T1, T2, T10).

`clean` drops what cannot be seen, `defang` breaks what VK would turn into a mention, `plain_links` says where a link
leads. Never send resident text raw.
"""

from __future__ import annotations

import re
import unicodedata

from handlers.text.links import plain_links
from screening.sensitive import mask_personal

_JOINER = "\u200d"
_KEPT = "\n\t" + _JOINER
SPACES = " \n\t"
"""What may stand around words that are shown as they came. Python strips separators too that nobody sees (U+2029)."""
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_MARKS = {"Mn", "Me"}
_STYLES = "\ufe0e\ufe0f"
"""Text or colour: they belong to a sign before them."""

_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that show nothing: fillers, joiners, variations (Unicode's Default_Ignorable_Code_Point)."""

_LINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_VK_LINK = re.compile(r"\[([^\[\]|\n]{1,200})\|([^\[\]\n]{0,300})\]")
_BRACKETS = str.maketrans("[]［］﹇﹈", "()()()")
_CALL = re.compile(
    r"((?<!\w)[@＠﹫*＊﹡](?=\w)"
    r"|(?<=\w)[@＠﹫](?=\w)(?!(?:\w+(?:-+\w+)*\.)+\w)"  # inside a word only an e-mail may have it
    r"|(?<=\w)[*＊﹡](?=(?:id|club|public|event)\d))"
)
_ENTITY = re.compile(r"[&＆﹠](?=#|[A-Za-z][A-Za-z0-9]{1,31};|shy)")
"""VK may turn «&#64;all» into «@all» when it sends (vk-api.md §11, Q19); a space after & and it is only words."""

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_LATIN = re.compile("[A-Za-z]")
_CYRILLIC = re.compile("[А-Яа-яЁё]")
MARKS_IN_A_ROW = 2
LONGEST_NAME = 60
MIXED = " (буквы разных алфавитов)"


def clean(text: str) -> str:
    """Visible text in NFC: no control, bidi or tag characters, at most two combining marks on one letter."""
    plain = unicodedata.normalize("NFC", _LINES.sub("\n", text))
    visible = _UNSEEN.sub("", plain).replace("\u2800", " ")
    seen = [letter for letter in visible if letter in _KEPT or unicodedata.category(letter) not in _HIDDEN]
    # NFC after each step: what is dropped may have kept others apart, and cleaning twice must change nothing.
    joined: list[str] = []
    for index, character in enumerate(seen):
        if character != _JOINER or _joins(joined, seen[index + 1 : index + 2]):
            joined.append(character)
    composed = unicodedata.normalize("NFC", "".join(_without_mark_heaps(unicodedata.normalize("NFC", "".join(joined)))))
    return _BLANK_LINES.sub("\n\n", composed).strip()


def _without_mark_heaps(text: str) -> list[str]:
    """Marks that stand on something, and no heap of them."""
    kept: list[str] = []
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in _MARKS else 0
        if marks <= MARKS_IN_A_ROW and (kind[0] != "M" or _carries(kept, character)):
            kept.append(character)
    return kept


def _carries(kept: list[str], mark: str) -> bool:
    """Whether a mark has something to stand on: no space, and no sign that a mention begins with."""
    base = kept[-1] if kept else " "
    kind = unicodedata.category(base)
    if mark in _STYLES:
        return kind[0] == "S" or base in "‼⁉#" or base.isdecimal()
    return kind[0] in "LMNS" or base == _JOINER


def _joins(before: list[str], after: list[str]) -> bool:
    """Whether a joiner stands inside an emoji of several people or things; anywhere else it only hides something."""
    if not before or not after:
        return False
    style = before[-1] == "\ufe0f" and _carries(before[-2:-1], before[-1])
    left = style or unicodedata.category(before[-1]) in {"So", "Sk"}
    return left and (after[0] == "↔" or unicodedata.category(after[0]) == "So")


def defang(text: str) -> str:
    """The text without any mention: «[id1|x]» becomes «(x)», a space follows @ and * before a word; e-mails stay."""
    return _broken(_VK_LINK.sub(_inside, text).translate(_BRACKETS))


def _inside(link: re.Match[str]) -> str:
    """The words of a link, without the marks at their start, which stood on the bar before them."""
    words = link[2]
    while words and unicodedata.category(words[0])[0] == "M":
        words = words[1:]
    return f"({words})"


def _broken(text: str) -> str:
    """The text with mentions and calls (`*all`) broken by a space, so that VK notifies nobody."""
    return _ENTITY.sub(r"\g<0> ", _CALL.sub(r"\1 ", text))


def make_harmless(text: str) -> str:
    """What a resident wrote, as a chat may see it. Doing it twice changes nothing."""
    return defang(plain_links(defang(clean(text))))


def in_chat(text: str) -> str:
    """The same without numbers of documents and phones (T12). What is taken out may have stood before an @."""
    return _broken(mask_personal(make_harmless(text)))


def by_name(user: int, name: str, unnamed: str) -> str:
    """An official by name: the only mention that the bot makes. A profile's name is a stranger's words too (T2)."""
    shown = one_line(make_harmless(name), LONGEST_NAME) or unnamed
    return f"[id{user}|{shown}{MIXED if mixes_alphabets(shown) else ''}]"


def mixes_alphabets(name: str) -> bool:
    """Whether a word of it is written in two alphabets at once, as a name that only looks like another's is."""
    return any(_LATIN.search(word) and _CYRILLIC.search(word) for word in name.split())


BEGINNING = 120


def beginning(text: str) -> str:
    """The first words, for somebody who has all of them elsewhere."""
    return one_line(in_chat(text), BEGINNING)


def one_line(text: str, limit: int) -> str:
    """The text on one line, cut at a word where it is too long."""
    line = " ".join(clean(text).split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"

"""Words of residents, made harmless before the bot repeats them in a chat (security.md T1, T2).

`clean` drops what cannot be seen, `defang` breaks what VK would turn into a mention. Never send resident text raw.
"""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"
_KEPT = {"\n", "\t", _JOINER}
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_MARKS = {"Mn", "Me"}
_VK_LINK = re.compile(r"\[([^\[\]|\n]{1,200})\|([^\[\]\n]{0,300})\]")
_CALL = re.compile(
    r"((?<!\w)[@*](?=\w)"
    r"|(?<=\w)@(?=\w)(?!(?:\w+(?:-+\w+)*\.)+\w)"  # inside a word only an e-mail may have it
    r"|(?<=\w)\*(?=(?:id|club|public|event)\d))"
)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
MARKS_IN_A_ROW = 2


def clean(text: str) -> str:
    """Visible text in NFC: no control, bidi or tag characters, at most two combining marks in a row."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = [one for one in plain if unicodedata.category(one) not in _HIDDEN or one in _KEPT]
    kept: list[str] = []
    marks = 0
    for index, character in enumerate(visible):
        if character == _JOINER and not _joins(kept, visible[index + 1 : index + 2]):
            continue
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    # NFC again: what was dropped may have kept two characters apart, and cleaning twice must change nothing.
    composed = unicodedata.normalize("NFC", "".join(kept))
    return _BLANK_LINES.sub("\n\n", composed).strip()


def _joins(before: list[str], after: list[str]) -> bool:
    """Whether a joiner stands inside an emoji of several people or things; anywhere else it only hides something."""
    if not before or not after:
        return False
    left = before[-1] == "\ufe0f" or unicodedata.category(before[-1]) in {"So", "Sk"}
    return left and (after[0] == "↔" or unicodedata.category(after[0]) == "So")


def defang(text: str) -> str:
    """No mention survives: «[id1|x]» becomes «(x)», a space follows @ and * before a word; e-mails stay."""
    plain = _VK_LINK.sub(lambda found: f"({found[2]})", text)
    plain = plain.replace("[", "(").replace("]", ")")
    return _CALL.sub(r"\1 ", plain)


def relayed(text: str) -> str:
    return defang(clean(text))


def one_line(text: str, limit: int) -> str:
    """The text on one line, cut at a word where it is too long."""
    line = " ".join(clean(text).split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"

"""Links in residents' words: text, with the site they really lead to in front where that is not plain (T10).

Nothing is opened. A name before the site («https://gosuslugi.ru@site.com») is taken out, punycode is decoded, letters
that only look like others are pointed out.
"""

from __future__ import annotations

import re
import unicodedata

MARK = "⚠ проверьте сайт "
_LINK = re.compile(
    r"(?P<scheme>https?:[/\\]{2,})(?P<login>[^\s/?#\\]*@)?"
    r"(?P<site>\.*+(?:(?!https?:)[\w.%。．｡-])+)"
    r"|(?<![\w.@/%。．｡-])(?P<bare>(?:[\w-]+\.)+(?:com|net|org|info|biz|ru|su|рф|xn--p1ai|online|site|top|xyz))"
    r"(?=https?:|[^\w-]|$)",
    re.IGNORECASE,
)
"""A link, or a bare name that VK makes one of."""

_NUMBERS = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+))*", re.IGNORECASE)
_LONGEST_LABEL = 63
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-"), frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё0123456789-")
"""Letters of a plain name: all English or all Russian."""


def plain_links(text: str) -> str:
    """The text with each doubtful link as «⚠ проверьте сайт site.com: https://site.com/…»."""
    return _LINK.sub(_with_real_site, text)


def _with_real_site(found: re.Match[str]) -> str:
    name = (found["bare"] or found["site"]).rstrip(".")
    site = decode_host(name)
    plain = found["login"] is None and site == name and (not doubtful(site) or _behind(found, f"{MARK}{site}: "))
    if plain or (found["bare"] and _behind(found, MARK)):
        return found[0]
    apart = " " if found.start() and not found.string[found.start() - 1].isspace() else ""
    rest = found[0][found[0].rindex(name) + len(name) :]
    return f"{apart}{MARK}{site}: {found['scheme'] or ''}{site}{rest}"


def _behind(found: re.Match[str], mark: str) -> bool:
    """Whether this already stands behind its mark, or is the name in one."""
    return found.string.endswith(mark, 0, found.start())


def decode_host(host: str) -> str:
    """The name of a site as it is read: punycode in its own letters, where those can be seen."""
    return ".".join(_label(part) for part in host.split("."))


def _label(label: str) -> str:
    """One label of a host in its own letters; as it is where its punycode is broken or hides signs."""
    if not label.lower().startswith("xn--") or len(label) > _LONGEST_LABEL or not label.isascii():
        return label
    try:
        letters = label[4:].lower().encode().decode("punycode")
    except UnicodeError:
        return label
    visible = all(letter.isalnum() or letter == "-" for letter in letters) and unicodedata.is_normalized("NFC", letters)
    return letters if letters and visible else label


def doubtful(site: str) -> bool:
    """Whether the name mixes alphabets, its last part included, hides its letters, or is no name but a number."""
    name = site.lower()
    plain = any(set(name) - {"."} <= letters for letters in _PLAIN)
    return not plain or "xn--" in name or bool(_NUMBERS.fullmatch(name))

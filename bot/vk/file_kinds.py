"""What a file is, by its first bytes, its name and, of documents that are archives, the list of what they hold.

A document passes only when its ending is known and its content is what the ending says. It runs nothing, and
looks only as far inside as `file_insides.py` does (T11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from struct import unpack_from

from bot.vk import file_insides

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")
STILLS = {b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"}
VOICES = (b"OggS", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9", b"fLaC", b"#!AMR")
WINDOWS = (b"MZ", b"L\x00\x00\x00\x01\x14\x02")
OTHERS = (b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\x60\xea", b"**ACE**")
ZIP = b"PK\x03\x04"

PROGRAM, ARCHIVE, PAGE = "программа", "архив", "веб-страница"
UNKNOWN, LIES, MACROS, BOMB = "неизвестный вид файла", "не то, чем называется", "внутри макрос", "архив-бомба"
NAMES = {
    PROGRAM: """
        exe msi msix bat cmd com scr pif cpl js jse mjs vbs vbe wsf wsh ps1 psm1 jar apk ipa app dll sys lnk url hta reg
        inf sh bash py pyw rb pl run bin elf deb rpm appimage gadget scf
    """,
    MACROS: "docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm",
    ARCHIVE: "zip rar 7z gz tgz tar bz2 tbz xz lz lzma zst cab arj ace iso img vhd vhdx dmg wim",
    PAGE: "htm html xhtml shtml mht mhtml svg svgz xml xsl swf chm",
}
ENDINGS = {ending: kind for kind, endings in NAMES.items() for ending in endings.split()}

UNPACKED = 200 * 1024 * 1024
MEMBERS = 10_000
"""More than any letter of a resident holds, less than hurts who opens it."""

_MEMBER, _LAST = b"PK\x01\x02", b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACROS = tuple(
    name.encode("utf-16-le") for name in ("_VBA_PROJECT", "\x01Ole10Native", "Equation Native", "EncryptedPackage")
)


def picture(content: bytes) -> bool:
    """Whether the bytes begin as those of a picture."""
    webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return content.startswith(PICTURES) or webp or (content[4:8] == b"ftyp" and content[8:12] in STILLS)


def voice(content: bytes) -> bool:
    """Whether the bytes begin as those of a sound."""
    wave = content[:4] == b"RIFF" and content[8:12] == b"WAVE"
    return content.startswith(VOICES) or wave or content[4:11] == b"ftypM4A"


def film(content: bytes) -> bool:
    """Whether the bytes begin as those of a film."""
    avi = content[:4] == b"RIFF" and content[8:11] == b"AVI"
    return avi or content[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free") or content.startswith(b"\x1aE\xdf\xa3")


def page(content: bytes) -> bool:
    """A page of a site in place of the file: an error page, or something to be opened in a browser."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00").lower()
    begins = (b"<!", b"<head", b"<script", b"<svg", b"<?xml", b"<body", b"<iframe", b"<meta")
    return start.startswith(begins) or b"<html" in start


def ending(name: str) -> str:
    """The ending of the name in small letters; "" without one."""
    return name.rpartition(".")[2].strip().casefold() if "." in name else ""


def refused_name(name: str) -> str:
    """Why a document of this name is not passed on; empty when it may be, once it was looked into."""
    found = ending(name)
    return "" if found in CHECKS else ENDINGS.get(found, UNKNOWN)


def refusal_by_content(name: str, content: bytes) -> str:
    """The same by what is inside: a name can lie."""
    if named := refused_name(name):
        return named
    if content.startswith((*WINDOWS, *OTHERS)) and not voice(content):
        return PROGRAM
    check = CHECKS[ending(name)]
    zipped = content.startswith(ZIP) and check not in (office, open_document)
    if zipped or content.startswith(ARCHIVES) or content[257:262] == b"ustar":
        return ARCHIVE
    return PAGE if page(content) else check(content)


# One check for each kind of document: why it is refused, or nothing.


def _is(judge: Callable[[bytes], bool]) -> Callable[[bytes], str]:
    """A check that refuses (`LIES`) what `judge` denies."""
    return lambda content: "" if judge(content) else LIES


def pdf(content: bytes) -> str:
    """Why the PDF is refused: none, scripts inside, a bomb; "" where it is not."""
    if b"%PDF-" not in content[:1024]:
        return LIES
    try:
        return MACROS if file_insides.pdf_runs(content) else ""
    except file_insides.TooMuch:
        return BOMB


def text(content: bytes) -> str:
    """Why the file is no text, "" where it is: words in any alphabet, nothing that no keyboard writes, unless it says
    itself that it is UTF-16. No page of a site, however far behind other words it begins."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in content and not wide:
        return LIES
    plain = content.replace(b"\x00", b"").lower() if wide else content.lower()
    return PAGE if any(mark in plain for mark in (b"<html", b"<script", b"<iframe")) else ""


def rich_text(content: bytes) -> str:
    """Why this RTF is refused; "" where it is not."""
    if not content.startswith(b"{\\rtf"):
        return LIES
    return MACROS if file_insides.rtf_reaches_out(content) else ""


def old_office(content: bytes) -> str:
    """Why this file of an older Office is refused; "" where it is not."""
    if not content.startswith(_OLE):
        return LIES
    return MACROS if any(name in content for name in _OLE_MACROS) else ""


def office(content: bytes) -> str:
    """Why the office file is refused; "" where it is not."""
    held = _archive_refusal(content, b"[content_types].xml", (b"vbaproject.bin", b"vbadata.xml", b"macrosheets/"))
    return held or (MACROS if file_insides.office_reaches_out(content) else "")


def open_document(content: bytes) -> str:
    """Why this OpenDocument file is refused; "" where it is not."""
    return _archive_refusal(content, b"content.xml", (b"basic/", b"scripts/"))


def _archive_refusal(content: bytes, needs: bytes, macros: tuple[bytes, ...]) -> str:
    """By the list at the end of an archive, which is read and not followed."""
    names: set[bytes] = set()
    unpacked = 0
    for number, (name, size) in enumerate(_members(content)):
        unpacked += size
        if unpacked > UNPACKED or number > MEMBERS:
            return BOMB
        if any(mark in name for mark in macros):
            return MACROS
        kind = ENDINGS.get(ending(name.decode("latin-1")), "")
        if kind in (ARCHIVE, MACROS) or (kind == PROGRAM and not name.endswith(b".bin")):
            return kind
        names.add(name)
    return "" if needs in names else LIES


def _members(content: bytes) -> Iterator[tuple[bytes, int]]:
    """(name, size when unpacked) of each file in a zip archive."""
    last = content.rfind(_LAST)
    at = unpack_from("<I", content, last + 16)[0] if 0 <= last <= len(content) - 22 else len(content)
    while content[at : at + 4] == _MEMBER and at + 46 <= len(content):
        size, name, extra, comment = unpack_from("<IHHH", content, at + 24)
        yield content[at + 46 : at + 46 + name].lower(), size
        at += 46 + name + extra + comment


CHECKS: dict[str, Callable[[bytes], str]] = {
    ending: check
    for endings, check in (
        ("jpg jpeg jfif png gif bmp webp heic heif avif tif tiff", _is(picture)),
        ("ogg oga opus mp3 wav m4a aac amr flac", _is(voice)),
        ("mp4 m4v mov 3gp avi mkv webm", _is(film)),
        ("docx xlsx pptx", office),
        ("odt ods odp", open_document),
        ("doc xls ppt", old_office),
        ("pdf", pdf),
        ("rtf", rich_text),
        ("txt", text),
    )
    for ending in endings.split()
}
"""The only endings that pass, each with what must stand behind it."""

"""What a file is, by its first bytes and its name. It opens, unpacks and runs nothing (T11)."""

from __future__ import annotations

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM")
VOICES = (b"OggS", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
WINDOWS = (b"MZ", b"L\x00\x00\x00\x01\x14\x02")
OTHERS = (b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\x60\xea", b"**ACE**")
ZIP = b"PK\x03\x04"

PROGRAM, ARCHIVE, PAGE = "программа", "архив", "веб-страница"
NAMES = {
    PROGRAM: """
        exe msi msix bat cmd com scr pif cpl js jse mjs vbs vbe wsf wsh ps1 psm1 jar apk ipa app dll sys lnk url hta reg
        inf sh bash py pyw rb pl run bin elf deb rpm appimage gadget scf docm dotm xlsm xltm xlam pptm potm ppam sldm
    """,
    ARCHIVE: "zip rar 7z gz tgz tar bz2 tbz xz lz lzma zst cab arj ace iso img vhd vhdx dmg wim",
    PAGE: "htm html xhtml shtml mht mhtml svg svgz xml xsl swf chm",
}
ENDINGS = {ending: kind for kind, endings in NAMES.items() for ending in endings.split()}
ZIPPED = {"docx", "xlsx", "pptx", "dotx", "xltx", "potx", "odt", "ods", "odp", "odg", "ott", "epub", "vsdx", "xps"}
"""Documents that are archives inside."""


def picture(content: bytes) -> bool:
    webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return content.startswith(PICTURES) or webp or content[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif")


def voice(content: bytes) -> bool:
    return content.startswith(VOICES)


def page(content: bytes) -> bool:
    """A page of a site in place of the file: an error page, or something to be opened in a browser."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<head", b"<script", b"<svg", b"<?xml")) or b"<html" in start


def ending(name: str) -> str:
    return name.rpartition(".")[2].strip().casefold() if "." in name else ""


def refused_name(name: str) -> str:
    """Why a document of this name is not passed on; empty when it may be."""
    return ENDINGS.get(ending(name), "")


def refused(name: str, content: bytes) -> str:
    """The same by what is inside: a name can lie."""
    if content.startswith((*WINDOWS, *OTHERS)):
        return PROGRAM
    zipped = content.startswith(ZIP) and ending(name) not in ZIPPED
    if zipped or content.startswith(ARCHIVES) or content[257:262] == b"ustar":
        return ARCHIVE
    return PAGE if page(content) else refused_name(name)

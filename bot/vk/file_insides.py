"""What a document brings along where a plain search does not see it: names of a PDF that are spelled otherwise or
packed, what an office file or an RTF loads from elsewhere.

It unpacks bounded parts in memory, keeps nothing and runs nothing (T11).
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator

RUNS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
"""What a PDF does by itself, or carries."""

PIECE, MOST, STREAMS = 1 << 16, 16 << 20, 20_000
"""Bytes that are unpacked of what is no stream of objects, and of all together; more streams than any letter has."""

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
_UNREADABLE = re.compile(
    rb"/Encrypt\b|/Filter\s*(?:\d|(?:\[[^\]]{0,200})?/(?!Fl(?:ateDecode)?\b|DCT|JPX|JBIG2|CCITT)\w)"
    rb"|/ObjStm[^<>]{0,300}/DecodeParms|/DecodeParms\s{0,9}<<[^<>]{0,200}>>[^<>]{0,300}/ObjStm"
)
"""Beside packed objects: nobody who packs objects packs them so, only Flate is looked into."""

_OBJECTS = re.compile(rb"[\s\d%]")
_LOCAL = re.compile(r"(file:///)?[a-z](:|%3a)[\\/]|[^:\\/][^:]*$|$", re.IGNORECASE)
"""On the disk of whoever wrote it: dead elsewhere. Not `\\\\server` and nothing with a scheme."""

_CARRIED = ("oleobject", "control", "activexcontrolbinary", "vbaproject")
_RTF = re.compile(rb"\\obj(?:data|ocx|link|autlink|html|emb|update|class)|\\fldinst[^}]{0,200}(?:DDE|INCLUDETEXT)")
_RTF_TEMPLATE = re.compile(rb"\\template(?![a-z])\s*([^}]{0,300})")
LETTER = 1 << 20


class TooMuch(Exception):
    """More inside than any letter has."""


def pdf_runs(content: bytes) -> bool:
    """Whether the PDF holds something that runs. Raises TooMuch for a bomb."""
    shown = spelled_out(content)
    if any(mark in shown for mark in RUNS):
        return True
    if b"/ObjStm" in shown and _UNREADABLE.search(shown):
        return True
    return any(mark in spelled_out(packed) for packed in streams(content) for mark in RUNS)


def spelled_out(content: bytes) -> bytes:
    """The bytes of a PDF with the escapes of its names spelled out: `/J#61vaScript` is the same name."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def streams(content: bytes) -> Iterator[bytes]:
    """The unpacked streams of a PDF that may be packed objects: they begin with numbers."""
    left = MOST
    for number, found in enumerate(_STREAM.finditer(content)):
        body = memoryview(content)[found.end() :]
        if number > STREAMS:
            raise TooMuch
        if _OBJECTS.match(unpack(body[:PIECE], PIECE)):
            packed = unpack(body, left)
            left -= len(packed)
            yield packed


def unpack(body: memoryview, most: int) -> bytes:
    """The bytes as far as they can be unpacked: who reads the file does so too. Raises TooMuch for more than `most`."""
    made, unpacking = bytearray(), zlib.decompressobj()
    try:
        for at in range(0, len(body), PIECE):
            made += unpacking.decompress(body[at : at + PIECE], most - len(made) + 1)
            if unpacking.eof or (most == PIECE and len(made) >= PIECE):
                break
            if len(made) > most:
                raise TooMuch
    except zlib.error:
        pass
    return bytes(made)


def office_reaches_out(content: bytes) -> bool:
    """Whether a part is active, or loads something when it is opened. A link that a person presses does not."""
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [zip_info for zip_info in archive.infolist() if zip_info.filename.lower().endswith(".rels")]
            return any(bad_relations(archive.open(part).read(LETTER + 1)) for part in parts)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError):
        return True  # what cannot be unpacked cannot be looked into


def bad_relations(raw: bytes) -> bool:
    """Read without entities; what is no list of relations is none of ours to understand."""
    from xml.parsers.expat import ExpatError, ParserCreate

    found = list[bool]()

    def begins(name: str, given: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            found.append(bad_relation(given))

    def declares(*_: object) -> None:
        found.append(True)

    reader = ParserCreate()
    reader.StartElementHandler, reader.StartDoctypeDeclHandler = begins, declares
    try:
        reader.Parse(raw, True)
    except ExpatError:
        return bool(raw.strip())
    return len(raw) > LETTER or any(found)


def bad_relation(given: dict[str, str]) -> bool:
    """Whether a part of an office file is embedded, or is loaded from another machine; a plain link is not."""
    kind = given.get("Type", "").rpartition("/")[2].casefold()
    outside = given.get("TargetMode", "").strip().casefold() == "external"
    return kind in _CARRIED or (outside and kind != "hyperlink" and not _LOCAL.match(given.get("Target", "").strip()))


def rtf_reaches_out(content: bytes) -> bool:
    """Whether an RTF holds an object, or loads its template from another machine."""
    if _RTF.search(content):
        return True
    return any(not _LOCAL.match(rtf_path(found[1])) for found in _RTF_TEMPLATE.finditer(content))


def rtf_path(said: bytes) -> str:
    """A path as it is meant: its backslashes are doubled. What is spelled by codes stays so, and is no local path."""
    return said.strip().decode("latin-1").replace("\\\\", "\\")

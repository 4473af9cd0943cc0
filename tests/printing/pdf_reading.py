"""Reads our PDF as a viewer that searches it would: letters by its fonts' own tables, links by their rectangles."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass

HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
SHOWN = re.compile(rb"/(F\d+\+\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.S)
ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.S)


@dataclass(frozen=True)
class Link:
    href: str
    left: float
    foot: float
    right: float
    top: float


def objects(content: bytes) -> dict[int, bytes]:
    return {int(number): body for number, body in re.findall(rb"(\d+) 0 obj\n(.*?)endobj", content, re.S)}


def stream(body: bytes) -> bytes:
    long = int(re.findall(rb"/Length (\d+)", body)[0])
    packed = body.split(b"stream\n", 1)[1][:long]
    if b"ASCII85Decode" in body:
        packed = base64.a85decode(packed.strip().removesuffix(b"~>"))
    return zlib.decompress(packed)


def letters(found: dict[int, bytes], font: int) -> dict[int, str]:
    """From a code to its letter."""
    table = stream(found[int(re.findall(rb"/ToUnicode (\d+)", found[font])[0])])
    known: dict[int, str] = {}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
        for line in block.strip().splitlines():
            first, _, *told = (int(one, 16) for one in HEX.findall(line))
            known |= {first + turn: chr(one) for turn, one in enumerate(told)}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
        pairs = [int(one, 16) for one in HEX.findall(block)]
        known |= {code: chr(one) for code, one in zip(pairs[::2], pairs[1::2], strict=True)}
    return known


def words(content: bytes) -> list[str]:
    """Every string that is shown, in order."""
    found = objects(content)
    fonts = {
        name.decode(): letters(found, int(number)) for name, number in re.findall(rb"/(F\d+\+\d+) (\d+) 0 R", content)
    }
    page = next(body for body in found.values() if b"/Type /Page\n" in body or b"/Type /Page>" in body)
    drawn = stream(found[int(re.findall(rb"/Contents (\d+)", page)[0])])
    said, table = [], {}
    for name, shown in SHOWN.findall(drawn):
        if name:
            table = fonts[name.decode()]
        else:
            said.append("".join(table[code] for code in ESCAPED.sub(unescaped, shown)))
    return said


def unescaped(found: re.Match[bytes]) -> bytes:
    told = found[1]
    if told.isdigit():
        return bytes([int(told, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(told, told)


def links(content: bytes) -> list[Link]:
    found = []
    for body in objects(content).values():
        if b"/Subtype /Link" in body:
            href = re.findall(rb"/URI \(((?:\\.|[^\\()])*)\)", body)[0].decode()
            found.append(Link(href, *(float(one) for one in re.findall(rb"/Rect \[ ([^\]]+)\]", body)[0].split())))
    return found

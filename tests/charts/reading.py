"""Reads a chart's SVG as a browser would: parsed, by class and by link."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def root(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def of_class(svg: str, kind: str) -> list[ElementTree.Element]:
    """In the drawing itself; what explains it is left out."""
    return [one for one in _without_legend(root(svg)) if one.get("class") == kind]


def _without_legend(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    yield element
    for child in element:
        if child.get("class") != "legend":
            yield from _without_legend(child)


def links(svg: str) -> list[ElementTree.Element]:
    return list(root(svg).iter(f"{SVG}a"))


def words(svg: str) -> list[str]:
    return [one.text or "" for one in root(svg).iter(f"{SVG}text")]


def first(svg: str, tag: str) -> str:
    found = root(svg).find(f"{SVG}{tag}")
    assert found is not None
    return found.text or ""


def number(element: ElementTree.Element, name: str) -> float:
    return float(element.get(name) or "nan")

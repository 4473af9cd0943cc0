"""One value in both forms of the standard, JSON and XML: whatever is in one of them is in the other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

Value = None | str | int | bool | Mapping[str, Any] | Sequence[Any]


class Form(StrEnum):
    """The two forms of the standard; the ending of the address chooses."""

    JSON = "json"
    XML = "xml"


KINDS = {Form.JSON: "application/json", Form.XML: "text/xml"}
ONE_OF = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What an entry of a list is called in XML."""
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to say."""


@dataclass(frozen=True, slots=True)
class ApiValue:
    """`name` is the root of the XML; JSON has none."""

    name: str
    value: Value


def to_bytes(said: ApiValue, form: Form) -> bytes:
    """The value in this form, in UTF-8."""
    if form is Form.JSON:
        return json.dumps(said.value, ensure_ascii=False, separators=(",", ":")).encode()
    root = ElementTree.Element(said.name)
    _fill(root, said.name, said.value)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _fill(element: ElementTree.Element, name: str, value: Value) -> None:
    """Writes a value into an XML element; None leaves it empty."""
    match value:
        case None:
            return
        case bool():
            element.text = "true" if value else "false"
        case str() | int():
            element.text = _UNWRITABLE.sub("\ufffd", str(value))
        case Mapping():
            for key, inner in value.items():
                _fill(ElementTree.SubElement(element, key), key, inner)
        case _:
            for inner in value:
                _fill(ElementTree.SubElement(element, ONE_OF[name]), ONE_OF[name], inner)

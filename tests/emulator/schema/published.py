"""VK's published schema of API 5.199, where it lies beside the repository. It must never excuse anything: what
does not fit is said, and `deviations` decides."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

SCHEMA = Path(__file__).parents[4] / "shared" / "vk-api-schema"
ABSENT = f"the published schema is not at {SCHEMA}"
# Events whose object the schema calls otherwise than `callback_<type>`.
ABSENT_FILES = {"comment/objects.json": {"definitions": {"comment_thread": {"type": "object"}}}}
"""What the copy beside the repository lacks and others refer to: vkbottle's types look at these parts instead."""
OBJECTS = {
    "message_reply": "callback_message",
    "message_edit": "callback_message",
    "wall_reply_delete": "callback_wall_comment_delete",
}


def here() -> bool:
    return SCHEMA.is_dir()


def modern(node: Any) -> Any:
    """Some files say `required: true` in the property as draft 3 did; draft 7 wants a list in the object."""
    if isinstance(node, list):
        return [modern(item) for item in node]
    if not isinstance(node, dict):
        return node
    flags = {key for key, value in node.items() if key == "required" and value in (True, False)}
    made = {key: modern(value) for key, value in node.items() if key not in flags}
    properties = node.get("properties")
    if isinstance(properties, dict):
        told = [(name, value) for name, value in properties.items() if isinstance(value, dict)]
        needed = [name for name, value in told if value.get("required") is True]
        if needed:
            made["required"] = sorted({*made.get("required", []), *needed})
    return made


@cache
def registry() -> Registry[Any]:
    """All files at once: looked up one by one they would be read anew for every reference."""
    found = []
    for path in SCHEMA.rglob("*.json"):
        content = modern(json.loads(path.read_text(encoding="utf-8")))
        address = f"http://vk.schema/{path.relative_to(SCHEMA).as_posix()}"
        found.append((address, Resource.from_contents(content, default_specification=DRAFT7)))
    for file, content in ABSENT_FILES.items():
        if not (SCHEMA / file).is_file():
            found.append((f"http://vk.schema/{file}", Resource.from_contents(content, default_specification=DRAFT7)))
    made: Registry[Any] = Registry().with_resources(found)
    return made.crawl()


@cache
def validator(file: str, name: str) -> Draft7Validator:
    return Draft7Validator({"$ref": f"http://vk.schema/{file}#/definitions/{name}"}, registry=registry())


@cache
def methods(section: str) -> dict[str, Any]:
    path = SCHEMA / section / "methods.json"
    if not path.is_file():
        return {}
    return {found["name"]: found for found in json.loads(path.read_text(encoding="utf-8"))["methods"]}


def method_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = methods(name.split(".")[0]).get(name, {})
    return found


def _said(error: ValidationError, depth: int = 0) -> list[str]:
    """Where and what, one line each, with the numbers of list items left out so that repeats fall together."""
    where = "".join("[]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    inner = [line for one in error.context or () for line in _said(one, depth + 1)] if depth < 3 else []
    return inner or [f"{where or '.'} {error.message[:140]}"]


def answer_problems(method: str, body: Any) -> list[list[str]]:
    """For each documented answer of the method what does not fit; an empty list among them means it is valid."""
    section = method.split(".")[0]
    told: list[list[str]] = []
    for answer in method_of(method).get("responses", {}).values():
        file, _, name = answer["$ref"].partition("#/definitions/")
        where = str((Path("/") / section / file).resolve()).lstrip("/")
        errors = validator(where, name).iter_errors(body)
        told.append(sorted({line for error in errors for line in _said(error)}))
    return told or [["not in the schema"]]


def event_problems(event: Any) -> list[str]:
    """The envelope and the object of one event of a community."""
    errors = list(validator("callback/objects.json", "callback_base").iter_errors(event))
    name = OBJECTS.get(event["type"], f"callback_{event['type']}")
    errors += validator("callback/objects.json", name).iter_errors(event["object"])
    return sorted({line for error in errors for line in _said(error)})


def error_problems(error: Any) -> list[str]:
    errors = validator("base/objects.json", "base_error").iter_errors(error)
    return sorted({line for error in errors for line in _said(error)})


@cache
def error_codes() -> frozenset[int]:
    published = json.loads((SCHEMA / "errors.json").read_text(encoding="utf-8"))["errors"]
    return frozenset(found["code"] for found in published.values())

"""Which keyboards and carousels VK takes (vk-api.md §7). It must never change what it checks."""

from __future__ import annotations

import json
from typing import Any

from vk_emulator.api.params import parse_json
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Json

COLORS = ("primary", "secondary", "negative", "positive", "default")
WIDE = ("location", "vkpay", "open_app")  # take a full row; vk-io allows two of them
FIELDS = {
    "text": ("label",),
    "callback": ("label", "payload"),
    "open_link": ("label", "link"),
    "location": (),
    "vkpay": ("hash",),
    "open_app": ("label", "app_id"),
    "open_photo": (),
    "intent_subscribe": ("label", "peer_id", "intent"),
    "intent_unsubscribe": ("label", "peer_id", "intent"),
}


def _no(reason: str) -> Refusal:
    """The refusal of a keyboard, with its reason."""
    return Refusal(911, f"Keyboard format is invalid: {reason}")


def _whole(value: Any, kind: type, reason: str) -> Any:
    """The value, if it is of this type; Refusal otherwise."""
    if not isinstance(value, kind):
        raise _no(reason)
    return value


def parse_keyboard(text: str) -> Json:
    """The keyboard as it is stored. Refuses what VK does: more than 10 rows or 40 buttons, of an inline one 6 and
    10."""
    try:
        raw = parse_json(text)
    except ValueError as error:
        raise _no("not a valid json") from error
    keyboard: Json = _whole(raw, dict, "should be an object")
    inline = bool(keyboard.get("inline", False))
    one_time = bool(keyboard.get("one_time", False))
    rows: list[Any] = _whole(keyboard.get("buttons"), list, "buttons should be an array")
    if inline and one_time:
        raise _no("one_time is not supported with inline")
    if len(rows) > (6 if inline else 10):
        raise _no(f"more than {6 if inline else 10} rows")
    made = [_row(row) for row in rows]
    if sum(len(row) for row in made) > (10 if inline else 40):
        raise _no(f"more than {10 if inline else 40} buttons")
    if inline and not made:
        raise _no("inline keyboard without buttons")
    return {"one_time": one_time, "inline": inline, "buttons": made}


def _row(row: Any) -> list[Json]:
    """The row, if VK takes it; Refusal otherwise."""
    buttons = [_button(button) for button in _whole(row, list, "row should be an array")]
    if not buttons:
        raise _no("empty row")
    wide = any(button["action"]["type"] in WIDE for button in buttons)
    if len(buttons) > (2 if wide else 5):
        raise _no(f"more than {2 if wide else 5} buttons in a row")
    return buttons


def _button(raw: Any) -> Json:
    """The button, if VK takes it; Refusal otherwise."""
    button: Json = _whole(raw, dict, "button should be an object")
    action: Json = _whole(button.get("action"), dict, "button without action")
    kind = action.get("type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise _no("unknown action type")
    for name in FIELDS[kind]:
        if action.get(name) in (None, ""):
            raise _no(f"{kind} button without {name}")
    if kind == "open_link" and not str(action["link"]).startswith(("https://", "http://")):
        raise _no("link should be an address")
    made = dict(action)
    if "label" in action:
        label = _whole(action["label"], str, "label should be a string")
        if len(label) > 40:
            raise _no("label is longer than 40 characters")
    if action.get("payload") is not None:
        made["payload"] = _payload(action["payload"])
    color = button.get("color")
    if color is not None and color not in COLORS:
        raise _no("unknown color")
    if color is not None and kind not in ("text", "callback"):
        raise _no(f"color is not allowed for {kind}")
    result: Json = {"action": made}
    if kind in ("text", "callback"):
        result["color"] = "secondary" if color in (None, "default") else color
    return result


def _payload(raw: Any) -> str:
    """A JSON string of at most 255 characters that is an object."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    if len(text) > 255:
        raise _no("payload is longer than 255 characters")
    try:
        value = parse_json(text)
    except ValueError as error:
        raise _no("payload is not a valid json") from error
    if not isinstance(value, dict):
        raise _no("payload should be an object")
    return text


def parse_template(text: str) -> Json:
    """The carousel as it is stored: 1 to 10 elements of the same structure, else refused as VK does."""
    try:
        raw = parse_json(text)
    except ValueError as error:
        raise _no("template is not a valid json") from error
    template: Json = _whole(raw, dict, "template should be an object")
    elements: list[Any] = _whole(template.get("elements"), list, "elements should be an array")
    if template.get("type") != "carousel" or not 1 <= len(elements) <= 10:
        raise _no("a carousel has 1 to 10 elements")
    shapes = {_element(element) for element in elements}
    if len(shapes) > 1:
        raise _no("all elements should have the same structure")
    return template


def _element(raw: Any) -> tuple[bool, bool, int]:
    """The shape of a carousel's element (all must have the same); Refusal where VK takes it not."""
    element: Json = _whole(raw, dict, "element should be an object")
    title, description = element.get("title", ""), element.get("description", "")
    for value in (title, description):
        if len(_whole(value, str, "title and description should be strings")) > 80:
            raise _no("title and description have at most 80 characters")
    if not title and not element.get("photo_id"):
        raise _no("element needs a title or a photo_id")
    if title and not description:
        raise _no("element with a title needs a description")
    buttons = _row(element.get("buttons"))
    if len(buttons) > 3:
        raise _no("element has at most 3 buttons")
    action = element.get("action")
    kind = action.get("type") if isinstance(action, dict) else None
    if action is not None and kind not in ("open_link", "open_photo"):
        raise _no("element action should be open_link or open_photo")
    return bool(title), bool(element.get("photo_id")), len(buttons)


def not_both(keyboard: Json | None) -> None:
    """Beside a template a keyboard under the field is taken, an inline one is not (vkbottle, issue 855)."""
    if keyboard is not None and keyboard.get("inline"):
        raise bad_parameter("Only template or keyboard field should be specified")


def has_callback(keyboard: Json | None) -> bool:
    """Whether a button of the keyboard is of the type callback."""
    rows = (keyboard or {}).get("buttons", [])
    return any(button["action"]["type"] == "callback" for row in rows for button in row)

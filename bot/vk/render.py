"""Effects as VK's calls. What VK would refuse for its size is cut here with nothing lost upstream: parts come split."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.vk.payload import Signer
from handlers.text.parts import units
from states.effects import AnswerButton, Edit, Send
from states.people.comments import post_of
from states.screen import Button, ButtonKind, Keyboard

Params = dict[str, Any]

LONGEST_TEXT = 4096


def keyboard(value: Keyboard | None, peer: int, signer: Signer) -> str | None:
    """VK's JSON of a keyboard for this dialogue; None leaves the present one (vk-api.md §7)."""
    if value is None:
        return None
    rows = [[button(key, peer, signer) for key in row] for row in value.rows]
    shown: dict[str, Any] = {"inline": value.inline, "buttons": rows}
    if not value.inline:
        shown["one_time"] = False
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def button(key: Button, peer: int, signer: Signer) -> dict[str, Any]:
    """A button, signed for the dialogue it is shown in (T3)."""
    match key.kind:
        case ButtonKind.LINK:
            return {"action": {"type": "open_link", "link": key.link, "label": key.label}}
        case ButtonKind.LOCATION:
            return {"action": {"type": "location", "payload": "{}"}}
        case ButtonKind.TEXT | ButtonKind.CALLBACK:
            action = {"type": key.kind.value, "label": key.label, "payload": signer.payload(peer, key.command)}
            return {"action": action, "color": key.colour.value}


def cut_to_limit(text: str) -> str:
    """The text, never longer than VK takes. Parts are split long before; this is the belt."""
    while units(text) > LONGEST_TEXT:
        text = text[: len(text) - (units(text) - LONGEST_TEXT) // 2 - 1]
    return text


def send(effect: Send, random_id: int | None, attachments: Sequence[str], signer: Signer) -> Params:
    """The parameters of `messages.send` to one peer. `peer_ids`, even for one: only so VK tells the cmid
    (vk-api.md §4.2)."""
    everything = (*effect.attachments, *attachments)
    params: Params = {
        "peer_ids": str(effect.peer),
        "random_id": random_id,
        "message": cut_to_limit(effect.text),
        "keyboard": keyboard(effect.keyboard, effect.peer, signer),
        "attachment": ",".join(everything[:10]) or None,
        "disable_mentions": None if effect.mentions else 1,
        "dont_parse_links": 1,
    }
    # The originals, or the message answered to: VK takes one of the two in one parameter (vk-api.md §4.1).
    if effect.forward is not None:
        originals = {"peer_id": effect.forward.peer, "conversation_message_ids": list(effect.forward.cmids)}
        params["forward"] = json.dumps(originals)
    elif effect.reply_to is not None:
        answered = {"peer_id": effect.peer, "conversation_message_ids": [effect.reply_to], "is_reply": 1}
        params["forward"] = json.dumps(answered)
    # Whose words these are: without it VK may block the community for what a resident wrote (T27).
    # What came through the API stands in no dialogue: there is nothing to name.
    if effect.source is not None and effect.source.cmids and effect.source.cmids[0] > 0:
        words = {"peer_id": effect.source.peer, "conversation_message_id": effect.source.cmids[0]}
        params["content_source"] = json.dumps({"type": "message", "owner_id": -signer.community, **words})
    return {name: value for name, value in params.items() if value is not None}


def comment_text(effect: Send) -> str:
    """The comment as it stands under the post: the words, and the link behind them."""
    return cut_to_limit(f"{effect.text} {effect.link}".rstrip())


def comment(effect: Send, random_id: int | None, community: int) -> Params:
    """The parameters of `wall.createComment` in the community's name. Whether `guid` keeps a second one away nobody
    knows (Q26)."""
    return {
        "owner_id": -community,
        "post_id": post_of(effect.peer),
        "from_group": community,
        "reply_to_comment": effect.reply_to or 0,
        "message": comment_text(effect),
        "guid": str(random_id),
    }


def edit(effect: Edit, cmid: int, signer: Signer) -> Params:
    """The parameters of `messages.edit` of our own message. A keyboard that is left out is dropped (vk-api.md §13 Q14),
    as is meant."""
    params: Params = {
        "peer_id": effect.peer,
        "conversation_message_id": cmid,
        "cmid": cmid,
        "message": cut_to_limit(effect.text),
        "keep_forward_messages": 1,
        "keep_snippets": 1,
        "disable_mentions": 1,
        "dont_parse_links": 1,
    }
    if effect.keyboard is not None:
        params["keyboard"] = keyboard(effect.keyboard, effect.peer, signer)
    return params


def answer_button(effect: AnswerButton) -> Params:
    """The answer to a pressed button; its text above the button is cut to the 90 characters that VK shows."""
    params: Params = {"event_id": effect.event_id, "user_id": effect.user, "peer_id": effect.peer}
    if effect.text:
        params["event_data"] = json.dumps({"type": "show_snackbar", "text": effect.text[:90]}, ensure_ascii=False)
    return params


def execute_code(calls: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """VKScript that makes these calls and returns their answers in order, at most 25 (vk-api.md §9).

    JSON is a literal of VKScript, but for the two separators of lines that break its strings.
    """
    literals = [json.dumps(dict(params), ensure_ascii=False, separators=(",", ":")) for _, params in calls]
    lines = [f"API.{method}({literal})" for (method, _), literal in zip(calls, literals, strict=True)]
    return ("return [" + ",".join(lines) + "];").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

"""Every limit of a request in vk-api.md from both sides: at the limit it passes, one over it VK's error comes. The
table in docs/reference/emulator.md is made of the same rows: `python -m tests.emulator.test_limits`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import limits_calls as calls
from tests.emulator.conftest import BOT, Ask
from tests.emulator.limits_calls import Act
from tests.emulator.schema import published
from vk_emulator.api.calls import METHODS, Vk

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "emulator.md"
FACTS = published.SCHEMA.parent / "reference" / "vk-api.md"

# what | vk-api.md | the limit | how one more (or less) is answered | the act. A name that ends with "from" is a least.
Row = tuple[str, str, int, object, Act]
LIMITS: tuple[Row, ...] = (
    ("message, UTF-16 units", "4.1, Q4, Q5", 4096, 914, calls.text),
    ("message in `messages.edit`", "4.1", 4096, 914, calls.edited_text),
    ("message under `text_limit` 9000", "4.1, Q5", 9000, 914, calls.long_text),
    ("attachment, characters", "4.1", 9000, 100, calls.attachment_characters),
    ("attachments (unverified)", "4.1", 10, 100, calls.attachments),
    ("`peer_ids`", "4.1, §9", 100, 100, calls.peer_ids),
    ("`chat_id`", "4.1, §12.7", 100_000_000, 100, calls.chat_id),
    ("`random_id`, wrapped to int32 (clients send more)", "4.1, 4.3", 2**64, 100, calls.random_id),
    ("`random_id`, wrapped to int32, from", "4.1, 4.3", -(2**63), 100, calls.random_id),
    ("seconds that a `random_id` is remembered", "4.1", 3599, "new message", calls.random_id_age),
    ("messages that a `random_id` is remembered", "4.1", 99, "new message", calls.random_id_depth),
    ("forwards at top level", "4.1", 100, 913, calls.forwards),
    ("forwards, depth", "4.1", 45, 913, calls.forward_depth),
    ("forwards in all", "4.1", 500, 913, calls.forwards_in_all),
    ("`forward_messages`, items", "4.1", 1000, 100, calls.forward_messages),
    ("messages in `forward` with `is_reply`", "4.1", 1, 100, calls.reply),
    ("payload of a message, characters", "4.1", 1000, 100, calls.message_payload),
    ("latitude", "4.1", 90, 100, calls.latitude),
    ("longitude, from", "4.1", -180, 100, calls.longitude),
    ("buttons in a row", "§7", 5, 911, calls.columns),
    ("rows of buttons", "§7", 10, 911, calls.rows),
    ("buttons in all", "§7", 40, 911, calls.buttons),
    ("inline: buttons in a row", "§7", 5, 911, calls.inline_columns),
    ("inline: rows of buttons", "§7", 6, 911, calls.inline_rows),
    ("inline: buttons in all", "§7", 10, 911, calls.inline_buttons),
    ("wide buttons (location, vkpay, open_app) in a row", "§7", 2, 911, calls.wide),
    ("label of a button, characters", "§7", 40, 911, calls.label),
    ("payload of a button, characters", "§7", 255, 911, calls.button_payload),
    ("carousel: elements", "§7", 10, 911, calls.elements),
    ("carousel: elements, from", "§7", 1, 911, calls.elements),
    ("carousel: title, characters", "§7", 80, 911, calls.title),
    ("carousel: description, characters", "§7", 80, 911, calls.description),
    ("carousel: buttons of an element", "§7", 3, 911, calls.element_buttons),
    ("carousel: buttons of an element, from", "§7", 1, 911, calls.element_buttons),
    ("carousel: height of a 13:8 photo, from", "§7", 136, 911, calls.carousel_photo),
    ("carousel: width of a photo 800 high, 13:8", "§7", 1301, 911, calls.carousel_photo_width),
    ("`messages.getHistory`: count", "6.1", 200, 100, calls.counted("messages.getHistory", peer_id=1001)),
    ("`messages.getConversations`: count", "6.1", 200, 100, calls.counted("messages.getConversations")),
    ("`messages.getConversationMembers`: count", "6.1", 1000, 100, calls.members),
    ("`messages.getConversationMembers`: count, from", "6.1", 1, 100, calls.members),
    ("`groups.getMembers`: count", "schema", 1000, 100, calls.counted("groups.getMembers", group_id=101)),
    ("`messages.getByConversationMessageId`: cmids", "6.1", 100, 100, calls.by_cmid),
    ("`messages.getById`: ids", "6.1", 100, 100, calls.listed("messages.getById", "message_ids")),
    ("`messages.getById`: cmids", "6.1", 100, 100, calls.listed("messages.getById", "cmids", peer_id=1001)),
    ("`messages.delete`: cmids", "6.1", 100, 100, calls.listed("messages.delete", "cmids", peer_id=1001)),
    ("`messages.delete`: ids", "schema", 1000, 100, calls.listed("messages.delete", "message_ids")),
    ("`messages.getConversationsById`: peers", "6.1", 100, 100, calls.peers),
    ("`users.get`: ids", "6.1", 1000, 100, calls.listed("users.get", "user_ids")),
    ("`groups.getById`: ids", "6.1", 500, 100, calls.groups),
    ("`groups.isMember`: ids", "schema", 500, 100, calls.listed("groups.isMember", "user_ids", group_id=101)),
    ("reaction", "3.1", 64, 1009, calls.reaction),
    ("reaction, from", "3.1", 1, 1009, calls.reaction),
    ("`event_data`, characters", "6.1", 1000, 100, calls.event_data),
    ("snackbar, characters", "6.1", 90, 100, calls.snackbar),
    ("seconds to answer a pressed button", "6.1, §12.15", 60, 100, calls.press_age),
    ("age of a message to edit, seconds", "6.1, Q15", 86_400, 909, calls.edit_age),
    ("calls in `execute`", "§9", 25, 13, calls.execute),
    ("requests a second, community", "§9", 20, 6, calls.rate),
    ("requests a second, person (switch `user_rate_limit`)", "§9", 3, 6, calls.person_rate),
    ("`wait` of a long poll, seconds", "2.4", 90, "cut to 90", calls.wait),
    ("API version, from", "§1", 81, 8, calls.version),
    ("callback servers", "§10", 10, 2000, calls.callback_servers),
    ("title of a callback server, characters", "§10", 14, 100, calls.callback_title),
    ("secret of a callback server, characters", "§10", 50, 100, calls.callback_secret),
    ("key of `messages.allowMessagesFromGroup`", "schema", 256, 100, calls.allow_key),
    ("photo, bytes", "VK's page on uploads", 50 * 1024 * 1024, "empty upload", calls.photo_bytes),
    ("photo, width + height", "VK's page on uploads", 14_000, "empty upload", calls.photo_edges),
    ("photo, long side for a short one of 100", "VK's page on uploads", 2000, "empty upload", calls.photo_ratio),
    ("document, bytes", "VK's page on uploads", 200 * 1024 * 1024, "error", calls.document_bytes),
)
ids = [row[0] for row in LIMITS]


@pytest.mark.parametrize(("what", "cited", "limit", "refusal", "act"), LIMITS, ids=ids)
def test_at_the_limit_and_one_over(
    wrote: Ask, vk: Vk, what: str, cited: str, limit: int, refusal: object, act: Act
) -> None:
    over = limit - 1 if what.endswith("from") else limit + 1
    if what in (calls.COARSE):
        over = calls.COARSE[what]
    good = act(calls.World(vk, wrote), limit)
    assert good != refusal and good not in (1, 10), good
    calls.refreshed(vk)
    assert act(calls.World(vk, wrote), over) == refusal
    assert vk.crashes == []


def line(row: Row) -> str:
    what, cited, limit, refusal, _ = row
    least = what.endswith(", from")
    code = f"error {refusal}" if isinstance(refusal, int) else str(refusal)
    return f"| {what.removesuffix(', from')} | {'≥' if least else '≤'} {limit} | {code} | {cited} |"


@pytest.mark.parametrize("row", LIMITS, ids=ids)
def test_every_limit_is_on_the_page(row: Row) -> None:
    assert line(row) in REFERENCE.read_text(encoding="utf-8").splitlines()


# --- none was missed --------------------------------------------------------------------------------------------

NUMBER = re.compile(
    r"(?:≤|≥|at most(?: the last)?|at least|[Uu]p to|\bmaximum\b|exceeds)\s*\**(\d[\d ]*)"
    r"|\*\*(\d+)(?:\*\*)? (?:maximum|characters|recipients|requests)|(\d+)…(\d+)|(\d+)–(\d+)(?: elements|[,;])"
)
# Numbers of vk-api.md that are no limit of a request, by what stands around them.
NOT_A_REQUEST = {
    "≤ 4000": "where a client should split (§11)",
    "retry after ≥ 1": "what a client should do after error 6",
    "retry at least 3": "what a client should do after 4606",
    "v ≥ 5.124": "when a parameter appeared",
    "payload (≥ 5.114": "when a field appeared",
    "up to 3 times after": "how often a batch came again: switch `lp_redeliver`",
    "up to 5, after 10": "retries of VK, not a limit of a request: `callbacks`",
    "int ≥ 0": "a cmid; it counts from 1",
    "0…5": "the schema's odd states of typing",
    "2nd–3rd": "when an upload passes",
}


@pytest.mark.skipif(not FACTS.is_file(), reason=f"vk-api.md is not at {FACTS}")
def test_no_limit_of_the_reference_was_missed() -> None:
    known = {str(row[2]) for row in LIMITS} | {"4096", "9000", "100", "1000", "3", "1", "10", "221", "136"}
    missed, seen, excuses = [], 0, set()
    for text in FACTS.read_text(encoding="utf-8").splitlines():
        for found in NUMBER.finditer(text):
            seen += 1
            numbers = [part.replace(" ", "") for part in found.groups() if part]
            around = text[max(found.start() - 24, 0) : found.end() + 24]
            used = {key for key in NOT_A_REQUEST if key in around}
            excuses |= used
            if not used and not set(numbers) <= known:
                missed.append((numbers, around))
    assert missed == [] and seen > 45
    assert excuses == set(NOT_A_REQUEST)


IGNORED = {
    "subscribe_id": "subscriptions by intent do not exist here",
    "visible_messages_count": "who joins sees what comes after joining",
    "attachment_position": "a list of attachments goes on by `start_from`",
    "offset": "offsets reach as far as the lists do",
}


def bounded() -> list[tuple[str, str, dict[str, Any]]]:
    """Parameters of our methods that the schema bounds from above."""
    found = []
    for name, method in METHODS.items():
        if "control" in method.kinds or not published.here():
            continue
        for parameter in published.method_of(name).get("parameters", []):
            if parameter["name"] not in IGNORED and {"maximum", "maxItems", "maxLength"} & set(parameter):
                found.append((name, parameter["name"], parameter))
    return found


@pytest.mark.skipif(not published.here(), reason=published.ABSENT)
@pytest.mark.parametrize(("name", "parameter", "told"), bounded(), ids=lambda x: x if isinstance(x, str) else "")
def test_what_the_schema_bounds_is_bounded(vk: Vk, name: str, parameter: str, told: dict[str, Any]) -> None:
    """One over the schema's bound is refused, whatever else is right (a message has its own, lower limit)."""
    value: Any = told.get("maximum", 0) + 1
    if "maxItems" in told:
        value = ",".join(["1"] * (told["maxItems"] + 1))
    if "maxLength" in told:
        value = "x" * (told["maxLength"] + 1)
    kind = METHODS[name].kinds[0]
    given = {"peer_id": 1001, "group_id": 101, "user_id": 1001, "random_id": 0, "message": "x", "event_id": "1"}
    given |= {"cmid": 1, "title": "x", "url": "http://127.0.0.1/", "server_id": 1, "member_id": 1, "q": "x"}
    vk.call("messages.send", "user-1001", {"peer_id": -101, "random_id": 0, "message": "x"})
    vk.call("messages.send", BOT, {"peer_id": 1001, "random_id": 0, "message": "x"})
    vk.call("groups.addCallbackServer", BOT, given)
    own = {**given, "cmid": 2, parameter: value} if kind == "group" else {**given, "peer_id": -101, parameter: value}
    if parameter == "chat_id":
        del own["peer_id"], own["user_id"]  # they would win
    body = vk.call(name, BOT if kind == "group" else "user-1001", own)
    assert body.get("error", {}).get("error_code") in (100, 914), body


if __name__ == "__main__":
    print("| what | limit | beyond it | vk-api.md |\n|---|---|---|---|")
    print("\n".join(line(row) for row in LIMITS))

"""The probes: each finds what VK does and names the emulator's switch with the value that does the same; a range means
that VK's number lies in it. A probe must never spam: the most it sends is a hundred messages to its own tester."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.probes.people import BASE, Stage
from tests.probes.wire import Refused

Found = dict[str, object]  # switch -> value, or a (low, high) range
Probe = Callable[[Stage], Found]
QUICK: dict[str, Probe] = {}
SLOW: dict[str, Probe] = {}


def probe(name: str, *, slow: bool = False) -> Callable[[Probe], Probe]:
    def kept(run: Probe) -> Probe:
        (SLOW if slow else QUICK)[name] = run
        return run

    return kept


def on(value: object) -> str:
    return "on" if value else "off"


def refused(code: int, call: Callable[[], Any]) -> bool:
    try:
        call()
    except Refused as error:
        return error.code == code
    return False


def repeated(stage: Stage, key: int, first: dict[str, Any]) -> bool:
    """Is the second message with this key swallowed?"""
    try:
        again = stage.say(random_id=key)
    except Refused:
        return True
    return bool(again.get("error")) or again["conversation_message_id"] in (first["conversation_message_id"], 0)


def bracket(places: tuple[int, ...], deduplicated: list[bool]) -> tuple[int, int]:
    """Between the last place where the key was remembered and the first where it was not."""
    low = max((place for place, same in zip(places, deduplicated, strict=True) if same), default=0)
    high = min((place for place, same in zip(places, deduplicated, strict=True) if not same), default=10**12)
    return low, high


@probe("P1", slow=True)
def window(stage: Stage) -> Found:
    """Each key is used once now and once after its own wait: 1 min, 59 min, 61 min, 25 h."""
    places = (60, 3540, 3660, 90_000)
    keys = [stage.vk.random_id() for _ in places]
    firsts = [stage.say(random_id=key) for key in keys]
    deduplicated, now = [], 0
    for place, key, first in zip(places, keys, firsts, strict=True):
        stage.vk.wait(place - now)
        now = place
        deduplicated.append(repeated(stage, key, first))
    return {"dedup_window": bracket(places, deduplicated)}


@probe("P2")
def depth(stage: Stage) -> Found:
    places = (1, 99, 101)
    deduplicated = []
    for place in places:
        key = stage.vk.random_id()
        first = stage.say(random_id=key)
        burst(stage, place)
        deduplicated.append(repeated(stage, key, first))
    return {"dedup_last": bracket(places, deduplicated)}


def burst(stage: Stage, count: int) -> None:
    """Messages of the community to its tester, 20 in a call of `execute`."""
    for start in range(0, count, 20):
        calls = []
        for number in range(start, min(start + 20, count)):
            given = {"peer_id": stage.user, "random_id": stage.vk.random_id(), "message": f"Проба {number}"}
            calls.append(f"API.messages.send({json.dumps(given)})")
        stage.vk.bot("execute", code=f"return [{','.join(calls)}];")
        stage.vk.wait(1)


@probe("P3")
def scope(stage: Stage) -> Found:
    key = stage.vk.random_id()
    stage.say(random_id=key)
    mark = stage.say("до", chat=True)["conversation_message_id"]
    try:
        item = stage.say(random_id=key, chat=True)
    except Refused:
        return {"dedup_scope": "sender"}
    return {"dedup_scope": "dialogue" if item["conversation_message_id"] == mark + 1 else "sender"}


@probe("P4, Q2")
def duplicate(stage: Stage) -> Found:
    given = {"peer_id": stage.user, "random_id": stage.vk.random_id(), "message": "Проба"}
    first = stage.vk.bot("messages.send", **given)
    try:
        second = stage.vk.bot("messages.send", **given)
    except Refused:
        return {"duplicate_random_id": "error"}
    return {"duplicate_random_id": {first: "old", 0: "zero"}.get(second, f"new message {second}")}


@probe("P5")
def own_random_id(stage: Stage) -> Found:
    shown = []
    for chat in (False, True):
        key = stage.vk.random_id()
        cmid = stage.say(chat=chat, random_id=key)["conversation_message_id"]
        shown.append(stage.read(cmid, chat=chat).get("random_id") == key)
    if shown[0] != shown[1]:
        stage.notes.append(f"P5: в личном диалоге {on(shown[0])}, в беседе {on(shown[1])}")
    return {"history_random_id": on(all(shown))}


@probe("P6, Q6")
def replies(stage: Stage) -> Found:
    found = []
    for chat in (False, True):
        mark = stage.vk.mark()
        stage.say(chat=chat)
        found.append(bool(stage.vk.events(mark, "message_reply")))
    if not found[0]:
        stage.notes.append("P6: в личном диалоге message_reply не пришло — проверьте, включён ли тип события")
    return {"chat_reply_events": on(found[1])}


@probe("P7", slow=True)
def old_ts(stage: Stage) -> Found:
    """One message, then silence: is the place before it still served after 1, 6, 24 and 72 hours?"""
    places, mark, now = (3590, 6 * 3600, 24 * 3600, 72 * 3600), stage.vk.mark(), 0
    stage.write("Проба P7")
    served = []
    for place in places:
        stage.vk.wait(place - now)
        now = place
        stage.vk.mark()  # a fresh key with the old ts (vk-api.md 2.8)
        served.append("failed" not in stage.vk.poll(mark, wait=1))
    return {"lp_history_seconds": bracket(places, served)}


@probe("P8")
def many_events(stage: Stage) -> Found:
    """Thirty answers of the community at once, each of which is an event."""
    mark = stage.vk.mark()
    burst(stage, 30)
    return {"lp_history_events": bracket((30,), ["failed" not in stage.vk.poll(mark, wait=1)])}


@probe("P10, Q10")
def mass_mention(stage: Stage) -> Found:
    """Does `@all` with disable_mentions mark the person as mentioned? The rest of P10 is looked at by eye."""
    cmid = stage.say("@all проба", chat=True, disable_mentions=1)["conversation_message_id"]
    for text in (f"[id{stage.user}|Имя]", f"*id{stage.user} (Имя)", f"@\u200bid{stage.user}", "@\u200ball"):
        stage.say(f"{text} проба", chat=True, disable_mentions=1)
    if not stage.vk.person_token:
        stage.notes.append("P10: посмотрите в беседе, какие из пяти последних сообщений пришли с уведомлением")
        return {}
    answer = stage.vk.person("messages.getConversationsById", peer_ids=stage.person_chat)
    return {"mass_mention_passes": on(cmid in answer["items"][0].get("mentions", []))}


@probe("P12")
def cut_off(stage: Stage) -> Found:
    """A request whose answer nobody waits for: is it applied? There is no switch: the fault is `accept_drop`."""
    before = stage.say("до")["conversation_message_id"]
    given = {"peer_id": stage.user, "random_id": stage.vk.random_id(), "message": "Проба P12"}
    stage.vk.cut("messages.send", **given)
    stage.vk.wait(2)
    after = stage.say("после")["conversation_message_id"]
    stage.notes.append(f"P12: запрос, чей ответ никто не ждал, {'применён' if after > before + 1 else 'не применён'}")
    return {}


@probe("Q3")
def escaped(stage: Stage) -> Found:
    mark = stage.vk.mark()
    stage.write('а<б & "в"')
    return {"lp_text_escaped": on("&lt;" in stage.heard(mark)["text"])}


@probe("Q4, Q5")
def length(stage: Stage) -> Found:
    def fits(text: str) -> bool:
        return stage.vk.code_of("messages.send", peer_id=stage.user, random_id=stage.vk.random_id(), message=text) == 0

    limit = 9000 if fits("a" * 4097) else 4096
    unit = "codepoint" if fits("😀" * limit) else "utf16" if fits("я" * limit) else "byte"
    return {"text_limit": limit, "text_unit": unit}


@probe("Q6")
def chat_edit(stage: Stage) -> Found:
    mark = stage.vk.mark()
    stage.write("/проба Q6", chat=True)
    cmid = stage.heard(mark)["conversation_message_id"]
    mark = stage.vk.mark()
    stage.edit(cmid, "/проба Q6, правка")
    return {"chat_edit_events": on(stage.vk.events(mark, "message_edit"))}


@probe("Q7")
def chat_history(stage: Stage) -> Found:
    stage.say(chat=True)
    try:
        answer = stage.vk.bot("messages.getHistory", peer_id=stage.chat)
    except Refused:
        return {"chat_history": "error"}
    return {"chat_history": "full" if answer["items"] else "empty"}


@probe("Q11")
def government(stage: Stage) -> Found:
    asked = stage.vk.bot("groups.getById", fields="is_government_organization,trust_mark")["groups"][0]
    return {"gov_fields": "present" if {"is_government_organization", "trust_mark"} & set(asked) else "absent"}


@probe("Q12")
def press_payload(stage: Stage) -> Found:
    action = {"type": "callback", "label": "Проба", "payload": '{"a":1}'}
    cmid = stage.say(keyboard={"inline": True, "buttons": [[{"action": action}]]})["conversation_message_id"]
    mark = stage.vk.mark()
    stage.press(cmid)
    told = stage.vk.events(mark, "message_event", patience=15)
    return {"event_payload": "string" if told and isinstance(told[-1]["payload"], str) else "object"} if told else {}


@probe("Q14")
def edit_drops(stage: Stage) -> Found:
    action = {"type": "text", "label": "Проба", "payload": "{}"}
    cmid = stage.say(keyboard={"inline": True, "buttons": [[{"action": action}]]})["conversation_message_id"]
    stage.vk.bot("messages.edit", peer_id=stage.user, cmid=cmid, conversation_message_id=cmid, message="Проба, правка")
    return {"edit_drops_omitted": on("keyboard" not in stage.read(cmid))}


@probe("Q15", slow=True)
def edit_age(stage: Stage) -> Found:
    hours, now, passed = (1, 23, 25), 0, []
    cmid = stage.say()["conversation_message_id"]
    for hour in hours:
        stage.vk.wait((hour - now) * 3600)
        now = hour
        given = {"peer_id": stage.user, "cmid": cmid, "conversation_message_id": cmid, "message": f"Правка {hour}"}
        passed.append(stage.vk.code_of("messages.edit", **given) == 0)
    return {"edit_max_age": bracket(tuple(hour * 3600 for hour in hours), passed)}


@probe("Q16")
def private_doc(stage: Stage) -> Found:
    if not stage.vk.person_token:
        stage.notes.append("Q16: нужен токен человека")
        return {}
    address = stage.vk.person("docs.getMessagesUploadServer", peer_id=-stage.vk.group, type="doc")["upload_url"]
    told = stage.vk.upload(address, "proba.txt", b"proba")
    doc = stage.vk.person("docs.save", file=told["file"], title="proba.txt")["doc"]
    name = f"doc{doc['owner_id']}_{doc['id']}" + (f"_{doc['access_key']}" if "access_key" in doc else "")
    stage.write("Проба", attachment=name)
    cmid = stage.say(attachment=name)["conversation_message_id"]
    return {"private_doc_attachable": on(stage.read(cmid)["attachments"])}


@probe("Q17")
def service_forward(stage: Stage) -> Found:
    """The service message about a new title is forwarded; then the title goes back."""
    before = stage.say("до", chat=True)["conversation_message_id"]
    stage.vk.bot("messages.editChat", chat_id=stage.chat - BASE, title="Проба")
    forward = {"peer_id": stage.chat, "conversation_message_ids": [before + 1]}
    given = {"peer_id": stage.user, "random_id": stage.vk.random_id(), "message": "Проба", "forward": forward}
    code = stage.vk.code_of("messages.send", **given)
    return {"forward_odd_messages": str(code) if code else "ok"}


@probe("Q18")
def managers(stage: Stage) -> Found:
    code = stage.vk.code_of("groups.getMembers", group_id=stage.vk.group, filter="managers")
    return {"managers_visible": str(code) if code else "on"}


@probe("Q19")
def entities(stage: Stage) -> Found:
    text = stage.read(stage.say("а &lt; б")["conversation_message_id"])["text"]
    return {"send_decodes_entities": on("<" in text)}


@probe("Q22")
def edit_names(stage: Stage) -> Found:
    cmid = stage.say()["conversation_message_id"]
    known = []
    for name in ("cmid", "conversation_message_id"):
        given = {"peer_id": stage.user, "message": f"Правка {name}", name: cmid}
        if stage.vk.code_of("messages.edit", **given) == 0:
            known.append(name)
    return {"edit_cmid_name": "both" if len(known) == 2 else (known or ["none"])[0]}


@probe("Q23, mention")
def mention(stage: Stage) -> Found:
    mark = stage.vk.mark()
    stage.write(f"@club{stage.vk.group} проба", chat=True)
    text = stage.heard(mark)["text"]
    return {"mention_prefix": "at_screen_name" if "|@" in text else "name"}


@probe("P11, Q23")
def rejoin(stage: Stage) -> Found:
    """Last of all: the community leaves the chat and comes back, no longer as its administrator."""
    last = stage.say("до", chat=True)["conversation_message_id"]
    stage.kick()
    mark = stage.vk.mark()
    stage.invite()
    told = stage.heard(mark)
    member = told.get("action", {}).get("member_id")
    named = {-stage.vk.group: "negative", stage.vk.group: "positive"}.get(member, "absent")
    same = told["peer_id"] == stage.chat
    goes_on = told["conversation_message_id"] > last
    stage.notes.append(f"P11: cmid {'продолжается' if goes_on else 'начат заново'}")
    return {"rejoin_peer": "same" if same else "new", "invite_member_id": named}


@probe("Q25")
def members_without_rights(stage: Stage) -> Found:
    """After P11: whoever comes back is no administrator."""
    stage.kick()
    mark = stage.vk.mark()
    stage.invite()
    chat = stage.heard(mark)["peer_id"]
    try:
        answer = stage.vk.bot("messages.getConversationMembers", peer_id=chat)
    except Refused as refused:
        return {"members_without_rights": str(refused.code)}
    return {"members_without_rights": "shown" if answer["items"] else "empty"}

"""The probes of ten minutes, in the order in which they are played.

The most that one sends is a hundred messages to its own tester; limits for spam must never be tried (Q9).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from bot.vk.errors import VkError
from features.probe.found import Found, Quick, bracket, on
from features.probe.stage import CHAT_BASE, Act, ProbeStage, Skipped, in_chat, is_text, message_in, plain
from features.probe.wire import Json

QUICK: dict[str, Quick] = {}
DEPTHS = (1, 99, 101)
BURST = 20
UPLOADS = 20
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000a0000000a08020000000250583ea0000000114944415478da63f8cf80170d4de3e100"
    "3c3063011f8ba9260000000049454e44ae426082"
)


def probe(
    name: str, question: str, **expected: str | int
) -> Callable[[Callable[[ProbeStage], Awaitable[Found]]], Callable[[ProbeStage], Awaitable[Found]]]:
    """A decorator that puts a function into the list of quick probes, with its question and what is expected."""

    def keep(ask: Callable[[ProbeStage], Awaitable[Found]]) -> Callable[[ProbeStage], Awaitable[Found]]:
        """Puts the question into the list of quick probes."""
        QUICK[name] = Quick(name, question, expected, ask)
        return ask

    return keep


async def is_repeat(stage: ProbeStage, key: int, first: Json) -> bool:
    """Is the second message with this key no new one?"""
    try:
        again = await stage.say(random_id=key)
    except VkError:
        return True
    return bool(again.get("error")) or again["conversation_message_id"] in (first["conversation_message_id"], 0)


async def send_many(stage: ProbeStage, count: int) -> None:
    """Messages of the community to its tester, 20 in a call of `execute`."""
    for start in range(0, count, BURST):
        calls = []
        for number in range(start, min(start + BURST, count)):
            given = {"peer_id": stage.user, "random_id": stage.wire.new_key(), "message": f"Проба {number}"}
            calls.append(f"API.messages.send({json.dumps(given)})")
        done = await stage.wire.vk.batch(f"return [{','.join(calls)}];")
        if done.errors:
            raise Skipped(f"сообщения не ушли: ошибка {done.errors[0][1]}")
        await stage.wire.clock.sleep(1)


def objects_in(message: Json, kind: str) -> list[Json]:
    """What is attached of this kind."""
    return [attached[kind] for attached in message.get("attachments", ()) if attached["type"] == kind]


def keyboard(kind: str) -> str:
    """A keyboard with one button of this kind, as JSON."""
    action = {"type": kind, "label": "Проба", "payload": '{"a":1}'}
    return json.dumps({"inline": True, "buttons": [[{"action": action}]]})


# --- nobody's hand is needed ---------------------------------------------------------


@probe("P2", "На сколько сообщений хватает памяти о random_id?", dedup_last=100)
async def depth(stage: ProbeStage) -> Found:
    """How many later messages VK still remembers a `random_id` over."""
    held = []
    for place in DEPTHS:
        key = stage.wire.new_key()
        first = await stage.say(random_id=key)
        await send_many(stage, place)
        held.append(await is_repeat(stage, key, first))
    return {"dedup_last": bracket(DEPTHS, held)}


@probe("P3", "Один random_id в личном диалоге и в чате: дойдут оба?", dedup_scope="dialogue")
async def scope(stage: ProbeStage) -> Found:
    """Whether a `random_id` counts within a dialogue or for all of a sender."""
    key = stage.wire.new_key()
    await stage.say(random_id=key)
    mark = (await stage.say("до", chat=True))["conversation_message_id"]
    try:
        item = await stage.say(random_id=key, chat=True)
    except VkError:
        return {"dedup_scope": "sender"}
    return {"dedup_scope": "dialogue" if item.get("conversation_message_id") == mark + 1 else "sender"}


@probe("P4, Q2", "Что ВКонтакте отвечает на повтор с тем же random_id?", duplicate_random_id="old")
async def duplicate(stage: ProbeStage) -> Found:
    """What VK answers when the same `random_id` is sent twice."""
    given = {"peer_id": stage.user, "random_id": stage.wire.new_key(), "message": "Проба"}
    first = await stage.wire.call("messages.send", **given)
    try:
        second = await stage.wire.call("messages.send", **given)
    except VkError:
        return {"duplicate_random_id": "error"}
    return {"duplicate_random_id": {first: "old", 0: "zero"}.get(second, "новое сообщение")}


@probe("P5", "Виден ли random_id у своего сообщения?", history_random_id="on")
async def own_key(stage: ProbeStage) -> Found:
    held = []
    for chat in (False, True):
        key = stage.wire.new_key()
        cmid = (await stage.say(chat=chat, random_id=key))["conversation_message_id"]
        held.append((await stage.read(cmid, chat=chat)).get("random_id") == key)
    if held[0] != held[1]:
        stage.notes.append(f"в личном диалоге {on(held[0])}, в чате {on(held[1])}")
    return {"history_random_id": on(all(held))}


@probe("P6, Q6", "Приходит ли message_reply о том, что сообщество само написало в чат?", chat_reply_events="off")
async def replies(stage: ProbeStage) -> Found:
    """Whether own messages come as events, in chats and in dialogues."""
    came = []
    for chat in (False, True):
        mark = await stage.wire.mark()
        await stage.say(chat=chat)
        came.append(await stage.wire.first(mark, "message_reply") is not None)
    if not came[0]:
        stage.notes.append("в личном диалоге не пришло: бот рассчитывает на него (T19)")
    return {"chat_reply_events": on(came[1])}


@probe("P8", "Сколько событий хранит очередь?", lp_history_events=1000)
async def many_events(stage: ProbeStage) -> Found:
    """Thirty answers of the community at once, each of which is an event."""
    mark = await stage.wire.mark()
    await send_many(stage, 30)
    return {"lp_history_events": bracket((30,), ["failed" not in await stage.wire.poll(mark)])}


@probe("P12", "Выполнится ли запрос, ответа на который никто не ждёт?")
async def cut_off(stage: ProbeStage) -> Found:
    """There is no switch: the fault is `accept_drop`."""
    before = (await stage.say("до"))["conversation_message_id"]
    given = {"peer_id": stage.user, "random_id": stage.wire.new_key(), "message": "Проба P12"}
    await stage.wire.cut("messages.send", **given)
    await stage.wire.clock.sleep(2)
    after = (await stage.say("после"))["conversation_message_id"]
    stage.notes.append("выполнен" if after > before + 1 else "не выполнен")
    return {}


@probe("Q4, Q5", "Сколько знаков в сообщении и чем они меряются?", text_limit=4096, text_unit="utf16")
async def length(stage: ProbeStage) -> Found:
    """How long a message may be, and in which unit VK counts."""

    async def fits(text: str) -> bool:
        """Whether VK takes a message of this text."""
        given = {"peer_id": stage.user, "random_id": stage.wire.new_key(), "message": text}
        return await stage.wire.code_of("messages.send", **given) == 0

    limit = 9000 if await fits("a" * 4097) else 4096
    unit = "codepoint" if await fits("😀" * limit) else "utf16" if await fits("я" * limit) else "byte"
    return {"text_limit": limit, "text_unit": unit}


@probe("Q7", "Что отдаёт messages.getHistory чата?", chat_history="empty")
async def chat_history(stage: ProbeStage) -> Found:
    await stage.say(chat=True)
    try:
        answer = await stage.wire.call("messages.getHistory", peer_id=stage.chat)
    except VkError:
        return {"chat_history": "error"}
    return {"chat_history": "full" if answer["items"] else "empty"}


@probe("Q11", "Есть ли у сообщества поля о государственной организации?", gov_fields="absent")
async def government(stage: ProbeStage) -> Found:
    """Whether VK gives the fields of state organisations."""
    fields = "is_government_organization,trust_mark"
    asked = (await stage.wire.call("groups.getById", fields=fields))["groups"][0]
    return {"gov_fields": "present" if {"is_government_organization", "trust_mark"} & set(asked) else "absent"}


@probe("Q14", "Теряет ли правка то, чего не повторила?", edit_drops_omitted="on")
async def edit_drops(stage: ProbeStage) -> Found:
    cmid = (await stage.say(keyboard=keyboard("text")))["conversation_message_id"]
    given = {"peer_id": stage.user, "cmid": cmid, "conversation_message_id": cmid, "message": "Проба, правка"}
    await stage.wire.call("messages.edit", **given)
    return {"edit_drops_omitted": on("keyboard" not in await stage.read(cmid))}


@probe("Q17", "Пересылаются ли служебные сообщения чата?", forward_odd_messages="ok")
async def service_forward(stage: ProbeStage) -> Found:
    """The service message about a new title; then the title goes back."""
    shown = await stage.wire.call("messages.getConversationsById", peer_ids=stage.chat)
    title = shown["items"][0].get("chat_settings", {}).get("title", "") if shown.get("items") else ""
    before = (await stage.say("до", chat=True))["conversation_message_id"]
    await stage.wire.call("messages.editChat", chat_id=stage.chat - CHAT_BASE, title="Проба")
    forward = {"peer_id": stage.chat, "conversation_message_ids": [before + 1]}
    given = {"random_id": stage.wire.new_key(), "message": "Проба", "forward": forward}
    code = await stage.wire.code_of("messages.send", peer_id=stage.user, **given)
    if title:
        await stage.wire.call("messages.editChat", chat_id=stage.chat - CHAT_BASE, title=title)
    return {"forward_odd_messages": str(code) if code else "ok"}


@probe("Q18", "Видны ли руководители по ключу сообщества?", managers_visible="on")
async def managers(stage: ProbeStage) -> Found:
    """Whether VK lists the managers of the community."""
    code = await stage.wire.code_of("groups.getMembers", group_id=stage.wire.group, filter="managers")
    return {"managers_visible": str(code) if code else "on"}


@probe("Q19", "Превращается ли «&lt;» в отправленном в «<»?", send_decodes_entities="off")
async def entities(stage: ProbeStage) -> Found:
    """Whether VK decodes HTML entities of what is sent."""
    cmid = (await stage.say("а &lt; б"))["conversation_message_id"]
    return {"send_decodes_entities": on("<" in (await stage.read(cmid)).get("text", ""))}


@probe("Q20", "Приходит ли та же пачка событий ещё раз с новым ключом?", lp_redeliver=0)
async def second_delivery(stage: ProbeStage) -> Found:
    mark = await stage.wire.mark()
    await stage.say()
    first = await stage.wire.poll(mark)
    if not first.get("updates"):
        raise Skipped("события не пришли")
    await stage.wire.mark()
    again = await stage.wire.poll(str(first["ts"]))
    ids = {event["event_id"] for event in first["updates"]}
    return {"lp_redeliver": int(any(event["event_id"] in ids for event in again.get("updates", ())))}


@probe("Q21", "Удаётся ли загрузка фотографии с первого раза?", upload_flaky=0)
async def uploads(stage: ProbeStage) -> Found:
    """How many uploads of several fail, and how."""
    failed: list[str] = []
    for number in range(UPLOADS):
        address = (await stage.wire.call("photos.getMessagesUploadServer", peer_id=stage.user))["upload_url"]
        told = await stage.wire.upload(address, f"proba{number}.png", PICTURE)
        if told.get("photo") in (None, "[]", ""):
            failed.append("empty" if "photo" in told else "4606")
    return {"upload_flaky": len(failed), **({"upload_flaky_answer": failed[0]} if failed else {})}


@probe("Q22", "Как в messages.edit называется номер сообщения?", edit_cmid_name="both")
async def edit_names(stage: ProbeStage) -> Found:
    cmid = (await stage.say())["conversation_message_id"]
    known = []
    for name in ("cmid", "conversation_message_id"):
        given = {"peer_id": stage.user, "message": f"Правка {name}", name: cmid}
        if await stage.wire.code_of("messages.edit", **given) == 0:
            known.append(name)
    return {"edit_cmid_name": "both" if len(known) == 2 else (known or ["none"])[0]}


# --- a person with a phone -----------------------------------------------------------


@probe("Q3", "Приходит ли «<» в событии как «&lt;»?", lp_text_escaped="off", message_version="on")
async def entities_in_events(stage: ProbeStage) -> Found:
    text = 'а<б & "в"'
    told = await stage.text_of(Act("write", f"Скопируйте и пришлите сюда, в этот диалог: {text}", text))
    if "<" not in told["text"] and "&lt;" not in told["text"]:
        raise Skipped("прислано другое")
    return {"lp_text_escaped": on("&lt;" in told["text"]), "message_version": on("version" in told)}


@probe("Q12", "Чем приходит содержимое нажатой кнопки?", event_payload="object")
async def press_payload(stage: ProbeStage) -> Found:
    cmid = (await stage.say("Кнопка для пробы:", keyboard=keyboard("callback")))["conversation_message_id"]
    act = Act("press", "Нажмите кнопку «Проба» над этим сообщением.", number=cmid)
    seen = await stage.ask(act, lambda event: event["type"] == "message_event")
    pressed = [event for event in seen if event["type"] == "message_event"]
    if not pressed:
        raise Skipped("нажатие не пришло")
    return {"event_payload": "string" if isinstance(pressed[-1]["object"]["payload"], str) else "object"}


@probe("Q16", "Можно ли приложить файл жителя по его номеру?", private_doc_attachable="off")
async def private_doc(stage: ProbeStage) -> Found:
    told = await stage.text_of(Act("document", "Пришлите сюда любой файл как документ (не фото)."))
    docs = objects_in(told, "doc")
    if not docs:
        raise Skipped("пришёл не документ")
    name = f"doc{docs[0]['owner_id']}_{docs[0]['id']}"
    name += f"_{docs[0]['access_key']}" if docs[0].get("access_key") else ""
    cmid = (await stage.say(attachment=name))["conversation_message_id"]
    return {"private_doc_attachable": on((await stage.read(cmid)).get("attachments"))}


@probe("Q31", "Есть ли у голосового сообщения расшифровка?")
async def transcript(stage: ProbeStage) -> Found:
    """Asks for a voice message and notes whether VK gave a transcript in the event and 15 s later; the result is always
    empty, since no switch of the emulator depends on it."""
    told = await stage.text_of(Act("voice", "Запишите сюда голосовое сообщение: два-три слова."))
    first = objects_in(told, "audio_message")
    if not first:
        raise Skipped("пришло не голосовое")
    await stage.wire.clock.sleep(15)
    later = await stage.read(told["conversation_message_id"])
    second = objects_in(later, "audio_message")
    words = {True: "есть", False: "нет"}
    stage.notes.append(
        f"в событии {words['transcript' in first[0]]}, через 15 с {words[bool(second) and 'transcript' in second[0]]}"
    )
    return {}


@probe("Q6", "Приходит ли message_edit о правке в чате?", chat_edit_events="off")
async def chat_edit(stage: ProbeStage) -> Found:
    told = await stage.text_of(Act("write_chat", "Напишите в чате: /правка", "/правка"), chat=True)
    words = "Измените это сообщение в чате: допишите слово. Потом напишите здесь «готово»."
    act = Act("edit", words, "/правка раз", told["conversation_message_id"], held=True)
    seen = await stage.ask(act, is_edit)
    return {"chat_edit_events": on(any(is_edit(event) for event in seen))}


def is_edit(event: Json) -> bool:
    """Whether the event is an edit in a chat."""
    return event["type"] == "message_edit" and int(event["object"].get("peer_id", 0)) > CHAT_BASE


@probe("Q23, mention", "Как выглядит упоминание сообщества?", mention_prefix="at_screen_name")
async def mention(stage: ProbeStage) -> Found:
    """How VK writes a mention of the community."""
    text = f"@club{stage.wire.group} проба"
    told = await stage.text_of(
        Act("write_chat", f"Напишите в чате, выбрав сообщество из подсказки: {text}", text), chat=True
    )
    return {"mention_prefix": "at_screen_name" if "|@" in told["text"] else "name"}


@probe("P10, Q10", "Уведомляет ли @all вопреки disable_mentions?", mass_mention_passes="on")
async def mass_mention(stage: ProbeStage) -> Found:
    """The last four are forms that the bot has broken up: one that notifies is a fault of handlers/text/relayed.py."""
    forms = ("@all", f"[id{stage.user}|Имя]", f"*id{stage.user} (Имя)", f"@\u200bid{stage.user}", "@\u200ball")
    sent = [
        await stage.say(f"{number}. {form} проба", chat=True, disable_mentions=1)
        for number, form in enumerate(forms, 1)
    ]
    words = (
        "В чат пришли пять сообщений с номерами. Ответьте номерами тех, о которых телефон сообщил как об упоминании "
        "(значок @ у чата), например: 1 3. Ни одно — 0."
    )
    told = await stage.text_of(Act("mentioned", words, number=sent[0]["conversation_message_id"]))
    numbers = sorted({int(letter) for letter in told["text"] if letter in "12345"})
    if not any(letter.isdigit() for letter in told["text"]):
        raise Skipped("ответ без номеров")
    stage.notes.append(f"уведомили: {', '.join(map(str, numbers)) or 'ни одно'}")
    return {"mass_mention_passes": on(1 in numbers)}


@probe("Q17, deleted", "Что отвечает пересылка удалённого сообщения?")
async def deleted_forward(stage: ProbeStage) -> Found:
    told = await stage.text_of(Act("write", "Напишите сюда слово «сотру».", "сотру"))
    cmid = told["conversation_message_id"]
    await stage.hold(Act("delete", "Удалите его «для всех», потом напишите «готово».", number=cmid, held=True))
    forward = {"peer_id": stage.user, "conversation_message_ids": [cmid]}
    given = {"random_id": stage.wire.new_key(), "message": "Проба", "forward": forward}
    code = await stage.wire.code_of("messages.send", peer_id=stage.user, **given)
    stage.notes.append(f"ошибка {code}" if code else "пересылается")
    return {}


@probe("Q24", "Виден ли потом текст, написанный, пока бот не мог читать?", unheard_shown="off")
async def unheard(stage: ProbeStage) -> Found:
    """Whether the history shows what was written while the bot had no rights."""
    last = (await stage.say("до", chat=True))["conversation_message_id"]
    words = "Чат → участники → сообщество → «Разжаловать». Напишите в чате «раз». Потом напишите здесь «готово»."
    await stage.hold(Act("unheard", words, "раз", held=True))
    words = "Назначьте сообщество администратором чата снова. Потом напишите здесь «готово»."
    await stage.hold(Act("rights", words, held=True))
    shown = [(await stage.read(cmid, chat=True)).get("text") == "раз" for cmid in range(last + 1, last + 5)]
    return {"unheard_shown": on(any(shown))}


@probe("P11, Q23", "Исключили и позвали снова: тот же ли это чат?", rejoin_peer="same", invite_member_id="negative")
async def rejoin(stage: ProbeStage) -> Found:
    """Last of those in the chat: the community comes back no longer as its administrator."""
    last = (await stage.say("до", chat=True))["conversation_message_id"]
    words = (
        "Исключите сообщество из чата и пригласите снова (администратором не делайте). Потом напишите здесь «готово»."
    )
    seen = await stage.ask(Act("rejoin", words, held=True), lambda _: False)
    came = [message_in(event) for event in seen if in_chat(event) and is_invitation(stage, message_in(event))]
    if not came:
        raise Skipped("событие о приглашении не пришло")
    member = came[-1].get("action", {}).get("member_id")
    named = {-stage.wire.group: "negative", stage.wire.group: "positive"}.get(member, "absent")
    goes_on = came[-1]["conversation_message_id"] > last
    stage.notes.append(f"номера сообщений {'продолжаются' if goes_on else 'начаты заново'}")
    same = came[-1]["peer_id"] == stage.chat
    stage.take_chat(came[-1]["peer_id"])
    return {"rejoin_peer": "same" if same else "new", "invite_member_id": named}


def is_invitation(stage: ProbeStage, message: Json) -> bool:
    """Whether the message says that this community was added to a chat."""
    action = message.get("action", {})
    member = action.get("member_id", stage.wire.group)
    return bool(action.get("type") == "chat_invite_user" and abs(member) == stage.wire.group)


@probe("Q25", "Видны ли участники чата боту без прав?", members_without_rights="917")
async def members_without_rights(stage: ProbeStage) -> Found:
    """Which members VK shows to a bot that is no administrator, after P11: whoever comes back is none."""
    try:
        answer = await stage.wire.call("messages.getConversationMembers", peer_id=stage.chat)
    except VkError as error:
        found = str(error.code)
    else:
        found = "shown" if answer["items"] else "empty"
    await stage.hold(
        Act("rights", "Верните сообществу права администратора чата и напишите здесь «готово».", held=True)
    )
    return {"members_without_rights": found}


@probe("Q13", "Видит ли сообщество в чате слова другого сообщества?", other_bots_visible="off")
async def other_bot(stage: ProbeStage) -> Found:
    other = stage.second
    if other is None:
        raise Skipped("нужно второе тестовое сообщество: --second")
    mark = await other.mark()
    words = "Добавьте в чат второе тестовое сообщество администратором и напишите в чате: /второе"
    await stage.text_of(Act("write_chat", words, "/второе"), chat=True)
    async for event in other.stream(mark, 5.0):
        if in_chat(event) and plain(message_in(event)["text"]) == "/второе":
            other.own.add(message_in(event)["peer_id"])
            break
    else:
        raise Skipped("второе сообщество чата не слышит")
    mark = await stage.wire.mark()
    given = {"random_id": other.new_key(), "message": "/от второго"}
    await other.call("messages.send", peer_ids=next(iter(other.own)), **given)
    seen = [event async for event in stage.wire.stream(mark, 5.0)]
    return {"other_bots_visible": on(any(is_text(event) and message_in(event)["from_id"] < 0 for event in seen))}

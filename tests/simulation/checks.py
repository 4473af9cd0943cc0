"""I1–I8, I12, I14 and I15 of delivery.md §15 at a quiet point, each a function from the record to what is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache

from benchmarks.rig.stand import REGION
from bot.region.directory_file import read
from handlers.lifecycle.routing import AT_ONCE
from handlers.text import actions
from states.cause import parse
from states.lifecycle.appeal import OPEN as UNANSWERED
from states.people.comments import FIRST_WALL
from tests.simulation import acts_resident, alarms, gates, hearing, models, restores
from tests.simulation.people import buttons, meant, with_action
from tests.simulation.record import BRINGS, Record, stands_in_title
from tests.simulation.replies import DOUBLED, ELSEWHERE, LOST, QUESTION, nothing_taken_back, reply_once, second_asked
from tests.world import laws, said
from vk_emulator.world.records import Message, Thread

Found = Iterator[str]
OPEN = ("preparing", "ready", "in_flight", "unknown")
HELD_BY_SOMEBODY = "SELECT code FROM appeal WHERE resident > 0 AND chat IS NOT NULL AND status <> 'merged'"
IN_TALKS = f" AND peer > {-FIRST_WALL}"
"""What is said under posts walls.py judges."""


def no_loss_in(record: Record) -> Found:
    """I1: whatever people wrote where the bot could see it came in and came to an end."""
    states = {
        (row["peer"], row["cmid"]): row["state"]
        for row in record.ask("SELECT peer, cmid, state FROM inbox WHERE kind = 'message'")
    }
    for peer, thread in record.places():
        for message in thread.messages:
            if message.sender < 0 or message.action is not None or not record.world.sees(record.bot, message):
                continue
            if message.cmid <= record.truth.erased.get(peer, 0) or restores.of_nobody(record, peer, message):
                continue
            state = states.get((peer, message.cmid), "missing")
            if state not in laws.ENDED:
                yield f"сообщение {peer}/{message.cmid} {message.text[:40]!r} во входящих: {state}"


def no_press_lost(record: Record) -> Found:
    """I1 for buttons: no history tells of them, so what VK has served must be on disk before more is asked for."""
    if record.taken is not None:
        kept = {row["key"] for row in record.ask("SELECT key FROM inbox WHERE kind = 'button'")}
        for event_id in sorted(record.taken):
            if f"b:{event_id}" not in kept:
                yield f"нажатие {event_id} получено, а во входящих его нет"
        return
    own = (press for press in record.world.presses.values() if press.community == record.community)
    pressed = Counter(record.world.peer_of(press.thread, record.bot) for press in own)
    rows = record.ask("SELECT peer, count(*) AS n FROM inbox WHERE kind = 'button' GROUP BY peer")
    came = {row["peer"]: row["n"] for row in rows}
    for peer, times in pressed.items() if not record.events_gone else ():
        if came.get(peer, 0) != times:
            yield f"в {peer} нажали {times} раз, во входящих {came.get(peer, 0)}"


def card_once(record: Record) -> Found:
    """I2: the words of what was sent are shown to whoever holds it, once for each time it was handed over."""
    shown: dict[tuple[str, str, int, str], list[Message]] = defaultdict(list)
    for peer, chat in record.chats():
        for one in record.own(chat.thread):
            for mark in set(said.MARK.findall(said.words(one))) if not of_alarm(record, one) else ():
                if not stands_in_title(record, one, mark):
                    shown[mark, under(record, mark, one), peer, record.kind(one)].append(one)
    # A card that VK lets nobody edit any more is sent anew when something changes: once a day at the most.
    renewing = "1 = 1" if record.days_pass else "action = 'reopen'"
    again = Counter(row["code"] for row in record.ask(f"SELECT code FROM history WHERE {renewing}"))
    for (mark, code, peer, kind), messages in shown.items():
        if not code and mark in record.truth.dropped and not was_asked_for(record, mark, messages):
            yield f"{ELSEWHERE}слова {mark} из брошенного черновика показаны в {peer}"
        if kind == "card" and record.windows:
            # Words of a window are sent again under a new number; the card of the former one may show them too (§13).
            messages = [one for one in messages if said.about(one) == code or is_void(record, said.about(one))]
        held = code or (
            said.about(messages[0]) if kind == "card" and messages else ""
        )  # its author never saw the number
        most = record.hand_overs(held)[peer] + again[held] if kind == "card" and held else 1
        # An edit of the resident; a card that VK would not change any more, said anew: the ЦУР goes on reading it.
        if kind in ("correction", "refresh") or (kind == "left" and restores.is_cur(record, peer)):
            continue
        # Nobody knows any more how often it was handed over.
        forgotten = record.is_forgotten(mark) or is_void(record, code)
        if kind == "joined":  # for each time that the one which leads it was handed over (R32)
            leads = record.incidents.leads(code, 0.0)
            most = max(1, sum(record.hand_overs(lead)[peer] for lead in leads))
            most += max(0, len(list(record.incidents.spans(code))) - 1)  # taken apart and put back
        asked = kind == "task" and all(said.ADDED in one.text for one in messages)  # how they begin
        if asked:  # once of each official whose words they stopped
            most = len({record.origin(one) for one in messages})
        if not (asked or kind in BRINGS) or (len(messages) > most and not forgotten):
            yield f"{DOUBLED}слова {mark} ({code}) в {peer} как {kind or '?'}: {len(messages)} раз, можно {most}"
    now = {row["code"]: row for row in record.ask("SELECT code, chat, status, incident FROM appeal WHERE resident > 0")}
    belonging = restores.belonging(record)
    of_danger = record.alarms()
    for mark, code in record.truth.owner.items():
        # Whoever asks to be forgotten takes back what is open; the erasure itself may still be to come. What was
        # accepted after that stays.
        if code in record.truth.withdrawn or record.is_forgotten(mark) or code in of_danger:
            continue
        if is_only_counted(record, code):
            continue
        if mark in record.truth.restarted and record.days_pass:
            continue  # a day later the bot asks anew what they are about, and their author gave them up
        row = now.get(code)
        if row is not None and row["status"] == "merged":
            row = now.get(row["incident"])  # whoever answers that one reads this one, too (R32)
        if row is None:
            yield f"{LOST}номера {code} у бота нет"
        elif row["chat"] is None or any((mark, code, row["chat"], kind) in shown for kind in BRINGS):
            continue
        elif mark in belonging or not restores.left_to_people(record, code, written_at(record, mark)):
            yield f"{LOST}слов {mark} ({code}) нет в {row['chat']}, где их ждут"


def is_only_counted(record: Record, code: str) -> bool:
    """R32: behind the first few that another one leads the card gives the number alone; «Что пишут другие» shows the
    words, if somebody presses it before the answer for all (soak of seed 31)."""
    joined = {lead: since for since, _, lead in record.incidents.spans(code)}
    return any(record.incidents.joined_before(lead, since) >= AT_ONCE for lead, since in joined.items())


def one_fate(record: Record) -> Found:
    """I14: what was sent stands in some chat; in which one, I2 says, and who may be left out."""
    kept = "\n".join(said.words(one) for _, chat in record.chats() for one in record.own(chat.thread))
    of_danger = record.alarms()
    held = {row["code"] for row in record.ask(HELD_BY_SOMEBODY)}
    sent = [
        f"Пометка {mark}"
        for mark, code in record.truth.owner.items()
        if code in held - record.truth.withdrawn - set(of_danger)
        and not (record.is_forgotten(mark) or mark in record.truth.restarted or is_only_counted(record, code))
        and not restores.left_to_people(record, code, written_at(record, mark))
    ]
    for words in laws.nowhere(sent, kept):
        yield f"{LOST}слов «{words}» нет ни в одном чате"


def no_noise(record: Record) -> Found:
    """I15: nothing that is only a command, a courtesy or «да» is forwarded or quoted with a message."""
    for peer, chat in record.chats():
        for one in record.own(chat.thread):
            if record.kind(one) in BRINGS and not of_alarm(record, one):
                for words in laws.noise(quote.text for quote in one.quotes):
                    yield f"в {peer} на карточке стоит «{words}»"


def was_asked_for(record: Record, mark: str, messages: list[Message]) -> bool:
    """Whether these words are the answer to a question about that number, as their author has read, whatever he took
    them for."""
    thread = record.world.private_thread(record.bot, record.truth.author[mark])
    written = {str(one.cmid) for one in thread.messages if mark in said.MARK.findall(one.text)}
    told = [one for one in record.own(thread) if one.text.startswith(said.PASSED_ON) and record.origin(one) in written]
    return all(said.about(one) in map(said.about, told) for one in messages)


def of_alarm(record: Record, message: Message) -> bool:
    """What brings the words of an alarm, which no «Отправить» sends: alarms.py asks what must hold of it."""
    return alarms.is_card(record, message) or record.kind(message) == alarms.AGAIN


def under(record: Record, mark: str, message: Message) -> str:
    """The number that a resident's words are shown under: theirs, or one that an older copy did not know."""
    code = said.whose(message)
    return code if is_void(record, code) else record.truth.owner.get(mark, "")


def is_void(record: Record, code: str) -> bool:
    return any(code in window.gone for window in record.windows)


def written_at(record: Record, mark: str) -> float:
    author = record.truth.author[mark]
    own = (message for message in record.world.private_thread(record.bot, author).messages if message.sender == author)
    return max((message.posted for message in own if mark in said.MARK.findall(message.text)), default=0.0)


def no_press_in_vain(record: Record) -> Found:
    """R8, R42: whatever a resident says of an answer has an effect or an answer, also where a consent was asked for
    before it could be heard."""
    did = {(row["code"], row["action"], row["actor"]) for row in record.ask("SELECT code, action, actor FROM history")}
    now = {row["code"] for row in record.ask("SELECT code FROM appeal WHERE resident > 0")}
    for user, thread in record.dialogues():
        gone = user in record.truth.asked | record.truth.erased.keys()
        for message in thread.messages if not gone and not record.may_seem_closed(user) else ():
            action, value = meant({"payload": message.payload}) if message.sender == user else ("", "")
            code, wanted = value.partition(":")[0], SAID_OF.get(action)
            if wanted is None or code not in now or (code, wanted, user) in did:
                continue
            after = [one.text for one in thread.messages[message.cmid :] if one.sender == record.bot]
            if not any(said.no_use(text, code) or said.goes_on(text, code) for text in after):
                yield f"житель {user} нажал {action} по №{code}: ни действия, ни ответа"


SAID_OF = {**restores.JUDGED, actions.RATE: "rate"}


def no_profile(record: Record) -> Found:
    """R21: what agencies read of a message that must not show its author brings no original of theirs."""
    hidden = {row["code"] for row in record.ask("SELECT code, topic FROM appeal") if row["topic"] in without_profile()}
    for peer, chat in record.chats() if hidden else ():
        for one in record.own(chat.thread) if not chat.cur else ():
            if said.about(one) in hidden and any(quote.sender > 0 for quote in one.quotes):
                yield f"в {peer} сообщение {one.cmid} о №{said.about(one)} показывает, кто написал"


@cache
def without_profile() -> frozenset[str]:
    return frozenset(topic.code for topic in read(REGION).topics if topic.anonymous_card)


def in_order(record: Record) -> Found:
    """I5: replies of one chat reach a resident in their order; the words of one appeal reach a chat in theirs."""
    looked_over = {
        mark
        for _, one in record.everything()
        if record.kind(one) == "approval"
        for mark in said.ANSWER.findall(one.text)
    } | {*asked_about(record), *record.truth.shares}
    said_at = {
        mark: (chat.key, message.cmid)
        for _, chat in record.chats()
        for message in chat.thread.messages
        if message.sender > 0
        for mark in said.ANSWER.findall(message.text)
        if mark not in looked_over
        and not message.edits  # it left when somebody agreed, not when it was written
        and record.bot not in message.unseen_by  # VK showed it when the bot had its rights again (F16, Q24)
    }
    for user, thread in record.dialogues():
        came: dict[str, list[int]] = defaultdict(list)
        for one in record.own(thread):
            for mark in said.ANSWER.findall(one.text):
                if mark in said_at:
                    came[said_at[mark][0]].append(said_at[mark][1])
        for key, numbers in came.items():
            # An answer is held until a moment of the clock; one that is set back lets the next go first (F23: I2, I6).
            if numbers != sorted(numbers) and not record.clock_wrong:
                yield f"ответы из {key} жителю {user} не по порядку: {numbers}"
    for _, chat in record.chats():
        first: dict[str, list[int]] = defaultdict(list)
        for one in record.own(chat.thread):
            if record.kind(one) in BRINGS and not of_alarm(record, one):
                marks = marks_in_order(record.kind(one), one)
                if record.kind(one) == "card" and len(set(marks)) < len(marks):
                    yield f"на карточке {under(record, marks[0], one)} слова стоят дважды: {marks}"
                for mark in marks:
                    number, code = int(mark.split("х")[1]), under(record, mark, one)
                    if number not in first[code]:
                        first[code].append(number)
        for code, numbers in first.items():
            if code and record.hand_overs(code).total() == 1 and numbers != sorted(numbers):
                yield f"слова {code} в {chat.key} не по порядку: {numbers}"


def asked_about(record: Record) -> Found:
    """Answers that waited until their author said what they are to another one: they left when he did."""
    for _, chat in record.chats():
        for one in record.own(chat.thread):
            if record.kind(one) == QUESTION and one.reply is not None:
                yield from said.ANSWER.findall(chat.thread.messages[one.reply.cmid - 1].text)


def marks_in_order(kind: str, message: Message) -> list[str]:
    """Of a resident's words in this message. A card says the address above them, also where its author answered the
    question for it with more words (seed 39508): in those lines of the bot's own it is no order, nor where it is
    all that shows them (twins, seed 5071)."""
    words = said.words(message)
    address = said.title(message) if kind == "card" else ""
    own = message.text.replace(address, "", 1)
    # What is not forwarded as it is stands above the originals, and above their words where VK refuses the forward
    # (seed 314): each of the two keeps its order, they have none (T2).
    runs = [said.MARK.findall(part) for part in (*own.split("\n\n"), words.replace(message.text, "", 1))]
    both = [mark for run in runs for mark in run]
    both = sorted(both, key=written) if all(map(rising, runs)) else both
    alone = [mark for mark in said.MARK.findall(address) if mark not in both]
    return sorted(both + alone, key=written) if rising(both) else both + alone


def written(mark: str) -> int:
    return int(mark.partition("х")[2])


def rising(marks: list[str]) -> bool:
    return marks == sorted(marks, key=written)


def no_regress(record: Record) -> Found:
    """I6."""
    yield from laws.regressed(record.ask(laws.HISTORY))


def own_random_ids(record: Record) -> Found:
    """I7: one cause, one random_id, one message; over all lives and restores."""
    for random_id, times in laws.used_again(one.random_id for _, one in record.everything()):
        yield f"random_id {random_id}: {times} раз, причина {record.causes.get(random_id)}"
    written: defaultdict[str, list[Message]] = defaultdict(list)
    for _, one in record.everything():
        written[said.bare(record.causes.get(one.random_id, ""))].append(one)
    for cause, messages in written.items():
        if len(messages) > 1 and cause and not restores.found_anew(record, cause, messages):
            yield f"причина {cause}: {len(messages)} сообщений"
    for cause, ids in record.ids.items():
        if len(ids) > 1:
            yield f"причина {cause}: разные random_id {sorted(ids)}"


def known_causes(record: Record) -> Found:
    """I7: nothing is in VK that the bot does not know to have said. An erasure, the end of a term take rows away."""
    if record.truth.erased or record.days_pass:
        return
    for peer, one in record.everything():
        if one.random_id not in record.causes:
            yield f"в {peer} сообщение {one.cmid}, о котором бот не знает: {one.text[:60]!r}"


def facts_are_facts(record: Record) -> Found:
    """I2, I3: what the bot calls sent is in VK under that number, or where VK never showed it one, under its id."""
    numbers = {(peer, message.cmid): message for peer, thread in record.places() for message in thread.messages}
    ids = {(peer, message.random_id): message for peer, thread in record.places() for message in thread.messages}
    for row in record.ask(
        "SELECT peer, cmid, random_id, cause FROM outbox WHERE state = 'sent' AND effect = 'send'" + IN_TALKS
    ):
        if parse(row["cause"]).kind == restores.VOID:
            continue  # a name for what an older copy does not know
        place = (row["peer"], row["random_id"]) if row["cmid"] is None else (row["peer"], row["cmid"])
        there = (ids if row["cmid"] is None else numbers).get(place)
        known = there is not None and (there.random_id == row["random_id"] or same_words(record, row["cause"], there))
        if not known:
            yield f"{row['cause']} считается отправленным как {row['peer']}/{row['cmid']}, в VK там другое"


def same_words(record: Record, cause: str, there: Message) -> bool:
    """After a restore: VK has it in a form, or for a later version, that the copy does not know (delivery.md §13)."""
    return bool(record.windows) and record.kind(there) == parse(cause).kind


def nothing_waits(record: Record) -> Found:
    """I8: nobody waits: no row, no person, no dialogue that ends with a resident's words."""
    for row in record.ask("SELECT peer, key, state, reason FROM inbox WHERE state NOT IN ('done', 'ignored')"):
        yield f"входящее {row['peer']} {row['key']}: {row['state']} ({row['reason']})"
    # An edit that VK refuses, as an edit and said anew, is neither waited for nor missed (states/effects.py).
    columns = "peer, cause, state, reason, code, random_id, appeal"
    query = f"SELECT {columns} FROM outbox WHERE state NOT IN ('sent', 'cancelled')"
    refused = "state = 'dead' AND (target IS NOT NULL OR (kind = 'answer' AND coalesce(code, 0) = 0))"
    for row in record.ask((f"{query} AND NOT ({refused})" if not record.calm else query) + IN_TALKS):
        parked = row["state"] == "parked_recipient" and record.may_seem_closed(row["peer"])
        unseen = row["state"] in ("unknown", "dead") and record.out_of_sight(row["peer"], row["random_id"])
        if not parked and not (unseen and (row["state"] == "unknown" or told_to_cur(record, row["appeal"]))):
            yield f"исходящее {row['cause']}: {row['state']} ({row['reason']}, {row['code']})"
    for row in record.ask("SELECT peer, low_watermark, high_watermark FROM peer WHERE behind = 1"):
        yield f"пробел в {row['peer']}: {row['low_watermark']}..{row['high_watermark']}"
    for row in record.ask("SELECT name, key FROM timer WHERE name = 'pause'"):
        yield f"таймер {row['name']} {row['key']} не сработал"
    for who, what in record.truth.waits.items():
        yield f"{who} ждёт {what}"
    for user, thread in record.dialogues():
        last = thread.messages[-1] if thread.messages else None
        if last is not None and last.sender == user and not may_be_silent(record, user, thread):
            yield f"житель {user} написал последним: {last.text[:60]!r}"


def told_to_cur(record: Record, code: str) -> bool:
    """Whether the ЦУР reads of an appeal that it must look after, as long as that is open: a card or a line, and not
    one that is out of sight itself."""
    rows = record.ask("SELECT status FROM appeal WHERE code = ?", code)
    told = (one for _, chat in record.chats() if chat.cur for one in record.own(chat.thread))
    heard = any(said.about(one) == code and record.world.sees(record.bot, one) for one in told)
    return heard or not any(row["status"] in UNANSWERED for row in rows)


def may_be_silent(record: Record, user: int, thread: Thread) -> bool:
    """To the forgotten, and to whoever was asked for consent just now: that is asked once in half a minute."""
    asked = next(
        (message for message in reversed(thread.messages) if message.sender == record.bot and buttons(message)), None
    )
    forgotten = thread.messages[-1].cmid <= record.truth.erased.get(user, 0)
    return forgotten or (asked is not None and bool(with_action(asked, actions.CONSENT)))


def books_balance(record: Record) -> Found:
    """I12: received and produced are what the rows say."""
    counted = {
        row["name"]: row["value"]
        for row in record.ask("SELECT name, sum(value) AS value FROM counter WHERE community_id > 0 GROUP BY name")
    }
    inward = record.ask("SELECT count(*) AS n FROM inbox WHERE community_id > 0")[0]["n"]
    outward = record.ask("SELECT count(*) AS n FROM outbox WHERE community_id > 0 AND state <> 'cancelled'")[0]["n"]
    if counted.get("received", 0) != inward + counted.get("forgotten_in", 0):
        yield f"принято {counted.get('received')}, строк {inward}, забыто {counted.get('forgotten_in')}"
    if counted.get("produced", 0) != outward + counted.get("forgotten_out", 0):
        yield f"создано {counted.get('produced')}, строк {outward}, забыто {counted.get('forgotten_out')}"


def no_echo(record: Record) -> Found:
    """No screen is shown again unless the resident has written again. Answers that come late look like echoes, so this
    is asked only of seeds in which nothing goes wrong; for all others the causes are (I7)."""
    for user, thread in record.dialogues() if record.calm else ():
        shown: set[str] = set()
        answered: set[str] = set()
        owed = 0
        for message in thread.messages:
            if message.sender != record.bot:
                owed += 1
            elif record.kind(message) == "screen":
                if message.text in shown and owed <= 0:
                    yield f"ещё раз жителю {user}: {message.text[:60]!r}"
                shown = {message.text} if owed > 0 else shown | {message.text}
                # What was written before the consent is answered at the door, and once more when it is agreed to.
                of = record.origin(message).removesuffix(".door")
                owed = max(0, owed - (of not in answered))
                answered.add(of)


def no_dead_end(record: Record) -> Found:
    """Who goes straight on comes to a number: a dialogue takes one step for each message. Asked only where nothing goes
    wrong and nobody strays; on other ways there are places from which nothing leads straight on."""
    strayed = set(record.truth.acts) & (set(acts_resident.ACTS) - {"story"})
    for user, shown in record.truth.stuck if record.calm and not strayed else ():
        yield f"жителя {user} ничто не ведёт дальше: {shown[:60]!r}"


INVARIANTS: dict[str, Callable[[Record], Found]] = {
    "I1": no_loss_in,
    "I1 press": no_press_lost,
    "I2": card_once,
    "I3": reply_once,
    "R42": no_press_in_vain,
    "taken back": nothing_taken_back,
    "second": second_asked,
    "F16": hearing.heard,
    "F16 told": hearing.returns_told,
    "T5": hearing.nobody_left,
    "R21": no_profile,
    "topic": models.confirmed,
    "I5": in_order,
    "I6": no_regress,
    "I7": own_random_ids,
    "I14": one_fate,
    "I15": no_noise,
    "I7 known": known_causes,
    "I8": nothing_waits,
    "I12": books_balance,
    "§13": restores.shown_once,
    "alarm": alarms.all_of,
    "R14": restores.nothing_read,
    "R32": gates.only_who_may,
    "fact": facts_are_facts,
    "echo": no_echo,
    "dead end": no_dead_end,
}


def erasing(record: Record) -> bool:
    """Whether somebody's request is still to be carried out; one of a clock that ran ahead may have days."""
    asked = "SELECT 1 FROM erasure WHERE resident IS NOT NULL AND asked_at <= ?"
    return bool(record.truth.asked and record.ask(asked, int(record.world.clock.now() * 1e6)))


def settled_down(record: Record) -> bool:
    """Whether nothing is left to wait for."""
    return not erasing(record) and not any(
        True
        for check in (nothing_waits, no_loss_in, no_press_lost, hearing.heard, hearing.returns_told)
        for _ in check(record)
    )


def violations(record: Record) -> list[str]:
    """Everything that is wrong, each with the name of its invariant."""
    record.complete()
    return [f"{name}: {what}" for name, check in INVARIANTS.items() for what in check(record)]

"""I1–I8, I14 and I15 of delivery.md §15, each a function from the evidence to what is wrong with it. Empty means that
it holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Set

from states.lifecycle.appeal import Action
from tests.kill.crossing import crossed
from tests.kill.evidence import (
    ADDED,
    ADDS,
    CARD,
    PART,
    Evidence,
    Message,
    by_bot,
    given_back,
    marks_added,
    marks_shown,
    words,
)
from tests.kill.under_posts import UNDER_POSTS
from tests.world import laws, said
from tests.world.said import ANSWER, BESIDE, MARK

WAITING = {"preparing", "ready", "in_flight", "unknown"}
NOT_GONE = ("Жителю это не ушло", "отменён", "Не отправили: вы начали", "Новый заменит", said.REPLACED)
"""How its chat hears that a resident does not have it: taken back, replaced, or not decided yet."""
HINT = "Бот этих слов не взял"
"""Said once of plain words while the bot has asked an official something."""
MOST_TOLD = 3
"""Of a stopped answer: that it did not leave, the question, and what its author then sent."""
Found = Iterator[str]


def no_loss_in(evidence: Evidence) -> Found:
    """I1: every message of a person has an inbox row that came to an end; nothing was set aside."""
    states = {(row["peer"], row["cmid"]): row["state"] for row in evidence.inbox if row["kind"] == "message"}
    places = [*evidence.private(), *((peer, messages) for _, peer, messages in evidence.chats())]
    for peer, messages in places:
        for message in messages:
            wanted = message["from_id"] > 0 and message["date"] >= int(evidence.installed) and not message["action"]
            state = states.get((peer, message["cmid"]), "missing") if wanted else "done"
            if state not in laws.ENDED:
                yield f"сообщение {peer}/{message['cmid']} во входящих: {state}"


def card_once(evidence: Evidence) -> Found:
    """I2: a number shown to a resident has one card, in the chat the resident was told, with the resident's words."""
    cards: dict[str, list[tuple[str, Message]]] = defaultdict(list)
    for key, _, messages in evidence.chats():
        for row in by_bot(messages, evidence.bot):
            if found := CARD.search(row["text"]):
                cards[found[1]].append((key, row))
    submitted = evidence.submitted()
    for code, (_, told) in submitted.items():
        where = [key for key, _ in cards[code]]
        # The ЦУР gets a card of its own each time an agency gives the message back; it decides nothing here.
        if where[:1] != [told] or where[1:] != ["cur"] * times_given_back(evidence, code):
            yield f"карточка {code}: должна быть одна в {told}, есть в {where}"
    for code in cards.keys() - submitted.keys():
        yield f"карточка {code}: житель номера не видел"
    yield from words_once(evidence, submitted)


def words_once(evidence: Evidence, submitted: dict[str, tuple[int, str]]) -> Found:
    """Each marked message of a submitted appeal is shown to the agency once, under its own number. What was added and
    not read there when it was given back stands on the ЦУР's card alone (I4, R22)."""
    shown: dict[str, list[str]] = defaultdict(list)
    carried: dict[str, list[str]] = defaultdict(list)
    for key, _, messages in evidence.chats():
        for row in by_bot(messages, evidence.bot):
            if found := PART.search(row["text"]):
                for mark in marks_shown(row):
                    shown[mark].append(found[1])
                for mark in marks_added(row) if key == "cur" else ():
                    carried[mark].append(found[1])
    for mark, code in belonging(evidence).items():
        again = times_given_back(evidence, code)
        brought = shown[mark] or (carried[mark][:1] if again else [])
        if code in submitted and (set(brought) != {code} or not 1 <= len(brought) <= 1 + again):
            yield f"слова {mark}: должны быть в {code} один раз, показаны в {brought}"


def one_fate(evidence: Evidence) -> Found:
    """I14: what was sent stands in some chat."""
    kept = "\n".join(words(row) for _, _, messages in evidence.chats() for row in by_bot(messages, evidence.bot))
    submitted = evidence.submitted()
    sent = [f"Пометка {mark}" for mark, code in belonging(evidence).items() if code in submitted]
    for lost in laws.nowhere(sent, kept):
        yield f"слов «{lost}» нет ни в одном чате"


def no_noise(evidence: Evidence) -> Found:
    """I15: nothing that is only a command, a courtesy or «да» is forwarded with a message."""
    for key, _, messages in evidence.chats():
        for row in by_bot(messages, evidence.bot):
            brought = row.get("forwards", []) if PART.search(row["text"]) else []
            for noise in laws.noise(inner["text"] for inner in brought):
                yield f"в {key} на карточке стоит «{noise}»"


def times_given_back(evidence: Evidence, code: str) -> int:
    """How often an agency said «Не наше»."""
    return sum(row["code"] == code and row["action"] == Action.NOT_OURS.value for row in evidence.history)


def belonging(evidence: Evidence) -> dict[str, str]:
    """To which number each marked message belongs: named in it, or the next number shown in that dialogue."""
    found: dict[str, str] = {}
    for _, messages in evidence.private():
        open_marks: list[str] = []
        for message in messages:
            if message["from_id"] == evidence.bot:
                if number := said.number(message["text"]):
                    found.update(dict.fromkeys(open_marks, number))
                    open_marks.clear()
            elif mark := MARK.search(message["text"]):
                _, named, rest = message["text"].partition("Дополняю №")
                if named:
                    found[mark[1]] = rest.split(":")[0]
                else:
                    open_marks.append(mark[1])
    return found


def reply_once(evidence: Evidence) -> Found:
    """I3: each official reply to a card reaches its resident once and nobody else, or the chat was told why not."""
    copies: dict[str, list[str]] = defaultdict(list)
    for where, one in evidence.everything():
        if one["from_id"] == evidence.bot:
            for mark in ANSWER.findall(words(one)):
                copies[mark].append(where)
    submitted = evidence.submitted()
    for chat, _, messages in evidence.chats():
        reactions: dict[int, list[str]] = defaultdict(list)
        for row in by_bot(messages, evidence.bot):
            reactions[row["reply_cmid"]].append(row["text"])
        texts = {message["cmid"]: message["text"] for message in messages}
        for message in messages:
            mark = ANSWER.search(message["text"]) if message["from_id"] > 0 else None
            if mark:
                card = PART.search(texts.get(message["reply_cmid"], ""))
                resident = str(submitted[card[1]][0]) if card and card[1] in submitted else ""
                elsewhere = [where for where in copies[mark[1]] if where != chat]  # there it is quoted to its author
                yield from settled(mark[1], resident, elsewhere, reactions[message["cmid"]])


def settled(mark: str, resident: str, copies: list[str], reactions: list[str]) -> Found:
    if not resident:
        if copies or not all(told.startswith(HINT) for told in reactions):
            yield f"ответ {mark}: не на карточку, но попал в {copies}, чату сказано {reactions}"
        return
    if any(map(said.stopped, reactions)):
        yield from check_stopped(mark, resident, copies, reactions)
        return
    if len(reactions) != 1:
        yield f"ответ {mark}: чату должно быть сказано одно, сказано {reactions}"
        return
    undone = any(words in reactions[0] for words in NOT_GONE)
    if copies != ([] if undone else [resident]):
        yield f"ответ {mark} жителю {resident}: есть в {copies}, чату сказано {reactions[0]!r}"
    if not undone and not said.delivered(reactions[0]):
        yield f"ответ {mark}: доставлен, но чату сказано {reactions[0]!r}"


def check_stopped(mark: str, resident: str, copies: list[str], reactions: list[str]) -> Found:
    """Its resident said more before it left. Its author is asked, or reads how his words begin; what he chooses, or
    what has become of it without him, is told in the place of the question. The ЦУР reads once what went nowhere."""
    gone = any(map(said.delivered, reactions))
    if [where for where in copies if where != "cur"] != ([resident] if gone else []) or copies.count("cur") > 1:
        yield f"остановленный ответ {mark} жителю {resident}: есть в {copies}, чату сказано {reactions}"
    asked = gone or any(f"Ответ {mark}" in told or said.ADDED in told for told in reactions)
    if not asked or len(reactions) > MOST_TOLD:
        yield f"остановленный ответ {mark}: автора никто не спросил или спросили не раз, сказано {reactions}"


def right_place(evidence: Evidence) -> Found:
    """I4: a resident's words are only in that resident's dialogue, in the chat that holds the appeal, or the ЦУР's."""
    codes, submitted = belonging(evidence), evidence.submitted()
    for where, one in evidence.everything():
        if one["from_id"] != evidence.bot:
            continue
        for mark in MARK.findall(words(one)):
            holder = submitted.get(codes.get(mark, ""), (0, ""))[1]
            if where not in (mark.split("х")[0], holder, "cur"):
                yield f"слова {mark} попали в {where}, место им {holder}"


def in_order(evidence: Evidence) -> Found:
    """I5: replies of one chat reach a resident in their order, a resident's messages reach a chat in theirs. What was
    asked about leaves when its official has chosen."""
    said = {mark: (key, one["cmid"]) for key, one, mark in replies(evidence)}
    for user, messages in evidence.private():
        came: dict[str, list[int]] = defaultdict(list)
        for row in by_bot(messages, evidence.bot):
            for mark in ANSWER.findall(row["text"]) if not row["text"].startswith(BESIDE) else ():
                if mark in said:
                    came[said[mark][0]].append(said[mark][1])
        for key, numbers in came.items():
            if numbers != sorted(numbers):
                yield f"ответы из {key} жителю {user} не по порядку: {numbers}"
    yield from brought_in_order(evidence)


def brought_in_order(evidence: Evidence, alone: Set[str] = frozenset()) -> Found:
    """Residents' messages in the chats. What an agency gives back comes to the ЦУР when it is given back, whatever its
    resident has written since: it stands in the order of its own appeal only; so does what belongs to those `alone`."""
    submitted = evidence.submitted()
    for key, _, messages in evidence.chats():
        seen: dict[str, list[int]] = defaultdict(list)
        for row in by_bot(messages, evidence.bot):
            part = PART.search(row["text"])
            for mark in marks_shown(row):
                user, _, number = mark.partition("х")
                if part:
                    seen[f"{user} о №{part[1]}"].append(int(number))
                if not given_back(row, key, submitted) and not (part and part[1] in alone):
                    seen[user].append(int(number))
        for what, numbers in seen.items():
            if numbers != sorted(numbers):
                yield f"сообщения {what} в {key} не по порядку: {numbers}"


def replies(evidence: Evidence) -> Iterator[tuple[str, Message, str]]:
    """(chat, message, its mark) for everything marked that officials wrote."""
    for key, _, messages in evidence.chats():
        for message in messages:
            mark = ANSWER.search(message["text"]) if message["from_id"] > 0 else None
            if mark:
                yield key, message, mark[1]


def no_regress(evidence: Evidence) -> Found:
    """I6."""
    yield from laws.regressed(evidence.history)


def own_random_ids(evidence: Evidence) -> Found:
    """I7."""
    ours = (one["random_id"] for _, one in evidence.everything() if one["from_id"] == evidence.bot)
    for random_id, times in laws.used_again(ours):
        yield f"random_id {random_id}: {times} раз"


def nothing_waits(evidence: Evidence) -> Found:
    """I8: after the drain nobody waits: no row, no person, no dialogue that ends with a resident's words."""
    for row in evidence.outbox:
        if row["state"] in WAITING or row["state"].startswith("parked") or row["state"] == "dead":
            yield f"исходящее {row['cause']}: {row['state']} ({row['reason']})"
    for row in evidence.timers:
        yield f"таймер {row['name']} {row['key']} не сработал"
    for user, messages in evidence.private():
        if messages and messages[-1]["from_id"] != evidence.bot:
            yield f"житель {user} написал последним: {messages[-1]['text'][:60]!r}"
    yield from evidence.silences


def no_echo(evidence: Evidence) -> Found:
    """No screen is shown twice for one thing done. Additions are confirmed, at most as often as they were written:
    whoever wrote several times while VK or the store was away reads one answer (floods.said_once)."""
    for user, messages in evidence.private():
        yield from repeated(str(user), messages, evidence.bot)
        added = Counter(
            found[1] for message in messages if message["from_id"] == user and (found := ADDS.match(message["text"]))
        )
        told = Counter(found[1] for row in by_bot(messages, evidence.bot) if (found := ADDED.match(row["text"])))
        for code in added.keys() | told.keys():
            if not min(1, added[code]) <= told[code] <= added[code]:
                yield f"житель {user} дополнил {code} {added[code]} раз, подтверждено {told[code]}"
    for key, _, messages in evidence.chats():
        answers = Counter(
            (row["reply_cmid"], row["text"]) for row in by_bot(messages, evidence.bot) if row["reply_cmid"]
        )
        for (_, text), times in answers.items():
            if times > 1:
                yield f"дважды в {key}: {text[:60]!r}"


def nothing_raised(evidence: Evidence) -> Found:
    """F20: an exception in a handler is a bug, even if the event went well when it was tried again."""
    yield from (f"обработчик упал: {what}" for what in evidence.failures)


def repeated(where: str, messages: list[Message], bot: int) -> Found:
    """Equal texts of the bot between two messages of the resident."""
    since: set[str] = set()
    for message in messages:
        if message["from_id"] != bot:
            since.clear()
        elif message["text"] in since and not ADDED.match(message["text"]):
            yield f"дважды подряд в {where}: {message['text'][:60]!r}"
        else:
            since.add(message["text"])


INVARIANTS: dict[str, Callable[[Evidence], Found]] = {
    "I1": no_loss_in,
    "I2": card_once,
    "I3": reply_once,
    "I4": right_place,
    "I5": in_order,
    "I6": no_regress,
    "I7": own_random_ids,
    "I8": nothing_waits,
    "I14": one_fate,
    "I15": no_noise,
    "echo": no_echo,
    "F20": nothing_raised,
}


def violations(evidence: Evidence) -> list[str]:
    """Everything that is wrong, each with the name of the invariant before it; of both where there are two."""
    every = [evidence, *([evidence.beside] if evidence.beside else [])]
    found = [f"{name}: {what}" for one in every for name, check in INVARIANTS.items() for what in check(one)]
    found += [f"{name}: {what}" for name, check in UNDER_POSTS.items() for what in check(evidence)]
    return [*found, *(f"cross: {what}" for what in crossed(evidence))]

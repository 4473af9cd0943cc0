"""I3 of delivery.md §15: of each reply of an official, whom it reached, what its chat was told, who agreed (R39)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

from states.cause import parse
from states.people.chats import DUTY
from tests.simulation import gates, restores
from tests.simulation.record import Record, place
from tests.world import said
from vk_emulator.world.records import Chat, Message

Found = Iterator[str]
LOST, DOUBLED, ELSEWHERE = "потеряно: ", "дважды: ", "не туда: "
"""What I2 and I3 begin with: they are about all three."""
NOT_SENT = "lost_answer"
"""The kind of cause of what tells that a typed answer does not leave (handlers/lifecycle/unfinished.py)."""
LOOKED_OVER = ("approval", "settled")
"""The question for a second person's consent, and what it became where VK would not let it be edited."""
QUESTION = "task"
QUOTES = (QUESTION, "closed", "given_up")
"""What the bot asks an official, what that becomes, and how his words begin where they wait for him."""


def reply_once(record: Record) -> Found:
    """I3: an accepted reply reaches whom it answers once, nobody else; of each reply its chat hears one thing, and one
    more when a second person has agreed to it (R39)."""
    copies: dict[str, list[int]] = defaultdict(list)
    questions: dict[tuple[str, int], list[Message]] = defaultdict(list)
    unsent: set[str] = set()
    kept: list[tuple[str, str]] = []
    for _, one in record.everything():
        if record.kind(one) == "approval":
            code, cmid = record.origin(one).split(".")[:2]
            questions[code, int(cmid)].append(one)
        elif said.asks_for_who_left(one):
            questions[said.about(one), int(record.origin(one).partition(".")[0])].append(one)
        for mark in said.ANSWER.findall(said.words(one)):
            if record.kind(one) in restores.LISTS:
                continue  # how it begins, so that its officials know what they may send (§13)
            if record.kind(one) == NOT_SENT:
                unsent.add(mark)  # to its author and to the ЦУР, which has the words then
            elif place(one.thread) < 0 and said.not_sent(one):
                kept.append((mark, said.about(one)))
            elif place(one.thread) == -said.chat_of(mark) and said.stopped(one.text):
                continue  # to its author, who is not asked
            elif record.kind(one) not in (*LOOKED_OVER, *QUOTES) and not asked_of_colleagues(one):
                copies[mark].append(place(one.thread))
    for mark in sorted(unsent & copies.keys()):
        yield f"{DOUBLED}ответ {mark} попал в {copies[mark]}, а чату и ЦУР сказано, что не ушёл"
    for mark, code in kept:
        if record.residents.get(code) in copies[mark]:
            yield f"{DOUBLED}ответ {mark} попал в {copies[mark]}, а чату сказано, что автору №{code} не ушёл"
    for _, chat in record.chats():
        heard: dict[int, list[Message]] = defaultdict(list)
        for one in record.own(chat.thread):
            origin = record.origin(one).partition(".")[0]
            asks = said.asks_for_who_left(one)  # what is told of its answer stands below
            if record.kind(one) in ("offer", "hint", QUESTION) and origin.isdecimal() and not asks:  # else of a press
                heard[int(origin)].append(one)
        for message in chat.thread.messages:
            mark = said.ANSWER.search(message.text) if message.sender > 0 else None
            if mark and record.world.sees(record.bot, message):
                lines = heard[message.cmid]
                if message.edits or message.deleted:
                    yield from changed_words(record, message, lines)
                    continue
                asked = [one for code in dict.fromkeys(record.heads(mark[1])) for one in questions[code, message.cmid]]
                yield from looked_over(record, mark[1], asked, lines, chat)
                if asked:  # what was asked before says no more than where that is asked now
                    lines = [one for one in lines if record.kind(one) != QUESTION and not stale(record, one, asked[0])]
                yield from settled(record, mark[1], copies[mark[1]], asked[:1] + lines, message)


def looked_over(record: Record, mark: str, questions: list[Message], lines: list[Message], chat: Chat) -> Found:
    """R39: where it is wanted a second person is asked once, in that chat or the ЦУР's, and nothing leaves but what
    somebody else than its author has agreed to."""
    agreed = [message for message in lines if "." in record.origin(message)]
    straight = len([message for message in lines if record.kind(message) == "offer"]) - len(agreed)
    became = [message for message in questions if said.agreed(message)]
    # An edit that VK refused is said anew, and the next one of the same question may be taken (twins, seed 332).
    agreed = max(agreed, became, key=len) if record.edits_refused else agreed + became
    strangers = [
        message.thread.chat.key for message in questions if message.thread.chat and message.thread.chat is not chat
    ]
    if len(questions) > 1 or len(agreed) > len(questions):
        yield f"{DOUBLED}на ответ {mark}: вопросов о согласовании {len(questions)}, согласований {len(agreed)}"
    if any(
        not message.thread.chat or not (message.thread.chat is chat or message.thread.chat.cur) for message in questions
    ):
        yield f"{ELSEWHERE}ответ {mark} показан для согласования в {strangers}"
    if record.approvals and straight and not (chat.cur or chat.agency == DUTY):
        yield f"{ELSEWHERE}ответ {mark} ушёл без согласования"
    if agreed and not record.truth.agreed.get(mark, set()) - {int(mark.partition("о")[0])}:
        yield f"{ELSEWHERE}ответ {mark} согласовал тот, кто его написал"


def settled(record: Record, mark: str, copies: list[int], heard: list[Message], reply: Message) -> Found:
    """`heard`: what its chat was told of it, the question to a second person first."""
    code = answering(record, mark, copies)
    resident = record.residents.get(code, 0)
    command = reply.text.startswith("/") and not reply.text.startswith(said.SPOKEN)
    if reply.reply is None or reply.reply.sender != record.bot or command:
        if copies or heard:
            yield f"{ELSEWHERE}{mark} не ответ на карточку, но попал в {copies}"
        return
    if record.is_gone(code) and resident in record.truth.erased:
        return
    if restores.left_to_people(record, code, reply.posted):
        # It lies in a window, or was about to leave when the copy was made: people settle whether it arrived (§13).
        if set(copies) - record.readers(mark) or len(set(copies)) < len(copies):
            yield f"{ELSEWHERE}ответ {mark} жителю {resident} попал в {copies}, а решают его люди"
        return
    kinds = ["approval" if said.asks_for_who_left(message) else record.kind(message) for message in heard]
    agreed = kinds == ["approval", "offer"]
    if len(heard) != 1 and not agreed:
        texts = [message.text[:50] for message in heard]
        yield f"{DOUBLED if heard else LOST}на ответ {mark} ({code}) чату сказано {texts}"
        return
    line = heard[-1]
    if (led := said.about(line)) != code and led in record.readers_by(mark):
        # Whoever it was said to first is gone, and the line is about the next one of his incident.
        code, resident = led, record.residents[led]
    agreed_to = said.agreed(line) or (record.edits_refused and said_anew(record, line, reply, said.delivered))
    agreed_to |= bool(record.edits_refused and record.kind(line) == QUESTION and copies)
    colleagues = asked_of_colleagues(line)
    if not copies and had_nowhere_to_wait(record, line, code):
        return
    taken = (record.kind(line) == "offer" and not colleagues) or (
        record.kind(line) in ("offer", "approval", QUESTION) and agreed_to
    )
    taken = taken and not (said.WAITS in line.text and not copies)
    own = copies.count(resident)
    if set(copies) - record.readers(mark) or len(set(copies)) < len(copies) or (copies and not taken):
        what = ELSEWHERE if set(copies) - record.readers(mark) or not taken else DOUBLED
        yield f"{what}ответ {mark} жителю {resident} попал в {copies}, сказано {line.text[:60]!r}"
    if copies and (said.UNDONE in line.text or said.REPLACED in line.text):
        yield f"{LOST}правда об ответе {mark}: попал в {copies}, а чату сказано {line.text[:60]!r}"
    if own:
        yield from together(record, mark, code, copies, line)
    if record.residents.get(said.about(line), 0) in record.truth.erased and record.is_gone(said.about(line)):
        return  # R14: of a message that is gone nothing is said any more; who joined it has been looked at
    if taken and not own and record.may_seem_closed(resident) and said.NOT_DELIVERED in line.text:
        return
    gone = code in record.truth.withdrawn or record.is_gone(code)
    if (
        taken
        and not own
        and gone
        and any(why in one.text for one in told_of(record, line, reply) for why in said.ENDED)
    ):
        return  # what has not left goes to nobody who waits no more
    if said.stopped(line.text) or said_anew(record, line, reply, said.stopped):
        if not own and not left_to_its_author(record, code, line, reply):
            yield f"{LOST}ответ {mark} ({code}) остановлен, а автора никто не спросил"
        if own and not any(said.delivered(one.text) for one in behind(record, line, line.cmid)):
            yield f"{LOST}правда об ответе {mark}: остановлен, копий {own}, а чату этого не сказано"
        return
    replaced = said.REPLACED in line.text or said_anew(record, line, reply, said.replaced)
    if taken and not own and replaced:
        return  # its colleague, or he himself, has put another one in its place
    if taken and not own and mark not in record.truth.undone:
        yield f"{LOST}ответ {mark} ({code}) жителю {resident} не дошёл, чату сказано {line.text[:60]!r}"
    if taken and bool(own) != said.delivered(line.text) and not record.edits_refused:
        yield f"{LOST}правда об ответе {mark}: копий {own}, а чату сказано {line.text[:60]!r}"


def left_to_its_author(record: Record, code: str, line: Message, reply: Message) -> bool:
    """Whether he was asked about what the resident has added, or told how his words begin."""
    since, mark = behind(record, line, reply.cmid), said.ANSWER.search(reply.text)
    origins = [record.origin(one) for one in since if record.kind(one) == QUESTION]
    asked = any(one.startswith(f"added.{code}.") and one.endswith(f".{reply.sender}") for one in origins)
    return asked or any(said.stopped(one.text) and mark is not None and mark[1] in one.text for one in [line, *since])


def behind(record: Record, line: Message, cmid: int) -> list[Message]:
    """What the bot has said after that number in the chat of this line."""
    return [one for one in line.thread.messages if one.sender == record.bot and one.cmid > cmid]


def told_of(record: Record, line: Message, reply: Message) -> list[Message]:
    """That line, and what was said instead where VK would not let it be edited."""
    anew = [
        one
        for one in behind(record, line, line.cmid)
        if record.kind(one) == "undone" and record.origin(one) == str(reply.cmid)
    ]
    return [line, *anew] if record.edits_refused else [line]


def asked_of_colleagues(line: Message) -> bool:
    """Whether the line that offered to take an answer back has become the question whether it is to leave (T5)."""
    return any(said.NOBODY_WORKS in text for text in (line.text, *(str(edit.get("text", "")) for edit in line.edits)))


def stale(record: Record, line: Message, question: Message) -> bool:
    """Whether VK would not let this line become the question to colleagues, which then stands behind it."""
    above = line.thread is question.thread and line.cmid < question.cmid
    return record.edits_refused and above and asked_of_colleagues(question)


def had_nowhere_to_wait(record: Record, line: Message, code: str) -> bool:
    """Its author was taken out and nobody else works there: the ЦУР has the words. Where VK takes no edit that stands
    in a message of its own (seed 41000893)."""
    since = behind(record, line, line.cmid) if record.edits_refused else []
    return any(said.LEFT_BEFORE in one.text and code in one.text for one in (line, *since))


def said_anew(record: Record, line: Message, reply: Message, says: Callable[[str], bool]) -> bool:
    """A question that is a day old takes no edit: what became of its answer stands in a message behind (seed 499)."""
    asked = parse(record.causes.get(line.random_id, ""))
    told = (f"|answer|{asked.peer}|{reply.cmid}.", f"|undone|{asked.peer}|{reply.cmid}|")  # of twins, seed 37
    since = behind(record, line, line.cmid)
    if any(says(one.text) for one in since if any(each in record.causes.get(one.random_id, "") for each in told)):
        return True
    return any(says(one.text) for one in since if is_undone_by_press(record, line, one))


def is_undone_by_press(record: Record, line: Message, one: Message) -> bool:
    """An answer that left by a press under its question is taken back by the name of that press; of one message one
    answer is held at a time (of twins, seed 37)."""
    by_press = record.kind(one) == "undone" and not record.origin(one).isdigit()
    code = said.about(line)
    return bool(record.edits_refused and by_press and record.kind(line) == QUESTION and code and code in one.text)


def answering(record: Record, mark: str, copies: list[int]) -> str:
    """The number that this reply answers: of several that it may, one whose author has read it."""
    heads = record.heads(mark)
    return next((code for code in heads if record.residents.get(code) in copies), heads[0])


def together(record: Record, mark: str, head: str, copies: list[int], line: Message) -> Found:
    """R32: of an incident everybody is answered who was in it from the reply to the line that tells of it."""
    at = record.replies[mark][2]
    told = record.shown_at.get(line.id, at)
    # The copies of the others leave behind the line: VK may have shown it late (seed 31000775).
    if gates.is_for_one(record, mark, max(at, told)):
        return
    if record.kind(line) in ("approval", QUESTION):  # it became that line when somebody agreed (seed 15987661)
        told = max(told, line.update_time + 1.0)
    for code in sorted(record.incidents.faithful(head, at, told)):
        who = record.residents[code]
        gone = code in record.truth.withdrawn or record.is_gone(code)
        excused = gone or restores.left_to_people(record, code, at) or record.may_seem_closed(who)
        if who not in copies and not excused:
            yield f"{LOST}ответ {mark} ({head}) не дошёл до {who}, его №{code} отвечают вместе"


AGREES = "Даю согласие"


def nothing_taken_back(record: Record) -> Found:
    """After a resident has read that his message is taken back, or that he is to be erased, no answer to it leaves to
    him any more; what was on its way by then may still come."""
    for user, thread in record.dialogues():
        since: dict[str, float] = {}
        for message in thread.messages:
            at = record.shown_at.get(message.id, 0.0)
            if message.sender == user and message.text.startswith(AGREES):  # «…, передать дежурному» too
                since.pop("", None)
            elif message.sender != record.bot:
                continue
            elif found := said.TAKEN_BACK.search(message.text):
                since.setdefault(found[1], at)
            elif message.text.startswith(said.TO_BE_ERASED):
                since.setdefault("", at)
            elif record.kind(message) == "answer":
                yield from left_late(record, message, user, since)


def left_late(record: Record, answer: Message, user: int, since: dict[str, float]) -> Found:
    code = said.about(answer)
    ended = min((since[of] for of in (code, "") if of in since), default=None)
    tried = record.attempted_at(answer.random_id)
    if ended is not None and tried > ended and not restores.left_to_people(record, code, answer.posted):
        yield f"ответ по №{code} ушёл жителю {user} в {tried:.1f}, а отозвано в {ended:.1f}"


def second_asked(record: Record) -> Found:
    """Nobody guesses what an answer is to one that is on its way. Whoever's words were offered to be taken back at
    once, without a question, wrote when nothing was under way."""
    if record.windows or record.clock_wrong:
        return
    came, news = dict[str, float](), record.alarms()
    offered: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for _, one in record.everything():
        if record.kind(one) == "answer":
            for mark in said.ANSWER.findall(one.text):
                came[mark] = max(came.get(mark, 0.0), record.shown_at[one.id])
        elif record.kind(one) == "offer" and one.reply is not None and record.origin(one).isdecimal():
            reply = one.thread.messages[one.reply.cmid - 1]
            plain = not (reply.text.startswith(said.SPOKEN) or reply.edits)
            for mark in said.ANSWER.findall(reply.text) if plain else ():
                offered[said.about(one)].append((record.shown_at[one.id], mark))
    for code, lines in offered.items():
        # Words to the author of an alarm end nothing: each is news.
        for (_, first), (at, second) in pairwise(sorted(lines) if code not in news else ()):
            if came.get(first, 0.0) > at:
                yield f"{DOUBLED}на №{code} ответ {second} ушёл, не спросив, хотя уходил {first}"


def changed_words(record: Record, message: Message, lines: list[Message]) -> Found:
    """Of an answer that its author has changed or deleted each wording comes once, none after a newer one; and the
    newest that he can see is what the resident has, or he was told that it is not. Nothing is told more often than it
    was changed."""
    texts = [str(one["text"]) for one in message.edits] + [message.text]
    marks = [mark for text in texts for mark in said.ANSWER.findall(text)]
    # A reply to what one who joined has added answers him alone, as the chat is told (seed 171000544).
    code = (said.about(lines[-1]) if lines else "") or record.heads(marks[0])[0]
    resident = record.residents.get(code, 0)
    if unsettled(record, code, resident, message):
        return
    got = [mark for one in answers_to(record, resident) for mark in said.ANSWER.findall(one.text) if mark in marks]
    if len(set(got)) < len(got) or got != sorted(got, key=marks.index):
        yield f"{DOUBLED}слова {marks} пришли жителю {resident} как {got}"
    notes = [one for one in record.own(message.thread) if is_note(record, one, message)]
    if len(notes) > len(message.edits) + message.deleted:
        yield f"{DOUBLED}о правках {marks} сказано {len(notes)} раз, правок {len(message.edits)}"
    told = [one.text for one in (*lines[-1:], *notes[-1:])]
    now = "" if message.deleted else marks[-1]
    if not got and any(map(said.delivered, told)):
        yield f"{LOST}из {marks} не пришло ничего, а чату сказано {told}"
    if got and got[-1] == now and notes and said.FORMER in notes[-1].text:
        yield f"{LOST}у жителя {resident} уже {now}, а чату сказано {told}"
    if got and got[-1] != now and not any(words in text for text in told for words in said.STILL_THERE):
        yield f"{LOST}у жителя {resident} {got[-1]}, в чате {now or 'удалено'}, а сказано {told}"


def unsettled(record: Record, code: str, resident: int, message: Message) -> bool:
    """Whether something else than this answer decides what is true: VK shows the message no more, its resident is gone,
    an older copy does not know it, a clock or VK's refusals hide what was said."""
    gone = code in record.truth.withdrawn or resident in record.truth.asked | record.truth.erased.keys()
    hidden = message.cmid < since(record, message)
    strange = record.windows or record.clock_wrong or record.days_pass or record.edits_refused
    return bool(gone or hidden or strange) or not (code and resident)


def since(record: Record, message: Message) -> int:
    chat = message.thread.chat
    return chat.members[record.bot].since if chat is not None and record.bot in chat.members else 0


def answers_to(record: Record, resident: int) -> list[Message]:
    thread = record.world.private_thread(record.bot, resident)
    return [one for one in record.own(thread) if record.kind(one) == "answer"]


def is_note(record: Record, one: Message, message: Message) -> bool:
    return record.kind(one) == "reworded" and record.origin(one).split(".")[1:2] == [str(message.cmid)]

"""What must hold after every event of a walk. Each check names its rule; a failure says what was seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.lifecycle.acting import EXPIRE_TIMER, TIMERS, office_of
from handlers.official.contact import SNACKBAR
from handlers.resident import moving
from handlers.resident.resident import SENDING
from handlers.resident.where import lacking
from handlers.text import actions
from handlers.views import alarm_card
from handlers.views.alarm_card import of_alarm
from handlers.views.card_buttons import card_keyboard, menu
from handlers.views.cards import status_words, term_of
from handlers.views.possible import why_not
from states import events as happened
from states.cause import parse
from states.decision import Decision
from states.dialogue import AskingConsent, ChoosingAgency, ChoosingTopicOf, Idle, Preview, Refused
from states.effects import AnswerButton, CancelSend, Edit, Kind, Reread, Send
from states.facts import Facts
from states.lifecycle.appeal import ENDED, MOVES, OPEN, Action, Appeal, History, Status
from states.lifecycle.life import Whose, clock_owner
from states.messages import Command, Message, is_chat
from states.people.chats import CUR, Chat
from states.screen import Keyboard
from states.worktime.deadlines import Share, TermClock
from tests.handlers.limits import FORBIDDEN, fits
from tests.transcripts.pure import EDITABLE
from tests.transcripts.pure_facts import facts_of
from tests.transcripts.pure_lines import Line
from tests.transcripts.stage import Words
from tests.whose import whose

if TYPE_CHECKING:
    from tests.walks.world import World

TAG = re.compile(r"т\d+к")
TYPED_SENDING = ("отправить", "это повтор", "это другое", "присоединиться")
NUMBER = re.compile(r"\d{4}-\w{4}")
OUTSIDE = (Idle, AskingConsent, Refused)
"""Where nothing is under way."""
ROWS = {(move.before, move.action, move.after) for move in MOVES}
_AT_WORK = {TermClock.FIRST_ANSWER, TermClock.AFTER_INTERIM, TermClock.POSTPONED}
RUNS: dict[Status, set[TermClock]] = {
    Status.WAITING: {TermClock.ROUTE},
    Status.REOPENED: {TermClock.ROUTE},
    Status.ROUTED: {TermClock.FIRST_ANSWER},
    Status.REPEAT: {TermClock.FIRST_ANSWER},
    Status.IN_WORK: _AT_WORK,
    Status.APPROVAL: _AT_WORK,
    Status.ASKED: {TermClock.QUESTION},
    Status.INTERIM: {TermClock.AFTER_INTERIM},
    Status.POSTPONED: {TermClock.POSTPONED},
}
"""Which clock may run in which status; in the others none does. The ЦУР that has asked still has to route."""

TOLD_ONCE = {
    Action.ACCEPT, Action.NOT_OURS, Action.PASS, Action.CHAT_LOST, Action.REPEAT, Action.MERGE, Action.SEPARATE,
    Action.CLOSE, Action.EXPIRE, Action.NO_REPLY, Action.REOPEN, Action.WITHDRAW,
}  # fmt: skip
"""Stages of which the resident hears in the very decision; of words to him, when they arrive (R36)."""


def words(text: str) -> Words:
    return Words(text)


# Of one decision.


def decision(world: World, event: happened.Event, decided: Decision) -> None:
    assert decided.ignored is None or not (decided.effects or decided.appeals or decided.history), "ignored is nothing"
    codes = [appeal.code for appeal in decided.appeals]
    assert len(codes) == len(set(codes)), f"I6: changed twice in one decision: {codes}"
    for appeal in decided.appeals:
        moved(world, decided, appeal)
        if appeal.code not in world.appeals and appeal.alert is None:  # an alarm waits for no press (R28)
            confirmed(world, event, appeal)
    for effect in decided.effects:
        if isinstance(effect, Send | Edit):
            fits(effect.text, effect.keyboard)
        if isinstance(effect, AnswerButton):
            assert len(effect.text) <= SNACKBAR, f"vk-api.md §6.1: {effect.text}"
        if isinstance(effect, Send):
            addressed(world, decided, effect)
            at_work(world, effect)
    if not isinstance(event, happened.DeliveryEnded):
        told_once(world, decided)
    if isinstance(event, happened.ButtonPressed):
        taken_back(world, event.command.value, decided)


def taken_back(world: World, words: str, decided: Decision) -> None:
    """T6: words that an official takes back reach nobody, wherever those appeals are by now."""
    cancelled = {effect.cause for effect in decided.effects if isinstance(effect, CancelSend)}
    head = words.rpartition("|")[0]
    for cause in world.outbox if words in cancelled else ():
        said = cause.startswith((f"{head}|", f"{head}."))
        assert not said or cause in cancelled, f"T6: taken back, and still leaves: {cause}"


def moved(world: World, decided: Decision, appeal: Appeal) -> None:
    """R34, I6: only rows of the table, each with its line, one version for each."""
    before = world.appeals.get(appeal.code)
    lines = [line for line in decided.history if line.code == appeal.code]
    status, version = (before.status, before.version) if before else (None, 0)
    for line in lines:
        version += 1
        assert line.before is status and line.version == version, f"R34: {line} after {status} {version}"
        if line.before is not None:
            assert (line.before, line.action, line.after) in ROWS, f"R34: {line}"
        status = line.after
    assert appeal.status is status, f"R34: {appeal.code} became {appeal.status} without a line"
    assert appeal.version == (version if lines else version + 1), f"I6: {appeal.version} after {version}"


def confirmed(world: World, event: happened.Event, appeal: Appeal) -> None:
    """R25: a message is sent by «Отправить» and by the answers to what it asks (R32), when nothing is missing."""
    assert isinstance(event, happened.MessageNew), f"R25: {appeal.code} was sent by {event}"
    pressed, typed = event.message.command, TAG.sub("", event.message.text).strip(" .!").casefold()
    assert pressed.action in SENDING if pressed else typed in TYPED_SENDING, f"R25: {appeal.code} by {event.message}"
    draft = replace(world.dialogues[appeal.resident].draft, settling_text=False)
    missing = lacking(facts_of(world, event), draft)
    assert missing == Preview(), f"R25: {appeal.code} was sent without {missing}"


def addressed(world: World, decided: Decision, send: Send) -> None:
    """I3, I4, R44: a resident reads of his own messages only, a chat of those that it has or answers with others."""
    changed = {appeal.code: appeal for appeal in decided.appeals}
    appeal = changed.get(send.appeal or "", world.appeals.get(send.appeal or ""))
    if not is_chat(send.peer):
        assert appeal is None or appeal.resident == send.peer, f"R44: {send}"
        assert not any(word in send.text.casefold() for word in FORBIDDEN), "R2"
        others = {
            appeal.code for appeal in (*world.appeals.values(), *changed.values()) if appeal.resident != send.peer
        }
        assert not others & set(NUMBER.findall(send.text)), f"R44: another's number in {send.text}"
        return
    chat = world.chats.get(send.peer)
    assert chat is not None and chat.bound, f"I11: {send}"
    if appeal is not None and appeal.status is Status.MERGED:  # read by whoever answers it with others (R32)
        appeal = changed.get(appeal.incident, world.appeals.get(appeal.incident, appeal))
    if appeal is None or chat.agency == CUR or send.peer == appeal.chat:
        return
    known = world.appeals.get(appeal.code)
    had = known is not None and send.peer == known.chat
    own_words = any(one.peer == send.peer for one in (*appeal.held, *(known.held if known else ()))) or not send.source
    assert had or own_words, f"R22: {send.cause} to a chat that does not have №{appeal.code}"


def at_work(world: World, send: Send) -> None:
    """R51: nobody is reminded at night."""
    if send.cause.split("|")[2] == "due":
        appeal = world.appeals[send.appeal or ""]
        office = office_of(facts_for(world, appeal), appeal)
        assert office.opening(world.now) == world.now, f"R51: at night, {world.now}: {send.text}"


def told_once(world: World, decided: Decision) -> None:
    """R36. Whoever has put an address right hears what it was, without a number."""
    for line in decided.history:
        if line.action in TOLD_ONCE:
            known = next(appeal for appeal in decided.appeals if appeal.code == line.code)
            heard = [
                effect for effect in decided.effects
                if isinstance(effect, Send) and effect.peer == known.resident and names(effect, line)
            ]  # fmt: skip
            inside = any(entry.action is Action.SUBMIT for entry in decided.history)
            several = sum(entry.code == line.code and entry.action in TOLD_ONCE for entry in decided.history) > 1
            by_word = line.action is Action.CLOSE and line.before is not Status.ANSWERED
            assert inside or several or by_word or len(heard) == 1, f"R36: {line.action}: {[h.text for h in heard]}"


def names(send: Send, line: History) -> bool:
    return line.code in send.text or (line.reason == moving.REASON and send.text.startswith("Исправили: "))


# Of a message that leaves.


def leaving(world: World, send: Send) -> None:
    """R44: the words of an official reach those only for whom they were said, whatever happened meanwhile; what a
    resident added is read by nobody who has the message no more (I4)."""
    about = world.appeals.get(send.appeal or "")
    if about is not None and about.status is Status.MERGED:  # read by whoever answers it with others (R32)
        about = world.appeals[about.incident]
    if send.kind is Kind.ADDITION and about is not None and send.source is not None:
        cur = send.peer == world.peers[CUR]
        assert cur or send.peer == about.chat, f"I4: {send.cause} to a chat that does not have №{about.code}"
    if not is_chat(send.peer):
        for tag in TAG.findall(send.text):
            own = world.whose_tag.get(tag)
            assert own in (None, send.peer), f"R44: words of {own} to {send.peer}: {send.text}"
            if own is None:
                assert send.peer in world.allowed.get(tag, ()), f"R44: {send.peer} was not meant: {send.text}"


# After every event.


def kept(world: World, event: happened.Event, decided: Decision) -> None:
    if isinstance(event, happened.MessageNew) and not is_chat(event.message.peer):
        words_kept(world, event.message, decided)
        answered(world, event.message, decided)
        nothing_before_consent(world, event.message.peer)
    for appeal in decided.appeals:
        clocks(world, world.appeals[appeal.code])


def words_kept(world: World, message: Message, decided: Decision) -> None:
    """I14: what a resident wrote is in his draft, on one of his cards, kept in case it was meant otherwise, or said
    back to him; before a consent, to who is blocked and where nothing more fits it waits or is told so."""
    dialogue = world.dialogues.get(message.peer)
    if dialogue is None or not dialogue.consent or dialogue.is_blocked(world.now):
        return
    if isinstance(dialogue.step, ChoosingAgency | ChoosingTopicOf) and dialogue.step.found:
        return  # a name that was looked for is answered with what it may be
    draft = dialogue.draft
    pieces = [*draft.pieces, *(one for one in (draft.meant, draft.taken_for_address) if one is not None)]
    pieces += [*draft.meant_before, *draft.later]
    pieces += [piece for appeal in world.appeals.values() if appeal.resident == message.peer for piece in appeal.pieces]
    told = " ".join([draft.address, *(piece.text for piece in pieces)])
    told += " ".join(effect.text for effect in decided.effects if isinstance(effect, Send))
    lost = [tag for tag in TAG.findall(message.text) if tag not in told]
    assert not lost, f"I14: {lost} of «{message.text}» are nowhere: {decided}"


def answered(world: World, message: Message, decided: Decision) -> None:
    """R28: whoever writes hears something, or a timer waits for the rest of his words."""
    dialogue = world.dialogues.get(message.peer)
    if decided.ignored is not None or dialogue is None or not dialogue.consent or dialogue.is_blocked(world.now):
        return
    heard = any(isinstance(effect, Send) and effect.peer == message.peer for effect in decided.effects)
    waits = ("pause", str(message.peer)) in world.timers or any(isinstance(one, Reread) for one in decided.effects)
    assert heard or waits, f"silence after {message}: {decided}"


def nothing_before_consent(world: World, resident: int) -> None:
    """R7, R10: of whoever has not agreed, or has refused, nothing is kept but where he stands."""
    dialogue = world.dialogues.get(resident)
    if dialogue is None or dialogue.consent:
        return
    assert isinstance(dialogue.step, OUTSIDE), f"R7: before a consent at {dialogue.step}"
    assert dialogue.draft.empty and not dialogue.kept_pieces, f"R7: kept before a consent: {dialogue}"
    had = [appeal.code for appeal in world.appeals.values() if appeal.resident == resident]
    assert not had, f"R7: sent before a consent: {had}"


def outside(world: World, resident: int) -> None:
    """«Назад» has led out of whatever was begun."""
    dialogue = world.dialogues.get(resident)
    assert dialogue is None or isinstance(dialogue.step, OUTSIDE), f"no way back from {dialogue}"


def facts_for(world: World, appeal: Appeal) -> Facts:
    return facts_of(world, happened.TimerFired("none", appeal.code, appeal.resident, world.now))


def with_cur(world: World, appeal: Appeal) -> bool:
    return appeal.chat == world.peers[CUR] or appeal.chat is None


def clocks(world: World, appeal: Appeal) -> None:
    """R46, I6: the right clock, of the right owner, and none where none is due; its reminders and no others."""
    running, code = appeal.deadline, appeal.code
    wanted = RUNS.get(appeal.status, set()) if not appeal.alarming else set()  # an alarm calls until it is seen (R28)
    if with_cur(world, appeal) and appeal.status in (Status.IN_WORK, Status.APPROVAL):
        wanted = wanted | {TermClock.ROUTE}
    assert (running is not None) == bool(wanted), f"R46: {code} {appeal.status} with {running}"
    if running is not None:
        assert running.clock in wanted, f"R46: {code} {appeal.status} with {running.clock}"
        owner, turn = clock_owner(running.clock), whose(appeal)
        ours = {owner, turn} == {Whose.CUR, Whose.AGENCY} and with_cur(world, appeal)
        assert owner is turn or ours, f"{code}: {running.clock} is {owner}'s and it is {turn}'s turn"
    assert appeal.stopped is None or appeal.status in (Status.ASKED, Status.WAITING), f"{code}: {appeal.stopped}"
    reminders(world, appeal)


def reminders(world: World, appeal: Appeal) -> None:
    started = {name: world.timers[name, appeal.code] for name in TIMERS.values() if (name, appeal.code) in world.timers}
    if appeal.deadline is None:
        assert not started, f"R51: {appeal.code} {appeal.status} has no clock and {list(started)}"
    else:
        office = office_of(facts_for(world, appeal), appeal)
        due = {TIMERS[reminder.share]: reminder.at for reminder in appeal.deadline.reminders(office)}
        for name, at in due.items():
            if at > world.now and (name == TIMERS[Share.BREACH] or name in started):  # before its end only of danger
                assert name in started and started[name].at == at, f"R51: {appeal.code} {name} at {at}: {started}"
        for name, timer in started.items():
            assert name in due and timer.at >= due[name], f"R51: {appeal.code} {name} at {timer.at}, due {due}"
    ends = (EXPIRE_TIMER, appeal.code) in world.timers
    assert ends == (appeal.status is Status.ANSWERED), f"R42: {appeal.code} {appeal.status}, the end of its term {ends}"


# When nothing is left to do.


def at_rest(world: World) -> None:
    for appeal in world.appeals.values():
        next_step(world, appeal)
        card(world, appeal)
        left_over(world, appeal)
    for cause, held in world.outbox.items():
        if held.send.kind is Kind.ANSWER:
            known = world.appeals[held.send.appeal or ""]
            first = cause.rpartition("|")[0]
            kept_words = any(answer.cause.rpartition("|")[0] == first for answer in known.held)
            assert kept_words, f"{known.code} does not know of {cause}"


def next_step(world: World, appeal: Appeal) -> None:
    """Every appeal always has a next step for somebody."""
    turn, code = whose(appeal), appeal.code
    if turn is Whose.NOBODY:
        assert appeal.status in ENDED
    elif turn is Whose.RESIDENT:
        name = TIMERS[next(share for share in TIMERS if share == "breach")]
        waited = name if appeal.status is Status.ASKED else EXPIRE_TIMER
        assert (waited, code) in world.timers, f"nobody waits for the resident of {code}"
    elif turn is Whose.INCIDENT:
        lead = world.appeals.get(appeal.incident)
        assert (lead is not None and lead.status in OPEN and lead.leads) or appeal.leaving, (
            f"{code} waits for {appeal.incident}, {lead.status if lead else None}"
        )
    else:
        assert reachable(world, appeal), f"{code} {appeal.status}: nobody can go on in chat {appeal.chat}"


def reachable(world: World, appeal: Appeal) -> bool:
    """A button for somebody who may press it, a message to reply to, or a timer that will bring it to somebody.

    What is late stands in the ЦУР's list of the morning, whatever chat it is in (official/digest.py).
    """
    if any(key == appeal.code for _, key in world.timers):
        return True
    if appeal.deadline is not None and appeal.deadline.due_at <= world.now:
        return True
    for peer in (appeal.chat, world.peers[CUR]):
        chat = world.chats.get(peer or 0)
        if chat is None or not chat.bound or world.blocked.get(chat.peer):
            continue
        if any(where == peer and code == appeal.code for (where, _), code in world.links.items()):
            return True
    return any(code == appeal.code for code in (held.send.appeal for held in world.outbox.values()))


def card_line(world: World, appeal: Appeal) -> tuple[Chat, Line] | None:
    """The card, where VK has it and would let us change it."""
    where = world.sent.get(appeal.card)
    chat = world.chats.get(appeal.chat or 0)
    if where is None or chat is None or chat.peer != where[0]:
        return None
    line = world._find(*where)
    old = world.now.timestamp() - line.raw["date"] > EDITABLE
    # A card of long ago is sent anew when its state changes, but not to say that nobody need answer any more.
    over = appeal.status is Status.WITHDRAWN or (appeal.status is Status.CLOSED and is_told_of_closing(world, chat))
    return None if old and over else (chat, line)


def is_told_of_closing(world: World, chat: Chat) -> bool:
    """Whether this chat has read that messages are closed by term: one line a day, and no card of each."""
    return any(parse(cause).kind == "closed_by_term" and parse(cause).peer == chat.peer for cause in world.sent)


def card(world: World, appeal: Appeal) -> None:
    """Each card shows the stored state, its term and the buttons of that state; one left behind shows no state."""
    found = card_line(world, appeal)
    current = world.sent.get(appeal.card)
    if found is not None:
        chat, line = found
        text, facts = line.raw["text"], facts_for(world, appeal)
        if of_alarm(appeal):  # it tells what people did; by whom is known to the chat only
            same = [what[:6] for what in alarm_card.text_of(appeal, facts).split("\n")]
            assert [what[:6] for what in text.split("\n")] == same, (
                f"{appeal.code} {appeal.status}, card:\n{text}\n{same}"
            )
        else:
            told = f"Состояние: {status_words(appeal.status)}"
            assert told in text, f"{appeal.code} is {appeal.status}, card:\n{text}"
        term = term_of(appeal, facts)
        assert term is None or term in text, f"{appeal.code}: {term} not on its card:\n{text}"
        shown = [button.get("label") for button in line.buttons]
        wanted = [labels_of(card_keyboard(facts, chat, appeal)), labels_of(menu(facts, chat, appeal, back=True))]
        assert shown in wanted, f"{appeal.code} {appeal.status}: {shown}, should be {wanted[0]}"
    for cause, where in world.sent.items():
        if cause.split("|")[2] == "card" and world.links.get(where) == appeal.code and where != current:
            left_card(world, appeal, where)


def labels_of(keyboard: Keyboard | None) -> list[str]:
    return [one.label for row in keyboard.rows for one in row] if keyboard else []


def left_card(world: World, appeal: Appeal, where: tuple[int, int]) -> None:
    line = world._find(*where)
    if line.raw.get("left_at") is None:
        line.raw["left_at"] = world.now.timestamp()
    if line.raw["left_at"] - line.raw["date"] > 82_000:
        return  # VK would not let us change it any more
    assert "Состояние:" not in line.raw["text"], f"{appeal.code}: a card left behind tells a state:\n{line.raw['text']}"
    if world.chats[where[0]].agency != CUR:
        assert not line.buttons, f"{appeal.code}: a card left behind has buttons"


def left_over(world: World, appeal: Appeal) -> None:
    """No small dialogue of those who do not have it any more, no words that never come."""
    for task in appeal.tasks:
        chat, facts = world.chats[task.peer], facts_for(world, appeal)
        assert task.peer in (appeal.chat, world.peers[CUR]), f"{appeal.code}: {task}"
        over = appeal.status in ENDED and why_not(facts, chat, appeal, task.job)
        assert not over, f"{appeal.code} {appeal.status}: {task}"
    for held in appeal.leaving:
        head = held.cause.rpartition("|")[0]
        comes = any(cause.startswith((f"{head}|", f"{head}|0.")) for cause in world.outbox)
        assert comes, f"{appeal.code} holds words that never come: {held}"
    assert (appeal.approval is not None) == (appeal.status is Status.APPROVAL), f"R39: {appeal.code}"
    if appeal.status is Status.MERGED:
        assert appeal.incident and appeal.chat is None, appeal.code


# Buttons.


def buttons(world: World, where: tuple[int, int], then: Mapping[str, tuple[Status, bool]]) -> None:
    """Every button offered does something for somebody in that chat, pressed at once; `then`: how the messages stood
    when it came, for in the same moment an answer may have left."""
    peer, cmid = where
    line = world._find(peer, cmid)
    if not is_chat(peer) or world.blocked.get(peer):
        return
    people = world.working_officials(peer)
    for command in world.commands(line, peer) if people else ():
        if command.action == actions.APPROVE and only_author(world, people, command):
            continue
        if command.action == actions.SEE and (alert := world.appeals[command.value].alert) and not alert.calling:
            continue  # one call has a button for each alarm: of one that a colleague has seen it says by whom
        appeal = world.appeals.get(command.value.partition(" ")[0])
        if appeal is not None and then.get(appeal.code) != (appeal.status, bool(appeal.leaving)):
            continue
        if appeal is not None and command.action == actions.PICK and waits_for_another(world, appeal, where, people):
            continue
        done = [world.tried(peer, user, cmid, command) for user in people]
        assert any(map(works, done)), f"{command} does nothing on:\n{line.raw['text']}\n{done[0]}"


def only_author(world: World, people: list[int], command: Command) -> bool:
    """Alone in the chat: the ЦУР has been asked instead (R39)."""
    draft = world.appeals[command.value.partition(".")[0]].approval
    return draft is not None and people == [draft.actor]


def waits_for_another(world: World, appeal: Appeal, where: tuple[int, int], people: list[int]) -> bool:
    """Words laid aside wait for their author, who has left; an answer to several may be with one of them already: the
    press says so."""
    copies = [world.appeals.get(code) for held in appeal.leaving for code in held.also]
    if any(one is not None and one.answered_at is not None for one in copies):
        return True
    return not any(task.user in people for task in appeal.tasks if world.sent.get(task.prompt) == where)


def works(decided: Decision) -> bool:
    more = [effect for effect in decided.effects if type(effect).__name__ != "AnswerButton"]
    return bool(decided.appeals or decided.audit or decided.officials or decided.chat or more)

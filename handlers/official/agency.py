"""The officials' side: what a message or a press in a bound chat means. It asks first who may speak here (T5).

Nothing is relayed by guess: a message that replies to no card is no answer (T6, T7). Only the chat that holds an
appeal may act on it (I4).
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle import asking, incidents, moves, unfinished, void_cards
from handlers.lifecycle.answering import WHAT, decide_undo, instead, line_of, said_by, share_of, take_back, without_them
from handlers.official import (
    alarming,
    approving,
    checking,
    commands,
    completing,
    contact,
    correcting,
    digest,
    gone,
    listing,
    members,
    menus,
)
from handlers.text import actions, texts, texts_answers, texts_chat, texts_hearing, texts_recovery
from handlers.text.parts import in_parts
from handlers.text.relayed import clean
from handlers.views.possible import JOBS, possible, stale
from handlers.views.turn import hint
from screening.answer_kind import kind_of, other_number
from states.cause import JOINED, as_origin, parse
from states.decision import Decision, ignore
from states.effects import AnswerButton, Effect, Kind, Priority, Send
from states.events import ButtonPressed
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, Status, is_allowed
from states.lifecycle.tasks import ANYWAY, Ask, Job, Task, missing
from states.messages import Message, is_person
from states.people.chats import Chat
from states.people.who_may import coordinates, holds, may_speak

ANSWERABLE = frozenset({"", "card", "refresh", "left", "addition", "correction", "handle", JOINED})
"""Kinds of the bot's messages that a bare reply answers: those that bring words of residents (T6, T7). To a reminder, a
question to a colleague or the bot's own lines people reply among themselves. A card that VK would not let us edit is
sent anew as `refresh` or `left` (states/degraded.py). Empty: it is not known which it was."""


BRINGS = frozenset({"addition", "correction", JOINED})
"""Those that bring words of somebody whose message has no card here, while it is merged with one that has."""


def message(facts: Facts, chat: Chat, event: Message) -> Decision:
    """Decides on a message of an official in a bound chat: a note, a command, a reply, words for a dialogue; ignored
    for all else."""
    text = event.text.strip()
    if not is_person(event.author):
        return ignore("написал не человек")
    if text.startswith("//"):
        return ignore("внутренняя заметка")
    replied = event.reply is not None and event.reply.author == -facts.policy.community
    if event.reply is not None and not replied and not is_person(event.reply.author):
        return ignore("ответ не боту")  # a word with a slash, too: it is for the bot that is replied to
    if text.startswith("/") and not (
        facts.linked or commands.is_known(text, facts.rules) or commands.nearest(text, chat, facts.rules)
    ):
        return ignore("незнакомая команда")
    if not (text.startswith("/") or replied):
        return ignore("ответ не боту") if event.reply is not None else answer_talk(facts, chat, event)
    if not may_speak(chat, event.author, facts.officials, event.at, facts.now):
        return without_a_voice(facts, chat, event)
    if facts.linked is None and (code := void_cards.void_number(facts.replied)):
        return void_cards.answer_reply(facts, event, code)
    if text.startswith("/"):
        of = facts if commands.of_itself(text) else together(facts, wholly=commands.to_everybody(text))
        return say_outcome(of, event, commands.command(of, chat, event))
    facts = together(facts)
    if facts.linked is None:
        return Decision(effects=(hint(facts, event, texts_chat.NOT_A_CARD),))
    return say_outcome(facts, event, reply(facts, chat, event, facts.linked))


def without_a_voice(facts: Facts, chat: Chat, event: Message) -> Decision:
    """Decides on words of somebody who may not speak here; the answer of whoever might when it was written waits for a
    colleague (T5)."""
    facts = together(facts)
    appeal, of_card = facts.linked, parse(facts.replied).kind in ANSWERABLE and not asking.is_question(facts)
    answers = of_card and not event.text.strip().startswith("/") and gone.wrote_in_time(facts, event)
    if appeal is None or not answers:
        return Decision(effects=(hint(facts, event, texts_chat.NOT_ADMITTED),))
    refusal = why_not(facts, chat, event, appeal)
    if not (refusal or appeal.alarming):
        done = gone.ask_approval(facts, chat, event, appeal)
        if done.ignored is None:
            return done
    return not_sent(facts, event, appeal, refusal or texts_hearing.LEFT_BEFORE.format(code=appeal.code))


def answer_talk(facts: Facts, chat: Chat, event: Message) -> Decision:
    """Talk among themselves; but whom the bot has asked just now may think that this answers it. He hears once for each
    question how to answer."""
    appeal = facts.linked
    task = asking.task_of(facts, appeal, event.peer, event.author) if appeal is not None else None
    admitted = may_speak(chat, event.author, facts.officials, event.at, facts.now)
    if appeal is None or task is None or task.aside or event.empty or not admitted:
        return ignore("не ответ на карточку")
    pressed = missing(task) in (Ask.KIND, Ask.BESIDE, None)
    text = texts_answers.PRESS_IT if pressed else texts_answers.REPLY_TO_IT
    cause = facts.cause("how_to", event.peer, as_origin(task.asked or task.prompt))
    told = Send(event.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, reply_to=event.cmid, appeal=appeal.code)
    return Decision(effects=(told,))


def together(facts: Facts, *, wholly: bool = False) -> Facts:
    """The facts with the leading appeal in place of a merged one: what a merged message brings into the chat is about
    the one that leads it, and a reply to it answers them all (R32). Once it has an answer of its own it leads nowhere
    else, so the reply is to its author alone (I4)."""
    merged = facts.linked if facts.linked is not None and facts.linked.status is Status.MERGED else None
    if merged is None or not (wholly or parse(facts.replied).kind in BRINGS):
        return facts
    about = "" if wholly else merged.code
    return replace(facts, linked=facts.leads.get(merged.incident), about=about)


def say_outcome(facts: Facts, event: Message, done: Decision | str) -> Decision:
    """Says what became of an official's words; a refusal becomes a hint, never silence."""
    if isinstance(done, Decision) and done.ignored is None:
        return done
    text = done if isinstance(done, str) else done.ignored or ""
    code = facts.linked.code if facts.linked else None
    return Decision(effects=in_parts(hint(facts, event, text, code)))


def reply(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Decision:
    """A reply to one of the bot's messages about an appeal: to a question of the bot, or an answer to the resident."""
    task = asking.task_of(facts, appeal, event.peer, event.author)
    if task is not None:
        asked = missing(task)
        anew = (
            task.job is Job.REPLY or asked is Ask.BESIDE or (asked is Ask.SHARE and not asking.typed_share(event.text))
            or (asked is Ask.ADDED and task.job not in (Job.ASK, Job.INTERIM))
        )  # fmt: skip
        if not (anew and clean(event.text)):
            return take_typed_reply(facts, chat, event, appeal, task)
    elif asking.is_question(facts):
        why = asking.not_asked(facts, appeal, event.peer, event.author)
        lost = why == texts_chat.TASK_OVER and not holds(chat, appeal)
        return not_sent(facts, event, appeal, why) if lost else ignore(why)
    elif parse(facts.replied).kind not in ANSWERABLE:
        return ignore(texts_chat.NOT_A_CARD)
    return answer(facts, chat, event, appeal)


def take_typed_reply(facts: Facts, chat: Chat, event: Message, appeal: Appeal, task: Task) -> Decision:
    """What was asked for is there: on to the next question, or done."""
    found = asking.take_typed_words(facts, appeal, task, event)
    if isinstance(found, str):
        return ignore(found)
    return completing.go_on(facts, chat, appeal, found, str(event.cmid), event.cmid)


def answer(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Decision:
    """Bare words to a card: a final answer, or one whose kind is asked for (features.md §6.3)."""
    refusal = why_not(facts, chat, event, appeal)
    if refusal:
        return not_sent(facts, event, appeal, refusal)
    if appeal.alarming:
        return alarming.reply(facts, chat, event, appeal)
    kind = kind_of(clean(event.text), appeal.code)
    answered = appeal.status in (Status.ANSWERED, Status.CLOSED)
    unclear = not answered or other_number(event.text, appeal.code)
    job = kind.job or (Job.REPLY if unclear else Job.ANSWER)  # after an answer it corrects that one (T18)
    said = said_by(event, kind.text)
    task = Task(
        event.peer, event.author, job, facts.now, cmid=said.cmid, text=said.text, files=said.files, seen=said.seen
    )
    return completing.go_on(facts, chat, appeal, task, str(event.cmid), event.cmid)


def not_sent(facts: Facts, event: Message, appeal: Appeal, refusal: str) -> Decision:
    """Decides on words that were meant for the resident and may not go: their author hears why, the ЦУР has the
    text."""
    if not asking.sendable(event):
        return ignore(refusal)
    words, files = clean(event.text), bool(event.attachments)
    typed = unfinished.Typed(WHAT[Action.ANSWER], event.peer, event.author, event.cmid, words, files)
    passed_on = unfinished.to_cur(facts, appeal, typed)
    return Decision(effects=(*in_parts(hint(facts, event, refusal, appeal.code)), *passed_on))


def why_not(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> str:
    """Why this reply cannot go to the resident; empty when it can."""
    if appeal.status is Status.WITHDRAWN:
        return texts_chat.CLOSED_WITHDRAWN.format(code=appeal.code)
    if appeal.status is Status.MERGED:
        return texts_chat.MERGED_HERE.format(code=appeal.code, lead=appeal.incident)
    if not holds(chat, appeal):
        return texts_chat.NOT_HERE.format(code=appeal.code)
    if not is_allowed(appeal.status, Action.ANSWER):
        return stale(appeal)
    if event.late and appeal.status in (Status.ANSWERED, Status.CLOSED):  # it corrects nothing: it was written before
        return texts_hearing.ANSWERED_MEANWHILE.format(code=appeal.code)
    return "" if asking.sendable(event) else texts_chat.NOTHING_TO_SEND


# Buttons.


def handle_press(facts: Facts, chat: Chat | None, event: ButtonPressed) -> Decision:
    """A button in a chat. Its spinner is always stopped, with the reason when nothing is done."""
    if chat is None or not may_speak(chat, event.user, facts.officials, event.at, facts.now):
        return Decision(effects=(stop_spinner(event, texts_chat.NOT_ADMITTED_SHORT),))
    if event.command.action in (actions.ADMIT, actions.REFUSE_MEMBER):
        text, decision = members.decided(facts, chat, event)
        return answer_press(facts, event, decision, text)
    if event.command.action == actions.UNBIND:
        text, decision = members.unbound(facts, chat, event)
        return answer_press(facts, event, decision, text)
    if event.command.action in checking.OF_LISTS:
        text, decision = checking.handle_press(facts, chat, event)
        return answer_press(facts, event, decision, text)
    if event.command.action in alarming.OF_ALARM:
        text, decision = alarming.handle_press(facts, chat, event)
        return answer_press(facts, event, decision, text)
    if event.command.action in digest.OF_DIGEST:
        text, decision = digest.handle_press(facts, chat, event)
        return answer_press(facts, event, decision, text)
    if (rule := facts.rules.button(event.command.action)) is not None:
        text, decision = rule.follows(facts, chat, event)
        return answer_press(facts, event, decision, text)
    appeal = facts.linked
    if appeal is None and parse(facts.replied).kind == digest.LIST:
        appeal = facts.appeal(event.command.value)
    if appeal is None and (code := void_cards.void_number(facts.replied)):
        lines = void_cards.told_cur(facts, event.peer, code)
        return Decision(effects=(*lines, stop_spinner(event, texts_recovery.VOID_SHORT)))
    if appeal is None:
        return Decision(effects=(stop_spinner(event, texts.STALE),))
    text, decision = carried_out(facts, chat, appeal, event)
    return answer_press(facts, event, menus.put_back(facts, chat, appeal, event, decision), text)


def carried_out(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed) -> tuple[str, Decision]:
    """(what the presser reads, what follows)."""
    action, value = event.command.action, event.command.value
    number = value.partition(".")[2]
    match action:
        case actions.UNDO | actions.AS_INTERIM | actions.AS_QUESTION:
            # Even where the appeal has gone on to another chat meanwhile: the answer is still this chat's own.
            return taken_back(facts, chat, appeal, event)
        case actions.PICK:
            return take_pick(facts, chat, appeal, event)
        case actions.CONTACT:
            return contact.show_contact(facts, chat, appeal, event.user)
        case _ if not (holds(chat, appeal) or coordinates(chat)):
            return "", ignore(texts_chat.BUTTON_STALE.format(status=texts_chat.NOT_THIS_CHAT))
        case actions.CORRECT:
            return "", correcting.sent_again(facts, chat, appeal, event)
        case actions.MORE:
            return "", menus.open_menu(facts, chat, appeal, event)
        case actions.LESS:
            return "", menus.close_menu(facts, chat, appeal, event)
        case actions.WHO:
            return "", line(facts, event, listing.who_else(facts, appeal))
        case actions.APPROVE:
            return texts_chat.APPROVED, approving.approve(facts, chat, appeal, event.user, number)
        case actions.SEND_BACK:
            return texts_chat.SENT_BACK, approving.send_back(facts, chat, appeal, event.user, number)
        case actions.OTHERS if value == appeal.code:
            return "", incidents.show_unread_members(facts, appeal)
        case _ if value != appeal.code or not possible(facts, chat, appeal, action):
            return "", moves.refuse_stale(appeal)
        case _:
            return make_move(facts, chat, appeal, event)


def make_move(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed) -> tuple[str, Decision]:
    """Buttons that act at once, and those that begin a small dialogue."""
    action, user = event.command.action, event.user
    match action:
        case actions.ACCEPT:
            return texts_chat.TAKEN, moves.accept(facts, chat, appeal, user)
        case actions.SEPARATE:
            return "", incidents.separate(facts, chat, appeal, user)
        case actions.CLOSE if appeal.status is Status.ANSWERED:
            return texts_chat.CLOSED, moves.close(facts, appeal, user)
        case _:
            job = JOBS.get(action)
            if job is None:
                return "", ignore(texts.STALE)
            # The menu of an old card is a message of its own: it becomes the question.
            task = Task(event.peer, user, job, facts.now, prompt=facts.replied if menus.apart(facts) else "")
            return "", completing.go_on(facts, chat, appeal, task, event.event_id)


def taken_back(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed) -> tuple[str, Decision]:
    """Takes words back by «Отменить», or sends the same words as another kind of answer."""
    cause = event.command.value
    # Whoever it was first said to may have taken his message back: another one leads these words now.
    those = (*facts.appeals, *facts.members)
    appeal = next((candidate for candidate in those if any(held.cause == cause for held in candidate.held)), appeal)
    taken = take_back(facts, appeal, cause, event.peer)
    if taken is None:
        return "", ignore(texts_chat.TOO_LATE)
    done = decide_undo(facts, taken, cause, event.peer)
    if event.command.action == actions.UNDO or taken.held is None:
        return texts_chat.UNDONE, done
    job = Job.INTERIM if event.command.action == actions.AS_INTERIM else Job.ASK
    held = taken.held
    task = Task(held.peer, event.user, job, facts.now, cmid=held.cmid, text=held.text, files=held.files)
    task = replace(task, prompt=line_of(held, cause), seen=held.seen, share=share_of(held.only))
    known = without_them(facts, taken)
    again = completing.go_on(known, chat, taken.appeal, task, f"{held.cmid}.{job}", held.cmid)
    if again.ignored is not None:
        return again.ignored, done
    return "", instead(taken, again)


def take_pick(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed) -> tuple[str, Decision]:
    """A choice under a question of the bot: only of the official who was asked."""
    code, _, rest = event.command.value.partition(" ")
    wanted, _, choice = rest.partition(" ")
    task = asking.task_of(facts, appeal, event.peer, event.user)
    returning = next((task for task in appeal.tasks if task.due is not None and asking.is_of(facts, task)), None)
    if choice == asking.CANCEL and returning is not None and code == appeal.code:
        return texts_chat.TASK_DROPPED, asking.given_up(facts, appeal, returning)  # by any colleague, as an answer
    if task is None or code != appeal.code:
        return "", ignore(asking.not_asked(facts, appeal, event.peer, event.user))
    if choice == asking.CANCEL:
        return texts_chat.TASK_DROPPED, asking.given_up(facts, appeal, task)
    if choice == asking.GO_ON and task.aside:
        anew = replace(task, aside=False, at=facts.now, added=ANYWAY)
        return "", completing.go_on(facts, chat, appeal, anew, event.event_id, task.cmid)
    found = asking.take_choice(facts, appeal, task, choice)
    if isinstance(found, str) or missing(task) != wanted:
        return "", ignore(found if isinstance(found, str) else texts_chat.TASK_OVER)
    return "", completing.go_on(facts, chat, appeal, found, event.event_id, found.cmid)


def line(facts: Facts, event: ButtonPressed, text: str) -> Decision:
    """Says one line in the chat, as a reply to the message whose button was pressed."""
    cause = facts.cause("line", event.peer, event.event_id)
    code = facts.linked.code if facts.linked else None
    send = Send(event.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, reply_to=event.cmid or None, appeal=code)
    return Decision(effects=in_parts(send))


def stop_spinner(event: ButtonPressed, text: str) -> AnswerButton:
    """Ends the spinner on the pressed button and shows this text above it; "" shows none."""
    return AnswerButton(event.event_id, event.peer, event.user, text)


def answer_press(facts: Facts, event: ButtonPressed, decision: Decision, done: str) -> Decision:
    """The decision with an end of the button's spinner: «done» where something was done, else the reason, as a message
    of its own where it is too long for the spinner."""
    if decision.ignored is None:
        effects: tuple[Effect, ...] = (*decision.effects, stop_spinner(event, done))
        return replace(decision, effects=effects)
    if len(decision.ignored) <= contact.SNACKBAR:
        return Decision(effects=(stop_spinner(event, decision.ignored),))
    said = line(facts, event, decision.ignored)
    return replace(said, effects=(*said.effects, stop_spinner(event, "")))

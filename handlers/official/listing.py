"""What officials ask for by words: their own, what is overdue, what they look for, what happened (R34, R51).

It must never show an appeal that is not this chat's, unless to the ЦУР (R22).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers.lifecycle.asking import mention
from handlers.text import actions, keyboards, texts_chat
from handlers.text.parts import in_parts
from handlers.text.relayed import in_chat
from handlers.text.words import moment
from handlers.views.card_buttons import button
from handlers.views.cards import agency_name, status_words
from handlers.views.titles import title
from handlers.views.turn import hint
from states.decision import Decision
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, History, Remark
from states.messages import Message
from states.people.who_may import coordinates, holds

MOST = 20


def mine(facts: Facts, user: int) -> str:
    """The list of appeals that this person has last done something with, or has begun to, as text."""
    found = [appeal for appeal in facts.listed if appeal.worker == user or touched_by(appeal, user)]
    return lines(facts, found, texts_chat.MINE_NONE)


def touched_by(appeal: Appeal, user: int) -> bool:
    """Whether this official is at it: by a task, an answer on its way or one that waits for a consent."""
    by = {task.user for task in appeal.tasks} | {answer.actor for answer in appeal.leaving}
    return user in by or (appeal.approval is not None and appeal.approval.actor == user)


def overdue(facts: Facts) -> str:
    """The list of overdue appeals as text, or that there are none."""
    late = [appeal for appeal in facts.listed if appeal.deadline is not None and appeal.deadline.overdue(facts.now)]
    return lines(facts, late, texts_chat.OVERDUE_NONE)


def looked_for(facts: Facts, event: Message) -> Decision:
    """Answers with the appeals that were looked for. Of a single one the line is a handle: it can be replied to, and
    all that may be done is under «Ещё»."""
    seen = [appeal for appeal in facts.listed if coordinates(facts.chat) or holds(facts.chat, appeal)]
    said = hint(facts, event, lines(facts, seen, texts_chat.FOUND_NONE))
    if len(seen) == 1:
        (appeal,) = seen
        said = replace(said, appeal=appeal.code, keyboard=keyboards.inline((button(actions.MORE, appeal),)))
    return Decision(effects=in_parts(said))


def lines(facts: Facts, found: Iterable[Appeal], none: str) -> str:
    """The messages as a list for the chat, at most `MOST` of them; `none` is said where there are none."""
    rows = [row(facts, appeal) for appeal in found]
    if not rows:
        return none
    return "\n".join([*rows[:MOST], *([texts_chat.MORE_LEFT] if len(rows) > MOST else [])])


def row(facts: Facts, appeal: Appeal) -> str:
    """One appeal in a line: title, status, deadline, for the ЦУР its agency, number."""
    until = f", срок {moment(appeal.deadline.due_at, facts.policy.zone)}" if appeal.deadline else ""
    who = f", {agency_name(facts.directory, appeal.agency)}" if coordinates(facts.chat) else ""
    return f"{title(appeal, facts.directory)}: {status_words(appeal.status)}{until}{who}. №{appeal.code}"


# History.

DONE: dict[Action, str] = {
    Action.SUBMIT: "отправлено жителем",
    Action.ROUTE: "направлено",
    Action.ACCEPT: "принято в работу",
    Action.ASK: "задан вопрос жителю",
    Action.REPLY: "житель ответил на вопрос",
    Action.NO_REPLY: "житель не ответил на вопрос",
    Action.INTERIM: "дан промежуточный ответ",
    Action.POSTPONE: "отложено",
    Action.DRAFT: "ответ отдан на согласование",
    Action.APPROVE: "ответ согласован",
    Action.SEND_BACK: "ответ возвращён на доработку",
    Action.ANSWER: "дан ответ",
    Action.ADD: "дополнено жителем",
    Action.NOT_OURS: "возвращено как «не наше»",
    Action.PASS: "передано",
    Action.CHAT_LOST: "чат недоступен или не видно карточки, вернулось в ЦУР",
    Action.DECLINE: "отклонено",
    Action.OUTSIDE: "даны контакты того, кто отвечает",
    Action.REPEAT: "отмечено как повтор",
    Action.MERGE: "объединено с другим",
    Action.SEPARATE: "отделено",
    Action.SOLVED: "житель: решено",
    Action.RATE: "житель поставил оценку",
    Action.REOPEN: "житель: не решено",
    Action.CLOSE: "закрыто",
    Action.EXPIRE: "закрыто: возражений не было",
    Action.WITHDRAW: "отозвано жителем",
}


def history(facts: Facts, appeal: Appeal) -> str:
    """Every step with its time and the official who took it, and what officials noted; residents are not named."""
    told = [(line.at, told_line(facts, appeal, line)) for line in facts.history if line.code == appeal.code]
    told += [(remark.at, noted_line(facts, remark)) for remark in appeal.remarks]
    if not told:
        return texts_chat.NO_HISTORY
    told.sort(key=lambda line: line[0])
    return "\n".join([texts_chat.HISTORY.format(code=appeal.code), *(line for _, line in told)])


def noted_line(facts: Facts, remark: Remark) -> str:
    """A line of the history for an official's note."""
    return (
        f"— {moment(remark.at, facts.policy.zone)}: заметка, {mention(facts, remark.actor)}: «{in_chat(remark.text)}»"
    )


def told_line(facts: Facts, appeal: Appeal, line: History) -> str:
    """A line of the history for a step; a resident who took it is not named."""
    by = f", {mention(facts, line.actor)}" if line.actor and line.actor != appeal.resident else ""
    return f"— {moment(line.at, facts.policy.zone)}: {done(appeal, line)}{by}"


def done(appeal: Appeal, line: History) -> str:
    """What was done, in words; of a submission also which learned model named its topic."""
    if line.action is Action.SUBMIT and appeal.topic_by:
        return f"{DONE[line.action]}, тема предложена моделью № {appeal.topic_by}"
    return DONE[line.action]


def who_else(facts: Facts, appeal: Appeal) -> str:
    """The lines who is at it just now, and who was before: so that two do not answer at once."""
    busy = [f"{mention(facts, task.user)} готовит ответ" for task in appeal.tasks if not task.over(facts.now)]
    busy += [f"{mention(facts, answer.actor)}: ответ уже уходит" for answer in appeal.leaving]
    if appeal.approval is not None:
        busy.append(f"{mention(facts, appeal.approval.actor)}: ответ ждёт согласования")
    lines = (line for line in facts.history if line.code == appeal.code)
    before = [line.actor for line in lines if line.actor and line.actor != appeal.resident]
    seen = [f"{mention(facts, user)} занимался(ась) раньше" for user in dict.fromkeys(before)]
    return "\n".join([*busy, *seen]) or texts_chat.WHO_NOBODY.format(code=appeal.code)
